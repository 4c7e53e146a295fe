from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk import author
from desk.action import Act
from desk.author import Author
from desk.case import Status, fold
from desk.course import Lift
from desk.errors import BadPayload
from desk.event import Kind
from desk.policy.model import Category, Priority
from desk.post import Metrics
from desk.reach import REASONS, Fact, first_pace, is_known, is_large, is_quick, may_hurt, pace
from tests.builders import a_policy
from tests.stories import (
    CASE,
    HOUR,
    MINUTE,
    MORNING,
    answered,
    counted,
    deleted,
    did,
    introduced,
    shipped_policy,
    the_case,
    wrote,
)

TERMS = shipped_policy().reach
LARGE = TERMS.followers


def at(minute: float) -> int:
    return MORNING + int(minute * MINUTE)


def a_question(minute: float = 0, **assessed):
    return wrote(minute, category=Category.QUESTION, priority=Priority.P3, **assessed)


@pytest.mark.parametrize(
    ("known", "large"),
    [
        (Author(LARGE - 1), False),
        (Author(LARGE), True),
        (Author(3, "business"), True),
        (Author(3, "government"), True),
        (Author(3, "blue"), False),
    ],
)
def test_a_large_account_has_many_followers_or_speaks_for_an_organisation(known, large):
    assert is_large(known, TERMS) is large


def test_what_x_told_of_an_author_counts_for_the_days_of_the_policy():
    assert is_known(MORNING, TERMS, now=MORNING + 29 * 24 * HOUR)
    assert not is_known(MORNING, TERMS, now=MORNING + 30 * 24 * HOUR)
    assert not is_known(None, TERMS, now=MORNING)


@pytest.mark.parametrize(
    ("category", "sentiment", "is_answerable", "hurting"),
    [
        (Category.QUESTION, "negative", True, True),
        (Category.QUESTION, "neutral", True, False),
        (Category.COMPLAINT, "neutral", True, True),
        (Category.PRAISE, "negative", True, False),
        (Category.TROLL, "negative", False, True),
        (Category.SPAM, "negative", False, False),
        (Category.RETWEET, "negative", False, False),
    ],
)
def test_only_what_is_unhappy_and_meant_for_us_would_hurt(category, sentiment, is_answerable, hurting):
    assert may_hurt(category, sentiment, is_answerable=is_answerable) is hurting


def test_the_pace_of_the_first_minutes_is_that_of_ten():
    assert pace(0, 2, 20) == 12
    assert pace(0, 50, HOUR // 2) == 100
    assert pace(50, 40, HOUR) == 0


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-HOUR, 10**7))
def test_a_pace_is_never_below_zero_nor_above_six_times_what_was_won(before, after, seconds):
    assert 0 <= pace(before, after, seconds) <= 6 * max(0, after - before)


def test_a_case_shows_what_x_last_told_of_its_customer():
    case = the_case([wrote(0), introduced(2, 10), introduced(9, 70, verified="blue")], minute=10)
    assert (case.followers, case.verified) == (70, "blue")
    assert the_case([wrote(0)], minute=10).followers is None


def test_an_unhappy_question_is_more_urgent_from_the_moment_its_author_is_known_to_be_large():
    case = the_case([a_question(), introduced(7, LARGE)], minute=8)
    assert case.priority is Priority.P2
    assert [(each.fact, each.at, each.figure) for each in case.viral] == [(Fact.LARGE_ACCOUNT, at(7), LARGE)]
    assert case.course.lifts == (Lift(at(7), Priority.P2),)
    assert case.reasons[-1] == REASONS[Fact.LARGE_ACCOUNT]
    assert case.clocks[0].due_at == at(60)
    assert the_case([a_question()], minute=8).clocks[0].due_at == at(240)


def test_nobody_is_late_in_hindsight_when_reach_is_learnt_late():
    case = the_case([a_question(), introduced(100, LARGE)], minute=101)
    assert case.clocks[0].due_at == at(100)
    assert case.clocks[0].breached_at(at(100)) is None


def test_a_calm_post_of_a_large_account_stays_as_urgent_as_it_was():
    case = the_case([a_question(sentiment="neutral"), introduced(7, LARGE)], minute=8)
    assert (case.priority, case.viral) == (Priority.P3, ())


def test_an_unhappy_post_after_the_author_is_known_makes_it_viral_when_it_is_seen():
    case = the_case([a_question(sentiment="neutral"), introduced(7, LARGE), a_question(20)], minute=21)
    assert [each.at for each in case.viral] == [at(20) + 30]
    assert case.priority is Priority.P2


def test_what_was_known_when_a_post_was_filed_counts_without_asking_again():
    post = a_question()
    known = replace(post, filing=replace(post.filing, author=Author(LARGE)))
    case = the_case([known], minute=1)
    assert [each.fact for each in case.viral] == [Fact.LARGE_ACCOUNT]
    assert case.followers == LARGE


def test_a_post_that_wins_reactions_fast_spreads():
    case = the_case([a_question(), counted(30, 0, 90)], minute=31)
    assert case.growth_per_hour == 183
    assert [(each.fact, each.at, each.figure) for each in case.viral] == [(Fact.SPREADING, at(30), 183)]
    assert case.priority is Priority.P2


def test_the_growth_is_that_of_the_latest_look_and_the_fact_stays():
    case = the_case([a_question(), counted(30, 0, 90), counted(150, 0, 94)], minute=151)
    assert case.growth_per_hour == 2
    assert [each.at for each in case.viral] == [at(30)]


def test_a_post_that_was_widespread_when_it_was_found_spreads_from_then_on():
    post = a_question()
    found = replace(post, seen_at=at(60), post=replace(post.post, metrics=Metrics(likes=70, quotes=60)))
    assert first_pace(found) == 130
    assert [each.at for each in the_case([found], minute=61).viral] == [at(60)]


def test_a_post_that_was_deleted_spreads_no_more():
    post = a_question()
    case = the_case([post, wrote(1), counted(30, 0, 900), deleted(40, post)], minute=41)
    assert (case.viral, case.growth_per_hour) == ((), 0)


def test_an_insult_of_a_large_account_is_told_and_stays_closed():
    insult = wrote(0, category=Category.TROLL, is_answerable=False, priority=Priority.P4)
    case = the_case([insult, introduced(3, LARGE)], minute=4)
    assert [each.fact for each in case.viral] == [Fact.LARGE_ACCOUNT]
    assert (case.status, case.priority) == (Status.CLOSED, Priority.P4)


def test_a_person_has_the_last_word_and_a_later_fact_may_raise_it_again():
    story = [a_question(), introduced(7, LARGE), did(9, Act.PRIORITISE, priority=Priority.P4)]
    assert the_case(story, minute=10).priority is Priority.P4
    assert the_case([*story, counted(30, 0, 200)], minute=31).priority is Priority.P2


def test_reach_never_lowers_a_priority():
    assert the_case([wrote(0, priority=Priority.P1), introduced(7, LARGE)], minute=8).priority is Priority.P1


def test_the_policy_that_ran_when_the_fact_came_sets_the_limits_and_the_priority():
    strict = a_policy(reach=replace(TERMS, followers=10, priority=Priority.P1))
    told = introduced(7, 11)
    told = replace(told, filing=replace(told.filing, policy_version=strict.version))
    policies = {shipped_policy().version: shipped_policy(), strict.version: strict}
    case = fold(CASE, [a_question(), told], policies=policies, now=at(8))
    assert case is not None
    assert case.priority is Priority.P1
    assert the_case([a_question(), introduced(7, 11)], minute=8).priority is Priority.P3


def test_who_answers_a_raised_case_confirms_the_raised_priority():
    case = the_case([a_question(), introduced(7, LARGE), answered(9)], minute=10)
    assert [each.by_triage for each in case.judged if each.aspect == "priority"] == ["P2"]
    before = the_case([a_question(), answered(5), introduced(7, LARGE)], minute=10)
    assert [each.by_triage for each in before.judged if each.aspect == "priority"] == ["P3"]


def test_half_of_what_spreading_takes_is_quick():
    assert is_quick(TERMS.growth_per_hour // 2, TERMS)
    assert not is_quick(TERMS.growth_per_hour // 2 - 1, TERMS)


def test_several_words_of_x_in_one_second_have_keys_of_their_own():
    first, second = introduced(7, 10), replace(introduced(7, 10), concerns="501-78")
    assert first.key != second.key
    assert counted(7, 0, 3).key != counted(7, 1, 3).key
    assert first.kind is Kind.AUTHOR


def test_an_author_is_read_as_x_tells_it():
    raw = {
        "id": "42",
        "created_at": "2011-03-13T07:06:40.000Z",
        "public_metrics": {"followers_count": 1_200, "tweet_count": 31},
        "verified_type": "business",
    }
    assert author.parse(raw) == ("42", Author(1_200, "business", 31, 1_300_000_000))
    assert author.parse({"id": "42", "public_metrics": {"followers_count": 0}}) == ("42", Author(0))


@pytest.mark.parametrize("raw", [{}, {"id": "42"}, {"id": "x", "public_metrics": {"followers_count": 1}}, [], None])
def test_an_author_without_followers_or_id_is_none(raw):
    with pytest.raises(BadPayload):
        author.parse(raw)
