"""What there is to look up in a base file."""

import h5py
from h5py import h5a, h5d, h5g, h5o, h5t

from probe import shape_of


# Every chunk costs h5py time, and some datasets have chunks of one element.
MANY_ROWS = 310


def list_probes(file):
    """Every object, dataset, value and attribute that paths lead to, and names that are not there."""
    probes = []
    seen = set()
    types = set()

    def visit(path, thing):
        # What is asked of every object in the same way is asked of one of each type; to open a dataset tells its kind.
        is_first = type(thing) not in types
        types.add(type(thing))
        if is_first or not isinstance(thing, h5d.DatasetID):
            probes.append({"what": "kind", "path": path})
        info = h5o.get_info(thing)
        if info.addr in seen:
            return
        seen.add(info.addr)
        names = []
        if not isinstance(thing, h5t.TypeID):
            for i in range(h5a.get_num_attrs(thing)):
                names.append(h5a.open(thing, index=i).name.decode())
        # Of very many the first and last: siblings are found in the same way.
        for name in [*thinned(names), *(["no such attribute"] if is_first else [])]:
            probes.append({"what": "attribute", "path": path, "name": name})
        if isinstance(thing, h5d.DatasetID):
            visit_dataset(path, thing)
        if isinstance(thing, h5g.GroupID):
            visit_group(path, thing)

    def visit_dataset(path, thing):
        probes.append({"what": "dataset", "path": path})
        shape = shape_of(thing.get_space()) or ()
        chunked = thing.get_create_plist().get_layout() == h5d.CHUNKED
        for start, stop in windows(shape, chunked):
            probes.append({"what": "values", "path": path, "start": start, "stop": stop})
        kind = thing.get_type()
        for field in fields(kind):
            none = [0] * len(shape)
            probes.append({"what": "field", "path": path, "field": field, "start": none, "stop": list(shape)})
        if len(shape) > 0 and not isinstance(kind, h5t.TypeCompoundID):
            probes.extend({"what": "reshape", "path": path, **view} for view in views(shape))

    def visit_group(path, thing):
        probes.append({"what": "children", "path": path})
        names = []
        thing.links.iterate(lambda name: names.append(name.decode()))
        if {"data", "indices", "indptr"} <= set(names):
            probes.append({"what": "sparse", "path": path, **layout_of(thing)})
        for name in thinned(names):
            below = f"{path.rstrip('/')}/{name}"
            try:
                child = h5o.open(thing, name.encode())
            except KeyError:
                probes.append({"what": "kind", "path": below})
                continue
            visit(below, child)
        probes.append({"what": "kind", "path": f"{path.rstrip('/')}/no such object"})

    visit("/", h5o.open(file, b"/"))
    return probes


def windows(shape, chunked):
    """All of a dataset, or the begin and end of a long one; one element in the middle, for which few chunks are needed."""
    none = [0] * len(shape)
    if len(shape) > 0 and shape[0] > MANY_ROWS:
        yield none, [MANY_ROWS, *shape[1:]]
        yield [shape[0] - 8, *none[1:]], list(shape)
    else:
        yield none, list(shape)
    if chunked and 0 not in shape:
        yield [extent // 2 for extent in shape], [extent // 2 + 1 for extent in shape]


def fields(kind, before=""):
    """Paths of the fields of a compound, those within one another as well."""
    if not isinstance(kind, h5t.TypeCompoundID):
        return
    for i in range(kind.get_nmembers()):
        path = before + kind.get_member_name(i).decode()
        inner = kind.get_member_type(i)
        if isinstance(inner, h5t.TypeCompoundID):
            yield from fields(inner, f"{path}/")
        else:
            yield path


def views(shape):
    """Another shape of a small dataset, and the middle of it."""
    size = 1
    for extent in shape:
        size *= extent
    if not 4 <= size <= MANY_ROWS:
        return
    rows = next(rows for rows in (5, 4, 3, 2, 1) if size % rows == 0)
    view = [rows, size // rows]
    yield {"shape": view, "start": [extent // 3 for extent in view], "stop": [extent - extent // 4 for extent in view]}


def thinned(names):
    return names if len(names) <= 10 else [names[0], names[1], names[len(names) // 2], names[-1]]


def layout_of(group):
    high = h5py.Group(group)
    shape = high.attrs["shape"] if "shape" in high.attrs else high["shape"][()]
    return {
        "shape": [int(extent) for extent in shape],
        "byColumn": high.attrs.get("encoding-type", "csc_matrix") == "csc_matrix",
    }
