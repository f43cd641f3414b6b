"""Every number that a message must respect, with its unit and its source.

Characters are Unicode code points, as JSON Schema counts them: a flag or a family emoji is several.
Sources: RCC.07 = GSMA RCC.07 v10 3.6.10.4 (the rich-card schema); FNW.11 = GSMA FNW.11 v1.0, by way of Samsung's MaaP
error table and clients; Google = the RCS for Business documents, because BotHub hands messages on to Google.
"""

# Texts
TEXT_MAX = 3072  # characters, Google AgentContentMessage
TEXT_ADVISED_MAX = 160  # characters, Google partner guide: longer plain text is hard to read on iOS and older phones
DISPLAY_TEXT_MAX = 25  # characters, RCC.07
POSTBACK_MAX = 2048  # characters, RCC.07; Google counts the same, some guides say bytes
TITLE_MAX = 200  # characters, RCC.07
DESCRIPTION_MAX = 2000  # characters, RCC.07
CONTENT_DESCRIPTION_MAX = 200  # characters, RCC.07
FILE_NAME_MAX = 200  # characters, FNW.11 (Samsung 42201–42205)
GEOLOCATION_LABEL_MAX = 200  # characters, FNW.11
URL_MAX = 2048  # characters, Google OpenUrlAction and ContentInfo
SUBJECT_MAX = 60  # characters, RCC.07
LOCATION_LABEL_MAX = 100  # characters, RCC.07
LOCATION_QUERY_MAX = 200  # characters, RCC.07
CALENDAR_TITLE_MAX = 100  # characters, RCC.07
CALENDAR_DESCRIPTION_MAX = 500  # characters, RCC.07
COMPOSE_TEXT_MAX = 100  # characters, RCC.07
WEBVIEW_PARAMETERS_MAX = 200  # characters, RCC.07 v11

# Counts
CHIPS_MAX = 11  # suggestions in a chip list, RCC.07 and Google
CARD_SUGGESTIONS_MAX = 4  # suggestions in a card, RCC.07
CAROUSEL_CARDS_MIN = 2  # cards, RCC.07
CAROUSEL_CARDS_MAX = 10  # cards, RCC.07 and Google (RCC.07 v11 says 12)
FONT_STYLES_MAX = 3  # words, RCC.07 v11
BILLED_TEXT_BYTES = 160  # bytes of UTF-8: a basic message outside the US, a segment there (Infobip, Vonage, Google)

# Sizes
PAYLOAD_MAX = 250 * 1024  # bytes of the whole JSON in UTF-8, RCC.07 and Google
FILE_MAX = 100_000_000  # bytes, Google ContentInfo: 100 MB
IMAGE_ADVISED_MAX = 2 * 1024 * 1024  # bytes, Google guides
VIDEO_ADVISED_MAX = 10 * 1024 * 1024  # bytes, Google guides
THUMBNAIL_MAX = 100_000  # bytes, Google: 100 kB
THUMBNAIL_ADVISED_MAX = 40_000  # bytes, Orange's "Getting started" of BotHub (40 KB), Google's best practices

# Places and times
LATITUDE_MAX = 90  # degrees either way, WGS 84
LONGITUDE_MAX = 180  # degrees either way, WGS 84
TIME_OFFSET_MAX = 14 * 60  # minutes either way from UTC: no zone is further away
EXPIRY_MAX_DAYS = 15  # days, Google ttl
EXPIRY_ADVISED_MIN_SECONDS = 10  # seconds, Google ttl

# Numbers (ITU-T E.164: at most 15 digits; the shortest international numbers have 7)
E164_DIGITS_MIN = 7
E164_DIGITS_MAX = 15

# Types that Google plays (Google file guides)
IMAGE_TYPES = frozenset({"image/jpeg", "image/jpg", "image/gif", "image/png"})
VIDEO_TYPES = frozenset({"video/h263", "video/m4v", "video/mp4", "video/mpeg", "video/mpeg4", "video/webm"})
AUDIO_TYPES = frozenset(
    {
        "audio/aac",
        "audio/mp3",
        "audio/mpeg",
        "audio/mpg",
        "audio/mp4",
        "audio/mp4-latm",
        "audio/3gpp",
        "audio/ogg",
        "application/ogg",
    }
)
PDF_TYPE = "application/pdf"  # in cards only in India
CARD_TYPES = IMAGE_TYPES | VIDEO_TYPES
FILE_TYPES = CARD_TYPES | AUDIO_TYPES | {PDF_TYPE}

# The check's own bounds, so that hostile input costs neither time nor memory
FINDINGS_MAX = 200  # findings in a report; one more says how many were left out
ELEMENTS_READ_MAX = 20  # elements of a list that are looked at; a longer list is refused anyway
UNKNOWN_MEMBERS_MAX = 20  # unknown members of one object that are reported one by one
DEPTH_MAX = 64  # levels of objects and lists; the deepest message of the standard has 14
TEXT_READ_MAX = 10_000  # characters of a string that are looked at; longer ones are refused anyway
INTEGER_BITS_MAX = 64  # bits; no size, length or time of the standard needs more
