"""A machine of the chaos tests, until nothing is left of a campaign. Arguments: URL NAME API SPEED [MUTANT]."""

import signal
import sys

from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.run.start import Destination
from bothub_cli.campaign.worker import WorkEquipment, read_options, take_part
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import TransportSettings
from tests.campaign.ledger.machines import make_ledger


class SteadyTokens:
    """A pair that is never refused."""

    def __init__(self) -> None:
        self._pair = TokenPair(orange=Secret("o"), gsma=Secret("g"))

    def pair(self) -> TokenPair:
        return self._pair

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        raise AssertionError("the sink refuses no token")


def main(url: str, name: str, api: str, speed: str, mutant: str = "") -> None:
    if mutant == "redeliver":  # what a broker does with an expired lease: an interrupted row may be sent again
        sql.INTERRUPT = sql.INTERRUPT.replace("state = 5", "state = 6")
    ledger = make_ledger(url, speed=float(speed))
    journal = ledger.place(name).open_to_work()

    def on_engine(stop: object) -> None:
        signal.signal(signal.SIGTERM, lambda number, frame: stop())  # type: ignore[operator]  # a method

    equipment = WorkEquipment(
        destination=Destination(
            base=api, bot_id="bot", tokens=SteadyTokens(), settings=TransportSettings(timeout=5.0), user_agent="chaos"
        ),
        on_engine=on_engine,
    )
    result = take_part(ledger, journal, read_options(journal, concurrency=16, max_wait=60.0), equipment)
    sys.stdout.write(f"{result.ended} {result.progress.finished}\n")
    journal.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
