"""TP 09: its two figures; its penalty against finite differences; its training without NaN; its full-size networks."""

import numpy as np
import pytest
from notebook_cells import namespace_of, read

from tp_gan import plots

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")


@pytest.fixture(scope="module")
def notebook():
    return namespace_of(read("09_wgan_gp_visages"))


def test_full_size_networks_count_what_the_text_says(notebook):
    critic, generator = notebook["make_critic"](64, 0.3), notebook["make_generator"](64, 128)
    assert critic.count_params() == 2_764_737
    assert generator.count_params() == 3_808_003
    assert sum(int(np.prod(weight.shape)) for weight in generator.trainable_weights) == 3_806_083
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in critic.layers)


def test_penalty_of_a_plane_is_worked_out_by_hand(notebook):
    """f(x) = 3 x1 + 4 x2 has a gradient of norm 5 everywhere: (5 - 1)^2 = 16."""
    points = tf.random.normal((6, 2))
    penalty = notebook["gradient_penalty"](lambda x, training=None: x @ [[3.0], [4.0]], points)
    assert float(penalty) == pytest.approx(16)


@pytest.mark.parametrize("shape", [(2,), (3, 2, 2)])
def test_penalty_and_its_gradient_agree_with_finite_differences(notebook, shape):
    keras.utils.set_random_seed(0)
    flat = int(np.prod(shape))
    kernel = tf.Variable(tf.random.normal((flat, 5), dtype=tf.float64) / np.sqrt(flat))
    last = tf.random.normal((5, 1), dtype=tf.float64)

    def critic(x, training=None):
        return tf.tanh(tf.reshape(x, (-1, flat)) @ kernel) @ last

    points, h = tf.random.normal((4, *shape), dtype=tf.float64), 1e-5
    moves = np.eye(flat).reshape(flat, 1, *shape)
    slopes = np.hstack([(critic(points + h * move) - critic(points - h * move)) / (2 * h) for move in moves])
    expected = np.mean((np.linalg.norm(slopes, axis=1) - 1) ** 2)
    assert float(notebook["gradient_penalty"](critic, points)) == pytest.approx(expected, rel=1e-6)
    with tf.GradientTape() as tape:
        penalty = notebook["gradient_penalty"](critic, points)
    exact, start, values = float(tape.gradient(penalty, kernel)[1, 2]), kernel.numpy(), []
    for step in (h, -h):
        moved = start.copy()
        moved[1, 2] += step
        kernel.assign(moved)
        values.append(float(notebook["gradient_penalty"](critic, points)))
    assert exact == pytest.approx((values[0] - values[1]) / (2 * h), rel=1e-6)


def test_ratio_and_penalty_use_the_same_norm(notebook):
    """Of a linear score, the ratio along its gradient is the norm whose distance to 1 is penalised."""
    slope = tf.random.normal((12, 1))

    def critic(x, training=None):
        return tf.reshape(x, (-1, 12)) @ slope

    a = tf.zeros((1, 2, 2, 3))
    ratio = float(notebook["lipschitz_ratio"](critic, a, a + tf.reshape(slope, (1, 2, 2, 3)))[0])
    assert float(notebook["gradient_penalty"](critic, a)) == pytest.approx((ratio - 1) ** 2, rel=1e-4)


def test_a_flat_critic_gives_no_nan(notebook):
    kernel = tf.Variable(tf.zeros((2, 1)))
    with tf.GradientTape() as tape:
        penalty = notebook["gradient_penalty"](lambda x, training=None: x @ kernel, tf.random.normal((3, 2)))
    assert np.isfinite(tape.gradient(penalty, kernel)).all()


def test_a_training_by_fit_logs_four_finite_measures_and_moves_both_networks(notebook):
    """100 starts are in tools/study.py starts; this is one, by fit."""
    keras.utils.set_random_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (64, 64, 64, 3), dtype=np.uint8)
    gan = notebook["WGANGP"](notebook["make_generator"](2, 128), notebook["make_critic"](2, 0.1), critic_steps=2)
    before = [weight.numpy() for weight in gan.critic.trainable_weights + gan.generator.trainable_weights]
    gan.compile(*(keras.optimizers.Adam(5e-4, beta_1=0.5, beta_2=0.9) for _ in range(2)))
    history = gan.fit(notebook["batches"](images, 8), epochs=2, steps_per_epoch=2, shuffle=False, verbose=0).history
    assert sorted(history) == ["c_gp", "c_loss", "c_wass", "g_loss"]
    values = {name: np.array(numbers) for name, numbers in history.items()}
    assert np.isfinite(list(values.values())).all()
    np.testing.assert_allclose(values["c_loss"], values["c_wass"] + 10 * values["c_gp"], rtol=1e-4, atol=1e-4)
    after = [weight.numpy() for weight in gan.critic.trainable_weights + gan.generator.trainable_weights]
    moved = [(a != b).any() for a, b in zip(before, after, strict=True)]
    # The scores have no zero: the critic's loss does not depend on its last bias.
    last = len(gan.critic.trainable_weights) - 1
    assert [k for k, has_moved in enumerate(moved) if not has_moved] == [last]
    assert int(gan.c_optimizer.iterations) == 8
    assert int(gan.g_optimizer.iterations) == 4


def test_cone_is_left_only_by_a_function_that_is_too_steep():
    x = np.linspace(-2, 2, 101)
    picture = plots.lipschitz_cone(x, {"douce": 0.9 * x, "raide": 1.5 * x}, at=[0.0], title="Deux droites")
    assert "douce : reste dans tous ; raide : sort d'au moins un cône sur 0,99 de l'axe" in picture.alt
    assert [len(ax.get_legend().get_texts()) for ax in picture.figure.axes] == [1, 2]
    assert all(ax.get_xlabel() and ax.get_ylabel() for ax in picture.figure.axes)
    with pytest.raises(ValueError, match="xs en compte 101"):
        plots.lipschitz_cone(x, {"courte": x[:5]}, at=[0.0])


def test_level_lines_have_one_scale_each_and_their_numbers_in_the_text():
    axis = np.linspace(-1, 1, 11)
    bowl = axis[:, None] ** 2 + axis[None] ** 2
    picture = plots.level_lines({"a": bowl, "b": 0.001 * bowl}, axis, axis, np.zeros((3, 2)), "Deux cuvettes")
    assert picture.alt == "Deux cuvettes. Notes : a, de 0 à 2 ; b, de 0 à 0,002."
    assert len(picture.figure.axes) == 4
    assert picture.figure.get_suptitle() == "Deux cuvettes"
    with pytest.raises(ValueError, match=r"la grille demande \(11, 11\)"):
        plots.level_lines({"a": bowl[:3]}, axis, axis)
