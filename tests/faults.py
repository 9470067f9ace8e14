"""The corpus: broken and hostile submissions of the mini course, and honest ones of every kind.

A fault is made from a right notebook (5 automatic points). `status` holds the words that the instructor must read,
among « échec », « réparée », « à revoir » (none: graded like any other); `score` is the exact automatic score where
it is known. An attempt to cheat must be « à revoir » or get nothing.
"""

import copy
import itertools
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grading_course import NAME, RIGHT, answer, blank
from nbformat.v4 import new_code_cell, new_markdown_cell

__all__ = ["FAULTS", "HONEST", "Fault", "Honest", "honest"]


@dataclass(frozen=True)
class Fault:
    """`make(notebook)` gives the bytes to hand in, or a function that writes the student's folder."""

    name: str
    make: Callable
    status: frozenset
    score: float | None = None
    max_score: float | None = None
    hostile: bool = False
    slow: bool = False  # stopped by a limit on time: to run with small limits


@dataclass(frozen=True)
class Honest:
    name: str
    notebook: bytes
    score: float


FAULTS = []


def fault(*words, score=None, name=None, **settings):
    def add(make):
        FAULTS.append(Fault(name or make.__name__.strip("_"), make, frozenset(filter(None, words)), score, **settings))
        return make

    return add


def written(notebook):
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


def changed(*words, score=5.0, **settings):
    """A fault made by a function that changes the JSON of the notebook in place."""

    def add(change):
        def make(notebook):
            content = json.loads(json.dumps(notebook))
            return written(change(content) or content)

        fault(*words, score=score, name=change.__name__.strip("_"), **settings)(make)
        return change

    return add


def cell(content, name):
    return next(c for c in content["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def graded(content):
    return [c for c in content["cells"] if "nbgrader" in c["metadata"]]


def tests(content):
    return [c for c in graded(content) if c["metadata"]["nbgrader"]["locked"]]


# Not a notebook -------------------------------------------------------------------------------------------------------

for _name, _bytes in {
    "empty": b"",
    "only_spaces": b"  \r\n\n",
    "only_zeros": bytes(5000),
    "python_program": b"import numpy as np\n\ndef radius(points):\n    return 1\n",
    "html_page": b"<!DOCTYPE html>\n<html><body>Connexion</body></html>",
    "zip_archive": b"PK\x03\x04" + bytes(40),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "gzip": b"\x1f\x8b\x08" + bytes(40),
    "json_list": b"[1, 2, 3]",
    "json_null": b"null",
    "json_string": b'"cells"',
    "other_json": b'{"name": "package", "version": "1.0"}',
    "no_cells": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "cells_null": b'{"cells": null, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "cells_text": b'{"cells": "radius", "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "only_bad_cells": b'{"cells": [null, 3, "x"], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "endless_nesting": b'{"cells": ' + b"[" * 200_000,
    "noise": random.Random(0).randbytes(3000),
    "huge_number": b'{"cells": [' + b"9" * 6000 + b"]}",
}.items():
    fault("échec", name=_name)(lambda notebook, content=_bytes: content)


@fault("échec")
def truncated_half(notebook):
    content = written(notebook)
    return content[: len(content) // 2]


@fault("échec")
def truncated_end(notebook):
    return written(notebook).rstrip()[:-3]


@fault("échec")
def git_conflict(notebook):
    return b"<<<<<<< HEAD\n" + written(notebook) + b"\n=======\n" + written(notebook) + b"\n>>>>>>> other\n"


@fault("échec")
def git_conflict_inside(notebook):
    return written(notebook).replace(b'"quiz_4 =', b'<<<<<<< HEAD\n "quiz_4 =')


@fault("échec")
def notebook_of_another_assignment(notebook):
    content = json.loads(json.dumps(notebook))
    for number, one in enumerate(content["cells"]):
        one["source"], one["id"] = f"valeur_{number} = {number}", f"autre-{number}"
        if "nbgrader" in one["metadata"]:
            one["metadata"]["nbgrader"]["grade_id"] = f"autre_{number}"
    return written(content)


# Encodings and versions -----------------------------------------------------------------------------------------------


@fault(score=5.0)
def byte_order_mark(notebook):
    return b"\xef\xbb\xbf" + written(notebook)


@fault(score=5.0)
def windows_line_ends(notebook):
    return written(notebook).replace(b"\n", b"\r\n")


@fault("réparée", score=5.0)
def utf16(notebook):
    return written(notebook).decode().encode("utf-16")


@fault("réparée", score=5.0)
def utf16_without_mark(notebook):
    return written(notebook).decode().encode("utf-16-be")


@fault("réparée", score=5.0)
def utf32(notebook):
    return written(notebook).decode().encode("utf-32")


@fault("réparée", score=5.0)
def latin1(notebook):
    return written(notebook).decode().encode("latin-1", "replace")


@fault("réparée", score=5.0)
def windows_and_utf8_mixed(notebook):
    return written(notebook).replace("é".encode(), b"\xe9", 1)


@fault("réparée", score=5.0)
def garbage_after_the_end(notebook):
    return written(notebook) + b"\n-----BEGIN MAIL SIGNATURE-----\nEnvoye de mon telephone\n"


@fault("réparée", score=5.0)
def written_twice(notebook):
    return written(notebook) + b"\n" + written(notebook)


@fault(score=5.0)
def zeros_after_the_end(notebook):
    return written(notebook) + bytes(4096)


@changed("réparée")
def nbformat_3(content):
    for one in content["cells"]:
        one.pop("id")
        if one["cell_type"] == "code":
            one["input"], one["language"] = one.pop("source"), "python"
            one["prompt_number"] = one.pop("execution_count")
    cells = content.pop("cells")
    cells.insert(0, {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Titre"]})
    content |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


@changed()
def minor_too_new(content):
    content["nbformat_minor"] = 99


@changed()
def minor_missing(content):
    del content["nbformat_minor"]


@changed()
def version_missing(content):
    del content["nbformat"], content["nbformat_minor"]


@changed()
def version_5(content):
    content["nbformat"] = 5


@changed()
def version_as_text(content):
    content["nbformat"] = "4"


# Structure ------------------------------------------------------------------------------------------------------------


@changed()
def metadata_null(content):
    content["metadata"] = None


@changed()
def metadata_missing(content):
    del content["metadata"]


@changed()
def ids_missing(content):
    for one in content["cells"]:
        del one["id"]


@changed()
def ids_all_the_same(content):
    for one in content["cells"]:
        one["id"] = "meme"


@changed()
def ids_invalid(content):
    for number, one in enumerate(content["cells"]):
        one["id"] = [None, 3, "é à", "x" * 100, ""][number % 5]


@changed("réparée")
def null_among_the_cells(content):
    content["cells"].insert(1, None)


@changed("réparée")
def text_among_the_cells(content):
    content["cells"].append("une phrase")


@changed()
def scratch_cell_without_source(content):
    content["cells"].append({"cell_type": "code", "metadata": {}})


@changed("réparée")
def scratch_cell_with_a_number_for_source(content):
    content["cells"].append({"cell_type": "code", "metadata": {}, "source": 3})


@changed()
def cell_metadata_null(content):
    content["cells"][0]["metadata"] = None
    content["cells"][1]["metadata"] = None


@changed()
def outputs_null(content):
    for one in content["cells"]:
        if one["cell_type"] == "code":
            one["outputs"] = None


@changed()
def outputs_missing(content):
    for one in content["cells"]:
        one.pop("outputs", None), one.pop("execution_count", None)


@changed()
def outputs_of_odd_types(content):
    cell(content, "radius")["outputs"] = [
        {"output_type": "pyout", "text": 3},
        {"output_type": "display_data", "data": {"application/vnd.x+json": {"a": [1]}, "image/png": None}},
        None,
    ]


@changed()
def outputs_of_five_megabytes(content):
    cell(content, "radius")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "a" * 5_000_000}]


@changed()
def execution_count_as_text(content):
    cell(content, "radius")["execution_count"] = "12"


@changed("réparée")
def unknown_cell_type(content):
    content["cells"].append({"cell_type": "sql", "metadata": {}, "source": "select 1"})


@changed()
def sources_as_lists(content):
    for one in content["cells"]:
        one["source"] = one["source"].splitlines(keepends=True)


@fault(score=5.0)
def sources_with_a_lone_surrogate(notebook):
    notebook.cells.append(new_markdown_cell("emoji coupé \ud83d"))
    return json.dumps(notebook).encode()  # escaped, as JSON allows


@changed()
def zero_byte_in_a_source(content):
    cell(content, "radius")["source"] += "\n\u0000"


@changed()
def attachments_broken(content):
    content["cells"][0]["attachments"] = {"image.png": None, "autre.png": {"image/png": 3}}


@changed()
def widgets_without_state(content):
    content["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"version_major": 2}}


@changed("réparée")
def kernel_of_another_language(content):
    content["metadata"]["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}
    content["metadata"]["language_info"] = {"name": "R"}


@changed()
def kernel_that_nobody_has(content):
    content["metadata"]["kernelspec"] = {"display_name": ".venv (3.12)", "language": "python", "name": "venv-gan"}


@changed()
def kernel_missing(content):
    content["metadata"] = {}


@changed()
def unknown_fields(content):
    content["extra"] = {"a": 1}
    for one in content["cells"]:
        one["extra"] = [1]


# nbgrader's marks -----------------------------------------------------------------------------------------------------


@changed("réparée")
def marks_stripped(content):
    for one in content["cells"]:
        one["metadata"] = {}


@changed("réparée")
def marks_and_ids_stripped(content):
    for one in content["cells"]:
        one["metadata"] = {}
        del one["id"]


@changed("réparée")
def marks_stripped_and_cells_added(content):
    cells = []
    for number, one in enumerate(content["cells"]):
        one["metadata"] = {}
        del one["id"]
        cells += [one, {"cell_type": "code", "metadata": {}, "source": f"brouillon_{number} = {number}"}]
    content["cells"] = cells


@changed("réparée")
def marks_of_the_tests_stripped(content):
    for one in tests(content):
        one["metadata"] = {}


@changed("réparée")
def marks_of_the_answers_stripped(content):
    for one in graded(content):
        if one["metadata"]["nbgrader"]["solution"]:
            one["metadata"] = {}


@changed("réparée")
def marks_partial(content):
    for one in graded(content):
        one["metadata"]["nbgrader"] = {"grade_id": one["metadata"]["nbgrader"]["grade_id"]}


@changed("réparée")
def marks_as_a_list(content):
    for one in graded(content):
        one["metadata"]["nbgrader"] = [1, 2]


@changed("réparée")
def marks_null(content):
    for one in graded(content):
        one["metadata"]["nbgrader"] = None


def _flag(name, value, only=graded):
    def change(content):
        for one in only(content):
            one["metadata"]["nbgrader"][name] = value

    change.__name__ = f"{name}_becomes_{value}"
    changed("réparée")(change)


_flag("schema_version", 1)
_flag("schema_version", 4)
_flag("schema_version", "trois")
_flag("points", 1000, tests)
_flag("points", -1, tests)
_flag("points", "beaucoup", tests)
_flag("locked", False, tests)
_flag("grade", False, tests)
_flag("solution", True, tests)
_flag("solution", None)


@changed("réparée")
def one_name_changed(content):
    cell(content, "radius")["metadata"]["nbgrader"]["grade_id"] = "rayon"


@changed("réparée")
def two_names_exchanged(content):
    one, other = cell(content, "radius"), cell(content, "check_radius")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


@changed("réparée")
def name_as_a_number(content):
    cell(content, "radius")["metadata"]["nbgrader"]["grade_id"] = 12


@changed("réparée")
def name_empty(content):
    cell(content, "radius")["metadata"]["nbgrader"]["grade_id"] = ""


@changed("réparée", max_score=5.0)
def question_invented(content):
    extra = copy.deepcopy(cell(content, "check_radius"))
    extra["metadata"]["nbgrader"] |= {"grade_id": "bonus", "points": 100}
    content["cells"].append(extra | {"id": "bonus", "source": "pass"})


@changed("réparée", score=5.0)
def answer_copied(content):
    content["cells"].append(copy.deepcopy(cell(content, "radius")))


@changed("réparée", score=5.0)
def blank_copy_after(content):
    content["cells"].append(cell(json.loads(json.dumps(blank())), "radius"))


@changed("réparée", score=5.0)
def blank_copy_before_and_answer_at_the_end(content):
    place = content["cells"].index(cell(content, "radius"))
    content["cells"].append(content["cells"][place])
    content["cells"][place] = cell(json.loads(json.dumps(blank())), "radius")


@changed("réparée", score=5.0)
def test_copied(content):
    place = content["cells"].index(cell(content, "check_radius"))
    content["cells"].insert(place, copy.deepcopy(content["cells"][place]))


@changed("réparée", score=5.0)
def everything_twice(content):
    content["cells"] += copy.deepcopy(content["cells"])


@changed("réparée", score=5.0)
def hand_answer_twice(content):
    content["cells"].insert(2, copy.deepcopy(cell(content, "avis")) | {"source": "Un autre avis."})


def _type(name, kind):
    def change(content):
        one = cell(content, name)
        one["cell_type"] = kind
        one.pop("outputs", None), one.pop("execution_count", None)

    change.__name__ = f"{name}_becomes_{kind}"
    changed("réparée", score=5.0)(change)


for _answer, _kind in itertools.product(("radius", "check_radius"), ("markdown", "raw")):
    _type(_answer, _kind)
_type("avis", "code")
_type("avis", "raw")


@changed("réparée", score=5.0)
def one_test_deleted(content):
    content["cells"].remove(cell(content, "check_radius"))


@changed("réparée", score=5.0)
def all_tests_deleted(content):
    for one in tests(content):
        content["cells"].remove(one)


@changed("réparée", score=3.0)
def answer_deleted(content):
    content["cells"].remove(cell(content, "radius"))


@changed("réparée", score=3.0)
def answer_and_test_deleted(content):
    content["cells"].remove(cell(content, "radius"))
    content["cells"].remove(cell(content, "check_radius"))


@changed("réparée", score=5.0)
def hand_answer_deleted(content):
    content["cells"].remove(cell(content, "avis"))


@changed("réparée", score=5.0)
def test_edited(content):
    cell(content, "check_radius")["source"] += "\nprint('vérifié')"


@changed("réparée", score=5.0)
def answer_written_in_the_test(content):
    test = cell(content, "check_radius")
    test["source"] = cell(content, "radius")["source"] + "\n\n" + test["source"]
    cell(content, "radius")["source"] = cell(json.loads(json.dumps(blank())), "radius")["source"]


# Folders --------------------------------------------------------------------------------------------------------------


def in_folder(*words, score=None):
    """A fault made by a function that writes the student's folder of this assignment."""

    def add(write):
        fault(*words, score=score, name=write.__name__)(
            lambda notebook: lambda folder: write(Path(folder), written(notebook))
        )
        return write

    return add


@in_folder("échec")
def folder_empty(folder, notebook):
    pass


@in_folder("échec")
def dangling_link(folder, notebook):
    (folder / f"{NAME}.ipynb").symlink_to("nulle_part.ipynb")


@in_folder("échec")
def link_to_the_gradebook(folder, notebook):
    (folder / f"{NAME}.ipynb").symlink_to("../../../gradebook.db")


@in_folder("échec")
def link_to_the_solution(folder, notebook):
    (folder / f"{NAME}.ipynb").symlink_to(f"../../../solutions/{NAME}/{NAME}.ipynb")


@in_folder("échec")
def named_pipe(folder, notebook):
    os.mkfifo(folder / f"{NAME}.ipynb")


@in_folder("échec")
def folder_in_place_of_the_notebook(folder, notebook):
    (folder / f"{NAME}.ipynb").mkdir()


@in_folder("réparée", score=5.0)
def renamed_by_the_browser(folder, notebook):
    (folder / f"{NAME} (1).ipynb").write_bytes(notebook)


@in_folder("réparée", score=5.0)
def in_a_sub_folder(folder, notebook):
    (folder / "rendu").mkdir()
    (folder / "rendu" / f"{NAME}.ipynb").write_bytes(notebook)


@in_folder(score=5.0)
def shadowing_modules_beside(folder, notebook):
    (folder / f"{NAME}.ipynb").write_bytes(notebook)
    for name in ("numpy.py", "json.py", "tp_gan.py", "sitecustomize.py", "gradebook.db"):
        (folder / name).write_text("raise SystemExit")


@in_folder(score=5.0)
def date_that_is_none(folder, notebook):
    (folder / f"{NAME}.ipynb").write_bytes(notebook)
    (folder / "timestamp.txt").write_text("hier soir")


# What the code does ---------------------------------------------------------------------------------------------------


def code(*words, source, score=None, name, **settings):
    def make(notebook):
        notebook.cells.insert(2, new_code_cell(source, id="code-libre"))
        return written(notebook)

    fault(*words, score=score, name=name, **settings)(make)


code("échec", name="kernel_killed", source="import os\nos._exit(0)")
code("échec", name="exit_of_the_kernel", source="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
code("échec", name="endless_printing", source='while True:\n    print("a" * 100_000)', slow=True)
code(name="endless_memory", source="kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))", slow=True)
code("échec", name="endless_processes", source="import os\nwhile True:\n    os.fork()", slow=True)
code("réparée", name="endless_loop", score=5.0, source="while True:\n    pass", slow=True)
code(name="error_before_everything", score=5.0, source="1 / 0")
code(name="kernel_asked_to_read", score=5.0, source='nom = input("Votre nom ? ")')


# Attempts to get points, or to reach what belongs to others -----------------------------------------------------------

WRONG = {"radius": "def radius(points):\n    return points[:, 0]", "quiz_4": 'quiz_4 = "a"'}


def cheat(name, source, *words, place=2, score=None, **answers):
    """Two wrong answers, and a cell of this source before them."""

    def make(notebook):
        for question, text in {**WRONG, **answers}.items():
            answer(notebook, question, text)
        if source:
            notebook.cells.insert(place, new_code_cell(source, id="code-libre"))
        return written(notebook)

    fault(*(words or ("à revoir",)), score=score, max_score=5.0, name=f"cheat_{name}", hostile=True)(make)


_CHECKS = "from tp_gan.checks import bienvenue\n"
# An answer that looks, when the check reads it, for the right one in the frames of who called; %s finds a frame `f`.
_FRAMES = """
class R:
    def __init__(self, n):
        self.n, self.k = n, 0
    def __array__(self, *a, **k):
        self.k += 1
        try:
            raise ValueError
        except ValueError as e:
            %s
        while f is not None:
            %s
            if 'right' in kept:
                return np.array(kept['right'])
            f = back
        return np.arange(self.n, dtype=float) + self.k
def radius(points):
    return R(len(points))
"""
_SHELL = "shell = get_ipython()\n"

for _name, _source in {
    # The checks themselves
    "replace_a_check": _CHECKS + "bienvenue.check_radius = lambda *a, **k: print('✔ radius : correct.')",
    "replace_a_check_by_setattr": _CHECKS + "setattr(bienvenue, 'check_' + 'radius', lambda *a, **k: None)",
    "replace_all_checks": (
        _CHECKS + "for name in dir(bienvenue):\n    if name.startswith('check_'):\n"
        "        def fake(space, seed=0, name=name):\n            print(f'✔ {name[6:]} : correct.')\n"
        "        vars(bienvenue)[name] = fake"
    ),
    "swap_two_checks": _CHECKS + "bienvenue.check_quiz_4 = bienvenue.check_quiz_2",
    "code_of_a_check": _CHECKS + "bienvenue.check_radius.__code__ = (lambda *a, **k: None).__code__",
    "closure_of_a_check": (
        _CHECKS + "attempt = bienvenue.check_quiz_4.attempt\nfor cell in attempt.__closure__:\n"
        "    if callable(cell.cell_contents):\n        cell.cell_contents = lambda answer, seed: None"
    ),
    "right_letter_in_the_closure": (
        _CHECKS + "import gc\nfor thing in gc.get_objects():\n"
        "    if getattr(thing, '__name__', '') == 'check_quiz_4' and thing.__closure__:\n"
        "        for cell in thing.__closure__:\n            if cell.cell_contents == 'b':\n"
        "                cell.cell_contents = 'a'"
    ),
    "no_failure": "import tp_gan.checks\ntp_gan.checks.Answer.fail = lambda self, message: None",
    "failure_that_passes": "from tp_gan import checks\nchecks.Answer.__call__ = lambda self, *a: 0",
    "harmless_comparison": _CHECKS + "bienvenue._check_distances = lambda *a: None",
    "shadowed_builtin": _CHECKS + "bienvenue.isinstance = lambda *a: True\nbienvenue.set = lambda *a: {2, 5}",
    "fake_numpy_in_the_checks": _CHECKS + "bienvenue.np = type('np', (), {})()",
    "defaults_of_a_check": _CHECKS
    + "bienvenue.check_radius.__defaults__ = (0,)\nbienvenue.check_radius.__kwdefaults__ = {}",
    "fake_module": (
        "import sys, types\nfake = types.ModuleType('tp_gan.checks.bienvenue')\n"
        "fake.check_radius = fake.check_quiz_4 = lambda *a, **k: print('✔')\n"
        "sys.modules['tp_gan.checks.bienvenue'] = fake\nimport tp_gan.checks\ntp_gan.checks.bienvenue = fake"
    ),
    "fake_package_on_the_path": (
        "import os, sys\nos.makedirs('faux/tp_gan/checks')\nopen('faux/tp_gan/__init__.py', 'w').close()\n"
        "open('faux/tp_gan/checks/__init__.py', 'w').write('class bienvenue:\\n"
        "    check_radius = check_quiz_4 = staticmethod(lambda *a, **k: None)')\n"
        "for name in list(sys.modules):\n    if name.startswith('tp_gan'):\n        sys.modules.pop(name)\n"
        "sys.path.insert(0, 'faux')\nimport tp_gan.checks"
    ),
    "import_hook": (
        "import sys, importlib.abc, importlib.machinery\n"
        "class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name.startswith('tp_gan.checks.'):\n"
        "            return importlib.machinery.ModuleSpec(name, self)\n"
        "    def create_module(self, spec):\n        return None\n"
        "    def exec_module(self, module):\n"
        "        module.check_radius = module.check_quiz_4 = lambda *a, **k: None\n"
        "sys.meta_path.insert(0, Finder())\nsys.modules.pop('tp_gan.checks.bienvenue', None)"
    ),
    # What the checks stand on
    "allclose": "np.allclose = lambda *a, **k: True\nnp.array_equal = lambda *a, **k: True",
    "abs_and_round": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.round = lambda x, n=0: 0",
    "silent_print": "import builtins\nbuiltins.print = lambda *a, **k: None",
    "builtins_by_name": "__builtins__.all = lambda things: True",
    "numpy_sqrt": "np.sqrt = lambda x: x\nnp.linalg.norm = lambda *a, **k: 0",
    "warnings_hook": "import warnings\nwarnings.catch_warnings.__enter__ = lambda self: None",
    "fake_globals": "def globals():\n    return {'radius': None}",
    "raise_is_lost": "class CheckFailed(Exception):\n    pass\nimport tp_gan.checks as c\nc.CheckFailed = CheckFailed",
    # IPython
    "ast_transformer": (
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Expr(self, node):\n"
        "        return None if 'check_' in ast.unparse(node) else node\n"
        + _SHELL
        + "shell.ast_transformers.append(Drop())"
    ),
    "assert_transformer": (
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())"
    ),
    "input_transformer": (
        _SHELL + "shell.input_transformers_post.append(lambda lines: ['pass'] if 'check_' in ''.join(lines) else lines)"
    ),
    "cleanup_transformer": (
        _SHELL + "shell.input_transformer_manager.cleanup_transforms.append(\n"
        "    lambda lines: [l for l in lines if 'check_' not in l])"
    ),
    "run_cell": _SHELL + "real = shell.run_cell_async\nasync def run(source, *a, **k):\n"
    "    return await real('pass' if 'check_' in source else source, *a, **k)\nshell.run_cell_async = run",
    "run_code": (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "async def run_code(self, code, result=None, **k):\n    return False\nInteractiveShell.run_code = run_code"
    ),
    "showtraceback": _SHELL + "shell.showtraceback = lambda *a, **k: None\nshell._showtraceback = lambda *a: None",
    "custom_exception": _SHELL + "shell.set_custom_exc((Exception,), lambda *a, **k: [])",
    "events": _SHELL + "shell.events.register('pre_run_cell', lambda info: shell.user_ns.update(quiz_4='b'))",
    "display_hook": (
        "import sys\n" + _SHELL + "shell.displayhook.write_format_data = lambda *a, **k: None\n"
        "sys.displayhook = lambda value: None"
    ),
    "kernel_replies": (
        "kernel = get_ipython().kernel\nasync def do_execute(code, silent, *a, **k):\n"
        "    return {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}\n"
        "kernel.do_execute = do_execute"
    ),
    "kernel_handlers": (
        "kernel = get_ipython().kernel\nreal = kernel.shell_handlers['execute_request']\n"
        "async def handler(stream, ident, parent):\n    if 'check_' in parent['content']['code']:\n"
        "        parent['content']['code'] = 'pass'\n    return await real(stream, ident, parent)\n"
        "kernel.shell_handlers['execute_request'] = handler"
    ),
    "session_send": (
        "session = get_ipython().kernel.session\nsend = session.send\n"
        "def filtered(stream, kind, *a, **k):\n"
        "    return send(stream, kind, *a, **k) if kind != 'error' else None\nsession.send = filtered"
    ),
    "kernel_class": ("kernel = get_ipython().kernel\nclass Mine(type(kernel)):\n    pass\nkernel.__class__ = Mine"),
    # Watching the tests at work
    "trace": "import sys, threading\nsys.settrace(lambda *a: None)\nthreading.settrace(print)",
    "profile": "import sys\nsys.setprofile(lambda *a: None)",
    "thread_that_patches": (
        "import threading, time\ndef later():\n    import tp_gan.checks.bienvenue as b\n"
        "    b.check_radius = lambda *a, **k: print('✔ radius : correct.')\n"
        "threading.Timer(0.05, later).start()\ntime.sleep(0.1)"
    ),
    "at_exit": "import atexit\natexit.register(print, 'fini')\nimport tp_gan.checks as c\nc.as_array = lambda v: v",
    "hidden_in_a_text": "import base64\nexec(base64.b64decode('aW1wb3J0IG51bXB5IGFzIG4KbnAuYWxsY2xvc2UgPSBwcmludA=='))",
    "hidden_name": "getattr(np, 'all' + 'close')\nsetattr(np, 'allclo' + 'se', lambda *a, **k: True)",
    "hidden_setattr": "import functools\nput = functools.partial(setattr, np, 'allclose')\nput(lambda *a, **k: True)",
    "target_of_a_loop": "for np.allclose in [lambda *a, **k: True]:\n    pass",
    "module_in_a_list": "[np][0].allclose = lambda *a, **k: True",
    "pickle": (
        "import pickle\nclass P:\n    def __reduce__(self):\n        return setattr, (np, 'allclose', print)\n"
        "pickle.loads(pickle.dumps(P()))"
    ),
    "ctypes": "import ctypes\nctypes.pythonapi.PyErr_Clear",
    # Forged verdicts
    "printed_verdict": "print('✔ radius : correct.')\nprint('✔ radius : correct aussi sur d\\'autres valeurs.')",
    "partial_credit": _CHECKS + "bienvenue.check_radius = lambda *a, **k: 2.0",
    # Others' things
    "gradebook": "import sqlite3\nsqlite3.connect('gradebook.db').execute('update grade set auto_score = 5')",
    "solution": "import glob\nfor path in glob.glob('/*/solutions/*/*.ipynb'):\n    print(open(path).read())",
    "other_students": 'import os\nos.system(\'find / -path "*submitted*" -name "*.ipynb" -exec cp {} . ;\')',
    "environment": "print(open('/proc/self/environ').read(), open('/etc/passwd').read())",
    "parent_process": "import os\nprint(open(f'/proc/{os.getppid()}/maps').read())\nos.kill(os.getppid(), 9)",
}.items():
    cheat(_name, _source)

for _name, _answers in {
    "str_that_equals_all": {
        "quiz_4": "class L(str):\n    def __eq__(self, other):\n        return True\n    __hash__ = str.__hash__\n"
        "quiz_4 = L('a')"
    },
    "strip_that_lies": {
        "quiz_4": "class L(str):\n    def strip(self, *a):\n        return self\n    def lower(self):\n"
        "        return L('b')\n    def __ne__(self, other):\n        return False\nquiz_4 = L('a')"
    },
    "array_that_equals_all": {
        "radius": "class A(np.ndarray):\n    def __array_function__(self, *a, **k):\n        return True\n"
        "def radius(points):\n    return points[:, 0].view(A)"
    },
    "reads_the_caller": {
        "radius": "import sys\ndef radius(points):\n    return sys._getframe(2).f_locals.get('expected', points[:, 0])"
    },
    "reads_the_stack": {
        "radius": "import inspect\ndef radius(points):\n"
        "    return 0 if any('check' in frame.function for frame in inspect.stack()) else 1"
    },
    "private_reference": {"quiz_4": _CHECKS + "quiz_4 = bienvenue.check_quiz_4.attempt.__closure__[0].cell_contents"},
    "private_constant": {"quiz_4": "from tp_gan.checks.bienvenue import REAL_CLOUDS\nquiz_4 = REAL_CLOUDS"},
    "patch_while_called": {
        "radius": "def radius(points):\n    np.isfinite = lambda *a: np.True_\n    np.allclose = lambda *a, **k: True\n"
        "    return points[:, 0]"
    },
    "source_of_the_check": {"quiz_4": "import inspect\n" + _CHECKS + "quiz_4 = inspect.getsource(bienvenue)[0]"},
    "names_in_pieces": {
        "radius": _FRAMES
        % (
            "f = getattr(getattr(e, '__trace' + 'back__'), 'tb_' + 'frame')",
            "kept, back = getattr(f, 'f_' + 'locals'), getattr(f, 'f_' + 'back')",
        )
    },
    "names_in_a_pattern": {
        "radius": _FRAMES
        % (
            "match e.__traceback__:\n                case object(tb_frame=f): pass",
            "match f:\n                case object(f_locals=kept, f_back=back): pass",
        )
    },
    "names_in_variables": {
        "radius": "frame, back, kept = 'tb_frame', 'f_back', 'f_locals'\n"
        + _FRAMES
        % ("f = getattr(e.__traceback__, frame)", "kept, back = getattr(f, 'f_locals'), getattr(f, 'f_back')")
    },
    "patch_undone_at_once": {
        "radius": "old = np.allclose\ndef yes(*a, **k):\n    for np.allclose in [old]:\n        pass\n    return True\n"
        "def radius(points):\n    for np.allclose in [yes]:\n        pass\n    return points[:, 0]"
    },
    "letters_in_turn": {
        "quiz_4": _CHECKS + "for quiz_4 in 'abcd':\n    try:\n        bienvenue.check_quiz_4(globals())\n"
        "        break\n    except Exception:\n        pass"
    },
    "letters_in_turn_in_a_function": {
        "quiz_4": _CHECKS + "def passes(letter):\n    try:\n        bienvenue.check_quiz_4({'quiz_4': letter})\n"
        "    except Exception:\n        return False\n    return True\n"
        "quiz_4 = [letter for letter in 'abcd' if passes(letter)][0]"
    },
    "mock_that_equals_all": {
        "quiz_4": "from unittest.mock import ANY, MagicMock\nquiz_4 = MagicMock(spec=str)\n"
        "quiz_4.strip.return_value.lower.return_value = ANY"
    },
    "class_of_another": {
        "quiz_4": "class L:\n    __class__ = str\n    def strip(self, *a):\n        return self\n"
        "    def lower(self):\n        return self\n    def __eq__(self, other):\n        return other != 'a'\n"
        "    def __ne__(self, other):\n        return False\nquiz_4 = L()"
    },
    "previous_cells": {"quiz_4": "quiz_4 = In[-1][0]"},
}.items():  # fmt: skip
    cheat(_name, None, **_answers)


def _marks_cheat(name, change, *words, score=0.0):
    def make(notebook):
        for question, text in WRONG.items():
            answer(notebook, question, text)
        content = json.loads(json.dumps(notebook))
        change(content)
        return written(content)

    fault(*words, score=score, max_score=5.0, name=f"cheat_{name}", hostile=True)(make)


def _skip(content):
    for one in tests(content):
        one["metadata"]["tags"] = ["skip-execution"]


def _raises(content):
    for one in tests(content):
        one["metadata"]["tags"] = ["raises-exception"]


def _as_solution(content):
    for one in tests(content):
        one["metadata"]["nbgrader"]["solution"], one["source"] = True, "2.0"


def _full_marks(content):
    for one in tests(content):
        one["source"] = "pass"
        one["outputs"] = [
            {"output_type": "execute_result", "data": {"text/plain": "3.0"}, "metadata": {}, "execution_count": 1}
        ]


def _test_before_its_answer(content):
    for one in tests(content):
        one["source"] = "%%script true\n" + one["source"]


def _tests_as_text(content):
    for one in tests(content):
        one["cell_type"] = "markdown"
        one.pop("outputs"), one.pop("execution_count")


_marks_cheat("tag_skip_execution", _skip, "réparée")
_marks_cheat("tag_raises_exception", _raises, "réparée")
_marks_cheat("test_marked_as_solution", _as_solution, "réparée")
_marks_cheat("test_emptied", _full_marks, "réparée")
_marks_cheat("test_as_script", _test_before_its_answer, "réparée")
_marks_cheat("test_as_text", _tests_as_text, "réparée")
_marks_cheat("test_deleted", lambda content: [content["cells"].remove(one) for one in tests(content)], "réparée")
cheat("network", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:8888')", None, score=0.0)
cheat(
    "writes_outside",
    "from pathlib import Path\nPath.home().joinpath('..', 'ici').resolve().write_text('x')",
    None,
    score=0.0,
)


# Honest submissions ---------------------------------------------------------------------------------------------------

_RADIUS = {
    "norm": ("def radius(points):\n    return np.linalg.norm(points, axis=1)", 2.0),
    "hypot": ("def radius(points):\n    return np.hypot(points[:, 0], points[:, 1])", 2.0),
    "loop": ("import math\n\n\ndef radius(points):\n    return [math.sqrt(x * x + y * y) for x, y in points]", 2.0),
    "two functions": (
        "def square(x):\n    return x**2\n\n\ndef radius(points):\n    return square(points).sum(1) ** 0.5",
        2.0,
    ),
    "class": (
        "class Radius:\n    def __call__(self, points):\n        return np.sqrt((points**2).sum(axis=-1))\n\n\n"
        "radius = Radius()",
        2.0,
    ),
    "try": (
        "def radius(points):\n    try:\n        return np.sqrt((points**2).sum(axis=1))\n"
        "    except Exception as error:\n        print(error)\n        raise",
        2.0,
    ),
    "no root": ("def radius(points):\n    return (points**2).sum(axis=1)", 0.0),
    "wrong name": ("def rayon(points):\n    return np.sqrt((points**2).sum(axis=1))", 0.0),
    "syntax error": ("def radius(points)\n    return points", 0.0),
    "error": ("def radius(points):\n    return points.norme()", 0.0),
    "todo": ("def radius(points):\n    raise NotImplementedError", 0.0),
    "blank": (None, 0.0),
}  # fmt: skip
_QUIZ = {
    "b": ('quiz_4 = "b"', 3.0),
    "capital": ("quiz_4 = 'B. '", 3.0),
    "a": ('quiz_4 = "a"', 0.0),
    "blank": (None, 0.0),
}
_SCRATCH = [
    "%matplotlib inline",
    "import ipywidgets\nipywidgets.interact(lambda n: print(n), n=(0, 3))",
    "%time sum(range(1000))",
    "%%time\nx = np.arange(10)\nx.sum()",
    "%timeit -n 1 -r 1 radius(np.ones((3, 2)))",
    "!pip list | head -3",
    "import os\nos.environ['TP_GAN_ESSAI'] = '1'\nprint(os.getcwd())",
    "import sys\nprint(sys.version)\nsys.path.append('.')",
    "import inspect\nprint(inspect.signature(np.linalg.norm))",
    "import time\nstart = time.time()\nprint(time.time() - start)",
    "import threading\nthread = threading.Thread(target=print, args=('fil',))\nthread.start()\nthread.join()",
    "import warnings\nwarnings.filterwarnings('ignore')",
    "np.random.seed(0)\nnp.set_printoptions(precision=3)",
    "np.float = float\nnp.int = int",
    "bienvenue.check_radius(globals())",
    "from tp_gan.checks import bienvenue as verifications\nverifications.check_quiz_4(globals())",
    "try:\n    bienvenue.check_radius(globals())\nexcept Exception as error:\n    print(error)",
    "for seed in range(3):\n    try:\n        bienvenue.check_radius(globals(), seed=seed)\n"
    "    except Exception as error:\n        print(error)",
    "def verifier():\n    for check in (bienvenue.check_radius, bienvenue.check_quiz_4):\n        check(globals())",
    "class Reglages:\n    pas = 0.1\nfor nom in ('pas',):\n    setattr(Reglages, nom, 2 * getattr(Reglages, nom))\n"
    "print([getattr(Reglages, 'pa' + lettre, None) for lettre in 'st'])",
    "def allclose(a, b):\n    return abs(a - b) < 1e-6\nclass Outils:\n    pass\nOutils.allclose = allclose",
    "help(bienvenue.check_radius)",
    "?np.linalg.norm",
    "np.linalg.norm??",
    "sum = 3\nmax = [1]\ninput = 'texte'\nlist = None\nid = 12",
    "x = 12\ndel x",
    "open('dessin.txt', 'w').write('*')",
    "import matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = (3, 2)\nplt.plot([1, 2])\nplt.show()",
    "from tqdm import tqdm\nfor _ in tqdm(range(3)):\n    pass",
    "print('✔ ça marche !')",
    "1 / 0",
    "def (",
    "assert radius(np.array([[3.0, 4.0]]))[0] == 5",
    "class Point:\n    def __init__(self, x):\n        self.x = x\n\n"
    "    def __eq__(self, other):\n        return self.x == other.x",
    "%load_ext autoreload\n%autoreload 2",
    "get_ipython().run_line_magic('matplotlib', 'inline')",
    "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.ast_node_interactivity = 'all'\n3\n4",
    "from IPython.display import display, clear_output\nclear_output()\ndisplay({'a': 1})",
    "%xmode Minimal",
    "%config InlineBackend.figure_format = 'retina'",
    "%%capture\nprint('rien')",
    "%%html\n<b>titre</b>",
    "%%bash\necho bonjour",
    "%env TP_GAN_BUDGET=essai",
    "%who",
    "%pdb off",
    "import functools\nprint = functools.partial(print, flush=True)",
    "import gc\ngc.collect()",
    "import importlib\nimportlib.reload(bienvenue)",
    "import random\nrandom.seed(1)",
    "notes = 'un mot'\nprint(notes, end='')",
    "%reset -f\nimport numpy as np\nfrom tp_gan.checks import bienvenue",
    "globals()",
    "from contextlib import redirect_stdout\nimport io\nwith redirect_stdout(io.StringIO()):\n    print('caché')",
    "import sys\nif 'google.colab' in sys.modules:\n    print('Colab')",
    "import logging\nlogging.basicConfig(level=logging.INFO)\nlogging.info('bonjour')",
    "import pathlib\nfor path in pathlib.Path('.').iterdir():\n    print(path)",
    "def decor(f):\n    @__import__('functools').wraps(f)\n    def g(*a):\n        return f(*a)\n    return g",
    "value = getattr(np, 'pi')\neval('1 + 1')",
    "from multiprocessing import cpu_count\ncpu_count()",
    "",
    "# seulement une remarque",
]  # fmt: skip


def _colab(content, rng):
    content["metadata"] = {
        "accelerator": "GPU",
        "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
        "language_info": {"name": "python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"abc": {"model_name": "HBoxModel", "state": {}}}},
    }
    content["nbformat_minor"] = 0
    for one in content["cells"]:
        one.pop("id", None)
        one["metadata"]["id"] = "".join(rng.choices("abcdefABCDEF0123456789_-", k=12))
        one["source"] = one["source"].splitlines(keepends=True)
        if one["cell_type"] == "code":
            one["metadata"] |= {
                "colab": {"base_uri": "https://localhost:8080/", "height": 52},
                "outputId": "aaaa-bbbb",
                "executionInfo": {
                    "status": "ok",
                    "timestamp": 17,
                    "user": {"displayName": "É. Tudiante"},
                    "elapsed": 5,
                },
            }
            one["execution_count"] = 3
            one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✔ radius : correct.\n"]}]


def _vscode(content, rng):
    content["metadata"] = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "language_info": {"codemirror_mode": {"name": "ipython", "version": 3}, "name": "python", "version": "3.12.1"},
        "vscode": {"interpreter": {"hash": "ab" * 20}},
    }
    content["nbformat_minor"] = 2
    for one in content["cells"]:
        one.pop("id", None)
        one["metadata"] = {**one["metadata"], "vscode": {"languageId": "python"}, "notebookRunGroups": {}}
        one["source"] = one["source"].splitlines(keepends=True)


def _lab(content, rng):
    content["metadata"]["language_info"] = {"name": "python", "version": "3.11.2", "pygments_lexer": "ipython3"}
    content["metadata"]["toc-autonumbering"] = False
    for number, one in enumerate(content["cells"]):
        one["metadata"] |= {"trusted": True, "jp-MarkdownHeadingCollapsed": True}
        if one["cell_type"] == "code":
            one["metadata"] |= {
                "execution": {"iopub.execute_input": "2026-01-01"},
                "collapsed": False,
                "scrolled": True,
            }
            one["metadata"]["jupyter"] = {"source_hidden": False, "outputs_hidden": True}
            one["execution_count"], one["outputs"] = number, []


def _plain(content, rng):
    pass


def _is_free(one):
    return "nbgrader" not in one["metadata"]


def _untidy(content, rng):
    """What students do to their copies; no answer changes."""
    cells = content["cells"]
    for one in cells:
        if one["cell_type"] == "markdown" and _is_free(one) and rng.random() < 0.3:
            one["source"] += "\n\nà relire !"
    for _ in range(rng.randint(1, 4)):
        place = rng.randint(2, len(cells))
        kind = rng.choice(["code", "markdown", "raw"])
        extra = {"cell_type": kind, "metadata": {}, "source": rng.choice(["# note", "brouillon", "", "# essai\n"])}
        if kind == "code":
            extra |= {"outputs": [], "execution_count": None, "source": rng.choice(["1 + 1", "", "# essai", "pass"])}
        cells.insert(place, extra | {"id": f"extra-{rng.random():.6f}".replace(".", "")})
    if rng.random() < 0.3:
        cells[:] = [one for one in cells if not (_is_free(one) and one["cell_type"] == "markdown")]
    if rng.random() < 0.3:  # the hand-graded answer moved to the top
        avis = cell(content, "avis")
        cells.remove(avis)
        cells.insert(0, avis)
    if rng.random() < 0.3:  # an answer moved up
        quiz = cell(content, "quiz_4")
        cells.remove(quiz)
        cells.insert(next(n for n, one in enumerate(cells) if "import numpy" in one["source"]) + 1, quiz)
    if rng.random() < 0.3:  # a scratch copy of one's answer, under the answer
        place = cells.index(cell(content, "radius"))
        copied = copy.deepcopy(cells[place]) | {"metadata": {}, "id": f"copie-{rng.randint(0, 10**6)}"}
        cells.insert(place + 1, copied)


def _split(content, rng):
    """An answer split in two by the student: JupyterLab repeats the marks in the second part."""
    place = content["cells"].index(cell(content, "radius"))
    first, second = copy.deepcopy(content["cells"][place]), copy.deepcopy(content["cells"][place])
    first["source"], second["id"] = "import math", "seconde-moitie"
    content["cells"][place : place + 1] = [first, second]


def honest(count=240):
    """At least 200 honest submissions, always the same; each with its exact automatic score."""
    rng = random.Random(5)
    saves = [_plain, _colab, _vscode, _lab]
    answers = list(itertools.product(_RADIUS.items(), _QUIZ.items()))
    for number in range(count):
        (radius, (text, two)), (quiz, (letter, three)) = answers[number % len(answers)]
        notebook = blank()
        for name, source in (("radius", text), ("quiz_4", letter)):
            if source:
                answer(notebook, name, source)
        if number % 3:
            answer(notebook, "avis", RIGHT["avis"])
        content = json.loads(json.dumps(notebook))
        scratch = _SCRATCH[number % len(_SCRATCH)]
        where = rng.choice(["before", "after"])
        extra = json.loads(json.dumps(new_code_cell(scratch, id="scratch")))
        if number % 2 or number < len(_SCRATCH):
            at = (
                2
                if where == "before" or scratch.startswith("%reset")
                else content["cells"].index(cell(content, "check_radius"))
            )
            content["cells"].insert(at, extra)
        if number % 4 == 1 and not scratch.startswith("%reset"):
            _untidy(content, rng)
        if number % 7 == 2 and text and two:
            _split(content, rng)
        save = saves[number // 2 % len(saves)]
        save(content, rng)
        name = f"{number:03} {radius}, {quiz}, {save.__name__.strip('_')}"
        yield Honest(name, written(content), two + three)


HONEST = honest
