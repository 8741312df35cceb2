"""Temperatures of another app, in three steps: the file, its columns, a look at what will be saved.
Each step sends everything of the steps before it again, so nothing is kept until it is confirmed
and nothing typed is lost."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from accounts.models import Patient
from diary.check_ins.data import tellers
from diary.core.fields import LineField, choice_field, plain
from diary.models import CheckIn
from diary.temperature_import.lines import FileLine
from diary.temperature_import.text import (
    LARGEST,
    MOST_LINES,
    TOO_LARGE,
    UnreadableFile,
    check,
    decode,
)

NAME_LENGTH = 80
RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class FileForm(forms.Form):
    """A file, or its lines as they were copied."""

    file = forms.FileField(
        label="The file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        help_text=f"CSV or text, up to {LARGEST // 1000} kB and {MOST_LINES:,} lines.",
    )
    pasted = forms.CharField(
        label="Or paste the lines here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        file, pasted = data.get("file"), data.get("pasted", "")
        if file is None and not pasted.strip():
            self.add_error(None, "Choose a file, or paste its lines.")
        elif file is not None and pasted.strip():
            self.add_error(None, "Choose a file, or paste lines, but not both.")
        elif not self.errors:
            self._read(file, pasted)
        return data

    def _read(self, file: Any, pasted: str) -> None:
        field = "file" if file is not None else "pasted"
        try:
            if file is not None and file.size > LARGEST:
                raise UnreadableFile(TOO_LARGE)
            raw = file.read() if file is not None else pasted.encode()
            words, self.cleaned_data["written"] = decode(raw)
            check(words)
        except UnreadableFile as unreadable:
            self.add_error(field, str(unreadable))
            return
        self.cleaned_data["text"] = words
        self.cleaned_data["name"] = plain_name(file.name) if file is not None else ""


class ConfirmForm(forms.Form):
    """What was looked at, by whom it is told, and what becomes of numbers in the other unit."""

    others = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": "Say which unit they are in, or leave them out."},
    )
    without = LineField(
        label="Lines to leave out", max_length=2000, help_text="By their numbers, such as 4, 7-9."
    )
    told_by = forms.ChoiceField(
        label="Who took these temperatures?",
        choices=CheckIn.ToldBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who took them."},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        patient: Patient,
        lines: Sequence[FileLine],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.lines = lines
        choice_field(self, "told_by").choices = [
            (value, who) for value, who, _ in tellers("", patient)
        ]
        others = [line for line in lines if line.other]
        if not others:
            del self.fields["others"]
            return
        unit = " or ".join(sorted({f"°{line.other}" for line in others}))
        self.fields["others"].label = f"{_count(others)} only be in {unit}"
        choice_field(self, "others").choices = [
            ("take", f"They are in {unit}: take them so"),
            ("leave", "Leave them out"),
        ]

    @property
    def wrong(self) -> list[FileLine]:
        return [line for line in self.lines if line.problem]

    @property
    def known(self) -> list[FileLine]:
        return [line for line in self.lines if line.known]

    @property
    def fevers(self) -> list[FileLine]:
        return [line for line in self.taken if line.is_fever]

    @property
    def left(self) -> list[FileLine]:
        return [line for line in self.lines if line.left]

    @cached_property
    def taken(self) -> list[FileLine]:
        return [line for line in self.lines if line.is_taken]

    @property
    def digest(self) -> str:
        """What the person looks at; it changes with any line that would be saved. What the form
        itself asks is left out: numbers in the other unit, and which lines to leave out."""
        plain = [line for line in self.lines if (line.is_taken or line.left) and not line.other]
        said = "\n".join(sorted({f"{line.at} {line.degrees} {line.unit}" for line in plain}))
        return hashlib.sha256(said.encode()).hexdigest()

    def clean_without(self) -> str:
        text: str = self.cleaned_data["without"]
        numbers = line_numbers(text)
        if numbers is None:
            raise ValidationError("Type line numbers, such as 4, 7-9.")
        if unknown := sorted(numbers - {line.number for line in self.lines}):
            raise ValidationError(f"There is no line {unknown[0]}.")
        return text

    def clean(self) -> dict[str, Any]:
        if self.data.get("seen") != self.digest:
            self.add_error(None, "What will be saved has changed. Check it again.")
        return self.cleaned_data


def line_numbers(text: str) -> frozenset[int] | None:
    """Return the lines that are named as 4, 7-9; None where it is written otherwise."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[\s,;]+", re.sub(r"\s*-\s*", "-", plain(text)))):
        match = RANGE.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 < first <= last < LARGEST:
            return None
        found.update(range(first, last + 1))
    return frozenset(found)


def _count(lines: Sequence[FileLine]) -> str:
    return "One number can" if len(lines) == 1 else f"{len(lines)} numbers can"


def plain_name(name: str) -> str:
    """Return a file's own name as words, without what a screen or a log would act on."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(printable.split())[:NAME_LENGTH]
