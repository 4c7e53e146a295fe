"""What exists at a moment, and what hangs together."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.x_simulator import Metrics, User, World, id_at, ms_of, to_ms

NOON = 1_700_000_000


def ids(posts):
    return [post.id for post in posts]


def test_an_id_tells_the_millisecond_of_its_post(world):
    post = world.post(author="ana", text="hello", created_at=NOON - 1.5)
    assert ms_of(post.id) == NOON * 1000 - 1500
    assert post.created_ms == ms_of(post.id)


@given(st.integers(1_288_834_974_657, 4_000_000_000_000), st.integers(0, 2**22 - 1))
def test_every_id_gives_its_millisecond_back(epoch_ms, sequence):
    assert ms_of(id_at(epoch_ms, sequence)) == epoch_ms


@given(st.integers(0, 4_000_000_000_000))
def test_seconds_give_their_milliseconds_back(epoch_ms):
    assert to_ms(epoch_ms / 1000) == epoch_ms


def test_a_moment_before_the_first_snowflake_is_refused():
    with pytest.raises(ValueError, match="before the first snowflake"):
        id_at(0)


def test_posts_of_one_millisecond_get_different_ids(world):
    made = [world.post(author="ana", text=str(number)) for number in range(3)]
    assert len({post.id for post in made}) == 3


def test_a_post_exists_once_the_clock_reached_its_time(world):
    post = world.post(author="ana", text="@brand later", created_at=NOON + 60)
    assert world.find(post.id) is None
    assert ids(world.mentions_of("1", "1")) == []
    world.advance_to(NOON + 60)
    assert ids(world.mentions_of("1", "1")) == [post.id]


def test_a_post_indexed_late_is_invisible_until_then(world):
    post = world.post(author="ana", text="@brand hi", created_at=NOON, indexed_at=NOON + 300)
    world.advance_to(NOON + 299)
    assert (world.find(post.id), ids(world.mentions_of("1", "1"))) == (None, [])
    world.advance_to(NOON + 300)
    assert ids(world.mentions_of("1", "1")) == [post.id]


def test_the_clock_never_goes_back(world):
    with pytest.raises(ValueError, match="can't go back"):
        world.advance_to(NOON - 1)


def test_a_world_without_a_time_runs_on_the_wall_clock_until_it_is_told_one():
    world = World()
    assert world.now > NOON
    world.advance_to(NOON)
    assert world.now == NOON


def test_an_id_that_contradicts_its_time_is_refused(world):
    with pytest.raises(ValueError, match="was made at"):
        world.post(author="ana", text="x", post_id=id_at(NOON * 1000), created_at=NOON - 60)


def test_the_same_id_twice_is_refused(world):
    post = world.post(author="ana", text="x")
    with pytest.raises(ValueError, match="exists already"):
        world.post(author="ana", text="y", post_id=post.id)


def test_an_unknown_author_is_refused(world):
    with pytest.raises(ValueError, match="no account 'nobody'"):
        world.post(author="nobody", text="x")


def test_own_posts_are_not_mentions(world):
    world.post(author="brand", text="we are @brand")
    assert ids(world.mentions_of("1", "1")) == []


def test_a_handle_is_found_in_whatever_case(world):
    post = world.post(author="ana", text="hey @BRAND!")
    assert post.mentioned == {"1"}
    assert post.full.names[0].username == "brand"


def test_a_mention_set_by_hand_counts_though_the_text_hides_it(world):
    post = world.post(author="ana", text="__mask__ where is my parcel", mentions=["brand"])
    assert ids(world.mentions_of("1", "1")) == [post.id]
    assert (post.full.names[0].start, post.full.names[0].end) == (0, 0)


def test_a_conversation_is_named_by_its_root(world):
    root = world.post(author="ana", text="@brand one")
    answer = world.post(author="brand", text="@ana two", reply_to=root.id)
    last = world.post(author="ana", text="@brand three", reply_to=answer.id)
    assert {world.conversation_of(post) for post in (root, answer, last)} == {root.id}
    assert world.author_replied_to(last) == "1"


def test_a_conversation_whose_parent_is_missing_is_named_by_the_parent(world):
    missing = id_at((NOON - 900) * 1000)
    post = world.post(author="ana", text="@brand still waiting", reply_to=missing)
    assert world.conversation_of(post) == missing
    assert world.author_replied_to(post) is None


def test_a_parent_loaded_after_its_reply_still_names_the_conversation(world):
    root_id = id_at((NOON - 900) * 1000)
    reply = world.post(author="ana", text="@brand two", reply_to=id_at((NOON - 800) * 1000), created_at=NOON - 700)
    world.conversation_of(reply)
    world.post(author="brand", text="@ana one", post_id=id_at((NOON - 800) * 1000), reply_to=root_id)
    assert world.conversation_of(reply) == root_id


def test_an_edit_is_a_new_post_with_the_history_of_the_old(world):
    first = world.post(author="ana", text="@brand helo", created_at=NOON - 60)
    second = world.post(author="ana", text="@brand hello", edits=first.id, created_at=NOON - 30)
    third = world.post(author="ana", text="@brand hello!", edits=second.id, created_at=NOON + 30)
    assert ids(world.mentions_of("1", "1")) == [second.id]
    assert world.versions_of(second) == [first.id, second.id]
    world.advance_to(NOON + 30)
    assert ids(world.mentions_of("1", "1")) == [third.id]
    assert world.versions_of(first) == [first.id, second.id, third.id]
    assert world.conversation_of(third) == first.id


def test_a_post_is_edited_at_most_five_times(world):
    version = world.post(author="ana", text="0", created_at=NOON - 60)
    for number in range(1, 6):
        version = world.post(author="ana", text=str(number), edits=version.id, created_at=NOON - 60 + number)
    with pytest.raises(ValueError, match="at most 5 times"):
        world.post(author="ana", text="6", edits=version.id)


def test_an_edit_keeps_what_the_post_answered_and_quoted(world):
    root = world.post(author="brand", text="news")
    first = world.post(author="ana", text="@brand wat", reply_to=root.id, quotes=root.id)
    second = world.post(author="ana", text="@brand what", edits=first.id, created_at=NOON + 1)
    assert (second.replied_to, second.quoted) == (root.id, root.id)


def test_a_deleted_post_is_gone_with_all_its_versions(world):
    first = world.post(author="ana", text="@brand a", created_at=NOON - 60)
    second = world.post(author="ana", text="@brand b", edits=first.id, created_at=NOON - 30)
    world.delete(second.id, at=NOON + 10)
    world.advance_to(NOON + 9)
    assert world.find(first.id) == first
    world.advance_to(NOON + 10)
    assert (world.find(first.id), world.find(second.id)) == (None, None)


def test_the_posts_of_a_protected_account_are_seen_by_itself_only(world):
    post = world.post(author="ana", text="@brand secret")
    world.protect("2", at=NOON + 1)
    assert world.may_see("1", post)
    world.advance_to(NOON + 1)
    assert not world.may_see("1", post)
    assert world.may_see("2", post)
    assert ids(world.mentions_of("1", "1")) == []


def test_the_posts_of_a_suspended_account_are_seen_by_nobody(world):
    post = world.post(author="ana", text="@brand spam")
    world.suspend("2")
    assert not world.may_see("2", post)


def test_figures_grow_when_their_time_comes(world):
    post = world.post(author="ana", text="x", metrics=Metrics(like_count=1))
    world.measure(post.id, Metrics(like_count=900), at=NOON + 60)
    assert world.metrics_of(post).like_count == 1
    world.advance_to(NOON + 60)
    assert world.metrics_of(post).like_count == 900


def test_a_repost_carries_the_text_of_the_original(world):
    original = world.post(author="ana", text="@brand is great & " + "long " * 40)
    repost = world.post(author="bo", retweets=original.id)
    assert repost.full.text.startswith("RT @ana: @brand is great &amp; long")
    assert repost.full.text.endswith("…")
    assert repost.mentioned == {"1", "2"}


def test_a_renamed_account_is_found_by_its_new_name_only(world):
    world.add_user(User(id="2", username="ana_b"))
    assert world.user_named("ana") is None
    assert world.user_named("Ana_B").id == "2"


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(0, 300), st.booleans()), max_size=30))
def test_whatever_was_loaded_a_list_is_newest_first_and_never_shows_the_future(moments):
    world = World(NOON)
    world.add_user(User(id="1", username="brand"))
    world.add_user(User(id="2", username="ana"))
    for made, lag, is_deleted in moments:
        post = world.post(author="2", text="@brand hi", created_at=NOON + made, indexed_at=NOON + made + lag)
        if is_deleted:
            world.delete(post.id, at=NOON)
    found = list(world.mentions_of("1", "1"))
    assert all(newer.id > older.id for newer, older in itertools.pairwise(found))
    expected = sum(made + lag <= 0 and not is_deleted for made, lag, is_deleted in moments)
    assert len(found) == expected
