"""`make chaos`: five minutes on each database; prints what happened and writes build/chaos.json."""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.storm import Outcome, storm
from tests.postgres_server import postgres_server

BUILD = Path(__file__).resolve().parents[2] / "build"
WORKERS = {"sqlite": 1, "postgresql": 2}


def main(arguments: list[str]) -> int:
    """Returns 0 when nothing was lost, sent twice or shown wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="for how long, on each database")
    parser.add_argument("--letters", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(arguments)
    print(
        f"Seed {options.seed}: {options.letters} letters, {options.seconds:g} seconds on each database.",
        flush=True,
    )
    BUILD.mkdir(exist_ok=True)
    outcomes = []
    for engine in WORKERS:
        outcomes.append(_on(engine, options.seconds, options.letters, options.seed))
        _show(outcomes[-1])
    (BUILD / "chaos.json").write_text(json.dumps([each.as_record() for each in outcomes], indent=2) + "\n")
    return 0 if all(each.harmless for each in outcomes) else 1


def _on(engine: str, seconds: float, letters: int, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as name, postgres_server() as server:
        url = server if engine == "postgresql" else f"sqlite:///{name}/letters.sqlite3"
        workers = WORKERS[engine]
        return storm(engine, url, Path(name), seconds=seconds, letters=letters, workers=workers, seed=seed)


def _show(outcome: Outcome) -> None:
    print(f"\n{outcome.engine}")
    for words, number in outcome.as_record().items():
        if words != "engine":
            print(f"  {words.replace('_', ' '):<34}{number:>6}")
    for words, number in outcome.went.items():
        print(f"    {words:<32}{number:>6}")
    for words in outcome.harm:
        print(f"  {words}")
    sys.stdout.flush()
    if not outcome.harmless:
        log = BUILD / f"chaos-{outcome.engine}.log"
        log.write_text(outcome.log)
        print(f"  What the workers said stands in {log.relative_to(BUILD.parent)}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
