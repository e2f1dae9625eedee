"""Axes: what letters can be filtered, sorted and counted by, each a look-up table over codes."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.listing.names import fold
from services.listing.rows import FacetValue

Codes = NDArray[np.int32]
Tables = dict[str, pa.Table]
"""The things that letters refer to, by kind; a thing's code is its place in its table."""

NO_VALUE: Final = "None"


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis. `base` names the column of the snapshot whose codes `of` turns into codes of `values`.

    A letter's team, for example, is its user's: base "user", of: the team of each user.
    """

    base: str
    of: Codes
    values: list[str]
    labels: list[str]

    def having(self, chosen: AbstractSet[str]) -> NDArray[np.bool_]:
        """By base code: whether its value is one of those chosen."""
        wanted = np.fromiter((value in chosen for value in self.values), np.bool_, len(self.values))
        return wanted[self.of]

    def facet(self, counts: NDArray[np.int64], chosen: AbstractSet[str]) -> list[FacetValue]:
        """The values that letters have, by label; `counts` holds the number of letters by base code."""
        by_value = np.bincount(self.of, weights=counts, minlength=len(self.values)).astype(int).tolist()
        return [
            FacetValue(value=self.values[code], label=self.labels[code] or NO_VALUE, count=by_value[code])
            for code in self._in_order
            if by_value[code] or self.values[code] in chosen
        ]

    @cached_property
    def _in_order(self) -> list[int]:
        return sorted(range(len(self.labels)), key=lambda code: (fold(self.labels[code]), code))

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """By base code: its place in the order of labels; equal labels share a place."""
        folded = [fold(label) for label in self.labels]
        places = {text: place for place, text in enumerate(sorted(set(folded)))}
        of_value = np.fromiter((places[text] for text in folded), np.int64, len(folded))
        return of_value[self.of]


def _text_of_user(name: str, tables: Tables) -> Axis:
    encoded = tables["user"][name].combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    return Axis(base="user", of=encoded.indices.to_numpy(), values=texts, labels=texts)


def _itself(name: str, tables: Tables, label: str) -> Axis:
    table = tables[name]
    of = np.arange(len(table), dtype=np.int32)
    return Axis(base=name, of=of, values=table["id"].to_pylist(), labels=table[label].to_pylist())


def _practice(tables: Tables) -> Axis:
    """Where the patient is registered: known by its ODS code, since many practices share a name."""
    practices = tables["practice"]
    codes = practices["ods_code"].to_pylist()
    names = zip(practices["name"].to_pylist(), codes, strict=True)
    return Axis(
        base="patient",
        of=codes_of(tables["patient"]["practice"], practices),
        values=codes,
        labels=[f"{name} ({code})" if code else "" for name, code in names],
    )


def codes_of(ids: pa.ChunkedArray, table: pa.Table) -> Codes:
    """The code of each thing. Raises LookupError when one of them isn't in the table."""
    found = pc.index_in(ids, value_set=table["id"])
    if found.null_count:
        raise LookupError("Something that a letter refers to is not in the snapshot.")
    codes: Codes = found.to_numpy()
    return codes


_MADE_FROM: Final = {
    "provider": ("user",),
    "team": ("user",),
    "consortium": ("user",),
    "created_by": ("user",),
    "practice": ("practice", "patient"),
    "title": ("title",),
    "template": ("template",),
    "patient": ("patient",),
}


def make_axes(tables: Tables, old_tables: Tables, old: dict[str, Axis]) -> dict[str, Axis]:
    """All axes; those whose tables are still the same are taken over, with what they have worked out."""
    return {
        name: old[name]
        if name in old and all(tables[kind] is old_tables[kind] for kind in kinds)
        else _make(name, tables)
        for name, kinds in _MADE_FROM.items()
    }


def _make(name: str, tables: Tables) -> Axis:
    match name:
        case "provider" | "team" | "consortium":
            return _text_of_user(name, tables)
        case "created_by":
            return _itself("user", tables, "name")
        case "practice":
            return _practice(tables)
        case "title":
            return _itself("title", tables, "id")
        case _:
            return _itself(name, tables, "name")
