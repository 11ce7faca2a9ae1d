"""Turn a piece of a dose from Spanish or German into the English that the forms of a dose know."""

from __future__ import annotations

import re
from collections.abc import Iterator

_Words = tuple[tuple[str, str], ...]
"""Whole words and the English ones that the forms know, the longer ones first."""
_LADOS = {
    "lado": "side", "pierna": "leg", "brazo": "arm", "mano": "hand", "pie": "foot",
    "cadera": "hip", "rodilla": "knee",
}  # fmt: skip
_COLORES = {
    "amarilla": "yellow", "roja": "red", "verde": "green", "azul": "blue", "negra": "black",
    "plateada": "silver", "dorada": "gold", "gris": "gray", "beige": "tan", "morada": "purple",
    "naranja": "orange", "rosa": "pink", "blanca": "white",
}  # fmt: skip
_SPANISH: _Words = (
    *((rf"(?:(?:de|con|por|en|a) )?(?:cada|por) {one}", f"each {other}")
      for one, other in _LADOS.items()),
    *((rf"banda {one}", f"{other} band") for one, other in _COLORES.items()),
    (r"(?:con )?(?:el )?peso (?:del cuerpo|corporal)", "body weight"),
    (r"hasta que cueste", "until it feels hard"),
    (r"tantas como (?:resulte|sea) c[oó]modo", "as many as is comfortable"),
    (r"tanto tiempo como (?:resulte|sea) c[oó]modo", "as long as is comfortable"),
    (r"(?:todos los|cada) d[ií]as?|a diario|diari[oa]|diariamente", "daily"),
    (r"(?:en )?d[ií]as alternos|un d[ií]a s[ií] y (?:otro|uno) no|cada dos d[ií]as",
     "every other day"),
    (r"una vez", "once"), (r"dos veces", "twice"), (r"tres veces", "thrice"),
    (r"al d[ií]a|por d[ií]a", "a day"), (r"a la semana|por semana", "a week"),
    (r"entre (?:las )?series", "between sets"), (r"entre (?:los )?lados", "between sides"),
    (r"series? de", "sets of"), (r"series?", "sets"), (r"repeticiones|repetici[oó]n", "reps"),
    (r"sin mantener", "no hold"), (r"(?:mantener|mantenga|aguantar|sostener)(?: durante)?", "hold"),
    (r"(?:descansar|descanso|descanse)(?: de)?", "rest"),
    (r"segundos?|segs?", "s"), (r"minutos?", "min"), (r"respiraciones", "breaths"),
    (r"cada hora", "every hour"), (r"cada (\d) horas", r"every \1 hours"),
    (r"(?:por|en) la ma[nñ]ana", "morning"), (r"(?:a|al) mediod[ií]a", "noon"),
    (r"(?:por|en) la tarde", "afternoon"), (r"(?:por|en) la noche", "evening"),
    (r"al acostarse|antes de (?:dormir|acostarse)", "at bedtime"),
    (r"de caminata|caminando", "walk"), (r"caminar", "walk"), (r"pasos", "steps"),
    (r"hasta donde (?:resulte|sea) c[oó]modo", "as far as is comfortable"),
    (r"lunes", "mon"), (r"martes", "tue"), (r"mi[eé]rcoles", "wed"), (r"jueves", "thu"),
    (r"viernes", "fri"), (r"s[aá]bados?", "sat"), (r"domingos?", "sun"),
    (r"d[ií]as?", "days"), (r"vez|veces", "times"), (r"(?<=\d) a (?=\d)", "-"),
    (r"[ye]", "and"), (r"los", ""), (r"con", "with"),
)  # fmt: skip

_SEITEN = {
    "seite": "side", "bein": "leg", "arm": "arm", "hand": "hand", "fu(?:ß|ss)": "foot",
    "hüfte": "hip", "knie": "knee", "richtung": "direction",
}  # fmt: skip
_FARBEN = {
    "gelb": "yellow", "rot": "red", "grün": "green", "blau": "blue", "schwarz": "black",
    "silbern": "silver", "golden": "gold", "grau": "gray", "beige": "tan", "lila": "purple",
    "orange": "orange", "rosa": "pink", "wei(?:ß|ss)": "white",
}  # fmt: skip
_GERMAN: _Words = (
    *((rf"(?:(?:auf|mit|in|an|für) )?(?:je|pro|jede[rnms]?) {one}", f"each {other}")
      for one, other in _SEITEN.items()),
    *((rf"{one}(?:e[snm]?)? (?:thera)?band", f"{other} band") for one, other in _FARBEN.items()),
    (r"jeden (?:zweiten|2\.?) tag|alle (?:zwei|2) tage", "every other day"),
    (r"(?:x|mal) täglich", "times a day"), (r"(?:x|mal) wöchentlich", "times a week"),
    (r"täglich|jeden tag", "daily"),
    (r"einmal", "once"), (r"zweimal", "twice"), (r"dreimal", "thrice"),
    (r"(?:am|pro) tag", "a day"), (r"(?:pro|die|in der|der) woche", "a week"),
    (r"stündlich|jede stunde", "every hour"), (r"alle zwei stunden", "every 2 hours"),
    (r"alle (\d) stunden", r"every \1 hours"), (r"tagsüber (?=every)", ""), (r"tagsüber", "by day"),
    (r"zwischen den (?:sätzen|durchgängen)", "between sets"),
    (r"zwischen den seiten|beim seitenwechsel", "between sides"),
    (r"(?:sätze|satz|durchgänge|durchgang) (?:à|zu je|mit je|von je|je|zu|mit|von)", "sets of"),
    (r"sätze|satz|durchgänge|durchgang", "sets"), (r"wiederholung(?:en)?|wdhl?", "reps"),
    (r"ohne (?:zu )?halten|nicht halten", "no hold"), (r"halten(?: sie)?", "hold"),
    (r"pause(?: von)?", "rest"), (r"sek(?:unden?)?", "s"), (r"minuten?", "min"),
    (r"stunden?|std", "h"), (r"atemz(?:ug|üge|ügen)", "breaths"),
    (r"am morgen|morgens|in der früh|früh", "morning"), (r"am mittag|mittags", "noon"),
    (r"am nachmittag|nachmittags", "afternoon"), (r"am abend|abends", "evening"),
    (r"vor dem schlafen(?:gehen)?|zur nacht", "at bedtime"),
    (r"gehen|spazieren", "walk"), (r"schritte?", "steps"), (r"runden?", "rounds"),
    (r"bahn(?:en)?", "laps"), (r"meter", "m"), (r"kilometer", "km"),
    (r"(?:nur )?(?:das )?(?:eigene )?(?:körpergewicht|eigengewicht)", "body weight"),
    (r"bis es anstrengend wird", "until it feels hard"),
    (r"so weit wie angenehm", "as far as is comfortable"),
    (r"so oft wie angenehm", "as many as is comfortable"),
    (r"so lange wie angenehm", "as long as is comfortable"),
    (r"mo(?:ntags?)?", "mon"), (r"di(?:enstags?)?", "tue"), (r"mi(?:ttwochs?)?", "wed"),
    (r"do(?:nnerstags?)?", "thu"), (r"fr(?:eitags?)?", "fri"),
    (r"sa(?:mstags?)?|sonnabends?", "sat"), (r"so(?:nntags?)?", "sun"),
    (r"tag", "day"), (r"tagen?", "days"), (r"woche", "week"), (r"an (?=\d)", ""),
    (r"mal", "times"), (r"(?<=\d) bis (?=\d)", "-"), (r"und", "and"), (r"mit", "with"),
)  # fmt: skip
MEASURES = "metros?|kilómetros?|kilometros?|libras?|pfund"
TIMES = "segundos?|segs?|minutos?|horas?|sek(?:unden?)?|minuten?|stunden?|std"
"""Units after which a number may have a decimal comma, beside those in English."""
_ABBREVIATED = re.compile(r"(?<=[^\W\d_])\.(?=\s|$)")
_JOINED = re.compile(r"(?<=\d)-?(?=(?:x|mal)\b)")


def in_english(piece: str) -> Iterator[str]:
    """Yield a piece in lower case with the words of each language turned into English ones."""
    plain = _JOINED.sub(" ", _ABBREVIATED.sub("", piece))
    for words in (_SPANISH, _GERMAN):
        text = plain
        for one, other in words:
            text = re.sub(rf"\b(?:{one})\b", other, text)
        yield " ".join(text.split())
