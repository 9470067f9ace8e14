"""Ce que vérifient les TP en Keras : des pas de gradient, écrits avec un GradientTape, et les réglages d'une couche.

As in `adversarial`, the student's functions run on small witness networks whose every input is recorded, with plain
SGD of rate 1: what moved is the gradient. It is compared with the one worked out here, and with what the usual
mistakes give, so that the message names the mistake.
"""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from tp_gan.checks import as_array

__all__ = [
    "Witness",
    "check_fresh",
    "check_learning",
    "check_learning_again",
    "check_left_free",
    "check_move",
    "check_normal",
    "check_normalisation",
    "check_returned",
    "close",
    "cross_entropy",
    "eagerly",
    "gradient",
    "percent",
    "sgd",
    "spaced",
    "traced",
]


@contextlib.contextmanager
def eagerly():
    """Functions decorated by tf.function run line by line inside, so that what they compute can be recorded."""
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


class _Memory:
    """What a Keras model keeps without tracking it."""

    def __init__(self):
        self.calls, self.training = [], []


class Witness(keras.Model):
    """A small network that keeps what it is called on, in eager mode and inside a tf.function alike.

    title: how messages call it, "D" or "G". stack: its layers, the first of which is keras.Input, or one Functional
    model. Several inputs come as a list. calls: for each call, the list of its inputs, as arrays. training: for each
    call, the value of the argument of that name; one a trace inside a tf.function.
    """

    def __init__(self, title, *stack):
        super().__init__()
        self.title, self.memory = title, _Memory()
        self.stack = stack[0] if isinstance(stack[0], keras.Model) else keras.Sequential(list(stack))

    def call(self, inputs, training=None):
        self.memory.training.append(training)
        parts = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if tf.executing_eagerly():
            self._record(*(np.array(part) for part in parts))
        else:
            tf.numpy_function(self._record, parts, [])
        return self.stack(inputs, training=training)

    def _record(self, *parts):
        self.memory.calls.append([np.array(part) for part in parts])

    def compute(self, inputs, training=True):
        """What the network gives, unseen."""
        return self.stack(inputs, training=training)

    @property
    def input_shape(self):
        return self.stack.input_shape

    @property
    def calls(self):
        return self.memory.calls

    @property
    def training_flags(self):
        return self.memory.training

    def forget(self):
        self.memory.calls.clear()
        self.memory.training.clear()

    def values(self):
        """Every weight, in one flat float64 array."""
        return np.concatenate([np.ravel(weight) for weight in self.stack.get_weights()]).astype(np.float64)

    def restore(self, other):
        """Take the weights of another witness."""
        self.stack.set_weights(other.stack.get_weights())


def gradient(function, network):
    """The gradient of what a function gives, with respect to each weight of a witness: one flat array.

    The weights of BatchNorm that no gradient moves are counted, with 0.
    """
    variables = network.stack.weights
    with tf.GradientTape() as tape:
        tape.watch([variable.value for variable in variables])
        result = function()
    gradients = tape.gradient(result, [variable.value for variable in variables])
    return np.concatenate(
        [
            np.zeros(variable.shape).ravel() if part is None else np.ravel(part)
            for part, variable in zip(gradients, variables, strict=True)
        ]
    ).astype(np.float64)


def sgd(rate=1.0):
    """A plain SGD optimizer: with a rate of 1, what it moved is the gradient. `iterations` counts its steps."""
    return keras.optimizers.SGD(rate)


def cross_entropy(scores, labels, logits=False):
    """The mean binary cross-entropy of scores of any shape, labels being a number or an array of that shape."""
    labels = labels * tf.ones_like(scores)
    if logits:
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, scores))
    return -tf.reduce_mean(labels * tf.math.log(scores) + (1 - labels) * tf.math.log(1 - scores))


def close(given, expected, tolerance=1e-2):
    """Whether two flat arrays are the same, up to a share of the length of the second."""
    return np.linalg.norm(given - expected) <= tolerance * np.linalg.norm(expected) + 1e-6


def check_move(answer, moved, expected, mistakes, network):
    """What one SGD step of rate 1 changed, against the expected gradient and those of the usual mistakes.

    expected: a flat array, or a list of those that are right. mistakes: {French text: flat array}.
    """
    expected = expected if isinstance(expected, list) else [expected]
    if any(close(moved, right) for right in expected):
        return
    if not moved.any():
        answer.fail(
            f"{network.title} n'a pas bougé : il manque optimizer.apply_gradients(zip(gradients, variables)) pour ses "
            "poids, ou le calcul de sa perte est hors du bloc « with tf.GradientTape() »."
        )
    for text, wrong in mistakes.items():
        if close(moved, wrong):
            answer.fail(f"{text}.")
    answer.fail(
        f"{network.title} bouge, mais pas dans la direction du gradient de sa perte. Utilisez tout le lot reçu, les "
        "bonnes étiquettes, et la perte demandée."
    )


def check_learning(answer, network, what="apprend"):
    """A network learns with training=True at each of its recorded calls, since BatchNorm and Dropout depend on it."""
    if not all(flag is True or (flag is not None and bool(flag)) for flag in network.training_flags):
        answer.fail(
            f"{network.title} {what} sans training=True, et BatchNorm et Dropout n'agissent plus comme il faut : "
            "écrivez network(entrées, training=True)."
        )


def check_learning_again(answer, step, *networks):
    """Witnesses learn at both of two calls of a step: one that the first call left frozen would not."""
    for _ in range(2):
        before = [network.values() for network in networks]
        with eagerly():
            answer.call(step)
        for network, old in zip(networks, before, strict=True):
            if np.array_equal(network.values(), old):
                answer.fail(
                    f"au second appel, {network.title} n'apprend plus : il reste figé après le premier "
                    "(trainable = False)."
                )


def check_left_free(answer, *networks):
    """Each network, a witness without BatchNorm, can learn at the next step: none of its weights is left frozen."""
    for network in networks:
        if len(network.trainable_weights) < len(network.weights):
            answer.fail(
                f"{network.title} reste figé après ce pas (trainable = False), et n'apprendra plus : remettez son "
                "trainable à True, ou ne le figez pas."
            )


def check_normalisation(answer, layer, asked):
    """The settings of a BatchNormalization. asked: the one that the text gives, as it is written in code."""
    # The running averages are those of some 1 / (1 - momentum) batches: 4 to 200, 100 by default.
    if not 0.75 <= layer.momentum <= 0.995:
        answer.fail(
            f"BatchNormalization a momentum = {layer.momentum:g}. En Keras, c'est la part de l'ancienne moyenne qui "
            f"est gardée : écrivez {asked}."
        )
    # 0.001 by default, 0.00001 in PyTorch; the variances to which it is added are near 1.
    if layer.epsilon > 0.01:
        answer.fail(
            f"BatchNormalization a epsilon = {layer.epsilon:g}, trop grand devant la variance à laquelle il s'ajoute : "
            "laissez sa valeur par défaut, 0,001."
        )


def check_normal(answer, z, remedy="Voyez tf.random.normal."):
    """Kolmogorov-Smirnov at 1e-9, for some 8,000 values: a false alarm is as rare as that. z: array (n, latent_dim)."""
    from scipy.stats import kstest

    z = as_array(z)
    if len(z) > 1 and ((z == z[:1]).all() or (z.shape[1] > 1 and (z == z[:, :1]).all())):
        answer.fail("le bruit se répète d'une ligne ou d'une colonne à l'autre : chaque nombre doit être tiré à part.")
    values, different = z.ravel(), np.unique(z)
    if 50 < len(different) < 0.9 * values.size and kstest(different, "norm").pvalue > 1e-9:
        answer.fail("les mêmes nombres servent plusieurs fois, le bruit se répète : chacun doit être tiré à part.")
    truncated = values.size > 1000 and np.abs(values).max() <= 2  # once in 1e20 for a normal noise
    if truncated or kstest(values, "norm").pvalue < 1e-9 or len(different) < 0.9 * values.size:
        answer.fail(
            f"le bruit ne suit pas la loi normale centrée réduite (moyenne {values.mean():.2f}, écart-type "
            f"{values.std():.2f}, de {values.min():.1f} à {values.max():.1f}). {remedy}"
        )


def check_fresh(answer, noises):
    """No two draws are the same."""
    for i, z in enumerate(noises):
        if any(z.shape == other.shape and np.array_equal(z, other) for other in noises[:i]):
            answer.fail("le même bruit sert deux fois : tirez-en un nouveau à chaque appel.")


def check_returned(answer, loss, expected, what="la perte renvoyée"):
    """A value within half a percent of what it should be, as some add a small number inside a logarithm."""
    if not np.isclose(float(loss), float(expected), rtol=5e-3, atol=1e-6):
        answer.fail(f"{what} vaut {float(loss):.4f} au lieu de {float(expected):.4f}.")


def traced(answer, function, *args, network=None):
    """Call a function twice inside one tf.function, as Keras's fit does; errors of the graph mode become a failure.

    network: a witness called on noise, whose noise must then differ from one call to the other: what NumPy draws
    inside a tf.function is drawn once and for all, when the graph is made.
    """
    graph = tf.function(lambda *given: function(*given), autograph=True)
    noises = []
    for _ in range(2):
        if network is not None:
            network.forget()
        with _silent():  # a line on stderr would cost the points of the cell
            answer.call(graph, *args)
        if network is not None:
            if not network.calls:
                answer.fail(f"{network.title} n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
            noises.append(network.calls[-1][0])
    if noises and np.array_equal(*noises):
        answer.fail(
            "dans un tf.function, le bruit est le même à chaque appel : np.random n'y tire qu'une fois, quand le "
            "graphe se construit. Tirez-le par tf.random.normal ou keras.random.normal."
        )


def spaced(count):
    """A whole number as French writes it: 2 766 785."""
    return f"{count:,}".replace(",", " ")


def percent(share):
    """A share as French writes it: 40 %."""
    return f"{100 * share:.0f} %"


@contextlib.contextmanager
def _silent():
    """TensorFlow's Python warnings, such as that a function is traced often, kept off the check cell."""
    logger = tf.get_logger()
    before = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(before)
