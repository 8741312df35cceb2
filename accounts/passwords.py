"""What a password has to be, said in one line before anybody types one."""

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

from accounts.models import User

SHORTEST = 12


class PasswordRules:
    """Django's own rules together: each one alone would add a line to the hint."""

    def __init__(self) -> None:
        self.rules = (
            UserAttributeSimilarityValidator(),
            MinimumLengthValidator(SHORTEST),
            CommonPasswordValidator(),
        )

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with everything that is wrong with it."""
        wrong = []
        for rule in self.rules:
            try:
                rule.validate(password, user)
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)

    def get_help_text(self) -> str:
        return f"At least {SHORTEST} characters. Three or four words work well."
