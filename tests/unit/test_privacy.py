import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.privacy import Finding, Kind, find, redact

BOOKING = re.compile(r"\b(?:booking|PNR)[ :#]*[A-Z0-9]{6}\b")
ORDER = re.compile(r"#?\b\d{3}-\d{7}\b")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("write to jo.doe+x@mail.example.co.uk. Thanks", "write to [e-mail]. Thanks"),
        ("jörg@müller.de,me@x.io", "[e-mail],[e-mail]"),
        ("call 0171 1234567 at 18:00", "call [phone] at 18:00"),
        ("Tel:+1 (555) 123-4567!", "Tel:[phone]!"),
        ("+44 (0)20 7946 0958", "[phone]"),
        ("+49-171/1234567", "[phone]"),
        ("00 49 171 1234567", "[phone]"),
        ("00447900248601, anytime", "[phone], anytime"),
        ("(555) 234-5678 or 555.234.5678 or 1-800-234-5678", "[phone] or [phone] or [phone]"),
        ("8005551234", "[phone]"),
        ("06 12 34 56 78", "[phone]"),
        ("01.02.03.04.05", "[phone]"),
        ("612 345 678", "[phone]"),
        ("98765 43210", "[phone]"),
        ("(11) 98765-4321", "[phone]"),
        ("ring 22 34 56 78", "ring [phone]"),
        ("电话090-1234-5678。", "电话[phone]。"),
        ("card 4111 1111 1111 1111 12/25", "card [card] 12/25"),
        ("3782 822463 10005", "[card]"),
        ("2 4111-1111-1111-1111", "2 [card]"),
        ("DE89 3704 0044 0532 0130 00 is my bank", "[IBAN] is my bank"),
        ("gb29nwbk60161331926819", "[IBAN]"),
        ("NO9386011117947 MT84MALT011000012345MTLCAST001S", "[IBAN] [IBAN]"),
        ("my booking XK2P9Q and #123-1234567", "my [reference] and [reference]"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text, redacted):
    assert redact(text, (BOOKING, ORDER)) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "https://t.co/0171234567 and www.example.com/8005551234, t.co/8005551234",
        "https://x.com/care/status/923456789012345678",
        "@0171234567 @care_12345678",
        "#0171234567 #ba2490 #2017",
        "from 0900-1700, 08:30-17:15, 18.30 or 7pm",
        "01.02.2017 10:30, 31/10/2017, 2017-10-31T22:10:00",
        "2016 2017 2018, 1990-2000",
        "$1,234,567.89, 1.234.567 EUR, 1 234 567 kr, 50usd, £ 20, 2000000000 euros",
        "+1000000 likes, 100% 24/7 365",
        "post 1234567890123456789",
        "4111 1111 1111 1112",
        "AB12 LONG WORD HERE OK",
        "flight BA2490, ref ABC-0171234567",
        "0.123456789 and 1,234,567,890",
        "a@b @jo me@ @.com",
    ],
)
def test_what_is_not_personal_is_left_alone(text):
    assert find(text) == ()
    assert redact(text) == text


def test_a_finding_says_what_stands_where():
    text = "☎️ 0171 1234567 or jo@example.com"
    phone, mail = find(text)
    assert phone == Finding(Kind.PHONE, 3, 15)
    assert text[mail.start : mail.end] == "jo@example.com"


def test_reference_numbers_are_found_only_by_the_patterns_given():
    assert find("booking XK2P9Q") == ()
    assert find("booking XK2P9Q", [BOOKING]) == (Finding(Kind.REFERENCE, 0, 14),)
    assert find("https://example.com/booking#XK2P9Q", [BOOKING]) == ()


def test_a_pattern_that_matches_everything_neither_loops_nor_eats_what_stands_in_brackets():
    assert redact("a jo@example.com b", [re.compile(".*")]) == "[reference][e-mail][reference]"
    assert redact("a [phone] b", [re.compile("x*")]) == "a [phone] b"


SECRETS = ["jo@example.com", "+49 171 1234567", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "555-234-5678"]
SCRAPS = (
    "[phone] [card ] @ @jo # http:// t.co/ www. € kr 12:30 01.02.2017 2017 - / . , : ( ) + 0 00 1 17 234 4567 a DE 日 ٣"
)
FRAGMENTS = st.sampled_from([*SECRETS, *SCRAPS.split(), " ", "\n", "\0"])
TEXTS = st.one_of(st.lists(FRAGMENTS, max_size=20).map("".join), st.text(st.characters(), max_size=200))
PATTERNS = st.sampled_from([(), (BOOKING, ORDER), (re.compile(r"\w{5,}"),), (re.compile(r"(?<!\d)\d+$"),)])


@given(TEXTS, PATTERNS)
def test_findings_of_any_text_stand_in_order_without_overlaps(text, patterns):
    edges = [0, *(edge for finding in find(text, patterns) for edge in (finding.start, finding.end)), len(text)]
    assert edges == sorted(edges)
    assert all(finding.start < finding.end for finding in find(text, patterns))


@given(TEXTS, PATTERNS)
def test_a_redacted_text_has_no_finding_left(text, patterns):
    redacted = redact(text, patterns)
    assert find(redacted, patterns) == ()
    assert redact(redacted, patterns) == redacted


@given(TEXTS, st.sampled_from(SECRETS))
def test_personal_data_among_words_is_gone_whatever_stands_around_it(text, secret):
    assume(secret not in text)
    assert secret not in redact(f"{text} \n* {secret} *\n {text}")


@pytest.mark.parametrize(
    "repeated", ["1 ", "444 ", "a@", "a.", "a@a.", "+1", "(0", "ab12 ", "#1", "1,234 ", "é.", "aa.aa", "["]
)
def test_a_long_text_made_to_be_slow_is_read_to_its_end(repeated):
    text = (repeated * 25_000)[:25_000]
    assert redact(redact(text)) == redact(text)
