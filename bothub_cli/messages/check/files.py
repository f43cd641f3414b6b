"""Judges the contents that point elsewhere: a file, a sound, a place."""

import re
from collections.abc import Collection

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.media import check_ending, check_media_type, check_size, check_thumbnail
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import GOOGLE
from bothub_cli.messages.check.show import show
from bothub_cli.messages.check.times import check_time
from bothub_cli.messages.check.urls import check_file_url
from bothub_cli.messages.limits import (
    AUDIO_TYPES,
    FILE_NAME_MAX,
    FILE_TYPES,
    GEOLOCATION_LABEL_MAX,
    IMAGE_TYPES,
    LATITUDE_MAX,
    LONGITUDE_MAX,
    TIME_OFFSET_MAX,
)
from bothub_cli.messages.model.content import AudioMessage, FileMessage, GeolocationPushMessage
from bothub_cli.messages.model.position import read_position
from bothub_cli.messages.model.wire import member_names

_FILE = member_names(FileMessage)
_AUDIO = member_names(AudioMessage)
_GEOLOCATION = member_names(GeolocationPushMessage) | {"pos"}
_POSITION = re.compile(r"[+-]?\d{1,3}(\.\d+)? [+-]?\d{1,3}(\.\d+)?", re.ASCII)


def check_attachment(rcs_message: Node, name: str) -> None:
    """Check ``fileMessage``, ``audioMessage`` or ``geolocationPushMessage``."""
    match name:
        case "fileMessage":
            _check_file(rcs_message)
        case "audioMessage":
            _check_audio(rcs_message)
        case "geolocationPushMessage":
            _check_geolocation(rcs_message)


def _check_file(rcs_message: Node) -> None:
    file = rcs_message.child("fileMessage", fix='write {"fileUrl": "https://…"}')
    if file is None:
        return
    file.only(_FILE)
    _check_reference(file, FILE_TYPES)
    check_file_url(file, "thumbnailUrl")
    file.text("thumbnailFileName", maximum=FILE_NAME_MAX)
    check_thumbnail(file, type_name="thumbnailMIMEType", size_name="thumbnailFileSize", accepted=IMAGE_TYPES)


def _check_reference(file: Node, accepted: Collection[str]) -> None:
    """Check what files and sounds are fetched and shown by: an address, a name, a type, a size."""
    check_file_url(file, "fileUrl", required=True)
    file.text("fileName", maximum=FILE_NAME_MAX)
    media_type = check_media_type(file, "fileMIMEType", accepted)
    check_ending(file, "fileUrl", "fileMIMEType", media_type)
    check_size(file, "fileSize", media_type)


def _check_audio(rcs_message: Node) -> None:
    audio = rcs_message.child("audioMessage", fix='write {"fileUrl": "https://…"}')
    if audio is None:
        return
    audio.only(_AUDIO)
    _check_reference(audio, AUDIO_TYPES)
    audio.integer("playingLength")
    rcs_message.report(
        rules.AUDIO_AS_FILE,
        "audioMessage",
        "Google has no audio message, only files: BotHub may refuse this one",
        source=GOOGLE,
        fix="send it as a fileMessage",
    )


def _check_geolocation(rcs_message: Node) -> None:
    place = rcs_message.child("geolocationPushMessage", fix='write {"pos": "48.8566 2.3522"}')
    if place is None:
        return
    place.only(_GEOLOCATION)
    _check_position(place)
    place.text("label", maximum=GEOLOCATION_LABEL_MAX)
    check_time(place, "timestamp")
    check_time(place, "expiry")
    place.number("timeOffset", largest=TIME_OFFSET_MAX, unit="minutes")
    radius = place.number("radius")
    if radius is not None and radius < 0:
        place.report(rules.NUMBER_RANGE, "radius", "radius is negative", limit="0 or more metres", actual=show(radius))
    rcs_message.report(
        rules.GEOLOCATION_IGNORED,
        "geolocationPushMessage",
        "Google lets users share a place, not businesses: BotHub may refuse it",
        source=GOOGLE,
        fix="send a suggestion with showLocation",
    )


def _check_position(place: Node) -> None:
    written = place.text("pos", required=True)
    if not written:
        return
    position = read_position(written)
    if position is None or not _POSITION.fullmatch(written[:100]):
        guess = read_position(written[:100].replace(",", " ").replace(";", " "))
        place.report(
            rules.POSITION_FORMAT,
            "pos",
            "pos is not a latitude and a longitude with one space between",
            limit='like "48.8566 2.3522", decimal degrees (WGS 84)',
            actual=show(written),
            fix=f'write "{guess[0]:g} {guess[1]:g}"' if guess else None,
        )
    for name, degrees, largest in zip(
        ("latitude", "longitude"), position or (), (LATITUDE_MAX, LONGITUDE_MAX), strict=False
    ):
        if abs(degrees) > largest:
            place.report(
                rules.NUMBER_RANGE,
                "pos",
                f"the {name} is out of range",
                limit=f"-{largest} to {largest} degrees",
                actual=show(degrees),
            )
