"""Answers of scikit-learn's classical classifiers, for test/parity/classical.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn==1.9.1
    /tmp/venv/bin/python scripts/parity/classical.py > test/parity/classical.json
"""
import json

import numpy as np
import sklearn
from numbers_alike import integers, uniform
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

CLASSES, LENGTH = 4, 6


def examples(name: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Noise over one centre a class: mostly told apart, not always."""
    labels = integers(f"{name} labels", CLASSES, count)
    centres = uniform("centres", CLASSES, LENGTH)
    return (2 * uniform(f"{name} values", count, LENGTH) + 1.5 * centres[labels]).astype(np.float32), labels


def rounded(values: np.ndarray) -> list:
    return np.round(values.astype(np.float64), 6).tolist()


train, labels = examples("train", 160)
test, truth = examples("test", 80)
scaler = StandardScaler().fit(train)
train, test = scaler.transform(train), scaler.transform(test)

figures = {"scikit-learn": sklearn.__version__, "standardised": rounded(test[:2])}
for cost in (0.1, 1, 100):
    model = LogisticRegression(C=cost, tol=1e-8, max_iter=10_000).fit(train, labels)
    figures[f"logistic-regression {cost}"] = rounded(model.predict_proba(test))
for weights in ("uniform", "distance"):
    figures[f"k-nearest {weights}"] = rounded(KNeighborsClassifier(7, weights=weights).fit(train, labels).predict_proba(test))
for kernel, cost in (("rbf", 1), ("rbf", 10), ("linear", 0.5)):
    machine = SVC(C=cost, kernel=kernel, decision_function_shape="ovo", tol=1e-6).fit(train, labels)
    figures[f"svm {kernel} {cost}"] = {"decisions": rounded(machine.decision_function(test)), "predicted": machine.predict(test).tolist()}
more, wanted = examples("forest", 2000)
forest = RandomForestClassifier(100, random_state=0).fit(train, labels)
figures["random-forest accuracy"] = float((forest.predict(scaler.transform(more)) == wanted).mean())
print(json.dumps(figures, separators=(",", ":")))
