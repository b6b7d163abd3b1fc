"""Drafts the policy: the clauses of what was decided, in the order of the plan."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.kit.conditions import relevant
from workshop_kit.kit.model import OTHER
from workshop_kit.kit.words import enumerate_words, in_words, rows
from workshop_kit.policy.lint import undecided
from workshop_kit.policy.model import Chapter, Grid, Policy, Provision, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Clause, Kit, Question
    from workshop_kit.policy.model import Finding
    from workshop_kit.store.records import Decision, Measurement

_INLINE = 5
"""A clause names up to so many things in its sentence; more become a list."""

_SLOTS = re.compile(r"\{(answer|other)\}")


def draft(  # noqa: PLR0913 - a policy brings together what the rooms below made
    kit: Kit,
    decisions: Mapping[str, Decision],
    *,
    track: str,
    findings: Sequence[Finding],
    measurements: Iterable[Measurement],
    today: dt.date,
    translate: Translator,
) -> Policy:
    """
    Draft the policy in the translator's language.

    Only decisions speak. A decision on a question that later answers made
    irrelevant is left out; what is not decided becomes an open point.

    Args:
        kit: The kit the workshop was held with.
        decisions: Question id → current decision.
        track: Which questions are missed if they are not decided.
        findings: What lint found, printed in the annex.
        measurements: Baselines taken from the institution's own figures.
        today: Date on the title page.
        translate: Language of the policy.
    """
    asked = relevant(kit, {k: d.value for k, d in decisions.items()})
    standing = {k: d for k, d in decisions.items() if k in asked}
    plan = kit.document
    chapters = [
        Chapter(
            id=section.id,
            title=translate.pick(section.title),
            intro=translate.pick(section.intro) if section.intro else "",
            provisions=tuple(
                provision(kit, kit.question(q), standing[q], translate)
                for q in section.questions
                if q in standing
            ),
        )
        for section in plan.sections
    ]
    missing = undecided(kit, decisions, track)
    review = standing.get(plan.review_date)
    return Policy(
        title=translate.pick(plan.title),
        institution=_field(kit, standing, plan.institution, translate),
        lang=translate.lang,
        date=today,
        version=_version(standing),
        owner=_field(kit, standing, plan.owner, translate),
        approved_by=_field(kit, standing, plan.approved_by, translate),
        review_date=dt.date.fromisoformat(review.value) if review else None,
        kit=f"{kit.id} {kit.version}",
        chapters=tuple(chapter for chapter in chapters if chapter.provisions),
        reasons=_reasons(kit, standing, translate),
        open_points=_labels(missing, translate, later=False),
        later=_labels(missing, translate, later=True),
        findings=tuple(findings),
        baselines=_baselines(measurements, translate),
    )


def provision(
    kit: Kit, question: Question, made: Decision, translate: Translator
) -> Provision:
    """Say one decision as it stands in the policy."""
    label = translate.pick(question.label)
    checked = _checked(made, translate)
    if question.type == "rows":
        grid = Grid(
            head=tuple(_head(column, translate) for column in question.columns),
            rows=tuple(tuple(r) for r in rows(kit, question, made.value, translate)),
        )
        text = _sentence(question.clause, made, "", "", translate)
        return Provision(
            question=question.id, label=label, text=text, grid=grid, checked=checked
        )
    if question.type == "long_text":
        text = _sentence(question.clause, made, "", "", translate).rstrip(" :")
        return Provision(
            question=question.id,
            label=label,
            text=f"{text}:" if text.strip(".:") else "",
            prose=str(made.value),
            checked=checked,
        )
    text, items = _clauses(kit, question, made, translate)
    return Provision(
        question=question.id,
        label=label,
        text=text,
        items=items,
        ordered=question.type == "ranking",
        checked=checked,
    )


def _clauses(
    kit: Kit, question: Question, made: Decision, translate: Translator
) -> tuple[str, tuple[str, ...]]:
    """Return the sentence of the question and the clauses of what was chosen."""
    chosen = made.value if isinstance(made.value, list) else [made.value]
    named = in_words(kit, question, made.value, translate)
    options = {option.id: option for option in question.options}
    proper = {o.id for o in question.options if o.proper}
    clauses, plain, other = [], [], ""
    for item, words in zip(chosen, named, strict=True):
        option = options.get(item) if isinstance(item, str) else None
        if isinstance(item, dict):
            other = str(item[OTHER])
        if option is not None and option.clause is not None:
            clauses.append(_sentence(option.clause, made, words, other, translate))
        else:
            keep = option is None or item in proper
            plain.append(words if keep else _lower(words))
    listed = question.clause is not None and len(plain) > _INLINE
    answer = "" if listed else enumerate_words(plain, translate)
    text = ""
    if question.clause is not None and (plain or not _asks_answer(question.clause)):
        text = _sentence(question.clause, made, answer, other, translate)
    elif plain:
        clauses += plain
    if listed:
        return text.rstrip(" .:") + ":", (*plain, *clauses)
    if not text and len(clauses) == 1:
        return clauses[0], ()
    return text, tuple(clauses)


def _asks_answer(clause: Clause) -> bool:
    """Tell a sentence about the answer from a lead-in to other clauses."""
    return any("{answer}" in words for words in clause.balanced.values())


def _lower(words: str) -> str:
    """Begin with a small letter, unless the first word is an abbreviation."""
    small = words[1:2] == " " or words[1:2].islower()
    return words[:1].lower() + words[1:] if small else words


def _sentence(
    clause: Clause | None,
    made: Decision,
    answer: str,
    other: str,
    translate: Translator,
) -> str:
    if clause is None:
        return answer
    variant = made.variant if made.variant in clause.variants() else "balanced"
    template = translate.pick(clause.wording(variant))
    slots = {"answer": answer, "other": other}
    return _SLOTS.sub(lambda match: slots[match[1]], template)


def _head(column: Any, translate: Translator) -> str:
    label = translate.pick(column.label)
    return f"{label} ({translate.pick(column.unit)})" if column.unit else label


def _checked(made: Decision, translate: Translator) -> str:
    if not made.checked_by:
        return ""
    day = dt.date.fromisoformat(made.checked_on)
    return translate(
        N_("Checked by {name} on {date}."),
        name=made.checked_by,
        date=translate.date(day),
    )


def _field(
    kit: Kit, standing: Mapping[str, Decision], question_id: str, translate: Translator
) -> str:
    if question_id not in standing:
        return ""
    value = standing[question_id].value
    return enumerate_words(
        in_words(kit, kit.question(question_id), value, translate), translate
    )


def _reasons(
    kit: Kit, standing: Mapping[str, Decision], translate: Translator
) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            label=translate.pick(question.label),
            decision="; ".join(
                in_words(kit, question, standing[question.id].value, translate)
            ),
            reason=standing[question.id].reason,
            dissent=standing[question.id].dissent,
        )
        for question in kit.questions()
        if question.id in standing
    )


def _labels(
    missing: Iterable[Question], translate: Translator, *, later: bool
) -> tuple[str, ...]:
    return tuple(
        translate.pick(q.label) for q in missing if (q.stage == "later") is later
    )


def _baselines(
    measurements: Iterable[Measurement], translate: Translator
) -> Grid | None:
    lines = tuple(
        (
            measured.kpi,
            measured.channel,
            measured.period,
            translate(N_("not available"))
            if measured.value is None
            else f"{translate.number(measured.value, 2)} {measured.unit}",
            translate.number(measured.n),
            measured.source,
        )
        for measured in measurements
    )
    head = (
        translate(N_("Indicator")),
        translate(N_("Channel")),
        translate(N_("Period")),
        translate(N_("Value")),
        translate(N_("Measured over")),
        translate(N_("Source")),
    )
    return Grid(head=head, rows=lines) if lines else None


def _version(standing: Mapping[str, Decision]) -> str:
    said = [[k, d.value, d.variant, d.kit_version] for k, d in sorted(standing.items())]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
