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

# What each address takes: to be opened ("get"), to be sent to ("post"), or "both".
PLAIN = {
    (PUBLIC, "get"): "home urgent urgent_country therapies therapy sources about service_worker "
    "manifest offline diary_schema calendar healthz readyz",
    # The clinic's is behind a passcode of its own, the others have a secret address.
    (PUBLIC, "both"): "join_new clinic reminder_stop",
    (LOGIN, "get"): "device people",
    (LOGIN, "post"): "account_keep",
    (LOGIN, "both"): "account_menu account_delete join setup_who diary_import",
    (OWN, "get"): "join_waiting reminder_open",
    (OWN, "post"): "share_leave",
    (OWN, "both"): "diary_import_check",
}
# In a diary: the least role that may open it, and that may send to it. NOBODY: not taken at all.
NOBODY, READER, WRITER, MANAGER, OWNER = RANKS = ("", "reader", "writer", "manager", "owner")
DIARY = {
    (READER, NOBODY): "check_in photo photo_file photo_small course pump_event kept look "
    "appointments treatment team patient_urgent patient_more emergency history history_cycles "
    "history_charts history_day summary reminders",
    (READER, READER): "history_find reminder_edit",
    (READER, WRITER): "appointment tablets today own_symptoms temperatures_imported questions "
    "medicines weights duty",
    (READER, OWNER): "photos",
    (NOBODY, READER): "summary_choose summary_pdf emergency_pdf call_seen duty_seen duty_return "
    "reminder_off reminder_quiet reminder_accept reminder_seen calendar_make calendar_end",
    (NOBODY, WRITER): "call_event check_in_undo appointment_settle appointment_note_take_out "
    "infusion_start hold_withdraw cycle_remove pump_event_add pump_event_take_back dose_remove "
    "infusion_stop symptoms_find own_symptom_keep check_in_send question_tick medicine_remove "
    "weight_remove words_keep numbers_confirm",
    (NOBODY, MANAGER): "records_json records_csv records_csv_semicolons records_fhir "
    "invitation_cancel share_revoke duty_order duty_minutes",
    (NOBODY, OWNER): "team_change_seen team_change_take_back share_confirm clinic_link_close "
    "diary_keep growing_up_choose",
    (WRITER, NOBODY): "setup",
    (WRITER, WRITER): "call_record prompt_close check_in_correct check_in_remove check_in_move "
    "photo_add appointment_edit photo_remove course_edit course_infusion course_end "
    "course_withdraw hold_add hold_edit hold_resume cycle_start cycle_edit pump_start pump_stop "
    "bag_change infusion_record dose_edit temperatures_import look_add question_answer "
    "appointment_add course_add course_dates team_edit card_edit emergency_note setup_therapy "
    "setup_dates setup_team patient_edit words_delete",
    (MANAGER, NOBODY): "records",
    (MANAGER, MANAGER): "sharing share_edit growing_up",
    (OWNER, NOBODY): "sharing_log",
    (OWNER, OWNER): "clinic_links diary_delete",
}
# Pages that are not asked for their headers alone.
NO_HEAD = {"history", "history_cycles", "history_charts", "history_day", "history_find", "summary"}
OPENED_AND_SENT = {name: roles for roles, names in DIARY.items() for name in names.split()}
TAKEN = {name: what for what, names in PLAIN.items() for name in names.split()}
WHO_MAY: dict[str, str] = {
    **{name: kind for name, (kind, _) in TAKEN.items()},
    **dict.fromkeys(OPENED_AND_SENT, PATIENT),
}
# A file is asked for by a post, because that leaves an audit row; whoever may read may have it.
# And whoever may read may say how summaries look to them: it is not part of the diary.
TAKEN_BY_POST = {
    "summary_pdf": ["accounts.auditentry"],
    "summary_choose": ["accounts.auditentry", "summary.choice"],
    "emergency_pdf": ["accounts.auditentry"],
    "calendar_make": ["accounts.auditentry", "reminders.feed"],
    "calendar_end": ["accounts.auditentry", "reminders.feed"],
}
# What is looked for is posted, so that no address says it; whoever may read may look.
ASKED_BY_POST = {"history_find"}
# Whoever may read says that they have seen something urgent, gives back their time on duty, and
# sets what they want to be reminded of.
OWN_POSTS = {"call_seen", "duty_seen", "duty_return"}
OWN_POSTS |= {"reminder_edit", "reminder_off", "reminder_quiet", "reminder_accept", "reminder_seen"}
# Pictures that pages show; opened by themselves they are downloads.
FILES = {"photo_file", "photo_small", "calendar"}


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


def takes(address: Address, method: str) -> bool:
    """Does this address take this method at all?"""
    if method == "HEAD":
        return takes(address, "GET") and address.name not in NO_HEAD
    if address.name in OPENED_AND_SENT:
        return needed(address, method) != NOBODY
    return method in ("GET", "POST") and TAKEN[address.name][1] in (method.lower(), "both")


def needed(address: Address, method: str) -> str:
    """Return the least role that may do this in a diary."""
    opened, sent = OPENED_AND_SENT[address.name]
    return {"GET": opened, "HEAD": opened, "POST": sent}.get(method, NOBODY)


def ids_for(ids: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the ids of a diary by those that belong to nobody."""
    today = datetime.now(UTC).date().isoformat()
    return {
        "slug": "blinatumomab",
        "country": "gb",
        "key": "abc",
        "token": "abc",
        "code": "abc",
        "kind": "entry",
        "pk": 1,
        "day": today,
        **ids,
    }


def missing(ids: Mapping[str, Any]) -> dict[str, Any]:
    """Return ids of the same kinds that nothing has."""
    absent = {name: 1 if isinstance(value, int) else uuid.uuid4() for name, value in ids.items()}
    return ids_for(absent)
