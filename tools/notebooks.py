"""Keep the three forms of each notebook in line: text, executed solution, student version.

    python tools/notebooks.py sync      text <-> solution (the newer wins), derived cells, student version, README
    python tools/notebooks.py execute   run the solutions with the cpu budget, store outputs and durations

A notebook given by name limits the command to it.
"""

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
SOLUTIONS = ROOT / "solutions"
DURATIONS = SOLUTIONS / "durations.json"
START, END = "<!-- table : make notebooks -->", "<!-- fin -->"
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def names():
    return sorted(path.parent.name for path in SOLUTIONS.glob("*/*.py"))


def solution(name, suffix=".ipynb"):
    return SOLUTIONS / name / f"{name}{suffix}"


def repository():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["urls"]["Repository"].rstrip("/")


def badge(name):
    path = repository().removeprefix("https://github.com/")
    return (
        "[![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        f"(https://colab.research.google.com/github/{path}/blob/main/notebooks/{name}/{name}.ipynb)"
    )


def installation():
    return f'''# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "{repository()}/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {{archive}}"], check=True)'''


def points(notebook):
    """Points graded automatically, and by hand."""
    cells = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    graded = [cell for cell in cells if cell.get("grade")]
    by_hand = sum(cell["points"] for cell in graded if cell["solution"])
    return sum(cell["points"] for cell in graded) - by_hand, by_hand


def measured(name):
    return json.loads(DURATIONS.read_text("utf8")).get(name) if DURATIONS.exists() else None


def summary(name, notebook):
    automatic, by_hand = points(notebook)
    lines = [f"**Barème** : {automatic} points vérifiés automatiquement, {by_hand} corrigés à la main."]
    if seconds := measured(name):
        lines.append(
            f"**Temps de calcul** du corrigé entier : {seconds['cpu']} s (budget « cpu »), "
            f"{seconds['essai']} s (budget « essai »), mesurés sur {seconds['machine']}."
        )
    return "  \n".join(lines)


def readme_table():
    rows = ["| TP | points | temps de calcul (budget « cpu ») |", "|---|---|---|"]
    for name in names():
        notebook = nbformat.read(solution(name), as_version=4)
        title = next(line for cell in notebook.cells for line in cell.source.split("\n") if line.startswith("# TP"))
        automatic, by_hand = points(notebook)
        seconds = measured(name)
        rows.append(
            f"| [{title[2:]}](notebooks/{name}/{name}.ipynb) | {automatic} automatiques, {by_hand} à la main "
            f"| {seconds['cpu']} s sur {seconds['machine']} |"
        )
    return "\n".join(rows)


def fill_readme():
    path = ROOT / "README.md"
    before, rest = path.read_text("utf8").split(START)
    path.write_text(before + START + "\n" + readme_table() + "\n" + END + rest.split(END)[1], "utf8")


def fill_derived(name, notebook):
    """Cells whose text comes from elsewhere are known by their tag."""
    texts = {"badge": badge(name), "installation": installation(), "bareme": summary(name, notebook)}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag in texts and cell.source != texts[tag]:
                cell.source = texts[tag]
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None


def write(notebook, path, kept=("nbgrader", "tags")):
    """The same notebook is the same bytes, whatever edited it."""
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in kept if key in cell.metadata}
    text = nbformat.writes(notebook) + "\n"
    if not path.exists() or path.read_text("utf8") != text:
        path.write_text(text, "utf8")


def text_of(notebook):
    """The py:percent form of a solution."""
    config = tomllib.loads((SOLUTIONS / "jupytext.toml").read_text("utf8"))
    notebook = copy.deepcopy(notebook)
    notebook.metadata = {"jupytext": {key: config[key] for key in config if key != "formats"}}
    return jupytext.writes(notebook, "py:percent")


def pair(name):
    text, path = solution(name, ".py"), solution(name)
    if not path.exists() or text.stat().st_mtime > path.stat().st_mtime:
        subprocess.run(
            [sys.executable, "-m", "jupytext", "--quiet", "--update", "--to", "ipynb", str(text)], check=True
        )
    notebook = nbformat.read(path, as_version=4)
    fill_derived(name, notebook)
    write(notebook, path)
    text.write_text(text_of(notebook), "utf8")
    os.utime(path)


def derive(name, course=ROOT, database=True):
    """The student version, by nbgrader itself."""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--create", "--force", "--log-level=WARN"]
    if not database:
        command.append("--no-db")
    environment = {
        **os.environ,
        # nbgrader runs alembic by its bare name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        # A config file that fails must stop nbgrader, not leave it with its defaults.
        "TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR": "1",
    }
    path = course / "notebooks" / name / f"{name}.ipynb"
    if path.exists() and any(cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells):
        sys.exit(
            f"{path} contient des cellules exécutées : c'est le travail de quelqu'un. Déplacez-le, puis recommencez."
        )
    subprocess.run(command, cwd=course, check=True, env=environment)
    # nbgrader locks the check cells with the last two.
    write(nbformat.read(path, as_version=4), path, kept=("nbgrader", "tags", "deletable", "editable"))


def execute(name):
    path = solution(name)
    notebook = nbformat.read(path, as_version=4)
    seconds = {}
    for budget in ("essai", "cpu"):
        client = NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": ROOT}})
        os.environ["TP_GAN_BUDGET"] = budget
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TP_GAN_CHECKPOINTS"] = folder  # each training is a whole one
            start = time.perf_counter()
            client.execute()
            seconds[budget] = round(time.perf_counter() - start)
        print(f"{name}: {seconds[budget]} s ({budget})", flush=True)
    write(notebook, path)
    known = json.loads(DURATIONS.read_text("utf8")) if DURATIONS.exists() else {}
    known[name] = {**seconds, "machine": f"{os.cpu_count()} cœurs"}
    DURATIONS.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["sync", "execute"])
    parser.add_argument("notebooks", nargs="*")
    arguments = parser.parse_args()
    chosen = arguments.notebooks or names()
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such notebook: {', '.join(sorted(unknown))} (there are {', '.join(names())})")
    for name in chosen:
        pair(name)
    if arguments.command == "execute":
        for name in chosen:
            execute(name)
            pair(name)
    for name in chosen:
        derive(name)
    fill_readme()


if __name__ == "__main__":
    main()
