"""Writes golden.json: made-up rows, and the lines that scikit-learn, scipy and numpy find through them.

    /usr/bin/python3 make.py FOLDER

Needs Debian's python3-sklearn (1.2.1), python3-scipy (1.10.1) and python3-numpy (1.24.2). "ridge" and "lasso" are those of
the engine: loss + ridge / 2 * squared coefficients + lasso * absolute coefficients, the loss summed over the rows.
"""
import json
import os
import sys

import numpy as np
from scipy import optimize, stats
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

random = np.random.default_rng(20240611)
ROWS = 60
X = random.normal(size=(ROWS, 3)) * [1, 3, 0.5] + [0, 2, -1]
X[:, 2] += 0.1 * X[:, 1]
X = X.round(3)
noise = random.normal(size=ROWS)
y = (1.5 * X[:, 0] - 0.7 * X[:, 1] + 4 + noise).round(3)
binary = (X[:, 0] + 0.5 * X[:, 1] - 1 + 1.5 * random.logistic(size=ROWS) > 0).astype(int)
scores = np.stack([X[:, 0], -X[:, 0] + 0.5 * X[:, 1], X[:, 2] + 1], 1) + 1.2 * random.gumbel(size=(ROWS, 3))
classes = scores.argmax(1)
weights = random.integers(1, 6, size=ROWS) / 2
ones = np.column_stack([np.ones(ROWS), X])


def lines(intercepts, coefficients, **more):
    rounded = {key: np.asarray(value, float).tolist() for key, value in more.items()}
    return {"intercepts": np.atleast_1d(intercepts).tolist(), "coefficients": np.atleast_2d(coefficients).tolist(), **rounded}


def least_squares(w):
    root = np.sqrt(w)[:, None]
    beta = np.linalg.lstsq(ones * root, y * root[:, 0], rcond=None)[0]
    residual = y - ones @ beta
    freedom = ROWS - 4
    variance = (w * residual**2).sum() / freedom
    errors = np.sqrt(variance * np.diag(np.linalg.inv((ones * root).T @ (ones * root))))
    p = 2 * stats.t.sf(np.abs(beta / errors), freedom)
    total = (w * (y - np.average(y, weights=w))**2).sum()
    return lines(beta[0], beta[1:], errors=errors, p=p, deviation=np.sqrt(variance), r2=1 - (w * residual**2).sum() / total)


def softmax(beta, count):
    s = ones @ beta.reshape(count, 4).T
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def hessian(p, w, count):
    h = np.zeros((count * 4, count * 4))
    for row in range(ROWS):
        curvature = np.diag(p[row]) - np.outer(p[row], p[row])
        h += w[row] * np.kron(curvature, np.outer(ones[row], ones[row]))
    return h


def softmax_line(w, ridge):
    """Starts from scikit-learn's solution, and makes the slope zero to the last digit."""
    sk = LogisticRegression(
        penalty="l2" if ridge else None, C=1 / ridge if ridge else 1, multi_class="multinomial", solver="newton-cg",
        tol=1e-6, max_iter=100000).fit(X, classes, sample_weight=w)
    start = np.column_stack([sk.intercept_ - sk.intercept_.mean(), sk.coef_ - (0 if ridge else sk.coef_.mean(0))]).ravel()
    penalty = np.tile([0, ridge, ridge, ridge], 3)
    truth = np.eye(3)[classes]
    beta = start.copy()
    for _ in range(20):
        p = softmax(beta, 3)
        slope = ((p - truth) * w[:, None]).T @ ones
        beta -= np.linalg.pinv(hessian(p, w, 3) + np.diag(penalty)) @ (slope.ravel() + penalty * beta)
    assert np.abs(beta - start).max() < 1e-5, np.abs(beta - start).max()
    b = beta.reshape(3, 4)
    if ridge:
        return lines(b[:, 0], b[:, 1:])
    errors = np.sqrt(np.diag(np.linalg.pinv(hessian(softmax(beta, 3), w, 3)))).reshape(3, 4)
    return lines(b[:, 0], b[:, 1:], errors=errors.ravel())


def logistic_line(w, ridge):
    penalty = np.array([0, ridge, ridge, ridge])
    sk = LogisticRegression(
        penalty="l2" if ridge else None, C=1 / ridge if ridge else 1, solver="newton-cg", tol=1e-6,
        max_iter=100000).fit(X, binary, sample_weight=w)
    start = np.concatenate([sk.intercept_, sk.coef_[0]])

    def slope(beta):
        return ones.T @ (w * (1 / (1 + np.exp(-ones @ beta)) - binary)) + penalty * beta
    beta = optimize.root(slope, start, tol=1e-15).x
    assert np.abs(beta - start).max() < 1e-5
    if ridge:
        return lines(beta[0], beta[1:])
    p = 1 / (1 + np.exp(-ones @ beta))
    errors = np.sqrt(np.diag(np.linalg.inv((ones.T * (w * p * (1 - p))) @ ones)))
    return lines(beta[0], beta[1:], errors=errors, p=2 * stats.norm.sf(np.abs(beta / errors)))


def elastic_net(w, ridge, lasso):
    alpha = (ridge + lasso) / w.sum()
    sk = ElasticNet(alpha=alpha, l1_ratio=lasso / (ridge + lasso), tol=1e-15, max_iter=1000000).fit(X, y, sample_weight=w)
    return lines(sk.intercept_, sk.coef_)


def elastic_classes(labels, w, ridge, lasso):
    sk = LogisticRegression(
        penalty="elasticnet", C=1 / (ridge + lasso), l1_ratio=lasso / (ridge + lasso), solver="saga", tol=1e-13,
        max_iter=1000000, multi_class="multinomial" if labels.max() > 1 else "ovr", random_state=1)
    sk.fit(X, labels, sample_weight=w)
    return lines(sk.intercept_ - (sk.intercept_.mean() if labels.max() > 1 else 0), sk.coef_)


even = np.ones(ROWS)
ridged = Ridge(alpha=7, solver="svd").fit(X, y, sample_weight=weights)
golden = {
    "features": X.tolist(), "y": y.tolist(), "binary": binary.tolist(), "classes": classes.tolist(),
    "weights": weights.tolist(),
    "ols": least_squares(even),
    "ols_weighted": least_squares(weights),
    "ridge_7_weighted": lines(ridged.intercept_, ridged.coef_),
    "elastic_4_10": elastic_net(even, 4, 10),
    "elastic_4_10_weighted": elastic_net(weights, 4, 10),
    "logistic": logistic_line(even, 0),
    "logistic_2_weighted": logistic_line(weights, 2),
    "logistic_elastic_1_3": elastic_classes(binary, even, 1, 3),
    "softmax": softmax_line(even, 0),
    "softmax_2_weighted": softmax_line(weights, 2),
    "softmax_elastic_1_3": elastic_classes(classes, even, 1, 3),
}
with open(os.path.join(sys.argv[1], "golden.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()) + "\n}\n")
