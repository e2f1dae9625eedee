"""A demonstration that is stopped half way leaves nothing behind that stands in the way of the next start."""

from contextlib import suppress
from pathlib import Path

from services.bootstrap import build, prepare_store
from services.demo.whole import whole_or_not_at_all
from services.settings import Settings
from tests.builders import SERVICE


def settings(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'runtime' / 'letters.sqlite3'}")


def add_service(begun: Settings) -> None:
    prepare_store(begun)
    with build(begun) as process, process.store.begin(SERVICE.id) as uow:
        uow.people.add_service(SERVICE)
        uow.commit()


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "runtime").iterdir())


def test_a_new_store_has_its_name_when_all_is_in_it(tmp_path: Path) -> None:
    with whole_or_not_at_all(settings(tmp_path)) as begun:
        add_service(begun)
        assert "letters.sqlite3" not in files(tmp_path)
    assert files(tmp_path) == ["letters.sqlite3"]
    with build(settings(tmp_path)) as process:
        assert process.store.service_ids() == [SERVICE.id]


def test_who_stops_half_way_begins_again(tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), whole_or_not_at_all(settings(tmp_path)) as begun:
        add_service(begun)
        raise KeyboardInterrupt
    assert files(tmp_path) == ["letters.sqlite3.begun"]
    with whole_or_not_at_all(settings(tmp_path)) as begun:
        prepare_store(begun)
        with build(begun) as process:
            assert process.store.service_ids() == []


def test_a_store_that_exists_is_used_as_it_is(tmp_path: Path) -> None:
    add_service(settings(tmp_path))
    with whole_or_not_at_all(settings(tmp_path)) as used:
        assert used.database_url == settings(tmp_path).database_url
    assert files(tmp_path) == ["letters.sqlite3"]
