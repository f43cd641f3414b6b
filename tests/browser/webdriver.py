"""Drives Chromium through chromedriver: the few commands of W3C WebDriver that these tests need."""

import base64
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.waiting import MAX_WAIT, wait_until

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver 12.1: the key of an element reference
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1500,1100",
)
KEYS = {"tab": "\ue004", "enter": "\ue007", "down": "\ue015", "escape": "\ue00c", "space": " ", "shift": "\ue008"}


class Browser:
    """One window."""

    def __init__(self, session_url: str, http: requests.Session) -> None:
        self._url = session_url
        self._http = http

    def open(self, url: str) -> None:
        self._call("POST", "url", {"url": url})

    @property
    def address(self) -> str:
        return str(self._call("GET", "url"))

    def run(self, script: str, *arguments: object) -> Any:
        """Return what the script's ``return`` gives."""
        return self._call("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, script: str, *arguments: object, max_wait: float = MAX_WAIT) -> Any:
        """Return the first truthy value of a script, looked at until there is one. Raises AssertionError."""
        return wait_until(lambda: self.run(f"return {script}", *arguments), what=script, max_wait=max_wait)

    def click(self, css: str) -> None:
        self.wait_for(f"document.querySelector({css!r})?.checkVisibility()")
        self._call("POST", f"element/{self._find(css)}/click", {})

    def answer_question(self, *, is_yes: bool) -> str:
        """Accept or dismiss the question that the page asks, and return it."""
        question = str(self._call("GET", "alert/text"))
        self._call("POST", f"alert/{'accept' if is_yes else 'dismiss'}", {})
        return question

    def type(self, css: str, text: str) -> None:
        self.click(css)
        self._call("POST", f"element/{self._find(css)}/value", {"text": text})

    def press(self, *names: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": KEYS.get(name, name)} for name in names for kind in ("keyDown", "keyUp")]
        self._call("POST", "actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def press_with(self, held: str, name: str) -> None:
        """Press a key while another one is held."""
        keys = [("keyDown", held), ("keyDown", name), ("keyUp", name), ("keyUp", held)]
        actions = [{"type": kind, "value": KEYS.get(key, key)} for kind, key in keys]
        self._call("POST", "actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def set_width(self, width: int | None) -> None:
        """Lay pages out for a window of that many CSS pixels, narrower than a real one gets; None for the real one."""
        sizes = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        name = "setDeviceMetricsOverride" if width else "clearDeviceMetricsOverride"
        self._devtools(f"Emulation.{name}", sizes if width else {})

    def emulate(self, **features: str) -> None:
        """Let media features match, e.g. ``prefers_color_scheme="dark"``; without any, those of the machine."""
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._devtools("Emulation.setEmulatedMedia", {"features": wanted})

    def accessibility_tree(self) -> list[dict[str, Any]]:
        """Return what a screen reader gets: the nodes, with roles, names and properties (DevTools' AXNode)."""
        return list(self._devtools("Accessibility.getFullAXTree", {})["nodes"])

    def screenshot(self) -> bytes:
        """Return a PNG of what the window shows."""
        return base64.b64decode(self._devtools("Page.captureScreenshot", {"format": "png"})["data"])

    def messages(self) -> list[str]:
        """Return what the console reported as an error: broken policies, uncaught exceptions, failed requests."""
        entries = self._call("POST", "se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def _devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._call("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def _find(self, css: str) -> str:
        found = self._call("POST", "element", {"using": "css selector", "value": css})
        return str(found[_ELEMENT])

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self._http.request(method, f"{self._url}/{path}", json=body, timeout=60)
        value = answer.json()["value"]
        assert answer.ok, f"{path}: {value['error']}: {value['message']}"
        return value


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start chromedriver and a Chromium with a profile of its own; both end with the block."""
    driver = shutil.which("chromedriver")
    assert driver, "chromedriver is not installed: apt-get install chromium chromium-driver"
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="bothub-browser-", ignore_cleanup_errors=True) as directory:
        log = Path(directory, "driver.log")
        process = subprocess.Popen([driver, f"--port={port}", f"--log-path={log}"], stdout=subprocess.DEVNULL)
        try:
            with requests.Session() as http:
                http.trust_env = False
                base = f"http://127.0.0.1:{port}"
                wait_until(lambda: _is_ready(http, base), what="chromedriver is ready")
                browser = Browser(_begin(http, base, directory), http)
                try:
                    yield browser
                finally:
                    http.delete(browser._url, timeout=30)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _begin(http: requests.Session, base: str, directory: str) -> str:
    options: dict[str, object] = {"args": [*_FLAGS, f"--user-data-dir={directory}/profile"]}
    if chromium := shutil.which("chromium"):
        options["binary"] = chromium
    capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    answer = http.post(f"{base}/session", json={"capabilities": {"alwaysMatch": capabilities}}, timeout=120)
    assert answer.ok, answer.text
    return f"{base}/session/{answer.json()['value']['sessionId']}"


def _is_ready(http: requests.Session, base: str) -> bool:
    try:
        return bool(http.get(f"{base}/status", timeout=5).json()["value"]["ready"])
    except requests.ConnectionError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
