"""What people hear of incidents: each thing once, at its moment, without personal data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from desk.errors import Ambiguous
from desk.event import Gone
from desk.incidents.life import Move, moved
from desk.incidents.model import Resolution
from desk.store.incidents import incident, keep_incident, keep_refused
from desk.store.volumes import keep_volume
from report.incidents import IncidentRun, Told
from tests.cases import HOUR, MINUTE, NOON
from tests.incidents import BEGAN, a_course, a_status_post, an_incident
from tests.stories import shipped_policy, wrote

if TYPE_CHECKING:
    from desk.incidents.model import Incident
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from report.mailer import Mail

POLICY = shipped_policy()
EVERY = POLICY.incidents.update_minutes * MINUTE
ID = an_incident().incident_id


@dataclass
class Office:
    desk: DeskTable
    ledger: Ledger
    sent: list[Mail] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, mail: Mail, *, to: Any, reply_to: Any) -> None:
        assert to == reply_to == POLICY.incidents.emails
        if self.fault:
            raise self.fault
        self.sent.append(mail)

    def runs(self, now: int = NOON, owner: str = "a run") -> list[str]:
        """Run once, and give the subjects of the mails, up to what they are about."""
        before = len(self.sent)
        run = IncidentRun(self.desk, self.ledger, self, POLICY, "https://desk.example", now)
        mails = run.tell(owner=owner, failed=lambda found, _: self.faults.append(found.incident_id))
        assert mails == len(self.sent) - before
        return [mail.subject.partition(":")[0] for mail in self.sent[before:]]

    def keeps(self, found: Incident) -> None:
        _, version = incident(self.ledger, found.incident_id)
        keep_incident(self.ledger, found, version=version)

    def moves(self, move: Move, at: int, **changes: Any) -> None:
        found, _ = incident(self.ledger, ID)
        assert found is not None
        self.keeps(replace(moved(found, move, at=at, by="Lena"), **changes))


@pytest.fixture
def office(desk: DeskTable, ledger: Ledger) -> Office:
    return Office(desk, ledger)


def test_while_nothing_happens_nothing_is_told_or_written(office: Office) -> None:
    assert office.runs() == []
    assert office.ledger.get("ALERTS", "INCIDENTS", Told) is None


def test_a_status_post_that_was_not_posted_is_told_at_once_and_once(office: Office) -> None:
    office.keeps(an_incident(Move.DECLARE, status_posts=(a_status_post(approved_by="Lena"),)))
    assert office.runs() == ["Incident declared"]
    keep_refused(office.ledger, ID, 1, reason="X refused: duplicate")
    assert [office.runs(NOON + minute * MINUTE) for minute in (1, 2)] == [["A status post was not posted"], []]


def test_an_incident_is_told_when_it_is_suspected_declared_goes_on_and_is_over_each_once(office: Office) -> None:
    office.keeps(an_incident())
    assert [office.runs(NOON + minute * MINUTE) for minute in range(3)] == [["Surge"], [], []]
    assert office.runs(NOON + 2 * EVERY) == []  # a suspicion has no updates
    office.moves(Move.DECLARE, NOON + 2 * EVERY)
    declared = NOON + 2 * EVERY + MINUTE
    assert [office.runs(declared + minute * MINUTE) for minute in range(3)] == [["Incident declared"], [], []]
    assert office.runs(declared + EVERY - 1) == []
    assert office.runs(declared + EVERY)[0].startswith("Incident goes on for")
    assert office.runs(declared + EVERY + MINUTE) == []
    ended = declared + EVERY + 2 * MINUTE
    office.moves(Move.RESOLVE, ended)
    assert office.runs(ended) == []
    office.keeps(replace(incident(office.ledger, ID)[0], closed_at=ended + 3 * MINUTE))
    assert office.runs(ended + 4 * MINUTE)[0].startswith("Incident resolved after")
    assert [office.runs(ended + hours * HOUR) for hours in range(1, 9)] == [[]] * 8


@pytest.mark.parametrize(("replies", "mails"), [(True, 3), (False, 1)])
def test_an_end_is_told_again_only_while_its_replies_go_out(office: Office, replies: bool, mails: int) -> None:
    office.keeps(an_incident(Move.DECLARE))
    office.runs()
    office.moves(Move.RESOLVE, NOON + MINUTE, resolution=Resolution(NOON + MINUTE, "Lena", replies=replies))
    assert sum(len(office.runs(NOON + turn * EVERY)) for turn in (1, 2, 3)) == mails


def test_one_that_was_declared_at_once_is_told_once(office: Office) -> None:
    office.keeps(an_incident(Move.DECLARE))
    assert [office.runs(), office.runs()] == [["Incident declared"], []]


def test_one_that_flares_up_again_is_told_by_the_next_update(office: Office) -> None:
    office.keeps(an_incident(Move.DECLARE, Move.CALM))
    assert office.runs() == ["Incident declared, calmer by now"]
    office.moves(Move.FLARE, NOON + MINUTE)
    assert office.runs(NOON + 2 * MINUTE) == []


def test_a_suspicion_that_came_to_nothing_is_told_to_those_who_heard_of_it(office: Office) -> None:
    office.keeps(an_incident())
    assert office.runs() == ["Surge"]
    office.moves(Move.DISMISS, NOON, closed_at=NOON)
    assert office.runs(NOON + MINUTE)[0].startswith("Incident dismissed")
    office.keeps(an_incident(Move.DISMISS, incident_id=str(int(ID) + 1), closed_at=NOON))
    assert [office.runs(NOON + minute * MINUTE) for minute in (2, 3)] == [[], []]


def test_what_began_and_ended_while_nobody_looked_is_reported(office: Office) -> None:
    office.keeps(an_incident(Move.DECLARE, Move.RESOLVE, closed_at=NOON))
    assert office.runs()[0].startswith("Incident resolved")
    assert office.runs() == []


@pytest.mark.parametrize("is_heard", [False, True])
def test_one_that_was_declared_and_resolved_before_anybody_heard_so_is_told_as_both_in_one_mail(
    office: Office, is_heard: bool
) -> None:
    if is_heard:
        office.keeps(an_incident())
        assert office.runs() == ["Surge"]
    office.keeps(an_incident(Move.DECLARE, Move.RESOLVE, resolution=Resolution(NOON, "Lena", replies=False)))
    assert office.runs(NOON + MINUTE) == ["Incident declared and resolved"]
    assert [office.runs(NOON + turn * EVERY) for turn in (1, 2)] == [[], []]
    office.keeps(replace(incident(office.ledger, ID)[0], closed_at=NOON + 2 * EVERY))
    assert office.runs(NOON + 3 * EVERY)[0].startswith("Incident resolved after")


def test_two_at_once_are_told_apart(office: Office) -> None:
    office.keeps(an_incident(Move.DECLARE))
    office.keeps(an_incident(incident_id=str(int(ID) + 1)))
    assert office.runs() == ["Incident declared", "Surge"]
    assert office.runs() == []


def test_one_that_began_before_another_but_was_seen_later_is_told(office: Office) -> None:
    office.keeps(an_incident(Move.DECLARE))
    assert office.runs() == ["Incident declared"]
    office.keeps(an_incident(incident_id=str(int(ID) - 1)))
    assert [office.runs(), office.runs()] == [["Surge"], []]


def test_a_mail_that_was_not_accepted_is_sent_by_the_next_run(office: Office) -> None:
    office.keeps(an_incident())
    office.fault = Ambiguous("SES did not answer")
    assert office.runs() == []
    assert office.faults == [ID]
    office.fault = None
    assert [office.runs(NOON + MINUTE), office.runs(NOON + 2 * MINUTE)] == [["Surge"], []]


def test_only_one_run_tells_at_a_time(office: Office) -> None:
    office.keeps(an_incident())
    assert office.ledger.take_lease("incidents", owner="another", now=NOON, seconds=50)
    assert office.runs() == []
    assert office.runs(NOON + 51) == ["Surge"]


def test_a_mail_draws_the_volume_and_quotes_posts_without_personal_data(office: Office) -> None:
    for begins, volume in a_course():
        keep_volume(office.ledger, begins, volume)
    told = wrote(0)
    assert told.post is not None
    said = replace(told, post=replace(told.post, text="App down &amp; out, call me: 07700 900142"))
    gone = wrote(1).without_text(Gone.DELETED)
    for event in (said, gone):
        office.desk.append(event)
    named = tuple(f"{event.customer_id}/{event.post_id}" for event in (said, gone))
    office.keeps(an_incident(Move.DECLARE, examples=(*named, "501/404")))
    office.runs()
    (mail,) = office.sent
    for part in (mail.text, mail.html.replace("&amp;", "&")):
        assert "App down & out, call me: [phone]" in part
        assert "[deleted on X]" in part
        assert "text is not kept any more" in part
        assert "900142" not in part
    counted = [volume for begins, volume in a_course() if begins >= BEGAN - HOUR]
    drawn = [line.split()[1] for line in mail.text.splitlines() if line.endswith(("=", "#")) or " usual" in line]
    assert sum(int(posts) for posts in drawn if posts.isdigit()) == sum(volume.posts for volume in counted)
