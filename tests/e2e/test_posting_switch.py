"""`desk stop` ends posting at once and loses nothing; `desk go` lets what waited go out, once."""

import pytest


@pytest.fixture
def stopped(desk):
    """Posting is off during the test, whatever becomes of it."""
    assert desk.types("stop", "--by", "the test").document == {"posting": False}
    yield desk
    assert desk.types("go", "--by", "the test").document == {"posting": True}


def test_a_stopped_desk_files_and_clocks_but_posts_nothing(stopped):
    written = stopped.writes("@PebblewingHelp the seat map is broken, how do I choose a seat?")
    stopped.minutes_pass(1)
    outgoing = stopped.outgoing(written)
    assert (outgoing.state, outgoing.reason) == ("deferred", "posting is switched off")
    assert stopped.replies_on_x(written) == []
    case = stopped.reads(f"/cases/{written.case_id}")
    assert (case["status"], case["sla_state"]) == ("waiting", "pending")
    assert stopped.reads("/queue")["posting"] == {"is_on": False, "since": stopped.now - 60, "by": "the test"}


def test_what_waited_goes_out_once_when_posting_goes_on(stopped):
    written = stopped.writes("@PebblewingHelp where is my boarding pass? It is not in the app")
    stopped.minutes_pass(1)
    deferred = stopped.outgoing(written)
    stopped.types("go")
    stopped.minutes_pass(-(-(deferred.not_before - stopped.now) // 60))
    stopped.minutes_pass(1)
    stopped.minutes_pass(5)
    assert len(stopped.replies_on_x(written)) == 1
    assert stopped.outgoing(written).state == "sent"


def test_the_doctor_finds_the_deployed_desk_fine(desk):
    """Its schedules are halted: the launcher drives the time."""
    desk.minutes_pass(1)
    found = desk.types("doctor")
    noted = [(each["what"], each["verdict"]) for each in found.document["findings"] if each["verdict"] != "fine"]
    assert noted == [("schedules", "note")]
    assert found.status == 0


def test_the_doctor_tells_that_posting_is_off(stopped):
    found = stopped.types("doctor")
    (posting,) = [each for each in found.document["findings"] if each["what"] == "posting"]
    assert (posting["verdict"], posting["found"]) == ("note", "off, by the test")


def test_the_status_tells_since_when_the_desk_listens(desk):
    status = desk.types("status").document
    assert status["listens_since"] < desk.now
    assert (status["as_of"], status["unfiled"], status["unsettled"]) == (desk.now, 0, 0)


def test_a_stack_that_is_not_there_is_named(desk):
    assert desk.types("status", "--stack", "nowhere").status == 1
