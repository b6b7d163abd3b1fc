"""Holds the decisions against the rules of the kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, PolicyError
from workshop_kit.kit.conditions import condition, facts, relevant
from workshop_kit.policy.calendar import INDICATORS
from workshop_kit.policy.indicators import filled
from workshop_kit.policy.model import Finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.conditions import Facts
    from workshop_kit.kit.model import Kit, Question, Rule
    from workshop_kit.metrics.kept import Kept
    from workshop_kit.store.records import Decision, Measurement, Waiver

Broken = tuple[tuple["Rule", tuple[str, ...]], ...]
"""Rules that are not kept to, with the questions at which each can be settled."""

_NAMED = ("unchecked", "undecided", "dissent")
_ORDER = {"blocker": 0, "warning": 1, "hint": 2}


def undecided(
    kit: Kit,
    decisions: Mapping[str, Decision],
    track: str,
    asked: frozenset[str] | None = None,
) -> tuple[Question, ...]:
    """
    Return what the track asks, is relevant, and has not been decided.

    Args:
        kit: The kit.
        decisions: Question id → current decision.
        track: Id of the track.
        asked: What is relevant, if that is known; worked out otherwise.
    """
    if asked is None:
        asked = relevant(kit, {k: d.value for k, d in decisions.items()})
    return tuple(
        question
        for question in kit.questions()
        if question.id in asked
        and question.id not in decisions
        and track in question.minutes
        and question.type != "note"
    )


def lint_facts(
    kit: Kit, decisions: Mapping[str, Decision], *, track: str, today: dt.date
) -> Facts:
    """
    Return what rules see: the decided values and the ``workshop`` itself.

    A decision on a question that is no longer relevant counts as not taken.
    """
    values: dict[str, Any] = {k: d.value for k, d in decisions.items()}
    asked = relevant(kit, values)
    values = {k: v for k, v in values.items() if k in asked}
    questions = {question.id: question for question in kit.questions()}
    open_now = [
        q for q in undecided(kit, decisions, track, asked) if q.stage != "later"
    ]
    return {
        **facts(questions.values(), values),
        "workshop": {
            "unchecked": [
                k for k in values if questions[k].law and not decisions[k].checked_by
            ],
            "undecided": [question.id for question in open_now],
            "dissent": [k for k in values if decisions[k].dissent],
            "today": today.isoformat(),
        },
    }


def broken(  # noqa: PLR0913 - what rules see
    kit: Kit,
    decisions: Mapping[str, Decision],
    *,
    track: str,
    today: dt.date,
    measurements: Iterable[Measurement] = (),
    comments: Kept | None = None,
) -> Broken:
    """
    Return the rules that the decisions do not keep to, in kit order.

    Args:
        kit: The kit with its rules.
        decisions: Question id → current decision.
        track: Questions outside the track are not missed.
        today: Day of the check.
        measurements: The institution's own figures; a baseline that they fill in
            is there for the rules too, as it is printed.
        comments: Its coded sample, which does the same.

    Returns:
        Each with the ids of the questions at which it can be settled.

    Raises:
        KitError: If a rule cannot be worked out.
    """
    if INDICATORS in decisions:
        known = filled(decisions[INDICATORS], measurements, comments)
        decisions = {**decisions, INDICATORS: known}
    seen = lint_facts(kit, decisions, track=track, today=today)
    return tuple(
        (rule, _settled_at(rule, seen))
        for rule in kit.rules
        if condition(rule.when, where=f"rule {rule.id}, when").holds(seen)
    )


def findings(
    kit: Kit, broken: Broken, waivers: Mapping[str, Waiver], translate: Translator
) -> tuple[Finding, ...]:
    """
    Say what was found, blockers first, in kit order within a severity.

    Args:
        kit: The kit.
        broken: What :func:`broken` returned.
        waivers: Rule id → waiver; a waived finding stays and says why.
        translate: Language of the messages.
    """
    found = [
        Finding(
            rule=rule.id,
            severity=rule.severity,
            message=translate.pick(rule.message),
            fix=tuple(translate.pick(kit.question(q).label) for q in settled),
            waived=_waived(waivers.get(rule.id), translate),
        )
        for rule, settled in broken
    ]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def _settled_at(rule: Rule, seen: Facts) -> tuple[str, ...]:
    """Return the questions of the rule, or those that the workshop itself names."""
    named = [
        q
        for name in _NAMED
        if f"workshop.{name}" in rule.when
        for q in seen["workshop"][name]
    ]
    return rule.fix or tuple(named)


def _waived(waiver: Waiver | None, translate: Translator) -> str:
    if waiver is None:
        return ""
    return translate(
        N_("{reason} (accepted by {name}, {date})"),
        reason=waiver.reason,
        name=waiver.name,
        date=translate.date(waiver.at.date()),
    )


def waiver(kit: Kit, rule: str, name: str, reason: str) -> tuple[str, str, str]:
    """
    Return a waiver ready to record.

    Raises:
        PolicyError: If the rule does not exist, or the name or reason is empty.
    """
    if rule not in {known.id for known in kit.rules}:
        raise PolicyError(N_("This kit has no rule '{rule}'."), rule=rule)
    if not name.strip() or not reason.strip():
        raise PolicyError(
            N_("Accepting a finding needs a name and a reason; both are printed."),
            where=rule,
        )
    return rule, " ".join(name.split()), " ".join(reason.split())
