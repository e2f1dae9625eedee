"""Whoever silences a tool or skips a test says why, on the same line."""

import ast
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, files

SUPPRESSION = re.compile(r"\b(noqa|type: *ignore|pragma: *no cover)\b")
WITH_REASON = re.compile(
    r"(noqa: *[A-Z]+[0-9]+(, *[A-Z]+[0-9]+)*|type: *ignore\[[\w, -]+\]|pragma: *no cover)"
    r" *(-|–|#|\() *(\S+ \S+|\S{5,})"
)
SKIPS = {"skip", "skipif", "xfail"}


def without_reason(path: Path) -> list[str]:
    with path.open("rb") as source:
        comments = [token for token in tokenize.tokenize(source.readline) if token.type == tokenize.COMMENT]
    return [
        f"{path.name}:{comment.start[0]}: {comment.string}"
        for comment in comments
        if SUPPRESSION.search(comment.string) and not WITH_REASON.search(comment.string)
    ]


def skips_without_reason(path: Path) -> list[str]:
    """Calls of pytest's skip, skipif and xfail without a reason, and marks that are not called at all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reasoned = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (any(word.arg == "reason" for word in node.keywords) or _is_plain_skip(node))
    }
    return [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in SKIPS and id(node) not in reasoned
        if ast.unparse(node).startswith("pytest.")
    ]


def _is_plain_skip(call: ast.Call) -> bool:
    """`pytest.skip("because …")`: there the reason is the only argument."""
    return ast.unparse(call.func) in {"pytest.skip", "pytest.xfail"} and bool(call.args)


def test_every_suppression_has_its_reason() -> None:
    assert [found for path in files(*PRODUCT, "tests") for found in without_reason(path)] == []


def test_every_skip_has_its_reason() -> None:
    assert [found for path in files("tests") for found in skips_without_reason(path)] == []


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        ("x = 1  # no" + "qa: S101", False),
        ("x = 1  # no" + "qa", False),
        ("x = 1  # no" + "qa: S101 - it was asked for", True),
        ("x = 1  # type: ig" + "nore", False),
        ("x = 1  # type: ig" + "nore[arg-type]", False),
        ("x = 1  # type: ig" + "nore[arg-type]  # the stub is wrong", True),
        ("x = 1  # no" + "qa: S101, S603 - asked for, and checked", True),
        ("x = 'no" + "qa'", True),
    ],
)
def test_what_counts_as_a_reason(tmp_path: Path, line: str, accepted: bool) -> None:
    source = tmp_path / "source.py"
    source.write_text(f"{line}\n")
    assert (without_reason(source) == []) is accepted


def test_a_bare_skip_mark_is_found(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("import pytest\n@pytest.mark.sk" + "ip\ndef test_x(): ...\n")
    assert len(skips_without_reason(source)) == 1
