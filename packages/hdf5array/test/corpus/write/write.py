"""Writes a corpus of small HDF5 files, and what h5py finds in each: `write.py SEED FOLDER [--only NUMBER]`.

Every file hangs on the seed and its number alone, so that `--only` writes one of them again. Beside the files: expected-N.jsonl, a
line per file, and values-N.bin with the bytes that those name by position and length. Prints as JSON how many files there are, how
many choices HDF5 refused, and how often it crashed.
"""

import argparse
import json
import os
import subprocess
import sys
import threading

import numpy

from choices import Choices
from oracle import Oracle
from themes import COUNTS, FLAWLESS

# What is chosen may be refused by HDF5: then other choices are made.
ATTEMPTS = 20
REFUSALS = (OSError, RuntimeError, ValueError, TypeError, KeyError, NotImplementedError, OverflowError, AttributeError)

# Writing may also crash HDF5, or keep it busy without end.
CRASHES = 10
PATIENCE = 120


def plan():
    """The theme of each file, by number; themes take turns, so that processes have equal work."""
    places = [(place / count, theme) for theme, count in COUNTS.items() for place in range(count)]
    return [theme for _, theme in sorted(places, key=lambda one: (one[0], one[1].__name__))]


def write_file(theme, seed, number, first, folder, oracle, refused):
    """Writes a file and returns its path and what is in it; counts the refusals on the way there."""
    path = os.path.join(folder, f"{number:04d}-{theme.__name__.replace('_', '-')}.h5")
    for attempt in range(first, first + ATTEMPTS):
        # A file that could not be closed counts as open still, but for its name.
        if os.path.exists(path):
            os.remove(path)
        try:
            theme(Choices(numpy.random.default_rng([seed, number, attempt])), path)
            answer = oracle.describe(path)
            if theme in FLAWLESS and '"error"' in json.dumps(answer):
                raise ValueError("HDF5 cannot read what it wrote")
            return path, answer
        except REFUSALS as error:
            text = f"{theme.__name__}: {type(error).__name__}: {error}"
            refused[text] = refused.get(text, 0) + 1
            last = error
    raise RuntimeError(f"file {number} ({theme.__name__}) could not be written") from last


def write_share(seed, folder, share, shares, begin, first):
    """Writes every file whose number is `share` modulo `shares`, from `begin` on; `first` is that one's first attempt."""
    refused = {}
    values = os.path.join(folder, f"values-{share}.bin")
    expected = os.path.join(folder, f"expected-{share}.jsonl")
    with open(values, "ab") as stream, open(expected, "a", encoding="ascii") as lines:
        oracle = Oracle(stream)
        for number, theme in enumerate(plan()):
            if number % shares != share or number < begin:
                continue
            print(number, flush=True)
            attempt = first if number == begin else 0
            path, answer = write_file(theme, seed, number, attempt, folder, oracle, refused)
            head = {
                "file": os.path.basename(path),
                "theme": theme.__name__.replace("_", "-"),
                "again": f"write.py {seed} FOLDER --only {number}" + (f" --attempt {attempt}" if attempt else ""),
                "values": f"values-{share}.bin",
            }
            stream.flush()
            print(json.dumps(head | answer), file=lines, flush=True)
    return refused


def supervise(seed, folder, share, shares, outcome):
    """Has a process write a share of the files; another goes on, with other choices, where HDF5 crashed."""
    number, first, crashes, refused, timer = 0, 0, 0, {}, None
    while crashes < CRASHES:
        task = [seed, folder, "--share", share, "--shares", shares, "--begin", number, "--attempt", first]
        with subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), *map(str, task)], stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                if line.startswith("{"):
                    refused = json.loads(line)
                    break
                first = first if int(line) == number else 0
                number = int(line)
                if timer is not None:
                    timer.cancel()
                timer = threading.Timer(PATIENCE, process.kill)
                timer.start()
        if timer is not None:
            timer.cancel()
        if process.returncode == 0:
            outcome.append((refused, crashes))
            return
        crashes += 1
        first += ATTEMPTS
        print(f"file {number}: HDF5 crashed or hung (status {process.returncode})", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("folder")
    parser.add_argument("--only", type=int)
    parser.add_argument("--processes", type=int, default=2)
    for name in ["share", "shares", "begin", "attempt"]:
        parser.add_argument(f"--{name}", type=int, default=0)
    options = parser.parse_args()
    folder = os.path.abspath(options.folder)
    os.makedirs(folder, exist_ok=True)
    if options.only is not None:
        count = len(plan())
        print(json.dumps(write_share(options.seed, folder, options.only, count, options.only, options.attempt), indent=1))
        return
    if options.shares > 0:
        refused = write_share(options.seed, folder, options.share, options.shares, options.begin, options.attempt)
        print(json.dumps(refused))
        return
    for share in range(options.processes):
        for name in [f"expected-{share}.jsonl", f"values-{share}.bin"]:
            with open(os.path.join(folder, name), "w"):
                pass
    outcomes = []
    supervisors = [
        threading.Thread(target=supervise, args=(options.seed, folder, share, options.processes, outcomes))
        for share in range(options.processes)
    ]
    for one in supervisors:
        one.start()
    for one in supervisors:
        one.join()
    if len(outcomes) < options.processes:
        sys.exit("not all files could be written")
    refused = {}
    for share, _ in outcomes:
        for text, times in share.items():
            refused[text] = refused.get(text, 0) + times
    crashes = sum(crashes for _, crashes in outcomes)
    print(json.dumps({"files": len(plan()), "crashes": crashes, "refused": sum(refused.values()), "refusals": refused}))


if __name__ == "__main__":
    main()
