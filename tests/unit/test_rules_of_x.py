"""X's rules that bind by what the desk can't do at all; those decided case by case have tests of `desk.permission`.

Sources: X's changelog and automation rules, read 2026-08.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from desk.policy.model import Category, Purpose
from respond.compose import compose
from tests.stories import MORNING, planned, shipped_policy
from triage.signals.sign import Sign

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
READS = {"get_me", "get_users", "get_users_mentions", "get_users_tweets", "search_recent_tweets", "get_tweets"}
WRITES = {"create_tweet"}


def called_on_the_client(path: Path) -> set[str]:
    """Names called on `self._client` in a module."""
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    attributes = [call for call in calls if isinstance(call, ast.Attribute)]
    return {call.attr for call in attributes if ast.unparse(call.value) == "self._client"}


def test_the_desk_can_read_and_post_and_nothing_else_no_likes_reposts_follows_or_messages():
    assert called_on_the_client(FUNCTIONS / "desk" / "x_client.py") == READS | WRITES


def test_only_one_module_knows_tweepy_and_only_respond_posts():
    modules = {path.relative_to(FUNCTIONS).as_posix(): path.read_text() for path in FUNCTIONS.rglob("*.py")}
    assert {name for name, text in modules.items() if "import tweepy" in text} == {"desk/x_client.py"}
    posting = {name for name, text in modules.items() if re.search(r"(?<!\brouter)\.post\(", text)}
    assert posting == {"respond/sending.py"}


@pytest.mark.parametrize("language", shipped_policy().languages)
@pytest.mark.parametrize(
    ("purpose", "category"),
    [
        (Purpose.ACKNOWLEDGEMENT, Category.PROBLEM),
        (Purpose.PRAISE, Category.PRAISE),
        (Purpose.INCIDENT, Category.PROBLEM),
        (Purpose.INCIDENT_RESOLVED, Category.COMPLAINT),
    ],
)
def test_every_automatic_post_says_that_it_is_automatic(purpose, category, language):
    label = shipped_policy().acknowledgement.label[language]
    reply = planned(purpose=purpose, category=category, language=language)
    assert label in compose(reply, policy=shipped_policy(), now=MORNING)


def test_automatic_texts_are_fixed_and_truly_vary():
    automatic = [each for each in shipped_policy().responses if each.purpose is not Purpose.CANNED]
    assert all(len(texts) >= 3 for each in automatic for texts in each.texts.values())


def test_nothing_is_inferred_about_health_money_politics_origin_faith_sex_union_or_crime():
    sensitive = {"health", "illness", "income", "politics", "ethnicity", "religion", "sex", "union", "crime"}
    assert not sensitive & {name.lower() for name in Sign.__members__}
    assert not sensitive & {topic.name for topic in shipped_policy().topics}
