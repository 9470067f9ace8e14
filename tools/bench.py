"""Print the speeds that the README states: import, training steps, the live view, the slowest checks.

The live view is measured inside a kernel, where it really draws and sends its pictures: the same training with and
without it, in turn, medians of nine.
"""

import contextlib
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import torch
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from notebook_cells import NAMES, by_grade_id, namespace_of, read, run

LIVE_VIEW = """
import statistics, time
seconds = {True: [], False: []}
for turn in range(9):
    for view in (True, False):
        training.set_seed(turn)
        leaky = nn.LeakyReLU(0.2)
        generator = make_generator(2, 64, 2, leaky)
        discriminator = make_discriminator(2, 64, leaky)
        optimizers = [torch.optim.Adam(n.parameters(), lr=1e-3, betas=(0.5, 0.999)) for n in (generator, discriminator)]
        z = noise(500)
        run = training.Run(3000, sample=lambda: generator(z), real=points, view=view)
        start = time.perf_counter()
        train(generator, discriminator, *optimizers, points, run)
        seconds[view].append(time.perf_counter() - start)
with_view, without = statistics.median(seconds[True]), statistics.median(seconds[False])
print(f"01: 3,000 steps in {without:.2f} s, {without / 3:.3f} ms a step; live view {with_view / without - 1:+.1%}")
"""


def import_time():
    code = "import time; start = time.perf_counter(); import tp_gan; print(time.perf_counter() - start)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    print(f"import tp_gan: {1000 * statistics.median(float(run.stdout) for run in runs):.1f} ms")


def live_view():
    notebook = read("01_cercle")
    keep = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code"
        and (cell.metadata.get("nbgrader", {}).get("solution") or "preparation" in cell.metadata.get("tags", []))
    ]
    notebook.cells = [*keep, nbformat.v4.new_code_cell(LIVE_VIEW)]
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    print("".join(output.text for output in notebook.cells[-1].outputs if output.output_type == "stream"), end="")


def slowest_checks():
    seconds = {}
    with contextlib.redirect_stdout(None):
        for name in NAMES:
            notebook = read(name)
            namespace = namespace_of(notebook)
            for grade_id, cell in by_grade_id(notebook).items():
                if grade_id.startswith("check_") and grade_id != "check_generator":
                    start = time.perf_counter()
                    run(cell.source, namespace, grade_id)
                    seconds[f"{name} {grade_id}"] = time.perf_counter() - start
    slowest = sorted(seconds, key=seconds.get)[-3:][::-1]
    print("slowest checks, hidden tests included:", ", ".join(f"{name} {seconds[name]:.2f} s" for name in slowest))


if __name__ == "__main__":
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, torch {torch.__version__}"
    )
    import_time()
    slowest_checks()
    live_view()
