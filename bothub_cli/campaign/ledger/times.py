"""How long the machines that share a ledger wait for one another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTimes:
    """Seconds, the same on every machine. That nobody gets a message twice does not hang on them."""

    look_every: float = 1.0  # between two looks at what everybody wants: STOP must be heard within two
    life_sign: float = 2.0  # between two life signs of a machine
    dead_after: float = 8.0  # without one, after which its blocks are taken over
    hold_after: float = 6.0  # without an answer, after which a machine launches nothing any more
    engine_gone_after: float = 5.0  # without a turn of the engine's loop, after which no life sign is given
    drain_within: float = 20.0  # after an order to stop, for which a ledger that is away is waited for
    answer_within: float = 10.0  # after which a silent connection is given up: the server waits 5 for a lock


USUAL = LedgerTimes()
