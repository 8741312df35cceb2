"""The read side of who may see whom: the same few queries however many people there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.text import get_text_list

from accounts.access import roles_ended_by, roles_given_by
from accounts.forms import AgeChoiceForm
from accounts.invitations import NewInvitation, remembered
from accounts.majority import guardians_of, hand_over_due, own_log_in
from accounts.models import Invitation, Patient, PatientQuerySet, Share, User
from accounts.namesakes import tell_all_apart


@dataclass(frozen=True)
class Person:
    """One diary that a user may open; `share` is None where it is their own to give."""

    patient: Patient
    share: Share | None
    asking: tuple[Share, ...] = ()  # who took up an invitation, and waits for the owner's yes

    @property
    def role(self) -> str:
        if self.patient.is_of_age(timezone.now()) and self.share is None:
            return "You may read and write"
        if self.share is None:
            return "Your own diary" if self.patient.is_self else "You manage this diary"
        return f"You {self.share.get_role_display()}"


@dataclass(frozen=True)
class People:
    """Everybody whose diary a user may open, and the shares that wait for an owner's yes."""

    visible: list[Person]
    waiting: list[Share]

    @property
    def only(self) -> Patient | None:
        """The patient, where there is exactly one, nothing to wait for and nobody to answer."""
        if len(self.visible) == 1 and not self.waiting and not self.visible[0].asking:
            return self.visible[0].patient
        return None


def people_of(user: User, patients: PatientQuerySet | None = None) -> People:
    """Three queries. `patients`: all there are, with whatever else a page asks of each."""
    everybody = Patient.objects.all() if patients is None else patients
    diaries = everybody.visible_to(user).select_related("owner")
    visible = list(diaries)
    if hand_over_due(visible):
        visible = list(diaries.all())  # read anew
    asking: dict[UUID, list[Share]] = defaultdict(list)
    waiting = Share.objects.awaiting_confirmation().filter(patient__owner=user)
    for share in waiting.select_related("user").order_by("accepted"):
        asking[share.patient_id].append(share)
    shares = list(user.shares.filter(revoked=None).lasting().select_related("patient__owner"))
    open_to = {share.patient_id: share for share in shares if share.confirmed}
    tell_all_apart(visible)
    return People(
        visible=[
            Person(patient, open_to.get(patient.pk), tuple(asking[patient.pk]))
            for patient in visible
        ],
        waiting=[share for share in shares if not share.confirmed],
    )


@dataclass(frozen=True)
class Access:
    """Who may see one patient, whose access ended by itself, who waits to be confirmed, and which
    offers are still open; `given` and `ended`: the roles that whoever looks may give, and end."""

    open: list[Share]
    over: list[Share]
    waiting: list[Share]
    invitations: list[Invitation]
    given: tuple[str, ...]
    ended: tuple[str, ...]


def access_to(patient: Patient, *, by: User) -> Access:
    """Two queries, and for a manager a third."""
    shares = list(patient.shares.filter(revoked=None).select_related("user").order_by("accepted"))
    confirmed = [share for share in shares if share.confirmed]
    return Access(
        open=[share for share in confirmed if not share.is_over],
        over=[share for share in confirmed if share.is_over],
        waiting=[share for share in shares if not share.confirmed and not share.is_over],
        invitations=list(patient.invitations.unused()),
        given=roles_given_by(by, patient),
        ended=roles_ended_by(by, patient),
    )


@dataclass(frozen=True)
class GrowingUp:
    """The young person's own log-in: who has it, who asks for it, which offers are open, the code
    just made; and with whom they choose who stays."""

    own: Share | None
    waiting: list[Share]
    invitations: list[Invitation]
    new: NewInvitation | None
    choices: list[AgeChoiceForm]


def growing_up_of(patient: Patient, session: SessionBase) -> GrowingUp:
    waiting = patient.shares.awaiting_confirmation().filter(is_patient=True)
    offers = list(patient.invitations.unused().filter(is_patient=True))
    return GrowingUp(
        own=own_log_in(patient),
        waiting=list(waiting.select_related("user").order_by("accepted")),
        invitations=offers,
        new=remembered(session, offers),
        choices=_choices(patient) if patient.is_subject and patient.is_growing else [],
    )


def _choices(patient: Patient) -> list[AgeChoiceForm]:
    made = dict(patient.age_choices.values_list("user", "role"))
    return [
        AgeChoiceForm(guardian=one, initial={"role": made.get(one.pk)})
        for one in guardians_of(patient)
    ]


def readers_words(patient: Patient, shared_with: Iterable[User]) -> str:
    """Name them before something is saved: whoever reads this is "you", and comes first. While the
    diary waits to be deleted, its owner alone can open it."""
    others = () if patient.erase_due else shared_with
    names = [str(one) for one in (patient.owner, *others) if one.pk != patient.reader_id]
    if not names:
        return "Only you can read this entry."
    return f"{get_text_list(['You', *names], 'and')} can read this entry."
