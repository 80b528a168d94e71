"""Writes golden.json: made-up predictions, and what scikit-learn and numpy say about them.

    /usr/bin/python3 make.py FOLDER

Needs Debian's python3-sklearn (1.2.1) and python3-numpy (1.24.2). Probabilities have two decimals so that many are equal.
"""
import json
import os
import sys

import numpy as np
from sklearn import metrics as m

random = np.random.default_rng(20240612)
ROWS = 80
weights = random.integers(1, 8, size=ROWS) / 4
y = (random.normal(size=ROWS) * 3 + 10).round(2)
said = (y + random.normal(size=ROWS) + 0.3).round(2)
binary = random.integers(0, 2, size=ROWS)
odds = (1 / (1 + np.exp(-(binary * 2 - 1) - 1.5 * random.normal(size=ROWS)))).clip(0.01, 0.99).round(2)
classes = random.integers(0, 3, size=ROWS)
scores = np.exp(1.2 * np.eye(3)[classes] + random.normal(size=(ROWS, 3)))
shares = (scores / scores.sum(1, keepdims=True)).round(2)
shares[:, 2] = (1 - shares[:, 0] - shares[:, 1]).round(2)
groups = [10, 1, 25, 4, 30, 10]
grades = random.integers(0, 5, size=ROWS)
grades[10] = 2
grades[11:36] = np.minimum(grades[11:36], 1)
grades[36:40] = 0
ranks = (grades + 2 * random.normal(size=ROWS)).round(0)


def regression(w):
    return {
        "rmse": np.sqrt(m.mean_squared_error(y, said, sample_weight=w)),
        "mae": m.mean_absolute_error(y, said, sample_weight=w),
        "max_error": m.max_error(y, said),
        "bias": np.average(said - y, weights=w),
        "r2": m.r2_score(y, said, sample_weight=w),
        "mape": m.mean_absolute_percentage_error(y, said, sample_weight=w),
        **({"median_error": m.median_absolute_error(y, said)} if w is None else {}),
    }


def calibration_error(confidence, right, w):
    bins = np.minimum((confidence * 10).astype(int), 9)
    w = np.ones(ROWS) if w is None else w
    return sum(abs((w * (confidence - right))[bins == b].sum()) for b in range(10)) / w.sum()


def of_classes(truth, predicted, w, average):
    return {
        "accuracy": m.accuracy_score(truth, predicted, sample_weight=w),
        "balanced_accuracy": m.balanced_accuracy_score(truth, predicted, sample_weight=w),
        "precision": m.precision_score(truth, predicted, sample_weight=w, average=average),
        "recall": m.recall_score(truth, predicted, sample_weight=w, average=average),
        "f1": m.f1_score(truth, predicted, sample_weight=w, average=average),
        "mcc": m.matthews_corrcoef(truth, predicted, sample_weight=w),
    }


def two(w):
    return {
        "log_loss": m.log_loss(binary, odds, sample_weight=w),
        "brier": m.brier_score_loss(binary, odds, sample_weight=w),
        "auc": m.roc_auc_score(binary, odds, sample_weight=w),
        "average_precision": m.average_precision_score(binary, odds, sample_weight=w),
        **of_classes(binary, (odds > 0.5).astype(int), w, "binary"),
        "calibration_error": calibration_error(odds, binary, w),
    }


def three(w):
    predicted = shares.argmax(1)
    one = np.eye(3)[classes]
    return {
        "log_loss": m.log_loss(classes, shares, sample_weight=w),
        "brier": np.average(((shares - one)**2).sum(1), weights=w),
        "auc": np.mean([m.roc_auc_score(one[:, k], shares[:, k], sample_weight=w) for k in range(3)]),
        **of_classes(classes, predicted, w, "macro"),
        "calibration_error": calibration_error(shares.max(1), predicted == classes, w),
    }


def ranking():
    values = {"ndcg": [], "ndcg@5": [], "ndcg@10": []}
    start = 0
    for size in groups:
        own = slice(start, start + size)
        start += size
        if grades[own].max() == 0:
            continue
        for name, k in (("ndcg", None), ("ndcg@5", 5), ("ndcg@10", 10)):
            gains = 2.0**grades[own] - 1
            values[name].append(m.ndcg_score([gains], [ranks[own]], k=k) if size > 1 else 1.0)
    return {name: np.mean(each) for name, each in values.items()}


golden = {
    "weights": weights.tolist(), "y": y.tolist(), "said": said.tolist(), "binary": binary.tolist(), "odds": odds.tolist(),
    "classes": classes.tolist(), "shares": shares.ravel().tolist(), "groups": groups, "grades": grades.tolist(),
    "ranks": ranks.tolist(),
    "regression": regression(None), "regression_weighted": regression(weights),
    "two": two(None), "two_weighted": two(weights), "three": three(None), "three_weighted": three(weights),
    "ranking": ranking(),
    "three_confusion_weighted": m.confusion_matrix(classes, shares.argmax(1), sample_weight=weights).ravel().tolist(),
    "three_f1_weighted": m.f1_score(classes, shares.argmax(1), sample_weight=weights, average=None).tolist(),
}
with open(os.path.join(sys.argv[1], "golden.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()) + "\n}\n")
