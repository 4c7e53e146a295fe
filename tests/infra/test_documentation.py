"""The documents tell the truth: what they name exists, and what exists is named. They are read as text, nothing is run."""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from api.app import app
from api.routes.document import document
from desk import settings
from desk.case import Status
from desk.incidents import life
from desk.outbox import MOVES, Move, State
from desk.sla import ClockState, Metric
from operate import commands
from operate.command_line import parser
from tests.infra.template import REPOSITORY, functions, resources, template, variables

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
COSTS = (REPOSITORY / "docs" / "costs.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
DOCUMENTS = {
    path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8")
    for path in (REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").rglob("*.md")))
}
PICTURES = sorted((REPOSITORY / "docs" / "pictures").iterdir())
LARGEST_PICTURE_BYTES = 150_000
MADE_BY_TOOLS = {"build"}

EVERY_DOCUMENT = pytest.mark.parametrize("name", DOCUMENTS)


# ---- reading


def rows(text, first):
    """Give the rows of the table whose head begins with a cell, as lists of cells."""
    lines = text[text.index(f"| {first} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def names(text, first):
    return [re.findall(r"`([^`]+)`", row[0])[0] for row in rows(text, first)]


def blocks(text, language):
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


def links(text):
    return re.findall(r"\]\(([^)\s]+)\)", text)


def anchors(text):
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {slug(title) for title in titles} | set(re.findall(r'<a id="([^"]+)">', text))


def slug(title):
    """Name a heading as GitHub does."""
    bare = re.sub(r"<[^>]+>|\[([^\]]+)\]\([^)]+\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


# ---- commands


def test_every_command_of_the_desk_is_documented():
    assert names(README, "command") == [f"desk {command.NAME}" for command in commands.ALL]


@EVERY_DOCUMENT
def test_every_command_of_the_desk_in_a_document_can_be_typed(name):
    shown = [line for block in blocks(DOCUMENTS[name], "sh") for line in block.splitlines()]
    shown += re.findall(r"`(desk [a-z ]+ --[a-z0-9 -]+)`", DOCUMENTS[name])
    for words in (shlex.split(line, comments=True) for line in shown if line.strip().startswith("desk ")):
        parser().parse_args(words[1:])


@EVERY_DOCUMENT
def test_a_document_names_no_command_of_the_desk_that_is_none(name):
    known = {command.NAME for command in commands.ALL}
    assert set(re.findall(r"`desk ([a-z-]+)", DOCUMENTS[name])) <= known


def test_every_command_of_make_is_documented():
    table = README[README.index("## Develop") :]
    assert sorted(names(table, "command")) == sorted(f"make {target}" for target in targets())


@EVERY_DOCUMENT
def test_a_document_names_no_command_of_make_that_is_none(name):
    shown = re.findall(r"(?:`|^ *)make ((?:[a-z-]+ ?)+)", DOCUMENTS[name], re.MULTILINE)
    assert {target for group in shown for target in group.split()} <= targets()


def test_every_setting_of_make_run_is_documented():
    (exported,) = re.findall(r"^export (.+)$", MAKEFILE, re.MULTILINE)
    assert names(README[README.index("## Playing a file") :], "setting") == exported.split()


def targets():
    return set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


# ---- parameters, settings, alarms


def test_every_parameter_of_the_template_is_documented_with_its_default():
    shown = {row[0].strip("`"): row[1].strip("`") for row in rows(README, "parameter")}
    defaults = {name: body.get("Default", "required") for name, body in template()["Parameters"].items()}
    assert shown == {name: "(empty)" if default == "" else str(default) for name, default in defaults.items()}


def test_every_setting_of_the_functions_is_documented_and_set_by_the_template():
    assert set(settings.DOCUMENTED) == {name for function in functions() for name in variables(function)}
    assert names(README, "setting") == list(settings.DOCUMENTED)


@pytest.mark.parametrize("alarm", sorted(resources("AWS::CloudWatch::Alarm")))
def test_the_section_that_an_alarm_names_is_about_it(alarm):
    text = resources("AWS::CloudWatch::Alarm")[alarm]["AlarmDescription"]
    (anchor,) = re.findall(r"#(runbook-[a-z-]+)", text)
    section = README[README.index(f'<a id="{anchor}">') :].split("\n### ")[0].split("\n## ")[0]
    assert f"`{alarm}`" in section
    assert all(f"* **{part}:**" in section for part in ("Means", "Look at", "Do"))


# ---- API


def test_every_route_of_the_api_is_documented_with_its_scope():
    described = {
        (f"{method.upper()} {path}", scope_of(operation))
        for path, item in document(app(), "")["paths"].items()
        for method, operation in item.items()
    }
    assert {(row[0].strip("`"), row[1]) for row in rows(README, "route")} == described


def scope_of(operation):
    needed = [scope for scheme in operation.get("security", ()) for scopes in scheme.values() for scope in scopes]
    return needed[0] if needed else "public"


# ---- states


def test_the_drawing_of_an_outgoing_posts_states_is_the_table_of_moves():
    (drawing,) = (block for block in blocks(ARCHITECTURE, "mermaid") if block.startswith("stateDiagram"))
    drawn = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", drawing, re.MULTILINE)
    assert sorted(drawn) == sorted((str(before), str(after), str(move)) for (before, move), after in MOVES.items())


def test_the_drawing_of_an_incidents_life_is_the_table_of_moves():
    (drawing,) = (block for block in blocks(DOCUMENTS["docs/incidents.md"], "mermaid") if "stateDiagram" in block)
    drawn = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", drawing, re.MULTILINE)
    told = ((str(before), str(after), str(move)) for (before, move), after in life.MOVES.items())
    assert sorted(drawn) == sorted(told)


def test_the_drawing_begins_with_a_plan_and_ends_where_no_move_leads_on():
    begins = set(re.findall(r"\[\*\] --> (\w+)", ARCHITECTURE))
    ends = set(re.findall(r"(\w+) --> \[\*\]", ARCHITECTURE))
    assert begins == {State.PLANNED}
    assert ends == set(State) - {before for before, _ in MOVES}


def test_every_move_is_explained():
    assert [row[0] for row in rows(ARCHITECTURE, "move")] == [str(move) for move in Move]


@pytest.mark.parametrize("word", [*Status, *ClockState, *Metric, *State], ids=str)
def test_every_word_for_a_state_is_documented(word):
    assert f"`{word}`" in README[README.index("## SLA rules") : README.index("## API")]


# ---- tables


def test_every_key_of_the_ledger_is_documented():
    table = ARCHITECTURE[ARCHITECTURE.index("**Ledger table**") :]
    shown = {prefix(name) for row in rows(table, "`pk`") for name in re.findall(r"`([^`]+)`", row[0])}
    assert shown == partitions_of_the_ledger()


def test_every_key_of_the_desk_table_is_documented():
    table = ARCHITECTURE[ARCHITECTURE.index("**Desk table**") :]
    shown = {prefix(name) for row in rows(table, "`pk`") for name in re.findall(r"`([A-Z]+#?)", f"{row[0]} {row[1]}")}
    stored = (REPOSITORY / "functions" / "desk" / "store" / "desk_table.py").read_text(encoding="utf-8")
    head = ast.get_docstring(ast.parse(stored)) or ""
    assert shown == {prefix(name) for name in re.findall(r"``([A-Z]+#?)", head)}


def test_every_index_is_documented():
    declared = resources("AWS::DynamoDB::Table")["DeskTable"]["GlobalSecondaryIndexes"]
    assert set(names(ARCHITECTURE, "index")) == {index["IndexName"] for index in declared}


def partitions_of_the_ledger():
    """Give the partitions by what the code writes and reads: the words behind every call of the ledger."""
    call = r"(?:ledger|self|_ledger\(\)|ledger\(\))\._?(?:get|put|delete|values|versioned|count_up|set_aside|take_lease)\w*"
    named = r'^(?:_NAMES|_ALL|_ONGOING|LOOK|RECHECK|ASKED) = "([A-Z]+)"|return f"([A-Z]+)#\{day_of'
    written = rf'(?:{call}|_key|_item)\(\s*f?"([A-Z]+)[#"]|static_pk_value="([A-Z]+)"|{named}'
    sources = [*(REPOSITORY / "functions").rglob("*.py"), *(REPOSITORY / "operate").rglob("*.py")]
    found = [re.findall(written, path.read_text(encoding="utf-8"), re.MULTILINE) for path in sources]
    return {word for groups in found for group in groups for word in group if word}


def prefix(key):
    return key.split("#")[0]


# ---- links, pictures, names


@EVERY_DOCUMENT
def test_every_link_within_the_repository_leads_somewhere(name):
    here = (REPOSITORY / name).parent
    for link in links(DOCUMENTS[name]):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (here / path).resolve() if path else REPOSITORY / name
        assert target.is_relative_to(REPOSITORY), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@EVERY_DOCUMENT
def test_every_test_that_a_document_names_exists(name):
    assert set(re.findall(r"`(test_\w+)`", DOCUMENTS[name])) <= every_test()


def every_test():
    files = (REPOSITORY / "tests").rglob("test_*.py")
    return {each for path in files for each in re.findall(r"^ *def (test_\w+)", path.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_shown_and_fetches_nothing(picture):
    assert picture.stat().st_size < LARGEST_PICTURE_BYTES
    assert f"docs/pictures/{picture.name}" in links(README)
    if picture.suffix == ".svg":
        assert not re.search(r"(?:href|url\(|@import)\W*https?:", picture.read_text(encoding="utf-8"))


@EVERY_DOCUMENT
def test_a_document_names_no_place_on_anybodys_machine(name):
    assert not re.findall(r"(?<![\w.}:/-])/(?:home|root|Users|tmp|work|opt|mnt)/\S*", DOCUMENTS[name])


def test_the_tree_of_the_repository_is_as_it_is():
    (tree,) = (block for block in blocks(README, "") if block.startswith("functions/"))
    shown = [line.split()[0] for line in tree.splitlines()]
    assert [name for name in shown if not (REPOSITORY / name).exists()] == []
    assert {name.split("/")[0] for name in shown if "/" in name} == folders()


def folders():
    kept = (path for path in REPOSITORY.iterdir() if path.is_dir() and not path.name.startswith("."))
    return {path.name for path in kept if path.name not in MADE_BY_TOOLS and path.suffix != ".egg-info"}


def test_every_decision_record_is_listed():
    records = {f"decisions/{path.name}" for path in (REPOSITORY / "docs" / "decisions").iterdir()}
    assert {link for link in links(ARCHITECTURE) if link.startswith("decisions/")} == records


# ---- figures


def test_the_costs_in_the_readme_are_those_that_were_measured():
    shown = rows(README, "USD a month")
    assert shown
    assert [row for row in shown if row not in rows(COSTS, "USD a month")] == []


def test_the_output_of_a_run_in_the_readme_is_what_the_sample_day_comes_to():
    meant = tomllib.loads((REPOSITORY / "local" / "sample_day.toml").read_text(encoding="utf-8"))["expected"]
    assert f" {meant['cases']}, {meant['answered_cases']} answered by people " in README
    assert f" {len(meant['acknowledged'])} on X; " in README
    assert f"100%  mentions {meant['mentions']}, " in README


# ---- what is not there


def test_the_desk_knows_no_call_of_x_but_reading_and_posting():
    source = Path(REPOSITORY / "functions" / "desk" / "x_client.py").read_text(encoding="utf-8")
    called = set(re.findall(r"self\._client\.(\w+)\(", source))
    assert {call for call in called if not call.startswith(("get_", "search_"))} == {"create_tweet"}
    users = [path for path in (REPOSITORY / "functions").rglob("*.py") if "tweepy.Client" in path.read_text()]
    assert [path.name for path in users] == ["x_client.py"]
