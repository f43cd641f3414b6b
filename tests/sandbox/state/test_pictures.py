"""With --fetch-media the sandbox itself shows the pictures of messages; nobody else is asked, and nothing private."""

import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.pictures.addresses import is_allowed
from bothub_cli.sandbox.state.pictures.fetch import PICTURE_MAX, PictureFetcher
from bothub_cli.sandbox.state.pictures.image_types import PictureRefusedError, read_picture
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings

NUMBER = "+33612345678"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


class _Gallery(BaseHTTPRequestHandler):
    """A web server whose paths behave well and badly."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        match self.path:
            case "/tram.png":
                self._answer(200, PNG)
            case "/moved":
                self._answer(302, b"", Location="/tram.png")
            case "/round":
                self._answer(302, b"", Location="/round")
            case "/inwards":
                self._answer(302, b"", Location="http://10.0.0.1/tram.png")
            case "/file":
                self._answer(302, b"", Location="file:///etc/passwd")
            case "/drawing.svg":
                self._answer(200, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
            case "/huge.png":
                self._answer(200, PNG + b"\x00" * PICTURE_MAX)
            case "/half.png":
                self._answer(200, PNG, Content_Length="5000")
            case _:
                self._answer(404, PNG)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": "image/png", "Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def gallery() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (_Gallery,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _url(gallery: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{gallery.server_port}{path}"


def _asked(gallery: ThreadingHTTPServer) -> list[str]:
    return gallery.RequestHandlerClass.asked  # type: ignore[attr-defined, no-any-return]  # _Gallery's


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:192.168.1.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
    ],
)
def test_an_address_that_is_not_public_is_never_asked(address: str) -> None:
    assert not is_allowed(address, may_be_local=False)


@pytest.mark.parametrize("address", ["10.1.2.3", "169.254.169.254", "fd00::1", "::ffff:10.0.0.1"])
def test_where_this_machine_may_be_asked_a_private_network_still_may_not(address: str) -> None:
    assert not is_allowed(address, may_be_local=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_be_asked_where_that_was_said(address: str) -> None:
    assert is_allowed(address, may_be_local=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_a_public_address_may_be_asked(address: str) -> None:
    assert is_allowed(address, may_be_local=False)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/missing.png", "the server answered 404"),
        ("/round", "more than 3 redirects"),
        ("/inwards", "10.0.0.1 is no public address"),
        ("/file", "not an http or https URL"),
        ("/drawing.svg", "neither PNG, JPEG, GIF nor WebP"),
        ("/huge.png", "larger than"),
        ("/half.png", "broke before its end"),
    ],
)
def test_what_is_no_picture_is_refused(gallery: ThreadingHTTPServer, path: str, problem: str) -> None:
    with pytest.raises(PictureRefusedError, match=problem):
        PictureFetcher(may_be_local=True).fetch(_url(gallery, path))


def test_without_leave_this_machine_is_not_even_connected_to(gallery: ThreadingHTTPServer) -> None:
    with pytest.raises(PictureRefusedError, match="no public address"):
        PictureFetcher().fetch(_url(gallery, "/tram.png"))
    assert _asked(gallery) == []


@pytest.mark.parametrize("drip", [b"", b"H", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n\x89PNG"])
def test_a_server_that_drips_is_given_up_in_time(drip: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def answer_slowly() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(drip)
                while not over.wait(0.05):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=answer_slowly)
        thread.start()
        try:
            with pytest.raises(PictureRefusedError):
                PictureFetcher(may_be_local=True, max_wait=0.5).fetch(
                    f"http://127.0.0.1:{listener.getsockname()[1]}/tram.png"
                )
        finally:
            over.set()
            thread.join()


def test_a_redirect_is_followed(gallery: ThreadingHTTPServer) -> None:
    picture = PictureFetcher(may_be_local=True).fetch(_url(gallery, "/moved"))
    assert (picture.media_type, picture.content) == ("image/png", PNG)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (PNG, "image/png"),
    ],
)
def test_the_bytes_say_what_kind_of_picture_it_is(content: bytes, media_type: str) -> None:
    assert read_picture(content).media_type == media_type


# ---- through the server ------------------------------------------------------------------------------------------


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> SandboxSettings:
    return SandboxSettings(rate_limits=RateLimits.off(), fetch_media=getattr(request, "param", "local"))


def _card(url: str, media_type: str = "image/png", **more: object) -> dict[str, Any]:
    media = {"mediaUrl": url, "mediaContentType": media_type, "mediaFileSize": 100, "height": "MEDIUM_HEIGHT", **more}
    content = {"media": media, "title": "Trams"}
    return {"message": {"generalPurposeCard": {"layout": {"cardOrientation": "VERTICAL"}, "content": content}}}


def _send_card(api: Any, url: str, **more: Any) -> None:
    body = {"RCSMessage": {"richcardMessage": _card(url, **more)}, "messageContact": {"userContact": NUMBER}}
    assert api.log_in().call("POST", "messages", json=body).status_code == 202


def _pictures(api: Any) -> list[str]:
    """Return the addresses of the pictures in the drawn chat."""
    shown = api.session.get(f"{api.url}/sandbox/api/view/phones/{NUMBER}", timeout=10).json()
    return re.findall(r'<img class="rcs-(?:box-)?picture" src="([^"]*)"', shown["messages"][-1]["html"])


@pytest.mark.parametrize("settings", ["never"], indirect=True)
def test_without_the_option_a_card_shows_its_box_alone(api: Any, gallery: ThreadingHTTPServer) -> None:
    _send_card(api, _url(gallery, "/tram.png"))
    assert _pictures(api) == []
    assert api.session.get(f"{api.url}/sandbox/pictures/any", timeout=10).status_code == 404


def test_the_picture_comes_from_the_sandbox_itself_and_is_fetched_once(api: Any, gallery: ThreadingHTTPServer) -> None:
    _send_card(api, _url(gallery, "/tram.png"))
    assert _asked(gallery) == []  # nobody looked yet
    (address,) = _pictures(api)
    assert re.fullmatch(r"/sandbox/pictures/[0-9a-f]{64}", address)
    for _ in range(2):
        answer = api.session.get(api.url + address, timeout=10)
        assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", PNG)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert _asked(gallery) == ["/tram.png"]


def test_a_picture_that_failed_is_told_and_not_asked_for_at_once_again(api: Any, gallery: ThreadingHTTPServer) -> None:
    _send_card(api, _url(gallery, "/drawing.svg"))
    (address,) = _pictures(api)
    for _ in range(2):
        answer = api.session.get(api.url + address, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (404, "neither PNG, JPEG, GIF nor WebP")
    assert _asked(gallery) == ["/drawing.svg"]
    api.server.advance(minutes=1)
    api.session.get(api.url + address, timeout=10)
    assert len(_asked(gallery)) == 2


def test_a_browser_that_gets_no_picture_gets_nothing_to_see(api: Any, gallery: ThreadingHTTPServer) -> None:
    _send_card(api, _url(gallery, "/missing.png"))
    (address,) = _pictures(api)
    answer = api.session.get(api.url + address, headers={"Accept": "image/webp,image/*,*/*;q=0.8"}, timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "image/gif")
    assert answer.headers["cache-control"] == "no-store"


def test_a_name_that_stands_for_nothing_fetches_nothing(api: Any) -> None:
    answer = api.session.get(f"{api.url}/sandbox/pictures/{'0' * 64}", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (404, "no such picture")


def test_a_video_shows_its_thumbnail(api: Any, gallery: ThreadingHTTPServer) -> None:
    thumbnail = {
        "thumbnailUrl": _url(gallery, "/tram.png"),
        "thumbnailContentType": "image/png",
        "thumbnailFileSize": 100,
    }
    _send_card(api, _url(gallery, "/film.mp4"), media_type="video/mp4", **thumbnail)
    (address,) = _pictures(api)
    assert api.session.get(api.url + address, timeout=10).content == PNG
    assert _asked(gallery) == ["/tram.png"]


def test_a_file_of_a_picture_is_shown(api: Any, gallery: ThreadingHTTPServer) -> None:
    file = {"fileUrl": _url(gallery, "/tram.png"), "fileMIMEType": "image/png", "fileSize": 100}
    api.log_in().call(
        "POST", "messages", json={"RCSMessage": {"fileMessage": file}, "messageContact": {"userContact": NUMBER}}
    )
    (address,) = _pictures(api)
    assert api.session.get(api.url + address, timeout=10).content == PNG


@pytest.mark.parametrize("settings", ["never", "public"], indirect=True)
def test_an_uploaded_file_is_shown_at_once_whatever_may_be_fetched(api: Any) -> None:
    _send_card(api, _upload(api, PNG)["fileUrl"])  # while the file is pending still, as bothub does
    (address,) = _pictures(api)
    assert api.session.get(api.url + address, timeout=10).content == PNG


@pytest.mark.parametrize("settings", ["never"], indirect=True)
@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""])
def test_an_uploaded_file_that_is_no_picture_is_not_served_as_one(api: Any, content: bytes) -> None:
    _send_card(api, _upload(api, content)["fileUrl"])
    (address,) = _pictures(api)
    answer = api.session.get(api.url + address, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (404, "neither PNG, JPEG, GIF nor WebP")


@pytest.mark.parametrize("settings", ["never"], indirect=True)
def test_a_deleted_picture_is_not_shown(api: Any) -> None:
    file = _upload(api, PNG)
    _send_card(api, file["fileUrl"])
    (address,) = _pictures(api)
    assert api.call("DELETE", f"files/{file['fileId']}").status_code == 204
    assert api.session.get(api.url + address, timeout=10).json()["error"] == "no such file"


def _upload(api: Any, content: bytes) -> Any:
    form = {"data": {"fileType": "image/png"}, "files": {"fileContent": ("tram.png", content)}}
    return api.log_in().call("POST", "files", **form).json()["file"]


def test_it_stops_while_a_picture_is_on_its_way(identity: SandboxIdentity, api: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with SandboxServer([identity], settings=SandboxSettings(fetch_media="local")) as server:
            api.server = server
            _send_card(api, f"http://127.0.0.1:{silent.getsockname()[1]}/tram.png")
            (address,) = _pictures(api)
            with socket.create_connection(("127.0.0.1", server.port)) as browser:
                browser.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (address.encode(), server.port))
                asked, _ = silent.accept()
                server.stop()
        with asked:
            assert asked.recv(1000).startswith(b"GET /tram.png HTTP/1.1\r\n")
            assert asked.recv(1000) == b""  # the sandbox ended it, long before its max_wait did
