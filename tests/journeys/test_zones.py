"""A phone far from home: the time it shows stands beside the time of the diary."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.diary.cast import log_temperature
from tests.journeys.phone import offline_page, wait_until_kept

NIGHT = datetime(2026, 11, 20, 14, 12, tzinfo=UTC)  # 06:12 in Los Angeles, 22:12 in Manila


def at_night(context):
    context.clock.set_fixed_time(NIGHT)


@pytest.fixture
def far(ana):
    ana.zone = "America/Los_Angeles"
    ana.save()
    return ana


def test_today_names_the_zone_of_the_diary_and_shows_the_time_of_the_phone(far, open_at):
    page = open_at(reverse("today", args=[far.pk]), before=at_night, timezone_id="Asia/Manila")
    page.get_by_text("Change time").click()
    hint = page.locator("p[data-zone]")
    expect(hint).to_have_text(
        "Times are Los Angeles time. It is 06:12 in Los Angeles now, 22:12 on this phone."
    )
    page.locator("#day").fill("2026-11-19")
    page.locator("#time").fill("21:40")
    expect(hint).to_have_text("21:40 in Los Angeles, 13:40 the day after on this phone.")


def test_a_phone_of_the_same_clock_is_told_nothing(far, open_at):
    """Another name, the same clock."""
    page = open_at(reverse("today", args=[far.pk]), before=at_night, timezone_id="America/Tijuana")
    page.get_by_text("Change time").click()
    page.locator("#time").fill("05:40")
    expect(page.locator("p[data-zone]")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "field"),
    [("call_record", "time"), ("medicines", "time"), ("pump_start", "at"), ("bag_change", "at")],
)
def test_every_form_with_a_moment_says_so(far, open_at, owner, name, field):
    keys = {"medicines": [], "call_record": [log_temperature(far, "38.6", "C", by=owner).pk]}
    arguments = [far.pk, *keys.get(name, [far.courses.get().pk])]
    if name == "pump_start":
        far.courses.get().doses.all().delete()
    page = open_at(reverse(name, args=arguments), before=at_night, timezone_id="Asia/Manila")
    page.locator(f"main input[name={field}]").fill("05:40")
    expect(page.locator("p[data-zone]")).to_have_text("05:40 in Los Angeles, 21:40 on this phone.")


def test_the_hour_of_a_change_is_told_as_the_diary_reads_it(ana, open_at):
    """London puts its clock back on 25 October: 01:30 comes twice, and the later one counts."""
    page = open_at(reverse("today", args=[ana.pk]), before=at_night, timezone_id="Asia/Manila")
    page.get_by_text("Change time").click()
    page.locator("#day").fill("2026-10-25")
    page.locator("#time").fill("01:30")
    expect(page.locator("p[data-zone]")).to_have_text("01:30 in London, 09:30 on this phone.")


def test_without_a_network_it_is_told_too(far, open_phone, live_server, log_in, owner):
    context = open_phone(service_workers="allow", timezone_id="Asia/Manila")
    session = log_in(owner).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page = context.new_page()
    with page.expect_response(lambda r: r.url.endswith("/kept/")):
        page.goto(live_server.url + reverse("today", args=[far.pk]))
    wait_until_kept(page, far)
    offline_page(page)
    page.get_by_text("Change time").click()
    page.locator("#time").fill("05:40")
    expect(page.locator("p[data-zone]")).to_contain_text("05:40 in Los Angeles, 2")
