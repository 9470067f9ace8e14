"""Print the speeds that the README states: import, pictures drawn, the slowest checks, training steps, the live view.

Of TP 04 to 06: the steps a second, the share of the time spent outside the steps of the two networks (taking the batch,
noting the losses), and what a batch costs beside the usual loaders. The live view is measured inside a kernel, where it
really draws and sends its pictures: the same training with and without it, in turn, medians of nine.
"""

import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import torch
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from notebook_cells import NAMES, by_grade_id, namespace_of, read, run

from tp_gan import data, training

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
            cells = by_grade_id(notebook)
            for grade_id, cell in cells.items():
                # Not those on a trained network, which has no answer cell.
                if grade_id.startswith("check_") and grade_id.removeprefix("check_") in cells:
                    start = time.perf_counter()
                    run(cell.source, namespace, grade_id)
                    seconds[f"{name} {grade_id}"] = time.perf_counter() - start
    slowest = sorted(seconds, key=seconds.get)[-3:][::-1]
    print("slowest checks, hidden tests included:", ", ".join(f"{name} {seconds[name]:.2f} s" for name in slowest))


NETWORKS = {
    "04_mnist": lambda names: (names["make_generator"](names["latent_dim"]), names["make_discriminator"]()),
    "05_mnist_conditionnel": lambda names: names["new_gan"](1000)[:2],
    "06_dcgan": lambda names: (
        names["make_generator"](names["width_g"], names["latent_dim"]),
        torch.nn.Sequential(names["RandomAffine"](), names["make_discriminator"](names["width_d"], 0)),
    ),
}


def training_steps(steps=300):
    threads = torch.get_num_threads()
    for name, networks in NETWORKS.items():
        torch.set_num_threads(threads)  # some notebooks choose one
        with contextlib.redirect_stdout(None):
            names = namespace_of(read(name))
        images, size = names["images"], names.get("batch_size", 64)
        labels = (names["labels"],) if "labels" in names else ()
        generator, discriminator = networks(names)
        optimizer_g, optimizer_d = (
            torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=True)
            for network in (generator, discriminator)
        )
        run, inside = training.Run(steps, view=False), 0.0
        start = time.perf_counter()
        for _ in run:
            rows = torch.randint(len(images), (size,))
            batch = [data[rows] for data in (images, *labels)]
            entered = time.perf_counter()
            loss_d = names["discriminator_step"](generator, discriminator, optimizer_d, *batch)
            loss_g = names["generator_step"](generator, discriminator, optimizer_g, size)
            inside += time.perf_counter() - entered
            run.log(loss_d=loss_d, loss_g=loss_g)
        seconds = time.perf_counter() - start
        print(
            f"{name}: {steps / seconds:.0f} steps a second (batches of {size}, {torch.get_num_threads()} threads), "
            f"{1 - inside / seconds:.1%} of the time outside the two steps"
        )


def loaders():
    with contextlib.redirect_stdout(None):
        names = namespace_of(read("04_mnist"))
    seconds = {way: names["seconds"](batches) for way, batches in names["ways"].items()}
    fastest = min(seconds.values())
    told = (f"{way} {1000 * value:.1f} ms ({value / fastest:.0f})" for way, value in seconds.items())
    print("04_mnist, all pictures once, by batches of 64:", ", ".join(told))


def drawings(n=20_000):
    """The embedded pictures of TP 08 to 10, drawn afresh; CelebA where TP_GAN_DATA holds it, read afresh."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TP_GAN_CACHE"] = folder
        ways = {"bricks": data.bricks, "faces": data.faces}
        if (data.shared_folder() or Path()).joinpath("celeba").is_dir():
            ways["CelebA"] = lambda n: data.celeba()
        for name, make in ways.items():
            start, processor = time.perf_counter(), time.process_time()
            images = make(n).images
            told = f"{time.perf_counter() - start:.1f} s ({time.process_time() - processor:.1f} s of processor)"
            print(f"{len(images)} {name}: {told}")
        del os.environ["TP_GAN_CACHE"]


if __name__ == "__main__":
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, torch {torch.__version__}"
    )
    import_time()
    drawings()
    training_steps()
    loaders()
    live_view()
    slowest_checks()
