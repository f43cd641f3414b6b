"""Recognises messages in Google's own format (RCS for Business REST API) and makes GSMA FNW.11 of them.

Source: Google's AgentMessage, AgentContentMessage, RichCard, Suggestion and ContentInfo reference pages.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bothub_cli.messages.limits import ELEMENTS_READ_MAX
from bothub_cli.messages.media_types import guess_content_type
from bothub_cli.record import record

_CARDS = ("standaloneCard", "carouselCard")
_CONTENTS = ("text", "richCard", "contentInfo", "uploadedRbmFile", "fileName")
_TRAFFIC = {"PROMOTION": "advertisement"}  # the others have no word in RCC.07 3.6.7.2
_TTL = re.compile(r"(\d{1,9})(\.\d{1,9})?s", re.ASCII)
_WIDTHS = {"SMALL": "SMALL_WIDTH", "MEDIUM": "MEDIUM_WIDTH"}
_HEIGHTS = {"SHORT": "SHORT_HEIGHT", "MEDIUM": "MEDIUM_HEIGHT", "TALL": "TALL_HEIGHT"}
_VIEW_MODES = {"FULL": "full", "HALF": "half", "TALL": "tall"}

Json = Mapping[str, Any]  # JSON as somebody wrote it
Ask = Callable[[str], tuple[str | None, int | None]]


@record
class Conversion:
    """An RCSMessage, and what could not be said in it or is still missing."""

    rcs_message: dict[str, Any]
    remarks: tuple[str, ...] = ()


def is_google_format(payload: object) -> bool:
    """Tell whether a payload is an AgentMessage of Google, or the content of one."""
    if not isinstance(payload, Mapping) or "RCSMessage" in payload:
        return False
    if isinstance(payload.get("contentMessage"), Mapping):
        return True
    if any(isinstance(payload.get(name), Mapping) for name in ("richCard", "contentInfo", "uploadedRbmFile", *_CARDS)):
        return True
    return isinstance(payload.get("text"), str) and _has_google_suggestions(payload.get("suggestions", []))


def _has_google_suggestions(suggestions: object) -> bool:
    if not isinstance(suggestions, Sequence) or isinstance(suggestions, str):
        return False
    faces = [
        face
        for each in suggestions[:ELEMENTS_READ_MAX]
        if isinstance(each, Mapping)
        for face in (each.get("reply"), each.get("action"))
        if isinstance(face, Mapping)
    ]
    return bool(faces) and all("text" in face and "displayText" not in face for face in faces)


def convert_google(payload: Json, *, now: datetime, ask: Ask | None = None) -> Conversion:
    """Return the FNW.11 message of one in Google's format; ``now`` (aware) is when a ``ttl`` begins.

    ``ask`` is given the address of a file and returns its type and size, each None when it cannot be known.
    """
    return _Converter(now=now, ask=ask).convert(payload)


class _Converter:
    def __init__(self, *, now: datetime, ask: Ask | None) -> None:
        self.now = now
        self.ask = ask
        self.remarks: list[str] = []

    def convert(self, payload: Json) -> Conversion:
        content = _object(payload.get("contentMessage")) or payload
        if any(name in content for name in _CARDS):
            content = {"richCard": content}
        message = self._travel(payload) | self._content(content)
        if chips := [self._suggestion(each) for each in _list(content.get("suggestions"))]:
            message["suggestedChipList"] = {"suggestions": chips}
        self._tell_rest(payload if "contentMessage" in payload else {}, ("contentMessage", *_TRAVEL), "")
        self._tell_rest(content, (*_CONTENTS, "suggestions", *_TRAVEL, *_CARDS), "contentMessage/")
        return Conversion(rcs_message=message, remarks=tuple(dict.fromkeys(self.remarks)))

    def _travel(self, payload: Json) -> dict[str, Any]:
        found: dict[str, Any] = {}
        traffic = payload.get("messageTrafficType")
        if isinstance(traffic, str) and traffic in _TRAFFIC:
            found["trafficType"] = _TRAFFIC[traffic]
        elif traffic is not None:
            self.remarks.append(f"messageTrafficType {traffic} has no word in GSMA's list: left out")
        ttl = _TTL.fullmatch(str(payload.get("ttl", "")))
        if ttl is not None:
            end = self.now.replace(microsecond=0) + timedelta(seconds=int(ttl[1]))
            found["expiry"] = end.isoformat().replace("+00:00", "Z")
        elif isinstance(payload.get("expireTime"), str):
            found["expiry"] = payload["expireTime"]
        return found

    def _content(self, content: Json) -> dict[str, Any]:
        if isinstance(text := content.get("text"), str):
            return {"textMessage": text}
        if card := _object(content.get("richCard")):
            return {"richcardMessage": {"message": self._rich_card(card)}}
        if info := _object(content.get("contentInfo")):
            return {"fileMessage": self._file(info)}
        self.remarks.append("a file that was uploaded to Google is unknown to BotHub: bothub file upload FILE")
        return {}

    def _rich_card(self, card: Json) -> dict[str, Any]:
        if carousel := _object(card.get("carouselCard")):
            width = _WIDTHS.get(str(carousel.get("cardWidth")), "MEDIUM_WIDTH")
            cards = [self._card(_object(each)) for each in _list(carousel.get("cardContents"))]
            return {"generalPurposeCardCarousel": {"layout": {"cardWidth": width}, "content": cards}}
        single = _object(card.get("standaloneCard"))
        orientation = "HORIZONTAL" if single.get("cardOrientation") == "HORIZONTAL" else "VERTICAL"
        layout = {"cardOrientation": orientation}
        if orientation == "HORIZONTAL":
            layout["imageAlignment"] = "RIGHT" if single.get("thumbnailImageAlignment") == "RIGHT" else "LEFT"
        return {"generalPurposeCard": {"layout": layout, "content": self._card(_object(single.get("cardContent")))}}

    def _card(self, content: Json) -> dict[str, Any]:
        card: dict[str, Any] = {}
        if media := _object(content.get("media")):
            card["media"] = self._media(media)
        card |= {name: content[name] for name in ("title", "description") if name in content}
        if buttons := [self._suggestion(each) for each in _list(content.get("suggestions"))]:
            card["suggestions"] = buttons
        return card

    def _media(self, media: Json) -> dict[str, Any]:
        info = _object(media.get("contentInfo"))
        if not info:
            self.remarks.append("a file that was uploaded to Google is unknown to BotHub: bothub file upload FILE")
        url, small = str(info.get("fileUrl", "")), info.get("thumbnailUrl")
        found = {"mediaUrl": url, "height": _HEIGHTS.get(str(media.get("height")), "MEDIUM_HEIGHT")}
        found |= self._facts(url, "mediaContentType", "mediaFileSize")
        if isinstance(small, str):
            found |= {"thumbnailUrl": small} | self._facts(small, "thumbnailContentType", "thumbnailFileSize")
        if isinstance(described := info.get("altText") or media.get("contentDescription"), str):
            found["contentDescription"] = described
        return found

    def _file(self, info: Json) -> dict[str, Any]:
        url, small = str(info.get("fileUrl", "")), info.get("thumbnailUrl")
        found = {"fileUrl": url} | self._facts(url, "fileMIMEType", "fileSize")
        if isinstance(small, str):
            found |= {"thumbnailUrl": small} | self._facts(small, "thumbnailMIMEType", "thumbnailFileSize")
        return found

    def _facts(self, url: str, type_name: str, size_name: str) -> dict[str, Any]:
        """Return the type and the size of a file, which Google's format does not say: its host does."""
        media_type, size = self.ask(url) if self.ask else (None, None)
        facts = {type_name: media_type or guess_content_type(url), size_name: size}
        self.remarks += [
            f"Google's format does not say {name} of {url}: write it, or let its host be asked with --probe"
            for name, value in facts.items()
            if value is None
        ]
        return {name: value for name, value in facts.items() if value is not None}

    def _suggestion(self, written: object) -> dict[str, Any]:
        suggestion = _object(written)
        kind = "reply" if "reply" in suggestion else "action"
        face = _object(suggestion.get(kind))
        found: dict[str, Any] = {"displayText": face.get("text", "")}
        if isinstance(data := face.get("postbackData"), str):
            found["postback"] = {"data": data}
        return {kind: found | (self._action(face) if kind == "action" else {})}

    def _action(self, face: Json) -> dict[str, Any]:
        fallback = {"fallbackUrl": face["fallbackUrl"]} if "fallbackUrl" in face else {}
        if (page := face.get("openUrlAction")) is not None:
            return {"urlAction": {"openUrl": _open_url(_object(page))}}
        if (call := face.get("dialAction")) is not None:
            number = {"phoneNumber": _object(call).get("phoneNumber", "")}
            return {"dialerAction": {"dialPhoneNumber": number | fallback}}
        if (place := face.get("viewLocationAction")) is not None:
            return {"mapAction": {"showLocation": {"location": _location(_object(place))} | fallback}}
        if "shareLocationAction" in face:
            return {"mapAction": {"requestLocationPush": {}}}
        if (entry := face.get("createCalendarEventAction")) is not None:
            names = ("startTime", "endTime", "title", "description")
            event = {name: _object(entry)[name] for name in names if name in _object(entry)}
            return {"calendarAction": {"createCalendarEvent": event | fallback}}
        other = next((name for name in face if str(name).endswith("Action")), "an action")
        self.remarks.append(f"{other} has no counterpart in GSMA's list: its button does nothing")
        return {}

    def _tell_rest(self, members: Json, known: tuple[str, ...], place: str) -> None:
        self.remarks += [f"{place}{name} has no counterpart: left out" for name in members if name not in known]


_TRAVEL = ("messageTrafficType", "ttl", "expireTime", "name", "sendTime")


def _open_url(page: Json) -> dict[str, Any]:
    found: dict[str, Any] = {"url": page.get("url", "")}
    application = page.get("application")
    if application in ("WEBVIEW", "BROWSER"):
        found["application"] = str(application).lower()
    if (mode := _VIEW_MODES.get(str(page.get("webviewViewMode")))) is not None:
        found["viewMode"] = mode
    return found


def _location(place: Json) -> dict[str, Any]:
    if "query" in place:
        return {"query": place["query"]}
    point = _object(place.get("latLong"))
    found = {name: point[name] for name in ("latitude", "longitude") if name in point}
    return found | ({"label": place["label"]} if "label" in place else {})


def _object(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
