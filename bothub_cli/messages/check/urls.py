"""Judges addresses: files that Google must fetch, pages that a tap opens."""

import re

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import GOOGLE
from bothub_cli.messages.check.show import shorten, show
from bothub_cli.messages.limits import URL_MAX
from bothub_cli.messages.media_types import guess_content_type
from bothub_cli.urls import SANDBOX_FILES

RFC3986 = "RFC 3986"
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_WEB = re.compile(r"(?i)https?://([^/?#]*)")
_NUMERIC_PRIVATE = re.compile(r"(127|10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+|0\.0\.0\.0|\[.*\]")
_KEPT_BY_SANDBOX = "a sandbox keeps it: use that sandbox's profile (--profile sandbox), or upload it with yours"
_PATH = r"(?i)\.{1,2}[/\\]|[/\\](?![/\\])|~[/\\]|[a-z]:[/\\]"
_UNOPENABLE = frozenset({"javascript", "vbscript", "data", "file", "about", "blob"})


def check_file_url(node: Node, name: str, *, required: bool = False) -> None:
    """Check the address of a file, which the platform fetches itself: public, and https."""
    url = _check_form(node, name, required=required, is_file=True)
    own_files = node.findings.own_files
    if url is None or (own_files is not None and url.startswith(own_files)):
        return
    if not (web := _WEB.match(url)):
        node.report(
            rules.URL_SCHEME,
            name,
            f"{name} cannot be fetched by the platform",
            limit="https://",
            actual=show(url),
            source=GOOGLE,
            fix=_advise_upload(url) or "put the file on a public https server, or upload it: bothub file upload",
        )
        return
    _check_host(node, name, web[1])
    _check_https(node, name, url)
    if _is_private(web[1]):
        node.report(
            rules.URL_NOT_PUBLIC,
            name,
            f"{name} is not reachable from the internet, and the platform must fetch it",
            limit="a public host",
            actual=show(web[1]),
            source=GOOGLE,
            fix=_KEPT_BY_SANDBOX if SANDBOX_FILES in url else "upload the file: bothub file upload",
        )


def check_page_url(node: Node, name: str, *, required: bool = False) -> None:
    """Check the address that a tap opens: a page, or a link into an app."""
    url = _check_form(node, name, required=required)
    if url is None:
        return
    if web := _WEB.match(url):
        _check_host(node, name, web[1])
        _check_https(node, name, url)
    elif url.partition(":")[0].lower() in _UNOPENABLE:
        node.report(
            rules.URL_SCHEME,
            name,
            f"{name} has a scheme that no phone opens from a message",
            limit="https://, or the scheme of an app",
            actual=show(url),
            source=GOOGLE,
            fix="use an https:// page",
        )


def check_style_url(node: Node, name: str) -> None:
    """Check the address of a style sheet."""
    _check_form(node, name, required=False)


def _check_form(node: Node, name: str, *, required: bool, is_file: bool = False) -> str | None:
    url = node.text(name, required=required)
    if not url or "{{" in url:  # an unfilled placeholder has its own finding
        return None
    if len(url) > URL_MAX:
        node.report(
            rules.URL_TOO_LONG,
            name,
            f"{name} is too long",
            limit=f"{URL_MAX} characters",
            actual=f"{len(url)} characters",
            source=GOOGLE,
        )
        return None
    if _URI.fullmatch(url):
        return url
    node.report(
        rules.URL_FORMAT,
        name,
        f"{name} is not a URI",
        limit="a scheme, and only the characters of RFC 3986",
        actual=show(url),
        source=RFC3986,
        fix=(_advise_upload(url) if is_file else None) or _mend(url),
    )
    return None


def _advise_upload(written: str) -> str | None:
    """Help who wrote the path of a file on this machine; None for what is no path."""
    path = written.strip().removeprefix("file://").removeprefix("localhost")
    is_path = path != written.strip() or re.match(_PATH, path) or (_is_name(path) and guess_content_type(path))
    shown = shorten(path)
    return f'upload it first: bothub file upload "{shown}"; then write the address that it tells' if is_path else None


def _is_name(path: str) -> bool:
    """Tell the name of a file, in a folder or not, from an address whose https:// was forgotten."""
    first, slash, _ = path.partition("/")
    return bool(first) and not set(path) & set(":?#") and not (slash and "." in first)


def _mend(url: str) -> str:
    if "://" not in url:
        return (
            f"write the whole address: https://{url.strip().lstrip('/')[:60]}" if "." in url else "begin with https://"
        )
    from urllib.parse import quote  # only a wrong address pays for it

    escaped = quote(url.strip(), safe="%:/?#[]@!$&'()*+,;=~-._", errors="replace")
    return f"write {escaped}" if len(escaped) <= 200 and _URI.fullmatch(escaped) else "escape other characters as %XX"


def _check_host(node: Node, name: str, authority: str) -> None:
    if not authority.rpartition("@")[2].partition(":")[0]:
        node.report(rules.URL_FORMAT, name, f"{name} has no host", limit="https://host/path", source=RFC3986)
    elif "@" in authority:
        node.report(
            rules.URL_CREDENTIALS,
            name,
            f"{name} holds a user name, which every receiver can read",
            source=RFC3986,
            fix="leave out the part before @",
        )


def _check_https(node: Node, name: str, url: str) -> None:
    if url[:5].lower() == "http:":
        node.report(
            rules.URL_HTTP,
            name,
            f"{name} is not encrypted; phones and platforms may refuse it",
            limit="https://",
            actual="http://",
            source=GOOGLE,
            fix="use https://",
        )


def _is_private(authority: str) -> bool:
    host = authority.rpartition("@")[2].lower()
    if host.startswith("["):
        return True  # an IPv6 literal: the public web has names
    host = host.partition(":")[0].rstrip(".")
    if not host:
        return False  # which is a finding of its own
    return (
        "." not in host
        or host.endswith((".local", ".internal", ".localhost"))
        or bool(_NUMERIC_PRIVATE.fullmatch(host))
    )
