"""Combien s'entraîner, sur quoi, avec quelle graine ; et suivre un entraînement pendant qu'il tourne."""

import os
import random
import sys
import time

import numpy as np

from tp_gan import CourseError, data

__all__ = ["BUDGETS", "Run", "budget", "by_budget", "device", "set_seed", "setup"]

BUDGETS = ("essai", "cpu", "gpu")

NO_GPU = (
    "aucun GPU n'est visible. Sur Colab : menu Exécution, Modifier le type d'exécution, GPU. "
    "Ailleurs : {remedy}, et tout tournera sur le processeur."
)


def setup(seed=0):
    """Prépare la session : graine, budget, données ; dit en une ligne ce qui a été choisi."""
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
    """Fixe la graine de Python, de NumPy et, s'il est déjà importé, de PyTorch."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 -- students and libraries still draw from the global generator
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


class Run:
    """Un entraînement de `steps` étapes : on le parcourt dans une boucle `for`, il compte, note et montre.

        run = Run(3000, sample=lambda: generator(fixed_noise), real=points)
        for step in run:
            ...
            run.log(loss_d=loss_d, loss_g=loss_g)

    sample: a function that gives points of shape (n, 2), called under torch.no_grad. real: the points to show
    beside them. snapshots: how many pairs (step, points) to keep for `plots.animation`, closer together at the
    start, where most happens. view: whether to draw while training; by default, only inside a notebook.

    `history` maps each name given to `log` to its values, one a step. Drawing stays under `VIEW_SHARE` of the
    elapsed time (measured by tools/bench.py). A loop may be run twice over the same Run: it starts afresh.
    """

    VIEW_SHARE = 0.035

    def __init__(self, steps, sample=None, real=None, snapshots=40, view=None):
        if steps < 1:
            raise ValueError(f"steps vaut {steps} : il faut au moins une étape.")
        self.steps, self._sample, self._real = steps, sample, real
        # Squares of evenly spaced numbers: many snapshots at the start, few at the end.
        self._planned = set(np.rint(np.linspace(0, 1, snapshots) ** 2 * steps).astype(int).tolist())
        self._with_view = _in_notebook() if view is None else view
        self.history, self.snapshots = {}, []

    def __len__(self):
        return self.steps

    def __iter__(self):
        from tqdm import tqdm

        self.history, self.snapshots = {}, []
        start, setup, drawing, cost = time.perf_counter(), 0.0, 0.0, 0.03
        view = None
        if self._with_view:
            from tp_gan.plots import LiveView

            view = LiveView(self._real, self.steps)
            setup = time.perf_counter() - start
        self._snapshot(0)
        for step in range(1, self.steps + 1):
            yield step - 1
            self._snapshot(step)
            if view is None or not self.history:
                continue
            elapsed, progress = time.perf_counter() - start, step / self.steps
            # What may be spent on all pictures but the last, which is always drawn, is spread over the whole run.
            allowed = self.VIEW_SHARE * elapsed / progress - setup - cost
            if step == self.steps or (elapsed > 0.3 and drawing + cost < allowed and drawing <= allowed * progress):
                remaining = tqdm.format_interval(elapsed / progress - elapsed)
                view.show(self._points(), self.history, step, self.steps, remaining)
                cost = time.perf_counter() - start - elapsed
                drawing += cost

    def log(self, **values):
        """Note les valeurs d'une étape. Raises CourseError at the first NaN or infinity."""
        for name, value in values.items():
            value = float(value.detach() if hasattr(value, "detach") else value)
            kept = self.history.setdefault(name, [])
            if not np.isfinite(value):
                raise CourseError(
                    f"{name} vaut {value} à l'étape {len(kept)} : l'entraînement a divergé. Cherchez un logarithme "
                    "de 0, ou un taux d'apprentissage (lr) trop grand, puis recréez les réseaux."
                )
            kept.append(value)

    def _snapshot(self, step):
        if step in self._planned and self._sample is not None:
            self.snapshots.append((step, self._points()))

    def _points(self):
        if self._sample is None:
            return None
        if "torch" in sys.modules:
            with sys.modules["torch"].no_grad():
                points = self._sample()
            return points.detach().cpu().numpy() if hasattr(points, "detach") else np.asarray(points)
        return np.asarray(self._sample())


def _has_gpu():
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
