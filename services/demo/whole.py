"""A demonstration that is loaded whole or not at all, so that whoever stops it half way can begin again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from services.settings import Settings


@contextmanager
def whole_or_not_at_all(settings: Settings) -> Iterator[Settings]:
    """Settings to load with. A new SQLite file gets its name when all is in it and no process has it open.

    A file that exists, and PostgreSQL, are used as they are: load_demo says what is wrong with a part.
    """
    url = make_url(settings.database_url)
    file = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not url.database or file.exists():
        yield settings
        return
    begun = file.with_name(f"{file.name}.begun")
    for left_over in file.parent.glob(f"{begun.name}*"):
        left_over.unlink()
    yield settings.model_copy(update={"database_url": f"sqlite:///{begun}"})
    begun.rename(file)
