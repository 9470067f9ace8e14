"""Des fichiers d'images, dans un dossier ou dans un zip : lus une fois, réduits, gardés en un seul tableau du cache."""

import contextlib
import errno
import hashlib
import io
import os
import shutil
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np

from tp_gan import CourseError
from tp_gan.data import sources

__all__ = ["PictureFiles", "find_pictures", "holds_pictures", "read_pictures", "spaced", "squared", "why"]

SUFFIXES = {".jpg", ".jpeg", ".png"}
LARGEST = 2**26  # bytes of a member of a zip: a picture of these sets has under a megabyte
CHUNK = 256  # pictures decoded ahead of the one that is written


class PictureFiles(NamedTuple):
    """Les images d'un dossier ou d'un zip.

    place: the folder, or the zip. names: theirs in it, sorted. stamps: what changes when one of them does: size and
    date of a file, size and checksum of a member of a zip.
    """

    place: Path
    names: list
    stamps: list

    def only(self, rows):
        """Some of them, in the order of rows (indices)."""
        return self._replace(names=[self.names[row] for row in rows], stamps=[self.stamps[row] for row in rows])


def holds_pictures(folder):
    """Si ce dossier contient une image, directement."""
    return folder.is_dir() and any(_is_picture(name) for name in os.listdir(folder))


def find_pictures(place, instead):
    """Les images d'un dossier (sans ses sous-dossiers) ou d'un zip (à toute profondeur), dans l'ordre des noms.

    instead: what a message offers in their place, such as "data.faces()". Raises CourseError where there is none.
    """
    found = _members(place, instead) if place.suffix.lower() == ".zip" else _entries(place, instead)
    if not found:
        raise CourseError(
            f"Aucune image (.jpg ou .png) dans {place}. Vérifiez ce chemin, ou prenez {instead}, qui ne lit aucun "
            "fichier."
        )
    names, stamps = zip(*sorted(found), strict=True)
    return PictureFiles(place, list(names), list(stamps))


def read_pictures(files, shape, prepare, recipe, title, instead, n=None):
    """Les images en un tableau uint8 (n, *shape) projeté du cache, en lecture seule, et leurs noms.

    prepare: from an open Pillow image to an array of this shape. recipe: a text that changes when prepare does.
    n: only the first ones. A picture that does not open is left out, counted and said. The array is made once: it
    is written beside its place and then renamed, so that a cut leaves nothing under the final name. Where the cache
    cannot be written, the array is made in memory, and this is said. Raises CourseError when no picture opens.
    """
    if n is not None and (not isinstance(n, Integral) or n < 1):
        raise CourseError(f"n vaut {n!r} : il faut un nombre entier d'images, au moins 1.")
    whole = n is None or n >= len(files.names)
    chosen = files if whole else files.only(range(n))
    for candidate in [files] if whole else [files, chosen]:
        images, names = _stored(candidate, shape, recipe, title)
        if images is not None:
            return images[:n], names[:n]
    folder = _place(chosen, recipe, title)
    try:
        broken = _store(chosen, shape, prepare, title, folder)
        images, names = _stored(chosen, shape, recipe, title)
        if images is None and len(broken) < len(chosen.names):
            raise FileNotFoundError("le tableau vient d'y être effacé")
    except OSError as error:
        print(
            f"{title} ne peut être gardé dans {folder.parent} ({why(error)}) : les images restent en mémoire, et "
            "seront relues la prochaine fois. Libérez de la place, ou désignez un autre dossier par TP_GAN_CACHE.",
            file=sys.stderr,
        )
        images, broken = _in_memory(chosen, shape, prepare, title)
        names = _without(chosen.names, broken)
    if len(broken) == len(chosen.names):
        raise CourseError(
            f"Aucune des {spaced(len(broken))} images de {files.place} ne s'ouvre (la première : « {broken[0]} »). "
            f"Téléchargez-les de nouveau, ou prenez {instead}, qui ne lit aucun fichier."
        )
    if broken:
        print(
            f"{title} : {spaced(len(broken))} image{'s' * (len(broken) > 1)} sur {spaced(len(chosen.names))} ne "
            f"s'ouvre{'nt' * (len(broken) > 1)} pas, laissée{'s' * (len(broken) > 1)} de côté (la première : "
            f"« {broken[0]} »).",
            file=sys.stderr,
        )
    return images, names


def squared(picture, size, box=None):
    """Un carré d'une image de Pillow, réduit à size x size, en tableau : le carré centré, ou celui que dit box.

    box: left, top, right and bottom, in pixels, not always whole.
    """
    from PIL import Image

    if box is None:
        width, height = picture.size
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
    return np.asarray(picture.resize((size, size), Image.Resampling.LANCZOS, box=box))


def spaced(number):
    """Un nombre entier écrit à la française : 10 000."""
    return f"{number:,}".replace(",", " ")


def why(error):
    """Pourquoi un fichier ne se lit ou ne s'écrit pas, en quelques mots."""
    return "disque plein" if error.errno == errno.ENOSPC else error.strerror or error


# Where the pictures are


def _is_picture(name):
    """Whether a name is one of a picture; the doubles that macOS adds (`._000001.jpg`) are not."""
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _entries(folder, instead):
    try:
        with os.scandir(folder) as entries:
            kept = [entry for entry in entries if _is_picture(entry.name) and entry.is_file()]
            facts = [(entry.name, entry.stat()) for entry in kept]
    except OSError as error:
        raise CourseError(f"{folder} ne se lit pas ({why(error)}). Vérifiez ce chemin, ou prenez {instead}.") from error
    return [(name, f"{fact.st_size} {fact.st_mtime_ns}") for name, fact in facts]


def _members(path, instead):
    """Nothing is ever extracted: a member is read in memory, whatever path its name pretends to."""
    with _archive(path, instead) as archive:
        kept = {
            member.filename: f"{member.file_size} {member.CRC}"
            for member in archive.infolist()
            if _is_picture(member.filename) and not member.is_dir() and member.file_size <= LARGEST
        }
    return list(kept.items())


def _archive(path, instead):
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise CourseError(
            f"« {path} » n'est pas un zip complet : son téléchargement a sans doute été coupé. Téléchargez-le de "
            f"nouveau, ou prenez {instead}, qui ne lit aucun fichier."
        ) from error
    except OSError as error:
        raise CourseError(f"« {path} » ne se lit pas ({why(error)}). Vérifiez-le, ou prenez {instead}.") from error


@contextlib.contextmanager
def _reader(files):
    """A function that gives the bytes of a picture by its name; several threads may call it."""
    if files.place.is_dir():
        yield lambda name: (files.place / name).read_bytes()
    else:
        with zipfile.ZipFile(files.place) as archive:
            yield archive.read


# From files to pictures


def _decoded(files, prepare, title):
    """Each picture's (name, array), in order; the array is None for a picture that does not open."""
    from PIL import Image
    from tqdm import tqdm

    with _reader(files) as read, ThreadPoolExecutor(os.cpu_count()) as pool:

        def decode(name):
            try:
                with Image.open(io.BytesIO(read(name))) as picture:
                    return prepare(picture)
            except MemoryError:
                raise
            except Exception:  # Pillow and zipfile raise nearly anything on a damaged file
                return None

        with tqdm(total=len(files.names), desc=f"{title}, lu une fois", unit=" images", delay=1, leave=False) as bar:
            for start in range(0, len(files.names), CHUNK):
                names = files.names[start : start + CHUNK]
                yield from zip(names, pool.map(decode, names), strict=True)
                bar.update(len(names))


def _in_memory(files, shape, prepare, title):
    """The array of the pictures that open, and the names of the others."""
    images, broken = np.empty((len(files.names), *shape), np.uint8), []
    for row, (name, image) in enumerate(_decoded(files, prepare, title)):
        if image is None:
            broken.append(name)
        else:
            images[row - len(broken)] = image
    return images[: len(images) - len(broken)], broken


def _without(names, broken):
    broken = set(broken)
    return [name for name in names if name not in broken]


# The cache: for each set, a folder with the array and the names of the pictures that did not open


def _place(files, recipe, title):
    """The folder of the cache for these pictures: another picture, or another recipe, is another folder."""
    digest = hashlib.blake2b(recipe.encode(), digest_size=8)
    for name, stamp in zip(files.names, files.stamps, strict=True):
        digest.update(f"\n{name} {stamp}".encode(errors="surrogateescape"))
    return sources._cache_folder() / "images" / f"{title.lower().split('/')[-1]}-{digest.hexdigest()}"


def _stored(files, shape, recipe, title):
    """The array of these pictures and their names, from the cache; (None, None) where it is not, or not whole."""
    folder = _place(files, recipe, title)
    try:
        broken = (folder / "broken.txt").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        images = np.load(folder / "images.npy", mmap_mode="r")
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError, EOFError):
        images, broken = None, []
    names = _without(files.names, broken)
    if images is None or images.dtype != np.uint8 or images.shape != (len(names), *shape):
        shutil.rmtree(folder, ignore_errors=True)
        return None, None
    return images, names


def _store(files, shape, prepare, title, folder):
    """Make that folder of the cache, whole or not at all; give the names of the pictures that do not open.

    Raises OSError where it cannot be written. Nothing is kept when no picture opens.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    size = len(files.names) * int(np.prod(shape))
    if shutil.disk_usage(folder.parent).free < size:
        raise OSError(errno.ENOSPC, f"il faut {spaced(-(-size // 10**6))} Mo")
    with tempfile.TemporaryDirectory(prefix="tmp", dir=folder.parent, ignore_cleanup_errors=True) as draft:
        made = Path(draft) / folder.name
        made.mkdir()
        broken = _write(made / "images.npy", files, shape, prepare, title)
        (made / "broken.txt").write_text("\n".join(broken), encoding="utf-8", errors="surrogateescape")
        # Another session may have made the same one meanwhile: theirs is as good.
        if len(broken) < len(files.names) and not folder.is_dir():
            os.replace(made, folder)
    return broken


def _write(path, files, shape, prepare, title):
    """The npy file, picture after picture: never the whole array in memory, and a full disk is an error like another.

    (Through a memory map, a full disk would kill the process.)
    """
    broken = []
    with open(path, "wb") as file, contextlib.closing(_decoded(files, prepare, title)) as decoded:
        file.write(_header((len(files.names), *shape)))
        for name, image in decoded:
            if image is None:
                broken.append(name)
            else:
                file.write(np.ascontiguousarray(image, np.uint8).data)
        # How many there are is known only now.
        file.seek(0)
        file.write(_header((len(files.names) - len(broken), *shape)))
    return broken


def _header(shape):
    """The 128 bytes at the head of an npy file of bytes (format 1.0, numpy.lib.format), the same for any shape."""
    text = repr({"descr": "|u1", "fortran_order": False, "shape": shape})
    return b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + text.ljust(117).encode() + b"\n"


def _sweep(folder):
    """Remove what a killed session left: a draft that nobody has written to for ten minutes."""
    for draft in folder.glob("tmp*"):
        dates = [path.stat().st_mtime for path in (draft, *draft.rglob("*")) if path.exists()]
        if dates and time.time() - max(dates) > 600:
            shutil.rmtree(draft, ignore_errors=True)
