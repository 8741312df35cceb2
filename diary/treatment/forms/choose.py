"""Which treatments there are: of the ten therapies, and of what the catalogue does not know."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString

from diary.core.fields import choice_field
from diary.models import Course
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Therapy
from therapies.templatetags.spelling import spelled

OTHERS = {
    "medicine": ("Another medicine", "Its name."),
    "trial": ("A trial treatment", "Its name, or what the team calls it."),
    "transplant": ("Stem cell transplant", "Such as: stem cells from a brother."),
    "chemotherapy": ("Chemotherapy alongside", "The names, if you know them."),
}


class TreatmentsForm(forms.Form):
    """The ten therapies, what the catalogue does not know, or "I don't know yet"."""

    use_required_attribute = False

    therapies = forms.MultipleChoiceField(
        label="Treatments",
        help_text="Choose each one, also what is planned. The plan, bag or box has the name.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    medicine = forms.CharField(max_length=120, required=False)
    trial = forms.CharField(max_length=120, required=False)
    transplant = forms.CharField(max_length=120, required=False)
    chemotherapy = forms.CharField(max_length=120, required=False)
    unknown = forms.BooleanField(label="I don’t know yet", required=False)

    def __init__(self, data: Any = None, *, courses: Iterable[Course], may_skip: bool) -> None:
        undated = [course for course in courses if not course.is_dated]
        running = {c.therapy for c in courses if c.is_dated and c.therapy and c.ended is None}
        kept = {str(course.kind): course.name for course in undated if course.name}
        chosen = [course.therapy for course in undated if course.therapy]
        super().__init__(data, initial={"therapies": chosen, **kept})
        choice_field(self, "therapies").choices = [
            (therapy.slug, _described(therapy))
            for therapy in catalogue().therapies.values()
            if therapy.slug not in running
        ]
        for kind, (label, hint) in OTHERS.items():
            self.fields[kind].label, self.fields[kind].help_text = label, hint
        if not may_skip:
            del self.fields["unknown"]
        # Required unless something else is said; a browser cannot know that, so it is not told.
        something = any((data or {}).get(name, "").strip() for name in (*OTHERS, "unknown"))
        something = something or (may_skip and any(course.is_dated for course in courses))
        either = ", or “I don’t know yet”." if may_skip else "."
        self.fields["therapies"].required = not something
        self.fields["therapies"].error_messages["required"] = f"Choose at least one{either}"

    @property
    def groups(self) -> list[tuple[str, list[BoundWidget]]]:
        """Return the therapies by class, in the order of the catalogue."""
        known, boxes = catalogue(), self["therapies"].subwidgets
        groups: dict[str, list[BoundWidget]] = {}
        for box in boxes:
            therapy = known.therapies[str(box.data["value"])]
            groups.setdefault(known.classes[therapy.class_slug].label, []).append(box)
        return list(groups.items())

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[kind] for kind in OTHERS]

    @property
    def has_others(self) -> bool:
        """Is anything there, so that the page opens this part?"""
        return any(field.value() or field.errors for field in self.others)

    def clean(self) -> dict[str, Any]:
        """Return what `choose_treatments` wants to know."""
        data = self.cleaned_data
        others = {kind: data.get(kind, "") for kind in OTHERS}
        return {"therapies": data.get("therapies", []), "others": others}


def _described(therapy: Therapy) -> SafeString:
    brands = f" ({', '.join(therapy.brands)})" if therapy.brands else ""
    return format_html(
        '<span><b>{}</b>{}<br><span class="small soft">{}</span></span>',
        therapy.name,
        brands,
        spelled(therapy.route),
    )
