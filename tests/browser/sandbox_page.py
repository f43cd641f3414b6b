"""The page of a sandbox, in a browser: what a test puts into the phones, opens and measures."""

from dataclasses import dataclass
from typing import Any

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.message_log import LoggedStatus, SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox
from tests.browser.webdriver import Browser

NUMBER = "+33612345678"
LOOKS = {"phone": "classic", "colours": "light", "font": "1", "width": "412"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPage:
    """One window on the phones of one sandbox."""

    browser: Browser
    sandbox: SandboxServer

    def put(self, rcs_message: dict[str, Any], *, number: str = NUMBER, name: str = "m1") -> None:
        """Let a message arrive that no check has seen."""
        self.sandbox.run(lambda state: put_message(state, rcs_message, number=number, name=name))

    def open(self, path: str = "/", **looks: str) -> None:
        """Open an address of the page, with these looks of the phone, and wait until it is live."""
        self.browser.open(f"{self.sandbox.url}/page/icon.svg")  # the same origin, without the page
        self.browser.messages()  # what an earlier test left
        for name, value in {**LOOKS, **looks}.items():
            self.browser.run("localStorage.setItem('look-' + arguments[0], arguments[1])", name, value)
        self.browser.open(f"{self.sandbox.url}{path}")
        self.browser.wait_for("document.querySelector('#live.on')")

    def wait_for_turns(self, count: int) -> None:
        """Wait until so many messages stand in the thread."""
        self.browser.wait_for("document.querySelectorAll('.turn').length === arguments[0]", count)

    def boxes(self, css: str) -> list[dict[str, float]]:
        """Return x, y, width and height of each element, in CSS pixels: one is one DP."""
        self.browser.wait_for(f"document.querySelector({css!r})")
        script = "return [...document.querySelectorAll(arguments[0])].map((element) => element.getBoundingClientRect())"
        return list(self.browser.run(script, css))

    def sizes(self, css: str) -> list[tuple[int, int]]:
        """Return the width and the height of each element, in whole CSS pixels."""
        return [(round(box["width"]), round(box["height"])) for box in self.boxes(css)]

    def style(self, css: str, name: str) -> str:
        """Return the computed value of a property of the first element."""
        self.browser.wait_for(f"document.querySelector({css!r})")
        script = "return getComputedStyle(document.querySelector(arguments[0])).getPropertyValue(arguments[1])"
        return str(self.browser.run(script, css, name))

    def text(self, css: str) -> str:
        """Return the text of the first element."""
        self.browser.wait_for(f"document.querySelector({css!r})")
        return str(self.browser.run("return document.querySelector(arguments[0]).textContent", css))


def put_message(state: Sandbox, rcs_message: dict[str, Any], *, number: str = NUMBER, name: str = "m1") -> None:
    """Let a message arrive, inside the sandbox's thread."""
    now = state.clock.now()
    state.take_message(
        SandboxMessage(
            msg_id=name,
            bot_id=state.registry.bots[0].bot_id,
            number=number,
            direction="to_phone",
            payload={"RCSMessage": rcs_message, "messageContact": {"userContact": number}},
            received_at=now,
            history=[LoggedStatus("pending", now)],
        )
    )
