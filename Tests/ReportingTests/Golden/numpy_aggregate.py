"""Writes numpy_aggregate.csv from the epochs.csv beside it: numpy's mean and std (ddof 0) over the seeds."""

import csv
import pathlib

import numpy

METRICS = ["train_loss", "val_loss", "train_acc", "val_acc"]

here = pathlib.Path(__file__).parent
rows = list(csv.DictReader((here / "epochs.csv").open()))
groups = {}
for row in rows:
    groups.setdefault((row["norm"], row["learning_rate"], row["epoch"]), []).append(row)
with (here / "numpy_aggregate.csv").open("w") as out:
    names = [f"{metric}_{kind}" for metric in METRICS for kind in ("mean", "std")]
    print(*["norm", "learning_rate", "epoch", "n"], *names, sep=",", file=out)
    for key, group in groups.items():
        values = [numpy.array([float(row[metric]) for row in group]) for metric in METRICS]
        statistics = [repr(float(f(v))) for v in values for f in (numpy.mean, numpy.std)]
        print(*key, len(group), *statistics, sep=",", file=out)
