"""Keras models as people bring them: pixels prepared inside, heads of several layers, one output; for test/parity/keras-brought.test.ts.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu==2.16.1 tf_keras==2.16.0
    /tmp/keras/bin/python scripts/parity/keras_brought.py > test/parity/keras-brought.json
    TF_USE_LEGACY_KERAS=1 /tmp/keras/bin/python scripts/parity/keras_brought.py > test/parity/keras-2-brought.json

A narrow ResNet-20 behind each, saved as .keras by Keras 3 and as .h5 by Keras 2. Teachable Machine's network (MobileNet v2 at 0.35 with a
head of 100 and 3 units, as its exports for TensorFlow.js and Keras have it) as its topology alone; its numbers follow from their names.
"""
import base64
import gzip
import json

import numpy as np

from keras_alike import fill, keras, layers, old, packed, residual, uniform

applications = keras.applications


def augmented(x):
    steps = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])
    return layers.Rescaling(1 / 127.5, offset=-1)(layers.Resizing(16, 16)(steps(x)))


def normalised(x):
    return layers.Normalization(mean=[100.0, 110.0, 120.0], variance=[900.0, 1600.0, 2500.0])(x)


def cropped(x):
    return applications.densenet.preprocess_input(layers.CenterCrop(16, 16)(x))


def plain_head(x):
    return layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(x))


def long_head(x):
    x = layers.Dropout(0.2)(layers.Dense(6, activation="relu")(layers.GlobalAveragePooling2D()(x)))
    return layers.Dense(4, activation="softmax", use_bias=False)(x)


def flat_head(x):
    return layers.Dense(3, activation="softmax")(layers.Dense(6, activation="relu")(layers.Flatten()(x)))


def single_head(x):
    return layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))


cases = {
    "preprocess_input to [-1, 1]": (applications.mobilenet_v2.preprocess_input, plain_head),
    "preprocess_input of ResNet50": (applications.resnet50.preprocess_input, plain_head),
    "augmentation, resizing and rescaling": (augmented, long_head),
    "an adapted normalisation": (normalised, single_head),
    "a crop and preprocess_input of DenseNet": (cropped, flat_head),
}


def teachable_machine() -> dict:
    features = keras.Sequential([applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None), layers.GlobalAveragePooling2D()])
    head = keras.Sequential([layers.Dense(100, activation="relu", input_shape=(1280,)), layers.Dense(3, activation="softmax", use_bias=False)])
    model = keras.Sequential([features, head])
    weights = []
    for part in (features.layers[0], head):
        for layer in part.layers:
            values = []
            for variable in layer.weights:
                name = "/".join(variable.name.split(":")[0].split("/")[-2:])
                around = 1 if name.endswith(("moving_variance", "gamma")) else 0
                fan = np.prod(variable.shape[:2] if name.endswith("depthwise_kernel") else variable.shape[:-1])
                reach = (6 / fan) ** 0.5 if len(variable.shape) > 1 else 0.5 if around else 0.3
                values.append(around + reach * uniform(name, *variable.shape))
                weights.append([name, list(variable.shape)])
            layer.set_weights(values)
    images = (uniform("teachable", 2, 96, 96, 3)).astype("float32")
    topology = json.loads(model.to_json())
    return {"topology": base64.b64encode(gzip.compress(json.dumps(topology).encode(), 9, mtime=0)).decode(), "weights": weights,
            "answers": np.asarray(model(images, training=False), dtype="float64").flatten().tolist()}


files = []
for title, (prepare, head) in cases.items():
    first = keras.Input((16, 16, 3))
    model = keras.Model(first, head(residual(prepare(first))))
    fill(model)
    images = ((uniform("pixels", 2, 16, 16, 3) + 1) * 127.5).astype("float32")
    files.append({"title": title, "file": "model" + (".h5" if old else ".keras"), "content": packed(model.save, ".h5" if old else ".keras"),
                  "answers": np.asarray(model(images, training=False), dtype="float64").flatten().tolist()})
print(json.dumps({"by": "keras " + keras.__version__, "files": files, **({"teachableMachine": teachable_machine()} if old else {})}))
