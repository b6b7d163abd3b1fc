"""What was decided, which findings were accepted, and which figures were taken."""

from __future__ import annotations

from typing import Any

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.file import WorkshopFile, found
from workshop_kit.store.log import LOG, append, latest, standing
from workshop_kit.store.records import Decision, Measurement, Waiver
from workshop_kit.store.tables import DECISION, MEASUREMENT, WAIVER, encode


class Decisions(WorkshopFile):
    """The decisions of a workshop, and what stands beside them in the policy."""

    def record_decision(  # noqa: PLR0913 - the fields of a record
        self,
        *,
        question: str,
        value: Any,
        by: str,
        key: str,
        kit_version: str,
        wording_hash: str,
        reason: str = "",
        variant: str = "balanced",
        dissent: str = "",
        checked_by: str = "",
        checked_on: str = "",
    ) -> Decision:
        """
        Record a decision; answers stay as they are.

        Args:
            question: Id of the question.
            value: JSON value; None takes an earlier decision back.
            by: Who decided.
            key: Chosen by the sender. If it is here already, nothing is written
                and the first decision under it is returned.
            kit_version: Version of the kit that asked.
            wording_hash: Hash of the words that were asked.
            reason: Why.
            variant: Which wording of the clause.
            dissent: Objections to be kept.
            checked_by: Who compared it with the law; empty if nobody did.
            checked_on: Day of that check, ``YYYY-MM-DD``, or empty.

        Raises:
            StoreError: Also if *value* is no JSON value, or if the key was used
                for another question.
        """
        fields = {
            "question": question,
            "value": encode(value),
            "reason": reason,
            "variant": variant,
            "dissent": dissent,
            "by": by,
            "checked_by": checked_by,
            "checked_on": checked_on,
            "kit_version": kit_version,
            "wording_hash": wording_hash,
            "key": key,
        }
        with self._database.write() as connection:
            rest = "WHERE key = :key"
            for first in found(connection, Decision, DECISION, rest, fields):
                same = first.question == question
                return self._unless_reused(first, same=same)
            row = append(connection, DECISION, fields)
        return Decision(**row)

    def decisions(self) -> dict[str, Decision]:
        """Return the decisions that stand, by question: the last of each."""
        rest = f"{standing(DECISION, ('question',))} {LOG}"
        made = self._all(Decision, DECISION, rest)
        return {decision.question: decision for decision in made}

    def last_decision(self) -> int:
        """Return the place in the log of the last decision; 0 if there is none."""
        return self._last(DECISION)

    def decision_log(self) -> list[Decision]:
        """Return every decision ever recorded, first to last."""
        return self._all(Decision, DECISION, LOG)

    def waive(self, rule: str, name: str, reason: str) -> Waiver:
        """
        Record that *name* sets *rule* aside, and why.

        Raises:
            StoreError: Also if the name or the reason is blank.
        """
        if not (name.strip() and reason.strip()):
            raise StoreError(
                N_("A rule can only be set aside under a name and with a reason."),
                where=rule,
                fix=N_("Fill in both."),
            )
        fields = {"rule": rule, "name": name, "reason": reason}
        with self._database.write() as connection:
            return Waiver(**append(connection, WAIVER, fields))

    def waivers(self) -> dict[str, Waiver]:
        """Return the last waiver of each rule."""
        return {waiver.rule: waiver for waiver in self._all(Waiver, WAIVER, LOG)}

    def record_measurement(  # noqa: PLR0913 - the fields of a record
        self,
        *,
        kpi: str,
        kpi_version: int,
        channel: str,
        period: str,
        value: float | None,
        unit: str,
        n: int,
        source: str,
    ) -> Measurement:
        """
        Record a figure; a later one of the same KPI, channel and period counts.

        Args:
            kpi: Id of the KPI.
            kpi_version: Version of its definition.
            channel: Channel it was measured on.
            period: Period it covers, such as ``2026-10``.
            value: In *unit*; None if there was nothing to measure.
            unit: Unit of the value.
            n: Number of observations.
            source: Where the figure comes from.

        Raises:
            StoreError: Also if *value* is NaN or infinite.
        """
        encode(value)
        fields = {
            "kpi": kpi,
            "kpi_version": kpi_version,
            "channel": channel,
            "period": period,
            "value": value,
            "unit": unit,
            "n": n,
            "source": source,
        }
        with self._database.write() as connection:
            return Measurement(**append(connection, MEASUREMENT, fields))

    def measurements(self) -> list[Measurement]:
        """Return the last figure of each KPI, version, channel and period."""
        each = ("kpi", "kpi_version", "channel", "period")
        return self._all(Measurement, MEASUREMENT, f"{latest(MEASUREMENT, each)} {LOG}")
