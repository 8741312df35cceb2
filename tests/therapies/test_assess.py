"""The assess command answers worked cases with the rules that serve the page."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

VIGNETTES = Path(__file__).with_name("vignettes.csv")
ROWS = list(csv.DictReader(io.StringIO(VIGNETTES.read_text(encoding="utf-8"))))


def run(path: Path | str) -> tuple[list[dict[str, Any]], int]:
    out = io.StringIO()
    status = 0
    try:
        call_command("assess", str(path), stdout=out)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], status


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    found, status = run(VIGNETTES)
    assert status == 0
    return {answer["id"]: answer for answer in found}


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_worked_case_comes_out_inside_its_bounds(
    row: dict[str, str], answers: dict[str, Any]
) -> None:
    answer = answers[row["id"]]
    assert answer["level"] in row["acceptable_levels"].split("|")
    assert answer["groups"][0] in row["acceptable_groups"].split("|")
    if row["expected_call_first"]:
        assert answer["call_first"] == row["expected_call_first"]
    if row["basis"] == "seeds":
        assert answer["level"] == row["expected_level"]
        assert answer["groups"][0] == row["expected_group"]


def test_every_finding_names_its_rule_and_cites_where_it_stands(answers: dict[str, Any]) -> None:
    findings = [finding for answer in answers.values() for finding in answer["findings"]]
    assert findings
    for finding in findings:
        assert set(finding) == {
            "rule", "level", "group", "basis", "borrowed_from", "therapy", "symptom", "citations",
        }  # fmt: skip
        assert all(c["source"] and c["heading"] for c in finding["citations"])
        assert finding["citations"]


def case(therapies: Any = "[]", symptoms: Any = "[]", **more: str) -> dict[str, str]:
    def text(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    return {"id": "X", "therapies_json": text(therapies), "symptoms_json": text(symptoms), **more}


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


WRONG = [
    case(symptoms="[{"),
    case(symptoms=[{"slug": "grumpiness"}]),
    case(symptoms=[{"severity": "mild"}]),
    case(symptoms=[{"slug": "nausea", "severity": "awful"}]),
    case(symptoms=[{"slug": "nausea", "strength": "mild"}]),
    case(symptoms=[{"slug": "nausea", "temp": 38.0, "unit": "C"}]),
    case(symptoms=[{"slug": "fever", "temp": "warm", "unit": "C"}]),
    case(symptoms='[{"slug": "fever", "temp": NaN, "unit": "C"}]'),
    case(symptoms='[{"slug": "fever", "temp": 1e999999, "unit": "F"}]'),
    case(symptoms=[{"slug": "fever", "temp": True, "unit": "C"}]),
    case(symptoms=[{"slug": "fever", "temp": 38.0, "unit": "K"}]),
    case(symptoms={"slug": "nausea"}),
    case(symptoms='["nausea"]'),
    case(symptoms=""),
    case(therapies=[{"slug": "aspirin"}]),
    case(therapies=[{"slug": "imatinib", "status": "paused"}]),
    case(therapies=[{"slug": "imatinib", "days_since_start": "ten"}]),
    case(therapies=[{"slug": "imatinib", "days_since_start": 1.5}]),
    case(therapies=[{"slug": "blinatumomab", "infusing": "yes"}]),
    case(therapies=[{"slug": "rituximab", "hours_since_infusion_end": -1}]),
    case(therapies=[{"slug": "rituximab", "route": "nose"}]),
]


@pytest.mark.parametrize("row", WRONG, ids=lambda row: row["symptoms_json"] + row["therapies_json"])
def test_a_faulty_line_gives_an_error_in_its_place_and_the_others_are_answered(
    row: dict[str, str], tmp_path: Path
) -> None:
    good = case(symptoms=[{"slug": "seizure"}])
    answers, status = run(write(tmp_path / "cases.csv", [good, row, good]))
    assert status == 1
    assert [set(a) for a in answers] == [
        {"id", "level", "groups", "call_first", "findings"},
        {"id", "line", "error"},
        {"id", "level", "groups", "call_first", "findings"},
    ]
    assert answers[1]["line"] == 3
    assert answers[1]["error"]


def test_a_line_with_too_many_values_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("id,therapies_json,symptoms_json\nX,[],[],more\n")
    answers, status = run(path)
    assert status == 1
    assert "more values" in answers[0]["error"]


def test_a_line_with_too_few_values_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("id,therapies_json,symptoms_json\nX,[]\n")
    answers, status = run(path)
    assert status == 1
    assert "symptoms_json" in answers[0]["error"]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("37.5", "urgent"),
        ("37,5", "urgent"),
        ("38.3", "contact"),
        ("", "contact"),
        (" ", "contact"),
    ],
)
def test_the_familys_line_lowers_the_fever_line_and_never_raises_it(
    line: str, level: str, tmp_path: Path
) -> None:
    row = case(symptoms=[{"slug": "fever", "temp": 37.6, "unit": "C"}], fever_from_c=line)
    answers, _ = run(write(tmp_path / "cases.csv", [row]))
    assert answers[0]["level"] == level


def test_a_laxer_card_does_not_hide_a_fever(tmp_path: Path) -> None:
    row = case(symptoms=[{"slug": "fever", "temp": 38.1, "unit": "C"}], fever_from_c="38.5")
    answers, _ = run(write(tmp_path / "cases.csv", [row]))
    assert answers[0]["level"] == "urgent"


def test_a_familys_line_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    answers, status = run(write(tmp_path / "cases.csv", [case(fever_from_c="hot")]))
    assert status == 1
    assert "fever_from_c" in answers[0]["error"]


def test_standard_input_is_read_with_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'id,therapies_json,symptoms_json\nX,[],"[{""slug"": ""seizure""}]"\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    answers, status = run("-")
    assert status == 0
    assert answers[0]["level"] == "urgent"


def test_nothing_reported_is_unlisted_and_of_no_group(tmp_path: Path) -> None:
    answers, status = run(write(tmp_path / "cases.csv", [case()]))
    assert status == 0
    assert answers == [
        {"id": "X", "level": "unlisted", "groups": ["none"], "call_first": "team", "findings": []}
    ]


def test_a_missing_file_or_column_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file"):
        call_command("assess", str(tmp_path / "none.csv"))
    path = tmp_path / "cases.csv"
    path.write_text("id,therapies_json\n")
    with pytest.raises(CommandError, match="symptoms_json"):
        call_command("assess", str(path))
