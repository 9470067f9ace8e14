"""Vérifications du TP 10 : l'étiquette dans le critique, dans le générateur, dans la pénalité et dans les deux pas.

The networks of the student are judged by their number of parameters, which the text fixes, then by what they compute:
their own tensors, found by size and filled at random, are given to a reference written with tf.nn. The penalty and the
steps run on small witness networks (tp_gan.checks.tapes): each picture that the critic judged is recognised as a real
one, a fake or one in between, and its label channels are compared with those it should have.
"""

import itertools
import math
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tp_gan.checks import array, as_array, number, question, tapes
from tp_gan.checks.wgan import NO_EPSILON, check_one_step, in_graph

__all__ = [
    "check_CGAN",
    "check_change_ratio",
    "check_critic_step",
    "check_generator_step",
    "check_gradient_penalty",
    "check_label_channels",
    "check_make_critic",
    "check_make_generator",
    "check_new_small_gan",
    "check_one_hot",
    "check_same_z",
]

SIDE, CHANNELS, CLASSES = 4, 3, 8  # of the pictures on which the steps are checked


# The labels ----------------------------------------------------------------------------------------------------------


@question()
def check_one_hot(answer, seed):
    """(n,) integers to (n, classes) float32, in eager mode and inside a tf.function."""
    rng = np.random.default_rng(seed)
    for labels, classes in ((rng.permutation(np.arange(14) % 10), 10), ([1, 0, 0, 1, 0], 2), ([0, 0], 3 + seed)):
        labels = np.array(labels, dtype="int32")
        codes = answer.returned(tf.constant(labels), classes)
        found, n = as_array(codes), len(labels)
        if found is not None and found.shape == (classes, n) and classes != n:
            answer.fail("lignes et colonnes sont échangées : une ligne par étiquette, une colonne par classe.")
        if found is not None and found.ndim == 2 and found.shape[1] != classes and found.shape[0] == n:
            answer.fail(f"nombre de colonnes : {found.shape[1]} au lieu de {classes}, l'argument classes.")
        if found is not None and found.shape in ((n,), (n, 1)):
            answer.fail(
                "un seul nombre par étiquette : il en faut un par classe, 1 pour la bonne et 0 pour les autres."
            )
        values, right = array(answer, codes, (n, classes)), np.eye(classes)[labels]
        if np.allclose(values, right):
            continue
        for told, wrong in {
            "les 0 et les 1 sont échangés : 1 dans la colonne de l'étiquette, 0 dans les autres": 1 - right,
            "les classes sont à l'envers : l'étiquette 0 est celle de la première colonne": right[:, ::-1],
            "le 1 est décalé d'une colonne : l'étiquette 0 est celle de la première": np.roll(right, 1, axis=1),
            "la colonne contient l'étiquette elle-même : elle doit contenir 1": right * labels[:, None],
            "les nombres sont ramenés à [-1, 1] : ce sont des 0 et des 1": 2 * right - 1,
        }.items():
            if np.allclose(values, wrong):
                answer.fail(f"{told}.")
        answer.fail(f"l'étiquette {labels[0]} donne {_row(values[0])} au lieu de {_row(right[0])}.")
    if _dtype(codes) != "float32":
        answer.fail(f"les codages sont de type {_dtype(codes)}, les réseaux calculent en float32.")
    in_graph(answer, lambda given: answer.value(given, 2), tf.constant([0, 1], tf.int32))


@question()
def check_label_channels(answer, seed):
    """(n, classes) to (n, size, size, classes), constant over the pixels."""
    rng = np.random.default_rng(seed)
    for n, size, classes in ((2, 4, 10), (3, 5, 2), (4, 6 + seed, 3)):
        codes = np.eye(classes, dtype="float32")[rng.permutation(np.arange(n) % classes)]
        result = answer.returned(tf.constant(codes), size)
        found, right = as_array(result), np.broadcast_to(codes[:, None, None], (n, size, size, classes))
        shape = None if found is None else found.shape
        if shape == (n, classes, size, size):
            answer.fail(
                "les canaux viennent avant les pixels : en Keras, ils sont au dernier axe, (n, size, size, classes)."
            )
        if shape in ((n, size, size, 1), (n, size, size)):
            answer.fail("une seule carte, où l'étiquette est un nombre : il faut une carte par classe.")
        if shape == (n, 1, 1, classes):
            answer.fail("les codages ne sont pas répétés : (n, 1, 1, classes) doit devenir (n, size, size, classes).")
        if shape == (n, 64, 64, classes):
            answer.fail(f"la taille est écrite en dur : size vaut ici {size}.")
        if shape is not None and len(shape) == 4 and shape[0] == n and shape[3] != classes and shape[1] == size:
            answer.fail(f"il y a {shape[3]} canaux au lieu de {classes} : autant que codes a de colonnes.")
        values = array(answer, result, right.shape)
        if np.allclose(values, right):
            continue
        if np.allclose(values, 1 - right):
            answer.fail("les 0 et les 1 sont échangés : le canal de l'étiquette vaut 1, les autres 0.")
        if (values == values[:, :1, :1]).all():
            if np.allclose(values, right[:, :, :, ::-1]):
                answer.fail("les canaux sont à l'envers : le canal c porte le nombre c du codage.")
            answer.fail(
                "les cartes sont constantes, mais pas à la bonne valeur : le canal c de l'image i vaut codes[i, c]."
            )
        answer.fail(
            "le même codage doit être répété en chaque pixel : ici, les nombres varient d'un pixel à l'autre. Un "
            "reshape a mêlé les axes ; ajoutez deux axes, puis répétez selon eux."
        )
    if _dtype(result) != "float32":
        answer.fail(f"les canaux sont de type {_dtype(result)}, les réseaux calculent en float32.")
    in_graph(answer, lambda given: answer.value(given, 4), tf.constant(codes))


# The networks --------------------------------------------------------------------------------------------------------


@question()
def check_make_critic(answer, seed):
    """[pictures, label channels] to (n, 1): what the layers of the text compute."""
    rng = np.random.default_rng(seed)
    _check_new_each_time(answer, 32, 1, 2, 2)
    # Widths at which no two tensors have the same size.
    for size, channels, classes, width in ((64, 3, 2, 3 + 2 * seed), (32, 1, 10, 4)):
        network = _model(answer, answer.returned(size, channels, classes, width))
        x = rng.uniform(-1, 1, (4, size, size, channels)).astype("float32")
        codes = np.eye(classes, dtype="float32")[rng.integers(classes, size=4)]
        labels = np.array(np.broadcast_to(codes[:, None, None], (4, size, size, classes)))
        what = f"avec size = {size}, channels = {channels}, classes = {classes} et width = {width}, le critique"
        scores = _called(answer, network, x, labels, ("les images", "les canaux d'étiquette"))
        if _holds(network, layers.BatchNormalization):
            answer.fail("pas de BatchNormalization dans le critique : la pénalité porte sur chaque image, seule.")
        if _holds(network, (layers.GaussianNoise, layers.GaussianDropout)):
            answer.fail("pas de bruit dans le critique : il n'est pas dans les couches demandées.")
        if scores.shape != (4, 1):
            answer.fail(f"la sortie a la forme {scores.shape}, (n, 1) est attendue : une note par image.")
        _check_count(
            answer,
            network,
            _critic_sizes(size, channels + classes, width),
            what,
            _critic_counts(size, channels, classes, width),
        )
        sizes = _critic_sizes(size, channels + classes, width)
        tensors = _filled(answer, network, sizes, rng)
        given = as_array(network([x, labels], training=False))
        reference = partial(_scores, tensors, x, labels, size, width)
        _check_same(answer, given, reference, _critic_slips(), "la note du critique", {"swapped": True})


@question()
def check_make_generator(answer, seed):
    """[noise, codes] to pictures in [-1, 1]: what the layers of the text compute, in both modes."""
    rng = np.random.default_rng(seed)
    _check_new_each_time(answer, 32, 1, 2, 2, 5)
    for size, channels, classes, width, latent_dim in ((64, 3, 2, 3, 7 + seed), (32, 1, 10, 4, 5)):
        network = _model(answer, answer.returned(size, channels, classes, width, latent_dim))
        z = rng.normal(size=(6, latent_dim)).astype("float32")
        codes = np.eye(classes, dtype="float32")[rng.integers(classes, size=6)]
        what = f"avec size = {size}, channels = {channels}, classes = {classes}, width = {width}, G"
        pictures = _called(answer, network, z, codes, ("le bruit", "les codages"))
        if pictures.ndim == 4 and pictures.shape[1:3] != (size, size):
            answer.fail(
                f"les images ont {pictures.shape[1]} pixels de côté, et non size = {size} : une première convolution "
                "transposée fait passer de 1 à 4, chacune des suivantes double ce côté."
            )
        if pictures.shape != (6, size, size, channels):
            answer.fail(f"la sortie a la forme {pictures.shape}, {(6, size, size, channels)} est attendue.")
        if not _holds(network, layers.BatchNormalization):
            answer.fail("il manque les BatchNormalization, après chaque convolution transposée sauf la dernière.")
        for layer in _layers(network):
            if isinstance(layer, layers.BatchNormalization):
                tapes.check_normalisation(answer, layer, "momentum=0.9")
                layer.epsilon = 1e-3  # another is as good
        sizes = _generator_sizes(size, channels, classes, width, latent_dim)
        _check_count(answer, network, sizes, what, _generator_counts(size, channels, classes, width, latent_dim))
        tensors = _filled(answer, network, sizes, rng)
        for training in (False, True):
            given = as_array(network([z, codes], training=training))
            reference = partial(_pictures, tensors, z, codes, size, width, training)
            # The mode moves the running averages: it comes last.
            _check_same(answer, given, reference, _generator_slips(), "l'image de G", {"swapped": True})


def _critic_sizes(size, inputs, width):
    """The kernels and the biases of a critic: {(size, kind): shape}."""
    filters = [inputs, *(width * 2**i for i in range(int(math.log2(size // 4))))]
    kernels = [(4, 4, a, b) for a, b in itertools.pairwise(filters)] + [(4, 4, filters[-1], 1)]
    return [("kernel", shape) for shape in kernels] + [("bias", (shape[3],)) for shape in kernels]


def _generator_sizes(size, channels, classes, width, latent_dim):
    filters = [latent_dim + classes, *(width * 2**i for i in reversed(range(int(math.log2(size // 4)))))]
    kernels = [(4, 4, b, a) for a, b in itertools.pairwise(filters)] + [(4, 4, channels, filters[-1])]
    norms = [(name, (f,)) for f in filters[1:] for name in ("gamma", "beta", "moving_mean", "moving_variance")]
    return [("kernel", shape) for shape in kernels] + [("bias", (channels,))] + norms


def _total(sizes):
    return sum(math.prod(shape) for _, shape in sizes)


def _critic_counts(size, channels, classes, width):
    """What is said of the usual wrong numbers of parameters."""
    right = _critic_sizes(size, channels + classes, width)
    kernels, biases = _total(right[: len(right) // 2]), _total(right[len(right) // 2 :])

    def kernel(side):
        return kernels * side**2 // 16 + biases

    last = [shape for _, shape in right][len(right) // 2 - 1]
    return {
        "les canaux d'étiquette n'entrent pas dans la première convolution : joignez-les aux images": _total(
            _critic_sizes(size, channels, width)
        ),
        "l'étiquette entre par un seul canal : il en faut un par classe": _total(
            _critic_sizes(size, channels + 1, width)
        ),
        "le noyau est de 3, et non de 4": kernel(3),
        "le noyau est de 5, et non de 4": kernel(5),
        "il manque le biais des convolutions : sans normalisation, rien ne l'effacerait (use_bias=True)": kernels,
        "le dernier noyau est de 1, et non de 4 comme les autres": _total(right) - 15 * last[2],
        "la largeur ou la taille est écrite en dur : les paramètres sont ceux de width = 64": _total(
            _critic_sizes(size, channels + classes, 64)
        ),
        "la largeur est écrite en dur : les paramètres sont ceux de width = 16": _total(
            _critic_sizes(size, channels + classes, 16)
        ),
        "toutes les convolutions ont width filtres : ils doublent de l'une à la suivante": (
            16 * (channels + classes) * width + width + (len(right) // 2 - 2) * (16 * width**2 + width) + 16 * width + 1
        ),
    }


def _generator_counts(size, channels, classes, width, latent_dim):
    right = _generator_sizes(size, channels, classes, width, latent_dim)
    total, norms = (
        _total(right),
        _total([s for s in right if s[0] in ("gamma", "beta", "moving_mean", "moving_variance")]),
    )
    kernels, scales = _total([s for s in right if s[0] == "kernel"]), norms // 4
    first = 16 * width * size // 8
    return {
        "l'étiquette n'entre pas dans G : joignez les codages au bruit": total - classes * first,
        "l'étiquette entre dans G par un seul nombre : il en faut un par classe": total - (classes - 1) * first,
        "un biais précède une normalisation, qui l'efface : use_bias=False": total + scales,
        "il manque un biais : la dernière convolution transposée, que rien ne normalise, garde son biais": total
        - channels,
        "pas de normalisation après la dernière convolution transposée : tanh seule": total + 4 * channels,
        "le noyau est de 3, et non de 4": total - kernels + kernels * 9 // 16,
        "le noyau est de 5, et non de 4": total - kernels + kernels * 25 // 16,
        "la largeur est écrite en dur : les paramètres sont ceux de width = 64": _total(
            _generator_sizes(size, channels, classes, 64, latent_dim)
        ),
        "la largeur est écrite en dur : les paramètres sont ceux de width = 16": _total(
            _generator_sizes(size, channels, classes, 16, latent_dim)
        ),
        "la taille de z est écrite en dur : c'est latent_dim, et non 32": total + (32 - latent_dim) * first,
    }


def _check_count(answer, network, sizes, what, mistakes):
    counted, right = network.count_params(), _total(sizes)
    if counted == right:
        return
    for text, wrong in mistakes.items():
        if counted == wrong:
            answer.fail(f"{text}.")
    answer.fail(
        f"{what} a {tapes.spaced(counted)} paramètres au lieu de {tapes.spaced(right)}. Relisez les couches une à une."
    )


def _filled(answer, network, sizes, rng):
    """Fill the tensors of a network at random; the same, in the order and the shapes of the reference."""
    variables, tensors = list(network.weights), []
    for kind, shape in sizes:
        small = kind not in ("kernel", "bias")
        match = next(
            (
                variable
                for variable in variables
                if math.prod(variable.shape) == math.prod(shape)
                and (variable.name == kind or not small)
                and (small or variable.name not in ("gamma", "beta", "moving_mean", "moving_variance"))
            ),
            None,
        )
        if match is None:
            answer.fail(
                f"aucune couche n'a de poids de forme {shape}. Relisez les nombres de filtres, couche par couche."
            )
        variables = [variable for variable in variables if variable is not match]
        spread = 1.5 / math.sqrt(math.prod(shape) / shape[-1]) if kind == "kernel" else 0.3
        if kind == "kernel" and len(match.shape) == 2 and shape[0] == 4 and match.shape[1] != 1:
            # A Dense layer, in the place of the first transposed convolution.
            values = rng.normal(0, 0.4, (shape[3], 4, 4, shape[2])).astype("float32")
            match.assign(values.reshape(match.shape))
            values = values.transpose(1, 2, 3, 0)
        else:
            positive = kind in ("gamma", "moving_variance")
            values = rng.uniform(0.5, 1.5, shape) if positive else rng.normal(0, max(spread, 0.05), shape)
            values = values.astype("float32")
            match.assign(values.reshape(match.shape))
        tensors.append(values)
    return tensors


LEAK = partial(tf.nn.leaky_relu, alpha=0.2)


def _same(x):
    return x


def _scores(tensors, x, labels, size, width, bends=None, end=_same, swapped=False):
    """What a critic gives; swapped: the labels first."""
    half = len(tensors) // 2
    x = tf.concat([labels, x] if swapped else [x, labels], axis=3)
    for i in range(half - 1):
        x = tf.nn.conv2d(x, tensors[i], 2, "SAME") + tensors[half + i]
        x = (bends[i] if isinstance(bends, (list, tuple)) else bends or LEAK)(x)
    x = tf.nn.conv2d(x, tensors[half - 1], 1, "VALID") + tensors[-1]
    return end(tf.reshape(x, (len(x), -1))).numpy()


def _critic_slips():
    yield "une sigmoïde finit le critique : il rend une note, un nombre quelconque", {"end": tf.sigmoid}
    yield "une tanh finit le critique : il rend une note, un nombre quelconque", {"end": tf.tanh}
    yield "une activation suit la dernière convolution : la note peut être négative", {"end": LEAK}
    yield "une activation suit la dernière convolution : la note peut être négative", {"end": tf.nn.relu}
    yield (
        "les notes sont centrées sur le lot : chaque image a sa note, quelles que soient les autres",
        {"end": lambda y: y - tf.reduce_mean(y)},
    )
    yield from _bends()


def _bends():
    for slope, told in ((0.3, "0,3, la valeur par défaut de Keras"), (0.1, "0,1"), (0.01, "0,01")):
        yield (
            f"la pente de LeakyReLU est ici de {told} : écrivez negative_slope=0.2",
            {"bends": partial(tf.nn.leaky_relu, alpha=slope)},
        )
    yield "l'activation est ReLU : c'est LeakyReLU qui est demandée", {"bends": tf.nn.relu}
    yield "l'activation manque : LeakyReLU suit chaque convolution sauf la dernière", {"bends": _same}
    for i in range(4):
        yield (
            "une LeakyReLU manque : elle suit chaque convolution sauf la dernière",
            {"bends": [_same if i == j else LEAK for j in range(4)]},
        )


def _pictures(tensors, z, codes, size, width, training, bends=None, end=tf.tanh, swapped=False):
    count = int(math.log2(size // 4))
    kernels, bias, norms = tensors[: count + 1], tensors[count + 1], tensors[count + 2 :]
    x = tf.concat([codes, z] if swapped else [z, codes], axis=1)[:, None, None, :]
    for i, kernel in enumerate(kernels):
        side = 4 * 2**i
        shape = (len(z), side, side, kernel.shape[2])
        x = tf.nn.conv2d_transpose(x, kernel, shape, 2 if i else 1, "SAME" if i else "VALID")
        if i == count:
            break
        gamma, beta, mean, variance = norms[4 * i : 4 * i + 4]
        if training:
            mean, variance = tf.nn.moments(x, [0, 1, 2])
        x = gamma * (x - mean) / tf.sqrt(variance + 1e-3) + beta
        x = (bends[i] if isinstance(bends, (list, tuple)) else bends or LEAK)(x)
    return end(x + bias).numpy()


def _generator_slips():
    yield 'la sortie n\'est pas bornée : il manque activation="tanh" à la fin', {"end": _same}
    yield (
        "la sortie va de 0 à 1 (sigmoïde ?) : finissez par tanh, de -1 à 1, comme les vraies images",
        {"end": tf.sigmoid},
    )
    yield "la sortie n'est jamais négative (ReLU ?) : finissez par tanh, de -1 à 1", {"end": tf.nn.relu}
    yield "la sortie est bornée deux fois : une seule tanh", {"end": lambda y: tf.tanh(tf.tanh(y))}
    yield (
        "une activation précède tanh, après la dernière convolution transposée : tanh seule",
        {"end": lambda y: tf.tanh(LEAK(y))},
    )
    yield from _bends()


def _check_same(answer, given, reference, slips, what, other):
    """Whether a network gives what the reference gives, its inputs joined in one order or in the other."""
    orders = ({}, other)
    if any(_close(given, reference(**order)) for order in orders):
        return
    for text, changes in slips:
        if any(_close(given, reference(**changes, **order)) for order in orders):
            answer.fail(f"{text}.")
    answer.fail(
        f"avec les mêmes poids, {what} n'est pas celle des couches demandées : relisez leurs pas, leurs marges, leur "
        "ordre et leurs activations."
    )


def _called(answer, network, first, second, names):
    """What a network of two inputs gives; when it takes them in the other order, that is said."""
    try:
        return as_array(network([first, second], training=False))
    except Exception:
        try:
            network([second, first], training=False)
        except Exception:
            inputs = getattr(network, "inputs", None)
            if inputs is not None and len(inputs) == 1:
                answer.fail(f"une seule entrée : le réseau en attend deux, {names[0]} puis {names[1]}.")
            answer.call(network, [first, second], training=False)
            raise
    return answer.fail(f"les deux entrées sont échangées : {names[0]} d'abord, {names[1]} ensuite.")


def _model(answer, value):
    if not isinstance(value, keras.layers.Layer):
        answer.fail(f"un modèle de Keras est attendu, et c'est un objet de type {type(value).__name__}.")
    return value


def _layers(network):
    for layer in getattr(network, "layers", []):
        yield layer
        yield from _layers(layer)


def _holds(network, kind):
    return any(isinstance(layer, kind) for layer in _layers(network))


def _check_new_each_time(answer, *arguments):
    first, second = (_model(answer, answer.returned(*arguments)) for _ in range(2))
    if first is second or {id(w) for w in first.weights} & {id(w) for w in second.weights}:
        answer.fail("deux appels renvoient le même réseau : créez les couches à l'intérieur de la fonction.")


# The penalty and the steps -------------------------------------------------------------------------------------------


@question()
def check_gradient_penalty(answer, seed):
    """Interpolates of one uniform number a picture, judged with their label; (norm - 1) squared, averaged."""
    keras.utils.set_random_seed(100 + seed)
    _, critic = _witnesses(answer)
    drawn = []
    for n in (12, 12, 2000):
        real, _, channels = _batch(n, seed + len(drawn))
        fake = np.random.default_rng(seed + 50).uniform(-1, 1, real.shape).astype("float32")
        critic.forget()
        with tapes.eagerly(), tf.GradientTape() as tape:
            result = answer.returned(critic, tf.constant(real), tf.constant(fake), tf.constant(channels))
        value = number(answer, result)
        between, told = _interpolates(answer, critic, real, fake, channels)
        drawn.append(_shares(answer, between, real, fake))
        if n > 100:
            break
        if not _labelled(told, channels):
            answer.fail(
                "le critique ne reçoit pas channels avec les images intermédiaires : l'étiquette sert ici aussi."
            )
        _check_penalty(answer, value, critic, between, channels)
        moved = tape.gradient(result, critic.trainable_variables) if isinstance(result, tf.Tensor) else [None]
        if all(part is None for part in moved):
            answer.fail(
                "le résultat n'est plus relié aux poids du critique : ni numpy(), ni float(), ni "
                "stop_gradient dans la pénalité."
            )
        right = tapes.gradient(partial(_penalty, critic, between, channels), critic)
        if not tapes.close(_flat(moved, critic), right):
            answer.fail(
                "la valeur est juste, mais pas son gradient par rapport aux poids du critique : un stop_gradient ?"
            )
    _check_uniform(answer, drawn)
    _check_flat_critic(answer, critic, real[:4], fake[:4], channels[:4])
    in_graph(
        answer,
        lambda *given: answer.value(critic, *given),
        *map(tf.constant, (real[:4], fake[:4], channels[:4])),
        network=None,
    )


@question(check_label_channels, check_gradient_penalty)
def check_critic_step(answer, seed):
    """The critic's move and the three numbers returned; G unmoved; fresh noise; every label in its place."""
    keras.utils.set_random_seed(200 + seed)
    generator, critic = _witnesses(answer)
    optimizer, noises, drawn = tapes.sgd(), [], []
    optimizer.build(critic.trainable_variables)
    for turn, (n, weight) in enumerate(((16, 4.0), (16, 10.0), (-(-8192 // _latent_dim(answer)), 10.0))):
        real, codes, channels = _batch(n, 10 * seed + turn)
        generator.forget()
        critic.forget()
        before_g, before_c, old = generator.values(), critic.values(), critic.stack.get_weights()
        arguments = (generator, critic, optimizer, tf.constant(real), tf.constant(codes), weight)
        with tapes.eagerly():
            result = answer.returned(*arguments)
        loss, wass, gp = _three(answer, result)
        z, fake = _fakes(answer, generator, n, codes, "vrais")
        noises.append(z)
        tapes.check_fresh(answer, noises)
        if not critic.calls:
            answer.fail("l'argument critic n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        tapes.check_learning(answer, generator, "fabrique les faux")
        _check_scoring(answer, critic, real, fake)
        if not np.array_equal(generator.values(), before_g):
            answer.fail("G a bougé : ce pas n'entraîne que le critique.")
        tapes.check_left_free(answer, generator, critic)
        if n > 100:
            break
        judged = _judged(critic, real, fake)
        _check_labels(answer, judged, channels)
        between = judged["between"][0]
        drawn.append(_shares(answer, between, real, fake))
        moved = before_c - critic.values()
        check_one_step(answer, optimizer, turn, moved)
        new = critic.stack.get_weights()
        critic.stack.set_weights(old)
        expected, mistakes = _critic_moves(critic, real, fake, between, channels, weight)
        tapes.check_move(answer, moved, expected, mistakes, critic)
        right = _critic_losses(critic, real, fake, between, channels)
        critic.stack.set_weights(new)
        _check_three(answer, (loss, wass, gp), right, weight)
    tapes.check_normal(answer, z)
    _check_uniform(answer, drawn)
    real, codes, _ = _batch(4, seed)
    critic.stack.set_weights([np.zeros_like(weight) for weight in old])
    with tapes.eagerly():
        answer.call(answer.value, generator, critic, tapes.sgd(), tf.constant(real), tf.constant(codes), 10.0)
    if not np.isfinite(critic.values()).all():
        answer.fail(f"{NO_EPSILON}.")
    critic.stack.set_weights(old)
    in_graph(
        answer,
        lambda x, y: answer.value(generator, critic, optimizer, x, y, 10.0),
        *map(tf.constant, (real, codes)),
        network=generator,
    )


@question(check_label_channels)
def check_generator_step(answer, seed):
    """G's move and the loss returned; the critic unmoved; fresh noise; the same labels for both networks."""
    keras.utils.set_random_seed(300 + seed)
    generator, critic = _witnesses(answer)
    optimizer, noises = tapes.sgd(), []
    optimizer.build(generator.trainable_variables)
    for turn, n in enumerate((16, 16, -(-8192 // _latent_dim(answer)))):
        _, codes, channels = _batch(n, 10 * seed + turn)
        generator.forget()
        critic.forget()
        before_g, before_c, old = generator.values(), critic.values(), generator.stack.get_weights()
        with tapes.eagerly():
            result = answer.returned(generator, critic, optimizer, tf.constant(codes))
        loss = number(answer, result, "la perte renvoyée")
        new = generator.stack.get_weights()
        generator.stack.set_weights(old)
        z, _ = _fakes(answer, generator, n, codes, "codages")
        noises.append(z)
        tapes.check_fresh(answer, noises)
        if not critic.calls:
            answer.fail(
                "l'argument critic n'est jamais appelé : la perte de G se calcule sur les notes que le critique donne "
                "à ses faux."
            )
        tapes.check_learning(answer, generator, "apprend")
        if not np.array_equal(critic.values(), before_c):
            answer.fail("le critique a bougé : ce pas n'entraîne que G, par son optimiseur et ses trainable_variables.")
        tapes.check_left_free(answer, generator, critic)
        if n > 100:
            break
        given = np.concatenate([call[1] for call in critic.calls])
        if given.shape == channels.shape and not np.allclose(given, channels):
            answer.fail(
                "le critique note les faux avec d'autres étiquettes que celles de leur fabrication : les mêmes codes "
                "servent à G et, en canaux, au critique."
            )
        moved = before_g - _weights(new)
        check_one_step(answer, optimizer, turn, moved)

        scored = partial(_score, generator, critic, z, codes, channels)
        expected = tapes.gradient(partial(scored, lambda y: -tf.reduce_mean(y)), generator)
        mistakes = {
            "le signe est inversé : G cherche à faire monter la note, et sa perte en est l'opposé": -expected,
            "c'est une somme sur le lot, et non une moyenne": n * expected,
            "c'est une entropie croisée : le critique rend une note, la perte est l'opposé de sa moyenne": (
                tapes.gradient(partial(scored, lambda y: tapes.cross_entropy(y, 1.0, True)), generator)
            ),
            "la perte est le carré de la note : c'est l'opposé de sa moyenne qui est demandé": tapes.gradient(
                partial(scored, lambda y: tf.reduce_mean(y**2)), generator
            ),
        }
        tapes.check_move(answer, moved, expected, mistakes, generator)
        right = float(scored(lambda y: -tf.reduce_mean(y)))
        generator.stack.set_weights(new)
        if np.isclose(loss, -right, rtol=1e-3):
            answer.fail("G apprend bien, mais la valeur renvoyée est la note moyenne : la perte en est l'opposé.")
        tapes.check_returned(answer, loss, right)
    tapes.check_normal(answer, z)
    in_graph(
        answer,
        lambda y: answer.value(generator, critic, optimizer, y),
        tf.constant(codes[:4]),
        network=generator,
    )


def _score(generator, critic, z, codes, channels, loss):
    """A loss of the scores that the critic gives to what G makes."""
    return loss(_on(critic, [_on(generator, [z, codes]), channels]))


class _Logged(keras.optimizers.SGD):
    """An optimizer that moves nothing, and says when it was asked to."""

    def __init__(self, title, log, *networks):
        super().__init__(0.0)
        self._say = lambda: log.append((title, *(len(network.calls) for network in networks)))

    def apply(self, *arguments, **options):
        self._say()
        return super().apply(*arguments, **options)


@question(check_one_hot, check_critic_step, check_generator_step)
def check_CGAN(answer, seed):
    """train_step: bytes scaled, labels coded, critic_steps steps of the critic, one of G, four numbers returned."""
    keras.utils.set_random_seed(400 + seed)
    for steps, weight in ((3, 4.0), (2, 10.0)):
        generator, critic = _witnesses(answer)
        gan, log = answer.returned(critic, generator, CLASSES, critic_steps=steps, gp_weight=weight), []
        if not isinstance(gan, keras.Model):
            answer.fail("une sous-classe de keras.Model est attendue : gardez « class CGAN(keras.Model) ».")
        optimizers = [_Logged(title, log, generator, critic) for title in ("C", "G")]
        answer.call(gan.compile, *optimizers)
        rng = np.random.default_rng(seed)
        images = rng.integers(0, 256, (12, SIDE, SIDE, CHANNELS), dtype=np.uint8)
        labels = rng.permutation(np.arange(12, dtype="int32") % CLASSES)
        codes = np.eye(CLASSES, dtype="float32")[labels]
        generator.forget()
        critic.forget()
        with tapes.eagerly():
            result = answer.call(gan.train_step, (tf.constant(images), tf.constant(labels)))
        if result is None and not log:
            answer._fail_blank()
        _check_order(answer, "".join(entry[0] for entry in log), steps)
        real, channels = _scaled(answer, critic, images), _spread(codes)
        starts = (0, *(entry[2] for entry in log[:-2]))
        calls = [critic.calls[start : entry[2]] for start, entry in zip(starts, log, strict=False)]
        if any(len(part) == 0 or "real" not in _judged_of(part, real, real) for part in calls):
            answer.fail(f"le critique ne voit pas les 12 vraies images du lot à chacun de ses {steps} pas.")
        # One call may make the fakes of several steps.
        z, given = (np.concatenate(parts) for parts in zip(*generator.calls, strict=True))
        if len(given) % 12 or not np.allclose(given, np.tile(codes, (len(given) // 12, 1))):
            answer.fail("G ne reçoit pas, à chaque pas, les codages des étiquettes du lot.")
        noises = np.split(z, len(z) // 12)
        if len(noises) < steps + 1:
            answer.fail("les mêmes faux servent à plusieurs pas : chacun des pas, celui de G aussi, a un bruit neuf.")
        tapes.check_fresh(answer, noises)
        last = critic.calls[log[-2][2] : log[-1][2]]
        _check_numbers(answer, result, generator, critic, noises, calls, last, real, codes, channels, weight)
    generator, critic = _witnesses(answer)
    gan = answer.returned(critic, generator, CLASSES, critic_steps=1)
    answer.call(gan.compile, tapes.sgd(0.01), tapes.sgd(0.01))
    images, labels = tf.constant(images[:4]), tf.constant(labels[:4])
    tapes.check_learning_again(answer, lambda: gan.train_step((images, labels)), generator, critic)
    in_graph(answer, lambda x, y: gan.train_step((x, y)), images, labels, network=generator)


def _check_order(answer, order, steps):
    """order: "CCCG" when all is well."""
    right = "C" * steps + "G"
    if order == right:
        return
    for told, wrong in {
        "il manque le pas de G": "C" * steps,
        "il manque les pas du critique": "G",
        f"critic_steps n'est pas suivi : le critique fait un pas au lieu de self.critic_steps = {steps}": "CG",
        "G fait un pas à chaque pas du critique : son pas vient après la boucle": "CG" * steps,
        "G passe avant le critique : les pas du critique d'abord, puis celui de G": "G" + "C" * steps,
        "aucun des deux optimiseurs n'avance : appelez critic_step et generator_step": "",
    }.items():
        if order == wrong:
            answer.fail(f"{told}.")
    if order.startswith(right) and set(order[len(right) :]) == {"G"}:
        answer.fail(f"G fait {order.count('G')} pas : un seul, après ceux du critique.")
    if order == "CCCG":
        answer.fail(f"le nombre de pas est écrit en dur : il est dans self.critic_steps, ici {steps}.")
    if set(order) == {"G"} or order.count("G") > 1:
        answer.fail(
            "les optimiseurs sont mêlés : self.c_optimizer pour le critique, self.g_optimizer pour G, une seule fois."
        )
    answer.fail(
        f"le critique fait {order.count('C')} pas et G {order.count('G')} : {steps} (self.critic_steps) et 1 sont "
        "attendus."
    )


def _scaled(answer, critic, images):
    """The real pictures as they should be; the message when the critic did not see them so."""
    scaled = images.astype("float32") / 127.5 - 1
    seen = np.concatenate([call[0] for call in critic.calls]).reshape(-1, SIDE * SIDE * CHANNELS)

    def among(pictures):
        return all((np.abs(seen - row).max(axis=1) < 1e-3).any() for row in pictures.reshape(len(pictures), -1))

    if among(scaled):
        return scaled
    x = images.astype("float32")
    for told, wrong in {
        "le critique voit des octets de 0 à 255 : ramenez les images dans [-1, 1]": x,
        "les images sont ramenées à [0, 1], et celles de G à [-1, 1] : divisez par 127,5, puis ôtez 1": x / 255,
        "les images sont divisées par 127,5, mais pas centrées : ôtez 1": x / 127.5,
        "les images sont divisées par 255 : divisez-les par 127,5 avant d'ôter 1": x / 255 - 1,
    }.items():
        if among(wrong):
            answer.fail(f"{told}.")
    return answer.fail("le critique ne voit pas les images du lot, ramenées dans [-1, 1].")


def _check_numbers(answer, result, generator, critic, noises, calls, last, real, codes, channels, weight):
    """The four numbers. calls: those of the critic, for each of its steps; last: those for the step of G."""
    names = ["c_loss", "c_wass", "c_gp", "g_loss"]
    if not isinstance(result, dict) or not set(names) <= set(result):
        told = f"ses clés sont {', '.join(map(str, result))}" if isinstance(result, dict) else "ce n'en est pas un"
        answer.fail(f"train_step renvoie un dictionnaire de clés {', '.join(names)} : {told}.")
    found = [number(answer, result[name], name) for name in names]
    rows = []
    for z, part in zip(noises, calls, strict=False):
        # The steps check the labels; a penalty that is not there was told.
        fake = _on(generator, [z, codes]).numpy()
        judged = _judged_of(part, real, fake)
        _check_labels(answer, judged, channels)
        wass, gp = _critic_losses(critic, real, fake, judged["between"][0], channels)
        rows.append([wass + weight * gp, wass, gp])
    fake = _on(generator, [noises[-1], codes])
    g_loss = -float(tf.reduce_mean(_on(critic, [fake, channels])))
    seen = np.concatenate([call[1] for call in last])
    if seen.shape == channels.shape and not np.allclose(seen, channels):
        answer.fail("au pas de G, le critique reçoit d'autres étiquettes que celles du lot.")
    rows = np.array(rows)
    right = [*rows[-1], g_loss]
    if np.allclose(found, right, rtol=5e-3, atol=1e-4):
        return
    if np.allclose(found[:3], rows[0], rtol=5e-3, atol=1e-4):
        answer.fail("les nombres renvoyés sont ceux du premier pas du critique : ceux du dernier sont demandés.")
    if np.allclose(found[:3], rows.mean(axis=0), rtol=5e-3, atol=1e-4):
        answer.fail("les nombres renvoyés sont des moyennes sur les pas du critique : ceux du dernier sont demandés.")
    if np.allclose(found[:3], rows.sum(axis=0), rtol=5e-3, atol=1e-4):
        answer.fail("les nombres renvoyés sont des sommes sur les pas du critique : ceux du dernier sont demandés.")
    if sorted(np.round(found, 3)) == sorted(np.round(right, 3)):
        answer.fail(
            "les quatre nombres sont bons, mais pas sous les bonnes clés : critic_step rend perte, écart, pénalité."
        )
    for name, value, wanted in zip(names, found, right, strict=True):
        if not np.isclose(value, wanted, rtol=5e-3, atol=1e-4):
            hint = " : gp_weight vient-il de self.gp_weight ?" if name == "c_loss" else ", sa valeur au dernier pas."
            answer.fail(f"{name} vaut {value:.4f} au lieu de {wanted:.4f}{hint}")


# Witnesses, and what they saw ----------------------------------------------------------------------------------------


class TwoInputs(tapes.Witness):
    """A witness that takes two inputs, and says so in French."""

    @property
    def inputs(self):
        return self.stack.inputs

    @property
    def output_shape(self):
        return self.stack.output_shape

    @tf.autograph.experimental.do_not_convert
    def __call__(self, inputs, *arguments, **options):
        names = {"G": "[bruit, codages]"}.get(self.title, "[images, canaux]")
        if not isinstance(inputs, (list, tuple)) or len(inputs) != 2:
            raise TypeError(f"{self.title} attend une liste de deux entrées, {names}")
        given, taken = ([str(part.shape[1:]) for part in parts] for parts in (inputs, self.inputs))
        if given == taken[::-1] != taken:
            raise TypeError(f"les deux entrées de {self.title} sont échangées, l'ordre est {names}")
        return super().__call__(inputs, *arguments, **options)


def _witnesses(answer):
    """A small generator and a small critic, of two inputs each."""
    z, codes = keras.Input((_latent_dim(answer),)), keras.Input((CLASSES,))
    x = layers.Dense(8, activation="tanh")(layers.Concatenate()([z, codes]))
    x = layers.Reshape((SIDE, SIDE, CHANNELS))(layers.Dense(SIDE * SIDE * CHANNELS, activation="tanh")(x))
    generator = TwoInputs("G", keras.Model([z, codes], x))
    pictures, channels = keras.Input((SIDE, SIDE, CHANNELS)), keras.Input((SIDE, SIDE, CLASSES))
    x = layers.Flatten()(layers.Concatenate()([pictures, channels]))
    x = layers.Dense(8, activation="tanh", kernel_initializer=keras.initializers.RandomNormal(0, 0.12))(x)
    critic = TwoInputs("le critique", keras.Model([pictures, channels], layers.Dense(1)(x)))
    return generator, critic


def _latent_dim(answer):
    value = answer.namespace.get("latent_dim", 32)
    if not isinstance(value, int) or value < 1:
        answer.fail(f"latent_dim vaut {value!r} : un entier positif est attendu.")
    return value


def _batch(n, seed):
    """Pictures in [-1, 1], codes, and channels: float32 arrays."""
    rng = np.random.default_rng(1000 + seed)
    real = rng.uniform(-1, 1, (n, SIDE, SIDE, CHANNELS)).astype("float32")
    codes = np.eye(CLASSES, dtype="float32")[rng.permutation(np.arange(n) % CLASSES)]
    return real, codes, _spread(codes)


def _spread(codes):
    return np.array(np.broadcast_to(codes[:, None, None], (len(codes), SIDE, SIDE, CLASSES)))


def _penalty(critic, between, channels, norm=None):
    """Gulrajani et al. (2017), equation 3. norm: another use of the gradients, for the usual mistakes."""
    between = tf.constant(between)
    with tf.GradientTape() as tape:
        tape.watch(between)
        scores = _on(critic, [between, channels])
    slopes = tape.gradient(scores, between)
    if norm is not None:
        return norm(slopes)
    norms = tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12)
    return tf.reduce_mean((norms - 1) ** 2)


def _check_penalty(answer, value, critic, between, channels):
    right = float(_penalty(critic, between, channels))
    if np.isclose(value, right, rtol=2e-3):
        return

    def norms(slopes, axis=(1, 2, 3)):
        return tf.sqrt(tf.reduce_sum(slopes**2, axis=axis) + 1e-12)

    mistakes = {
        "c'est une somme sur le lot, et non une moyenne": lambda s: tf.reduce_sum((norms(s) - 1) ** 2),
        "il manque la racine : la norme est la racine de la somme des carrés": lambda s: tf.reduce_mean(
            (tf.reduce_sum(s**2, axis=[1, 2, 3]) - 1) ** 2
        ),
        "la norme est prise sur tout le lot à la fois : une par image, sur les axes 1, 2 et 3": lambda s: (
            (norms(s, (0, 1, 2, 3)) - 1) ** 2
        ),
        "la somme oublie l'axe des canaux : les axes sont 1, 2 et 3": lambda s: tf.reduce_mean(
            (norms(s, (1, 2)) - 1) ** 2
        ),
        "la somme ne porte que sur les canaux : les axes sont 1, 2 et 3": lambda s: tf.reduce_mean(
            (norms(s, 3) - 1) ** 2
        ),
        "la somme oublie un axe : ils sont trois, 1, 2 et 3": lambda s: tf.reduce_mean((norms(s, 1) - 1) ** 2),
        "la racine est celle de la moyenne des carrés, et non de leur somme (tf.reduce_sum)": lambda s: tf.reduce_mean(
            (tf.sqrt(tf.reduce_mean(s**2, axis=[1, 2, 3])) - 1) ** 2
        ),
        "il manque le - 1 : on ôte 1 à la norme avant d'élever au carré": lambda s: tf.reduce_mean(norms(s) ** 2),
        "on ôte 1 à la norme, avant le carré, et non après": lambda s: tf.reduce_mean(norms(s) ** 2 - 1),
        "seules les normes plus grandes que 1 comptent : ici, toutes": lambda s: tf.reduce_mean(
            tf.nn.relu(norms(s) - 1) ** 2
        ),
        "il manque le carré de (norme - 1)": lambda s: tf.reduce_mean(norms(s) - 1),
        "c'est une valeur absolue : le carré de (norme - 1) est demandé": lambda s: tf.reduce_mean(
            tf.abs(norms(s) - 1)
        ),
        "la moyenne est prise avant le carré : d'abord (norme - 1) au carré, ensuite la moyenne": lambda s: (
            (tf.reduce_mean(norms(s)) - 1) ** 2
        ),
        "c'est la somme des valeurs absolues : prenez la racine de la somme des carrés": lambda s: tf.reduce_mean(
            (tf.reduce_sum(tf.abs(s), axis=[1, 2, 3]) - 1) ** 2
        ),
        "la pénalité est déjà multipliée par 10 : c'est critic_step qui s'en charge": lambda s: (
            10 * tf.reduce_mean((norms(s) - 1) ** 2)
        ),
    }
    for text, wrong in mistakes.items():
        if np.isclose(value, float(_penalty(critic, between, channels, wrong)), rtol=1e-3):
            answer.fail(f"{text}.")
    with tf.GradientTape() as tape:
        x, y = tf.constant(between), tf.constant(channels)
        tape.watch([x, y])
        scores = _on(critic, [x, y])
    both = tf.concat(tape.gradient(scores, [x, y]), axis=3)
    if np.isclose(value, float(tf.reduce_mean((norms(both) - 1) ** 2)), rtol=1e-3):
        answer.fail(
            "le gradient est pris aussi par rapport aux canaux d'étiquette : prenez-le par rapport à l'image seule."
        )
    answer.fail(f"la pénalité vaut {value:.4f} au lieu de {right:.4f}. Relisez la formule, une opération à la fois.")


def _interpolates(answer, critic, real, fake, channels):
    """The pictures on which the critic was called, with the channels that it was given."""
    if not critic.calls:
        answer.fail("l'argument critic n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
    between, told = critic.calls[-1]
    if between.shape != real.shape:
        answer.fail(f"le critique a reçu des images de forme {between.shape} : {real.shape} est attendue.")
    if np.allclose(between, real, atol=1e-6) or np.allclose(between, fake, atol=1e-6):
        which = "vraies" if np.allclose(between, real, atol=1e-6) else "fausses"
        answer.fail(f"la pénalité est calculée sur les {which} images : elle l'est entre les vraies et les fausses.")
    return between, told


def _shares(answer, between, real, fake):
    """The share of each real picture in what the critic was called on."""
    flat = [x.reshape(len(x), -1).astype(np.float64) for x in (between, real, fake)]
    gap = flat[1] - flat[2]
    shares = ((flat[0] - flat[2]) * gap).sum(axis=1) / (gap**2).sum(axis=1)
    left = np.abs(flat[0] - flat[2] - shares[:, None] * gap).max()
    if left > 1e-3:
        by_pixel = ((flat[0] - flat[2]) / np.where(np.abs(gap) < 1e-3, np.inf, gap)).ravel()
        if by_pixel.min() > -0.01 and by_pixel.max() < 1.01:
            answer.fail("epsilon varie d'un pixel à l'autre : il en faut un seul par image, de forme (n, 1, 1, 1).")
        answer.fail(
            "les images intermédiaires ne sont pas sur le segment de la vraie à la fausse : epsilon * real + "
            "(1 - epsilon) * fake."
        )
    return shares


def _check_uniform(answer, drawn):
    """Fresh numbers, one a picture, uniform in [0, 1] (Kolmogorov-Smirnov at 1e-9)."""
    from scipy.stats import kstest

    shares = np.concatenate(drawn)
    if np.ptp(drawn[-1]) < 1e-4:
        answer.fail("le même epsilon sert à tout le lot : il en faut un par image, de forme (n, 1, 1, 1).")
    if np.allclose(drawn[0], drawn[1]):
        answer.fail("les mêmes epsilon servent à chaque appel : tirez-les dans la fonction.")
    if shares.min() < -0.01 or shares.max() > 1.01:
        answer.fail(
            f"epsilon va de {shares.min():.1f} à {shares.max():.1f} : il doit être uniforme dans [0, 1] "
            "(tf.random.uniform), et non normal."
        )
    if kstest(shares, "uniform").pvalue < 1e-9:
        answer.fail("epsilon n'est pas uniforme dans [0, 1] : voyez tf.random.uniform.")


def _check_flat_critic(answer, critic, real, fake, channels):
    """A critic whose gradient is 0 somewhere must still learn: the root has an infinite derivative there."""
    weights = critic.stack.get_weights()
    critic.stack.set_weights([np.zeros_like(weight) for weight in weights])
    with tapes.eagerly(), tf.GradientTape() as tape:
        result = answer(critic, *map(tf.constant, (real, fake, channels)))
    parts = [part for part in tape.gradient(result, critic.trainable_variables) if part is not None]
    critic.stack.set_weights(weights)
    if not all(np.isfinite(part).all() for part in parts) or not np.isfinite(result):
        answer.fail(f"{NO_EPSILON}.")


def _labelled(told, channels):
    return np.shape(told) == np.shape(channels) and np.allclose(told, channels)


def _fakes(answer, generator, n, codes, as_many):
    """The noise on which G was called, and what it made of it."""
    if not generator.calls:
        answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
    z, given = (np.concatenate(parts) for parts in zip(*generator.calls, strict=True))
    if len(z) != n:
        answer.fail(f"G a fabriqué {len(z)} images, et il y a {n} {as_many} : il en faut autant.")
    if given.shape != codes.shape or not np.allclose(given, codes):
        answer.fail(
            "G ne reçoit pas les codages tels quels (codes) : chaque faux a l'étiquette demandée, dans le même ordre."
        )
    return z, _on(generator, [z, codes]).numpy()


def _check_scoring(answer, critic, real, fake):
    """The critic scores with training=True; in the penalty, where the text does not ask for it, without is as good."""
    known = np.concatenate([real, fake]).reshape(len(real) + len(fake), -1)
    for (x, *_), flag in zip(critic.calls, critic.training_flags, strict=True):
        if not flag and (np.abs(known - x[0].ravel()).max(axis=1) < 1e-4).any():
            tapes.check_learning(answer, critic, "note")


def _judged(critic, real, fake):
    return _judged_of(critic.calls, real, fake)


def _judged_of(calls, real, fake):
    """What the critic judged, "all" and sorted: {"real": (pictures, channels), "fake": …, "between": …}."""
    x, told = (np.concatenate(parts) for parts in zip(*calls, strict=True))
    flat = x.reshape(len(x), -1)

    def rows(pictures):
        gaps = np.abs(flat[:, None] - pictures.reshape(1, len(pictures), -1)).max(axis=2)
        return gaps.argmin(axis=0), gaps.min(axis=1) < 1e-4, gaps.min(axis=0).max() < 1e-4

    found, taken = {}, np.zeros(len(x), bool)
    for name, pictures in (("real", real), ("fake", fake)):
        index, mine, whole = rows(pictures)
        taken |= mine
        if whole:
            found[name] = x[index], told[index]
    found["between"], found["all"] = (x[~taken], told[~taken]), (x, told)
    return found


def _check_labels(answer, judged, channels):
    """Each kind of picture was judged, and with its own label."""
    whose = {"real": "les vrais", "fake": "les faux", "between": "les images intermédiaires de la pénalité"}
    for name, who in whose.items():
        if name not in judged or len(judged[name][0]) == 0:
            told = " : appelez gradient_penalty" if name == "between" else ", ou il ne les reçoit pas tels quels"
            if name == "between" and len(judged["all"][0]) > 2 * len(channels):
                told = " : gradient_penalty(critic, real, fake, channels) les prend entre les vrais et les faux"
            answer.fail(f"le critique ne note pas {who}{told}.")
        if len(judged[name][0]) != len(channels):
            answer.fail(f"le critique note {len(judged[name][0])} fois {who}, pour un lot de {len(channels)}.")
        if not np.allclose(judged[name][1], channels):
            answer.fail(
                f"le critique note {who} avec d'autres étiquettes que les leurs : partout, donnez-lui les canaux de "
                "codes."
            )


def _critic_losses(critic, real, fake, between, channels):
    on_real, on_fake = (float(tf.reduce_mean(_on(critic, [x, channels]))) for x in (real, fake))
    return on_fake - on_real, float(_penalty(critic, between, channels))


def _critic_moves(critic, real, fake, between, channels, weight):
    """The gradient of the critic's loss, and those of the usual mistakes."""
    on_real, on_fake = (
        tapes.gradient(lambda x=x: tf.reduce_mean(_on(critic, [x, channels])), critic) for x in (real, fake)
    )
    gp = tapes.gradient(lambda: _penalty(critic, between, channels), critic)
    wass, n = on_fake - on_real, len(real)
    return wass + weight * gp, {
        "le signe est inversé : la perte est la note des faux moins celle des vrais, plus la pénalité": weight * gp
        - wass,
        "toute la perte est de signe opposé : l'optimiseur la fait baisser de lui-même": -wass - weight * gp,
        "la pénalité manque dans la perte": wass,
        "l'écart des notes manque dans la perte : il n'y a que la pénalité": weight * gp,
        "la pénalité n'est pas multipliée par gp_weight": wass + gp,
        "gp_weight est écrit en dur : c'est l'argument reçu, et non 10": wass + 10 * gp,
        "le signe de la pénalité est inversé : elle s'ajoute": wass - weight * gp,
        "les vrais manquent dans la perte": on_fake + weight * gp,
        "les faux manquent dans la perte": -on_real + weight * gp,
        "les deux notes s'ajoutent : c'est leur différence qui est demandée": on_fake + on_real + weight * gp,
        "c'est une somme sur le lot, et non une moyenne": n * wass + weight * gp,
        "c'est la moitié de l'écart des notes": wass / 2 + weight * gp,
    }


RETURNED = ("la perte renvoyée", "l'écart renvoyé", "la pénalité renvoyée")


def _three(answer, result):
    if isinstance(result, dict) or not isinstance(result, (tuple, list)) or len(result) != 3:
        answer.fail("trois nombres sont attendus : « return loss, wass, gp ».")
    return [number(answer, value, name) for value, name in zip(result, RETURNED, strict=True)]


def _check_three(answer, found, right, weight):
    wass, gp = right
    wanted = (wass + weight * gp, wass, gp)
    if np.allclose(found, wanted, rtol=5e-3, atol=1e-5):
        return
    if np.allclose(sorted(found), sorted(wanted), rtol=5e-3, atol=1e-5):
        answer.fail(
            "les trois nombres sont bons, mais pas dans l'ordre demandé : la perte, l'écart des notes, la pénalité."
        )
    if np.isclose(found[1], -wass, rtol=5e-3):
        answer.fail("l'écart renvoyé est de signe contraire : la note des faux moins celle des vrais.")
    if np.isclose(found[2], weight * gp, rtol=5e-3):
        answer.fail("la pénalité renvoyée est déjà multipliée par gp_weight : renvoyez-la seule.")
    for value, other, name in zip(found, wanted, RETURNED, strict=True):
        if not np.isclose(value, other, rtol=5e-3, atol=1e-5):
            answer.fail(f"le critique apprend bien, mais {name} vaut {value:.4f} au lieu de {other:.4f}.")


def _flat(parts, network):
    """Gradients of the trainable variables as one array, in the order of the weights."""
    return np.concatenate(
        [
            np.zeros(variable.shape).ravel() if part is None else np.ravel(part)
            for part, variable in zip(parts, network.trainable_variables, strict=True)
        ]
    )


def _on(network, inputs, training=True):
    """What a witness gives for two inputs, arrays or tensors, unseen."""
    return network.compute([tf.convert_to_tensor(part) for part in inputs], training=training)


def _weights(weights):
    return np.concatenate([np.ravel(weight) for weight in weights]).astype(np.float64)


# The trained network -------------------------------------------------------------------------------------------------


@question(check_one_hot)
def check_same_z(answer, seed):
    """The same z with every label: (classes, n, size, size, channels), in evaluation mode."""
    keras.utils.set_random_seed(500 + seed)
    latent_dim = _latent_dim(answer)
    for classes, n in ((2, 5), (4 + seed, 3)):
        noise, codes = keras.Input((latent_dim,)), keras.Input((classes,))
        x = layers.BatchNormalization()(layers.Dense(12)(layers.Concatenate()([noise, codes])))
        generator = TwoInputs("G", keras.Model([noise, codes], layers.Reshape((2, 2, 3))(x)))
        z = tf.random.normal((n, latent_dim))
        before = generator.values()
        with tapes.eagerly():
            result = answer.returned(generator, z, classes)
        if not generator.calls:
            answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        if not np.array_equal(before, generator.values()) or any(generator.training_flags):
            answer.fail(
                "G est appelé avec training=True : BatchNorm y mélange les images du lot. training=False pour dessiner."
            )
        right = np.stack([_on(generator, [z, _all(n, k, classes)], training=False) for k in range(classes)])
        found = as_array(result)
        if isinstance(result, tf.Tensor):
            answer.fail("un tableau NumPy est attendu, et c'est un tenseur : np.stack, ou .numpy().")
        if isinstance(result, (list, tuple)):
            answer.fail("un tableau NumPy est attendu, et c'est une liste : np.stack en fait un tableau.")
        if found is not None and found.shape == (n, classes, *right.shape[2:]) and n != classes:
            answer.fail("les deux premiers axes sont échangés : d'abord les étiquettes, puis les z.")
        if found is not None and found.shape == (n * classes, *right.shape[2:]):
            answer.fail(
                "les étiquettes et les z sont sur un même axe : la forme est (classes, n, …), np.stack et non "
                "concatenate."
            )
        if found is not None and found.ndim == 5 and len(found) == 2 != classes:
            answer.fail("il n'y a que deux étiquettes : leur nombre est l'argument classes.")
        values = array(answer, result, right.shape)
        if np.allclose(values, right, atol=1e-4):
            continue
        seen = np.concatenate([call[0] for call in generator.calls])
        if not all((np.abs(seen - row).max(axis=1) < 1e-6).any() for row in z.numpy()):
            answer.fail("G ne reçoit pas les z donnés : ils servent à toutes les étiquettes, sans nouveau tirage.")
        if np.allclose(values, right[::-1], atol=1e-4):
            answer.fail("les étiquettes sont à l'envers : l'étiquette 0 d'abord.")
        if np.allclose(values, values[:1]):
            answer.fail("toutes les étiquettes donnent les mêmes images : le codage change-t-il d'un tour à l'autre ?")
        if not all((np.abs(seen[i * n : i * n + n] - z.numpy()).max() < 1e-6) for i in range(len(seen) // n)):
            answer.fail("les z changent d'une étiquette à l'autre : gardez z, entier et dans le même ordre.")
        answer.fail("ce ne sont pas les images de ces z avec chacune des étiquettes : relisez les codages donnés à G.")


def _all(n, label, classes):
    return np.eye(classes, dtype="float32")[np.full(n, label)]


@question()
def check_change_ratio(answer, seed):
    """The mean absolute change where hair is below 0.05, over that where it is above 0.5."""
    rng = np.random.default_rng(seed)
    for n, side, channels in ((6, 12, 3), (4, 9, 1)):
        # Three bands: mostly hair, sometimes hair, never hair. The change is not the same in each, nor its sign.
        hair = rng.permutation(np.linspace(0.001, 0.99, side * side) ** 2).reshape(side, side).astype("float32")
        hair.flat[:2] = 0.05, 0.5  # neither outside nor inside
        first = rng.uniform(-1, 1, (n, side, side, channels)).astype("float32")
        size = np.where(hair > 0.5, 0.8, np.where(hair < 0.05, 0.2, 0.5))[None, :, :, None]
        second = (first + size * rng.normal(0.1, 0.5, first.shape)).astype("float32")
        given = [array_.copy() for array_ in (first, second, hair)]
        value = number(answer, answer.returned(first, second, hair))
        if not all(np.array_equal(a, b) for a, b in zip(given, (first, second, hair), strict=True)):
            answer.fail("un des tableaux reçus a été modifié sur place : travaillez sur une copie.")
        difference = (second - first).astype(np.float64)
        change = np.abs(difference).mean(axis=(0, 3))
        inside, outside = hair > 0.5, hair < 0.05

        def ratio(change, outside=outside, inside=inside):
            return change[outside].mean() / change[inside].mean()

        right = ratio(change)
        if np.isclose(value, right, rtol=1e-3):
            continue
        for wider in itertools.product((outside, hair <= np.float32(0.05)), (inside, hair >= 0.5)):
            if np.isclose(value, ratio(change, *wider), rtol=1e-4):
                answer.fail("les pixels où hair vaut exactement 0,05 ou 0,5 ne comptent pas : < et >, non <= et >=.")
        for told, wrong in {
            "le quotient est inversé : divisez le changement du dehors par celui du dedans": 1 / right,
            "les écarts gardent leur signe, et se compensent : prenez leur valeur absolue": ratio(
                difference.mean(axis=(0, 3))
            ),
            "la valeur absolue vient après la moyenne, quand les écarts se sont déjà compensés": ratio(
                np.abs(difference.mean(axis=(0, 3)))
            ),
            "la valeur absolue vient après la moyenne sur les images": ratio(
                np.abs(difference.mean(axis=0)).mean(axis=-1)
            ),
            "la valeur absolue vient après la moyenne sur les canaux": ratio(
                np.abs(difference.mean(axis=3)).mean(axis=0)
            ),
            "les écarts sont élevés au carré : prenez leur valeur absolue": ratio((difference**2).mean(axis=(0, 3))),
            "la racine des carrés n'est pas la moyenne des valeurs absolues": ratio(
                np.sqrt((difference**2).mean(axis=(0, 3)))
            ),
            "le dehors est hair < 0.05, et non tout ce qui n'est pas dedans": ratio(change, ~inside),
            "le dedans est hair > 0.5, et non tout ce qui n'est pas dehors": ratio(change, inside=~outside),
            "le dedans est hair > 0.5, le dehors hair < 0.05 : les pixels entre les deux ne comptent pas": (
                change[hair < 0.5].mean() / change[hair > 0.05].mean()
            ),
            "le dehors est comparé à toute l'image : divisez par le dedans": change[outside].mean() / change.mean(),
            "ce sont des sommes : comparez les moyennes, car il y a plus de pixels d'un côté que de l'autre": (
                change[outside].sum() / change[inside].sum()
            ),
            "les masques sont échangés : dehors là où hair est petit, dedans là où il est grand": ratio(
                change, inside, outside
            ),
            "c'est une différence, et non un quotient": change[outside].mean() - change[inside].mean(),
            "c'est le changement du dehors : divisez-le par celui du dedans": change[outside].mean(),
            "c'est le changement du dedans : il divise celui du dehors": change[inside].mean(),
            "ce sont des médianes : des moyennes sont demandées": np.median(change[outside])
            / np.median(change[inside]),
            "c'est la moyenne des quotients de chaque image : moyennez les changements d'abord": np.mean(
                [ratio(np.abs(picture).mean(axis=-1)) for picture in difference]
            ),
            "chaque pixel compte à proportion de hair : c'est un seuil qui est demandé": (
                (change * (1 - hair)).sum() / (1 - hair).sum() / ((change * hair).sum() / hair.sum())
            ),
        }.items():
            if np.isclose(value, wrong, rtol=1e-4):
                answer.fail(f"{told}.")
        answer.fail(f"le quotient vaut {value:.3f} au lieu de {right:.3f} sur {n} paires. Relisez la définition.")


@question(check_make_critic, check_make_generator)
def check_new_small_gan(answer, seed):
    """A compiled CGAN for pictures of 32 pixels, one channel and ten classes."""
    keras.utils.set_random_seed(600 + seed)
    width, latent_dim = 3 + seed, _latent_dim(answer)
    gan = answer.returned(width, 7)
    if not isinstance(gan, keras.Model) or not all(hasattr(gan, name) for name in ("critic", "generator", "classes")):
        answer.fail("un CGAN est attendu : new_gan en fait un.")
    if gan.classes != 10:
        answer.fail(f"classes vaut {gan.classes} : il y a dix étiquettes.")
    for network, name, sizes in (
        (gan.critic, "le critique", ((32, 32, 1), (32, 32, 10))),
        (gan.generator, "le générateur", ((latent_dim,), (10,))),
    ):
        taken = tuple(tuple(tensor.shape[1:]) for tensor in getattr(network, "inputs", None) or ())
        if taken and taken != sizes:
            answer.fail(
                f"{name} attend des entrées de formes {taken}, et non {sizes} : 32 pixels, un canal, dix classes."
            )
    codes = np.eye(10, dtype="float32")[[3, 8]]
    pictures = answer.call(gan.generator, [tf.random.normal((2, latent_dim)), tf.constant(codes)], training=False)
    array(answer, pictures, (2, 32, 32, 1), "ce que fabrique G")
    channels = np.array(np.broadcast_to(codes[:, None, None], (2, 32, 32, 10)))
    array(
        answer,
        answer.call(gan.critic, [pictures, tf.constant(channels)], training=False),
        (2, 1),
        "ce que rend le critique",
    )
    right = _total(_critic_sizes(32, 11, width))
    if gan.critic.count_params() != right:
        counted = tapes.spaced(gan.critic.count_params())
        answer.fail(f"la largeur n'est pas width = {width} : le critique a {counted} paramètres.")
    if getattr(gan, "c_optimizer", None) is None or getattr(gan, "g_optimizer", None) is None:
        answer.fail("le modèle n'est pas compilé : new_gan s'en charge.")
    rates = [float(optimizer.learning_rate) for optimizer in (gan.c_optimizer, gan.g_optimizer)]
    if not all(0 < rate < 0.1 for rate in rates):
        answer.fail(f"les taux d'apprentissage valent {rates} : gardez celui de new_gan.")
    start, before, end, after = (_rate(gan.g_optimizer, step) for step in (0, 6, 7, 14))
    if start != end and (before == end or end != after):  # a constant rate is as good
        answer.fail("le taux d'apprentissage ne descend pas sur steps = 7 étapes : donnez steps à new_gan.")
    again = answer.returned(width, 7)
    if again is gan or again.critic is gan.critic:
        answer.fail("deux appels renvoient le même CGAN : il en faut un neuf à chaque fois.")


def _rate(optimizer, step):
    """The learning rate of an optimizer at some step."""
    optimizer.iterations.assign(step)
    return float(optimizer.learning_rate)


def _row(values):
    return "[" + ", ".join(f"{value:g}" for value in values) + "]"


def _dtype(value):
    kind = getattr(value, "dtype", None)
    return "inconnu" if kind is None else getattr(kind, "name", str(kind))


def _close(given, expected):
    given, expected = np.asarray(given), np.asarray(expected)
    return given.shape == expected.shape and np.linalg.norm(given - expected) <= 5e-3 * np.linalg.norm(expected) + 1e-6
