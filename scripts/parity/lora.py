"""Two steps of LoRA as PEFT takes them, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt peft==0.21.2 transformers==5.24.0
    /tmp/venv/bin/python scripts/parity/lora.py > test/parity/lora.json

A convolution and a dense layer with updates of rank 2 and alpha 3, a head that is trained whole, plain SGD at 0.1; the numbers of A
are given, B begins at zero. Figures: the merged kernels [out, in, height, width] and [out, in] and the head after two steps, in double
precision.
"""
import json

import peft
import torch
from numbers_alike import uniform
from torch import nn


def drawn(name: str, *shape: int) -> torch.Tensor:
    return torch.from_numpy(uniform(name, *shape))


network = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(48, 5), nn.Linear(5, 2)).double()
with torch.no_grad():
    for name, parameter in network.named_parameters():
        parameter.copy_(drawn(name, *parameter.shape) * 0.5)
model = peft.get_peft_model(network, peft.LoraConfig(r=2, lora_alpha=3, target_modules=["0", "3"], modules_to_save=["4"]))
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if "lora_A" in name:
            parameter.copy_(drawn("A0" if ".0." in name else "A3", *parameter.shape) * 0.5)
        if "lora_B" in name:
            assert not parameter.any()
optimizer = torch.optim.SGD([parameter for parameter in model.parameters() if parameter.requires_grad], 0.1)
images, labels = drawn("images", 6, 1, 4, 4), torch.tensor([0, 1, 1, 0, 1, 0])
losses = []
for _ in range(2):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    losses.append(loss.item())
    loss.backward()
    optimizer.step()
merged = model.merge_and_unload().state_dict()
print(json.dumps({"peft": peft.__version__, "torch": torch.__version__.split("+")[0], "losses": losses,
                  "weights": {name: [float(f"{value:.8g}") for value in tensor.flatten().tolist()] for name, tensor in merged.items()}}))
