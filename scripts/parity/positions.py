"""Learned positions for another number of patches as PyTorch interpolates them, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/positions.py > test/parity/positions.json

timm smooths (antialias), Hugging Face does not. A class token and a square of positions with three channels, in double precision.
"""
import json

import torch
from numbers_alike import uniform
from torch.nn.functional import interpolate

cases = []
for side, wanted in ((6, (4, 4)), (7, (3, 5)), (4, (6, 9)), (37, (16, 16))):
    positions = torch.from_numpy(uniform(f"positions {side}", 1 + side * side, 3))
    grid = positions[1:].T.reshape(1, 3, side, side)
    for smoothed in (True, False):
        new = interpolate(grid, size=wanted, mode="bicubic", antialias=smoothed, align_corners=False)
        values = new.flatten(2)[0].T.flatten().tolist()
        cases.append({"side": side, "wanted": wanted, "smoothed": smoothed, "values": [float(f"{value:.7g}") for value in values]})
print(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}))
