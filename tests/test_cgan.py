"""TP 10: what its answers compute, against what can be worked out by hand."""

import numpy as np
import pytest
from notebook_cells import namespace_of, read

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tp_gan import data, training


@pytest.fixture(scope="module")
def notebook():
    return namespace_of(read("10_cgan_visages"))


def test_full_size_networks_have_the_parameters_of_their_layers(notebook):
    """Five channels in the critic, 34 numbers in G; a label costs 16 weights a filter of the first layer."""
    critic = notebook["make_critic"](64, 3, 2, 64)
    kernels = 16 * (5 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512)
    assert critic.count_params() == kernels + 64 + 128 + 256 + 512 + 1 == 2_766_785
    generator = notebook["make_generator"](64, 3, 2, 64, 32)
    kernels = 16 * (34 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3)
    assert generator.count_params() == kernels + 4 * (512 + 256 + 128 + 64) + 3 == 3_037_955
    assert notebook["make_critic"](64, 3, 3, 64).count_params() - critic.count_params() == 1024


@pytest.mark.parametrize(("size", "channels", "classes"), [(64, 3, 2), (32, 1, 10)])
def test_generator_makes_what_the_critic_judges(notebook, size, channels, classes):
    generator = notebook["make_generator"](size, channels, classes, 4, notebook["latent_dim"])
    critic = notebook["make_critic"](size, channels, classes, 4)
    codes = notebook["one_hot"](np.arange(3, dtype="int32") % classes, classes)
    pictures = generator([notebook["noise"](3), codes])
    assert pictures.shape == (3, size, size, channels)
    assert critic([pictures, notebook["label_channels"](codes, size)]).shape == (3, 1)


def test_penalty_of_a_linear_critic_depends_on_its_slope_alone(notebook):
    """C(x, y) = w.x + v.y has the slope w everywhere, whatever the label: the penalty is (|w| - 1)^2."""
    rng = np.random.default_rng(0)
    w, v = (tf.constant(rng.normal(size=(4, 4, k)), tf.float32) for k in (3, 2))

    def critic(inputs, training):
        return sum(tf.reduce_sum(weight * part, axis=[1, 2, 3]) for weight, part in zip((w, v), inputs, strict=True))

    real, fake = (tf.constant(rng.uniform(-1, 1, (6, 4, 4, 3)), tf.float32) for _ in range(2))
    channels = notebook["label_channels"](notebook["one_hot"](np.arange(6, dtype="int32") % 2, 2), 4)
    expected = (np.linalg.norm(w) - 1) ** 2
    assert float(notebook["gradient_penalty"](critic, real, fake, channels)) == pytest.approx(expected, rel=1e-4)


def test_penalty_of_a_critic_that_reads_labels_depends_on_them(notebook):
    """C(x, y) = y_1 w.x has no slope for the label 0, and the slope w for the label 1."""
    w = tf.constant(np.random.default_rng(1).normal(size=(4, 4, 3)), tf.float32)

    def critic(inputs, training):
        x, channels = inputs
        return tf.reduce_sum(w * x * channels[..., 1:], axis=[1, 2, 3])

    real, fake = tf.ones((5, 4, 4, 3)), tf.zeros((5, 4, 4, 3))
    for label, slope in ((0, 0.0), (1, np.linalg.norm(w))):
        codes = notebook["one_hot"](np.full(5, label, dtype="int32"), 2)
        penalty = notebook["gradient_penalty"](critic, real, fake, notebook["label_channels"](codes, 4))
        assert float(penalty) == pytest.approx((slope - 1) ** 2, rel=1e-4)


def test_fit_moves_both_networks_and_logs_the_four_numbers(notebook):
    training.set_seed(0)
    gan = notebook["new_gan"](32, 1, 3, 4, 4)
    networks = gan.critic, gan.generator
    before = [network.get_weights() for network in networks]
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (40, 32, 32, 1), dtype=np.uint8), rng.integers(3, size=40, dtype=np.int32)
    run = training.Run(4, view=False)
    lots = notebook["batches"](images, labels, 8)
    gan.fit(lots, epochs=2, steps_per_epoch=2, callbacks=run.callbacks(), shuffle=False, verbose=0)
    assert {name: len(values) for name, values in run.history.items()} == {
        "c_loss": 4,
        "c_wass": 4,
        "c_gp": 4,
        "g_loss": 4,
    }
    assert np.isfinite(list(run.history.values())).all()
    assert np.allclose(
        np.array(run.history["c_loss"]),
        np.array(run.history["c_wass"]) + gan.gp_weight * np.array(run.history["c_gp"]),
        rtol=1e-3,
    )
    still = [
        [(new == old).all() for new, old in zip(network.get_weights(), weights, strict=True)]
        for network, weights in zip(networks, before, strict=True)
    ]
    # The critic's last bias is in both scores, and leaves their difference.
    assert still[0] == [False] * (len(still[0]) - 1) + [True]
    assert not any(still[1])
    assert int(gan.c_optimizer.iterations) == 4 * gan.critic_steps
    assert int(gan.g_optimizer.iterations) == 4


def test_batches_keep_each_picture_with_its_label_and_every_label_as_often(notebook):
    labels = np.array([0] * 40 + [1] * 10, dtype="int32")
    images = np.broadcast_to(np.arange(50)[:, None, None, None], (50, 2, 2, 1)).astype("uint8")
    lots = notebook["batches"](images, labels, 16)
    seen = set()
    for _ in range(60):
        pictures, told = next(lots)
        assert (labels[pictures[:, 0, 0, 0]] == told).all()
        assert told.sum() == 8
        seen |= set(pictures[:, 0, 0, 0].tolist())
    assert seen == set(range(50))


def test_change_ratio_of_pictures_whose_change_is_known(notebook):
    """0 when hair alone changes, 1 when everything changes alike, 1/3 when the outside changes a third as much."""
    hair = np.zeros((8, 8), "float32")
    hair[:3], hair[3] = 0.9, 0.3
    first = np.random.default_rng(0).uniform(-1, 1, (5, 8, 8, 3))
    for outside, ratio in ((0.0, 0.0), (0.6, 1.0), (0.2, 1 / 3)):
        change = np.where(hair > 0.5, 0.6, outside)[None, :, :, None] * np.array([1, -1, 1, -1, 1])[:, None, None, None]
        assert notebook["change_ratio"](first, first + change, hair) == pytest.approx(ratio)


def test_same_z_with_a_generator_that_ignores_labels_gives_equal_pictures(notebook):
    z, codes = keras.Input((notebook["latent_dim"],)), keras.Input((4,))
    generator = keras.Model([z, codes], keras.layers.Reshape((2, 2, 1))(keras.layers.Dense(4)(z)))
    pictures = notebook["same_z"](generator, notebook["noise"](6), 4)
    assert pictures.shape == (4, 6, 2, 2, 1)
    assert np.allclose(pictures, pictures[:1], atol=1e-5)


def test_classifier_tells_blond_faces_it_never_saw(notebook):
    """Its floor for the session is 97 %; a fifth of its training is enough for it on the drawn faces."""
    faces = data.faces(1500)
    labels = faces.has("Blond_Hair").astype("int32")
    training.set_seed(0)
    classifier = notebook["train_classifier"](faces.images[:1000], labels[:1000], 200)
    right = notebook["judged"](classifier, notebook["scaled"](faces.images[1000:])) == labels[1000:]
    assert right.mean() >= 0.97
