"""TensorFlow.js graph models by its own converter, of networks that are none of Graft's; for test/parity/graph-models.test.ts.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install tensorflow-cpu==2.16.1 tf_keras==2.16.0 'setuptools<80' six
    /tmp/keras/bin/pip install --no-deps tensorflowjs==4.22.0 tensorflow-hub
    TF_USE_LEGACY_KERAS=1 /tmp/keras/bin/python scripts/parity/graph_models.py > test/parity/graph-models.json

The converter loads JAX and TensorFlow Decision Forests at its start and needs neither here: empty modules stand for them.
"""
import base64
import gzip
import json
import os
import sys
import tempfile
import types
from importlib.machinery import ModuleSpec

for name in ("jax", "jax.experimental", "jax.experimental.jax2tf", "tensorflow_decision_forests"):
    module = types.ModuleType(name)
    module.__spec__, module.__path__ = ModuleSpec(name, None), []
    sys.modules[name] = module
sys.modules["jax.experimental"].jax2tf = sys.modules["jax.experimental.jax2tf"]

import numpy as np

# Names that this converter asks for and NumPy has dropped.
np.object, np.bool = object, bool

from keras_alike import fill, keras, layers, uniform
from tensorflowjs import __version__ as converter
from tensorflowjs.converters import convert_tf_saved_model


def odd(x):
    x = layers.SeparableConv2D(4, 3, activation="elu", padding="same")(x)
    x = layers.Concatenate()([x, layers.Conv2D(4, 1, activation="tanh")(x)])
    x = layers.Conv2DTranspose(6, 3, strides=2, activation="selu")(x)
    return layers.Dense(5, activation="tanh")(layers.GlobalMaxPooling2D()(x))


def dense(x):
    return layers.Dense(3, activation="softmax")(odd(x))


def inside(x):
    return dense(layers.Rescaling(1 / 127.5, offset=-1)(x))


def hub(x):
    """As TensorFlow Hub's modules: pixels of 0 to 1 go in, and a convolution over one pixel answers."""
    x = layers.Conv2D(5, 3, activation="relu6")(layers.Rescaling(2, offset=-1)(x))
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    return layers.Softmax()(layers.Reshape((4,))(layers.Conv2D(4, 1)(x)))


files = []
for title, build, side, kind in (
    ("dense", dense, 12, None), ("dense in half precision", dense, 12, "float16"), ("dense in bytes", dense, 12, "uint8"),
    ("inside", inside, 12, None), ("hub", hub, 12, None), ("features of any size", odd, None, None)
):
    first = keras.Input((side, side, 3))
    model = keras.Model(first, build(first))
    fill(model)
    images = uniform("pixels", 2, 12, 12, 3)
    # What goes in: bytes, pixels of 0 to 1, or of -1 to 1.
    images = (images + 1) * 127.5 if title == "inside" else (images + 1) / 2 if title == "hub" else images
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/saved", save_format="tf")
        convert_tf_saved_model(f"{folder}/saved", f"{folder}/graph", **({"quantization_dtype_map": {kind: "*"}} if kind else {}))
        content = {}
        for name in sorted(os.listdir(f"{folder}/graph")):
            with open(f"{folder}/graph/{name}", "rb") as file:
                content[name] = base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()
    files.append({"title": title, "content": content, "answers": np.asarray(model(images.astype("float32"), training=False), dtype="float64").flatten().tolist()})
print(json.dumps({"by": f"tensorflowjs {converter}, keras {keras.__version__}", "files": files}))
