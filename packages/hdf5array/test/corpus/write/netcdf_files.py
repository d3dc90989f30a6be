"""Files as netCDF-4 writes them: `netcdf_files.py SEED FOLDER`."""

import os
import sys

import netCDF4
import numpy

from choices import Choices

COUNT = 80
KINDS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]


def write(choices, path):
    model = choices.pick(["NETCDF4", "NETCDF4", "NETCDF4_CLASSIC"])
    with netCDF4.Dataset(path, "w", format=model) as file:
        file.title = "corpus"
        file.version = numpy.float32(1.5)
        places = [file]
        if model == "NETCDF4":
            places += [file.createGroup("group"), file.createGroup("group/inner")]
        file.createDimension("time", None)
        sizes = {"x": choices.between(1, 20), "y": choices.between(1, 20)}
        for name, size in sizes.items():
            file.createDimension(name, size)
        if model == "NETCDF4":
            file.createDimension("more", None)
            level = file.createEnumType("u1", "level", {"low": 0, "high": 7})
            pair = file.createCompoundType(numpy.dtype([("a", "i4"), ("b", "f8")]), "pair")
            ragged = file.createVLType("i4", "ragged")
        file.createVariable("time", "f8", ("time",), chunksizes=(16,)).units = "days since 2000-01-01"
        for i in range(choices.between(1, 6)):
            place = choices.pick(places)
            axes = tuple(choices.some(["time", "x", "y"]))
            if model == "NETCDF4" and choices.chance(0.2):
                axes = ("time", "more")
            kind = choices.pick(KINDS if model == "NETCDF4" else ["i1", "i2", "i4", "f4", "f8"])
            options = {}
            if axes:
                options = {
                    "zlib": choices.chance(0.5),
                    "shuffle": choices.chance(0.7),
                    "fletcher32": choices.chance(0.3),
                    "complevel": choices.between(1, 9),
                    "contiguous": False,
                }
                # Left alone, netCDF makes chunks of a megabyte along axes without an end.
                if "time" in axes or choices.chance(0.4):
                    options["chunksizes"] = [choices.between(1, sizes.get(axis, 7)) for axis in axes]
            order, endian = choices.pick([("", "native"), (">", "big"), ("<", "little")])
            variable = place.createVariable(f"v{i}", order + kind, axes, endian=endian, fill_value=choices.pick([None, 7, False]), **options)
            shape = tuple(sizes.get(axis, choices.between(0, 9)) for axis in axes)
            variable[...] = (choices.generator.random(shape) * 100).astype(kind)
            variable.units = choices.pick(["m", "°C", ""])
            variable.valid_range = numpy.array([0, 99], kind)
            if model == "NETCDF4":
                variable.comments = ["one", "twö"]
        if model == "NETCDF4":
            words = file.createVariable("words", str, ("x",))
            for i in range(sizes["x"]):
                words[i] = f"wörd {i}"
            file.createVariable("levels", level, ("y",))[:] = choices.generator.choice([0, 7], sizes["y"]).astype("u1")
            pairs = numpy.zeros(sizes["x"], numpy.dtype([("a", "i4"), ("b", "f8")]))
            pairs["a"] = numpy.arange(sizes["x"])
            file.createVariable("pairs", pair, ("x",))[:] = pairs
            lists = file.createVariable("lists", ragged, ("y",))
            for i in range(sizes["y"]):
                lists[i] = numpy.arange(i % 4 + 1, dtype="i4")


def main():
    seed, folder = int(sys.argv[1]), sys.argv[2]
    for number in range(COUNT):
        write(Choices(numpy.random.default_rng([seed, 3, number])), os.path.join(folder, f"netcdf-{number:02d}.nc"))


main()
