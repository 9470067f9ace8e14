"""The trained networks of TP 02: what passes their checks and what does not, and the notebook's own measures.

Figures over 50 and 20 runs stand beside the thresholds, in tp_gan/checks/demi_lunes.py.
"""

import contextlib
import copy
import io
import math

import pytest
import torch
from notebook_cells import by_grade_id, namespace_of, read, run
from torch import nn
from trained_networks import Function

from tp_gan import metrics
from tp_gan.checks import CheckFailed
from tp_gan.training import Run


@pytest.fixture(scope="module")
def notebook():
    return read("02_demi_lunes")


@pytest.fixture(scope="module")
def names(notebook):
    torch.set_num_threads(1)
    return namespace_of(notebook)


@pytest.fixture(scope="module")
def collapsed(names):
    """The networks of the notebook after 200 steps in which G took ten for each of D's."""
    torch.manual_seed(101)
    gan, names["collapse"] = names["new_gan"](), Run(200, view=False)
    names["train"](*gan, names["points"], names["collapse"], generator_steps=10)
    return gan


def check(notebook, namespace, question):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run(by_grade_id(notebook)[f"check_{question}"].source, namespace, f"check_{question}")
    return out.getvalue().count("✔")


def test_reference_passes(notebook, names):
    torch.manual_seed(101)
    gan = names["new_gan"]()
    names["train"](*gan, names["points"], Run(2000, view=False))
    names["set_rate"](1e-4, *gan[2:])
    names["train"](*gan, names["points"], Run(1000, view=False))
    assert check(notebook, names | {"generator": gan[0]}, "generator") == 2


def test_ten_steps_of_g_collapse_and_even_steps_cure(notebook, names, collapsed):
    assert check(notebook, names | {"collapsed": collapsed}, "collapsed") == 2
    assert check(notebook, names | {"collapsed": collapsed[0]}, "collapsed") == 2
    with pytest.raises(CheckFailed, match="n'est pas guéri"):
        check(notebook, names | {"cured": collapsed[0]}, "cured")
    cured = copy.deepcopy(collapsed)
    names["train"](*cured, names["points"], Run(3000, view=False))
    assert check(notebook, names | {"cured": cured[0]}, "cured") == 2
    with pytest.raises(CheckFailed, match="ne s'est pas effondré"):
        check(notebook, names | {"collapsed": cured}, "collapsed")


def test_new_networks_are_not_collapsed_ones(notebook, names):
    """What an untouched release holds: its loop does nothing."""
    for collapse in ({}, {"collapse": Run(200, view=False)}):
        namespace = {name: value for name, value in names.items() if name != "collapse"} | collapse
        with pytest.raises(CheckFailed, match="G est encore neuf"):
            check(notebook, namespace | {"collapsed": names["new_gan"]()}, "collapsed")


def moons(names, shares):
    """Points on the two moons, so many on each, with the noise of the data."""

    def made(z):
        place = torch.randint(200, (len(z),))
        on_upper = (torch.arange(len(z)) < shares * len(z))[:, None]
        curve = torch.where(on_upper, names["upper"][place], names["lower"][place])
        return curve + 0.05 / names["std"] * z

    return Function(made)


def test_two_moons_pass_whatever_their_path(notebook, names):
    assert check(notebook, names | {"generator": moons(names, 0.5)}, "generator") == 2


WRONG = {
    "untrained": lambda names: nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 2)),
    "one moon": lambda names: moons(names, 1.0),
    "one moon preferred": lambda names: moons(names, 0.7),
    "one point": lambda names: Function(lambda z: names["upper"][:1].repeat(len(z), 1)),
    "a Gaussian cloud": lambda names: Function(lambda z: z),
    "not standardised": lambda names: Function(lambda z: moons(names, 0.5)(z) * names["std"] + names["mean"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_two_moons_fails_with_its_measures(notebook, names, name):
    torch.manual_seed(0)
    with pytest.raises(CheckFailed, match="n'a pas appris les demi-lunes .distance d'énergie .*, précision .*, rappel"):
        check(notebook, names | {"generator": WRONG[name](names)}, "generator")


@pytest.mark.parametrize("question", ["generator", "collapsed", "cured"])
@pytest.mark.parametrize(
    ("network", "words"),
    [
        (None, "encore vide"),
        (3, "un réseau .nn.Module. est attendu"),
        (nn.Identity(), "aucun poids à apprendre"),
        (nn.Linear(5, 2), "refuse un lot de bruit"),
        (nn.Linear(2, 3), "forme .1000, 3."),
        (Function(lambda z: z * float("nan")), "NaN"),
    ],
    ids=["blank", "a number", "no weights", "another latent dimension", "three coordinates", "diverged"],
)
def test_what_is_no_generator_is_told(notebook, names, question, network, words):
    with pytest.raises(CheckFailed, match=words):
        check(notebook, names | {question: network}, question)


def test_the_answers_measure_what_the_package_measures(names):
    torch.manual_seed(0)
    real, cloud = names["draw"](names["reserve"], 500), torch.randn(500, 2)
    assert names["energy_distance"](real, cloud) == pytest.approx(metrics.energy_distance(real, cloud), abs=1e-4)
    assert names["precision"](real, cloud) == pytest.approx(metrics.precision_recall(real, cloud)[0], abs=0.01)
    assert names["recall"](real, cloud) == pytest.approx(metrics.precision_recall(real, cloud)[1], abs=0.01)


def test_the_floor_falls_as_one_over_n(names):
    """E = 2 E|X - X'| / n for two independent samples; the moons' own regular spacing would give a tenth of it."""
    torch.manual_seed(0)
    distance = names["diversity"](names["draw"](names["reserve"], 3000))
    for n, draws in ((50, 200), (400, 60)):
        mean = sum(names["floor"](names["reserve"], n, draws)) / draws
        assert mean == pytest.approx(2 * distance / n, rel=0.3)
    regular = [(torch.from_numpy(data_moons(seed)) - names["mean"]) / names["std"] for seed in (2, 3)]
    assert names["energy_distance"](*regular) < 0.3 * 2 * distance / 1000


def data_moons(seed):
    from tp_gan import data

    return data.two_moons(1000, seed=seed)


def test_the_two_curves_are_those_of_the_data(names):
    near = torch.stack([torch.cdist(names["reserve"], names[moon]).min(dim=1).values for moon in ("upper", "lower")])
    scale = float((0.05 / names["std"]).norm())
    assert near.min(dim=0).values.max() < 5 * scale
    shares = names["moon_shares"](names["reserve"], names["upper"], names["lower"])
    assert shares == pytest.approx((0.5, 0.5), abs=0.01)


def test_diversity_of_a_circle_is_four_over_pi(names):
    """The mean chord of a circle of radius 1."""
    angle = torch.linspace(0, 2 * math.pi, 721)[:-1]
    assert names["diversity"](torch.stack([angle.cos(), angle.sin()], 1)) == pytest.approx(4 / math.pi, rel=1e-2)
