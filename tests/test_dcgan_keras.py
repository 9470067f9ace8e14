"""TP 07: the counts of the two networks, the same numbers as PyTorch, and what this Keras freezes."""

import math

import numpy as np
import pytest
from notebook_cells import namespace_of, read

keras = pytest.importorskip("keras", reason="keras is not installed")
tf = pytest.importorskip("tensorflow", reason="tensorflow is not installed")


@pytest.fixture(scope="module")
def notebook():
    return namespace_of(read("07_dcgan_keras"))


def count(weights):
    return sum(math.prod(weight.shape) for weight in weights)


def test_full_width_has_the_parameters_of_the_tutorial(notebook):
    discriminator, generator = notebook["make_discriminator"](64, 0.3), notebook["make_generator"](64, 100)
    assert discriminator.count_params() == count(discriminator.trainable_weights) == 212_865
    assert (generator.count_params(), count(generator.trainable_weights)) == (2_330_944, 2_305_472)


def pair(notebook, width_g, width_d, seed):
    """Networks whose every weight is random: a new BatchNormalization, factor 1 and shift 0, would hide its order."""
    rng = np.random.default_rng(seed)
    networks = notebook["make_generator"](width_g, 100), notebook["make_discriminator"](width_d, 0.3)
    for network in networks:
        for weight in network.weights:
            if len(weight.shape) == 1 and "moving" not in weight.path and "seed" not in weight.path:
                weight.assign(weight.numpy() + 0.3 * rng.normal(size=weight.shape))
    z = rng.normal(size=(32, 100)).astype(np.float32)
    return *networks, z, rng.uniform(-1, 1, (32, 28, 28, 1)).astype(np.float32)


@pytest.mark.parametrize(("width_g", "width_d", "seed"), [(4, 6, 0), (16, 24, 1), (3, 3, 2), (7, 5, 3)])
def test_both_losses_are_those_of_pytorch(notebook, width_g, width_d, seed):
    keras.utils.set_random_seed(seed)
    ours, theirs = notebook["both_losses"](*pair(notebook, width_g, width_d, seed))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)


def test_symmetric_margins_give_other_losses(notebook):
    keras.utils.set_random_seed(0)
    ours, theirs = notebook["both_losses"](*pair(notebook, 8, 8, 0), symmetric=True)
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) > 1e-3


def test_the_images_of_both_generators_are_the_same(notebook):
    keras.utils.set_random_seed(4)
    generator, discriminator, z, _ = pair(notebook, 5, 4, 4)
    twin, _ = notebook["torch_twins"](generator, discriminator)
    images = twin(notebook["to_tensor"](z)).detach().numpy().transpose(0, 2, 3, 1)
    np.testing.assert_allclose(images, generator(z, training=True), atol=2e-5)


@pytest.mark.parametrize("size", [28, 14, 9, 10])
@pytest.mark.parametrize("kernel", [3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_same_margins_are_those_of_tensorflow(notebook, size, kernel, stride):
    before, after = notebook["same_margins"](size, kernel, stride)
    rng = np.random.default_rng(0)
    row, weights = rng.normal(size=(1, size, 1)), rng.normal(size=(kernel, 1, 1))
    padded = np.pad(row, ((0, 0), (before, after), (0, 0)))
    expected = tf.nn.conv1d(padded, weights, stride, "VALID")
    np.testing.assert_allclose(tf.nn.conv1d(row, weights, stride, "SAME"), expected)


# What the text of the session says: D learns, D is still while G learns, the D of the GAN is up to date; in a graph,
# then line by line. The same with Keras 3.13 and 3.15; another Keras that answers otherwise needs another text.
TABLE = {
    "rien de figé": ("oui non oui", "oui non oui"),
    "figé avant compile": ("non oui oui", "non oui oui"),
    "alias figé": ("non oui oui", "non oui oui"),
    "second modèle figé": ("non oui oui", "non oui oui"),
    "clone figé": ("oui oui non", "oui oui non"),
    "figé après un lot": ("oui oui oui", "non oui oui"),
    "libéré après compile": ("oui non oui", "oui non oui"),
    "libéré après un lot": ("oui oui oui", "erreur erreur erreur"),
    "bascule": ("oui oui oui", "oui oui oui"),
    "deux rubans": ("oui oui oui", "oui oui oui"),
}


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_recipes_freeze_what_the_session_says(notebook):
    from tp_gan.checks.dcgan_keras import RELIABLE, UNRELIABLE

    measured = {name: [] for name in notebook["recipes"]}
    try:
        for eagerly in (False, True):
            tf.config.run_functions_eagerly(eagerly)
            for name, recipe in notebook["recipes"].items():
                measured[name].append(" ".join(notebook["verdict"](recipe)))
    finally:
        tf.config.run_functions_eagerly(False)
    assert {name: tuple(answers) for name, answers in measured.items()} == TABLE
    assert {name for name, answers in TABLE.items() if set(" ".join(answers).split()) == {"oui"}} == RELIABLE
    assert RELIABLE | set(UNRELIABLE) == set(TABLE)


def test_steps_of_the_composed_model_move_one_network_each(notebook):
    """Compiled and traced, as in the session: D first, then G, three times."""
    keras.utils.set_random_seed(0)
    generator, discriminator = notebook["make_small_generator"](2), notebook["make_small_discriminator"](2)
    gan = notebook["make_gan"](generator, discriminator)
    for model in (discriminator, gan):
        model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(1e-3))
    real, moved = notebook["images"][:8], notebook["moved_weights"]
    actions = {
        "D": lambda: notebook["train_discriminator"](generator, discriminator, real),
        "G": lambda: notebook["train_generator"](gan, discriminator, 8),
    }
    for _ in range(3):
        for name, action in actions.items():
            before = [weight.numpy() for weight in generator.weights]
            moved_d = moved(discriminator, action)
            changed = any((a != b.numpy()).any() for a, b in zip(before, generator.weights, strict=True))
            assert (bool(moved_d), changed) == (name == "D", name == "G")


def test_the_judge_reads_channels_last(notebook):
    from tp_gan import judge

    images = notebook["images"][:20]
    expected = judge.features(notebook["train_set"].images[:20])
    np.testing.assert_array_equal(judge.features(images), expected)
    np.testing.assert_array_equal(judge.features(tf.constant(images)), expected)
