"""Static files that are made: words of the catalogue, parts of a page that only a script shows, and
scripts that travel together, because each file brings a kilobyte of headers along."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.template.loader import render_to_string

from diary.templatetags.symptoms import when_it_began
from diary.today.symptom_list import crisis_phrases
from therapies.search.words import words_by_symptom

SCRIPTS = settings.BASE_DIR / "static"


def _search_words() -> str:
    return json.dumps(words_by_symptom(), separators=(",", ":"))


def _first() -> str:
    return _together("vault.js", "diary.js")


def _answers() -> str:
    parts = {"began": when_it_began(), "typed": render_to_string("diary/answer_typed.html")}
    given = _given(CRISIS_WORDS=crisis_phrases(), ANSWER_PARTS=parts)
    scripts = _together("check-in.js", "began.js", "search.js", "zone.js")
    return "\n".join((_first(), given, scripts))


def _late() -> str:
    parts = {
        "list": render_to_string("components/outbox_list.html"),
        "asks": render_to_string("components/outbox_asks.html"),
    }
    return "\n".join((_given(OUTBOX_PARTS=parts), _together("outbox.js", "keep.js", "draft.js")))


def _given(**names: Any) -> str:
    """Say in JavaScript what the scripts that follow know by these names."""
    return "\n".join(f"const {name} = {json.dumps(given)};" for name, given in names.items())


def _together(*names: str) -> str:
    return "\n".join((SCRIPTS / name).read_text(encoding="utf-8") for name in names)


MADE: dict[str, Callable[[], str]] = {
    "words.json": _search_words,
    "first.js": _first,
    "answers.js": _answers,
    "late.js": _late,
}


class MadeFinder(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(settings.DATA_DIR / "made")

    def check(self, **_: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002 (Django's)
        found = [str(self._made(path))] if path in MADE else []
        return found if find_all else next(iter(found), None)

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for name in MADE:
            self._made(name)
            yield name, self.storage

    def _made(self, name: str) -> Path:
        """Write it where it changed; else its time stays, and nothing is collected anew."""
        file, text = Path(self.storage.path(name)), MADE[name]()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(file)
        return file
