"""Each command in its own file: NAME, HELP, its arguments, and `run`."""

from operate.commands import doctor, go, queue, setup, status, stop, summary, tokens

ALL = (setup, go, stop, status, queue, summary, tokens, doctor)
"""In the order in which a newcomer needs them."""
