"""The one tree of errors; an adapter translates what it meets into one of these, once, with `from`.

::

    DeskError
    ├── Retryable            try again later, nothing happened
    │   ├── Throttled        not before `until`
    │   ├── Unavailable      a service did not answer, or is closed by a breaker
    │   └── Conflict         another writer was faster; read again and decide anew
    ├── Permanent            trying again changes nothing
    │   ├── BadPayload       what came in can't be understood
    │   │   └── TooOld       X no longer searches so far back; `since_id` is what it suggests instead
    │   └── NotAllowed       the other side refused for a reason that stays
    ├── Ambiguous            it may have happened: never tried again blindly
    └── Misconfigured        a person must change a setting
        ├── CredentialRefused
        ├── CreditsDepleted
        └── NewerItem        code that was rolled back meets what newer code wrote
"""

from __future__ import annotations


class DeskError(Exception):
    """Anything that went wrong and that the desk has a name for."""


class Retryable(DeskError):  # noqa: N818 - the tree reads as a classification
    """Nothing happened on the other side; the same call may succeed later."""


class Throttled(Retryable):
    """The other side asks to wait; `until` is UTC epoch seconds, 0 if it does not say until when."""

    def __init__(self, message: str, *, until: int) -> None:
        super().__init__(message)
        self.until = until


class Unavailable(Retryable):
    """No usable answer to a call that changes nothing (time-out, 5xx, a body that is no JSON)."""


class Conflict(Retryable):
    """A conditional write lost against another writer: read again and decide anew."""


class Permanent(DeskError):  # noqa: N818
    """The same call will never succeed."""


class BadPayload(Permanent):
    """Input that can't be understood; the caller keeps it aside with this reason."""


class TooOld(BadPayload):
    """X's search was asked about a time before its reach; `since_id` is the id it says to ask with instead."""

    def __init__(self, message: str, *, since_id: str) -> None:
        super().__init__(message)
        self.since_id = since_id


class NotAllowed(Permanent):
    """Refused by the other side for good; `reason` is a short word for records, the message the whole of it."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Ambiguous(DeskError):  # noqa: N818
    """A call that changes something got no clear answer: it may have happened. Look, never repeat."""


class Misconfigured(DeskError):  # noqa: N818
    """A person must change something; the message names every fault at once."""


class CredentialRefused(Misconfigured):
    """The other side does not accept our credentials (HTTP 401)."""


class CreditsDepleted(Misconfigured):
    """The X developer account has no credits left (HTTP 402, X's `CreditsDepleted`)."""


class NewerItem(Misconfigured):
    """A stored item has a shape that this code is too old for: it stays as it is until newer code is deployed again."""
