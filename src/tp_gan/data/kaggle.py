"""Les jeux publiés sur Kaggle : leur copie sur cette machine, ou leur téléchargement par kagglehub (facultatif)."""

import errno
import importlib.util
import os
import sys
from pathlib import Path

from tp_gan.data import sources

__all__ = ["download", "held", "is_wanted"]

MOUNT = Path("/kaggle/input")  # where a notebook of Kaggle has its data sets, and one of Colab those it mounts


def held(handle):
    """Le dossier d'un jeu (« auteur/nom ») déjà sur cette machine, ou `None` : sans réseau ni kagglehub.

    Where Kaggle or Colab mounts it, else the newest version that kagglehub has downloaded whole: it leaves a file
    VERSION.complete beside the folder of the versions once all is unpacked.
    """
    owner, name = handle.split("/")
    for mounted in (MOUNT / name, MOUNT / "datasets" / owner / name):
        if mounted.is_dir():
            return mounted
    folder = Path(os.environ.get("KAGGLEHUB_CACHE") or Path.home() / ".cache" / "kagglehub") / "datasets" / handle
    whole = [marker.stem for marker in folder.glob("*.complete") if marker.stem.isdecimal()]
    versions = [version for version in sorted(whole, key=int) if (folder / "versions" / version).is_dir()]
    return folder / "versions" / versions[-1] if versions else None


def is_wanted(handle):
    """Si une séance doit prendre ce jeu : il est sur cette machine, ou un GPU et kagglehub sont là pour lui."""
    from tp_gan.training import budget

    return held(handle) is not None or (budget() == "gpu" and _is_installed())


def download(handle, title, instead):
    """Le dossier d'un jeu, téléchargé par kagglehub s'il n'est pas déjà là.

    Raises DownloadError, in one or two lines, whatever kagglehub raises.
    """
    folder = held(handle)
    if folder is not None:
        return folder
    try:
        import kagglehub
    except ImportError as error:
        raise sources.DownloadError(
            f"{title} se télécharge par kagglehub, qui n'est pas installé : pip install kagglehub. Sinon, prenez "
            f"{instead}, qui ne télécharge rien."
        ) from error
    print(f"Téléchargement de {handle} par kagglehub")
    try:
        return Path(kagglehub.dataset_download(handle))
    except Exception as error:  # kagglehub's own classes share no parent, and what it calls has others
        raise sources.DownloadError(
            f"{title} n'a pu être téléchargé par kagglehub : {_reason(error)}. Désignez par TP_GAN_DATA un dossier "
            f"qui le contient, ou prenez {instead}, qui ne télécharge rien."
        ) from error


def _is_installed():
    if "kagglehub" in sys.modules:
        return sys.modules["kagglehub"] is not None
    return importlib.util.find_spec("kagglehub") is not None


def _reason(error):
    """What went wrong, in a few words."""
    import requests

    kind = type(error).__name__
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status == 429:
        return "Kaggle a répondu 429, le quota est atteint (réessayez plus tard)"
    if status in (401, 403) or kind in ("UnauthenticatedError", "CredentialError"):
        answer = f"a répondu {status}" if status else "demande vos identifiants"
        return f"Kaggle {answer} (identifiants absents ou refusés : kagglehub.login())"
    if status:
        return f"Kaggle a répondu {status}"
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        return "Kaggle est injoignable"
    if getattr(error, "errno", None) == errno.ENOSPC:
        return "le disque est plein"
    if kind == "DataCorruptionError":
        return "le fichier reçu est altéré"
    lines = str(error).strip().splitlines()
    return f"{kind}, {lines[0][:100].rstrip('. ')}" if lines else kind
