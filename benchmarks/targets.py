"""
How far off the forecasts under a target are, and how often their interval held.

On the archive of SFO Museum (``data/sfomuseum_twitter``): one channel, all years. From
every month with at least six before it (the origin), each of the next twelve months is
forecast with what was known at the origin and nothing later, as the target check does.

- ``error``: mean absolute error of the forecast;
- ``same_month``, ``year_mean``: that of last year's same month and of the mean of the
  last twelve months, on the same months, where all three can be made;
- ``ratio``: error divided by that of the better of the two;
- ``held``: share of the months within the 90% interval, of all origins, and of those
  with 6 to 11, 12 to 23 and more months known.

Series: the KPIs that the posts can feed, and the total likes and shares per month. The
ratio over all series is the geometric mean of theirs, their share held the plain mean.
The rule was chosen by these figures; the replies of the account were not looked at for
that, so the same figures of its replies show whether it holds elsewhere.

Usage: ``python benchmarks/targets.py [--quick] [--json]``. With ``--quick`` only every
third origin. With ``--json`` the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

from workshop_kit.metrics.baseline import full_months
from workshop_kit.metrics.forecast import RECENT, SEASON, forecast, naive
from workshop_kit.metrics.kpi import monthly
from workshop_kit.metrics.readers import archive

DATA = Path(__file__).parents[1] / "data" / "sfomuseum_twitter" / "tweets.csv"
KPIS = ("posts", "applause", "amplification")
AHEAD = 12
GROUPS = {"6-11": (6, 12), "12-23": (12, 24), "24+": (24, 10_000)}


def series(posts: pd.DataFrame, kind: str) -> dict[str, pd.Series[float]]:
    """Return each series of full months of a kind of post."""
    found = {}
    for kpi in KPIS:
        table = full_months(monthly(posts, kpi, kinds=(kind,)))
        months = pd.PeriodIndex(table["period"], freq="M")
        found[kpi] = table["value"].astype(float).set_axis(months)
        if kpi != "posts":
            found[f"{kpi}_total"] = table["total"].astype(float).set_axis(months)
    return found


def rolled(values: pd.Series[float], step: int) -> pd.DataFrame:
    """Forecast from every origin; one row per origin and month ahead."""
    rows = []
    for known in range(RECENT, len(values), step):
        past = values.iloc[:known]
        for ahead in range(1, min(AHEAD, len(values) - known) + 1):
            actual = float(values.iloc[known + ahead - 1])
            if np.isnan(actual) or past.notna().sum() < RECENT:
                continue
            made = forecast(past, ahead=ahead)
            rows.append(
                {
                    "known": known,
                    "ahead": ahead,
                    "error": abs(actual - made.value),
                    "held": made.low - 1e-9 <= actual <= made.high + 1e-9,
                    **{
                        name: abs(actual - value)
                        for name, value in naive(past, ahead=ahead).items()
                    },
                }
            )
    return pd.DataFrame(rows)


def summary(rows: pd.DataFrame) -> dict[str, float]:
    """Reduce the rows of a series to its figures."""
    fair = rows[rows["known"].ge(SEASON)].dropna()
    best = min(fair["same_month"].mean(), fair["year_mean"].mean())
    held = {
        f"held_{name}": rows.loc[
            rows["known"].ge(low) & rows["known"].lt(high), "held"
        ].mean()
        for name, (low, high) in GROUPS.items()
    }
    return {
        "n": len(rows),
        "error": fair["error"].mean(),
        "same_month": fair["same_month"].mean(),
        "year_mean": fair["year_mean"].mean(),
        "ratio": fair["error"].mean() / best,
        "held": rows["held"].mean(),
        **held,
    }


def of_kind(posts: pd.DataFrame, kind: str, step: int) -> tuple[pd.DataFrame, ...]:
    """Return the summary per series of a kind of post, and all rows."""
    rows = {name: rolled(values, step) for name, values in series(posts, kind).items()}
    found = pd.DataFrame({name: summary(part) for name, part in rows.items()}).T
    return found, pd.concat(rows, names=["series"])


def geometric(ratios: pd.Series[float]) -> float:
    """Return the geometric mean."""
    return round(float(np.exp(np.log(ratios).mean())), 4)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    start = time.perf_counter()
    step = 3 if options.quick else 1
    posts = archive.read(DATA)
    found, everything = of_kind(posts, "original", step)
    print(found.round(3).to_string())
    other, _ = of_kind(posts, "reply", step)
    print("\nreplies, not looked at when the rule was chosen:")
    print(other.round(3).to_string())
    fair = everything[everything["known"].ge(SEASON)].dropna()
    means = fair.groupby(["series", "ahead"])[["error", "same_month", "year_mean"]]
    by_ahead = means.mean()
    ratios = by_ahead["error"] / by_ahead[["same_month", "year_mean"]].min(axis=1)
    print("\nratio by months ahead (geometric mean over the series):")
    print(np.exp(np.log(ratios).groupby("ahead").mean()).round(3).to_string())
    print("\nheld by months ahead:")
    print(everything.groupby("ahead")["held"].mean().round(3).to_string())
    figures = {
        "coverage_90": round(float(found["held"].mean()), 4),
        "error_ratio_to_best_naive": geometric(found["ratio"]),
        "coverage_90_replies": round(float(other["held"].mean()), 4),
        "error_ratio_replies": geometric(other["ratio"]),
        "worst_series_ratio": round(float(found["ratio"].max()), 4),
        **{
            f"coverage_90_known_{g}": round(float(found[f"held_{g}"].mean()), 4)
            for g in GROUPS
        },
        "forecasts": len(everything),
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(f"\n{figures['forecasts']} forecasts in {figures['seconds']} s")
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
