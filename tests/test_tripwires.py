"""Tripwires: every known cheat is seen, in the text or in the kernel; no honest answer is."""

import importlib.util
import re

import nbformat
import pytest
from faults import FAULTS, honest
from grading_course import _built, answer, blank, right
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from notebook_cells import HIDDEN, NAMES, ROOT, read

from tp_gan.grading import habits, tripwires
from tp_gan.grading.repair import repair

NONCE = "0123456789abcdef"
CHEATS = {fault.name: fault for fault in FAULTS if fault.hostile and "à revoir" in fault.status}


def repaired(fault):
    return repair(fault.make(right()), blank()).notebook


def executed(notebook, code=None):
    """Run as grading does, hidden tests and tripwires included; what they found, and the tests that passed."""
    if code:
        notebook.cells.insert(2, new_code_cell(code))
    solution = nbformat.read(_built() / "solutions" / "00_mini" / "00_mini.ipynb", as_version=4)
    whole = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in solution.cells if HIDDEN.search(cell.source)
    }
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = whole.get(name, cell.source)
    count = len(notebook.cells)
    tripwires.arm(notebook, NONCE)
    assert len(notebook.cells) == count + 1 + len(whole)
    NotebookClient(notebook, allow_errors=True, timeout=30, kernel_name="python3").execute()
    found = tripwires.disarm(notebook, NONCE)
    assert len(notebook.cells) == count
    tests = {c.metadata["nbgrader"]["grade_id"]: c for c in notebook.cells if tripwires._is_test(c)}
    return found, {name for name, cell in tests.items() if all(o.output_type != "error" for o in cell.outputs)}


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_of_the_tables_is_strange(name):
    """Thousands of right and wrong answers, as students write them."""
    names = habits.Names([cell.source for cell in read(name, "notebooks").cells if cell.cell_type == "code"])
    spec = importlib.util.spec_from_file_location("table", ROOT / "tests" / "answers" / f"{name}.py")
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    right = [text for answers in table.RIGHT.values() for text in answers.values()]
    wrong = [text for answers in table.WRONG.values() for text, *_ in answers.values()]
    assert len(right) + len(wrong) > 30
    assert [(text, habits.strange(text, names)) for text in right + wrong if habits.strange(text, names)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_is_suspicious(name):
    assert tripwires.suspicious(read(name), read(name, "notebooks")) == []


def test_no_honest_submission_is_suspicious():
    release, submissions = blank(), list(honest())
    assert len(submissions) >= 200
    for submission in submissions:
        notebook = repair(submission.notebook, release).notebook
        assert tripwires.suspicious(notebook, release) == [], submission.name


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_seen_in_its_text(name):
    found = tripwires.suspicious(repaired(CHEATS[name]), blank())
    assert found
    assert all(re.match(r"la (cellule \d+|réponse \w+) ", told) for told in found)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("n = np\nn.allclose = print", "remplace numpy.allclose"),
        ("getattr(np, 'all' + 'close')", "nom calculé"),
        ("__import__('tp_gan.checks').checks.Answer", "tp_gan.checks"),
        ("import tp_gan\ntp_gan.checks.dcgan._reference(3)", "dcgan._reference"),
        ("exec('import sys; sys.settrace(None)')", "sys.settrace"),
        ("try:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame.f_back.f_locals", "f_back"),
        ("type('L', (str,), {'__eq__': lambda a, b: True})", "__eq__"),
        ("def f(x):\n    class A(torch.Tensor):\n        pass\n    return A(x)", "torch.Tensor"),
        ("%%writefile aide.py\nimport numpy as np\nnp.allclose = print", "numpy.allclose"),
        ("open('aide.py', 'w').write('import sys\\nsys._getframe(1)')", "sys._getframe"),
        ("!cat /proc/self/environ", "/proc/"),
        ("%history -g", "%history"),
        ("torch.nn.functional.mse_loss = None", "mse_loss"),
        ("globals()['In'][-1]", "In"),
        ("with open('x') as globals:\n    pass", "globals"),
    ],
)
def test_other_spellings(source, words):
    notebook = blank()
    notebook.cells.insert(1, new_code_cell("import torch"))
    notebook.cells.append(new_code_cell(source))
    assert words in " ".join(tripwires.suspicious(notebook, blank()))


def test_modules_are_known_from_one_cell_to_the_next():
    notebook = right()
    notebook.cells[1:1] = [new_code_cell("import tp_gan.checks as aide"), new_code_cell("aide.Answer.fail = print")]
    assert "remplace tp_gan.checks.Answer.fail" in " ".join(tripwires.suspicious(notebook, blank()))


def test_the_release_and_its_tests_are_not_suspected():
    assert tripwires.suspicious(blank(), blank()) == []


HONEST_KERNELS = {
    "right": "",
    "settings": "%matplotlib inline\nimport warnings\nwarnings.simplefilter('ignore')\nnp.float = float",
    "autoreload": "%load_ext autoreload\n%autoreload 2\n%xmode Minimal",
    "reset": "%reset -f\nimport numpy as np\nfrom tp_gan.checks import bienvenue",
    "names": "sum = 3\ninput = print = len = list = None\nexec = compile = 3",
    "all values shown": "%config InteractiveShell.ast_node_interactivity = 'all'\n1\n2",
    "libraries": "from tqdm import tqdm\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "hooks of one's own": "import warnings\nwarnings.showwarning = warnings.warn = lambda *a: None",
    "errors": "1 / 0",
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST_KERNELS)
def test_an_honest_kernel_trips_nothing(name):
    assert executed(right(), HONEST_KERNELS[name]) == ([], {"check_radius", "check_quiz_4"})


def test_wrong_and_blank_answers_trip_nothing():
    assert executed(answer(right(), "radius", "def radius(points):\n    return 1")) == ([], {"check_quiz_4"})
    assert executed(blank()) == ([], set())


@pytest.mark.parametrize(
    ("cheat", "words"),
    [
        ("replace_a_check", "check_radius a été remplacée"),
        ("closure_of_a_check", "check_quiz_4 a été remplacée"),
        ("no_failure", "Answer a été remplacée"),
        ("allclose", "numpy.allclose a été remplacé"),
        ("fake_module", "remplacé par un autre"),
        ("ast_transformer", "doit échouer"),
        ("events", "à chaque cellule"),
        ("trace", "espionne"),
        ("session_send", "doit échouer"),
        ("silent_print", "builtins.print"),
    ],
)
def test_the_kernel_betrays_a_cheat_that_its_text_would_hide(cheat, words):
    """What is found there needs no reading of the text: it could have come from anywhere."""
    found, passed = executed(repaired(CHEATS[f"cheat_{cheat}"]))
    assert words in " ".join(found), (found, passed)


def test_a_value_shown_by_a_test_is_no_partial_credit():
    found, _ = executed(right(), "from tp_gan.checks import bienvenue\nbienvenue.check_radius = lambda *a, **k: 2.0")
    assert "prendrait pour des points" in " ".join(found)


def test_a_test_that_was_not_executed_is_told():
    notebook = right()
    tripwires.arm(notebook, NONCE)
    found = tripwires.disarm(notebook, NONCE)
    assert "la cellule check_radius n'a pas été exécutée" in found
    assert notebook == right()
