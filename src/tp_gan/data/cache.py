"""Ce qui est long à dessiner est gardé dans le cache, et relu au lieu d'être redessiné."""

import contextlib
import tempfile
import time
from pathlib import Path

import numpy as np

from tp_gan.data import sources

__all__ = ["cached_arrays"]

FOLDER = "drawn"


def cached_arrays(name, make, like=None):
    """Les tableaux de `make()`, un dictionnaire, relus du fichier `name` du cache s'il y est.

    name: a file's stem, which must say everything that the arrays depend on (their number, their seed, the version of
    the code that makes them). like: {array's name: (shape, dtype)}; a file that holds anything else, that is cut short
    or altered (zip's checksums say so), is made again. A cache that cannot be written is no error: the arrays are made
    and not kept. Safe with parallel processes and threads: under its name a file is whole, and the last one stays.
    """
    path = sources._cache_folder() / FOLDER / f"{name}.npz"
    arrays = _read(path, like)
    if arrays is None:
        arrays = make()
        _write(path, arrays)
    return arrays


def _read(path, like):
    """The arrays of a file, None if it is not there or not as expected."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception:  # whatever ails this file (zipfile, zlib and NumPy each have their own errors), it is made again
        return None
    if like is not None and {name: (array.shape, array.dtype) for name, array in arrays.items()} != {
        name: (tuple(shape), np.dtype(dtype)) for name, (shape, dtype) in like.items()
    }:
        return None
    return arrays


def _write(path, arrays):
    """A temporary file, renamed once it is whole."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix="tmp", delete=False) as file:
            temporary = Path(file.name)
            np.savez(file, **arrays)
        temporary.replace(path)
    except OSError:
        pass  # no room, no permission, or (Windows) another process reads this file: not kept
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _sweep(folder):
    """Remove what a killed process left: a temporary file that nobody has written to for ten minutes."""
    for path in folder.glob("tmp*"):
        with contextlib.suppress(OSError):  # another process may have just removed or renamed it
            if time.time() - path.stat().st_mtime > 600:
                path.unlink()
