"""Distances and shares by NumPy and scikit-learn, for test/parity/xray.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    /tmp/venv/bin/python scripts/parity/xray.py > test/parity/xray.json
"""
import json

import numpy as np
from numbers_alike import integers, uniform
from sklearn.metrics.pairwise import euclidean_distances


def mmd(source: np.ndarray, target: np.ndarray) -> float:
    """Unbiased, five Gaussian kernels whose squared widths are 1/8 to 2 times the mean squared distance of all pairs."""
    rows = np.vstack([source, target])
    squared = euclidean_distances(rows, squared=True)
    kernel = sum(np.exp(-squared / (2 * alpha * squared.mean())) for alpha in (0.125, 0.25, 0.5, 1, 2))
    n, m = len(source), len(target)
    within = lambda block: (block.sum() - np.trace(block)) / (len(block) * (len(block) - 1))
    return float(within(kernel[:n, :n]) + within(kernel[n:, n:]) - 2 * kernel[:n, n:].mean())


def coral(source: np.ndarray, target: np.ndarray) -> float:
    difference = np.cov(source, rowvar=False) - np.cov(target, rowvar=False)
    return float((difference**2).sum() / (4 * source.shape[1] ** 2))


def distances(name: str, sources: int, targets: int, length: int, shift: float) -> dict:
    source = uniform(f"{name} source", sources, length)
    target = (1 + shift) * uniform(f"{name} target", targets, length) + shift
    return {"sources": sources, "targets": targets, "length": length, "shift": shift, "mmd": mmd(source, target), "coral": coral(source, target)}


def answers(name: str, truth: np.ndarray, classes: int, wrong: int) -> np.ndarray:
    """One answer in `wrong` is the next class."""
    return np.where(integers(name, wrong, len(truth)) == 0, (truth + 1) % classes, truth)


def shares(name: str, sources: int, targets: int, classes: int, wrong: int) -> dict:
    truth = integers(f"{name} truth", classes, sources)
    target_truth = integers(f"{name} target", classes, targets) * integers(f"{name} rarer", 2, targets)
    said, target_said = answers(f"{name} said", truth, classes, wrong), answers(f"{name} target said", target_truth, classes, wrong)
    joint = np.array([[np.mean((said == answer) & (truth == label)) for label in range(classes)] for answer in range(classes)])
    weights = np.linalg.solve(joint, np.bincount(target_said, minlength=classes) / targets)
    found = np.maximum(weights, 0) * np.bincount(truth, minlength=classes) / sources
    return {
        "sources": sources, "targets": targets, "classes": classes, "wrong": wrong, "shares": (found / found.sum()).tolist(),
        "true": (np.bincount(target_truth, minlength=classes) / targets).tolist(),
    }


print(json.dumps({
    "distances": {"near": distances("near", 60, 50, 12, 0.0), "far": distances("far", 40, 70, 24, 0.8), "some": distances("some", 80, 80, 6, 0.2)},
    "shares": {"three": shares("three", 300, 400, 3, 5), "ten": shares("ten", 900, 800, 10, 8), "sure": shares("sure", 100, 90, 4, 100000)},
}, indent=1))
