"""Five hundred stories in which everything goes wrong, the same ones on every run; `python -m tests.torture` goes on."""

from __future__ import annotations

from hypothesis.stateful import run_state_machine_as_test

from tests.torture.faults import Fate
from tests.torture.machine import TURNS, X_FAULTS, Torture
from tests.torture.profiles import SHORT


def test_nothing_is_lost_and_nothing_said_twice_whatever_fails():
    Torture.counts.clear()
    run_state_machine_as_test(Torture, settings=SHORT)
    assert Torture.counts["stories"] >= 500
    never = {*Fate, *X_FAULTS, *TURNS} - set(Torture.counts)
    assert not never, f"no story had {never}: the proof is weaker than it says"
