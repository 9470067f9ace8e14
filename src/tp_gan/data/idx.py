"""Lire les fichiers publiés de MNIST et des jeux de même forme : idx (compressé ou non) et npz.

The idx format: two zero bytes, a type (8: unsigned byte), the number of dimensions, each size as a big-endian
32-bit integer, then the values (LeCun, Cortes and Burges, the MNIST page).
"""

import gzip
import zipfile
import zlib

import numpy as np

from tp_gan import CourseError

__all__ = ["read_idx", "read_npz"]

SIDE = 28
AGAIN = "Remplacez ce fichier par celui qui est publié."


def read_idx(images_path, labels_path):
    """Images (n, 28, 28) et étiquettes (n,) de deux fichiers idx, en octets. Raises CourseError on a bad file."""
    images = _array(images_path, "images", dimensions=3)
    labels = _array(labels_path, "étiquettes", dimensions=1)
    return _checked(images, labels, images_path.name, labels_path.name)


def read_npz(path, split):
    """Images (n, 28, 28) et étiquettes (n,) d'un npz de Keras : `x_train`, `y_train`, `x_test`, `y_test`.

    Pickled objects are refused: reading them could run code. Raises CourseError on a bad file.
    """
    names = f"x_{split}", f"y_{split}"
    try:
        with np.load(path, allow_pickle=False) as arrays:
            missing = [name for name in names if name not in arrays]
            if missing:
                raise CourseError(f"Il manque {' et '.join(missing)} dans « {path} ». {AGAIN}")
            images, labels = (arrays[name] for name in names)
    except (ValueError, TypeError, AttributeError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        why = "il contient des objets Python, refusés" if "pickle" in str(error) else "ce n'est pas un npz complet"
        raise CourseError(f"« {path} » ne se lit pas : {why}. {AGAIN}") from error
    if images.dtype != np.uint8 or labels.dtype.kind not in "iu":
        raise CourseError(
            f"« {path} » : {names[0]} et {names[1]} sont de types {images.dtype} et {labels.dtype}, au lieu de "
            f"uint8 et d'entiers. {AGAIN}"
        )
    return _checked(images, labels, f"{names[0]} de {path.name}", f"{names[1]} de {path.name}")


def _array(path, content, dimensions):
    """The bytes of an idx file as an array, its header compared with what follows it."""
    try:
        raw = path.read_bytes()
        # Told by its content: some browsers decompress a .gz and leave its name.
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CourseError(f"« {path} » est tronqué ou altéré : la décompression échoue. {AGAIN}") from error
    except OSError as error:
        raise CourseError(f"« {path} » ne se lit pas ({error.strerror}).") from error
    start = 4 + 4 * dimensions
    if len(raw) < start or raw[:4] != bytes([0, 0, 8, dimensions]):
        raise CourseError(
            f"« {path} » n'est pas un fichier idx d'{content} : il commence par {raw[:4].hex(' ') or 'rien'}, "
            f"au lieu de 00 00 08 {dimensions:02x}. {AGAIN}"
        )
    shape = np.frombuffer(raw, ">u4", dimensions, offset=4).tolist()
    announced, found = int(np.prod(shape, dtype=object)), len(raw) - start
    if found != announced:
        sizes = " x ".join(map(str, shape))
        raise CourseError(f"« {path} » annonce {sizes} = {announced} octets et en contient {found}. {AGAIN}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def _checked(images, labels, images_name, labels_name):
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or len(images) == 0:
        raise CourseError(f"{images_name} : images de forme {images.shape}, au lieu de (n, {SIDE}, {SIDE}). {AGAIN}")
    if labels.ndim != 1 or len(labels) != len(images):
        raise CourseError(
            f"{len(images)} images dans {images_name}, étiquettes de forme {labels.shape} dans {labels_name} : "
            "elles ne vont pas ensemble. Reprenez les deux fichiers à la même source."
        )
    if labels.min() < 0 or labels.max() > 9:
        raise CourseError(
            f"{labels_name} contient des étiquettes de {labels.min()} à {labels.max()}, au lieu de 0 à 9. {AGAIN}"
        )
    return images, labels
