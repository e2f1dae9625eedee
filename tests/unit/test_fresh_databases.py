"""The databases that tests get are of their own, and of both kinds."""

from sqlalchemy import create_engine, text


def test_a_database_starts_empty_and_can_be_written(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE letter (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO letter VALUES (1)"))
        assert connection.scalar(text("SELECT count(*) FROM letter")) == 1
    engine.dispose()


def test_two_postgresql_tests_do_not_share_a_database(
    fresh_pg_store: str, pg_store: str, pg_url: str
) -> None:
    assert fresh_pg_store.rsplit("/", 1)[0] == pg_url.rsplit("/", 1)[0]
    assert len({fresh_pg_store, pg_store, pg_url}) == 3
