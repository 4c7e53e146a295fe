"""How long the stories are, and how many are told."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

_ANY = settings(
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)

SHORT = settings(_ANY, max_examples=500, stateful_step_count=30, derandomize=True)
"""Part of the tests: the same stories on every run."""

CHAPTER = settings(_ANY, max_examples=200, stateful_step_count=60)
"""A part of the long run; each has a seed of its own."""
