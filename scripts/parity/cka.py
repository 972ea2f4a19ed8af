"""Linear CKA by NumPy, for test/parity/cka.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6
    /tmp/venv/bin/python scripts/parity/cka.py > test/parity/cka.json

Another way than Graft's: in the space of features, with the correction of the reference implementation of Kornblith et
al. 2019 (`feature_space_linear_cka(…, debiased=True)`), which never forms the inner products of pictures.
"""
import json

import numpy as np
from numbers_alike import uniform


def debiased(xty: float, squares_x: np.ndarray, squares_y: np.ndarray, n: int) -> float:
    return (xty - n / (n - 2.0) * (squares_x * squares_y).sum()
            + squares_x.sum() * squares_y.sum() / ((n - 1) * (n - 2)))


def cka(x: np.ndarray, y: np.ndarray) -> float:
    x, y = x - x.mean(0), y - y.mean(0)
    n = len(x)
    rows_x, rows_y = (x**2).sum(1), (y**2).sum(1)
    between = debiased(np.linalg.norm(x.T @ y) ** 2, rows_x, rows_y, n)
    own = debiased(np.linalg.norm(x.T @ x) ** 2, rows_x, rows_x, n)
    others = debiased(np.linalg.norm(y.T @ y) ** 2, rows_y, rows_y, n)
    return float(between / np.sqrt(own * others))


def case(name: str, n: int, p: int, q: int, shared: float) -> dict:
    first = uniform(f"{name} first", n, p) + 3
    mix = uniform(f"{name} mix", p, q)
    second = shared * first @ mix + (1 - shared) * uniform(f"{name} second", n, q)
    return {"n": n, "p": p, "q": q, "shared": shared, "cka": cka(first, second)}


print(json.dumps({
    "nothing shared, more features than pictures": case("none", 40, 100, 60, 0.0),
    "half shared": case("half", 60, 12, 20, 0.5),
    "a linear map of the other": case("map", 50, 8, 8, 1.0),
}, indent=2))
