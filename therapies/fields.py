"""Model fields that point into the catalogue without a copy of it in the database."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from therapies.catalogue import catalogue


class CatalogueField(models.CharField):  # type: ignore[type-arg]
    """A slug of one table of the catalogue; an unknown one is refused before it is stored."""

    table = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        self._check(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 (Django's)
        value = super().pre_save(model_instance, add)
        if add:
            self._check(value)
        return value

    def _check(self, value: Any) -> None:
        if value and value not in getattr(catalogue(), self.table):
            raise ValidationError(f"“{value}” is not in the catalogue.", code="unknown_slug")


class TherapyField(CatalogueField):
    table = "therapies"


class SymptomField(CatalogueField):
    table = "reportable"


class MedicineField(CatalogueField):
    table = "medicines"
