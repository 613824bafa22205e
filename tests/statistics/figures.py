"""Reckons with SciPy what src/clinic/report/{wilson,survival}.rs reckon: sets in on standard input, figures out.

Must not know: how Kinward reckons them. tests/it/reports/statistics.rs makes the sets and compares.
"""

import json
import sys
import warnings

import numpy as np
from scipy import stats


def wilson(one):
    interval = stats.binomtest(one["events"], one["of"]).proportion_ci(0.95, method="wilson")
    return {"lower": interval.low, "upper": interval.high}


def funnel(one):
    """Spiegelhalter's interpolated limits, from SciPy's own binomial distribution."""
    chance = stats.binom(one["of"], one["p"])

    def point(q):
        r = int(chance.ppf(q))
        while chance.cdf(r) <= q:
            r += 1
        share = (chance.cdf(r) - q) / (chance.cdf(r) - chance.cdf(r - 1))
        return min(max((r - share) / one["of"], 0.0), 1.0)

    return {"lower": point(one["tail"]), "upper": point(1.0 - one["tail"])}


def survival(one):
    days = np.array([watched[0] for watched in one], dtype=float)
    happened = np.array([watched[1] for watched in one], dtype=bool)
    waiting = stats.ecdf(stats.CensoredData.right_censored(days, ~happened)).sf
    # Where nobody waits any more the formula has no value: such a band is none.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        band = waiting.confidence_interval(0.95, method="log-log")
    steps = sorted(set(days[happened]))

    def figures(day):
        lower, upper = float(band.low.evaluate(day)), float(band.high.evaluate(day))
        share = float(waiting.evaluate(day))
        known = share > 0.0 and not (np.isnan(lower) or np.isnan(upper))
        return {"day": day, "waiting": share, "band": [lower, upper] if known else None}

    # The first day on which half or fewer wait, looked for on every day and not only where there is a step.
    every = range(int(days.max()) + 1)
    median = next((day for day in every if float(waiting.evaluate(day)) <= 0.5 + 1e-9), None)
    return {"steps": [figures(day) for day in steps], "median": median, "at_90": float(waiting.evaluate(90))}


sets = json.load(sys.stdin)
json.dump(
    {
        "wilson": [wilson(one) for one in sets["wilson"]],
        "funnel": [funnel(one) for one in sets["funnel"]],
        "survival": [survival(one) for one in sets["survival"]],
    },
    sys.stdout,
)
