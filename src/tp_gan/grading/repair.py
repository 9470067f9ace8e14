"""Remet d'aplomb un notebook rendu, pour que nbgrader le note : lecture, forme, marques des questions.

Students' files come from Colab, VS Code, mail and text editors, and nbgrader trusts all of them. `repair` gives back a
notebook whose structure and nbgrader metadata are those of the release, with the student's own text in it. A guess is
written down in `notes`, for the instructor; a save by an ordinary editor needs none.
"""

import copy
import difflib
import re
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from tp_gan.grading.notebook_files import Unreadable, mapping, read_cells

__all__ = ["Repaired", "Unreadable", "repair"]

_FLAGS = ("grade", "locked", "solution", "task", "points", "schema_version")
_SKIPPING = {"skip-execution", "raises-exception"}
_NAMES = re.compile(r"^(?:async )?(?:def|class) (\w+)|^([\w, ]+?) *(?::[^=\n]+)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Repaired:
    """Un notebook que nbgrader peut noter, et ce qu'il a fallu deviner (rien, d'ordinaire)."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


def repair(raw, release):
    """Le notebook rendu, avec les marques de `release` (la version étudiante du même TP).

    raw: the file's bytes, whatever they are. Raises `Unreadable` when they hold no notebook of this assignment.
    Outputs are dropped: grading makes them anew.
    """
    notes = []
    cells = read_cells(raw, notes)
    targets = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in release.cells if "nbgrader" in cell.metadata}
    matching = _Matching(cells, release, targets)
    _refuse_other_assignment(cells, matching, targets)
    cells = _settle(cells, matching, release, targets, notes)
    notebook = nbformat.v4.new_notebook(cells=_with_ids(cells))
    notebook.metadata = copy.deepcopy(NotebookNode({k: release.metadata[k] for k in release.metadata}))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return Repaired(notebook, notes)


# Which cell answers which question ----------------------------------------------------------------------------------


def _plain(text):
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _names(source):
    return {name.strip() for match in _NAMES.finditer(source) for name in (match[1] or match[2]).split(",")}


def _likeness(one, other):
    matcher = difflib.SequenceMatcher(None, one[:4000], other[:4000], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > 0.5 else 0.0


class _Matching:
    """`of[grade_id]` is the index of the student's cell; `anchors` maps the release's cells to the student's."""

    def __init__(self, cells, release, targets):
        self.cells, self.release, self.targets = cells, release, targets
        self.claims = [self._claim(cell) for cell in cells]
        self.plain = [_plain(cell.source) for cell in cells]
        self.wanted = {name: _plain(cell.source) for name, cell in targets.items()}
        self.names = {
            name: _names(cell.source)
            for name, cell in targets.items()
            if cell.cell_type == "code" and cell.metadata["nbgrader"]["solution"]
        }
        self.of, self.taken = {}, {}
        self._assign(self._scores())
        self._assign(self._alike())
        self.sure = len(self.of)
        self.anchors = self._anchors()
        for name in targets:
            if name not in self.of and (index := self._between(name)) is not None:
                self.of[name], self.taken[index] = index, name
                self.anchors[self._place(name)] = index

    def _claim(self, cell):
        name = mapping(cell.metadata.nbgrader).get("grade_id")
        return name if isinstance(name, str) and name in self.targets else None

    def blank(self, index, name):
        return not self.plain[index] or self.plain[index] == self.wanted[name]

    def solution(self, name):
        return self.targets[name].metadata["nbgrader"]["solution"]

    def _scores(self):
        by_text = {text: name for name, text in self.wanted.items() if not self.solution(name)}
        by_name = {bound: name for name, bounds in self.names.items() for bound in bounds}
        provided = {_plain(cell.source) for cell in self.release.cells if "nbgrader" not in cell.metadata}
        for index, cell in enumerate(self.cells):
            bound = {by_name[n] for n in _names(cell.source) if n in by_name}
            if self.plain[index] in provided:
                bound = set()
            locked = by_text.get(self.plain[index])
            for name, target in self.targets.items():
                claimed, same_id = self.claims[index] == name, bool(cell.id) and cell.id == target.get("id")
                score = 8 * claimed + 3 * same_id + 6 * (locked == name) + 5 * (name in bound)
                score -= 6 * ((bool(bound) and name not in bound) or locked not in (None, name))
                # Of two copies of a question, the one that was answered.
                if self.solution(name) and score > 0:
                    score += 4 * (not self.blank(index, name))
                if claimed or same_id or locked == name or name in bound:
                    yield score + (cell.cell_type == target.cell_type) - index / 1e6, index, name

    def _alike(self):
        """Locked cells that were edited and have lost their marks."""
        for name in self.targets:
            if name in self.of or self.solution(name):
                continue
            for index, text in enumerate(self.plain):
                if index not in self.taken:
                    likeness = _likeness(text, self.wanted[name])
                    if likeness > 0.85:
                        yield likeness, index, name

    def _assign(self, scores):
        for score, index, name in sorted(scores, reverse=True):
            if score > 0 and name not in self.of and index not in self.taken:
                self.of[name], self.taken[index] = index, name

    def _anchors(self):
        places = {
            _plain(cell.source): n for n, cell in enumerate(self.release.cells) if "nbgrader" not in cell.metadata
        }
        ids = {cell.get("id"): n for n, cell in enumerate(self.release.cells) if "nbgrader" not in cell.metadata}
        anchors = {self._place(name): index for name, index in self.of.items()}
        for index, cell in enumerate(self.cells):
            place = places.get(self.plain[index], ids.get(cell.id))
            if index not in self.taken and place is not None:
                anchors.setdefault(place, index)
        return anchors

    def _place(self, name):
        return next(n for n, cell in enumerate(self.release.cells) if cell is self.targets[name])

    def _between(self, name):
        """An answer without marks nor name: what the student wrote between the release's cells around it."""
        if not self.solution(name):
            return None
        place, kind = self._place(name), self.targets[name].cell_type
        before = max((self.anchors[p] for p in self.anchors if p < place), default=-1)
        after = min((i for p, i in self.anchors.items() if p > place and i > before), default=len(self.cells))
        known = set(self.anchors.values()) | set(self.taken)
        free = [i for i in range(before + 1, after) if i not in known and self.plain[i] and not self.claims[i]]
        same_kind = [i for i in free if self.cells[i].cell_type == kind]
        return max(same_kind or (free if kind == "markdown" else []), key=lambda i: len(self.plain[i]), default=None)


def _refuse_other_assignment(cells, matching, targets):
    marks = [mapping(cell.metadata.nbgrader) for cell in cells]
    graded = [m for m in marks if m.get("grade_id") and any(m.get(flag) is True for flag in ("grade", "solution"))]
    strangers = sum(1 for m in graded if m.get("grade_id") not in targets)
    if targets and (not matching.sure or (strangers > len(graded) / 2 and matching.sure < len(targets) / 2)):
        raise Unreadable("ce n'est pas le notebook de ce TP : aucune de ses questions, ou presque, ne s'y trouve.")


# Putting it together ------------------------------------------------------------------------------------------------


def _with_ids(cells):
    seen = set()
    for number, cell in enumerate(cells):
        if not cell.get("id") or cell.id in seen:
            cell.id = next(
                i for i in (f"tp-gan-{number}", *(f"tp-gan-{number}-{n}" for n in range(999))) if i not in seen
            )
        seen.add(cell.id)
    return cells


def _settle(cells, matching, release, targets, notes):
    found, moved, dropped, kept_edits = [], {}, set(), {}
    for name, index in matching.of.items():
        cell, target, given = cells[index], targets[name], mapping(cells[index].metadata.nbgrader)
        copies = [
            i for i, claim in enumerate(matching.claims) if claim == name and i != index and i not in matching.taken
        ]
        if copies:
            _settle_copies(name, index, copies, matching, moved, dropped, notes)
        if given.get("grade_id") != name:
            found.append(name)
        elif any(key in given and given[key] != target.metadata["nbgrader"].get(key) for key in _FLAGS) or any(
            key not in given for key in _FLAGS[:3]
        ):
            notes.append(f"les marques de la cellule {name} avaient changé : celles du TP ont été remises")
        if cell.cell_type != target.cell_type:
            notes.append(f"la cellule {name} avait changé de type : elle est redevenue du {_french(target)}")
        if _SKIPPING & set(cell.metadata.tags):
            notes.append(f"la cellule {name} portait une étiquette qui empêche de la noter : elle a été retirée")
        if not target.metadata["nbgrader"]["solution"] and matching.plain[index] != matching.wanted[name]:
            notes.append(f"la cellule {name}, modifiée, est redevenue celle du TP")
            if _own_lines(cell.source, target.source):
                kept_edits[index] = _free(cell)
        source = cell.source if target.metadata["nbgrader"]["solution"] else target.source
        cells[index] = _marked(target, source, cell)
    if found:
        notes.append(f"des marques avaient disparu ou changé de nom, elles ont été retrouvées : {', '.join(found)}")
    strangers = [
        str(mark["grade_id"])[:40]
        for index, cell in enumerate(cells)
        if index not in matching.taken and (mark := mapping(cell.metadata.get("nbgrader"))).get("grade_id")
        if mark["grade_id"] not in targets and any(mark.get(flag) for flag in ("grade", "solution", "locked", "task"))
    ]
    if strangers:
        notes.append(f"des marques que le TP n'a pas ont été retirées : {', '.join(strangers)}")
    for index, cell in enumerate(cells):
        if index not in matching.taken:
            cells[index] = _free(cell)
    order = sorted(set(range(len(cells))) - dropped, key=lambda index: moved.get(index, index))
    settled = [cell for index in order for cell in (kept_edits.get(index), cells[index]) if cell]
    _put_back(settled, matching, release, cells, notes)
    return settled


def _settle_copies(name, index, copies, matching, moved, dropped, notes):
    """The other cells that carry the same mark: a copied cell, or the parts of one that the student split."""
    if not matching.solution(name):
        notes.append(f"la cellule {name} était en plusieurs exemplaires : un seul compte")
        return
    blanks = [i for i in copies if matching.blank(i, name)]
    written = [i for i in copies if i not in blanks]
    if blanks:
        dropped.update(blanks)
        if min(blanks) < index:
            moved[index] = min(blanks)
    run = sorted([index, *written])
    split = not blanks and run == list(range(run[0], run[-1] + 1))
    if not split:
        notes.append(f"la cellule {name} était en plusieurs exemplaires : celui qui porte une réponse est gardé")
    if matching.targets[name].cell_type == "markdown" and written:
        parts = list(dict.fromkeys(matching.plain[i] for i in run))
        matching.cells[index].source = "\n\n".join(parts)
        dropped.update(written)


def _put_back(settled, matching, release, cells, notes):
    """Missing cells, each where the release has it: a test after what the student wrote, an answer before its test."""
    where = {place: cells[index] for place, index in matching.anchors.items()}
    missing = []
    for place, target in enumerate(release.cells):
        if "nbgrader" not in target.metadata or (place in where and any(where[place] is cell for cell in settled)):
            continue
        name = target.metadata["nbgrader"]["grade_id"]
        missing.append(name)
        new = _marked(target, target.source, target)
        position = {id(cell): n for n, cell in enumerate(settled)}
        marked = [p for p in where if id(where[p]) in position and "nbgrader" in release.cells[p].metadata]
        before = max((p for p in marked if p < place), default=None)
        after = min((p for p in where if p > place and id(where[p]) in position), default=None)
        start = 0 if before is None else position[id(where[before])] + 1
        if target.metadata["nbgrader"]["solution"]:
            at = start if after is None else position[id(where[after])]
            at = max(at, start)
        else:
            known = {id(cell) for p, cell in where.items()}
            at = next((n for n in range(start, len(settled)) if id(settled[n]) in known), len(settled))
        settled.insert(at, new)
        where[place] = new
    if missing:
        notes.append(f"des cellules manquaient, celles du TP ont été remises : {', '.join(missing)}")


def _own_lines(source, release):
    lines = {line.strip() for line in source.split("\n")} - {line.strip() for line in release.split("\n")}
    return any(line and not line.startswith("#") for line in lines)


def _french(cell):
    return {"code": "code", "markdown": "texte"}.get(cell.cell_type, "brut")


def _free(cell):
    """A cell of the student's own: no mark, no tag."""
    free = NotebookNode(cell_type=cell.cell_type, id=cell.get("id", ""), metadata=NotebookNode(), source=cell.source)
    if cell.cell_type == "code":
        free.execution_count, free.outputs = None, []
    elif cell.get("attachments"):
        free.attachments = cell.attachments
    return free


def _marked(target, source, cell):
    """The release's cell with the student's text."""
    marked = _free(NotebookNode(cell_type=target.cell_type, source=source, id=cell.get("id", "")))
    for key in ("deletable", "editable", "nbgrader"):
        if key in target.metadata:
            marked.metadata[key] = copy.deepcopy(target.metadata[key])
    if marked.cell_type != "code" and cell.get("attachments"):
        marked.attachments = cell.attachments
    return marked
