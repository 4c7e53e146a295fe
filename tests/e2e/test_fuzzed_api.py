"""The API through its gateway against its own document, asked a little; `make fuzz` asks for longer."""

import json
import urllib.request

from tests.e2e.fuzz import fuzz, told

EXAMPLES = 2
"""Right and wrong requests for each endpoint: what a test may cost; a longer run takes more."""


def test_every_answer_to_whatever_is_asked_is_documented(desk):
    found = fuzz(desk, EXAMPLES)
    print("\n".join(told(found, 0)))
    assert found.faults == {}
    assert found.asked.total() > 2 * len(found.asked)
    assert max(found.answered) < 500


def test_a_customer_is_erased_by_the_api_within_a_minute(desk):
    written = desk.writes("@PebblewingHelp my suitcase is lost, please forget me")
    desk.minutes_pass(2)
    customer = f"/customers/{written.customer_id}"
    assert desk.reads(f"/cases/{written.case_id}")["status"] == "waiting"
    token = desk.types("tokens", "create", "privacy", "--scope", "admin").document["token"]
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": "erase-me-once",
        "Content-Type": "application/json",
    }
    asked = urllib.request.Request(f"{desk.stack.api_url}{customer}/erase", b"{}", headers, method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=60) as answer:
        assert (answer.status, answer.headers["Location"]) == (202, f"{customer}/erasure")
        assert json.load(answer)["progress"] == "asked"
    desk.minutes_pass(1)
    done = desk.asks(f"{customer}/erasure", token=token).document
    assert (done["progress"], done["by"]) == ("finished", "privacy")
    assert done["receipt"]["deleted"]["cases"] == 1
    assert desk.items(written.customer_id) == {}
    assert desk.asks(f"/cases/{written.case_id}", token=token).status == 404
