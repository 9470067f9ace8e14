"""Train the judge of generated digits, store its weights, and print how often it is right.

    python tools/judge.py              train with seed 0, write src/tp_gan/judge.npz, print the held-out figures
    python tools/judge.py recipes      compare recipes on a validation part of the training pictures, 2 seeds each
    python tools/judge.py distances    what its measures say of known pictures, and how they depend on their number

It needs the MNIST digits: TP_GAN_DATA names the folder that holds t10k-images-idx3-ubyte.gz and its labels.
"""

import argparse
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from tp_gan import CourseError, data, judge, metrics, training

BATCH_SIZE = 64
LEARNING_RATE = 3e-3
# Chosen on a validation part of the training pictures, by `recipes`.
RECIPE = {"epochs": 12, "repeats": 3, "smoothing": 0.0}
RECIPES = [RECIPE, RECIPE | {"repeats": 1}, RECIPE | {"epochs": 20}, RECIPE | {"smoothing": 0.05}]


def warped(images):
    """The pictures, each turned by up to 0.2 rad, scaled by up to 12 % and shifted by 0.06 half-widths (sigma)."""
    n = len(images)
    angle, scale = 0.4 * torch.rand(n) - 0.2, 1 + 0.24 * torch.rand(n) - 0.12
    shift = 0.06 * torch.randn(n, 2, 1)
    cos, sin = scale * angle.cos(), scale * angle.sin()
    turn = torch.stack([cos, -sin, sin, cos], dim=1).view(n, 2, 2)
    grid = functional.affine_grid(torch.cat([turn, shift], dim=2), images.shape, align_corners=False)
    # What comes from outside is 0: the background, once it is shifted from -1.
    return functional.grid_sample(images + 1, grid, align_corners=False) - 1


def trained(mnist, digits, seed, epochs, repeats, smoothing):
    """A network trained on both sets of pictures, those of scikit-learn `repeats` times an epoch."""
    training.set_seed(seed)
    network = judge.architecture(normalised=True)
    images = torch.cat([mnist.images] + [digits.images] * repeats)
    labels = torch.cat([mnist.labels] + [digits.labels] * repeats)
    optimizer = torch.optim.Adam(network.parameters(), fused=True)
    batches = len(images) // BATCH_SIZE
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=epochs * batches)
    for _ in range(epochs):
        for batch in torch.randperm(len(images))[: batches * BATCH_SIZE].split(BATCH_SIZE):
            logits = network(warped(images[batch]))
            loss = functional.cross_entropy(logits, labels[batch], label_smoothing=smoothing)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def folded(network):
    """The same function without BatchNorm2d: each is folded into the convolution before it."""
    layers = []
    for layer in network:
        if isinstance(layer, nn.BatchNorm2d):
            layer = fuse_conv_bn_eval(layers.pop(), layer)
        layers.append(layer)
    return nn.Sequential(*layers)


def store(network, path):
    """Write the weights in float16, under a temporary name first: the file is there whole, or as it was."""
    weights = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            np.savez_compressed(file, **weights)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def build():
    (mnist, mnist_held), (digits, digits_held) = sets()
    store(folded(trained(mnist, digits, seed=0, **RECIPE)), judge.WEIGHTS)
    print(f"trained on {len(mnist.images)} pictures of {mnist.source} and {len(digits.images)} of {digits.source}")
    # What is measured is what is read back: folded, and rounded to float16.
    for held in (mnist_held, digits_held):
        right = judge.predict(held.images) == held.labels.numpy()
        share = judge.accuracy_by_class(held.images, held.labels)
        print(
            f"{held.source}, held out: {right.sum()} of {len(right)} right, {right.mean():.2%}; "
            f"worst class {np.argmin(share)}, {np.min(share):.1%}"
        )
    parameters = sum(value.numel() for value in judge.load().parameters())
    print(f"{parameters} parameters, {judge.WEIGHTS.stat().st_size} bytes")


def recipes():
    (mnist, _), (digits, _) = sets()
    (mnist, mnist_held), (digits, digits_held) = (data.hold_out(part, seed=1) for part in (mnist, digits))
    for recipe in RECIPES:
        right = []
        for seed in range(2):
            network = trained(mnist, digits, seed, **recipe)
            with torch.no_grad():
                right.append(
                    [
                        (network(held.images).argmax(1) == held.labels).float().mean()
                        for held in (mnist_held, digits_held)
                    ]
                )
        print(recipe, " ".join(f"MNIST {m:.2%}, digits {d:.2%};" for m, d in right), flush=True)


def distances():
    (mnist, mnist_held), (digits, digits_held) = sets()
    rng = torch.Generator().manual_seed(0)
    noise = 2 * torch.rand(2000, 1, 28, 28, generator=rng) - 1
    known = {
        "MNIST, held out": mnist_held.images,
        "MNIST, blurred (sigma 1 pixel)": blurred(mnist_held.images, 1.0),
        "MNIST, blurred (sigma 2 pixels)": blurred(mnist_held.images, 2.0),
        "MNIST, noisy (sigma 0.3)": (mnist_held.images + 0.3 * torch.randn(noise.shape, generator=rng)).clamp(-1, 1),
        "MNIST, nine digits (no 0)": mnist_held.images[mnist_held.labels != 0],
        "MNIST, a single digit (1)": mnist_held.images[mnist_held.labels == 1],
        "MNIST, one picture 2,000 times": mnist_held.images[:1].expand(2000, -1, -1, -1),
        "scikit-learn, train": digits.images,
        "scikit-learn, held out": digits_held.images,
        "uniform noise": noise,
        "black": torch.full((2000, 1, 28, 28), -1.0),
    }
    for name, images in known.items():
        print(
            f"{name} ({len(images)}), and MNIST's 8000 training pictures: {judge.frechet(mnist.images, images)}; "
            f"coverage {judge.coverage(images):.1f}, entropy {judge.entropy(images):.2f}",
            flush=True,
        )
    print(f"scikit-learn, training and held out: {judge.frechet(digits.images, digits_held.images)}")
    rows = judge.features(mnist.images)
    soft = judge.features(blurred(mnist.images, 1.0))
    order = np.random.default_rng(0)
    for n in (250, 500, 1000, 2000, 4000):
        draws = []
        for _ in range(20):
            cut = order.permutation(len(rows))
            x, y = cut[:n], cut[n : 2 * n]
            draws.append([metrics.frechet_distance(rows[x], rows[y]), metrics.frechet_distance(rows[x], soft[y])])
        (same, blur), (_, spread) = np.mean(draws, axis=0), np.std(draws, axis=0)
        print(
            f"n = {n}: two samples of MNIST {same:.3f}; MNIST and blurred {blur:.3f} (standard deviation {spread:.3f})"
        )
    for n in (500, 2000):
        result = judge.frechet(mnist.images[:n], blurred(mnist.images[n : 2 * n], 1.0))
        print(f"n = {n}: bootstrap standard error {result.standard_error:.3f}")
    start = time.perf_counter()
    judge.frechet(mnist_held.images, mnist.images[:2000])
    print(f"2,000 and 2,000 pictures: {time.perf_counter() - start:.1f} s with {torch.get_num_threads()} threads")


def blurred(images, sigma):
    offsets = torch.arange(-6.0, 7.0)
    weights = torch.softmax(-(offsets**2) / (2 * sigma**2), dim=0)
    padded = functional.pad(images, (6,) * 4, value=-1.0)
    return functional.conv2d(functional.conv2d(padded, weights.view(1, 1, 1, -1)), weights.view(1, 1, -1, 1))


def sets():
    """Training and held-out pictures, of MNIST's test split then of scikit-learn."""
    return data.hold_out(data.mnist("test")), (data.digits("train"), data.digits("test"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = {"build": build, "recipes": recipes, "distances": distances}
    parser.add_argument("task", nargs="?", choices=tasks, default="build")
    parser.add_argument("--threads", type=int, default=1, help="the weights may depend on it in their last digits")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        if data.shared_folder() is None:
            raise CourseError(
                "Pour entraîner le juge, il faut les chiffres de MNIST : désignez par TP_GAN_DATA le dossier qui "
                "contient t10k-images-idx3-ubyte.gz et t10k-labels-idx1-ubyte.gz."
            )
        tasks[options.task]()
    except CourseError as error:
        sys.exit(f"✘ {error}")


if __name__ == "__main__":
    main()
