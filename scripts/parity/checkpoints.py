"""Checkpoints as training programs write them, with what else lies in them, for test/parity/checkpoints.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt lightning==2.6.6
    /tmp/venv/bin/python scripts/parity/checkpoints.py > test/parity/checkpoints.json
"""
import argparse
import base64
import collections
import datetime
import enum
import io
import json
import logging
import os
import pathlib
import tempfile
import warnings

import lightning
import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore")
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
torch.manual_seed(1)


class Stage(enum.Enum):
    FINE_TUNING = 2


class Options:
    """A class of one's own, which no other program knows."""

    def __init__(self):
        self.rate, self.stage, self.names = 0.1, Stage.FINE_TUNING, {"cat", "dog"}


class Module(lightning.LightningModule):
    def __init__(self, options, folder, labels):
        super().__init__()
        self.save_hyperparameters()
        self.model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 2))

    def training_step(self, batch, index):
        return self.model(batch[0]).sum()

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), 1e-3)


def lightning_checkpoint() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        module = Module(Options(), pathlib.Path("/data/cats"), {"id2label": {0: "cat", 1: "dog"}})
        trainer = lightning.Trainer(max_epochs=1, logger=False, accelerator="cpu", enable_progress_bar=False, enable_model_summary=False, default_root_dir=folder)
        trainer.fit(module, torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(2, 3, 4, 4)), batch_size=2))
        path = os.path.join(folder, "last.ckpt")
        trainer.save_checkpoint(path)
        with open(path, "rb") as file:
            return file.read(), module


def saved(value: object) -> bytes:
    stream = io.BytesIO()
    torch.save(value, stream)
    return stream.getvalue()


def entry(name: str, content: bytes, state: dict, classes) -> dict:
    tensors = {key: value.detach().flatten().tolist() for key, value in state.items() if not key.endswith("num_batches_tracked")}
    return {"name": name, "file": base64.b64encode(content).decode(), "tensors": tensors, "classes": classes}


network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2))
checkpoint, module = lightning_checkpoint()
mean = {name: value / 2 for name, value in network.state_dict().items()}
scheduler = collections.Counter({5: 1})
files = [
    entry("lightning.ckpt", checkpoint, module.state_dict(), ["cat", "dog"]),
    entry("trainer.pth", saved({
        "epoch": 4, "model": network.state_dict(), "args": argparse.Namespace(device=torch.device("cpu"), out=pathlib.Path("out"), sizes=[1, 2]),
        "class_to_idx": {"dog": 1, "cat": 0}, "options": Options(), "when": datetime.datetime(2026, 11, 1), "best": np.float64(0.5),
        "history": np.arange(3), "milestones": scheduler, "stage": Stage.FINE_TUNING, "random": torch.get_rng_state(),
    }), network.state_dict(), ["cat", "dog"]),
    entry("names.pth", saved({"state_dict": network.state_dict(), "meta": {"CLASSES": ("cat", "dog")}}), network.state_dict(), ["cat", "dog"]),
    entry("whole.pt", saved(network), network.state_dict(), None),
    # As timm, torchvision and DINO keep a mean over training beside the weights; MMEngine has both the other way round.
    entry("averaged.pth.tar", saved({"epoch": 3, "state_dict": network.state_dict(), "state_dict_ema": mean, "optimizer": {"state": {}}}), mean, None),
    entry("model-ema.pth", saved({"model": network.state_dict(), "model_ema": {"n_averaged": torch.tensor(5), **mean}}), {"n_averaged": torch.tensor([5]), **mean}, None),
    entry("mmengine.pth", saved({"meta": {"epoch": 3}, "message_hub": {}, "state_dict": mean, "ema_state_dict": network.state_dict()}), mean, None),
]


def program(save, ending: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model" + ending)
        save(path)
        with open(path, "rb") as file:
            return base64.b64encode(file.read()).decode()


network.eval()
programs = {
    "script.pt": program(torch.jit.script(network).save, ".pt"),
    "export.pt2": program(lambda path: torch.export.save(torch.export.export(network, (torch.zeros(1, 3, 8, 8),)), path), ".pt2"),
}
print(json.dumps({"torch": torch.__version__.split("+")[0], "lightning": lightning.__version__, "files": files, "programs": programs}))
