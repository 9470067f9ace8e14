"""Où se trouvent les fichiers : le dossier partagé d'abord, puis le cache, puis les miroirs publics."""

import hashlib
import os
import time
from pathlib import Path
from typing import NamedTuple

from tp_gan import CourseError

__all__ = ["MIRRORS", "PUBLISHED", "DownloadError", "at_hand", "in_shared_folder", "locate", "shared_folder"]


class Published(NamedTuple):
    """A published data set: its title, then for each split, each file's name, md5 and size in bytes (images first)."""

    title: str
    files: dict


PUBLISHED = {
    "mnist": Published(
        "MNIST",
        {
            "train": {
                "train-images-idx3-ubyte.gz": ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
                "train-labels-idx1-ubyte.gz": ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
            },
            "test": {
                "t10k-images-idx3-ubyte.gz": ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
                "t10k-labels-idx1-ubyte.gz": ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
            },
        },
    ),
    "fashion_mnist": Published(
        "Fashion-MNIST",
        {
            "train": {
                "train-images-idx3-ubyte.gz": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
                "train-labels-idx1-ubyte.gz": ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
            },
            "test": {
                "t10k-images-idx3-ubyte.gz": ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
                "t10k-labels-idx1-ubyte.gz": ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
            },
        },
    ),
}

# Tried in turn, for each file.
MIRRORS = {
    "mnist": [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    "fashion_mnist": [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ],
}

TIMEOUT = 15.0  # seconds without an answer, or without a byte, after which a mirror is left


class DownloadError(CourseError):
    """Aucun miroir n'a donné le fichier attendu."""


def shared_folder():
    """Le dossier que désigne la variable `TP_GAN_DATA`, ou `None` si elle est absente ou vide.

    Raises CourseError when it names something that is not a folder.
    """
    value = os.environ.get("TP_GAN_DATA", "").strip()
    if not value:
        return None
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise CourseError(
            f"TP_GAN_DATA désigne « {value} », qui n'est pas un dossier. Corrigez cette variable, ou "
            "supprimez-la : les données intégrées au cours serviront."
        )
    return folder


def locate(name, split):
    """Les fichiers d'une partie d'un jeu publié : `[images, étiquettes]`, ou `[npz]`.

    From the shared folder if it holds anything of this set, else from the cache, else downloaded. Raises CourseError.
    """
    folder, held = _shared(name)
    if folder is None:
        return _fetch(name, split)
    if _complete(held[split]):
        return held[split]
    found = [f"« {other} »" for other in held if _complete(held[other])]
    there = {path.name.removesuffix(".gz") for path in held[split]}
    missing = [file for file in PUBLISHED[name].files[split] if file.removesuffix(".gz") not in there]
    raise CourseError(
        f"{PUBLISHED[name].title} : la partie « {split} » manque dans {folder}, qui contient "
        f"{'seulement ' + found[0] if found else 'des fichiers sans leur pair'}. "
        f"Ajoutez-y {' et '.join(missing)}, ou ôtez TP_GAN_DATA."
    )


def at_hand(name):
    """Les parties que l'on peut lire sans téléchargement. Raises CourseError for a shared folder of lone files."""
    folder, held = _shared(name)
    if folder is None:
        cached = _cache_folder() / name
        files = PUBLISHED[name].files
        return {split for split in files if all((cached / file).is_file() for file in files[split])}
    return {split for split in held if _complete(held[split])} or {locate(name, "train")}


def in_shared_folder(name):
    """Si le dossier partagé contient des fichiers de ce jeu."""
    return _shared(name)[0] is not None


def _shared(name):
    """The folder that holds files of this set under TP_GAN_DATA, and which: {split: paths}. (None, {}) if none does."""
    root = shared_folder()
    # Both sets have the same file names: at the root, they are taken for MNIST.
    for folder in [] if root is None else [root / name, root][: 1 + (name == "mnist")]:
        held = {split: _held(folder, name, split) for split in PUBLISHED[name].files}
        if any(held.values()):
            return folder, held
    return None, {}


def _held(folder, name, split):
    """The files of a split in a folder: compressed or not, or the npz where they are not both there."""
    choices = [(folder / file, folder / file.removesuffix(".gz")) for file in PUBLISHED[name].files[split]]
    paths = [path for pair in choices for path in [path for path in pair if path.is_file()][:1]]
    npz = folder / f"{name}.npz"
    return [npz] if len(paths) < 2 and npz.is_file() else paths


def _complete(paths):
    return len(paths) == 2 or (len(paths) == 1 and paths[0].suffix == ".npz")


def _cache_folder():
    """The folder that TP_GAN_CACHE names, else the system's own for caches."""
    import pooch

    value = os.environ.get("TP_GAN_CACHE", "").strip()
    return Path(value).expanduser() if value else Path(pooch.os_cache("tp-gan"))


def _fetch(name, split):
    """The files of a split in the cache, downloaded where they are not there, or not as published."""
    title, files = PUBLISHED[name].title, PUBLISHED[name].files[split]
    folder = _cache_folder() / name
    wanted = [file for file, (md5, _) in files.items() if not _is_intact(folder / file, md5)]
    if wanted:
        megabytes = f"{sum(files[file][1] for file in wanted) / 1e6:.1f}".replace(".", ",")
        print(f"Téléchargement de {title} (« {split} », {megabytes} Mo) dans {folder}")
    for file in wanted:
        _download(title, MIRRORS[name], folder, file, *files[file])
    return [folder / file for file in files]


def _is_intact(path, md5):
    return path.is_file() and hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() == md5


def _download(title, mirrors, folder, file, md5, size):
    """One file from the first mirror that gives it as published.

    pooch writes to a temporary file, compares its md5, then renames it: under the final name a file is whole.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    _sweep(folder)
    answers = []
    for mirror in mirrors:
        downloader = pooch.HTTPDownloader(timeout=TIMEOUT, progressbar=size > 1e6, chunk_size=2**16)
        try:
            pooch.retrieve(mirror + file, f"md5:{md5}", fname=file, path=folder, downloader=downloader)
            return
        except requests.RequestException as error:
            answers.append(f"{mirror.split('/')[2]} {_answer(error)}")
        except ValueError:
            answers.append(f"{mirror.split('/')[2]} a donné un fichier altéré (somme MD5)")
        except OSError as error:
            raise DownloadError(
                f"{file} ne peut être écrit dans {folder} ({error.strerror or error}). Choisissez un autre dossier par "
                "TP_GAN_CACHE, ou prenez data.digits(), qui ne télécharge rien."
            ) from error
    raise DownloadError(
        f"{title} n'a pu être téléchargé ({file}) : {', '.join(answers)}. Désignez par TP_GAN_DATA un dossier "
        "qui le contient, ou prenez data.digits(), qui ne télécharge rien."
    )


def _answer(error):
    """What went wrong with a mirror, in a few words."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"a répondu {error.response.status_code}"
    # requests calls a silence in the middle of a body a lost connection.
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"est resté muet {TIMEOUT:g} s".replace(".", ",")
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "a coupé avant la fin"
    return "est injoignable"


def _sweep(folder):
    """Remove what a killed download left: a temporary file that nobody has written to for ten minutes."""
    for path in folder.glob("tmp*"):
        if path.is_file() and time.time() - path.stat().st_mtime > 600:
            path.unlink(missing_ok=True)
