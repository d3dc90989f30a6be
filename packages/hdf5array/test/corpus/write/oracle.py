"""What h5py finds in a file: every object, link, attribute and value, as JSON with the values' bytes apart.

Numbers are given as this project gives them: float16 and bfloat16 as float32, booleans as bytes of 0 and 1, little-endian. Other
types of fixed size are given as they are stored; strings as texts.
"""

import os

import h5py
import numpy
from h5py import h5a, h5d, h5f, h5g, h5l, h5o, h5p, h5s, h5t

import library
from elements import is_elsewhere

_OTHERS = {
    h5t.TIME: "time",
    h5t.OPAQUE: "opaque bytes",
    h5t.REFERENCE: "reference",
    h5t.VLEN: "variable-length sequence",
    h5t.COMPLEX: "complex number",
}

# Size, precision, positions of sign, exponent, its size, position of the mantissa, its size; bias of the exponent.
_FLOATS = {
    (2, 16, (15, 10, 5, 0, 10), 15): "binary16",
    (2, 16, (15, 7, 8, 0, 7), 127): "bfloat16",
    (4, 32, (31, 23, 8, 0, 23), 127): "binary32",
    (8, 64, (63, 52, 11, 0, 52), 1023): "binary64",
}

_LAYOUTS = {h5d.COMPACT: "compact", h5d.CONTIGUOUS: "contiguous", h5d.CHUNKED: "chunked", h5d.VIRTUAL: "virtual"}
_ALLOCATION = {h5d.ALLOC_TIME_EARLY: "early", h5d.ALLOC_TIME_LATE: "late", h5d.ALLOC_TIME_INCR: "incremental"}
_KINDS = {h5o.TYPE_GROUP: "group", h5o.TYPE_DATASET: "dataset", h5o.TYPE_NAMED_DATATYPE: "datatype"}


def describe_type(tid):
    kind = tid.get_class()
    size = tid.get_size()
    if kind == h5t.INTEGER:
        return {
            "kind": "integer",
            "size": size,
            "precision": tid.get_precision(),
            "bitOffset": tid.get_offset(),
            "signed": tid.get_sign() == h5t.SGN_2,
            "littleEndian": tid.get_order() == h5t.ORDER_LE,
        }
    if kind == h5t.BITFIELD:
        # h5py does not say how many of the bits count; the corpus has fields of which all do.
        order = tid.get_order() == h5t.ORDER_LE if size > 1 else True
        return {"kind": "integer", "size": size, "precision": 8 * size, "bitOffset": 0, "signed": False, "littleEndian": order, "isBitField": True}
    if kind == h5t.FLOAT:
        usual = tid.get_offset() == 0 and tid.get_norm() == h5t.NORM_IMPLIED and tid.get_order() in (h5t.ORDER_LE, h5t.ORDER_BE)
        format = _FLOATS.get((size, tid.get_precision(), tid.get_fields(), tid.get_ebias()), "other") if usual else "other"
        return {"kind": "float", "format": format, "size": size, "littleEndian": tid.get_order() == h5t.ORDER_LE}
    if kind == h5t.ENUM:
        members = [[tid.get_member_name(i).decode("utf-8", "replace"), _member(tid, i)] for i in range(tid.get_nmembers())]
        return {"kind": "enum", "base": describe_type(tid.get_super()), "members": members, "size": size}
    if kind == h5t.STRING:
        return {"kind": "string", "size": size, "variable": bool(tid.is_variable_str())}
    if kind == h5t.COMPOUND:
        fields = [
            {"name": tid.get_member_name(i).decode("utf-8", "replace"), "type": describe_type(tid.get_member_type(i))}
            for i in range(tid.get_nmembers())
        ]
        return {"kind": "compound", "fields": fields, "size": size}
    if kind == h5t.ARRAY:
        extents = [int(one) for one in tid.get_array_dims()]
        return {"kind": "array", "element": describe_type(tid.get_super()), "extents": extents, "size": size}
    return {"kind": "other", "name": _OTHERS[kind], "size": size}


def _member(tid, i):
    # h5py gives unsigned values as signed ones.
    value = int(tid.get_member_value(i))
    base = tid.get_super()
    return value % 2 ** (8 * base.get_size()) if base.get_sign() == h5t.SGN_NONE else value


def dtype_of(type):
    """The dtype that the project gives values of this type; None for types that it refuses."""
    if type["kind"] == "float":
        return {"binary16": "float32", "bfloat16": "float32", "binary32": "float32", "binary64": "float64"}.get(type["format"])
    if type["kind"] == "enum":
        if sorted(map(tuple, type["members"])) == [("FALSE", 0), ("TRUE", 1)]:
            return "bool"
        type = type["base"]
    if type["kind"] == "integer" and type["size"] in (1, 2, 4, 8):
        return f"{'' if type['signed'] else 'u'}int{8 * type['size']}"
    return None


class Values:
    """Reads the values of a dataset or attribute, all of which `read(array, memory type)` puts into an array."""

    def __init__(self, tid, type, count, shape, read):
        self.tid, self.type, self.count, self.shape, self.read = tid, type, count, shape, read

    def raw(self):
        data = numpy.zeros((self.count, self.tid.get_size()), numpy.uint8)
        if self.count > 0:
            self.read(data, self.tid)
        return data

    def numbers(self):
        type, dtype = self.type, dtype_of(self.type)
        if type["kind"] == "float":
            order = "<" if type["littleEndian"] else ">"
            if type["format"] == "bfloat16":
                wide = self.raw().view(f"{order}u2").astype("<u4") << 16
                return wide.view("<f4")
            return self.raw().view(f"{order}f{type['size']}").astype(f"<{numpy.dtype(dtype).str[1:]}")
        if dtype == "bool":
            return self.raw().any(axis=1).astype("u1")
        integer = type["base"] if type["kind"] == "enum" else type
        stored = f"{'<' if integer['littleEndian'] else '>'}{dtype[0]}{integer['size']}"
        if integer["precision"] == 8 * integer["size"]:
            return self.raw().view(stored).astype(dtype)
        # HDF5 takes the bits that count out of the others, unless only the order of the bytes is to change.
        data = numpy.zeros(self.shape, stored)
        if self.count > 0:
            self.read(data, h5t.py_create(data.dtype))
        return data.astype(dtype)

    def texts(self):
        if self.tid.is_variable_str():
            data = numpy.empty(self.shape, self.tid.dtype)
            data[...] = b""
            if self.count > 0:
                self.read(data, None)
            found = [b"" if one is None else one for one in data.reshape(-1).tolist()]
            return [(one if isinstance(one, bytes) else one.encode()).decode("utf-8", "replace") for one in found]
        memory = self.tid.copy()
        memory.set_strpad(h5t.STR_NULLPAD)
        data = numpy.zeros((self.count, self.tid.get_size()), numpy.uint8)
        if self.count > 0:
            self.read(data, memory)
        return [row.tobytes().rstrip(b"\0").decode("utf-8", "replace") for row in data]


class Oracle:
    """Collects what is in files; values go to `stream`."""

    def __init__(self, stream):
        self.stream = stream
        self.position = stream.tell()

    def _put(self, array):
        data = numpy.ascontiguousarray(array).tobytes()
        self.stream.write(data)
        at = self.position
        self.position += len(data)
        return [at, len(data)]

    def describe(self, path):
        """The answer for one file; `{"error"}` where h5py cannot open it."""
        os.chdir(os.path.dirname(path))  # where external files are looked for
        access = h5p.create(h5p.FILE_ACCESS)
        access.set_fclose_degree(h5f.CLOSE_STRONG)
        try:
            file = h5f.open(path.encode(), h5f.ACC_RDONLY, access)
        except OSError as error:
            return {"error": str(error)}
        creation = file.get_create_plist()
        userblock = creation.get_userblock()
        with open(path, "rb") as stream:
            stream.seek(userblock + 8)
            superblock = stream.read(1)[0]
        answer = {
            "superblock": superblock,
            "userBlock": userblock,
            "sizes": list(creation.get_sizes()),
            "objects": [],
            "aliases": [],
        }
        self._walk(h5g.open(file, b"/"), answer)
        file.close()
        return answer

    def _walk(self, root, answer):
        first = {}
        pending = [("/", root)]
        first[h5o.get_info(root).addr] = "/"
        links = []
        while pending:
            path, target = pending.pop()
            record = {"path": path, "kind": _KINDS[h5o.get_info(target).type]}
            answer["objects"].append(record)
            record["attributes"] = self._attributes(target)
            if record["kind"] == "dataset":
                record.update(self._dataset(target))
            if record["kind"] != "group":
                continue
            found = []
            target.links.iterate(found.append)
            record["members"] = [one.decode("utf-8", "surrogateescape") for one in found]
            for name in found:
                place = f"{'' if path == '/' else path}/{name.decode('utf-8', 'surrogateescape')}"
                link = target.links.get_info(name)
                if link.type == h5l.TYPE_HARD:
                    try:
                        child = h5o.open(target, name)
                    except (KeyError, OSError, RuntimeError) as error:
                        answer["objects"].append({"path": place, "kind": "error", "error": str(error)})
                        continue
                    address = h5o.get_info(child).addr
                    if address not in first:
                        first[address] = place
                        pending.append((place, child))
                    else:
                        links.append({"path": place, "link": "hard", "address": address})
                elif link.type == h5l.TYPE_SOFT:
                    links.append(self._soft(target, name, place))
                else:
                    elsewhere, inside = target.links.get_val(name)
                    links.append({"path": place, "link": "external", "target": f"{elsewhere.decode()}:{inside.decode()}"})
        for link in links:
            address = link.pop("address", None)
            link["same"] = first.get(address)
            answer["aliases"].append(link)

    def _soft(self, group, name, place):
        link = {"path": place, "link": "soft", "target": group.links.get_val(name).decode("utf-8", "surrogateescape")}
        try:
            link["address"] = h5o.get_info(h5o.open(group, name)).addr
        except (KeyError, OSError, RuntimeError) as error:
            link["error"] = str(error)
        return link

    def _attributes(self, target):
        found = []
        h5a.iterate(target, lambda name: found.append(name), index_type=h5py.h5.INDEX_NAME)
        return [self._attribute(h5a.open(target, name), name) for name in found]

    def _attribute(self, attribute, name):
        tid = attribute.get_type()
        record = {"name": name.decode("utf-8", "surrogateescape"), "type": describe_type(tid)}
        space = attribute.get_space()
        shape = None if space.get_simple_extent_type() == h5s.NULL else space.get_simple_extent_dims()
        record["shape"] = shape if shape is None else list(shape)
        if shape is None:
            return record

        def read(array, memory):
            attribute.read(array, memory)

        record.update(self._values(tid, record["type"], shape, read))
        return record

    def _values(self, tid, type, shape, read):
        count = int(numpy.prod(shape, dtype=int))
        values = Values(tid, type, count, shape, read)
        try:
            if type["kind"] == "string":
                return {"form": "texts", "texts": values.texts()}
            if dtype_of(type) is not None:
                return {"form": "numbers", "dtype": dtype_of(type), "bytes": self._put(values.numbers())}
            if is_elsewhere(tid):
                return {"form": "elsewhere"}
            return {"form": "raw", "bytes": self._put(values.raw())}
        except (OSError, RuntimeError, KeyError) as error:
            return {"form": "error", "error": str(error)}

    def _masked(self, dataset):
        """How many chunks were stored without some of the filters."""
        masks = []
        dataset.chunk_iter(lambda chunk: masks.append(chunk.filter_mask))
        return sum(mask != 0 for mask in masks)

    def _dataset(self, dataset):
        tid = dataset.get_type()
        space = dataset.get_space()
        creation = dataset.get_create_plist()
        layout = creation.get_layout()
        external = layout == h5d.CONTIGUOUS and creation.get_external_count() > 0
        null = space.get_simple_extent_type() == h5s.NULL
        shape = None if null else space.get_simple_extent_dims()
        filters = [creation.get_filter(i) for i in range(creation.get_nfilters())]
        record = {
            "type": describe_type(tid),
            "shape": shape if shape is None else list(shape),
            "maximum": None if null else [None if one == h5s.UNLIMITED else one for one in space.get_simple_extent_dims(True)],
            "layout": "external" if external else _LAYOUTS[layout],
            "chunks": list(creation.get_chunk()) if layout == h5d.CHUNKED else None,
            "index": library.chunk_index(dataset) if layout == h5d.CHUNKED else None,
            "filters": [[number, list(parameters)] for number, _, parameters, _ in filters],
            "allocation": _ALLOCATION[creation.get_alloc_time()],
        }
        if layout == h5d.CHUNKED:
            record["plainEdges"] = library.has_plain_edge_chunks(creation)
            record["masked"] = self._masked(dataset) if filters else 0
        if layout == h5d.VIRTUAL:
            record["files"] = sorted({creation.get_virtual_filename(i) for i in range(creation.get_virtual_count())})
        if null:
            return record
        # With neither fill value nor data HDF5 leaves the memory as it is; h5py hands it zeros, this reader does too.
        status = creation.fill_value_defined()
        record["fill"] = {h5d.FILL_VALUE_UNDEFINED: "undefined", h5d.FILL_VALUE_DEFAULT: "default"}.get(status, "value")
        record["neverFilled"] = creation.get_fill_time() == h5d.FILL_TIME_NEVER or record["fill"] == "undefined"
        whole = h5s.create(h5s.SCALAR) if len(shape) == 0 else h5s.create_simple(shape)

        def read(array, memory):
            dataset.read(whole, whole, array, memory)

        record.update(self._values(tid, record["type"], shape, read))
        return record
