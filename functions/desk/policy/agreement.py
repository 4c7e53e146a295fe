"""What the values of a policy must agree on: names that exist, texts that fit, a word for every language.

Each rule looks at values that were read already, faulty ones left out, and notes every fault with its place.
It changes nothing and builds nothing.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from desk.calendar import parse_week
from desk.policy.holiday_regions import regions
from desk.policy.kinds import did_you_mean
from desk.policy.model import (
    MOST_LEVELS,
    OPENS_MAX_LENGTH,
    REFERENCE_LENGTH,
    STATUS_PURPOSES,
    Category,
    Priority,
    Purpose,
    Role,
    Search,
)
from desk.policy.search_query import MAX_QUERY_LENGTH, query, query_length
from desk.weighted_length import LINK_WEIGHT, weighted_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from desk.policy.faults import Faults

    Values = Mapping[str, Any]

MIN_VARIANTS: Final = 3
"""Automatic texts that read alike get an account suspended (X, automation rules, 2026): they vary at least so much."""

ALIKE_SHARE: Final = 0.7
"""Two variants with more than this share of words in common read alike (ours: half their words may be the same)."""

_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_KNOWN_PLACEHOLDERS: Final = ("brand", "team", "opens", "link", "status_post")
_MUST_SAY: Final = {
    Purpose.OUT_OF_HOURS: ("opens", "does not say when a person will answer"),
    Purpose.INCIDENT: ("status_post", "does not point to the status post"),
}
"""What each text for a purpose is there to say."""
_AT_NAME: Final = re.compile(r"[@＠]\w")  # noqa: RUF001 - X takes the full-width sign for an @ as well
_WORDS: Final = re.compile(r"\w+")

_AUTOMATIC: Final = {
    Purpose.ACKNOWLEDGEMENT: ("acknowledgement", "enabled"),
    Purpose.OUT_OF_HOURS: ("acknowledgement", "enabled"),
    Purpose.PRAISE: ("acknowledgement", "thank_for_praise"),
    Purpose.INCIDENT: ("incidents", "answers_joined"),
    Purpose.INCIDENT_RESOLVED: ("acknowledgement", "enabled"),
}
"""Purposes of automatic replies, each with the switch that needs a text for every case."""

_SWITCHES: Final = {**_AUTOMATIC, Purpose.STATUS: ("incidents", "status_post_by_itself")}


def check(values: Values, faults: Faults) -> None:
    """Note all that does not fit together in the values of a policy, as `keys.POLICY` reads them."""
    for list_name in ("handles", "searches", "calendars", "teams", "topics", "responses"):
        _names_differ(values, list_name, faults)
    _teams_are_defined(values, faults)
    _handles(values, faults)
    _searches(values, faults)
    _ages(values, faults)
    _calendars(values, faults)
    _teams(values, faults)
    _routes(values, faults)
    limits = _Limits.of(values)
    _responses(values, limits, faults)
    _labels(values, limits, faults)
    _budget(values, faults)
    _incidents(values, faults)


def _entries(values: Values, name: str) -> Iterator[tuple[str, Values]]:
    """Give the readable entries of a list of tables, each with its place."""
    return ((f"{name}[{index}]", entry) for index, entry in enumerate(values.get(name) or ()) if entry is not None)


def _names(values: Values, list_name: str) -> list[str]:
    return [entry["name"] for _, entry in _entries(values, list_name) if "name" in entry]


def _known(texts: Iterable[str | None] | None) -> list[str]:
    return [text for text in texts or () if text is not None]


def _names_differ(values: Values, list_name: str, faults: Faults) -> None:
    seen: dict[str, str] = {}
    for place, entry in _entries(values, list_name):
        name = entry.get("name")
        if name is None:
            continue
        first = seen.setdefault(name.casefold(), place)
        if first != place:
            faults.add(f"{place}.name", f"{name!r} is the name of {first} already")


def _is_defined(name: str | None, list_name: str, place: str, values: Values, faults: Faults) -> None:
    known = _names(values, list_name)
    if name is not None and name not in known:
        faults.add(place, f"{name!r} is not defined in {list_name}{did_you_mean(name, known)}")


def _teams_are_defined(values: Values, faults: Faults) -> None:
    brand = values.get("brand", {})
    for key in ("default_team", "sales_team"):
        _is_defined(brand.get(key), "teams", f"brand.{key}", values, faults)


def _handles(values: Values, faults: Faults) -> None:
    handles = list(_entries(values, "handles"))
    if handles and all(handle.get("role", Role.SUPPORT) is not Role.SUPPORT for _, handle in handles):
        faults.add("handles", "none has the role 'support'; the desk needs an account to answer from")
    signatures: dict[str, str] = {}
    for place, handle in handles:
        _agent_is_named(handle, place, faults)
        for index, team in enumerate(handle.get("teams") or ()):
            _is_defined(team, "teams", f"{place}.teams[{index}]", values, faults)
        signature = handle.get("signature")
        if signature and signatures.setdefault(signature, place) != place:
            faults.add(f"{place}.signature", f"{signature!r} is the signature of {signatures[signature]} already")


def _agent_is_named(handle: Values, place: str, faults: Faults) -> None:
    if "role" not in handle:
        return
    is_agent = handle["role"] is Role.AGENT
    if is_agent and handle.get("agent") is None:
        faults.add(f"{place}.agent", "is missing: an agent account belongs to a person")
    for key in ("agent", "signature", "teams", "languages"):
        if not is_agent and handle.get(key):
            faults.add(f"{place}.{key}", f"belongs to accounts with the role 'agent', this one is {handle['role']!s}")


def _searches(values: Values, faults: Faults) -> None:
    handles = _names(values, "handles")
    for place, raw in _entries(values, "searches"):
        search = Search(
            name="",
            terms=tuple(_known(raw.get("terms"))),
            misspellings=False,
            exclude=tuple(_known(raw.get("exclude"))),
            languages=tuple(_known(raw.get("languages"))),
            daily_reads=0,
        )
        _terms_fit(search, raw, handles, place, faults)
        excluded = {term.casefold() for term in search.exclude}
        for index, term in enumerate(raw.get("terms") or ()):
            if term is not None and term.casefold() in excluded:
                faults.add(f"{place}.terms[{index}]", f"{term!r} is excluded by the same search")


def _terms_fit(search: Search, raw: Values, handles: list[str], place: str, faults: Faults) -> None:
    for index, term in enumerate(raw.get("terms") or ()):
        length = query_length(query([term], search, handles)) if term else 0
        if length > MAX_QUERY_LENGTH:
            faults.add(
                f"{place}.terms[{index}]",
                f"its query would have {length} characters with the own handles, languages and exclusions, "
                f"X takes {MAX_QUERY_LENGTH}; exclude less or make two searches",
            )


def _ages(values: Values, faults: Faults) -> None:
    for table, key in (("polling", "recheck_hours"), ("reach", "look_minutes")):
        ages = [age for age in values.get(table, {}).get(key) or () if age is not None]
        if any(later <= earlier for earlier, later in pairwise(ages)):
            faults.add(f"{table}.{key}", f"should rise, is {ages}")


def _calendars(values: Values, faults: Faults) -> None:
    for place, calendar in _entries(values, "calendars"):
        if calendar.get("always_open"):
            _nothing_beside_always_open(calendar, place, faults)
        elif "hours" in calendar:
            _opens_some_day(calendar["hours"], f"{place}.hours", faults)
        _subdivision_is_known(calendar.get("holidays"), f"{place}.holidays", faults)
        _dates_differ(calendar, place, faults)


def _nothing_beside_always_open(calendar: Values, place: str, faults: Faults) -> None:
    for key in ("hours", "holidays", "exceptions"):
        if calendar.get(key):
            faults.add(f"{place}.{key}", "says nothing beside always_open = true")


def _opens_some_day(hours: Mapping[str, str], place: str, faults: Faults) -> None:
    try:
        week = parse_week(hours)
    except ValueError as fault:
        faults.add(place, str(fault))
        return
    if not any(week):
        faults.add(place, "opens on no day, which would stop every clock; a team that never closes has always_open")


def _subdivision_is_known(holidays: Values | None, place: str, faults: Faults) -> None:
    country, subdivision = (holidays or {}).get("country"), (holidays or {}).get("subdivision")
    if country and subdivision and subdivision not in regions()[country]:
        known = ", ".join(sorted(regions()[country])) or "none"
        faults.add(f"{place}.subdivision", f"is not a part of {country}, {subdivision!r}; known are: {known}")


def _dates_differ(calendar: Values, place: str, faults: Faults) -> None:
    seen: dict[Any, str] = {}
    for exception_place, exception in _entries(calendar, "exceptions"):
        day = exception.get("date")
        if day and seen.setdefault(day, exception_place) != exception_place:
            faults.add(f"{place}.{exception_place}.date", f"{day} is the date of {seen[day]} already")


def _teams(values: Values, faults: Faults) -> None:
    for place, team in _entries(values, "teams"):
        _is_defined(team.get("calendar"), "calendars", f"{place}.calendar", values, faults)
        _levels_rise(team.get("escalation") or (), f"{place}.escalation", faults)
        for priority in Priority:
            _resolution_is_last((team.get("targets") or {}).get(priority), f"{place}.targets.{priority}", faults)


def _levels_rise(levels: Sequence[Values | None], place: str, faults: Faults) -> None:
    if len(levels) > MOST_LEVELS:
        faults.add(place, f"has {len(levels)} levels, at most {MOST_LEVELS} are allowed")
    minutes = [after for level in levels if level and (after := level.get("after_minutes")) is not None]
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        faults.add(place, f"should rise in after_minutes, is {minutes}")


def _resolution_is_last(target: Values | None, place: str, faults: Faults) -> None:
    first, resolution = (target or {}).get("first_response_minutes"), (target or {}).get("resolution_minutes")
    if first and resolution and resolution < first:
        faults.add(f"{place}.resolution_minutes", f"is {resolution}, less than first_response_minutes ({first})")


def _routes(values: Values, faults: Faults) -> None:
    catch_all = None
    for place, route in _entries(values, "routes"):
        _is_defined(route.get("team"), "teams", f"{place}.team", values, faults)
        _topics_are_defined(route, place, values, faults)
        if catch_all:
            faults.add(place, f"is never reached: {catch_all} takes every case")
        elif _is_unconditional(route, "categories", "topics", "languages"):
            catch_all = place


def _topics_are_defined(entry: Values, place: str, values: Values, faults: Faults) -> None:
    for index, topic in enumerate(entry.get("topics") or ()):
        _is_defined(topic, "topics", f"{place}.topics[{index}]", values, faults)


def _is_unconditional(entry: Values, *conditions: str) -> bool:
    return all(condition in entry and not entry[condition] for condition in conditions)


def _responses(values: Values, limits: _Limits, faults: Faults) -> None:
    for place, response in _entries(values, "responses"):
        _topics_are_defined(response, place, values, faults)
        _covers_languages(response.get("texts"), f"{place}.texts", _languages_of(response, values), faults)
        _texts(response, place, limits, faults)
        if response.get("purpose") in STATUS_PURPOSES and response.get("categories"):
            faults.add(f"{place}.categories", "says nothing for a status post, which answers nobody")
    for purpose in (*_AUTOMATIC, *sorted(STATUS_PURPOSES)):
        _one_fits_every_case(purpose, values, faults)


def _languages_of(response: Values, values: Values) -> list[str]:
    """Give the languages a response must have: the brand speaks its first one where it answers nobody."""
    languages = _known(values.get("brand", {}).get("languages"))
    return languages[:1] if response.get("purpose") in STATUS_PURPOSES else languages


def _one_fits_every_case(purpose: Purpose, values: Values, faults: Faults) -> None:
    """See to it that a purpose has a response for every case if its switch is on, and none behind that."""
    general = None
    for place, response in _entries(values, "responses"):
        if response.get("purpose") is not purpose:
            continue
        if general:
            faults.add(place, f"is never used: {general} fits every {purpose!s}; put it before that")
        elif _fits_every_case(response):
            general = place
    table, switch = _SWITCHES.get(purpose, ("", ""))
    if general is None and values.get(table, {}).get(switch):
        faults.add("responses", f"none fits every {purpose!s}, which {table}.{switch} = true needs")


def _fits_every_case(response: Values) -> bool:
    categories = {*response.get("categories", ())}
    is_praise = response.get("purpose") is Purpose.PRAISE and Category.PRAISE in categories
    return (is_praise and not response.get("topics")) or _is_unconditional(response, "categories", "topics")


def _covers_languages(texts: Values | None, place: str, languages: Iterable[str], faults: Faults) -> None:
    for language in languages:
        if texts is not None and language not in texts:
            faults.add(place, f"has no {language!r}, a language of the brand")


def _texts(response: Values, place: str, limits: _Limits, faults: Faults) -> None:
    used: set[str] = set()
    for language, variants in (response.get("texts") or {}).items():
        here = f"{place}.texts.{language}"
        if response.get("purpose") in _AUTOMATIC:
            _variants_differ(variants, here, faults)
        for index, text in enumerate(variants):
            if text is not None:
                used |= _placeholders(text, response, f"{here}[{index}]", limits, faults)
                _voice(text, f"{here}[{index}]", limits, faults)
                _length(text, language, f"{here}[{index}]", limits, faults)
    if response.get("link") and "link" not in used:
        faults.add(f"{place}.link", "is in no text: write {link} where it belongs")


def _variants_differ(variants: list[str | None], place: str, faults: Faults) -> None:
    if len(variants) < MIN_VARIANTS:
        faults.add(place, f"needs at least {MIN_VARIANTS} variants as it is sent automatically, has {len(variants)}")
    words = [(index, frozenset(_WORDS.findall(text.casefold()))) for index, text in enumerate(variants) if text]
    for (first, ours), (second, theirs) in combinations(words, 2):
        if len(ours & theirs) > ALIKE_SHARE * len(ours | theirs):
            faults.add(f"{place}[{second}]", f"reads almost like [{first}]; X suspends accounts for such replies")


def _placeholders(text: str, response: Values, place: str, limits: _Limits, faults: Faults) -> set[str]:
    names, purpose = set(_PLACEHOLDER.findall(text)), response.get("purpose")
    for name in sorted(names - set(_KNOWN_PLACEHOLDERS)):
        hint = did_you_mean(name, list(_KNOWN_PLACEHOLDERS)) or f"; known are {', '.join(_KNOWN_PLACEHOLDERS)}"
        faults.add(place, f"{{{name}}} is not a placeholder{hint}")
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        faults.add(place, "has a brace that belongs to no placeholder")
    if "link" in names and "link" in response and response["link"] is None:
        _status_page_is_known(purpose, place, limits, faults)
    if "status_post" in names and purpose is not Purpose.INCIDENT:
        faults.add(place, "has {status_post}, which only texts of the purpose 'incident' have")
    if purpose in _MUST_SAY and _MUST_SAY[purpose][0] not in names:
        placeholder, complaint = _MUST_SAY[purpose]
        faults.add(place, f"{complaint}: write {{{placeholder}}} where it belongs")
    return names


def _status_page_is_known(purpose: Purpose | None, place: str, limits: _Limits, faults: Faults) -> None:
    """In a response without a link of its own {link} is the status page, for incidents alone."""
    if purpose not in {Purpose.INCIDENT, Purpose.INCIDENT_RESOLVED, *STATUS_PURPOSES}:
        faults.add(place, "has {link}, but the response has no link")
    elif not limits.has_status_page:
        faults.add(place, "has {link}, but neither the response has a link nor incidents.status_url is set")


class _Limits(Struct, frozen=True):
    """What every text must keep to, put together once: placeholders and tails at their longest, and the voice."""

    longest: Mapping[str, str]
    tails: Mapping[str, int]
    """By language: weighted length of what is put behind a text: a space and the label, or ` ^` and a signature, beside
    a reference."""
    shortest_tail: int
    max_length: int | None
    max_exclamation_marks: int | None
    banned: Mapping[str, str]
    has_status_page: bool

    @classmethod
    def of(cls, values: Values) -> _Limits:
        titles = [team.get("title", "") for _, team in _entries(values, "teams")]
        signatures = [handle.get("signature") or "" for _, handle in _entries(values, "handles")]
        signed = 2 + max(map(len, signatures), default=0)
        labels = values.get("acknowledgement", {}).get("label") or {}
        voice = values.get("voice", {})
        return cls(
            longest={
                "brand": values.get("brand", {}).get("name", ""),
                "team": max(titles, key=weighted_length, default=""),
                "opens": "x" * OPENS_MAX_LENGTH,
                "link": "x" * LINK_WEIGHT,
                "status_post": "x" * LINK_WEIGHT,
            },
            tails={
                language: max(signed, 1 + weighted_length(label)) + REFERENCE_LENGTH
                for language, label in labels.items()
            },
            shortest_tail=signed + REFERENCE_LENGTH,
            max_length=voice.get("max_length"),
            max_exclamation_marks=voice.get("max_exclamation_marks"),
            banned={phrase.casefold(): phrase for phrase in _known(voice.get("banned_phrases"))},
            has_status_page=bool(values.get("incidents", {}).get("status_url")),
        )

    def longest_length(self, text: str, language: str) -> int:
        filled = _PLACEHOLDER.sub(lambda match: self.longest.get(match[1], ""), text)
        return weighted_length(filled) + self.tails.get(language, self.shortest_tail)


def _voice(text: str, place: str, limits: _Limits, faults: Faults) -> None:
    folded = text.casefold()
    for banned, phrase in limits.banned.items():
        if banned in folded:
            faults.add(place, f"says {phrase!r}, a banned phrase")
    if _AT_NAME.search(text):
        faults.add(place, "has an @name; X names the person a reply goes to by itself")
    marks, allowed = text.count("!"), limits.max_exclamation_marks
    if allowed is not None and marks > allowed:
        faults.add(place, f"has {marks} exclamation marks, {allowed} are allowed")


def _length(text: str, language: str, place: str, limits: _Limits, faults: Faults) -> None:
    length = limits.longest_length(text, language)
    if limits.max_length is not None and length > limits.max_length:
        faults.add(
            place,
            f"has {length} weighted characters when its placeholders, the automatic label or a signature, and a "
            f"reference are at their longest, {limits.max_length} are allowed",
        )


def _labels(values: Values, limits: _Limits, faults: Faults) -> None:
    labels = values.get("acknowledgement", {}).get("label")
    _covers_languages(labels, "acknowledgement.label", _known(values.get("brand", {}).get("languages")), faults)
    spoken = {language for _, response in _entries(values, "responses") for language in response.get("texts") or ()}
    for language in sorted(spoken - {*(labels or ()), *_known(values.get("brand", {}).get("languages"))}):
        faults.add("acknowledgement.label", f"has no {language!r}, in which a response has texts")
    for language, label in (labels or {}).items():
        _voice(label, f"acknowledgement.label.{language}", limits, faults)


def _budget(values: Values, faults: Faults) -> None:
    budget = values.get("budget", {})
    day, month = budget.get("usd_per_day"), budget.get("usd_per_month")
    if day and month and month < day:
        faults.add("budget.usd_per_month", f"is {month:,}, less than usd_per_day ({day:,})")


def _incidents(values: Values, faults: Faults) -> None:
    speaker = values.get("incidents", {}).get("status_handle")
    spoken = [
        entry["name"].lower()
        for _, entry in _entries(values, "handles")
        if "name" in entry and entry.get("role") is not Role.AGENT
    ]
    if speaker and speaker.lower() not in spoken:
        faults.add("incidents.status_handle", f"{speaker!r} is no support or brand account of `handles`")
