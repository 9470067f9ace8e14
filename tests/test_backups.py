"""A `model.fit` that is cut and started again goes on where it was."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from tp_gan import CourseError, training

SESSION = """
    import sys
    from tp_gan import training
    training.setup(seed=0, framework="tensorflow")
    import keras, numpy as np, tensorflow as tf
    from keras import layers

    class Gan(keras.Model):
        def __init__(self, width):
            super().__init__()
            self.generator = keras.Sequential([keras.Input((2,)), layers.Dense(width), layers.Dense(2)])
            self.discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(width), layers.Dense(1)])

        def compile(self, d_optimizer, g_optimizer):
            super().compile()
            self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer

        def train_step(self, real):
            fake = self.generator(tf.random.normal((8, 2)), training=True)
            with tf.GradientTape() as tape:
                loss_d = tf.reduce_mean(self.discriminator(real) - self.discriminator(fake))
            weights = self.discriminator.trainable_variables
            self.d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
            with tf.GradientTape() as tape:
                loss_g = tf.reduce_mean(self.discriminator(self.generator(tf.random.normal((8, 2)))))
            weights = self.generator.trainable_variables
            self.g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
            return {"loss_d": loss_d, "loss_g": loss_g}

    WIDTH, STOP = int(sys.argv[1]), int(sys.argv[2])
    model = Gan(WIDTH)
    model.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3))
    points = tf.data.Dataset.from_tensor_slices(np.ones((40, 2), "float32")).batch(8).repeat()
    pictures = np.zeros((2, 8, 8, 1))
    run = training.Run(20, sample=lambda: pictures, snapshots=6, view=False)

    class Cut(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if len(run.history["loss_d"]) == STOP:
                import os
                os._exit(9)

    callbacks = [*run.callbacks("petit"), Cut()]
    model.fit(points, epochs=4, steps_per_epoch=5, callbacks=callbacks, verbose=0)
    adam = int(model.g_optimizer.iterations.numpy())
    print("FIN", len(run.history["loss_d"]), [step for step, _ in run.snapshots], adam)
"""


@pytest.fixture
def session(tmp_path, monkeypatch):
    """Run the session in a process of its own; gives its exit status and its output."""
    path = tmp_path / "session.py"
    path.write_text(textwrap.dedent(SESSION), "utf8")
    monkeypatch.setenv("TP_GAN_CHECKPOINTS", str(tmp_path / "points"))
    monkeypatch.setenv("TP_GAN_BUDGET", "cpu")

    def start(width=4, stop=0):
        command = [sys.executable, str(path), str(width), str(stop)]
        run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        return run.returncode, run.stdout + (run.stderr[-2000:] if run.returncode not in (0, 9) else "")

    return start


def test_a_fit_that_is_killed_goes_on(session, tmp_path):
    status, output = session(stop=13)
    assert status == 9, output
    kept = json.loads((tmp_path / "points/petit/progress.json").read_text("utf8"))
    assert len(kept["history"]["loss_d"]) == 10
    status, output = session()
    assert status == 0, output
    assert "Reprise à l'étape 10 sur 20" in output
    assert "FIN 20 [0, 1, 3, 7, 13, 20] 20" in output

    # Started once more, nothing is left to train; with another network, the folder is set aside.
    status, output = session()
    assert "déjà terminé" in output
    assert "FIN 20 [0, 1, 3, 7, 13, 20] 20" in output
    status, output = session(width=5)
    assert "vient d'un autre entraînement (autre réseau model" in output
    assert "FIN 20" in output
    assert (tmp_path / "points/petit.ancien").is_dir()


def test_a_folder_cut_short_stops_nothing(session, tmp_path):
    assert session(stop=8)[0] == 9
    weights = tmp_path / "points/petit/latest.weights.h5"
    weights.write_bytes(weights.read_bytes()[:1000])
    status, output = session()
    assert status == 0, output
    assert "ne se lit pas" in output
    assert "FIN 20" in output


def test_a_run_of_another_length_than_the_fit_is_told():
    training.setup(seed=0, framework="tensorflow")
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    points = np.ones((8, 2), "float32")
    with pytest.raises(CourseError, match="compte 7 étapes, et fit fera 4 lots"):
        model.fit(points, points[:, :1], batch_size=4, epochs=2, verbose=0, callbacks=training.Run(7).callbacks())
    run = training.Run(4, view=False)
    model.fit(points, points[:, :1], batch_size=4, epochs=2, verbose=0, callbacks=run.callbacks())
    assert len(run.history["loss"]) == 4


def test_another_keras_backend_is_told():
    code = "from tp_gan import training; training.setup(framework='tensorflow')"
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert "KERAS_BACKEND la valeur « tensorflow »" in run.stderr


def test_the_import_of_tensorflow_writes_nothing():
    code = "from tp_gan import training; training.setup(framework='tensorflow')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr == ""
    assert run.stdout.startswith("Budget")
