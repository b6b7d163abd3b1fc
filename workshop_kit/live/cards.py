"""Builds the forms of the notebooks: setting up, answering, deciding."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.leading import leading
from workshop_kit.errors import N_, AnswerError, PolicyError
from workshop_kit.export.policy import SEVERITY
from workshop_kit.forms import fields
from workshop_kit.forms.form import Form
from workshop_kit.forms.intake import Receipt
from workshop_kit.kit.words import in_words
from workshop_kit.live.review import stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Question
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Answer, Decision, Draft, Participant

VARIANTS = {
    "strict": N_("strict"),
    "balanced": N_("balanced"),
    "open": N_("open"),
}
_DECIDE = "decide/"
"""Drafts of decisions are kept under this, apart from drafts of answers."""


def setup_form(workshop: Workshop) -> Form:
    """Ask for language and track; both can be changed later."""
    t, record = workshop.translate, workshop.store.workshop()
    tracks = {
        name: f"{t.pick(track.label)}: {t.pick(track.description)}"
        for name, track in workshop.kit.tracks.items()
    }
    languages = {"nl": "Nederlands", "en": "English"}
    until = fields.day(
        "keep_until",
        "",
        hint=t(N_("Participants are asked to agree to this when they join.")),
    )

    def change(name: str, value: Any, _key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        if final and value:
            if name == "keep_until":
                _in_the_future(value)
            workshop.store.update_workshop(**{name: value})
        return Receipt(message=t(N_("Saved. Load the page again to see it here too.")))

    return Form(
        [
            _plain_group("lang", t(N_("Language")), languages),
            _plain_group("track", t(N_("Track")), tracks),
            _plain_card(until, t(N_("Keep what participants write until"))),
        ],
        lang=workshop.lang,
        translate=t,
        on_change=change,
        values={
            "lang": record.lang,
            "track": record.track,
            "keep_until": workshop.keep_until().isoformat(),
        },
        reference=reference(workshop, "setup"),
    )


def _in_the_future(day: str) -> None:
    if dt.date.fromisoformat(day) <= dt.datetime.now().astimezone().date():
        raise AnswerError(N_("Please choose a day after today."), where="keep_until")


def _plain_group(name: str, legend: str, options: Mapping[str, str]) -> fields.Spec:
    return _plain_card(fields.choice(name, "", options), legend)


def _plain_card(field: fields.Spec, legend: str) -> fields.Spec:
    return {
        "id": field["id"],
        "legend": legend,
        "hint": field["hint"],
        "action": None,
        "fields": [field],
    }


def answer_form(workshop: Workshop, aspect: str, who: str) -> Form:
    """Show the questions of an aspect, with what *who* filled in before."""
    t = workshop.translate
    questions = workshop.questions(aspect)
    ids = {question.id for question in questions}
    values, drafts = workshop.filled_in(who)

    def change(name: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        record = workshop.accept(who, name, value, key, final=final)
        return Receipt(
            saved_at=_clock(record, t),
            hidden=sorted(workshop.hidden(who) & ids) if final else None,
        )

    return Form(
        [
            fields.group(q, t, choices=_choices(workshop, q, ids, who))
            for q in questions
        ],
        lang=workshop.lang,
        translate=t,
        on_change=change,
        values={k: v for k, v in values.items() if k in ids},
        drafts=sorted(drafts & ids),
        hidden=sorted(workshop.hidden(who) & ids),
        reference=reference(workshop, "answers", aspect=aspect, participant=who),
    )


def decision_form(workshop: Workshop, aspects: Sequence[str], who: Participant) -> Form:
    """Show a card per question on which a decision is recorded with its reason."""
    questions = [q for a in aspects for q in workshop.questions(a) if q.type != "note"]
    left = reference(workshop, "decisions", aspect=" ".join(aspects))
    return _deciding(workshop, questions, who, left)


def _decision_cards(
    workshop: Workshop, questions: Sequence[Question]
) -> list[fields.Spec]:
    t, answers = workshop.translate, workshop.store.answers()
    made = workshop.last_decisions()
    old = {each.id: _from_before(made[each.id], t) for each in stale(workshop)}
    return [_decision_card(workshop, q, answers, old.get(q.id, "")) for q in questions]


def renew_decision(form: Form, workshop: Workshop, question: str) -> None:
    """Say on a card of :func:`one_decision_form` what is new; its words stay."""
    form.set_groups(_decision_cards(workshop, [workshop.kit.question(question)]))


def start_decision(
    form: Form, workshop: Workshop, question: str, who: Participant
) -> str:
    """
    Fill a card of :func:`one_decision_form` with what leads; nothing is decided yet.

    What was decided or typed there stays.

    Returns:
        What to do now.
    """
    t, store = workshop.translate, workshop.store
    name = _DECIDE + question
    typed = store.drafts(who.id).get(name)
    if question in store.decisions() or (typed is not None and typed.value):
        return t(N_("The decision stands below the question."))
    asked = workshop.kit.question(question)
    found = leading(asked, _shown(workshop, asked, store.answers(question)))
    value = found.start()
    if value is None:
        return t(N_("Nothing leads: fill in below what was decided, and why."))
    said = {question: value}
    if found.proposals:
        reason = N_("This leads in the room; {n} answered.")
        said[f"{question}/reason"] = t(reason, n=found.n)
    store.save_draft(participant=who.id, question=name, value=said)
    form.set_values(_decided(workshop, who, [question]))
    return t(
        N_(
            "What the room said stands in the decision below. Change it if you agreed"
            " otherwise, and record it."
        )
    )


def one_decision_form(workshop: Workshop, question: str, who: Participant) -> Form:
    """Show the card on which one question is decided, with what leads in the room."""
    return _deciding(workshop, [workshop.kit.question(question)], who, None)


def _deciding(
    workshop: Workshop,
    questions: Sequence[Question],
    who: Participant,
    left: dict[str, str] | None,
) -> Form:
    """
    Show cards that record decisions, each knowing which decision it was drawn from.

    What somebody else decided since is neither lost nor replaced unseen.
    """
    t, store = workshop.translate, workshop.store
    ids = [question.id for question in questions]
    seen = workshop.last_decisions()

    def change(name: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        if not final:
            draft = store.save_draft(
                participant=who.id, question=_DECIDE + name, value=value
            )
            return Receipt(saved_at=_clock(draft, t))
        given = value if isinstance(value, dict) else {}
        said = {k.removeprefix(f"{name}/"): v for k, v in given.items()}
        said["value"] = said.pop(name, None)
        place = seen[name].seq if name in seen else 0
        try:
            record = workshop.decide(name, {**said, "by": who.alias}, key, seen=place)
        except PolicyError:
            last = workshop.last_decisions().get(name)
            if last == seen.get(name) or last is None:
                raise
            seen[name] = last
            form.set_values(_decided(workshop, who, ids))
            raise _decided_meanwhile(workshop, last) from None
        seen[name] = record
        words = t(N_("The decision has been recorded; it can be changed any time."))
        return Receipt(saved_at=_clock(record, t), message=words)

    form = Form(
        _decision_cards(workshop, questions),
        lang=workshop.lang,
        translate=t,
        on_change=change,
        values=_decided(workshop, who, ids),
        reference=left,
    )
    return form


def _decided(
    workshop: Workshop, who: Participant, ids: Sequence[str]
) -> dict[str, Any]:
    """Return what the cards are filled with: decisions, or newer drafts of them."""
    made, drafts = workshop.store.decisions(), workshop.store.drafts(who.id)
    values: dict[str, Any] = {}
    for name in ids:
        draft = drafts.get(_DECIDE + name)
        if draft is not None and (name not in made or draft.at > made[name].at):
            values[name] = draft.value
        elif name in made:
            values[name] = _filled(made[name])
    return values


def _decided_meanwhile(workshop: Workshop, last: Decision) -> PolicyError:
    t, question = workshop.translate, workshop.kit.question(last.question)
    if last.value is None:
        return PolicyError(
            N_("Meanwhile somebody else took the decision back."),
            where=last.question,
            fix=N_("Record again if yours should hold."),
        )
    return PolicyError(
        N_("Meanwhile somebody else decided: {words} (reason: {reason})."),
        where=last.question,
        fix=N_("Record again if yours should replace it."),
        words="; ".join(in_words(workshop.kit, question, last.value, t)),
        reason=last.reason,
    )


def adoption_form(workshop: Workshop, who: Participant) -> Form:
    """Offer whoever drafts alone to turn the own answers into decisions at once."""
    t = workshop.translate

    def change(_name: str, value: Any, _key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        if not final:
            return Receipt()
        reason = str((value or {}).get("adopt/reason") or "").strip()
        made = workshop.adopt(who.id, reason or t(N_("Drafted by one person.")))
        one, many = (
            N_("{n} decision has been recorded."),
            N_("{n} decisions have been recorded."),
        )
        return Receipt(message=t.plural(one, many, len(made)))

    hint = N_("What has been decided already stays as it is.")
    card = {
        "id": "adopt",
        "legend": t(N_("Take over what was filled in here as decisions")),
        "hint": t(hint),
        "action": t(N_("Take over")),
        "fields": [fields.text("adopt/reason", t(N_("Reason")))],
    }
    return Form(
        [card],
        lang=workshop.lang,
        translate=t,
        on_change=change,
        reference=reference(workshop, "adoption"),
    )


def waiver_form(workshop: Workshop) -> Form:
    """Show a card per finding on which it is accepted, by name and with a reason."""
    t = workshop.translate

    def change(rule: str, value: Any, _key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        if not final:
            return Receipt()
        given = value if isinstance(value, dict) else {}
        name, reason = (str(given.get(f"{rule}/{k}") or "") for k in ("name", "reason"))
        workshop.waive(rule, name, reason)
        return Receipt(message=t(N_("Accepted. It is printed with the policy.")))

    return Form(
        [
            {
                "id": finding.rule,
                "legend": finding.message,
                "hint": f"{t(SEVERITY[finding.severity])} · {finding.rule}",
                "action": t(N_("Accept this finding")),
                "fields": [
                    fields.text(f"{finding.rule}/name", t(N_("Accepted by"))),
                    fields.text(f"{finding.rule}/reason", t(N_("Reason"))),
                ],
            }
            for finding in workshop.findings()
            if finding.severity != "hint" and not finding.waived
        ],
        lang=workshop.lang,
        translate=t,
        on_change=change,
        reference=reference(workshop, "waivers"),
    )


def _from_before(made: Decision, t: Translator) -> str:
    return t(
        N_("Decided on {date}, before this review: record it again to confirm it."),
        date=t.date(made.at.astimezone().date()),
    )


def _decision_card(
    workshop: Workshop, question: Question, answers: Sequence[Answer], remark: str
) -> fields.Spec:
    t = workshop.translate
    more = [fields.text(f"{question.id}/reason", t(N_("Reason")))]
    variants: set[str] = {
        name
        for clause in (question.clause, *(o.clause for o in question.options))
        if clause is not None
        for name in clause.variants()
    }
    if len(variants) > 1:
        words = {name: t(word) for name, word in VARIANTS.items() if name in variants}
        more.append(fields.choice(f"{question.id}/variant", t(N_("Wording")), words))
    more.append(
        fields.text(
            f"{question.id}/dissent",
            t(N_("Dissent")),
            hint=t(N_("Who sees it otherwise, by role, and why. May stay empty.")),
        )
    )
    if question.law is not None:
        hint = f"{question.law.reference}. {t.pick(question.law.note)}"
        more += [
            fields.text(f"{question.id}/checked_by", t(N_("Checked by")), hint=hint),
            fields.day(f"{question.id}/checked_on", t(N_("Checked on"))),
        ]
    card = fields.group(
        question,
        t,
        choices=_choices(workshop, question, set(), None),
        extra=more,
        action=t(N_("Record the decision")),
        drafts=True,
        value_label=t(N_("Decision")),
    )
    hint = _leads(workshop, question, answers) or card["hint"]
    return card | {"hint": " ".join(filter(None, (remark, hint)))}


def _shown(
    workshop: Workshop, question: Question, answers: Sequence[Answer]
) -> list[Answer]:
    """Return the answers of the round of now, once they may be seen."""
    if not workshop.shown(question):
        return []
    now = workshop.state.ballot(question.id).round
    return [answer for answer in answers if answer.round == now]


def _leads(workshop: Workshop, question: Question, answers: Sequence[Answer]) -> str:
    """Say what leads in the room, so that the decision is taken beside it."""
    t = workshop.translate
    said = [
        "; ".join(in_words(workshop.kit, question, value, t))
        for value in leading(question, _shown(workshop, question, answers)).proposals
    ]
    if not said:
        return ""
    return t(N_("Leads: {words}"), words=" / ".join(said))


def _choices(
    workshop: Workshop, question: Question, here: set[str], who: str | None
) -> dict[str, Sequence[fields.Choice]]:
    """Return what its picks can choose from where the list is not in this form."""
    sources = {question.id: question.pick_from} | {
        f"{question.id}.{column.id}": column.pick_from for column in question.columns
    }
    found: dict[str, Sequence[fields.Choice]] = {}
    for place, source in sources.items():
        if source is not None and source not in here:
            asked = workshop.kit.question(source)
            spec = fields.field(
                asked, workshop.translate, choices=_choices(workshop, asked, set(), who)
            )
            value = workshop.source_value(source, who)
            found[place] = fields.choices_from(spec, value)
    return found


def reference(workshop: Workshop, kind: str, **more: str) -> dict[str, str]:
    """Return which answers a form has, for exporters."""
    path = str(workshop.store.path)
    return {"workshop": path, "kind": kind, "lang": workshop.lang, **more}


def _clock(record: Answer | Draft | Decision, t: Translator) -> str:
    at: dt.datetime = record.at
    return t.time(at.astimezone())


def _filled(decision: Decision) -> dict[str, Any]:
    q = decision.question
    return {
        q: decision.value,
        f"{q}/reason": decision.reason,
        f"{q}/variant": decision.variant,
        f"{q}/dissent": decision.dissent,
        f"{q}/checked_by": decision.checked_by,
        f"{q}/checked_on": decision.checked_on,
    }
