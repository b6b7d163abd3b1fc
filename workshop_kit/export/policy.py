"""Lays a drafted policy out as a document a director can sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import (
    Block,
    Callout,
    Definitions,
    Document,
    Figure,
    Heading,
    List,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Runs,
    Table,
    text,
)
from workshop_kit.export.markdown import blocks as markdown_blocks
from workshop_kit.i18n import Translator
from workshop_kit.policy.calendar import as_grid
from workshop_kit.policy.signoff import STATUS, STEP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workshop_kit.policy.model import (
        Chapter,
        Coded,
        Finding,
        Grid,
        Judged,
        Policy,
        Provision,
    )

_NAMED = 4
"""A finding names so many questions; the annex has them all."""

BLANK = "\u00a0\n\u00a0"
"""Room to write by hand."""

SEVERITY = {
    "blocker": N_("Blocker"),
    "warning": N_("Warning"),
    "hint": N_("Hint"),
}


def policy_document(policy: Policy) -> Document:
    """Return the policy as a document: chapters, signature, annexes."""
    t = Translator(policy.lang)
    blocks: list[Block] = []
    for number, chapter in enumerate(policy.chapters, 1):
        blocks.append(Heading(level=1, runs=text(f"{number}. {chapter.title}")))
        if chapter.intro:
            blocks.append(Paragraph(runs=(Run(text=chapter.intro, emphasis=True),)))
        for provision in chapter.provisions:
            blocks += provision_blocks(provision)
        blocks += _checks(chapter)
    blocks += _signature(policy, t)
    # The typesetter lays out what begins on a new page beside what is before it.
    blocks.append(PageBreak())
    blocks += _annexes(policy, t)
    return Document(
        title=policy.title,
        subtitle=policy.institution,
        lang=policy.lang,
        meta=_meta(policy, t),
        blocks=tuple(blocks),
    )


def _meta(policy: Policy, t: Translator) -> dict[str, str]:
    unknown = t(N_("still to be decided"))
    review = t.date(policy.review_date) if policy.review_date else unknown
    status = t(STATUS.get(policy.status, policy.status))
    since = policy.in_force_on
    return {
        t(N_("Status")): (
            t(N_("{status} from {day}"), status=status, day=t.date(since))
            if since
            else status
        ),
        t(N_("Date")): t.date(policy.date),
        t(N_("Version")): policy.version,
        t(N_("Owner")): policy.owner or unknown,
        t(N_("Approved by")): policy.approved_by or unknown,
        t(N_("Next review")): review,
    }


def provision_blocks(provision: Provision) -> list[Block]:
    """Lay one provision out: its sentence and the list, table or words under it."""
    blocks: list[Block] = []
    if provision.text:
        blocks.append(Paragraph(runs=text(provision.text)))
    elif provision.items:
        blocks.append(Heading(level=2, runs=text(provision.label)))
    if provision.items:
        items = tuple((Paragraph(runs=text(item)),) for item in provision.items)
        blocks.append(List(items=items, ordered=provision.ordered))
    if provision.grid is not None:
        blocks.append(grid_table(provision.grid, provision.label))
    if provision.prose:
        blocks.append(Quote(blocks=tuple(markdown_blocks(provision.prose))))
    return blocks


def _checks(chapter: Chapter) -> list[Block]:
    """Say once per chapter who checked its points of law, and when."""
    checked = dict.fromkeys(p.checked for p in chapter.provisions if p.checked)
    return [Paragraph(runs=(Run(text=said, emphasis=True),)) for said in checked]


def grid_table(grid: Grid, caption: str) -> Table:
    """Return a grid of texts as a table; columns that are empty throughout go."""
    used = [
        place for place in range(len(grid.head)) if any(row[place] for row in grid.rows)
    ] or [0]
    return Table(
        head=tuple(text(grid.head[place]) for place in used),
        rows=tuple(tuple(text(row[place]) for place in used) for row in grid.rows),
        caption=caption,
    )


def _signature(policy: Policy, t: Translator) -> list[Block]:
    head = (N_("Name and role"), N_("Date"), N_("Signature"))
    who = [policy.approved_by, policy.owner]
    names = list(dict.fromkeys(name for name in who if name)) or [BLANK]
    rows = [(text(f"{name}\n{BLANK}"), text(BLANK), text(BLANK)) for name in names]
    return [
        *_steps(policy, t),
        Heading(level=1, runs=text(t(N_("Signed")))),
        Table(
            head=tuple(text(t(word)) for word in head),
            rows=tuple(rows),
            caption=t(N_("Approval of this policy")),
        ),
    ]


def _steps(policy: Policy, t: Translator) -> list[Block]:
    """Say which steps of the sign-off were taken for this version."""
    if not policy.signatures:
        return []
    head = (N_("Step"), N_("Who"), N_("Date"), N_("Note"))
    rows = (
        (
            text(t(STEP.get(one.step, one.step))),
            text(", ".join(filter(None, (one.name, one.role)))),
            text(t.date(one.day)),
            text(one.note),
        )
        for one in policy.signatures
    )
    return [
        Heading(level=1, runs=text(t(N_("Sign-off")))),
        Table(
            head=tuple(text(t(word)) for word in head),
            rows=tuple(rows),
            caption=t(N_("Steps taken for version {v}"), v=policy.version),
        ),
    ]


def _annexes(policy: Policy, t: Translator) -> list[Block]:
    letters = iter("ABCDEFGH")
    blocks: list[Block] = []

    def annex(title: str) -> None:
        heading = t(N_("Annex {letter}. {title}"), letter=next(letters), title=title)
        blocks.append(Heading(level=1, runs=text(heading)))

    if policy.baselines is not None:
        annex(t(N_("Baselines")))
        blocks += _borrowed(policy, t)
        blocks.append(
            grid_table(policy.baselines, t(N_("Measured before this policy began")))
        )
    if policy.judged or policy.by_hand is not None:
        annex(t(N_("Indicators and their figures")))
        blocks += _borrowed(policy, t) if policy.judged else []
        for judged in policy.judged:
            blocks += judged_blocks(judged, t)
        blocks += _by_hand(policy, t)
    if policy.coded is not None:
        annex(t(N_("What people say")))
        blocks += coded_blocks(policy.coded, t)
    if policy.moments:
        annex(t(N_("When we measure")))
        moments = as_grid(policy.moments, t)
        blocks.append(grid_table(moments, t(N_("Moments of the first year"))))
    annex(t(N_("Open points")))
    blocks += _listed(policy.open_points, t(N_("Everything has been decided.")))
    if policy.later:
        blocks.append(Paragraph(runs=text(t(N_("Left for later on purpose:")))))
        blocks += _listed(policy.later, "")
    annex(t(N_("Dissent")))
    dissent = [r for r in policy.reasons if r.dissent]
    if dissent:
        blocks.append(
            Definitions(
                items=tuple(
                    (text(r.label), (Paragraph(runs=text(r.dissent)),)) for r in dissent
                )
            )
        )
    else:
        blocks.append(Paragraph(runs=text(t(N_("No dissent was recorded.")))))
    annex(t(N_("Decisions and reasons")))
    source = t(
        N_("Drawn up with version {version} of the questions."),
        version=questions_version(policy),
    )
    blocks.append(Paragraph(runs=(Run(text=source, emphasis=True),)))
    blocks.append(_reasons(policy, t))
    annex(t(N_("What the check found")))
    blocks += findings_blocks(policy.findings, t)
    return blocks


def questions_version(policy: Policy) -> str:
    """Return the version of the kit, whose name is for programs."""
    return policy.kit.rpartition(" ")[2]


def _borrowed(policy: Policy, t: Translator) -> list[Block]:
    """Say that figures are not our own, so that nobody signs them as ours."""
    if not policy.borrowed:
        return []
    said = t(
        N_(
            "These figures come from the open archive of {name} and are not our own."
            " Put your own exports in their place before this is signed."
        ),
        name=policy.borrowed,
    )
    title = text(t(N_("Sample figures")))
    return [Callout(kind="warning", title=title, blocks=(Paragraph(runs=text(said)),))]


def coded_blocks(coded: Coded, t: Translator) -> list[Block]:
    """Lay a coded sample out: counts and agreement, the figure, and the quotes."""
    blocks: list[Block] = []
    if coded.borrowed:
        said = t(
            N_(
                "These comments are made up, to show what such a sample looks like. Put"
                " your own into data/own before this is signed."
            )
        )
        title = text(t(N_("Made-up comments")))
        inner = (Paragraph(runs=text(said)),)
        blocks.append(Callout(kind="warning", title=title, blocks=inner))
    blocks.append(_said(coded.words))
    if coded.svg:
        # Its caption is drawn into it.
        alt = f"{coded.alt} {coded.caption}"
        blocks.append(Figure(svg=coded.svg, alt=alt))
    if coded.counts.rows:
        blocks.append(grid_table(coded.counts, t(N_("Comments by kind and tone"))))
    if coded.quotes:
        said = t(N_("In the words of people who agreed to be quoted:"))
        blocks.append(Paragraph(runs=text(said)))
    for kind, words in coded.quotes:
        runs = (Run(text=words), Run(text=f" ({kind})" if kind else "", emphasis=True))
        blocks.append(Quote(blocks=(Paragraph(runs=runs),)))
    return blocks


def _by_hand(policy: Policy, t: Translator) -> list[Block]:
    """Name the indicators that people count, so that none passes for measured."""
    if policy.by_hand is None:
        return []
    said = t(N_("No export has these figures; people count them and fill them in."))
    return [
        Heading(level=2, runs=text(t(N_("Counted by hand")))),
        Paragraph(runs=text(said)),
        grid_table(policy.by_hand, t(N_("Indicators that are counted by hand"))),
    ]


def judged_blocks(judged: Judged, t: Translator) -> list[Block]:
    """Lay an indicator out: its target and verdict, the evidence, and its figure."""
    verdict: Runs = (Run(text=judged.verdict, strong=True),)
    if judged.target:
        aim = t(N_("Target: {value}."), value=judged.target)
        verdict = (Run(text=f"{aim} "), *verdict)
    blocks: list[Block] = [
        Heading(level=2, runs=text(judged.name)),
        Paragraph(runs=verdict),
    ]
    if judged.evidence:
        blocks.append(_said(judged.evidence))
    figure = Figure(svg=judged.svg, alt=judged.alt, caption=judged.caption)
    caption = t(N_("The values of the figure above"))
    return [*blocks, figure, grid_table(judged.values, caption)]


def _said(sentences: Iterable[str]) -> List:
    return List(items=tuple((Paragraph(runs=text(words)),) for words in sentences))


def _listed(labels: Iterable[str], nothing: str) -> list[Block]:
    found = _said(labels)
    return [found] if found.items else [Paragraph(runs=text(nothing))]


def _reasons(policy: Policy, t: Translator) -> Block:
    if not policy.reasons:
        return Paragraph(runs=text(t(N_("Nothing has been decided yet."))))
    head = (N_("Question"), N_("Decision"), N_("Reason"))
    return Table(
        head=tuple(text(t(word)) for word in head),
        rows=tuple(
            (text(r.label), text(r.decision), text(r.reason)) for r in policy.reasons
        ),
        caption=t(N_("What was decided and why")),
    )


def findings_blocks(findings: Iterable[Finding], t: Translator) -> list[Block]:
    """Lay findings out as callouts; a waived one names who accepted it and why."""
    blocks: list[Block] = []
    for finding in findings:
        inner: list[Block] = [Paragraph(runs=text(finding.message))]
        if finding.fix and not finding.waived:
            settle = t(N_("Settle it at: {places}"), places=_places(finding.fix, t))
            inner.append(Paragraph(runs=text(settle)))
        if finding.waived:
            waived = t(N_("Accepted: {words}"), words=finding.waived)
            inner.append(Paragraph(runs=text(waived)))
        title = f"{t(SEVERITY[finding.severity])} · {finding.rule}"
        kind = "note" if finding.waived else finding.severity
        blocks.append(Callout(kind=kind, title=text(title), blocks=tuple(inner)))
    if not blocks:
        blocks.append(Paragraph(runs=text(t(N_("The check found nothing.")))))
    return blocks


def _places(labels: tuple[str, ...], t: Translator) -> str:
    named = [f"“{label}”" for label in labels[:_NAMED]]
    rest = len(labels) - len(named)
    more = t(N_("and {n} more"), n=rest) if rest else ""
    return " ".join(filter(None, [", ".join(named), more]))
