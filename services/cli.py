"""The command line: `python -m services.cli` prepares the store, loads the demonstration, imports letters."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from services.access import described
from services.audit import verify
from services.bootstrap import back_up, build, prepare_store, put_back, rehearse
from services.clock import SystemClock
from services.demo.history import PastClock
from services.demo.load import Stage, load_demo
from services.demo.whole import whole_or_not_at_all
from services.domain.errors import StoreUnavailable, UserError
from services.gp_gateway import choose_gp_gateway
from services.importing.columns import UnreadableFile
from services.importing.inspection import Inspection
from services.importing.pdfs import Folder
from services.importing.refused_file import RefusedFile
from services.importing.run import Import, RefusedLine
from services.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_ROLES_HEAD = """# Who may do what

Made by `python -m services.cli roles` from the table in `services/access.py`, by which services decide and
pages hide. "own": the letters that the user wrote, and their patients. A setting can leave printing and
sending to admins."""
_UNUSABLE = 2  # exit code: nothing was done
_CUT_SHORT = 3  # exit code: a part was done

PdfFolder = Annotated[
    Path | None,
    typer.Option(
        "--pdfs", exists=True, file_okay=False, readable=True, help="Folder of the PDFs that lines name"
    ),
]
ServiceId = Annotated[
    str, typer.Option("--service", help="Id of the service; the default is that of the settings")
]


@app.command()
def prepare(demo: Annotated[bool, typer.Option(help="Load the demonstration too, once")] = False) -> None:
    """Bring the store to the present schema. Safe to repeat."""
    settings = Settings()
    if demo:
        _demo(settings)
    else:
        prepare_store(settings)


@app.command()
def roles() -> None:
    """Print who may do what, as docs/roles.md has it."""
    rows = described()
    typer.echo(f"{_ROLES_HEAD}\n")
    for cells in (rows[0].keys(), ["---"] * len(rows[0]), *(row.values() for row in rows)):
        typer.echo(f"| {' | '.join(cells)} |")


@app.command("demo")
def load() -> None:
    """Load the demonstration: an invented service with its letters of 18 months."""
    _demo(Settings())


@app.command("import")
def import_letters(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    pdfs: PdfFolder = None,
    service: ServiceId = "",
) -> None:
    """Import the letters of a CSV file (docs/import.md).

    Exit code 1: lines were refused; 2: the file was; 3: the store was busy, and not all was imported.
    """
    settings = Settings()
    prepare_store(settings)
    with build(settings) as process:
        service_id = service or settings.service_id
        if service_id not in process.store.service_ids():
            raise _refused(f"There is no service “{service_id}”. Nothing was imported.")
        refused = RefusedFile(file)

        def tell(line: RefusedLine) -> None:
            typer.echo(f"Line {line.number}: {'; '.join(line.problems)}", err=True)
            refused.write(line)

        task = Import(
            store=process.store,
            service_id=service_id,
            clock=process.clock,
            on_header=refused.header,
            on_refused=tell,
            inspection=Inspection(renderer=process.renderer, pdfs=Folder(pdfs)) if pdfs else Inspection(),
        )
        try:
            summary = task.run(file)
        except UnreadableFile as why:
            raise _refused(str(why)) from why
        except StoreUnavailable as why:
            typer.echo(str(why), err=True)
            _tell_where(refused, file)
            raise typer.Exit(_CUT_SHORT) from why
        finally:
            refused.close()
    typer.echo(str(summary))
    if summary.unnamed:
        typer.echo(f"No line names these PDFs: {', '.join(summary.unnamed)}.")
    _tell_where(refused, file)
    if summary.refused:
        raise typer.Exit(1)


@app.command("gp-gateway")
def choose_gateway(
    name: Annotated[str, typer.Argument(help="docman or mesh; with --practice also “default”")],
    practice: Annotated[str, typer.Option(help="ODS code of the one practice that is meant")] = "",
    service: ServiceId = "",
) -> None:
    """Choose how practices are reached, all of the service or one. Letters queued from now on go that way."""
    settings = Settings()
    with build(settings) as process:
        try:
            choose_gp_gateway(
                process.store,
                process.clock,
                process.gateways,
                service or settings.service_id,
                name,
                practice.strip().upper(),
            )
        except UserError as why:
            raise _refused(str(why)) from why
    typer.echo(f"{practice or 'All practices without a way of their own'}: {name}.")


@app.command("verify-audit")
def verify_audit(service: ServiceId = "") -> None:
    """Check that no entry of the audit was changed, taken away or cut off. Exit code 1 where one was."""
    settings = Settings()
    with build(settings) as process, process.store.read(service or settings.service_id) as uow:
        found = verify(uow, settings.audit_key.get_secret_value().encode())
        end = uow.audit.head()
    typer.echo(f"{found.entries:,} entries are as they were written. The last seal is {end.seal or 'none'}.")
    if found.problem:
        typer.echo(found.problem, err=True)
        raise typer.Exit(1)


@app.command("backup")
def make_backup(file: Annotated[Path, typer.Argument(help="New file for the backup")]) -> None:
    """Copy the whole store into a file, while all runs."""
    try:
        typer.echo(str(back_up(Settings(), file)))
    except UserError as why:
        raise _refused(str(why)) from why


@app.command("restore")
def restore_backup(file: Annotated[Path, typer.Argument(help="The backup")]) -> None:
    """Put a backup in the store's place, while nothing runs. Letters are looked up before any is sent."""
    try:
        kept = put_back(Settings(), file)
    except UserError as why:
        raise _refused(str(why)) from why
    typer.echo(f"{file} is restored." + (f" The former store is kept as {kept}." if kept else ""))


def _tell_where(refused: RefusedFile, file: Path) -> None:
    """Where the refused lines stand, if there are any."""
    if refused.problem:
        typer.echo(
            f"No file with the refused lines could be written beside {file.name} ({refused.problem}): "
            "they stand only above."
        )
    elif refused.path:
        typer.echo(f"The refused lines stand in {refused.path}: correct them there, and import that file.")


def _demo(settings: Settings) -> None:
    with whole_or_not_at_all(settings) as begun:
        prepare_store(begun)
        _load_demo(begun)


def _load_demo(settings: Settings) -> None:
    logging.basicConfig(level=logging.ERROR)  # what went wrong in the demo's past is part of its plan
    clock = PastClock(SystemClock().now())
    with rehearse(settings, clock) as process:
        stage = Stage(
            store=process.store,
            settings=settings,
            batch=process.batch,
            clock=clock,
            gateways=process.gateways,
        )
        if settings.service_id not in process.store.service_ids():
            typer.echo("Loading the demo letters, once: this takes about half a minute.")
        try:
            count = load_demo(stage)
        except UserError as why:
            raise _refused(str(why)) from why
    typer.echo(f"{count:,} demo letters loaded" if count else "The demo letters are there already")


def _refused(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(_UNUSABLE)


if __name__ == "__main__":
    app()
