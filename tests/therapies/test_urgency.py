"""Every rule and every threshold: below, at and above, in °C and °F."""
# ruff: noqa: E501 (a table is read in rows)

from decimal import Decimal
from typing import Any

import pytest

from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.standing import Standing
from therapies.urgency import Assessment, SymptomReport, assess

MILD, MODERATE, SEVERE = Severity
TKIS = ["imatinib", "dasatinib", "nilotinib", "bosutinib", "ponatinib"]
ADULT_CAR_T = ["brexucabtagene-autoleucel", "obecabtagene-autoleucel"]
IMATINIB = [
    "swelling-limbs",
    "puffy-eyelids",
    "muscle-cramps",
    "vomiting",
    "abdominal-pain",
    "appetite-loss",
]


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
    *reports: tuple[str, Severity | None] | SymptomReport, on: list[Standing], **more: Any
) -> Assessment:
    given = [r if isinstance(r, SymptomReport) else SymptomReport(r[0], r[1]) for r in reports]
    return assess(given, on, rules=catalogue().rules, **more)


def heat(temperature: str | None, unit: str | None = "C") -> SymptomReport:
    return SymptomReport("fever", None, Decimal(temperature) if temperature else None, unit)


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
    ("C4", "bruising", MODERATE, [car_t(57)], "contact", "low-blood-counts"),
    ("U10", "bleeding", MODERATE, [car_t(57)], "urgent", "low-blood-counts"),
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
    *[("X2", s, MODERATE, [pump()], "expected", "common") for s in ("nausea", "constipation", "swelling-limbs")],
    *[("X2", s, MILD, [pump()], "expected", "common") for s in ("headache", "rash")],
    *[("X2", s, MODERATE, [off_pump()], "expected", "common") for s in ("headache", "rash")],
    ("X2", "low-potassium", None, [off_pump()], "expected", "common"),
    *[("L10", "tremor", s, [on], "contact", "nervous-system") for s in (MILD, MODERATE) for on in (pump(), off_pump())],
    ("L10", "tremor", SEVERE, [off_pump(hours_since_infusion_end=24.5)], "contact", "nervous-system"),
    *[("L8", "tremor", SEVERE, [on], "urgent", "nervous-system") for on in (pump(), off_pump(hours_since_infusion_end=24))],
    *[("L8", "rash", s, [pump()], "urgent", "infusion-reaction") for s in (MODERATE, SEVERE)],
    ("L9", "headache", MODERATE, [pump()], "contact", "nervous-system"),
    ("L9", "fatigue", MODERATE, [off_pump(hours_since_infusion_end=24)], "contact", "crs"),
    ("N1", "fatigue", MODERATE, [off_pump()], "unlisted", "none"),
    ("N1", "fatigue", MILD, [pump()], "unlisted", "none"),
    ("L1", "fatigue", SEVERE, [pump()], "urgent", "crs"),
    *[("U6", s, MILD, [drip(therapy, hours)], "urgent", "infusion-reaction")
      for s in ("dizziness", "headache", "nausea", "chills", "trouble-breathing", "wheezing")
      for therapy in ("inotuzumab-ozogamicin", "rituximab", "gemtuzumab-ozogamicin") for hours in (0, 24)],
    ("U6", "dizziness", MILD, [drip(infusing=True)], "urgent", "infusion-reaction"),
    ("C4", "dizziness", MILD, [drip(hours=24.5)], "contact", "infusion-reaction"),
    ("C4", "dizziness", MILD, [drip()], "contact", "infusion-reaction"),
    ("N1", "dizziness", MILD, [drip("rituximab", 2, route="sc")], "unlisted", "none"),
    ("U8", "dizziness", SEVERE, [drip("rituximab", 2, route="sc")], "urgent", "other"),
    *[("L7", s, MILD, [drip("rituximab", 24)], "urgent", "infusion-reaction")
      for s in ("rash", "palpitations", "cough", "face-throat-swelling", "chest-pain")],
    ("L7", "fatigue", SEVERE, [drip("rituximab", infusing=True)], "urgent", "infusion-reaction"),
    ("N1", "fatigue", MODERATE, [drip("rituximab", 24)], "unlisted", "none"),
    ("N1", "rash", MODERATE, [drip("rituximab", 24.5)], "unlisted", "none"),
    ("N1", "rash", MODERATE, [drip("rituximab", 2, route="sc")], "unlisted", "none"),
    *[("U11", "rash", MILD, [drip(t, 24)], "urgent", "infusion-reaction")
      for t in ("inotuzumab-ozogamicin", "gemtuzumab-ozogamicin")],
    *[("U11", "puffy-eyelids", MILD, [on], "urgent", "infusion-reaction") for on in
      (pump(), drip(hours=24), drip("rituximab", 24), drip("gemtuzumab-ozogamicin", 24))],
    ("N1", "puffy-eyelids", MILD, [drip("rituximab", 24.5)], "unlisted", "none"),
    ("U7", "infection-signs", MILD, [off_pump()], "urgent", "infection"),
    ("U7", "infection-signs", MILD, [drip(hours=100)], "urgent", "infection"),
    ("F1", "infection-signs", MILD, [tablet()], "contact", "other"),
    ("U8", "infection-signs", MODERATE, [tablet()], "urgent", "other"),
    ("F1", "chills", MILD, [], "contact", "other"),
    ("U8", "chills", MODERATE, [], "urgent", "other"),
    *[("F1", s, SEVERE, [], "contact", "other") for s in ("palpitations", "rapid-weight-gain")],
    ("F1", "agitation", MODERATE, [], "contact", "other"),
    ("F1", "one-sided-leg-swelling", MILD, [], "contact", "other"),
    ("U8", "one-sided-leg-swelling", MODERATE, [], "urgent", "other"),
    *[("U8", s, SEVERE, [], "urgent", "other") for s in
      ("vomiting", "diarrhoea", "abdominal-pain", "rash", "headache", "mouth-sores", "dizziness", "agitation", "puffy-eyelids", "low-urine")],
    *[("F1", s, MODERATE, [on], "contact", "other") for s in
      ("sore-throat", "mouth-sores", "vomiting", "cough", "puffy-eyelids") for on in (tablet("bosutinib"), tablet("dasatinib"))
      if s != "puffy-eyelids"],
    *[("F1", s, MODERATE, [], "contact", "other") for s in ("sore-throat", "mouth-sores", "vomiting", "diarrhoea", "cough", "puffy-eyelids")],
    *[("N2", s, MILD, [], "unlisted", "none") for s in ("sore-throat", "mouth-sores", "vomiting", "diarrhoea", "cough", "puffy-eyelids")],
    ("N2", "low-urine", MODERATE, [], "unlisted", "none"),
    *[("U8", s, MILD, [], "urgent", "other") for s in ("mottled-skin", "hallucinations")],
    ("U8", "self-harm-thoughts", None, [], "urgent", "other"),
    ("F1", "stiff-neck", MILD, [tablet()], "contact", "other"),
    ("U8", "stiff-neck", MODERATE, [tablet()], "urgent", "other"),
    *[("U12", s, MILD, [on], "urgent", "nervous-system") for s in ("stiff-neck", "hallucinations")
      for on in (car_t(900), pump(), off_pump())],
    *[("U13", s, MILD, [car_t(d)], "urgent", g) for s, g in (("tremor", "nervous-system"), ("palpitations", "crs")) for d in (0, 56)],
    ("F3", "tremor", MILD, [car_t(57)], "contact", "nervous-system"),
    ("F1", "palpitations", MILD, [car_t(57)], "contact", "other"),
    *[("U1", "nausea", MILD, [Standing(t, days_since_infusion=56)], "urgent", "crs") for t in ADULT_CAR_T],
    *[("C4", "nausea", MILD, [Standing(t, days_since_infusion=57)], "contact", "crs") for t in ADULT_CAR_T],
    *[("U2", "confusion", MILD, [Standing(t, days_since_infusion=900, status="ended", ended_days_ago=800)], "urgent", "nervous-system") for t in ADULT_CAR_T],
    *[("U8", s, MILD, [], "urgent", "other") for s in ("chest-pain", "face-throat-swelling", "vomiting-blood-black-stools", "jaundice", "wheezing")],
    *[("U8", s, None, [], "urgent", "other") for s in ("one-sided-weakness", "sudden-vision-loss", "seizure", "passing-out")],
    *[("U10", "bleeding", s, [], "urgent", "low-blood-counts") for s in (MODERATE, SEVERE)],
    ("F2", "bleeding", MILD, [], "contact", "low-blood-counts"),
    *[("F2", "bruising", s, [], "contact", "low-blood-counts") for s in (MILD, MODERATE)],
    ("U10", "bruising", SEVERE, [], "urgent", "low-blood-counts"),
    ("F2", "low-blood-count-result", None, [tablet()], "contact", "low-blood-counts"),
    *[("L1", s, MILD, [pump()], "urgent", "crs") for s in ("vomiting", "muscle-aches", "joint-stiffness", "sweating")],
    ("C4", "vomiting", MILD, [off_pump()], "contact", "crs"),
    *[("L2", s, MILD, [drip(hours=100, status="ended", ended_days_ago=56)], "urgent", "liver")
      for s in ("rapid-weight-gain", "jaundice", "dark-urine", "abdominal-swelling")],
    *[("L2", s, MILD, [drip("gemtuzumab-ozogamicin", 100, status="ended", ended_days_ago=56)], "urgent", "liver")
      for s in ("rapid-weight-gain", "jaundice", "dark-urine", "abdominal-swelling")],
    *[("L2", "abdominal-pain", SEVERE, [drip(t, 100)], "urgent", "liver") for t in ("inotuzumab-ozogamicin", "gemtuzumab-ozogamicin")],
    ("N2", "abdominal-swelling", MILD, [drip(status="ended", ended_days_ago=57)], "unlisted", "none"),
    *[("L6", "abdominal-swelling", MILD, [drip(t, status="ended", ended_days_ago=200, days_since_transplant=d)], "urgent", "liver")
      for t in ("inotuzumab-ozogamicin", "gemtuzumab-ozogamicin") for d in (0, 100)],
    *[("N2", "abdominal-swelling", MILD, [drip(status="ended", ended_days_ago=200, days_since_transplant=d)], "unlisted", "none")
      for d in (-1, 101)],
    *[("L3", s, MILD, [tablet("ponatinib", 100, status="ended", ended_days_ago=28)], "urgent", "clot")
      for s in ("chest-pain", "one-sided-weakness", "sudden-vision-loss", "trouble-speaking", "one-sided-leg-swelling", "trouble-breathing")],
    ("L3", "leg-aches", SEVERE, [tablet("ponatinib")], "urgent", "clot"),
    ("X1", "leg-aches", MODERATE, [tablet("ponatinib")], "expected", "common"),
    *[("L3", "pins-and-needles", s, [tablet("ponatinib")], "urgent", "clot") for s in (MODERATE, SEVERE)],
    ("N1", "pins-and-needles", MILD, [tablet("ponatinib")], "unlisted", "none"),
    ("L4", "dizziness", MILD, [tablet("nilotinib")], "urgent", "heart-rhythm"),
    ("N1", "dizziness", MODERATE, [tablet("imatinib")], "unlisted", "none"),
    *[("X3", s, MILD, [tablet()], "expected", "common") for s in IMATINIB],
    *[("L11", s, MODERATE, [tablet()], "contact", "common") for s in IMATINIB],
    *[("F4", s, g, [tablet(t)], "contact", "other") for t in TKIS[1:] for s in ("swelling-limbs", "puffy-eyelids") for g in (MILD, MODERATE)],
    *[("L4", s, None, [tablet("nilotinib")], "urgent", "heart-rhythm") for s in ("passing-out", "palpitations", "seizure")],
    *[("L5", s, MILD, [tablet("dasatinib")], "urgent", "other") for s in ("trouble-breathing", "chest-pain")],
    ("L5", "bleeding", MODERATE, [tablet("dasatinib")], "urgent", "other"),
    ("F2", "bleeding", MILD, [tablet("dasatinib")], "contact", "low-blood-counts"),
    *[("L5", s, MILD, [tablet(t)], "urgent", "other") for t in TKIS for s in ("rapid-weight-gain", "jaundice")],
    *[("U9", s, SEVERE, [car_t(56)], "urgent", g) for s, g in (("hair-loss", "other"), ("weight-loss", "other"), ("thirst", "high-blood-sugar"))],
    *[("C1", s, MILD, [on], "contact", "other") for s in ("abdominal-pain", "weight-loss", "muscle-cramps", "anxiety", "sleep-problems")
      for on in (car_t(365), drip(hours=100), pump())],
    ("C1", "leg-cramps", MILD, [car_t(300)], "contact", "other"),
    ("N1", "leg-cramps", MILD, [pump()], "unlisted", "none"),
    *[("C2", s, MILD, [on], "contact", "high-blood-sugar") for s in ("thirst", "low-urine", "dry-flushed-skin", "irritability")
      for on in (car_t(365), drip(hours=100), pump())],
    ("N1", "thirst", MILD, [car_t(366)], "unlisted", "none"),
    *[("C5", s, SEVERE, [], "contact", "other") for s in ("fatigue", "hair-loss")],
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
    met = {case[0] for case in CASES} | {"C6", "C10", "U14"}
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
    found = judge(("headache", MILD), on=[pump()], earlier=[SymptomReport("nausea", MILD)])
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
        ("confusion", SEVERE, "emergency"), ("confusion", MODERATE, "team"),
        ("trouble-speaking", SEVERE, "emergency"), ("trouble-speaking", MODERATE, "team"),
        ("wheezing", SEVERE, "emergency"), ("wheezing", MODERATE, "team"),
        ("mottled-skin", MILD, "emergency"), ("self-harm-thoughts", None, "crisis"),
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


def test_an_emergency_goes_before_a_crisis_and_a_crisis_before_the_team() -> None:
    reports = [("self-harm-thoughts", None), ("chills", MODERATE)]
    assert judge(*reports, on=[]).call_first == "crisis"
    assert judge(*reports, ("chest-pain", MILD), on=[]).call_first == "emergency"


def test_of_two_reports_of_one_sign_the_more_urgent_decides_whom_to_call() -> None:
    both = [("trouble-speaking", MILD), ("trouble-speaking", None)]
    assert judge(*both, on=[]).call_first == "emergency"
    assert judge(*reversed(both), on=[]).call_first == "emergency"


# Several amber signs at once (JC-61).


def rules_met(found: Assessment) -> set[str]:
    return {finding.rule for finding in found.findings}


def test_two_different_amber_signs_are_urgent_together() -> None:
    found = judge(("cough", MODERATE), ("sore-throat", MODERATE), on=[tablet()])
    assert answer(found) == ("urgent", "other")
    assert "U14" in rules_met(found)
    assert {f.symptom for f in found.findings if f.rule == "U14"} == {"cough", "sore-throat"}


@pytest.mark.parametrize(
    ("first", "second", "on"),
    [
        (("cough", MODERATE), ("cough", MODERATE), []),  # the same sign twice
        (("cough", MODERATE), ("bleeding", MILD), []),  # for the team, but mild
        (("cough", MODERATE), ("rash", MODERATE), []),  # nothing sends a rash to the team here
        (("cough", MODERATE), ("fatigue", SEVERE), []),  # tiredness never adds up
        (("swelling-limbs", MODERATE), ("puffy-eyelids", MODERATE), [tablet()]),
        (("headache", MILD), ("nausea", MILD), [pump()]),  # C10 is about both, not about each
    ],
)
def test_one_amber_sign_is_not_several(first: Any, second: Any, on: list[Standing]) -> None:
    found = judge(first, second, on=on)
    assert found.level.slug == "contact"
    assert "U14" not in rules_met(found)


@pytest.mark.parametrize("temperature", ["37.5", "37.9", "35.0", "35.9"])
def test_a_raised_or_low_reading_is_an_amber_sign(temperature: str) -> None:
    found = judge(heat(temperature), ("cough", MODERATE), on=[])
    assert answer(found) == ("urgent", "other")


def test_an_ordinary_reading_is_not() -> None:
    assert judge(heat("37.4"), ("cough", MODERATE), on=[]).level.slug == "contact"


def test_an_amber_sign_of_the_hours_before_counts_with_one_of_now() -> None:
    now, before = ("cough", MODERATE), SymptomReport("sore-throat", MODERATE)
    found = judge(now, on=[], earlier=[before])
    assert found.level.slug == "urgent"
    assert {f.symptom for f in found.findings} == {"cough"}
    assert judge(now, on=[], earlier=[SymptomReport("sore-throat", MILD)]).level.slug == "contact"
    assert judge(now, on=[], earlier=[SymptomReport("cough", MODERATE)]).level.slug == "contact"
    worse = [SymptomReport("vomiting", SEVERE)]  # urgent by itself, and no less amber for it
    assert judge(now, on=[], earlier=worse).level.slug == "urgent"


def test_what_was_amber_when_it_was_judged_stays_amber_after_the_pump_has_stopped() -> None:
    headache = SymptomReport("headache", MODERATE)
    off = off_pump(hours_since_infusion_end=25)
    assert judge(("cough", MODERATE), on=[off], earlier=[headache]).level.slug == "contact"
    was = SymptomReport("headache", MODERATE, was_for_team=True)
    assert judge(("cough", MODERATE), on=[off], earlier=[was]).level.slug == "urgent"


# Words: what is borrowed says so, and nothing is "after" an infusion that is still to come.


def test_every_finding_from_a_borrowed_list_says_that_it_is_borrowed() -> None:
    borrowed = {m.borrowed_from for r in catalogue().rules.rules for m in r.matches}
    assert borrowed >= {"tisagenlecleucel", "blinatumomab", "rituximab", "imatinib"}
    for rule in catalogue().rules.rules:
        for match in rule.matches:
            if match.borrowed_from:
                assert "borrowed" in match.plain
                assert match.basis == "floor" or match.late


def test_before_the_infusion_of_the_day_the_level_is_the_same_and_the_words_are_not() -> None:
    before = judge(("nausea", MILD), on=[car_t(0, is_before_infusion=True)])
    after = judge(("nausea", MILD), on=[car_t(0)])
    assert answer(before) == answer(after)
    assert "weeks after" in after.findings[0].plain
    assert not any("weeks after" in finding.plain for finding in before.findings)
