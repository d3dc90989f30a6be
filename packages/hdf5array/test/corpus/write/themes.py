"""What the files are about. Each theme writes one file; the rest of the file is chosen at random."""

import os

import h5py
import numpy
from h5py import h5a, h5d, h5f, h5g, h5p, h5s, h5z

import attributes
import elements
import files
import groups
import library
import names
import storage
from files import NEW, OLD, Settings
from storage import UNLIMITED, Plan


def _root(file):
    return h5g.open(file, b"/")


def _file(choices, path, **settings):
    return files.create(choices, path, Settings(**settings))


def _datasets(choices, path, count, plan_of, **settings):
    """A file with datasets after plans; `plan_of` is asked for each."""
    file = _file(choices, path, **settings)
    root = _root(file)
    parents = [root] if choices.chance(0.6) else [root, groups.make(choices, root, "inner")]
    for i in range(count):
        dataset = storage.create(choices, choices.pick(parents), f"x{i}", plan_of())
        if choices.chance(0.3):
            attributes.add_some(choices, dataset, 3)
    file.close()


def contiguous(choices, path):
    _datasets(choices, path, choices.between(2, 6), lambda: Plan(layout="contiguous"))


def compact(choices, path):
    _datasets(choices, path, choices.between(2, 6), lambda: Plan(layout="compact", size=400))


def tree_1(choices, path):
    _datasets(choices, path, choices.between(1, 4), lambda: Plan(layout="chunked"), low=choices.pick(OLD), high=choices.pick(["v108", "v110", "v200"]))


def deep_tree_1(choices, path):
    """Enough chunks for nodes above nodes above nodes."""
    file = files.create(choices, path, Settings(low="earliest", trees=True))
    shape = choices.pick([(70, 70), (5000,), (17, 17, 17)])
    plan = Plan(element=elements.numbers(choices), layout="chunked", shape=shape, chunk=(1,) * len(shape), filters=[])
    storage.create(choices, _root(file), "x", plan)
    file.close()


def _indexed(plan_of):
    def theme(choices, path):
        _datasets(choices, path, choices.between(1, 4), lambda: plan_of(choices), low=choices.pick(NEW))

    theme.__name__ = plan_of.__name__
    return theme


def _extents(choices, size=1500):
    return choices.shape(max(1, choices.rank()), size)


@_indexed
def single_chunk(choices):
    shape = _extents(choices)
    return Plan(layout="chunked", shape=shape, maximum=shape, chunk=shape)


@_indexed
def implicit(choices):
    shape = _extents(choices)
    maximum = storage.random_maximum(choices, shape, 0)
    return Plan(layout="chunked", shape=shape, maximum=maximum, filters=[], allocation="early")


@_indexed
def fixed_array(choices):
    shape = _extents(choices)
    return Plan(layout="chunked", shape=shape, maximum=storage.random_maximum(choices, shape, 0), plain_edges=choices.chance(0.2))


@_indexed
def paged_fixed_array(choices):
    """More than 1024 chunks, whose addresses are in pages."""
    shape = choices.pick([(choices.between(1025, 4000),), (choices.between(33, 50), choices.between(33, 50)), (11, 11, 11)])
    chunk = (1,) * len(shape)
    return Plan(element=elements.numbers(choices), layout="chunked", shape=shape, maximum=shape, chunk=chunk)


@_indexed
def extensible_array(choices):
    shape = _extents(choices)
    return Plan(layout="chunked", shape=shape, maximum=storage.random_maximum(choices, shape, 1), plain_edges=choices.chance(0.2))


@_indexed
def many_extensible(choices):
    """Enough chunks for data blocks by super blocks."""
    rest = choices.pick([(), (), (3,)])
    shape = (choices.between(200, 3000 // (3 if rest else 1)), *rest)
    order = choices.shuffled(range(len(shape)))
    maximum = [UNLIMITED, *rest]
    return Plan(
        element=elements.numbers(choices),
        layout="chunked",
        shape=tuple(shape[i] for i in order),
        maximum=tuple(maximum[i] for i in order),
        chunk=(1,) * len(shape),
    )


def paged_extensible(choices, path):
    """So many chunks that data blocks are in pages; few of them written."""
    file = _file(choices, path, low=choices.pick(NEW), sizes=(8, 8))
    length = choices.between(131_100, 140_000)
    plan = Plan(
        element=elements.standard("STD_U8LE"), layout="chunked", shape=(length,), maximum=(UNLIMITED,), chunk=(1,), write="nothing"
    )
    plan.filters = [(h5z.FILTER_DEFLATE, (1,))] if choices.chance(0.5) else []
    plan.allocation = "incremental"
    dataset = storage.create(choices, _root(file), "x", plan)
    for start in [0, 1030, choices.between(2000, 100_000), 131_070, choices.between(131_060, length - 30)]:
        storage.write_box(choices, dataset, plan.element, (start,), (25,))
    file.close()


@_indexed
def tree_2(choices):
    shape = choices.shape(choices.between(2, 5), 1500)
    maximum = storage.random_maximum(choices, shape, choices.between(2, len(shape)))
    return Plan(layout="chunked", shape=shape, maximum=maximum, plain_edges=choices.chance(0.2))


def deep_tree_2(choices, path):
    file = _file(choices, path, low=choices.pick(NEW))
    shape = choices.pick([(75, 75), (40, 40), (12, 12, 12)])
    plan = Plan(element=elements.numbers(choices), layout="chunked", shape=shape, maximum=(UNLIMITED,) * len(shape))
    plan.chunk = (1,) * len(shape)
    if choices.chance(0.7):
        plan.filters = []
    storage.create(choices, _root(file), "x", plan)
    file.close()


def filters(choices, path):
    _datasets(choices, path, choices.between(2, 6), lambda: Plan(layout="chunked", size=4000, write=choices.pick(["all", "parts"])))


def plain_edges(choices, path):
    """Chunks that stick out are stored without filters."""

    def plan():
        shape = _extents(choices)
        unlimited = choices.weighted({0: 2, 1: 2, len(shape): 1})
        maximum = storage.random_maximum(choices, shape, unlimited)
        chunk = tuple(max(1, min(extent, choices.between(1, extent // 2 + 1))) for extent in shape)
        pipeline = []
        while not pipeline:
            pipeline = storage.random_filters(choices, 1)
        element = elements.numbers(choices)
        pipeline = [(number, (element.stored.get_size(),) if number == h5z.FILTER_SHUFFLE else rest) for number, rest in pipeline]
        resize = [storage_shape(choices, shape, maximum)] if choices.chance(0.3) else None
        return Plan(
            element=element, layout="chunked", shape=shape, maximum=maximum, chunk=chunk, filters=pipeline, plain_edges=True, resize=resize
        )

    _datasets(choices, path, choices.between(1, 4), plan, low=choices.pick(NEW))


def direct_chunks(choices, path):
    """Chunks written past HDF5, some without some of their filters."""
    file = _file(choices, path)
    for i in range(choices.between(1, 4)):
        shape = _extents(choices)
        plan = Plan(element=elements.numbers(choices), layout="chunked", shape=shape, write="nothing", plain_edges=False)
        plan.filters = []
        while not plan.filters:
            plan.filters = storage.random_filters(choices, plan.element.stored.get_size())
        dataset = storage.create(choices, _root(file), f"x{i}", plan)
        storage.write_chunks_directly(choices, dataset, plan, choices.pick([1.0, 1.0, 0.6]))
    file.close()


def other_filters(choices, path):
    """szip and scale-offset; n-bit, which the direct reader leaves to another; LZF, which nobody here can read."""
    file = _file(choices, path, sizes=(8, 8))
    for i in range(choices.between(1, 4)):
        kind = choices.weighted({"szip": 3, "nbit": 3, "scaleoffset": 3, "float scaleoffset": 1, "lzf": 1})
        creation = h5p.create(h5p.DATASET_CREATE)
        element = elements.standard(choices.pick([one for one in elements.STANDARD_INTEGERS if choices.chance(0.5)] or ["STD_I32LE"]))
        if kind == "nbit":
            element = elements.odd_integer(choices)
            while element.stored.get_size() not in (1, 2, 4, 8):
                element = elements.odd_integer(choices)
        elif kind == "float scaleoffset":
            element = elements.standard(choices.pick(["IEEE_F32LE", "IEEE_F64LE"]))
        shape = tuple(one + 4 for one in choices.shape(choices.between(1, 3), 500))
        creation.set_chunk(tuple(choices.between(3, extent) for extent in shape))
        if kind == "szip":
            if choices.chance(0.3):
                creation.set_shuffle()
            # H5_SZIP_EC_OPTION_MASK or H5_SZIP_NN_OPTION_MASK
            creation.set_szip(choices.pick([4, 32]), choices.pick([2, 4, 8]))
        elif kind == "nbit":
            library.set_nbit(creation)
        elif kind == "scaleoffset":
            creation.set_scaleoffset(h5z.SO_INT, 0)
        elif kind == "float scaleoffset":
            creation.set_scaleoffset(h5z.SO_FLOAT_DSCALE, choices.between(0, 3))
        else:
            creation.set_filter(32000, h5z.FLAG_OPTIONAL, ())
        if choices.chance(0.4) and kind != "lzf":
            creation.set_deflate(4)
        dataset = h5d.create(_root(file), f"{kind} {i}".encode(), element.stored, h5s.create_simple(shape), creation)
        if kind == "float scaleoffset":
            values = choices.generator.integers(-1000, 1000, shape) / 8
            dataset.write(h5s.ALL, h5s.ALL, values)
        elif kind == "scaleoffset":
            values = choices.generator.integers(0, 100, shape).astype(element.stored.dtype)
            dataset.write(h5s.ALL, h5s.ALL, values)
        else:
            storage.write_box(choices, dataset, element, (0,) * len(shape), shape)
    file.close()


def types(choices, path):
    """Many types, whatever the storage."""

    def plan():
        return Plan(element=elements.anything(choices), size=120)

    _datasets(choices, path, choices.between(5, 12), plan)


def number_types(choices, path):
    """Every standard number, of odd precision and of odd formats, stored in every layout."""
    makers = [elements.numbers, elements.odd_integer, elements.bfloat16, elements.odd_float, elements.boolean, elements.enumeration]
    _datasets(choices, path, choices.between(5, 12), lambda: Plan(element=choices.pick(makers)(choices), size=200))


def strings(choices, path):
    makers = [elements.fixed_string, elements.variable_string]
    _datasets(choices, path, choices.between(3, 8), lambda: Plan(element=choices.pick(makers)(choices), size=100))


def nested_types(choices, path):
    makers = [elements.compound, elements.complex_pair, elements.array, elements.mixed_compound, elements.opaque, elements.bit_field]
    _datasets(choices, path, choices.between(3, 8), lambda: Plan(element=choices.pick(makers)(choices), size=60))


def complex_numbers(choices, path):
    """HDF5 2.0's own complex numbers; files for version 2.0 alone have them."""
    _datasets(choices, path, choices.between(1, 4), lambda: Plan(element=elements.native_complex(choices), size=60), low="v200")


def storage_shape(choices, shape, maximum):
    """Another shape for a dataset that may be resized."""
    return tuple(
        choices.between(0, extent * 2 + 3) if most == UNLIMITED else choices.between(0, most)
        for extent, most in zip(shape, maximum)
    )


def resized(choices, path):
    """Shrunk and grown, several times, so that chunks are left, cut off, and filled again."""

    def plan():
        shape = _extents(choices, 600)
        maximum = storage.random_maximum(choices, shape, choices.weighted({0: 1, 1: 4, len(shape): 2}))
        resize = [storage_shape(choices, shape, maximum) for _ in range(choices.between(1, 4))]
        return Plan(layout="chunked", shape=shape, maximum=maximum, resize=resize)

    _datasets(choices, path, choices.between(1, 5), plan)


def empty(choices, path):
    """Extents of zero, null dataspaces, and what was never written."""
    file = _file(choices, path)
    root = _root(file)
    for i in range(choices.between(2, 6)):
        element = elements.anything(choices)
        kind = choices.pick(["zero extent", "null", "unwritten", "scalar"])
        if kind == "null":
            h5d.create(root, f"x{i}".encode(), element.stored, h5s.create(h5s.NULL))
        elif kind == "zero extent":
            shape = list(_extents(choices, 50))
            shape[choices.between(0, len(shape) - 1)] = 0
            maximum = tuple(choices.pick([UNLIMITED, max(1, extent)]) for extent in shape)
            layout = choices.pick(["contiguous", "chunked", "compact"])
            plan = Plan(element=element, shape=tuple(shape), layout=layout)
            if layout == "chunked":
                plan.maximum = maximum
                plan.chunk = tuple(max(1, min(extent, most)) for extent, most in zip(shape, maximum))
            storage.create(choices, root, f"x{i}", plan)
        elif kind == "unwritten":
            storage.create(choices, root, f"x{i}", Plan(element=element, write="nothing", size=60))
        else:
            storage.create(choices, root, f"x{i}", Plan(element=element, shape=()))
    file.close()


def fill_values(choices, path):
    def plan():
        makers = [elements.numbers, elements.numbers, elements.boolean, elements.fixed_string, elements.variable_string]
        return Plan(
            element=choices.pick(makers)(choices),
            fill=choices.pick(["default", "value", "value", "undefined"]),
            fill_time=choices.pick(list(storage.FILL_TIMES)),
            allocation=choices.pick(list(storage.ALLOCATION)),
            write=choices.pick(["parts", "nothing"]),
            size=300,
        )

    _datasets(choices, path, choices.between(3, 8), plan)


def many_axes(choices, path):
    def plan():
        rank = choices.weighted({choices.between(6, 12): 3, 32: 1})
        shape = choices.shape(rank, 1200)
        return Plan(element=elements.numbers(choices), shape=shape)

    _datasets(choices, path, choices.between(1, 3), plan)


def attribute_kinds(choices, path):
    file = _file(choices, path)
    root = _root(file)
    taken = set()
    for _ in range(choices.between(3, 25)):
        attributes.add(choices, root, names.name(choices, taken, slashes=True))
    attributes.add_some(choices, groups.small_dataset(choices, root, "x"), 12)
    file.close()


def many_attributes(choices, path):
    """Hundreds to thousands, in a heap where the version has that."""
    file = _file(choices, path, sizes=(8, 8))
    group = groups.make(choices, _root(file), "many")
    # HDF5 rewrites the header for each of them where there is no heap.
    old = b"\x89HDF\r\n\x1a\n" == _superblock(file)[:8] and _superblock(file)[8] < 2
    attributes.add_many(choices, group, choices.pick([60, 100, 150] if old else [60, 300, 1000, 2500]))
    file.close()


def _superblock(file):
    user_block = file.get_create_plist().get_userblock()
    with open(file.name, "rb") as stream:
        stream.seek(user_block)
        return stream.read(9)


def large_attributes(choices, path):
    """Beyond 64 KB, which only a heap can hold."""
    file = _file(choices, path, low=choices.pick(["v108", *NEW]), sizes=(8, 8))
    root = _root(file)
    for i in range(choices.between(1, 3)):
        shape = (choices.between(9000, 40_000),)
        attributes.add(choices, root, f"large {i}", elements.standard(choices.pick(["IEEE_F64LE", "STD_I64BE"])), shape)
        attributes.add(choices, root, f"small {i}")
    file.close()


def many_links(choices, path):
    file = _file(choices, path, sizes=(8, 8))
    root = _root(file)
    for i in range(choices.between(1, 2)):
        group = groups.make(choices, root, f"group {i}", dense=choices.pick([None, None, True, False]))
        groups.many_links(choices, group, choices.pick([20, 100, 400, 1500]))
    file.close()


def deep(choices, path):
    file = _file(choices, path)
    groups.nested(choices, _root(file), choices.pick([3, 10, 40, 120]))
    file.close()


def links(choices, path):
    file = _file(choices, path)
    groups.tree(choices, _root(file), choices.between(5, 40))
    if choices.chance(0.4):
        groups.chain(choices, groups.make(choices, _root(file), "chain"), choices.pick([1, 3, 10, 17, 30]))
    file.close()


def committed_types(choices, path):
    """Datasets and attributes whose type is an object of its own, or that of a deleted one."""
    file = _file(choices, path)
    root = _root(file)
    for i in range(choices.between(1, 4)):
        element = choices.pick([elements.any_fixed, elements.compound, elements.enumeration, elements.variable_string])(choices)
        stored = groups.committed(choices, root, f"type {i}", element)
        used = elements.Elements(element.label, stored, element.make)
        for k in range(choices.between(1, 3)):
            storage.create(choices, root, f"x{i}.{k}", Plan(element=used, size=60, fill="default"))
            attributes.add(choices, root, f"a{i}.{k}", used)
        if choices.chance(0.2):
            root.unlink(f"type {i}".encode())
    file.close()


def shared_messages(choices, path):
    """Messages that objects share through a heap of the file's."""
    file = _file(choices, path, shared=True, sizes=(8, 8))
    root = _root(file)
    pool = [elements.anything(choices) for _ in range(3)]
    for i in range(choices.between(4, 30)):
        element = choices.pick(pool)
        dataset = storage.create(choices, root, f"x{i}", Plan(element=element, size=30))
        for k in range(choices.between(0, 3)):
            attributes.add(choices, dataset, f"a{k}", choices.pick(pool), choices.pick([(), (3,)]))
    file.close()


def user_blocks(choices, path):
    size = choices.pick([512, 1024, 2048, 4096, 65536])
    _datasets(choices, path, choices.between(1, 4), lambda: Plan(element=elements.anything(choices), size=200), user_block=size)
    files.fill_user_block(choices, path)


def matlab(choices, path):
    """As MATLAB 7.3 writes its files: a user block with a text, attributes that name classes, cells by reference."""
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_libver_bounds(h5f.LIBVER_EARLIEST, h5f.LIBVER_LATEST)
    creation = h5p.create(h5p.FILE_CREATE)
    creation.set_userblock(512)
    with h5py.File(h5f.create(path.encode(), h5f.ACC_TRUNC, creation, access)) as file:
        inner = file.create_group("#refs#")
        for i in range(choices.between(1, 5)):
            kind = choices.pick(["double", "char", "cell", "logical", "struct", "sparse", "empty", "int16"])
            name = f"{kind}{i}"
            shape = (choices.between(1, 30), choices.between(1, 30))
            packed = {"chunks": shape, "compression": 3} if choices.chance(0.6) else {}
            if kind in ("double", "int16"):
                values = (choices.generator.standard_normal(shape) * 100).astype({"double": "f8", "int16": "i2"}[kind])
                x = file.create_dataset(name, data=values, **packed)
            elif kind == "char":
                letters = numpy.frombuffer(elements.text(choices, 30, True).encode("utf-16-le") or b"x\0", "<u2")
                x = file.create_dataset(name, data=letters.reshape(-1, 1))
                x.attrs.create("MATLAB_int_decode", 2, dtype="i4")
            elif kind == "logical":
                x = file.create_dataset(name, data=choices.generator.integers(0, 2, shape, dtype="u1"), **packed)
                x.attrs.create("MATLAB_int_decode", 1, dtype="i4")
            elif kind == "cell":
                parts = [inner.create_dataset(f"{i}.{k}", data=choices.generator.random((1, 3))) for k in range(3)]
                x = file.create_dataset(name, data=numpy.array([[part.ref] for part in parts], dtype=h5py.ref_dtype))
            elif kind == "struct":
                x = file.create_group(name)
                fields = ["alpha", "b"]
                for field in fields:
                    x.create_dataset(field, data=choices.generator.random((2, 2))).attrs["MATLAB_class"] = numpy.bytes_("double")
                letters = numpy.empty(2, h5py.vlen_dtype(numpy.dtype("S1")))
                for k, field in enumerate(fields):
                    letters[k] = numpy.array([*field], "S1")
                x.attrs.create("MATLAB_fields", letters, dtype=h5py.vlen_dtype(numpy.dtype("S1")))
            elif kind == "sparse":
                x = file.create_group(name)
                x.create_dataset("data", data=choices.generator.random(5))
                x.create_dataset("ir", data=numpy.arange(5, dtype="u8"))
                x.create_dataset("jc", data=numpy.array([0, 2, 5], "u8"))
                x.attrs.create("MATLAB_sparse", 10, dtype="u8")
            else:
                x = file.create_dataset(name, data=numpy.array([0, 0], "u8"))
                x.attrs.create("MATLAB_empty", 1, dtype="u1")
            x.attrs["MATLAB_class"] = numpy.bytes_(kind)
    with open(path, "r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\x02IM")


def file_space(choices, path):
    strategy = choices.pick(list(files.STRATEGIES))
    _datasets(choices, path, choices.between(1, 6), lambda: Plan(element=elements.anything(choices), size=300), strategy=strategy)


def sizes(choices, path):
    """Addresses and lengths of other than eight bytes, B-trees of other sizes."""
    # HDF5 2.0 damages its own memory where they are larger than eight.
    pair = choices.pick([(4, 4), (4, 8), (8, 4), (2, 8), (2, 2), (4, 2), (8, 2)])

    def plan():
        plan = Plan(element=elements.any_fixed(choices), size=40)
        if pair[1] < 8:
            # HDF5 itself cannot open what has no end in a length of four bytes.
            plan.shape = choices.shape(choices.rank(), 40)
            plan.maximum = storage.random_maximum(choices, plan.shape, 0)
        if 2 in pair:
            # Nor does it notice an address beyond 64 KB.
            plan.layout = choices.pick(["contiguous", "compact"])
            plan.element = elements.numbers(choices)
        return plan

    tiny = 2 in pair
    count = 1 if tiny else choices.between(1, 3)
    _datasets(choices, path, count, plan, sizes=pair, trees=not tiny, strategy="aggregation" if tiny else None, user_block=0)


def references(choices, path):
    """References to objects and to regions."""
    file = _file(choices, path, sizes=(8, 8))
    with h5py.File(file) as f:
        x = f.create_dataset("target", data=numpy.arange(20).reshape(4, 5))
        y = f.create_group("group")
        objects = numpy.array([x.ref, y.ref, f.ref][: choices.between(1, 3)], dtype=h5py.ref_dtype)
        f.create_dataset("objects", data=objects)
        f.attrs["object"] = x.ref
        regions = numpy.array([x.regionref[1:3, 0:2], x.regionref[0]], dtype=h5py.regionref_dtype)
        f.create_dataset("regions", data=regions)
        x.attrs["region"] = x.regionref[2]
        x.make_scale("axis")
        z = f.create_dataset("scaled", data=numpy.ones(4))
        z.dims[0].attach_scale(f.create_dataset("scale", data=numpy.arange(4)))
        z.dims[0].label = "rows"


def elsewhere(choices, path):
    """Values in files of other kinds and in other datasets."""
    folder, name = os.path.split(path)
    base = os.path.splitext(name)[0]
    with h5py.File(_file(choices, path, user_block=0, sizes=(8, 8))) as f:
        if choices.chance(0.5):
            with open(os.path.join(folder, f"{base}.raw"), "wb") as stream:
                stream.write(numpy.arange(24, dtype="<i4").tobytes())
            f.create_dataset("external", (4, 5), "<i4", external=[(f"{base}.raw", 8, 40), (f"{base}.raw", 0, h5f.UNLIMITED)])
        source = f.create_dataset("source", data=numpy.arange(30.0).reshape(5, 6), chunks=choices.pick([None, (2, 3)]))
        layout = h5py.VirtualLayout((7, 6), "f8")
        layout[1:6] = h5py.VirtualSource(".", "source", source.shape) if choices.chance(0.7) else h5py.VirtualSource(source)
        f.create_virtual_dataset("virtual", layout, fillvalue=choices.pick([None, -1.0]))
        if choices.chance(0.3):
            other = os.path.join(folder, f"{base}-other.h5.part")
            with h5py.File(other, "w") as g:
                g["x"] = numpy.arange(6.0)
            layout = h5py.VirtualLayout((2, 6), "f8")
            layout[0] = h5py.VirtualSource(os.path.basename(other), "x", (6,))
            f.create_virtual_dataset("virtual elsewhere", layout)
        storage.create(choices, _root(f.id), "plain", Plan())
        f["link elsewhere"] = h5py.ExternalLink(f"{base}-other.h5.part", "x")


def everyday(choices, path):
    """As h5py is used."""
    with h5py.File(path, "w", libver=choices.pick([None, "earliest", "latest", ("v108", "v112")]), track_order=choices.chance(0.3)) as f:
        for i in range(choices.between(1, 5)):
            parent = f.require_group(choices.pick(["a", "a/b", "c/d/e", "/"]))
            shape = choices.shape(choices.between(1, 4), 1000)
            values = choices.generator.standard_normal(shape)
            kind = choices.pick(["f8", "f4", "f2", "i4", "u1", "i8", "?", "complex64", "S5", "int16"])
            options = {"track_times": choices.chance(0.3)}
            if choices.chance(0.7):
                options["chunks"] = choices.pick([True, tuple(choices.between(1, extent) for extent in shape)])
                options["compression"] = choices.pick([None, "gzip", 1, 9])
                options["shuffle"] = choices.chance(0.5)
                options["fletcher32"] = choices.chance(0.3)
                options["maxshape"] = choices.pick([None, (None,) * len(shape), (None, *shape[1:])])
                options["fillvalue"] = None if kind == "S5" else choices.pick([None, 1])
            x = parent.create_dataset(f"x{i}", data=(values * 50).astype(kind), **options)
            x.attrs["units"] = choices.pick(["m", "°C", ""])
            x.attrs["range"] = [float(values.min()), float(values.max())]
            x.attrs["count"] = i
            if choices.chance(0.2):
                x.attrs["names"] = ["a", "bé", ""]
            if choices.chance(0.2):
                x.attrs["nothing"] = h5py.Empty("f4")
        f.attrs["flag"] = choices.chance(0.5)
        f["words"] = ["one", "two", "θree"]
        f["scalar"] = 3
        f["text"] = "a text"
        f["again"] = f["words"]
        f["soft"] = h5py.SoftLink("/words")


def other_drivers(choices, path):
    """One part of a file that lies in several: HDF5 refuses it alone, or reads what is there."""
    access = h5p.create(h5p.FILE_ACCESS)
    if choices.chance(0.5):
        access.set_fapl_split(b"-meta.part", h5p.DEFAULT, b"-raw.part", h5p.DEFAULT)
        stem, part = path[: -len(".h5")], path[: -len(".h5")] + "-meta.part"
    else:
        access.set_fapl_family(choices.pick([100_000, 1_000_000]), h5p.DEFAULT)
        stem, part = path[: -len(".h5")] + "-%d.part", path[: -len(".h5")] + "-0.part"
    access.set_libver_bounds(choices.pick([h5f.LIBVER_EARLIEST, h5f.LIBVER_V110]), h5f.LIBVER_LATEST)
    with h5py.File(h5f.create(stem.encode(), h5f.ACC_TRUNC, fapl=access)) as f:
        f["x"] = numpy.arange(10)
    os.rename(part, path)


def streamed(choices, path):
    """Appended to row by row by a writer for others to read meanwhile."""
    with h5py.File(path, "w", libver="latest") as f:
        shape = (0, choices.between(1, 7))
        options = {"chunks": (choices.between(1, 5), shape[1]), "compression": choices.pick([None, "gzip"])}
        x = f.create_dataset("x", shape, choices.pick(["f8", "i2"]), maxshape=(None, shape[1]), **options)
        if choices.chance(0.5):
            f.swmr_mode = True
        for i in range(choices.between(1, 40)):
            x.resize(i + 1, axis=0)
            x[i] = i
            if i % 10 == 0:
                x.flush()


def reworked(choices, path):
    """Written in several sessions: objects deleted, space used again, headers continued."""
    _datasets(choices, path, choices.between(2, 5), lambda: Plan(element=elements.anything(choices), size=200))
    for _ in range(choices.between(1, 3)):
        access = h5p.create(h5p.FILE_ACCESS)
        versions = list(files.VERSIONS.values())
        access.set_libver_bounds(choices.pick(versions[:2]), versions[-1])
        access.set_fclose_degree(h5f.CLOSE_STRONG)
        file = h5f.open(path.encode(), h5f.ACC_RDWR, access)
        root = _root(file)
        present = []
        root.links.iterate(present.append)
        for name in choices.some(present):
            if choices.chance(0.3):
                root.unlink(name)
        taken = {one.decode() for one in present}
        for _ in range(choices.between(1, 3)):
            dataset = storage.create(choices, root, names.name(choices, taken), Plan(element=elements.anything(choices), size=100))
            attributes.add_some(choices, dataset, 12)
        if h5a.get_num_attrs(root) == 0:
            attributes.add_some(choices, root, 6)
        file.close()


# How many files of each theme.
COUNTS = {
    contiguous: 150,
    compact: 110,
    tree_1: 260,
    deep_tree_1: 20,
    single_chunk: 110,
    implicit: 110,
    fixed_array: 160,
    paged_fixed_array: 30,
    extensible_array: 160,
    many_extensible: 50,
    paged_extensible: 8,
    tree_2: 150,
    deep_tree_2: 25,
    filters: 160,
    plain_edges: 80,
    direct_chunks: 110,
    other_filters: 60,
    types: 160,
    number_types: 120,
    strings: 100,
    nested_types: 80,
    complex_numbers: 20,
    resized: 140,
    empty: 80,
    fill_values: 90,
    many_axes: 40,
    attribute_kinds: 100,
    many_attributes: 30,
    large_attributes: 20,
    many_links: 30,
    deep: 30,
    links: 120,
    committed_types: 60,
    shared_messages: 70,
    user_blocks: 50,
    matlab: 40,
    file_space: 60,
    sizes: 70,
    references: 20,
    elsewhere: 30,
    everyday: 120,
    other_drivers: 12,
    streamed: 20,
    reworked: 60,
}

# Themes that lead HDF5 to files which it cannot read itself; those are written anew.
FLAWLESS = {sizes}
