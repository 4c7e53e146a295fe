"""`python -m operate`, and the console script `desk`."""

import sys
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"
"""The import root of the desk itself, the same as in AWS Lambda."""


def main() -> int:
    """Run the command line; gives the exit status."""
    if str(FUNCTIONS) not in sys.path:
        sys.path.insert(0, str(FUNCTIONS))
    from operate.command_line import run  # noqa: PLC0415 - what it imports stands under the root added above

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
