"""What the simulator counts: requests, what they returned, and what X would bill for it.

X bills reads per resource returned, the same resource once per UTC day (X, pricing, 2026-08). Counts only.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from local.x_simulator.allowance import DAY_S


class Meter:
    """The counters since the start, or since a reset."""

    def __init__(self) -> None:
        self._requests: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._returned: Counter[str] = Counter()
        self._billed: dict[str, set[tuple[int, str]]] = {"posts": set(), "users": set()}
        self._created: Counter[str] = Counter()

    def count_request(self, endpoint: str) -> None:
        """Count a request to an endpoint, whatever becomes of it."""
        self._requests[endpoint] += 1

    def count_status(self, status: int) -> None:
        """Count an answer by its status."""
        self._statuses[str(status)] += 1

    def count_read(self, resource: str, ids: Iterable[str], now: float) -> None:
        """Count what a read returned; `resource` is "posts" or "users"."""
        day = int(now // DAY_S)
        listed = list(ids)
        self._returned[resource] += len(listed)
        self._billed[resource].update((day, number) for number in listed)

    def count_created(self, *, has_link: bool) -> None:
        """Count a post that was made through the API."""
        self._created["posts_created"] += 1
        self._created["posts_created_with_link"] += has_link

    def report(self) -> dict[str, Any]:
        """Return all counts as a JSON document."""
        return {
            "requests": dict(self._requests),
            "statuses": dict(self._statuses),
            "posts_returned": self._returned["posts"],
            "posts_billed": len(self._billed["posts"]),
            "users_returned": self._returned["users"],
            "users_billed": len(self._billed["users"]),
            "posts_created": self._created["posts_created"],
            "posts_created_with_link": self._created["posts_created_with_link"],
        }
