"""Questions for the next appointment, and what was answered."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import UserRequest, patient_for
from accounts.parts import render_page
from diary.actions.questions import answer_question, ask, tick
from diary.core.pages import answer, typed
from diary.forms.appointment import AnswerForm
from diary.forms.own import QuestionForm
from diary.questions import as_asked


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    form = QuestionForm(typed(request))
    if form.is_valid():
        ask(patient, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, f"Your question for {patient.name}’s next appointment is kept.")
        return redirect("questions", patient.pk)
    every = as_asked(patient)
    context = {
        "patient": patient,
        "form": form,
        "open": [one for one in every if one.question.answered is None],
        "answered": [one for one in every if one.question.answered is not None],
    }
    return render_page(request, "diary/questions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def question_tick(request: UserRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    question = get_object_or_404(patient.questions, pk=question_id)
    tick(question, is_answered="answered" in request.POST, by=request.user)
    return redirect("questions", patient.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_answer(request: UserRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    question = get_object_or_404(patient.questions, pk=question_id)
    form = AnswerForm(typed(request), patient=patient, at=request.GET.get("at", ""))
    return answer(
        request,
        "diary/question_answer.html",
        form,
        lambda: answer_question(question, **form.cleaned_data, by=request.user),
        to=("questions", patient.pk),
        said=f"The answer is kept for {patient.name}.",
        context={"patient": patient, "question": question},
    )
