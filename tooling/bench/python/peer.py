"""A peer that waits for tasks: `python peer.py MODULE`, where MODULE has TASKS and VERSIONS.

Each line on stdin is a JSON object {"task", "options", "folder"?}; each line on stdout is the answer: {"seconds",
"digest", "shape", "arrays"} or {"error"}. The first line on stdout says which versions answer. Only the task itself is
timed, not what is done here with its result.
"""

import base64
import hashlib
import importlib
import json
import pathlib
import sys
import time
import traceback

import numpy

SMALL = 4096
"""Up to so many bytes, an array travels in the answer itself."""

answers = sys.stdout
sys.stdout = sys.stderr  # What a library prints must not be taken for an answer.


def answer(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def perform(task, options, folder=None):
    """A task is a pair: what is measured, and how its result is told as a shape and plain arrays."""
    measured, describe = peer.TASKS[task]
    begin = time.perf_counter()
    result = measured(**options)
    seconds = time.perf_counter() - begin
    shape, arrays = describe(result)
    digest = hashlib.sha1(json.dumps(shape).encode())
    sent = {}
    for name, values in arrays.items():
        values = numpy.ascontiguousarray(values)
        digest.update(values.tobytes())
        sent[name] = {"dtype": values.dtype.name, **place(name, values, folder)}
    return {"seconds": seconds, "digest": digest.hexdigest(), "shape": shape, "arrays": sent}


def place(name, values, folder):
    if values.nbytes <= SMALL:
        return {"base64": base64.b64encode(values.tobytes()).decode()}
    if folder is None:
        return {}
    path = pathlib.Path(folder) / f"{name}.bin"
    values.tofile(path)
    return {"file": str(path)}


peer = importlib.import_module(sys.argv[1])
answer({"versions": peer.VERSIONS})
for line in sys.stdin:
    try:
        answer(perform(**json.loads(line)))
    except Exception:
        answer({"error": traceback.format_exc()})
