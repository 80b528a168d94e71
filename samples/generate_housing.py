#!/usr/bin/env python3
"""Writes housing.csv: 500 made-up towns. The formula is explained in README.md.

    python3 samples/generate_housing.py > samples/housing.csv

Only the standard library, only Random.random(), which Python keeps the same for a seed: the file is reproducible.
"""

import math
import random
import sys

ROWS = 500
SEED = 20240501
COLUMNS = "crim zn indus chas nox rm age dis rad tax ptratio b lstat price".split()

uniform = random.Random(SEED).random


def normal(mean, deviation):
    """Box-Muller, of which only the cosine is used."""
    radius = math.sqrt(-2 * math.log(1 - uniform()))
    return mean + deviation * radius * math.cos(2 * math.pi * uniform())


def clamp(value, low, high):
    return min(max(value, low), high)


def town():
    urban = uniform()          # 0 = countryside, 1 = city
    wealth = normal(0, 1)

    crim = clamp(math.exp(normal(-3.2 + 4.6 * urban - 0.3 * wealth, 0.7)), 0.006, 90)
    zn = 0.0 if uniform() < 0.4 + 0.9 * urban else 12.5 * (1 + int(7 * uniform()))
    indus = clamp(normal(2 + 18 * urban, 2.2), 0.5, 28)
    chas = 1 if uniform() < 0.08 else 0
    nox = clamp(normal(0.39 + 0.34 * urban, 0.03), 0.38, 0.88)
    rm = clamp(normal(6.25 + 0.5 * wealth, 0.4), 3.8, 8.8)
    age = clamp(normal(28 + 68 * urban, 12), 3, 100)
    dis = clamp((1.2 + 8.5 * (1 - urban) ** 2) * math.exp(normal(0, 0.15)), 1.1, 12.2)
    rad = 24 if urban > 0.75 and uniform() < 0.9 else 1 + int(8 * uniform())
    tax = round(clamp(normal(240 + 130 * urban + (250 if rad == 24 else 0), 25), 187, 711))
    ptratio = clamp(
        normal(16.2 + 2.6 * urban + (1.4 if rad == 24 else 0) - (2.0 if zn > 0 else 0) - 0.5 * wealth, 0.6), 12.6, 22)
    b = clamp(396.9 - (300 * uniform() if uniform() < 0.2 else 12 * uniform()), 0.3, 396.9)
    lstat = clamp(math.exp(normal(2.45 - 0.42 * wealth + 0.5 * (urban - 0.5), 0.25)), 1.7, 38)

    price = (
        29.5
        - 6.2 * math.log(lstat / 5)                      # falls fast first, then slowly
        + 5.5 * max(0.0, rm - 6.3) ** 1.6                # only large houses are dear
        + (3.5 if chas else 0.0)
        - 0.9 * (ptratio - 16)
        - 9.0 * (nox - 0.38) * (1 + max(0.0, 6.5 - dis) / 6)    # bad air counts more near the center
        - 0.09 * min(crim, 25)
        - (2.5 if rad == 24 and tax > 600 else 0.0)
        + 2.5 * math.sin(age / 13)                       # fashions of building
    )
    price = clamp(normal(price, 1.7), 5, 50)

    return [
        round(crim, 5), zn, round(indus, 2), chas, round(nox, 4), round(rm, 3), round(age, 1), round(dis, 4),
        rad, tax, round(ptratio, 1), round(b, 2), round(lstat, 2), round(price, 1),
    ]


def main():
    sys.stdout.write(",".join(COLUMNS) + "\n")
    for _ in range(ROWS):
        sys.stdout.write(",".join(f"{value:g}" if isinstance(value, int) else repr(value) for value in town()) + "\n")


main()
