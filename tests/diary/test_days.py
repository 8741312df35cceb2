"""The edges of a day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from diary.days import end_of, instant, local_day, midnights, start_of

LONDON = ZoneInfo("Europe/London")
BACK = date(2026, 10, 25)  # the clock shows 01:00 to 02:00 twice
MINUTE = timedelta(minutes=1)


def test_a_day_ends_one_minute_before_the_next_begins() -> None:
    assert start_of(date(2026, 7, 1), LONDON) == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert end_of(date(2026, 7, 1), LONDON) == datetime(2026, 7, 1, 22, 59, tzinfo=UTC)
    assert local_day(end_of(date(2026, 7, 1), LONDON) + MINUTE, LONDON) == date(2026, 7, 2)


def test_of_an_hour_that_comes_twice_the_earlier_one_is_meant_unless_said() -> None:
    assert instant(BACK, time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(BACK, time(1, 30), LONDON, late=True) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_midnights_are_strictly_between() -> None:
    first, third = start_of(BACK, LONDON), start_of(BACK + timedelta(days=2), LONDON)
    second = start_of(BACK + timedelta(days=1), LONDON)
    assert list(midnights(first, third, LONDON)) == [second]
    assert list(midnights(first - MINUTE, third + MINUTE, LONDON)) == [first, second, third]
    assert list(midnights(first, second, LONDON)) == []
