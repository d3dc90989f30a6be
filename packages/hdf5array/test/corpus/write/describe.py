"""Notes what h5py finds in files that others have written: `describe.py FOLDER`.

Reads lines of JSON `{file, theme, again}` from standard input, and writes expected-others.jsonl and values-others.bin.
"""

import json
import os
import sys

from oracle import Oracle

folder = os.path.abspath(sys.argv[1])
values = "values-others.bin"
with open(os.path.join(folder, values), "wb") as stream, open(
    os.path.join(folder, "expected-others.jsonl"), "w", encoding="ascii"
) as lines:
    oracle = Oracle(stream)
    for line in sys.stdin:
        head = json.loads(line)
        path = os.path.normpath(os.path.join(folder, head["file"]))
        print(json.dumps(head | {"values": values} | oracle.describe(path)), file=lines)
