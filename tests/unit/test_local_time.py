"""Times as they are shown, around the two nights on which the clocks change."""

from datetime import UTC, datetime

import pytest

from services.domain.local_time import day, day_and_time


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        (datetime(2026, 11, 3, 14, 5, tzinfo=UTC), "3 Nov 2026, 14:05"),
        (datetime(2026, 7, 1, 14, 5, tzinfo=UTC), "1 Jul 2026, 15:05"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 Mar 2026, 00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 Mar 2026, 02:00"),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "25 Oct 2026, 01:59"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "25 Oct 2026, 01:00"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 Jul 2026, 00:30"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "31 Dec 2026, 23:59"),
    ],
)
def test_london_time(utc: datetime, shown: str) -> None:
    assert day_and_time(utc) == shown
    assert day(utc) == shown.split(",")[0]
