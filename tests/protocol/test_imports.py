"""What the protocol costs to import: most commands find their tokens in the cache and need no key."""

import subprocess
import sys

HEAVY = ("jose", "cryptography", "requests", "urllib3", "rich", "yaml", "phonenumbers")


def loaded_by(module: str) -> list[str]:
    script = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_no_protocol_module_loads_a_heavy_library() -> None:
    names = "assertion capabilities fault_codes faults keys media messaging token_requests token_pair"
    assert loaded_by(", ".join(f"bothub_cli.protocol.{name}" for name in names.split())) == []


def test_the_client_does_not_load_the_transport_s_library() -> None:
    assert loaded_by("bothub_cli.client") == []
