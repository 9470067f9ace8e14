"""TP 08: the full-size networks, layer by layer; the class in a real fit; what the laboratory measures; its buttons."""

import contextlib
import sys

import numpy as np
import pytest
from notebook_cells import namespace_of, read

from tp_gan.plots import buttons

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

# Items 15 and 17 of the course's inventory.
D_LAYERS = [1_024, 131_072, 512, 524_288, 1_024, 2_097_152, 2_048, 8_192]
G_LAYERS = [819_200, 2_048, 2_097_152, 1_024, 524_288, 512, 131_072, 256, 1_024]


@pytest.fixture(scope="module")
def namespace():
    with contextlib.redirect_stdout(None):
        return namespace_of(read("08_briques"))


@pytest.mark.parametrize(
    ("make", "layers", "total", "learnt"),
    [
        ("make_discriminator", D_LAYERS, 2_765_312, 2_763_520),
        ("make_generator", G_LAYERS, 3_576_576, 3_574_656),
    ],
)
def test_the_full_size_networks_have_the_published_counts(namespace, make, layers, total, learnt):
    network = namespace[make]()
    assert [layer.count_params() for layer in network.layers if layer.count_params()] == layers
    assert network.count_params() == total == sum(layers)
    assert sum(int(np.prod(weight.shape)) for weight in network.trainable_weights) == learnt


def test_the_sizes_go_down_and_up_by_halves(namespace):
    convolutions = [layer for layer in namespace["make_discriminator"](4).layers if "conv" in layer.name]
    assert [layer.output.shape[1:] for layer in convolutions] == [
        (32, 32, 4),
        (16, 16, 8),
        (8, 8, 16),
        (4, 4, 32),
        (1, 1, 1),
    ]
    transposed = [layer for layer in namespace["make_generator"](4, 10).layers if "conv" in layer.name]
    assert [layer.output.shape[1:] for layer in transposed] == [
        (4, 4, 32),
        (8, 8, 16),
        (16, 16, 8),
        (32, 32, 4),
        (64, 64, 1),
    ]


def test_fit_moves_both_networks_and_logs_four_measures(namespace):
    """A last batch that is smaller too."""
    keras.utils.set_random_seed(0)
    gan = namespace["DCGAN"](namespace["make_discriminator"](2), namespace["make_generator"](2, 5), 5)
    gan.compile(d_optimizer=keras.optimizers.Adam(1e-3), g_optimizer=keras.optimizers.Adam(1e-3))
    before = [weight.numpy() for weight in gan.trainable_weights]
    pictures = np.random.default_rng(0).integers(0, 256, (10, 64, 64, 1), dtype=np.uint8)
    dataset = tf.data.Dataset.from_tensor_slices(pictures).batch(4).map(namespace["rescale"])
    history = gan.fit(dataset, epochs=2, shuffle=False, verbose=0).history
    assert set(history) == {"d_loss", "g_loss", "real_accuracy", "fake_accuracy"}
    assert np.isfinite(list(history.values())).all()
    assert all(np.any(weight.numpy() != old) for weight, old in zip(gan.trainable_weights, before, strict=True))


def test_each_network_learns_from_its_own_loss_alone(namespace):
    """With one rate at 0, that network stays still while the other moves."""
    for still, moving in (("discriminator", "generator"), ("generator", "discriminator")):
        keras.utils.set_random_seed(0)
        gan = namespace["DCGAN"](namespace["make_discriminator"](2), namespace["make_generator"](2, 5), 5)
        rates = {name: 0.0 if name == still else 0.1 for name in (still, moving)}
        gan.compile(*(keras.optimizers.SGD(rates[name]) for name in ("discriminator", "generator")))
        before = {name: [w.numpy() for w in getattr(gan, name).trainable_weights] for name in (still, moving)}
        gan.train_step(tf.random.uniform((4, 64, 64, 1), -1, 1))
        same = {
            name: all(
                np.array_equal(w, old)
                for w, old in zip(getattr(gan, name).trainable_weights, before[name], strict=True)
            )
            for name in before
        }
        assert same == {still: True, moving: False}


def test_the_norm_of_the_gradient_is_the_steepest_slope(namespace):
    """Against a finite difference of the loss along the gradient itself."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh")])
    discriminator = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    z = tf.random.normal((20, 3))

    def loss():
        return -tf.reduce_mean(tf.math.log(discriminator(generator(z))))

    norm = namespace["gradient_norm"](generator, discriminator, z)
    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, generator.trainable_weights)
    slopes = []
    for side in (1, -1):
        for weight, part in zip(generator.trainable_weights, gradients, strict=True):
            weight.assign_add(side * 1e-2 * part / norm)
        slopes.append(float(loss()))
        for weight, part in zip(generator.trainable_weights, gradients, strict=True):
            weight.assign_sub(side * 1e-2 * part / norm)
    assert (slopes[0] - slopes[1]) / 2e-2 == pytest.approx(norm, rel=1e-2)


def test_diversity_is_zero_for_copies_and_known_for_two_levels(namespace):
    """n / 2 black and n / 2 white pictures: n / 2 x n / 2 pairs out of n (n - 1) / 2 are 255 apart."""
    levels = np.repeat(np.array([0, 255], dtype=np.uint8), 4).reshape(8, 1, 1, 1) * np.ones((64, 64, 1), np.uint8)
    assert namespace["diversity"](levels) == pytest.approx(255 * 16 / 28)
    assert namespace["diversity"](levels[:4]) == 0


def test_noise_outwards_leaves_the_loss_without_a_minimum():
    """The reason of question 5: as p goes to 1, the cross-entropy goes below any bound for y > 1, not for y < 1."""
    tiny = np.logspace(-1, -300, 50)  # 1 - p
    for y, bounded in ((0.95, True), (1.05, False)):
        loss = -y * np.log1p(-tiny) - (1 - y) * np.log(tiny)
        assert (loss.min() > 0) == bounded


def test_buttons_fall_back_to_one_line_where_nobody_reads():
    """Here, as in a notebook executed by a program."""
    bundle = buttons({"a": print})._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert "cellules suivantes" in bundle["text/plain"]


def test_buttons_without_ipywidgets_fall_back_too(monkeypatch):
    monkeypatch.setattr("tp_gan.plots.controls._someone_reads", lambda: True)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert list(buttons({"a": print})._repr_mimebundle_()) == ["text/plain"]


def test_a_button_runs_its_own_function_and_is_enabled_again(monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr("tp_gan.plots.controls._someone_reads", lambda: True)
    calls = []
    made = buttons({"un": lambda: calls.append(1), "deux": lambda: calls.append(2)}, "Essayer :")
    title, line, _ = made.box.children
    assert title.value == "Essayer :"
    line.children[1].click()
    assert calls == [2]
    assert not any(button.disabled for button in line.children)
    assert "application/vnd.jupyter.widget-view+json" in made._repr_mimebundle_()
