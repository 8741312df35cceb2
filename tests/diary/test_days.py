"""The edges of a day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from diary.core.days import (
    end_of,
    instant,
    instants,
    latest_instant,
    local_day,
    midnights,
    runs,
    start_of,
)
from diary.core.words import when_words

LONDON = ZoneInfo("Europe/London")
FORTH = date(2026, 3, 29)  # it never shows 01:00 to 01:59
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


def test_the_clock_shows_a_time_once_twice_or_never() -> None:
    early, late = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert instants(BACK, time(1, 30), LONDON) == [early, late]
    assert instants(BACK, time(3, 30), LONDON) == [late + timedelta(hours=2)]
    assert instants(FORTH, time(1, 30), LONDON) == []


def test_of_two_the_later_one_that_is_not_in_the_future_is_meant() -> None:
    early, late = instants(BACK, time(1, 30), LONDON)
    now = {late: late, late - MINUTE: early, early: early, early - MINUTE: early}
    for moment, meant in now.items():
        assert latest_instant(BACK, time(1, 30), LONDON, moment) == meant


def test_an_hour_that_never_was_lies_as_far_after_the_skip() -> None:
    skipped = latest_instant(FORTH, time(1, 30), LONDON, datetime(2026, 4, 1, tzinfo=UTC))
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert skipped.astimezone(LONDON).time() == time(2, 30)


def test_days_in_a_row_are_one_run() -> None:
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 9)]
    found = runs([*reversed(days), days[0]])
    assert found == [(days[0], days[2]), (days[3], days[3])]
    assert [run.length for run in found] == [3, 1]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "today, 21:40"),
        (datetime(2026, 11, 21, 0, 0, tzinfo=UTC), "yesterday, 21:40"),
        (datetime(2026, 11, 21, 23, 59, tzinfo=UTC), "yesterday, 21:40"),
        (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), "20 Nov 2026, 21:40"),
    ],
)
def test_a_moment_of_today_and_of_yesterday_is_said_as_people_do(now: datetime, said: str) -> None:
    at = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
    assert when_words(at, LONDON, now) == said
