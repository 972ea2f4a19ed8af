"""What cleanlab and scikit-learn find, for test/parity/examination.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1 cleanlab==2.9.0
    /tmp/venv/bin/python scripts/parity/examination.py > test/parity/examination.json
"""
import json

import numpy as np
from cleanlab.datalab.internal.issue_manager.outlier import OutlierIssueManager
from cleanlab.filter import find_label_issues
from numbers_alike import integers, uniform
from sklearn.neighbors import NearestNeighbors


def label_issues(name: str, count: int, classes: int, wrong: int, doubt: float) -> dict:
    """One label in `wrong` is moved to the next class; the probabilities lean towards the true class."""
    truth = integers(f"{name} truth", classes, count)
    labels = np.where(integers(f"{name} wrong", wrong, count) == 0, (truth + 1) % classes, truth)
    raw = np.exp(doubt * uniform(f"{name} outputs", count, classes) + 2.5 * np.eye(classes)[truth])
    found = find_label_issues(labels, raw / raw.sum(axis=1, keepdims=True), return_indices_ranked_by="self_confidence", n_jobs=1)
    return {"count": count, "classes": classes, "wrong": wrong, "doubt": doubt, "found": [int(image) for image in found]}


def outliers(name: str, count: int, length: int, far: int) -> dict:
    """One picture in `far` lies elsewhere."""
    features = 0.3 * uniform(f"{name} values", count, length) + uniform(f"{name} centre", 1, length)
    features = np.where((integers(f"{name} far", far, count) == 0)[:, None], -features, features)
    distances, _ = NearestNeighbors(n_neighbors=10, metric="cosine").fit(features).kneighbors()
    found = OutlierIssueManager._compute_threshold_and_issue_column_from_distances(None, distances)[2]
    means = distances.mean(axis=1)
    return {
        "count": count, "length": length, "far": far, "distances": means.tolist(),
        "found": [int(image) for image in np.argsort(-means) if found[image]],
    }


print(json.dumps({
    "labels": {
        "two": label_issues("two", 120, 2, 10, 1.5), "five": label_issues("five", 300, 5, 12, 2.0),
        "noisy": label_issues("noisy", 400, 4, 4, 2.5), "many": label_issues("many", 200, 20, 8, 1.0),
        "clean": label_issues("clean", 150, 3, 100000, 0.5), "few": label_issues("few", 30, 8, 5, 2.0),
    },
    "outliers": {"some": outliers("some", 200, 24, 40), "none": outliers("none", 60, 8, 100000), "tight": outliers("tight", 90, 40, 25)},
}, indent=1))
