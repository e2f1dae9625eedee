"""The PDFs that come with an import: those of a folder, or those that a user brought along."""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.domain.documents import Rendered
from services.domain.layout import MOST_BYTES


class Pdfs(Protocol):
    """PDFs by their names, letter case and all."""

    def names(self) -> Collection[str]: ...

    def read(self, name: str) -> bytes:
        """Raises ValueError with the reason, fit to be shown, where there is none that may be read."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """A file that was inspected: its name, the hash of its bytes as they came, and the letter's document."""

    name: str
    sha256: str
    document: Rendered

    @property
    def origin(self) -> dict[str, str]:
        """What the history of its letter keeps of it."""
        return {"file": self.name, "sha256": self.sha256}


class Folder:
    """The PDFs that lie in a folder itself. Nothing outside of it is read, wherever a link leads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = frozenset(os.listdir(path))  # noqa: PTH208 - their names are all that is asked for
        self._alike = _in_one_case(self._names)

    def names(self) -> Collection[str]:
        return {name for name in self._names if name.casefold().endswith(".pdf")}

    def read(self, name: str) -> bytes:
        _require_known(name, self._names, self._alike)
        path = self._path / name
        try:
            if not stat.S_ISREG(path.lstat().st_mode):  # a folder, a link, a pipe that waits for its writer
                raise ValueError(f"“{name}” is not a file: put the file itself into the folder")
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)  # one more, so that what is too large is seen to be
        except OSError as error:
            raise ValueError(f"“{name}” can't be read ({error.strerror})") from error


class InMemory:
    """Files that a user brought along, each with its name. Two of one name are neither's."""

    def __init__(self, files: Sequence[tuple[str, bytes]] = ()) -> None:
        self._files = dict(files)
        self._alike = _in_one_case(self._files)
        self._twice = {name for name, count in Counter(name for name, _ in files).items() if count > 1}

    def names(self) -> Collection[str]:
        return self._files.keys()

    def read(self, name: str) -> bytes:
        _require_known(name, self._files.keys(), self._alike)
        if name in self._twice:
            raise ValueError(f"“{name}” was brought along twice")
        return self._files[name]


def _in_one_case(names: Iterable[str]) -> dict[str, str]:
    return {name.casefold(): name for name in names}


def _require_known(name: str, names: Collection[str], alike: Mapping[str, str]) -> None:
    """Only the letters' case is looked past: other likenesses take minutes with thousands of files."""
    if name not in names:
        nearest = alike.get(name.casefold())
        meant = f" (did you mean “{nearest}”?)" if nearest else ""
        raise ValueError(f"“{name}” is not among the files{meant}")
