"""Writes a map of characters as SentencePiece compiles it: a double array over UTF-8 bytes, and the replacements."""
import struct, unicodedata

VALUE, LEAF = 1 << 31, 1 << 8


def compiled(rules):
    """The map for {text: replacement}, in bytes."""
    replacements, offsets, root = bytearray(), {}, {}
    for text, replacement in sorted(rules.items()):
        if replacement not in offsets:
            offsets[replacement] = len(replacements)
            replacements += replacement.encode() + b"\0"
        node = root
        for byte in text.encode():
            node = node.setdefault(byte, {})
        node[0] = offsets[replacement]  # no text has the byte 0
    units, used, todo, start = [0] * 256, {0}, [(root, 0)], 1
    while todo:
        node, place = todo.pop()
        base = start
        while any(base ^ label in used or base ^ label == 0 for label in node):
            base += 1
        while start in used:
            start += 1
        units.extend([0] * ((base | 255) + 1 - len(units)))
        assert place ^ base < 1 << 21
        units[place] |= (place ^ base) << 10 | (LEAF if 0 in node else 0)
        for label, child in node.items():
            used.add(base ^ label)
            if label == 0:
                units[base] = VALUE | child
            else:
                units[base ^ label] = label
                todo.append((child, base ^ label))
    return struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + bytes(replacements)


def nfkc(codes):
    """What SentencePiece's own rules do to characters: composed (NFKC), spaces of any kind one kind, controls gone."""
    rules = {}
    for code in codes:
        char = chr(code)
        if char in "\t\n\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" or 0x2000 <= code <= 0x200B:
            rules[char] = " "
        elif 0 < code < 0x20 or 0x7F <= code < 0xA0 or code == 0xFEFF:
            rules[char] = ""
        elif unicodedata.normalize("NFKC", char) != char:
            rules[char] = unicodedata.normalize("NFKC", char)
        parts = unicodedata.normalize("NFD", char)
        if len(parts) > 1 and unicodedata.normalize("NFC", parts) == char:
            rules[parts] = char
    return rules
