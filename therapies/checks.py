"""Every slug stored anywhere is still in the catalogue: an entry may be retired, never removed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models

from therapies.catalogue import catalogue
from therapies.fields import CatalogueField


@register(Tags.database)
def stored_slugs_are_known(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 (Django's)
    databases: Sequence[str] | None = None,
    **kwargs: Any,  # noqa: ARG001 (Django's)
) -> list[CheckMessage]:
    """Return an error for each stored slug that the catalogue does not know (any more)."""
    return [
        Error(
            f"{model.__name__}.{field.name} holds “{slug}”, which is not in the catalogue.",
            hint="Put the entry back; a retired one stays in its file.",
            id="therapies.E001",
        )
        for database in databases or ()
        for model, field in _catalogue_columns(database)
        for slug in _unknown(model, field, database)
    ]


def _catalogue_columns(database: str) -> Iterator[tuple[type[models.Model], CatalogueField]]:
    """Yield the columns that are there; before the first migration there are none."""
    connection = connections[database]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for model in apps.get_models():
            table = model._meta.db_table
            fields = [f for f in model._meta.local_fields if isinstance(f, CatalogueField)]
            if not fields or table not in tables:
                continue
            described = connection.introspection.get_table_description(cursor, table)
            columns = {column.name for column in described}
            yield from ((model, field) for field in fields if field.column in columns)


def _unknown(model: type[models.Model], field: CatalogueField, database: str) -> list[str]:
    known = getattr(catalogue(), field.table)
    stored = model._base_manager.using(database).values_list(field.name, flat=True).distinct()
    return sorted(slug for slug in stored if slug and slug not in known)
