"""Ce que des images contiennent à chaque fréquence : l'empreinte d'une architecture s'y voit mieux qu'à l'œil."""

import textwrap

import numpy as np

from tp_gan.metrics import power_spectrum
from tp_gan.plots.picture import Picture, opening, pixels, significant, styles

SIDE = 200  # pixels of a spectrum
STEP = SIDE + 24  # from one to the next
LEFT, RIGHT = 76, 66  # pixels for the names of the axes, for the scale of colours


def spectrum(images_by_name, title=""):
    """Le spectre de puissance moyen de chaque lot d'images, et son profil selon la fréquence horizontale.

    images_by_name: a dictionary from a name to pictures of shape (n, channels, h, w), all of one size. What repeats
    every second pixel, as after a transposed convolution of stride 2 (Odena et al., 2016), is a peak at 0.5 cycle per
    pixel. The profile sums the power over the vertical frequencies; `metrics.power_spectrum` gives its unit.
    """
    spectra = {name: power_spectrum(images) for name, images in images_by_name.items()}
    shapes = {power.shape for power in spectra.values()}
    if len(shapes) != 1:
        raise ValueError(f"Les images de chaque lot doivent avoir la même taille ; ici {sorted(shapes)}.")
    rows, columns = shapes.pop()
    shown = {name: np.log10(_known(power)) for name, power in spectra.items()}
    low, high = _range(shown.values())

    names = {name: textwrap.fill(name, 26) for name in spectra}
    top = 60 + 14 * max(name.count("\n") for name in names.values())
    width, height = max(640, LEFT + len(spectra) * STEP + RIGHT), top + SIDE + 296
    figure = pixels(width, height)
    start = LEFT + (width - LEFT - RIGHT - len(spectra) * STEP) / 2
    for rank, (name, values) in enumerate(shown.items()):
        left = start + rank * STEP
        ax = figure.add_axes((left / width, 1 - (top + SIDE) / height, SIDE / width, SIDE / height))
        look = {"cmap": "cividis", "vmin": low, "vmax": high, "interpolation": "nearest", "origin": "lower"}
        mesh = ax.imshow(values, extent=(*_edges(columns), *_edges(rows)), **look)
        ax.set_title(names[name], fontsize=10)
        ax.set(xlabel="fréquence horizontale", ylabel="fréquence verticale")
        ticks = [-0.5, -0.25, 0, 0.25], ["-0,5", "-0,25", "0", "0,25"]
        ax.set_xticks(*ticks)
        ax.set_yticks(*(ticks if rank == 0 else ([],)))
    bar = figure.add_axes(
        ((left + SIDE + 12) / width, 1 - (top + SIDE) / height, 12 / width, SIDE / height), label="<colorbar>"
    )
    figure.colorbar(mesh, cax=bar, label="log₁₀ de la puissance")

    ax = figure.add_axes((LEFT / width, 46 / height, (width - LEFT - 20) / width, 200 / height))
    said = []
    for (name, power), style in styles(spectra):
        frequencies, profile = _profile(power)
        ax.plot(frequencies, profile, label=name, linewidth=1.8, **style)
        said.append(f"{name} : {significant(100 * profile[-1] / profile.sum())} %")
    ax.set_yscale("log")
    ax.set(xlabel="fréquence horizontale (cycles par pixel)", ylabel="puissance", xlim=(0, 0.51))
    ax.set_xticks(np.arange(6) / 10, [f"0,{tenths}" for tenths in range(6)])
    ax.grid(alpha=0.3)
    ax.legend(fontsize=9)
    figure.suptitle(title, y=1 - 8 / height, va="top")
    alt = f"{opening(title)}Spectres de puissance moyens, et leurs profils. Part de la puissance à la plus haute "
    alt += f"fréquence horizontale, {significant(frequencies[-1])} cycle par pixel : "
    picture = Picture(figure, f"{alt}{' ; '.join(said)}.")
    picture.palette = False
    return picture


def _known(power):
    """The spectrum without what has no logarithm: the mean, taken out of every picture, and exact zeros."""
    return np.where(power > 1e-12 * power.max(), power, np.nan)


def _range(spectra):
    values = np.concatenate([values[np.isfinite(values)] for values in spectra])
    return np.quantile(values, 0.02), values.max()


def _edges(n):
    """The outer edges of the frequencies of n samples, in cycles per pixel."""
    lowest = -(n // 2) / n
    return lowest - 0.5 / n, lowest + 1 - 0.5 / n


def _profile(power):
    """Positive horizontal frequencies, and the power at each and its opposite, summed over the vertical ones."""
    columns = power.shape[1]
    total = power.sum(axis=0)
    frequencies = np.abs(np.fft.fftshift(np.fft.fftfreq(columns)))
    positive = np.arange(columns // 2 + 1) / columns
    return positive, np.array([total[np.isclose(frequencies, value)].sum() for value in positive])
