"""Small networks as Keras saves them, with their logits, for test/parity/model-files.test.ts.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu==2.16.1 tf_keras==2.16.0
    /tmp/keras/bin/python scripts/parity/keras_files.py > test/parity/keras-files.json
    TF_USE_LEGACY_KERAS=1 /tmp/keras/bin/python scripts/parity/keras_files.py > test/parity/keras-2-files.json

The seed CNN and ResNet-20, narrow, under the names that Keras gives to layers, whole (.h5, .keras) and as weights alone.
"""
import json

import numpy as np

from keras_alike import fill, keras, layers, old, packed, residual, uniform


def seed_cnn():
    """Takes bytes, and brings them to [-1, 1] itself."""
    model = [keras.Input((8, 8, 1)), layers.Rescaling(1 / 127.5, offset=-1)]
    for filters in (4, 8, 16):
        model += [layers.Conv2D(filters, 3, padding="same", activation="relu"), layers.MaxPooling2D()]
    return keras.Sequential(model + [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.3), layers.Dense(64, activation="relu"), layers.Dense(3)])


def resnet20():
    first = keras.Input((16, 16, 3))
    return keras.Model(first, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(residual(first))))


files = []
for architecture, model in (("seed-cnn", seed_cnn()), ("resnet-20", resnet20())):
    fill(model)
    images = uniform(architecture, 2, *model.input_shape[1:]).astype("float32")
    given = (images + 1) * 127.5 if architecture == "seed-cnn" else images
    forms = {"whole": (model.save, ".h5"), "archive": (model.save, ".keras")}
    if architecture == "seed-cnn":
        forms["weights"] = (model.save_weights, ".h5" if old else ".weights.h5")
    contents = {name: packed(save, ending) for name, (save, ending) in forms.items()}
    # The file ends in probabilities, what is compared are logits.
    model.layers[-1].activation = keras.activations.linear
    logits = np.asarray(model(given, training=False), dtype="float64")
    for name, (_, ending) in forms.items():
        files.append({"architecture": architecture, "name": name, "input": list(model.input_shape[1:]), "channelsFirst": False,
                      "file": "model" + ending, "content": contents[name], "logits": logits.flatten().tolist()})
print(json.dumps({"by": "keras " + keras.__version__, "files": files}))
