"""The checksum of HDF5's metadata: Bob Jenkins' lookup3, of 32 bits."""

MASK = 0xFFFFFFFF


def rotate(value, bits):
    return (value << bits | value >> (32 - bits)) & MASK


def checksum(data):
    a = b = c = (0xDEADBEEF + len(data)) & MASK
    at = 0
    while len(data) - at > 12:
        x, y, z = (int.from_bytes(data[at + 4 * i : at + 4 * i + 4], "little") for i in range(3))
        a, b, c = (a + x) & MASK, (b + y) & MASK, (c + z) & MASK
        a = (a - c & MASK) ^ rotate(c, 4)
        c = c + b & MASK
        b = (b - a & MASK) ^ rotate(a, 6)
        a = a + c & MASK
        c = (c - b & MASK) ^ rotate(b, 8)
        b = b + a & MASK
        a = (a - c & MASK) ^ rotate(c, 16)
        c = c + b & MASK
        b = (b - a & MASK) ^ rotate(a, 19)
        a = a + c & MASK
        c = (c - b & MASK) ^ rotate(b, 4)
        b = b + a & MASK
        at += 12
    rest = data[at:]
    if len(rest) == 0:
        return c
    rest = rest.ljust(12, b"\0")
    x, y, z = (int.from_bytes(rest[4 * i : 4 * i + 4], "little") for i in range(3))
    a, b, c = (a + x) & MASK, (b + y) & MASK, (c + z) & MASK
    c = (c ^ b) - rotate(b, 14) & MASK
    a = (a ^ c) - rotate(c, 11) & MASK
    b = (b ^ a) - rotate(a, 25) & MASK
    c = (c ^ b) - rotate(b, 16) & MASK
    a = (a ^ c) - rotate(c, 4) & MASK
    b = (b ^ a) - rotate(a, 14) & MASK
    return (c ^ b) - rotate(b, 24) & MASK
