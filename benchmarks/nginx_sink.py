"""An nginx on loopback that answers at once, or after 50 ms: what limits is then the client, not the server."""

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ECHO_MODULE = Path("/usr/lib/nginx/modules/ngx_http_echo_module.so")
ANSWER = '{"RCSMessage":{"msgId":"MzJmajlmamVzZGZ8bmQ","status":"pending"}}'
_CONFIGURATION = """
{load_echo}
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/errors.log;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} backlog=2048;
    location / {{ return 200 '{answer}'; }}
    {slow}
  }}
}}
"""
_SLOW = "location ~ ^/slow { echo_sleep 0.05; echo_exec /answer; }"


def find_nginx() -> str | None:
    """Return nginx's path; None when it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def run_sink(folder: Path, *, port: int) -> Iterator[str]:
    """Run nginx and yield its base URL; below ``/slow`` it takes 50 ms where the echo module is installed."""
    program = find_nginx()
    assert program is not None, "apt-get install nginx-light libnginx-mod-http-echo"
    has_echo = ECHO_MODULE.exists()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            load_echo=f"load_module {ECHO_MODULE};" if has_echo else "",
            folder=folder,
            port=port,
            answer=ANSWER,
            slow=_SLOW if has_echo else "",
        )
    )
    server = subprocess.Popen([program, "-c", configuration, "-e", folder / "start.log"])
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base)
        yield base
    finally:
        server.terminate()
        server.wait()


def _wait_for(base: str) -> None:
    for _ in range(50):
        try:
            urllib.request.urlopen(base, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("nginx does not start")
