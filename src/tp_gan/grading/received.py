"""Ce que l'on a reçu : les fichiers d'un zip ou d'un dossier, lus sans en suivre les pièges."""

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tp_gan import CourseError

__all__ = ["MAX_ARCHIVE", "MAX_FILES", "MAX_NOTEBOOK", "MAX_TOTAL", "Received", "Refused", "received"]

# A notebook of this course weighs at most 3 MB with its pictures; a class of 200 that hands in eleven, 2,200 files.
MAX_NOTEBOOK = 50 * 2**20
MAX_ARCHIVE = 100 * 2**20  # a zip inside the zip
MAX_TOTAL = 8 * 2**30
MAX_FILES = 20_000
MAX_DEPTH = 12

_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
_OTHER_ARCHIVE = re.compile(r"\.(rar|7z|tar|t?gz|tgz|bz2|xz|zst)$", re.IGNORECASE)


class Refused(Exception):
    """Un fichier que l'on ne lit pas, et pourquoi. `done` is what the table says: « refusé » or « ignoré »."""

    def __init__(self, why, done="refusé"):
        super().__init__(why)
        self.done = done


@dataclass(frozen=True)
class Received:
    """Un notebook reçu. `parts`: its folders (an inner zip counts as one) and its name; `inner`: how many of them,
    at the end, come from an inner zip; `refused`: why `read` must not be called."""

    parts: tuple[str, ...]
    date: datetime
    read: Callable[[], bytes] | None = None
    inner: int = 0
    refused: Refused | None = None

    @property
    def path(self):
        return "/".join(self.parts)


def received(source):
    """Les notebooks d'un zip ou d'un dossier, et les fichiers refusés, dans l'ordre où ils viennent.

    nbgrader's own ExtractorPlugin writes everything to the disk before anyone has looked at it, follows links, and
    loses the dates of the zip: here nothing is written, and only notebooks are read, one at a time.
    Raises `CourseError` if the source is neither, or goes over a limit.
    """
    source = Path(source)
    if source.is_dir():
        files = _folder(source)
    elif source.is_file():
        files = _archive(source, datetime.fromtimestamp(source.stat().st_mtime, UTC))
    else:
        raise CourseError(f"{source} n'existe pas, ou n'est ni un zip, ni un dossier.")
    known = {}
    for number, file in enumerate(files):
        if number == MAX_FILES:
            raise CourseError(f"{source} contient plus de {MAX_FILES} fichiers : rien n'a été collecté.")
        key = unicodedata.normalize("NFC", file.path).casefold()
        if key in known and file.refused is None:
            same = known[key] == file.path
            why = "ce nom est deux fois dans le zip" if same else f"seule la casse distingue ce nom de {known[key]}"
            file = _refusal(file.parts, file.date, Refused(f"{why} : renommez l'un des deux"))
        known.setdefault(key, file.path)
        yield file


def _refusal(parts, date, reason):
    return Received(tuple(parts), date, refused=reason)


def _safe_parts(name):
    """The parts of a path of the archive, in NFC. Raises Refused if it could leave the folder, or fool someone."""
    name = unicodedata.normalize("NFC", name)
    if "\\" in name or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise Refused("chemin absolu, ou écrit à la manière de Windows")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Refused("chemin qui sort du dossier (..)")
    if len(parts) > MAX_DEPTH or len(name) > 1000:
        raise Refused("chemin trop profond ou trop long")
    for part in parts:
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in part) or _bidirectional(part):
            raise Refused("nom qui contient un caractère de commande")
        if part.split(".")[0].strip().casefold() in _RESERVED:
            raise Refused(f"nom réservé par Windows ({part}) : renommez-le")
    return tuple(parts)


def _bidirectional(part):
    return any(letter in part for letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _check_kind(parts, size):
    """Let notebooks and zips through. Raises Refused for the rest."""
    name = parts[-1]
    if any(part.startswith((".", "__MACOSX")) for part in parts):
        raise Refused("fichier caché du système ou de Jupyter", "ignoré")
    if name.casefold().endswith(".zip"):
        if size > MAX_ARCHIVE:
            raise Refused(f"zip de plus de {MAX_ARCHIVE >> 20} Mo")
        return "zip"
    if _OTHER_ARCHIVE.search(name):
        raise Refused("archive d'un format que l'on ne lit pas : demandez un zip, ou ouvrez-la vous-même")
    if not _NOTEBOOK.search(name):
        raise Refused("ce n'est pas un notebook", "ignoré")
    if size > MAX_NOTEBOOK:
        raise Refused(f"notebook de plus de {MAX_NOTEBOOK >> 20} Mo")
    return "notebook"


def _folder(root):
    """Every file under a folder, sorted by path; links are named, never followed."""
    pending, seen = [root], 0
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            parts = folder.relative_to(root).parts
            yield _refusal(parts, datetime.now(UTC), Refused(f"dossier illisible ({error.strerror})"))
            continue
        for entry in entries:
            relative = Path(entry.path).relative_to(root).as_posix()
            status = entry.stat(follow_symlinks=False)
            date = datetime.fromtimestamp(status.st_mtime, UTC)
            if stat.S_ISDIR(status.st_mode) and not entry.name.startswith("."):
                seen += 1
                if seen > MAX_FILES:
                    raise CourseError(f"{root} contient plus de {MAX_FILES} dossiers : rien n'a été collecté.")
                pending.append(Path(entry.path))
                continue
            try:
                if stat.S_ISLNK(status.st_mode):
                    raise Refused("lien : on ne suit pas les liens")
                if stat.S_ISDIR(status.st_mode):
                    raise Refused("dossier caché du système ou de Jupyter", "ignoré")
                if not stat.S_ISREG(status.st_mode):
                    raise Refused("ni un fichier, ni un dossier (tube, périphérique)")
                parts = _safe_parts(relative)
                kind = _check_kind(parts, status.st_size)
            except Refused as reason:
                shown = relative.encode("utf8", "backslashreplace").decode("utf8").split("/")
                yield _refusal(shown, date, reason)
                continue
            if kind == "zip":
                yield from _inner(parts, date, lambda path=entry.path: _read_file(path, MAX_ARCHIVE))
            else:
                yield Received(parts, date, lambda path=entry.path: _read_file(path, MAX_NOTEBOOK))


def _read_file(path, limit):
    """The bytes of a regular file, even if someone has just put something else in its place."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Refused("ni un fichier, ni un dossier (tube, périphérique)")
            content = file.read(limit + 1)
    except OSError as error:
        raise Refused(f"fichier illisible ({error.strerror})") from None
    if len(content) > limit:
        raise Refused(f"fichier de plus de {limit >> 20} Mo")
    return content


def _inner(parts, date, read):
    """The notebooks of a zip that lies among the files: one level, no more."""
    try:
        archive = io.BytesIO(read())
        yield from _archive(archive, date, outer=parts)
    except (Refused, CourseError) as reason:
        reason = reason if isinstance(reason, Refused) else Refused(str(reason))
        yield _refusal(parts, date, reason)


def _archive(source, date, outer=()):
    """The notebooks of a zip, in its order. Raises CourseError if it cannot be read at all."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError, UnicodeError) as error:
        shown = outer[-1] if outer else source
        raise CourseError(f"{shown} n'est pas un zip lisible ({error}). Téléchargez-le de nouveau.") from None
    entries = [info for info in archive.infolist() if not info.is_dir()]
    if len(entries) > MAX_FILES:
        raise CourseError(f"le zip contient plus de {MAX_FILES} fichiers : rien n'en a été collecté.")
    if sum(info.file_size for info in entries) > MAX_TOTAL:
        raise CourseError(f"le zip déclare plus de {MAX_TOTAL >> 30} Go une fois ouvert : rien n'en a été collecté.")
    for info in entries:
        name, when = _decoded(info), _date(info, date)
        try:
            kind_bits = stat.S_IFMT(info.external_attr >> 16)
            if kind_bits not in (0, stat.S_IFREG):
                raise Refused("lien ou fichier spécial dans le zip")
            inside = _safe_parts(name)
            if not inside:
                raise Refused("fichier sans nom")
            kind = _check_kind(inside, info.file_size)
            if info.flag_bits & 1:
                raise Refused("fichier chiffré par un mot de passe")
            if kind == "zip" and outer:
                raise Refused("zip dans un zip dans un zip : un seul niveau est ouvert")
        except Refused as reason:
            shown = name.encode("utf8", "backslashreplace").decode("utf8").split("/")
            yield _refusal((*outer, *shown), when, reason)
            continue
        limit = MAX_ARCHIVE if kind == "zip" else MAX_NOTEBOOK
        read = lambda info=info, limit=limit: _read_entry(archive, info, limit)  # noqa: E731
        if kind == "zip":
            yield from _inner(inside, when, read)
        else:
            yield Received((*outer, *inside), when, read, inner=len(inside) if outer else 0)


def _read_entry(archive, info, limit):
    """The bytes of a file of the zip; what it declares is not believed."""
    try:
        with archive.open(info) as file:
            content = file.read(limit + 1)
    except Exception as error:  # zipfile raises a dozen kinds on a forged or damaged entry
        raise Refused(f"fichier abîmé dans le zip ({error or type(error).__name__})") from None
    if len(content) > limit:
        raise Refused(f"fichier de plus de {limit >> 20} Mo")
    return content


def _decoded(info):
    """The name, also from a zip whose names are UTF-8 without saying so; Python takes those for cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf8")
    except UnicodeError:
        return info.filename


def _date(info, default):
    """When the file was written: in UTC if the zip says so, otherwise this computer's time."""
    extra = info.extra
    while len(extra) >= 4:
        tag, size = struct.unpack("<HH", extra[:4])
        if tag == 0x5455 and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack("<i", extra[5:9])[0], UTC)
        extra = extra[4 + size :]
    try:
        when = datetime(*info.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return default
    # 1980 is what a zip writes when it has no date.
    return default if info.date_time[0] <= 1980 else when
