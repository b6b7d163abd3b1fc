"""Finds what would go wrong with a kit in the room, before it is in the room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, KitError
from workshop_kit.i18n import LANGUAGES
from workshop_kit.kit.load import read
from workshop_kit.kit.model import OTHER, Content, is_language_map
from workshop_kit.kit.plain import fields
from workshop_kit.kit.trial import expressions, no_such, not_earlier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from workshop_kit.kit.model import Column, Kit, Question

_LISTS = {"rows", "multiple", "ranking", "pick"}
_JUDGED = {
    "approval": {"single", "multiple", "dots"},
    "score": {"score"},
    "ranking": {"ranking"},
}


def check(folder: Path) -> list[KitError]:
    """Return every problem of the kit in *folder*; empty if it is ready for use."""
    kit, problems = read(folder)
    if kit is None:
        return problems
    return [
        *(languages := list(_languages(kit))),
        *_names(kit),
        *(() if languages else _translations(kit, kit.languages, ())),
        *_clauses(kit),
        *_slots(kit),
        *_choices(kit),
        *_figures(kit),
        *_time(kit),
        *expressions(kit),
    ]


def _languages(kit: Kit) -> Iterator[KitError]:
    """Check that the program can speak the languages of the kit."""
    where = "kit.yaml, languages"
    if not kit.languages:
        yield KitError(N_("a kit has at least one language."), where=where)
    for lang in dict.fromkeys(kit.languages):
        if lang not in LANGUAGES:
            yield KitError(
                N_("the program itself does not speak '{lang}', only {known}."),
                where=where,
                lang=lang,
                known=", ".join(LANGUAGES),
            )
        elif kit.languages.count(lang) > 1:
            what = N_("'{name}' stands here twice.")
            yield KitError(what, where=where, name=lang)


def _names(kit: Kit) -> Iterator[KitError]:
    """Check that whatever is named exists, once, and early enough."""
    ids = [question.id for question in kit.questions()]
    yield from _twice(ids, "question")
    yield from _twice([rule.id for rule in kit.rules], "rule")
    yield from _twice([role.id for role in kit.roles], "role")
    yield from _twice([section.id for section in kit.document.sections], "section")
    yield from _thresholds(kit)
    place = {question_id: number for number, question_id in enumerate(ids)}
    for question in kit.questions():
        where = f"question '{question.id}'"
        yield from _known(question.roles, {r.id for r in kit.roles}, f"{where}, roles")
        yield from _known(question.minutes, kit.tracks, f"{where}, minutes")
        law = question.law.sources if question.law else ()
        yield from _known((*question.sources, *law), kit.sources, f"{where}, sources")
        sources = [question.pick_from, *(c.pick_from for c in question.columns)]
        for source in filter(None, sources):
            yield from _pick_from(kit, place, question.id, source, where)
        for option in question.options:
            here = f"{where}, option '{option.id}', opens"
            yield from _known(option.opens, ids, here)
            for opened in option.opens:
                if place.get(opened, place[question.id] + 1) <= place[question.id]:
                    yield not_earlier(here, opened)
    for rule in kit.rules:
        yield from _known(rule.fix, ids, f"rule {rule.id}, fix")
        yield from _known(rule.sources, kit.sources, f"rule {rule.id}, sources")
    yield from _plan(kit, ids)


def _thresholds(kit: Kit) -> Iterator[KitError]:
    named = {threshold.id: threshold for threshold in kit.thresholds}
    yield from _twice([threshold.id for threshold in kit.thresholds], "threshold")
    for question in kit.questions():
        if question.threshold is None:
            continue
        where = f"question '{question.id}', threshold"
        yield from _known([question.threshold], named, where)
        method = named[question.threshold].method if question.threshold in named else ""
        if question.type == "note" or question.type not in _JUDGED.get(
            method, {question.type}
        ):
            yield KitError(
                N_("'{id}' judges {method}, which a {found} question does not give."),
                where=where,
                fix=N_("Name a threshold with method consent or fist."),
                id=question.threshold,
                method=method,
                found=question.type,
            )


def _plan(kit: Kit, ids: list[str]) -> Iterator[KitError]:
    plan = kit.document
    fields = {"institution": "short_text", "review_date": "date"}
    for name in ("institution", "owner", "approved_by", "review_date"):
        where, target = f"document.yaml, {name}", getattr(plan, name)
        yield from _known([target], ids, where)
        if name in fields and target in ids:
            found = kit.question(target).type
            if found != fields[name]:
                yield KitError(
                    N_("'{id}' is a question of type {found}; this needs {needed}."),
                    where=where,
                    id=target,
                    found=found,
                    needed=fields[name],
                )
    used = [q for section in plan.sections for q in section.questions]
    for section in plan.sections:
        yield from _known(section.questions, ids, f"section '{section.id}', questions")
    for name in sorted({name for name in used if used.count(name) > 1}):
        yield KitError(
            N_("'{id}' stands here more than once."),
            where="document.yaml, sections",
            fix=N_("Leave it in one section; what is decided is said once."),
            id=name,
        )
    for name in ("staff", "summary"):
        # Only what a section holds has a clause to print.
        yield from _known(getattr(plan, name), used, f"document.yaml, {name}")


def _pick_from(
    kit: Kit, place: dict[str, int], question_id: str, source: str, where: str
) -> Iterator[KitError]:
    where = f"{where}, pick_from"
    yield from _known([source], place, where)
    if source not in place:
        return
    if place[source] >= place[question_id]:
        yield not_earlier(where, source)
    if kit.question(source).type not in _LISTS:
        yield KitError(
            N_("'{id}' is not a list to pick from."),
            where=where,
            fix=N_("Name an earlier question of type rows, multiple, ranking or pick."),
            id=source,
        )


def _known(
    named: Iterable[str], known: Iterable[str], where: str
) -> Iterator[KitError]:
    known = list(known)
    yield from (no_such(name, known, where) for name in named if name not in known)


def _twice(ids: list[str], kind: str) -> Iterator[KitError]:
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield KitError(
            N_("this id stands in the kit more than once."),
            where=f"{kind} '{name}'",
            fix=N_("Give each its own; answers are kept under it.")
            if kind == "question"
            else N_("Give each its own."),
        )


def _translations(
    thing: Any, languages: tuple[str, ...], path: tuple[str, ...]
) -> Iterator[KitError]:
    """Walk through all content and miss no language anywhere."""
    if isinstance(thing, Content):
        name = getattr(thing, "id", None)
        here = (*path[:-1], f"{_kind(thing)} '{name}'") if name and path else path
        for field, held in fields(thing).items():
            yield from _translations(held, languages, (*here, field))
    elif isinstance(thing, tuple):
        for item in thing:
            yield from _translations(item, languages, path)
    elif isinstance(thing, dict) and thing and is_language_map(thing):
        yield from _text(thing, languages, ", ".join(path[-3:]))
    elif isinstance(thing, dict):
        for key, item in thing.items():
            yield from _translations(item, languages, (*path, str(key)))


def _text(
    text: dict[str, str], languages: tuple[str, ...], where: str
) -> Iterator[KitError]:
    for lang in languages:
        if lang not in text:
            yield KitError(
                N_("the text in '{lang}' is missing."),
                where=where,
                fix=N_("Add '{lang}: …' beside the other language."),
                lang=lang,
            )
    for lang in sorted(set(text) - set(languages)):
        yield KitError(
            N_("the text in '{lang}' is of no use."),
            where=where,
            fix=N_("Take it out, or add '{lang}' to 'languages' in kit.yaml."),
            lang=lang,
        )


def _kind(thing: Content) -> str:
    return type(thing).__name__.lower()


def _clauses(kit: Kit) -> Iterator[KitError]:
    """Check that whatever is decided can be said, and is said in one place."""
    planned = {q for section in kit.document.sections for q in section.questions}
    for question in kit.questions():
        where = f"question '{question.id}'"
        if question.type == "note":
            continue
        if not question.minutes:
            yield KitError(
                N_("no track asks this question."),
                where=where,
                fix=N_("Give it minutes, such as minutes: {{{track}: 2}}."),
                track=next(iter(kit.tracks), "full"),
            )
        if question.id not in planned:
            yield KitError(
                N_("no section of the policy holds this question."),
                where=where,
                fix=N_("Add it to a section in document.yaml."),
            )
        if question.clause is not None:
            continue
        for option in question.options or (None,):
            if option is None or option.clause is None:
                yield KitError(
                    N_("there is no clause, so the policy could not say it."),
                    where=f"{where}, option '{option.id}'" if option else where,
                    fix=N_("Write a clause for the option, or one for the question."),
                )


_SLOT = re.compile(r"\{([^{}]*)\}")


def _slots(kit: Kit) -> Iterator[KitError]:
    """Check that what clauses leave open is something that gets filled in."""
    for question in kit.questions():
        where = f"question '{question.id}'"
        holders = [(f"{where}, clause", question.clause)]
        holders += [
            (f"{where}, option '{option.id}', clause", option.clause)
            for option in question.options
        ]
        for here, clause in holders:
            texts = (
                [clause.wording(name) for name in clause.variants()] if clause else []
            )
            words = " ".join(text for each in texts for text in each.values())
            yield from _filled_in(words, here, other=question.other)


def _filled_in(words: str, where: str, *, other: bool) -> Iterator[KitError]:
    fix = N_("Write {answer} for what was decided, {other} for own words beside it.")
    slots = {"answer": "{answer}", "other": "{other}"}
    for slot in dict.fromkeys(_SLOT.findall(words)):
        if slot not in {"answer", OTHER}:
            what = N_("nothing is known here that could fill in {slot}.")
            given = f"{{{slot}}}"
            yield KitError(what, where=where, fix=fix, slot=given, **slots)
        elif slot == OTHER and not other:
            what = N_("{other} stays empty, as this question has no 'other: true'.")
            yield KitError(what, where=where, **slots)
    if re.search(r"[{}]", _SLOT.sub("", words)):
        yield KitError(N_("a brace stands here alone."), where=where, fix=fix, **slots)


def _choices(kit: Kit) -> Iterator[KitError]:
    """Check what makes an answer mean two things, or a threshold nothing."""
    for question in kit.questions():
        where = f"question '{question.id}'"
        things: list[tuple[Question | Column, str]] = [(question, where)]
        things += [(c, f"{where}, column '{c.id}'") for c in question.columns]
        for thing, here in things:
            if thing.other and OTHER in {option.id for option in thing.options}:
                yield KitError(
                    N_("'other' is kept for answers in people's own words."),
                    where=f"{here}, option 'other'",
                    fix=N_("Give this option another id, or take out 'other: true'."),
                )
    for threshold in kit.thresholds:
        if threshold.step is None:
            continue
        where = f"threshold '{threshold.id}', step"
        if threshold.method not in {"fist", "score"}:
            what = N_("a threshold for {method} has no steps.")
            yield KitError(what, where=where, method=threshold.method)
        elif threshold.method == "fist" and not 1 <= threshold.step <= 5:
            what = N_("a hand shows 1 to 5 fingers, not {step}.")
            yield KitError(what, where=where, step=threshold.step)


FIGURES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "kpi.indicators": ("rows", ("kpi",)),
    "kpi.moments": ("multiple", ()),
    "kpi.campaigns": ("rows", ("name", "end")),
}
"""Questions that feed the figures where a kit asks them: their type and columns."""


def _figures(kit: Kit) -> Iterator[KitError]:
    for question in kit.questions():
        kind, columns = FIGURES.get(question.id, (question.type, ()))
        if question.type != kind:
            yield KitError(
                N_("a question with this id feeds the figures and has to be {type}."),
                where=f"question '{question.id}', type",
                type=kind,
            )
            continue
        for name in columns:
            if name not in {column.id for column in question.columns}:
                what = N_("the figures need a column '{name}' here.")
                where = f"question '{question.id}', columns"
                yield KitError(what, where=where, name=name)


def _time(kit: Kit) -> Iterator[KitError]:
    for name, track in kit.tracks.items():
        spent = sum(
            question.minutes.get(name, 0)
            for question in kit.questions()
            if question.stage == "workshop"
        )
        if not 0 < spent <= track.minutes:
            yield KitError(
                N_("the questions take {spent} minutes; the track has {minutes}."),
                where=f"track '{name}'",
                fix=N_("Change the minutes of its questions, or move some to later."),
                spent=f"{spent:g}",
                minutes=f"{track.minutes:g}",
            )
