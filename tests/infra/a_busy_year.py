"""A story in which every function of the desk does each thing it ever does: what it needs no right for, it never needs.

Told to the real handlers in process (`rehearsal`); the tests of rights compare what they asked for with their roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from desk.errors import Unavailable
from desk.incidents.life import Move, moved
from desk.incidents.model import Resolution
from desk.incidents.status_post import planned
from desk.snowflake import id_at
from desk.store.incidents import incident as stored_incident
from desk.store.incidents import keep_incident
from local.x_simulator import Fault, Kind
from tests.incidents import a_status_post, an_incident
from tests.torture.installation import the_policy
from tests.torture.people import AGENT, BRAND, SUPPORT
from webhook.verdict import Reply

if TYPE_CHECKING:
    from tests.infra.rehearsal import Rehearsal

CRASHES, ASKS, STOP = 0, 1, 5
BY_SUPPORT = 0


def live_through(desk: Rehearsal) -> None:
    """Live through it; the order is that of a life, but nothing hangs on it."""
    desk.lets_in()
    _customers_write_and_are_answered(desk)
    _posts_change(desk)
    _answers_come_before_their_questions(desk)
    _a_thread_of_ours_comes_backwards(desk)
    _x_and_the_stream_fail(desk)
    _posting_is_switched(desk)
    _many_write_about_the_same(desk)
    _people_look(desk)
    _a_customer_is_erased(desk)
    _texts_grow_old_and_nobody_hears_us(desk)


def _customers_write_and_are_answered(desk: Rehearsal) -> None:
    desk.people.write(0, CRASHES)
    desk.minutes_pass(2)
    desk.people.write(0, ASKS)  # joins the open case
    desk.people.answer(0, BY_SUPPORT, 0)
    desk.people.say()
    desk.minutes_pass(2)
    own = [post.id for post in desk.people.world.posts_by(SUPPORT, SUPPORT)]
    desk.people.repost(1, desk.people.standing().index(own[0]), quoting=True)
    desk.people.write(1, STOP)
    desk.minutes_pass(2)
    desk.receiver_says = Reply(500)
    desk.wait(9 * 3600)  # clocks are crossed, and told
    desk.minutes_pass(2)
    desk.receiver_says = Reply(429)
    desk.minutes_pass(2)
    desk.receiver_says = Reply(204)


def _posts_change(desk: Rehearsal) -> None:
    desk.people.write(2, CRASHES)
    desk.people.write(2, ASKS)
    desk.minutes_pass(1)
    desk.people.edit(len(desk.people.written) - 2, ASKS)
    desk.people.delete(len(desk.people.written) - 1)
    desk.wait(2 * 3600)
    desk.minutes_pass(5)
    desk.wait(86_400)
    desk.minutes_pass(5)


def _answers_come_before_their_questions(desk: Rehearsal) -> None:
    """By an agent's private account, whose posts say less of whom they are for; the sweep files the second pair."""
    for is_lost in (False, True):
        desk.people.write(0, CRASHES, late=300)
        asked = desk.people.written[-1]
        made = desk.people.world.post(author=AGENT, text="So sorry", reply_to=asked, lang="en")
        desk.people.answered.append(made.id)
        desk.minutes_pass(3)
        desk.wait(240)
        desk.poll()
        if is_lost:
            desk.triage.lose()
        desk.minutes_pass(30)


def _a_thread_of_ours_comes_backwards(desk: Rehearsal) -> None:
    desk.people.write(0, CRASHES)
    asked, world = desk.people.written[-1], desk.people.world
    desk.minutes_pass(1)
    first = world.post(author=SUPPORT, text="So sorry", reply_to=asked, indexed_at=world.now + 300, lang="en")
    second = world.post(author=AGENT, text="More here", reply_to=first.id, lang="en")
    desk.people.answered.extend((first.id, second.id))
    desk.minutes_pass(10)


def _x_and_the_stream_fail(desk: Rehearsal) -> None:
    desk.people.write(1, CRASHES)
    desk.x.faults.add(Fault(kind=Kind.ANSWER, status=429, method="POST"))
    desk.minutes_pass(2)
    desk.people.rotate_tokens()
    desk.x.faults.add(Fault(kind=Kind.SILENCE, method="POST", committed=True))
    desk.people.write(2, CRASHES)
    desk.wait(60)
    desk.poll()
    desk.triage.lose()
    desk.minutes_pass(3)
    desk.people.write(2, ASKS)
    desk.wait(60)
    desk.poll()
    desk.deliver(desk.triage)
    desk.respond.lose()
    desk.minutes_pass(40)


def _posting_is_switched(desk: Rehearsal) -> None:
    desk.switch(is_on=False)
    desk.people.write(0, CRASHES)
    desk.minutes_pass(2)
    desk.switch(is_on=True)
    desk.minutes_pass(20)


def _many_write_about_the_same(desk: Rehearsal) -> None:
    """Replies are held, by the stream and by the sweep; the brand posts; the end is told."""
    desk.minutes_pass(40)
    incident = an_incident(Move.DECLARE, incident_id=id_at(desk.now), since=desk.now)
    post = a_status_post(approved_by="mia", approved_at=desk.now)
    plan = planned(incident, post, policy=the_policy(), brand_id=BRAND, now=desk.now)
    incident = replace(incident, status_posts=(post,))
    keep_incident(desk.ledger, incident, version=0, also=[desk.desk.planning(plan)])
    desk.wait(60)
    for customer in (0, 2):
        desk.people.write(customer, CRASHES)
    desk.wait(60)
    desk.poll()
    desk.deliver(desk.triage)
    desk.deliver(desk.respond, at_most=1)
    desk.respond.lose()
    desk.minutes_pass(3)
    assert len(list(desk.desk.held(incident.incident_id))) == 2
    assert len(desk.ask(f"/incidents/{incident.incident_id}/cases").body["cases"]) == 2
    known, version = stored_incident(desk.ledger, incident.incident_id)
    assert known is not None
    over = replace(
        moved(known, Move.RESOLVE, at=desk.now, by="mia"), resolution=Resolution(desk.now, "mia", replies=True)
    )
    keep_incident(desk.ledger, over, version=version)
    desk.minutes_pass(20)
    assert not desk.desk.waits_for(incident.incident_id)


def _people_look(desk: Rehearsal) -> None:
    desk.mail_fails = Unavailable("SES was not reached")
    desk.summary("daily")
    desk.mail_fails = None
    desk.summary("daily")
    desk.summary("weekly")
    assert desk.ask("/queue").status == 200
    (case, *_) = desk.ask("/cases").body["cases"]
    for path in (f"/cases/{case['case_id']}", f"/customers/{case['customer_id']}", "/reports/sla"):
        assert desk.ask(path).status == 200, path
    revision = desk.ask(f"/cases/{case['case_id']}").body["revision"]
    noted = desk.works(f"/cases/{case['case_id']}/note", {"text": "Rang back"}, seen=revision, key="number-one")
    assert noted.status == 200
    customer = f"/customers/{case['customer_id']}"
    version = int(desk.ask(customer).headers["ETag"].strip('"'))
    assert desk.works(customer, {"is_vip": True}, seen=version, key="number-two", method="PATCH").status == 200


def _a_customer_is_erased(desk: Rehearsal) -> None:
    """Somebody with all that the ledger may hold of a customer; reading X again brings nothing back."""
    (case, *_) = desk.ask("/cases").body["cases"]
    customer = f"/customers/{case['customer_id']}"
    assert desk.works(f"{customer}/erase", {}, seen=0, key="number-three").status == 202
    desk.minutes_pass(2)
    assert desk.ask(f"{customer}/erasure").body["progress"] == "finished"
    desk.people.write(1, CRASHES)
    desk.minutes_pass(2)


def _texts_grow_old_and_nobody_hears_us(desk: Rehearsal) -> None:
    desk.receiver_says = Reply(429)
    desk.people.write(0, CRASHES)
    desk.minutes_pass(2)
    desk.wait((the_policy().retention.text_days + 1) * 86_400)
    for _ in range(2 * 24 // 4 * 10):  # a sweep goes over four hours
        desk.wait(60)
        desk.sweep_events()
    desk.tell_others()
    assert desk.undelivered
