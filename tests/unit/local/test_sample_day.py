"""The sample day can be played, says what it promises, and its reader names every fault with its place."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from desk.weighted_length import weighted_length
from local.sample_day import FILE, expected, read
from local.script import ScriptError

if TYPE_CHECKING:
    from pathlib import Path

    from local.script import Line, Script

MINUTE = 60
SMALL = """
title = "a small day"
date = 2026-03-10
time_zone = "Europe/Berlin"
people = [{ name = "ours", user_id = "1", own = true }, { name = "ana", user_id = "2" }]

[[posts]]
key = "first"
by = "ana"
at = "06:12"
text = "@ours hello"

[[posts]]
key = "second"
by = "ours"
at = "00:40 +1"
reply_to = "first"
text = "Good morning"

[[posts]]
key = "third"
by = "ours"
at = "00:41 +1"
reply_to = "second"
text = "and good night"
indexed_after_minutes = 4

[expected]
mentions = 1
cases = 1
answered_cases = 1
acknowledged = ["first"]
late = []
unanswered = []
never_stored = []
[expected.never]
"""


@pytest.fixture(scope="module")
def day() -> Script:
    return read()


def own_names(day: Script) -> set[str]:
    return {person.name for person in day.people if person.token}


def by_customers(day: Script) -> list[Line]:
    return [line for line in day.lines if line.author not in own_names(day)]


def small(tmp_path: Path, before: str = "", after: str = "") -> Path:
    path = tmp_path / "day.toml"
    assert before in SMALL
    path.write_text(SMALL.replace(before, after, 1) if before else SMALL)
    return path


def line_of(day: Script, key: str) -> Line:
    return next(line for line in day.lines if line.key == key)


# ---- reading


def test_times_are_those_of_the_brands_clock(tmp_path):
    first, second, third = read(small(tmp_path)).lines
    assert datetime.fromtimestamp(first.at, UTC) == datetime(2026, 3, 10, 5, 12, tzinfo=UTC)
    assert datetime.fromtimestamp(second.at, UTC) == datetime(2026, 3, 10, 23, 40, tzinfo=UTC)
    assert third.indexed_at == third.at + 4 * MINUTE


def test_a_reply_begins_with_the_name_of_whom_it_answers_unless_that_is_its_author(tmp_path):
    assert [line.text for line in read(small(tmp_path)).lines] == ["@ours hello", "@ana Good morning", "and good night"]


def test_our_own_accounts_alone_have_a_token(tmp_path):
    assert [person.token for person in read(small(tmp_path)).people] == ["token-ours", None]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('by = "ana"', 'by = "anna"', 'posts[1] "first": by = "anna" is nobody under people'),
        ('reply_to = "first"', 'reply_to = "frist"', 'posts[2] "second": reply_to = "frist" is no post'),
        ('reply_to = "first"', 'edits = "first"', 'posts[2] "second": edits = "first", which is of another author'),
        ('at = "06:12"', 'at = "6 o\'clock"', 'posts[1] "first": at = "6 o\'clock" is no time such as "06:12"'),
        ('at = "06:12"', 'at = "06:12 +x"', 'posts[1] "first": at = "06:12 +x" is no time such as "06:12"'),
        ('at = "06:12"', 'at = "06:12 +2"', 'reply_to = "first", which comes later'),
        ('at = "06:12"', "at = 612", 'posts[1] "first": at = 612 is no str'),
        ('at = "06:12"\n', "", 'posts[1] "first": at is missing'),
        ('text = "@ours hello"', "", 'posts[1] "first": only a retweet has no text'),
        ('text = "@ours', 'txt = "@ours', 'posts[1] "first": no key is called txt'),
        ('key = "third"', 'key = "second"', 'key = "second" stands twice'),
        ('user_id = "2"', 'user_id = "1"', 'user_id = "1" stands twice'),
        ("[expected]", '[[deletions]]\nkey = "x"\nat = "07:00"\n[expected]', 'deletions[1] "x": "x" is no post'),
        (
            "[expected]",
            '[[deletions]]\nkey = "first"\nat = "06:00"\n[expected]',
            'deletions[1] "first": deleted before it was written',
        ),
        ('["first"]', '["fist"]', 'expected: "fist" is no post'),
        ("[expected.never]", '[expected.never]\nspam = ["first"]', 'expected: "first" stands in it twice'),
        ("Europe/Berlin", "Europe/Pebble", "date, time_zone: "),
        ('title = "a small day"', "", "title is missing"),
        ("late = []", "", "expected: late is missing"),
        ("title =", "title", "day.toml: "),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, before, after, fault):
    with pytest.raises(ScriptError, match=re.escape(fault)):
        read(small(tmp_path, before, after))


def test_all_faults_are_named_at_once(tmp_path):
    path = small(tmp_path, 'by = "ana"', 'by = "anna"')
    path.write_text(path.read_text().replace('reply_to = "second"', 'reply_to = "scond"'))
    with pytest.raises(ScriptError) as raised:
        read(path)
    assert len(str(raised.value).splitlines()) == 2


# ---- the day itself


def test_the_day_speaks_six_languages_one_of_them_unknown_to_the_policy(day):
    assert {line.language for line in by_customers(day)} >= {"en", "de", "es", "fr", "da", "fi"}


def test_nothing_we_write_is_too_long_for_x_or_shouts(day):
    ours = [line for line in day.lines if line.author in own_names(day)]
    assert [line.key for line in ours if weighted_length(line.text, without_leading_mentions=True) > 280] == []
    assert [line.key for line in ours if line.text.count("!") > 1] == []


def test_one_customer_post_is_longer_than_a_post(day):
    assert [line.key for line in by_customers(day) if weighted_length(line.text) > 280] == ["wheelchair"]


def test_the_edit_comes_within_half_an_hour_and_the_deletion_after_forty_minutes_unanswered(day):
    assert 0 < line_of(day, "edited-v2").at - line_of(day, "edited").at <= 30 * MINUTE
    (deletion,) = day.deletions
    assert deletion.at - line_of(day, deletion.key).at == 40 * MINUTE
    assert [line for line in day.lines if line.parent == deletion.key] == []


def test_a_first_answer_comes_late_enough_for_the_acknowledgement_to_be_out(day):
    at = {line.key: line.indexed_at or line.at for line in day.lines}
    waits = [line.at - at[line.parent] for line in day.lines if line.parent in expected().acknowledged]
    assert min(waits) >= 5 * MINUTE


def test_every_customer_post_is_expected_once(day):
    facts = expected()
    named = [*facts.acknowledged, *facts.never, *facts.never_stored]
    written = [line.key for line in by_customers(day) if line.edits is None]
    assert sorted(named) == sorted([*written, "private-life"])
    assert facts.mentions == len(facts.acknowledged) + len(facts.never)
    assert 50 <= facts.mentions <= 75


def test_the_file_stands_beside_its_reader():
    assert FILE.name == "sample_day.toml"
    assert FILE.exists()
