"""A person's reply by the API: asked for everything before it is planned, sent by the way of all posts, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.errors import CreditsDepleted
from desk.event import Direction, Kind
from desk.outbox import OutgoingKind, State
from desk.policy.model import Category
from desk.snowflake import id_at
from desk.spending import ALL_POSTS, quarter_of
from desk.store.ledger import Switch
from respond.sending import Sender
from tests.stories import (
    CASE,
    CUSTOMER,
    MINUTE,
    MORNING,
    OURS,
    a_post,
    an_event,
    answered,
    deleted,
    planned,
    shipped_policy,
    wrote,
)

if TYPE_CHECKING:
    from desk.event import Event
    from desk.outbox import Outgoing
    from tests.integration.api.working import Working

SORRY = {"text": "I'm sorry about your bag. We are looking for it now."}


class Account:
    """An account of ours on X that remembers what it posted."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.posts: list[tuple[str, str | None]] = []
        self.fault = fault

    def post(self, text: str, *, reply_to: str | None = None) -> str:
        if self.fault:
            raise self.fault
        self.posts.append((text, reply_to))
        return id_at(MORNING + 11 * MINUTE)


def respond(working: Working, key: str, account: Account) -> Outgoing | None:
    """The stream brings respond what was planned."""
    sender = Sender(
        working.desk, working.ledger, shipped_policy(), lambda _: account, lambda _: None, now=working.now + 5
    )
    return sender.send(CUSTOMER, f"REPLY#{key}")


def said_by_customer(text: str, minute: float = 0, **assessed: Any) -> Event:
    event = wrote(minute, **assessed)
    assert event.post is not None
    return replace(event, post=replace(event.post, text=text))


def test_a_reply_goes_out_once_from_the_account_that_was_addressed_with_its_writers_name(working: Working) -> None:
    working.holds(wrote(0))
    taken = working.does("reply", SORRY, key="my-reply")
    assert taken.status == 202
    said = f"{SORRY['text']} ^MR"
    assert (taken.body["outgoing"]["text"], taken.body["outgoing"]["handle"]) == (said, "pebblewinghelp")
    assert working.does("reply", SORRY, key="my-reply").body == taken.body
    account = Account()
    for _ in range(2):
        sent = respond(working, "my-reply", account)
        assert sent is not None
        assert sent.state is State.SENT
    assert account.posts == [(said, wrote(0).post_id)]


def test_it_counts_as_one_answer_by_a_person_once_our_timeline_shows_it(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("reply", SORRY, key="my-reply").status == 202
    sent = respond(working, "my-reply", Account())
    assert sent is not None
    working.triage()
    between = working.stored()
    assert (between.answers, between.acknowledgement, between.reply_written_at) == (0, "planned", working.now)
    seen = a_post(11, author=OURS, text=f"@someone {sent.text}", post_id=sent.post_id, replies_to=wrote(0).post_id)
    working.now += 2 * MINUTE
    working.desk.append(an_event(seen, agent="Mia", direction=Direction.OUTBOUND))
    working.triage()
    case = working.stored()
    assert (case.answers, case.agent, case.acknowledged_at) == (1, "Mia", None)
    assert case.clocks[0].met_at == seen.at
    kinds = [entry["kind"] for entry in working.asks(f"/cases/{CASE}").body["timeline"]]
    assert kinds == [Kind.POST, Kind.ACTION, Kind.OUTCOME, Kind.POST]


def test_a_canned_response_is_filled_in_and_signed(working: Working) -> None:
    working.holds(wrote(0, topic="baggage"))
    (best, *_) = working.asks(f"/cases/{CASE}").body["suggestions"]
    assert best["response"] == "baggage-lost"
    taken = working.does("reply", {"response": best["response"]})
    assert taken.body["outgoing"]["text"] == f"{best['text']} ^MR"
    assert "https://help.pebblewing.example/baggage/delayed" in best["text"]


def test_a_dry_run_shows_what_would_be_posted_and_writes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    before = working.writings()
    shown = working.does("reply", SORRY, dry_run="true")
    assert (shown.status, shown.body["is_dry_run"], shown.headers["ETag"]) == (200, True, '"1"')
    assert shown.body["outgoing"]["text"] == f"{SORRY['text']} ^MR"
    assert working.does("reply", {"text": "Calm down!!"}, dry_run="true").problem == "unsuitable-text"
    assert working.does("reply", SORRY, dry_run="true", seen=7).status == 412
    assert working.writings() == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Sorry, but calm down.", "calm down"),
        ("Sorry, but you forgot to label it.", "blames the customer"),
        ("Sorry, obviously it is lost.", "sarcasm"),
        ("SORRY BUT YOUR BAG IS GONE", "shouts"),
        ("Sorry!!", "exclamation"),
        ("We are on it.", "does not say sorry"),
        ("Sorry, is +49 30 901820 still your number?", "personal data"),
        ("Sorry, " + "x" * 280, "weighted characters"),
    ],
)
def test_what_the_brand_does_not_say_is_refused_with_how_to_mend_it(working: Working, text: str, reason: str) -> None:
    working.holds(said_by_customer("My bag is lost, call +49 30 901820", category=Category.COMPLAINT))
    before = working.writings()
    refused = working.does("reply", {"text": text})
    assert (refused.status, refused.problem) == (422, "unsuitable-text")
    (fault,) = refused.body["faults"]
    assert fault["place"] == "body.text"
    assert reason in fault["detail"]
    assert fault["mending"]
    assert "901820" not in str(refused.body)
    assert working.writings() == before


def test_all_that_speaks_against_a_text_is_told_at_once(working: Working) -> None:
    working.holds(wrote(0))
    refused = working.does("reply", {"text": "Calm down!! Obviously you forgot to."})
    assert len(refused.body["faults"]) == 4


def test_who_was_answered_already_needs_no_second_apology(working: Working) -> None:
    working.holds(wrote(0, category=Category.COMPLAINT), answered(5))
    assert working.does("reply", {"text": "Your bag was found, it comes tonight."}).status == 202


def test_the_same_words_twice_are_refused_before_x_does(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("reply", SORRY, key="the-first").status == 202
    respond(working, "the-first", Account())
    refused = working.does("reply", SORRY, seen=2)
    assert "refuses duplicates" in refused.body["detail"]


def test_a_canned_response_that_went_out_lately_is_offered_so_that_it_can_be_sent_again(working: Working) -> None:
    working.holds(wrote(0, topic="baggage"))
    account = Account()
    for number in range(2):
        (best, *_) = working.asks(f"/cases/{CASE}").body["suggestions"]
        assert (best["response"], best["objections"]) == ("baggage-lost", [])
        taken = working.does("reply", {"response": "baggage-lost"}, key=f"reply-no-{number}", seen=number + 1)
        assert taken.body["outgoing"]["text"] == f"{best['text']} ^MR"
        respond(working, f"reply-no-{number}", account)
    first, second = (text for text, _ in account.posts)
    assert first != second
    *_, third = working.asks(f"/cases/{CASE}").body["suggestions"]
    assert (third["response"], len(third["objections"])) == ("baggage-lost", 1)


def turn_off(working: Working) -> None:
    working.ledger.put("DESK", "SWITCH", Switch(is_on=False, table=working.desk.name, by="Lena", at=MORNING))


def rest(working: Working) -> None:
    working.ledger.put("DESK", "REST#pebblewinghelp", working.now + 30 * MINUTE)


def use_up(working: Working) -> None:
    working.ledger.add(quarter_of(working.now), ALL_POSTS, shipped_policy().caps.posts_per_15_minutes)


@pytest.mark.parametrize(
    ("hinder", "reason", "mending"),
    [
        (turn_off, "Posting is switched off.", "in 5 minutes"),
        (rest, "X asked us to wait.", "in 30 minutes"),
        (use_up, "Cap of posts per 15 minutes.", "in 5 minutes"),
        (lambda working: working.ledger.delete("DESK", "SETUP"), "run desk setup", "in 5 minutes"),
    ],
)
def test_a_reply_that_could_not_go_out_now_is_not_planned(
    working: Working, hinder: Any, reason: str, mending: str
) -> None:
    working.holds(wrote(0))
    hinder(working)
    before = working.writings()
    refused = working.does("reply", SORRY)
    assert (refused.status, refused.problem) == (409, "may-not-post")
    assert reason in refused.body["detail"]
    assert mending in refused.body["faults"][0]["mending"]
    assert working.writings() == before


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        ([wrote(0, is_summons=False)], "Not summoned"),
        ([replace(wrote(0), handle="mia_pebblewing")], "no account that the desk posts from"),
        ([wrote(0), deleted(5, wrote(0))], "No post of the customer stands"),
    ],
)
def test_what_x_would_refuse_is_refused_here(working: Working, story: list[Any], reason: str) -> None:
    working.holds(*story)
    refused = working.does("reply", SORRY)
    assert (refused.status, refused.problem) == (409, "may-not-post")
    assert reason in refused.body["detail"]


def test_a_case_that_names_no_account_of_ours_is_shown_whole_and_can_not_be_answered(working: Working) -> None:
    working.holds(replace(wrote(0, is_summons=False), handle=None))
    shown = working.asks(f"/cases/{CASE}")
    assert (shown.status, shown.body["handle"]) == (200, "")
    refused = working.does("reply", SORRY)
    assert (refused.status, refused.problem) == (409, "may-not-post")


def test_the_latest_post_that_lets_us_is_answered_unless_another_is_named(working: Working) -> None:
    posts = [wrote(0), wrote(2), wrote(4, is_summons=False)]
    working.holds(*posts)
    shown = working.does("reply", SORRY, dry_run="true")
    assert shown.body["outgoing"]["reply_to"] == posts[1].post_id
    named = working.does("reply", SORRY | {"reply_to": posts[0].post_id}, dry_run="true")
    assert named.body["outgoing"]["reply_to"] == posts[0].post_id


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body"),
        ({"text": "Sorry.", "response": "baggage-lost"}, "body"),
        ({"response": "no-such"}, "body.response"),
        ({"response": "acknowledged"}, "body.response"),
        ({"text": "Sorry.", "reply_to": "12"}, "body.reply_to"),
        ({"text": "Sorry.", "agent": "Nobody"}, "body.agent"),
    ],
)
def test_a_reply_that_can_not_be_understood_is_told_where(working: Working, body: Any, place: str) -> None:
    working.holds(wrote(0))
    before = working.writings()
    refused = working.does("reply", body)
    assert (refused.status, [fault["place"] for fault in refused.body["faults"]]) == (422, [place])
    assert working.writings() == before


def test_only_leads_sign_for_others(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("reply", SORRY | {"agent": "Jonas"}).status == 403
    assert working.does("reply", SORRY, by="Lena").problem == "invalid-request"
    signed = working.does("reply", SORRY | {"agent": "Jonas"}, by="Lena")
    assert signed.body["outgoing"]["text"].endswith(" ^JK")
    assert signed.body["by"] == "Lena"


def test_a_key_that_once_sent_a_reply_sends_no_other(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("reply", SORRY, key="the-same-key").status == 202
    working.ledger.delete(f"ASKED#{CUSTOMER}", "the-same-key")  # kept for a day only
    refused = working.does("reply", SORRY, key="the-same-key", seen=2)
    assert (refused.status, refused.problem) == (422, "key-reused")


def test_while_a_person_answers_nothing_is_acknowledged(working: Working) -> None:
    working.holds(wrote(0))
    waiting = planned(state=State.PLANNED)
    working.desk._transact([working.desk._put({"Item": _item(waiting)})])
    assert working.does("reply", SORRY).status == 202
    working.triage()
    account = Account()
    sender = Sender(working.desk, working.ledger, shipped_policy(), lambda _: account, lambda _: None, now=working.now)
    refused = sender.send(CUSTOMER, waiting.key)
    assert refused is not None
    assert (refused.state, refused.reason) == (State.REFUSED, "a person answers")
    assert account.posts == []


def _item(outgoing: Outgoing) -> dict[str, Any]:
    from desk.store.desk_items import plan_put

    item: dict[str, Any] = plan_put(outgoing)["Item"]
    return item


def test_what_x_put_off_keeps_its_words_and_is_given_up_after_an_hour(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("reply", SORRY, key="my-reply").status == 202
    put_off = respond(working, "my-reply", Account(CreditsDepleted("no credits")))
    assert put_off is not None
    assert (put_off.state, put_off.text) == (State.DEFERRED, f"{SORRY['text']} ^MR")
    account = Account()
    sender = Sender(
        working.desk, working.ledger, shipped_policy(), lambda _: account, lambda _: None, now=working.now + 3700
    )
    given_up = sender.look_again(put_off)
    assert given_up is not None
    assert (given_up.state, given_up.kind, account.posts) == (State.REFUSED, OutgoingKind.REPLY, [])
    assert "60 minutes" in (given_up.reason or "")


def test_the_fold_tells_a_reply_that_was_written_from_one_that_was_seen(working: Working) -> None:
    working.holds(wrote(0))
    done = working.does("reply", SORRY).body
    assert (done["act"], done["case"]["answers"], done["case"]["status"]) == (Act.REPLY, 0, "waiting")
