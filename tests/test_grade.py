"""Grading a class, as an instructor runs it: tp-gan grade, on the tiny course."""

import contextlib
import functools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from grading_course import AUTOMATIC, BY_HAND, NAME, RIGHT, answer, blank, hand_in, make_course, right
from nbgrader.api import MissingEntry

from tp_gan import CourseError
from tp_gan.grading import cli
from tp_gan.grading.course import Course
from tp_gan.grading.grade import grade
from tp_gan.grading.verdicts import Verdicts

sandboxed = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is absent")
ENDLESS = "import time\ntime.sleep(600)"


@pytest.fixture
def course(tmp_path):
    make_course(tmp_path)
    return Course.find(tmp_path)


def score(course, student):
    """What the gradebook holds, or None."""
    with course.gradebook() as gradebook:
        try:
            return gradebook.find_submission(NAME, student).score
        except MissingEntry:
            return None


def verdicts(course):
    return Verdicts(course.verdict_folder / NAME).all()


def started(course, *arguments):
    """tp-gan grade in a process group of its own."""
    command = [sys.executable, "-m", "tp_gan.grading.cli", "grade", NAME, "--course", course.root, *arguments]
    # A job in the background ignores Ctrl-C, and so would the command.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True, preexec_fn=heard)


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)


@sandboxed
def test_grades_are_nbgraders_own(course, capsys):
    hand_in(course.root, "juste", right())
    hand_in(course.root, "moitie", answer(right(), "quiz_4", 'quiz_4 = "a"'))
    hand_in(course.root, "vide", blank())
    assert cli.main(["grade", NAME, "--course", str(course.root), "--workers", "2"]) == cli.DONE
    assert [score(course, student) for student in ("juste", "moitie", "vide")] == [AUTOMATIC, 2, 0]
    with course.gradebook() as gradebook:
        assert gradebook.find_submission(NAME, "juste").needs_manual_grade
        assert gradebook.find_submission(NAME, "juste").max_score == AUTOMATIC + BY_HAND
    page = (course.autograded_folder / "juste" / NAME / f"{NAME}.ipynb").read_text("utf8")
    assert "✔ radius : correct" in page, "the outputs of the execution are kept"
    assert [verdict.status for verdict in verdicts(course).values()] == ["executed"] * 3
    assert not any(verdict.notes or verdict.suspicions for verdict in verdicts(course).values())


@sandboxed
def test_what_is_done_is_not_done_again_and_a_new_copy_is(course):
    hand_in(course.root, "juste", right())
    hand_in(course.root, "mieux", blank())
    first = grade(course, NAME)
    hand_in(course.root, "mieux", right())
    seen = []
    again = grade(course, NAME, tell=lambda student, verdict, done, total: seen.append((student, done, total)))
    assert again["juste"] == first["juste"]
    assert again["mieux"].finished >= first["mieux"].finished
    assert again["mieux"].submission != first["mieux"].submission
    assert score(course, "mieux") == AUTOMATIC
    assert seen[-1][1:] == (2, 2)


@sandboxed
def test_no_old_score_survives_a_failed_new_copy(course):
    hand_in(course.root, "casse", right())
    hand_in(course.root, "juste", right())
    grade(course, NAME)
    assert score(course, "casse") == AUTOMATIC
    hand_in(course.root, "casse", b"{")
    assert cli.main(["grade", NAME, "--course", str(course.root)]) == cli.TO_LOOK_AT
    assert score(course, "casse") is None
    assert not (course.autograded_folder / "casse" / NAME).exists()
    assert score(course, "juste") == AUTOMATIC
    assert verdicts(course)["casse"].status == "failed"
    assert verdicts(course)["casse"].reason


@sandboxed
def test_a_run_that_was_killed_is_started_again(course):
    """kill -9 while the second copy runs: the first is kept, not executed again, and nothing stays behind."""
    hand_in(course.root, "a_juste", right())
    slow = course.root / "slow"
    hand_in(course.root, "b_lent", answer(right(), "quiz_4", f'{ENDLESS}\nquiz_4 = "b"'))
    run = started(course)
    wait_for(lambda: verdicts(course).get("a_juste") and verdicts(course)["a_juste"].merged)
    first = verdicts(course)["a_juste"]
    time.sleep(2)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    wait_for(lambda: not processes_of(course, run.pid), 10)
    hand_in(course.root, "b_lent", right())
    again = grade(course, NAME)
    assert again["a_juste"] == first
    assert score(course, "a_juste") == score(course, "b_lent") == AUTOMATIC
    assert not slow.exists()


def processes_of(course, group):
    """The processes of a run's group that are still there."""
    found = subprocess.run(["ps", "-o", "stat=", "-g", str(group)], capture_output=True, text=True).stdout.split()
    return [state for state in found if not state.startswith("Z")]


@sandboxed
@pytest.mark.parametrize("after", [0.2, 0.6, 3])
def test_ctrl_c_says_how_to_go_on(course, after):
    hand_in(course.root, "lent", answer(right(), "quiz_4", ENDLESS))
    run = started(course)
    wait_for(lambda: children(run.pid))  # then they import for a second, before they can ignore anything
    time.sleep(after)
    os.killpg(run.pid, signal.SIGINT)
    _, told = run.communicate(timeout=30)
    assert run.returncode == cli.CUT
    assert "relancez la même commande" in told
    assert "Traceback" not in told


@sandboxed
def test_two_at_once_is_refused(course):
    hand_in(course.root, "lent", answer(right(), "quiz_4", ENDLESS))
    run = started(course)
    try:
        wait_for(lambda: (course.root / "gradebook.db.avant").exists())
        with pytest.raises(CourseError, match="une autre correction est en cours"):
            grade(course, NAME)
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()


@sandboxed
def test_a_worker_that_dies_loses_nothing(course):
    students = [f"etudiant{number}" for number in range(4)]
    for student in students:
        slow = f"import time\ntime.sleep(2)\n{RIGHT['quiz_4']}"
        hand_in(course.root, student, answer(right(), "quiz_4", slow))
    run = started(course, "--workers", "2")
    wait_for(lambda: any(verdicts(course)))
    (worker, *_) = children(run.pid)
    os.kill(worker, signal.SIGKILL)
    run.communicate(timeout=120)
    assert run.returncode == cli.DONE
    assert [score(course, student) for student in students] == [AUTOMATIC] * 4


def children(pid):
    """The worker processes of a run (its other child is Python's resource tracker)."""
    found = []
    for process in psutil.Process(pid).children():
        with contextlib.suppress(psutil.Error):  # one that has just ended
            found += [process.pid] if "spawn_main" in " ".join(process.cmdline()) else []
    return found


@sandboxed
def test_on_several_machines(course):
    """A Dask cluster: the same grades; a machine that dies in the middle loses nothing."""
    distributed = pytest.importorskip("distributed")
    students = [f"etudiant{number}" for number in range(4)]
    for student in students:
        hand_in(course.root, student, right())
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,  # the command has none either
    ):
        victim, *_ = client.run(os.getpid).values()

        def kill_one(student, verdict, done, total):
            if done == 1:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)

        grade(course, NAME, scheduler=cluster.scheduler_address, tell=kill_one)
    assert [score(course, student) for student in students] == [AUTOMATIC] * 4


def test_without_bubblewrap_it_stops_unless_told(course, monkeypatch, capsys):
    hand_in(course.root, "juste", right())
    monkeypatch.setenv("PATH", str(course.root / "nothing"))
    assert cli.main(["grade", NAME, "--course", str(course.root)]) == cli.REFUSED
    assert "--no-sandbox" in capsys.readouterr().err
    assert score(course, "juste") is None
    assert cli.main(["grade", NAME, "--course", str(course.root), "--no-sandbox"]) == cli.DONE
    assert "sans bac à sable" in capsys.readouterr().err
    assert score(course, "juste") == AUTOMATIC


def spoil(course, statement):
    with contextlib.closing(sqlite3.connect(course.database)) as database:
        database.execute(statement)
        database.commit()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM course WHERE id = 'tp-gan'", "autre cours"),
        ("ALTER TABLE grade DROP COLUMN extra_credit", "autre version"),
    ],
)
def test_gradebook_of_another_course_or_version(course, capsys, statement, words):
    spoil(course, statement)
    before = course.database.read_bytes()
    assert cli.main(["grade", NAME, "--course", str(course.root)]) == cli.REFUSED
    assert words in capsys.readouterr().err
    assert course.database.read_bytes() == before


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        (lambda root: (root / "nbgrader_config.py").unlink(), "pas de cours"),
        (lambda root: (root / "nbgrader_config.py").write_text("c = ("), "ne se lit pas"),
        (lambda root: (root / "gradebook.db").unlink(), "make notebooks"),
        (lambda root: (root / "gradebook.db").write_bytes(b"no database" * 100), "ne se lit pas"),
        (lambda root: (root / "notebooks" / NAME / f"{NAME}.ipynb").write_text("{"), "ne se lit pas"),
    ],
    ids=["no course", "broken settings", "no gradebook", "no database", "broken release"],
)
def test_a_spoiled_course_is_told_in_french(course, capsys, spoiled, words):
    hand_in(course.root, "juste", right())
    spoiled(course.root)
    assert cli.main(["grade", NAME, "--course", str(course.root), "--no-sandbox"]) == cli.REFUSED
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told


def test_unknown_notebook_or_student(course, capsys):
    assert cli.main(["grade", "99_chimie", "--course", str(course.root)]) == cli.REFUSED
    assert NAME in capsys.readouterr().err
    assert cli.main(["grade", NAME, "--course", str(course.root)]) == cli.REFUSED
    assert "tp-gan collect" in capsys.readouterr().err
    hand_in(course.root, "juste", right())
    assert cli.main(["grade", NAME, "--student", "absent", "--course", str(course.root)]) == cli.REFUSED
    assert "absent" in capsys.readouterr().err


def test_full_disk_leaves_the_gradebook_as_it_was(course, monkeypatch):
    hand_in(course.root, "juste", right())
    before = course.database.read_bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(2**30, 2**30, 0))
    with pytest.raises(CourseError, match="Faites de la place"):
        grade(course, NAME, sandbox=False)
    assert course.database.read_bytes() == before


def test_disk_that_fills_while_a_grade_is_written(course, monkeypatch):
    """nbgrader stops between two questions: the copy's grades are as before, and the next run writes them."""
    from nbgrader.preprocessors import SaveAutoGrades

    hand_in(course.root, "juste", right())
    real, calls = SaveAutoGrades._add_score, []

    def full(self, cell, resources):
        calls.append(cell)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(self, cell, resources)

    with monkeypatch.context() as patch:
        patch.setattr(SaveAutoGrades, "_add_score", full)
        with pytest.raises(CourseError, match="n'ont pas pu être écrites"):
            grade(course, NAME, sandbox=False)
    assert score(course, "juste") is None
    assert not verdicts(course)["juste"].merged
    before = verdicts(course)["juste"].finished
    grade(course, NAME, sandbox=False)
    assert score(course, "juste") == AUTOMATIC
    assert verdicts(course)["juste"].finished == before, "executed once"


def test_half_written_verdict_is_no_verdict(course):
    folder = course.verdict_folder / NAME
    folder.mkdir(parents=True)
    (folder / "juste.json").write_text(json.dumps({"submission": "x"})[:-3])
    assert Verdicts(folder).read("juste") is None


@pytest.mark.parametrize("verb", [[], ["collect"], ["grade"], ["report"]])
def test_help_is_in_french(capsys, verb):
    with pytest.raises(SystemExit) as left:
        cli.main([*verb, "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "usage :" in told
    assert "codes de sortie" in told
    assert "show this" not in told


def test_a_mistyped_command_is_told_in_french(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["grade"])
    assert left.value.code == cli.BAD_COMMAND
    assert "il manque" in capsys.readouterr().err


def test_students_need_none_of_it():
    """import tp_gan loads neither nbgrader nor the grading modules."""
    code = (
        "import sys, tp_gan; print([name for name in sys.modules if name.startswith(('nbgrader', 'tp_gan.grading'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_command_is_installed():
    assert (Path(sys.executable).parent / "tp-gan").exists()
