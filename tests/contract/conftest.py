"""X's own OpenAPI file, loaded once.

The file is X's and not part of this repository: X_OPENAPI names it, or the newest `contracts/x-openapi-*.json` in the
folder `shared` beside the repository is taken. Without it the tests that need it are skipped, and say so.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_core import Config, OpenAPI


def _version(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", path.stem)]


def _file() -> Path | None:
    beside = Path(__file__).parents[2].parent / "shared" / "contracts"
    named = os.environ.get("X_OPENAPI")
    return Path(named) if named else max(beside.glob("x-openapi-*.json"), key=_version, default=None)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    file = _file()
    if file is None or not file.is_file():
        pytest.skip("X'S OPENAPI FILE IS ABSENT: nothing here is checked against X. Set X_OPENAPI to its path.")
    return json.loads(file.read_text())


@pytest.fixture(scope="session")
def openapi(document: dict[str, Any]) -> OpenAPI:
    config = Config(extra_media_type_deserializers={"application/problem+json": json.loads})
    return OpenAPI.from_dict(document, config=config)
