"""Writes noise/*.csv: what numpy and scipy say of the test images of the sample sweep of the tests.

The sample is that of Support.swift: two norms, two learning rates, seeds 7, 9 and 12, of which one task has not begun
and one has not finished; 50 images, right by a formula.
"""

import csv
import math
import pathlib

import numpy
from scipy import signal, stats

IMAGES, RATES, SEEDS = 50, [0.0005, 0.001], [7, 9, 12]
# One has not begun, one has not finished.
MISSING = {("bn", 0.001, 12), ("ln", 0.0005, 7)}


def run(norm, rate, seed):
    share, step = (70 if norm == "bn" else 62), round(rate * 1e4)
    return numpy.array([(i * i * 37 + i * seed * (5 + step) + seed * 11) % 101 < share for i in range(IMAGES)], int)


def runs(norm, rate):
    return {seed: run(norm, rate, seed) for seed in SEEDS if (norm, rate, seed) not in MISSING}


def spread(values):
    """Standard deviation over seeds, that of the test set alone, the rest, and the share."""
    variance = (100 * values.mean(axis=1)).var(ddof=1)
    test_set = 100**2 * values.var(axis=0, ddof=1).sum() / IMAGES**2
    rest = IMAGES / (IMAGES - 1) * (variance - test_set)
    share = float(test_set / variance) if variance > 0 else ""
    return [math.sqrt(variance), math.sqrt(test_set), math.sqrt(max(0, rest)), share]


def interval(differences):
    """The bootstrap of endlessly many resamples, by convolutions one image at a time, with scipy's quantile rule."""
    sums, count = differences.sum(axis=0), len(differences)
    histogram = numpy.bincount(sums + count, minlength=2 * count + 1) / IMAGES
    total = numpy.ones(1)
    for _ in range(IMAGES):
        total = signal.convolve(total, histogram, method="direct")
    distribution = stats.rv_discrete(values=(numpy.arange(len(total)) - count * IMAGES, total / total.sum()))
    return [100 * float(distribution.ppf(q)) / (count * IMAGES) for q in (0.025, 0.975)]


def noise():
    yield ["norm", "learning_rate", "n", "missing", "images", "val_acc_mean", "val_acc_sd", "test_set_sd", "rest_sd",
           "test_set_share", "binomial_error", "undefined"]
    for norm in ("bn", "ln"):
        for rate in RATES:
            values = numpy.array(list(runs(norm, rate).values()))
            mean = values.mean()
            # The standard deviation of the mean of so many draws of one image.
            error = 100 * float(stats.binom.std(IMAGES, mean)) / IMAGES
            yield [norm, rate, len(values), 0, IMAGES, 100 * mean, *spread(values), error, ""]


def pairs():
    for rate in RATES:
        yield ["norm", "bn", "ln", "", rate], runs("bn", rate), runs("ln", rate)
    for norm in ("bn", "ln"):
        yield ["learning_rate", *RATES, norm, ""], runs(norm, RATES[0]), runs(norm, RATES[1])


def comparisons():
    yield ["axis", "first", "second", "norm", "learning_rate", "n", "images", "difference", "images_low", "images_high",
           "difference_sd", "test_set_sd", "rest_sd", "test_set_share", "undefined"]
    for names, first, second in pairs():
        seeds = sorted(first.keys() & second.keys())
        differences = numpy.array([first[seed] - second[seed] for seed in seeds])
        parts = spread(differences)
        yield [*names, len(seeds), IMAGES, 100 * differences.mean(), *interval(differences), *parts,
               "no variance: test_set_share" if parts[-1] == "" else ""]


def agreements():
    yield ["axis", "first", "second", "norm", "learning_rate", "seed", "images", "both", "only_first", "only_second",
           "neither", "mcnemar_p"]
    for names, first, second in pairs():
        for seed in sorted(first.keys() & second.keys()):
            (neither, only_second), (only_first, both) = stats.contingency.crosstab(
                first[seed], second[seed], levels=([0, 1], [0, 1])).count.tolist()
            p = stats.binomtest(only_first, only_first + only_second).pvalue if only_first + only_second else 1
            yield [*names, seed, IMAGES, both, only_first, only_second, neither, p]


def text(value):
    return repr(float(value)) if isinstance(value, (float, numpy.floating)) else str(value)


for name, rows in (("noise", noise), ("noise_comparison", comparisons), ("agreement", agreements)):
    with (pathlib.Path(__file__).parent / "noise" / f"{name}.csv").open("w") as out:
        csv.writer(out, lineterminator="\n").writerows([[text(value) for value in row] for row in rows()])
