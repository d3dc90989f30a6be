"""Writes the base files and bases.json, which says what to look up in each: `prepare.py FOLDER`."""

import json
import os
import sys

import h5py

from base_files import write_all
from list_probes import list_probes

folder = sys.argv[1]
bases = []
for name in write_all(folder):
    with h5py.File(os.path.join(folder, f"{name}.h5")) as file:
        bases.append({"name": name, "probes": list_probes(file.id)})
with open(os.path.join(folder, "bases.json"), "w") as out:
    json.dump({"h5py": h5py.version.version, "hdf5": h5py.version.hdf5_version, "bases": bases}, out)
