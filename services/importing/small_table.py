"""A small CSV file with columns of its own: what each line says, for use cases that take lines one by one."""

from collections.abc import Sequence

from services.domain.errors import UserError
from services.importing.columns import Column, UnreadableFile
from services.importing.csv_lines import CsvBytes, CsvLine, csv_lines


def rows_of(csv: bytes, columns: Sequence[Column], nothing: str) -> list[tuple[CsvLine, dict[str, str]]]:
    """Each line that is not blank, with its cells by the name of their column.

    Raises UserError, which begins with what was not done (`nothing`), for a file that is no good as a whole.
    """
    try:
        header, *lines = csv_lines(CsvBytes(content=csv))
    except UnreadableFile as why:
        raise UserError(str(why)) from why
    names = [cell.strip().casefold() for cell in header.cells]
    missing = [column.name for column in columns if column.required and column.name not in names]
    unknown = [name for name in names if name and name not in {column.name for column in columns}]
    if missing or unknown or len(set(names)) < len(names):
        told = ", ".join(column.name for column in columns)
        raise UserError(f"{nothing}: the first line has to name the columns, each once: {told}.")
    return [
        (line, dict(zip(names, (cell.strip() for cell in line.cells), strict=False)))
        for line in lines
        if not line.blank
    ]
