"""A whole conversation, with the sandbox on one side and the listener on the other, and no person between them."""

from pathlib import Path

from bothub_cli.sandbox.server import SandboxServer
from tests.commands.webhooks import call_sandbox, run_listen, save_profile
from tests.conftest import Bothub

NUMBER = "+33612345678"
SHOP = ("--profile", "shop", "--json")


def _set_webhook(server: SandboxServer, url: str, token: str) -> None:
    from bothub_cli.redaction import Secret
    from bothub_cli.sandbox.state.webhooks import WebhookTarget

    server.set_webhook(server.identity.bot_id, WebhookTarget(url=url, authorization=Secret(token)))


def test_card_tap_reply_text_and_stop_go_round_without_a_person(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token-of-the-platform")
    with SandboxServer() as server:
        save_profile(server, "shop")
        with run_listen("--profile", "shop", "--auth-token-file", str(tmp_path / "token")) as listening:
            _set_webhook(server, listening.url, "token-of-the-platform")

            card = ("--title", "Your order", "--description", "Deliver it today?", "--reply", "Yes=yes_1")
            sent = bothub("send-card", "--to", NUMBER, *card, *SHOP, "-q", "--wait", "displayed")
            assert (sent.code, sent.json["status"]) == (0, "displayed")

            call_sandbox(server, f"/phones/{NUMBER}/actions", action="tap", label="Yes")
            tap = listening.next_of("response")
            assert (tap["text"], tap["postback"], tap["number"]) == ("Yes", "yes_1", NUMBER)

            answer = ("send", "--to", NUMBER, "--text", "It is on its way.", "--keep-texts", "--wait", "delivered")
            assert bothub(*answer, *SHOP, "-q").code == 0

            call_sandbox(server, f"/phones/{NUMBER}/actions", action="text", text="Thank you")
            heard = bothub("event", "wait", "--for", "message", "--since", "1m", *SHOP)
            assert heard.json["text"] == "Thank you"

            call_sandbox(server, f"/phones/{NUMBER}/actions", action="text", text="STOP")
            while listening.next_of("message")["text"] != "STOP":
                pass

    refused = bothub("send", "--to", NUMBER, "--text", "One more thing", *SHOP)
    assert (refused.code, refused.error["code"]) == (6, "message.suppressed")
    said = [(line["direction"], line["text"]) for line in bothub("event", "chat", NUMBER, *SHOP).lines[:-1]]
    assert said == [
        ("to_user", "*** (10 characters)"),
        ("from_user", "Yes"),
        ("to_user", "It is on its way."),
        ("from_user", "Thank you"),
        ("from_user", "STOP"),
    ]
    life = bothub("event", "list", "--message-id", sent.json["message_id"], *SHOP).lines[:-1]
    statuses = [line["status"] for line in life if line.get("kind") == "messageStatus"]
    assert statuses == ["sent", "delivered", "displayed"]
