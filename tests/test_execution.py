"""One submission executed: its outputs come back, its limits hold, and nothing of it stays."""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import grading_course
import nbformat
import pytest

pytest.importorskip("nbgrader", reason="l'extra grading n'est pas installé")

from tp_gan import CourseError
from tp_gan.grading import execution, sandbox
from tp_gan.grading.course import Course
from tp_gan.grading.execution import Limits, Submission, execute

_WITHOUT = shutil.which("bwrap") is None
if not _WITHOUT:
    try:
        sandbox.preflight("/nulle/part")
    except CourseError as error:
        _WITHOUT = "interdit ici" in str(error)
needs_bwrap = pytest.mark.skipif(_WITHOUT, reason="bubblewrap est absent, ou interdit ici")

LIMITS = Limits(cell=30, total=60, memory=2**30, processes=150, output=2**20, disk=2**25)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    grading_course.make_course(root)
    return Course.find(root).portable(grading_course.NAME)


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path, monkeypatch):
    """After each test, no process of its sandboxes is alive, and no file of theirs."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, launch = [], sandbox._launch

    def recorded(*arguments, **settings):
        process, pid = launch(*arguments, **settings)
        first.append(pid)
        return process, pid

    monkeypatch.setattr(sandbox, "_launch", recorded)
    yield first
    left = [pid for pid in first if os.path.exists(f"/proc/{pid}") and "\nState:\tZ" not in _status(pid)]
    assert left == []
    assert os.listdir(tmp_path) == []


def _status(pid):
    with open(f"/proc/{pid}/status") as file:
        return file.read()


def submission(course, notebook, limits=LIMITS, **settings):
    content = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
    return Submission(
        name=grading_course.NAME, student="zoé", notebook=content, course=course, limits=limits, **settings
    )


def outputs(outcome, name):
    """What the cell of this grade_id displays."""
    notebook = nbformat.reads(outcome.notebook.decode(), as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
    return "\n".join(output.get("text") or output.get("evalue") or output.get("ename", "") for output in cell.outputs)


def after(code, **limits):
    """A right submission with this code before its second answer, and its limits."""
    notebook = grading_course.right()
    grading_course.answer(notebook, "quiz_4", f'{code}\nquiz_4 = "b"')
    return notebook, Limits(**{**vars(LIMITS), **limits})


both = pytest.mark.parametrize("protected", [pytest.param(True, marks=needs_bwrap), False])


@both
def test_right_submission(course, protected, nothing_stays):
    outcome = execute(submission(course, grading_course.right(), sandbox=protected))
    assert (outcome.status, outcome.reason, outcome.notes, outcome.suspicions) == ("executed", "", [], [])
    assert "correct aussi sur d'autres valeurs" in outputs(outcome, "check_radius")
    assert "correct aussi sur d'autres valeurs" in outputs(outcome, "check_quiz_4")
    assert len(nothing_stays) == protected
    assert outcome.student == "zoé"


@both
def test_blank_submission(course, protected):
    outcome = execute(submission(course, grading_course.blank(), sandbox=protected))
    assert (outcome.status, outcome.notes, outcome.suspicions) == ("executed", [], [])
    assert "encore vide" in outputs(outcome, "check_radius")


@needs_bwrap
def test_executed_notebook_holds_nothing_but_the_submission(course):
    outcome = execute(submission(course, grading_course.right()))
    executed = nbformat.reads(outcome.notebook.decode(), as_version=4)
    handed_in = grading_course.right()
    assert [cell.cell_type for cell in executed.cells] == [cell.cell_type for cell in handed_in.cells]
    for cell, before in zip(executed.cells, handed_in.cells, strict=True):
        assert cell.source == before.source or "HIDDEN TESTS" in cell.source


FATAL = {
    "killed": ("import os\nos.kill(os.getpid(), 9)", {}, "le noyau s'est arrêté"),
    "exit": ("import os\nos._exit(0)", {}, "le noyau s'est arrêté"),
    "signals": ("import os\nfor pid in (1, os.getppid(), 0, -1):\n    os.kill(pid, 15)", {}, "le noyau s'est arrêté"),
    "processes": ("import os\nwhile True:\n    os.fork()", {"memory": 2**34}, "plus de 150 processus"),
    "threads": (
        "import threading\nwhile True:\n    threading.Thread(target=threading.Event().wait).start()",
        {"memory": 2**34},
        "plus de 150 processus|le noyau s'est arrêté",
    ),
    "shared memory": (
        "import mmap\nkept = []\nwhile True:\n    kept.append(mmap.mmap(-1, 10**7))\n    kept[-1].write(b'x' * 10**7)",
        {},
        "plus de 1 Go de mémoire",
    ),
    "printing": ("for _ in range(20_000):\n    print('x' * 10**4)", {}, "ses sorties dépassent 1 Mo"),
    "one large display": (
        "from IPython.display import display\ndisplay({'text/plain': 'x' * 2 * 10**8}, raw=True)",
        {},
        "ses sorties dépassent 1 Mo",
    ),
    "empty files": ("for number in range(10**6):\n    open(str(number), 'w').close()", {}, "plus de 100000 fichiers"),
    "deaf": (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
        {"cell": 2},
        "une cellule ne rend pas la main",
    ),
    "too long": ("import time\ntime.sleep(60)", {"total": 3}, "l'exécution entière dépasse 3 s"),
    "forged output": (
        "k = get_ipython().kernel\n"
        "k.session.send(k.iopub_socket, 'stream', {'name': 3, 'text': [1]}, parent=k.get_parent())",
        {},
        "ses sorties sont mal formées",
    ),
    "forged status": (
        "k = get_ipython().kernel\nk.session.send(k.iopub_socket, 'status', {}, parent=k.get_parent())",
        {},
        "ses sorties sont mal formées",
    ),
}


@needs_bwrap
@pytest.mark.parametrize(("code", "limits", "reason"), FATAL.values(), ids=FATAL)
def test_failed_within_its_limits(course, code, limits, reason, monkeypatch):
    monkeypatch.setattr(execution, "PATIENCE", 2)
    notebook, limits = after(code, **limits)
    outcome = execute(submission(course, notebook, limits))
    assert outcome.status == "failed"
    assert any(words in outcome.reason for words in reason.split("|")), outcome.reason
    assert outcome.notebook is None
    assert outcome.seconds < 55


CONTAINED = {
    "memory": ("kept = []\nwhile True:\n    kept.append(bytearray(10**7))", "", False),
    "disk": ("open('x', 'wb').write(bytes(2**26))", "No space left", False),
    "sockets' folder": ("open('/run/tp-gan/x', 'wb').write(bytes(2**24))", "No space left", False),
    "question": ("input('votre nom ?')", "does not support input", False),
    "leaves": ("import sys\nsys.exit()", "", False),
    "child left running": ("import subprocess\nsubprocess.Popen(['sleep', '300'], start_new_session=True)", "", True),
    "sockets removed": (
        "import os\nfor name in os.listdir('/run/tp-gan'):\n    os.unlink(f'/run/tp-gan/{name}')",
        "",
        True,
    ),
    "odd characters": ("print('\\x1b[2J\\x00\\u2028')", "", True),
}


@needs_bwrap
@pytest.mark.parametrize(("code", "told", "answered"), CONTAINED.values(), ids=CONTAINED)
def test_the_rest_is_graded(course, code, told, answered):
    notebook, limits = after(code)
    outcome = execute(submission(course, notebook, limits))
    assert (outcome.status, outcome.reason) == ("executed", "")
    assert told in outputs(outcome, "quiz_4")
    assert "correct" in outputs(outcome, "check_radius")
    assert ("correct" in outputs(outcome, "check_quiz_4")) == answered


@both
def test_endless_loop_costs_its_cell_only(course, protected):
    notebook, limits = after("while True:\n    pass", cell=2)
    outcome = execute(submission(course, notebook, limits, sandbox=protected))
    assert outcome.status == "executed"
    assert outcome.notes == ["une cellule a été interrompue après 2 s (« while True: »)"]
    assert "CellTimeoutError" in outputs(outcome, "quiz_4")
    assert "correct" in outputs(outcome, "check_radius")


def test_too_long_without_sandbox(course):
    notebook, limits = after("import time\ntime.sleep(60)", total=3)
    outcome = execute(submission(course, notebook, limits, sandbox=False))
    assert (outcome.status, outcome.reason) == ("failed", "l'exécution entière dépasse 3 s.")


@needs_bwrap
def test_live_display_is_not_an_output_too_many(course):
    """A plot redrawn a hundred times: only its last state stays."""
    code = (
        "from IPython.display import clear_output, display\n"
        "for _ in range(40):\n    clear_output()\n    display({'text/plain': 'x' * 10**5}, raw=True)"
    )
    outcome = execute(submission(course, *after(code)))
    assert (outcome.status, outcome.reason) == ("executed", "")


@needs_bwrap
def test_the_kernel_must_be_in_the_sandbox(course, monkeypatch):
    """Whatever a plug-in or a configuration does, a kernel that runs elsewhere is refused before its first cell."""
    from jupyter_client.provisioning import LocalProvisioner

    def elsewhere(kernel_id, kernel_spec, parent, log):
        parent.provisioner = LocalProvisioner(kernel_id=kernel_id, kernel_spec=kernel_spec, parent=parent)
        return parent.provisioner

    class NotThis:
        __new__ = staticmethod(lambda cls, **settings: elsewhere(**settings))

    monkeypatch.setattr(execution, "Sandbox", NotThis)
    outcome = execute(submission(course, grading_course.right()))
    assert (outcome.status, outcome.notebook) == ("failed", None)
    assert "pas dans l'abri" in outcome.reason


@needs_bwrap
@pytest.mark.parametrize(
    "line",
    [
        "c.Execute.kernel_name = 'ailleurs'",
        "c.Execute.timeout = 1",
        "c.Execute.enabled = False",
        "c.KernelManager.transport = 'tcp'",
        "c.NotebookClient.kernel_manager_class = 'jupyter_client.manager.AsyncKernelManager'",
    ],
)
def test_the_course_s_configuration_does_not_move_the_kernel(tmp_path_factory, line, nothing_stays):
    root = tmp_path_factory.mktemp("configured")
    grading_course.make_course(root)
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(f"\n{line}\n")
    notebook, limits = after("import time\ntime.sleep(1.5)")
    outcome = execute(submission(Course.find(root).portable(grading_course.NAME), notebook, limits))
    assert (outcome.status, outcome.reason, outcome.notes) == ("executed", "", [])
    assert "correct" in outputs(outcome, "check_quiz_4")
    assert len(nothing_stays) == 1


def test_a_configuration_that_raises_stops_everything(tmp_path_factory, nothing_stays):
    root = tmp_path_factory.mktemp("broken")
    grading_course.make_course(root)
    with open(root / "nbgrader_config.py", "a") as file:
        file.write("\n1 / 0\n")
    outcome = execute(submission(grading_course.portable(root), grading_course.right()))
    assert outcome.status == "failed"
    assert "ZeroDivisionError" in outcome.reason
    assert nothing_stays == []


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 100, b"[]", b'{"cells": 3}'])
def test_unreadable_submission(course, content, nothing_stays):
    outcome = execute(submission(course, content))
    assert outcome.status == "failed"
    assert "inattendue" not in outcome.reason
    assert nothing_stays == []


@needs_bwrap
def test_without_bubblewrap_it_fails(course, monkeypatch):
    monkeypatch.setenv("PATH", "/nulle/part")
    outcome = execute(submission(course, grading_course.right()))
    assert (outcome.status, outcome.notebook) == ("failed", None)
    assert "bubblewrap n'est pas installé" in outcome.reason


@needs_bwrap
def test_in_a_thread(course):
    found = []
    thread = threading.Thread(target=lambda: found.append(execute(submission(course, grading_course.right()))))
    thread.start()
    thread.join(60)
    assert found[0].status == "executed"


@needs_bwrap
def test_in_a_process_apart(course, tmp_path):
    """As a Dask worker does."""
    notebook, limits = after("print('dit')")
    run = subprocess.run(
        [sys.executable, "-m", "tp_gan.grading.execution"],
        input=pickle.dumps(submission(course, notebook, limits)),
        stdout=subprocess.PIPE,
        timeout=100,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    outcome = pickle.loads(run.stdout)
    assert run.returncode == 0
    assert type(outcome) is execution.Outcome
    assert (outcome.status, outputs(outcome, "quiz_4")) == ("executed", "dit\n")


@needs_bwrap
def test_interrupted_by_the_instructor(course):
    """Ctrl-C is not an outcome; the kernel is gone all the same (see the fixture)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    notebook, limits = after("import time\ntime.sleep(60)")

    def press():
        time.sleep(4)
        import _thread

        _thread.interrupt_main()

    threading.Thread(target=press).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            execute(submission(course, notebook, limits))
    finally:
        signal.signal(signal.SIGINT, before)
