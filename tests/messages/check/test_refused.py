"""The error of a refused message: facts for people, nothing private for logs."""

from datetime import datetime

from bothub_cli.errors import ExitCode
from bothub_cli.messages import MessageRefusedError, check_payload


def test_the_sentence_names_rule_and_place_and_quotes_nothing(now: datetime) -> None:
    report = check_payload(
        {"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": "0612345678"}}, now=now
    )

    error = MessageRefusedError(report=report, where="promo.yaml, line 3")

    assert error.message == "promo.yaml, line 3: 1 error, first contact.number at /messageContact/userContact"
    assert error.remedy == "for a French number, write +33612345678"
    assert (error.code, error.exit_code) == ("message.refused", ExitCode.INPUT_REFUSED)


def test_several_errors_are_counted(now: datetime) -> None:
    error = MessageRefusedError(report=check_payload({}, now=now))

    assert error.message == "the message: 2 errors, first member.missing at the whole"
