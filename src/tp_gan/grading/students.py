"""De qui est chaque copie : ce qu'en disent Moodle, Canvas, les dossiers et les noms de fichiers."""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import replace

from tp_gan import CourseError
from tp_gan.checkpoints import write_whole

__all__ = ["NOISE", "Students", "clean_stem", "folders_of_a_class", "has_letters", "platform", "slug", "student_of"]

# « Nom Prénom_123456_assignsubmission_file_ » is a folder or the beginning of a file name.
_MOODLE = re.compile(r"(?P<name>.+)_(?P<key>\d+)_assignsubmission_file(?:_(?P<file>.*))?", re.IGNORECASE)
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<key>\d{2,})_(?P<submission>\d{3,})_(?P<file>.+)", re.IGNORECASE
)
_COPY = re.compile(
    r"^\s*(copie de|copy of|copie|copy)[\s_-]+|[\s_-]*\b(copie|copy)\b\s*$|[\s_]*\((?P<n>\d{1,4})\)|[_\s]late\b",
    re.IGNORECASE,
)
# Words of a file name that are nobody's.
NOISE = re.compile(
    r"tp\d*|td\d*|\d{1,2}|v\d+|final(e|version)?|version|rendu(s|e)?|rendre|brouillon|fini|termine|corrige|correction|"
    r"copie(s)?|copy|of|de|du|late|ipynb|zip|txt|json|notebook(s)?|devoir(s)?|travail|travaux|exercice(s)?|submitted|"
    r"submission(s)?|soumission(s)?|moodle|canvas|untitled|sans|titre|ok|bis|new|nouveau|dernier(e)?|assignment(s)?"
)
_LATIN = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def clean_stem(name):
    """Un nom de fichier sans extension, « Copie de » ni « (1) », and the number that this was (or None)."""
    name = re.sub(r"\.ipynb(\.txt|\.json)?$", "", name, flags=re.IGNORECASE)
    numbers = [int(found["n"]) for found in _COPY.finditer(name) if found["n"]]
    while (shorter := _COPY.sub(" ", name).strip()) != name:
        name = shorter
    return name, max(numbers, default=None)


def platform(file):
    """Ce que Moodle ou Canvas a écrit dans le chemin, ou None. Canvas's « -1 » of a second try becomes « (1) »."""
    outer = file.parts[: len(file.parts) - file.inner]
    for part in outer:
        if found := _MOODLE.fullmatch(part):
            return {**found.groupdict(), "file": (not file.inner and found["file"]) or file.parts[-1]}
    if found := _CANVAS.fullmatch(outer[-1]):
        name = file.parts[-1] if file.inner else re.sub(r"-(\d{1,3})(\.ipynb)", r" (\1)\2", found["file"])
        return {**found.groupdict(), "file": name}
    return None


def folders_of_a_class(files, releases):
    """Les dossiers dont les notebooks portent le nom de leurs étudiants : there, the folder is nobody's."""
    names = defaultdict(list)
    for file in files:
        if file.refused is None and not file.inner:
            names[file.parts[:-1]].append(releases.without(clean_stem(file.parts[-1])[0]))
    single = len(names) == 1
    of_a_class = {()}
    for folder, found in names.items():
        different = len(set(filter(None, found)))
        several = different >= (2 if single else 4) and different * 2 >= len(found)
        if several or (single and all(found) and not any(map(releases.without, folder))):
            of_a_class.add(folder)
    return of_a_class


def student_of(file, stem, releases, named_by_file):
    """Le nom de l'étudiant, d'après le dossier si c'est le sien, sinon d'après le fichier ; '' if neither says."""
    outer = file.parts[: len(file.parts) - file.inner]
    # The name of an inner zip is as good as a folder's.
    folders = outer if file.inner else outer[:-1]
    if file.inner or folders not in named_by_file:
        for folder in reversed(folders):
            folder = re.sub(r"\.zip$", "", folder, flags=re.IGNORECASE)
            if releases.without(clean_stem(folder)[0]):
                return releases.without(folder) if releases.said_by(folder) else folder
    return releases.without(stem)


class Students:
    """Le nom de dossier de chaque étudiant, le même d'une collecte à l'autre.

    Moodle's number changes with the assignment and Canvas's does not: it joins the name only where two students
    share it, and is remembered by assignment, in `received/<assignment>/students.json`.
    """

    def __init__(self, course):
        self.course, self.known = course, {}

    def _book(self, assignment):
        if assignment not in self.known:
            path = self._path(assignment)
            try:
                self.known[assignment] = json.loads(path.read_text("utf8")) if path.exists() else {}
            except ValueError as error:
                raise CourseError(f"{path} ne se lit pas ({error}). Supprimez-le, puis recommencez.") from None
        return self.known[assignment]

    def _path(self, assignment):
        return self.course.root / "received" / assignment / "students.json"

    def save(self):
        for assignment, book in self.known.items():
            if book:
                text = json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
                write_whole(self._path(assignment), text.encode())

    def identified(self, tries):
        """Les mêmes essais, chacun avec son étudiant."""
        keys = defaultdict(set)
        for one in tries:
            if one.key:
                keys[one.assignment, slug(one.name)].add(one.key)
        for one in tries:
            name = slug(one.name)
            if not one.key:
                yield replace(one, student=name)
                continue
            book = self._book(one.assignment).setdefault(name, {})
            shared = len(keys[one.assignment, name] | set(book)) > 1
            note = (f"plusieurs étudiants portent ce nom : celui-ci est le numéro {one.key}",) if shared else ()
            student = book.setdefault(one.key, f"{name}-{one.key}" if shared else name)
            yield replace(one, student=student, notes=one.notes + note)


def has_letters(text):
    """Si un nom en est un : au moins une lettre."""
    return any(letter.isalpha() for letter in text)


def slug(text, separator="-"):
    """Un nom en minuscules et chiffres ASCII. Where letters are lost, a short digest keeps it unique."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_LATIN)
    plain = unicodedata.normalize("NFKD", text)
    lost = any(letter.isalnum() and not letter.isascii() for letter in plain)
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    name = separator.join(words)
    if lost or len(name) > 60 or (separator == "-" and re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", name)):
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        name = separator.join(filter(None, [name[:50].rstrip(separator) or "etudiant", digest]))
    return name
