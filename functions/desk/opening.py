"""Says in the customer's language when a person will answer: the {opens} of a response. Pure; it reads no clock.

Times are those of the team's time zone, which is always named. Never more than `OPENS_MAX_LENGTH` weighted characters,
which the policy's check counts with. A language without wording here gets the plain date.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from desk.policy.model import OPENS_MAX_LENGTH
from desk.weighted_length import weighted_length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Wording(Struct, frozen=True):
    """How a language tells a day: `weekdays` from Monday, `months` from January, the forms with placeholders."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    today: str
    tomorrow: str
    on_weekday: str
    on_date: str
    time: str = "%H:%M"
    first: str = "1"
    zones: Mapping[str, str] | None = None


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDINGS: Final = {
    "en": Wording(
        _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        _words("January February March April May June July August September October November December"),
        "today at {time}",
        "tomorrow at {time}",
        "{weekday}, {day} {month}, at {time}",
        "{day} {month} at {time}",
    ),
    "de": Wording(
        _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        "heute um {time} Uhr",
        "morgen um {time} Uhr",
        "{weekday}, {day}. {month}, um {time} Uhr",
        "{day}. {month} um {time} Uhr",
        zones={"CET": "MEZ", "CEST": "MESZ"},
    ),
    "es": Wording(
        _words("lunes martes miércoles jueves viernes sábado domingo"),
        _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        "hoy a las {time}",
        "mañana a las {time}",
        "el {weekday} {day} de {month} a las {time}",
        "el {day} de {month} a las {time}",
    ),
    "fr": Wording(
        _words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
        _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        "aujourd'hui à {time}",
        "demain à {time}",
        "{weekday} {day} {month} à {time}",
        "le {day} {month} à {time}",
        first="1er",
    ),
    "pt": Wording(
        _words("segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"),
        _words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
        "hoje às {time}",
        "amanhã às {time}",
        "{weekday}, {day} de {month}, às {time}",
        "{day} de {month} às {time}",
    ),
    "it": Wording(
        _words("lunedì martedì mercoledì giovedì venerdì sabato domenica"),
        _words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        "oggi alle {time}",
        "domani alle {time}",
        "{weekday} {day} {month} alle {time}",
        "il {day} {month} alle {time}",
    ),
    "da": Wording(
        _words("mandag tirsdag onsdag torsdag fredag lørdag søndag"),
        _words("januar februar marts april maj juni juli august september oktober november december"),
        "i dag kl. {time}",
        "i morgen kl. {time}",
        "{weekday} {day}. {month} kl. {time}",
        "den {day}. {month} kl. {time}",
        time="%H.%M",
    ),
}
"""By X's language codes."""

_PLAIN = "%Y-%m-%d %H:%M"


def opening(at: int, *, now: int, language: str, time_zone: str) -> str:
    """Tell a moment to a customer, as in "tomorrow at 07:00 (CET)"; moments are UTC epoch seconds."""
    zone = ZoneInfo(time_zone)
    moment, today = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(now, zone)
    wording = WORDINGS.get(language)
    if wording is None:
        return f"{moment.strftime(_PLAIN)} ({_zone_name(moment, {})})"
    forms = (f"{form} ({_zone_name(moment, wording.zones or {})})" for form in _forms(wording, moment, today))
    return next(form for form in forms if weighted_length(form) <= OPENS_MAX_LENGTH)


def _forms(wording: Wording, moment: datetime, today: datetime) -> Iterator[str]:
    """Give the ways to say it, the friendliest first."""
    values = {
        "weekday": wording.weekdays[moment.weekday()],
        "day": wording.first if moment.day == 1 else str(moment.day),
        "month": wording.months[moment.month - 1],
        "time": moment.strftime(wording.time),
    }
    if moment.date() == today.date():
        yield wording.today.format_map(values)
    if moment.date() == today.date() + timedelta(days=1):
        yield wording.tomorrow.format_map(values)
    yield wording.on_weekday.format_map(values)
    yield wording.on_date.format_map(values)


def _zone_name(moment: datetime, known: Mapping[str, str]) -> str:
    """Give the zone's abbreviation, or its distance from UTC where it has no letters."""
    name = moment.tzname() or ""
    if name[:1] in {"+", "-"}:
        return f"UTC{name[:3]}" + (f":{name[3:]}" if name[3:] else "")
    return known.get(name, name)
