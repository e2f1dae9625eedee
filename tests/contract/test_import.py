"""Letters from a CSV file into a real store, on both databases."""

import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.domain.ids import new_id
from services.domain.letter import Letter, Template
from services.domain.people import Role, Service
from services.domain.vocabulary import Channel, Status
from services.importing.refused_file import RefusedFile
from services.importing.run import Import, RefusedLine, Summary
from services.store.unit_of_work import SqlStore

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SERVICE = "elm"
HEADER = [
    *("reference", "created", "channel", "title", "template", "nhs_number", "surname", "forename"),
    *("date_of_birth", "address_1", "address_2", "address_3", "mobile", "sms_consent", "deceased"),
    *("ods_code", "practice_name", "created_by", "created_by_name", "team", "field:appointment_date"),
]
NUMBERS = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000050"]


class StandingClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    store = SqlStore(database_url, b"test")
    with store.begin(SERVICE) as uow:
        uow.people.add_service(Service(id=SERVICE, name="Elm"))
        uow.people.save_templates(
            [
                template("Discharge", "Goodbye.", Channel.GP, Channel.PRINT),
                template("Appointment", "On {{ appointment_date }}.", Channel.E, Channel.H),
            ]
        )
        uow.commit()
    yield store
    store.close()


def template(name: str, body: str, *channels: Channel) -> Template:
    return Template(id=new_id(), name=name, category="", body=body, channels=frozenset(channels))


def line(number: int = 1, **cells: str) -> dict[str, str]:
    usual = dict.fromkeys(HEADER, "") | {
        "reference": f"R-{number}",
        "created": "2026-11-20",
        "channel": "gp",
        "title": "Discharge summary",
        "template": "Discharge",
        "nhs_number": NUMBERS[number % len(NUMBERS)],
        "surname": "O’Brien",
        "forename": "Zoë",
        "date_of_birth": "1984-02-29",
        "ods_code": "Y90001",
        "practice_name": "Elm Surgery",
        "created_by": "j.okafor",
        "created_by_name": "Jo Okafor",
    }
    return usual | {name.replace("field_", "field:"): cell for name, cell in cells.items()}


def write(folder: Path, lines: Sequence[dict[str, str]], name: str = "letters.csv") -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows(lines)
    return file


def run(store: SqlStore, file: Path) -> tuple[Summary, list[RefusedLine]]:
    refused: list[RefusedLine] = []
    task = Import(
        store=store,
        service_id=SERVICE,
        clock=StandingClock(),
        on_header=lambda names: None,
        on_refused=refused.append,
    )
    return task.run(file), refused


def letters(store: SqlStore, *references: str) -> list[Letter]:
    with store.read(SERVICE) as uow:
        found = uow.letters.by_reference(references)
    return [found[reference] for reference in references]


def test_a_line_becomes_a_pending_letter_with_its_people_and_history(store: SqlStore, tmp_path: Path) -> None:
    written = line(1, mobile="07700 900123", sms_consent="yes", team="North", address_1="1 Elm Row")
    summary, refused = run(store, write(tmp_path, [written]))

    assert (str(summary), refused) == ("1 added, 0 already there, 0 refused", [])
    [letter] = letters(store, "R-1")
    assert (letter.channel, letter.status, letter.created_at.date().isoformat()) == (
        "gp",
        "pending",
        "2026-11-20",
    )
    assert letter.patient.name == "O’BRIEN, Zoë"
    assert (letter.patient.mobile, letter.patient.sms_consent) == ("+447700900123", True)
    assert letter.patient.practice is not None
    assert letter.patient.practice.name == "Elm Surgery"
    with store.read(SERVICE) as uow:
        [user] = uow.people.users()
        [event] = uow.events.of_letter(letter.id)
    assert (user.username, user.role, user.team, user.active) == ("j.okafor", Role.THERAPIST, "North", False)
    assert (event.kind, event.to_status, event.at, event.user_id) == ("created", Status.PENDING, NOW, user.id)


def test_importing_a_file_twice_adds_nothing(store: SqlStore, tmp_path: Path) -> None:
    file = write(tmp_path, [line(number) for number in range(450)])

    assert str(run(store, file)[0]) == "450 added, 0 already there, 0 refused"
    assert str(run(store, file)[0]) == "0 added, 450 already there, 0 refused"
    assert count(store) == {"letters": 450, "events": 450, "patients": 5, "practices": 1, "users": 1}


def test_it_is_still_there_when_the_letter_was_changed_here_meanwhile(
    store: SqlStore, tmp_path: Path
) -> None:
    file = write(tmp_path, [line()])
    run(store, file)
    [letter] = letters(store, "R-1")
    with store.begin(SERVICE) as uow:
        uow.letters.patch([letter.id], title="Corrected here")
        uow.commit()

    assert str(run(store, file)[0]) == "0 added, 1 already there, 0 refused"
    assert letters(store, "R-1")[0].title == "Corrected here"


def test_two_imports_of_one_file_at_once_add_each_letter_once(store: SqlStore, tmp_path: Path) -> None:
    file = write(tmp_path, [line(number) for number in range(450)])
    with ThreadPoolExecutor(max_workers=4) as threads:
        summaries = [summary for summary, _ in threads.map(lambda _: run(store, file), range(4))]

    assert sum(summary.added for summary in summaries) == 450
    assert sum(summary.there for summary in summaries) == 3 * 450
    assert count(store) == {"letters": 450, "events": 450, "patients": 5, "practices": 1, "users": 1}


def test_bad_lines_are_refused_with_their_numbers_and_nothing_else_is_lost(
    store: SqlStore, tmp_path: Path
) -> None:
    bad = [
        ({"nhs_number": "9990000019"}, "nhs_number is not valid"),
        ({"template": "Dischrge"}, "template does not exist (did you mean “Discharge”?)"),
        ({"channel": "e"}, "channel e is not one of its template's (gp, print)"),
        ({"template": "Appointment", "channel": "h"}, "field:appointment_date is empty"),
        ({"created_by": "new", "created_by_name": ""}, "created_by is not known here"),
        ({"ods_code": "Y90002", "practice_name": ""}, "ods_code is not known here"),
        ({"date_of_birth": "1984-03-01"}, "date_of_birth differs"),
        ({"reference": "R-0", "title": "Another"}, "reference is there already, with other content"),
    ]
    lines = [line(1, **{"reference": f"B-{number}"} | cells) for number, (cells, _) in enumerate(bad)]
    summary, refused = run(store, write(tmp_path, [line(0), line(1), *lines, line(2)]))

    assert str(summary) == "3 added, 0 already there, 8 refused"
    assert [each.number for each in refused] == list(range(4, 12))
    for each, (_, reason) in zip(refused, bad, strict=True):
        assert each.problems[0].startswith(reason)
    assert [letter.title for letter in letters(store, "R-0", "R-1", "R-2")] == ["Discharge summary"] * 3
    assert count(store)["users"] == 1


def test_refused_lines_are_corrected_and_imported_again(store: SqlStore, tmp_path: Path) -> None:
    file = write(tmp_path, [line(1), line(2, channel="post", title="=1+1, “quoted”")])
    out = RefusedFile(file)
    task = Import(
        store=store, service_id=SERVICE, clock=StandingClock(), on_header=out.header, on_refused=out.write
    )
    task.run(file)
    out.close()

    assert out.path == tmp_path / "letters.refused.csv"
    text = out.path.read_text("utf-8-sig")
    assert "channel is none of print, gp, e, h" in text
    out.path.write_text(text.replace(",post,", ",gp,"), encoding="utf-8-sig")
    assert str(run(store, out.path)[0]) == "1 added, 0 already there, 0 refused"
    assert letters(store, "R-2")[0].title == "=1+1, “quoted”"
    assert out.path.stat().st_mode & 0o077 == 0


def test_a_file_of_refused_lines_is_never_written_over(tmp_path: Path) -> None:
    corrected = tmp_path / "letters.refused.csv"
    corrected.write_text("corrected by hand")
    out = RefusedFile(tmp_path / "letters.csv")
    out.header(["reference"])
    out.write(RefusedLine(number=2, cells=("R-1",), problems=("why",)))
    out.close()

    assert corrected.read_text() == "corrected by hand"
    assert out.path == tmp_path / "letters.refused-2.csv"


def test_refused_lines_that_can_not_be_written_stop_no_import(store: SqlStore, tmp_path: Path) -> None:
    refused = RefusedFile(tmp_path / "nowhere" / "letters.csv")
    task = Import(
        store=store,
        service_id=SERVICE,
        clock=StandingClock(),
        on_header=refused.header,
        on_refused=refused.write,
    )
    lines = [line(number, channel="post") for number in (1, 2)]
    assert str(task.run(write(tmp_path, [*lines, line(3)]))) == "1 added, 0 already there, 2 refused"
    assert (refused.path, refused.problem) == (None, "No such file or directory")


def test_what_a_line_leaves_empty_stays_as_it_is_stored(store: SqlStore, tmp_path: Path) -> None:
    full = {"mobile": "07700900123", "sms_consent": "yes", "deceased": "yes", "address_1": "1 Elm Row"}
    bare = {"reference": "R-9", "surname": "Newname", "ods_code": "", "practice_name": ""}
    run(store, write(tmp_path, [line(1, **full)]))
    run(
        store, write(tmp_path, [line(1, **bare), line(1, reference="R-10", surname="Newname", deceased="no")])
    )

    [letter] = letters(store, "R-9")
    patient = letter.patient
    assert (patient.surname, patient.mobile, patient.sms_consent) == ("Newname", "+447700900123", True)
    assert (patient.address, patient.deceased) == (("1 Elm Row",), False)
    assert patient.practice is not None


@pytest.mark.parametrize(
    "hostile", ["=cmd|'/c calc'!A1", "<script>alert(1)</script>", "'; DROP TABLE letters; --"]
)
def test_hostile_text_is_stored_as_it_stands(store: SqlStore, tmp_path: Path, hostile: str) -> None:
    run(store, write(tmp_path, [line(title=hostile, surname=hostile, created_by_name=hostile)]))

    [letter] = letters(store, "R-1")
    assert (letter.title, letter.patient.surname, letter.created_by_name) == (hostile, hostile, hostile)


def test_the_command_says_what_it_did_and_exits_with_1_when_lines_were_refused(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_LETTERS_DATABASE_URL", store.database_url)
    file = write(tmp_path, [line(1), line(2, channel="post")])
    result = CliRunner().invoke(app, ["import", str(file), "--service", SERVICE])

    assert result.exit_code == 1
    assert "1 added, 0 already there, 1 refused" in result.output
    assert "Line 3: channel is none of print, gp, e, h" in result.output
    assert (
        CliRunner().invoke(app, ["import", str(write(tmp_path, [line(1)])), "--service", SERVICE]).exit_code
        == 0
    )


@pytest.mark.parametrize(
    ("content", "service", "said"),
    [
        (b"reference,colour\n", SERVICE, "“colour” is not a column"),
        ("reference,Zoë\n".encode("cp1252"), SERVICE, "Line 1, byte 13"),
        (b"reference\n", "oak", "There is no service “oak”"),
    ],
)
def test_the_command_exits_with_2_when_nothing_can_be_imported(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, service: str, said: str
) -> None:
    monkeypatch.setenv("BATCH_LETTERS_DATABASE_URL", store.database_url)
    file = tmp_path / "letters.csv"
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["import", str(file), "--service", service])

    assert (result.exit_code, said in result.output) == (2, True)
    assert "Nothing was imported" in result.output


def count(store: SqlStore) -> dict[str, int]:
    with store.read(SERVICE) as uow:
        there = uow.letters.by_reference([f"R-{number}" for number in range(450)])
        return {
            "letters": len(there),
            "events": sum(len(uow.events.of_letter(letter.id)) for letter in there.values()),
            "patients": len(uow.people.patients(NUMBERS)),
            "practices": len(uow.people.practices()),
            "users": len(uow.people.users()),
        }
