"""The trained networks of TP 03: what passes its check, what does not, and that networks trained together are as alone.

Figures over 20 runs stand beside the thresholds, in tp_gan/checks/swiss_roll.py.
"""

import contextlib
import html
import io
import json
import re

import numpy as np
import pytest
import torch
from notebook_cells import by_grade_id, namespace_of, read, run
from torch import nn
from trained_networks import Function

from tp_gan import data, plots
from tp_gan.checks import CheckFailed

NAME = "03_swiss_roll"


@pytest.fixture(scope="module")
def notebook():
    return read(NAME)


@pytest.fixture
def namespace(notebook):
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(None):
        return namespace_of(notebook)


def check(notebook, namespace, question="generator"):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run(by_grade_id(notebook)[f"check_{question}"].source, namespace, f"check_{question}")
    return out.getvalue()


def roll(z, share=1.0):
    """The sheet itself, from two normal numbers; share: of its height."""
    raw = torch.from_numpy(data.swiss_roll(2000, seed=0))
    u = torch.special.ndtr(z.double()).float()
    t = 1.5 * torch.pi * (1 + 2 * u[:, 0])
    points = torch.stack([t * t.cos(), share * 21 * u[:, 1], t * t.sin()], dim=1)
    return (points - raw.mean(dim=0)) / raw.std(dim=0)


def test_the_sheet_itself_passes(notebook, namespace):
    namespace["generator"] = Function(roll)
    assert check(notebook, namespace).count("✔ generator") == 2


WRONG = {
    "untrained": nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 3)),
    "one point": Function(lambda z: torch.zeros(len(z), 3)),
    "a Gaussian cloud": Function(lambda z: torch.randn(len(z), 3)),
    "a full cube": Function(lambda z: 3.4 * torch.rand(len(z), 3) - 1.7),
    "half the sheet": Function(lambda z: roll(z, share=0.5)),
    "a curve on the sheet": Function(lambda z: roll(torch.stack([z[:, 0], z[:, 0]], dim=1))),
    "a thick sheet": Function(lambda z: roll(z) + 0.3 * torch.randn(len(z), 3)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_sheet_fails_with_its_measures(notebook, namespace, name):
    torch.manual_seed(0)
    namespace["generator"] = WRONG[name]
    with pytest.raises(CheckFailed, match="n'a pas appris la feuille .précision 0,.*, rappel .*, distance d'énergie"):
        check(notebook, namespace)


@pytest.mark.parametrize(
    ("generator", "words"),
    [
        (None, "encore vide"),
        (3, "un réseau .nn.Module. est attendu"),
        (nn.Identity(), "aucun poids à apprendre"),
        (nn.Linear(5, 3), "une erreur l'arrête"),
        (nn.Linear(2, 2), "forme .2000, 2."),
        (Function(lambda z: roll(z) * float("nan")), "NaN"),
        (Function(lambda z: 8 * roll(z) + 10), "points standardisés"),
    ],
    ids=["blank", "a number", "no weights", "another latent dimension", "two coordinates", "diverged", "raw points"],
)
def test_what_is_no_generator_is_told(notebook, namespace, generator, words):
    namespace["generator"] = generator
    with pytest.raises(CheckFailed, match=words):
        check(notebook, namespace)


def test_networks_that_learn_together_learn_as_if_alone(namespace):
    """The gradient of the sum of the losses, for each network, is that of its own loss; of their mean, a third."""
    torch.manual_seed(0)
    layers, x = namespace["new_layers"](3, [3, 8, 8, 1]), torch.randn(3, 20, 3)
    namespace["batched_loss"](namespace["batched_network"](layers, x), 1).backward()
    for r in range(3):
        alone = nn.Sequential(nn.Linear(3, 8), nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
        with torch.no_grad():
            for linear, (weight, bias) in zip(alone[::2], layers, strict=True):
                linear.weight.copy_(weight[r].T)
                linear.bias.copy_(bias[r, 0])
        nn.functional.binary_cross_entropy_with_logits(alone(x[r]), torch.ones(20, 1)).backward()
        for linear, (weight, bias) in zip(alone[::2], layers, strict=True):
            torch.testing.assert_close(weight.grad[r].T, linear.weight.grad, rtol=1e-4, atol=1e-7)
            torch.testing.assert_close(bias.grad[r, 0], linear.bias.grad, rtol=1e-4, atol=1e-7)


def test_new_layers_follow_the_law_of_linear(namespace):
    torch.manual_seed(0)
    (weight, bias), _ = namespace["new_layers"](50, [16, 40, 1])
    assert (weight.shape, bias.shape) == ((50, 16, 40), (50, 1, 40))
    for tensor in (weight, bias):
        assert float(tensor.detach().abs().max()) <= 16**-0.5
        assert float(tensor.detach().std()) == pytest.approx(16**-0.5 / 3**0.5, rel=0.03)


def test_generators_start_with_the_weights_of_a_linear_of_their_own_latent_dimension(namespace):
    """At a rate of 0, train_many gives its first weights back: uniform, up to 1 / root(latent dimension)."""
    torch.manual_seed(0)
    latent_dims = torch.tensor([1, 4, 10])
    (weight, bias), (second, _), _ = namespace["train_many"](latent_dims, 1, rate=lambda share: 0.0)
    for r, dim in enumerate(latent_dims.tolist()):
        for tensor in (weight[r], bias[r]):
            assert 0.85 < float(tensor.detach().abs().max()) * dim**0.5 <= 1 + 1e-6
    assert float(second.detach().abs().max()) <= 64**-0.5


def test_an_input_that_is_always_zero_changes_nothing(namespace):
    """A network of latent dimension 1 is the same whatever the weights of the inputs that it does not use."""
    torch.manual_seed(0)
    layers, z = namespace["new_layers"](2, [4, 8, 3]), namespace["masked_noise"](torch.tensor([1, 4]), 5)
    before = namespace["batched_network"](layers, z)
    with torch.no_grad():
        layers[0][0][0, 1:] += 10
    torch.testing.assert_close(namespace["batched_network"](layers, z)[0], before[0])


def test_trained_together_one_number_covers_little_and_two_cover_more(namespace):
    """tools/study.py latent: the median recall of 20 runs is 0.005, and 0.90, after 5,000 steps; 700 tell."""
    torch.manual_seed(0)
    latent_dims = torch.tensor([1, 2])
    generators = namespace["train_many"](latent_dims, 700)
    with torch.no_grad():
        clouds = namespace["batched_network"](generators, namespace["masked_noise"](latent_dims, 1000))
    recalls = [namespace["measure"](cloud, namespace["fresh"](1000, seed=1))[2] for cloud in clouds]
    assert recalls[0] < 0.03
    assert recalls[1] > 3 * recalls[0]


# The figure that one turns.


def shown(clouds, **options):
    bundle, metadata = plots.explore(clouds, title="Un titre", **options)._repr_mimebundle_()
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', bundle["text/html"])[1])
    return bundle, metadata, page


def test_explorer_holds_the_points_a_picture_and_its_text():
    points, lines = data.swiss_roll(50) / 10, np.zeros((3, 40, 3)) + np.linspace(-1, 1, 40)[None, :, None]
    bundle, metadata, page = shown({"réels": points, "G(z)": lines})
    alt = metadata["image/png"]["alt"]
    assert "50 points réels" in alt
    assert f'<img alt="{html.escape(alt)}"' in bundle["text/html"]
    assert f'aria-label="{html.escape(alt)}"' in page
    layers = json.loads(re.search(r"const layers = (.*), canvas", page)[1])
    assert [(layer["name"], layer["mark"]) for layer in layers] == [("réels", "o"), ("G(z)", "-")]
    drawn = np.array(layers[0]["pieces"][0][1]).reshape(-1, 3)
    np.testing.assert_allclose(drawn / drawn.max(), points / points.max(), atol=2e-3)
    colours = [colour for colour, _ in layers[1]["pieces"]]
    assert len(set(colours)) > 10


def test_explorer_asks_nothing_of_the_network_and_answers_the_keyboard():
    _, _, page = shown({"réels": data.swiss_roll(50)})
    assert not re.search(r"https?:|src=|import ", page)
    assert "ArrowLeft" in page
    assert 'tabindex="0"' in page


def test_explorer_text_cannot_leave_its_place():
    _, _, page = shown({"</script><b>": data.swiss_roll(20)}, alt='"><script>alert(1)</script>')
    assert page.count("</script>") == 1


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (np.zeros((5, 2)), "forme (5, 2)"),
        (np.zeros((0, 3)), "forme (0, 3)"),
        (np.full((5, 3), np.nan), "NaN"),
    ],
)
def test_explorer_refuses_what_is_not_in_space(points, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        plots.explore({"réels": points})
