"""What an address says: whether it means this machine, whether it is the web's, and what of it may be shown."""

from urllib.parse import urlsplit

SANDBOX_FILES = "/sandbox/files/"  # where a sandbox shows uploaded files; the real platform has an address elsewhere


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address can only mean this very machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    if not name[-1:].isdigit() and ":" not in name:
        return False  # a name: ipaddress, which takes 3 ms to load, need not see it
    import ipaddress  # 3 ms that a name need not pay

    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def is_loopback_url(url: str) -> bool:
    """Tell whether an address leads to this very machine; what is no address does not."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def is_web_url(url: str) -> bool:
    """Tell whether the text is an absolute http or https URL with a host, and a port that exists if it names one."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        return False
    return usable and url.isprintable() and " " not in url


def find_host(url: str) -> str:
    """Return the host and port, which are safe to show; empty for what is no address."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def without_query(url: str) -> str:
    """Return the URL without user, password, query and fragment: people put tokens there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an unreadable address"
    return f"{parts.scheme}://{find_host(url)}{parts.path}"
