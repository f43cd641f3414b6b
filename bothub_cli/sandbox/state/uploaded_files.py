"""The files that bots uploaded, on disk, and how far each is."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bothub_cli.clock import to_rfc3339


@dataclass(slots=True, kw_only=True)
class UploadedFile:
    """One uploaded file; ``source_url`` when it was given by URL: then nothing is fetched and its size is unknown."""

    file_id: str
    bot_id: str
    file_url: str
    file_type: str
    size: int
    status: str  # pending, ready, expired, invalid
    valid_until: datetime
    source_url: str | None = None

    def to_document(self) -> dict[str, object]:
        """Return what FNW.11 tells about a file."""
        return {
            "file": {
                "fileId": self.file_id,
                "fileUrl": self.file_url,
                "fileSize": self.size,
                "status": self.status,
                "validity": to_rfc3339(self.valid_until),
            }
        }


class UploadedFiles:
    """Keeps each file's content under its id in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files: dict[str, UploadedFile] = {}

    def add(self, stored: UploadedFile, *, content: Path | None) -> None:
        """Keep a file; its content is moved here."""
        if content is not None:
            shutil.move(content, self.path(stored.file_id))
        self._files[stored.file_id] = stored

    def find(self, file_id: str) -> UploadedFile | None:
        return self._files.get(file_id)

    def path(self, file_id: str) -> Path:
        """Return where a file's content lies."""
        return self._directory / file_id

    def remove(self, file_id: str) -> None:
        """Forget a file and its content."""
        self._files.pop(file_id, None)
        self.path(file_id).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[UploadedFile]:
        return iter(list(self._files.values()))

    def clear(self) -> None:
        for file_id in list(self._files):
            self.remove(file_id)
