"""What the tests of messages share: a fixed now, and findings as (rule, pointer) pairs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bothub_cli.messages import check_payload

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Found = list[tuple[str, str]]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def found() -> Callable[[object], Found]:
    """Check a payload and return (rule, pointer) of each finding, the errors first."""

    def check(payload: object) -> Found:
        report = check_payload(payload, now=NOW)
        return [(finding.rule, finding.pointer) for finding in report.findings]

    return check
