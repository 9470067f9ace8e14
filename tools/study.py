"""Train the reference of TP 01 over many seeds, and print the figures that the course states.

    python tools/study.py reference     does it reach its thresholds, and by how much? 50 seeds
    python tools/study.py sizes         and with other sizes that a student may choose? 20 seeds each
    python tools/study.py recipes       ReLU or LeakyReLU, beta1 0.9 or 0.5: 20 seeds each

The functions are those of the solution, as the notebook runs them; one process a core, one thread each.
"""

import argparse
import contextlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tp_gan import data, metrics, training
from tp_gan.checks.cercle import ANGULAR_COVERAGE, ENERGY_DISTANCE, RADIUS_ERROR

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from notebook_cells import namespace_of, new_gan, read

LEAKY = (nn.LeakyReLU(0.2), 0.5)
RECIPES = {
    "LeakyReLU, beta1 0.5": LEAKY,
    "LeakyReLU, beta1 0.9": (nn.LeakyReLU(0.2), 0.9),
    "ReLU, beta1 0.5": (nn.ReLU(), 0.5),
    "ReLU, beta1 0.9": (nn.ReLU(), 0.9),
}


def train(seed, steps, recipe=LEAKY, latent_dim=2, hidden_dim=64, batch_size=100):
    """Radius error, angular coverage and energy distance at each of these numbers of steps."""
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(None):
        notebook = namespace_of(read("01_cercle"))
    notebook["latent_dim"] = latent_dim
    activation, beta1 = recipe
    training.set_seed(seed)
    gan = new_gan(notebook, activation, beta1, latent_dim, hidden_dim)
    points = torch.from_numpy(data.circle(100, seed=0))
    fresh = data.circle(1000, seed=1)
    rows, done = [], 0
    for target in steps:
        run = training.Run(target - done, view=False)
        notebook["train"](*gan, points, run, batch_size)
        done = target
        cloud = notebook["sample"](gan[0], 1000)
        rows.append(
            [metrics.radius_error(cloud), metrics.angular_coverage(cloud), metrics.energy_distance(fresh, cloud)]
        )
    return rows


def passes(rows):
    return (rows[..., 0] < RADIUS_ERROR) & (rows[..., 1] >= ANGULAR_COVERAGE) & (rows[..., 2] < ENERGY_DISTANCE)


def report(label, seeds, steps, pool, **options):
    futures = [pool.submit(train, seed, steps, **options) for seed in range(seeds)]
    rows = np.array([future.result() for future in futures])
    for k, step in enumerate(steps):
        radius, coverage, distance = rows[:, k].T
        print(f"{label}, {step} steps: {passes(rows[:, k]).sum()} of {seeds} pass;", end=" ")
        print(f"radius error worst {radius.max():.3f}; coverage worst {coverage.min():.2f};", end=" ")
        print(f"energy distance median {np.median(distance):.3f}, worst {distance.max():.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", choices=["reference", "sizes", "recipes"])
    study = parser.parse_args().study
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        if study == "reference":
            report("reference", 50, (1000, 2000, 3000), pool)
        elif study == "sizes":
            for options in [
                {"hidden_dim": 10},
                {"hidden_dim": 16},
                {"hidden_dim": 32},
                {"hidden_dim": 128},
                {"latent_dim": 1},
                {"latent_dim": 10},
                {"batch_size": 20},
            ]:
                report(str(options), 20, (3000,), pool, **options)
        else:
            for label, recipe in RECIPES.items():
                report(label, 20, (1000, 3000), pool, recipe=recipe)


if __name__ == "__main__":
    main()
