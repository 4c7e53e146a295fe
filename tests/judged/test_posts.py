import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.infra.template import REPOSITORY

FOLDER = Path(__file__).parent
POLICY = tomllib.loads((REPOSITORY / "functions" / "policy.toml").read_text(encoding="utf-8"))
OWN_HANDLES = {handle["name"].lower(): handle["role"] for handle in POLICY["handles"]}

CLOSED = {"spam", "troll", "retweet", "joke", "competitor", "sales_lead"}
CATEGORIES = CLOSED | {"complaint", "problem", "question", "request", "feedback", "praise", "chatter"}
CHOICES = {
    "language": {"en", "es", "de", "fr", "pt", "it", "da"},
    "context": {"first contact", "repeat", "after our answer"},
    "category": CATEGORIES,
    "priority": {"P1", "P2", "P3", "P4"},
    "team": {team["name"] for team in POLICY["teams"]},
    "sentiment": {"negative", "neutral", "positive"},
}
CLAIMS = {"mentions_us", "answerable", "acknowledge", "hard"}
TEXTS = {"id", "text", "why"}

TEST_CARDS = {"4111111111111111", "5555555555554444"}
DRAMA_NUMBER = re.compile(r"^(\+44|0)7700900\d{3}$")  # set aside for fiction: Ofcom, numbers for drama use


def posts_of(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))["posts"]


HUNDRED = posts_of(FOLDER / "hundred.toml")
ALL = [post for path in sorted(FOLDER.glob("*.toml")) for post in posts_of(path)]


def those(fault):
    """Give the ids of the posts that have a fault."""
    return [post["id"] for post in ALL if fault(post)]


def addressed(post):
    """Give the roles of our accounts that a text addresses."""
    return {OWN_HANDLES[name.lower()] for name in re.findall(r"@(\w+)", post["text"]) if name.lower() in OWN_HANDLES}


def test_the_hundred_are_spread_over_seven_languages():
    languages = Counter(post["language"] for post in HUNDRED)
    assert languages == {"en": 40, "es": 12, "de": 12, "fr": 10, "pt": 9, "it": 9, "da": 8}


@pytest.mark.parametrize("field", CHOICES)
def test_each_possible_judgement_occurs_among_the_hundred(field):
    assert {post[field] for post in HUNDRED} == CHOICES[field]


def test_a_fifth_of_the_hundred_is_hard():
    assert 15 <= sum(post["hard"] for post in HUNDRED) <= 25


@pytest.mark.parametrize("field", ["id", "text"])
def test_no_post_stands_twice(field):
    assert [value for value, times in Counter(post[field] for post in ALL).items() if times > 1] == []


def test_each_post_is_judged_in_full():
    assert those(lambda post: post.keys() != CHOICES.keys() | CLAIMS | TEXTS) == []
    assert those(lambda post: any(post[field] not in CHOICES[field] for field in CHOICES)) == []
    assert those(lambda post: any(not isinstance(post[field], bool) for field in CLAIMS)) == []
    assert those(lambda post: any(not post[field].strip() for field in TEXTS)) == []


def test_a_post_mentions_us_if_its_text_does():
    assert those(lambda post: post["mentions_us"] != bool(addressed(post))) == []


def test_only_what_triage_may_close_is_not_answerable():
    assert those(lambda post: post["answerable"] == (post["category"] in CLOSED)) == []


def test_only_a_first_contact_is_acknowledged():
    assert those(lambda post: post["acknowledge"] and post["context"] != "first contact") == []


def test_only_who_addressed_an_account_that_posts_is_acknowledged():
    assert those(lambda post: post["acknowledge"] and not addressed(post) & {"support", "brand"}) == []


def test_sales_leads_and_nothing_else_go_to_sales():
    assert those(lambda post: (post["team"] == "sales") != (post["category"] == "sales_lead")) == []


def is_somebodys(number):
    return number not in TEST_CARDS and not DRAMA_NUMBER.match(number)


@pytest.mark.parametrize(
    ("pattern", "is_real"),
    [
        (r"\+?\d(?:[ -]?\d){8,}", lambda number: is_somebodys(re.sub(r"[ -]", "", number))),
        (r"\w@([\w.-]+)", lambda host: not host.startswith("example.")),
        (r"https?://([\w.-]+)", lambda host: not host.endswith(".example")),
    ],
    ids=["numbers", "addresses", "links"],
)
def test_what_looks_personal_is_nobodys(pattern, is_real):
    assert those(lambda post: any(map(is_real, re.findall(pattern, post["text"])))) == []
