"""Vérifications du TP 09 : la perte de Wasserstein, la condition de Lipschitz, la pénalité de gradient, WGANGP.

The functions are checked on small smooth critics, against what the papers define and what the usual mistakes would
give. The steps run on witnesses (tp_gan.checks.tapes): the interpolates that the student's code made are read from
what the critic received, so that the gradient of its loss, penalty included, can be worked out here. The networks are
judged by their number of parameters, then by what they compute: their own weights, found by shape, are given to a
reference written with tf.nn.
"""

import contextlib
import itertools
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tp_gan.checks import CheckFailed, array, as_array, number, question
from tp_gan.checks.tapes import (
    Witness,
    check_fresh,
    check_learning_again,
    check_left_free,
    check_move,
    check_normal,
    check_normalisation,
    check_returned,
    close,
    eagerly,
    gradient,
    sgd,
    spaced,
    traced,
)

__all__ = [
    "check_WGANGP",
    "check_clip_weights",
    "check_critic_loss",
    "check_critic_step",
    "check_generator_loss",
    "check_generator_step",
    "check_gradient_penalty",
    "check_interpolate",
    "check_lipschitz_ratio",
    "check_make_critic",
    "check_make_generator",
    "check_one_step",
    "in_graph",
]

SHAPE = (4, 4, 3)
MEASURES = ("c_loss", "c_wass", "c_gp", "g_loss")
NO_GRADIENT = (
    "le gradient ne traverse pas le calcul : restez en TensorFlow (tf.reduce_mean…), sans float(), numpy() ni "
    "tf.constant"
)
NO_EPSILON = (
    "quand le gradient de la note est nul, celui de la pénalité vaut NaN : la dérivée de la racine est infinie en 0. "
    "Ajoutez 1e-12 sous la racine (et non après), tf.sqrt(squares + 1e-12)"
)


@question()
def check_critic_loss(answer, seed):
    """mean f(fake) - mean f(real) (Arjovsky et al., 2017, algorithm 1)."""
    real, fake = _scores(seed, 3)

    def mistakes(r, f):
        yield "le signe est inversé : la perte, à minimiser, doit baisser quand les notes des vraies montent", -f + r
        yield "l'étiquette des fausses est -1, leur terme est donc la moyenne de leurs notes, sans signe moins", -r - f
        yield "l'étiquette des vraies est 1, leur terme est donc l'opposé de la moyenne de leurs notes", r + f
        yield "c'est la moitié : prenez la somme des deux moyennes, et non une moyenne sur les 2n notes", (f - r) / 2
        yield "c'est le double : prenez la somme des deux moyennes, sans autre facteur", 2 * (f - r)
        yield "il manque les vraies : la perte oppose leurs notes à celles des fausses", f
        yield "il manque les fausses : la perte oppose leurs notes à celles des vraies", -r

    _check_loss(answer, (real, fake), lambda r, f: f - r, mistakes)


@question()
def check_generator_loss(answer, seed):
    """-mean f(fake)."""

    def mistakes(f):
        yield "le signe est inversé : G veut que ses notes montent, la perte à minimiser doit alors baisser", f
        yield "1 moins la note est une idée de probabilité : ici l'étiquette est 1, et la perte -1 fois la note", 1 - f
        yield "c'est la moitié : prenez la moyenne, sans autre facteur", -f / 2
        yield "c'est le double : prenez la moyenne, sans autre facteur", -2 * f

    _check_loss(answer, _scores(seed, 4)[:1], lambda f: -f, mistakes)


@question()
def check_lipschitz_ratio(answer, seed):
    """|f(a) - f(b)| / ||a - b||_2 for each pair, of points and of pictures."""
    for shape in ((2,), SHAPE):
        critic, n = _critic(seed, shape), 6 + seed
        a, b = (_points(10 * seed + k, n, shape) for k in range(2))
        try:
            value = answer.returned(critic, a, b)
        except CheckFailed as failure:
            if len(shape) > 1 and "ncompatible shapes" in str(failure):
                answer.fail(
                    "sur des images, le calcul s'arrête. Avec axis=1, tf.norm ne somme que selon un axe : mettez "
                    "d'abord chaque image sur une ligne, tf.reshape(a - b, [tf.shape(a)[0], -1])."
                )
            raise
        if not critic.calls:
            answer.fail("l'argument critic n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        given = as_array(value)
        of = f"pour {n} {'images' if len(shape) > 1 else 'points'}, {answer.name} rend"
        if given is not None and given.shape == (n, n):
            answer.fail(
                f"{of} {n} × {n} nombres : les notes sont de forme (n, 1), aplatissez-les (tf.reshape(…, [-1])) "
                "avant de diviser par les n normes."
            )
        if given is not None and given.size == n and given.ndim > 1:
            answer.fail(f"{of} la forme {given.shape} : aplatissez en ({n},), par tf.reshape(…, [-1]).")
        if given is not None and given.size == 1:
            answer.fail(f"{of} un seul nombre : un rapport par paire est attendu. Voyez axis=1 dans tf.norm.")
        given = array(answer, value, (n,))
        gap = np.ravel(critic.compute(a) - critic.compute(b)).astype(float)
        difference = np.reshape(a - b, (n, -1)).astype(float)
        distance, taxi = np.linalg.norm(difference, axis=1), np.abs(difference)
        right = np.abs(gap) / distance
        mistakes = {
            "le numérateur est une valeur absolue : un rapport ne peut pas être négatif": gap / distance,
            "le rapport est inversé : la variation de la note, divisée par la distance": 1 / right,
            "la distance est la norme euclidienne : ici elle est prise au carré (il manque la racine)": np.abs(gap)
            / distance**2,
            "la norme est la racine d'une somme de carrés, et non d'une moyenne": right * math.sqrt(math.prod(shape)),
            "la distance est une moyenne de valeurs absolues : prenez la norme euclidienne": np.abs(gap)
            / taxi.mean(axis=1),
            "la distance est une somme de valeurs absolues : prenez la norme euclidienne": np.abs(gap)
            / taxi.sum(axis=1),
            "la distance est le plus grand écart d'un pixel : prenez la norme euclidienne": np.abs(gap)
            / taxi.max(axis=1),
            "la norme est celle de tout le lot : axis=1, pour en avoir une par paire": np.abs(gap)
            / np.linalg.norm(difference),
            "c'est le carré du rapport": right**2,
            "la variation de la note n'est pas divisée par la distance": np.abs(gap),
        }
        _check_same(answer, given, right, mistakes, "Relisez la formule : même norme que dans le cours.")


@question()
def check_clip_weights(answer, seed):
    """Every trainable weight, biases included, is brought into [-bound, bound] in place."""
    keras.utils.set_random_seed(seed)
    for bound in (0.01, 0.2 + 0.1 * seed):
        # As in the course, Dropout has a weight that is not trainable: the state of its draws, an integer.
        critic = _critic(seed, (2,), layers.Dropout(0.3)).stack
        state = [np.array(variable) for variable in critic.non_trainable_variables]
        rng = np.random.default_rng(seed)
        before = [bound * rng.uniform(-3, 3, weight.shape) for weight in critic.get_weights()]
        for weight in before:
            weight.flat[0] = 2 * bound  # even a lone bias is out
        critic.set_weights(before)
        before = [np.array(weight) for weight in critic.get_weights()]
        told = "des poids qui ne sont pas entraînables sont écrêtés aussi : parcourez critic.trainable_variables."
        try:
            value = answer(critic, bound)
        except CheckFailed as failure:
            if "of dtype int" in str(failure):
                answer.fail(told)
            raise
        if not all(map(np.array_equal, state, critic.non_trainable_variables)):
            answer.fail(told)
        after = critic.get_weights()
        if any(a.shape != b.shape for a, b in zip(after, before, strict=True)):
            answer.fail("les poids ont changé de forme.")
        low, high = -np.float32(bound), np.float32(bound)
        right = [np.clip(weight, low, high) for weight in before]
        if _all_close(after, right):
            continue
        if _all_close(after, before):
            told = "la fonction rend des poids sans les donner au réseau" if value is not None else "rien n'a changé"
            answer.fail(f"{told} : tf.clip_by_value rend un nouveau tenseur, variable.assign(…) remplace la valeur.")
        told = _clipping_mistakes(before, right, bound)
        for text, wrong in told:
            if _all_close(after, wrong):
                answer.fail(f"{text}.")
        if max(np.abs(weight).max() for weight in after) > 1.001 * high:
            answer.fail(f"après l'appel, des poids restent hors de [-{bound:g}, {bound:g}]. Voyez tf.clip_by_value.")
        answer.fail(
            "les poids sont entre les bornes, mais ceux qui y étaient déjà ont changé : c'est chaque poids, un à un, "
            "que tf.clip_by_value ramène à la borne la plus proche."
        )


@question()
def check_interpolate(answer, seed):
    """epsilon real + (1 - epsilon) fake, epsilon uniform on [0, 1], one a row."""
    keras.utils.set_random_seed(seed)
    for n, shape in ((7 + seed, SHAPE), (4000, (2,))):
        real, fake = _points(seed, n, shape), _points(seed + 10, n, shape)
        first, second = (array(answer, answer.returned(real, fake), (n, *shape)) for _ in range(2))
        if np.array_equal(first, second):
            answer.fail("deux appels donnent les mêmes points : tirez epsilon à chaque appel (tf.random.uniform).")
        _check_on_segments(answer, first, np.array(real, float), np.array(fake, float))
    signature = 2 * [tf.TensorSpec([None, *shape])]
    graph = tf.function(lambda a, b: answer.value(a, b), input_signature=signature, autograph=False)  # as fit does
    with _quiet():
        first, second = (np.array(answer.call(graph, real, fake)) for _ in range(2))
    if np.array_equal(first, second):
        answer.fail(
            "dans un tf.function, epsilon est le même à chaque appel : np.random n'y tire qu'une fois, quand le graphe "
            "se construit. Tirez-le par tf.random.uniform."
        )


@question()
def check_gradient_penalty(answer, seed):
    """mean (||grad_x f(x)||_2 - 1)^2 (Gulrajani et al., 2017, equation 3), and its gradient with respect to f."""
    for shape in ((2,), SHAPE):
        critic, n = _critic(seed, shape), 5 + seed
        points = _points(seed, n, shape)
        value = number(answer, _penalty_of(answer, critic, points))
        if not critic.calls:
            answer.fail("l'argument critic n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        right = float(_penalty(critic, points))
        if not np.isclose(value, right, rtol=2e-3, atol=1e-5):
            for text, wrong in _penalty_mistakes(critic, points):
                if np.isclose(value, wrong, rtol=2e-3, atol=1e-5):
                    answer.fail(f"{text}.")
            answer.fail(
                f"la pénalité vaut {value:.4f} au lieu de {right:.4f}. Relisez : gradient par rapport à points (et non "
                "aux poids), carrés sommés sur tous les axes sauf le premier, racine, moins 1, au carré, moyenne."
            )
        moved = _gradient_of(answer, critic, points)
        expected = gradient(lambda critic=critic, points=points: _penalty(critic, points), critic)
        if moved is None or not moved.any():
            answer.fail(
                "la pénalité ne dépend plus des poids du critique, elle ne l'entraînerait pas : restez en TensorFlow, "
                "sans numpy(), float() ni stop_gradient."
            )
        if np.isfinite(moved).all() and not close(moved, expected):
            answer.fail("la valeur est juste, mais pas son gradient selon les poids : une partie du calcul est coupée.")
    # A critic whose scores are constant.
    flat = _critic(seed, (2,))
    flat.set_weights([np.zeros_like(weight) for weight in flat.get_weights()])
    points = _points(seed, 5, (2,))
    value = as_array(_penalty_of(answer, flat, points))
    moved = _gradient_of(answer, flat, points)
    if not np.isfinite(value).all() or moved is None or not np.isfinite(moved).all():
        answer.fail(f"{NO_EPSILON}.")
    in_graph(answer, lambda x: answer.value(critic, x), _points(seed, n, SHAPE))


@question()
def check_make_critic(answer, seed):
    """(n, 64, 64, 3) to (n, 1), scores: four blocks, then a convolution."""
    keras.utils.set_random_seed(seed)
    for width in (4, 5 + seed):
        network = _network(answer, answer.returned(width, 0.0))
        images = tf.random.uniform((3, 64, 64, 3), -1, 1)
        output = _output(answer, network, images, (3, 1), "le critique")
        if _layers(network, layers.BatchNormalization):
            answer.fail(
                "pas de BatchNormalization dans le critique : la note d'une image dépendrait des autres images du lot."
            )
        sizes = [3, width, 2 * width, 4 * width, 8 * width]
        kernels = [(4, 4, a, b) for a, b in itertools.pairwise(sizes)]
        right = sum(math.prod(kernel) + kernel[-1] for kernel in kernels) + 128 * width + 1
        _check_count(answer, network, right, sum(sizes[1:]) + 1, f"avec width = {width}, le critique", width)
        keras_weights = network.weights
        parts = [_shaped(answer, keras_weights, shape) for kernel in kernels for shape in (kernel, kernel[-1:])]
        last = [w for w in keras_weights if tuple(w.shape) in ((4, 4, 8 * width, 1), (128 * width, 1))]
        bias = _shaped(answer, keras_weights, (1,))
        if len(last) != 1:
            answer.fail('la dernière convolution va de 8 * width canaux à 1, avec un noyau de 4 et padding="valid".')
        # Biases start at 0, where much is hidden.
        for weight in keras_weights:
            weight.assign(weight + 0.1 * tf.random.normal(weight.shape))
        images, output = 3 * images, np.array(network(3 * images, training=False))
        last = np.reshape(last[0], (128 * width, 1))

        def reference(bend, end=lambda y: y, parts=parts, last=last, bias=bias, images=images):
            x = images
            for k in range(4):
                x = bend(tf.nn.conv2d(x, parts[2 * k], 2, "SAME") + parts[2 * k + 1])
            return np.array(end(tf.reshape(x, (3, -1)) @ last + bias))

        if not _near(output, reference(_leaky(0.2))):
            for text, bend in _bends():
                if _near(output, reference(bend)):
                    answer.fail(f"{text}.")
            for text, end in (
                (
                    "le critique finit par une sigmoïde : une note n'est pas une probabilité, rien après elle",
                    tf.sigmoid,
                ),
                ("le critique finit par tanh : une note n'est pas bornée, rien après elle", tf.tanh),
                ("le critique finit par ReLU : une note peut être négative, rien après elle", tf.nn.relu),
                ("une activation suit la dernière convolution : rien après elle", _leaky(0.2)),
                ("une softmax sur une seule note vaut toujours 1 : rien après elle", tf.nn.softmax),
            ):
                if _near(output, reference(_leaky(0.2), end)):
                    answer.fail(f"{text}.")
            answer.fail(
                "les paramètres sont les bons, mais pas ce que le réseau en fait. Relisez l'ordre des couches, les pas "
                "(strides=2), les marges (padding) et les activations."
            )
    erased = _network(answer, answer.returned(4, 0.4))
    images = tf.random.uniform((40, 64, 64, 3), -1, 1)
    with _dropped() as sizes:
        first = np.array(erased(images, training=True))
    if np.allclose(first, erased(images, training=True)):
        answer.fail("avec dropout = 0.4, rien n'est effacé en mode entraînement : layers.Dropout(dropout).")
    if any(not math.isclose(layer.rate, 0.4) for layer in _layers(erased, layers.Dropout)):
        answer.fail("chaque Dropout reçoit l'argument dropout tel quel : layers.Dropout(dropout).")
    if _layers(erased, layers.SpatialDropout2D):
        answer.fail("SpatialDropout2D efface des cartes entières : layers.Dropout(dropout), nombre par nombre.")
    if (first == 0).any():  # all of them are kept once in 1e9
        answer.fail(
            "des notes sont effacées : un Dropout après chacune des quatre premières convolutions, pas à la fin."
        )
    if sizes and sorted(sizes, reverse=True) != [4096, 2048, 1024, 512]:  # none: they are written with tf.nn
        told = "un Dropout n'est pas à sa place" if len(sizes) == 4 else f"Dropout sert {len(sizes)} fois au lieu de 4"
        answer.fail(f"{told} : un après chacune des quatre premières convolutions, et nulle part ailleurs.")
    if not np.allclose(*(erased(images[:3], training=False) for _ in range(2))):
        answer.fail(
            "avec training=False, deux passages donnent des notes différentes : donnez à chaque Dropout le mode que "
            "reçoit le réseau, et non True."
        )
    network = _network(answer, answer.returned(4, 0.0))
    if not np.allclose(network(images, training=True), network(images, training=True)):
        answer.fail("avec dropout = 0, deux passages donnent des notes différentes : la part à effacer est dropout.")
    if network is answer.returned(4, 0.0):
        answer.fail("chaque appel doit faire un nouveau réseau : construisez-le dans la fonction.")


@question()
def check_make_generator(answer, seed):
    """(n, latent_dim) to (n, 64, 64, 3) in [-1, 1]."""
    keras.utils.set_random_seed(seed)
    for width, latent_dim in ((2, 7), (5, 9 + 2 * seed)):
        network = _network(answer, answer.returned(width, latent_dim))
        z = tf.random.normal((5, latent_dim))
        output = _output(answer, network, z, (5, 64, 64, 3), "le générateur")
        channels = [8 * width, 4 * width, 2 * width, width]
        kernels = [(4, 4, b, a) for a, b in zip(channels, [*channels[1:], 3], strict=True)]
        right = 16 * latent_dim * channels[0] + sum(map(math.prod, kernels)) + 3 + 4 * sum(channels)
        given = f"avec width = {width} et latent_dim = {latent_dim}, G"
        normalised = len(_layers(network, layers.BatchNormalization))
        if normalised != 4:
            answer.fail(
                f"G a {normalised} BatchNormalization : une après chacune des quatre premières transposées, et aucune "
                "après la dernière."
            )
        for layer in _layers(network, layers.BatchNormalization):
            check_normalisation(answer, layer, "momentum=0.9")
        _check_count(answer, network, right, sum(channels), given, width)
        weights = network.weights
        ordinary = set(itertools.pairwise(channels))
        if any(len(weight.shape) == 4 and tuple(weight.shape[2:]) in ordinary for weight in weights):
            answer.fail("G agrandit par layers.Conv2DTranspose, quatre fois après la première, sans Conv2D.")
        first = [
            w for w in weights if tuple(w.shape) in ((4, 4, channels[0], latent_dim), (latent_dim, 16 * channels[0]))
        ]
        if len(first) != 1:
            answer.fail('la première transposée va de latent_dim à 8 * width canaux, noyau 4, padding="valid".')
        for weight in weights:
            weight.assign(weight + 0.1 * tf.abs(tf.random.normal(weight.shape)))
        output = np.array(network(z, training=False))
        first = np.array(first[0])
        if first.ndim == 4:
            start = tf.nn.conv2d_transpose(tf.reshape(z, (5, 1, 1, -1)), first, (5, 4, 4, channels[0]), 4, "SAME")
        else:
            start = tf.reshape(z @ first, (5, 4, 4, -1))
        kernels = [_shaped(answer, weights, kernel) for kernel in kernels]
        bias = _shaped(answer, weights, (3,))
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        named = {name: [weight for weight in weights if weight.name == name] for name in names}
        affine = [[_shaped(answer, named[name], (c,)) for name in names] for c in channels]
        epsilon = _layers(network, layers.BatchNormalization)[0].epsilon

        def reference(
            bend, end=tf.tanh, before=False, start=start, kernels=kernels, affine=affine, bias=bias, epsilon=epsilon
        ):
            x = start
            for k, (gamma, beta, mean, variance) in enumerate(affine):
                x = bend(x) if before else x
                x = tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)
                x = x if before else bend(x)
                side = 8 * 2**k
                x = tf.nn.conv2d_transpose(x, kernels[k], (5, side, side, kernels[k].shape[2]), 2, "SAME")
            return np.array(end(x + bias))

        if _near(output, reference(_leaky(0.2))):
            continue
        for text, bend in _bends():
            if _near(output, reference(bend)):
                answer.fail(f"{text}.")
        for text, end in (
            ('il manque la tangente hyperbolique à la fin : activation="tanh", comme les vraies images', lambda y: y),
            ("G finit par une sigmoïde : tanh, de -1 à 1, comme les vraies images", tf.sigmoid),
            ("G finit par ReLU : tanh, de -1 à 1, comme les vraies images", tf.nn.relu),
            ("une activation s'ajoute à la dernière transposée : tanh seule", lambda y: tf.tanh(_leaky(0.2)(y))),
            ("deux tanh se suivent : une seule", lambda y: tf.tanh(tf.tanh(y))),
        ):
            if _near(output, reference(_leaky(0.2), end)):
                answer.fail(f"{text}.")
        if _near(output, reference(_leaky(0.2), before=True)):
            answer.fail("l'activation vient après la normalisation : transposée, BatchNormalization, LeakyReLU.")
        if np.abs(output).max() > 1:
            answer.fail('des valeurs sortent de [-1, 1] : activation="tanh" à la dernière couche.')
        answer.fail(
            "les paramètres sont les bons, mais pas ce que le réseau en fait. Relisez l'ordre des couches, les pas, "
            "les marges et les activations."
        )
    first, second = (np.array(network(z, training=True)) for _ in range(2))
    if not np.allclose(first, second, atol=1e-4):
        answer.fail("deux passages des mêmes z donnent des images différentes : pas de Dropout ni de bruit dans G.")
    if np.allclose(first, network(z, training=False), atol=1e-4):
        answer.fail("training=True ne change rien : ne figez pas BatchNormalization (training, trainable).")
    if network is answer.returned(width, latent_dim):
        answer.fail("chaque appel doit faire un nouveau réseau : construisez-le dans la fonction.")


@question(check_critic_loss, check_interpolate, check_gradient_penalty)
def check_critic_step(answer, seed):
    """One step of the critic: its update and the three numbers, G untouched, fresh noise, fresh interpolates."""
    latent_dim, noises, drawn = _latent_dim(answer), [], []
    with eagerly():
        for turn, (n, weight) in enumerate(((16, 7.0), (24, 3.0))):
            generator, critic = _witnesses(10 * seed + turn, latent_dim)
            optimizer = sgd()
            real = _points(10 * seed + turn + 5, n, SHAPE)
            before, before_g = critic.values(), generator.values()
            reference = _witnesses(10 * seed + turn, latent_dim)[1]
            reference.restore(critic)
            try:
                result = answer.returned(generator, critic, optimizer, real, weight)
            except CheckFailed as failure:
                if "Unknown variable" in str(failure):
                    answer.fail("G a été modifié. Ce pas n'entraîne que le critique : ses poids, et eux seuls.")
                if generator.calls and len(generator.calls[0][0]) != n:
                    answer.fail(_AS_MANY.format(len(generator.calls[0][0]), n))
                raise
            if not np.array_equal(generator.values(), before_g):
                answer.fail("G a été modifié. Ce pas n'entraîne que le critique : ses poids, et eux seuls.")
            moved = before - critic.values()
            check_one_step(answer, optimizer, 0, moved)
            check_left_free(answer, generator, critic)
            _check_flags(answer, generator, range(len(generator.calls)), "fabrique les fausses images")
            seen = _seen(answer, generator, critic, np.array(real, float), latent_dim)
            noises += seen.noises

            def losses(seen=seen, reference=reference, real=real):
                f = reference.compute
                wasserstein = tf.reduce_mean(f(seen.fake)) - tf.reduce_mean(f(real))
                penalty = _penalty(reference, seen.between) if seen.between is not None else 0.0
                return wasserstein, penalty

            grad_w = gradient(lambda: losses()[0], reference)
            if seen.between is None:
                _check_penalty_place(answer, seen, moved, grad_w, reference, weight)
            drawn.append(seen.shares)
            grad_p = gradient(lambda: losses()[1], reference)
            mistakes = {
                "la pénalité n'est pas dans la perte qui entraîne le critique : ajoutez-la, dans le bloc "
                "« with tf.GradientTape() »": grad_w,
                "gp_weight est oublié : la perte est wasserstein + gp_weight * pénalité": grad_w + grad_p,
                "gp_weight est ignoré, la pénalité est toujours multipliée par 10": grad_w + 10 * grad_p,
                "gp_weight multiplie toute la perte : il ne multiplie que la pénalité": weight * (grad_w + grad_p),
                "gp_weight multiplie la part de Wasserstein : il multiplie la pénalité": weight * grad_w + grad_p,
                "gp_weight est appliqué deux fois": grad_w + weight**2 * grad_p,
                "la pénalité est retranchée : elle s'ajoute à la perte": grad_w - weight * grad_p,
                "la part de Wasserstein a le mauvais signe : le critique note alors mieux les fausses images": -grad_w
                + weight * grad_p,
                "le critique va à l'opposé du gradient de sa perte : l'optimiseur la minimise déjà": -grad_w
                - weight * grad_p,
                "seule la pénalité entraîne le critique : il manque la part de Wasserstein": weight * grad_p,
            }
            check_move(answer, moved, grad_w + weight * grad_p, mistakes, critic)
            wasserstein, penalty = (float(part) for part in losses())
            _check_three(answer, result, wasserstein, penalty, weight)
    check_fresh(answer, noises)
    check_normal(answer, np.concatenate(noises))
    for shares in (*drawn, np.concatenate(drawn)):
        _check_uniform(answer, shares)
    # A critic whose scores are constant, as in check_gradient_penalty.
    critic.set_weights([np.zeros_like(weight) for weight in critic.get_weights()])
    with eagerly():
        answer.call(answer.value, generator, critic, sgd(), real, weight)
    if not np.isfinite(critic.values()).all():
        answer.fail(f"{NO_EPSILON}.")
    optimizer = sgd(0.01)
    optimizer.build(critic.trainable_variables)
    in_graph(answer, lambda x: answer.value(generator, critic, optimizer, x, weight), real, network=generator)


@question(check_generator_loss)
def check_generator_step(answer, seed):
    """One step of G: its update and the loss returned, the critic untouched, fresh normal noise."""
    latent_dim, noises = _latent_dim(answer), []
    with eagerly():
        for turn, n in enumerate((16, 40)):
            generator, critic = _witnesses(10 * seed + turn, latent_dim)
            optimizer = sgd()
            before, before_c = generator.values(), critic.values()
            reference = _witnesses(10 * seed + turn, latent_dim)[0]
            reference.restore(generator)
            loss = number(answer, answer.returned(generator, critic, optimizer, n), "la perte renvoyée")
            if not np.array_equal(critic.values(), before_c):
                answer.fail("le critique a été modifié. Ce pas n'entraîne que G : ses poids, et eux seuls.")
            check_left_free(answer, generator, critic)
            z = _only_noise(answer, generator, latent_dim, n)
            noises.append(z)
            _check_flags(answer, generator, range(len(generator.calls)), "apprend")
            if not critic.calls:
                answer.fail(
                    "l'argument critic n'est jamais appelé : la perte de G se calcule sur les notes du critique."
                )
            _check_flags(answer, critic, range(len(critic.calls)), "note")
            moved = before - generator.values()
            check_one_step(answer, optimizer, 0, moved)
            right = _check_g_move(answer, moved, generator, reference, critic, z)
            check_returned(answer, loss, right)
    check_fresh(answer, noises)
    check_normal(answer, np.concatenate(noises))
    optimizer = sgd(0.01)
    optimizer.build(generator.trainable_variables)
    in_graph(answer, lambda: answer.value(generator, critic, optimizer, n), network=generator)


@question(check_critic_step, check_generator_step)
def check_WGANGP(answer, seed):
    """critic_steps updates of the critic, then one of G; the four measures; also inside a tf.function."""
    latent_dim, n = _latent_dim(answer), 13 + seed
    if not (isinstance(answer.value, type) and issubclass(answer.value, keras.Model)):
        answer.fail("une classe qui hérite de keras.Model est attendue : gardez la première ligne de la cellule.")
    with eagerly():
        for critic_steps, weight, rate in ((3 + seed, 7.0, 0.0), (2, 10.0, 0.01)):
            model, generator, critic, order = _model(answer, seed, latent_dim, critic_steps, weight, rate)
            real, before = _points(seed + 5, n, SHAPE), generator.values()
            try:
                result = answer.call(model.train_step, real)
            except CheckFailed as failure:
                _exchanged(answer, failure)
            if result is None and not order:
                answer._fail_blank()
            _check_order(answer, order, critic_steps)
            noises = [call[0] for call in generator.calls]
            if len(noises[-1]) != n:
                answer.fail(
                    f"G apprend sur {len(noises[-1])} images pour un lot de {n} vraies : autant, tf.shape(real)[0]."
                )
            known = np.array(real).reshape(n, -1)
            rows = [np.array(call[0]).reshape(len(call[0]), -1) for call in critic.calls]
            seen = [int((part[:, None] == known[None]).all(axis=2).any(axis=1).sum()) for part in rows]
            if sum(seen) < n * critic_steps:
                answer.fail(f"le critique doit voir les {n} vraies images du lot à chacun de ses {critic_steps} pas.")
            _check_flags(answer, critic, np.flatnonzero(seen), "apprend")
            _check_flags(answer, generator, [len(noises) - 1], "apprend")
            noises = np.concatenate(noises)  # one call may make the fakes of several steps
            if len(noises) % n:
                answer.fail(
                    f"G a fabriqué {len(noises)} images en {critic_steps + 1} pas, pour un lot de {n} vraies : autant "
                    "à chaque pas, tf.shape(real)[0]."
                )
            noises = np.split(noises, len(noises) // n)
            if len(noises) < critic_steps + 1:
                answer.fail(
                    "les mêmes fausses images servent à plusieurs pas : chaque pas du critique, puis celui de G, tire "
                    "un nouveau bruit."
                )
            check_fresh(answer, noises)
            if rate == 0:
                last = np.concatenate([call[0] for call in critic.calls[order[-3][2] : order[-2][2]]])
                _check_measures(answer, result, noises, last, generator, critic, real, weight)
                continue
            moved = (before - generator.values()) / rate
            _check_g_move(answer, moved, generator, _witnesses(seed, latent_dim)[0], critic, noises[-1])
    model, generator, critic, _ = _model(answer, seed, latent_dim, 1, 10.0, 0.01)
    results = []
    check_learning_again(answer, lambda: results.append(model.train_step(real)), generator, critic)
    _check_results(answer, model, results[-1])
    in_graph(answer, model.train_step, real, network=generator)


def check_one_step(answer, optimizer, turn, moved):
    """The optimizer received made one step, its only one; a network that did not move is told elsewhere."""
    steps = int(optimizer.iterations) - turn
    if steps == 0 and moved.any():
        answer.fail("l'optimiseur reçu n'a pas servi : c'est lui, l'argument optimizer, qui fait avancer les poids.")
    if steps > 1:
        answer.fail(f"l'optimiseur a fait {steps} pas : un seul par appel.")


def _check_g_move(answer, moved, generator, reference, critic, z):
    """What a step of G moved, reference being G before it; the loss of that step."""

    def loss():
        return -tf.reduce_mean(critic.compute(reference.compute(z)))

    expected = gradient(loss, reference)
    mistakes = {
        "le signe est inversé : G apprend à être mal noté. Sa perte est generator_loss(notes)": -expected,
        "la perte est une somme et non une moyenne : son gradient croît avec le lot": len(z) * expected,
    }
    check_move(answer, moved, expected, mistakes, generator)
    return float(loss())


def in_graph(answer, function, *batch, network=None):
    """Call a function as fit does: in a graph, without AutoGraph, the number of pictures being unknown."""
    signature = [tf.TensorSpec([None, *part.shape[1:]], part.dtype) for part in batch]
    graph = tf.function(function, input_signature=signature, autograph=False)
    traced(answer, tf.autograph.experimental.do_not_convert(graph), *batch, network=network)


@contextlib.contextmanager
def _quiet():
    """Without TensorFlow's warnings on graphs that are made again: a check cell that warns is marked 0."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)


def _clipping_mistakes(before, right, bound):
    """Pairs: a message, and the weights that the mistake gives."""
    low, high = -np.float32(bound), np.float32(bound)
    changes = {
        "la borne basse est -bound, et non 0": lambda w: np.clip(w, 0, high),
        "la borne est 0,01 quoi que vaille bound : servez-vous de l'argument": lambda w: np.clip(w, -0.01, 0.01),
        "les poids trop grands deviennent nuls : ramenez-les à la borne": lambda w: np.where(abs(w) > high, 0, w),
        "chaque poids vaut maintenant ±bound : ceux qui sont entre les bornes ne changent pas": lambda w: (
            high * np.sign(w)
        ),
        "seule la borne haute est appliquée : les poids trop négatifs restent": lambda w: np.minimum(w, high),
        "seule la borne basse est appliquée : les poids trop grands restent": lambda w: np.maximum(w, low),
    }
    yield "les biais ne sont pas écrêtés : tous les poids entraînables le sont", _where(before, right, 1)
    yield "seuls les biais sont écrêtés : tous les poids entraînables le sont", _where(before, right, 2)
    yield "seule la première variable est écrêtée : parcourez-les toutes", [right[0], *before[1:]]
    yield "seule la dernière variable est écrêtée : parcourez-les toutes", [*before[:-1], right[-1]]
    yield from ((text, [change(weight) for weight in before]) for text, change in changes.items())


# Losses.


def _scores(seed, n):
    rng = np.random.default_rng(seed)
    return [tf.constant(rng.normal(centre, 2, (n + 4, 1)).astype("float32")) for centre in (0.7, -1.3)]


def _check_loss(answer, scores, right, mistakes):
    """A loss of one or two batches of scores: its value, against those of the usual mistakes; its gradient."""
    with tf.GradientTape() as tape:
        tape.watch(scores)
        value = answer.returned(*scores)
    given = as_array(value)
    if given is not None and given.size > 1:
        answer.fail(f"le résultat a la forme {given.shape} : un seul nombre est attendu, la moyenne (tf.reduce_mean).")
    given = number(answer, value)
    means = [float(np.mean(part)) for part in scores]
    if abs(given) > 1e-3 and np.isclose(given, number(answer, answer.returned(*(-part for part in scores)))):
        answer.fail("pas de valeur absolue ni de carré : le signe des notes compte.")
    if not np.isclose(given, right(*means), rtol=1e-3, atol=1e-5):
        n = len(scores[0])
        changes = {
            "": lambda x: x,
            "il y a une somme au lieu d'une moyenne : tf.reduce_mean": lambda x: n * x,
            "il y a une sigmoïde : une note n'est pas une probabilité": tf.sigmoid,
            "c'est une entropie croisée : ici, ni logarithme ni sigmoïde": lambda x: -tf.nn.softplus(-x),
            "les notes sont élevées au carré : la perte en est une simple moyenne": tf.square,
            "les notes passent par tanh : une note n'est pas bornée": tf.tanh,
        }
        for text, change in changes.items():
            values = [float(np.mean(change(part))) for part in scores]
            if text and np.isclose(given, right(*values), rtol=1e-3, atol=1e-5):
                answer.fail(f"{text}.")
            for told, wrong in mistakes(*values):
                if np.isclose(given, wrong, rtol=1e-3, atol=1e-5):
                    answer.fail(f"{text}, et {told}." if text else f"{told}.")
        softplus = [float(np.mean(tf.nn.softplus(sign * part))) for part, sign in zip(scores, (-1, 1), strict=False)]
        if np.isclose(given, sum(softplus), rtol=1e-3) or np.isclose(given, sum(softplus) / 2, rtol=1e-3):
            answer.fail("c'est une entropie croisée : ici, ni logarithme ni sigmoïde, une moyenne de notes.")
        answer.fail(f"la perte vaut {given:.4f} au lieu de {right(*means):.4f}. Relisez les étiquettes : 1 et -1.")
    gradients = tape.gradient(value, scores) if tf.is_tensor(value) else [None]
    if any(part is None for part in gradients):
        answer.fail(f"{NO_GRADIENT}.")


# Critics.


def _critic(seed, shape, *first):
    """A smooth witness with gradients of norms around 1, but not all so; first: layers before its own."""
    keras.utils.set_random_seed(seed)
    own = (layers.Flatten(), layers.Dense(9, "tanh"), layers.Dense(1))
    critic = Witness("le critique", keras.Input(shape), *first, *own)
    critic(tf.zeros((1, *shape)))
    rng = np.random.default_rng(seed)
    scale = 0.7 if len(shape) == 1 else 0.3
    critic.set_weights([rng.normal(0, scale, weight.shape) for weight in critic.get_weights()])
    critic.forget()
    return critic


def _points(seed, n, shape):
    return tf.constant(np.random.default_rng(seed).normal(size=(n, *shape)).astype("float32"))


def _input_gradients(critic, points):
    with tf.GradientTape() as tape:
        tape.watch(points)
        scores = critic.compute(points)
    return tape.gradient(scores, points)


def _penalty(critic, points):
    gradients = tf.reshape(_input_gradients(critic, points), (len(points), -1))
    return tf.reduce_mean((tf.sqrt(tf.reduce_sum(gradients**2, axis=1) + 1e-12) - 1) ** 2)


def _penalty_mistakes(critic, points):
    gradients = np.array(_input_gradients(critic, points), float)
    n = len(gradients)
    flat = gradients.reshape(n, -1)
    squares = (flat**2).sum(axis=1)
    norms = np.sqrt(squares)
    yield "il manque la racine carrée : la norme est la racine de la somme des carrés", np.mean((squares - 1) ** 2)
    yield "il manque le - 1 : c'est l'écart de la norme à 1 que l'on pénalise", np.mean(squares)
    yield "il manque le carré de (norme - 1)", np.mean(norms - 1)
    yield "c'est la valeur absolue de (norme - 1) : son carré est demandé", np.mean(np.abs(norms - 1))
    yield (
        "la moyenne des normes est prise trop tôt : d'abord (norme - 1) au carré, ensuite la moyenne",
        (np.mean(norms) - 1) ** 2,
    )
    yield "c'est une somme sur le lot : prenez-en la moyenne (tf.reduce_mean)", np.sum((norms - 1) ** 2)
    yield (
        "seules les normes supérieures à 1 sont pénalisées : ici, l'écart compte dans les deux sens",
        np.mean(np.maximum(norms - 1, 0) ** 2),
    )
    yield "le facteur lambda y est déjà : la pénalité est demandée sans lui", 10 * np.mean((norms - 1) ** 2)
    whole = "la norme est celle de tout le lot : sommez les carrés sur tous les axes sauf le premier"
    yield whole, (np.sqrt(squares.sum()) - 1) ** 2
    mean = "la racine porte sur une moyenne de carrés : c'est leur somme (tf.reduce_sum)"
    yield mean, np.mean((np.sqrt((flat**2).mean(axis=1)) - 1) ** 2)
    yield (
        "c'est une somme de valeurs absolues : la norme euclidienne est demandée",
        np.mean((np.abs(flat).sum(axis=1) - 1) ** 2),
    )
    yield (
        "c'est une moyenne de valeurs absolues : la norme euclidienne est demandée",
        np.mean((np.abs(flat).mean(axis=1) - 1) ** 2),
    )
    yield (
        "la norme est un seul nombre : le plus grand. C'est la norme euclidienne qui est demandée",
        np.mean((np.abs(flat).max(axis=1) - 1) ** 2),
    )
    if gradients.ndim > 2:
        text = "la norme ne porte que sur une partie de l'image : sommez les carrés sur tous les axes sauf le premier"
        for axes in ((1,), (2,), (3,), (1, 2), (2, 3), (1, 3)):
            yield text, np.mean((np.sqrt((gradients**2).sum(axis=axes)) - 1) ** 2)
    per_sample = "chaque nombre du gradient est comparé à 1 : c'est leur norme, un nombre par image"
    yield per_sample, np.mean((flat - 1) ** 2)
    yield per_sample, np.mean((np.abs(flat) - 1) ** 2)
    yield "c'est l'écart à 0 du gradient, sans la norme", np.mean(flat**2)
    batch = np.sqrt((flat**2).sum(axis=0))
    yield "la norme est prise sur le lot (axis=0) : sommez sur tous les axes sauf le premier", np.mean((batch - 1) ** 2)
    weights = gradient(lambda: tf.reduce_sum(critic.compute(points)), critic)
    text = "le gradient est pris par rapport aux poids du critique : c'est tape.gradient(scores, points)"
    for total in (weights, weights / n):
        yield text, (np.linalg.norm(total) - 1) ** 2
    text = "c'est le gradient de la moyenne des notes, n fois trop petit : prenez celui des notes elles-mêmes"
    yield text, np.mean((norms / n - 1) ** 2)
    scores = np.array(critic.compute(points), float).ravel()
    yield "la pénalité porte sur les notes : elle porte sur leur gradient", np.mean((scores - 1) ** 2)
    yield "la pénalité porte sur les notes : elle porte sur leur gradient", np.mean((np.abs(scores) - 1) ** 2)


def _penalty_of(answer, critic, points):
    """What the student's penalty returns; a None where a gradient was expected is told."""
    try:
        return answer.returned(critic, points)
    except CheckFailed as failure:
        if any(word in str(failure) for word in ("NoneType", "None values", "value (None)", "None, 'x'", "None for")):
            answer.fail(
                "tape.gradient rend None : il manque tape.watch(points) avant d'appeler le critique, ou le critique "
                "est appelé hors du bloc « with »."
            )
        raise


def _gradient_of(answer, critic, points):
    variables = critic.trainable_variables
    with tf.GradientTape() as tape:
        value = answer.returned(critic, points)
    if not tf.is_tensor(value):
        return None
    parts = tape.gradient(value, variables)
    if all(part is None for part in parts):
        return None
    return np.concatenate(
        [np.zeros(v.shape).ravel() if p is None else np.ravel(p) for p, v in zip(parts, variables, strict=True)]
    ).astype(float)


def _check_on_segments(answer, points, real, fake):
    """Points on the segments [real_i, fake_i], at places that are uniform and all different."""
    from scipy.stats import kstest

    n = len(points)
    points, real, fake = (part.reshape(n, -1).astype(float) for part in (points, real, fake))
    way = real - fake
    if np.abs(way * (points - fake)).max() == 0:
        answer.fail(
            "les points sont les fausses images elles-mêmes : ils doivent être entre les vraies et les fausses."
        )
    epsilon = ((points - fake) * way).sum(axis=1) / (way**2).sum(axis=1)
    off = np.abs(points - fake - epsilon[:, None] * way).max(axis=1)
    if off.max() > 1e-3:
        each = (points - fake) / np.where(np.abs(way) < 1e-2, np.nan, way)
        if np.nanmin(each) > -0.02 and np.nanmax(each) < 1.02:
            answer.fail(
                "epsilon change à l'intérieur d'une image : il faut un seul nombre par image, de forme (n, 1, 1, 1) "
                "pour des images, (n, 1) pour des points."
            )
        if np.nanmax(np.abs(each)) < 6 and kstest(each[np.isfinite(each)], "norm").pvalue > 1e-4:
            answer.fail(
                "epsilon est tiré selon une loi normale, pour chaque pixel : il doit être uniforme dans [0, 1] "
                "(tf.random.uniform), un par image."
            )
        answer.fail(
            "les points ne sont pas sur les segments de real[i] à fake[i] : epsilon * real + (1 - epsilon) * fake, "
            "avec le même epsilon dans les deux termes."
        )
    _check_uniform(answer, epsilon)


def _check_uniform(answer, epsilon):
    """One number a picture, all different, uniform on [0, 1] (Kolmogorov-Smirnov at 1e-9)."""
    from scipy.stats import kstest

    if epsilon.min() < -1e-3 or epsilon.max() > 1 + 1e-3:
        answer.fail(
            f"epsilon va de {epsilon.min():.1f} à {epsilon.max():.1f} : il doit être uniforme entre 0 et 1 "
            "(tf.random.uniform), et non normal."
        )
    if np.ptp(epsilon) < 1e-4:
        answer.fail("tout le lot a le même epsilon : chaque image doit avoir le sien, tiré à part.")
    if kstest(epsilon, "uniform").pvalue < 1e-9:
        answer.fail(
            f"epsilon ne suit pas la loi uniforme sur [0, 1] (moyenne {epsilon.mean():.2f}, de {epsilon.min():.2f} à "
            f"{epsilon.max():.2f}) : voyez tf.random.uniform."
        )


def _all_close(given, expected):
    return all(np.allclose(a, b, rtol=1e-4, atol=1e-7) for a, b in zip(given, expected, strict=True))


def _where(before, right, ndim):
    """The expected weights, but those of this many dimensions, left as they were."""
    return [b if b.ndim == ndim else r for b, r in zip(before, right, strict=True)]


def _check_same(answer, given, right, mistakes, otherwise):
    if np.allclose(given, right, rtol=1e-3, atol=1e-6):
        return
    for text, wrong in mistakes.items():
        if np.allclose(given, wrong, rtol=1e-3, atol=1e-6):
            answer.fail(f"{text}.")
    answer.fail(f"le premier nombre vaut {given[0]:.4f} au lieu de {right[0]:.4f}. {otherwise}")


# Networks.


def _network(answer, network):
    if not isinstance(network, keras.layers.Layer):
        answer.fail(
            f"un réseau Keras est attendu, et c'est un objet de type {type(network).__name__}. Manque-t-il un return ?"
        )
    return network


def _layers(network, kind):
    return [layer for layer in network._flatten_layers() if isinstance(layer, kind)]


@contextlib.contextmanager
def _dropped():
    """How many numbers a picture has where each Dropout is called inside, in the order of the calls."""
    sizes, original = [], layers.Dropout.call

    def call(self, inputs, training=False):
        sizes.append(math.prod(inputs.shape[1:]))
        return original(self, inputs, training=training)

    layers.Dropout.call = call
    try:
        yield sizes
    finally:
        layers.Dropout.call = original


def _output(answer, network, inputs, shape, name):
    given = as_array(answer.call(network, inputs, training=False))
    if given is None or given.shape != shape:
        got = "autre chose qu'un tableau" if given is None else f"un résultat de forme {given.shape[1:]}"
        expected = f"{shape[1:]}" if len(shape) > 2 else "(1,), après Flatten"
        answer.fail(
            f"pour une entrée de forme {tuple(inputs.shape[1:])}, {name} rend {got} au lieu de {expected}. Relisez les "
            "tailles, couche par couche (network.summary())."
        )
    return given


def _check_count(answer, network, right, biases, name, width):
    given = network.count_params()
    if given == right:
        return
    if given == right - biases:
        answer.fail(f"{name} n'a pas de biais là où il en faut : use_bias reste à True.")
    if given == right + biases:
        answer.fail(f"{name} a des biais de trop : use_bias=False dans les couches que BatchNormalization suit.")
    answer.fail(
        f"{name} a {spaced(given)} paramètres au lieu de {spaced(right)}. Relisez les canaux (à partir de "
        f"width = {width}), les noyaux (4), les biais."
    )


def _shaped(answer, weights, shape):
    """The one weight of this shape."""
    found = [weight for weight in weights if tuple(weight.shape) == tuple(shape)]
    if len(found) != 1:
        answer.fail(f"un poids de forme {tuple(shape)} est attendu, il y en a {len(found)}. Relisez canaux et noyaux.")
    return found[0]


def _leaky(slope):
    return lambda x: tf.nn.leaky_relu(x, slope)


def _bends():
    yield "la pente de LeakyReLU est 0,3, celle de Keras par défaut : layers.LeakyReLU(0.2)", _leaky(0.3)
    for slope, told in ((0.01, "0,01"), (0.1, "0,1"), (0.02, "0,02")):
        yield f"la pente de LeakyReLU est {told} : layers.LeakyReLU(0.2)", _leaky(slope)
    yield "l'activation est ReLU : layers.LeakyReLU(0.2)", tf.nn.relu
    yield "il n'y a pas d'activation entre les convolutions : layers.LeakyReLU(0.2) après chacune", lambda x: x
    yield "l'activation est tanh : layers.LeakyReLU(0.2)", tf.tanh
    yield "l'activation est une sigmoïde : layers.LeakyReLU(0.2)", tf.sigmoid


def _near(a, b):
    return a.shape == b.shape and np.abs(a - b).max() <= 1e-3 * (np.abs(b).max() + 1e-3)


# Steps.


def _latent_dim(answer):
    value = answer.namespace.get("latent_dim")
    if not isinstance(value, int):
        answer.fail("latent_dim n'est plus un entier : exécutez la cellule qui le fixe, et gardez ce nom.")
    return value


def _witnesses(seed, latent_dim):
    keras.utils.set_random_seed(seed)
    generator = Witness(
        "G", keras.Input((latent_dim,)), layers.Dense(48, "tanh"), layers.Dense(48), layers.Reshape(SHAPE)
    )
    critic = Witness("le critique", keras.Input(SHAPE), layers.Flatten(), layers.Dense(7, "tanh"), layers.Dense(1))
    for witness, shape in ((generator, (latent_dim,)), (critic, SHAPE)):
        witness(tf.zeros((1, *shape)))
        rng = np.random.default_rng(seed)
        witness.set_weights([rng.normal(0, 0.35, weight.shape) for weight in witness.get_weights()])
        witness.forget()
    return generator, critic


_AS_MANY = "G a fabriqué {} images pour {} vraies : autant de fausses, tf.shape(real)[0]."


class _Seen:
    """What one step of the critic was called on."""

    def __init__(self, noises, fake, between, shares, extra_real, extra_fake):
        self.noises, self.fake, self.between, self.shares = noises, fake, between, shares
        self.extra_real, self.extra_fake = extra_real, extra_fake


def _only_noise(answer, generator, latent_dim, n):
    if not generator.calls:
        answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
    z = np.concatenate([call[0] for call in generator.calls])
    if z.ndim != 2 or z.shape[1] != latent_dim:
        answer.fail(f"G a reçu un tableau de forme {z.shape} : du bruit de forme (n, latent_dim), voyez noise(n).")
    if len(z) != n:
        answer.fail(f"G a fabriqué {len(z)} images au lieu de {n} : leur nombre est l'argument batch_size.")
    return z


def _seen(answer, generator, critic, real, latent_dim):
    """The rows that the critic saw, sorted out: real ones, fakes, and those between them."""
    n = len(real)
    if not generator.calls:
        answer.fail("l'argument generator n'est jamais appelé : il faut autant de fausses images que de vraies.")
    if not critic.calls:
        answer.fail("l'argument critic n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
    noises = [call[0] for call in generator.calls]
    for z in noises:
        if z.ndim != 2 or z.shape[1] != latent_dim:
            answer.fail(f"G a reçu un tableau de forme {z.shape} : du bruit de forme (n, latent_dim), voyez noise(n).")
    if len(noises[0]) != n:
        answer.fail(_AS_MANY.format(len(noises[0]), n))
    flat_real = real.reshape(n, -1)
    fakes = [np.array(generator.compute(z), float).reshape(n, -1) for z in noises if len(z) == n]
    kinds, called = {"real": [], "fake": [], "between": []}, {"real": [], "fake": [], "between": []}
    for k, call in enumerate(critic.calls):
        rows = np.array(call[0], float).reshape(len(call[0]), -1)
        for row in rows:
            kind = "between"
            if (np.abs(flat_real - row).max(axis=1) < 1e-5).any():
                kind = "real"
            elif any((np.abs(fake - row).max(axis=1) < 1e-4).any() for fake in fakes):
                kind = "fake"
            kinds[kind].append(row)
            called[kind].append(k)
    if not kinds["real"]:
        answer.fail("le critique n'a pas noté les vraies images : critic(real, training=True).")
    if not kinds["fake"]:
        answer.fail(
            "le critique n'a pas noté les fausses images : critic(fake, training=True), fake = generator(noise(n))."
        )
    _check_flags(answer, critic, {called["real"][0], called["fake"][0]}, "apprend")
    first = np.array(kinds["fake"][:n])
    same = [fake for fake in fakes if len(first) == n and np.allclose(np.sort(fake, 0), np.sort(first, 0), atol=1e-3)]
    fake = same[0] if same else None
    if fake is None or len(kinds["real"]) < n:
        answer.fail("le critique doit noter toutes les vraies images du lot, et autant de fausses.")
    between = shares = None
    if kinds["between"]:
        rows = np.array(kinds["between"])
        if len(rows) != n:
            answer.fail(
                f"la pénalité porte sur {len(rows)} images pour {n} vraies : une entre chaque vraie et une fausse."
            )
        found = []
        for other in fakes:
            way = flat_real - other
            epsilon = ((rows - other) * way).sum(axis=1) / (way**2).sum(axis=1)
            found.append((np.abs(rows - other - epsilon[:, None] * way).max(), epsilon))
        residual, shares = min(found, key=lambda pair: pair[0])
        if residual > 1e-3:
            answer.fail(
                "la pénalité n'est pas calculée entre les vraies images et les fausses de ce pas : "
                "gradient_penalty(critic, interpolate(real, fake))."
            )
        between = tf.constant(rows.reshape(real.shape).astype("float32"))
    extra = [len(kinds[kind]) - n >= n for kind in ("real", "fake")]
    return _Seen(noises, tf.constant(fake.reshape(real.shape).astype("float32")), between, shares, *extra)


def _check_flags(answer, network, calls, what):
    flags = [network.training_flags[k] for k in sorted(calls)]
    if not all(flag is not None and bool(flag) for flag in flags):
        answer.fail(
            f"{network.title} {what} sans training=True, et BatchNormalization et Dropout n'agissent plus comme il "
            "faut : écrivez network(entrées, training=True)."
        )


def _check_penalty_place(answer, seen, moved, grad_w, reference, weight):
    """Nothing between the real and the fake pictures was seen: where is the penalty?"""
    for kind, extra in (("vraies", seen.extra_real), ("fausses", seen.extra_fake)):
        if extra:
            answer.fail(
                f"la pénalité est calculée sur les {kind} images seules : entre les vraies et les fausses, "
                "gradient_penalty(critic, interpolate(real, fake))."
            )
    answer.fail(
        "la pénalité n'est jamais calculée : la perte est critic_loss(…) + gp_weight * gradient_penalty(critic, "
        "interpolate(real, fake))."
    )


def _check_three(answer, result, wasserstein, penalty, weight):
    if not isinstance(result, tuple | list) or len(result) != 3:
        answer.fail("trois nombres sont attendus : return loss, wasserstein, penalty.")
    values = [number(answer, value, "chaque valeur renvoyée") for value in result]
    right = [wasserstein + weight * penalty, wasserstein, penalty]
    if np.allclose(values, right, rtol=5e-3, atol=1e-4):
        return
    if np.allclose(values, [right[0], wasserstein, weight * penalty], rtol=5e-3, atol=1e-4):
        answer.fail("la pénalité est rendue sans le facteur gp_weight, qui n'entre que dans la perte.")
    if np.allclose(sorted(values), sorted(right), rtol=5e-3, atol=1e-4):
        answer.fail("les trois nombres ne sont pas dans l'ordre : la perte, la part de Wasserstein, la pénalité.")
    for value, expected, name in zip(values, right, ("la perte", "la part de Wasserstein", "la pénalité"), strict=True):
        check_returned(answer, value, expected, f"{name} renvoyée")


class OrderedSGD(keras.optimizers.SGD):
    """SGD that notes, in a shared list, whose turn it is, whose weights it moves, and the calls of a critic so far."""

    def note(self, order, turn, owners, critic):
        self._noted = lambda variables: order.append(
            (turn, {owners.get(id(v), "?") for v in variables}, len(critic.calls))
        )
        return self

    def apply(self, grads, trainable_variables=None):
        variables = self._trainable_variables if trainable_variables is None else trainable_variables
        self._noted(list(variables))
        return super().apply(grads, trainable_variables)


def _exchanged(answer, failure):
    """Keras refuses variables that an optimizer was not built for."""
    if "Unknown variable" in str(failure):
        answer.fail(
            "un optimiseur reçoit des poids qui ne sont pas les siens : self.c_optimizer va avec le critique, "
            "self.g_optimizer avec G."
        )
    raise failure


def _model(answer, seed, latent_dim, critic_steps, weight, rate):
    generator, critic = _witnesses(seed, latent_dim)
    owners = {id(v): "G" for v in generator.trainable_variables}
    owners |= {id(v): "C" for v in critic.trainable_variables}
    order = []
    model = answer.call(answer.value, generator, critic, critic_steps=critic_steps, gp_weight=weight)
    optimizers = [OrderedSGD(rate).note(order, turn, owners, critic) for turn in "CG"]
    answer.call(model.compile, c_optimizer=optimizers[0], g_optimizer=optimizers[1])
    for optimizer, network in zip(optimizers, (critic, generator), strict=True):
        optimizer.build(network.trainable_variables)
    return model, generator, critic, order


def _check_order(answer, order, critic_steps):
    for turn, moved, _ in order:
        if moved != {turn}:
            names = {"C": "du critique", "G": "de G"}
            other = " et ".join(names.get(name, "d'un autre réseau") for name in sorted(moved))
            answer.fail(
                f"l'optimiseur {names[turn]} déplace des poids {other} : self.c_optimizer va avec le critique, "
                "self.g_optimizer avec G."
            )
    turns = [turn for turn, *_ in order]
    c, g = turns.count("C"), turns.count("G")
    if c == 0:
        answer.fail("le critique n'apprend jamais : appelez critic_step self.critic_steps fois.")
    if g == 0:
        answer.fail("G n'apprend jamais : un generator_step après les pas du critique.")
    if g == critic_steps and c == critic_steps:
        answer.fail("G apprend à chaque pas du critique : son pas vient après la boucle, une seule fois.")
    if c == 1 != critic_steps:
        answer.fail(
            f"le critique n'a fait qu'un pas pour critic_steps = {critic_steps} : il manque la boucle, ou un "
            "return l'arrête au premier tour."
        )
    if c != critic_steps:
        answer.fail(
            f"le critique a fait {c} pas pour critic_steps = {critic_steps} : for _ in range(self.critic_steps)."
        )
    if g != 1:
        answer.fail(f"G a fait {g} pas par train_step : un seul.")
    if turns[-1] != "G":
        answer.fail("G apprend avant le critique : les pas du critique viennent d'abord.")


def _check_measures(answer, result, noises, last, generator, critic, real, weight):
    """With a rate of 0 the networks do not change: the values can be worked out again from what they saw.

    noises: those of the fakes of each step. last: the pictures that the critic received in its last step.
    """
    if not isinstance(result, dict):
        answer.fail("train_step rend un dictionnaire : {metric.name: metric.result() for metric in self.metrics}.")
    missing = [name for name in MEASURES if name not in result]
    if missing:
        answer.fail(f"il manque {', '.join(missing)} dans le dictionnaire rendu : les quatre mesures, par leur nom.")
    values = {name: number(answer, result[name], name) for name in MEASURES}
    pictures = [real, *(generator.compute(z) for z in noises)]
    on_real, *scores = (float(tf.reduce_mean(critic.compute(part))) for part in pictures)
    wasserstein = np.array(scores[:-1]) - on_real
    known = [(np.abs(last[:, None] - np.array(part)[None]).max(axis=(2, 3, 4)) < 1e-4) for part in pictures]
    between = last[~np.concatenate(known, axis=1).any(axis=1)]
    if len(between) == 0:
        answer.fail(
            "le dernier pas du critique n'a pas de pénalité : gradient_penalty(critic, interpolate(real, fake))."
        )
    step = max((k for k in range(len(wasserstein)) if known[k + 1].any(axis=0).all()), default=-1)
    wass, gp = wasserstein[step], float(_penalty(critic, tf.constant(between)))
    right = {"g_loss": -scores[-1], "c_wass": wass, "c_gp": gp, "c_loss": wass + weight * gp}
    for name, given in ((name, values[name]) for name in right):

        def near(value, given=given):
            return np.isclose(given, value, rtol=5e-3, atol=1e-3)

        if near(right[name]):
            continue
        swapped = next((other for other, value in right.items() if np.isclose(given, value, rtol=1e-3)), None)
        if given == 0:
            answer.fail(f"{name} vaut 0 : la mesure n'a pas été mise à jour, self.{name}.update_state(…).")
        if swapped:
            answer.fail(f"{name} contient la valeur de {swapped} : self.metrics donne les mesures dans l'ordre.")
        if name == "c_wass" and near(wasserstein.mean()):
            answer.fail("c_wass est une moyenne sur les pas du critique : les valeurs du dernier sont demandées.")
        if name == "c_wass" and near(wasserstein[0]):
            answer.fail("c_wass est celui du premier pas du critique : les valeurs du dernier sont demandées.")
        if name == "c_gp" and near(weight * gp):
            answer.fail("c_gp est déjà multipliée par self.gp_weight : cette mesure est la pénalité seule.")
        advice = "Chaque mesure reçoit sa valeur (update_state), pour le critique celle de son dernier pas."
        if name == "c_loss":
            advice = "C'est c_wass + self.gp_weight * c_gp : le poids est-il celui du modèle ?"
        answer.fail(f"{name} vaut {given:.4f} au lieu de {right[name]:.4f}. {advice}")


def _check_results(answer, model, result):
    """What train_step returns is the mean of its measures since the beginning of the epoch."""
    for name in MEASURES:
        metric, given = getattr(model, name, None), number(answer, result[name], name)
        if isinstance(metric, keras.metrics.Metric) and not np.isclose(float(metric.result()), given, atol=1e-4):
            answer.fail(
                f"ce que rend train_step sous le nom {name} n'est pas self.{name}.result(), la moyenne depuis le début "
                f"de l'époque : self.{name}.update_state(…), puis metric.result() dans le dictionnaire."
            )
