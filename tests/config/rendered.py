"""The forms of a page as a browser sees them, and answers that a person could give."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.config.world import make_jpeg

TOKEN = "csrfmiddlewaretoken"
# What is typed into a field of this kind, or of this name, where nothing stands in it.
TYPED = {"email": "aunt@example.org", "number": "4", "tel": "020 7946 0018", "password": "x" * 14}
NAMED = {
    "temperature": "37.2",
    "time": "00:05",
    "clock": "10:30",
    "year": "2015",
    "month": "5",
    "hours": "6",
    "number": "020 7946 0018",
    "value": "31.5",
    "weight": "31.5",
}
DATES = ("day", "date", "started", "ended", "first", "last")


@dataclass
class Field:
    """One name of a form; `choices` are the values it offers."""

    name: str
    kind: str
    value: str = ""
    is_chosen: bool = False
    choices: list[str] = field(default_factory=list)

    def answer(self) -> list[str]:
        """Return what somebody who fills in everything sends."""
        if self.kind in ("radio", "select", "checkbox", "submit"):
            return [self.value] if self.is_chosen or not self.choices else self._chosen()
        return [self.value or self._typed()]

    def _chosen(self) -> list[str]:
        filled = [choice for choice in self.choices if choice]
        return filled[:1] or self.choices[:1]

    def _typed(self) -> str:
        if self.kind == "hidden":
            return ""
        words = self.name.replace("_", "-").split("-")
        if self.kind == "date" or set(words) & set(DATES):
            return (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
        named = [said for part, said in NAMED.items() if part in self.name]
        return TYPED.get(self.kind) or (named[0] if named else "Words")


@dataclass
class Form:
    """A form, where it leads, and its fields by name."""

    page: str
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        return (self.action, self.method, *sorted(self.fields))

    def answers(self) -> dict[str, Any]:
        """Return it filled in, the first button pressed."""
        filled: dict[str, Any] = {}
        for one in self.fields.values():
            if one.kind == "file":
                filled[one.name] = SimpleUploadedFile("photo.jpg", make_jpeg(), "image/jpeg")
            elif one.name != TOKEN:
                filled[one.name] = one.answer()
        return filled


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self.named: dict[str, Form] = {}
        self.open: Form | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(urljoin(self.page, has.get("action") or self.page)).path
            self.open = Form(self.page, action, has.get("method", "get").lower())
            self.forms.append(self.open)
            self.named[has.get("id", "")] = self.open
        elif tag in ("input", "textarea", "select", "button") and has.get("name"):
            self._field(tag, has)
        elif tag == "option" and self.select is not None:
            self.select.choices.append(has.get("value", ""))
            if "selected" in has:
                self.select.value, self.select.is_chosen = has.get("value", ""), True

    def _field(self, tag: str, has: dict[str, str]) -> None:
        form = self.named.get(has["form"]) if "form" in has else self.open
        if form is None:
            return
        kind = {"textarea": "text", "select": "select", "button": "submit"}.get(tag) or has.get(
            "type", "text"
        )
        value = has.get("value", "on" if kind == "checkbox" else "")
        known = form.fields.setdefault(has["name"], Field(has["name"], kind))
        if kind in ("radio", "checkbox", "submit"):
            known.choices.append(value)
            if "checked" in has:
                known.value, known.is_chosen = value, True
        elif tag == "select":
            self.select = known
        else:
            known.value = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None


def forms_on(page: str, html: str) -> list[Form]:
    """Return the forms of a page at this path, in their order."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms
