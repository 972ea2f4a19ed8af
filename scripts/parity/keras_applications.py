"""Networks of keras.applications as model.save('….h5') writes them, for test/parity/keras-applications.test.ts.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    /tmp/keras/bin/python scripts/parity/keras_applications.py > test/parity/keras-applications.json

What a file says besides its numbers is kept: its configuration, the names and shapes of its weights. The numbers follow from the names, so
that the test writes the same file. Two are whole, two as the guide to transfer learning has them: without their end, a mean and a dense
layer behind.
"""
import base64
import gzip
import json
import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import keras
import numpy as np

from numbers_alike import uniform

applications, layers = keras.applications, keras.layers
side = 64


def guide(base):
    first = keras.Input((side, side, 3))
    return keras.Model(first, layers.Dense(4, activation="softmax")(layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(base(first)))))


whole = {"input_shape": (side, side, 3), "weights": None, "classes": 4}
cut = {"input_shape": (side, side, 3), "weights": None, "include_top": False}
cases = {
    "mobilenet-v3-small": lambda: applications.MobileNetV3Small(**whole),
    "mobilenet-v3-large": lambda: guide(applications.MobileNetV3Large(**cut)),
    "efficientnet-b0": lambda: applications.EfficientNetB0(**whole),
    "convnext-tiny": lambda: guide(applications.ConvNeXtTiny(**cut)),
}


def drawn(name: str, shape) -> np.ndarray:
    """Kernels within sqrt(6 / fan in), those that answer a tenth of it, scales and variances 1 ± 0.5, everything else 0 ± 0.3."""
    around = 1 if name.endswith(("variance", "gamma", "variable")) else 0
    depthwise = len(shape) == 4 and 1 in shape[2:]
    fan = np.prod(shape[:2] if depthwise else shape[:-1])
    reach = (6 / fan) ** 0.5 if len(shape) > 1 else 0.5 if around else 0.3
    reach = reach / 10 if name.startswith(("dense", "logits", "predictions")) else reach
    return around + reach * uniform(name, *shape)


files = []
for architecture, make in cases.items():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.h5")
        keras.utils.clear_session()
        model = make()
        model.save(path)
        with h5py.File(path, "r+") as file:
            config, stored = file.attrs["model_config"], file["model_weights"]
            groups = []
            for group in stored.attrs["layer_names"]:
                weights = []
                for name in stored[group].attrs["weight_names"]:
                    tensor = stored[group][name]
                    if tensor.shape:
                        tensor[...] = drawn(name, tensor.shape)
                    weights.append([name, list(tensor.shape)])
                groups.append([group, weights])
        # Keras 3 does not open its own file of MobileNet v3 again; it reads the weights.
        model.load_weights(path)
        pixels = ((uniform("pixels", 2, side, side, 3) + 1) * 127.5).astype("float32")
        answers = np.asarray(model(pixels, training=False), dtype="float64")
    packed = base64.b64encode(gzip.compress(json.dumps({"config": json.loads(config), "groups": groups}).encode(), 9, mtime=0)).decode()
    files.append({"architecture": architecture, "file": packed, "answers": answers.flatten().tolist()})
print(json.dumps({"by": "keras " + keras.__version__, "files": files}))
