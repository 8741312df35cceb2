"""When reminders are due: clocks that skip and repeat, quiet hours, and what is still needed."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders import due
from reminders.due import Quiet

LONDON = ZoneInfo("Europe/London")
# Clocks that change at odd hours, by odd amounts, on odd days, or by a whole day.
# fmt: off
ZONES = (
    "Europe/London", "Europe/Berlin", "Europe/Lisbon", "Europe/Moscow", "Europe/Istanbul",
    "Europe/Dublin", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo", "America/Santiago",
    "America/Havana", "America/Asuncion", "America/Caracas", "America/Godthab",
    "America/Anchorage", "America/Mexico_City", "America/Halifax", "Africa/Cairo",
    "Africa/Casablanca", "Africa/Lagos", "Africa/Johannesburg", "Asia/Beirut", "Asia/Tehran",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Gaza", "Asia/Amman", "Asia/Pyongyang",
    "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Apia", "Pacific/Chatham", "Pacific/Easter", "Antarctica/Troll",
)
# fmt: on
MOMENTS = st.datetimes(
    datetime.fromisoformat("2026-01-01"),
    datetime.fromisoformat("2036-01-01"),
    timezones=st.just(UTC),
)
CLOCKS = [time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 30), time(3, 0), time(20, 0)]


def at(day: str, clock: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def test_an_hour_that_the_clock_skips_moves_on_to_the_next_minute_that_there_is() -> None:
    assert due.moment_of(date(2027, 3, 28), time(1, 30), LONDON) == at("2027-03-28", "02:00")


def test_an_hour_that_the_clock_repeats_reminds_in_the_first_of_the_two() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert due.moment_of(date(2026, 10, 25), time(1, 30), LONDON) == first
    day = {"after": first - timedelta(hours=9), "until": first + timedelta(hours=9)}
    assert list(due.moments([time(1, 30)], due.EVERY_DAY, LONDON, **day)) == [first]


def test_a_day_that_a_zone_skipped_reminds_when_the_next_begins() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert due.moment_of(date(2011, 12, 30), time(20), apia) == at("2011-12-31", "00:00", apia)


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_miss_nothing_and_double_nothing(zone: str) -> None:
    """Each clock of each day once, in ten years."""
    tz = ZoneInfo(zone)
    first, last = date(2026, 1, 1), date(2035, 12, 31)
    begin = datetime(2025, 12, 31, 12, tzinfo=tz).astimezone(UTC)
    end = datetime(2036, 1, 1, 12, tzinfo=tz).astimezone(UTC)
    fired = list(due.moments(CLOCKS, due.EVERY_DAY, tz, after=begin, until=end))
    assert fired == sorted(set(fired))
    days = Counter(one.astimezone(tz).date() for one in fired)
    expected = {
        first + timedelta(days=n): len(
            {due.moment_of(first + timedelta(days=n), clock, tz) for clock in CLOCKS}
        )
        for n in range((last - first).days + 1)
    }
    assert {day: days[day] for day in expected} == expected
    shown = [one.astimezone(tz).replace(tzinfo=None) for one in fired]
    assert len(shown) == len(set(shown)), "one time of one day came twice"
    # Only what was skipped is not shown at its own minute, and comes at the end of the skip.
    usual = {clock.replace(second=0) for clock in CLOCKS}
    moved = [one for one in shown if one.time() not in usual]
    assert len(moved) <= 12 * 10


@given(
    st.lists(st.times(), min_size=1, max_size=4),
    st.sets(st.sampled_from("0123456"), min_size=1).map(lambda days: "".join(sorted(days))),
    st.sampled_from(ZONES),
    MOMENTS,
)
def test_the_next_moment_is_the_first_one_on_a_chosen_day(
    clocks: list[time], weekdays: str, zone: str, after: datetime
) -> None:
    clocks = [clock.replace(second=0, microsecond=0) for clock in clocks]
    tz = ZoneInfo(zone)
    found = due.next_moment(clocks, weekdays, tz, after=after)
    assert found is not None
    assert after < found <= after + 9 * due.DAY
    assert not list(
        due.moments(clocks, weekdays, tz, after=after, until=found - timedelta(seconds=1))
    )


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("21:59", "21:59"), ("22:00", "07:00"), ("23:30", "07:00"), ("07:00", "07:00")],
)
def test_quiet_hours_over_midnight_end_in_the_morning(clock: str, expected: str) -> None:
    quiet = Quiet(time(22), time(7))
    moved = due.after_quiet(at("2026-11-30", clock), quiet, LONDON)
    assert moved.astimezone(LONDON).strftime("%H:%M") == expected
    assert moved >= at("2026-11-30", clock)


def test_after_midnight_the_quiet_hours_end_on_the_same_day() -> None:
    quiet = Quiet(time(22), time(7))
    assert due.after_quiet(at("2026-12-01", "03:00"), quiet, LONDON) == at("2026-12-01", "07:00")
    noon = Quiet(time(13), time(15))
    assert due.after_quiet(at("2026-12-01", "13:30"), noon, LONDON) == at("2026-12-01", "15:00")


@given(
    MOMENTS,
    st.times(),
    st.times(),
    st.sampled_from(ZONES),
)
def test_nothing_is_sent_in_quiet_hours_and_nothing_earlier(
    moment: datetime, start: time, end: time, zone: str
) -> None:
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    quiet, tz = Quiet(start, end), ZoneInfo(zone)
    moved = due.after_quiet(moment, quiet, tz)
    assert moment <= moved <= moment + 2 * due.DAY
    assert due.after_quiet(moved, None, tz) == moved


def test_an_entry_since_the_reminder_before_answers_the_next() -> None:
    clocks = [time(8), time(20)]
    evening = at("2026-11-30", "20:00")
    since = due.since_when(evening, clocks, due.EVERY_DAY, LONDON)
    assert since == at("2026-11-30", "08:00")
    assert due.is_entry_needed(since, at("2026-11-30", "07:30"))
    assert not due.is_entry_needed(since, at("2026-11-30", "12:00"))
    assert due.is_entry_needed(since, None)
    morning = due.since_when(at("2026-11-30", "08:00"), clocks, due.EVERY_DAY, LONDON)
    assert morning == at("2026-11-30", "00:00")


def test_a_temperature_just_before_the_time_answers_it() -> None:
    slot = at("2026-11-30", "20:00")
    assert not due.is_temperature_needed(slot, at("2026-11-30", "19:10"))
    assert due.is_temperature_needed(slot, at("2026-11-30", "18:10"))
    assert due.is_temperature_needed(slot, None)


@pytest.mark.parametrize(("days", "silent"), [(1, True), (2, True), (3, False)])
def test_silence_is_counted_in_days_of_the_diary(days: int, silent: bool) -> None:
    slot = at("2026-11-30", "19:00")
    assert due.is_silent(slot, date(2026, 11, 28), days, LONDON) is silent


def test_a_late_reminder_is_dropped_but_never_an_urgent_one() -> None:
    slot = at("2026-11-30", "20:00")
    late = slot + due.TOO_LATE + timedelta(minutes=1)
    assert due.is_too_late(slot, late, is_urgent=False)
    assert not due.is_too_late(slot, late, is_urgent=True)
    assert not due.is_too_late(slot, slot + due.TOO_LATE, is_urgent=False)


def test_tries_are_further_and_further_apart_up_to_an_hour() -> None:
    now = at("2026-11-30", "20:00")
    gaps = [due.next_try(n, now) - now for n in range(9)]
    assert gaps == sorted(gaps)
    assert gaps[0] == timedelta(minutes=1)
    assert gaps[-1] == timedelta(hours=1)
