"""What `desk` tells at a terminal is what the API tells, on the deployed stack."""

PERIOD = "from=2026-03-10&to=2026-03-11"


def test_the_command_lists_and_shows_the_cases_of_the_api(desk):
    listed, told = desk.types("cases", "--limit", "0").document, desk.reads("/cases?limit=100")
    assert told["next_cursor"] is None
    assert listed["cases"] == told["cases"]
    case_id = told["cases"][0]["case_id"]
    assert desk.types("cases", "show", case_id).document == desk.reads(f"/cases/{case_id}")


def test_the_command_writes_the_figures_of_the_api(desk, tmp_path):
    file = tmp_path / "figures.csv"
    assert desk.types("export", "sla", str(file), "--from", "2026-03-10", "--to", "2026-03-11").status == 0
    told = desk.asks(f"/reports/sla.csv?{PERIOD}", token=desk.stack.token)
    assert file.read_text(encoding="utf-8").splitlines() == told.text.splitlines()
