"""Reprendre un `model.fit` coupé : par BackupAndRestore de Keras, dans le dossier des points de reprise."""

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from tp_gan import CourseError
from tp_gan.checkpoints import Progress, default_folder
from tp_gan.fingerprints import differences, digest, fingerprint

__all__ = ["Backup", "callbacks"]


class Backup:
    """Ce que BackupAndRestore ne garde pas : l'historique et les instantanés d'un `training.Run`, et son empreinte.

    Given to the run as its checkpoint. The folder holds Keras's two files, fingerprint.json, progress.json and one
    snapshot a file.
    """

    def __init__(self, folder, frame):
        self.folder, self._frame, self.first = Path(folder), frame, 0

    def check(self, model, run):
        """Before the fit: set the folder aside if what it holds is of another training."""
        optimizers = [value for value in vars(model).values() if hasattr(value, "apply_gradients")]
        new = fingerprint({}, run.steps, self._frame, run.real, run.sample)
        new["network model"] = digest([(weight.path, tuple(weight.shape)) for weight in model.weights])
        new["weights model"] = digest(model.get_weights())
        new["optimizer model"] = digest(sorted(json.dumps(one.get_config(), default=str) for one in optimizers))
        path = self.folder / "fingerprint.json"
        try:
            old = json.loads(path.read_text("utf8"))
        except FileNotFoundError:
            old = None
        except (OSError, ValueError):
            self.set_aside("illisible", f"{self.folder} ne se lit pas.")
            old = None
        if old is not None and (changed := differences(old, new)):
            self.set_aside("ancien", f"{self.folder} vient d'un autre entraînement ({', '.join(changed)}).")
        _write(path, json.dumps(new).encode())

    def set_aside(self, word, why):
        aside = self.folder.with_name(f"{self.folder.name}.{word}")
        shutil.rmtree(aside, ignore_errors=True)
        if self.folder.exists():
            os.replace(self.folder, aside)
        print(f"{why} Il est gardé sous le nom {aside.name}, et l'entraînement part de zéro.")

    # The three methods that a run calls.

    def begin(self, steps, frame, budget, real=None, sample=None):
        if self.first == 0:
            return None
        try:
            saved = json.loads((self.folder / "progress.json").read_text("utf8"))
            history = {name: values[: self.first] for name, values in saved["history"].items()}
            measured = {
                name: [(int(step), value) for step, value in pairs if step <= self.first]
                for name, pairs in saved["measured"].items()
            }
            files = sorted(self.folder.glob("*.npy"))
            snapshots = [(int(file.stem), np.load(file)) for file in files if int(file.stem) <= self.first]
        except (OSError, ValueError, KeyError, AttributeError):
            history, measured, snapshots = {}, {}, []
        if self.first == steps:
            print(
                f"Entraînement déjà terminé : il est relu dans {self.folder}. Pour le refaire, supprimez ce dossier "
                "ou changez la graine."
            )
        else:
            print(
                f"Reprise à l'étape {self.first} sur {steps} ({self.folder}). Pour repartir de zéro, supprimez ce "
                "dossier."
            )
        return Progress(self.first, steps, history, snapshots, measured)

    def due(self):
        return False

    def write(self, progress):
        """The last step is written at the end of its epoch, like the others."""

    def save(self, run):
        """At the end of an epoch, before Keras writes the weights: what is read back is cut to their step."""
        for step, points in run.snapshots:
            path = self.folder / f"{step:09}.npy"
            if not path.exists():
                _write(path, points)
        progress = {"history": run.history, "measured": run.measured}
        _write(self.folder / "progress.json", json.dumps(progress).encode())


def callbacks(run, name=None, frame=None):
    """Les callbacks de Keras d'un `training.Run` : il note et montre à chaque lot ; avec un nom, `fit` reprend.

    See `training.Run.callbacks`.
    """
    import keras

    from tp_gan.training import budget

    folder = None if name is None or budget() == "essai" else default_folder(tell=True)
    backup = None if folder is None else Backup(folder / name, frame)

    class Follow(keras.callbacks.Callback):
        """Advances the run, one step a batch."""

        steps = None

        def on_train_begin(self, logs=None):
            expected = self.params["epochs"] * (self.params["steps"] or run.steps // self.params["epochs"])
            if expected != run.steps:
                raise CourseError(
                    f"Le Run compte {run.steps} étapes, et fit fera {expected} lots : donnez à Run le nombre d'époques "
                    "multiplié par le nombre de lots d'une époque."
                )
            self.per_epoch = run.steps // self.params["epochs"]

        def begin(self, first):
            run.checkpoint = backup
            if backup is not None:
                backup.first = first
            self.steps = iter(run)
            next(self.steps, None)

        def on_epoch_begin(self, epoch, logs=None):
            if self.steps is None:
                self.begin(epoch * self.per_epoch)

        def on_train_batch_end(self, batch, logs=None):
            run.log(**(logs or {}))
            next(self.steps, None)

        def on_epoch_end(self, epoch, logs=None):
            if backup is not None:
                try:
                    backup.save(run)
                except OSError as error:
                    print(f"Point de reprise non écrit dans {backup.folder} ({error.strerror or error}).")

        def on_train_end(self, logs=None):
            if self.steps is None:  # nothing was left to train
                self.begin(run.steps)

    if backup is None:
        return [Follow()]

    class Resume(keras.callbacks.BackupAndRestore):
        """Whose file, when it cannot be read, stops nothing."""

        def on_train_begin(self, logs=None):
            self.model.built = True  # its networks are, and Keras writes nothing of a model that is not
            for optimizer, variables in _optimizers(self.model):
                if not optimizer.built:
                    optimizer.build(variables)
            backup.check(self.model, run)
            before = _state(self.model)
            try:
                super().on_train_begin(logs)
            except Exception:
                _set_state(before)
                self.model._initial_epoch = None
                backup.set_aside("illisible", f"{backup.folder} ne se lit pas.")
                backup.check(self.model, run)

    keep = {"delete_checkpoint": False, "double_checkpoint": True}
    return [Follow(), Resume(str(backup.folder), **keep)]


def _optimizers(model):
    """The optimizers of a model, each with the variables that it moves: d_optimizer goes with discriminator."""
    import keras

    own = {name: value for name, value in vars(model).items() if not name.startswith("_")}
    networks = {name: value for name, value in own.items() if isinstance(value, keras.Model)}
    for name, optimizer in own.items():
        if isinstance(optimizer, keras.optimizers.Optimizer):
            parts = [network for other, network in networks.items() if other[0] == name[0]] or [model]
            yield optimizer, parts[0].trainable_variables


def _state(model):
    variables = [*model.weights, *(variable for optimizer, _ in _optimizers(model) for variable in optimizer.variables)]
    return [(variable, variable.numpy()) for variable in variables]


def _set_state(state):
    for variable, value in state:
        variable.assign(value)


def _write(path, content):
    """Write an array or bytes beside, then rename: at any moment the old file or the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content) if isinstance(content, bytes) else np.save(file, content)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
