"""Groups and the links in them."""

from h5py import h5g, h5p, h5t

import attributes
import elements
import library
import names
import storage
from storage import Plan

LINK_CREATION = h5p.create(h5p.LINK_CREATE)
LINK_CREATION.set_char_encoding(h5t.CSET_UTF8)


def make(choices, parent, name, dense=None):
    """A group; `dense` asks for links in a heap (True), or up to 500 in the header (False), where the version has that."""
    creation = h5p.create(h5p.GROUP_CREATE)
    order = choices.pick([0, 0, h5p.CRT_ORDER_TRACKED, h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED])
    creation.set_link_creation_order(order)
    if choices.chance(0.2):
        creation.set_attr_creation_order(choices.pick([h5p.CRT_ORDER_TRACKED, h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED]))
    if choices.chance(0.1):
        creation.set_attr_phase_change(*choices.pick([(0, 0), (3, 2), (20, 10)]))
    if dense is not None:
        library.set_link_phases(creation, *((0, 0) if dense else (500, 2)))
    elif choices.chance(0.2):
        library.set_link_phases(creation, *choices.pick([(1, 1), (3, 2), (4, 0)]))
    return h5g.create(parent, name.encode(), LINK_CREATION, creation)


def small_dataset(choices, group, name):
    return storage.create(choices, group, name, Plan(element=elements.numbers(choices), size=20))


def many_links(choices, group, count):
    """Links to one dataset, to groups, and soft ones; then some are removed and some moved."""
    target = small_dataset(choices, group, "target")
    for i in range(count):
        name = f"link {i}" if i % 5 else f"Ω{i}" + "x" * choices.between(0, 40)
        if i % 11 == 3:
            group.links.create_soft(name.encode(), choices.pick([b"target", b"nowhere", b"/"]), LINK_CREATION)
        elif i % 13 == 5:
            h5g.create(group, name.encode(), LINK_CREATION)
        else:
            group.links.create_hard(name.encode(), group, b"target", LINK_CREATION)
    for i in range(1, count, 10):
        if i % 5 and choices.chance(0.3):
            group.unlink(f"link {i}".encode())
        elif i % 5 and choices.chance(0.2):
            group.move(f"link {i}".encode(), f"moved {i}".encode())
    return target


def nested(choices, group, depth):
    """Groups within groups, with a dataset in the innermost."""
    taken = set()
    for _ in range(depth):
        group = make(choices, group, names.name(choices, taken))
        if choices.chance(0.2):
            attributes.add_some(choices, group, 2)
    small_dataset(choices, group, "innermost")


def tree(choices, group, size):
    """Groups, datasets and links of all kinds among them."""
    places = [group]
    taken = {id(group): set()}
    paths = [b"/"]
    of = {id(group): b""}
    for _ in range(size):
        parent = choices.pick(places)
        name = names.name(choices, taken[id(parent)])
        path = of[id(parent)] + b"/" + name.encode()
        kind = choices.weighted({"group": 4, "dataset": 4, "hard": 2, "soft": 4, "type": 1, "external": 1})
        if kind == "group":
            child = make(choices, parent, name)
            places.append(child)
            taken[id(child)] = set()
            of[id(child)] = path
            paths.append(path)
            attributes.add_some(choices, child, 2)
        elif kind == "dataset":
            attributes.add_some(choices, small_dataset(choices, parent, name), 2)
            paths.append(path)
        elif kind == "hard":
            # Also to groups above: circles.
            target = choices.pick(paths)
            parent.links.create_hard(name.encode(), group, target if target != b"/" else b".", LINK_CREATION)
        elif kind == "soft":
            parent.links.create_soft(name.encode(), soft_target(choices, paths, path), LINK_CREATION)
            if choices.chance(0.3):
                paths.append(path)
        elif kind == "type":
            attributes.add_some(choices, committed(choices, parent, name), 2)
        else:
            parent.links.create_external(
                name.encode(), choices.pick([b"nowhere.h5", b"beside.h5"]), choices.pick([b"/", b"/x", b"/nowhere"]), LINK_CREATION
            )


def soft_target(choices, paths, path):
    one = choices.pick(paths)
    relative = one.rsplit(b"/", 1)[-1] or b"."
    return choices.pick(
        [one, one, one, relative, b"./" + relative, one + b"/", b"/" + one, one.replace(b"/", b"//"), one + b"/nowhere", b"/..", path]
    )


def committed(choices, group, name, element=None):
    """A named datatype."""
    stored = (element or elements.anything(choices)).stored.copy()
    stored.commit(group, name.encode(), LINK_CREATION)
    return stored


def chain(choices, group, length):
    """A soft link that leads to a soft link, and so on, and at last to a dataset, to nothing, or back."""
    end = choices.pick(["dataset", "nothing", "circle"])
    small_dataset(choices, group, "end")
    for i in range(length):
        group.links.create_soft(f"step {i}".encode(), f"step {i + 1}".encode(), LINK_CREATION)
    last = {"dataset": b"end", "nothing": b"nowhere", "circle": b"step 0"}[end]
    group.links.create_soft(f"step {length}".encode(), last, LINK_CREATION)
