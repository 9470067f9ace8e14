"""Points de reprise : un entraînement coupé, puis relancé, continue là où il en était."""

import contextlib
import copy
import errno
import glob
import io
import os
import random
import sys
import tempfile
import time
import typing
import zipfile
from pathlib import Path

import numpy as np

from tp_gan import CourseError
from tp_gan.fingerprints import differences, fingerprint

__all__ = ["Checkpoint", "Progress", "restore", "write_whole"]

FORMAT, VERSION = "tp-gan", 1
FOLDER = Path("points_de_reprise")
DRIVE = Path("/content/drive/MyDrive")
OFF = {"", "0", "non"}


class Progress(typing.NamedTuple):
    """Où en est un entraînement : étape, nombre d'étapes, historique, instantanés et mesures d'un `training.Run`."""

    step: int
    steps: int
    history: dict
    snapshots: list
    measured: dict | None = None


class Checkpoint:
    """Un point de reprise, écrit pendant un `training.Run` : coupé, l'entraînement reprendra de lui-même.

        checkpoint = training.Checkpoint("04_mnist", generator=generator, optimizer_g=optimizer_g, ...)
        run = training.Run(steps, checkpoint=checkpoint)

    name: of the file, without ".pt". every: the seconds between two writes, which also stay under 1 % of the time
    (0: write at each step). folder: else TP_GAN_CHECKPOINTS ("non" writes nothing), else Google Drive on Colab,
    else "points_de_reprise"; in the budget "essai", nothing is written unless folder is given. parts: networks,
    optimizers and other objects with state_dict and load_state_dict, tensors, random generators.

    Everything on which the next step depends is kept, random states included: on a CPU, a training that was cut
    and started again ends on the same bits as one that was not. The file holds tensors and plain values; reading
    it runs no code.
    """

    # A write that takes s seconds is not followed by another within s / SHARE seconds.
    SHARE = 0.01

    def __init__(self, name, every=30.0, folder=None, **parts):
        if not isinstance(name, str) or not name.strip(".") or Path(name).name != name or "\\" in name:
            raise CourseError(f"Le nom d'un point de reprise est celui d'un fichier, sans dossier ; reçu : {name!r}.")
        if not parts:
            raise CourseError("Ce point de reprise ne garde rien : donnez-lui les réseaux et les optimiseurs, par nom.")
        for part_name, part in parts.items():
            if not _is_part(part):
                raise CourseError(
                    f"{part_name} est de type {type(part).__name__} et ne peut pas être gardé dans un point de "
                    "reprise : donnez un réseau, un optimiseur ou un tenseur."
                )
        self.name, self.every, self.parts = name, every, parts
        self._given, self._path, self._fingerprint = folder, None, None
        self._next, self._checked, self._warned = 0.0, False, False

    def begin(self, steps, frame, budget, real=None, sample=None):
        """Called by a run before its first step: the Progress to go on from, or None to start at zero."""
        if self._given is None and budget == "essai":
            self._path = None
            return None
        folder = default_folder(tell=True) if self._given is None else Path(self._given).expanduser()
        if folder is None:
            self._path = None
            return None
        self._path = folder / f"{self.name}.pt"
        self._fingerprint = fingerprint(self.parts, steps, frame, real, sample)
        with contextlib.suppress(OSError):
            for stale in folder.glob(f".{glob.escape(self.name)}.*.tmp"):  # left by a process killed while it wrote
                stale.unlink()
        progress = self._resume()
        self._next = time.monotonic() + self.every
        return progress

    def due(self):
        """Whether it is time to write again."""
        return self._path is not None and time.monotonic() >= self._next

    def write(self, progress):
        """Write the state between two steps, all or nothing. A failure is told once and stops no training."""
        if self._path is None:
            return
        start = time.monotonic()
        try:
            content = _encode(self._fingerprint, progress, {name: _state(part) for name, part in self.parts.items()})
            if not self._checked:
                _decode(content)
                self._checked = True
        except Exception as error:
            self._path = None
            print(f"Point de reprise impossible : {error}\nL'entraînement continue, mais ne pourra pas reprendre.")
            return
        try:
            write_whole(self._path, content)
        except OSError as error:
            if not self._warned:
                print(
                    f"Point de reprise non écrit dans {self._path.parent} ({_reason(error)}). L'entraînement continue "
                    "mais, coupé, il ne pourrait pas reprendre : libérez de la place, ou choisissez un autre dossier "
                    "par la variable TP_GAN_CHECKPOINTS."
                )
            self._warned = True
        now = time.monotonic()
        self._next = now + (max(self.every, (now - start) / self.SHARE) if self.every > 0 else 0)

    def _resume(self):
        try:
            saved = _read(self._path)
        except _Unreadable as error:
            return self._set_aside("illisible", f"{self._path} ne se lit pas : {error}.")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._path, path = None, self._path
            print(f"{path} ne s'ouvre pas ({_reason(error)}). L'entraînement part de zéro, sans point de reprise.")
            return None
        if changed := differences(saved["fingerprint"], self._fingerprint):
            return self._set_aside("ancien", f"{self._path} vient d'un autre entraînement ({', '.join(changed)}).")
        before = {name: copy.deepcopy(_state(part)) for name, part in self.parts.items()}
        random_before = random_states()
        try:
            for name, part in self.parts.items():
                _set_state(part, saved["parts"][name])
            set_random_states(saved["random"])
            progress = _progress(saved)
        except Exception:  # the file was forged: nothing that this module writes gets here
            for name, part in self.parts.items():
                _set_state(part, before[name])
            set_random_states(random_before)
            return self._set_aside("illisible", f"{self._path} ne se lit pas : son contenu est incohérent.")
        if progress.step == progress.steps:
            print(
                f"Entraînement déjà terminé : ses {_count(progress.steps)} étapes sont relues dans {self._path}. "
                "Pour le refaire, supprimez ce fichier ou changez la graine."
            )
        else:
            print(
                f"Reprise à l'étape {_count(progress.step)} sur {_count(progress.steps)} ({self._path}). "
                "Pour repartir de zéro, supprimez ce fichier."
            )
        return progress

    def _set_aside(self, word, why):
        aside = self._path.with_name(f"{self.name}.{word}.pt")
        try:
            os.replace(self._path, aside)
        except OSError as error:
            self._path = None
            print(f"{why} L'entraînement part de zéro, sans point de reprise ({_reason(error)}).")
        else:
            print(f"{why} Il est gardé sous le nom {aside.name}, et l'entraînement part de zéro.")


def restore(name_or_path, folder=None, **parts):
    """Charge dans `parts` ce qu'un point de reprise en a gardé : `training.restore("04_mnist", generator=generator)`.

    name_or_path: the name given to `Checkpoint`, or the path of a file. Returns the Progress of that training,
    finished or not. Raises CourseError, and changes no part, when the file is missing, cut short or of another model.
    """
    path = Path(name_or_path).expanduser()
    if path.name == str(name_or_path) and not path.is_file():
        where = (default_folder() or FOLDER) if folder is None else Path(folder).expanduser()
        path = where / f"{path.name.removesuffix('.pt')}.pt"
    if not path.is_file():
        there = ", ".join(sorted(other.stem for other in path.parent.glob("*.pt"))) or "aucun"
        raise CourseError(
            f"Il n'y a pas de point de reprise {path}. Dans ce dossier : {there}. Lancez d'abord l'entraînement "
            "qui l'écrit, ou corrigez le nom."
        )
    try:
        saved = _read(path)
        progress = _progress(saved)
    except OSError as error:
        raise CourseError(f"{path} ne s'ouvre pas ({_reason(error)}).") from None
    except _Unreadable as error:
        raise CourseError(f"{path} ne se lit pas : {error}. Supprimez-le et relancez l'entraînement.") from None
    for name, part in parts.items():
        if name not in saved["parts"]:
            raise CourseError(f"{path} ne contient pas {name}, mais {', '.join(saved['parts'])}.")
        if not _is_part(part):
            raise CourseError(
                f"{name} est de type {type(part).__name__} : donnez un réseau, un optimiseur, un tenseur."
            )
        if difference := _mismatch(part, saved["parts"][name]):
            raise CourseError(
                f"{path} a été écrit pour un autre modèle : {name}, {difference}. Recréez {name} avec les réglages "
                "de l'entraînement, ou relancez celui-ci."
            )
    before = {name: copy.deepcopy(_state(part)) for name, part in parts.items()}
    for name, part in parts.items():
        try:
            _set_state(part, {**before[name], "state": saved["parts"][name]["state"]})
        except Exception:
            for known in parts:
                _set_state(parts[known], before[known])
            raise CourseError(f"{path} a été écrit pour un autre modèle : {name} n'a pas ces réglages.") from None
    return progress


def default_folder(tell=False):
    """Le dossier des points de reprise, ou `None` si TP_GAN_CHECKPOINTS n'en veut pas."""
    if (value := os.environ.get("TP_GAN_CHECKPOINTS")) is not None:
        return None if value.strip().lower() in OFF else Path(value.strip()).expanduser()
    if "google.colab" not in sys.modules:
        return FOLDER
    if DRIVE.is_dir():
        return DRIVE / "tp-gan"
    if tell:
        print(
            "Les points de reprise disparaîtront avec cette machine. Pour les garder dans votre Google Drive, exécutez "
            'd\'abord : from google.colab import drive; drive.mount("/content/drive")'
        )
    return FOLDER


def random_states():
    """Les états des générateurs aléatoires de Python, de NumPy et de PyTorch, en valeurs simples et en tenseurs."""
    torch = sys.modules.get("torch")
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    states = {"python": random.getstate(), "numpy": (kind, keys.tolist(), *rest)}
    if torch is not None:
        states["torch"] = torch.get_rng_state()
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            states["cuda"] = torch.cuda.get_rng_state_all()
    return states


def set_random_states(states):
    """Remet les générateurs aléatoires dans l'état que `random_states` a rendu."""
    random.setstate(states["python"])
    kind, keys, *rest = states["numpy"]
    np.random.set_state((kind, np.array(keys, np.uint32), *rest))  # noqa: NPY002
    if "torch" in states:
        torch = sys.modules["torch"]
        torch.set_rng_state(states["torch"])
        for device, state in enumerate(states.get("cuda", [])[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(state, device)


class _Unreadable(Exception):
    """A file that is not a whole checkpoint; its text says why, in French."""


def _read(path):
    return _decode(path.read_bytes())


def _encode(fingerprint, progress, states):
    import torch

    content = io.BytesIO()
    saved = {
        "format": FORMAT,
        "version": VERSION,
        "fingerprint": fingerprint,
        "step": progress.step,
        "steps": progress.steps,
        "history": {name: torch.tensor(values, dtype=torch.float64) for name, values in progress.history.items()},
        "snapshots": [(step, torch.from_numpy(points)) for step, points in progress.snapshots],
        "measured": {name: torch.tensor(pairs, dtype=torch.float64) for name, pairs in progress.measured.items()},
        "parts": states,
        "random": random_states(),
    }
    torch.save(saved, content)
    return content.getvalue()


def _decode(content):
    import torch

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            damaged = archive.testzip()  # torch.load does not look at the checksums
    except Exception:
        raise _Unreadable("il est coupé, ou ce n'est pas un point de reprise") from None
    if damaged:
        raise _Unreadable("il est abîmé")
    try:
        saved = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception:
        raise _Unreadable("il contient autre chose que des nombres et des textes") from None
    types = {"fingerprint": dict, "step": int, "steps": int, "history": dict, "snapshots": list, "parts": dict}
    if not isinstance(saved, dict) or saved.get("format") != FORMAT:
        raise _Unreadable("ce n'est pas un point de reprise du cours")
    if saved.get("version") != VERSION:
        raise _Unreadable("il vient d'une autre version du cours")
    coherent = all(isinstance(saved.get(key), kind) for key, kind in types.items()) and all(
        isinstance(part, dict) and "state" in part for part in saved["parts"].values()
    )
    if not coherent:
        raise _Unreadable("son contenu est incohérent")
    return saved


def _progress(saved):
    try:
        history = {name: values.tolist() for name, values in saved["history"].items()}
        snapshots = [(step, points.numpy()) for step, points in saved["snapshots"]]
        measured = {
            name: [(int(step), value) for step, value in pairs.tolist()]
            for name, pairs in saved.get("measured", {}).items()
        }
    except Exception:
        raise _Unreadable("son contenu est incohérent") from None
    return Progress(saved["step"], saved["steps"], history, snapshots, measured)


def write_whole(path, content):
    """Écrit un fichier en entier, ou pas du tout : at any moment the old one or the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    with contextlib.suppress(OSError, AttributeError):  # the new name too must outlast a power cut
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _is_part(part):
    import torch

    with_state = hasattr(part, "state_dict") and hasattr(part, "load_state_dict")
    return isinstance(part, torch.Tensor | torch.Generator) or (with_state and not isinstance(part, type))


def _state(part):
    """What the next step may depend on: for a network, also the gradients and the train or eval mode."""
    import torch

    if isinstance(part, torch.Tensor):
        return {"state": part.detach().clone()}
    if isinstance(part, torch.Generator):
        return {"state": part.get_state()}
    kept = {"state": part.state_dict()}
    if isinstance(part, torch.nn.Module):
        gradients = {name: parameter.grad for name, parameter in part.named_parameters()}
        kept["gradients"] = {name: gradient.detach() for name, gradient in gradients.items() if gradient is not None}
        kept["training"] = [module.training for module in part.modules()]
    return kept


def _set_state(part, kept):
    import torch

    if isinstance(part, torch.Tensor):
        with torch.no_grad():
            part.copy_(kept["state"])
    elif isinstance(part, torch.Generator):
        part.set_state(kept["state"])
    else:
        part.load_state_dict(kept["state"])
    if isinstance(part, torch.nn.Module):
        for name, parameter in part.named_parameters():
            gradient = kept["gradients"].get(name)
            parameter.grad = None if gradient is None else gradient.to(parameter.device)
        for module, mode in zip(part.modules(), kept["training"], strict=True):
            module.training = mode


def _mismatch(part, kept):
    """How a saved state cannot be loaded in a part, in French; "" when nothing tells that it cannot."""
    import torch

    state, saved = _state(part)["state"], kept["state"]
    if isinstance(part, torch.optim.Optimizer):
        # Optimizers load the averages of parameters of other shapes without a word.
        parameters = [parameter for group in part.param_groups for parameter in group["params"]]
        here = {f"le paramètre {i}": tuple(parameter.shape) for i, parameter in enumerate(parameters)}
        there = dict(here)
        for i, averages in saved.get("state", {}).items():
            shapes = [tuple(value.shape) for value in averages.values() if getattr(value, "ndim", 0)]
            there.update({f"le paramètre {i}": shape for shape in shapes[:1]})
    elif isinstance(state, torch.Tensor) and isinstance(saved, torch.Tensor):
        here, there = {"le tenseur": tuple(state.shape)}, {"le tenseur": tuple(saved.shape)}
    elif isinstance(state, dict) and isinstance(saved, dict):
        here, there = (
            {key: tuple(value.shape) for key, value in kind.items() if isinstance(value, torch.Tensor)}
            for kind in (state, saved)
        )
    else:
        return "qui n'y est pas de la même sorte"
    for key in {**here, **there}:
        if key not in there:
            return f"où {key} n'est pas dans le fichier"
        if key not in here:
            return f"où {key} n'est que dans le fichier"
        if here[key] != there[key]:
            return f"où {key} est de forme {there[key]} dans le fichier et {here[key]} ici"
    return ""


def _reason(error):
    known = {errno.ENOSPC: "disque plein", errno.EDQUOT: "quota atteint", errno.EROFS: "lecture seule"}
    if isinstance(error, PermissionError):
        return "accès refusé"
    if isinstance(error, NotADirectoryError | FileExistsError):
        return "ce n'est pas un dossier"
    return known.get(error.errno, error.strerror or type(error).__name__)


def _count(number):
    return f"{number:,}".replace(",", " ")
