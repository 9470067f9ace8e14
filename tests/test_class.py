"""A class, graded by the real command: each broken or hostile copy between two honest ones.

One hostile copy in two is in it, and one broken copy in three; `make class` takes the whole corpus.
"""

import itertools
import shutil
import socket
import subprocess
import sys

import pytest
from faults import FAULTS, honest
from grading_course import AUTOMATIC, NAME, hand_in, make_course, right
from nbgrader.api import MissingEntry

from tp_gan.grading import cli
from tp_gan.grading.course import Course
from tp_gan.grading.report import entries
from tp_gan.grading.verdicts import Verdicts

pytestmark = [
    pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is absent"),
    pytest.mark.timeout(1200),
]
WHOLE = "--whole" in sys.argv
BROKEN = [fault for fault in FAULTS if not fault.slow and not fault.hostile]
HOSTILE = [fault for fault in FAULTS if fault.hostile and not fault.slow]
QUICK = HOSTILE[:: 1 if WHOLE else 2] + BROKEN[:: 1 if WHOLE else 3]
HONEST = list(honest())[: None if WHOLE else len(QUICK) + 1]


class Graded:
    """The class once graded: for each student a score (None without a submission), and a verdict."""

    def __init__(self, root, *options):
        self.course = Course.find(root)
        self.exit_code = cli.main(["grade", NAME, "--course", str(root), "--workers", "2", *options])
        self.verdicts = Verdicts(self.course.verdict_folder / NAME).all()
        with self.course.gradebook() as gradebook:
            self.scores = {student.id: self._score(gradebook, student.id) for student in gradebook.students}

    @staticmethod
    def _score(gradebook, student):
        try:
            return gradebook.find_submission(NAME, student).score
        except MissingEntry:
            return None


def hand_in_fault(root, student, fault):
    made = fault.make(right())
    if callable(made):
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        made(folder)
    else:
        hand_in(root, student, made)


def state(verdict):
    words = {"échec"} if verdict.status == "failed" else set()
    return words | ({"réparée"} if verdict.notes else set()) | ({"à revoir"} if verdict.suspicions else set())


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    make_course(root)
    for number, (copy, fault) in enumerate(itertools.zip_longest(HONEST, QUICK)):
        hand_in(root, f"{number:03}_a", copy.notebook)
        if fault:
            hand_in_fault(root, f"{number:03}_b", fault)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        graded = Graded(root)
        with pytest.raises(BlockingIOError):
            listener.accept()
    return graded


def test_corpus_is_as_large_as_promised():
    assert len(QUICK) >= 80
    assert sum(fault.hostile for fault in QUICK) >= 20
    assert len(list(honest())) >= 200
    assert len(HONEST) > len(QUICK), "an honest copy on each side of each fault"


def test_each_honest_copy_has_its_score_and_no_remark(graded):
    wrong = {
        copy.name: (graded.scores[f"{number:03}_a"], copy.score, graded.verdicts[f"{number:03}_a"])
        for number, copy in enumerate(HONEST)
        if graded.scores[f"{number:03}_a"] != copy.score or state(graded.verdicts[f"{number:03}_a"])
    }
    assert not wrong


@pytest.mark.parametrize("number", range(len(QUICK)), ids=[fault.name for fault in QUICK])
def test_each_fault_has_its_status(graded, number):
    fault, student = QUICK[number], f"{number:03}_b"
    verdict, score = graded.verdicts[student], graded.scores[student]
    assert fault.status <= state(verdict), verdict
    assert (score is None) == (verdict.status == "failed")
    if fault.score is not None and score is not None:
        assert score == fault.score, verdict
    if fault.max_score is not None:
        assert (score or 0) <= fault.max_score, verdict
    if fault.hostile and not state(verdict) & {"à revoir", "échec"}:
        assert score == 0, "points without an answer, and no remark"
    assert not verdict.reason or "inattendue" not in verdict.reason, verdict.reason


def test_the_instructor_is_told(graded):
    assert graded.exit_code == cli.TO_LOOK_AT
    _, found = entries(graded.course, [NAME])[NAME]
    for number, fault in enumerate(QUICK):
        assert fault.status <= set(found[f"{number:03}_b"].states), fault.name


def test_nothing_was_touched_and_nothing_stays(graded):
    root = graded.course.root
    found = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True).stdout
    assert str(root) not in found
    written = {path.name for path in root.iterdir()} - {"gradebook.db-journal"}
    expected = {"nbgrader_config.py", "solutions", "notebooks", "submitted", "autograded", "verdicts", "gradebook.db"}
    assert written == expected | {"gradebook.db.avant"}


def test_endless_copies_end(tmp_path):
    make_course(tmp_path)
    endless = [fault for fault in FAULTS if fault.slow]
    for number, fault in enumerate(endless):
        hand_in(tmp_path, f"{number}_a", right())
        hand_in_fault(tmp_path, f"{number}_b", fault)
    hand_in(tmp_path, f"{len(endless)}_a", right())
    graded = Graded(tmp_path, "--cell", "6", "--total", "30", "--memory", "1000")
    for number, fault in enumerate(endless):
        assert graded.scores[f"{number}_a"] == AUTOMATIC
        assert fault.status <= state(graded.verdicts[f"{number}_b"]), graded.verdicts[f"{number}_b"]
    assert graded.scores[f"{len(endless)}_a"] == AUTOMATIC
