"""A course of one tiny notebook, for the tests of grading: the real checks of TP 00, no torch, two seconds to grade.

`00_mini` has two automatic questions, `radius` (2 points) and `quiz_4` (3 points), each with a hidden test, and one
graded by hand, `avis` (1 point).
"""

import atexit
import functools
import io
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_cells import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import notebooks as pipeline

__all__ = ["AUTOMATIC", "BY_HAND", "NAME", "RIGHT", "answer", "blank", "hand_in", "make_course", "portable", "right"]

NAME = "00_mini"
AUTOMATIC, BY_HAND = 5, 1
RIGHT = {
    "radius": "def radius(points):\n    return np.sqrt((points**2).sum(axis=1))",
    "quiz_4": 'quiz_4 = "b"',
    "avis": "Parce que deux pertes opposées ne descendent pas ensemble.",
}


def make_course(root):
    """Write the course under `root`: settings, solution, student version and gradebook."""
    shutil.copytree(_built(), root, dirs_exist_ok=True)


def blank():
    """The student version, as it is handed out."""
    return nbformat.read(_built() / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)


def right():
    """A submission with every answer right."""
    notebook = blank()
    for name, source in RIGHT.items():
        answer(notebook, name, source)
    return notebook


def answer(notebook, name, source):
    """Write `source` in the cell of this grade_id (`radius`, `quiz_4`, `avis`, `check_radius`, ...)."""
    (cell,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
    cell.source = source
    return notebook


def hand_in(root, student, notebook):
    """Put a notebook, or the bytes of one, under `submitted/`; the path."""
    path = Path(root, "submitted", student, NAME, f"{NAME}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode())
    return path


def portable(root):
    """The zip of what grading one submission needs, in the form that `Course.portable` gives it."""
    root, packed = Path(root), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "gradebook.db")
        shutil.copy(root / "gradebook.db", database)
        with sqlite3.connect(database) as connection:
            connection.execute("DELETE FROM student")
        connection.close()
        archive.write(database, "gradebook.db")
        archive.write(root / "nbgrader_config.py", "nbgrader_config.py")
        release = f"notebooks/{NAME}/{NAME}.ipynb"
        archive.write(root / release, release)
    return packed.getvalue()


@functools.cache
def _built():
    """The course, made once a process by the commands of the real one."""
    root = Path(tempfile.mkdtemp(prefix="course-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    (root / "solutions" / NAME).mkdir(parents=True)
    pipeline.write(_solution(), root / "solutions" / NAME / f"{NAME}.ipynb")
    pipeline.derive(NAME, course=root)
    return root


def _solution():
    def hidden(name):
        call = f"bienvenue.check_{name}(globals()"
        return f"{call})\n### BEGIN HIDDEN TESTS\n{call}, seed=1)\n### END HIDDEN TESTS"

    def solved(source):
        indent = source[: len(source) - len(source.lstrip())]
        return f"{indent}### BEGIN SOLUTION\n{source}\n{indent}### END SOLUTION"

    head, body = RIGHT["radius"].split("\n")
    cells = [
        new_markdown_cell("# TP mini · Une distance et une lettre"),
        new_code_cell("import numpy as np\n\nfrom tp_gan.checks import bienvenue", metadata={"tags": ["preparation"]}),
        new_markdown_cell("**Question.** Écrivez `radius(points)`, la distance de chaque point à l'origine."),
        _question("radius", f"{head}\n{solved(body)}"),
        _check("check_radius", hidden("radius"), points=2),
        new_markdown_cell("**Question.** Que vaut la perte de $D$ à l'équilibre ? Donnez une lettre."),
        _question("quiz_4", solved(RIGHT["quiz_4"])),
        _check("check_quiz_4", hidden("quiz_4"), points=3),
        new_code_cell('print("Rayons :", radius(np.array([[3.0, 4.0]])))'),
        _by_hand("avis", solved(RIGHT["avis"]), points=1),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:02}"
    return new_notebook(cells=cells)


def _graded(cell, grade_id, **settings):
    defaults = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
    cell.metadata["nbgrader"] = {**defaults, "grade_id": grade_id, **settings}
    return cell


def _question(grade_id, source):
    return _graded(new_code_cell(source), grade_id, solution=True)


def _check(grade_id, source, points):
    return _graded(new_code_cell(source), grade_id, grade=True, locked=True, points=points)


def _by_hand(grade_id, source, points):
    return _graded(new_markdown_cell(source), grade_id, grade=True, solution=True, points=points)
