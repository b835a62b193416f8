"""Writes epochs.csv, comparison.json, final.json and summary.json beside it: a made-up sweep of one epoch whose points
have 1, 2, 5, 20 and 21 finished seeds, some of them missing and one with none, and what scipy and statsmodels say of
it.

usage: python expected.py [DIRECTORY]     (numpy 2.4, scipy 1.17, statsmodels 0.15)

Accuracies have two decimals and losses four, so sums of differences are counted as whole numbers. The training loss of
`ln` is that of `bn` and 0.25 more, which has no variance; the training accuracy of all points is equal.
"""

import csv
import itertools
import json
import pathlib
import sys
import warnings

import numpy
from scipy import stats
from scipy.special import gammaln
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

warnings.simplefilter("ignore")
AXES = ["norm", "batch_size"]
METRICS = ["final_train_loss", "final_val_loss", "final_train_acc", "final_val_acc", "best_val_acc"]
SEED_COUNTS = {8: 1, 16: 2, 32: 5, 64: 20, 128: 21}
DECIMALS = {"final_train_loss": 4, "final_val_loss": 4, "final_train_acc": 2, "final_val_acc": 2, "best_val_acc": 2}


def runs():
    """Of each point, the values of each metric by seed; metrics in hundredths or ten-thousandths."""
    random = numpy.random.default_rng(17)
    points = {}
    for norm, size in itertools.product(["bn", "ln", "none"], SEED_COUNTS):
        point = points[norm, size] = {}
        for seed in range(1, SEED_COUNTS[size] + 1):
            luck = random.normal(0, 60)
            loss = 9000 + 7 * seed + size + (2500 if norm == "ln" else 0 if norm == "bn" else random.integers(-40, 40))
            accuracy = round(7000 + luck + {"bn": 45, "ln": 0, "none": 30}[norm] + random.normal(0, 40))
            if norm == "none" and (size == 8 or seed in (3, 4)):
                continue
            point[seed] = {
                "final_train_loss": int(loss), "final_val_loss": int(random.normal(8000, 200) - 4 * luck),
                "final_train_acc": 8000 + seed, "final_val_acc": accuracy, "best_val_acc": accuracy}
    return points


def value(units, metric):
    """The double that is nearest to the decimal number."""
    return float(f"{units / 10 ** DECIMALS[metric]:.{DECIMALS[metric]}f}")


def sign_flip(differences):
    """The exact p from the number of patterns of signs that have each sum."""
    counts = {0: 1}
    for difference in differences:
        following = {}
        for total, count in counts.items():
            for sign in (1, -1):
                key = total + sign * difference
                following[key] = following.get(key, 0) + count
        counts = following
    observed = abs(sum(differences))
    return sum(count for total, count in counts.items() if abs(total) >= observed) / 2 ** len(differences)


def compare(points, first, second, metric):
    seeds = sorted(points[first].keys() & points[second].keys())
    units = [points[first][seed][metric] - points[second][seed][metric] for seed in seeds]
    n, row = len(seeds), {}
    if n > 0:
        row["superiority"] = (sum(u > 0 for u in units) + sum(u == 0 for u in units) / 2) / n
        row["least_p"] = 2 / 2 ** n if n <= 20 else 1 / 10_001
    if n > 1:
        row["sign_flip_p"] = sign_flip(units)
    if n > 1 and len(set(units)) > 1:
        differences = numpy.array(units) / 10 ** DECIMALS[metric]
        row["dz"] = float(differences.mean() / differences.std(ddof=1))
        if n > 2:
            row["hedges_g"] = row["dz"] * hedges_factor((n - 1) / 2)
        row |= pairs_needed(abs(row["dz"]))
    signs = [(u > 0) - (u < 0) for u in units]
    if n > 1 and len(set(signs)) > 1:
        random = numpy.random.default_rng(3)
        scores = numpy.array(signs) / 2 + 0.5
        means = random.choice(scores, (100_000, n)).mean(axis=1)
        row["superiority_interval_resampled"] = [float(x) for x in numpy.percentile(means, [2.5, 97.5])]
    return n, row


def pairs_needed(effect):
    """The least number with a power of 80 %; empty where scipy's noncentral t has no number, or above 10,000."""
    def power(pairs):
        return TTestPower().power(effect, pairs, 0.05, alternative="two-sided")

    for pairs in itertools.chain(range(2, 200), range(200, 10_001, 100)):
        if not numpy.isfinite(power(pairs)):
            return {}
        if power(pairs) >= 0.8:
            first = pairs - 99 if pairs > 200 else pairs
            return {"pairs_for_80": next(n for n in range(first, pairs + 1) if power(n) >= 0.8)}
    return {"pairs_for_80": 10_001}


def hedges_factor(half):
    return float(numpy.exp(gammaln(half) - gammaln(half - 0.5)) / numpy.sqrt(half))


def comparisons(points):
    rows = []
    for index, axis in enumerate(AXES):
        family = []
        for first, second in itertools.combinations(sorted(points), 2):
            if [a != b for a, b in zip(first, second)] != [i == index for i in range(len(AXES))]:
                continue
            for metric in METRICS:
                n, numbers = compare(points, first, second, metric)
                family.append({"axis": axis, "first": str(first[index]), "second": str(second[index]),
                               "rest": str(first[1 - index]), "metric": metric, "n": n} | numbers)
        for metric in METRICS:
            members = [row for row in family if row["metric"] == metric and "sign_flip_p" in row]
            for row, p in zip(members, multipletests([row["sign_flip_p"] for row in members], method="holm")[1]):
                row["holm_p"] = float(p)
        rows += family
    return rows


def finals(points):
    rows = []
    for (norm, size), seeds in sorted(points.items()):
        row = {"norm": norm, "batch_size": str(size), "n": len(seeds)}
        for metric in METRICS:
            values = [value(seeds[seed][metric], metric) for seed in sorted(seeds)]
            if len(values) > 1:
                row[metric] = {"sem": float(stats.sem(values)), "interval": [
                    float(x) for x in stats.t.interval(0.95, len(values) - 1, numpy.mean(values), stats.sem(values))]}
        rows.append(row)
    return rows


def summaries(points):
    random = numpy.random.default_rng(5)
    rows = []
    for index, axis in enumerate(AXES):
        for chosen in sorted({point[index] for point in points}):
            members = [points[point] for point in sorted(points) if point[index] == chosen and points[point]]
            for metric in METRICS:
                strata = [numpy.array([value(seeds[s][metric], metric) for s in sorted(seeds)]) for seeds in members]
                pool = numpy.concatenate(strata)
                row = {"axis": axis, "value": str(chosen), "metric": metric, "points": len(strata), "n": len(pool),
                       "iqm": float(stats.trim_mean(pool, 0.25))}
                if any(len(set(stratum)) > 1 for stratum in strata):
                    draws = numpy.concatenate([random.choice(s, (20_000, len(s))) for s in strata], axis=1)
                    means = stats.trim_mean(draws, 0.25, axis=1)
                    row["interval_resampled"] = [float(x) for x in numpy.percentile(means, [2.5, 97.5])]
                rows.append(row)
    return rows


def main():
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    points = runs()
    with (target / "epochs.csv").open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*AXES, "seed", "epoch", "train_loss", "val_loss", "train_acc", "val_acc"])
        for (norm, size), seeds in sorted(points.items()):
            for seed, metrics in sorted(seeds.items()):
                writer.writerow([norm, size, seed, 1] + [
                    f"{metrics[m] / 10 ** DECIMALS[m]:.{DECIMALS[m]}f}" for m in METRICS[:4]])
    for name, rows in (("comparison", comparisons(points)), ("final", finals(points)), ("summary", summaries(points))):
        (target / f"{name}.json").write_text(json.dumps(rows, indent=1, allow_nan=False) + "\n")


main()
