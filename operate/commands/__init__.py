"""Each command in its own file: NAME, HELP, its arguments, and `run`."""

from operate.commands import doctor, erase, go, labels, queue, replay, setup, status, stop, summary, tokens, what_if

ALL = (setup, go, stop, status, queue, summary, what_if, replay, labels, tokens, doctor, erase)
"""In the order in which a newcomer needs them."""
