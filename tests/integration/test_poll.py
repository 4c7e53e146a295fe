"""The poll against the simulator of X through the real tweepy, with the tables in process."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from desk import author
from desk.credentials import Credentials
from desk.errors import CredentialRefused
from desk.event import Direction, Kind
from desk.policy.model import Budget
from desk.rechecks import Request
from desk.snowflake import id_at
from desk.spending import Stage, day_end, standing
from desk.store.ledger import Setup
from desk.telemetry import metrics
from desk.x_client import XClient
from local.x_simulator import Fault, Metrics, Simulator, User, World
from local.x_simulator import Kind as FaultKind
from poll.coverage import SourceState, covered
from poll.run import Poll
from tests.builders import a_policy
from tests.torture.memory_dynamodb import MemoryDynamoDB

NOW = 1_790_000_000
HOUR = 3600
OURS = {"pebblewinghelp": "900", "pebblewing": "901", "mia_pebblewing": "902", "jonas_pbw": "903"}
TOKENS = {"pebblewing-help": "900", "pebblewing": "901", "mia": "902", "jonas": "903"}
CUSTOMERS = [str(1000 + number) for number in range(40)]


@pytest.fixture
def dynamodb():
    """In memory, for bursts of thousands; what both it and moto answer is compared beside it."""
    return MemoryDynamoDB.of_template()


@pytest.fixture
def tables(dynamodb):
    return "desk", "ledger"


@pytest.fixture
def world():
    world = World(now=NOW)
    for name, user_id in OURS.items():
        world.add_user(User(id=user_id, username=name), token=f"token-{user_id}")
    for user_id in CUSTOMERS:
        world.add_user(User(id=user_id, username=f"customer_{user_id}"))
    return world


@pytest.fixture
def x(world):
    with Simulator(world) as simulator:
        yield simulator


@pytest.fixture
def base_url(x):
    return f"http://127.0.0.1:{x.port}"


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """Metrics by name, as the runs of a test add them."""
    counted: Counter[str] = Counter()
    monkeypatch.setattr(metrics, "add_metric", lambda name, _, value: counted.update({name: value}))
    return counted


@pytest.fixture
def policy():
    return a_policy(searches=())


@pytest.fixture
def poll(desk, ledger, policy, world, base_url):
    clients: dict[str, XClient] = {}

    def reader(name: str) -> XClient:
        if name not in clients:
            clients[name] = XClient(Credentials("ck", "cs", f"token-{TOKENS[name]}", "ts"), base_url)
        return clients[name]

    def run(*, has_time=lambda: True, renew=lambda _: None, readers=reader, policy=policy):
        setup = Setup(OURS, NOW)
        return Poll(
            desk, ledger, policy, setup, readers=readers, renew=renew, now=int(world.now), has_time=has_time
        ).run()

    return run


@pytest.fixture
def events(desk):
    """Every event of the Desk table, by partition."""

    def read(kind=Kind.POST):
        items = desk._client.scan(TableName=desk.name)
        found = items["Items"]
        while "LastEvaluatedKey" in items:
            items = desk._client.scan(TableName=desk.name, ExclusiveStartKey=items["LastEvaluatedKey"])
            found += items["Items"]
        partitions = {item["pk"]["S"] for item in found}
        return [
            (pk, event) for pk in sorted(partitions) for event in desk.events_from(pk, "EVENT#") if event.kind is kind
        ]

    return read


def a_burst(world, count, *, start=NOW + 1, seconds=60):
    return [
        world.post(
            author=CUSTOMERS[number % len(CUSTOMERS)],
            text=f"@pebblewinghelp bag {number} is lost",
            created_at=start + seconds * number / count,
        ).id
        for number in range(count)
    ]


def state_of(ledger, name="mentions:pebblewinghelp"):
    return ledger.get("SOURCES", name, SourceState)


def test_a_mention_becomes_an_event_of_its_author(world, poll, events, counted):
    post = world.post(author=CUSTOMERS[0], text="@PebblewingHelp my bag is lost", created_at=NOW + 30, lang="en")
    world.advance_to(NOW + 60)
    poll()
    [(partition, event)] = events()
    assert (partition, event.post_id, event.at, event.seen_at) == (CUSTOMERS[0], str(post.id), NOW + 30, NOW + 60)
    assert (event.direction, event.handle, event.source) == (
        Direction.INBOUND,
        "pebblewinghelp",
        "mentions:pebblewinghelp",
    )
    assert (counted["MentionsStored"], counted["IngestLag"], counted["PollSucceeded"]) == (1, 30, 1)


def test_what_was_said_before_the_desk_was_set_up_is_not_read(world, poll, events):
    world.post(author=CUSTOMERS[0], text="@pebblewinghelp hello", created_at=NOW - 60)
    poll()
    assert events() == []


def test_reading_again_stores_nothing_twice_and_spends_nothing(world, poll, events, ledger, counted):
    a_burst(world, 7)
    world.advance_to(NOW + 90)
    poll()
    for minute in range(2, 6):
        world.advance_to(NOW + minute * 60)
        poll()
    assert len(events()) == counted["MentionsStored"] == 7
    assert sum(ledger.spent("2026-09-21").values()) == 7


def test_a_burst_of_a_thousand_is_stored_whole_although_the_list_reaches_800(world, poll, events, ledger, counted):
    burst = a_burst(world, 1000)
    world.advance_to(NOW + 90)
    for minute in range(3):
        world.advance_to(NOW + 90 + minute * 60)
        poll()
    assert {int(event.post_id) for _, event in events()} == set(burst)
    assert counted["CoverageGap"] == 0
    state = state_of(ledger)
    assert (state.holes, state.gaps) == ((), ())
    assert covered(state)[0][0] <= burst[0]
    assert covered(state)[-1][1] >= burst[-1]


def test_a_burst_beyond_the_list_is_searched_for_and_then_left_alone(world, x, poll, ledger):
    """Young posts below the list's reach were left to search by every run anew: they never settled, for a week."""
    a_burst(world, 1000)
    for minute in range(20):
        world.advance_to(NOW + 90 + minute * 60)
        poll()
    assert state_of(ledger).rechecks == ()
    returned = x.report()["posts_returned"]
    for minute in range(20, 25):
        world.advance_to(NOW + 90 + minute * 60)
        poll()
    assert x.report()["posts_returned"] - returned < 50


def test_a_burst_whose_search_is_refused_is_reported_as_lost_and_the_rest_is_stored(world, x, poll, events, counted):
    burst = a_burst(world, 1000)
    world.advance_to(NOW + 90)
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=403, path="/2/tweets/search/recent", times=9))
    poll()
    assert {int(event.post_id) for _, event in events()} == set(burst[-800:])
    assert counted["CoverageGap"] == 1


@pytest.mark.parametrize("puts", [0, 37, 150, 420])
def test_a_run_killed_in_the_middle_loses_nothing(world, poll, events, desk, puts):
    burst = a_burst(world, 500)
    world.advance_to(NOW + 90)
    append, left = desk.append, iter(range(puts))

    def dying(event, **where):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return append(event, **where)

    desk.append = dying
    with pytest.raises(KeyboardInterrupt):
        poll()
    desk.append = append
    poll()
    assert {int(event.post_id) for _, event in events()} == set(burst)


def test_a_run_without_time_goes_on_in_the_next_one_from_where_it_stopped(world, x, poll, events, ledger):
    burst = a_burst(world, 450)
    world.advance_to(NOW + 90)
    time_left = iter([True] * 4)
    poll(has_time=lambda: next(time_left, False))
    assert 0 < len(events()) < 450
    assert state_of(ledger).holes
    world.advance_to(NOW + 120)
    poll()
    assert {int(event.post_id) for _, event in events()} == set(burst)


def test_a_post_that_x_indexes_late_is_found(world, poll, events):
    world.post(author=CUSTOMERS[0], text="@pebblewinghelp on time", created_at=NOW + 50)
    late = world.post(author=CUSTOMERS[1], text="@pebblewinghelp late", created_at=NOW + 20, indexed_at=NOW + 200)
    for minute in range(1, 5):
        world.advance_to(NOW + minute * 60)
        poll()
    assert str(late.id) in {event.post_id for _, event in events()}


def test_a_post_indexed_hours_late_is_found_by_the_reading_of_the_whole_day(world, poll, events):
    late = world.post(author=CUSTOMERS[1], text="@pebblewinghelp late", created_at=NOW + 20, indexed_at=NOW + 9000)
    for hour in range(1, 15):
        world.advance_to(NOW + hour * 3600)
        poll()
    assert str(late.id) in {event.post_id for _, event in events()}


def test_an_edited_mention_is_one_interaction_with_a_later_version(world, poll, events):
    first = world.post(author=CUSTOMERS[0], text="@pebblewinghelp my bog", created_at=NOW + 10)
    world.advance_to(NOW + 60)
    poll()
    second = world.post(author=CUSTOMERS[0], text="@pebblewinghelp my bag", created_at=NOW + 70, edits=first.id)
    world.advance_to(NOW + 120)
    poll()
    [(_, event)] = events()
    [(_, edit)] = events(Kind.EDITED)
    assert (event.post_id, event.at) == (str(first.id), NOW + 10)
    assert (edit.event_id, edit.concerns, edit.post.text, edit.at) == (
        str(second.id),
        str(first.id),
        "@pebblewinghelp my bag",
        NOW + 70,
    )


def test_a_post_that_makes_no_sense_is_kept_aside_once_and_the_rest_is_stored(x, poll, events, ledger, counted):
    world = x.world
    a_burst(world, 3)
    world.advance_to(NOW + 90)
    x.faults.add(Fault(kind=FaultKind.DROP_FIELDS, path="/2/users/900/mentions", fields=("author_id",), times=2))
    poll()
    poll()
    aside = list(ledger.values("ASIDE#2026-09-21", dict))
    assert counted["MalformedPost"] == len(aside) == 3 - len(events())
    assert all("author_id" in value["reason"] for _, value in aside)


def test_answers_of_people_are_found_on_our_own_timelines(world, poll, events):
    mention = world.post(author=CUSTOMERS[0], text="@pebblewinghelp my bag is lost", created_at=NOW + 10)
    world.post(author="900", text="@customer_1000 so sorry! ^MR", created_at=NOW + 20, reply_to=mention.id)
    world.post(author="903", text="@customer_1000 found it", created_at=NOW + 30, reply_to=mention.id)
    world.post(author="902", text="what a day", created_at=NOW + 40)
    world.post(author="901", text="Good morning!", created_at=NOW + 45)
    world.advance_to(NOW + 60)
    poll()
    outbound = {(pk, event.handle, event.agent) for pk, event in events() if event.direction is Direction.OUTBOUND}
    assert outbound == {
        (CUSTOMERS[0], "pebblewinghelp", "Mia"),
        (CUSTOMERS[0], "jonas_pbw", "Jonas"),
        ("901", "pebblewing", None),
    }


def test_a_search_finds_posts_without_our_handle_within_its_budget(world, poll, events, ledger, policy):
    posts = [
        world.post(author=CUSTOMERS[0], text=f"pebblewing lost bag {number}", created_at=NOW + number)
        for number in range(30)
    ]
    world.advance_to(NOW + 60)
    [search] = [each for each in a_policy().searches if each.name == "brand"]
    lean = replace(policy, searches=(replace(search, misspellings=False, daily_reads=25),))
    poll(policy=lean)
    found = {int(event.post_id) for _, event in events()}
    assert found == {post.id for post in posts[-len(found) :]}
    assert len(found) <= 25
    assert ledger.spent("2026-09-21")["reads:search:brand"] == len(found)
    world.advance_to(NOW + 86_400)
    poll(policy=lean)
    assert {int(event.post_id) for _, event in events()} == {post.id for post in posts}


def test_beyond_the_budget_nothing_is_searched_for_and_every_mention_is_still_filed(
    world, poll, events, ledger, policy
):
    searched = world.post(author=CUSTOMERS[0], text="pebblewing lost my bag", created_at=NOW + 5)
    mentions = a_burst(world, 30)
    own = world.post(author="901", text="Good morning!", created_at=NOW + 50)
    world.advance_to(NOW + 60)
    budget = Budget(usd_per_day=1.0, usd_per_month=10.0, searches_off_at_share=0.8)
    short = replace(policy, searches=a_policy().searches, budget=budget)
    ledger.count(NOW, "reads:mentions:pebblewing", 10_000)
    assert poll(policy=short)["read"] == 2 * len(OURS)
    assert {int(event.post_id) for _, event in events()} == {*mentions, own.id}
    assert ledger.spent("2026-09")["reads:mentions:pebblewinghelp"] == 30
    assert standing(ledger.spent_by(NOW), short, now=NOW).stage is Stage.QUEUE_ONLY
    world.advance_to(NOW + 86_400)
    raised = replace(short, budget=replace(budget, usd_per_day=100.0, usd_per_month=100.0))
    poll(policy=raised)
    assert searched.id in {int(event.post_id) for _, event in events()}


def test_searches_stop_within_their_share_of_the_budget(world, poll, ledger, policy):
    for number in range(60):
        world.post(author=CUSTOMERS[0], text=f"pebblewing lost bag {number}", created_at=NOW + number)
    world.advance_to(NOW + 60)
    budget = Budget(usd_per_day=0.25, usd_per_month=10.0, searches_off_at_share=0.8)
    poll(policy=replace(policy, searches=a_policy().searches, budget=budget))
    counters = ledger.spent("2026-09-21")
    assert 30 < sum(amount for name, amount in counters.items() if name.startswith("reads:search")) <= 40
    assert standing(ledger.spent_by(NOW), replace(policy, budget=budget), now=NOW).stage is Stage.SEARCHES_OFF


def test_a_source_rests_until_x_says_and_the_others_are_read(x, poll, events, ledger, counted):
    world = x.world
    world.post(author=CUSTOMERS[0], text="@pebblewing hi", created_at=NOW + 10)
    world.post(author=CUSTOMERS[0], text="@pebblewinghelp hi", created_at=NOW + 20)
    world.advance_to(NOW + 60)
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=429, path="/2/users/900/mentions"))
    poll()
    assert [event.handle for _, event in events()] == ["pebblewing"]
    assert counted["Throttled"] == 1
    until = state_of(ledger).rests_until
    assert until > NOW + 60
    world.advance_to(until - 1)
    poll()
    assert len(events()) == 1
    world.advance_to(until)
    poll()
    assert len(events()) == 2


def test_a_refused_credential_is_read_again_once_before_its_sources_rest(world, x, poll, ledger, counted):
    world.advance_to(NOW + 60)
    renewed: list[str] = []
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=401, path="/2/users/900/mentions"))
    poll(renew=renewed.append)
    assert (renewed, counted["CredentialRefused"], state_of(ledger).rests_until) == (["pebblewing-help"], 0, 0)
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=401, path="/2/users/900/mentions", times=2))
    poll(renew=renewed.append)
    assert counted["CredentialRefused"] == 1
    assert state_of(ledger).rests_until == NOW + 60 + 600
    assert state_of(ledger, "timeline:pebblewinghelp").rests_until == NOW + 60 + 600
    assert state_of(ledger, "mentions:pebblewing").rests_until == 0


def test_a_missing_credential_stops_only_its_own_sources(world, poll, events, counted, base_url):
    world.post(author=CUSTOMERS[0], text="@pebblewing hi", created_at=NOW + 10)
    world.advance_to(NOW + 60)

    def readers(name):
        if name == "pebblewing-help":
            raise CredentialRefused("no credentials can be read")
        return XClient(Credentials("ck", "cs", f"token-{TOKENS[name]}", "ts"), base_url)

    poll(readers=readers)
    assert len(events()) == 1
    assert counted["CredentialRefused"] == 1


def test_without_credits_nothing_more_is_asked(world, x, poll, counted):
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=402, times=100))
    assert poll()["read"] == 0
    assert (counted["CreditsDepleted"], counted["PollSucceeded"]) == (1, 0)
    assert sum(x.report()["requests"].values()) == 1


def test_an_outage_of_x_leaves_everything_to_the_next_run(world, x, poll, events, counted):
    burst = a_burst(world, 5)
    world.advance_to(NOW + 90)
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=503, times=8))
    poll()
    assert (events(), counted["PollSucceeded"], counted["Unavailable"]) == ([], 0, 8)
    poll()
    assert {int(event.post_id) for _, event in events()} == set(burst)


def test_posts_to_look_at_again_are_found_deleted_or_edited(world, x, poll, events, ledger):
    gone = world.post(author=CUSTOMERS[0], text="@pebblewinghelp gone", created_at=NOW + 10)
    hidden = world.post(author=CUSTOMERS[1], text="@pebblewinghelp hidden", created_at=NOW + 11)
    stands = world.post(author=CUSTOMERS[2], text="@pebblewinghelp stands", created_at=NOW + 12)
    edited = world.post(author=CUSTOMERS[3], text="@pebblewinghelp bog", created_at=NOW + 13)
    world.advance_to(NOW + 60)
    poll()
    world.delete(gone.id)
    world.protect(CUSTOMERS[1])
    world.post(author=CUSTOMERS[3], text="bag", created_at=NOW + 70, edits=edited.id)  # no mention any more
    for post in (gone, hidden, stands, edited):
        ledger.put("LOOK", f"{NOW + 3600:012d}#{post.id}", Request(post.author_id, str(post.id)))
    ledger.put("LOOK", f"{NOW + 9999:012d}#{stands.id}", Request(CUSTOMERS[2], str(stands.id)))
    world.advance_to(NOW + 3600)
    poll()
    poll()
    deleted = {(event.customer_id, event.concerns, event.reason) for _, event in events(Kind.DELETED)}
    assert deleted == {(CUSTOMERS[0], str(gone.id), "deleted"), (CUSTOMERS[1], str(hidden.id), "hidden")}
    assert [(event.concerns, event.post.text) for _, event in events(Kind.EDITED)] == [(str(edited.id), "bag")]
    again = 3600  # the next of the policy's ages, for what still stands
    asked = [(NOW + 12 + again, stands), (NOW + 13 + again, edited), (NOW + 9999, stands)]
    assert [key for key, _ in ledger.values("LOOK", Request)] == [f"{due:012d}#{post.id}" for due, post in asked]
    assert x.report()["requests"]["GET /2/tweets"] == 2


def test_reactions_to_a_post_that_matters_are_told_when_they_are_news(world, poll, events, ledger):
    told, few, unwanted = (
        world.post(author=each, text="@pebblewinghelp hm", created_at=NOW + 5) for each in CUSTOMERS[:3]
    )
    for post, likes in ((told, 40), (few, 9), (unwanted, 900)):
        engagement = None if post is unwanted else 0
        ledger.put("LOOK", f"{NOW + 600:012d}#{post.id}", Request(post.author_id, str(post.id), engagement))
        world.measure(post.id, Metrics(like_count=likes, reply_count=2 if post is told else 0), at=NOW + 300)
    world.advance_to(NOW + 601)
    poll()
    ((_, event),) = events(Kind.METRICS)
    assert (event.customer_id, event.concerns, event.metrics.engagement) == (CUSTOMERS[0], str(told.id), 42)
    left = {request.post_id: request.engagement for _, request in ledger.values("LOOK", Request)}
    assert left == {str(told.id): 42, str(few.id): 0, str(unwanted.id): None}


def test_a_watched_post_is_looked_at_at_more_ages(world, poll, ledger, policy):
    posts = [world.post(author=each, text="@pebblewinghelp hm", created_at=NOW) for each in CUSTOMERS[:2]]
    for post in posts:
        request = Request(post.author_id, str(post.id), 0, is_watched=post is posts[0])
        ledger.put("LOOK", f"{NOW + 600:012d}#{post.id}", request)
    world.advance_to(NOW + 600)
    poll()
    due = {key.partition("#")[2]: int(key.partition("#")[0]) - NOW for key, _ in ledger.values("LOOK", Request)}
    assert due == {str(posts[0].id): 1800, str(posts[1].id): 3600}


def wants_author(ledger, customer, *, case="1", at=NOW):
    post = id_at(at)
    ledger.put("AUTHOR", f"{at:012d}#{post}", author.Request(customer, f"{customer}-{case}", post))


def test_who_wrote_a_post_is_asked_for_once_and_told_to_each_case(world, x, poll, events, ledger):
    world.add_user(User(id=CUSTOMERS[0], username="large", followers_count=90_000, verified_type="business"))
    wants_author(ledger, CUSTOMERS[0], case="1", at=NOW)
    wants_author(ledger, CUSTOMERS[0], case="2", at=NOW + 1)
    world.advance_to(NOW + 60)
    poll()
    told = [event for _, event in events(Kind.AUTHOR)]
    assert [event.concerns for event in told] == [f"{CUSTOMERS[0]}-1", f"{CUSTOMERS[0]}-2"]
    assert {(event.author.followers, event.author.verified) for event in told} == {(90_000, "business")}
    assert list(ledger.values("AUTHOR", dict)) == []
    assert ledger.spent_by(int(world.now)).today["reads:users"] == x.report()["users_billed"] == 1


def test_an_account_that_is_gone_tells_nothing_and_is_not_asked_for_again(world, poll, events, ledger):
    world.suspend(CUSTOMERS[0])
    for customer in (CUSTOMERS[0], "77"):
        wants_author(ledger, customer, at=NOW + int(customer))
    world.advance_to(NOW + 5000)
    poll()
    assert events(Kind.AUTHOR) == []
    assert list(ledger.values("AUTHOR", dict)) == []


def test_authors_are_asked_for_within_their_reads_of_the_day_those_of_the_newest_posts_first(
    world, poll, events, ledger, policy
):
    for number, customer in enumerate(CUSTOMERS[:5]):
        wants_author(ledger, customer, at=NOW + number)
    world.advance_to(NOW + 60)
    few = replace(policy, polling=replace(policy.polling, author_daily_reads=3))
    poll(policy=few)
    poll(policy=few)
    assert {event.customer_id for _, event in events(Kind.AUTHOR)} == set(CUSTOMERS[2:5])
    assert ledger.spent_by(int(world.now)).today["reads:users"] == 3


def test_authors_wait_where_searches_stop(world, x, poll, ledger, policy):
    wants_author(ledger, CUSTOMERS[0])
    ledger.count(NOW, "posts:status_with_url", 16)  # 3.20 of 4 USD
    world.advance_to(NOW + 60)
    poll(policy=replace(policy, budget=Budget(4.0, 100.0, 0.8)))
    assert "GET /2/users" not in x.report()["requests"]
    assert len(list(ledger.values("AUTHOR", dict))) == 1


def test_an_author_that_can_not_be_asked_for_now_waits_for_the_next_run(world, x, poll, events, ledger):
    wants_author(ledger, CUSTOMERS[0])
    world.advance_to(NOW + 60)
    x.faults.add(Fault(kind=FaultKind.ANSWER, status=503, path="/2/users"))
    poll()
    assert len(list(ledger.values("AUTHOR", dict))) == 1
    poll()
    assert len(events(Kind.AUTHOR)) == 1


def asked_late(ledger, post, *, due=NOW):
    ledger.put("RECHECK", f"{due:012d}#{post.id}", Request(str(post.author_id), str(post.id)))


def test_a_deletion_after_the_last_age_is_found_by_a_later_look(world, poll, events, ledger):
    gone, stands = (world.post(author=each, text="@pebblewinghelp late", created_at=NOW + 5) for each in CUSTOMERS[:2])
    world.advance_to(NOW + 60)
    poll()
    world.delete(gone.id)
    for post in (gone, stands):
        asked_late(ledger, post, due=NOW + 69 * HOUR)
    world.advance_to(NOW + 70 * HOUR)
    poll()
    assert {event.concerns for _, event in events(Kind.DELETED)} == {str(gone.id)}
    assert [key for key, _ in ledger.values("RECHECK", Request)] == [f"{NOW + 5 + 207 * HOUR:012d}#{stands.id}"]
    assert ledger.spent_by(int(world.now)).today["reads:recheck"] == 1


def test_later_looks_keep_within_the_reads_of_their_day_and_the_youngest_come_first(world, poll, ledger, policy):
    posts = [world.post(author=CUSTOMERS[0], text=f"@pebblewinghelp {n}", created_at=NOW + n) for n in range(10)]
    for number, post in enumerate(posts):
        asked_late(ledger, post, due=NOW + 100 * HOUR - number)  # the youngest is the longest due
    world.advance_to(day_end(NOW + 100 * HOUR) - 1)
    few = replace(policy, polling=replace(policy.polling, recheck_daily_reads=7))
    poll(policy=few)
    poll(policy=few)
    due = f"{int(world.now):012d}#~"
    left = {request.post_id for _, request in ledger.values("RECHECK", Request, until=due)}
    looked_at = [post for post in posts if str(post.id) not in left]
    assert looked_at == posts[-len(looked_at) :]
    assert 3 <= len(looked_at) == ledger.spent_by(int(world.now)).today["reads:recheck"] <= 7


def test_no_later_look_is_made_where_the_policy_gives_it_no_reads(world, x, poll, ledger, policy):
    asked_late(ledger, world.post(author=CUSTOMERS[0], text="@pebblewinghelp hm", created_at=NOW + 5))
    world.advance_to(NOW + 20 * HOUR)
    poll(policy=replace(policy, polling=replace(policy.polling, recheck_daily_reads=0)))
    assert "GET /2/tweets" not in x.report()["requests"]


def test_what_stands_at_its_last_age_is_asked_for_later(world, poll, ledger):
    post = world.post(author=CUSTOMERS[0], text="@pebblewinghelp well", created_at=NOW + 5)
    ledger.put("LOOK", f"{NOW + 23 * HOUR:012d}#{post.id}", Request(CUSTOMERS[0], str(post.id)))
    world.advance_to(NOW + 24 * HOUR)
    poll()
    assert list(ledger.values("LOOK", Request)) == []
    assert [key for key, _ in ledger.values("RECHECK", Request)] == [f"{NOW + 5 + 69 * HOUR:012d}#{post.id}"]


def test_two_runs_at_once_store_everything_once(world, poll, events, ledger, monkeypatch):
    burst = a_burst(world, 300)
    world.advance_to(NOW + 90)
    put_version, is_first = ledger.put_version, iter([True])

    def interrupted(*args, **kwargs):
        if next(is_first, False):
            poll()  # a whole other run, between this one's posts and its state
        return put_version(*args, **kwargs)

    monkeypatch.setattr(ledger, "put_version", interrupted)
    poll()
    assert sorted(int(event.post_id) for _, event in events()) == burst
    assert state_of(ledger).holes == ()


def test_a_source_first_read_long_after_the_setup_starts_from_then(world, poll, events, ledger):
    world.post(author=CUSTOMERS[0], text="@pebblewing old", created_at=NOW + 100)
    world.advance_to(NOW + 8 * 86_400)
    poll()
    assert events() == []
    assert state_of(ledger).since == int(id_at(NOW + 8 * 86_400)) - 1
