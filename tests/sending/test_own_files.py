"""Files that were uploaded to a sandbox are no reason for a warning, while they are sent to that sandbox."""

from datetime import UTC, datetime

import pytest

from bothub_cli.errors import InputRefusedError
from bothub_cli.sending.check import CheckRules, check_together, find_own_files
from bothub_cli.sending.compose import OutgoingMessage

NOW = datetime(2026, 11, 27, tzinfo=UTC)
UPLOADED = "http://127.0.0.1:8808/sandbox/files/File1"


def _card(url: str) -> OutgoingMessage:
    media = {"mediaUrl": url, "mediaContentType": "image/png", "mediaFileSize": 10, "height": "MEDIUM_HEIGHT"}
    card = {
        "layout": {"cardOrientation": "VERTICAL"},
        "content": {"title": "Hi", "media": media},
    }
    message = {"richcardMessage": {"message": {"generalPurposeCard": card}}}
    return OutgoingMessage(payload={"RCSMessage": message, "messageContact": {"userContact": "+33612345678"}})


def test_a_strict_rehearsal_takes_a_file_of_the_same_sandbox() -> None:
    rules = CheckRules(strict=True, own_files=find_own_files("http://127.0.0.1:8808"))
    (checked,) = check_together([_card(UPLOADED)], rules, now=NOW)
    assert checked.refusal is None


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://api.orange.com", UPLOADED),
        ("http://127.0.0.1:9999", UPLOADED),
        ("http://127.0.0.1:8808", "http://127.0.0.1:8808/picture.png"),
    ],
    ids=["the real API", "another sandbox", "no upload"],
)
def test_everything_else_is_still_told(base: str, url: str) -> None:
    rules = CheckRules(strict=True, own_files=find_own_files(base))
    with pytest.raises(InputRefusedError):
        check_together([_card(url)], rules, now=NOW)
