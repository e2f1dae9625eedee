"""What backup and restore need of the database itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Copies(Protocol):
    """Whole copies of a database. What goes wrong is a UserError that says what to do."""

    def save(self, file: Path) -> None:
        """Write a checked copy, while all runs. The file must not exist yet; there is never half of one."""
        ...

    def restore(self, file: Path, finish: Callable[[str], None]) -> str:
        """Put a copy in the database's place, in whole or not at all.

        `finish` is called with the address of the copy, brought to the present schema, before it takes its
        place. Returns where the former database is kept; empty where there was none.
        """
        ...
