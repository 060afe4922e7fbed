"""Makes small tokenizers of every kind that Hybrid runs, and asks the reference (Hugging Face's own, the Python package tokenizers) for their ids:

    python infra/tokenizers/reference.py texts          writes tests/Hybrid.Tests/Encoding/Tokenizers/KIND.json, KIND-reference.jsonl
    python infra/tokenizers/reference.py lines FOLDER [KIND ...]
                                                        writes larger ones, each with the ids of some hundred thousand texts, which are compared by

    dotnet run -c Release --project tests/Hybrid.Benchmarks -- tokenizer FOLDER/KIND.json FOLDER/KIND.jsonl

Run it in the root of the repository.
"""
import base64, glob, hashlib, json, os, random, struct, sys
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from charsmap import compiled, nfkc

LIMIT = 64
SCALARS = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
FRAGMENTS = [
    "wireless", "Playing", "HEADPHONES", " the", "'s", "'ll", "'t", "'S", "don't", "naïve", "CAFÉ",
    "e\u0301", "a\u0327\u0301", "İ", "ẞ", "ﬁ", "①", "㎏", "\ufdfa",
    "无线降噪耳机", "智能",
    "中" * 10, "ガ", "ｶﾞ", "한국어", "\u1112\u1161\u11ab", "힣\u11a8", "สวัสดี", "हिन्दी", "😀👍🏽", "🇨🇳", "👩‍👩‍👧", "𝒳", "𠮷野", "x" * 30,
    "a" * 101, "12", "３", "ⅷ",
    "<s>", "</s>", "<mask>", " <mask>", "<mask> ", "<unk>", "<pad>", "＜s＞", "[CLS]", "[SEP]", "[MASK]", " [MASK] ", "[sep]", "[UNK",
    "##ing", "▁", "▁▁", "a▁b", " ", "  ", "   ", "\t\n", "\r\n",
    "\u3000", "\u00a0", "\u200b", "\u200d", "\x1c", "\x85", "\u2028", "\x00", "\x07", "\ufffd", "\ufeff", "\u0600a", "1,299.99", "!!!", "...", "\u180e",
]
RANGES = [(0x20, 0x7F), (0x20, 0x7F), (0x0, 0x21), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x600), (0x600, 0x2000), (0x1E00, 0x2000), (0x2000, 0x3400),
          (0x3400, 0xD800), (0x4E00, 0x9FFF), (0xE000, 0x10000), (0xF900, 0x10000), (0x10000, 0x20000), (0x20000, 0x110000)]


def random_text(draw):
    parts = []
    for _ in range(draw.randint(1, 16)):
        char = chr(draw.randrange(*draw.choice(RANGES)))
        parts.append(draw.choice([draw.choice(FRAGMENTS), " ", char, char]))
    return "".join(parts)


def corpus(is_large):
    draw = random.Random(1)
    for name in sorted(glob.glob("**/*.md", recursive=True) + glob.glob("src/**/*.cs", recursive=True)) if is_large else []:
        with open(name, encoding="utf-8") as file:
            yield from file.read().split("\n")
    yield from (random_text(draw) for _ in range(2_000))


def characters(is_large):
    some = [*range(0x180), *range(0x300, 0x308), *range(0x4E00, 0x4E20), *(ord(c) for c in "线无智能ガ한")]
    return [c for c in SCALARS if c < 0x20000] if is_large else some


def wordpiece(is_large, lowercase, strip_accents, chinese=True):
    """A vocabulary that spells: every character begins a word, or goes on with one."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "wire", "##less", "play", "Play", "##ing", "HEAD", "na", "##ïve"]
    pieces += [chr(c) for c in characters(is_large)] + [f"##{chr(c)}" for c in characters(is_large)]
    made = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(dict.fromkeys(pieces))}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(handle_chinese_chars=chinese, lowercase=lowercase, strip_accents=strip_accents)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    made.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", AddedToken("[MASK]", lstrip=not chinese, rstrip=not chinese, special=True)])
    return made


def bpe(is_large, add_prefix_space):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    made.train_from_iterator(corpus(is_large), trainers.BpeTrainer(
        vocab_size=4_000 if is_large else 500, special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    made.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=add_prefix_space)
    return made


def unigram(is_large, steps, words):
    draw = random.Random(2)
    pieces = ["▁wire", "less", "▁play", "ing", "▁▁", "▁a", "▁the", "a▁b", "中中", "无线", "▁无", "aa", "aaa", "12", "é", "fi", "!!",
              "▁😀", "1,", "...", "CAF", "\ufdfa", "▁1", "Play"]
    pieces += [chr(c) for c in characters(is_large) if c > 0x20]
    if is_large:
        made = Tokenizer(models.Unigram([("<unk>", 0.0)], 0))
        made.pre_tokenizer = pre_tokenizers.Metaspace()
        made.train_from_iterator((text for text in corpus(True) if text.isascii()), trainers.UnigramTrainer(
            vocab_size=3_000, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False))
        pieces = [piece for piece, _ in json.loads(made.to_str())["model"]["vocab"][1:]] + pieces
    vocabulary = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.5)]
    known = {piece for piece, _ in vocabulary}
    vocabulary += [(piece, -draw.randint(200, 1_200) / 100) for piece in dict.fromkeys(pieces) if piece not in known] + [("<mask>", 0.0)]
    made = Tokenizer(models.Unigram(vocabulary, 3))
    some = [*range(0x180), *range(0x2000, 0x2030), *range(0x2460, 0x2470), 0x3000, 0x30AC, 0x338F, 0xD55C, *range(0xFB00, 0xFB07), 0xFDFA, *range(0xFF01, 0xFF9F)]
    precompiled = normalizers.Precompiled(compiled(nfkc(SCALARS if is_large else some)))
    made.normalizer = normalizers.Sequence([precompiled, *steps]) if steps else precompiled
    made.pre_tokenizer = words
    made.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])
    made.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)])
    return made


SPLIT = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
ONE_SPACE, STRIPPED = normalizers.Replace(Regex(" {2,}"), " "), [normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")]
KINDS = {
    "bert-cased": lambda large: wordpiece(large, lowercase=False, strip_accents=None),
    "bert-uncased": lambda large: wordpiece(large, lowercase=True, strip_accents=None),
    "bert-lowercase": lambda large: wordpiece(large, lowercase=True, strip_accents=False),
    "bert-without-accents": lambda large: wordpiece(large, lowercase=False, strip_accents=True),
    "bert-ideographs-kept": lambda large: wordpiece(large, lowercase=True, strip_accents=None, chinese=False),
    "roberta": lambda large: bpe(large, add_prefix_space=False),
    "roberta-space": lambda large: bpe(large, add_prefix_space=True),
    "xlmr": lambda large: unigram(large, [], SPLIT),
    "xlmr-one-space": lambda large: unigram(large, [ONE_SPACE], pre_tokenizers.Metaspace()),
    "xlmr-stripped": lambda large: unigram(large, STRIPPED, pre_tokenizers.Metaspace(split=False)),
}


def texts(name, made, folder):
    made.save(f"{folder}/{name}.json", pretty=False)
    made.enable_truncation(LIMIT)
    digest = hashlib.sha256()
    for code in SCALARS:
        ids = made.encode(f"ab{chr(code)}cd {chr(code)}").ids
        digest.update(struct.pack(f"<{len(ids)}i", *ids))
    draw = random.Random(20)
    with open(f"{folder}/{name}-reference.jsonl", "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps({"every_code_point": digest.hexdigest()}) + "\n")
        for _ in range(300):
            text = random_text(draw)
            file.write(json.dumps({"text": text, "ids": made.encode(text).ids}, separators=(",", ":")) + "\n")


def lines(name, made, folder):
    made.save(f"{folder}/{name}.json", pretty=False)
    made.enable_truncation(512)
    draw, count = random.Random(21), 0
    with open(f"{folder}/{name}.jsonl", "w", encoding="utf-8", newline="\n") as file:
        every = (f"e{chr(code)}\u0301 {chr(code)}中{chr(code)} 1{chr(code)}" for code in SCALARS
                 if code < 0x34000 or 0xDFF00 < code < 0xE0300 or code % 101 == 0)
        for text in [*every, *corpus(True), *(random_text(draw) for _ in range(150_000))]:
            file.write(json.dumps({"text": text, "ids": made.encode(text).ids}, separators=(",", ":")) + "\n")
            count += 1
    print(f"{name}: {count} texts")


match sys.argv[1:]:
    case ["texts"]:
        os.makedirs("tests/Hybrid.Tests/Encoding/Tokenizers", exist_ok=True)
        for name, make in KINDS.items():
            texts(name, make(False), "tests/Hybrid.Tests/Encoding/Tokenizers")
    case ["lines", folder, *names]:
        for name in names or KINDS:
            lines(name, KINDS[name](True), folder)
    case _:
        sys.exit(__doc__)
