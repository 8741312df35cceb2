"""The numbers to call, and what the family's own card says."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import Patient
from diary.core.fields import PhoneField, choice_field, parse
from diary.core.words import reading_words
from diary.judging.fever import card_of, fever_line_words, usual_country
from diary.models import Contact, EmergencyNote, FamilyCard
from diary.team.actions import PhoneLine
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import Country
from therapies.degrees import celsius
from therapies.urgency import is_possible

WHO = "Such as: the ward, Nurse Kim, the on-call doctor."


class TeamForm(forms.Form):
    """The care team's numbers. The 24-hour number may be put off, but only by saying so."""

    use_required_attribute = False  # a number may be put off, and the browser cannot know that

    team_name = forms.CharField(
        label="What you call the care team",
        help_text="It is on the buttons, such as “Call the day clinic”.",
        max_length=80,
    )
    always = PhoneField(
        label="24-hour number",
        help_text="The one on the alert card or the discharge letter, answered day and night. "
        "Add the country code, such as +44, to call from abroad.",
    )
    always_label = forms.CharField(
        label="Who answers there", help_text=WHO, max_length=80, required=False
    )
    no_number = forms.BooleanField(
        label="I don’t have the 24-hour number yet",
        help_text="Every page then says that it is missing.",
        required=False,
    )
    day = PhoneField(label="Daytime number")
    day_label = forms.CharField(
        label="Who answers in the daytime", help_text=WHO, max_length=80, required=False
    )
    emergency = PhoneField(label="Local emergency number")
    no_emergency = forms.BooleanField(label="I don’t know the emergency number yet", required=False)

    def __init__(self, data: Any = None, *, patient: Patient) -> None:
        known = {str(contact.kind): contact for contact in patient.contacts.all()}
        initial: dict[str, Any] = {"team_name": patient.team_name}
        for kind in (Contact.Kind.ALWAYS, Contact.Kind.DAY, Contact.Kind.EMERGENCY):
            if kind in known:
                initial[kind.value] = known[kind].number
                initial[f"{kind.value}_label"] = known[kind].label
        super().__init__(data, initial=initial)
        for name, excuse in (("always", "no_number"), ("emergency", "no_emergency")):
            ticked = self.fields[excuse].label
            text = f"Type the number, or tick “{ticked}” below."
            self.fields[name].required = not (data or {}).get(excuse)
            self.fields[name].error_messages["required"] = text
        self.country = catalogue().countries.get(patient.country)
        if self.country is not None:
            del self.fields["no_emergency"]
            self.fields["emergency"].required = False
            self.fields["emergency"].help_text = (
                f"Only if you call another number than {self.country.emergency}, "
                f"the one for {self.country.name}."
            )
        else:
            self.fields[
                "emergency"
            ].help_text = "The number for an ambulance where you live. The diary does not know it."

    def clean(self) -> dict[str, Any]:
        """Return what `set_team` wants to know."""
        data = self.cleaned_data
        if self.errors:
            return data
        numbers = {
            "always": PhoneLine(data["always"], data["always_label"] if data["always"] else ""),
            "day": PhoneLine(data["day"], data["day_label"] if data["day"] else ""),
            "emergency": PhoneLine(data["emergency"]),
        }
        return {"name": data["team_name"], "numbers": numbers}


class CardForm(forms.Form):
    """The fever line and the unit. A card can only lower the line; its words are always kept."""

    unit = forms.ChoiceField(
        label="The thermometer shows", choices=Patient.Unit.choices, widget=forms.RadioSelect
    )
    card_says = forms.ChoiceField(
        label="Temperature from which the card says to call",
        choices=(("usual", ""), ("own", "Another temperature, typed below"), ("unknown", "")),
        required=False,
        widget=forms.RadioSelect,
    )
    fever_from = forms.CharField(
        label="The card’s own temperature from which to call",
        help_text="Only the number, such as 37.8 or 100.",
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    words = forms.CharField(
        label="What else the card says",
        help_text="In its own words. You see them when you need to call.",
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, *, patient: Patient) -> None:
        card = card_of(patient)
        self.usual = usual_country(patient)
        super().__init__(data, initial=_initial(patient, card, is_asked=self.usual is not None))
        self.patient = patient
        if self.usual is None:
            del self.fields["card_says"]
        else:
            self._offer(self.usual)

    def _offer(self, country: Country) -> None:
        """Offer what most cards of the country say first; who does not know gets that as well."""
        usual = reading_words(country.fever_from, "C") if country.fever_from else ""
        (first, _), own, (last, _) = self.fields["card_says"].choices  # type: ignore[attr-defined]
        choice_field(self, "card_says").choices = [
            (first, f"{usual}, as most cards in the {country.name} say"),
            own,
            (last, f"I do not know, or there is no card: use {usual}"),
        ]

    def clean(self) -> dict[str, Any]:
        """Leave in `line` the temperature that lowers the fever line, and add one that does not to
        the words."""
        data = self.cleaned_data
        data["line"], data["line_unit"], data["laxer"], data["source"] = None, "", "", ""
        typed, unit = self._typed()
        says = data.get("card_says") or ("own" if typed else "unknown")
        if self.usual is not None and says != "own":
            return self._take_usual(says, is_typed=bool(typed))
        if not typed or not unit:
            if self.usual is not None:
                self.add_error("fever_from", "Type the temperature, or choose another answer.")
            return data
        data["source"] = FamilyCard.Source.CARD
        try:
            degrees = parse(typed)
        except ValueError:
            self.add_error("fever_from", "Type only the temperature, such as 37.8 or 37,8.")
            return data
        rules = catalogue().rules
        ordinary = next(band.from_c for band in rules.bands if band.reading == "ordinary")
        in_celsius = celsius(degrees, unit)
        if not is_possible(rules, degrees, unit) or in_celsius < ordinary:
            self.add_error(
                "fever_from",
                f"{reading_words(degrees, unit)} cannot be a fever line. Check the number and "
                "the unit.",
            )
        elif in_celsius < rules.fever_line_c:
            data["line"], data["line_unit"] = degrees, unit
        elif in_celsius > rules.fever_line_c:
            self._keep_as_words(degrees, unit)
        return data

    def card_data(self) -> dict[str, Any]:
        """Return what `set_card` wants to know."""
        data = self.cleaned_data
        return {
            "unit": data["unit"],
            "words": data["words"],
            "fever_from": data["line"],
            "fever_unit": data["line_unit"],
            "source": data["source"],
        }

    def laxer_words(self) -> str:
        """Return what to say about a card that is laxer than the fever line; else nothing."""
        if not self.cleaned_data["laxer"]:
            return ""
        return (
            f"The card says {self.cleaned_data['laxer']}. The diary shows that. "
            f"Fever is still urgent here from {fever_line_words(self.patient)}."
        )

    def _take_usual(self, says: str, *, is_typed: bool) -> dict[str, Any]:
        if is_typed:
            text = "To use the temperature typed here, choose “Another temperature”."
            self.add_error("fever_from", text)
        source = FamilyCard.Source.CARD if says == "usual" else FamilyCard.Source.USUAL
        line = self.usual.fever_from if self.usual else None
        self.cleaned_data.update(line=line, line_unit=Patient.Unit.C.value, source=source)
        return self.cleaned_data

    def _typed(self) -> tuple[str, str]:
        """Return the number and its unit: the one written behind it, else the thermometer's."""
        typed = (self.cleaned_data.get("fever_from") or "").strip().upper()
        unit = typed[-1:] if typed[-1:] in Patient.Unit.values else self.cleaned_data.get("unit")
        return typed.rstrip("CF").rstrip().removesuffix("°").rstrip(), unit or ""

    def _keep_as_words(self, degrees: Decimal, unit: str) -> None:
        laxer = reading_words(degrees, unit)
        words = self.cleaned_data.get("words") or ""
        self.cleaned_data["laxer"] = laxer
        if laxer.removesuffix(f" °{unit}") not in words.replace(",", "."):
            self.cleaned_data["words"] = f"{laxer}. {words}".strip()


def _initial(patient: Patient, card: FamilyCard | None, *, is_asked: bool) -> dict[str, Any]:
    """Return what was answered before; an answer that was not given is not chosen."""
    initial: dict[str, Any] = {"unit": patient.unit}
    if card is None:
        return initial
    initial["words"] = card.words
    if card.source == FamilyCard.Source.USUAL:
        initial["card_says"] = "unknown"
    elif card.source == FamilyCard.Source.CARD:
        initial["card_says"] = "own"
        if card.fever_from is None and is_asked:  # the card gives the diary's own line, or more
            line = catalogue().rules.fever_line_c
            initial["fever_from"] = reading_words(line, Patient.Unit.C)
    if card.fever_from is not None and not card.is_usual:
        initial["fever_from"] = reading_words(card.fever_from, card.fever_unit)
    return initial


class EmergencyNoteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything may stay empty: the sheet then says "not entered"."""

    class Meta:
        model = EmergencyNote
        fields = ("allergies", "diagnosis", "line", "other")
        labels = {"other": "Anything else a hospital must know"}
        help_texts = {
            "allergies": "To what, and what happened. Write “none known” if the team says so.",
            "diagnosis": "Copy it from the discharge letter.",
            "line": "Which one, and where. For example: port, right side.",
            "other": "For example: another illness, a shunt.",
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
            most = field.widget.attrs["maxlength"]
            text = f"This is longer than {most} characters. Make it shorter, to fit one page."
            field.error_messages["max_length"] = text
