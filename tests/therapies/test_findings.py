"""Which symptom and which therapy a finding is about, where there are several."""

from tests.therapies.test_urgency import MILD, SEVERE, judge, off_pump, tablet
from therapies.standing import Standing
from therapies.urgency import Assessment


def about(found: Assessment, rule: str) -> list[tuple[str, str | None]]:
    return [(f.symptom, f.therapy) for f in found.findings if f.rule == rule]


def test_what_was_found_about_one_symptom_says_nothing_about_another() -> None:
    found = judge(("confusion", SEVERE), ("hair-loss", SEVERE), ("thirst", MILD), on=[])
    assert about(found, "C5") == [("hair-loss", None)]
    assert about(found, "N2") == [("thirst", None)]
    turned = judge(("thirst", MILD), ("hair-loss", SEVERE), ("confusion", SEVERE), on=[])
    assert about(turned, "C5") == [("hair-loss", None)]


def test_what_is_severe_is_about_a_therapy_that_lists_it_and_counts() -> None:
    assert about(judge(("hair-loss", SEVERE), on=[tablet()]), "C5") == [("hair-loss", None)]
    found = judge(("constipation", SEVERE), on=[off_pump(), tablet()])
    assert about(found, "C5") == [("constipation", "blinatumomab")]
    over = Standing("blinatumomab", status="ended", ended_days_ago=400)
    assert about(judge(("constipation", SEVERE), on=[over]), "C5") == [("constipation", None)]
