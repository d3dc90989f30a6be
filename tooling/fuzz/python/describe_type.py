"""Types of elements in words, the same that ../reader/describe-type.ts finds for what this project says."""

from h5py import h5t

# Size, precision, position and size of exponent and of mantissa, bias of the exponent.
FLOATS = {
    (2, 16, 10, 5, 0, 10, 15): "binary16",
    (2, 16, 7, 8, 0, 7, 127): "bfloat16",
    (4, 32, 23, 8, 0, 23, 127): "binary32",
    (8, 64, 52, 11, 0, 52, 1023): "binary64",
}


def describe(kind):
    size = kind.get_size()
    if isinstance(kind, h5t.TypeEnumID):
        members = {}
        for i in range(kind.get_nmembers()):
            members[text(kind.get_member_name(i))] = kind.get_member_value(i)
        listed = ",".join(f"{name}={int(float(members[name]))}" for name in sorted(members, key=utf16))
        return f"enum({describe(kind.get_super())};{listed})"
    if isinstance(kind, h5t.TypeIntegerID):
        sign = "u" if kind.get_sign() == h5t.SGN_NONE else "i"
        part = "" if kind.get_precision() == size * 8 else f":{kind.get_precision()}+{kind.get_offset()}"
        return f"{sign}{size}{part}"
    if isinstance(kind, h5t.TypeBitfieldID):
        return f"b{size}"
    if isinstance(kind, h5t.TypeFloatID):
        return f"f{size}:{float_format(kind)}"
    if isinstance(kind, h5t.TypeStringID):
        return "text" if kind.is_variable_str() else f"s{size}"
    if isinstance(kind, h5t.TypeCompoundID):
        fields = [
            f"{text(kind.get_member_name(i))}:{describe(kind.get_member_type(i))}" for i in range(kind.get_nmembers())
        ]
        # In h5py's memory texts have another size than in the file.
        return f"c{'' if has_texts(kind) else size}{{{','.join(fields)}}}"
    if isinstance(kind, h5t.TypeArrayID):
        return f"a{'x'.join(map(str, kind.get_array_dims()))}({describe(kind.get_super())})"
    return "other"


def has_texts(kind):
    """Whether there are strings of variable length in each element."""
    if isinstance(kind, h5t.TypeCompoundID):
        return any(has_texts(kind.get_member_type(i)) for i in range(kind.get_nmembers()))
    if isinstance(kind, h5t.TypeArrayID):
        return has_texts(kind.get_super())
    return isinstance(kind, h5t.TypeStringID) and kind.is_variable_str()


def float_format(kind):
    if not isinstance(kind, h5t.TypeFloatID):
        return "other"
    start, exponent_at, exponent, mantissa_at, mantissa = kind.get_fields()
    precision = kind.get_precision()
    try:
        bias = kind.get_ebias()
    except RuntimeError:
        bias = 0  # Which h5py takes for a sign of failure.
    facts = (kind.get_size(), precision, exponent_at, exponent, mantissa_at, mantissa, bias)
    plain = kind.get_offset() == 0 and kind.get_norm() == h5t.NORM_IMPLIED and start == precision - 1
    # The order of VAX is neither.
    plain = plain and kind.get_order() in (h5t.ORDER_LE, h5t.ORDER_BE)
    return FLOATS.get(facts, "other") if plain else "other"


def text(raw):
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw


def utf16(word):
    """Sorts as JavaScript does."""
    return word.encode("utf-16-be", "surrogatepass")
