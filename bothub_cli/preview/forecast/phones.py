"""The phones that a forecast is made for, each number with its source; lengths in DP, font sizes in SP.

Sources: RCC.71 = GSMA RCC.71 v2.2 pp. 176–184; advice = Google's truncation advice (Sinch ta-p/10204); observed =
current Google Messages by AWS's rcs-carousels page and Webex; kit = Google's Figma kit of 2025-04-01 (1 px = 1 DP);
ios = Google's partner guide (googlercs.com/apple-rcs-messaging) and Infobip's behaviours page. "Ours" marks what no
source gives: it is chosen so that the published rules of thumb come out, and said so.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal

from bothub_cli.preview.forecast.line_breaking import Font

ProfileName = Literal["classic", "google", "ios"]


class ShrinkStep(Enum):
    """One thing that a phone gives up when a card is too high for it."""

    SHORTEN_DESCRIPTION = "description, line by line, to one line"
    DESCRIPTION_TO_ONE_LINE = "description, at once to one line"
    SHORTEN_TITLE = "title, line by line, to one line"
    TITLE_TO_ONE_LINE = "title, at once to one line"
    DROP_ACTIONS = "actions, from the last"
    DROP_REPLIES = "replies, from the last"
    DROP_SUGGESTIONS = "suggestions, from the last"
    DROP_DESCRIPTION = "the whole description"
    CROP_MEDIA = "the media's height, down to nothing"
    DROP_TITLE = "the whole title"


CARD_HEIGHT_MIN: Final = 112  # RCC.71


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLimits:
    """The width of a card and the heights between which it stays."""

    width: int
    height_max: int
    height_min: int = CARD_HEIGHT_MIN


SCREEN_WIDTH: Final = 412  # kit: the phone is 412 × 892
SCREEN_MARGIN: Final = 8  # kit: a standalone card is 396 wide
STANDALONE_WIDTH_MAX: Final = 480  # RCC.71: min(screen − margins, 480)
MEDIA_HEIGHTS: Final = {"SHORT_HEIGHT": 112, "MEDIUM_HEIGHT": 168, "TALL_HEIGHT": 264}  # RCC.71
IMAGE_COLUMN_WIDTH: Final = 128  # RCC.71 and kit: a horizontal card's image
TEXT_PADDING: Final = 16  # kit, above, below and beside a card's text
CAROUSEL_INSET: Final = 16  # kit: the first card's left edge
CAROUSEL_GAP: Final = 8  # kit
CARDS_MAX: Final = 10  # RCC.71: further cards are ignored or loaded later
CARD_SUGGESTIONS_MAX: Final = 4  # RCC.71
CHIPS_MAX: Final = 11  # RCC.71
LABEL_MAX: Final = 25  # code points of a label that are shown, RCC.71
CHIP_HEIGHT: Final = 40  # kit
CHIP_PADDING: Final = 16  # kit
CHIP_GAP: Final = 8  # kit
OPTIONS_MORE_THAN: Final = 2  # ios 26: more actions under a message collapse under "Options"
CHIP_ICON: Final = 20  # kit, on actions only
BUTTON_PADDING: Final = 8  # ours, beside a label
ICON_GAP: Final = 8  # ours
BUBBLE_FREE: Final = 80  # ours: a bubble leaves about a fifth of the kit's screen free
BUBBLE_PADDING: Final = 12  # ours
MAP_HEIGHT: Final = 168  # ours: a place is drawn as high as MEDIUM media

STANDALONE_WIDTH: Final = min(SCREEN_WIDTH - 2 * SCREEN_MARGIN, STANDALONE_WIDTH_MAX)

# kit: line height 24, title about 16 sp medium. 16/24 for the description is ours: with it a MEDIUM_WIDTH column
# holds 24 characters of title and 77 of description in three lines, as docs.messageflow.com counts them.
TITLE_FONT: Final = Font(size=16, line_height=24, is_medium=True)
DESCRIPTION_FONT: Final = Font(size=16, line_height=24)
LABEL_FONT: Final = Font(size=14, line_height=20, is_medium=True)  # ours: Material's label
BUBBLE_FONT: Final = Font(size=16, line_height=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLayout:
    """How one kind of phone lays out a message."""

    name: ProfileName
    title: str
    note: str
    standalone: CardLimits
    carousel: dict[str, CardLimits]
    overflow: tuple[ShrinkStep, ...]
    button_height: int
    carousel_button_height: int
    button_gap: int
    buttons_padding: int
    replies_first: bool = True  # RCC.71: replies are stacked above actions
    first_cards_set_height: bool = False  # else all cards set it, and equal blocks stand side by side (RCC.71)
    button_icon: int = 20  # ours: as on chips; replies have none
    button_inset: int = 0  # between a button and the card's edge
    one_media_height: int | None = None
    buttons_collapse: bool = False  # several buttons of a card are one drop-down
    cards_keep_their_height: bool = False  # each card of a carousel is as high as its own media and text
    chips_are_a_list: bool = False  # actions above replies, one below the other; more than two actions: "Options"
    screen_width: int = SCREEN_WIDTH
    font_scale: float = 1.0  # what the user chose under "font size"

    def on_screen(self, *, width: int = SCREEN_WIDTH, font_scale: float = 1.0) -> "PhoneLayout":
        """Return the same kind of phone with a screen of ``width`` DP, and text made larger or smaller."""
        card_width = min(width - 2 * SCREEN_MARGIN, STANDALONE_WIDTH_MAX)
        standalone = replace(self.standalone, width=card_width)
        return replace(self, standalone=standalone, screen_width=width, font_scale=font_scale)

    @property
    def bubble_width_max(self) -> int:
        return self.screen_width - SCREEN_MARGIN - BUBBLE_FREE

    @property
    def title_font(self) -> Font:
        return TITLE_FONT.scaled(self.font_scale)

    @property
    def description_font(self) -> Font:
        return DESCRIPTION_FONT.scaled(self.font_scale)

    @property
    def label_font(self) -> Font:
        return LABEL_FONT.scaled(self.font_scale)

    def carousel_limits(self, card_width: str) -> CardLimits:
        """Return the limits of a carousel's cards; a width that nobody knows is drawn as MEDIUM_WIDTH."""
        return self.carousel.get(card_width, self.carousel["MEDIUM_WIDTH"])

    def media_height(self, height: str) -> int:
        """Return the height of a vertical card's media; one that nobody knows is SHORT_HEIGHT (8x8's default)."""
        return self.one_media_height or MEDIA_HEIGHTS.get(height, MEDIA_HEIGHTS["SHORT_HEIGHT"])


CLASSIC: Final = PhoneLayout(
    name="classic",
    title="Classic phone",
    note="by the RCS standard (GSMA RCC.71)",
    standalone=CardLimits(width=STANDALONE_WIDTH, height_max=344),
    carousel={
        "SMALL_WIDTH": CardLimits(width=120, height_max=224),
        "MEDIUM_WIDTH": CardLimits(width=232, height_max=344),
    },
    overflow=(
        ShrinkStep.SHORTEN_DESCRIPTION,
        ShrinkStep.SHORTEN_TITLE,
        ShrinkStep.DROP_ACTIONS,
        ShrinkStep.DROP_REPLIES,
        ShrinkStep.DROP_DESCRIPTION,  # RCC.71 ends above; what still has no room is clipped, the lowest first
        ShrinkStep.DROP_TITLE,
    ),
    # Ours, and with it Google's rules of thumb come out exactly in 344 DP: title, one line and 2 suggestions under
    # MEDIUM media, 3 under SHORT, 4 without media.
    button_height=48,
    carousel_button_height=48,
    button_gap=0,
    buttons_padding=0,
)

GOOGLE: Final = PhoneLayout(
    name="google",
    title="Google Messages",
    note="observed on current phones, not a standard",
    # No source gives a standalone card's greatest height today; RCC.71 has the same one as for MEDIUM_WIDTH.
    standalone=CardLimits(width=STANDALONE_WIDTH, height_max=592),
    carousel={
        "SMALL_WIDTH": CardLimits(width=180, height_max=542),  # observed
        "MEDIUM_WIDTH": CardLimits(width=296, height_max=592),  # observed
    },
    overflow=(  # advice
        ShrinkStep.DESCRIPTION_TO_ONE_LINE,
        ShrinkStep.TITLE_TO_ONE_LINE,
        ShrinkStep.DROP_SUGGESTIONS,
        ShrinkStep.DROP_DESCRIPTION,
        ShrinkStep.DROP_TITLE,
    ),
    button_height=64,  # kit
    carousel_button_height=56,  # kit
    button_gap=2,  # kit
    buttons_padding=16,  # kit
    replies_first=False,  # advice: omitted from the end of the list, in the list's order
    first_cards_set_height=True,  # advice
    button_icon=40,  # kit: the circle on actions; replies have none
    button_inset=8,  # ours: white rows stand inside the card
)

IOS: Final = PhoneLayout(
    name="ios",
    title="iPhone",
    note="iOS 26 as partners report it; Apple publishes no numbers: widths are those of RCC.71",
    standalone=CLASSIC.standalone,
    carousel=CLASSIC.carousel,
    overflow=(  # ios: title and buttons win over description and media
        ShrinkStep.SHORTEN_DESCRIPTION,
        ShrinkStep.DROP_DESCRIPTION,
        ShrinkStep.CROP_MEDIA,
        ShrinkStep.SHORTEN_TITLE,
        ShrinkStep.DROP_SUGGESTIONS,
    ),
    button_height=44,  # ours: the least height of a control in Apple's Human Interface Guidelines
    carousel_button_height=44,
    button_gap=0,
    buttons_padding=12,  # ours: the grey button stands inside the card
    button_inset=12,
    buttons_collapse=True,  # ios
    cards_keep_their_height=True,  # ios 26: the size of a carousel's card follows its media and text
    chips_are_a_list=True,  # ios 26: they stay, too
    one_media_height=MEDIA_HEIGHTS["MEDIUM_HEIGHT"],  # ios: all heights look alike; which one is ours
)

PROFILES: Final[dict[ProfileName, PhoneLayout]] = {profile.name: profile for profile in (CLASSIC, GOOGLE, IOS)}


def find_profile(profile: PhoneLayout | ProfileName) -> PhoneLayout:
    """Return the profile of that name, or the given one."""
    return profile if isinstance(profile, PhoneLayout) else PROFILES[profile]
