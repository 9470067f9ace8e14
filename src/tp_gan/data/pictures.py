"""Images des TP 04 à 06, en mémoire : un seul tenseur, de valeurs dans [-1, 1]."""

import functools
import math
import sys
from typing import NamedTuple

import numpy as np

from tp_gan import CourseError
from tp_gan.data import sources
from tp_gan.data.idx import read_idx, read_npz

__all__ = ["Pictures", "check_pictures", "clothes", "digits", "fashion_mnist", "handwritten", "hold_out", "mnist"]

SPLITS = ("train", "test")


class Pictures(NamedTuple):
    """Des images et leurs étiquettes.

    images: float32 tensor (n, channels, height, width) in [-1, 1]. labels: int64 tensor (n,). source: what they are,
    in French.
    """

    images: "torch.Tensor"  # noqa: F821 -- torch is imported only where pictures are made
    labels: "torch.Tensor"  # noqa: F821
    source: str


def handwritten():
    """Les chiffres manuscrits des TP 04 à 06, `(train, test)`, et une ligne qui dit lesquels.

    MNIST where it is at hand (TP_GAN_DATA, then the cache) and with the budget "gpu", for which it is downloaded;
    else the embedded digits, which also replace a download that fails. A single split of MNIST is cut by `hold_out`.
    """
    found = _found("mnist")
    train, test = (digits("train"), digits("test")) if not found else hold_out(*found) if len(found) == 1 else found
    counts = " et ".join(f"{len(part.images):,}".replace(",", " ") for part in (train, test))
    print(f"Données : {train.source}, {counts} images pour l'entraînement et pour le test")
    return train, test


def clothes():
    """Les vêtements de Fashion-MNIST (« train ») s'ils sont là, comme `handwritten` ; sinon les chiffres intégrés."""
    found = _found("fashion_mnist")
    return found[0] if found else digits("train")


def digits(split="train"):
    """Les 1 797 chiffres manuscrits de scikit-learn, portés de 8x8 à 28x28, sans téléchargement.

    split: "train" (1,437 pictures) or "test" (360), cut by `hold_out`. Source: E. Alpaydin and C. Kaynak, UCI, 1998.
    """
    part = _embedded_digits()[SPLITS.index(_known(split))]
    return part._replace(images=part.images.clone(), labels=part.labels.clone())


def mnist(split="train"):
    """MNIST : 60 000 chiffres manuscrits 28x28 (`"train"`) ou 10 000 (`"test"`), gris.

    Read from TP_GAN_DATA (its folder mnist, or itself), else from the cache, else downloaded. Raises CourseError.
    """
    return _published("mnist", split)


def fashion_mnist(split="train"):
    """Fashion-MNIST : dix sortes de vêtements, aux mêmes formes et nombres que MNIST.

    Read from TP_GAN_DATA (its folder fashion_mnist), else from the cache, else downloaded. Raises CourseError.
    """
    return _published("fashion_mnist", split)


def hold_out(pictures, share=0.2, seed=0):
    """Coupe des images en `(train, test)`, au hasard mais toujours de même pour une graine donnée.

    share: the part of `test`, in (0, 1), rounded up to whole pictures.
    """
    import torch

    n = len(pictures.images)
    held = math.ceil(share * n - 1e-9)
    if not 0 < held < n:
        raise ValueError(f"share vaut {share} : pour {n} images, l'une des deux parts serait vide.")
    order = torch.from_numpy(np.random.default_rng(seed).permutation(n))
    return tuple(
        Pictures(pictures.images[rows], pictures.labels[rows], pictures.source)
        for rows in (order[: n - held], order[n - held :])
    )


def check_pictures(images, channels=1):
    """Vérifie un lot d'images : tenseur (n, channels, hauteur, largeur) de nombres dans [-1, 1].

    Takes a tensor or a NumPy array. Raises CourseError that names the mistake and its remedy.
    """
    if not hasattr(images, "shape") or not hasattr(images, "dtype"):
        raise CourseError(f"Les images sont de type {type(images).__name__} : il faut un tenseur.")
    shape, names = tuple(images.shape), f"(n, {channels}, hauteur, largeur)"
    if 0 in shape:
        raise CourseError(f"Les images ont la forme {shape} : il n'y en a aucune.")
    if len(shape) == 2:
        raise CourseError(f"Les images ont la forme {shape} : aplaties. Remettez-les en {names}, par view ou reshape.")
    if len(shape) == 3:
        raise CourseError(f"Les images ont la forme {shape}, au lieu de {names} : il manque un axe (unsqueeze).")
    if len(shape) != 4:
        raise CourseError(f"Les images ont la forme {shape}, au lieu de {names}.")
    if shape[1] != channels:
        remedy = " Les canaux sont en dernier : images.permute(0, 3, 1, 2)." if shape[3] == channels else ""
        raise CourseError(f"Les images ont la forme {shape}, au lieu de {names}.{remedy}")
    low, high = float(images.min()), float(images.max())
    if math.isnan(low) or math.isnan(high):
        raise CourseError("Les images contiennent des NaN : le réseau qui les a faites a divergé.")
    if low < -1 - 1e-4 or high > 1 + 1e-4:
        guess = " Elles semblent dans [0, 255] : divisez par 127.5, puis ôtez 1." if low >= 0 and high <= 255 else ""
        raise CourseError(f"Les valeurs des images vont de {low:.3g} à {high:.3g}, hors de [-1, 1].{guess}")
    # No picture of the course is without a value under 0; a batch all at +1 (a generator that saturates) may be.
    if 0 <= low < 0.1 and high > 0.5:
        raise CourseError(
            f"Les valeurs des images vont de {low:.3g} à {high:.3g} : elles semblent dans [0, 1], et non dans [-1, 1]. "
            "Pour des données : 2 * images - 1. Pour un générateur : tanh, et non sigmoid, à la fin."
        )


def _known(split):
    if split not in SPLITS:
        raise CourseError(f"split vaut {split!r} : au choix, « train » ou « test ».")
    return split


def _found(name):
    """The splits of a published set that are at hand, or downloaded with the budget "gpu"; [] if there are none."""
    from tp_gan.training import budget

    splits = sources.at_hand(name)
    if splits != set(SPLITS) and not sources.in_shared_folder(name) and budget() == "gpu":
        splits = set(SPLITS)
    try:
        return [_published(name, split) for split in SPLITS if split in splits]
    except sources.DownloadError as error:
        print(f"{error}\nLes chiffres intégrés au cours les remplacent.", file=sys.stderr)
        return []


def _published(name, split):
    files = sources.locate(name, _known(split))
    images, labels = read_npz(files[0], split) if len(files) == 1 else read_idx(*files)
    return _pictures(images, labels, sources.PUBLISHED[name].title)


def _pictures(images, labels, source):
    """Bytes (n, height, width) as Pictures: 0 becomes -1 and 255 becomes 1."""
    import torch

    images = torch.from_numpy(images.astype(np.float32)[:, None]).div_(127.5).sub_(1)
    return Pictures(images, torch.from_numpy(labels.astype(np.int64)), source)


@functools.cache
def _embedded_digits():
    from sklearn.datasets import load_digits

    bunch = load_digits()
    pictures = _pictures(_enlarged(bunch.images / 16), bunch.target, "chiffres intégrés (scikit-learn)")
    return hold_out(pictures)


def _enlarged(images):
    """Pictures (n, 8, 8) in [0, 1] as bytes (n, 28, 28): a box of 20x20 and a margin of 4, as in MNIST.

    A cubic spline on a grid four times finer than the result, sharpened by the radius of one source pixel (it joins
    thin strokes and opens loops), then a steep contrast curve and the mean of each 4x4 block, which leaves the edge of
    a stroke one or two grey pixels wide. The two levels of the curve bring the share of light pixels (0.142) and of
    grey ones (0.08 between 0.1 and 0.9) near MNIST's (0.1325 and 0.086: tests/test_digits.py).
    """
    from scipy.ndimage import gaussian_filter1d, zoom

    fine = 4
    # Enlarging and smoothing are linear along each axis: a matrix each, of shape (28 * fine, 8).
    spline = zoom(np.eye(12), (2.5 * fine, 1), order=3, mode="grid-constant", grid_mode=True)
    smooth = gaussian_filter1d(spline, 2.5 * fine, axis=0, mode="constant")
    spline, smooth = (matrix[fine:-fine, 2:-2].astype(np.float32) for matrix in (spline, smooth))
    blocks = []
    for part in np.array_split(images.astype(np.float32), 16):
        sharp = 2 * (spline @ part @ spline.T) - smooth @ part @ smooth.T
        ink = np.clip((sharp - 0.55) / (0.85 - 0.55), 0, 1)
        blocks.append(ink.reshape(-1, 28, fine, 28, fine).mean(axis=(2, 4)))
    return np.rint(255 * np.concatenate(blocks)).astype(np.uint8)
