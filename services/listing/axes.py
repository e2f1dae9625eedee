"""All axes of the listing, made from the tables of what letters refer to."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.listing.axis import Axis, Codes

Tables = dict[str, pa.Table]
"""The things that letters refer to, by kind; a thing's code is its place in its table."""


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
