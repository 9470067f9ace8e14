"""nbgrader from end to end, as an instructor runs it: generate, autograde, feedback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from notebook_cells import NAMES, ROOT, read

sys.path.insert(0, str(ROOT / "tools"))
import notebooks as pipeline


def nbgrader(course, *arguments):
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR": "1",
        "TP_GAN_BUDGET": "essai",
    }
    command = [sys.executable, "-m", "nbgrader", *arguments]
    run = subprocess.run(command, cwd=course, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


each_notebook = pytest.mark.parametrize("graded", NAMES, indirect=True, scope="module")


@pytest.fixture(scope="module")
def graded(request, tmp_path_factory):
    """A course of one notebook, graded once: a student hands in the solution, and one the untouched release.

    The solution is not executed again here, nbval does it: its stored outputs are graded.
    """
    name, root = request.param, tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / name, root / "solutions" / name)
    pipeline.derive(name, course=root)
    for student, path in (("juste", f"solutions/{name}"), ("vide", f"notebooks/{name}")):
        target = root / "submitted" / student / name
        target.mkdir(parents=True)
        shutil.copy(root / path / f"{name}.ipynb", target)
    nbgrader(root, "autograde", name, "--student", "juste", "--no-execute")
    nbgrader(root, "autograde", name, "--student", "vide")
    nbgrader(root, "generate_feedback", name)
    return root, name


def submission(course, name, student):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "tp-gan") as gradebook:
        notebook = gradebook.find_submission_notebook(name, name, student)
        return {
            "score": notebook.score,
            "needs_manual_grade": notebook.needs_manual_grade,
            "failed_tests": notebook.failed_tests,
            "grades": {grade.name: grade.auto_score for grade in notebook.grades},
        }


@each_notebook
def test_solution_gets_the_full_automatic_score_and_waits_for_the_rest(graded):
    course, name = graded
    automatic, by_hand = pipeline.points(read(name))
    given = submission(course, name, "juste")
    assert given["score"] == automatic
    assert by_hand > 0
    assert given["needs_manual_grade"]
    assert [score for score in given["grades"].values() if score is None], "the hand-graded question has a score"


@each_notebook
def test_untouched_release_gets_nothing(graded):
    given = submission(*graded, "vide")
    assert given["score"] == 0
    assert given["failed_tests"]


@each_notebook
@pytest.mark.parametrize(("student", "sign"), [("juste", "✔"), ("vide", "✘")])
def test_feedback_tells_each_question(graded, student, sign):
    course, name = graded
    page = (course / "feedback" / student / name / f"{name}.html").read_text("utf8")
    checks = sum(cell.source.count("(globals())") for cell in read(name).cells)
    assert page.count(sign) >= checks
    assert "encore vide" in page if student == "vide" else "encore vide" not in page


@each_notebook
def test_release_folder_holds_no_text_of_the_solution(graded):
    course, name = graded
    files = [path.relative_to(course / "notebooks") for path in (course / "notebooks").rglob("*") if path.is_file()]
    assert list(map(str, files)) == [f"{name}/{name}.ipynb"]


@pytest.mark.parametrize("name", ["00_bienvenue", "07_dcgan_keras"])
def test_validate_helps_a_student(name, monkeypatch):
    """What the Validate button runs: it accepts the solution, and names the blank answers of the release.

    The first notebook, and one of Keras, whose library is the most talkative: autograding, above, runs the same checks
    of every notebook in the same way.
    """
    from nbgrader.validator import Validator

    monkeypatch.setenv("TP_GAN_BUDGET", "essai")
    right = Validator().validate(str(ROOT / "solutions" / name / f"{name}.ipynb"))
    blank = Validator().validate(str(ROOT / "notebooks" / name / f"{name}.ipynb"))
    assert "failed" not in right
    assert "changed" not in right
    assert "✘" in blank["failed"][0]["error"]
