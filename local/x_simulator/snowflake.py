"""How X numbers posts: an id is the millisecond it was made in, and a sequence within it.

Decides nothing else. Source: X's announcement of Snowflake (2010-11) and the ids of its own examples.
"""

import math

EPOCH_MS = 1_288_834_974_657
"""The moment from which X counts, in milliseconds since 1970."""

SEQUENCE_BITS = 22


def to_ms(epoch_seconds: float) -> int:
    """Turn epoch seconds into whole milliseconds, never later than the moment given."""
    return math.floor(epoch_seconds * 1000 + 1e-3)


def id_at(epoch_ms: int, sequence: int = 0) -> int:
    """Return the `sequence`-th id of a millisecond; a moment before X's epoch raises `ValueError`."""
    if epoch_ms < EPOCH_MS:
        message = f"{epoch_ms} ms is before the first snowflake ({EPOCH_MS} ms)"
        raise ValueError(message)
    return (epoch_ms - EPOCH_MS) << SEQUENCE_BITS | sequence


def ms_of(post_id: int) -> int:
    """Return the millisecond since 1970 in which an id was made."""
    return (post_id >> SEQUENCE_BITS) + EPOCH_MS
