"""Lays the options of a command over a message from a file: options win, the rest stays as it was written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import MessageContact, contact_to_payload, is_bare
from bothub_cli.record import record

if TYPE_CHECKING:
    from bothub_cli.authoring.draft import MessageDraft
    from bothub_cli.messages import Suggestion


TO = "to"  # the number beside a message, as lists of people name it


@record
class Overrides:
    """What the options say; ``default_traffic_type`` fills in only where a message says nothing.

    ``read_number`` returns the number of a message's own contact in E.164; without it the contact stays as written.
    """

    contacts: tuple[MessageContact, ...] = ()
    traffic_type: str | None = None
    default_traffic_type: str | None = None
    chips: "tuple[Suggestion, ...]" = ()
    expiry: str | None = None
    in_reply_to: str | None = None
    read_number: Callable[[str | float], str] | None = None


@record
class OutgoingMessage:
    """A body for the send call, and the draft that it was made of, when it came from a file.

    ``payload`` is a JSON object, unless the user wrote something else: the check says so, and ``wrong_number`` with it.
    """

    payload: object
    draft: "MessageDraft | None" = None
    wrong_number: InputRefusedError | None = None

    @property
    def source(self) -> str | None:
        """File and line that it came from."""
        return str(self.draft.location) if self.draft else None

    @property
    def contact(self) -> str | None:
        """The number or chatId that it goes to, if it names one."""
        envelope = self.payload.get("messageContact") if isinstance(self.payload, Mapping) else None
        if not isinstance(envelope, Mapping):
            return None
        value = envelope.get("userContact", envelope.get("chatId"))
        return value if isinstance(value, str) else None

    def find_line(self, pointer: str) -> int | None:
        """Return the line of the file that a pointer into the payload stands for."""
        if self.draft is None:
            return None
        from bothub_cli.authoring.draft import locate  # only a finding has a line

        written = self.draft.payload if isinstance(self.draft.payload, Mapping) else {}
        if pointer.startswith("/messageContact") and TO in written:
            return locate(self.draft, f"/{TO}")
        is_wrapped = is_bare({name: value for name, value in written.items() if name != TO})
        return locate(self.draft, pointer.removeprefix("/RCSMessage") if is_wrapped else pointer)


def compose(payload: object, overrides: Overrides, *, draft: "MessageDraft | None" = None) -> Iterator[OutgoingMessage]:
    """Yield the message once for each contact that the options name, or once as it is addressed."""
    if not isinstance(payload, Mapping):
        yield OutgoingMessage(payload=payload, draft=draft)
        return
    body = _to_body(payload)
    if isinstance(body.get("RCSMessage"), Mapping):
        body["RCSMessage"] = _overlay(body["RCSMessage"], overrides)
    if overrides.in_reply_to is not None:
        body["msgId"] = overrides.in_reply_to
    for contact in overrides.contacts:
        yield OutgoingMessage(payload=body | {"messageContact": contact_to_payload(contact)}, draft=draft)
    if not overrides.contacts:
        wrong_number = _read_own_number(body, overrides)
        yield OutgoingMessage(payload=body, draft=draft, wrong_number=wrong_number)


def _to_body(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message as the body of a call; a ``to`` beside it is its contact, as in a campaign's list."""
    message, contact = payload, {}
    if TO in payload and "messageContact" not in payload:
        message = {name: value for name, value in payload.items() if name != TO}
        contact = {"messageContact": {"userContact": payload[TO]}}
    return ({"RCSMessage": message} if is_bare(message) else dict(message)) | contact


def _read_own_number(body: dict[str, Any], overrides: Overrides) -> InputRefusedError | None:
    """Put the number that a message names into E.164; return what is wrong with it.

    What is neither a text nor a decimal number is left to the check.
    """
    contact = body.get("messageContact")
    written = contact.get("userContact") if isinstance(contact, Mapping) else None
    if overrides.read_number is None or not isinstance(written, str | float):
        return None
    try:
        body["messageContact"] = {**body["messageContact"], "userContact": overrides.read_number(written)}
    except InputRefusedError as error:
        return error
    return None


def compose_drafts(drafts: "Iterable[MessageDraft]", overrides: Overrides) -> Iterator[OutgoingMessage]:
    """Compose every draft, in order, as it is read."""
    for draft in drafts:
        yield from compose(draft.payload, overrides, draft=draft)


def _overlay(rcs_message: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    """Return the RCSMessage with the options laid over it; chips of the options come after those of the file."""
    traffic_type = overrides.traffic_type or rcs_message.get("trafficType") or overrides.default_traffic_type
    merged = ({"trafficType": traffic_type} if traffic_type else {}) | dict(rcs_message)
    if traffic_type:
        merged["trafficType"] = traffic_type
    if overrides.expiry is not None:
        merged["expiry"] = overrides.expiry
    if overrides.chips:
        merged["suggestedChipList"] = _with_chips(merged.get("suggestedChipList"), overrides.chips)
    return merged


def _with_chips(existing: object, chips: "tuple[Suggestion, ...]") -> dict[str, Any]:
    from bothub_cli.messages import SuggestedChipList  # with it all suggestions

    added = SuggestedChipList(suggestions=chips).to_payload()
    if not isinstance(existing, Mapping) or not isinstance(existing.get("suggestions"), list):
        return added
    return dict(existing) | {"suggestions": [*existing["suggestions"], *added["suggestions"]]}
