"""Two short documents out of the policy: for whoever works here, and for everybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    text,
)
from workshop_kit.export.policy import BLANK, provision_blocks
from workshop_kit.i18n import Translator
from workshop_kit.policy.model import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.policy.model import Chapter, Policy, Provision

_BRIEF = 2
"""Columns of a table that concern the public."""


def staff_document(policy: Policy, questions: Iterable[str]) -> Document:
    """
    Return the leaflet for staff: the rules for everybody, and a receipt to sign.

    Args:
        policy: The whole policy.
        questions: Whose clauses it holds, in order; those that are not decided are
            left out.
    """
    t = Translator(policy.lang)
    about = t(
        N_(
            "This is what the policy asks of everyone who works here, and what you may "
            "count on. The whole policy is kept by: {owner}."
        ),
        owner=policy.owner or t(N_("still to be decided")),
    )
    return Document(
        title=t(N_("{title}: what you may do and what not"), title=policy.title),
        subtitle=policy.institution,
        lang=policy.lang,
        meta={
            t(N_("Version")): policy.version,
            t(N_("Date")): t.date(policy.date),
            t(N_("Approved by")): policy.approved_by or t(N_("still to be decided")),
        },
        blocks=(
            Paragraph(runs=text(about)),
            *_chapters(policy, questions, t),
            *receipt(policy, t),
        ),
        leaflet=True,
    )


def summary_document(policy: Policy, questions: Iterable[str]) -> Document:
    """
    Return one page about the policy that anybody may read.

    Args:
        policy: The whole policy.
        questions: Whose clauses it holds, in order; those that are not decided are
            left out.
    """
    t = Translator(policy.lang)
    review = policy.review_date
    meta = {
        t(N_("Version")): policy.version,
        t(N_("Date")): t.date(policy.date),
        t(N_("Next review")): t.date(review) if review else "",
    }
    return Document(
        title=t(N_("{title} in short"), title=policy.title),
        subtitle=policy.institution,
        lang=policy.lang,
        meta={label: words for label, words in meta.items() if words},
        blocks=tuple(_chapters(policy, questions, t, brief=True)),
        leaflet=True,
    )


def receipt(policy: Policy, t: Translator) -> list[Block]:
    """Return the form by which somebody says they have received this version."""
    said = t(
        N_(
            "I have received version {version} of the {title} of {institution}, and I "
            "know whom to ask about it. This page is kept in my personnel file."
        ),
        version=policy.version,
        title=policy.title,
        institution=policy.institution or t(N_("the institution")),
    )
    head = (N_("Name and role"), N_("Date"), N_("Signature"))
    return [
        Heading(level=1, runs=text(t(N_("Received")))),
        Paragraph(runs=text(said)),
        Table(
            head=tuple(text(t(word)) for word in head),
            rows=((text(BLANK), text(BLANK), text(BLANK)),),
            caption="",
        ),
    ]


def _chapters(
    policy: Policy, questions: Iterable[str], t: Translator, *, brief: bool = False
) -> Iterator[Block]:
    """Yield the clauses by chapter; a chapter stands where its first clause does."""
    places = {
        provision.question: (chapter, provision)
        for chapter in policy.chapters
        for provision in chapter.provisions
    }
    found: dict[str, tuple[Chapter, list[Provision]]] = {}
    for question in questions:
        if question in places:
            chapter, provision = places[question]
            found.setdefault(chapter.id, (chapter, []))[1].append(provision)
    for chapter, provisions in found.values():
        yield Heading(level=1, runs=text(chapter.title))
        for provision in provisions:
            yield from provision_blocks(_brief(provision) if brief else provision)
    if not found:
        nothing = t(N_("Nothing has been decided yet."))
        yield Paragraph(runs=(Run(text=nothing, emphasis=True),))


def _brief(provision: Provision) -> Provision:
    """Leave of a table what and how, and not who does it and in how many hours."""
    if provision.grid is None:
        return provision
    grid = provision.grid
    rows = tuple(row[:_BRIEF] for row in grid.rows)
    return replace(provision, grid=Grid(head=grid.head[:_BRIEF], rows=rows))
