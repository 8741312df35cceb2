"""What a password has to be, said in one line before anybody types one."""

import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError

from accounts.models import Patient, User
from therapies.catalogue import catalogue

SHORTEST, LONGEST = 12, 128
DJANGO = "django.contrib.auth.password_validation"
RULES: list[dict[str, Any]] = [
    {
        "NAME": f"{DJANGO}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{DJANGO}.MinimumLengthValidator", "OPTIONS": {"min_length": SHORTEST}},
    {"NAME": f"{DJANGO}.CommonPasswordValidator"},
    {"NAME": "config.passwords.LongestRule"},
    {"NAME": "config.passwords.OwnWordsRule"},
]
# What whoever knows this diary tries first; names of medicines come from the catalogue.
PRODUCT = ("side-effect", "side effect", "sideeffect", "symptom", "diary", "diaries")
ILLNESS = ("leukaemia", "leukemia", "lymphoblastic", "cancer", "chemo", "password")


class LongestRule:
    """Nobody makes the server hash a novel."""

    def validate(self, password: str, _user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"Use {LONGEST} characters or fewer.", code="password_too_long")


class OwnWordsRule:
    """Names and words that belong to this diary count for nothing: what is left has to be long
    enough by itself."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = sorted({*product_words(), *_names_around(user)}, key=len, reverse=True)
        rest = re.sub("|".join(map(re.escape, words)), "", password.casefold())
        if len(rest) < SHORTEST and rest != password.casefold():
            raise ValidationError(
                "Names, medicines and words such as “diary” do not count. Add "
                f"{SHORTEST - len(rest)} more characters.",
                code="password_own_words",
            )


class PasswordRules:
    """All of them together: each one alone would add a line to the hint."""

    def __init__(self) -> None:
        self.rules = get_password_validators(RULES)

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with everything that is wrong with it."""
        validate_password(password, user, self.rules)

    def get_help_text(self) -> str:
        return f"At least {SHORTEST} characters. Three or four words work well."


@cache
def product_words() -> frozenset[str]:
    therapies = catalogue().therapies.values()
    names = [name for therapy in therapies for name in (therapy.name, *therapy.brands)]
    return frozenset({*PRODUCT, *ILLNESS, *_parts(names)})


def _names_around(user: User | None) -> set[str]:
    """Return the names of this person and of whose diaries they can open, and the e-mail."""
    if user is None:
        return set()
    patients = Patient.objects.visible_to(user).values_list("name", "latin_name")
    names = [user.name, *(name for both in patients for name in both)]
    return {*_parts(names), *_long([user.email, user.email.partition("@")[0]])}


def _parts(names: list[str]) -> set[str]:
    """Return each name whole, and each word of it."""
    return _long([part for name in names for part in (name, *re.split(r"\W+", name))])


def _long(words: list[str]) -> set[str]:
    """Two letters are in half of all words."""
    return {word.casefold() for word in words if len(word) >= 3}
