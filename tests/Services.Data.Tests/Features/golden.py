"""Computes golden.json with numpy, scipy, pandas and scikit-learn (Debian bookworm: python3-sklearn python3-pandas).

    python3 tests/Services.Data.Tests/Features/golden.py > tests/Services.Data.Tests/Features/golden.json
"""
import json
import math

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.special import kolmogorov
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

random = np.random.default_rng(20240611)


def numbers(values):
    return [None if isinstance(v, float) and math.isnan(v) else v for v in np.asarray(values).tolist()]


def drift():
    reference = np.round(random.normal(10, 2, 180), 3)
    current = np.round(random.normal(10.9, 2.4, 140), 3)
    edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    r = np.bincount(np.searchsorted(edges, reference, side="left"), minlength=10)
    c = np.bincount(np.searchsorted(edges, current, side="left"), minlength=10)
    rs, cs = np.maximum(r / r.sum(), 1e-4), np.maximum(c / c.sum(), 1e-4)
    d = stats.ks_2samp(reference, current).statistic
    root = math.sqrt(180 * 140 / 320)
    chi = stats.chi2_contingency([r, c], correction=False)
    texts = [[40, 30, 20, 6, 0], [20, 30, 30, 9, 11]]
    chi_texts = stats.chi2_contingency(texts, correction=False)
    tails = [[x, k, stats.chi2.sf(x, k)] for x, k in [(0.5, 1), (3.841458820694124, 1), (16, 9), (40, 12), (200, 30)]]
    return {
        "reference": numbers(reference), "current": numbers(current),
        "bins": [r.tolist(), c.tolist()],
        "psi": float(((cs - rs) * np.log(cs / rs)).sum()),
        "ks": d, "ks_probability": float(kolmogorov((root + 0.12 + 0.11 / root) * d)),
        "wasserstein": stats.wasserstein_distance(reference, current),
        "js": float(jensenshannon(r, c, base=2)),
        "chi_square": [chi[0], chi[2], chi[1]],
        "texts": texts, "texts_chi_square": [chi_texts[0], chi_texts[2], chi_texts[1]],
        "chi_square_tails": tails,
        "kolmogorov_tails": [[x, float(kolmogorov(x))] for x in (0.1, 0.4, 0.8, 1.1, 1.25, 1.6, 2.5)],
    }


def statistics():
    values = np.round(random.gamma(2, 3, 60), 4) + 1e6
    shares = [0, 0.01, 0.1, 0.25, 0.333, 0.5, 0.75, 0.9, 0.99, 1]
    return {
        "values": numbers(values), "mean": values.mean(), "sum": math.fsum(values),
        "std_0": values.std(), "std_1": values.std(ddof=1),
        "shares": shares, "quantiles": numbers(np.quantile(values, shares)),
    }


def scalers():
    train = np.round(random.normal(3, 5, 40), 3)
    new = np.round(random.normal(3, 9, 8), 3)

    def scale(scaler):
        return numbers(scaler.fit(train.reshape(-1, 1)).transform(new.reshape(-1, 1)).ravel())

    cities = ["Oslo", "Bergen", "Oslo", "Narvik", "Bergen", "Oslo"]
    table = np.array(cities, dtype=object).reshape(-1, 1)
    unseen = np.array(["Narvik", "Oslo", "Rome"], dtype=object).reshape(-1, 1)
    return {
        "train": numbers(train), "new": numbers(new),
        "z_score_0": scale(StandardScaler()),
        "z_score_1": numbers((new - train.mean()) / train.std(ddof=1)),
        "min_max": scale(MinMaxScaler()), "robust": scale(RobustScaler()),
        "cities": cities, "new_cities": ["Narvik", "Oslo", "Rome"],
        "one_hot": OneHotEncoder(handle_unknown="ignore").fit(table).transform(unseen).toarray().tolist(),
        "ordinal": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(table).transform(unseen).ravel().tolist(),
    }


def windows():
    n = 90
    begin = pd.Timestamp("2024-02-28T20:00:00Z")
    minutes = np.cumsum(random.integers(1, 25, n))
    times = begin + pd.to_timedelta(minutes, unit="min")
    speed = np.round(random.gamma(2, 2, n), 2)
    speed[[7, 30, 31]] = np.nan
    angle = np.round(random.normal(355, 30, n) % 360, 1)
    table = pd.DataFrame({"time": times, "place": random.choice(["a", "b"], n), "speed": speed, "angle": angle})

    def describe(part):
        s = part["speed"].dropna().to_numpy()
        a = np.radians(part["angle"].to_numpy())
        x, y = np.cos(a).mean(), np.sin(a).mean()
        return {
            "rows": len(part), "count": len(s), "sum": math.fsum(s), "mean": s.mean() if len(s) else None,
            "min": s.min() if len(s) else None, "max": s.max() if len(s) else None,
            "std": s.std(ddof=1) if len(s) > 1 else None, "p90": float(np.quantile(s, 0.9)) if len(s) else None,
            "direction": math.degrees(math.atan2(y, x)) % 360, "steadiness": math.hypot(x, y),
            "scipy_direction": float(stats.circmean(part["angle"], high=360, low=0)),
        }

    def slide(size, every):
        rows = []
        first = (table["time"].min() - pd.Timedelta(size)).floor(every)
        for start in pd.date_range(first, table["time"].max(), freq=every):
            for place in ("a", "b"):
                end = start + pd.Timedelta(size)
                part = table[(table["time"] >= start) & (table["time"] < end) & (table["place"] == place)]
                if len(part):
                    rows.append({"place": place, "start": start.isoformat(), "end": end.isoformat(), **describe(part)})
        return rows

    return {
        "rows": [[t.isoformat(), p, None if math.isnan(s) else s, a] for t, p, s, a in table.itertuples(index=False)],
        "tumbling_3h": slide("3h", "3h"), "sliding_3h_1h": slide("3h", "1h"),
    }


def joins():
    begin = pd.Timestamp("2024-01-01T00:00:00Z")
    n, m = 60, 120
    left = pd.DataFrame({
        "time": begin + pd.to_timedelta(np.sort(random.integers(0, 6000, n)), unit="min"),
        "place": random.choice(["a", "b", "c"], n)})
    right = pd.DataFrame({
        "time": begin + pd.to_timedelta(np.sort(random.integers(-600, 6000, m)) // 30 * 30, unit="min"),
        "place": random.choice(["a", "b"], m), "value": np.arange(m, dtype=float)})
    right["known"] = right["time"] + pd.to_timedelta(random.integers(0, 900, m), unit="min")
    asof = pd.merge_asof(
        left, right.drop_duplicates(["time", "place"], keep="last"), on="time", by="place",
        tolerance=pd.Timedelta("5h") - pd.Timedelta("1us"))["value"]
    known = []
    for t, place in left.itertuples(index=False):
        seen = right[(right["place"] == place) & (right["time"] <= t) & (right["time"] > t - pd.Timedelta("12h"))
                     & (right["known"] + pd.Timedelta("20min") <= t)]
        best = seen.reset_index().sort_values(["time", "known", "index"]).tail(1)
        known.append(float(best["value"].iloc[0]) if len(best) else None)
    return {
        "left": [[t.isoformat(), p] for t, p in left.itertuples(index=False)],
        "right": [[t.isoformat(), p, v, k.isoformat()] for t, p, v, k in right.itertuples(index=False)],
        "asof_ttl_5h": numbers(asof), "known_ttl_12h_lag_20min": known,
    }


print(json.dumps({
    "drift": drift(), "statistics": statistics(), "scalers": scalers(), "windows": windows(), "joins": joins(),
}, indent=None, separators=(",", ":"), default=float).replace('},"', '},\n"').replace('],"', '],\n"').replace('},{', '},\n{'))
