"""What can be done to one registration, or to two of them, with one button each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from processor import registrations
from processor.registrations import BookError, Decided, NewRegistration, from_state, state_of
from processor.registrations.names import same
from processor.staff import facts, verbs


def split(act: verbs.Act, number: int) -> Sequence[Decided]:
    """Parts a registration: those who are ticked get one of their own."""
    leaving = leaving_in(act)
    new = share_of(act, from_state(state_of(registrations.one(act.session, number))), leaving)
    return registrations.split(
        act.session,
        number,
        leaving,
        new,
        act.rules,
        act.now,
        actor=act.actor,
        expected_version=act.version(),
        reason=act.reason,
    )


def leaving_in(act: verbs.Act) -> list[str]:
    """The names of those who get a registration of their own."""
    leaving = facts.texts_of(act.form, "leaving")
    if not leaving:
        raise BookError("Bitte ankreuzen, wer in die neue Anmeldung kommt.")
    return leaving


def share_of(act: verbs.Act, whole: NewRegistration, leaving: Sequence[str]) -> NewRegistration:
    """The new registration of those who leave another."""
    people = tuple(each for each in whole.attendees if any(same(each.name, name) for name in leaving))
    own = {each.organisation for each in people if each.organisation}
    return replace(
        whole,
        name=people[0].name if people else leaving[0],
        email=facts.text_of(act.form, "new_email"),
        phone="",
        organisation=own.pop() if len(own) == 1 else whole.organisation,
        attendees=people,
        headcount=max(len(people), 1),
        needs=tuple(dict.fromkeys(need for each in people for need in each.needs)),
        open_question=False,
    )


def merge(act: verbs.Act, number: int, *, mail_id: int | None = None) -> Sequence[Decided]:
    """Joins another registration to one; it is named by its reference, or picked.

    :param mail_id: the waiting mail that showed it, which is decided by this.
    """
    picked = verbs.number_in(act.form, "other_id")
    reference = facts.text_of(act.form, "other")
    if reference:
        picked = registrations.by_reference(act.session, reference).id
    if picked is None:
        raise BookError("Bitte die andere Anmeldung auswählen oder ihre Nummer eintragen.")
    return [
        registrations.merge(
            act.session,
            number,
            picked,
            act.rules,
            act.now,
            actor=act.actor,
            mail_id=mail_id,
            reason=act.reason,
            remark=act.remark,
        )
    ]


def _seat(act: verbs.Act, number: int) -> Sequence[Decided]:
    return [
        registrations.assign_table(
            act.session,
            number,
            verbs.number_in(act.form, "table"),
            act.rules,
            act.now,
            actor=act.actor,
            expected_version=act.version(),
            reason=act.reason,
        )
    ]


MOVES: dict[str, Callable[[verbs.Act, int], Sequence[Decided]]] = {
    "absagen": lambda act, number: [verbs.carry_out(act, number, registrations.cancel)],
    "wieder": lambda act, number: [verbs.carry_out(act, number, registrations.reopen)],
    "nachruecken": lambda act, number: [verbs.carry_out(act, number, registrations.promote)],
    "tisch": _seat,
    "zusammenlegen": merge,
    "teilen": split,
}
