"""`make bench`: runs every `bench_*.py` of this folder, or the one named, and writes build/bench.json.

Each has `measure() -> list[Figure]`. Measuring one alone keeps the others' figures in the file.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "build" / "bench.json"


def main(arguments: list[str]) -> int:
    """Returns 0 when every figure keeps its bound, 1 when one doesn't, 2 for a name that is none."""
    chosen = sorted(HERE.glob(f"bench_{arguments[0] if arguments else '*'}.py"))
    if not chosen:
        names = ", ".join(sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py")))
        print(f"There is no such measurement. There are: {names or 'none yet'}", file=sys.stderr)
        return 2
    figures = [figure for path in chosen for figure in _measure(path)]
    _write(figures, keep_others=bool(arguments))
    return 0 if all(figure.holds for figure in figures) else 1


def _measure(path: Path) -> list[Figure]:
    print(f"{path.stem.removeprefix('bench_')} …", flush=True)
    measure: Callable[[], list[Figure]] = importlib.import_module(f"tests.bench.{path.stem}").measure
    figures = measure()
    for figure in figures:
        verdict = "holds" if figure.holds else "DOES NOT HOLD"
        print(f"  {figure.name:<34}{figure.value:>12.2f} {figure.unit:<8}{figure.bound:>10}  {verdict}")
    return figures


def _write(figures: list[Figure], *, keep_others: bool) -> None:
    records: dict[str, dict[str, Any]] = {}
    if keep_others and RESULTS.exists():
        records = {record["name"]: record for record in json.loads(RESULTS.read_text(encoding="utf-8"))}
    records |= {figure.name: figure.as_record() for figure in figures}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(list(records.values()), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
