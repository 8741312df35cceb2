"""Several querysets in one SQL statement, which is written once for each process.

Django needs ten times as long to put a query into SQL as SQLite needs to answer it. A page of a
patient reads a dozen small tables by the patient's id; here they come by one statement, whose text
is kept, and only the values change. What comes back are ordinary rows of the models.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import F, Func, Model, QuerySet, Value
from django.db.models.base import ModelState
from django.db.models.functions import JSONArray

Reader = Callable[[Any], Any]
FIELDS: "dict[type, models.Field[Any, Any]]" = {
    UUID: models.UUIDField(),
    datetime: models.DateTimeField(),
    date: models.DateField(),
    str: models.TextField(),
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)  # connections are in UTC


# What stands in the JSON as a text. A page reads the same few ids over and over.
FROM_TEXT: dict[type, Reader] = {
    models.UUIDField: lru_cache(maxsize=16_384)(UUID),
    models.DateTimeField: _moment,
    models.DateField: date.fromisoformat,
}
# PostgreSQL makes JSON of values, SQLite keeps them as in the table.
FROM_JSON: dict[type, Reader] = {
    models.TimeField: time.fromisoformat,
    models.DecimalField: Decimal,
    models.FloatField: float,
    models.BinaryField: lambda text: bytes.fromhex(text.removeprefix("\\x")),
}


class Columns(NamedTuple):
    """A queryset of which some columns are wanted, as plain tuples; joins may be among them."""

    queryset: "QuerySet[Any, Any]"
    names: tuple[str, ...]


Part: TypeAlias = "QuerySet[Any, Any] | Columns"


class _Text(NamedTuple):
    """One statement as SQL; `names` are those of its values, in the order in which they stand."""

    sql: str
    names: tuple[str, ...]
    parts: "tuple[_PartReader, ...]"


class Statement:
    """`build` gets the values by name and returns the parts by name. It has to use each value as it
    is given: one that is derived from it would be kept in the text for ever, and is refused. What
    else the text is written from is named by `edition`.

    A part that is a queryset gives its rows, in the order of their model; deferred and joined
    columns are not supported. The rows of `Columns` come in no order.
    """

    def __init__(self, build: Callable[..., Mapping[str, Part]]) -> None:
        self._build = build
        self._texts: dict[str, _Text] = {}  # by edition

    def edition(self) -> str:
        """Return a name that changes whenever the text has to be written anew."""
        return ""

    def __call__(self, **values: UUID | datetime | date | str) -> dict[str, list[Any]]:
        """Ask once, and return the rows of each part."""
        connection = connections[DEFAULT_DB_ALIAS]
        key = f"{connection.vendor} {self.edition()}"
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = _text_of(self._build, values)
        adapted = {name: _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(text.sql, [adapted[name] for name in text.names])
            return _rows(text.parts, cursor.fetchall())


def read_together(parts: Mapping[str, Part]) -> dict[str, list[Any]]:
    """Ask for several querysets at once, where the text cannot be kept."""
    sql, params, readers = _compiled(parts)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        return _rows(readers, cursor.fetchall())


def _text_of(build: Callable[..., Mapping[str, Part]], values: Mapping[str, Any]) -> _Text:
    """Write the text with two sets of stand-ins: what differs is a value, and has to be one. All
    else stands in the text itself: SQLite plans anew each time that an index may depend on it."""
    one, other = (
        {n: _stand_in(v, turn, i) for i, (n, v) in enumerate(values.items())} for turn in (0, 1)
    )
    sql, params, parts = _compiled(build(**one))
    again, others, _ = _compiled(build(**other))
    named = {_adapted(value): name for name, value in one.items()}
    found = [named.get(param) for param in params]
    differ = [a != b for a, b in zip(params, others, strict=True)]
    if sql != again or differ != [name is not None for name in found]:
        raise TypeError("A statement may use its values only as they are given")
    quoted = connections[DEFAULT_DB_ALIAS].schema_editor().quote_value
    first, *rest = sql.split("%s")
    said = (
        "%s" if name else quoted(param).replace("%", "%%")
        for name, param in zip(found, params, strict=True)
    )
    text = first + "".join(chain.from_iterable(zip(said, rest, strict=True)))
    return _Text(text, tuple(filter(None, found)), parts)


def _stand_in(value: Any, turn: int, number: int) -> Any:
    """Return a value of the same kind that stands nowhere else in the text."""
    if isinstance(value, UUID):
        return uuid5(NAMESPACE_OID, f"stand-in {turn} {number}")
    if isinstance(value, datetime):
        return datetime(1901 + turn, 1, 1, tzinfo=UTC) + timedelta(days=number, microseconds=number)
    if isinstance(value, date):
        return date(1901 + turn, 7, 1) + timedelta(days=number)
    return f"stand-in {turn} {number}"


def _adapted(value: Any) -> Any:
    """Return the value as the database's driver gets it."""
    connection = connections[DEFAULT_DB_ALIAS]
    return FIELDS[type(value)].get_db_prep_value(value, connection)


class _PartReader(NamedTuple):
    name: str
    model: type[Model] | None  # None: plain tuples
    columns: tuple[str, ...]
    readers: tuple[tuple[int, Reader], ...]

    def row(self, values: list[Any]) -> Any:
        for place, read in self.readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return tuple(values) if self.model is None else _loaded(self.model, self.columns, values)

    def ordered(self, rows: list[Any]) -> list[Any]:
        for name in map(str, reversed((self.model and self.model._meta.ordering) or ())):
            rows.sort(key=attrgetter(name.removeprefix("-")), reverse=name.startswith("-"))
        return rows


def _compiled(parts: Mapping[str, Part]) -> tuple[str, tuple[Any, ...], tuple[_PartReader, ...]]:
    chosen, readers = [], []
    for number, (name, part) in enumerate(parts.items()):
        model, queryset, columns = _of(part)
        row = JSONArray(*(_said(model, column) for column in columns))
        asked = queryset.order_by().annotate(part_=Value(number), row_=row)
        readers.append(_PartReader(name, model, columns, _readers(asked)))
        chosen.append(asked.values_list("part_", "row_"))
    first, *rest = chosen
    query = (first.union(*rest, all=True) if rest else first).query
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, tuple(params), tuple(readers)


def _said(model: type[Model] | None, column: str) -> "str | Func":
    """Return a column as it is asked for: what is JSON in the table stands in the JSON as such.
    SQLite, which keeps it as text, has to be told so."""
    is_json = model is not None and isinstance(model._meta.get_field(column), models.JSONField)
    if not is_json or connections[DEFAULT_DB_ALIAS].vendor != "sqlite":
        return column
    return Func(F(column), function="JSON", output_field=models.TextField())


def _of(part: Part) -> "tuple[type[Model] | None, QuerySet[Any, Any], tuple[str, ...]]":
    if isinstance(part, Columns):
        return None, part.queryset, part.names
    columns = tuple(field.attname for field in part.model._meta.concrete_fields)
    return part.model, part, columns


def _loaded(model: type[Model], columns: tuple[str, ...], values: list[Any]) -> Model:
    """Make a row of its columns, as `from_db` does; that asks each field and sends two signals,
    which nobody here hears and which cost more than all the rest."""
    row = model.__new__(model)
    row.__dict__.update(zip(columns, values, strict=True), _state=_LoadedState())
    return row


class _LoadedState(ModelState):
    adding, db = False, DEFAULT_DB_ALIAS


def _readers(asked: "QuerySet[Any, Any]") -> tuple[tuple[int, Reader], ...]:
    """Return, by place, what makes a column's value of what stands in the JSON."""
    connection = connections[DEFAULT_DB_ALIAS]
    found = []
    for place, column in enumerate(asked.query.annotations["row_"].get_source_expressions()):
        kind = getattr(column.output_field, "target_field", column.output_field)
        read = FROM_TEXT.get(type(kind))
        if connection.vendor != "sqlite":
            read = read or next((FROM_JSON[t] for t in FROM_JSON if isinstance(kind, t)), None)
        if read is not None:
            found.append((place, read))
        if read is not None or connection.vendor != "sqlite":
            continue
        steps = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
        found += [(place, _step(step, column, connection)) for step in steps]
    return tuple(found)


def _step(step: Callable[..., Any], column: Any, connection: Any) -> Reader:
    return lambda value: step(value, column, connection)


def _rows(parts: Sequence[_PartReader], found: Sequence[tuple[int, str]]) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {part.name: [] for part in parts}
    exact = float if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" else Decimal
    said = json.loads(f"[{','.join(row for _, row in found)}]", parse_float=exact)
    for (number, _), values in zip(found, said, strict=True):
        part = parts[number]
        rows[part.name].append(part.row(values))
    return {part.name: part.ordered(rows[part.name]) for part in parts}
