# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6"]
# ///
"""Writes random expressions and NumPy's answers: `generate.py SEED COUNT FOLDER`.

FOLDER gets batch-0.json and so on (`TreeBatch` in case.ts) and summary.json (`TreeSummary`).
"""

import json
import os
import sys
from itertools import islice

from cases import Generator, pairs

BATCH = 500


def dump(document, *path):
    with open(os.path.join(*path), "w", encoding="ascii", newline="\n") as out:
        json.dump(document, out, allow_nan=False, separators=(",", ":"))


def main(seed, count, folder):
    generator = Generator(seed, large=0.005)
    cases = generator.cases(count)
    batches = 0
    while batch := list(islice(cases, BATCH)):
        dump({"cases": batch}, folder, f"batch-{batches}.json")
        batches += 1
    aside = dict(sorted(generator.aside.items()))
    dump({"seed": seed, "batches": batches, "pairs": pairs(), "aside": aside}, folder, "summary.json")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
