from __future__ import annotations

import pytest

from mails.compiling import CompileError, compile_mail

NO_PARTS: dict[str, str] = {}


def made(body: str, head: str = "", parts: dict[str, str] = NO_PARTS) -> str:
    source = f"<mjml><mj-head>{head}</mj-head><mj-body><mj-section>{body}</mj-section></mj-body></mjml>"
    return compile_mail(source, part=parts.__getitem__)


def text(inside: str) -> str:
    return f"<mj-column><mj-text>{inside}</mj-text></mj-column>"


@pytest.mark.parametrize(
    "tag",
    ["{{ name }}", "{% if a < 3 and b > 4 %}", '{{ "<b>" | f("it\'s") & 1 }}', "{{ a\n}}"],
)
def test_a_tag_stays_as_it_was_written_whatever_stands_in_it(tag):
    assert f">{tag}</div>" in made(text(tag))


def test_a_tag_in_an_attribute_stays():
    assert 'href="{{ url }}/cases"' in made(text('<a href="{{ url }}/cases">cases</a>'))


def test_tags_stand_between_the_parts_of_a_mail_where_they_were():
    html = made(f"<mj-raw>{{% for a in b %}}</mj-raw>{text('{{ a }}')}<mj-raw>{{% endfor %}}</mj-raw>")
    assert html.index("{% for a in b %}") < html.index("{{ a }}") < html.index("{% endfor %}")


def test_rows_of_a_table_may_be_repeated():
    rows = "{% for row in rows %}<tr><td>{{ row }}</td></tr>{% endfor %}"
    assert rows in made(f"<mj-column><mj-table>{rows}</mj-table></mj-column>")


def test_parts_are_included_with_their_tags():
    column = '<mj-column><mj-text>{% if a %}</mj-text><mj-include path="rest.mjml" /><mj-text>{% endif %}</mj-text></mj-column>'
    html = made(column, parts={"rest.mjml": "<mj-text>{% if b %}{{ c }}{% endif %}</mj-text>"})
    assert html.index("{% if a %}") < html.index("{% if b %}{{ c }}{% endif %}") < html.rindex("{% endif %}")


def test_a_value_may_be_repeated_and_a_comment_may_go():
    html = made(text("{# why #}a"), head="<mj-title>{{ subject }}</mj-title>")
    assert html.count("{{ subject }}") == 2  # as the title and as the name of the article


def test_a_tag_that_mjml_drops_is_named():
    with pytest.raises(CompileError, match=r"dropped \{\{ colour \}\}"):
        made('<mj-column><mj-text unknown="{{ colour }}">a</mj-text></mj-column>')


def test_a_statement_that_mjml_moves_is_named():
    with pytest.raises(CompileError, match=r"moved or repeated \{% if b %\}"):
        made(text("a"), head="<mj-preview>{% if a %}</mj-preview><mj-raw>{% if b %}</mj-raw>")


def test_a_statement_that_mjml_repeats_is_named():
    with pytest.raises(CompileError, match=r"moved or repeated \{% if a %\}"):
        made(text("a"), head="<mj-title>{% if a %}</mj-title>")


def test_what_is_no_mjml_is_an_error():
    with pytest.raises(CompileError, match="unexpected"):
        made("<mj-column><mj-text>a</mj-column>")
