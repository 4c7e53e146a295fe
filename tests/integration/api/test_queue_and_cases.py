"""The reading endpoints: what they tell, in which order, and what they keep to themselves."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from desk.accuracy import Aspect, Judged
from desk.case import Case, Status
from desk.figures import rows
from desk.meter import Metered
from desk.policy.model import Priority
from desk.queue import count
from desk.sla import Metric
from desk.spending import day_end
from desk.store.ledger import Switch
from desk.store.queue_count import keep_count
from tests.cases import HOUR, MINUTE, NOON, a_case, a_clock


def waiting(number: int, *, since_minutes: int, allowed_minutes: int = 60, **changes: Any) -> Case:
    """A case that has waited since then, standing in its queue where its clock puts it."""
    opened = NOON - since_minutes * MINUTE
    clock = a_clock(start=opened, minutes=allowed_minutes)
    change = clock.next_change(NOON)
    due = change if change is not None else clock.due_at + 1
    values = {"clocks": (clock,), "opened_at": opened, "due_at": due, "next_change": change, **changes}
    return a_case(number, **values)


def test_the_queue_counts_by_team_priority_and_sla_state(api: Any) -> None:
    api.holds(
        waiting(1, since_minutes=90),
        waiting(2, since_minutes=50, priority=Priority.P1),
        waiting(3, since_minutes=10),
        waiting(4, since_minutes=5, team="sales"),
        a_case(5, answered_after=60, due_at=NOON + HOUR),
        a_case(6, status=Status.CLOSED, due_at=None, clocks=()),
    )
    told = api.get("/queue", scope="viewer").body
    assert told["as_of"] == NOON
    assert told["counts"] == {
        "open": 5,
        "waiting": 4,
        "answered": 1,
        "pending": 2,
        "imminent": 1,
        "breaching": 1,
    }
    care = next(team for team in told["teams"] if team["team"] == "care")
    assert care["counts"]["open"] == 4
    assert care["priorities"]["P1"]["imminent"] == 1
    assert told["oldest_waiting"]["case_id"] == "901-5001"
    assert told["next_due"] == {"case_id": "902-5002", "team": "care", "priority": "P1", "at": NOON + 10 * MINUTE}


def test_a_long_queue_is_told_as_it_was_counted_last_and_says_when(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.queue.FEW", 2)
    api.holds(waiting(1, since_minutes=5))
    counted = [waiting(number, since_minutes=90) for number in (1, 2)] + [waiting(3, since_minutes=5, team="sales")]
    keep_count(api.ledger, count(counted, NOON - MINUTE))
    told = api.get("/queue").body
    assert (told["as_of"], told["counts"]["open"], told["counts"]["breaching"]) == (NOON - MINUTE, 3, 2)
    assert {team["team"]: team["counts"]["open"] for team in told["teams"]}.items() >= {("care", 2), ("sales", 1)}
    assert told["oldest_waiting"] == {"case_id": "901-5001", "team": "care", "priority": "P2", "at": NOON - 90 * MINUTE}
    keep_count(api.ledger, count(counted[:1], NOON))
    told = api.get("/queue").body
    assert (told["as_of"], told["counts"]["open"], told["counts"]["breaching"]) == (NOON, 1, 0)


def test_an_empty_queue_says_so(api: Any) -> None:
    told = api.get("/queue").body
    assert told["counts"]["open"] == 0
    assert told["oldest_waiting"] is None
    assert {team["team"] for team in told["teams"]} >= {"care", "sales"}


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (None, {"is_on": False, "since": None, "by": None}),
        (Switch(is_on=True, table="desk", by="Ada", at=NOON), {"is_on": True, "since": NOON, "by": "Ada"}),
        (Switch(is_on=True, table="restored", by="Ada", at=NOON), {"is_on": False, "since": NOON, "by": "Ada"}),
    ],
)
def test_posting_is_on_only_for_the_table_it_was_given_for(api: Any, switch: Any, expected: Any) -> None:
    if switch:
        api.ledger.put("DESK", "SWITCH", switch)
    assert api.get("/queue").body["posting"] == expected


def test_the_queue_says_what_the_budget_leaves_off(api: Any) -> None:
    assert api.get("/queue").body["budget"] == {
        "stage": "everything_on",
        "until": None,
        "day": {"spent_usd": 0, "budget_usd": 40},
        "month": {"spent_usd": 0, "budget_usd": 400},
    }
    api.ledger.count(NOON, "reads:search:brand", 6_500)
    assert api.get("/queue").body["budget"] == {
        "stage": "searches_off",
        "until": day_end(NOON),
        "day": {"spent_usd": 32.5, "budget_usd": 40},
        "month": {"spent_usd": 32.5, "budget_usd": 400},
    }


def test_a_team_that_left_the_policy_still_shows_its_queue(api: Any) -> None:
    api.ledger.put("QUEUES", "night", {})
    api.holds(waiting(1, since_minutes=5, team="night"))
    night = next(team for team in api.get("/queue").body["teams"] if team["team"] == "night")
    assert night["counts"]["open"] == 1
    assert [case["team"] for case in api.get("/cases", team="night").body["cases"]] == ["night"]


def test_cases_of_all_teams_come_next_due_first_over_pages(api: Any) -> None:
    teams = ("care", "sales", "technical")
    expected = [waiting(number, since_minutes=number, team=teams[number % 3]) for number in range(1, 26)]
    api.holds(*expected)
    seen: list[str] = []
    due: list[int] = []
    query: dict[str, Any] = {"limit": 7}
    while True:
        page = api.get("/cases", scope="viewer", **query).body
        seen += [case["case_id"] for case in page["cases"]]
        due += [case["due_at"] for case in page["cases"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(case.case_id for case in expected)
    assert due == sorted(due)


def test_a_page_can_be_of_one_team_and_one_state(api: Any) -> None:
    api.holds(
        waiting(1, since_minutes=90),
        waiting(2, since_minutes=5),
        waiting(3, since_minutes=90, team="sales"),
        a_case(4, answered_after=60, due_at=NOON + HOUR),
    )
    assert [case["case_id"] for case in api.get("/cases", team="care", state="breaching").body["cases"]] == ["901-5001"]
    assert [case["case_id"] for case in api.get("/cases", state="answered").body["cases"]] == ["904-5004"]
    assert len(api.get("/cases", state="waiting").body["cases"]) == 3


def test_a_search_for_a_rare_state_ends_and_goes_on_with_its_cursor(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.cases.MOST_LOOKED_AT", 3)
    api.holds(*(waiting(number, since_minutes=1, allowed_minutes=100 + number) for number in range(1, 5)))
    api.holds(a_case(9, answered_after=60, due_at=NOON + 9 * HOUR))
    first = api.get("/cases", state="answered").body
    assert first["cases"] == []
    second = api.get("/cases", state="answered", cursor=first["next_cursor"]).body
    assert [case["case_id"] for case in second["cases"]] == ["909-5009"]
    assert second["next_cursor"] is None


def test_a_list_never_shows_what_customers_wrote(api: Any) -> None:
    api.holds(waiting(1, since_minutes=5))
    (shown,) = api.get("/cases").body["cases"]
    assert "text" not in shown
    assert "timeline" not in shown
    assert shown["url"] == "https://x.com/i/status/5001"


def test_a_report_measures_the_days_of_the_brand(api: Any) -> None:
    api.holds(a_case(1, answered_after=10 * MINUTE), a_case(2), a_case(3, opened_at=NOON - 72 * HOUR))
    told = api.get("/reports/sla", scope="viewer").body
    assert told["volume"]["cases"] == 2
    assert told["responses"]["all_cases"]["median_seconds"] == 600
    rate = next(each for each in told["hit_rates"] if each["team"] is None and each["priority"] is None)
    assert (rate["metric"], rate["achieved"]) == (Metric.FIRST_RESPONSE, 1)
    wider = api.get("/reports/sla", from_="2026-02-27", to="2026-03-02").body
    assert wider["volume"]["cases"] == 3


def test_a_report_shows_when_people_came_and_how_many_it_takes(api: Any) -> None:
    api.holds(a_case(1, answered_after=10 * MINUTE, opened_at=NOON - HOUR))
    told = api.get("/reports/sla").body
    assert [(cell["weekday"], cell["hour"], cell["to_answer"]) for cell in told["heat_map"]] == [(0, 12, 1)]
    assert told["staffing"]["hours"][0]["agents"] == 1
    assert [team["team"] for team in told["teams"]] == ["care"]


def test_a_report_says_what_its_days_cost_where_that_was_counted(api: Any) -> None:
    assert api.get("/reports/sla").body["costs"] is None
    api.ledger.add("2026-03-02", "reads:search:brand", 40)
    api.ledger.add_usage("2026-03-02", "mentiondesk-poll", {Metered.MENTION: 20, Metered.READ_UNIT: 12.5})
    costs = api.get("/reports/sla", scope="viewer").body["costs"]
    assert (costs["days"], costs["days_counted"], costs["mentions"]) == (1, 1, 20)
    assert costs["x"] == {"usd": 0.2, "usd_per_1000": 10.0}
    amounts = {each["kind"]: each["amount"] for each in costs["kinds"]}
    assert (amounts["post_read"], amounts["read_unit"], amounts["mail"]) == (40, 12.5, 0)
    told = dict(csv.reader(io.StringIO(api.get("/reports/sla.csv").body)))
    assert told["costs.kinds.post_read.usd"] == "0.2"


def test_the_rows_of_a_report_are_its_json_figure_for_figure(api: Any) -> None:
    api.holds(a_case(1, answered_after=10 * MINUTE, agent="Mia"), a_case(2, opened_at=NOON - HOUR, topic="baggage"))
    answered = api.get("/reports/sla.csv", scope="viewer")
    assert answered.headers["Content-Type"] == "text/csv"
    header, *told = csv.reader(io.StringIO(answered.body))
    assert header == ["figure", "value"]
    figures = api.get("/reports/sla").body
    assert told == [[name, _as_text(value)] for name, value in rows(figures)]
    assert dict(told)["hit_rates.first_response.*.*.n"] == str(figures["hit_rates"][0]["n"])


def test_the_accuracy_of_triage_is_told_of_the_days_asked_for_as_figures_and_as_rows(api: Any) -> None:
    stood, changed = (Judged(Aspect.CATEGORY, "question", said) for said in ("question", "complaint"))
    api.holds(
        a_case(1, judged=(stood,)), a_case(2, judged=(changed,)), a_case(3), a_case(4, opened_at=NOON - 72 * HOUR)
    )
    told = api.get("/reports/accuracy", scope="viewer").body
    assert told["cases"] == 3
    category = told["aspects"][0]
    assert (category["aspect"], category["judged"], category["agreed"], category["share"]) == ("category", 2, 1, 0.5)
    read = dict(csv.reader(io.StringIO(api.get("/reports/accuracy.csv", scope="viewer").body)))
    assert read["aspects.category.confusions.question.complaint.cases"] == "1"
    assert read["aspects.priority.share"] == ""
    assert api.get("/reports/sla").body["accuracy"]["aspects"] == told["aspects"]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("path", ["/reports/sla", "/reports/sla.csv", "/reports/accuracy", "/reports/accuracy.csv"])
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"from_": "2026-03-03", "to": "2026-03-02"}, "query.from"),
        ({"from_": "2025-01-01", "to": "2026-03-02"}, "query.from"),
        ({"from_": "yesterday"}, "query.from"),
    ],
)
def test_a_report_of_an_impossible_period_says_why(api: Any, path: str, query: dict[str, str], place: str) -> None:
    refused = api.get(path, **query)
    assert refused.problem == "invalid-request"
    assert [fault["place"] for fault in refused.body["faults"]] == [place]


@pytest.mark.parametrize("path", ["/reports/sla", "/reports/sla.csv", "/reports/accuracy", "/reports/accuracy.csv"])
def test_every_fault_of_a_query_is_named_at_once(api: Any, path: str) -> None:
    refused = api.get(path, from_="yesterday", to="2026-02-30")
    assert refused.problem == "invalid-request"
    assert [fault["place"] for fault in refused.body["faults"]] == ["query.from", "query.to"]


def test_a_late_case_says_since_when(api: Any) -> None:
    api.holds(a_case(1, opened_at=NOON - 2 * HOUR, due_at=NOON - HOUR), a_case(2))
    assert [case["late_since"] for case in api.get("/cases").body["cases"]] == [NOON - HOUR, None]
