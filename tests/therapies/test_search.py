"""The words people type find the symptoms they may mean, and never hide the more urgent one."""

import pytest

from tests.therapies.section_f import AMBIGUOUS, rows
from therapies.ask import urgency_for_anybody
from therapies.catalogue import catalogue
from therapies.search.find import find, question_about
from therapies.search.lexicon import fold

PRESCRIBED = [(word, slug) for slug, _, words in rows() for word in words]
OWN = [
    (word, symptom.slug)
    for symptom in catalogue().symptoms.values()
    for word in (symptom.label, symptom.label_us, *symptom.synonyms)
    if word
]
SHARED: dict[str, set[str]] = {}  # by a folded phrase: the symptoms that it may mean
for text, meant in OWN:
    SHARED.setdefault(fold(text), set()).add(meant)


@pytest.mark.parametrize(("word", "slug"), PRESCRIBED)
def test_every_word_of_the_vocabulary_finds_its_symptom(word: str, slug: str) -> None:
    assert slug in find(word)


@pytest.mark.parametrize("slug", catalogue().symptoms)
def test_every_label_and_synonym_finds_its_symptom_among_the_exact_ones(slug: str) -> None:
    for word in (word for word, of in OWN if of == slug):
        meant = catalogue().ambiguous.get(word.casefold())
        first = max(len(SHARED[fold(word)]), len(meant.meanings) if meant else 0)
        assert slug in find(word)[:first], word


def test_a_word_of_several_symptoms_asks_which_one_is_meant() -> None:
    asked = {fold(word) for word in catalogue().ambiguous}
    assert [word for word, slugs in SHARED.items() if len(slugs) > 1 and word not in asked] == []


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_an_ambiguous_word_lists_every_meaning_before_anything_else(word: str) -> None:
    meanings = catalogue().ambiguous[word].meanings
    assert set(meanings) >= AMBIGUOUS[word]
    assert tuple(find(word)[: len(meanings)]) == meanings
    assert question_about(word.upper()) == catalogue().ambiguous[word].question


@pytest.mark.parametrize("word", catalogue().ambiguous)
def test_the_meanings_of_an_ambiguous_word_stand_with_the_more_urgent_first(word: str) -> None:
    meanings = catalogue().ambiguous[word].meanings
    worst = [urgency_for_anybody(slug) for slug in meanings]
    assert worst == sorted(worst)


def test_a_word_that_is_clear_needs_no_question() -> None:
    assert question_about("headache") == ""


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("DIARRHOEA", "diarrhoea"),
        ("diarrhoe", "diarrhoea"),
        ("diarrh", "diarrhoea"),
        ("Diarrhœa", "diarrhoea"),
        ("cant catch my breath", "trouble-breathing"),
        ("can’t catch my breath", "trouble-breathing"),
        ("I cannot breathe at all", "trouble-breathing"),
        ("will not wake up", "reduced-consciousness"),
        ("short tempered", "irritability"),
        ("  nose   bleed ", "bleeding"),
        ("fièvre fever", "fever"),
        ("my ankles are swollen", "swelling-limbs"),
        ("legs sore", "leg-aches"),
        ("been throwing up all night", "vomiting"),
    ],
)
def test_case_accents_apostrophes_order_and_half_words_do_not_matter(typed: str, slug: str) -> None:
    assert slug in find(typed)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("seezure", "seizure"),
        ("nausia", "nausea"),
        ("diarea", "diarrhoea"),
        ("brething", "trouble-breathing"),
    ],
)
def test_a_word_typed_wrongly_is_still_found(typed: str, slug: str) -> None:
    assert slug in find(typed)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("fits", "seizure"),
        ("Fits", "seizure"),
        ("two fits today", "seizure"),
        ("rashes", "rash"),
        ("nose bleeds", "bleeding"),
        ("chest pains", "chest-pain"),
        ("allergic reactions", "face-throat-swelling"),
    ],
)
def test_a_plural_finds_what_the_singular_finds(typed: str, slug: str) -> None:
    assert find(typed)[0] == slug


NOUNS = [(word, slug) for word, slug in PRESCRIBED if word.isalpha() and not word.endswith("s")]


@pytest.mark.parametrize(("word", "slug"), NOUNS)
def test_every_word_of_the_vocabulary_is_found_with_an_s(word: str, slug: str) -> None:
    assert slug in find(f"{word}s")


def test_a_plural_finds_no_half_phrase() -> None:
    assert find("sores")[0] == "mouth-sores"
    assert "headache" not in find("sores")


def test_two_complaints_in_one_line_are_both_found() -> None:
    found = find("I'm sick and my chest hurts")
    assert {"vomiting", "nausea", "chest-pain"} <= set(found)


def test_among_equally_good_finds_the_more_urgent_comes_first() -> None:
    assert find("shak")[:3] == ["seizure", "chills", "tremor"]


@pytest.mark.parametrize("typed", ["", "   ", "?!", "'", "qzxv", "—"])
def test_what_means_nothing_finds_nothing(typed: str) -> None:
    assert find(typed) == []


@pytest.mark.parametrize("typed", ["cant", "like", "things", "eat", "my", "feel like", "cant get"])
def test_no_shared_short_word_finds_anything_alone(typed: str) -> None:
    assert find(typed) == []


@pytest.mark.parametrize(
    ("typed", "not_found"),
    [
        ("want to die", "appetite-loss"),  # "don't want to eat"
        ("cant wake him", "trouble-breathing"),
        ("seeing things", "sweating"),
        ("no point in living", "joint-pain"),
    ],
)
def test_light_words_carry_no_symptom_beside_the_one_that_is_meant(
    typed: str, not_found: str
) -> None:
    assert not_found not in find(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "102f",
        "39 degrees",
        "38,4",
        "37.9c",
        "temp 38",
        "38",
        "35",
        "100.4",
        "38.5°C",
        "386",
        "39 C",
    ],
)
def test_a_number_that_may_be_a_temperature_is_one(typed: str) -> None:
    assert find(typed)[0] == "fever"


@pytest.mark.parametrize("typed", ["38 hours", "weight 38 kg", "2", "12", "5 days", "sats 94%"])
def test_another_number_is_no_temperature(typed: str) -> None:
    assert "fever" not in find(typed)


def test_a_number_beside_other_words_lists_the_fever_too() -> None:
    assert find("platelets 38") == ["low-blood-count-result", "fever"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("vomiting blood", "vomiting-blood-black-stools"),
        ("cant wake him", "reduced-consciousness"),
        ("black poo", "vomiting-blood-black-stools"),
        ("one leg swollen", "one-sided-leg-swelling"),
        ("shaking all over", "seizure"),
    ],
)
def test_the_words_of_a_dangerous_sign_beat_milder_ones(typed: str, first: str) -> None:
    assert find(typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("chestpain", "chest-pain"), ("nose bleed", "bleeding"), ("cantbreathe", "trouble-breathing")],
)
def test_words_run_together_or_apart_are_found(typed: str, slug: str) -> None:
    assert slug in find(typed)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("im so shaky", "shaky"), ("feel weak", "weak"), ("really swollen", "swollen")],
)
def test_light_words_around_an_ambiguous_word_still_ask_which_is_meant(
    typed: str, word: str
) -> None:
    meanings = catalogue().ambiguous[word].meanings
    assert tuple(find(typed)[: len(meanings)]) == meanings
    assert question_about(typed) == catalogue().ambiguous[word].question


def test_no_symptom_stands_twice_in_one_answer() -> None:
    for word, _ in OWN:
        found = find(word)
        assert len(found) == len(set(found))
