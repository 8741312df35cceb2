"""Every rule and every threshold: below, at and above, in °C and °F."""
# ruff: noqa: E501 (a table is read in rows)

from decimal import Decimal
from typing import Any

import pytest

from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.standing import Standing
from therapies.urgency import Assessment, Reported, assess

MILD, MODERATE, SEVERE = Severity
TKIS = ["imatinib", "dasatinib", "nilotinib", "bosutinib", "ponatinib"]


def car_t(day: int | None = 5, **more: Any) -> Standing:
    return Standing("tisagenlecleucel", days_since_infusion=day, **more)


def pump(**more: Any) -> Standing:
    return Standing("blinatumomab", **{"cycle": 1, "cycle_day": 10, "infusing": True, **more})


def off_pump(**more: Any) -> Standing:
    facts = {"status": "break", "cycle_day": 35, "infusing": False, "hours_since_infusion_end": 160}
    return pump(**{**facts, **more})


def drip(
    therapy: str = "inotuzumab-ozogamicin", hours: float | None = None, **more: Any
) -> Standing:
    return Standing(therapy, hours_since_infusion_end=hours, **more)


def tablet(therapy: str = "imatinib", day: int | None = 10, **more: Any) -> Standing:
    return Standing(therapy, days_since_start=day, **more)


def judge(
    *reports: tuple[str, Severity | None] | Reported, on: list[Standing], **more: Any
) -> Assessment:
    given = [r if isinstance(r, Reported) else Reported(r[0], r[1]) for r in reports]
    return assess(given, on, rules=catalogue().rules, **more)


def heat(temperature: str | None, unit: str | None = "C") -> Reported:
    return Reported("fever", None, Decimal(temperature) if temperature else None, unit)


def answer(found: Assessment) -> tuple[str, str]:
    return found.level.slug, found.groups[0]


@pytest.mark.parametrize(
    ("temperature", "unit", "level"),
    [
        (None, None, "urgent"),  # fever, but no reading
        ("33.9", "C", "urgent"), ("34.0", "C", "urgent"), ("34.9", "C", "urgent"),
        ("35.0", "C", "contact"), ("35.9", "C", "contact"), ("36.0", "C", "unlisted"),
        ("37.4", "C", "unlisted"), ("37.49", "C", "unlisted"), ("37.5", "C", "contact"),
        ("37.9", "C", "contact"), ("37.99", "C", "contact"), ("38.0", "C", "urgent"),
        ("38.1", "C", "urgent"), ("43.0", "C", "urgent"), ("43.1", "C", "urgent"),
        ("94.9", "F", "urgent"), ("95.0", "F", "contact"), ("96.7", "F", "contact"),
        ("96.8", "F", "unlisted"), ("99.4", "F", "unlisted"), ("99.5", "F", "contact"),
        ("100.3", "F", "contact"), ("100.39", "F", "contact"), ("100.4", "F", "urgent"),
        ("100.5", "F", "urgent"), ("109.4", "F", "urgent"), ("109.5", "F", "urgent"),
        ("38.0", "F", "urgent"), ("100.4", "C", "urgent"),  # the unit cannot be right
        ("37.0", None, "urgent"),  # no unit: it cannot be known
    ],
)  # fmt: skip
@pytest.mark.parametrize("on", [[], [tablet()], [car_t(400)]], ids=["none", "tablets", "car-t"])
def test_a_temperature_falls_in_its_band(
    temperature: str | None, unit: str | None, level: str, on: list[Standing]
) -> None:
    assert judge(heat(temperature, unit), on=on).level.slug == level


@pytest.mark.parametrize(
    ("line", "temperature", "unit", "level"),
    [
        ("37.5", "37.4", "C", "unlisted"), ("37.5", "37.5", "C", "urgent"),
        ("37.2", "37.2", "C", "urgent"), ("37.2", "37.1", "C", "unlisted"),
        ("37.5", "99.4", "F", "unlisted"), ("37.5", "99.5", "F", "urgent"),
        ("38.5", "38.0", "C", "urgent"), ("38.5", "37.9", "C", "contact"),
    ],
)  # fmt: skip
def test_the_familys_card_lowers_the_fever_line_and_never_raises_it(
    line: str, temperature: str, unit: str, level: str
) -> None:
    found = judge(heat(temperature, unit), on=[], fever_from_c=Decimal(line))
    assert found.level.slug == level


def test_a_normal_temperature_cancels_nothing() -> None:
    alone = judge(("confusion", MILD), on=[pump()])
    beside = judge(("confusion", MILD), heat("36.8"), on=[pump()])
    assert beside == alone


U1_ANY = ["chills", "trouble-breathing", "wheezing", "nausea", "vomiting", "muscle-aches",
          "leg-aches", "joint-stiffness", "sweating", "dizziness"]  # fmt: skip
NERVES = ["reduced-consciousness", "passing-out", "confusion", "agitation", "seizure",
          "trouble-speaking", "trouble-understanding", "loss-of-balance"]  # fmt: skip

CASES: list[tuple[str, str, Severity | None, list[Standing], str, str]] = [
    *[("U1", s, MILD, [car_t(d)], "urgent", "crs") for s in U1_ANY for d in (0, 56)],
    *[("U1", s, SEVERE, [car_t()], "urgent", "crs") for s in ("diarrhoea", "joint-pain")],
    *[("C3", s, MODERATE, [car_t(d)], "contact", "crs")
      for s in ("diarrhoea", "joint-pain") for d in (0, 57, 900)],
    *[("C4", s, MILD, [car_t(d)], "contact", "crs") for s in ("nausea", "sweating") for d in (57, 365)],
    *[("N1", s, MILD, [car_t(366)], "unlisted", "none") for s in ("nausea", "sweating", "fatigue")],
    *[("U2", s, MILD, [car_t(d)], "urgent", "nervous-system") for s in NERVES for d in (0, 57, 900)],
    ("U2", "headache", MILD, [car_t(56)], "urgent", "nervous-system"),
    ("C4", "headache", MODERATE, [car_t(57)], "contact", "nervous-system"),
    ("U2", "headache", SEVERE, [car_t(57)], "urgent", "nervous-system"),
    ("U3", "infection-signs", MILD, [car_t(900)], "urgent", "infection"),
    *[("U3", s, MILD, [car_t(56)], "urgent", "low-blood-counts") for s in ("bruising", "bleeding")],
    *[("C4", s, MODERATE, [car_t(57)], "contact", "low-blood-counts") for s in ("bruising", "bleeding")],
    *[("U3", s, SEVERE, [car_t(57)], "urgent", "low-blood-counts") for s in ("bruising", "bleeding")],
    ("U3", "fatigue", SEVERE, [car_t(56)], "urgent", "low-blood-counts"),
    ("C8", "fatigue", MODERATE, [car_t(56)], "contact", "low-blood-counts"),
    ("C8", "fatigue", MILD, [car_t(365)], "contact", "low-blood-counts"),
    ("C8", "low-blood-count-result", None, [car_t(100)], "contact", "low-blood-counts"),
    *[("U4", s, MILD, on, "urgent", "nervous-system")
      for s in NERVES for on in ([pump()], [off_pump()], [pump(status="ended", infusing=False,
                                 hours_since_infusion_end=672, ended_days_ago=28)])],
    ("U8", "confusion", MILD, [pump(status="ended", infusing=False, ended_days_ago=29)], "urgent", "other"),
    *[("U5", s, MILD, [on], "urgent", "infusion-reaction")
      for s in ("dizziness", "chills", "trouble-breathing", "wheezing")
      for on in (pump(), off_pump(hours_since_infusion_end=24), off_pump(cycle_day=29, hours_since_infusion_end=None))],
    ("C4", "dizziness", MILD, [off_pump(hours_since_infusion_end=24.1)], "contact", "infusion-reaction"),
    ("C4", "dizziness", MILD, [off_pump(hours_since_infusion_end=None)], "contact", "infusion-reaction"),
    *[("U5", s, SEVERE, [pump()], "urgent", "infusion-reaction") for s in ("headache", "nausea")],
    *[("X2", s, MODERATE, [pump()], "expected", "common") for s in ("headache", "nausea", "tremor", "rash", "constipation", "swelling-limbs")],
    ("X2", "low-potassium", None, [off_pump()], "expected", "common"),
    ("C5", "tremor", SEVERE, [pump()], "contact", "common"),
    *[("U6", s, MILD, [drip(therapy, hours)], "urgent", "infusion-reaction")
      for s in ("dizziness", "headache", "nausea", "chills", "trouble-breathing", "wheezing")
      for therapy in ("inotuzumab-ozogamicin", "rituximab", "gemtuzumab-ozogamicin") for hours in (0, 24)],
    ("U6", "dizziness", MILD, [drip(infusing=True)], "urgent", "infusion-reaction"),
    ("C4", "dizziness", MILD, [drip(hours=24.5)], "contact", "infusion-reaction"),
    ("C4", "dizziness", MILD, [drip()], "contact", "infusion-reaction"),
    ("N1", "dizziness", MILD, [drip("rituximab", 2, route="sc")], "unlisted", "none"),
    ("C5", "dizziness", SEVERE, [drip("rituximab", 2, route="sc")], "contact", "other"),
    ("U7", "infection-signs", MILD, [off_pump()], "urgent", "infection"),
    ("U7", "infection-signs", MILD, [drip(hours=100)], "urgent", "infection"),
    ("F1", "infection-signs", MILD, [tablet()], "contact", "other"),
    ("U8", "infection-signs", MODERATE, [tablet()], "urgent", "other"),
    ("F1", "chills", MILD, [], "contact", "other"),
    ("U8", "chills", MODERATE, [], "urgent", "other"),
    *[("F1", s, SEVERE, [], "contact", "other") for s in ("agitation", "palpitations", "one-sided-leg-swelling", "rapid-weight-gain")],
    *[("U8", s, MILD, [], "urgent", "other") for s in ("chest-pain", "face-throat-swelling", "vomiting-blood-black-stools", "jaundice", "wheezing")],
    *[("U8", s, None, [], "urgent", "other") for s in ("one-sided-weakness", "sudden-vision-loss", "seizure", "passing-out")],
    ("U8", "bleeding", SEVERE, [], "urgent", "other"),
    ("N2", "bleeding", MODERATE, [], "unlisted", "none"),
    *[("L1", s, MILD, [pump()], "urgent", "crs") for s in ("vomiting", "muscle-aches", "joint-stiffness", "sweating")],
    ("C4", "vomiting", MILD, [off_pump()], "contact", "crs"),
    *[("L2", s, MILD, [drip(hours=100, status="ended", ended_days_ago=56)], "urgent", "liver")
      for s in ("rapid-weight-gain", "jaundice", "dark-urine", "abdominal-swelling")],
    ("L2", "abdominal-pain", SEVERE, [drip(hours=100)], "urgent", "liver"),
    ("N2", "abdominal-swelling", MILD, [drip(status="ended", ended_days_ago=57)], "unlisted", "none"),
    *[("L3", s, MILD, [tablet("ponatinib", 100, status="ended", ended_days_ago=28)], "urgent", "clot")
      for s in ("chest-pain", "one-sided-weakness", "sudden-vision-loss", "trouble-speaking", "one-sided-leg-swelling", "trouble-breathing")],
    *[("L4", s, None, [tablet("nilotinib")], "urgent", "heart-rhythm") for s in ("passing-out", "palpitations", "seizure")],
    *[("L5", s, MILD, [tablet("dasatinib")], "urgent", "other") for s in ("trouble-breathing", "chest-pain")],
    ("L5", "bleeding", MODERATE, [tablet("dasatinib")], "urgent", "other"),
    ("N1", "bleeding", MILD, [tablet("dasatinib")], "unlisted", "none"),
    *[("L5", s, MILD, [tablet(t)], "urgent", "other") for t in TKIS for s in ("rapid-weight-gain", "jaundice")],
    *[("U9", s, SEVERE, [car_t(56)], "urgent", g) for s, g in (("hair-loss", "other"), ("abdominal-pain", "other"), ("thirst", "high-blood-sugar"))],
    *[("C1", s, MILD, [on], "contact", "other") for s in ("abdominal-pain", "weight-loss", "muscle-cramps", "anxiety", "sleep-problems")
      for on in (car_t(365), drip(hours=100), pump())],
    ("C1", "leg-cramps", MILD, [car_t(300)], "contact", "other"),
    ("N1", "leg-cramps", MILD, [pump()], "unlisted", "none"),
    *[("C2", s, MILD, [on], "contact", "high-blood-sugar") for s in ("thirst", "low-urine", "dry-flushed-skin", "irritability")
      for on in (car_t(365), drip(hours=100), pump())],
    ("N1", "thirst", MILD, [car_t(366)], "unlisted", "none"),
    *[("C5", s, SEVERE, [], "contact", "other") for s in ("vomiting", "hair-loss")],
    *[("C7", s, MODERATE, [tablet(t, 28)], "contact", "common") for t in TKIS for s in ("nausea", "rash", "fatigue")],
    *[("X1", s, MODERATE, [tablet(t, 27)], "expected", "common") for t in TKIS for s in ("nausea", "rash", "fatigue")],
    *[("X1", s, MILD, [tablet(t, 400)], "expected", "common") for t in TKIS for s in ("diarrhoea", "leg-aches", "leg-cramps")],
    ("C5", "nausea", SEVERE, [tablet()], "contact", "common"),
    ("C9", "low-blood-count-result", None, [pump()], "contact", "low-blood-counts"),
    ("C11", "hair-loss", MILD, [car_t(56)], "contact", "other"),
    ("N1", "hair-loss", MILD, [car_t(57)], "unlisted", "none"),
    ("C11", "rash", MILD, [car_t(20), tablet()], "contact", "other"),
    ("N2", "rash", MILD, [tablet(status="planned")], "unlisted", "none"),
    ("N2", "rash", MILD, [tablet(status="ended", ended_days_ago=29)], "unlisted", "none"),
    ("N2", "nausea", MILD, [car_t(-1)], "unlisted", "none"),
    ("U1", "nausea", MILD, [car_t(20, status="ended", ended_days_ago=100)], "urgent", "crs"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "symptom", "severity", "on", "level", "group"),
    CASES,
    ids=[f"{c[0]}-{c[1]}-{c[2]}-{i}" for i, c in enumerate(CASES)],
)
def test_a_rule_answers_at_the_edges_of_its_time_and_severity(
    rule: str, symptom: str, severity: Severity | None, on: list[Standing], level: str, group: str
) -> None:
    found = judge((symptom, severity), on=on)
    assert answer(found) == (level, group)
    assert rule in {finding.rule for finding in found.findings if finding.level == found.level}


def test_every_rule_is_met_by_a_case_above_or_by_a_temperature() -> None:
    met = {case[0] for case in CASES} | {"C6", "C10"}
    assert met == {rule.id for rule in catalogue().rules.rules}


@pytest.mark.parametrize(
    ("day", "group"), [(0, "crs"), (56, "crs"), (57, "infection"), (900, "infection")]
)
def test_a_fever_after_car_t_leads_with_crs_and_later_with_infection(day: int, group: str) -> None:
    assert answer(judge(heat("38.0"), on=[car_t(day)])) == ("urgent", group)


def test_headache_and_nausea_together_on_the_pump_are_more_than_each_alone() -> None:
    assert answer(judge(("headache", MILD), ("nausea", MILD), on=[pump()])) == (
        "contact",
        "infusion-reaction",
    )
    assert answer(judge(("headache", MILD), ("nausea", MILD), on=[off_pump()]))[0] == "expected"


def test_a_combination_is_completed_by_what_was_reported_in_the_hours_before() -> None:
    found = judge(("headache", MILD), on=[pump()], earlier=[Reported("nausea", MILD)])
    assert found.level.slug == "contact"
    assert {f.symptom for f in found.findings} == {"headache"}


@pytest.mark.parametrize(
    ("report", "standing", "level"),
    [
        (("nausea", None), pump(), "urgent"),  # no severity: severe
        (("dizziness", MILD), Standing("blinatumomab"), "urgent"),  # not said to have stopped
        (("dizziness", MILD), Standing("blinatumomab", status="ended"), "urgent"),
        (("dizziness", MILD), Standing("inotuzumab-ozogamicin"), "contact"),  # none given yet
        (("dizziness", MILD), drip("rituximab", 2), "urgent"),  # no route: by drip
        (("rash", MILD), tablet(status="ended"), "expected"),  # ended, nobody knows when
        (("fatigue", MODERATE), tablet(day=None), "contact"),  # nobody knows since when
        (("nausea", MILD), car_t(None), "urgent"),
        (("dizziness", MILD), drip("rituximab", days_since_infusion=1), "urgent"),
        (("dizziness", MILD), drip("rituximab", days_since_infusion=2), "contact"),
        (("dizziness", MILD), drip("rituximab", status="ended", ended_days_ago=1), "urgent"),
        (("dizziness", MILD), drip("rituximab", status="ended", ended_days_ago=2), "contact"),
    ],
)
def test_a_missing_fact_falls_to_the_more_urgent_side(
    report: tuple[str, Severity | None], standing: Standing, level: str
) -> None:
    assert judge(report, on=[standing]).level.slug == level


@pytest.mark.parametrize(
    ("symptom", "severity", "first"),
    [
        ("seizure", None, "emergency"), ("passing-out", None, "emergency"),
        ("one-sided-weakness", None, "emergency"), ("sudden-vision-loss", None, "emergency"),
        ("chest-pain", MILD, "emergency"), ("face-throat-swelling", MILD, "emergency"),
        ("vomiting-blood-black-stools", MILD, "emergency"),
        ("reduced-consciousness", SEVERE, "emergency"), ("reduced-consciousness", MODERATE, "team"),
        ("trouble-breathing", SEVERE, "emergency"), ("trouble-breathing", MODERATE, "team"),
        ("bleeding", SEVERE, "emergency"), ("bleeding", MODERATE, "team"),
        ("confusion", SEVERE, "team"),
    ],
)  # fmt: skip
def test_the_emergency_number_comes_first_where_the_rules_say_so(
    symptom: str, severity: Severity | None, first: str
) -> None:
    assert judge((symptom, severity), on=[pump()]).call_first == first


def test_the_leading_group_is_of_a_source_before_the_labelling_before_the_floor() -> None:
    found = judge(("dizziness", MILD), on=[pump()])
    assert found.groups == ("infusion-reaction", "crs")
    assert judge(("confusion", MILD), on=[pump()]).groups == ("nervous-system", "other")


def test_a_finding_comes_back_with_the_callers_name_for_the_course() -> None:
    found = judge(("dizziness", MILD), on=[pump(course="the second")])
    assert found.findings[0].course == "the second"


def test_age_and_cycle_change_no_level() -> None:
    levels = {judge(("tremor", MILD), on=[pump(cycle=c)]).level for c in (1, 2, 5, None)}
    assert len(levels) == 1
