"""The pictures of messages, under addresses of the sandbox itself: fetched at the first look, kept for the next."""

import asyncio
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable

from bothub_cli.sandbox.state.pictures.fetch import PICTURE_MAX, PictureFetcher
from bothub_cli.sandbox.state.pictures.image_types import Picture, PictureRefusedError, read_picture
from bothub_cli.sandbox.state.uploaded_files import UploadedFiles

PICTURE_PATH = "/sandbox/pictures"
NAMES_KEPT = 20_000
BYTES_KEPT = 64 * 1024 * 1024
FAILURE_KEPT = 30.0  # seconds until a picture that failed is asked for again
AT_ONCE = 4  # fetches


class FetchedPictures:
    """Names URLs, and finds the picture behind a name; lives in the event loop of the server.

    Without a fetcher it knows the pictures of the files alone that were uploaded to the sandbox.
    A name cannot be guessed by others, and is the same for the same URL as long as the sandbox runs: nobody makes the
    sandbox fetch anything but what stood in a message that its owner looked at.
    """

    def __init__(
        self, fetcher: PictureFetcher | None, files: UploadedFiles, *, own_files: str, now: Callable[[], float]
    ) -> None:
        self._fetcher = fetcher
        self._files = files
        self._own_files = own_files
        self._now = now
        self._secret = secrets.token_bytes(32)
        self._urls: OrderedDict[str, str] = OrderedDict()
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._bytes_kept = 0
        self._failed: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Picture]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def address_of(self, url: str) -> str | None:
        """Return the path under which the page finds the URL's picture; None when nobody would fetch it."""
        if self._fetcher is None and not url.startswith(self._own_files):
            return None
        name = hmac.digest(self._secret, url.encode("utf-8", "surrogatepass"), "sha256").hex()
        self._urls[name] = url
        self._urls.move_to_end(name)
        if len(self._urls) > NAMES_KEPT:
            self._urls.popitem(last=False)
        return f"{PICTURE_PATH}/{name}"

    async def find(self, name: str) -> Picture:
        """Return the picture. Raises PictureRefusedError."""
        url = self._urls.get(name)
        if url is None:
            raise PictureRefusedError("no such picture")
        if self._fetcher is None or url.startswith(self._own_files):  # looked at anew: it may have expired by now
            return await asyncio.to_thread(self._read_own, url)
        if (kept := self._kept.get(name)) is not None:
            self._kept.move_to_end(name)
            return kept
        failed_at, why = self._failed.get(name, (0.0, None))
        if why is not None and self._now() < failed_at + FAILURE_KEPT:
            raise PictureRefusedError(why)
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = asyncio.ensure_future(self._fetch(self._fetcher, name, url))
            task.add_done_callback(lambda _: self._under_way.pop(name, None))
        return await asyncio.shield(task)  # one reader that leaves does not end it for the others

    def stop(self) -> None:
        """End what is under way."""
        if self._fetcher is not None:
            self._fetcher.stop()

    async def _fetch(self, fetcher: PictureFetcher, name: str, url: str) -> Picture:
        try:
            async with self._turns:
                picture = await asyncio.to_thread(fetcher.fetch, url)
        except PictureRefusedError as refused:
            self._failed[name] = (self._now(), str(refused))
            if len(self._failed) > NAMES_KEPT:
                self._failed.popitem(last=False)
            raise
        self._keep(name, picture)
        return picture

    def _read_own(self, url: str) -> Picture:
        stored = self._files.find(url.removeprefix(self._own_files))
        if stored is not None and stored.status == "expired":
            raise PictureRefusedError("the file has expired")
        if stored is None or stored.source_url is not None:  # one that is still pending is there all the same
            raise PictureRefusedError("no such file")
        if stored.size > PICTURE_MAX:
            raise PictureRefusedError(f"larger than {PICTURE_MAX} bytes")
        return read_picture(self._files.path(stored.file_id).read_bytes())

    def _keep(self, name: str, picture: Picture) -> None:
        self._kept[name] = picture
        self._bytes_kept += len(picture.content)
        while self._bytes_kept > BYTES_KEPT:
            _, oldest = self._kept.popitem(last=False)
            self._bytes_kept -= len(oldest.content)
