from pathlib import Path

from triage.drawing import page
from triage.tree import CATEGORIES, PRIORITIES

DOCUMENT = Path(__file__).parents[3] / "docs" / "decision-tree.md"


def test_the_document_is_drawn_from_the_tables():
    again = "write it anew: PYTHONPATH=functions python -m triage.drawing > docs/decision-tree.md"
    assert DOCUMENT.read_text(encoding="utf-8") == page(), again


def test_the_document_gives_every_reason():
    shown = page()
    assert all(branch.reason in shown for branch in (*CATEGORIES, *PRIORITIES))
