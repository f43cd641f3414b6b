"""The catalogue behind ``bothub explain CODE``."""

import pytest

from bothub_cli.protocol.fault_codes import FAULT_CODES, find_codes

KNOWN = """
    1 5 6 20 21 22 23 24 25 26 27 28 40 41 42 50 51 52 53 60 61 62 63 64 65 66 67 68 69
    40001 40002 40003 40004 40005 40006 40007 41000 41001 41002 41003 41004 41007 41009 41011 41200
    41210 41211 41212 42003 42004 42005 42006 42007 42008 42009 42010 42011 42012 42013 42014 42015
    42031 42037 42039 42041 42042 42043 42049 42050 42051 42073 42100 42107 42201 42205 42207 42208
    42401 42402 42514 42601 42602 402 403 404 409 410 423 429 invalid_client opted_out NOT_FOUND
"""


@pytest.mark.parametrize("code", ["", "0", "99", "42074", "²", "9" * 100, "-1", "nonsense"])
def test_an_unknown_code_has_no_explanation(code: str) -> None:
    assert find_codes(code) == ()


@pytest.mark.parametrize("code", KNOWN.split())
def test_every_known_code_is_explained_once(code: str) -> None:
    assert len(find_codes(code)) == 1


def test_a_code_is_found_whatever_its_case_and_in_its_dialect_only() -> None:
    assert find_codes(" not_found ")[0].dialect == "google"
    assert find_codes("53", dialect="fnw11") == ()


def test_ranges_show_both_ends() -> None:
    assert find_codes("42045")[0].label == "42043 to 42049"


def test_what_can_be_tried_again_is_for_time_or_a_fresh_token_to_mend() -> None:
    assert {entry.mender for entry in FAULT_CODES if entry.retryable} == {"time", "account"}
    assert [entry.code for entry in FAULT_CODES if entry.retryable and entry.mender == "account"] == ["42", "40004"]


def test_no_entry_says_nothing() -> None:
    assert all(entry.meaning and entry.remedy for entry in FAULT_CODES)
