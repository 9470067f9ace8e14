"""Ranger les copies reçues : un zip de Moodle ou de Canvas, ou un dossier de notebooks, vers `submitted/`."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tp_gan import CourseError
from tp_gan.checkpoints import write_whole
from tp_gan.grading.received import Received, Refused, received
from tp_gan.grading.students import (
    NOISE,
    Students,
    clean_stem,
    folders_of_a_class,
    has_letters,
    platform,
    slug,
    student_of,
)

__all__ = ["Collected", "collect"]


@dataclass(frozen=True)
class Collected:
    """Ce qui a été fait d'un fichier, et pourquoi.

    action: collecté, remplacé, inchangé, mis de côté, ignoré ou refusé.
    """

    path: str
    action: str
    student: str = ""
    assignment: str = ""
    date: str = ""
    why: str = ""


def collect(source, course, *, name=None, progress=iter):
    """Range les notebooks d'un zip ou d'un dossier dans `submitted/`, et dit ce qui a été fait de chaque fichier.

    source: a zip or a folder. name: the only assignment that is expected; by default, each notebook says its own.
    progress: wraps the list of files while they are read, such as tqdm.
    Of several tries of a student the newest is kept. A submission that a newer one replaces goes to
    `received/<assignment>/<student>/`, with its date. Raises `CourseError` if the source cannot be read.
    """
    source = Path(source)
    if name:
        course.check_name(name)
    for folder in (course.submitted_folder, course.release_folder, course.root):
        if source.resolve() == folder.resolve():
            raise CourseError(f"{source} est un dossier du cours : donnez le zip ou le dossier que vous avez reçu.")
    releases = _Releases(course)
    records, tries = {}, []
    files = list(received(source))
    named_by_file = folders_of_a_class(files, releases)
    for place, file in enumerate(progress(files)):
        try:
            tries.append(_recognised(place, file, releases, name, named_by_file))
        except Refused as reason:
            records[place] = Collected(file.path, reason.done, date=_local(file.date), why=str(reason))
    students = Students(course)
    groups = defaultdict(list)
    for one in students.identified(tries):
        groups[one.student, one.assignment].append(one)
    for (student, assignment), ones in groups.items():
        ones.sort(key=lambda one: (one.sure, one.file.date, one.number, one.place), reverse=True)
        kept, *others = ones
        done, why = _hand_in(course, student, assignment, kept)
        records[kept.place] = _record(kept, done, why)
        for one in others:
            better = "plus récent" if one.sure == kept.sure else "mieux reconnu"
            records[one.place] = _record(one, "mis de côté", f"{better} : {kept.file.path}")
    students.save()
    return [records[place] for place in sorted(records)]


@dataclass(frozen=True)
class _Try:
    """A notebook of a student whose assignment is known. sure: its content says so too."""

    place: int
    file: Received
    assignment: str
    name: str
    key: str
    number: int
    digest: str
    sure: bool
    notes: tuple[str, ...] = ()
    student: str = ""


def _record(one, done, why):
    text = " ; ".join([*one.notes, *([why] if why else [])])
    return Collected(one.file.path, done, one.student, one.assignment, _local(one.file.date), text)


def _local(date):
    return date.astimezone().strftime("%Y-%m-%d %H:%M:%S")


# --- which assignment ------------------------------------------------------------------------------------------------


class _Releases:
    """What tells the assignments apart: their names, their grade_ids and their texts."""

    def __init__(self, course):
        self.names = course.names()
        self.slugs = {name: slug(name, "_") for name in self.names}
        self.marks = {}
        for name in self.names:
            try:
                self.marks[name] = _marks(course.release(name))
            except CourseError:
                self.marks[name] = {}

    def said_by(self, text):
        """The assignment that a name contains (the longest, if several), or None."""
        text = f"_{slug(text, '_')}_"
        found = [name for name, mark in self.slugs.items() if f"_{mark}_" in text or text.startswith(f"_{mark}")]
        return max(found, key=len, default=None)

    def without(self, text):
        """What a file or folder name says besides the assignment: the student, often; '' if nothing."""
        text = f"_{slug(text, '_')}_"
        whole = max((mark for mark in self.slugs.values() if f"_{mark}_" in text), key=len, default="")
        words = text.replace(f"_{whole}_", "_", 1).split("_") if whole else text.split("_")
        # « mnist_dupont.ipynb » names its assignment by half.
        parts = set() if whole else {part for mark in self.slugs.values() for part in mark.split("_")}
        return "-".join(word for word in words if word and word not in parts and not NOISE.fullmatch(word))

    def said_by_content(self, content):
        """(assignment or None, share of its marks that are here, of each assignment), of a notebook's bytes."""
        try:
            notebook = json.loads(content.decode("utf-8-sig"))
            marks = _marks(notebook)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None, {}
        shares = {
            name: max(len(marks[kind] & mine[kind]) / len(mine[kind]) for kind in mine if mine[kind])
            for name, mine in self.marks.items()
            if any(mine.values())
        }
        best = max(shares, key=shares.get, default=None)
        return (best if best and shares[best] >= 0.3 else None), shares


def _marks(notebook):
    """The grade_ids and the statement's paragraphs of a notebook, whatever its state."""
    marks = {"grade_id": set(), "text": set()}
    for cell in notebook["cells"]:
        if not isinstance(cell, dict):
            continue
        metadata = cell.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
        if isinstance(grade_id, str):
            marks["grade_id"].add(grade_id)
        source = cell.get("source")
        source = "".join(map(str, source)) if isinstance(source, list) else source
        if cell.get("cell_type") == "markdown" and isinstance(source, str) and len(source) > 40 and not grade_id:
            marks["text"].add(" ".join(source.split()))
    return marks


def _recognised(place, file, releases, name, named_by_file):
    """The try that a file is. Raises Refused if the student or the assignment is unknown."""
    if file.refused:
        raise file.refused
    content = file.read()
    origin = platform(file)
    stem = origin["file"] if origin else file.parts[-1]
    stem, number = clean_stem(stem)
    said = releases.said_by(stem) or next(
        (found for part in reversed(file.parts[:-1]) if (found := releases.said_by(part))), None
    )
    inside, shares = releases.said_by_content(content)
    assignment, notes = said or inside or name, []
    if said and inside and said != inside and shares.get(said, 0) < shares[inside]:
        assignment = inside
        notes.append(f"son nom dit {said}, son contenu est celui de {inside}")
    elif not said and inside:
        notes.append(f"reconnu à son contenu : {inside}")
    if assignment is None:
        raise Refused("TP inconnu : ni le nom du fichier, ni son contenu ne le disent")
    if name and assignment != name:
        raise Refused(f"c'est une copie de {assignment}, et vous collectez {name}", "ignoré")
    if not inside:
        why = "notebook abîmé ou d'un autre cours" if not shares else "rien du sujet n'y est reconnu"
        notes.append(f"{why} : collecté tout de même")
    if origin:
        student, key = origin["name"], origin["key"]
    else:
        student, key = student_of(file, stem, releases, named_by_file), ""
    if not has_letters(student):
        raise Refused("étudiant inconnu : ni le nom du fichier, ni son dossier ne le disent")
    if origin and origin.get("late"):
        notes.append("en retard, d'après Canvas")
    digest = hashlib.sha256(content).hexdigest()
    sure = inside == assignment
    return _Try(place, file, assignment, student, key, number or 0, digest, sure, tuple(notes))


# --- what is written -------------------------------------------------------------------------------------------------


def _hand_in(course, student, assignment, one):
    """Put the try in its place; what was done, and why."""
    content = one.file.read()
    folder = course.submitted_folder / student / assignment
    path, stamp = folder / f"{assignment}.ipynb", folder / "timestamp.txt"
    for place in (course.submitted_folder, folder.parent, folder, path, stamp):
        if place.is_symlink():
            return "refusé", f"{place} est un lien : remettez un vrai dossier à sa place"
    text = one.file.date.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC\n").encode()
    try:
        if not path.exists():
            write_whole(stamp, text)
            write_whole(path, content)
            return "collecté", ""
        before, old = _date_of(path, stamp), path.read_bytes()
        if hashlib.sha256(old).hexdigest() == one.digest:
            return "inchangé", "déjà collecté, au mot près"
        if one.file.date < before:
            return "refusé", f"plus ancien que la copie déjà collectée ({_local(before)})"
        name = f"{before.strftime('%Y-%m-%d_%H-%M-%S')}_{hashlib.sha256(old).hexdigest()[:8]}.ipynb"
        aside = course.root / "received" / assignment / student / name
        write_whole(aside, old)
        # In this order a cut leaves an old notebook with a new date, which the next run replaces.
        write_whole(stamp, text)
        write_whole(path, content)
    except OSError as error:
        raise CourseError(
            f"{folder} ne s'écrit pas ({error.strerror or error}). Ce qui est déjà collecté est gardé ; faites de la "
            "place, puis recommencez."
        ) from error
    return "remplacé", f"l'ancienne copie est dans {aside.relative_to(course.root).as_posix()}"


def _date_of(path, stamp):
    """When the submission in place was made, by its timestamp, or by its file if it has none."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(stamp.read_text("utf8").strip()).replace(tzinfo=UTC)
    except (OSError, ValueError, OverflowError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
