"""The cells of a solution, as the tests run them."""

import linecache
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.py"))
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS\n?", re.DOTALL)


def read(name, folder="solutions"):
    return nbformat.read(ROOT / folder / name / f"{name}.ipynb", as_version=4)


def by_grade_id(notebook):
    return {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def visible(source):
    return HIDDEN.sub("", source)


def hidden(source):
    """The hidden tests alone, with the imports of their cell."""
    imports = [line for line in source.split("\n") if line.startswith(("import ", "from "))]
    return "\n".join(imports + HIDDEN.findall(source))


def run(source, namespace, where):
    """Execute a cell; its lines are kept so that a message can quote them."""
    where = f"<{where}>"
    linecache.cache[where] = (len(source), None, source.splitlines(keepends=True), where)
    exec(compile(source, where, "exec"), namespace)


def namespace_of(notebook):
    """What a student's notebook holds when every answer is the reference's and nothing has been trained.

    These are the cells tagged "preparation" and the answer cells.
    """
    namespace = {"__name__": "__main__"}
    for i, cell in enumerate(notebook.cells):
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (marks.get("solution") or "preparation" in cell.metadata.get("tags", [])):
            run(cell.source, namespace, marks.get("grade_id", f"preparation {i}"))
    return namespace


def new_gan(namespace, activation=None, beta1=0.5, latent_dim=2, hidden_dim=64):
    """The networks of TP 01, made by its answers, and their optimizers, in the order that `train` takes them."""
    import torch

    activation = activation or torch.nn.LeakyReLU(0.2)
    networks = [
        namespace["make_generator"](latent_dim, hidden_dim, 2, activation),
        namespace["make_discriminator"](2, hidden_dim, activation),
    ]
    return *networks, *(torch.optim.Adam(n.parameters(), lr=1e-3, betas=(beta1, 0.999)) for n in networks)
