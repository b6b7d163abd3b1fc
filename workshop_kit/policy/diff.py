"""What is different between two versions of a policy, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from workshop_kit.errors import N_, PolicyError
from workshop_kit.policy.outline import kit_changes
from workshop_kit.policy.targets import targets

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.policy.model import Policy, Provision, Reason
    from workshop_kit.policy.targets import Target

Kind = Literal["added", "dropped", "changed"]

T = TypeVar("T")
K = TypeVar("K", bound="Hashable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One thing that is not the same.

    Attributes:
        label: What it is about, in the words of the later version that has it.
        before, after: How it read; empty where it was not there.
    """

    kind: Kind
    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChange:
    """A target that was added, dropped or changed; None where it was not there."""

    kind: Kind
    before: Target | None
    after: Target | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    All that is different, in one language.

    Attributes:
        before, after: The two versions as they read.
        names: What the two versions are called.
        clauses: What the policy says.
        decisions: What was decided, why, and who saw it otherwise.
        targets: What is aimed at in figures.
        kit: What changed in the questions, in words.
    """

    before: Policy
    after: Policy
    names: tuple[str, str]
    clauses: tuple[Change, ...]
    decisions: tuple[Change, ...]
    targets: tuple[TargetChange, ...]
    kit: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether the two say the same."""
        return not (self.clauses or self.decisions or self.targets or self.kit)


def difference(
    before: Exchange, after: Exchange, *, names: tuple[str, str], t: Translator
) -> Difference:
    """
    Compare two versions of a policy.

    Args:
        before: The earlier version.
        after: The later one.
        names: What the two are called.
        t: Language in which they are compared.

    Raises:
        PolicyError: If one of them was not written in that language.
    """
    old, new = _policy(before, names[0], t), _policy(after, names[1], t)
    return Difference(
        before=old,
        after=new,
        names=names,
        clauses=_changes(_clauses(old), _clauses(new)),
        decisions=_changes(_decisions(before, old, t), _decisions(after, new, t)),
        targets=tuple(
            TargetChange(kind=kind, before=was, after=now)
            for kind, was, now in _pairs(
                {target.key: target for target in targets(before, t.lang)},
                {target.key: target for target in targets(after, t.lang)},
            )
        ),
        kit=kit_changes(before.questions, after.questions, t),
    )


def _policy(exchange: Exchange, name: str, t: Translator) -> Policy:
    if t.lang not in exchange.policies:
        raise PolicyError(
            N_("The version “{name}” was not written in this language ({lang})."),
            name=name,
            lang=t.lang,
        )
    return exchange.policies[t.lang]


def _clauses(policy: Policy) -> dict[str, tuple[str, str]]:
    """Return label and words of each clause, by question, in order."""
    return {
        provision.question: (provision.label, clause_words(provision))
        for chapter in policy.chapters
        for provision in chapter.provisions
    }


def clause_words(provision: Provision) -> str:
    """Return all that a clause says as lines of plain text."""
    lines = [provision.text] if provision.text else []
    lines += [f"– {item}" for item in provision.items]
    if provision.grid is not None:
        lines += ["– " + "; ".join(filter(None, row)) for row in provision.grid.rows]
    if provision.prose:
        lines.append(provision.prose)
    return "\n".join(lines)


def _decisions(
    exchange: Exchange, policy: Policy, t: Translator
) -> dict[str, tuple[str, str]]:
    made = {one.question: one for one in exchange.decisions}
    return {
        reason.question: (
            reason.label,
            _decision_words(reason, made[reason.question].checked_by, t),
        )
        for reason in policy.reasons
        if reason.question in made
    }


def _decision_words(reason: Reason, checked_by: str, t: Translator) -> str:
    lines = [reason.decision, t(N_("Reason: {words}"), words=reason.reason)]
    if reason.dissent:
        lines.append(t(N_("Dissent: {words}"), words=reason.dissent))
    if checked_by:
        lines.append(t(N_("Checked against the law by {name}."), name=checked_by))
    return "\n".join(lines)


def _changes(
    before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]
) -> tuple[Change, ...]:
    found = []
    for kind, was, now in _pairs(before, after):
        label, old = was or ("", "")
        if now is not None:
            label = now[0]
        if old != (now[1] if now else ""):
            new = now[1] if now else ""
            found.append(Change(kind=kind, label=label, before=old, after=new))
    return tuple(found)


def _pairs(
    before: Mapping[K, T], after: Mapping[K, T]
) -> list[tuple[Kind, T | None, T | None]]:
    """Return what differs under the same key: dropped, changed, then added."""
    dropped: list[tuple[Kind, T | None, T | None]] = [
        ("dropped", was, None) for key, was in before.items() if key not in after
    ]
    changed: list[tuple[Kind, T | None, T | None]] = [
        ("changed", before[key], now)
        for key, now in after.items()
        if key in before and before[key] != now
    ]
    added: list[tuple[Kind, T | None, T | None]] = [
        ("added", None, now) for key, now in after.items() if key not in before
    ]
    return [*dropped, *changed, *added]
