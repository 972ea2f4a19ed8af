"""Temperature, calibration error, energies and their threshold, worked out by NumPy and SciPy.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    /tmp/venv/bin/python scripts/parity/calibration.py > test/parity/calibration.json

The temperature is found by SciPy's bounded minimiser over the cross-entropy itself, where Graft halves an interval by
its derivative; the calibration error is the definition of Guo et al. 2017 over 15 bins; the threshold is NumPy's
quantile of the kind that takes the value at place ceil((n + 1) * 0.95).
"""

import json

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, logsumexp, softmax

from numbers_alike import integers, uniform


def expected_calibration_error(logits, labels, temperature):
    probabilities = softmax(logits / temperature, axis=1)
    confidences = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    edges = np.linspace(0, 1, 16)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidences > low) & (confidences <= high)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidences[inside].mean())
    return error


figures = {}
for name, count, classes, scale in [('few', 40, 3, 4), ('many', 500, 10, 12), ('timid', 200, 5, 0.6)]:
    labels = np.array(integers(f'{name} labels', classes, count))
    logits = (np.array(uniform(f'{name} logits', count * classes)).reshape(count, classes) * scale).astype(np.float32)
    logits[np.arange(count), labels] += np.float32(scale / 3)
    wide = logits.astype(np.float64)

    def loss(inverse):
        return -log_softmax(wide * inverse, axis=1)[np.arange(count), labels].mean()

    temperature = 1 / minimize_scalar(loss, bounds=(0.1, 10), method='bounded', options={'xatol': 1e-12}).x
    energies = -logsumexp(wide, axis=1)
    uncertainties = 1 - softmax(wide, axis=1).max(1)
    place = int(np.ceil((count + 1) * 0.95))
    figures[name] = {
        'count': count, 'classes': classes, 'scale': scale, 'temperature': temperature,
        'before': expected_calibration_error(wide, labels, 1), 'after': expected_calibration_error(wide, labels, temperature),
        'energies': energies[:10].tolist(), 'uncertainties': uncertainties[:10].tolist(),
        'threshold': np.sort(energies)[place - 1], 'turned_away': int((energies > np.sort(energies)[place - 1]).sum()),
    }
print(json.dumps(figures))
