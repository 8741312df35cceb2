"""What the columns of the tables mean, in plain words."""

from summary.export.tables import Column

DICTIONARY = ("table", "column", "kind", "unit", "meaning", "values")

README = """\
A side-effect diary, as tables
==============================

Each .csv file holds one kind of thing, one thing a row. dictionary.csv says what every column of
every file means, in which unit, and which values may stand in it. The files are UTF-8, with quotes
around everything but numbers.

How they hang together
  "id" names a thing. A column with the name of another kind ("check_in", "course", "version")
  holds the id, or the number, of what the row belongs to.

Times
  A column such as "at" is the moment in UTC; beside it, "at_local" is the same moment on the clock
  of the zone in which it was written down. "local_day" is the day of that clock.

Corrections
  Nothing is overwritten. A check-in has a version for each time it was saved; the highest number
  counts. A version of the kind "removed" means that the check-in was taken back; the versions
  before it say what it said. Findings stay with the version that led to them. What was entered by
  mistake has a moment in "withdrawn" or "taken_back".

Days without an entry
  gaps.csv lists the days on which nothing was logged. It does not mean that there was nothing.

Text
  A text that a spreadsheet could take for a formula, a number or a day has an apostrophe (') in
  front of it: one that begins with = + - @ or a sign that looks like them, also after blanks; one
  that begins with a control character or an apostrophe; and one of digits without letters, such as
  a phone number. To get the text as it was typed, take the first apostrophe off. A text with an
  empty character (NUL) in it, and one of digits after a \\, begins with '\\ and has \\0 in the
  place of that character, and \\\\ for each \\.

This is a diary. It repeats what was written in it, and judges nothing. Nobody watches it.
"""
# What README.txt says of the sign between the columns.
SEPARATORS = {
    ",": """\

Numbers
  Commas stand between the columns, and a point before the decimals of a number: 38.4.
""",
    ";": """\

Numbers
  Semicolons stand between the columns, and a comma before the decimals of a number: 38,4.
""",
}

UNITS = {
    "temperature": "°C or °F: see unit",
    "fever_from": "°C or °F: see fever_unit",
    "fever_line_c": "°C",
    "every_hours": "hours",
    "next_hours": "hours",
    "width": "dots",
    "height": "dots",
}

MEANINGS = {
    "id": "What names this row in the other files.",
    "position": "Which one it is of those that belong together, from 1.",
    "name": "Its name, as it was typed.",
    "kind": "Which kind it is.",
    "zone": "The time zone in which it was written down.",
    "unit": "The unit of the temperature beside it.",
    "created": "When it was entered.",
    "recorded": "When it was entered.",
    "received": "When the server got it.",
    "at": "The moment it is about.",
    "local_day": "The day of that moment on the clock of the zone.",
    "by": "Who wrote it: an id of authors.csv.",
    "told_by": "Who told it.",
    "withdrawn": "When it was marked as entered by mistake; empty where it stands.",
    "therapy": "The therapy, by its name in the catalogue; empty where it is not in it.",
    "started": "When it began; of a cycle, its day 1.",
    "ended": "When it ended; empty while it goes on, or where nobody said.",
    "symptom": "The symptom, by its name in the catalogue.",
    "reason": "Why it was changed or closed.",
    "number": "Its number, from 1.",
    "patient.name": "The name or nickname of the patient.",
    "patient.birth_month": "The month of birth, 1 to 12.",
    "patient.birth_year": "The year of birth.",
    "patient.is_self": "Whether the patient keeps the diary.",
    "patient.unit": "The unit in which the family reads temperatures.",
    "patient.country": "The country, by two letters.",
    "patient.latin_name": "The name in Latin letters, as on the wristband, if there is one.",
    "patient.team_name": "What the family calls the care team.",
    "period.first": "The first day in these files.",
    "period.last": "The last day in these files.",
    "period.is_everything": "Whether the whole diary is in these files.",
    "shares.user": "Who may see the diary: an id of authors.csv.",
    "shares.role": "What they may do.",
    "shares.accepted": "When they accepted.",
    "shares.confirmed": "When the owner confirmed it; empty while that is open.",
    "shares.revoked": "When it was ended; empty where nobody did.",
    "shares.until": "When it ends by itself; empty where it does not.",
    "shares.without_notes": "Whether the words of notes are kept from them.",
    "shares.is_patient": "Whether it is the log-in of the patient.",
    "courses.zone": "Where the diary was when the days were written down.",
    "courses.is_dated": "Whether the first day is known; if not, it is only the day it was chosen.",
    "course_doses.status": "What became of it. On a day of course_holds.csv none was missed.",
    "course_doses.precision": "Whether the time of day is known, or only the day.",
    "course_holds.started": "The first day on which the team had put the treatment on hold.",
    "course_holds.ended": "The last day on hold; empty while nobody knew until when.",
    "course_holds.reason": "Why, as the team said it. Tablets of these days are not missed.",
    "course_bag_plan.due": "When the next change of the bag is due.",
    "course_bag_plan.every_hours": "How long a bag lasts.",
    "course_pump_events.taken_back": "When it was taken back as a slip; empty where it stands.",
    "course_pump_events.due_before": "When the next change of the bag was due before this one.",
    "medicines.medicine": "The medicine, by its name in the catalogue; empty where it has none.",
    "medicines.amount": "How much, as it was typed.",
    "medicines.next_hours": "Hours to the next dose, as the family entered them.",
    "weights.day": "The day it was measured.",
    "weights.value": "The weight as it was typed, in the unit beside it.",
    "weights.unit": "kg or lb.",
    "contacts.label": "Who answers.",
    "contacts.number": "The phone number.",
    "card.words": "What the family's own card says.",
    "card.fever_from": "The temperature from which the card says to call.",
    "card.fever_unit": "The unit of fever_from.",
    "card.source": "card: the family's own. usual: most cards of the country, as the family's own "
    "is not known. open: the same, until the family answers. Empty: nobody was asked.",
    "emergency_note.diagnosis": "The diagnosis, as the family entered it.",
    "emergency_note.allergies": "Allergies, as the family entered them.",
    "emergency_note.line": "A central line or port, as the family entered it.",
    "emergency_note.other": "What else a hospital should know, as the family entered it.",
    "emergency_note.changed": "When it was entered or changed last.",
    "own_symptoms.name": "What the family calls it.",
    "own_symptoms.kind": "How it is answered.",
    "own_symptoms.retired": "When it was taken off the list; empty while it is on it.",
    "questions.text": "The question, as it was typed.",
    "questions.answered": "When it was ticked; empty while it is open.",
    "appointments.day": "The day of the appointment.",
    "appointments.clock": "The time of day; empty where it is not known.",
    "appointments.whom": "With whom.",
    "appointments.place": "Where.",
    "appointments.state": "Whether it is to come, was held, or was called off.",
    "appointment_notes.text": "What was said there, or changed, as it was typed.",
    "appointment_notes.written": "When it was written down.",
    "question_answers.text": "The answer, as it was typed.",
    "question_answers.whom": "Who answered.",
    "question_answers.appointment": "The appointment at which it was answered.",
    "question_answers.written": "When it was written down.",
    "check_in_photos.note": "What was said of the photo. The picture is not in these files.",
    "check_in_photos.width": "How wide the picture is.",
    "check_in_photos.height": "How high the picture is.",
    "check_in_photos.added": "When it was added.",
    "photo_removal.reason": "Why the photo was removed.",
    "photo_removal.at": "When the photo was removed.",
    "check_in_versions.note": "The note, as it was typed.",
    "check_in_versions.at": "When this version was saved.",
    "check_in_versions.fever_line_c": "From which temperature fever was urgent when it was saved.",
    "version_reports.answer": "What was answered; for a temperature, that it is a reading.",
    "version_reports.temperature": "The temperature as it was typed.",
    "version_reports.began": "When the symptom began, where somebody said so.",
    "version_reports.going": "Whether it goes on, where somebody said so.",
    "version_reports.counts_as": "What a reading counts as by the fever line it was saved with.",
    "version_reports.own_name": "The family's own name of it, where the catalogue has none.",
    "version_private_note.text": "A note that only who wrote it can read; in their own file alone.",
    "version_private_note.at": "When it was written.",
    "version_findings.course": "The course under which it was found.",
    "version_findings.rule": "The rule that was met.",
    "version_findings.level": "How urgent it is.",
    "version_findings.group": "What kind of side effect the rule is about.",
    "version_findings.basis": "What the rule rests on: a source, the labelling, the diary's own.",
    "version_findings.call_first": "Whom the rule says to call first.",
    "version_findings.wording": "What the diary said.",
    "version_findings.catalogue_hash": "The state of the catalogue that said so.",
    "version_findings.found": "When it was found.",
    "finding_citations.source": "The source, by its number in the catalogue.",
    "finding_citations.heading": "Where it stands in the source.",
    "finding_citations.title": "The title of the source.",
    "finding_citations.publisher": "Who published the source.",
    "finding_citations.date": "When the source was last reviewed, where it says so.",
    "check_in_calls.outcome": "What happened.",
    "check_in_calls.whom": "Who was called.",
    "check_in_calls.advice": "What they advised.",
    "check_in_calls.measure_at": "When they want the next temperature.",
    "looks.which": "Which list was asked.",
    "looks.strokes": "What was written by hand: lines of points on a field of 1000 by 400.",
    "looks.sentence": "The sentence as it was typed.",
    "looks.check_in": "The check-in in which the differences were reported.",
    "look_answers.item": "Which question of the list it is.",
    "look_answers.asked": "The question, in the words in which it was asked.",
    "look_answers.answer": "What was answered; empty where nothing was.",
    "gaps.first": "The first of these days.",
    "gaps.last": "The last of these days.",
    "log.who": "Who opened the diary, took something along or changed something.",
    "log.action": "What they did: look, once a day; a file; or what was changed, not how.",
    "log.whom": "Whose access it was about; empty where it was about nobody's.",
}


def meaning(table: str, column: Column) -> str:
    """Return what a column means; nothing where nobody has said so yet."""
    source = column.source or column.name
    words = MEANINGS.get(f"{table}.{source}") or MEANINGS.get(source, "")
    if column.kind == "local moment":
        return f"The same as {source}, on the clock of the zone."
    return f"The name of {source}." if column.name != source else words
