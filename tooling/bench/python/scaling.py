import numpy


def scaling_for(columns):
    """One factor per column; a formula whose every step is exact or correctly rounded, hence equal in JavaScript."""
    return 0.5 + numpy.arange(columns) / columns
