"""Drafts the policy: the clauses of what was decided, in the order of the plan."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.kit.conditions import relevant
from workshop_kit.kit.words import enumerate_words, in_words
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.wording import channel_name, period_words, with_unit
from workshop_kit.policy.calendar import INDICATORS, moments, named_here
from workshop_kit.policy.comments import coded
from workshop_kit.policy.indicators import (
    SAMPLE,
    baselines,
    by_hand,
    filled,
    judged,
    labelled,
    rests_on,
)
from workshop_kit.policy.lint import undecided
from workshop_kit.policy.model import Chapter, Grid, Policy, Reason
from workshop_kit.policy.provision import provision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.metrics.kept import Kept
    from workshop_kit.policy.model import Finding
    from workshop_kit.store.records import Decision, Measurement

_SHORT = 90
"""Characters of a decision that the table of reasons repeats; see the chapter else."""


def draft(  # noqa: PLR0913 - a policy brings together what the rooms below made
    kit: Kit,
    decisions: Mapping[str, Decision],
    *,
    track: str,
    findings: Sequence[Finding],
    measurements: Iterable[Measurement],
    comments: Kept | None = None,
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
        measurements: Baselines and months of the institution's own figures. A
            baseline that was not decided is filled in from them.
        comments: A sample of comments that was coded by hand.
        today: Date on the title page.
        translate: Language of the policy.
    """
    asked = relevant(kit, {k: d.value for k, d in decisions.items()})
    standing = {k: d for k, d in decisions.items() if k in asked}
    version, measured = _version(standing), tuple(measurements)
    if INDICATORS in standing:
        given = standing[INDICATORS]
        standing[INDICATORS] = labelled(
            filled(given, measured, comments), given, translate
        )
    values = {k: d.value for k, d in standing.items()}
    names = named_here(kit, translate)
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
    missing = undecided(kit, decisions, track, asked)
    # Not today: the same decisions have to give the same days tomorrow.
    settled = max((made.at for made in decisions.values()), default=None)
    review = standing.get(plan.review_date)
    review_date = dt.date.fromisoformat(review.value) if review else None
    return Policy(
        title=translate.pick(plan.title),
        institution=_field(kit, standing, plan.institution, translate),
        lang=translate.lang,
        date=today,
        version=version,
        owner=_field(kit, standing, plan.owner, translate),
        approved_by=_field(kit, standing, plan.approved_by, translate),
        review_date=review_date,
        kit=f"{kit.id} {kit.version}",
        chapters=tuple(chapter for chapter in chapters if chapter.provisions),
        reasons=_reasons(kit, standing, translate),
        open_points=_labels(missing, translate, later=False),
        later=_labels(missing, translate, later=True),
        findings=tuple(findings),
        baselines=_baselines(measured, translate),
        borrowed=SAMPLE if any(m.source.startswith(SAMPLE) for m in measured) else "",
        judged=judged(values, measured, translate),
        coded=coded(comments, translate) if comments else None,
        by_hand=by_hand(values.get(INDICATORS) or (), translate, names),
        moments=moments(
            values,
            translate,
            start=settled.date() if settled else today,
            review=review_date,
            names=names,
        ),
        settled_at=settled,
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
            decision=_in_short(kit, question, standing[question.id], translate),
            reason=standing[question.id].reason,
            dissent=standing[question.id].dissent,
            question=question.id,
        )
        for question in kit.questions()
        if question.id in standing
    )


def _in_short(
    kit: Kit, question: Question, made: Decision, translate: Translator
) -> str:
    words = "; ".join(in_words(kit, question, made.value, translate))
    if question.type in {"rows", "long_text"} or len(words) > _SHORT:
        return translate(N_("see the chapter"))
    return words


def _labels(
    missing: Iterable[Question], translate: Translator, *, later: bool
) -> tuple[str, ...]:
    return tuple(
        translate.pick(q.label) for q in missing if (q.stage == "later") is later
    )


def _baselines(
    measurements: Iterable[Measurement], translate: Translator
) -> Grid | None:
    lines = []
    for measured in baselines(measurements):
        kpi = entry(measured.kpi)
        value = translate(N_("not available"))
        if measured.value is not None:
            value = with_unit(measured.value, translate.pick(kpi.unit), translate)
        lines.append(
            (
                translate.pick(kpi.name),
                channel_name(measured.channel, translate),
                period_words(measured.period, translate),
                value,
                rests_on(kpi, measured.n, translate),
                measured.source,
            )
        )
    head = (
        translate(N_("Indicator")),
        translate(N_("Channel")),
        translate(N_("Period")),
        translate(N_("Value")),
        translate(N_("Measured over")),
        translate(N_("Source")),
    )
    return Grid(head=head, rows=tuple(lines)) if lines else None


def _version(standing: Mapping[str, Decision]) -> str:
    said = [[k, d.value, d.variant, d.kit_version] for k, d in sorted(standing.items())]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
