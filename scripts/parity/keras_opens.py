"""Logits of a Keras file that Graft wrote, for test/engine/export.test.ts: the file opens in Keras and answers alike.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu==2.16.1
    GRAFT_KERAS_PYTHON=/tmp/keras/bin/python npx vitest run --project native test/engine/export.test.ts

Arguments: the .h5 file, and normalised images as 32-bit numbers. With TF_USE_LEGACY_KERAS=1 (and tf_keras) Keras 2 opens it.
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

if os.environ.get("TF_USE_LEGACY_KERAS"):
    import tf_keras as keras
else:
    import keras

model = keras.models.load_model(sys.argv[1], compile=False)
images = np.fromfile(sys.argv[2], "<f4").reshape(-1, *model.input_shape[1:])
print(json.dumps(np.asarray(model(images, training=False)).flatten().tolist()))
