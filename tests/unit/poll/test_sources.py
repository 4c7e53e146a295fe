from __future__ import annotations

from msgspec.structs import replace

from desk.store.ledger import Setup
from poll.sources import SourceKind, lookup_credentials, not_set_up, sources_for
from tests.builders import a_policy

SETUP = Setup({"pebblewinghelp": "900", "pebblewing": "901", "mia_pebblewing": "902", "jonas_pbw": "903"}, 0)


def test_mentions_come_before_timelines_and_these_before_searches():
    kinds = [source.kind for source in sources_for(a_policy(), SETUP)]
    assert kinds == sorted(kinds, key=list(SourceKind).index)
    assert set(kinds) == set(SourceKind)


def test_every_own_account_is_read_support_first():
    names = [source.name for source in sources_for(a_policy(searches=()), SETUP)]
    assert names[:2] == ["mentions:pebblewinghelp", "mentions:pebblewing"]
    assert {"mentions:mia_pebblewing", "timeline:jonas_pbw", "timeline:pebblewinghelp"} <= set(names)
    assert len(names) == 8


def test_an_agent_without_credentials_is_read_with_those_of_support():
    policy = a_policy()
    handles = tuple(replace(each, credentials="") if each.agent else each for each in policy.handles)
    [timeline] = [
        each for each in sources_for(a_policy(handles=handles), SETUP) if each.name == "timeline:mia_pebblewing"
    ]
    assert timeline.credentials == lookup_credentials(policy) == "pebblewing-help"


def test_an_account_that_was_never_set_up_is_named_and_not_read():
    setup = Setup({"pebblewinghelp": "900"}, 0)
    assert not_set_up(a_policy(), setup) == ("Pebblewing", "mia_pebblewing", "jonas_pbw")
    assert {source.handle for source in sources_for(a_policy(), setup)} == {"pebblewinghelp", None}


def test_the_queries_of_one_search_share_its_reads_and_have_states_of_their_own():
    sources = [each for each in sources_for(a_policy(), SETUP) if each.counter == "search:brand"]
    assert len({each.name for each in sources}) == len(sources)
    assert {each.daily_reads for each in sources} == {2000}


def test_no_count_bounds_what_is_read_of_our_own_accounts():
    lists = [each for each in sources_for(a_policy(), SETUP) if each.handle]
    assert lists
    assert all(each.daily_reads is None for each in lists)


def test_each_list_knows_how_far_x_reaches_and_the_search_that_fills_its_holes():
    sources = {each.name: each for each in sources_for(a_policy(), SETUP)}
    mentions, timeline = sources["mentions:pebblewinghelp"], sources["timeline:pebblewinghelp"]
    assert (mentions.reading.reachable, mentions.query) == (800, "@PebblewingHelp")
    assert (timeline.reading.reachable, timeline.query) == (3200, "from:PebblewingHelp")
