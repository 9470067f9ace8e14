"""Text, executed solution and student version of each notebook agree, and hold what they should."""

import copy
import os
import re
import subprocess
import sys
import types

import nbformat
import pytest
from notebook_cells import NAMES, ROOT, by_grade_id, read

sys.path.insert(0, str(ROOT / "tools"))
import notebooks as pipeline

ORDER = ["badge", "bareme", "installation", "preparation"]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of what nbgrader needs, where the student versions are derived again."""
    root = tmp_path_factory.mktemp("course")
    for name in NAMES:
        (root / "solutions" / name).mkdir(parents=True)
        (root / "solutions" / name / f"{name}.ipynb").write_bytes(pipeline.solution(name).read_bytes())
    (root / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    for name in NAMES:
        pipeline.derive(name, course=root, database=False)
    return root


@pytest.mark.parametrize("name", NAMES)
def test_text_and_solution_agree(name):
    assert pipeline.text_of(read(name)) == pipeline.solution(name, ".py").read_text("utf8")


@pytest.mark.parametrize("name", NAMES)
def test_student_version_is_derived_from_the_solution(name, course):
    derived = (course / "notebooks" / name / f"{name}.ipynb").read_text("utf8")
    assert derived == (ROOT / "notebooks" / name / f"{name}.ipynb").read_text("utf8"), "run `make notebooks`"


def test_student_folder_holds_student_versions_alone():
    tracked = subprocess.run(["git", "ls-files", "notebooks"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(tracked.stdout.split()) == [f"notebooks/{name}/{name}.ipynb" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_student_version_holds_no_output_and_no_solution(name):
    text = (ROOT / "notebooks" / name / f"{name}.ipynb").read_text("utf8")
    for forbidden in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "Éléments de réponse", "globals(), seed="):
        assert forbidden not in text
    student, solved = read(name, "notebooks"), by_grade_id(read(name))
    for cell in code_cells(student):
        assert cell.outputs == []
        assert cell.execution_count is None
    for grade_id, cell in by_grade_id(student).items():
        if cell.metadata.nbgrader.locked:
            assert cell.metadata.editable is False
            assert cell.metadata.deletable is False
        if cell.metadata.nbgrader.solution:
            assert cell.source != solved[grade_id].source
            assert ("# VOTRE CODE ICI" if cell.cell_type == "code" else "VOTRE RÉPONSE ICI") in cell.source


@pytest.mark.parametrize("name", NAMES)
def test_solution_is_executed_without_error(name):
    counts = []
    for cell in code_cells(read(name)):
        counts.append(cell.execution_count)
        for output in cell.outputs:
            assert output.output_type != "error", output
            assert output.get("name") != "stderr", output
    assert counts == list(range(1, len(counts) + 1)), "run `make solutions`"


@pytest.mark.parametrize("name", NAMES)
def test_every_stored_figure_has_alternative_text(name):
    figures = 0
    for cell in code_cells(read(name)):
        for output in cell.outputs:
            shown = output.get("data", {})
            if any(kind.startswith("image/") for kind in shown) or "<img" in shown.get("text/html", ""):
                assert re.search(r'<img alt="[^"]{20,}"', output.data["text/html"])
                (alt,) = (value["alt"] for kind, value in output.metadata.items() if kind.startswith("image/"))
                assert len(alt) >= 20
                figures += 1
    assert figures >= 3


@pytest.mark.parametrize("name", NAMES)
def test_shape_of_a_notebook(name):
    notebook = read(name)
    first = [tag for cell in notebook.cells[:6] for tag in cell.metadata.get("tags", [])]
    assert first[:4] == ORDER
    for index, cell in enumerate(notebook.cells):
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not marks.get("solution"):
            continue
        check = notebook.cells[index + 1]
        assert check.metadata.nbgrader.grade_id == f"check_{marks.grade_id}"
        assert check.metadata.nbgrader.locked
        assert f"check_{marks.grade_id}(globals(), seed=1)" in check.source
        assert "nbval-check-output" in check.metadata.tags


@pytest.mark.parametrize("name", NAMES)
def test_each_group_of_questions_has_three_folded_hints(name):
    summaries = re.findall(r"<summary>(Indice \d)</summary>", "\n".join(cell.source for cell in read(name).cells))
    assert summaries
    assert summaries == ["Indice 1", "Indice 2", "Indice 3"] * (len(summaries) // 3)


@pytest.mark.parametrize("name", NAMES)
def test_derived_cells_follow_their_sources(name):
    """The badge and the installation come from one address, the points from the cells."""
    notebook = read(name)
    filled = copy.deepcopy(notebook)
    pipeline.fill_derived(name, filled)
    assert [cell.source for cell in filled.cells] == [cell.source for cell in notebook.cells], "run `make notebooks`"
    address = pipeline.repository()
    assert address.removeprefix("https://github.com/") in notebook.cells[0].source
    assert sum(address in cell.source for cell in code_cells(notebook)) == 1


def test_readme_table_follows_the_notebooks():
    assert pipeline.readme_table() in (ROOT / "README.md").read_text("utf8"), "run `make notebooks`"


def test_another_address_changes_badge_and_installation(monkeypatch):
    monkeypatch.setattr(pipeline, "repository", lambda: "https://github.com/une-ecole/gan")
    notebook = read(NAMES[0])
    pipeline.fill_derived(NAMES[0], notebook)
    sources = [cell.source for cell in notebook.cells]
    assert "github/une-ecole/gan/blob/main/notebooks/" in sources[0]
    assert sum("https://github.com/une-ecole/gan/archive" in source for source in sources) == 1
    assert not any("votre_organisation" in source for source in sources)


@pytest.mark.parametrize("on_colab", [False, True])
def test_installation_cell_acts_on_colab_only(monkeypatch, on_colab):
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: calls.append((args, kwargs)))
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    exec(pipeline.installation(), {})
    assert len(calls) == on_colab
    if on_colab:
        ((command,), options) = calls[0]
        assert command[:4] == [sys.executable, "-m", "pip", "install"]
        assert command[-1] == f"tp-gan @ {pipeline.repository()}/archive/refs/heads/main.zip"
        assert options == {"check": True}


def test_edited_text_reaches_solution_and_student_version(tmp_path, monkeypatch):
    """And an edited notebook reaches the text; outputs of untouched cells stay."""
    name = NAMES[0]
    root = tmp_path / "course"
    for path in ("solutions/jupytext.toml", "solutions/durations.json", "nbgrader_config.py"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes((ROOT / path).read_bytes())
    (root / "solutions" / name).mkdir()
    for suffix in (".py", ".ipynb"):
        (root / "solutions" / name / f"{name}{suffix}").write_bytes(pipeline.solution(name, suffix).read_bytes())
    monkeypatch.setattr(pipeline, "SOLUTIONS", root / "solutions")
    before = sum(len(cell.outputs) for cell in code_cells(read(name)))

    text = pipeline.solution(name, ".py")
    text.write_text(text.read_text("utf8").replace("# # TP 0", "# # Séance 0", 1), "utf8")
    os.utime(text, (2e9, 2e9))
    pipeline.pair(name)
    notebook = nbformat.read(pipeline.solution(name), as_version=4)
    assert any(cell.source.startswith("# Séance 0") for cell in notebook.cells)
    assert sum(len(cell.outputs) for cell in code_cells(notebook)) == before

    notebook.cells[-1].source += "\n\nUne phrase de plus."
    nbformat.write(notebook, pipeline.solution(name))
    os.utime(pipeline.solution(name), (2.1e9, 2.1e9))
    pipeline.pair(name)
    assert "Une phrase de plus." in text.read_text("utf8")
    pipeline.derive(name, course=root, database=False)
    student = (root / "notebooks" / name / f"{name}.ipynb").read_text("utf8")
    assert "Séance 0" in student
    assert "Une phrase de plus." in student
