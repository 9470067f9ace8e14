"""Combien s'entraîner, sur quoi, avec quelle graine ; et suivre un entraînement pendant qu'il tourne."""

import contextlib
import os
import random
import sys
import time

import numpy as np

from tp_gan import CourseError, data
from tp_gan.checkpoints import Checkpoint, Progress, random_states, restore, set_random_states

__all__ = ["BUDGETS", "Checkpoint", "Run", "budget", "by_budget", "device", "restore", "set_seed", "setup"]

BUDGETS = ("essai", "cpu", "gpu")

NO_GPU = (
    "aucun GPU n'est visible. Sur Colab : menu Exécution, Modifier le type d'exécution, GPU. "
    "Ailleurs : {remedy}, et tout tournera sur le processeur."
)


def setup(seed=0, framework=None):
    """Prépare la session : graine, budget, données ; dit en une ligne ce qui a été choisi.

    framework: "tensorflow" to import it first, without the technical lines that it writes. Raises CourseError.
    """
    if framework == "tensorflow":
        _import_tensorflow()
    chosen, folder = budget(), data.shared_folder()
    set_seed(seed)
    source = "intégrées au cours" if folder is None else f"d'abord dans {folder}"
    cores = _cores()
    print(f"Budget : {chosen} · {cores} cœur{'s' * (cores > 1)} · graine {seed} · données {source}")


def budget():
    """Le budget d'entraînement : « essai », « cpu » ou « gpu ».

    Read from TP_GAN_BUDGET, else "gpu" where torch sees a GPU and "cpu" elsewhere. Raises CourseError for an
    unknown name, and for "gpu" without a GPU.
    """
    name = os.environ.get("TP_GAN_BUDGET", "").strip().lower()
    if not name:
        return "gpu" if _has_gpu() else "cpu"
    if name not in BUDGETS:
        raise CourseError(f"TP_GAN_BUDGET vaut « {name} », un budget inconnu. Au choix : {', '.join(BUDGETS)}.")
    if name == "gpu" and not _has_gpu():
        raise CourseError("TP_GAN_BUDGET vaut « gpu », mais " + NO_GPU.format(remedy="TP_GAN_BUDGET=cpu"))
    return name


def by_budget(essai, cpu, gpu):
    """Celle des trois valeurs qui correspond au budget : `steps = by_budget(essai=300, cpu=3000, gpu=3000)`."""
    return {"essai": essai, "cpu": cpu, "gpu": gpu}[budget()]


def device(name=None):
    """L'appareil de calcul de PyTorch : le GPU s'il y en a un, sinon le processeur.

    name: "cpu" or "cuda" to ask for one. Raises CourseError when a GPU is asked for and none is there.
    """
    import torch

    device = torch.device(name or ("cuda" if _has_gpu() else "cpu"))
    if device.type == "cuda" and not _has_gpu():
        raise CourseError(f"L'appareil « {name} » est demandé, mais " + NO_GPU.format(remedy='device("cpu")'))
    return device


def set_seed(seed):
    """Fixe la graine de Python, de NumPy et, s'ils sont déjà importés, de PyTorch et de TensorFlow."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 -- students and libraries still draw from the global generator
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


class Run:
    """Un entraînement de `steps` étapes : on le parcourt dans une boucle `for`, il compte, note et montre.

        run = Run(3000, sample=lambda: generator(fixed_noise), real=points)
        for step in run:
            ...
            run.log(loss_d=loss_d, loss_g=loss_g)

    sample: a function that gives points (n, 2) or (n, 3), or pictures (n, channels, height, width) of which the
    first 64 are kept; called under torch.no_grad, and the random numbers that it draws change nothing to those of
    the loop. real: what to show beside them. snapshots: how many pairs (step, points) to keep for
    `plots.animation`, closer together at the start, where most happens. view: whether to draw while training; by
    default, only inside a notebook. checkpoint: a `Checkpoint`, for a training that lasts: cut and started again,
    it goes on by itself at the step that it had reached. measure: a function that gives a dictionary of numbers,
    such as {"frechet": 12.3}, called `measures` times, evenly spaced to the last step, in the same way as sample.

    `measured` maps each name that `measure` gives to its pairs (step, value). `history` maps each name given to `log`
    to its values, one a step. Drawing stays under `VIEW_SHARE` of the elapsed time (measured by tools/bench.py). A loop
    may be run twice over the same Run: it starts afresh.
    """

    VIEW_SHARE = 0.035
    # On a GPU, reading a loss waits for the computation: they are read this many at a time.
    UNREAD = 100
    PICTURES = 64

    def __init__(
        self, steps, sample=None, real=None, snapshots=40, view=None, checkpoint=None, measure=None, measures=12
    ):
        if steps < 1:
            raise ValueError(f"steps vaut {steps} : il faut au moins une étape.")
        self.steps, self.sample, self.real = steps, sample, real
        # Squares of evenly spaced numbers: many snapshots at the start, few at the end.
        self._planned = set(np.rint(np.linspace(0, 1, snapshots) ** 2 * steps).astype(int).tolist())
        self._with_view = _in_notebook() if view is None else view
        self.checkpoint, self._measure = checkpoint, measure
        self._measured_at = set(np.rint(np.linspace(0, steps, measures + 1)[1:]).astype(int).tolist())
        self._history, self._unread, self.snapshots, self.measured = {}, [], [], {}

    @property
    def history(self):
        """Les valeurs notées par `log` : un dictionnaire du nom vers la liste, une valeur par étape."""
        self._read()
        return self._history

    def __len__(self):
        return self.steps

    def __iter__(self):
        from tqdm import tqdm

        first, checkpoint = 0, self.checkpoint
        self._history, self._unread, self.snapshots, self.measured = {}, [], [], {}
        if checkpoint is not None:
            saved = checkpoint.begin(self.steps, sys._getframe(1), budget(), self.real, self.sample)
            if saved is not None:
                first, self._history = saved.step, saved.history
                self.snapshots, self.measured = saved.snapshots, saved.measured
        start, setup, drawing, cost = time.perf_counter(), 0.0, 0.0, 0.03
        view = None
        if self._with_view:
            from tp_gan.plots import LiveView

            view = LiveView(self.real, self.steps)
            setup = time.perf_counter() - start
        if first == 0:
            self._snapshot(0)
        elif first == self.steps and view is not None:
            view.show(self._points(), self._history, first, self.steps, "")
        for step in range(first + 1, self.steps + 1):
            yield step - 1
            self._snapshot(step)
            if self._measure is not None and step in self._measured_at:
                for name, value in self._quietly(self._measure).items():
                    self.measured.setdefault(name, []).append((step, float(value)))
            if checkpoint is not None and (step == self.steps or checkpoint.due()):
                checkpoint.write(Progress(step, self.steps, self.history, self.snapshots, self.measured))
            if view is None or not self._history:
                continue
            elapsed, progress = time.perf_counter() - start, (step - first) / (self.steps - first)
            # What may be spent on all pictures but the last, which is always drawn, is spread over the whole run.
            allowed = self.VIEW_SHARE * elapsed / progress - setup - cost
            if step == self.steps or (elapsed > 0.3 and drawing + cost < allowed and drawing <= allowed * progress):
                remaining = tqdm.format_interval(elapsed / progress - elapsed)
                view.show(self._points(), self.history, step, self.steps, remaining)
                cost = time.perf_counter() - start - elapsed
                drawing += cost
        self._read()

    def callbacks(self, name=None):
        """Ce qu'il faut donner à `fit` de Keras pour qu'il parcoure ce Run : `callbacks=run.callbacks("08_briques")`.

        Each batch is a step; the numbers that train_step returns are logged. `steps` must be the number of batches
        of the whole fit. name: of the folder where Keras's BackupAndRestore writes at the end of each epoch, beside
        the checkpoints (see `Checkpoint`); started again, fit goes on from there. None, or the budget "essai", writes
        nothing.
        """
        from tp_gan.backups import callbacks

        return callbacks(self, name, sys._getframe(1))

    def log(self, **values):
        """Note les valeurs d'une étape. Raises CourseError at the first NaN or infinity, on a GPU a little later."""
        for name, value in values.items():
            kept = self._history.setdefault(name, [])
            if getattr(value, "is_cuda", False):
                # A place now, the value later.
                self._unread.append((name, len(kept), value.detach().clone().reshape(())))
                kept.append(None)
                continue
            value = float(value.detach() if hasattr(value, "detach") else value)
            self._check(name, value, len(kept))
            kept.append(value)
        if len(self._unread) >= self.UNREAD:
            self._read()

    def _read(self):
        if not self._unread:
            return
        unread, self._unread = self._unread, []
        values = sys.modules["torch"].stack([value.double() for _, _, value in unread]).tolist()
        for (name, step, _), value in zip(unread, values, strict=True):
            self._history[name][step] = value
        for (name, step, _), value in zip(unread, values, strict=True):
            self._check(name, value, step)

    def _check(self, name, value, step):
        if not np.isfinite(value):
            raise CourseError(
                f"{name} vaut {value} à l'étape {step} : l'entraînement a divergé. Cherchez un logarithme "
                "de 0, ou un taux d'apprentissage (lr) trop grand, puis recréez les réseaux."
            )

    def _snapshot(self, step):
        if step in self._planned and self.sample is not None:
            self.snapshots.append((step, self._points()))

    def _points(self):
        if self.sample is None:
            return None
        points = self._quietly(self.sample)
        points = points.detach().cpu().numpy() if hasattr(points, "detach") else np.asarray(points)
        return np.array(points[: self.PICTURES] if points.ndim == 4 else points)

    def _quietly(self, function):
        """What a function gives, under torch.no_grad."""
        # When a picture is drawn depends on the clock; the numbers that the loop draws must not.
        states = random_states()
        try:
            with sys.modules["torch"].no_grad() if "torch" in sys.modules else contextlib.nullcontext():
                return function()
        finally:
            set_random_states(states)


def _import_tensorflow():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Some lines are written by C++ before any setting is read: only the file descriptor can be closed to them.
    kept = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        import keras
        import tensorflow
    except ImportError as error:
        raise CourseError(f"TensorFlow ne s'importe pas ({error}) : pip install tensorflow.") from None
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    if keras.backend.backend() != "tensorflow":
        raise CourseError(
            f"Keras tourne sur {keras.backend.backend()}, et ces TP sur TensorFlow : donnez à la variable "
            "KERAS_BACKEND la valeur « tensorflow », et redémarrez le noyau."
        )
    tensorflow.get_logger().setLevel("ERROR")
    for gpu in tensorflow.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # already in use
            tensorflow.config.experimental.set_memory_growth(gpu, True)


def _has_gpu():
    if "tensorflow" in sys.modules:
        return bool(sys.modules["tensorflow"].config.list_physical_devices("GPU"))
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available()


def _in_notebook():
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and hasattr(shell, "kernel")


def _cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
