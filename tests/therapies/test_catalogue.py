"""A faulty catalogue is refused by the name of its file and entry; the real one is whole."""
# ruff: noqa: E501 (a table is read in rows)

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.checks.registry import registry
from django.db import connection

from accounts.models import Patient
from diary.models import Course
from tests.therapies.section_f import KINDS, SECTION_D4, rows
from therapies.ask import strengths
from therapies.catalogue import FOLDER, catalogue
from therapies.catalogue.load import load
from therapies.catalogue.read_toml import CatalogueError
from therapies.checks import stored_slugs_are_known
from therapies.pages.verdicts import moments_of
from therapies.rulebook import Level
from therapies.urgency import RuleFinding, SymptomReport, assess


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue, to be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))


# What is planted: file, the line that names the entry, what stands there, what stands there then.
FAULTS = {
    "a code with a slip of the finger": (
        "codes.toml", 'code = "25064002"', '"25064002"', '"25046002"', "check digit"),
    "a code for a symptom that is not there": (
        "codes.toml", 'symptom = "headache"', '"headache"', '"headaches"', "headaches"),
    "a code for a no": (
        "codes.toml", 'symptom = "seizure"', r'\["yes"\]', '["yes", "no"]', "91175000"),
    "a code without a known guide": (
        "codes.toml", 'code = "25064002"', 'guide = "covid"', 'guide = "hearsay"', "hearsay"),
    "an effect without a citation": (
        "effects.toml", 'id = "tki-common-001"', r"\ncitations = .*", "", "has no citation"),
    "an effect with an empty list of citations": (
        "effects.toml", 'id = "tki-common-001"', r"citations = .*", "citations = []", "no citation"),
    "a citation without a heading": (
        "effects.toml", 'id = "tki-common-001"', r'heading = "[^"]*"', 'heading = ""', "heading"),
    "a citation of an unknown source": (
        "effects.toml", 'id = "tki-common-001"', 'source = "001"', 'source = "007"', "“007”"),
    "a therapy without a citation": (
        "therapies.toml", 'slug = "rituximab"', r"(?s)\ncitations = \[.*?\n\]", "", "no citation"),
    "a disagreement without sides": (
        "disagreements.toml", 'id = "tki-whose-list"', r"(?s)sides = \[.*?\n\]", "sides = []", "no citation"),
    "a rule without a citation": (
        "rules.toml", 'id = "C9"', r"\ncite = .*", "", "has no citation"),
    "a rule with an unknown citation": (
        "rules.toml", 'id = "C9"', r"cite = .*", 'cite = ["hearsay"]', "“hearsay”"),
    "a label effect that cites a source": (
        "effects.toml", 'id = "inotuzumab-liver-label"', 'label = "besponsa"', 'source = "000"', "basis is label"),
    "a source effect that cites a label": (
        "effects.toml", 'id = "tki-common-001"', 'source = "001"', 'label = "gleevec"', "basis is source"),
    "a label that was seen nowhere": (
        "sources.toml", 'id = "besponsa"', r"\nseen_on = .*", "", "no “seen_on”"),
    "a label seen on an empty page": (
        "sources.toml", 'id = "besponsa"', r"seen_on = .*", 'seen_on = " "', "“seen_on” is empty"),
    "a floor rule that cites a source": (
        "rules.toml", 'id = "F1"', r"cite = .*", 'cite = ["crs-002"]', "basis is floor"),
    "a floor rule whose decision nobody took": (
        "rules.toml", "jc-20 =", '"JC-20"', '"JC-99"', "“JC-99” is not a known decision"),
    "a rule on an unknown decision": (
        "rules.toml", 'id = "F1"', r'decisions = \["JC-20"', 'decisions = ["JC-99"', "“JC-99”"),
    "an effect on an unknown decision": (
        "effects.toml", 'id = "tki-common-001"', 'decision = "JC-08"', 'decision = "JC-99"', "“JC-99”"),
    "an unknown symptom in an effect": (
        "effects.toml", 'id = "tki-common-001"', '"leg-aches"', '"sneezing"', "“sneezing”"),
    "a symptom only severe that is not in its list": (
        "effects.toml", 'id = "inotuzumab-liver-label"', r'only_severe = \["abdominal-pain"\]', 'only_severe = ["fever"]', "“fever”"),
    "an unknown therapy in an effect": (
        "effects.toml", 'id = "tki-common-001"', '"bosutinib"', '"aspirin"', "“aspirin”"),
    "an unknown group": (
        "effects.toml", 'id = "tki-common-001"', 'group = "common"', 'group = "luck"', "“luck”"),
    "an unknown basis": (
        "effects.toml", 'id = "inotuzumab-liver-label"', 'basis = "label"', 'basis = "rumour"', "“rumour”"),
    "an unknown symptom in a rule": (
        "rules.toml", 'id = "C9"', '"low-blood-count-result"', '"sneezing"', "“sneezing”"),
    "an unknown therapy in a rule": (
        "rules.toml", 'id = "C9"', '"blinatumomab"', '"aspirin"', "“aspirin”"),
    "an unknown reading in a rule": (
        "rules.toml", 'id = "C6"', '"raised"', '"lukewarm"', "“lukewarm”"),
    "an unknown level": (
        "rules.toml", 'id = "C9"', 'level = "contact"', 'level = "later"', "“later”"),
    "an unknown area": (
        "symptoms.toml", 'slug = "cough"', 'area = "breathing"', 'area = "lungs"', "“lungs”"),
    "an unknown kind of answer": (
        "symptoms.toml", 'slug = "cough"', 'kind = "severity"', 'kind = "colour"', "“colour”"),
    "a symptom without synonyms": (
        "symptoms.toml", 'slug = "cough"', r"synonyms = \[[^\]]*\]", "synonyms = []", "no synonyms"),
    "an own symptom that other words find": (
        "own.toml", 'slug = "own-sign"', 'kind = "yes-no"', 'kind = "yes-no"\nsynonyms = ["itch"]', "other words"),
    "an own symptom with the slug of a listed one": (
        "own.toml", 'slug = "own-sign"', 'slug = "own-sign"', 'slug = "cough"', "same slug"),
    "own symptoms of one kind only": (
        "own.toml", 'slug = "own-sign"', 'kind = "yes-no"', 'kind = "severity"', "not one of each"),
    "a rule about an own symptom": (
        "rules.toml", 'id = "C9"', r'symptoms = \["low-blood-count-result"\]', 'symptoms = ["own-sign"]', "“own-sign”"),
    "an ambiguous word with an unknown meaning": (
        "symptoms.toml", 'word = "wobbly"', '"dizziness"', '"jelly"', "“jelly”"),
    "an unknown class": (
        "therapies.toml", 'slug = "imatinib"', '\nclass = "tki"', '\nclass = "pill"', "“pill”"),
    "an unknown way of giving": (
        "therapies.toml", 'slug = "imatinib"', 'giving = "tablet"', 'giving = "spoon"', "“spoon”"),
    "a hospital stay that an unknown source asks for": (
        "therapies.toml", 'slug = "blinatumomab"', 'days = 9, citation = { source = "000"', 'days = 9, citation = { source = "009"', "“009”"),
    "a crisis line in an unknown country": (
        "places.toml", "[[crisis_line]]", 'country = "GB"', 'country = "XX"', "Samaritans"),
    "a rule without a list": (
        "rules.toml", 'id = "C9"', r"(?s)\[\[rule.match\]\]\nsymptoms = \[[^\n]*\]", "", "can never fire"),
    "a rule with an empty list": (
        "rules.toml", 'id = "C9"', r'symptoms = \["low-blood-count-result"\]', "symptoms = []", "can never fire"),
    "a rule whose time ends before it begins": (
        "rules.toml", 'id = "C8"', r"\[0, 365\]", "[365, 0]", "can never fire"),
    "a rule from severe up to moderate": (
        "rules.toml", 'id = "C3"', 'up_to = "moderate"', 'at_least = "severe"\nup_to = "moderate"', "can never fire"),
    "a rule for the time after a drip, about tablets": (
        "rules.toml", 'id = "C7"', r"days_since_start = \[28\]", "hours_after = 24", "can never fire"),
    "a rule about a route its medicine never takes": (
        "rules.toml", 'id = "U6"', 'route = "iv"', 'route = "sc"', "can never fire"),
    "a late rule after a time that never ends": (
        "rules.toml", 'id = "C4"', 'late_of = \\["U1"', 'late_of = ["U4"', "can never fire"),
    "a rule that every other rule stops": (
        "rules.toml", 'id = "C11"', 'unless = "contact"', 'unless = "unlisted"', "can never fire"),
    "two rules of one id": (
        "rules.toml", 'id = "C9"', 'id = "C9"', 'id = "C8"', "twice"),
    "two effects of one id": (
        "effects.toml", 'id = "tki-common-001"', 'id = "tki-common-001"', 'id = "other-list-000"', "twice"),
    "two symptoms of one slug": (
        "symptoms.toml", 'slug = "cough"', 'slug = "cough"', 'slug = "fever"', "twice"),
    "a label with the id of a source": (
        "sources.toml", 'id = "kymriah"', '"kymriah"', '"004"', "same id"),
    "a rule without a plain sentence": (
        "rules.toml", 'id = "C9"', r"\nplain = .*", "", "no plain sentence"),
    "a rule with an empty plain sentence": (
        "rules.toml", 'id = "C9"', r"plain = .*", 'plain = " "', "no plain sentence"),
    "an effect with an empty plain sentence": (
        "effects.toml", 'id = "tki-common-001"', r"plain = .*", 'plain = ""', "“plain” is empty"),
    "a symptom without its meaning": (
        "symptoms.toml", 'slug = "cough"', r"\nmeaning = .*", "", "no “meaning”"),
    "an unknown key in a rule": (
        "rules.toml", 'id = "C9"', 'id = "C9"', 'id = "C9"\nurgency = 3', "“urgency” is not a known key"),
    "an unknown key in a symptom": (
        "symptoms.toml", 'slug = "cough"', 'kind = "severity"', 'kind = "severity"\ngrade = 2', "“grade”"),
    "an unknown key in a time": (
        "rules.toml", 'id = "C8"', "days_since_infusion", "weeks_since_infusion", "“weeks_since_infusion”"),
    "a date that is text": (
        "sources.toml", 'id = "001"', "reviewed = 2022-03-01", 'reviewed = "2022-03-01"', "“reviewed” is not a date"),
    "a next review before the last": (
        "sources.toml", 'id = "001"', "next_review = 2025-03-01", "next_review = 2021-03-01", "before the last"),
    "a difference that is not urgent for anybody": (
        "home.toml", 'slug = "walking"', '"loss-of-balance"', '"tremor"', "“tremor” is not a known symptom that is urgent"),
    "a look item of an unknown list": (
        "home.toml", 'slug = "walking"', 'look = "sentence"', 'look = "essay"', "“essay”"),
    "an age without a list": (
        "home.toml", 'slug = "child"\ntitle', "to_age = 11", "to_age = 10", "at 11 years"),
    "an age with two lists": (
        "home.toml", 'slug = "child"\ntitle', "to_age = 11", "to_age = 12", "at 12 years"),
    "an answer of the look that no severity has": (
        "home.toml", 'slug = "moderate"', '"moderate"', '"middling"', "“middling”"),
    "a look for an unknown therapy": (
        "home.toml", 'therapy = "blinatumomab"', '"blinatumomab"', '"aspirin"', "“aspirin”"),
    "a pump card without a citation": (
        "home.toml", 'slug = "alarm"', r"(?s)\ncitations = \[.*?\n\]", "", "no citation"),
    "a pump card that cites an unknown label": (
        "home.toml", 'slug = "line"', "blincyto-dosing", "leaflet", "“leaflet”"),
    "a pump card that says nothing to do": (
        "home.toml", 'slug = "alarm"', r"(?s)steps = \[.*?\n\]", "steps = []", "nothing to do"),
}  # fmt: skip


def plant(folder: Path, file: str, entry: str, old: str, new: str) -> None:
    """Change the first match of `old` at or after the line that names the entry."""
    text = (folder / file).read_text(encoding="utf-8")
    start = text.index(entry)
    changed, count = re.subn(old, lambda _: new, text[start:], count=1)
    assert count == 1, "the fault was not planted"
    (folder / file).write_text(text[:start] + changed, encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_by_the_name_of_its_file_and_entry(folder: Path, fault: str) -> None:
    file, entry, old, new, what = FAULTS[fault]
    plant(folder, file, entry, old, new)
    with pytest.raises(CatalogueError) as refused:
        load(folder)
    said = str(refused.value)
    assert said.startswith(f"{file}, ")
    assert what in said
    names = re.findall(r'"([^"]+)"', entry) or ["Samaritans", "U8"]
    assert any(name in said for name in (*names, *re.findall(r'"([^"]+)"', new)))


def test_the_copy_without_a_fault_is_accepted(folder: Path) -> None:
    assert load(folder).hash == catalogue().hash


def test_a_file_that_is_missing_or_no_toml_is_named(folder: Path) -> None:
    (folder / "effects.toml").write_text("[[effect]\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"effects\.toml, the file: is not TOML"):
        load(folder)
    (folder / "effects.toml").unlink()
    with pytest.raises(CatalogueError, match=r"effects\.toml, the file: is missing"):
        load(folder)


def test_a_date_that_no_calendar_has_is_named(folder: Path) -> None:
    plant(folder, "sources.toml", 'id = "001"', "reviewed = 2022-03-01", "reviewed = 2022-13-01")
    with pytest.raises(CatalogueError, match=r"sources\.toml, the file: is not TOML"):
        load(folder)


def test_any_change_of_a_text_changes_the_version(folder: Path) -> None:
    plant(folder, "levels.toml", 'slug = "liver"', 'label = "Liver"', 'label = "The liver"')
    assert load(folder).hash != catalogue().hash


# The real one.


@pytest.mark.parametrize(
    ("slug", "kind"),
    [*((slug, kind) for slug, kind, _ in rows()), *((s, KINDS[k]) for s, k in SECTION_D4.items())],
)
def test_every_symptom_asked_for_is_there_with_its_kind_of_answer(slug: str, kind: str) -> None:
    assert catalogue().symptoms[slug].kind == kind


def test_there_are_five_sources_and_ten_therapies_of_theirs_and_two_that_borrow() -> None:
    assert list(catalogue().sources) == ["000", "001", "002", "003", "004"]
    assert len(catalogue().therapies) == 12
    (borrow,) = catalogue().rules.borrows
    assert borrow.lender == "tisagenlecleucel"
    assert len(borrow.therapies) == 2


@pytest.mark.parametrize("slug", catalogue().symptoms)
def test_every_symptom_has_words_to_be_found_and_understood_by(slug: str) -> None:
    symptom = catalogue().symptoms[slug]
    assert symptom.label and symptom.synonyms and symptom.care_team_words
    assert symptom.meaning.endswith(".")
    assert len(symptom.meaning.split(". ")) == 1, "one plain sentence"


@pytest.mark.parametrize(
    ("therapy", "symptom"),
    [(t, s) for e in catalogue().effects.values() for t in e.therapies for s in e.symptoms],
)
def test_every_listed_effect_is_reached_by_a_rule_about_its_therapy(
    therapy: str, symptom: str
) -> None:
    """At its most watchful time something more than "unlisted" has to be said."""
    moment = moments_of(catalogue().therapies[therapy])[0]
    found = [f for s in strengths(symptom, [moment.standing]) for f in s.found.findings]
    own = [f for f in found if f.therapy == therapy and f.level > Level.UNLISTED]
    assert own, "no rule knows of it"


def test_a_listed_effect_that_no_rule_reaches_would_be_noticed() -> None:
    moment = moments_of(catalogue().therapies["imatinib"])[0]
    found = [f for s in strengths("hair-loss", [moment.standing]) for f in s.found.findings]
    assert not [f for f in found if f.therapy == "imatinib"]


def test_every_rule_fires_for_some_report() -> None:
    fired = {finding.rule for finding in _every_single_answer()}
    in_pairs = {rule.id for rule in catalogue().rules.rules if rule.is_combination}
    in_pairs |= {r.id for r in catalogue().rules.rules if r.matches[0].when.days_since_transplant}
    assert fired | in_pairs >= {rule.id for rule in catalogue().rules.rules}


def _every_single_answer() -> Iterator[RuleFinding]:
    rules = catalogue().rules
    line = [band.from_c for band in rules.bands]
    for therapy in (None, *catalogue().therapies.values()):
        standings = [m.standing for m in moments_of(therapy)] if therapy else [None]
        for standing in standings:
            known = [standing] if standing else []
            for slug in catalogue().symptoms:
                for strength in strengths(slug, known):
                    yield from strength.found.findings
            for degrees in line:
                yield from assess(
                    [SymptomReport("fever", None, degrees, "C")], known, rules=rules
                ).findings


def test_the_country_of_every_crisis_line_has_an_emergency_number() -> None:
    for line in catalogue().crisis_lines:
        assert re.fullmatch(r"[0-9]{2,5}", catalogue().countries[line.country].emergency)
        assert re.fullmatch(r"[0-9 ]{3,15}", line.number)


def test_only_the_review_date_decides_whether_a_source_is_overdue() -> None:
    source = catalogue().sources["001"]
    assert not source.is_overdue(date(2025, 3, 1))
    assert source.is_overdue(date(2025, 3, 2))
    assert not replace(source, next_review=None).is_overdue(date(2099, 1, 1))


# Slugs stored anywhere.


@pytest.mark.django_db
def test_a_stored_slug_that_left_the_catalogue_is_an_error(patient: Patient) -> None:
    course = Course.objects.create(patient=patient, therapy="imatinib", started=date(2026, 1, 1))
    assert stored_slugs_are_known(None, databases=["default"]) == []
    Course.objects.filter(pk=course.pk).update(therapy="leeches")
    (error,) = stored_slugs_are_known(None, databases=["default"])
    assert error.id == "therapies.E001"
    assert "Course.therapy holds “leeches”" in error.msg


@pytest.mark.django_db
def test_before_the_first_migration_there_is_nothing_to_check() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE diary_course RENAME TO elsewhere")
    try:
        assert stored_slugs_are_known(None, databases=["default"]) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO diary_course")


def test_without_a_database_nothing_is_asked_of_one() -> None:
    assert stored_slugs_are_known(None, databases=None) == []
    assert stored_slugs_are_known in registry.get_checks(include_deployment_checks=False)
