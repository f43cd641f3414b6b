"""From a call to its answer: the handler, the faults of the day, and a count."""

from bothub_cli.sandbox.answers import Answer, RefusedCallError
from bothub_cli.sandbox.bothub.call import Call
from bothub_cli.sandbox.bothub.faulty_answers import refuse, spoil
from bothub_cli.sandbox.bothub.operations import Operation
from bothub_cli.sandbox.state.faults import Occasion
from bothub_cli.sandbox.state.sandbox import Sandbox


def answer_call(sandbox: Sandbox, operation: Operation, call: Call) -> Answer:
    """Carry out a call and return its answer; only faults on purpose make it look broken."""
    sandbox.counts[operation.name] += 1
    try:
        if sandbox.faults and operation.name != "messages":  # messages draw theirs when the number is known
            return _answer_with_faults(sandbox, operation, call)
        return operation.handler(sandbox, call)
    except RefusedCallError as refused:
        return refused.answer


def _answer_with_faults(sandbox: Sandbox, operation: Operation, call: Call) -> Answer:
    fault = sandbox.faults.draw(Occasion(operation=operation.name, bot_id=call.bot_id or None))
    if fault is None:
        return operation.handler(sandbox, call)
    if not fault.kind.accepts:
        return refuse(sandbox, call, fault)
    return spoil(operation.handler(sandbox, call), fault)
