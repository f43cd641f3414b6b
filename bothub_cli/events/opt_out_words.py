"""The words by which people stop, and restart, being written to.

Sources, read November 2026:
* FCC: 47 CFR 64.1200(a)(10), the words that revoke consent when they are the reply to a text message.
* AWS: End User Messaging, "Required opt-out list keywords" (United States and Canada, with ARRET for French).
* BRAZE: Braze, "Opt-in and opt-out keywords" (defaults; the same words at Twilio).
* AF2M: France's Charte Business Messaging (af2m.org): every promotional message offers STOP.
* OWN: the French words for what the lists above say in English; none of them answers an ordinary question.

Left out on purpose: YES and OUI (BRAZE has YES) answer other questions, so they must not undo a STOP; NO, NON, FIN
and REMOVE are ordinary answers, and a profile that wants them adds them.
"""

from typing import Final

STOP_WORDS_EN: Final = (
    "stop",  # AF2M, FCC, AWS, BRAZE
    "stopall",  # BRAZE
    "stop all",  # the same, as phones correct it
    "quit",  # FCC, AWS, BRAZE
    "end",  # FCC, AWS, BRAZE
    "revoke",  # FCC
    "opt out",  # FCC, AWS; OPT-OUT is the same without punctuation
    "optout",  # AWS
    "cancel",  # FCC, AWS, BRAZE
    "unsubscribe",  # FCC, AWS, BRAZE
)
STOP_WORDS_FR: Final = (
    "arret",  # AWS; ARRÊT is the same without accents
    "arrete",  # OWN
    "arreter",  # OWN
    "arretez",  # OWN
    "stop sms",  # AF2M: the usual mention is "STOP SMS"
    "stop rcs",  # OWN
    "stop pub",  # OWN
    "desabonner",  # OWN, and the four below
    "desabonnement",
    "me desabonner",
    "desinscrire",
    "desinscription",
    "me desinscrire",
)
START_WORDS_EN: Final = (
    "start",  # AWS, BRAZE
    "unstop",  # AWS, BRAZE
    "resume",  # OWN
)
START_WORDS_FR: Final = (
    "reprendre",  # OWN
    "reabonner",  # OWN
    "me reabonner",  # OWN
)
