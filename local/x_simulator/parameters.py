"""The query parameters of a request, read with X's bounds.

Every getter raises `RefusedError` with X's 400 and `errors[].parameters` for what is out of bounds. It decides nothing
else.
"""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from local.x_simulator.problems import RefusedError, invalid

MAX_IDS = 100
FIRST_PAGE = 2**63
"""The id before which the first page begins: above every id."""

_BASE = 36
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Parameters:
    """The query of one request; `known` are the names that its endpoint takes."""

    def __init__(self, query: str, known: frozenset[str]) -> None:
        self._values = dict(parse_qsl(query, keep_blank_values=True))
        for name in sorted(set(self._values) - known):
            message = f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]"
            raise invalid(name, [self._values[name]], message)

    def text(self, name: str) -> str:
        """Return a parameter that must be there."""
        if name not in self._values:
            raise invalid(name, [], f"The `{name}` query parameter can not be empty")
        return self._values[name]

    def names(self, name: str) -> frozenset[str]:
        """Return a comma-separated list as a set; empty when absent."""
        return frozenset(filter(None, self._values.get(name, "").split(",")))

    def listed(self, name: str) -> list[str]:
        """Return a comma-separated list of 1 to 100 values, in order."""
        values = self.text(name).split(",")
        if len(values) > MAX_IDS or not all(values):
            message = f"size of `{name}` [{len(values)}] is not between 1 and {MAX_IDS}"
            raise invalid(name, [self.text(name)], message)
        return values

    def ids(self, name: str) -> list[str]:
        """Return a list of 1 to 100 ids."""
        values = self.listed(name)
        for value in values:
            self._check_id(name, value)
        return values

    def post_id(self, name: str) -> int | None:
        """Return an id as a number, or None."""
        value = self._values.get(name)
        return None if value is None else self._check_id(name, value)

    def count(self, name: str, low: int, high: int, default: int) -> int:
        """Return a number within X's bounds."""
        value = self._values.get(name, str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            message = f"The `{name}` query parameter value [{value}] is not between {low} and {high}"
            raise invalid(name, [value], message)
        return int(value)

    def moment(self, name: str) -> float | None:
        """Return a moment in epoch seconds, or None."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            raise self._bad(name, value) from None
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()

    def page(self) -> int:
        """Return the id before which the page asked for begins."""
        name = "next_token" if "next_token" in self._values else "pagination_token"
        token = self._values.get(name)
        if token is None:
            return FIRST_PAGE
        try:
            return int(token, _BASE)
        except ValueError:
            raise self._bad(name, token) from None

    def _check_id(self, name: str, value: str) -> int:
        if not (value.isascii() and value.isdecimal()):
            raise self._bad(name, value)
        return int(value)

    @staticmethod
    def _bad(name: str, value: str) -> RefusedError:
        return invalid(name, [value], f"The `{name}` query parameter value [{value}] is not valid")


def asked_page(query: str) -> str | None:
    """Return the page token of a raw query string, by whichever name it goes."""
    values = dict(parse_qsl(query))
    return values.get("pagination_token") or values.get("next_token")


def page_token(before_id: int) -> str:
    """Return the token of the page that begins before an id, in base 36 as X's are."""
    digits = ""
    while before_id:
        before_id, digit = divmod(before_id, _BASE)
        digits = _DIGITS[digit] + digits
    return digits or _DIGITS[0]
