"""Files of copies: nobody else may read them, and none is ever there in part."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from services.domain.errors import UserError


@contextmanager
def made_whole(file: Path) -> Iterator[Path]:
    """A file to write into, which gets its name when all is in it and on the disk. Raises UserError."""
    begun = file.with_name(f"{file.name}.begun")
    try:
        begun.unlink(missing_ok=True)
        os.close(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield begun
        _to_disk(begun)
        os.link(begun, file)  # refuses to take the place of another file
        _to_disk(file.parent)
    except FileExistsError as error:
        raise UserError(f"{file} exists already. Nothing was done: choose another name.") from error
    except OSError as error:
        raise UserError(f"{file} could not be written ({error.strerror}). Nothing was done.") from error
    finally:
        for left_over in begun.parent.glob(f"{begun.name}*"):
            left_over.unlink()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def moment_in_a_name() -> str:
    return datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
