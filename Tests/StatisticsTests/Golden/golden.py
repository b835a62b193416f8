"""Writes golden.json beside it: what scipy, statsmodels, autorank, rliable and mpmath give for the cases of the tests.

usage: python golden.py [FILE]     (numpy 2.4, pandas 2.3, scipy 1.17, statsmodels 0.15, autorank 1.3, rliable 1.2,
mpmath 1.4)

The cases are the same at every run. Numbers from resampling are near those of the file, not equal: their keys end in
`_resampled`.
"""

import fractions
import itertools
import json
import pathlib
import sys
import warnings

import autorank
import mpmath
import numpy
import pandas
from rliable import library as rliable
from rliable import metrics
from scipy import signal, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import std_prop

warnings.simplefilter("ignore")
mpmath.mp.dps = 30


def numbers(values):
    return [float(value) for value in values]


def number(value):
    """statsmodels gives NaN for large effects, where scipy's noncentral t does."""
    value = float(numpy.atleast_1d(value)[0])
    return value if numpy.isfinite(value) else None


def paired_cases():
    """Names, first and second values. Accuracies have two decimals, as those of 10,000 images have."""
    random = numpy.random.default_rng(17)
    cases = {}
    for n in (1, 2, 5, 6, 8, 12, 20, 21, 40):
        first = numpy.round(random.normal(71.5, 0.8, n), 2)
        cases[f"accuracies {n}"] = (first, numpy.round(first - random.normal(0.4, 0.6, n), 2))
    for n in (5, 6, 20):
        first = random.normal(0.7, 0.05, n)
        cases[f"losses {n}"] = (first, first + random.normal(-0.01, 0.02, n))
    # Equal sums of decimals that are no equal sums of Doubles: 0.1 + 0.2 and 0.3.
    cases["decimal ties 6"] = ([71.1, 71.2, 71.3, 70.4, 69.9, 70.3], [71.0, 71.0, 71.0, 70.5, 70.1, 70.2])
    cases["decimal ties 12"] = (
        [71.1, 71.2, 71.3, 70.4, 69.9, 70.3] * 2,
        [71.0, 71.0, 71.0, 70.5, 70.1, 70.2, 70.9, 71.1, 71.0, 70.2, 70.2, 70.3])
    cases["some equal 6"] = ([71.3, 70.1, 71.9, 70.4, 71.6, 70.0], [71.3, 69.6, 71.9, 69.9, 71.7, 69.2])
    cases["all equal 5"] = ([71.3, 70.1, 71.9, 70.4, 71.6], [71.3, 70.1, 71.9, 70.4, 71.6])
    # The same decimal difference, which is not the same difference of Doubles.
    cases["constant 6"] = ([71.3, 70.1, 71.9, 70.4, 71.6, 70.0], [70.1, 68.9, 70.7, 69.2, 70.4, 68.8])
    cases["large effect 5"] = ([80.1, 80.3, 79.9, 80.2, 80.0], [70.2, 70.1, 70.3, 69.9, 70.0])
    return {name: (numpy.array(a, float), numpy.array(b, float)) for name, (a, b) in cases.items()}


def decimal_differences(first, second):
    """As exact fractions of the decimals that are meant."""
    return [fractions.Fraction(repr(float(a))) - fractions.Fraction(repr(float(b))) for a, b in zip(first, second)]


def sign_flip(first, second):
    """The exact p by a look at every pattern, in exact fractions of the decimals; up to 12 pairs."""
    differences = decimal_differences(first, second)
    observed = abs(sum(differences))
    count = sum(
        abs(sum(sign * difference for sign, difference in zip(signs, differences))) >= observed
        for signs in itertools.product((1, -1), repeat=len(differences)))
    return count / 2 ** len(differences)


def scipy_sign_flip(first, second):
    def statistic(a, b, axis):
        return numpy.sum(a - b, axis=axis)

    return float(stats.permutation_test(
        (first, second), statistic, permutation_type="samples", n_resamples=numpy.inf, batch=20_000,
        vectorized=True).pvalue)


def hedges(freedom):
    half = mpmath.mpf(freedom) / 2
    return mpmath.gamma(half) / (mpmath.sqrt(half) * mpmath.gamma(half - mpmath.mpf(1) / 2))


def superiority(first, second):
    def share(a, b, axis):
        difference = numpy.round(a - b, 9)
        return numpy.mean((difference > 0) + 0.5 * (difference == 0), axis=axis)

    return numbers(stats.bootstrap(
        (first, second), share, paired=True, vectorized=True, n_resamples=100_000, method="percentile",
        rng=numpy.random.default_rng(5)).confidence_interval)


def paired():
    rows = []
    for name, (first, second) in paired_cases().items():
        n, difference = len(first), first - second
        row = {"name": name, "first": numbers(first), "second": numbers(second)}
        decimals = decimal_differences(first, second)
        varies = len(set(decimals)) > 1
        if name != "losses 20" and 1 < n <= 12:
            row["sign_flip_fractions"] = sign_flip(first, second)
        if 1 < n <= 21 and "ties" not in name and "constant" not in name and "equal" not in name:
            row["sign_flip_scipy"] = scipy_sign_flip(first, second)
        if n > 1 and varies:
            low, high = stats.ttest_rel(first, second).confidence_interval(0.95)
            row |= {"interval": numbers([low, high]), "dz": float(difference.mean() / difference.std(ddof=1))}
            row["sem"] = float(stats.sem(first))
            row["mean_interval"] = numbers(stats.t.interval(0.95, n - 1, first.mean(), stats.sem(first)))
            row["t_p"] = float(stats.ttest_rel(first, second).pvalue)
            if n > 2:
                row["hedges"] = float(hedges(n - 1) * row["dz"])
            row["pairs_for_80"] = number(TTestPower().solve_power(abs(row["dz"]), None, 0.05, 0.8))
        row["superiority"] = float(numpy.mean([(d > 0) + 0.5 * (d == 0) for d in decimals]))
        if n > 1 and len({(d > 0) - (d < 0) for d in decimals}) > 1:
            row["superiority_interval_resampled"] = superiority(first, second)
        rows.append(row)
    return rows


def exact_power(effect, pairs, level):
    """P(|T′| > t*) to 25 digits: the integral over the χ distribution."""
    freedom = mpmath.mpf(pairs - 1)
    critical = mpmath.findroot(
        lambda t: mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True) - level,
        stats.t.isf(float(level) / 2, pairs - 1))
    shift = mpmath.mpf(effect) * mpmath.sqrt(pairs)

    def integrand(r):
        density = 2 * (r * r / 2) ** (freedom / 2) * mpmath.exp(-r * r / 2) / r / mpmath.gamma(freedom / 2)
        z = critical * r / mpmath.sqrt(freedom)
        return density * (mpmath.ncdf(shift - z) + mpmath.ncdf(-shift - z))

    root = mpmath.sqrt(freedom)
    low, high = max(mpmath.mpf(0), root - 14), root + 14
    parts = [low + (high - low) * k / 60 for k in range(61)]
    return float(mpmath.quad(integrand, parts, method="gauss-legendre", maxdegree=4))


def power():
    rows = []
    for effect, pairs in [
            (0.0, 2), (0.0, 40), (0.2, 5), (0.5, 2), (0.5, 5), (0.5, 20), (0.8, 6), (1.0, 5), (1.5, 5), (3.0, 3),
            (8.0, 2), (16.0, 2), (-0.5, 20), (0.3, 90), (0.1, 787), (4.0, 21), (12.0, 5), (0.028, 10_000)]:
        rows.append({
            "effect": effect, "pairs": pairs, "exact": exact_power(abs(effect), pairs, mpmath.mpf("0.05")),
            "statsmodels": number(TTestPower().power(effect, pairs, 0.05, alternative="two-sided"))})
    return rows


def pairs_needed():
    effects = [0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0]
    return [{"effect": effect, "pairs": number(TTestPower().solve_power(effect, None, 0.05, 0.8))}
            for effect in effects]


def holm():
    random = numpy.random.default_rng(3)
    families = [
        [0.04], [0.01, 0.04, 0.03, 0.005], [0.02, 0.02, 0.02], [1, 0.5, 1, 0.9],
        [0.0625, 0.03125, 0.03125, 0.5, 0.0625],
        numbers(random.uniform(0, 0.2, 30)), numbers(numpy.round(random.uniform(0, 0.05, 20), 3))]
    return [{"family": numbers(f), "adjusted": numbers(multipletests(f, method="holm")[1])} for f in families]


def mcnemars():
    tables = [(0, 0), (1, 0), (3, 3), (1, 5), (0, 6), (10, 21), (400, 400), (400, 401), (350, 450), (612, 744),
              (0, 1200), (2500, 2300), (5000, 5000), (4800, 5200)]
    return [{"only_first": b, "only_second": c,
             "p": float(mcnemar([[100, b], [c, 50]], exact=True).pvalue),
             "scipy": float(stats.binomtest(b, b + c, 0.5).pvalue) if b + c else 1.0} for b, c in tables]


def interquartile_means():
    random = numpy.random.default_rng(9)
    cases = {f"{runs} runs of {tasks} points": numpy.round(
        random.normal(70, 1, (runs, tasks)) + random.normal(0, 3, tasks), 2)
        for runs, tasks in ((1, 4), (2, 3), (5, 1), (5, 4), (6, 7), (20, 4), (21, 2))}
    rows = []
    for name, scores in cases.items():
        row = {"name": name, "strata": [numbers(column) for column in scores.T],
               "mean": float(metrics.aggregate_iqm(scores))}
        if len(scores) > 1:
            numpy.random.seed(11)
            _, intervals = rliable.get_interval_estimates(
                {"a": scores}, lambda x: numpy.array([metrics.aggregate_iqm(x)]), reps=50_000)
            row["interval_resampled"] = numbers(intervals["a"][:, 0])
        rows.append(row)
    # Seeds that are missing in one point: rliable takes no such table, so the bootstrap is written out.
    strata = [numbers(numpy.round(random.normal(70 + k, 1, n), 2)) for k, n in enumerate((6, 5, 2, 1))]
    draws = [numpy.concatenate([random.choice(s, len(s)) for s in strata]) for _ in range(50_000)]
    means = [stats.trim_mean(draw, 0.25) for draw in draws]
    mean = float(stats.trim_mean(numpy.concatenate(strata), 0.25))
    rows.append({"name": "missing seeds", "strata": strata, "mean": mean,
                 "interval_resampled": numbers(numpy.percentile(means, [2.5, 97.5]))})
    return rows


def outcomes(random, runs, images):
    """Runs of two points on images of differing difficulty, as rows of 0 and 1."""
    ease = random.beta(2.0, 0.7, images)
    shift = random.normal(0.02, 0.1, images)
    first = random.uniform(size=(runs, images)) < ease
    second = random.uniform(size=(runs, images)) < numpy.clip(ease - shift, 0, 1)
    return first.astype(int), second.astype(int)


def image_cases():
    random = numpy.random.default_rng(21)
    rows = []
    for runs, images in ((1, 400), (2, 64), (5, 1000), (6, 1003)):
        first, second = outcomes(random, runs, images)
        sums = (first - second).sum(axis=0)
        row = {"images": images, "first": ["".join(map(str, run)) for run in first],
               "second": ["".join(map(str, run)) for run in second],
               "difference": float(100 * (first.mean() - second.mean()))}
        means = random.choice(sums, (40_000, images)).mean(axis=1) / runs * 100
        row["image_interval_resampled"] = numbers(numpy.percentile(means, [2.5, 97.5]))
        row["image_interval"] = exact_images(sums, runs)
        row["mcnemar"] = [float(stats.binomtest(int((a > b).sum()), int((a != b).sum()), 0.5).pvalue)
                          for a, b in zip(first, second)]
        if runs > 1:
            row["spread"] = spread(first)
            row["paired_spread"] = spread(first - second)
        rows.append(row)
    return rows


def binomial_errors():
    """The standard error of a share, in percentage points."""
    return [{"accuracy": accuracy, "images": images,
             "error": 100 * float(std_prop(accuracy / 100, images))}
            for accuracy in (0.0, 0.1, 10.0, 50.0, 71.28, 75.0, 99.9, 100.0) for images in (1, 40, 600, 10_000)]


def exact_images(sums, runs):
    """The bootstrap of endlessly many resamples, by convolutions one image at a time, with scipy's quantile rule."""
    histogram = numpy.bincount(sums + runs, minlength=2 * runs + 1) / len(sums)
    total = numpy.ones(1)
    for _ in range(len(sums)):
        total = signal.convolve(total, histogram, method="direct")
    distribution = stats.rv_discrete(values=(numpy.arange(len(total)) - runs * len(sums), total / total.sum()))
    return [float(100 * distribution.ppf(q) / (runs * len(sums))) for q in (0.025, 0.975)]


def spread(values):
    runs, images = values.shape
    accuracy = 100 * values.mean(axis=1)
    variance = accuracy.var(ddof=1)
    test_set = 100**2 * values.var(axis=0, ddof=1).sum() / images**2
    return {"variance": float(variance), "test_set_variance": float(test_set),
            "rest_variance": float(images / (images - 1) * (variance - test_set))}


def autorank_cases():
    """autorank's p of two normal populations, and its interval of each mean, whose level it corrects for two."""
    rows = []
    for name in ("accuracies 8", "accuracies 20", "losses 20"):
        first, second = paired_cases()[name]
        result = autorank.autorank(pandas.DataFrame({"first": first, "second": second}), force_mode="parametric")
        frame = result.rankdf
        rows.append({"name": name, "omnibus": result.omnibus, "p": float(result.pvalue),
                     "level": result.alpha / 2,
                     "interval": numbers(frame.loc["first", ["ci_lower", "ci_upper"]])})
    return rows


def functions():
    points = [-9.0, -3.0, -1.0, -1e-8, 0.0, 1e-8, 0.1, 0.5, 1.0, 1.96, 2.9, 2.9999999, 3.0, 3.5, 5.0, 8.0, 15.0, 30.0]
    exponents = [-700.0, -50.0, -2.5, -1.0, -0.3, -1e-9, 0.0, 0.3, 1.0, 10.0, 700.0]
    return {
        "normal_upper_tail": [[x, float(mpmath.erfc(mpmath.mpf(x) / mpmath.sqrt(2)) / 2)] for x in points],
        "exponential": [[x, float(mpmath.exp(mpmath.mpf(x)))] for x in exponents],
        "hedges_factor": [[nu, float(hedges(nu))] for nu in (2, 3, 4, 5, 9, 19, 20, 39, 100, 999)],
    }


def main():
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("golden.json")
    golden = {
        "paired": paired(), "power": power(), "pairs_needed": pairs_needed(), "holm": holm(), "mcnemar": mcnemars(),
        "interquartile_means": interquartile_means(), "images": image_cases(), "autorank": autorank_cases(),
        "functions": functions(), "binomial_errors": binomial_errors()}
    target.write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


main()
