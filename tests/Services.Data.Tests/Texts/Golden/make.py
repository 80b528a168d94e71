#!/usr/bin/env python3
"""Makes the models and expected values beside it with Debian's python3-sentencepiece and python3-sklearn.

    cd tests/Services.Data.Tests/Texts/Golden && python3 make.py

corpus.txt and the sentences below were written for this project.
"""
import json
import os
import tempfile

import numpy
import sentencepiece
import sklearn
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

SENTENCES = [
    "The harbour ferry waits.",
    "",
    "   ",
    "  two   spaces,\tone tab\nand a new line  ",
    "crème brûlée, cre\u0300me bru\u0302le\u0301e",
    "½ of 3² is 4½; Ⅳ and ٣ are numbers, ① too",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ o'ΣΑ. ΑΣ' ΑΣ'Α ΑΣ\u0301 ΑΣ1",
    "İstanbul ISPARTA ǅ ẞ Ά \U00010400",
    "mixed_snake and kebab-case o'clock x y zz",
    "海の朝 は静か です",
    "नमस्ते दुनिया हिन्दी",
    "سلام دنیا",
    "👍🏽 ok 👨‍👩‍👧 \U0001F1F3\U0001F1F4",
    "zero\u200bwidth\u200djoin\u00adsoft\ufeffmark",
    "<s> </s> <unk> <0x41> plain text",
    "▁meta▁ ▁▁ symbol",
    "[SEP] harbour[SEP]wall[MASK]",
    "naïve façade ﬁsh ｆｕｌｌ ① ㍿",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "the the the harbour harbour lighthouse",
    "control \x01\x02 and \x7f characters",
    "Tide table: 7, 12, 48 or 300 — quay “north”",
]

MODELS = {
    "identity_bytes": dict(vocab_size=340, byte_fallback=True, normalization_rule_name="identity", pad_id=3),
    "rules_symbols": dict(
        vocab_size=150, user_defined_symbols=["[SEP]", "harbour w", "12"], control_symbols=["[MASK]"], unk_surface="?"),
    "suffix_spaces": dict(
        vocab_size=130, treat_whitespace_as_suffix=True, normalization_rule_name="identity", remove_extra_whitespaces=False),
    "no_prefix": dict(vocab_size=130, add_dummy_prefix=False, normalization_rule_name="identity", remove_extra_whitespaces=False),
}

# Accents off, ligatures apart, the feminine "e" of two characters, white space made one kind, control characters dropped.
RULES = {
    "é": "e", "è": "e", "e\u0300": "e", "û": "u", "ä": "ae", "ﬁ": "fi", "ﬁsh": "FISH", "\t": " ", "\n": " ", "\u3000": " ",
    "½": "1/2", "\x01": "", "\u200b": "", "①": " (1) ",
}

VECTORIZERS = [
    ("tfidf", {}),
    ("tfidf", dict(ngram_range=(1, 3), sublinear_tf=True, min_df=2, norm="l1")),
    ("tfidf", dict(strip_accents="unicode", smooth_idf=False, max_features=60)),
    ("tfidf", dict(lowercase=False, use_idf=False, max_df=0.3, norm=None)),
    ("hashing", {}),
    ("hashing", dict(n_features=64, norm="l1", ngram_range=(2, 2))),
    ("hashing", dict(n_features=1000, norm=None, alternate_sign=False, strip_accents="unicode")),
]


def train(name, options, folder):
    if name == "rules_symbols":
        rules = os.path.join(folder, "rules.tsv")
        with open(rules, "w", encoding="utf-8") as file:
            for source, target in RULES.items():
                hexed = [" ".join(f"{ord(c):X}" for c in text) for text in (source, target)]
                file.write("\t".join(hexed) + "\n")
        options = dict(options, normalization_rule_tsv=rules)
    prefix = os.path.join(folder, name)
    sentencepiece.SentencePieceTrainer.train(
        input="corpus.txt", model_prefix=prefix, model_type="bpe", num_threads=1, minloglevel=2, **options)
    with open(prefix + ".model", "rb") as file:
        return file.read()


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def edit(model, change):
    """The same model with other fields: change(number, index among the fields of that number, bytes) -> bytes or None."""
    out, at, seen = b"", 0, {}
    while at < len(model):
        number, at = model[at] >> 3, at + 1
        length, shift = 0, 0
        while True:
            length |= (model[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if model[at - 1] < 0x80:
                break
        field, at = model[at:at + length], at + length
        seen[number] = seen.get(number, -1) + 1
        field = change(number, seen[number], field)
        if field is not None:
            out += bytes([number << 3 | 2]) + varint(len(field)) + field
    return out


def without_paths(model):
    """Without what the trainer was called with, but for what the tokenizer reads: type and the fields from 24 on."""
    def trainer(field):
        out, at = b"", 0
        while at < len(field):
            start = at
            tag, shift = 0, 0
            while True:
                tag |= (field[at] & 0x7F) << shift
                shift, at = shift + 7, at + 1
                if field[at - 1] < 0x80:
                    break
            value, shift, first = 0, 0, at
            if tag & 7 == 5:
                at += 4
            else:
                while True:
                    value |= (field[at] & 0x7F) << shift
                    shift, at = shift + 7, at + 1
                    if field[at - 1] < 0x80:
                        break
                if tag & 7 == 2:
                    at += value
            if tag >> 3 in (3, 24, 35, 40, 41, 42, 43, 44):
                out += field[start:at]
        return out
    return edit(model, lambda number, index, field: trainer(field) if number == 2 else field)


def with_unused(model, ids):
    return edit(model, lambda number, index, field: field + b"\x18\x05" if number == 1 and index in ids else field)


def tokenizer(name, model):
    path = name + ".model"
    with open(path, "wb") as file:
        file.write(model)
    sp = sentencepiece.SentencePieceProcessor(model_file=path)
    rows = []
    for text in SENTENCES:
        ids = sp.encode(text, out_type=int)
        rows.append({"ids": ids, "pieces": sp.encode(text, out_type=str), "decoded": sp.decode(ids)})
    # Ids that no text gives: bytes that are no character, control pieces, unknown ones, spaces at the start.
    odd = [list(range(len(sp))), [0, 1, 2, 0]]
    if sp.piece_to_id("<0xE2>") > 0:
        odd.append([sp.piece_to_id(f"<0x{b:02X}>") for b in b"\xe2\x82\xac\xe2\x82A\xff\xf0\x9f\xed\xa0\x80\xef\xbf\xbd"])
    return {"vocab_size": len(sp), "rows": rows, "odd": [{"ids": ids, "decoded": sp.decode(ids)} for ids in odd]}


def vectorizer(kind, options, corpus):
    if kind == "tfidf":
        made = TfidfVectorizer(**options).fit(corpus)
        learnt = {"terms": made.get_feature_names_out().tolist(),
                  "idf": made.idf_.tolist() if options.get("use_idf", True) else None}
    else:
        made, learnt = HashingVectorizer(**options), {}
    matrix = made.transform(SENTENCES).tocsr().sorted_indices()
    return {"kind": kind, "options": options, **learnt, "columns": matrix.shape[1],
            "data": matrix.data.tolist(), "indices": matrix.indices.tolist(), "indptr": matrix.indptr.tolist()}


def orders():
    """Ascending orders with many ties, one of keys on which quicksort gives up (made with McIlroy's adversary)."""
    random = numpy.random.RandomState(5)
    keys = [random.randint(0, most, count) for most, count in [(3, 10), (3, 16), (4, 17), (5, 400), (2, 1000), (1, 100)]]
    killer = numpy.full(100, 100)
    killer[0:25:2], killer[49:62] = range(0, 25, 2), range(1, 26, 2)
    keys.append(killer)
    return [{"keys": k.tolist(), "order": k.argsort().tolist()} for k in keys]


def main():
    with open("corpus.txt", encoding="utf-8") as file:
        corpus = file.read().splitlines()
    with tempfile.TemporaryDirectory() as folder:
        models = {name: without_paths(train(name, options, folder)) for name, options in MODELS.items()}
    models["unused_pieces"] = with_unused(models["identity_bytes"], range(262, 300, 3))
    result = {
        "made_with": {"sentencepiece": sentencepiece.__version__, "scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
        "sentences": SENTENCES,
        "models": {name: tokenizer(name, model) for name, model in models.items()},
        "terms": [CountVectorizer().build_analyzer()(text) for text in SENTENCES],
        "terms_without_accents": [CountVectorizer(strip_accents="unicode").build_analyzer()(text) for text in SENTENCES],
        "lower": [text.lower() for text in SENTENCES],
        "vectorizers": [vectorizer(kind, options, corpus) for kind, options in VECTORIZERS],
        "orders": orders(),
    }
    with open("expected.json", "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=True)}" for k, v in result.items()) + "\n}\n")


main()
