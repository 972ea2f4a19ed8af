"""Scores of the released code for test/parity/advisor.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    git clone https://github.com/thuml/Transfer-Learning-Library /tmp/tll
    /tmp/venv/bin/python scripts/parity/advisor.py /tmp/tll/tllib/ranking > test/parity/advisor.json

The files are run as they are. Only torch, which they name for another purpose, and numba, which makes one function
quicker and not different, are stood in for.
"""
import importlib.util
import json
import sys
import types
from pathlib import Path

import numpy as np
from numbers_alike import integers, uniform
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import normalize

numba = types.ModuleType("numba")
numba.njit = lambda function: function
torch, nn = types.ModuleType("torch"), types.ModuleType("torch.nn")
nn.Module = object
torch.nn = nn
sys.modules |= {"numba": numba, "torch": torch, "torch.nn": nn}


def released(name: str):
    spec = importlib.util.spec_from_file_location(name, Path(sys.argv[1]) / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


logme, hscore, transrate, leep, nce = (released(name) for name in ("logme", "hscore", "transrate", "leep", "nce"))


def k_nearest(features: np.ndarray, labels: np.ndarray) -> float:
    """Each image by the others; 5 neighbours, or 1 where a class has fewer than six images."""
    k = 1 if np.bincount(labels).min() < 6 else 5
    rows, hits = normalize(features), 0
    for image in range(len(rows)):
        others = np.arange(len(rows)) != image
        hits += KNeighborsClassifier(k).fit(rows[others], labels[others]).predict(rows[image : image + 1])[0] == labels[image]
    return float(hits / len(rows))


def figures(name: str, count: int, length: int, classes: int, source_classes: int) -> dict:
    labels = integers(f"{name} labels", classes, count)
    features = 2 * uniform(f"{name} values", count, length) + uniform(f"{name} centres", classes, length)[labels] + 0.25
    raw = np.exp(3 * uniform(f"{name} outputs", count, source_classes) + 2 * uniform(f"{name} leanings", classes, source_classes)[labels])
    outputs = raw / raw.sum(axis=1, keepdims=True)
    return {
        "count": count, "length": length, "classes": classes, "sourceClasses": source_classes,
        "scores": {
            "k-nearest": k_nearest(features, labels),
            "logme": float(logme.log_maximum_evidence(features, labels)),
            "leep": float(leep.log_expected_empirical_prediction(outputs, labels)),
            "nce": float(nce.negative_conditional_entropy(outputs.argmax(axis=1), labels)),
            # With no more images than features the released code divides by what rounding left.
            "h-score": float(hscore.h_score(features, labels)) if count - 1 > length else None,
            "transrate": float(transrate.transrate(features, labels)),
        },
    }


cases = {"many": (160, 12, 4, 7), "wide": (60, 96, 5, 3), "few": (24, 30, 6, 10), "square": (65, 64, 3, 2)}
print(json.dumps({name: figures(name, *sizes) for name, sizes in cases.items()}, indent=1))
