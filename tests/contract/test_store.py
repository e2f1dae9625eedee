"""The schema, the unit of work and the change counter, on both databases."""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from hashlib import sha256
from itertools import product
from random import Random

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from services.control import patience
from services.domain.documents import DocumentFacts
from services.domain.layout import Box, Finding, Layout
from services.domain.status import STATUSES
from services.domain.vocabulary import Channel, Status
from services.ports.letters import Scope
from services.store import migrate as migrations
from services.store import tables
from services.store.engine import make_engine
from services.store.unit_of_work import SqlStore
from tests.builders import ADMIN, SERVICE
from tests.clock import START
from tests.contract.store_cases import add_letter, get_letter, store_fixture  # noqa: F401 – pytest finds it here


def test_migrations_lead_to_the_tables_of_the_code(empty_database_url: str) -> None:
    migrations.migrate(empty_database_url)
    engine = make_engine(empty_database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.letters.metadata) == []
    engine.dispose()


def test_migrations_make_every_check(empty_database_url: str) -> None:
    """compare_metadata does not look at CHECK constraints."""
    migrations.migrate(empty_database_url)
    engine = make_engine(empty_database_url)
    for table in tables.letters.metadata.tables.values():
        expected = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        assert {each["name"] for each in inspect(engine).get_check_constraints(table.name)} == expected
    engine.dispose()


def test_migrating_again_changes_nothing(store: SqlStore) -> None:
    letter = add_letter(store)
    migrations.migrate(store.database_url)
    assert get_letter(store, letter.id).title == letter.title


def test_the_first_migration_can_be_taken_back(empty_database_url: str) -> None:
    migrations.migrate(empty_database_url)
    engine = make_engine(empty_database_url)
    _run(engine, command.downgrade, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()


def _run(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    """Up or down to a revision."""
    config = Config()
    config.set_main_option("script_location", str(migrations._SCRIPTS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        step(config, revision)
        connection.commit()


OF_THE_VERSION_BEFORE = """
INSERT INTO services (service_id, name, address, telephone, ods_code, kind)
VALUES ('elm', 'Elm', '[]', '', '', 'live');
INSERT INTO change_counters (service_id, value) VALUES ('elm', 0);
INSERT INTO templates (service_id, id, name, category, body, channels, active)
VALUES ('elm', 'note', 'Note', 'Notes', 'Hello.', '["e"]', TRUE);
INSERT INTO settings (service_id, key, value, changed_at)
VALUES ('elm', 'stuck_after_days', '3', '2026-11-01 12:00:00')
"""


def test_templates_and_the_service_s_patience_come_over_from_the_version_before(
    empty_database_url: str,
) -> None:
    engine = make_engine(empty_database_url)
    _run(engine, command.upgrade, "0008")
    with engine.begin() as connection:
        for statement in OF_THE_VERSION_BEFORE.strip().split(";\n"):
            connection.execute(text(statement))
    engine.dispose()
    migrations.migrate(empty_database_url)
    with closing(SqlStore(empty_database_url, b"key")) as store, store.read("elm") as uow:
        [template] = uow.people.templates()
        assert (template.body, template.version, template.active) == ("Hello.", 1, True)
        assert [version.number for version in uow.people.versions_of("note")] == [1]
        assert set(patience(uow).stuck_hours.values()) == {72}
        assert uow.settings.get("stuck_after_days") is None


def test_what_is_not_committed_is_rolled_back(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow:
        uow.letters.patch([letter.id], warning="half done")
    with suppress(RuntimeError), store.begin(SERVICE.id) as uow:
        uow.letters.patch([letter.id], warning="half done")
        raise RuntimeError
    assert get_letter(store, letter.id).warning == ""


def test_what_is_committed_is_seen_by_others(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow:
        uow.letters.patch([letter.id], warning="done")
        uow.commit()
    other = SqlStore(store.database_url, b"test")
    assert get_letter(other, letter.id).warning == "done"
    other.close()


def test_each_transaction_that_touches_letters_takes_one_number(store: SqlStore) -> None:
    with store.read(SERVICE.id) as uow:
        before = uow.change_number()
    first, second = add_letter(store), add_letter(store)
    with store.begin(SERVICE.id) as uow:
        uow.letters.patch([first.id], warning="a")
        uow.letters.patch([second.id], warning="b")
        uow.commit()
    with store.read(SERVICE.id) as uow:
        assert uow.change_number() == before + 3
        assert [letter.change for letter in uow.letters.get([first.id, second.id], Scope())] == [
            before + 3
        ] * 2


def test_a_rolled_back_transaction_gives_its_number_back(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow:
        uow.letters.patch([letter.id], warning="a")
    with store.read(SERVICE.id) as uow:
        assert uow.change_number() == get_letter(store, letter.id).change


def test_the_database_refuses_every_pair_that_the_status_table_lacks(store: SqlStore) -> None:
    letter = add_letter(store)
    pairs = {(row.channel, row.status) for row in STATUSES}
    taken = {pair for pair in product(Channel, Status) if _takes(store, letter.id, *pair)}
    assert taken == pairs


def _takes(store: SqlStore, letter_id: str, channel: Channel, status: Status) -> bool:
    letters = tables.letters
    wish = update(letters).where(letters.c.id == letter_id).values(channel=channel, status=status)
    try:
        with store.engine.connect() as connection:
            connection.execute(wish)
    except IntegrityError:
        return False
    return True


def test_bytes_come_back_as_they_were_stored(store: SqlStore) -> None:
    pdf = Random(7).randbytes(2 * 1024 * 1024)  # noqa: S311 – content for a file, not a secret
    digest = sha256(pdf).hexdigest()
    finding = Finding(code="a-code", reason="A reason.", page=2, boxes=(Box(1, 2.5, 3, 4),))
    layout = Layout(address=("Ms Ada Example", "ZZ99 4AA"), findings=(finding,))
    facts = DocumentFacts(sha256=digest, page_count=3, made_from="text", layout=layout)
    with store.begin(SERVICE.id) as uow:
        key = uow.documents.add(pdf, facts, START)
        uow.commit()
    with store.read(SERVICE.id) as uow:
        kept = uow.documents.get([key])[key]
        assert (sha256(kept.pdf).hexdigest(), kept.sha256, kept.page_count) == (digest, digest, 3)
        assert uow.documents.facts([key]) == {key: facts}


def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    with store.begin(SERVICE.id) as uow, pytest.raises(StatementError, match="without a zone"):
        uow.settings.put("key", 1, by=ADMIN.id, at=datetime(2026, 11, 23))  # noqa: DTZ001 – that is the point


def test_a_failed_statement_does_not_show_its_values(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow, pytest.raises(IntegrityError) as refused:
        uow.letters.add([letter])
    assert letter.title not in str(refused.value)
