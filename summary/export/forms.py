"""In which format a diary is taken out."""

from typing import Any

from diary.history.forms import PeriodForm


class TakeForm(PeriodForm):
    """The days of a file of data; without any, it is everything."""

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if self.errors or said["first"] or said["last"] or said["since"]:
            said = super().clean()
        return {"first": said.get("first"), "last": said.get("last")}
