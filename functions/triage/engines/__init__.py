"""Who hears in which language a text is and how it sounds: the desk itself, or Amazon Comprehend by policy.

Both answer alike, so the decision tree knows no difference. `hear` is the one place that chooses.
"""

from triage.engines.built_in import BuiltIn, built_in
from triage.engines.engine import Engine
from triage.engines.hearing import hear

__all__ = ["BuiltIn", "Engine", "built_in", "hear"]
