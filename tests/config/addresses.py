"""Every address of the diary, and who may open it. An address that is missing here fails a test."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

PUBLIC = "public"  # anybody; holds nothing of a person
LOGIN = "login"  # whoever is logged in; holds only what is theirs
OWN = "own"  # one row of whoever is logged in
PATIENT = "patient"  # one patient's page, through the one door
ALLAUTH = "allauth"  # the account pages

WHO_MAY: dict[str, str] = {
    **dict.fromkeys(
        ["home", "urgent", "urgent_country", "therapies", "therapy", "sources", "about"], PUBLIC
    ),
    **dict.fromkeys(["service_worker", "manifest", "offline", "diary_schema", "join_new"], PUBLIC),
    "clinic": PUBLIC,  # behind a passcode of its own
    **dict.fromkeys(
        [
            "device",
            "people",
            "account_menu",
            "account_delete",
            "account_keep",
            "join",
            "setup_who",
            "diary_import",
        ],
        LOGIN,
    ),
    **dict.fromkeys(["join_waiting", "share_leave", "diary_import_check"], OWN),
    **dict.fromkeys(
        [
            "today",
            "patient_urgent",
            "kept",
            "symptoms_find",
            "check_in_send",
            "check_in",
            "check_in_correct",
            "check_in_remove",
            "check_in_undo",
            "check_in_move",
            "words_delete",
            "words_keep",
            "own_symptoms",
            "own_symptom_keep",
            "photos",
            "photo_add",
            "photo",
            "photo_file",
            "photo_small",
            "photo_remove",
            "questions",
            "question_tick",
            "question_answer",
            "appointments",
            "appointment_add",
            "appointment",
            "appointment_edit",
            "appointment_settle",
            "appointment_note_take_out",
            "call_record",
            "prompt_close",
            "call_event",
            "call_seen",
            "medicines",
            "medicine_remove",
            "weights",
            "weight_remove",
            "temperatures_import",
            "temperatures_imported",
            "history",
            "history_charts",
            "history_day",
            "history_cycles",
            "history_find",
            "treatment",
            "course",
            "course_add",
            "course_dates",
            "course_edit",
            "course_infusion",
            "course_end",
            "course_withdraw",
            "hold_add",
            "hold_edit",
            "hold_resume",
            "hold_withdraw",
            "cycle_start",
            "cycle_edit",
            "cycle_remove",
            "pump_start",
            "pump_stop",
            "infusion_record",
            "dose_edit",
            "dose_remove",
            "tablets",
            "infusion_start",
            "infusion_stop",
            "bag_change",
            "pump_event_add",
            "pump_event",
            "pump_event_take_back",
            "look_add",
            "look",
            "duty",
            "duty_order",
            "duty_minutes",
            "duty_seen",
            "duty_return",
            "team",
            "team_edit",
            "card_edit",
            "patient_more",
            "patient_edit",
            "setup",
            "setup_therapy",
            "setup_dates",
            "setup_team",
            "sharing",
            "sharing_log",
            "growing_up",
            "growing_up_choose",
            "share_edit",
            "team_change_seen",
            "team_change_take_back",
            "invitation_cancel",
            "share_confirm",
            "share_revoke",
            "summary",
            "summary_choose",
            "summary_pdf",
            "clinic_links",
            "clinic_link_close",
            "emergency",
            "emergency_pdf",
            "emergency_note",
            "diary_delete",
            "diary_keep",
            "records",
            "records_json",
            "records_csv",
            "records_csv_semicolons",
            "records_fhir",
        ],
        PATIENT,
    ),
}
# A file is asked for by a post, because that leaves an audit row; whoever may read may have it.
# And whoever may read may say how summaries look to them: it is not part of the diary.
TAKEN_BY_POST = {
    "summary_pdf": ["accounts.auditentry"],
    "summary_choose": ["accounts.auditentry", "summary.choice"],
    "emergency_pdf": ["accounts.auditentry"],
}
# What is looked for is posted, so that no address says it; whoever may read may look.
ASKED_BY_POST = {"history_find"}
# Whoever may read says that they have seen something urgent, or gives back their time on duty.
OWN_POSTS = {"call_seen", "duty_seen", "duty_return"}
# Pictures that pages show; opened by themselves they are downloads.
FILES = {"photo_file", "photo_small"}


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    arguments: tuple[str, ...]

    def path(self, ids: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs={name: ids[name] for name in self.arguments})


def every_address(urlconf: str | None = None) -> list[Address]:
    """Walk the resolver to its last leaf."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ()))


def _walk(
    patterns: list[URLPattern | URLResolver], route: str, arguments: tuple[str, ...]
) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        names = (*arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, names)
        else:
            yield Address(pattern.name or "", here, names)


def who_may(address: Address) -> str:
    """Return the class of an address; raises LookupError where nobody has decided."""
    if address.route.startswith("account/"):
        return ALLAUTH
    kind = WHO_MAY.get(address.name, "")
    if not kind:
        raise LookupError(f"nobody has decided who may open {address.route} ({address.name})")
    if (kind == PATIENT) != address.route.startswith("p/<uuid:patient_id>/"):
        raise LookupError(f"{address.route} says one thing and the table another ({kind})")
    return kind


def ids_for(ids: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the ids of a diary by those that belong to nobody."""
    today = datetime.now(UTC).date().isoformat()
    return {
        "slug": "blinatumomab",
        "country": "gb",
        "key": "abc",
        "token": "abc",
        "pk": 1,
        "day": today,
        **ids,
    }


def missing(ids: Mapping[str, Any]) -> dict[str, Any]:
    """Return ids of the same kinds that nothing has."""
    absent = {name: 1 if isinstance(value, int) else uuid.uuid4() for name, value in ids.items()}
    return ids_for(absent)
