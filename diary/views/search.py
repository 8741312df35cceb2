"""The order of a search while somebody types. The words come by POST: no address has them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from diary.symptom_list import search
from therapies.templatetags.spelling import spelled


@login_required
@require_POST
def symptoms_find(request: UserRequest, patient_id: UUID) -> JsonResponse:
    patient_for(request.user, patient_id, write=True)
    found = search(request.POST.get("q", "")[:60])
    if found is None:
        return JsonResponse({"slugs": []})
    return JsonResponse(
        {
            "slugs": found.slugs,
            "question": spelled(found.question),
            "temperature": found.has_temperature,
            "crisis": found.is_crisis,
        }
    )
