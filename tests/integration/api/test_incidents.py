"""Incidents by the API: what is going on, and what people do about it, once and over the state that was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from desk.incidents.clusters import Cluster
from desk.incidents.life import Move
from desk.incidents.model import Incident, Stage
from desk.outbox import Move as PostMove
from desk.outbox import State, status_key
from desk.policy.model import Priority
from desk.settings import Settings
from desk.snowflake import id_at
from desk.store.announcements import every_pending
from desk.store.incidents import incident, keep_incident, keep_published, keep_refused, ongoing
from desk.store.ledger import Switch
from desk.store.volumes import keep_volume
from tests.cases import MINUTE, NOON, a_case
from tests.incidents import BEGAN, a_course, a_status_post, an_incident
from tests.stories import wrote

if TYPE_CHECKING:
    from tests.integration.api.working import Working

ID = an_incident().incident_id
HERE = f"/incidents/{ID}"
WORDS = "We know that our app does not let you in. We are on it."

ACTS: dict[str, tuple[tuple[Move, ...], dict[str, Any]]] = {
    "declare": ((), {"text": "The provider told us."}),
    "status-posts": ((Move.DECLARE,), {"text": WORDS}),
    "resolve": ((Move.DECLARE,), {"replies": True}),
    "dismiss": ((Move.DECLARE,), {}),
}
"""Every act, with the moves after which it may be done."""


@pytest.fixture
def outage(working: Working) -> Working:
    """The desk at the height of an outage."""
    working.now = NOON
    for begins, volume in a_course():
        keep_volume(working.ledger, begins, volume)
    return working


def holds(working: Working, *moves: Move, **changes: Any) -> Incident:
    made = an_incident(*moves, **changes)
    keep_incident(working.ledger, made, version=0)
    return made


def stored(working: Working, incident_id: str = ID) -> Incident:
    found, _ = incident(working.ledger, incident_id)
    assert found is not None
    return found


def does(working: Working, act: str, body: object, *, seen: Any = None, **how: Any) -> Any:
    revision = stored(working).revision if seen is None else seen
    return working.sends(f"{HERE}/{act}", body, **{"by": "Lena", **how}, seen=revision)


# ---- reading


def test_an_incident_is_told_with_its_evidence_and_the_picture_of_its_volume(outage: Working) -> None:
    holds(outage, Move.DECLARE, joined=140, held=90, status_posts=(a_status_post(),))
    told = outage.asks(HERE, by="wall")
    assert (told.status, told.headers["ETag"]) == (200, '"3"')
    body = told.body
    assert (body["stage"], body["label"], body["topic"]) == ("declared", "app login boarding pass", "app-and-website")
    assert (body["evidence"]["observed"], body["peak"]["factor"]) == (96.0, 43.8)
    assert [(each["stage"], each["by"]) for each in body["changes"]] == [
        ("suspected", "the desk"),
        ("declared", "the desk"),
    ]
    assert body["measures"]["to_suspect_seconds"] == 600
    assert (body["measures"]["posts_saved"], body["measures"]["usd_saved"]) == (90, 0.9)
    counted = dict(a_course())
    assert {each["begins"]: each["posts"] for each in body["volume"]} == {
        begins: volume.posts for begins, volume in counted.items() if begins >= BEGAN - 60 * MINUTE
    }
    assert body["has_draft"]
    assert body["draft"]["number"] == 1
    assert body["draft"]["approved_by"] is None


def test_what_customers_wrote_is_told_to_who_may_read_it(outage: Working) -> None:
    post = wrote(0).post
    assert post is not None
    outage.holds(wrote(0))
    holds(outage, examples=(f"{post.author_id}/{post.post_id}", "501/404"))
    seen = {by: outage.asks(HERE, by=by).body["examples"] for by in ("wall", "Mia")}
    assert [each["text"] for each in seen["wall"]] == [None, None]
    assert [each["text"] for each in seen["Mia"]] == [post.text, None]
    assert seen["wall"][0]["url"] == f"https://x.com/i/status/{post.post_id}"


def test_incidents_are_listed_page_by_page_the_latest_first(outage: Working) -> None:
    ids = [id_at(NOON - hours * 3600) for hours in range(5)]
    for each in ids:
        keep_incident(outage.ledger, an_incident(incident_id=each), version=0)
    seen, cursor = [], None
    while cursor is not None or not seen:
        query = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = outage.api.get("/incidents", scope="viewer", **query).body
        seen += [each["incident_id"] for each in page["incidents"]]
        cursor = page["next_cursor"]
    assert seen == ids


def test_the_cases_of_an_incident_are_told_page_by_page_the_oldest_first(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    cases = [a_case(number, opened_at=NOON - (9 - number) * MINUTE, incident_id=ID) for number in range(5)]
    outage.api.holds(*cases, a_case(9))
    seen, cursor = [], None
    while cursor is not None or not seen:
        query = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = outage.api.get(f"{HERE}/cases", scope="viewer", **query).body
        assert len(page["cases"]) <= 2
        seen += [each["case_id"] for each in page["cases"]]
        cursor = page["next_cursor"]
    assert seen == [case.case_id for case in cases]
    assert page["cases"][0]["incident_id"] == ID


@pytest.mark.parametrize("cursor", ["", "x", "%", "1-2", "1-2-3-4", "٣", "9" * 30])
def test_a_cursor_that_is_none_of_ours_is_a_bad_request(outage: Working, cursor: str) -> None:
    holds(outage)
    for path in ("/incidents", f"{HERE}/cases"):
        refused = outage.api.get(path, cursor=cursor)
        assert (refused.status, refused.problem) == (400, "broken-cursor")


def test_the_queue_tells_what_goes_on_now(outage: Working) -> None:
    assert outage.asks("/queue", by="wall").body["incidents"] == []
    holds(outage, Move.DECLARE, joined=7)
    keep_incident(outage.ledger, an_incident(incident_id="5", closed_at=NOON), version=0)
    keep_incident(outage.ledger, an_incident(Move.DISMISS, incident_id="6"), version=0)
    (told,) = outage.asks("/queue", by="wall").body["incidents"]
    assert (told["incident_id"], told["stage"], told["joined"]) == (ID, "declared", 7)


# ---- acting


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_done_once_under_the_name_of_the_token(outage: Working, act: str) -> None:
    moves, body = ACTS[act]
    before = holds(outage, *moves)
    done = does(outage, act, body, key="the-same-key")
    assert done.status in {200, 202}
    after = stored(outage)
    assert (done.body["by"], done.body["revision"]) == ("Lena", after.revision)
    assert done.headers["ETag"] == f'"{after.revision}"'
    assert after.revision > before.revision
    written = outage.writings()
    outage.now += 3600
    again = does(outage, act, body, key="the-same-key", seen=before.revision)
    assert (again.status, again.body, again.headers["ETag"]) == (done.status, done.body, done.headers["ETag"])
    assert outage.writings() == written


@pytest.mark.parametrize("act", ACTS)
def test_who_has_not_seen_the_latest_state_changes_nothing(outage: Working, act: str) -> None:
    moves, body = ACTS[act]
    made = holds(outage, *moves)
    before = outage.writings()
    assert outage.sends(f"{HERE}/{act}", body, by="Lena", seen=None).status == 428
    for seen in (made.revision - 1, made.revision + 1, "*"):
        refused = does(outage, act, body, seen=seen)
        assert (refused.status, refused.headers["ETag"]) == (412, f'"{made.revision}"')
    assert outage.writings() == before


@pytest.mark.parametrize("act", ACTS)
def test_only_who_leads_decides(outage: Working, act: str) -> None:
    moves, body = ACTS[act]
    holds(outage, *moves)
    before = outage.writings()
    assert [does(outage, act, body, by=by).status for by in ("Mia", "wall", "guessed", None)] == [403, 403, 401, 401]
    begun = [outage.sends("/incidents", {"topic": "app-and-website"}, by=by, seen=None).status for by in ("Mia", None)]
    assert begun == [403, 401]
    assert outage.writings() == before


def test_what_the_desk_measures_meanwhile_sends_nobody_back(outage: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    made = holds(outage, Move.DECLARE)
    put = outage.ledger.put_version_with

    def after_the_sweep(*asked: Any, **how: Any) -> int:
        monkeypatch.setattr(outage.ledger, "put_version_with", put)
        keep_incident(outage.ledger, replace(made, joined=12), version=1)
        return put(*asked, **how)

    monkeypatch.setattr(outage.ledger, "put_version_with", after_the_sweep)
    assert does(outage, "resolve", {"replies": False}).status == 200
    assert (stored(outage).stage, stored(outage).joined) == (Stage.RESOLVED, 12)


def test_of_two_at_once_one_is_done_and_the_other_told(outage: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    holds(outage, Move.DECLARE)
    put = outage.ledger.put_version_with

    def after_another(*asked: Any, **how: Any) -> int:
        monkeypatch.setattr(outage.ledger, "put_version_with", put)
        assert does(outage, "dismiss", {}).status == 200
        return put(*asked, **how)

    monkeypatch.setattr(outage.ledger, "put_version_with", after_another)
    assert does(outage, "resolve", {"replies": True}, seen=2).status == 412
    assert stored(outage).stage is Stage.DISMISSED


@pytest.mark.parametrize(
    ("act", "moves", "body"),
    [
        ("declare", (Move.DECLARE,), {}),
        ("declare", (Move.DISMISS,), {}),
        ("resolve", (), {"replies": False}),
        ("resolve", (Move.DECLARE, Move.RESOLVE), {"replies": False}),
        ("dismiss", (Move.DECLARE, Move.RESOLVE), {}),
        ("status-posts", (), {"text": WORDS}),
        ("status-posts", (Move.DECLARE, Move.DISMISS), {"text": WORDS}),
    ],
)
def test_what_its_stage_does_not_allow_is_told_and_changes_nothing(
    outage: Working, act: str, moves: tuple[Move, ...], body: dict[str, Any]
) -> None:
    made = holds(outage, *moves)
    before = outage.writings()
    refused = does(outage, act, body)
    assert (refused.status, refused.problem) == (409, "not-possible")
    assert made.stage in refused.body["detail"]
    assert outage.writings() == before


BAD_BODIES: list[tuple[str, object, list[str]]] = [
    (f"{HERE}/resolve", {}, ["body.replies"]),
    (f"{HERE}/resolve", {"replies": "yes"}, ["body.replies"]),
    (f"{HERE}/dismiss", {"texts": "typo"}, ["body.texts"]),
    (f"{HERE}/status-posts", {"text": " "}, ["body.text"]),
    (f"{HERE}/status-posts", {"text": "x" * 2001}, ["body.text"]),
    (f"{HERE}/declare", {"text": "bell \a"}, ["body.text"]),
    ("/incidents", {}, ["body"]),
    ("/incidents", {"topic": "no-such-topic"}, ["body.topic"]),
    ("/incidents", {"terms": "login"}, ["body.terms"]),
    ("/incidents", {"terms": [""]}, ["body.terms.0"]),
    ("/incidents", {"terms": ["login"] * 13}, ["body.terms"]),
    ("/incidents", {"terms": ["the"]}, ["body.terms"]),
    ("/incidents", {"terms": ["Pebblewing"]}, ["body.terms"]),
    ("/incidents", {"terms": ["@PebblewingHelp"]}, ["body.terms"]),
    ("/incidents", {"terms": ["!?"]}, ["body.terms"]),
    ("/incidents", {"topic": "baggage", "since": NOON + 1}, ["body.since"]),
    ("/incidents", {"topic": "baggage", "since": NOON - 90_000}, ["body.since"]),
    ("/incidents", {"topic": "app-and-website", "since": "noon"}, ["body.since"]),
]


@pytest.mark.parametrize(("path", "body", "places"), BAD_BODIES)
def test_a_bad_body_is_told_every_fault_and_changes_nothing(
    outage: Working, path: str, body: object, places: list[str]
) -> None:
    made = holds(outage, Move.DECLARE)
    before = outage.writings()
    refused = outage.sends(path, body, by="Lena", seen=made.revision)
    assert (refused.status, refused.problem) == (422, "invalid-request")
    assert sorted({fault["place"] for fault in refused.body["faults"]}) == places
    assert outage.writings() == before


# ---- declaring


def test_a_person_declares_what_the_desk_suspects_and_gets_a_draft_to_approve(outage: Working) -> None:
    holds(outage)
    assert does(outage, "declare", {"text": "The provider told us."}).body["incident"]["stage"] == "declared"
    declared = stored(outage)
    assert (declared.changes[-1].by, declared.changes[-1].reason) == ("Lena", "The provider told us.")
    (draft,) = declared.status_posts
    assert (draft.number, draft.approved_by) == (1, None)
    (effect,) = ongoing(outage.ledger)
    assert effect.stage is Stage.DECLARED


def test_who_declares_may_say_what_it_is_about(outage: Working) -> None:
    holds(outage, cluster=Cluster(None, (), (), "more posts than usual"))
    nameless = does(outage, "declare", {"label": "App login"})
    assert (nameless.status, nameless.body["faults"][0]["place"]) == (422, "body.topic")
    named = does(outage, "declare", {"terms": ["Log in"], "label": "App login"})
    assert (named.status, named.body["incident"]["label"]) == (200, "App login")
    assert stored(outage).cluster == Cluster(None, ("log in",), (), "App login")


def test_a_person_declares_what_the_desk_did_not_see(outage: Working) -> None:
    body = {"topic": "app-and-website", "terms": ["Boarding  Pass", "login"], "label": "App login"}
    begun = outage.sends("/incidents", body, by="Lena", seen=None, key="declared-by-hand")
    assert begun.status == 201
    made = stored(outage, begun.body["incident"]["incident_id"])
    assert (made.stage, made.cluster.label, made.cluster.terms) == (
        Stage.DECLARED,
        "App login",
        ("boarding pass", "login"),
    )
    assert made.since == NOON - 60 * MINUTE
    assert made.evidence.observed == sum(volume.posts for at, volume in a_course() if at >= made.since)
    written = outage.writings()
    again = outage.sends("/incidents", body, by="Lena", seen=None, key="declared-by-hand")
    assert (again.status, again.body) == (201, begun.body)
    assert outage.writings() == written


def test_what_goes_on_is_not_declared_a_second_time(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    before = outage.writings()
    for body in ({"topic": "app-and-website"}, {"terms": ["LOGIN"]}):
        refused = outage.sends("/incidents", body, by="Lena", seen=None)
        assert (refused.status, refused.problem) == (409, "not-possible")
        assert ID in refused.body["detail"]
    assert outage.writings() == before
    assert outage.sends("/incidents", {"topic": "baggage"}, by="Lena", seen=None).status == 201


# ---- publishing


def brand(working: Working) -> str:
    setup = working.ledger.setup()
    assert setup is not None
    return setup.handles["pebblewing"]


def goes_out(working: Working, number: int, post_id: str) -> None:
    """Respond posts it, and X shows it."""
    planned = working.desk.outgoing(brand(working), status_key(ID, number))
    assert planned is not None
    claimed = working.desk.claim(planned, now=working.now, said=WORDS, spend=[])
    working.desk.move(claimed, PostMove.ACCEPTED, post_id=post_id)
    keep_published(working.ledger, ID, number, post_id=post_id, at=working.now)


def test_approving_a_draft_plans_one_status_post_of_the_brand(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    draft = outage.asks(HERE, by="Lena").body["draft"]
    taken = does(outage, "status-posts", {})
    assert taken.status == 202
    assert taken.body["outgoing"]["text"] == draft["text"]
    planned = outage.desk.outgoing(brand(outage), status_key(ID, 1))
    assert planned is not None
    assert (planned.state, planned.text, planned.handle) == (State.PLANNED, draft["text"], "pebblewing")
    (post,) = stored(outage).status_posts
    assert (post.approved_by, post.approved_at) == ("Lena", NOON)
    assert not taken.body["incident"]["has_draft"]


def test_a_person_may_write_other_words_and_later_an_update(outage: Working) -> None:
    holds(outage, Move.DECLARE, status_posts=(a_status_post(),))
    assert does(outage, "status-posts", {"text": WORDS}).body["outgoing"]["text"] == WORDS
    outage.now += 30 * MINUTE
    early = does(outage, "status-posts", {"text": f"{WORDS} Still."})
    assert (early.status, early.problem) == (409, "may-not-post")
    goes_out(outage, 1, "4711")
    assert does(outage, "status-posts", {"text": f"{WORDS} Still."}).status == 202
    posts = stored(outage).status_posts
    assert [(post.number, post.text) for post in posts] == [(1, WORDS), (2, f"{WORDS} Still.")]


def test_after_a_status_post_that_x_refused_another_may_be_published(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    does(outage, "status-posts", {})
    planned = outage.desk.outgoing(brand(outage), status_key(ID, 1))
    assert planned is not None
    outage.desk.move(planned, PostMove.REFUSE, reason="it could not be posted")
    keep_refused(outage.ledger, ID, 1, reason="it could not be posted")
    shown = outage.asks(HERE, by="Lena").body
    assert shown["status_posts"][0]["refused"] == "it could not be posted"
    assert shown["draft"]["number"] == 2
    assert does(outage, "status-posts", {}).status == 202


def test_a_dry_run_shows_what_would_be_posted_and_writes_nothing(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    before = outage.writings()
    shown = does(outage, "status-posts", {"text": WORDS}, dry_run="true")
    assert (shown.status, shown.body["is_dry_run"], shown.headers["ETag"]) == (200, True, '"2"')
    assert (shown.body["outgoing"]["text"], shown.body["revision"]) == (WORDS, 2)
    assert does(outage, "status-posts", {"text": WORDS}, dry_run="true", seen=1).status == 412
    assert outage.writings() == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Calm down, we are on it.", "calm down"),
        ("WE ARE ON IT NOW FOLKS", "shouts"),
        ("We are on it" + "!" * 5, "exclamation"),
        ("We are on it. " + "x" * 280, "weighted characters"),
    ],
)
def test_what_the_brand_does_not_say_is_refused_with_how_to_mend_it(outage: Working, text: str, reason: str) -> None:
    holds(outage, Move.DECLARE)
    before = outage.writings()
    refused = does(outage, "status-posts", {"text": text})
    assert (refused.status, refused.problem) == (422, "unsuitable-text")
    assert reason in refused.body["detail"]
    assert all(fault["mending"] for fault in refused.body["faults"])
    assert outage.writings() == before


def test_the_very_words_of_a_post_before_are_refused_as_x_would(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    outage.ledger.put("RECENT", "pebblewing", [WORDS])
    assert "duplicates" in does(outage, "status-posts", {"text": WORDS}).body["detail"]


def test_nothing_is_planned_while_posting_is_off(outage: Working) -> None:
    holds(outage, Move.DECLARE)
    outage.ledger.put("DESK", "SWITCH", Switch(is_on=False, table=outage.desk.name, by="Lena", at=NOON))
    before = outage.writings()
    refused = does(outage, "status-posts", {"text": WORDS})
    assert (refused.status, refused.problem) == (409, "may-not-post")
    assert "switched off" in refused.body["detail"]
    assert outage.writings() == before


# ---- cases


def test_a_person_lets_a_case_join_and_takes_it_out_again(working: Working) -> None:
    working.holds(wrote(0))
    holds(working, Move.DECLARE)
    assert working.does("join", {"incident": ID}).body["case"]["incident_id"] == ID
    assert working.does("join", {"incident": ID}, seen=2).problem == "not-possible"
    assert working.does("leave", {"text": "It is about a bag."}, seen=2).body["case"]["incident_id"] is None
    assert working.does("leave", {}, seen=3).problem == "not-possible"
    working.triage()
    assert working.stored().incident_id is None
    assert working.does("join", {"incident": "1"}, seen=3).problem == "invalid-request"


def test_danger_joins_nothing(working: Working) -> None:
    working.holds(wrote(0, priority=Priority.P1))
    holds(working, Move.DECLARE)
    assert "P1" in working.does("join", {"incident": ID}).body["detail"]


def test_other_systems_are_told_what_people_decide_once(outage: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "api.acting_on_incidents.settings", lambda: Settings("desk", "ledger", webhook_events="incident")
    )
    made = holds(outage)
    for _ in range(2):
        assert does(outage, "declare", {}, key="the-same-key", seen=made.revision).status == 200
    told = [each.announcement for each in every_pending(outage.ledger)]
    assert [(each.kind, each.facts["incident"]["by"]) for each in told] == [("incident.declared", "Lena")]
