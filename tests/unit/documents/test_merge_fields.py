import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.markdown import to_html, to_lines
from services.domain.merge_fields import (
    MERGE_FIELDS,
    MissingMergeValue,
    UnknownMergeField,
    check_body,
    fields_in,
    fill,
)


def test_every_documented_field_is_filled() -> None:
    body = "\n\n".join(f"{{{{ {name} }}}}" for name in MERGE_FIELDS)
    values = {name: f"value of {number}" for number, name in enumerate(MERGE_FIELDS)}
    assert [line for line in to_lines(fill(body, values)) if line] == list(values.values())
    assert fields_in(body) == set(MERGE_FIELDS)


@pytest.mark.parametrize(
    "written",
    [
        "{{ 7 * 7 }}",
        "{{ patient_name.__class__ }}",
        "{{ config }}",
        "{% for x in y %}",
        "{# c #}",
        "{{ open",
        "}}",
    ],
)
def test_what_is_no_field_is_refused_with_its_line(written: str) -> None:
    body = f"Dear {{{{patient_name}}}}\n\n{written}"
    with pytest.raises(UnknownMergeField) as refused:
        fill(body, {"patient_name": "Ada"})
    assert refused.value.line == 3
    assert {problem.line for problem in check_body(body)} == {3}


@pytest.mark.parametrize("values", [{}, {"gp_practice": " "}])
def test_a_letter_never_goes_out_with_a_gap(values: dict[str, str]) -> None:
    with pytest.raises(MissingMergeValue, match="Line 2: “gp_practice” has no value for this letter"):
        fill("We write to\n{{ gp_practice }}", values)


def test_a_right_body_has_no_problem() -> None:
    assert check_body("Dear {{patient_name}}, { this } is fine: 50% {of} it") == []


def test_problems_survive_the_way_between_processes() -> None:
    problem = pickle.loads(pickle.dumps(UnknownMergeField("x", 3)))  # noqa: S301 - our own bytes
    assert (problem.field, problem.line, str(problem)) == ("x", 3, "Line 3: “x” is not a merge field.")


READABLE = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"], exclude_characters="\u00ad"
)


@given(st.text(READABLE, min_size=1))
def test_a_value_is_read_as_exactly_its_text(value: str) -> None:
    lines = to_lines(fill("Name: {{ patient_name }}.", {"patient_name": value}))
    assert [line for line in lines if line] == [f"Name: {value}."]


@pytest.mark.parametrize("soft_hyphen", ["\u00ad", "&shy;", "&#173;"])
def test_soft_hyphens_make_no_difference(soft_hyphen: str) -> None:
    table = "| one | two |\n|---|---|\n| " + "con{0}sid{0}er{0}a{0}tion" * 3 + " | 2 |"
    typed, without = table.format(soft_hyphen), table.format("")
    assert (to_html(typed, size=16), to_lines(typed)) == (to_html(without, size=16), to_lines(without))


def test_a_stored_script_is_text() -> None:
    html = to_html(fill("{{ patient_name }}", {"patient_name": "<script>alert(1)</script>\n# *big*"}))
    assert html.strip() == "<p>&lt;script&gt;alert(1)&lt;/script&gt; # *big*</p>"


def test_markdown_of_the_template_is_kept_and_html_is_text() -> None:
    html = to_html("## Head\n\n**bold** <b onclick=x>no</b>\n\n| a |\n|---|\n| 1 |\n\n1. one\n\n    indented")
    assert "<h2>Head</h2>" in html
    assert "<strong>bold</strong> &lt;b onclick=x&gt;no&lt;/b&gt;" in html
    assert "<td>1</td>" in html
    assert "<pre>" not in html


def test_a_link_is_its_text_and_its_address() -> None:
    body = "[Our *page*](https://example.org/?a=1&b=2) ![pic](http://example.org/x.png)"
    assert to_html(body).strip() == (
        "<p>Our <em>page</em> (https://example.org/?a=1&amp;b=2) !pic (http://example.org/x.png)</p>"
    )
    assert to_lines(body)[0] == "Our page (https://example.org/?a=1&b=2) !pic (http://example.org/x.png)"


def test_plain_lines_keep_lists_tables_and_line_breaks() -> None:
    body = "one\ntwo\n\n1. a\n2. b\n\n- c\n\n| x | y |\n|---|---|\n| 1 | 2 |\n"
    assert to_lines(body) == ["one", "two", "", "1. a", "2. b", "", "- c", "", "x   y", "1   2", ""]
