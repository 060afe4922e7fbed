# Writes the table of ComposedText: python3 infra/unicode/compositions.py > src/Hybrid/Catalog/ComposedText.txt
import unicodedata

print(f"# Canonical decompositions and combining classes of Unicode {unicodedata.unidata_version} (UnicodeData.txt), without Hangul, which is a rule.")
print("# Written by infra/unicode/compositions.py. \"00C0 0041 0300\": a character and what it is made of, and composed from, unless - stands behind;")
print("# \"0300-0314 230\": a combining class.")
for code in range(0x110000):
    parts = unicodedata.decomposition(chr(code))
    if parts and not parts.startswith("<") and not 0xAC00 <= code <= 0xD7A3:
        composes = unicodedata.normalize("NFC", chr(code)) == chr(code)
        print(f"{code:04X} {parts}{'' if composes else ' -'}")
start, before = 0, 0
for code in range(0x110001):
    combining = unicodedata.combining(chr(code)) if code < 0x110000 else 0
    if combining != before:
        if before:
            print(f"{start:04X}-{code - 1:04X} {before}")
        start, before = code, combining
