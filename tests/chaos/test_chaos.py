"""The short form of `make chaos`."""

from pathlib import Path

from tests.chaos.storm import storm

SECONDS, LETTERS = 20.0, 80


def test_nothing_is_lost_sent_twice_or_shown_wrong(database_url: str, tmp_path: Path) -> None:
    engine = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    workers = 1 if engine == "sqlite" else 2
    outcome = storm(engine, database_url, tmp_path, seconds=SECONDS, letters=LETTERS, workers=workers, seed=4)
    assert outcome.kills >= SECONDS / 4
    assert outcome.harmless, (outcome.harm, outcome.log)
