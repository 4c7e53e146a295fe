import pytest

from desk.incidents.clusters import Cluster
from desk.incidents.life import HOLDING, MOVES, OVER, Move, moved
from desk.incidents.model import Evidence, Incident, Stage

NOON = 1_790_000_000
SEEN = Evidence(at=NOON, series="posts", observed=40, expected=4, factor=10, score=12)
SUSPECTED = Incident(
    incident_id="1",
    stage=Stage.SUSPECTED,
    cluster=Cluster("app", ("app crashes",), (), "app crashes"),
    since=NOON - 600,
    evidence=SEEN,
    peak=SEEN,
    changes=(),
)


def through(*moves):
    incident = SUSPECTED
    for minute, move in enumerate(moves):
        incident = moved(incident, move, at=NOON + 60 * minute, by="mia", reason="seen")
    return incident


def test_an_incident_goes_from_suspected_to_resolved_and_remembers_when_and_by_whom():
    incident = through(Move.DECLARE, Move.CALM, Move.FLARE, Move.CALM, Move.RESOLVE)
    assert incident.stage is Stage.RESOLVED
    stages = [change.stage for change in incident.changes]
    assert stages == ["declared", "monitoring", "declared", "monitoring", "resolved"]
    assert incident.reached(Stage.DECLARED) == NOON
    assert incident.reached(Stage.RESOLVED) == NOON + 240
    assert {change.by for change in incident.changes} == {"mia"}


@pytest.mark.parametrize("stage", sorted(OVER))
@pytest.mark.parametrize("move", Move)
def test_what_is_over_stays_over(stage, move):
    assert (stage, move) not in MOVES


def test_nothing_is_held_before_it_is_declared():
    assert Stage.SUSPECTED not in HOLDING
    with pytest.raises(ValueError, match="suspected can't resolve"):
        through(Move.RESOLVE)


def test_a_false_alarm_can_be_told_at_any_stage_that_is_not_over():
    dismissible = {stage for stage, move in MOVES if move is Move.DISMISS}
    assert dismissible == set(Stage) - OVER
