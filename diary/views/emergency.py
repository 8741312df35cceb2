"""What the family enters for a hospital that does not know the patient."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.access import UserRequest, patient_for
from diary.actions.emergency import set_emergency_note
from diary.core.pages import answer, typed
from diary.forms.emergency import EmergencyNoteForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def emergency_note(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = EmergencyNoteForm(typed(request), note=getattr(patient, "emergency_note", None))
    return answer(
        request,
        "diary/emergency_note.html",
        form,
        lambda: set_emergency_note(patient, **form.said, by=request.user),
        to=("emergency", patient.pk),
        said=f"Saved for {patient.name}. Print the sheet again: what is on paper is older.",
        context={"patient": patient},
    )
