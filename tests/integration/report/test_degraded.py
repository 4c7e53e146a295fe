"""What people hear of X's budget: each change of its stage once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.errors import Ambiguous
from desk.policy.model import Budget
from desk.spending import ACKNOWLEDGEMENTS, Line, Spent, Stage, Standing, day_end, month_end, standing
from report.degraded import BudgetRun, Told, is_news
from tests.builders import a_policy
from tests.cases import DAY, MINUTE, NOON

if TYPE_CHECKING:
    from desk.policy import Policy
    from desk.store.ledger import Ledger
    from report.mailer import Mail

BUDGET = Budget(usd_per_day=1.0, usd_per_month=10.0, searches_off_at_share=0.8)
POLICY = a_policy(budget=BUDGET)
SEARCH = "reads:search:brand"
LINE = Line(0, 1)


@dataclass
class Office:
    ledger: Ledger
    sent: list[Mail] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, mail, *, to, reply_to):
        assert to == reply_to == POLICY.reports.emails
        if self.fault:
            raise self.fault
        self.sent.append(mail)

    def spends(self, what: str, amount: int, now: int = NOON) -> None:
        self.ledger.count(now, what, amount)

    def runs(self, now: int = NOON, *, policy: Policy = POLICY, owner: str = "a run") -> str | None:
        """Run once, and give the subject of the mail if there was one."""
        before = len(self.sent)
        run = BudgetRun(self.ledger, self, policy, now)
        assert run.tell(run.standing(), owner=owner) == (len(self.sent) > before)
        return self.sent[-1].subject.partition(" - ")[0] if len(self.sent) > before else None


@pytest.fixture
def office(ledger):
    return Office(ledger)


SEARCHES_OFF = "Searches are off: the budget for X is nearly used up"
QUEUE_ONLY = "Searches and acknowledgements are off: the budget for X is used up"
ON_AGAIN = "Everything is on again"


def test_nothing_is_told_while_everything_is_on(office):
    assert office.runs() is None


def test_each_stage_is_told_once_and_so_is_its_end(office):
    office.spends(SEARCH, 160)
    assert [office.runs(NOON + minute * MINUTE) for minute in range(3)] == [SEARCHES_OFF, None, None]
    office.spends(ACKNOWLEDGEMENTS, 20)
    assert [office.runs(NOON + minute * MINUTE) for minute in range(3)] == [QUEUE_ONLY, None, None]
    assert [office.runs(day_end(NOON) + minute * MINUTE) for minute in range(3)] == [ON_AGAIN, None, None]


def test_the_mail_says_what_is_off_what_was_spent_until_when_and_what_to_do(office):
    office.spends(SEARCH, 160)
    office.runs()
    [mail] = office.sent
    for part in (mail.text, mail.html):
        for said in ("0.80 USD", "1.00 USD", "80 %", "Tue 3 Mar 2026, 01:00", "Searches.", "usd_per_day", "2026-08-22"):
            assert said in part
        assert "Acknowledgements." not in part


def test_the_next_day_is_told_anew(office):
    office.spends(SEARCH, 160)
    assert office.runs() == SEARCHES_OFF
    office.spends(SEARCH, 160, NOON + DAY)
    assert office.runs(NOON + DAY) == SEARCHES_OFF


def test_a_month_is_not_told_again_with_each_day(office):
    for day in range(9):
        office.spends(SEARCH, 150, NOON + day * DAY)
    office.spends(SEARCH, 100, NOON + 9 * DAY)
    office.spends(SEARCH, 150, NOON + 10 * DAY)
    told = [office.runs(NOON + day * DAY) for day in range(10, 14)]
    assert told == [SEARCHES_OFF, None, None, None]
    assert office.runs(month_end(NOON)) == ON_AGAIN


def test_a_post_that_was_refunded_turns_nothing_on_again_in_the_mails(office):
    office.spends(ACKNOWLEDGEMENTS, 100)
    assert office.runs() == QUEUE_ONLY
    office.spends(ACKNOWLEDGEMENTS, -1)
    assert office.runs() is None
    office.spends(ACKNOWLEDGEMENTS, 1)
    assert office.runs() is None


def test_a_larger_budget_turns_everything_on_and_says_so(office):
    office.spends(SEARCH, 160)
    office.runs()
    larger = a_policy(budget=replace(BUDGET, usd_per_day=5.0))
    assert [office.runs(policy=larger) for _ in range(2)] == [ON_AGAIN, None]


def test_a_mail_that_was_not_accepted_is_sent_by_the_next_run(office):
    office.spends(SEARCH, 160)
    office.fault = Ambiguous("SES did not answer")
    with pytest.raises(Ambiguous):
        office.runs()
    office.fault = None
    assert office.runs() == SEARCHES_OFF


def test_while_another_run_tells_nothing_is_told_twice(office):
    office.spends(SEARCH, 160)
    office.ledger.take_lease("budget", owner="another", now=NOON, seconds=50)
    assert office.runs() is None
    office.ledger.release_lease("budget", owner="another")
    assert office.runs() == SEARCHES_OFF


def test_what_another_run_told_in_between_is_not_told_again(office):
    office.spends(SEARCH, 160)
    run = BudgetRun(office.ledger, office, POLICY, NOON)
    found = run.standing()
    take = office.ledger.take_lease

    def after_another(name, **how):
        office.ledger.put("ALERTS", "BUDGET", Told(found.stage, found.until, BUDGET))
        return take(name, **how)

    office.ledger.take_lease = after_another
    assert not run.tell(found, owner="a run")
    assert office.sent == []


@given(st.lists(st.tuples(st.integers(0, 3 * 24 * 60), st.integers(-2, 60)), min_size=1, max_size=30))
def test_the_same_fact_is_never_told_twice(steps):
    """Whatever is spent or refunded when: one mail for each stage and its end, at most."""
    told, facts, today = None, [], {}
    for minute, amount in sorted(steps):
        now = NOON + minute * MINUTE
        day = now // DAY
        today[day] = max(0, today.get(day, 0) + amount)
        spent = Spent({ACKNOWLEDGEMENTS: today[day]}, {ACKNOWLEDGEMENTS: sum(today.values())})
        found = standing(spent, POLICY, now=now)
        if is_news(told, found, BUDGET, now=now):
            told = Told(found.stage, found.until, BUDGET)
            facts.append((found.stage, day if found.until is None else found.until))
    assert len(facts) == len(set(facts))


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_that_was_told_is_no_news_while_it_lasts(stage):
    found = Standing(stage, None if stage is Stage.EVERYTHING_ON else NOON + MINUTE, LINE, LINE)
    assert not is_news(Told(stage, found.until, BUDGET), found, BUDGET, now=NOON)
