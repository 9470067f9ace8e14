"""Juger des chiffres générés : un petit réseau, entraîné à reconnaître les vrais, les lit à notre place.

The judge is a convolutional network for digits of 28x28 pixels in [-1, 1]: three convolutions, 64 features, ten
classes. Its weights come with the package (judge.npz) and are made by tools/judge.py, which prints what follows.
It was trained on 8,000 of the 10,000 pictures of MNIST's test split (its training split was not used) and on the
1,437 training digits of scikit-learn (`data.digits`). It is right for 1,984 of the other 2,000 of MNIST (99.20 %) and
for 358 of the other 360 of scikit-learn (99.44 %). Pictures that it was trained on are no fair test of it: where the
whole test split of MNIST serves as reference, it knows four fifths of them.

Every function takes pictures of shape (n, 1, 28, 28), as a tensor on any device or as a NumPy array, or of shape
(n, 28, 28, 1) from NumPy or TensorFlow, and answers with NumPy arrays; it draws no random number from the global
generators. CourseError where the pictures have the wrong shape or are not scaled to [-1, 1].
"""

import functools
import math
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tp_gan import CourseError, data, metrics

__all__ = [
    "Frechet",
    "accuracy_by_class",
    "coverage",
    "entropy",
    "features",
    "frechet",
    "load",
    "predict",
    "probabilities",
]

WEIGHTS = Path(__file__).with_name("judge.npz")
WIDTHS = (16, 32, 64)
FEATURES = 64
CLASSES = 10
# A digit that is read in a smaller share of the pictures is not covered; its fair share is 10 %.
COVERED = 0.02
DAMAGED = (
    "Les poids du juge (judge.npz) manquent ou sont abîmés dans le paquet tp_gan. Réinstallez-le : sur Colab, "
    "exécutez de nouveau la cellule d'installation ; ailleurs, « git checkout src/tp_gan/judge.npz »."
)


class Frechet(NamedTuple):
    """Une distance de Fréchet, son erreur type, et le plancher que donnent deux lots de vraies images."""

    distance: float
    standard_error: float
    floor: float

    def __str__(self):
        numbers = [f"{number:.1f}".replace(".", ",") for number in self]
        return "distance de Fréchet {} ± {} (plancher {})".format(*numbers)


@functools.cache
def load(device="cpu"):
    """Le juge, prêt à l'emploi : `juge(images)` donne dix scores (logits) par image. Chargé une seule fois.

    Returns a `torch.nn.Sequential` in eval mode whose last layer makes the ten logits from the 64 features, with
    weights that do not require gradients. Raises CourseError when judge.npz is missing or damaged.
    """
    import torch

    # On "meta" a layer has no values, hence draws none: the global generator is left as it was.
    with torch.device("meta"):
        network = architecture()
    expected = network.state_dict()
    try:
        with np.load(WEIGHTS, allow_pickle=False) as stored:
            state = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in expected}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise CourseError(DAMAGED) from error
    for name, value in state.items():
        if value.shape != expected[name].shape or not value.isfinite().all():
            raise CourseError(DAMAGED)
    network.load_state_dict(state, assign=True)
    return network.requires_grad_(False).to(device).eval()


def architecture(normalised=False):
    """The judge's network; `normalised` as it is trained, with a BatchNorm2d after each convolution.

    tools/judge.py folds these into the convolutions.
    """
    from torch import nn

    layers, channels = [], 1
    for width in WIDTHS:
        layers += [nn.Conv2d(channels, width, 3, padding=1)]
        layers += [nn.BatchNorm2d(width)] * normalised
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(channels * 3 * 3, FEATURES), nn.ReLU(), nn.Linear(FEATURES, CLASSES)
    )


def features(images):
    """Ce que le juge voit dans chaque image : 64 nombres positifs ou nuls, de forme (n, 64), en float64."""
    return _features_and_logits(images)[0]


def predict(images):
    """Le chiffre que le juge lit dans chaque image : des entiers de 0 à 9, de forme (n,)."""
    return _features_and_logits(images)[1].argmax(axis=1)


def probabilities(images):
    """Les probabilités des dix chiffres pour chaque image, de forme (n, 10) : chaque ligne a pour somme 1."""
    from scipy.special import softmax

    return softmax(_features_and_logits(images)[1], axis=1)


def frechet(real, generated, seed=0):
    """Distance de Fréchet entre vraies images et images générées, vues par le juge : plus petite, mieux c'est.

    `metrics.frechet_distance` between `features`. Returns a `Frechet`. standard_error: under new draws of both
    samples (bootstrap, 40 replicates); prudent near the floor. floor: what new real pictures would get in the place
    of the generated ones, that is, the mean over ten cuts of the distance between two disjoint parts of the real
    pictures, each of the size of the generated sample or half of the real one, scaled by 1/n + 1/m to the sizes
    compared.

    The distance is biased upwards: two samples of n real MNIST digits are 24.0, 12.8, 6.2 and 2.9 apart for n = 250,
    500, 1000 and 2000, in proportion to 1/n (means over 20 draws, `tools/judge.py distances`). Compare generators at
    equal n, 2,000 where possible.
    """
    real, generated = features(real), features(generated)
    for name, rows, least in (("vraies", real, 4), ("générées", generated, 2)):
        if len(rows) < least:
            raise CourseError(f"Trop peu d'images {name} : {len(rows)}. Il en faut au moins {least}.")
    rng = np.random.default_rng(seed)
    size = min(len(generated), len(real) // 2)
    floors = []
    for _ in range(10):
        cut = real[rng.permutation(len(real))]
        floors.append(metrics.frechet_distance(cut[:size], cut[size : 2 * size]))
    floor = np.mean(floors) * (1 / len(real) + 1 / len(generated)) / (2 / size)
    draws = [metrics.frechet_distance(_redrawn(real, rng), _redrawn(generated, rng)) for _ in range(40)]
    return Frechet(metrics.frechet_distance(real, generated), float(np.std(draws, ddof=1)), float(floor))


def coverage(images):
    """Part des dix chiffres que le juge lit dans au moins 2 % des images : 1 si tous y sont, 0,1 s'il n'y en a qu'un.

    Below 1 it tells a mode collapse; read it with the pictures, as a judge finds a digit in noise as well.
    """
    counts = np.bincount(predict(images), minlength=CLASSES)
    return float((counts >= COVERED * counts.sum()).mean())


def entropy(images):
    """Entropie (en nats) de la répartition des chiffres lus : log 10 ≈ 2,30 s'ils sont aussi fréquents, 0 pour un seul.

    Of the mean over the pictures of `probabilities`.
    """
    from scipy.special import entr

    return float(entr(probabilities(images).mean(axis=0)).sum())


def accuracy_by_class(images, labels):
    """Pour chaque chiffre demandé, la part des images où le juge le lit ; `nan` s'il n'a jamais été demandé.

    labels: the digits asked for, integers from 0 to 9, of shape (n,). Returns an array of shape (10,).
    """
    read = predict(images)
    asked = np.asarray(labels.detach().cpu() if hasattr(labels, "detach") else labels)
    if asked.shape != read.shape:
        raise CourseError(f"Il faut une étiquette par image : {asked.shape} étiquettes pour {len(read)} images.")
    if not np.isin(asked, np.arange(CLASSES)).all():
        raise CourseError("Les étiquettes doivent être des entiers de 0 à 9.")
    return np.array(
        [(read[asked == digit] == digit).mean() if (asked == digit).any() else math.nan for digit in range(CLASSES)]
    )


def _redrawn(rows, rng):
    return rows[rng.integers(len(rows), size=len(rows))]


def _features_and_logits(images):
    import torch

    if isinstance(images, torch.Tensor):
        images = images.detach()
    elif hasattr(images, "shape") and hasattr(images, "dtype"):
        # From NumPy or TensorFlow, whose pictures have their channels last.
        images = np.array(images)
        if images.shape[1:] == (28, 28, 1):
            images = images.transpose(0, 3, 1, 2).copy()
        images = torch.from_numpy(images)
    data.check_pictures(images)
    if images.shape[1:] != (1, 28, 28):
        raise CourseError(
            f"Le juge lit des images de 28x28 pixels, de forme (n, 1, 28, 28) ; celles-ci ont la forme "
            f"{tuple(images.shape)}."
        )
    network = load(str(images.device))
    rows = []
    # Full float32 on a GPU too: the features of a picture must not depend on where they are computed.
    with torch.no_grad(), torch.backends.cudnn.flags(benchmark=False, deterministic=True, allow_tf32=False):
        for batch in images.split(500):
            seen = network[:-1](batch.float())
            rows.append((seen.cpu(), network[-1](seen).cpu()))
    return tuple(torch.cat(part).double().numpy() for part in zip(*rows, strict=True))
