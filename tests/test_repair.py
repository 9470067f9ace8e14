"""Repair: whatever the bytes, a notebook that nbgrader can grade, or a reason in French."""

import json

import nbformat
import pytest
from faults import FAULTS, honest, written
from grading_course import RIGHT, answer, blank, right
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.nbgraderformat import MetadataValidator
from notebook_cells import NAMES, by_grade_id, read

from tp_gan.grading.repair import Unreadable, repair

# Those whose bytes alone decide: the others are folders, or wait for the execution.
FILES = [
    fault for fault in FAULTS if not fault.hostile and not fault.slow and not callable(fault.make(right()))
    and not fault.name.startswith("kernel_killed") and not fault.name.startswith("exit_")
]  # fmt: skip
READABLE = [fault for fault in FILES if "échec" not in fault.status]


def names(notebook):
    return [cell.metadata["nbgrader"]["grade_id"] for cell in notebook.cells if "nbgrader" in cell.metadata]


def sources(notebook):
    return {name: cell.source for name, cell in by_grade_id(notebook).items()}


@pytest.mark.parametrize("fault", READABLE, ids=lambda fault: fault.name)
def test_every_fault_becomes_a_notebook_that_nbgrader_takes(fault):
    repaired = repair(fault.make(right()), blank())
    nbformat.validate(repaired.notebook)
    MetadataValidator().validate_nb(repaired.notebook)
    nbformat.writes(repaired.notebook).encode()
    assert sorted(names(repaired.notebook)) == sorted(names(blank()))
    for name, cell in by_grade_id(repaired.notebook).items():
        expected = by_grade_id(blank())[name]
        assert cell.metadata == expected.metadata | {"nbgrader": expected.metadata["nbgrader"]}
        assert cell.cell_type == expected.cell_type
    assert bool(repaired.notes) == ("réparée" in fault.status), repaired.notes
    assert repaired.notebook.metadata == blank().metadata


@pytest.mark.parametrize("fault", [f for f in READABLE if f.score == 5], ids=lambda fault: fault.name)
def test_no_answer_is_lost(fault):
    """The answers are found again, each before its test."""
    notebook = repair(fault.make(right()), blank()).notebook
    text = "\n".join(cell.source for cell in notebook.cells)
    for name in ("radius", "quiz_4"):
        assert RIGHT[name].split("\n")[-1] in text
    order = names(notebook)
    assert order.index("radius") < order.index("check_radius")
    assert order.index("quiz_4") < order.index("check_quiz_4")


@pytest.mark.parametrize("fault", [f for f in FILES if "échec" in f.status], ids=lambda fault: fault.name)
def test_what_is_no_notebook_is_refused_in_french(fault):
    with pytest.raises(Unreadable) as refusal:
        repair(fault.make(right()), blank())
    assert str(refusal.value).startswith(("le ", "c'est ", "ce n'est "))
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_real_notebooks_whose_marks_are_lost(name):
    release, solution = read(name, "notebooks"), sources(read(name))
    notebook = read(name, "notebooks")
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader")
        if marks and marks["solution"]:
            cell.source = solution[marks["grade_id"]]
        cell.metadata = {}
        del cell["id"]
    repaired = repair(json.dumps(notebook).encode(), release)
    assert names(repaired.notebook) == names(release)
    expected = {k: v for k, v in solution.items() if by_grade_id(release)[k].metadata["nbgrader"]["solution"]}
    assert {k: sources(repaired.notebook)[k] for k in expected} == expected
    assert len(repaired.notebook.cells) == len(release.cells)


def test_honest_submissions_need_no_guess():
    release = blank()
    for submission in honest():
        repaired = repair(submission.notebook, release)
        assert repaired.notes == [], submission.name
        given = json.loads(submission.notebook)["cells"]
        texts = [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in given]
        assert [cell.source for cell in repaired.notebook.cells] == texts, submission.name


def test_the_release_itself_is_left_alone():
    release = blank()
    before = json.dumps(release)
    repaired = repair(written(right()), release).notebook
    assert [(cell.id, cell.source) for cell in repaired.cells] == [(cell.id, cell.source) for cell in right().cells]
    assert json.dumps(release) == before


def test_missing_cells_come_back_where_the_release_has_them():
    notebook = right()
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("locked")]
    notebook.cells.insert(4, new_code_cell("# ma fonction, suite\nradius_2 = radius"))
    repaired = repair(written(notebook), blank()).notebook
    assert names(repaired) == names(blank())
    sequence = [cell.source for cell in repaired.cells]
    own, test = sequence.index(notebook.cells[4].source), sequence.index(sources(blank())["check_radius"])
    assert sequence.index(RIGHT["radius"]) < own < test < sequence.index(RIGHT["quiz_4"])


def test_an_answer_moved_to_another_cell_is_not_undone_by_a_blank_one():
    """The answer cell is gone, the student's function is in a cell of his own: it is the answer."""
    notebook = right()
    (place,) = [n for n, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == "radius"]
    notebook.cells[place] = new_code_cell(RIGHT["radius"])
    repaired = repair(written(notebook), blank())
    assert sources(repaired.notebook)["radius"] == RIGHT["radius"]
    assert repaired.notes


def test_of_two_copies_the_one_that_was_answered_counts():
    notebook = blank()
    copied = json.loads(json.dumps(by_grade_id(notebook)["radius"]))
    answer(notebook, "radius", RIGHT["radius"])
    for place in (0, len(notebook.cells)):
        both = json.loads(json.dumps(notebook))
        both["cells"].insert(place, copied)
        repaired = repair(written(both), blank())
        assert sources(repaired.notebook)["radius"] == RIGHT["radius"]
        assert len(repaired.notebook.cells) == len(notebook.cells)
        assert "plusieurs exemplaires" in repaired.notes[0]


def test_a_hand_answer_in_two_cells_is_read_whole():
    notebook = json.loads(json.dumps(right()))
    place = next(
        n for n, c in enumerate(notebook["cells"]) if c["metadata"].get("nbgrader", {}).get("grade_id") == "avis"
    )
    second = json.loads(json.dumps(notebook["cells"][place])) | {"source": "Et de plus, rien ne converge."}
    notebook["cells"].insert(place + 1, second)
    repaired = repair(written(notebook), blank())
    assert sources(repaired.notebook)["avis"] == f"{RIGHT['avis']}\n\nEt de plus, rien ne converge."
    assert repaired.notes == []


def test_what_a_student_wrote_in_a_test_is_kept_beside_it():
    notebook = right()
    test = by_grade_id(notebook)["check_radius"]
    test.source = "def radius(points):\n    return 5\n\n" + test.source
    repaired = repair(written(notebook), blank()).notebook
    kept = [cell.source for cell in repaired.cells if "nbgrader" not in cell.metadata and "return 5" in cell.source]
    assert len(kept) == 1
    assert sources(repaired)["check_radius"] == sources(blank())["check_radius"]


def test_tags_and_outputs_go():
    notebook = right()
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "hide-input"]
    notebook.cells.append(new_markdown_cell("fin", metadata={"tags": ["skip-execution"], "jupyter": {"a": 1}}))
    repaired = repair(written(notebook), blank()).notebook
    assert not any("tags" in cell.metadata for cell in repaired.cells)
    assert repaired.cells[-1].metadata == {}
    assert not any(cell.get("outputs") for cell in repaired.cells)
