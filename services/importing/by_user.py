"""An import by somebody at a page, with what they brought along."""

from collections.abc import Sequence
from dataclasses import dataclass

from services import access
from services.access import Permission, Reach
from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.importing.columns import UnreadableFile
from services.importing.csv_lines import CsvBytes
from services.importing.inspection import Inspection
from services.importing.pdfs import InMemory
from services.importing.run import Import, RefusedLine, Summary
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How the import ended, and each line that became no letter; names are the columns'."""

    summary: Summary
    names: Sequence[str]
    refused: Sequence[RefusedLine]


def may_import(user: User) -> bool:
    """A file holds letters of anybody and changes their records: that takes who may write all letters."""
    return access.reach(user, Permission.WRITE) is Reach.ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Importing:
    """Files with many letters, for those who may write everybody's."""

    store: Store
    renderer: Renderer
    clock: Clock

    def run(self, service_id: str, user: User, csv: bytes, pdfs: Sequence[tuple[str, bytes]] = ()) -> Result:
        """Import all good lines. Raises NotAllowed, and UserError for a file that is no good as a whole."""
        if not may_import(user):
            raise NotAllowed(f"As {user.role.label.lower()} you may not import files of many letters.")
        names: list[str] = []
        refused: list[RefusedLine] = []
        task = Import(
            store=self.store,
            service_id=service_id,
            clock=self.clock,
            on_header=names.extend,
            on_refused=refused.append,
            inspection=Inspection(renderer=self.renderer, pdfs=InMemory(pdfs)),
        )
        try:
            return Result(summary=task.run(CsvBytes(content=csv)), names=names, refused=refused)
        except UnreadableFile as why:
            raise UserError(str(why)) from why
