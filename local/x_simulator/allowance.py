"""How often an account may call: X's limits per 15 minutes and endpoint, and per 24 hours for posting.

Counts and says no; may not change the world. A window opens with its first request and is judged by the world's clock.
Limits per 15 minutes: X, rate limits, 2026-08 (per user). Posting per day: 2,400 an account (X help, "About X limits")
and 10,000 an app (X, rate limits, 2026-08); X sends those as undocumented `x-*-limit-24hour-*` headers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

QUARTER_S = 15 * 60
DAY_S = 24 * 60 * 60

POSTING = "POST /2/tweets"

PER_QUARTER: Mapping[str, int] = {
    "GET /2/users/me": 75,
    "GET /2/users/by/username/{username}": 900,
    "GET /2/users/by": 900,
    "GET /2/users": 900,
    "GET /2/users/{id}/mentions": 300,
    "GET /2/users/{id}/tweets": 900,
    "GET /2/tweets/search/recent": 300,
    "GET /2/tweets": 5_000,
    POSTING: 100,
    "POST /2/dm_conversations/with/{participant_id}/messages": 15,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; tests and file plays may widen or narrow it."""

    per_quarter: Mapping[str, int] = field(default_factory=lambda: PER_QUARTER)
    posts_per_day: int = 2_400
    posts_per_day_of_app: int = 10_000


@dataclass(slots=True)
class _Window:
    length_s: int
    limit: int
    opened_at: float = float("-inf")
    used: int = 0

    def roll(self, now: float) -> None:
        if now >= self.opened_at + self.length_s:
            self.opened_at, self.used = now, 0

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.limit

    def headers(self, prefix: str) -> dict[str, str]:
        return {
            f"{prefix}-limit": str(self.limit),
            f"{prefix}-remaining": str(max(0, self.limit - self.used)),
            f"{prefix}-reset": str(int(self.opened_at + self.length_s)),
        }


class Allowance:
    """The windows of every account and endpoint."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, user_id: str, endpoint: str, now: float) -> tuple[bool, dict[str, str]]:
        """Count a request; return whether it is allowed, and the headers that tell what is left."""
        windows = self._windows_of(user_id, endpoint)
        for window in windows.values():
            window.roll(now)
        is_allowed = not any(window.is_used_up for window in windows.values())
        if is_allowed:
            for window in windows.values():
                window.used += 1
        return is_allowed, _headers(windows)

    def exhausted(self, user_id: str, endpoint: str, now: float) -> dict[str, str]:
        """Use an account's quarter of an hour up, as a scripted 429 does, and return the headers."""
        windows = self._windows_of(user_id, endpoint)
        for window in windows.values():
            window.roll(now)
        quarter = windows["x-rate-limit"]
        quarter.used = quarter.limit
        return _headers(windows)

    def _windows_of(self, user_id: str, endpoint: str) -> dict[str, _Window]:
        limits = self._limits
        windows = {"x-rate-limit": self._window(user_id, endpoint, QUARTER_S, limits.per_quarter[endpoint])}
        if endpoint == POSTING:
            windows["x-user-limit-24hour"] = self._window(user_id, "day", DAY_S, limits.posts_per_day)
            windows["x-app-limit-24hour"] = self._window("app", "day", DAY_S, limits.posts_per_day_of_app)
        return windows

    def _window(self, owner: str, name: str, length_s: int, limit: int) -> _Window:
        return self._windows.setdefault((owner, name), _Window(length_s, limit))


def _headers(windows: Mapping[str, _Window]) -> dict[str, str]:
    return {name: value for prefix, window in windows.items() for name, value in window.headers(prefix).items()}
