"""Reads the catalogue and refuses one that is incomplete, uncited or contradicts itself."""

import dataclasses
import hashlib
from pathlib import Path
from typing import TypeVar

from therapies.catalogue import codes, shapes, shapes_home
from therapies.catalogue.check import check
from therapies.catalogue.load_rules import load_rules
from therapies.catalogue.read_toml import CatalogueError, Entry, build, read_toml
from therapies.rulebook import Rulebook

T = TypeVar("T")


def load(folder: Path) -> shapes.Catalogue:
    """Read every file of the folder. Raises CatalogueError on the first fault."""

    def section(file: str, name: str, shape: type[T]) -> T:
        return build(shape, read_toml(folder, file).get(name, {}), file, f"[{name}]")

    def rows(file: str, name: str, shape: type[T]) -> tuple[T, ...]:
        entries = read_toml(folder, file).get(name)
        if not entries:
            raise CatalogueError(file, f"[[{name}]]", "there are no entries")
        return tuple(
            build(shape, entry, file, f"[[{name}]] {_title(entry, number)}")
            for number, entry in enumerate(entries, start=1)
        )

    def table(file: str, name: str, shape: type[T], key: str = "slug") -> dict[str, T]:
        found: dict[str, T] = {}
        for row in rows(file, name, shape):
            if (known := getattr(row, key)) in found:
                raise CatalogueError(file, f"[[{name}]] {known}", "this id is there twice")
            found[known] = row
        return found

    symptoms = table("symptoms.toml", "symptom", shapes.Symptom)
    own = table("own.toml", "own", shapes.Symptom)
    therapies = table("therapies.toml", "therapy", shapes.Therapy)
    rules = load_rules(folder, symptoms, therapies, own)
    known = shapes.Catalogue(
        sources=table("sources.toml", "source", shapes.Source, "id"),
        labels=table("sources.toml", "label", shapes.Label, "id"),
        decisions=table("sources.toml", "decision", shapes.Decision, "id"),
        areas=table("symptoms.toml", "area", shapes.Area),
        answers=table("symptoms.toml", "answer", shapes.Answer),
        symptoms=symptoms,
        own=own,
        ambiguous=table("symptoms.toml", "ambiguous", shapes.Ambiguous, "word"),
        classes=table("therapies.toml", "class", shapes.TherapyClass),
        therapies=therapies,
        effects=_with_borrowed(table("effects.toml", "effect", shapes.Effect, "id"), rules),
        disagreements=table("disagreements.toml", "disagreement", shapes.Disagreement, "id"),
        medicines=table("medicines.toml", "medicine", shapes_home.Medicine),
        remeasure=section("medicines.toml", "remeasure", shapes_home.Remeasure),
        countries=table("places.toml", "country", shapes_home.Country, "code"),
        crisis_lines=rows("places.toml", "crisis_line", shapes_home.CrisisLine),
        groups=table("levels.toml", "group", shapes.Group),
        levels=table("levels.toml", "level", shapes.LevelWords),
        instructions=table("levels.toml", "instruction", shapes.Instruction),
        american=read_toml(folder, "spelling.toml")["pairs"],
        light=frozenset(read_toml(folder, "search.toml")["light"]),
        crisis=tuple(read_toml(folder, "search.toml")["crisis"]),
        typed_temperature=section("search.toml", "temperature", shapes.TypedTemperature),
        home=shapes_home.AtHome(
            troubles=table("home.toml", "pump_trouble", shapes_home.PumpTrouble),
            look_for=table("home.toml", "look_for", shapes_home.LookFor, "therapy"),
            look_answers=table("home.toml", "look_answer", shapes_home.LookAnswer),
            looks=table("home.toml", "look", shapes_home.LookList),
            look_items=table("home.toml", "look_item", shapes_home.LookItem),
            closer_watches=table("home.toml", "closer_watch", shapes_home.CloserWatch),
        ),
        codes=codes.Codes(
            vocabularies=table("codes.toml", "vocabulary", codes.Vocabulary),
            guides=table("codes.toml", "guide", codes.Guide),
            codes=rows("codes.toml", "code", codes.Code),
            answers=table("codes.toml", "answer_code", codes.AnswerCode, "answer"),
            measures=table("codes.toml", "measure", codes.MeasureCode),
        ),
        rules=rules,
        hash=_hash(folder),
    )
    check(known)
    return known


def _title(entry: Entry, number: int) -> str:
    """Return what an entry is called, so that a fault can be found."""
    names = (entry[key] for key in ("id", "slug", "code", "word", "name") if key in entry)
    return str(next(names, f"number {number}"))


def _with_borrowed(effects: dict[str, shapes.Effect], rules: Rulebook) -> dict[str, shapes.Effect]:
    """Return every list, and after it the same for the therapies that borrow it."""
    found = {}
    for effect in effects.values():
        found[effect.id] = effect
        for borrow in rules.borrows:
            if borrow.lender in effect.therapies:
                for therapy in borrow.therapies:
                    own = f"{effect.id}-{therapy}"
                    found[own] = dataclasses.replace(
                        effect,
                        id=own,
                        therapies=(therapy,),
                        basis="floor",
                        borrowed_from=borrow.lender,
                        plain=f"{effect.plain} {borrow.plain}",
                        citations=(*borrow.citations, *effect.citations),
                    )
    return found


def _hash(folder: Path) -> str:
    content = b"".join(path.read_bytes() for path in sorted(folder.glob("*.toml")))
    return hashlib.sha256(content).hexdigest()[:16]
