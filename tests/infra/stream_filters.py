"""Whether a record of a table's stream passes a mapping's filter, by the rules AWS documents for event patterns.

The one place that knows how moto evaluates them.
"""

import json
from collections.abc import Iterable
from typing import Any

from moto.events.models import EventPattern


def passes(record: dict[str, Any], patterns: Iterable[str]) -> bool:
    """Return whether any of the patterns lets the record through."""
    plain = json.loads(json.dumps(record, default=str))
    return any(EventPattern.load(pattern).matches_event(plain) for pattern in patterns)
