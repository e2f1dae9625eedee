"""The README's configuration table is the settings' own; its links and pictures are there."""

import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from services.control import SETTINGS
from services.gateways.docman import DocmanPaths
from services.settings import ROOT, Settings

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)|src=\"(?!https?:)([^\"]+)\"")


def _rows(document: str, heading: str) -> list[tuple[str, ...]]:
    """The rows, without their head, of the first table below a heading."""
    text = (ROOT / document).read_text(encoding="utf-8")
    lines = text.partition(f"\n{heading}\n")[2].partition("\n#")[0].splitlines()
    tables = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if line[:1] == "|"]
    return tables[2:]


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        return "a demo value" if value.get_secret_value() else "–"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).replace(str(ROOT), "…") or "–"


def _settings() -> list[tuple[str, str, str]]:
    prefix = str(Settings.model_config["env_prefix"])
    return [
        (f"`{prefix}{name.upper()}`", _default(field), str(field.description))
        for name, field in Settings.model_fields.items()
    ]


def _docman_paths() -> list[tuple[str, str]]:
    prefix = str(DocmanPaths.model_config["env_prefix"])
    return [
        (f"`{prefix}{name.upper()}`", _default(field)) for name, field in DocmanPaths.model_fields.items()
    ]


def test_the_configuration_table_is_that_of_the_settings() -> None:
    rows = _rows("README.md", "## Configuration")
    expected = _settings()
    assert rows[: len(expected)] == expected
    assert [row[:2] for row in rows[len(expected) :]] == _docman_paths()


def test_the_settings_of_a_service_are_those_of_the_code() -> None:
    said = _rows("README.md", "### A service's settings")
    assert said == [(f"`{each.key}`", _value(each.default), each.effect) for each in SETTINGS.values()]


def _value(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _broken(document: Path) -> list[str]:
    links = [first or second for first, second in _LINK.findall(document.read_text(encoding="utf-8"))]
    return [f"{document.name}: {link}" for link in links if not (document.parent / link).exists()]


def test_links_to_files_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    assert [broken for document in documents for broken in _broken(document)] == []
