#!/usr/bin/env python3
"""Makes the models in this folder, and what the library answers for some rows, with libxgboost 1.7.4:
python3 make.py. Needs only libxgboost.so.0; null stands for missing."""
import ctypes
import json
import pathlib
import random

FOLDER = pathlib.Path(__file__).parent
COLUMNS = 4
LIBRARY = ctypes.CDLL("libxgboost.so.0")
LIBRARY.XGBGetLastError.restype = ctypes.c_char_p
SIZE = ctypes.c_uint64


def check(code):
    if code:
        raise RuntimeError(LIBRARY.XGBGetLastError().decode())


def floats(values):
    return (ctypes.c_float * len(values))(*[float("nan") if v is None else v for v in values])


def matrix(rows, label=None, weight=None, group=None):
    handle = ctypes.c_void_p()
    check(LIBRARY.XGDMatrixCreateFromMat(
        floats([v for row in rows for v in row]), SIZE(len(rows)), SIZE(COLUMNS), ctypes.c_float(float("nan")),
        ctypes.byref(handle)))
    if group:
        sizes = (ctypes.c_int * len(group))(*group)
        array = {"data": [ctypes.addressof(sizes), True], "shape": [len(group)], "typestr": "<i4", "version": 3}
        check(LIBRARY.XGDMatrixSetInfoFromInterface(handle, b"group", json.dumps(array).encode()))
    for field, values in (("label", label), ("weight", weight)):
        if values:
            check(LIBRARY.XGDMatrixSetFloatInfo(handle, field.encode(), floats(values), SIZE(len(values))))
    return handle


def predict(booster, rows, kind):
    shape, dimensions, result = ctypes.POINTER(SIZE)(), SIZE(), ctypes.POINTER(ctypes.c_float)()
    config = {"type": kind, "training": False, "iteration_begin": 0, "iteration_end": 0, "strict_shape": True}
    check(LIBRARY.XGBoosterPredictFromDMatrix(
        booster, rows, json.dumps(config).encode(), ctypes.byref(shape), ctypes.byref(dimensions), ctypes.byref(result)))
    count = 1
    for i in range(dimensions.value):
        count *= shape[i]
    return [float("%.9g" % result[i]) for i in range(count)]


def make(name, parameters, rounds, rows, label, probe, weight=None, group=None, names=None):
    data, booster = matrix(rows, label, weight, group), ctypes.c_void_p()
    check(LIBRARY.XGBoosterCreate((ctypes.c_void_p * 1)(data), SIZE(1), ctypes.byref(booster)))
    for key, value in dict(parameters, nthread=1, verbosity=0, seed=3, tree_method="hist").items():
        check(LIBRARY.XGBoosterSetParam(booster, key.encode(), str(value).encode()))
    if names:
        texts = (ctypes.c_char_p * len(names))(*[text.encode() for text in names])
        check(LIBRARY.XGBoosterSetStrFeatureInfo(booster, b"feature_name", texts, SIZE(len(names))))
    for i in range(rounds):
        check(LIBRARY.XGBoosterUpdateOneIter(booster, i, data))
    for form in ("json", "ubj"):
        length, saved = SIZE(), ctypes.POINTER(ctypes.c_char)()
        check(LIBRARY.XGBoosterSaveModelToBuffer(
            booster, json.dumps({"format": form}).encode(), ctypes.byref(length), ctypes.byref(saved)))
        (FOLDER / f"{name}.{form}").write_bytes(ctypes.string_at(saved, length.value))
    asked = matrix(probe)
    answers = {
        "columns": COLUMNS, "rows": len(probe), "inputs": [v for row in probe for v in row],
        "margins": predict(booster, asked, 1), "predictions": predict(booster, asked, 0),
        "contributions": predict(booster, asked, 2), "leaves": [int(leaf) for leaf in predict(booster, asked, 6)],
    }
    (FOLDER / f"{name}.expected.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")


RANDOM = random.Random(7)


def made_up(count, missing):
    return [[None if RANDOM.random() < missing else round(RANDOM.uniform(-2, 2), 2) for _ in range(COLUMNS)]
            for _ in range(count)]


def main():
    rows, probe = made_up(300, 0.15), made_up(12, 0.3)
    known = [[v or 0 for v in row] for row in rows]
    make("binary", {"objective": "binary:logistic", "max_depth": 3, "eta": 0.3, "subsample": 0.8, "base_score": 0.3}, 8,
         rows, [1.0 if a * b + c > 0.2 else 0.0 for a, b, c, _ in known], probe,
         weight=[1 + (i % 3) for i in range(300)], names=["alpha", "beta", "gamma", "delta"])
    make("multiclass", {"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "eta": 0.3, "base_score": 0.5}, 4,
         rows, [float((a > 0) + (b + c > 0.5)) for a, b, c, _ in known], probe)
    make("ranking", {"objective": "rank:ndcg", "max_depth": 3, "eta": 0.3, "base_score": 0.5}, 6,
         rows, [float(min(4, max(0, int(2 + a + b)))) for a, b, _, _ in known], probe, group=[10] * 30)
    make("poisson", {"objective": "count:poisson", "max_depth": 3, "eta": 0.3, "base_score": 0.5, "max_delta_step": 0.7},
         6, rows, [float(max(0, int(1 + a + b))) for a, b, _, _ in known], probe)


if __name__ == "__main__":
    main()
