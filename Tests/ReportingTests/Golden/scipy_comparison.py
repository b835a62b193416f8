"""Writes scipy_comparison.csv from the epochs.csv beside it: scipy's ttest_rel of every two points that differ in one
axis, for the final and the best validation accuracy. Made with scipy 1.17."""

import csv
import itertools
import pathlib

import numpy
from scipy import stats

AXES = ["norm", "learning_rate"]
EPOCHS = 3

here = pathlib.Path(__file__).parent
runs = {}
for row in csv.DictReader((here / "epochs.csv").open()):
    point = tuple(row[axis] for axis in AXES)
    runs.setdefault(point, {}).setdefault(int(row["seed"]), []).append(float(row["val_acc"]))
finished = {p: {s: v for s, v in seeds.items() if len(v) == EPOCHS} for p, seeds in runs.items()}

with (here / "scipy_comparison.csv").open("w") as out:
    print("axis,first,second,norm,learning_rate,metric,n,mean,std,t,p,low,high", file=out)
    for index, axis in enumerate(AXES):
        for first, second in itertools.combinations(sorted(finished), 2):
            if [a != b for a, b in zip(first, second)] != [i == index for i in range(len(AXES))]:
                continue
            seeds = sorted(finished[first].keys() & finished[second].keys())
            rest = ["" if i == index else value for i, value in enumerate(first)]
            for metric, pick in (("final_val_acc", lambda v: v[-1]), ("best_val_acc", max)):
                a, b = ([pick(finished[p][s]) for s in seeds] for p in (first, second))
                test = stats.ttest_rel(a, b)
                interval = test.confidence_interval(0.95)
                difference = numpy.array(a) - numpy.array(b)
                numbers = [difference.mean(), difference.std(), test.statistic, test.pvalue, *interval]
                print(axis, first[index], second[index], *rest, metric, len(seeds),
                      *[repr(float(x)) for x in numbers], sep=",", file=out)
