"""Train the references of the sessions over many seeds, and print the figures that the course states.

    python tools/study.py reference     does it reach its thresholds, and by how much? 50 seeds
    python tools/study.py sizes         and with other sizes that a student may choose? 20 seeds each
    python tools/study.py recipes       ReLU or LeakyReLU, beta1 0.9 or 0.5: 20 seeds each
    python tools/study.py moons         TP 02: its reference, 50 runs; its collapse and the three remedies, 20 runs
    python tools/study.py roll          TP 03: its reference, 20 runs; short, and at a constant rate
    python tools/study.py latent        TP 03: latent dimensions 1, 2, 3, 5 and 10, 20 runs each
    python tools/study.py labels        TP 05: each mistake on the labels, and none; half of its trial budget, 20 runs
    python tools/study.py dcgan         TP 06: its reference beside that of TP 05, 2 runs each; then with other settings
    python tools/study.py starts        TP 09: 100 starts of a narrow WGAN-GP: is anything NaN?
    python tools/study.py critics       TP 09: the critic's estimate, 10 runs of 400 steps of its cpu budget's networks
    python tools/study.py hair          TP 10: its reference, 2 runs (minutes each): who obeys, and where it changes

The functions are those of the solution, as the notebook runs them; one process a core, one thread each. Those of
TP 02 and 03 train together, as batched products.
"""

import argparse
import contextlib
import copy
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tp_gan import data, judge, metrics, training
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


class Together(nn.Module):
    """Linear layers of several networks as one batched product: (n, networks, inputs) to (n, networks, outputs)."""

    def __init__(self, networks, inputs, outputs):
        super().__init__()
        layers = [nn.Linear(inputs, outputs) for _ in range(networks)]
        self.weight = nn.Parameter(torch.stack([layer.weight.detach().T for layer in layers]))
        self.bias = nn.Parameter(torch.stack([layer.bias.detach()[None] for layer in layers]))

    def forward(self, x):
        return torch.baddbmm(self.bias, x.transpose(0, 1), self.weight).transpose(0, 1)


def moons_notebook(runs):
    """TP 02 before it trains, its networks replaced by `runs` of them side by side; and what measures its generators.

    Adam does not feel that the loss is now the mean over the runs. Batches are drawn with replacement.
    """
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(None):
        notebook = namespace_of(read("02_demi_lunes"))

    def mlp(inputs, outputs, *end):
        sizes = inputs, notebook["hidden_dim"], notebook["hidden_dim"], outputs
        layers = [Together(runs, a, b) for a, b in pairwise(sizes)]
        return nn.Sequential(layers[0], nn.LeakyReLU(0.2), layers[1], nn.LeakyReLU(0.2), layers[2], *end)

    def measure(clouds, n=1000):
        real = notebook["reserve"][torch.randperm(20000)[:n]]
        clouds = np.moveaxis(np.asarray(clouds), 1, 0)
        return [[metrics.energy_distance(real, c), *metrics.precision_recall(real, c)] for c in clouds]

    notebook["mlp"] = mlp
    notebook["noise"] = lambda n: torch.randn(n, runs, notebook["latent_dim"])
    notebook["draw"] = lambda points, n: points[torch.randint(len(points), (n, runs))]
    training.set_seed(0)
    return notebook, measure


def print_moons(label, rows):
    distance, precision, recall = np.array(rows).T
    print(f"{label}, {len(rows)} runs: energy distance median {np.median(distance):.4f},", end=" ")
    print(f"{distance.min():.4f} to {distance.max():.4f}, {(distance < 0.02).sum()} under 0.02;", end=" ")
    for name, values in (("precision", precision), ("recall", recall)):
        print(f"{name} median {np.median(values):.2f}, {values.min():.2f} to {values.max():.2f};", end=" ")
    print(flush=True)


def report_moons():
    notebook, measure = moons_notebook(50)
    gan, points = notebook["new_gan"](), notebook["points"]

    def train(networks, steps, **options):
        notebook["train"](*networks, points, training.Run(steps, view=False), **options)
        return measure(notebook["sample"](networks[0], 1000))

    print_moons("2000 steps", train(gan, 2000))
    same = copy.deepcopy(gan)
    notebook["set_rate"](1e-4, *gan[2:])
    print_moons("then 1000 steps at a tenth of the rate", train(gan, 1000))
    print_moons("then 1000 steps at the same rate", train(same, 1000))

    notebook, measure = moons_notebook(20)
    gan, noise = notebook["new_gan"](), notebook["noise"](500)
    run = training.Run(200, sample=lambda: gan[0](noise), view=False)
    notebook["train"](*gan, points, run, generator_steps=10)
    print_moons("collapsed", measure(notebook["sample"](gan[0], 1000)))
    on_the_way = np.array([measure(clouds, 500) for step, clouds in run.snapshots if step >= 20])
    print_moons("highest on the way, from step 20", on_the_way.max(axis=0))
    for label, steps, rate, options in (
        ("both rates / 10", 300, 1e-4, {"generator_steps": 10}),
        ("batches of 500", 300, 1e-3, {"generator_steps": 10, "batch_size": 500}),
        ("one step each", 3000, 1e-3, {}),
    ):
        treated = copy.deepcopy(gan)
        notebook["set_rate"](rate, *treated[2:])
        print_moons(label, train(treated, steps, **options))

    notebook, measure = moons_notebook(20)
    gan = notebook["new_gan"]()
    train(gan, 300)
    for _ in range(1000):
        notebook["generator_step"](gan[0], gan[1], gan[2], 100)
    print_moons("D frozen after 300 steps, G alone for 1000", measure(notebook["sample"](gan[0], 1000)))


def rolls(label, latent_dims, steps, n, **options):
    """Train one GAN of TP 03 per latent dimension, all together, with the notebook's functions; print its measures."""
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(None):
        notebook = namespace_of(read("03_swiss_roll"))
    training.set_seed(0)
    latent_dims = torch.tensor(latent_dims)
    generators = notebook["train_many"](latent_dims, steps, **options)
    with torch.no_grad():
        clouds = notebook["batched_network"](generators, notebook["masked_noise"](latent_dims, n))
    real = notebook["fresh"](n, seed=1)
    scores = np.array([notebook["measure"](cloud, real) for cloud in clouds])
    for dim in latent_dims.unique():
        distance, precision, recall = scores[(latent_dims == dim).numpy()].T
        print(f"{label}, latent_dim {dim}, {len(distance)} runs of {steps} steps:", end=" ")
        for name, values, worst in (
            ("precision", precision, np.min),
            ("recall", recall, np.min),
            ("energy distance", distance, np.max),
        ):
            print(f"{name} median {np.median(values):.3f}, worst {worst(values):.3f};", end=" ")
        print(f"over 0.9 and 0.65: {((precision > 0.9) & (recall > 0.65)).sum()}", flush=True)


def report_rolls():
    reference = {"lr": 4e-3, "hidden_dim": 128}
    rolls("reference", [2] * 20, 8000, 2000, **reference)
    rolls("essai", [2] * 20, 3000, 2000, **reference)
    rolls("constant rate", [2] * 20, 8000, 2000, rate=lambda share: 1.0, **reference)


class Told(nn.Module):
    """A network of TP 05 to which other labels are told than those that it is given."""

    def __init__(self, network, told):
        super().__init__()
        self.network, self.told = network, told

    def forward(self, x, labels):
        return self.network(x, self.told(labels) if self.training else labels)


def labelled(label, steps, seed, draw=None, g_told=None, d_told=None, blind=False, n=2000):
    """TP 05 trained by the notebook's functions with one mistake on its labels; print what it gives."""
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(None):
        notebook = namespace_of(read("05_mnist_conditionnel"))
    images, labels = notebook["images"], notebook["labels"]
    training.set_seed(seed)
    g, d, *optimizers, _rates = notebook["new_gan"](steps)
    if draw:
        notebook["random_labels"] = draw(notebook["random_labels"])
    g, d = (Told(network, told) if told else network for network, told in ((g, g_told), (d, d_told)))
    run = training.Run(steps, view=False)
    notebook["train"](g, d, *optimizers, images, labels, run)
    asked = torch.arange(n) % 10
    pictures = notebook["sample"](g, notebook["noise"](n), torch.zeros_like(asked) if blind else asked)
    shares = judge.accuracy_by_class(pictures, asked)
    losses = [np.mean(run.history[name][-300:]) for name in ("loss_d", "loss_g")]
    print(
        f"{label}, {steps} steps, seed {seed}: {judge.frechet(images, pictures)}, accuracy {shares.mean():.3f}", end=""
    )
    print(f" (by class {np.round(shares, 2)}), losses {losses[0]:.2f} and {losses[1]:.2f}", flush=True)
    return shares


def drawn_once(random_labels):
    once = random_labels(64)
    return lambda n: once[:n]


def report_labels():
    """The table of TP 05; then its trial budget over 20 seeds (the threshold of check_generator)."""
    hidden = {"g_told": torch.zeros_like, "d_told": torch.zeros_like, "blind": True}
    for seed in range(3):
        labelled("as asked", 1500, seed)
        labelled("hidden from both", 1500, seed, **hidden)
    labelled("hidden from D", 1500, 0, d_told=torch.zeros_like)
    labelled("fakes judged under other labels", 1500, 0, g_told=lambda labels: torch.randint_like(labels, 10))
    labelled("randint(0, 9)", 1500, 0, draw=lambda right: lambda n: torch.randint(0, 9, (n,)))
    labelled("drawn once", 1500, 0, draw=drawn_once)
    shares = [labelled("half of the trial budget", 700, seed, n=1000).mean() for seed in range(20)]
    print(f"half of the trial budget: accuracy from {min(shares):.2f} to {max(shares):.2f}")


def convolutional(label, steps, seed, latent_dim=16, augmented=True, dropout=0.0, n=1000):
    """TP 06 trained by the notebook's functions at the cpu budget's widths; print its distance and its digits."""
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(None):
        notebook = namespace_of(read("06_dcgan"))
    notebook["latent_dim"] = latent_dim
    training.set_seed(seed)
    generator = notebook["make_generator"](notebook["width_g"], latent_dim)
    discriminator = notebook["make_discriminator"](notebook["width_d"], dropout)
    if augmented:
        discriminator = nn.Sequential(notebook["RandomAffine"](), discriminator)
    networks = [network.to(memory_format=torch.channels_last) for network in (generator, discriminator)]
    rates = notebook["rate_g"], notebook["rate_d"]
    betas = 0.5, notebook["beta2"]
    optimizers = [torch.optim.Adam(network.parameters(), betas=betas, fused=True) for network in networks]
    images, size = notebook["images"], notebook["batch_size"]
    for step in range(steps):
        for optimizer, rate in zip(optimizers, rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * min(1, 2 - 2 * step / steps)
        notebook["discriminator_step"](*networks, optimizers[1], images[torch.randint(len(images), (size,))])
        notebook["generator_step"](*networks, optimizers[0], size)
    notebook["renew_averages"](generator)
    pictures = notebook["sample"](generator, notebook["noise"](n))
    counts = np.bincount(judge.predict(pictures), minlength=10)
    print(f"{label}, {steps} steps, seed {seed}: {judge.frechet(images, pictures)}, digits {counts}", flush=True)


def report_dcgan(seeds=2):
    """TP 05 and TP 06 at their cpu budgets, as many pictures and the same judge; then TP 06 with other settings."""
    settings = {
        "the same": {},
        "dropout instead of the augmentation": {"augmented": False, "dropout": 0.3},
        "100 numbers": {"latent_dim": 100},
    }
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        futures = [pool.submit(convolutional, "TP 06", 9000, seed) for seed in range(seeds)]
        futures += [pool.submit(labelled, "TP 05", 6000, seed, n=1000) for seed in range(seeds)]
        for label, options in settings.items():
            futures.append(pool.submit(convolutional, label, 4000, 0, **options))
        for future in futures:
            future.result()


def wgans(seeds, steps, width, rate, last_rate, batch_size=16):
    """For each seed, the four measures of WGANGP.train_step on drawn faces: an array (steps, 4). One trace for all.

    Adam's rate goes from rate to last_rate in a straight line, as in the notebook.
    """
    notebook = namespace_of(read("09_wgan_gp_visages"))
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    images = data.faces(2000).images

    def networks():
        return notebook["make_generator"](width, notebook["latent_dim"]), notebook["make_critic"](width, 0.0)

    gan = notebook["WGANGP"](*networks(), critic_steps=3, gp_weight=10.0)
    rates = (keras.optimizers.schedules.PolynomialDecay(rate, k * steps, last_rate) for k in (gan.critic_steps, 1))
    gan.compile(*(keras.optimizers.Adam(falling, beta_1=0.5, beta_2=0.9) for falling in rates))
    pairs = [(gan.generator, gan.g_optimizer), (gan.critic, gan.c_optimizer)]
    for network, optimizer in pairs:
        optimizer.build(network.trainable_variables)
    step = tf.function(gan.train_step)
    for seed in range(seeds):
        training.set_seed(seed)
        for (network, optimizer), fresh in zip(pairs, networks(), strict=True):
            network.set_weights(fresh.get_weights())
            for variable in optimizer.variables:
                variable.assign(tf.zeros_like(variable))
        rows = []
        for _ in range(steps):
            for metric in gan.metrics:
                metric.reset_state()
            values = step(notebook["scale"](images[np.random.randint(len(images), size=batch_size)]))  # noqa: NPY002
            rows.append([float(values[name]) for name in ("c_loss", "c_wass", "c_gp", "g_loss")])
        yield np.array(rows)


def report_starts(seeds=100, steps=20):
    finite = [np.isfinite(rows).all() for rows in wgans(seeds, steps, width=4, rate=5e-4, last_rate=5e-4)]
    print(f"{sum(finite)} of {seeds} starts of {steps} steps without a NaN or an infinity")


def report_critics(seeds=10, steps=400):
    """The critic's estimate, minus c_wass: where it is highest, and the mean and deviation of its last tenth."""
    for seed, rows in enumerate(wgans(seeds, steps, width=16, rate=1e-3, last_rate=5e-5)):
        smooth = np.convolve(-rows[:, 1], np.ones(10) / 10, "valid")
        end = -rows[-steps // 10 :, 1]
        print(f"seed {seed}: estimate {smooth.max():.1f} at its highest (step {smooth.argmax()}),", end=" ")
        print(
            f"{end.mean():.2f} ± {end.std():.2f} at the end; penalty {rows[-steps // 10 :, 2].mean():.3f}", flush=True
        )


def report_hair(seeds=2):
    """The conditional generator of TP 10 over seeds, the classifier and the pictures being those of the notebook."""
    notebook = namespace_of(read("10_cgan_visages"))
    faces, hair, steps = data.faces(10_000), data.hair_map(), 2400
    labels = faces.has("Blond_Hair").astype("int32")
    train, held = (faces.images[:-1000], labels[:-1000]), (faces.images[-1000:], labels[-1000:])
    training.set_seed(0)
    classifier = notebook["train_classifier"](*train, steps=1000)
    share = np.mean(notebook["judged"](classifier, notebook["scaled"](held[0])) == held[1])
    print(f"classifier: {share:.1%} right on {len(held[1])} held-out faces", flush=True)
    for seed in range(seeds):
        training.set_seed(seed)
        gan = notebook["new_gan"](64, 3, 2, width=16, steps=steps)
        gan.fit(notebook["batches"](*train, 16), steps_per_epoch=steps, shuffle=False, verbose=0)
        notebook["take_average"](gan)
        others, blonds = notebook["same_z"](gan.generator, notebook["noise"](500), 2)
        asked = notebook["judged"](classifier, blonds).mean(), 1 - notebook["judged"](classifier, others).mean()
        print(f"seed {seed}: blond {asked[0]:.1%}, not blond {asked[1]:.1%},", end=" ")
        print(f"change ratio {notebook['change_ratio'](others, blonds, hair):.2f}", flush=True)


def report_latent():
    rolls("study", [dim for dim in (1, 2, 3, 5, 10) for _ in range(20)], 5000, 1000)


def report_circle(study):
    """TP 01: over seeds, over sizes, or over recipes."""
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


STUDIES = {
    **{study: partial(report_circle, study) for study in ("reference", "sizes", "recipes")},
    "moons": report_moons,
    "roll": report_rolls,
    "latent": report_latent,
    "labels": report_labels,
    "dcgan": report_dcgan,
    "starts": report_starts,
    "critics": report_critics,
    "hair": report_hair,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", choices=STUDIES)
    STUDIES[parser.parse_args().study]()


if __name__ == "__main__":
    main()
