"""Files of torch.save in both of its forms and what is in them, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/state_dictionaries.py > test/parity/state-dictionaries.json
"""
import base64
import io
import json
import pickle

import torch
from torch import nn

torch.manual_seed(1)


def plain() -> dict:
    network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2))
    return network.state_dict()


def mixed() -> dict:
    shared = torch.arange(12, dtype=torch.float32)
    return {
        "double": torch.tensor([1.5, -2.25], dtype=torch.float64), "half": torch.tensor([[0.5, 6e-5]], dtype=torch.float16),
        "brain": torch.tensor([3.0, -1e30], dtype=torch.bfloat16), "count": torch.tensor(7), "bytes": torch.tensor([1, 255], dtype=torch.uint8),
        "turned": shared.view(3, 4).t(), "part": shared[5:8], "parameter": nn.Parameter(torch.tensor([[1.0, 2.0]])), "empty": torch.zeros(0, 3),
    }


def checkpoint() -> dict:
    network = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    network(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return {"epoch": 3, "best": 91.7, "optimizer": optimizer.state_dict(), "net": network.state_dict()}


def saved(value: object, zipped: bool) -> str:
    stream = io.BytesIO()
    torch.save(value, stream, _use_new_zipfile_serialization=zipped)
    return base64.b64encode(stream.getvalue()).decode()


def tensors(state: dict) -> dict:
    return {name: {"shape": list(value.shape), "data": value.detach().to(torch.float32).flatten().tolist()} for name, value in state.items()}


class Hostile:
    """Runs a shell when an ordinary reader opens it."""

    def __reduce__(self):
        import os
        return os.system, ("touch /tmp/graft-was-here",)


cases = {"plain": (plain(), None), "mixed": (mixed(), None), "checkpoint": (checkpoint(), "net")}
print(json.dumps({
    "torch": torch.__version__.split("+")[0],
    "files": [
        {"name": name, "form": form, "file": saved(value, form == "zip"), "tensors": tensors(value if key is None else value[key])}
        for name, (value, key) in cases.items() for form in ("zip", "legacy")
    ],
    "hostile": [{"form": form, "file": saved({"weight": torch.ones(2), "more": Hostile()}, form == "zip")} for form in ("zip", "legacy")],
    "wholeModel": saved(nn.Linear(2, 2), True),
    "plainPickles": [base64.b64encode(pickle.dumps(Hostile(), protocol)).decode() for protocol in range(6)],
}))
