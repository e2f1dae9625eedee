"""Text that a spreadsheet would run is made text again (docs/security.md 6)."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_STARTS_FORMULA: Final = r"^[=+\-@\t\r\n＝＋－＠]"


def neutralised(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The texts, each that a spreadsheet would take for a formula with an apostrophe before it."""
    dangerous = pc.match_substring_regex(texts, _STARTS_FORMULA)
    if not pc.any(dangerous, min_count=0).as_py():
        return texts
    return pc.if_else(dangerous, pc.binary_join_element_wise("'", texts, ""), texts)
