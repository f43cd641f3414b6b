"""What the people behind magic numbers do by themselves, once they have read a message."""

from datetime import datetime, timedelta
from functools import partial

from bothub_cli.sandbox.people.person import Person
from bothub_cli.sandbox.state.magic_numbers import Habit
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.suggestions import suggestions_of

THINKING = timedelta(seconds=1)
READS_LATE = timedelta(seconds=10)


def plan_reaction(sandbox: Sandbox, message: SandboxMessage, *, read_at: datetime) -> None:
    """Plan the answer of somebody who always answers."""
    if sandbox.phones.get(message.number).habit in (Habit.REPLIES, Habit.TAPS, Habit.STOPS):
        sandbox.agenda.at(read_at + THINKING, partial(_react, sandbox, message))


def _react(sandbox: Sandbox, message: SandboxMessage, _due: datetime) -> None:
    phone = sandbox.phones.get(message.number)
    person = Person(sandbox, phone, bot_id=message.bot_id)
    match phone.habit:
        case Habit.REPLIES:
            person.write("Hello")
        case Habit.STOPS:
            person.stop()
        case Habit.TAPS if suggestions_of(message.payload):
            person.tap(message, 0)
        case _:
            return
