"""Personal data in the text of a post: where it stands, and the text without it.

Looks for e-mail addresses, telephone numbers, payment cards, IBANs and the brand's own reference numbers; postal
addresses and names are out. Decides nothing about what is done with a finding. Better one number too many than a
telephone number in a log, but links, @names, hashtags, times, dates and prices are left alone.

Each kind is looked for in what the kinds before it left, so that no two findings overlap. Linear in the length of the
text and silent on any text, broken ones too, as far as the caller's own patterns are.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    _SpansOf = Callable[[re.Match[str]], Iterator[tuple[int, int]]]


class Kind(StrEnum):
    """What was found; `redact` puts the word in brackets in its place."""

    EMAIL = "e-mail"
    PHONE = "phone"
    CARD = "card"
    IBAN = "IBAN"
    REFERENCE = "reference"


class Finding(Struct, frozen=True):
    """Personal data from index `start` up to `end` of the text."""

    kind: Kind
    start: int
    end: int


_DIGIT = re.compile(r"\d")

# Stands for every settled character: it belongs to no pattern here, and keeps the indexes in place.
_SETTLED = "\0"
_UNSETTLED = re.compile(rf"[^{_SETTLED}]+")

_PLACEHOLDER = re.compile(r"\[(?:" + "|".join(map(re.escape, Kind)) + r")\]")

_LINK_CHARACTER = r"[!#-+\--;=?-~]"  # printable ASCII but " , < >, so that what follows a link without a space is seen
_LINK = re.compile(
    rf"https?://{_LINK_CHARACTER}*+|(?<![\w.@-])(?:www\.|(?:[\w-]++\.)++[a-z]{{2,24}}/){_LINK_CHARACTER}*+",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.%+'-])[\w.%+'-]++@(?:[\w-]++\.)+[^\W\d_]{2,24}")
_NAME_OR_HASHTAG = re.compile(r"[@\uff20]\w++|(?<!\w)[#\uff03]\w*?[^\W\d]\w*+")

# Up to 34 letters and digits, in groups or not (ISO 13616; none has fewer than 15 of them or 10 digits).
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}(?!\w)", re.IGNORECASE | re.ASCII)
_IBAN_LENGTHS = range(15, 35)
_IBAN_DIGITS = 10
_IBAN_MODULUS = 97

# 13 to 19 digits, the first from 2 to 6 (ISO/IEC 7812), in groups of at least three or not.
_DIGIT_GROUPS = re.compile(r"(?<![\da-zA-Z_+])(?<!\d[.,])\d{3,}+(?:[ -]\d{3,}+)*+")
_CARD_LENGTHS = range(13, 20)
_CARD_FIRST_DIGITS = range(2, 7)
_MOST_CARD_GROUPS = 6

_CURRENCY_SIGN = "[$\u20a0-\u20bf\u00a3\u00a5]"
_CURRENCY_WORD = "(?:usd|eur|gbp|chf|dkk|sek|nok|cad|aud|inr|jpy|brl|pln|dollars?|euros?|pounds?|kr|rs|z\u0142)"
_AMOUNT = r"(?:\d{1,3}(?:[., '\u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d++(?:[.,]\d{1,2})?)"
_TIME_DATE_PRICE = re.compile(
    r"(?<![\d.:/-])(?:"
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?![\d:/-]|\.\d)"
    r"|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?![\w/-]|\.\d)"
    r"|\d{4}([./-])\d{1,2}\2\d{1,2}(?![\d/-]|\.\d)"
    rf"|{_AMOUNT}\s?(?:{_CURRENCY_SIGN}|{_CURRENCY_WORD}\b)"
    rf")|(?:{_CURRENCY_SIGN}|(?<!\w){_CURRENCY_WORD})\s?{_AMOUNT}(?!\w)",
    re.IGNORECASE,
)

_GAP = r"(?:[ \u00a0./\u2010-\u2013-]| [/\u2010-\u2013-] | ?\(|\)[ /-]?)?"
_PHONE = re.compile(
    r"(?<![\da-zA-Z_+#\uff03])(?<!\d[.,/:])(?<!\w-)(?:"
    # International: + or 00 and 8 to 15 digits (ITU-T E.164, 2010-11).
    rf"\(?(?:\+|00(?= ?[1-9])){_GAP}\d(?:{_GAP}\d){{7,14}}"
    # A trunk 0 and 8 to 10 digits: most of Europe, Australia, Japan, South Africa.
    rf"|\(?0[1-9](?:{_GAP}\d){{7,9}}"
    # North America: 3-3-4, the first two groups from 2 on.
    r"|(?:1[ .-]?)?(?:\([2-9]\d{2}\)|[2-9]\d{2})[ .-]{0,2}[2-9]\d{2}[ .-]?\d{4}"
    # Brazil with its area code; India 5-5; Iberia and Poland 3-3-3; Denmark and Norway 2-2-2-2.
    r"|\(\d{2}\) ?9?\d{4}[ -]?\d{4}"
    r"|[6-9]\d{4}[ -]?\d{5}"
    r"|[5-9]\d{2}([ -])\d{3}\1\d{3}"
    r"|(?<!\d )[2-9]\d(?: \d{2}){3}(?! \d)"
    r")(?![\da-zA-Z_]|[.,:/-]\d)",
)


def find(text: str, extra_patterns: Sequence[re.Pattern[str]] = ()) -> tuple[Finding, ...]:
    """Give what is personal in a text, in order and without overlaps.

    `extra_patterns` match the brand's reference numbers (order, booking, ticket); they see what stands between links,
    e-mail addresses, @names and hashtags.
    """
    searches: tuple[tuple[Kind | None, re.Pattern[str], _SpansOf], ...] = (
        (None, _PLACEHOLDER, _whole),
        (None, _LINK, _whole),
        (Kind.EMAIL, _EMAIL, _whole),
        (None, _NAME_OR_HASHTAG, _whole),
        *((Kind.REFERENCE, pattern, _whole) for pattern in extra_patterns),
    )
    if _DIGIT.search(text):
        searches += (
            (Kind.IBAN, _IBAN, _ibans),
            (Kind.CARD, _DIGIT_GROUPS, _cards),
            (None, _TIME_DATE_PRICE, _whole),
            (Kind.PHONE, _PHONE, _whole),
        )
    findings: list[Finding] = []
    for kind, pattern, spans_of in searches:
        spans = [span for match in _unsettled_matches(pattern, text) for span in spans_of(match)]
        text = _replaced(text, ((start, end, _SETTLED * (end - start)) for start, end in spans))
        findings += (Finding(kind, start, end) for start, end in spans if kind is not None)
    return tuple(sorted(findings, key=lambda finding: finding.start))


def redact(text: str, extra_patterns: Sequence[re.Pattern[str]] = ()) -> str:
    """Give the text with every finding replaced by its kind in brackets, as in `call [phone]`.

    The result has no finding left and is its own redaction.
    """
    while findings := find(text, extra_patterns):
        text = _replaced(text, ((finding.start, finding.end, f"[{finding.kind}]") for finding in findings))
    return text


def _unsettled_matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for stretch in _UNSETTLED.finditer(text):
        yield from pattern.finditer(text, *stretch.span())


def _replaced(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    parts, position = [], 0
    for start, end, replacement in replacements:
        parts += [text[position:start], replacement]
        position = end
    return "".join((*parts, text[position:]))


def _whole(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    if match[0]:
        yield match.span()


def _ibans(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Give the longest beginning that is an IBAN: words may follow without anything to tell them from its groups."""
    ends = (word.end() for word in re.finditer(r"[^ -]+", match[0]))
    if end := next((end for end in reversed(list(ends)) if _is_iban(re.sub("[ -]", "", match[0][:end]))), None):
        yield match.start(), match.start() + end


def _is_iban(text: str) -> bool:
    """Check the length and the remainder (ISO 7064, MOD 97-10)."""
    if len(text) not in _IBAN_LENGTHS or sum(map(str.isdigit, text)) < _IBAN_DIGITS:
        return False
    number = int("".join(str(int(character, 36)) for character in text[4:] + text[:4]))
    return number % _IBAN_MODULUS == 1


def _cards(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Give the card numbers among groups of digits, the longest from each group on, without overlaps."""
    groups = [(match.start() + group.start(), match.start() + group.end()) for group in re.finditer(r"\d+", match[0])]
    first = 0
    while first < len(groups):
        size = _card_groups(match.string, groups[first : first + _MOST_CARD_GROUPS])
        if size:
            yield groups[first][0], groups[first + size - 1][1]
        first += size or 1


def _card_groups(text: str, groups: Sequence[tuple[int, int]]) -> int:
    """Give how many of the first groups make a card number: 0 for none."""
    sizes = range(len(groups), 0, -1)
    return next((size for size in sizes if _is_card("".join(text[a:b] for a, b in groups[:size]))), 0)


def _is_card(digits: str) -> bool:
    """Check the length, the first digit and the check digit (Luhn, ISO/IEC 7812-1 annex B)."""
    if len(digits) not in _CARD_LENGTHS or int(digits[0]) not in _CARD_FIRST_DIGITS:
        return False
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
