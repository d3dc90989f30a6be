"""Files as PyTables writes them, and pandas by it: `tables_files.py SEED FOLDER`."""

import os
import sys
import warnings

import numpy
import pandas
import tables

from choices import Choices

PYTABLES, PANDAS = 80, 20
KINDS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64", "bool"]


def values(choices, shape, kind):
    if kind == "bool":
        return choices.generator.random(shape) < 0.5
    return (choices.generator.standard_normal(shape) * 100).astype("i8" if kind[0] == "u" else kind).astype(kind)


def some_filters(choices):
    # blosc and its like are for nobody here to read.
    library = choices.weighted({"zlib": 12, "blosc": 1, "bzip2": 1})
    return tables.Filters(choices.pick([0, 1, 5, 9]), library, choices.chance(0.5), fletcher32=choices.chance(0.3))


def pytables(choices, path):
    block = choices.pick([0, 0, 512])
    with tables.open_file(path, "w", title="corpus", user_block_size=block) as file:
        groups = [file.root, file.create_group("/", "group", "A group"), file.create_group("/group", "inner")]
        for i in range(choices.between(2, 7)):
            where = choices.pick(groups)
            kind = choices.pick(KINDS)
            name = f"x{i}"
            what = choices.pick(["array", "carray", "earray", "vlarray", "table", "strings", "complex", "scalar", "enum"])
            shape = choices.shape(choices.between(1, 4), 400)
            if what == "array":
                node = file.create_array(where, name, values(choices, shape, kind), "An array")
            elif what == "carray":
                node = file.create_carray(where, name, obj=values(choices, shape, kind), filters=some_filters(choices))
            elif what == "earray":
                node = file.create_earray(where, name, tables.Atom.from_kind("float"), (0, *shape[1:]), filters=some_filters(choices))
                for _ in range(choices.between(0, 4)):
                    node.append(values(choices, (choices.between(1, 9), *shape[1:]), "float64"))
            elif what == "vlarray":
                node = file.create_vlarray(where, name, tables.Int32Atom())
                for k in range(choices.between(0, 6)):
                    node.append(numpy.arange(k, dtype="i4"))
            elif what == "table":
                columns = {"name": tables.StringCol(9, pos=0), "count": tables.UInt16Col(pos=1), "x": tables.Float64Col((2,), pos=2), "flag": tables.BoolCol(pos=3)}
                node = file.create_table(where, name, columns, "A table", some_filters(choices))
                for k in range(choices.between(0, 40)):
                    node.append([(f"row {k}", k, [k, -k], k % 3 == 0)])
                if choices.chance(0.3):
                    node.cols.count.create_index()
            elif what == "strings":
                node = file.create_array(where, name, numpy.array([b"one", b"two", b"", b"seventeen"]))
            elif what == "complex":
                node = file.create_array(where, name, values(choices, shape, "float32").astype("complex64"))
            elif what == "enum":
                colours = tables.Enum(["red", "green", "blue"])
                node = file.create_earray(where, name, tables.EnumAtom(colours, "red", "int8"), (0,))
                node.append(choices.generator.integers(0, 3, 9, dtype="i1"))
            else:
                node = file.create_array(where, name, choices.between(-9, 9))
            node.attrs.units = "m"
            node.attrs.scale = numpy.float32(1.5)
            node.attrs.shape_of_old = (1, 2)
        file.create_soft_link("/", "soft", "/group/inner")
        file.create_hard_link("/", "hard", "/group")
        file.create_external_link("/", "external", "other.h5:/x")


def frames(choices, path):
    rows = choices.between(1, 60)
    frame = pandas.DataFrame(
        {
            "number": choices.generator.random(rows),
            "count": choices.generator.integers(0, 9, rows),
            "name": [f"row {i}" for i in range(rows)],
            "when": pandas.date_range("2024-01-01", periods=rows),
        }
    )
    options = {"complevel": choices.pick([0, 5]), "complib": "zlib", "fletcher32": choices.chance(0.3)}
    with pandas.HDFStore(path, "w", **options) as store:
        store.put("fixed", frame.drop(columns="name"), format="fixed")
        store.put("table", frame, format="table", data_columns=["count"])
        store.put("series", frame["number"])


def main():
    seed, folder = int(sys.argv[1]), sys.argv[2]
    warnings.simplefilter("ignore")
    for writer, count in [(pytables, PYTABLES), (frames, PANDAS)]:
        for number in range(count):
            path = os.path.join(folder, f"{'pandas' if writer is frames else 'pytables'}-{number:02d}.h5")
            writer(Choices(numpy.random.default_rng([seed, count, number])), path)


main()
