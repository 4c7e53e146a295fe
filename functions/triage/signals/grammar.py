"""What the desk knows of languages by itself: small words that are no matter of policy. It decides nothing.

Languages are written with X's codes. A language without an entry works with less: no negation; its posts are judged by
the policy's terms alone.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROMANISED_HINDI: Final = _words("""
    hai hain nahi nahin kya kyun bhi tha thi raha rahe rahi karo karna mera mere meri tera hum tum aap yeh woh toh aur
    wala wale koi kuch sab liye apna apne abhi kab kaise kyu bahut bhai hua hota ka ki ko
    ke mein kiya gaya agar lekin phir fir jab tak baat
""")
"""Small words of Hindi in Latin letters; none of them is frequent in another language here."""

NEGATORS: Final = _words("""
    not no never t dont didnt doesnt isnt wasnt arent werent nothing without hardly
    nicht kein keine keinen keinem nie niemals ohne  nunca jamás sin ni  pas jamais sans aucun aucune
    não sem nem  non mai senza  ikke ingen intet aldrig
""")
"""Words that turn what follows into its opposite; `t` is the rest of "isn't"."""

CONTRASTS: Final = _words("""
    but however although still yet  aber jedoch trotzdem obwohl  pero aunque embargo  mais cependant  mas porém
    però  men
""")
"""Words after which thanks are not the end of the story."""

POLITE: Final = _words("""
    please pls plz thanks ok okay now just me hey hi hello  bitte danke jetzt mich hallo
    por favor gracias ya hola  merci svp maintenant bonjour  obrigado obrigada agora  grazie adesso ciao  tak nu mig hej
""")
"""Words that may stand around a wish without changing it."""

ABOUT_MESSAGES: Final = (
    "repl", "respond", "respos", "respues", "répon", "rispo", "antwort", "svar", "messag", "tweet", "tagg", "contact",
    "contatt", "kontakt", "schreib", "scriv", "escri", "skriv",
)  # fmt: skip
"""How words about writing to somebody begin."""

ABOUT_MACHINES: Final = ("bot", "robot", "robô", "autom")
"""How words about machines that write begin."""

AGAIN: Final = {
    "en": ("second time", "2nd time", "third time", "3rd time", "fourth time", "fifth time", "again and again",
           "asked before", "already asked", "asked you twice", "asked twice", "still no reply", "still no answer",
           "keep asking", "how many times", "same answer again", "told me the same"),
    "de": ("zum zweiten Mal", "zum dritten Mal", "zum vierten Mal", "das dritte Mal", "zum x-ten Mal", "immer wieder",
           "schon wieder", "schon gefragt", "mehrfach gefragt", "schon mehrmals", "immer noch keine",
           "noch immer keine"),
    "es": ("segunda vez", "tercera vez", "3a vez", "cuarta vez", "otra vez lo mismo", "una y otra vez", "ya pregunté",
           "ya os pregunté", "he preguntado", "cuántas veces"),
    "fr": ("deuxième fois", "troisième fois", "3e fois", "quatrième fois", "encore une fois", "déjà demandé",
           "toujours pas de", "combien de fois"),
    "pt": ("segunda vez", "terceira vez", "quarta vez", "de novo e de novo", "já perguntei", "quantas vezes"),
    "it": ("seconda volta", "terza volta", "quarta volta", "ancora una volta", "già chiesto", "quante volte"),
    "da": ("anden gang", "tredje gang", "fjerde gang", "igen og igen", "har spurgt", "allerede spurgt",
           "stadig intet svar", "hvor mange gange"),
}  # fmt: skip
"""How people say that this is not their first try."""

GLAD_TO: Final = {
    "en": ("can't wait to fly", "can't wait for my flight", "can't wait for our flight", "can't wait for my trip",
           "can't wait for our trip", "can't thank you enough", "can't recommend you enough", "can't fault"),
    "es": ("no puedo esperar a volar",),
    "da": ("kan ikke vente med at flyve", "kan næsten ikke vente"),
}  # fmt: skip
"""Joy in words that read like a problem."""

CONGRATULATIONS: Final = _words("""
    wow congratulations congrats kudos  glückwunsch respekt  enhorabuena felicidades  félicitations bravo chapeau
    parabéns  complimenti bravi  tillykke
""")
"""Words that praise what somebody did, and mock it where it went wrong."""

THANKS_FOR_NOTHING: Final = {
    "*": ("#sarcasm", "#sarkasmus", "#sarcasmo", "#sarcasme", "🙄", "🙃"),
    "en": ("thanks for nothing", "thank you for nothing", "thanks for ruining", "thanks for losing"),
    "de": ("danke für nichts", "danke für gar nichts"),
    "es": ("gracias por nada",),
    "fr": ("merci pour rien",),
    "pt": ("obrigado por nada", "obrigada por nada"),
    "it": ("grazie di niente", "grazie per niente", "grazie di nulla"),
    "da": ("tak for ingenting", "tak for lort"),
}
"""Kind words that are none."""
