"""Writes scipy_density.csv: of a formula's values, scipy's gaussian_kde (Scott's rule, as seaborn draws it) at three
places, and numpy's quartiles. Made with scipy 1.17 and numpy 2."""

import pathlib

import numpy
from scipy import stats

# Whole numbers over a power of two: the same on every host.
values = [((i * 7919) % 1009 - 504) / 65536 for i in range(500)]
kernels = stats.gaussian_kde(values)
numbers = [kernels.factor * numpy.std(values, ddof=1), *kernels([-0.01, 0.0, 0.005]),
           *numpy.percentile(values, [25, 50, 75])]
with (pathlib.Path(__file__).parent / "scipy_density.csv").open("w") as out:
    print("bandwidth,at_-0.01,at_0,at_0.005,q25,q50,q75", file=out)
    print(*[repr(float(x)) for x in numbers], sep=",", file=out)
