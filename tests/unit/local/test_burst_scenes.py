from itertools import pairwise

import pytest

from local.burst.scenes import DAY, FIRST_POLL, MINUTE, SET_UP_AT, Part, lay_out, plan, policy_of, script_of
from local.run import SHIPPED_POLICY

POLICY = policy_of(SHIPPED_POLICY, posts_a_day=500)


def test_scenes_follow_one_another_with_time_to_settle():
    _, *scenes = lay_out(plan(1_000))
    assert all(earlier.ends_at + DAY / 12 < later.begins_at for earlier, later in pairwise(scenes))


def test_only_what_a_first_poll_must_not_read_lies_before_the_desk():
    scenes = lay_out(plan(1_000))
    assert [scene.part.key for scene in scenes if scene.is_history] == [FIRST_POLL]


@pytest.mark.parametrize("scene", lay_out(plan(200)), ids=lambda scene: scene.part.key)
def test_every_mention_of_a_scene_comes_within_it(scene):
    lines = script_of([scene], POLICY).lines
    assert len(lines) == scene.part.mentions
    assert all(scene.begins_at < line.at < scene.ends_at for line in lines)
    assert all("@PebblewingHelp" in line.text for line in lines)


def test_one_customer_in_ten_writes_twice():
    script = script_of(lay_out([Part("burst", "burst", 100, MINUTE)]), POLICY)
    assert len({line.author for line in script.lines}) == 90


def test_own_accounts_have_tokens_and_customers_none():
    people = script_of(lay_out(plan(200)), POLICY).people
    own = {handle.name for handle in POLICY.handles}
    assert {person.name for person in people if person.token} == own
    assert len({person.user_id for person in people}) == len({person.name for person in people}) == len(people)


def test_the_play_allows_more_posts_than_the_shipped_policy():
    assert (POLICY.caps.automatic_per_day, POLICY.caps.posts_per_15_minutes) == (500, 100)
    assert policy_of(SHIPPED_POLICY).caps.automatic_per_day == 200


def test_the_desk_is_set_up_at_a_whole_minute():
    assert SET_UP_AT % MINUTE == 0
