"""Names of links and attributes, plain and strange."""

import elements


def name(choices, taken, slashes=False):
    """One that is not taken yet."""
    while True:
        one = choices.weighted({_plain: 6, _wide: 2, _long: 1, _odd: 1})(choices)
        if not slashes:
            one = one.replace("/", "|")
        if one not in taken and one not in ("", ".") and "\0" not in one:
            taken.add(one)
            return one


def _plain(choices):
    return f"{choices.pick(['data', 'x', 'group', 'matrix', 'obs', 'var'])}{choices.between(0, 99999)}"


def _wide(choices):
    return elements.text(choices, 12, True)


def _long(choices):
    return "long" * choices.between(2, 300) + str(choices.between(0, 9))


def _odd(choices):
    return choices.pick(["..", "...", "a b", " ", "%d", "\\", "a.b.c", "-", "0", "NaN", "__proto__", "constructor", "toString"])
