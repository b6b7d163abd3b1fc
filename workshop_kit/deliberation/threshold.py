"""Judge whether a room agrees enough, in all and in every role."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.deliberation import ranking
from workshop_kit.deliberation.ballot import AGREE, CONCERNS, OBJECT, VOTES, both, parse
from workshop_kit.deliberation.tally import of_round, too_small
from workshop_kit.deliberation.verdict import QUORUM, Group, Support, Verdict
from workshop_kit.errors import N_
from workshop_kit.kit.model import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workshop_kit.kit.model import Judging, Kit, Question

_BY_TYPE: dict[str, Judging] = {
    "single": "approval",
    "multiple": "approval",
    "dots": "approval",
    "score": "score",
    "ranking": "ranking",
}


def method_of(asked: Question) -> Judging | None:
    """Return how a question or ballot can be judged; None for words and numbers."""
    kind = parse(asked.id)[1]
    if kind in VOTES:
        return "consent" if kind == "consent" else "fist"
    return _BY_TYPE.get(asked.type)


def threshold_for(kit: Kit, asked: Question) -> Threshold | None:
    """
    Return the threshold that holds for a question or ballot.

    Args:
        kit: Of the question.
        asked: A question of the kit, or a ballot about one.

    Returns:
        The one the question names if it judges this way of asking, else that of
        :data:`DEFAULTS`; None if the answers cannot be judged.
    """
    way = method_of(asked)
    if way is None:
        return None
    named = kit.question(parse(asked.id)[0]).threshold
    own = (each for each in kit.thresholds if each.id == named and each.method == way)
    return next(own, DEFAULTS[way])


def judge(  # noqa: PLR0913 - keywords after the three that make a verdict
    threshold: Threshold,
    question: Question,
    frame: pd.DataFrame,
    roles: Mapping[str, str],
    *,
    asked: int,
    in_round: int | None = None,
) -> Verdict:
    """
    Judge whether those who answered agree enough.

    Reached if ``in favour >= share * answered``, and with ``each_role`` also
    ``in favour >= each_role * answered`` in every role. In favour is who does not
    object (consent), gives :attr:`Threshold.step` or more (fist, score), chose the
    option or gave it a dot (approval), or prefers the option that leads by Schulze
    to each other one, taken one by one (ranking). Own words are never an option.

    Who did not answer counts neither for nor against. Roles with fewer than five
    answers are judged together; if these are still fewer than five, so is the
    smallest of the others, because it would follow by subtraction. If that is
    everybody, the room cannot be split. A role in which nobody answered is not
    judged.

    Args:
        threshold: Of :func:`threshold_for`.
        question: The question or ballot, of the threshold's method.
        frame: Of :func:`workshop_kit.deliberation.tally.tidy`.
        roles: Participant → role; who is not in it has the role ``""``.
        asked: How many could have answered.
        in_round: The round to judge; the last one by default.

    Raises:
        ValueError: The threshold judges another way of asking.

    Source:
        Ordinary shares. Nobody objecting is the rule of consent decision making,
        all hands at 3 or more that of fist-to-five; three quarters is the median
        threshold of Delphi studies (I. Diamond et al., "Defining consensus",
        Journal of Clinical Epidemiology 67 (2014), 401-409).
    """
    if threshold.method != method_of(question):
        msg = f"{threshold.id} judges {threshold.method}, not {question.id}"
        raise ValueError(msg)
    part = of_round(frame, question.id, in_round)
    people = pd.Index(part["participant"].unique())
    groups = None if threshold.each_role is None else _groups(people, roles)
    support = tuple(
        _support(threshold, option, votes.reindex(people, fill_value=False), groups)
        for option, votes in _votes(threshold, question, frame, part)
    )
    ahead = tuple(one for one in support if one.reached is not False) or _nearest(
        support
    )
    apart = question.type in {"single", "ranking"}
    tied = apart and len(ahead) > 1
    enough = len(people) > 0 and len(people) >= QUORUM * asked
    return Verdict(
        threshold=threshold,
        question=question,
        reached=_reached(ahead, tied=tied) if enough else None,
        n=len(people),
        missing=max(0, asked - len(people)),
        against=_against(threshold, part),
        support=ahead,
        tied=tied,
    )


def _votes(
    threshold: Threshold, question: Question, frame: pd.DataFrame, part: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """
    Give each thing to support with who is in favour: people by tests, as booleans.

    Of a ranking there is a test per rival; the least of them is what counts.
    """
    if part.empty:
        return
    if threshold.method == "ranking":
        number = int(part["round"].iloc[0])
        ranks = ranking.ranks(frame, question, in_round=number)
        for name in ranking.schulze(ranks)[0] if len(ranks) else ():
            yield name, ranks.drop(columns=name).gt(ranks[name], axis=0)
    elif threshold.method == "approval":
        for option in question.options:
            yield option.id, _any(part, part["item"].eq(option.id))
    elif threshold.method == "consent":
        yield "", _any(part, part["item"].isin([AGREE, CONCERNS]))
    else:
        yield "", _any(part, part["number"].ge(_step(threshold, question)))


def _any(part: pd.DataFrame, favour: pd.Series[bool]) -> pd.DataFrame:
    return favour.groupby(part["participant"]).any().to_frame()


def _step(threshold: Threshold, question: Question) -> int:
    if threshold.step is not None:
        return threshold.step
    low, high = question.bounds
    return int((low or 0) + (high or 0)) // 2 + 1


def _groups(
    people: pd.Index, roles: Mapping[str, str]
) -> dict[tuple[str, ...], list[str]]:
    """Return who is judged together, by their roles; empty if that is everybody."""
    role_of = pd.Series({str(person): roles.get(person, "") for person in people})
    sizes = {str(role): int(n) for role, n in role_of.value_counts().items()}
    pooled = tuple(sorted(too_small(sizes)))
    apart = [(role,) for role in sorted(sizes) if role not in pooled]
    if not apart and pooled:
        return {}
    return {
        names: list(role_of.index[role_of.isin(names)])
        for names in (*apart, *([pooled] if pooled else []))
    }


def _support(
    threshold: Threshold,
    option: str,
    votes: pd.DataFrame,
    groups: dict[tuple[str, ...], list[str]] | None,
) -> Support:
    in_favour = _least(votes)
    enough = in_favour >= _exact(threshold.share) * len(votes)
    judged = tuple(
        Group(
            roles=names,
            n=len(members),
            in_favour=_least(votes.loc[members]),
            reached=_least(votes.loc[members])
            >= _exact(threshold.each_role or 0) * len(members),
        )
        for names, members in (groups or {}).items()
    )
    reached: bool | None = enough and all(group.reached for group in judged)
    if enough and groups == {}:
        reached = None
    return Support(option=option, in_favour=in_favour, groups=judged, reached=reached)


def _least(votes: pd.DataFrame) -> int:
    return int(votes.sum().min()) if len(votes.columns) else len(votes)


def _exact(share: float) -> Fraction:
    """Read 0.55 as 55/100: in floating point 0.55 * 20 is more than 11."""
    return Fraction(str(share))


def _nearest(support: tuple[Support, ...]) -> tuple[Support, ...]:
    most = max((one.in_favour for one in support), default=0)
    # What nobody chose comes near nothing; a proposal without support is told.
    named = (one for one in support if most or not one.option)
    return tuple(one for one in named if one.in_favour == most)


def _reached(ahead: tuple[Support, ...], *, tied: bool) -> bool | None:
    if tied or all(one.reached is False for one in ahead):
        return False
    return True if any(one.reached for one in ahead) else None


def _against(threshold: Threshold, part: pd.DataFrame) -> int:
    if threshold.method == "consent":
        return int(part["item"].eq(OBJECT).sum())
    return int(part["number"].eq(0).sum()) if threshold.method == "fist" else 0


def _default(way: Judging, share: float, label: str, description: str) -> Threshold:
    return Threshold(
        id=f"default_{way}",
        label=both(label),
        description=both(description),
        method=way,
        share=share,
    )


DEFAULTS: Mapping[Judging, Threshold] = {
    "consent": _default(
        "consent", 1, N_("Nobody objects"), N_("Remarks are fine, an objection is not.")
    ),
    "fist": _default(
        "fist", 1, N_("All hands show three or more"), N_("Nobody shows 0, 1 or 2.")
    ),
    "approval": _default(
        "approval", 0.5, N_("At least half choose it"), N_("Of those who answered.")
    ),
    "score": _default(
        "score",
        0.75,
        N_("Three quarters give more than the middle"),
        N_("A usual threshold in studies that ask experts in rounds (Delphi)."),
    ),
    "ranking": _default(
        "ranking",
        0.5,
        N_("At least half prefer it to each other option"),
        N_("The other options are taken one by one."),
    ),
}
"""What holds where the kit names no threshold, by method."""
