"""Texts that must not be kept: of posts deleted on X, and of posts older than the policy keeps texts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.case import fold
from desk.event import Gone, Kind
from desk.policy.model import Retention
from desk.store.ledger import Setup
from desk.store.policy_shelf import PolicyShelf
from poll.events import deletion
from tests.builders import a_policy
from tests.stories import CUSTOMER, HOUR, MINUTE, MORNING, OURS, a_post, an_event, did
from tests.unreadable import broken, newer
from triage.filing import Filer
from triage.retention import remove_old_texts
from triage.sweep import Swept, remove_texts

DAY = 24 * HOUR
CASE = f"{CUSTOMER}-77"
SETUP = Setup({"pebblewinghelp": OURS}, MORNING - HOUR)
LISTENS_SINCE = MORNING + 8 * DAY - HOUR
"""Posts made up to eight days earlier may be here: the sweep begins an hour before this morning."""
OLD = MORNING + 30 * DAY + 2 * HOUR
"""By now the texts of this morning's first hour have been kept long enough."""


class KilledError(Exception):
    """The process ends here."""


class Desk:
    """The tables, filed into as triage does."""

    def __init__(self, desk, ledger) -> None:
        self.desk, self.ledger = desk, ledger
        self.policy = a_policy(retention=Retention(text_days=30))
        self.shelf = PolicyShelf(self.policy, ledger)

    def filer(self, now=MORNING + HOUR):
        return Filer(self.desk, self.ledger, self.shelf, SETUP, now=now)

    def gets(self, *events, now=MORNING + HOUR):
        for event in events:
            self.desk.append(event)
            self.filer(now).file(CUSTOMER, event)

    def sweeps(self, now, **limits):
        return remove_old_texts(
            self.desk,
            self.ledger,
            started_at=LISTENS_SINCE,
            now=now,
            **{"keep_days": 30, "has_time": lambda: True} | limits,
        )

    def texts(self):
        """What is left of every post: its words, else why they are gone."""
        events = self.desk.events_from(CUSTOMER, "EVENT#")
        return [event.text_gone or event.post.text for event in events if event.post]

    def stored_text(self):
        """All that DynamoDB holds of the customer."""
        return str(self.desk._client.scan(TableName=self.desk.name)["Items"])

    def case(self, now):
        events = [event for event in self.desk.events_from(CUSTOMER, "EVENT#") if event.filing]
        return fold(CASE, events, policies=self.shelf, now=now)


@pytest.fixture
def the_desk(desk, ledger):
    return Desk(desk, ledger)


ASKED = an_event(a_post(0, text="my secret bag is lost"))
EDITED = an_event(
    replace(a_post(3, text="my very secret bag is lost"), first_id=ASKED.post_id),
    kind=Kind.EDITED,
    concerns=ASKED.post_id,
)
ANSWERED = an_event(
    a_post(9, author=OURS, text="so sorry ^MR", replies_to=ASKED.post_id, replies_to_user=CUSTOMER), agent="Mia"
)
GONE = deletion(CUSTOMER, ASKED.post_id, reason="not found", now=MORNING + 40 * MINUTE)


def test_a_post_deleted_on_x_loses_its_text_in_every_version(the_desk):
    the_desk.gets(ASKED, EDITED, ANSWERED, GONE)
    assert the_desk.texts() == [Gone.DELETED, Gone.DELETED, "so sorry ^MR"]
    assert "secret" not in the_desk.stored_text()


def test_a_version_filed_after_the_deletion_is_filed_without_its_text(the_desk):
    the_desk.gets(ASKED, GONE, EDITED)
    assert the_desk.texts() == [Gone.DELETED, Gone.DELETED]
    assert the_desk.desk.event(CUSTOMER, EDITED.key).filing.assessment


def test_a_post_read_again_after_its_deletion_does_not_bring_its_text_back(the_desk):
    the_desk.gets(ASKED, GONE, ASKED)
    assert the_desk.texts() == [Gone.DELETED]


def test_a_filing_killed_after_the_text_went_is_done_by_the_sweep(the_desk, monkeypatch):
    the_desk.gets(ASKED)
    with monkeypatch.context() as patch:
        patch.setattr(the_desk.desk, "file", lambda *_, **__: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            the_desk.gets(GONE)
    assert the_desk.texts() == [Gone.DELETED]
    the_desk.gets(*(event for _, event in the_desk.desk.unfiled(MORNING + DAY)))
    assert the_desk.desk.case(CASE).case.closed_because == "deleted by the customer"


def test_a_filing_killed_before_the_text_went_is_still_to_be_done(the_desk, monkeypatch):
    the_desk.gets(ASKED)
    with monkeypatch.context() as patch:
        patch.setattr(the_desk.desk, "scrub", lambda *_: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            the_desk.gets(GONE)
    the_desk.gets(*(event for _, event in the_desk.desk.unfiled(MORNING + DAY)))
    assert the_desk.texts() == [Gone.DELETED]


def test_texts_older_than_the_policy_keeps_them_go_and_the_case_stays_what_it_was(the_desk):
    the_desk.gets(ASKED, EDITED, ANSWERED)
    before = the_desk.case(OLD)
    assert the_desk.sweeps(OLD) == 3
    assert the_desk.texts() == [Gone.EXPIRED] * 3
    assert the_desk.case(OLD) == before
    assert "secret" not in the_desk.stored_text()


def test_texts_young_enough_stay(the_desk):
    the_desk.gets(ASKED)
    assert the_desk.sweeps(OLD - 2 * HOUR) == 0
    assert the_desk.texts() == ["my secret bag is lost"]


def test_a_post_filed_when_it_is_older_than_texts_are_kept_is_filed_without(the_desk):
    the_desk.gets(ASKED, now=MORNING + 31 * DAY)
    assert the_desk.texts() == [Gone.EXPIRED]
    assert the_desk.desk.case(CASE).case.category == "problem"


def test_a_race_lost_while_filing_an_old_post_judges_its_words_again(the_desk, monkeypatch):
    file, races = the_desk.desk.file, []

    def lost_once(filed, **also):
        if not races:
            races.append(filed)
            the_desk.desk.file = file
            the_desk.gets(an_event(a_post(1, text="hello")), now=MORNING + 31 * DAY)
        file(filed, **also)

    monkeypatch.setattr(the_desk.desk, "file", lost_once)
    the_desk.gets(ASKED, now=MORNING + 31 * DAY)
    assert the_desk.desk.event(CUSTOMER, ASKED.key).filing.assessment.category == "problem"
    assert the_desk.texts() == [Gone.EXPIRED] * 2


def test_a_sweep_without_time_goes_on_where_it_ended(the_desk):
    the_desk.gets(*(an_event(a_post(minute, text=f"bag {minute}")) for minute in range(20)))
    empty_buckets = 12
    left = iter([True] * (empty_buckets + 3))
    assert the_desk.sweeps(OLD, has_time=lambda: next(left, False)) == 3
    assert the_desk.texts().count(Gone.EXPIRED) == 3
    assert the_desk.sweeps(OLD) == 17
    assert the_desk.sweeps(OLD) == 0


def test_a_shorter_time_to_keep_is_caught_up_with_step_by_step(the_desk):
    the_desk.gets(ASKED)
    assert the_desk.sweeps(OLD - DAY) == 0
    the_desk.ledger.put("RETENTION", "TEXTS", MORNING - 5 * HOUR)
    assert [the_desk.sweeps(OLD, keep_days=14) for _ in range(2)] == [0, 1]


def test_a_sweep_with_nothing_to_do_writes_nothing(the_desk):
    assert the_desk.sweeps(MORNING) == 0
    assert the_desk.ledger.get("RETENTION", "TEXTS", int) is None


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_text_that_can_not_be_read_is_waited_for_and_holds_up_nothing_else(the_desk, spoil):
    the_desk.gets(ASKED)
    item = spoil(the_desk.desk, CUSTOMER, ASKED.key)
    before = item()
    swept = remove_texts(
        the_desk.desk,
        the_desk.ledger,
        started_at=LISTENS_SINCE,
        keep_days=30,
        now=OLD,
        has_time=lambda: True,
    )
    assert swept == Swept(done=0, failed=1)
    assert item() == before
    assert the_desk.ledger.get("RETENTION", "TEXTS", int) is None


def test_a_persons_note_loses_its_words_when_texts_do(the_desk):
    note = replace(did(5, Act.NOTE, text="her secret number is +49 170 1234567"), filing=None)
    the_desk.gets(ASKED, note)
    assert "+49 170 1234567" in the_desk.stored_text()
    the_desk.sweeps(OLD)
    assert "secret" not in the_desk.stored_text()
