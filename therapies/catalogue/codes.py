"""What symptoms and answers are called in the vocabularies of hospitals, each with the published
guide that says so."""

from dataclasses import dataclass

# Verhoeff's scheme, by which SNOMED CT guards its codes: a product and a permutation of digits.
PRODUCT = tuple(
    tuple(
        (a + b) % 5 if a < 5 and b < 5
        else (a + b) % 5 + 5 if a < 5
        else (a - b) % 5 + 5 if b < 5
        else (a - b) % 5
        for b in range(10)
    )
    for a in range(10)
)  # fmt: skip
SWAPS = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    slug: str
    system: str
    label: str


@dataclass(frozen=True, slots=True)
class Guide:
    slug: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Code:
    """The meaning of a symptom that was answered in one of these ways."""

    symptom: str
    answers: tuple[str, ...]
    vocabulary: str
    code: str
    display: str
    guide: str


@dataclass(frozen=True, slots=True)
class MeasureCode:
    """The meaning of what is measured and is not a symptom."""

    slug: str
    vocabulary: str
    code: str
    display: str
    guide: str


@dataclass(frozen=True, slots=True)
class AnswerCode:
    answer: str
    vocabulary: str
    code: str
    display: str
    guide: str


@dataclass(frozen=True, slots=True)
class Codes:
    vocabularies: dict[str, Vocabulary]
    guides: dict[str, Guide]
    codes: tuple[Code, ...]
    answers: dict[str, AnswerCode]
    measures: dict[str, MeasureCode]

    def of(self, symptom: str, answer: str) -> Code | None:
        """Return the code of a symptom with this answer, where there is a certain one."""
        return next((c for c in self.codes if c.symptom == symptom and answer in c.answers), None)


def has_check_digit(vocabulary: str, code: str) -> bool:
    """Does the last digit fit the others, as this vocabulary reckons it?"""
    digits = code.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        return False
    return _luhn(digits) if vocabulary == "loinc" else _verhoeff(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def _verhoeff(digits: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = SWAPS[value]
        check = PRODUCT[check][value]
    return check == 0
