"""Says what a phone will not show, each loss with its place in the message and its numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from bothub_cli.messages import Reply, UnknownSuggestion
from bothub_cli.preview.forecast.phones import CARDS_MAX, CHIPS_MAX
from bothub_cli.preview.forecast.shapes import CardShape, CarouselShape, ChipRowShape, LabelShape, TextShape

Part = Literal["title", "description", "media", "suggestion", "card", "chip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One loss; ``pointer`` is an RFC 6901 pointer; ``shown`` of ``total`` is in code points, for media in DP.

    ``card`` is the place of the card in a carousel, from 1; ``number`` that of the suggestion.
    """

    part: Part
    pointer: str
    total: int
    shown: int = 0
    card: int | None = None
    number: int | None = None
    last_number: int | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it is left."""
        return self.shown == 0

    @property
    def is_measured(self) -> bool:
        """Whether ``total`` counts something: a card, or a run of them, has no length."""
        return self.part != "card" and self.last_number is None

    @property
    def rule(self) -> str:
        """A stable identifier: ``forecast.description.shortened``."""
        return f"forecast.{self.part}.{'hidden' if self.is_hidden else self._verb}"

    @property
    def sentence(self) -> str:
        """The loss in words: "card 2: description shortened after 74 of 130 characters"."""
        return f"card {self.card}: {self.short_sentence}" if self.card is not None else self.short_sentence

    @property
    def short_sentence(self) -> str:
        """The same without the card."""
        if self.is_hidden:
            return f"{self._subject} hidden"
        if self.part == "media":
            return f"media cropped to {self.shown} of {self.total} DP"
        return f"{self._subject} shortened after {self.shown} of {self.total} characters"

    @property
    def _verb(self) -> str:
        return "cropped" if self.part == "media" else "shortened"

    @property
    def _subject(self) -> str:
        if self.number is None:
            return self.part
        if not self.is_hidden:
            return f"label of {self.part} {self.number}"
        if self.last_number is not None and self.last_number > self.number:
            return f"{self.part}s {self.number}–{self.last_number}"
        return f"{self.part} {self.number}"


def read_card_cuts(card: CardShape, *, pointer: str, ordinal: int | None = None) -> Iterator[Cut]:
    """Yield what one card loses, in the order of the card."""
    area = card.media
    if area is not None and area.media and area.height < area.wanted_height:
        yield Cut(part="media", pointer=f"{pointer}/media", shown=area.height, total=area.wanted_height, card=ordinal)
    yield from _text_cuts(card.title, "title", f"{pointer}/title", ordinal)
    yield from _text_cuts(card.description, "description", f"{pointer}/description", ordinal)
    for label in sorted(card.labels, key=lambda label: label.index):
        yield from _label_cuts(label, f"{pointer}/suggestions/{label.index}", "suggestion", ordinal)
    if card.more_labels:
        first, last = len(card.labels) + 1, len(card.labels) + card.more_labels
        more = f"{pointer}/suggestions/{first - 1}"
        yield Cut(part="suggestion", pointer=more, total=1, card=ordinal, number=first, last_number=last)


def read_carousel_cuts(carousel: CarouselShape, *, pointer: str) -> Iterator[Cut]:
    """Yield what each card loses, then the cards that no phone promises to draw."""
    for index, card in enumerate(carousel.cards):
        yield from read_card_cuts(card, pointer=f"{pointer}/{index}", ordinal=index + 1)
    if carousel.more_cards:
        last = CARDS_MAX + carousel.more_cards
        yield Cut(part="card", pointer=f"{pointer}/{CARDS_MAX}", total=1, number=CARDS_MAX + 1, last_number=last)


def read_chip_cuts(chips: ChipRowShape, *, pointer: str) -> Iterator[Cut]:
    """Yield shortened chip labels, and the chips beyond the eleventh."""
    for label in sorted(chips.labels, key=lambda label: label.index):
        yield from _label_cuts(label, f"{pointer}/{label.index}", "chip", None)
    if chips.more_chips:
        last = CHIPS_MAX + chips.more_chips
        yield Cut(part="chip", pointer=f"{pointer}/{CHIPS_MAX}", total=1, number=CHIPS_MAX + 1, last_number=last)


def _text_cuts(text: TextShape | None, part: Part, pointer: str, ordinal: int | None) -> Iterator[Cut]:
    if text is not None and (text.is_hidden or text.is_shortened):
        yield Cut(part=part, pointer=pointer, shown=text.shown, total=len(text.source), card=ordinal)


def _label_cuts(label: LabelShape, pointer: str, part: Part, ordinal: int | None) -> Iterator[Cut]:
    number = label.index + 1
    if label.is_hidden:
        yield Cut(part=part, pointer=pointer, total=len(label.source), card=ordinal, number=number)
    elif label.is_shortened:
        face = f"{pointer}/{_face(label)}/displayText"
        yield Cut(part=part, pointer=face, shown=label.shown, total=len(label.source), card=ordinal, number=number)


def _face(label: LabelShape) -> str:
    """Name the member that holds the label, as a step of a pointer."""
    match label.suggestion:
        case Reply():
            return "reply"
        case UnknownSuggestion(payload=payload, display_text=text):
            names = (
                name for name, face in payload.items() if isinstance(face, Mapping) and face.get("displayText") == text
            )
            return next(names).replace("~", "~0").replace("/", "~1")
        case _:
            return "action"


def summarise_cuts(cuts: Iterable[Cut]) -> tuple[str, ...]:
    """Say the losses of each card in one sentence: "cards 2–4: title hidden, suggestions 3–4 hidden"."""
    by_card = [(card, ", ".join(_merge_neighbours(group))) for card, group in groupby(cuts, key=lambda cut: cut.card)]
    sentences = []
    for losses, group in groupby(by_card, key=lambda pair: (pair[0] is None, pair[1])):
        cards = [card for card, _ in group]
        sentences.append(_name_cards(cards) + losses[1])
    return tuple(sentences)


def _name_cards(cards: list[int | None]) -> str:
    numbers = [card for card in cards if card is not None]
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"card {numbers[0]}: "
    is_run = numbers[-1] - numbers[0] == len(numbers) - 1
    return f"cards {numbers[0]}–{numbers[-1]}: " if is_run else f"cards {', '.join(map(str, numbers))}: "


def _merge_neighbours(cuts: Iterable[Cut]) -> Iterator[str]:
    """Yield a sentence for each loss, and one for a run of hidden suggestions."""
    run: Cut | None = None
    for cut in cuts:
        if run and run.part == cut.part and run.is_hidden and cut.is_hidden and cut.number == _last(run) + 1:
            run = replace(run, last_number=_last(cut))
            continue
        if run:
            yield run.short_sentence
        run = cut
    if run:
        yield run.short_sentence


def _last(cut: Cut) -> int:
    return cut.last_number or cut.number or 0
