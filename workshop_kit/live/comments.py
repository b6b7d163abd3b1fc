"""Lays out what people say: a sample of comments that was coded by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError
from workshop_kit.export.document import Block, Paragraph, text
from workshop_kit.export.policy import coded_blocks
from workshop_kit.live import own
from workshop_kit.metrics.coding import kept
from workshop_kit.policy.comments import coded

if TYPE_CHECKING:
    from workshop_kit.live.workshop import Workshop


def comments(workshop: Workshop) -> list[Block]:
    """
    Return what a coded sample says: counts, agreement, a figure and quotes.

    It is kept with the workshop, and printed in the annex of the policy.

    Args:
        workshop: The workshop; the file is the last one in the folder for own exports
            that has the headers of a coded sample, or else one that is made up.

    Raises:
        MetricsError: If the file cannot be read.
    """
    t = workshop.translate
    found, fictional = own.comments(workshop)
    if found.coded is None:
        raise found.problem or MetricsError(N_("The file is empty."))
    summed = kept(found.coded, source=found.path.name, fictional=fictional)
    workshop.use_comments(summed)
    said = t.plural(
        N_("{n} comment was read from {file}."),
        N_("{n} comments were read from {file}."),
        found.coded["item"].nunique(),
        file=found.path.name,
    )
    return [Paragraph(runs=text(said)), *coded_blocks(coded(summed, t), t)]
