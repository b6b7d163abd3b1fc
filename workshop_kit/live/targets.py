"""Lays out each target with what comparable periods reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.export.document import Block, Callout, List, Paragraph, Run, text
from workshop_kit.live.hand import at_hand, sample_note
from workshop_kit.metrics.wording import channel_name
from workshop_kit.policy.calendar import figure_name, named_here
from workshop_kit.policy.indicators import (
    check_row,
    matching,
    target_words,
    verdict_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workshop_kit.i18n import Translator
    from workshop_kit.live.hand import Pair
    from workshop_kit.live.workshop import Workshop


def targets(
    workshop: Workshop, rows: Sequence[Mapping[str, Any]], *, decided: bool
) -> list[Block]:
    """
    Return a card per target with a date: the verdict, and what it rests on.

    Args:
        workshop: The workshop.
        rows: Indicators.
        decided: Whether they have been decided, or are only filled in here.
    """
    t, hand = workshop.translate, at_hand(workshop)
    names = named_here(workshop.content, t)
    pairs = hand.pairs()
    blocks: list[Block] = [*sample_note(hand, t)]
    if not decided:
        said = t(N_("As filled in here; nothing has been decided about it yet."))
        blocks.append(Paragraph(runs=text(said)))
    aimed = [row for row in rows if row.get("target") is not None]
    found = [row for row in aimed if matching(row, pairs)]
    blocks += [_card(row, matching(row, pairs), pairs, t) for row in found]
    missed = (figure_name(r, t, names) for r in aimed if r not in found)
    rest = ", ".join(dict.fromkeys(missed))
    if rest:
        said = t(N_("The figures at hand do not have: {names}."), names=rest)
        blocks.append(Paragraph(runs=text(said)))
    if not aimed:
        said = t(N_("There is no indicator with a target yet; fill one in above."))
        blocks.append(Paragraph(runs=text(said)))
    return blocks


def _card(
    row: Mapping[str, Any],
    found: Sequence[Pair],
    pairs: Mapping[Pair, pd.DataFrame],
    t: Translator,
) -> Callout:
    parts: list[Block] = []
    for pair in found:
        checked = check_row(row, pairs[pair])
        verdict = verdict_words(row, checked, t)
        said = f"{channel_name(pair[1], t)}: {verdict}"
        parts.append(Paragraph(runs=(Run(text=said, strong=True),)))
        if checked is not None and checked.evidence(t):
            items = tuple((Paragraph(runs=text(s)),) for s in checked.evidence(t))
            parts.append(List(items=items))
    title = f"{figure_name(row, t)}: {target_words(row, t)}"
    return Callout(kind="note", title=text(title), blocks=tuple(parts))
