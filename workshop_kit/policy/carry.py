"""Takes decisions into another workshop, and says which do not fit any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.kit.validate import clean, keys, validate
from workshop_kit.metrics.catalogue import CATALOGUE
from workshop_kit.policy.decide import decision
from workshop_kit.policy.outline import kit_changes, outline, wording_hash
from workshop_kit.policy.signoff import STEP

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.store.records import Decision, Measurement, Signoff, Waiver

_LARGEST = 2**63
"""Whole numbers from here on do not fit in a workshop file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """
    What fits the kit of now, and what has to be said about the rest.

    Attributes:
        remarks: In words: what changed in the kit, and each decision, waiver or
            figure that could not be taken over.
    """

    decisions: tuple[Decision, ...]
    waivers: tuple[Waiver, ...]
    measurements: tuple[Measurement, ...]
    signoffs: tuple[Signoff, ...]
    remarks: tuple[str, ...]


def carry(exchange: Exchange, kit: Kit, t: Translator) -> Carried:
    """
    Hold a policy against the kit of now, which may be another version.

    Nothing is bent until it fits: what does not is named, with what was decided.

    Args:
        exchange: The policy; it may come from anybody.
        kit: The kit with the options that ideas became.
        t: Language of the remarks.
    """
    made = {one.question: one for one in exchange.decisions}
    fitting: dict[str, Decision] = {}
    remarks = list(_kit_remarks(exchange, kit, t))
    for question in kit.questions():
        one = made.pop(question.id, None)
        if one is None:
            continue
        try:
            fitting[question.id] = _fitting(kit, one, fitting)
        except WorkshopError as error:
            # Where it is, the remark says itself.
            error.where = ""
            remarks.append(
                t(
                    N_("“{label}” has to be decided again: {problem}{said}"),
                    label=t.pick(question.label),
                    problem=error.render(t),
                    said=_said(exchange, question.id, t),
                )
            )
    remarks += [
        t(
            N_("The question “{label}” is not asked any more.{said}"),
            label=_label(exchange, name, t),
            said=_said(exchange, name, t),
        )
        for name in made
    ]
    rules = {rule.id for rule in kit.rules}
    remarks += [
        t(
            N_("The rule {rule} is gone, and with it what {name} accepted."),
            rule=one.rule,
            name=one.name,
        )
        for one in exchange.waivers
        if one.rule not in rules
    ]
    remarks += [
        t(N_("A figure of “{kpi}” is left out: it is not known."), kpi=one.kpi)
        for one in exchange.measurements
        if not _is_figure(one)
    ]
    return Carried(
        decisions=tuple(fitting.values()),
        waivers=tuple(one for one in exchange.waivers if one.rule in rules),
        measurements=tuple(m for m in exchange.measurements if _is_figure(m)),
        signoffs=tuple(one for one in exchange.signoffs if _is_step(one)),
        # They quote a file that may come from anybody, and go to a terminal.
        remarks=tuple(" ".join(clean(remark).split()) for remark in remarks),
    )


def _kit_remarks(exchange: Exchange, kit: Kit, t: Translator) -> tuple[str, ...]:
    before = exchange.workshop.kit_version
    if before == kit.version:
        return ()
    said = t(
        N_("The questions are those of {kit} {after}; they were those of {before}."),
        kit=t.pick(kit.title),
        before=before,
        after=kit.version,
    )
    if exchange.questions:
        # Without the options of the room, as the file has kept the kit's own.
        return (said, *kit_changes(exchange.questions, outline(kit), t))
    hashes = {one.question: one.wording_hash for one in exchange.decisions}
    reworded = N_("“{label}” is explained or worded otherwise.")
    return (
        said,
        *(
            t(reworded, label=t.pick(question.label))
            for question in kit.questions()
            if hashes.get(question.id, wording_hash(question)) != wording_hash(question)
        ),
    )


def _fitting(kit: Kit, one: Decision, fitting: dict[str, Decision]) -> Decision:
    question = kit.question(one.question)
    fields = {
        "value": one.value,
        "reason": one.reason,
        "by": one.by,
        "variant": one.variant,
        "dissent": one.dissent,
        "checked_by": one.checked_by,
        "checked_on": one.checked_on,
    }
    tidy = decision(question, fields)
    if question.pick_from is not None:
        source = kit.question(question.pick_from)
        decided = fitting.get(source.id)
        found = keys(source, decided.value if decided else None)
        validate(question, tidy["value"], choices=found)
    return replace(one, **tidy)


def _label(exchange: Exchange, question: str, t: Translator) -> str:
    asked = exchange.questions.get(question)
    return t.pick(asked.label) if asked else question


def _said(exchange: Exchange, question: str, t: Translator) -> str:
    """Return what was decided, in the words of the time; empty if unknown."""
    policy = exchange.policies.get(t.lang)
    for reason in policy.reasons if policy else ():
        if reason.question == question:
            return " " + t(N_("It was decided: {words}"), words=reason.decision)
    return ""


def _is_figure(one: Measurement) -> bool:
    return one.kpi in CATALOGUE and all(
        0 <= number < _LARGEST for number in (one.n, one.kpi_version)
    )


def _is_step(one: Signoff) -> bool:
    try:
        dt.date.fromisoformat(one.day)
    except ValueError:
        return False
    return one.step in STEP
