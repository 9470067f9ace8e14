"""Les briques du TP 08 en fichiers : le dossier de celles de Kaggle, et l'écriture des dessinées dans un dossier."""

import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from tp_gan import CourseError
from tp_gan.data import kaggle, sources
from tp_gan.data.picture_files import find_pictures, holds_pictures, read_pictures, spaced, squared, why

__all__ = ["brick_folder", "brick_pictures", "write_pictures"]

KAGGLE = "joosthazelzet/lego-brick-images"
SOURCE = f"briques de Kaggle ({KAGGLE})"
INSTEAD = "data.bricks()"
FOLDERS = ("bricks", "lego-brick-images")
VIEW = re.compile(r"(?:^|[ _-])\d+[LR]?$")  # the end of `3001 Brick 2x4 000L`: the number of a view, and its eye
WRITTEN = re.compile(r"\d{5,}\.png")


def brick_pictures(n=None):
    """Les briques du TP 08, 64x64 en gris, et une ligne qui dit lesquelles : celles de Kaggle, ou les dessinées.

    Kaggle's where TP_GAN_DATA or its cache holds them and, with the budget "gpu" and kagglehub installed,
    by download; else `data.bricks`, which also replaces a download that fails. n: how many at most, drawn from every
    type; by default, all of Kaggle's or 10,000 drawn ones.
    """
    found = None
    if _shared() is not None:
        found = _published(brick_folder(), n)
    elif kaggle.is_wanted(KAGGLE):
        try:
            found = _published(brick_folder(), n)
        except CourseError as error:
            print(f"{error}\nLes briques dessinées par le cours les remplacent.", file=sys.stderr)
    if found is None:
        from tp_gan.data.bricks import bricks

        found = bricks(10_000 if n is None else n)
    height, width = found.images.shape[1:3]
    print(f"Données : {found.source}, {spaced(len(found.images))} images {height}x{width}")
    return found


def brick_folder(folder=None):
    """Le dossier des images de briques publiées sur Kaggle (joosthazelzet/lego-brick-images).

    From folder, else TP_GAN_DATA (its folder bricks, or lego-brick-images), else Kaggle by kagglehub (its copy on this
    machine if there is one). The pictures are in it, or in its folder dataset, as Kaggle has them: 40,000, of 50 types.
    Raises CourseError.
    """
    if folder is None:
        folder = _shared() or kaggle.download(KAGGLE, KAGGLE, INSTEAD)
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise CourseError(f"« {folder} » n'est pas un dossier. Vérifiez ce chemin, ou prenez {INSTEAD}.")
    for place in (folder / "dataset", folder):
        if holds_pictures(place):
            return place
    raise CourseError(
        f"Aucune image (.png ou .jpg) dans {folder}. Vérifiez ce chemin, ou prenez {INSTEAD}, qui ne lit aucun fichier."
    )


def write_pictures(images, folder):
    """Écrit des images en fichiers PNG, 00000.png et suivants, et donne le dossier, que Keras peut lire.

    images: uint8 (n, height, width, 1 or 3). folder: made, or replaced if it holds only such files. It is written
    beside its place and then renamed: a cut, or a full disk, leaves nothing of it. Raises CourseError.
    """
    from PIL import Image

    images, folder = np.asarray(images), Path(folder).expanduser().absolute()
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape:
        raise CourseError(
            f"Les images sont de type {images.dtype} et de forme {images.shape}, au lieu de uint8 (n, hauteur, "
            "largeur, 1 ou 3). Prenez bricks.images, ou faces.images."
        )
    try:
        if folder.exists() and not (folder.is_dir() and all(WRITTEN.fullmatch(name) for name in os.listdir(folder))):
            raise CourseError(f"« {folder} » existe et contient autre chose. Choisissez un autre dossier.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as draft:
            made = Path(draft) / "made"
            made.mkdir()
            for i, image in enumerate(images):
                picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
                picture.save(made / f"{i:05d}.png", compress_level=1)
            if folder.exists():
                os.replace(folder, Path(draft) / "former")
            os.replace(made, folder)
    except OSError as error:
        raise CourseError(
            f"Les images ne peuvent être écrites dans {folder} ({why(error)}). Choisissez un autre dossier, ou "
            "libérez de la place."
        ) from error
    return folder


def _shared():
    """The folder of Kaggle's bricks under TP_GAN_DATA, or None."""
    root = sources.shared_folder()
    return next((root / name for name in FOLDERS if root is not None and (root / name).is_dir()), None)


def _published(folder, n=None, size=64):
    """The pictures of a folder as Bricks: grey, in a fixed random order, each labelled by its type."""
    from tp_gan.data.bricks import Bricks

    files = find_pictures(folder, INSTEAD)
    # Sorted by name, the first ones would all be of one type.
    files = files.only(np.random.default_rng(0).permutation(len(files.names)))
    images, kept = read_pictures(
        files, (size, size, 1), lambda picture: squared(picture.convert("L"), size)[..., None], f"grey {size}", KAGGLE,
        INSTEAD, n,
    )  # fmt: skip
    names, labels = np.unique([_type(name, folder) for name in kept], return_inverse=True)
    return Bricks(images, labels.astype(np.int64).reshape(-1), tuple(names.tolist()), SOURCE)


def _type(name, folder):
    """The type that a file's name says: what comes before the number of the view, else the folder's name."""
    return VIEW.sub("", Path(name).stem).strip() or folder.name
