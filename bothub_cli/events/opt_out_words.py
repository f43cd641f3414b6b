"""The words by which people stop, and restart, being written to.

Sources, read November 2026:
* FCC: 47 CFR 64.1200(a)(10), the words that revoke consent when they are the reply to a text message.
* AWS: End User Messaging, "Required opt-out list keywords" (United States and Canada, with ARRET for French).
* BRAZE: Braze, "Opt-in and opt-out keywords" (defaults; the same words at Twilio).
* AF2M: France's Charte Business Messaging (af2m.org): every promotional message offers STOP.
* PHONE: what the Unsubscribe and Subscribe entries of Google Messages write for their user, by country
  (developer.vonage.com/en/messages/concepts/rcs-subscribe-unsubscribe).
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
    "unsubscribe me",  # OWN, and the six below
    "opt me out",
    "stop ads",
    "stop messages",
    "stop texts",
    "stop spam",
    "stop marketing",
)
STOP_WORDS_FR: Final = (
    "arret",  # AWS; ARRÊT is the same without accents
    "arrete",  # OWN
    "arreter",  # OWN
    "arretez",  # OWN
    "stop sms",  # AF2M: the usual mention is "STOP SMS"
    "stop rcs",  # OWN
    "stop pub",  # OWN
    "stoppub",  # OWN
    "stop la pub",  # OWN
    "stop publicite",  # OWN
    "desabonner",  # OWN, and all below
    "desabonnement",
    "me desabonner",
    "se desabonner",
    "desabonnez moi",
    "je me desabonne",
    "desinscrire",
    "desinscription",
    "me desinscrire",
    "se desinscrire",
    "desinscrivez moi",
)
STOP_WORDS_OTHER: Final = (
    "baja",  # PHONE: Spain, Mexico
    "dar de baja",  # OWN, and the two below
    "darme de baja",
    "dame de baja",
    "parar",  # PHONE: Brazil
    "stopp",  # OWN: STOP as German and the languages of the north write it
    "стоп",  # OWN: STOP in Cyrillic letters
)
# Words that also begin an ordinary answer, such as "Cancel" above "Order 17": what stands below them is no name.
ORDINARY_STOP_WORDS: Final = frozenset({"quit", "end", "revoke", "cancel"})
START_WORDS_EN: Final = (
    "start",  # PHONE, AWS, BRAZE
    "unstop",  # AWS, BRAZE
    "resume",  # OWN
)
START_WORDS_FR: Final = (
    "demarrer",  # PHONE: France
    "reprendre",  # OWN
    "reabonner",  # OWN
    "me reabonner",  # OWN
)
# A word that answers other questions elsewhere takes somebody off the list only where their phone writes it: PHONE.
START_WORDS_BY_COUNTRY: Final = {"34": ("alta",), "52": ("alta",), "55": ("comecar",)}

# Said around the wish, in a language that the bot's users may speak; a sentence has other words. OWN.
COURTESY: Final = (
    *("please", "pls", "plz", "thanks", "thanks a lot", "thank you", "thank you very much", "thank you so much"),
    *("many thanks", "thx", "ty", "kindly", "hello", "hello there", "hi", "hi there", "hey", "good morning"),
    *("good afternoon", "good evening", "dear sir", "dear madam", "dear sir or madam", "sorry", "ok", "okay"),
    *("regards", "best regards", "kind regards", "cheers", "have a nice day"),
    *("merci", "merci beaucoup", "merci bien", "merci d avance", "merci de", "merci de me", "svp", "s v p", "stp"),
    *("s t p", "s il vous plait", "s il te plait", "veuillez", "veuillez me", "bonjour", "bonsoir", "salut", "bjr"),
    *("cordialement", "bien cordialement", "cdlt", "cdt", "bonne journee", "bonne soiree", "madame", "monsieur"),
    *("madame monsieur", "desole", "desolee", "d accord"),
    *("por favor", "porfa", "gracias", "muchas gracias", "hola", "buenos dias", "buenas tardes", "saludos"),
    *("un saludo", "obrigado", "obrigada", "muito obrigado", "muito obrigada", "ola", "bom dia", "boa tarde"),
    *("bitte", "danke", "vielen dank", "danke schon", "hallo", "guten tag", "liebe grusse", "viele grusse", "mfg"),
    *("per favore", "grazie", "grazie mille", "ciao", "buongiorno", "salve"),
    *("alstublieft", "aub", "a u b", "dank u", "dank je", "bedankt", "goedendag", "groetjes"),
    *("prosze", "dziekuje", "tack", "tak", "takk", "va rog", "multumesc", "пожалуиста", "спасибо"),
)
# What a bot writes into the postback of a button that is meant so. CANCEL, END and QUIT are what ordinary buttons do.
STOP_POSTBACKS: Final = ("stop", "stopall", "stop all", "unsubscribe", "opt out", "optout", "baja", "parar", "arret")
START_POSTBACKS: Final = ("start", "unstop", "subscribe", "opt in", "optin")
# A text that holds one of these, and is no wish as a whole, is shown to a person: perhaps it was meant as one.
TELLING: Final = (
    *("stop", "unsubscribe", "unsubscribed", "optout", "desabonner", "desabonnez", "desabonne"),
    *("desinscrire", "desinscrivez", "desinscris", "arretez", "stopp", "abmelden", "abbestellen", "afmelden", "baja"),
    *("descadastrar", "disiscrivimi", "стоп"),
)
