"""Vérifications du TP 07 : le DCGAN en Keras, son pas à deux rubans, la parité avec PyTorch, le discriminateur figé.

As in TP 06, the networks of the student are judged by their number of parameters, then by what they compute: their own
weights, found by size alone and filled at random, are given to a reference written with tf.nn. Steps are judged by the
weights that they move, on small witness networks (tp_gan.checks.tapes), and compared with what the usual mistakes give.
"""

import math
import re
from collections.abc import Iterator
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tp_gan.checks import array, as_array, number, question, tapes

__all__ = [
    "check_channels_first",
    "check_discriminator_loss",
    "check_equilibrium",
    "check_generator_loss",
    "check_make_discriminator",
    "check_make_gan",
    "check_make_generator",
    "check_moved_weights",
    "check_reliable",
    "check_same_margins",
    "check_train_discriminator",
    "check_train_generator",
    "check_train_step",
]

SHAPE = (28, 28, 1)
FULL_WIDTH, FULL_LATENT_DIM = 64, 100


@question()
def check_make_discriminator(answer, seed):
    """(n, 28, 28, 1) to (n, 1), logits; what the layers of the text compute, and erase."""
    rng = np.random.default_rng(seed)
    _check_new_each_time(answer, 8, 0.3)
    x = rng.uniform(-1, 1, (16, *SHAPE)).astype(np.float32)
    for width in (FULL_WIDTH, 6 + seed, 11):
        network = _network(answer, answer.returned(width, 0.3), "keras.Input((28, 28, 1))")
        if width != FULL_WIDTH:
            _check_output(answer, network, x, (1,), "(n, 28, 28, 1)")
        right, full = _discriminator_parameters(width), _discriminator_parameters(FULL_WIDTH)
        if width != FULL_WIDTH and _count(network) == full:
            answer.fail(f"la largeur est écrite en dur : avec width = {width}, D a les paramètres de width = 64.")
        _check_count(answer, network, right, _discriminator_mistakes(width), f"avec width = {width}, D")
    x = (3 * rng.normal(size=x.shape)).astype(np.float32)
    network, _ = _discriminator(answer, 0.3, rng)
    for mode, arguments in (("avec training=False", {"training": False}), ("sans l'argument training", {})):
        if not np.array_equal(network(x, **arguments), network(x, **arguments)):
            answer.fail(f"{mode}, deux notes de la même image diffèrent : laissez layers.Dropout choisir son mode.")
    network, weights = _discriminator(answer, 0.0, rng)
    if any(isinstance(layer, layers.Dropout) and layer.rate == 1 for layer in _layers(network)):
        answer.fail("avec dropout = 0, tout est effacé : la part à effacer est dropout, et non 1 - dropout.")
    weights[-1].assign_sub([np.median(_discriminated([w.numpy() for w in weights], x))])  # logits of both signs
    output = network(x, training=True).numpy()
    if not np.array_equal(output, network(x, training=True)):
        answer.fail("avec dropout = 0, D efface encore des nombres : donnez dropout à chacun des deux layers.Dropout.")
    tensors = [weight.numpy() for weight in weights]
    _check_same(answer, output, partial(_discriminated, tensors, x), _discriminator_slips(), "la sortie de D")
    for dropout in (0.2, 0.6):
        _check_dropout(answer, dropout, rng)


@question()
def check_make_generator(answer, seed):
    """(n, latent_dim) to (n, 28, 28, 1) by tanh; what the layers of the text compute, in both modes."""
    rng = np.random.default_rng(seed)
    _check_new_each_time(answer, 4, 10)
    for width, latent_dim in ((FULL_WIDTH, FULL_LATENT_DIM), (3 + seed, 10), (5, 7 + seed), (4, 1)):
        network = _network(answer, answer.returned(width, latent_dim), "keras.Input((latent_dim,))")
        if width != FULL_WIDTH:
            z = rng.normal(size=(8, latent_dim)).astype(np.float32)
            _check_output(answer, network, z, SHAPE, "(n, latent_dim)", latent_dim != FULL_LATENT_DIM)
        right = sum(_generator_parameters(width, latent_dim))
        if width != FULL_WIDTH and _count(network) == sum(_generator_parameters(FULL_WIDTH, latent_dim)):
            answer.fail(f"la largeur est écrite en dur : avec width = {width}, G a les paramètres de width = 64.")
        what = f"avec width = {width} et latent_dim = {latent_dim}, G"
        _check_count(answer, network, right, _generator_mistakes(width, latent_dim), what)
    _check_generation(answer, answer.returned(4, 10), rng.normal(size=(16, 10)).astype(np.float32), rng)


@question()
def check_discriminator_loss(answer, seed):
    """The sum of two mean cross-entropies of logits."""
    bce = tapes.cross_entropy

    def right(real, fake):
        return bce(real, 1.0, logits=True) + bce(fake, 0.0, logits=True)

    def mistakes(real, fake):
        ones = tf.ones_like(real)
        return {
            **_loss_mistakes(right, real, fake),
            "les étiquettes sont échangées : 1 pour les vraies, 0 pour les fausses": (
                bce(real, 0.0, logits=True) + bce(fake, 1.0, logits=True)
            ),
            "la perte demandée est la somme des deux termes : elle est ici divisée par deux": right(real, fake) / 2,
            "il manque le terme des fausses images": bce(real, 1.0, logits=True),
            "il manque le terme des vraies images": bce(fake, 0.0, logits=True),
            "les deux termes ont l'étiquette 1 : celle des fausses est 0": (
                bce(real, 1.0, logits=True) + bce(fake, 1.0, logits=True)
            ),
            "les deux termes ont l'étiquette 0 : celle des vraies est 1": (
                bce(real, 0.0, logits=True) + bce(fake, 0.0, logits=True)
            ),
            "les vraies sont notées deux fois : le second terme est celui de on_fake": (
                bce(real, 1.0, logits=True) + bce(real, 0.0, logits=True)
            ),
            "le terme des fausses est retranché : les deux termes s'ajoutent": (
                bce(real, 1.0, logits=True) - bce(fake, 0.0, logits=True)
            ),
            "les étiquettes viennent en premier en Keras : bce(étiquettes, logits)": (
                bce(ones, real, logits=True) + bce(tf.zeros_like(fake), fake, logits=True)
            ),
        }

    _check_loss(answer, seed, 2, right, mistakes)


@question()
def check_generator_loss(answer, seed):
    """The mean cross-entropy of the logits of fakes with 1."""
    bce = tapes.cross_entropy

    def right(fake):
        return bce(fake, 1.0, logits=True)

    def mistakes(fake):
        return {
            **_loss_mistakes(right, fake),
            "l'étiquette est 0 : G veut que D réponde « vraie », soit 1": bce(fake, 0.0, logits=True),
            "c'est la perte saturante, l'opposé de celle de D : prenez l'entropie croisée avec des 1": (
                -bce(fake, 0.0, logits=True)
            ),
            "le signe est inversé : une entropie croisée est positive": -right(fake),
            "la perte est divisée par deux": right(fake) / 2,
            "les étiquettes viennent en premier en Keras : bce(étiquettes, logits)": (
                bce(tf.ones_like(fake), fake, logits=True)
            ),
        }

    _check_loss(answer, seed, 1, right, mistakes)


@question()
def check_equilibrium(answer, seed):
    """(2 log 2, log 2)."""
    value = answer.given()
    if hasattr(value, "shape"):  # an array, or a tensor of either library
        numbers = as_array(value)
        value = None if numbers is None else numbers.ravel()
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 2:
        answer.fail("deux nombres sont attendus, dans l'ordre : (perte de D, perte de G).")
    loss_d, loss_g = (number(answer, part, f"la perte de {name}") for part, name in zip(value, "DG", strict=True))
    log2, given = math.log(2), (loss_d, loss_g)
    mistakes = [
        ((0, 0), "une perte nulle n'est pas l'équilibre : pour D, ce serait une victoire totale. Prenez D = 1/2"),
        ((log2, log2), "la perte de D est la somme de deux termes, qui valent chacun log 2"),
        ((log2, 2 * log2), "les deux pertes sont échangées : celle de D d'abord"),
        ((2 * log2, 2 * log2), "la perte de G n'a qu'un terme"),
        ((2, 1), "c'est en logarithmes de base 2 : Keras, comme np.log, compte en logarithmes népériens"),
        ((2 * math.log10(2), math.log10(2)), "c'est en logarithmes décimaux : prenez np.log"),
        ((-2 * log2, -log2), "une entropie croisée est positive : c'est l'opposé d'un logarithme"),
        ((0.5, 0.5), "1/2 est la réponse de D, et non la perte : calculez -log(1/2)"),
        ((1, 0.5), "1/2 est la réponse de D, et non la perte : calculez -log(1/2)"),
    ]
    # A number read on two decimals is accepted.
    if np.allclose(given, (2 * log2, log2), atol=6e-3):
        return
    for wrong, text in mistakes:
        if np.allclose(given, wrong, atol=6e-3):
            answer.fail(f"{text}.")
    answer.fail(
        f"({loss_d:.3g}, {loss_g:.3g}) n'est pas le couple attendu. Chaque terme vaut -log(1/2), quelle que soit "
        "l'étiquette."
    )


@question(check_discriminator_loss, check_generator_loss)
def check_train_step(answer, seed):
    """Both updates against the gradients of their own losses, the losses returned, fresh normal noise, also traced."""
    latent_dim, rng = _positive(answer, "latent_dim", 100), np.random.default_rng(seed)
    # What tf.function decorates; it is traced below.
    answer.value = getattr(answer.value, "python_function", answer.value)
    keras.utils.set_random_seed(1000 + seed)
    (g, d), (old_g, old_d) = _witnesses(latent_dim), _witnesses(latent_dim)
    # Two rates, so that exchanged optimizers show.
    rates = {"D": 1.0, "G": 0.3}
    optimizer_g, optimizer_d = tapes.sgd(rates["G"]), tapes.sgd(rates["D"])
    optimizer_g.build(g.trainable_variables)
    optimizer_d.build(d.trainable_variables)
    noises = []
    for n in (16, 16, max(32, -(-8192 // latent_dim))):
        real = tf.constant(rng.uniform(-1, 1, (n, *SHAPE)).astype(np.float32))
        for network, old in ((g, old_g), (d, old_d)):
            network.forget()
            old.restore(network)
        before_g, before_d = g.values(), d.values()
        done = int(optimizer_g.iterations), int(optimizer_d.iterations)
        with tapes.eagerly():
            result = answer.returned(g, d, optimizer_g, optimizer_d, real)
        losses = _two_losses(answer, result)
        if not (g.trainable and d.trainable):
            answer.fail(
                "un réseau reste figé (trainable = False) après le pas : avec deux rubans, il n'y a rien à figer."
            )
        if not g.calls:
            answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        if not d.calls:
            answer.fail("l'argument discriminator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        tapes.check_learning(answer, g)
        tapes.check_learning(answer, d)
        drawn = [call[0] for call in g.calls]
        # The same noise may be given to G twice, once under each tape.
        drawn = [z for i, z in enumerate(drawn) if not any(np.array_equal(z, other) for other in drawn[:i])]
        if any(z.shape[0] != n for z in drawn):
            answer.fail(f"G fabrique {drawn[0].shape[0]} faux pour {n} vraies images : il en faut autant.")
        tapes.check_fresh(answer, [*noises, *drawn])
        noises += drawn
        moved_g, moved_d = before_g - g.values(), before_d - d.values()
        for name, optimizer, before, moved in (
            ("g", optimizer_g, done[0], moved_g),
            ("d", optimizer_d, done[1], moved_d),
        ):
            if moved.any() and int(optimizer.iterations) == before:
                answer.fail(
                    f"{name.upper()} bouge, mais optimizer_{name} ne sert pas : employez l'optimiseur reçu, sans en "
                    "créer un autre."
                )
        _check_both_moves(answer, drawn, real, (old_g, old_d), (g, d), (moved_g, moved_d), rates)
        for name, optimizer, before in (("G", optimizer_g, done[0]), ("D", optimizer_d, done[1])):
            if int(optimizer.iterations) != before + 1:
                answer.fail(
                    f"l'optimiseur de {name} fait {int(optimizer.iterations) - before} pas par appel au lieu d'un."
                )
        loss_d, loss_g = (float(loss) for loss in _losses(old_g, old_d, drawn[0], real))
        if np.allclose(losses, (loss_g, loss_d), rtol=5e-3) and not np.isclose(loss_d, loss_g, rtol=2e-2):
            answer.fail("les deux pertes renvoyées sont échangées : celle de D d'abord.")
        tapes.check_returned(answer, losses[0], loss_d, "la perte de D renvoyée")
        if len(drawn) == 1:
            after = float(tapes.cross_entropy(d.compute(old_g.compute(drawn[0])), 1.0, logits=True))
            if not np.isclose(losses[1], after, rtol=5e-3):
                tapes.check_returned(answer, losses[1], loss_g, "la perte de G renvoyée")
    tapes.check_normal(answer, noises[-1])
    tapes.traced(answer, answer.value, g, d, optimizer_g, optimizer_d, real, network=g)


@question()
def check_same_margins(answer, seed):
    """What TensorFlow adds before and after with padding="same"."""
    rng = np.random.default_rng(seed)
    cases = [(28, 5, 2), (14, 5, 2), (7, 5, 1), (28, 4, 2), (9, 3, 3), (10, 3, 3), (8, 1, 2), (27, 5, 2), (11, 4, 1)]
    cases += [(int(rng.integers(6, 40)), int(rng.integers(1, 8)), int(rng.integers(1, 5))) for _ in range(8)]

    def total(size, kernel, stride):
        return (-(-size // stride) - 1) * stride + kernel - size

    def right(*case):
        whole = max(total(*case), 0)
        return whole // 2, whole - whole // 2

    def down(size, kernel, stride):
        whole = max((size // stride - 1) * stride + kernel - size, 0)
        return whole // 2, whole - whole // 2

    mistakes = {
        "le pixel de plus est mis avant : TensorFlow le met à la fin": lambda *case: right(*case)[::-1],
        "une marge ne peut pas être négative : max(…, 0)": lambda *case: (
            total(*case) // 2,
            total(*case) - total(*case) // 2,
        ),
        "les deux marges sont égales : quand le total est impair, la seconde a un pixel de plus": lambda *case: (
            2 * (right(*case)[0],)
        ),
        "la marge totale se partage entre les deux côtés": lambda *case: 2 * (max(total(*case), 0),),
        "size / stride est arrondi vers le haut : -(-size // stride)": down,
        "c'est la marge du TP 06, kernel // 2 des deux côtés : « same » suit une autre règle": lambda s, k, t: (
            2 * (k // 2,)
        ),
    }
    given, whole = [], True
    for case in cases:
        value = answer.returned(*case)
        if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 2:
            answer.fail("deux entiers sont attendus : « return avant, après ».")
        given.append(tuple(number(answer, part) for part in value))
        whole = whole and all(np.asarray(part).dtype.kind in "iu" for part in value)
    if given == [right(*case) for case in cases]:
        if not whole:
            answer.fail("les valeurs sont justes, mais ce ne sont pas des entiers (2.0 au lieu de 2) : int(…).")
        return
    for text, wrong in mistakes.items():
        if given == [wrong(*case) for case in cases]:
            answer.fail(f"{text}.")
    case, pair = next((case, pair) for case, pair in zip(cases, given, strict=True) if pair != right(*case))
    shown = "({:g}, {:g})".format(*pair)
    answer.fail(f"same_margins{case} donne {shown} au lieu de {right(*case)}. Relisez la règle.")


@question()
def check_channels_first(answer, seed):
    """Rows in the order (line, column, channel), brought to (channel, line, column)."""
    rng = np.random.default_rng(seed)
    for size, channels, more in ((7, 4, (3,)), (3, 2 + seed, ()), (2, 5, (1,)), (1, 6, (2,)), (4, 4, ())):
        rows = rng.normal(size=(size * size * channels, *more)).astype(np.float32)
        given = rows.copy()
        result = answer.returned(rows, size, channels)
        kind = type(result).__name__
        result = array(answer, result, rows.shape)
        if kind != "ndarray":
            answer.fail(f"un tableau NumPy est attendu, comme rows, et c'est un objet de type {kind}.")
        if not np.array_equal(rows, given):
            answer.fail("rows a été modifié sur place : rendez un nouveau tableau.")
        kept = given.reshape(size, size, channels, *more)

        def order(*axes, kept=kept, more=more, rows=rows):
            return kept.transpose(*axes, *range(3, 3 + len(more))).reshape(rows.shape)

        if np.allclose(result, order(2, 0, 1)):
            continue
        back = given.reshape(channels, size, size, *more)
        mistakes = {
            "les lignes sont rendues telles quelles : il manque transpose(2, 0, 1)": given,
            "les lignes et les colonnes de l'image sont échangées : transpose(2, 0, 1)": order(2, 1, 0),
            "c'est l'ordre (ligne, canal, colonne)": order(0, 2, 1),
            "c'est l'ordre (colonne, canal, ligne) : transpose(2, 0, 1)": order(1, 2, 0),
            "c'est le chemin inverse, de PyTorch vers Keras : reshape(size, size, channels) d'abord": (
                back.transpose(1, 2, 0, *range(3, 3 + len(more))).reshape(rows.shape)
            ),
        }
        for text, wrong in mistakes.items():
            if np.allclose(result, wrong):
                answer.fail(f"{text}.")
        if not np.allclose(np.sort(result, axis=None), np.sort(given, axis=None)):
            answer.fail("des nombres ont changé ou disparu : il s'agit seulement de ranger les mêmes lignes.")
        answer.fail(f"l'ordre n'est pas (canal, ligne, colonne), pour size = {size} et channels = {channels}.")


@question()
def check_make_gan(answer, seed):
    """z to D(G(z)) on the same layers, nothing frozen. (A mode given to a layer here yields to that of the call.)"""
    keras.utils.set_random_seed(seed)
    for size in (3, 5 + seed):
        g = keras.Sequential([keras.Input((size,)), layers.Dense(6), layers.BatchNormalization(), layers.Dense(4)])
        d = keras.Sequential(
            [keras.Input((4,)), layers.Dense(5, "tanh"), layers.Dropout(0.5), layers.Dense(1, "sigmoid")]
        )
        kept = g.get_weights(), d.get_weights()
        gan = answer.returned(g, d)
        if gan is g or gan is d:
            answer.fail("c'est l'un des deux réseaux qui est rendu : il faut un nouveau modèle, D(G(z)).")
        if not isinstance(gan, keras.Model):
            answer.fail(f"un keras.Model est attendu, et c'est un objet de type {type(gan).__name__}.")
        if getattr(gan, "input_shape", None) == (None, None, size):
            answer.fail(
                "keras.Input reçoit la forme d'un seul z, sans le lot : generator.input_shape[1:], et non "
                "generator.input_shape."
            )
        if len(getattr(gan, "outputs", None) or ()) > 1:
            answer.fail("le modèle a plusieurs sorties : une seule est attendue, discriminator(generator(z)).")
        z = np.random.default_rng(seed).normal(size=(64, size)).astype(np.float32)
        for turn in range(2):
            output = _output(answer, gan, z, f"(n, {size})")
            array(answer, output, (64, 1), "la sortie du GAN")
            if not np.allclose(output, d(g(z)), atol=1e-5):
                if turn:
                    answer.fail(
                        "quand les poids de G ou de D changent, le GAN ne change pas : il contient des copies. "
                        "Appelez les réseaux reçus, sans clone."
                    )
                answer.fail(
                    "la sortie n'est pas D(G(z)) : donnez à keras.Model l'entrée z et discriminator(generator(z))."
                )
            for network in (g, d):
                network.set_weights([weight + 0.3 for weight in network.get_weights()])
        for network, weights in zip((g, d), kept, strict=True):
            network.set_weights(weights)
        frozen = [name for name, network in (("G", g), ("D", d)) if not all(w.trainable for w in network.weights[:2])]
        if frozen or not d.trainable or not g.trainable:
            answer.fail(f"{frozen[0] if frozen else 'un réseau'} est figé : ne figez rien dans make_gan.")
        if not gan.trainable:
            answer.fail("le GAN est figé : ne figez rien dans make_gan.")
        if gan.compiled or g.compiled or d.compiled:
            answer.fail(
                "un modèle est déjà compilé : ne compilez rien dans make_gan, chaque recette le fait elle-même."
            )
        count = len(g.weights) + len(d.weights)
        if len({id(weight) for weight in gan.weights}) != count:
            answer.fail(
                f"le GAN a {len(gan.weights)} tenseurs de poids au lieu de {count} : seulement ceux de G et de D."
            )


@question()
def check_moved_weights(answer, seed):
    """The paths of the weights that an action changes, frozen or not, the action being called once."""
    keras.utils.set_random_seed(seed)
    network = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(2), layers.Dense(1)]
    )
    names, called = [weight.path for weight in network.weights], []
    points = np.random.default_rng(seed).normal(size=(8, 3)).astype(np.float32)

    def change(*indices, by=0.1):
        def action():
            called.append(1)
            for index in indices:
                value = network.weights[index].numpy()
                network.weights[index].assign(value + by)

        return action

    def one_number():
        called.append(1)
        value = network.weights[6].numpy()
        value[1, 1] = np.nextafter(value[1, 1], np.float32(9))
        network.weights[6].assign(value)

    def swapped():
        called.append(1)
        network.weights[0].assign(network.weights[0].numpy()[::-1])

    def frozen():
        change(1, 7)()
        network.trainable = False

    def freed():
        change(0, 8)()
        network.trainable = True

    def observed():
        called.append(1)
        network(points, training=True)

    frozen_too = "parcourez network.weights : trainable_weights est vide quand le réseau est figé"
    cases = [
        (change(0), [0], "avez-vous retenu des copies de leurs valeurs, avant action() ?"),
        (lambda: called.append(1), [], ""),
        (change(0, 6, 8), [0, 6, 8], "un biais compte aussi"),
        (one_number, [6], "un seul nombre a changé, et de très peu, c'est assez : voyez np.array_equal"),
        (swapped, [0], "les nombres ont seulement changé de place : comparez-les un à un, et non leur somme"),
        (observed, [4, 5], "les moyennes courantes de BatchNormalization sont aussi dans network.weights"),
        (frozen, [1, 7], frozen_too),
        (change(1, 8), [1, 8], frozen_too),
        (freed, [0, 8], frozen_too),
        (change(*range(len(names))), list(range(len(names))), "tous ont changé"),
    ]
    network.weights[0].assign(np.arange(12).reshape(3, 4))  # whose sum is exact in any order
    for action, indices, hint in cases:
        called.clear()
        kept, trainable = network.get_weights(), network.trainable
        result = answer.returned(network, action)
        if isinstance(result, (Iterator, np.ndarray)):
            answer.fail(
                f"une liste est attendue, et c'est un objet de type {type(result).__name__} : list(…) en fait une."
            )
        if not called:
            answer.fail("action n'est pas appelée : écrivez action().")
        if len(called) > 1:
            answer.fail(f"action() est appelée {len(called)} fois : une seule, entre les deux relevés.")
        _check_paths(answer, result, [names[index] for index in indices], names, hint)
        if [i for i, now in enumerate(network.get_weights()) if (now != kept[i]).any()] != indices:
            answer.fail("les poids du réseau sont modifiés par votre fonction elle-même : contentez-vous de comparer.")
        if action not in (frozen, freed) and network.trainable != trainable:
            answer.fail("network.trainable a changé : ne figez et ne libérez rien ici.")


# Why a recipe is not to be relied on; the same with Keras 3.13 and 3.15 (tests/test_dcgan_keras.py).
UNRELIABLE = {
    "rien de figé": "D bouge pendant que G apprend",
    "figé avant compile": "D n'apprend jamais",
    "alias figé": "D n'apprend jamais : un alias est le même objet",
    "second modèle figé": "D n'apprend jamais : ce sont les mêmes couches",
    "clone figé": "le D du GAN n'est pas à jour : il ne suit pas celui qui apprend",
    "figé après un lot": "ligne à ligne, D n'apprend plus",
    "libéré après compile": "D bouge pendant que G apprend",
    "libéré après un lot": "ligne à ligne, une erreur l'arrête",
}
RELIABLE = {"bascule", "deux rubans"}


@question()
def check_reliable(answer, seed):
    """The two recipes whose six answers are yes."""
    value = answer.given()
    try:
        names = {value} if isinstance(value, str) else set(value)
    except TypeError:  # nothing to go through
        names = {None}
    if not all(isinstance(name, str) for name in names):
        answer.fail('un ensemble de noms est attendu : {"…", "…"}, entre guillemets et tels qu\'ils sont dans recipes.')
    unknown = sorted(names - RELIABLE - set(UNRELIABLE))
    if unknown:
        answer.fail(f"« {unknown[0]} » n'est le nom d'aucune recette : recopiez-le comme il est écrit dans recipes.")
    for name in sorted(names & set(UNRELIABLE)):
        answer.fail(f"« {name} » n'est pas sûre : {UNRELIABLE[name]}. Relisez sa ligne du tableau.")
    if names != RELIABLE:
        answer.fail("il en manque : cherchez les lignes qui ont trois « oui » à gauche et trois « oui » à droite.")


@question()
def check_train_discriminator(answer, seed):
    """One batch of D on as many fakes as reals, labelled, D being freed first; G and the batch left alone."""
    z_dim, rng = _positive(answer, "z_dim", 32), np.random.default_rng(seed)
    keras.utils.set_random_seed(2000 + seed)
    (g, heard_g), (d, heard_d), (old, _) = _small_g(z_dim), _small_d(), _small_d()
    optimizer = tapes.sgd(1.0)
    d.compile(loss="binary_crossentropy", optimizer=optimizer, run_eagerly=True)
    noises, losses = [], []
    for n in (16, 16, max(32, -(-8192 // z_dim))):
        real = rng.uniform(-1, 1, (n, *SHAPE)).astype(np.float32)
        given = real.copy()
        d.trainable = False  # as a step of G leaves it
        old.set_weights(d.get_weights())
        before_g, before_d, done = _flat(g), _flat(d), int(optimizer.iterations)
        learnt = len(g.trainable_weights)
        heard_g.forget()
        heard_d.forget()
        with tapes.eagerly():
            result = answer.returned(g, d, real)
        loss = number(
            answer, result[0] if isinstance(result, (list, tuple)) and len(result) == 1 else result, "la perte"
        )
        if not np.array_equal(real, given):
            answer.fail("les images de real ont été modifiées sur place : travaillez sur une copie.")
        if not heard_g.calls:
            answer.fail("l'argument generator n'est jamais appelé : il manque les faux.")
        if any(heard_g.flags):
            answer.fail(
                "G fabrique les faux avec training=True, ce qui change ses moyennes courantes : generator(z, "
                "training=False), ou predict_on_batch."
            )
        if not np.array_equal(_flat(g), before_g):
            answer.fail("G a été modifié : ce pas n'entraîne que D.")
        _check_not_compiled(answer, {"discriminator": (d, optimizer)})
        z = np.concatenate(heard_g.calls)
        if len(z) != n:
            answer.fail(f"G fabrique {len(z)} faux pour {n} vraies images : il en faut autant.")
        tapes.check_fresh(answer, [*noises, z])
        noises.append(z)
        steps = int(optimizer.iterations) - done
        if not heard_d.calls:
            answer.fail(
                "l'argument discriminator n'est jamais appelé : discriminator.train_on_batch(images, étiquettes)."
            )
        if not any(heard_d.flags):
            answer.fail("D note les images, mais n'apprend pas : il manque discriminator.train_on_batch.")
        seen = np.concatenate([x for x, learning in zip(heard_d.calls, heard_d.flags, strict=True) if learning])
        if steps > 1 or len([flag for flag in heard_d.flags if flag]) > 1:
            answer.fail("D apprend sur plusieurs lots : mélangez vraies et fausses en un seul (np.concatenate).")
        moved = before_d - _flat(d)
        if not moved.any() and not d.trainable:
            answer.fail(
                "D n'a pas bougé : il était figé, comme le laisse un pas de G. Écrivez discriminator.trainable = True "
                "avant train_on_batch."
            )
        fake = g(z.astype(np.float32), training=False)

        def losses_of(labels_real, labels_fake, real=real, fake=fake):
            bce = tapes.cross_entropy
            return (bce(old(real), labels_real) + bce(old(fake), labels_fake)) / 2

        right = _gradient(lambda: losses_of(1.0, 0.0), old)
        mistakes = {
            "les étiquettes sont échangées : 1 pour les vraies, 0 pour les fausses": (0.0, 1.0),
            "toutes les étiquettes sont des 1 : celle des fausses est 0": (1.0, 1.0),
            "toutes les étiquettes sont des 0 : celle des vraies est 1": (0.0, 0.0),
        }
        if len(seen) == 2 * n:
            _check_moved(
                answer,
                moved,
                right,
                {text: _gradient(partial(losses_of, *labels), old) for text, labels in mistakes.items()},
                "D",
            )
        else:
            what = "les fausses" if np.allclose(seen[: len(fake)], fake, atol=1e-4) else "une partie des images"
            if len(seen) == n and np.allclose(np.sort(seen, axis=0), np.sort(real, axis=0)):
                what = "les vraies"
            answer.fail(
                f"D n'apprend que sur {what} : le lot mélangé compte {2 * n} images, autant de vraies que de fausses."
            )
        losses.append(float(losses_of(1.0, 0.0)))
        _check_batch_loss(answer, loss, losses, "discriminator")
        if len(g.trainable_weights) < learnt and not _is_freed(answer, g, d, z_dim, learnt):
            answer.fail(
                "G reste figé après ce pas (trainable = False), et n'apprendra plus : laissez-le tel quel, ou remettez "
                "generator.trainable à True."
            )
    tapes.check_normal(answer, noises[-1], "Voyez rng.normal(size=(n, z_dim)).")


def _is_freed(answer, g, d, z_dim, learnt):
    """Whether the student's own train_generator makes G learn again."""
    z = keras.Input((z_dim,))
    gan = keras.Model(z, d(g(z)))
    gan.compile(loss="binary_crossentropy", optimizer=tapes.sgd(1.0), run_eagerly=True)
    try:
        answer.namespace["train_generator"](gan, d, 16)
    except Exception:
        return False
    return len(g.trainable_weights) == learnt


@question()
def check_train_generator(answer, seed):
    """One batch of the GAN on noise labelled real, D being frozen first: G alone moves."""
    z_dim = _positive(answer, "z_dim", 32)
    keras.utils.set_random_seed(3000 + seed)
    (g, heard_g), (d, _) = _small_g(z_dim, normalised=False), _small_d()
    old, _ = _small_g(z_dim, normalised=False)
    z = keras.Input((z_dim,))
    gan = keras.Model(z, d(g(z)))
    compiled = {"discriminator": (d, tapes.sgd(1.0)), "gan": (gan, tapes.sgd(1.0))}
    for model, optimizer in compiled.values():
        model.compile(loss="binary_crossentropy", optimizer=optimizer, run_eagerly=True)
    noises, losses = [], []
    for n in (16, 16, max(32, -(-8192 // z_dim))):
        d.trainable = True  # as a step of D leaves it
        old.set_weights(g.get_weights())
        before_g, before_d = _flat(g), _flat(d)
        heard_g.forget()
        with tapes.eagerly():
            result = answer.returned(gan, d, n)
        loss = number(
            answer, result[0] if isinstance(result, (list, tuple)) and len(result) == 1 else result, "la perte"
        )
        _check_not_compiled(answer, compiled)
        if not np.array_equal(_flat(d), before_d):
            answer.fail(
                "D a bougé pendant que G apprend : il n'est pas figé. Écrivez discriminator.trainable = False avant "
                "train_on_batch."
            )
        if not g.trainable or not gan.trainable:
            answer.fail("G est figé lui aussi : seul discriminator.trainable vaut False.")
        if not heard_g.calls or not any(heard_g.flags):
            answer.fail("le GAN n'apprend pas : il manque gan.train_on_batch(z, étiquettes).")
        z = np.concatenate([x for x, learning in zip(heard_g.calls, heard_g.flags, strict=True) if learning])
        if len([flag for flag in heard_g.flags if flag]) > 1:
            answer.fail("G apprend sur plusieurs lots par appel : un seul train_on_batch.")
        if len(z) != n:
            answer.fail(f"le GAN reçoit {len(z)} z au lieu de batch_size = {n}.")
        tapes.check_fresh(answer, [*noises, z])
        noises.append(z)

        def loss_of(label, z=z):
            return tapes.cross_entropy(d(old(z.astype(np.float32))), label)

        d.trainable = True
        mistakes = {
            "les étiquettes sont des 0 : G veut que D réponde « vraie », soit 1": _gradient(lambda: loss_of(0.0), old)
        }
        _check_moved(answer, before_g - _flat(g), _gradient(lambda: loss_of(1.0), old), mistakes, "G")
        losses.append(float(loss_of(1.0)))
        _check_batch_loss(answer, loss, losses, "gan")
    tapes.check_normal(answer, noises[-1], "Voyez rng.normal(size=(n, z_dim)).")


# What the questions ask of a network.


def _network(answer, network, beginning):
    if not isinstance(network, (keras.Model, keras.layers.Layer)):
        answer.fail(f"un réseau de Keras est attendu, et c'est un objet de type {type(network).__name__}.")
    if getattr(network, "input_shape", None) == (None, 1, 28, 28):
        answer.fail("en Keras, les canaux viennent en dernier : keras.Input((28, 28, 1)).")
    if not network.weights:
        way = "commencez par" if isinstance(network, keras.Sequential) else "appelez-le une fois sur"
        answer.fail(f"le réseau n'a encore aucun poids : {way} {beginning}, qui lui dit la forme d'un exemple.")
    return network


def _check_new_each_time(answer, *arguments):
    first, second = (_network(answer, answer.returned(*arguments), "keras.Input(…)") for _ in range(2))
    if {id(weight) for weight in first.weights} & {id(weight) for weight in second.weights}:
        answer.fail("deux appels renvoient les mêmes couches : créez-les à l'intérieur de la fonction.")


def _output(answer, network, x, given):
    try:
        return np.array(network(x))
    except Exception as error:
        reason = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())[:160]
        end = "" if given.endswith("?") else "."
        answer.fail(f"le réseau refuse des données de forme {given}{end}\n{type(error).__name__} : {reason}")


def _check_output(answer, network, x, shape, given, other_size=False):
    hint = ", dont la taille est écrite en dur ?" if other_size else ""
    output = _output(answer, network, x, given + hint)
    if output.shape == (len(x), 1, 1, 1) and shape == (1,):
        answer.fail("la sortie a la forme (n, 1, 1, 1) : il manque layers.Flatten().")
    if output.shape == (len(x), 28, 28) or (output.ndim == 4 and output.shape[1:3] != shape[:2]):
        answer.fail(
            f"la sortie a la forme {output.shape} au lieu de {(len(x), *shape)} : revoyez les pas (strides), les "
            'marges (padding="same") et Reshape.'
        )
    array(answer, output, (len(x), *shape), "la sortie")


def _count(network):
    """The numbers in its weights, which Keras counts only for a network that is itself built."""
    return sum(math.prod(weight.shape) for weight in network.weights)


def _check_count(answer, network, right, mistakes, what):
    counted = _count(network)
    if counted == right:
        if not network.trainable_weights:
            answer.fail("le réseau est figé (trainable = False) : il n'apprendrait rien.")
        return
    for text, wrong in mistakes.items():
        if counted == wrong:
            answer.fail(f"{text}.")
    counted, right = tapes.spaced(counted), tapes.spaced(right)
    answer.fail(f"{what} a {counted} paramètres au lieu de {right}. Relisez les couches, une à une.")


def _discriminator_parameters(width, kernel=5, first_bias=1, second_bias=1, side=7):
    area = kernel**2
    return area * width + first_bias * width + area * 2 * width**2 + second_bias * 2 * width + side**2 * 2 * width + 1


def _discriminator_mistakes(width):
    right, count = _discriminator_parameters(width), partial(_discriminator_parameters, width)
    return {
        "le noyau est de 3, et non de 5": count(kernel=3),
        "le noyau est de 4, et non de 5": count(kernel=4),
        "il manque les biais des convolutions (use_bias=True, par défaut)": count(first_bias=0, second_bias=0),
        "il manque le biais de la première convolution (use_bias=True, par défaut)": count(first_bias=0),
        "il manque le biais de la seconde convolution (use_bias=True, par défaut)": count(second_bias=0),
        "il manque le biais du Dense final (use_bias=True, par défaut)": right - 1,
        "le Dense final a 2 sorties : une seule note par image suffit": right + 98 * width + 1,
        "le Dense final a 10 sorties : une seule note par image suffit": right + 9 * (98 * width + 1),
        "une des deux convolutions n'est pas de pas 2 : Flatten reçoit des cartes de 14 x 14": count(side=14),
        "les convolutions ne sont pas de pas 2 : Flatten reçoit des cartes de 28 x 28": count(side=28),
        'il manque padding="same", ou les tailles sont divisées plus de deux fois : Flatten reçoit des cartes de '
        "4 x 4": count(side=4),
        'il manque padding="same" à la seconde convolution : Flatten reçoit des cartes de 5 x 5': count(side=5),
        'il manque padding="same" à la première convolution : Flatten reçoit des cartes de 6 x 6': count(side=6),
        "le Dense ne reçoit qu'un nombre par carte : il manque layers.Flatten(), qui les met tous bout à bout (et non "
        "GlobalAveragePooling)": count(side=1),
        "la seconde convolution a width canaux : il lui en faut 2 * width": (
            26 * width + 25 * width**2 + width + 49 * width + 1
        ),
        "il n'y a qu'une convolution : il en faut deux": 26 * width + 14 * 14 * width + 1,
        "la première convolution a 2 * width canaux : il ne lui en faut que width": (
            26 * 2 * width + 25 * 4 * width**2 + 2 * width + 98 * width + 1
        ),
        "pas de BatchNormalization dans ce D : seul G en a": right + 4 * width + 8 * width,
        "pas de BatchNormalization dans ce D (la première) : seul G en a": right + 4 * width,
        "pas de BatchNormalization dans ce D (la seconde) : seul G en a": right + 8 * width,
    }


def _generator_parameters(width, latent_dim, kernel=5):
    """Those that learn, and the moving means and variances."""
    area = kernel**2
    numbers = 196 * width
    normalised = numbers + 2 * width + width
    return latent_dim * numbers + area * (8 * width**2 + 2 * width**2 + width) + 2 * normalised, 2 * normalised


def _generator_mistakes(width, latent_dim):
    right, numbers = sum(_generator_parameters(width, latent_dim)), 196 * width
    return {
        "la taille de z est écrite en dur : c'est l'argument latent_dim": (
            right + (FULL_LATENT_DIM - latent_dim) * numbers
        ),
        "le Dense a un biais de trop : use_bias=False": right + numbers,
        "les transposées ont un biais de trop : use_bias=False": right + 3 * width + 1,
        "la dernière transposée a un biais de trop : use_bias=False, à elle aussi": right + 1,
        "la première transposée a un biais de trop : use_bias=False": right + 2 * width,
        "la deuxième transposée a un biais de trop : use_bias=False": right + width,
        "toutes les couches ont un biais de trop : use_bias=False": right + numbers + 3 * width + 1,
        "le noyau est de 3, et non de 5": sum(_generator_parameters(width, latent_dim, 3)),
        "le noyau est de 4, et non de 5": sum(_generator_parameters(width, latent_dim, 4)),
        "il manque la BatchNormalization qui suit Dense": right - 4 * numbers,
        "la première BatchNormalization vient avant Reshape, et non après : elle normalise chaque nombre": (
            right - 4 * numbers + 16 * width
        ),
        "il manque la BatchNormalization de la première transposée": right - 8 * width,
        "il manque la BatchNormalization de la deuxième transposée": right - 4 * width,
        "il manque les BatchNormalization des transposées": right - 12 * width,
        "il n'y a aucune BatchNormalization": right - 4 * numbers - 12 * width,
        "pas de BatchNormalization après la dernière transposée": right + 4,
        "Reshape met les canaux en dernier : (7, 7, 4 * width)": right - 200 * width**2 + 350 * width,
        "il manque la transposée de pas 1": (
            latent_dim * numbers + 4 * numbers + 25 * (4 * width**2 + width) + 4 * width
        ),
    }


def _layers(network):
    """The layers of a network and of those inside it."""
    for layer in getattr(network, "layers", []):
        yield layer
        yield from _layers(layer)


def _fill(network, rng):
    """Weights on which every layer shows: none at 0 or 1, variances positive."""
    for weight in network.weights:
        scale = 1.5 / math.sqrt(max(1, math.prod(weight.shape[:-1]))) if len(weight.shape) > 1 else 0.5
        value = scale * rng.normal(size=weight.shape)
        if "variance" in weight.path:
            value = 0.5 + np.abs(value)
        elif len(weight.shape) == 1 and "gamma" in weight.path:
            value = 1 + value
        if "seed" not in weight.path:
            weight.assign(value.astype(np.float32))


def _by_size(answer, weights, sizes, otherwise):
    """The weights of these sizes, in this order; several of one size keep their own order."""
    pools = {}
    for weight in weights:
        if "seed" not in weight.path:
            pools.setdefault(math.prod(weight.shape), []).append(weight)
    if sorted(sizes) != sorted(size for size, pool in pools.items() for _ in pool):
        answer.fail(otherwise)
    return [pools[size].pop(0) for size in sizes]


# Activations and ends, right and wrong, for references.


def _leaky(slope):
    return partial(tf.nn.leaky_relu, alpha=slope)


RIGHT = _leaky(0.2)
BENDS = {
    "LeakyReLU a sa pente par défaut, 0,3, {} : écrivez negative_slope=0.2": _leaky(0.3),
    "LeakyReLU a une pente de 0,01 {} : écrivez negative_slope=0.2": _leaky(0.01),
    "LeakyReLU a une pente de 0,1 {} : écrivez negative_slope=0.2": _leaky(0.1),
    "l'activation est ReLU {} : c'est LeakyReLU de pente 0,2": tf.nn.relu,
    "l'activation est tanh {} : c'est LeakyReLU de pente 0,2": tf.tanh,
    "l'activation manque {} : c'est LeakyReLU de pente 0,2": tf.identity,
}


def _bend_mistakes(places):
    """A wrong activation everywhere, or in one place."""
    for text, bend in BENDS.items():
        yield text.format("partout"), {"bends": len(places) * (bend,)}
        for i, place in enumerate(places):
            bends = [RIGHT] * len(places)
            bends[i] = bend
            yield text.format(place), {"bends": bends}


def _check_same(answer, output, compute, slips, what):
    if np.allclose(output, compute(), atol=2e-3, rtol=1e-3):
        return
    for text, change in slips:
        if np.allclose(output, compute(**change), atol=2e-3, rtol=1e-3):
            answer.fail(f"{text}.")
    answer.fail(f"{what} n'est pas celle des couches demandées. Relisez leur ordre, leurs activations et leurs pas.")


def _discriminator(answer, dropout, rng, width=6):
    network = _network(answer, answer.returned(width, dropout), "keras.Input((28, 28, 1))")
    _fill(network, rng)
    sizes = (25 * width, width, 50 * width**2, 2 * width, 98 * width, 1)
    otherwise = "les paramètres de D ne sont pas ceux des couches demandées. Relisez leurs canaux."
    return network, _by_size(answer, network.weights, sizes, otherwise)


def _discriminated(tensors, x, bends=(RIGHT, RIGHT), after=(tf.identity, tf.identity), end=tf.identity):
    *convolutions, last, bias = tensors
    for i in range(2):
        kernel, shift = convolutions[2 * i : 2 * i + 2]
        x = bends[i](after[i](tf.nn.conv2d(x, kernel, 2, "SAME") + shift))
    return end(tf.reshape(x, (len(x), -1)) @ tf.reshape(last, (-1, 1)) + bias).numpy()


def _discriminator_slips():
    nothing = "rien après le Dense"
    yield (
        f"D finit par une sigmoïde : ici il rend un logit, et from_logits=True la contient, {nothing}",
        {"end": tf.sigmoid},
    )
    yield f"une softmax sur une seule sortie vaut toujours 1 : {nothing}", {"end": tf.nn.softmax}
    yield f"la sortie est bornée (tanh) : un logit peut prendre toute valeur, {nothing}", {"end": tf.tanh}
    yield f"la sortie n'est jamais négative (ReLU) : un logit peut l'être, {nothing}", {"end": tf.nn.relu}
    for slope in (0.2, 0.3):
        yield f"une LeakyReLU suit le Dense : {nothing}", {"end": _leaky(slope)}
    yield from _bend_mistakes(("après la première convolution", "après la seconde convolution"))


def _check_dropout(answer, dropout, rng):
    """The shares erased with training=True, read on 600 images through weights that let one number pass."""
    network, (first, first_bias, second, second_bias, last, bias) = _discriminator(answer, dropout, rng)
    image = np.ones((600, *SHAPE), np.float32)

    def notes(**changes):
        parts = {"first": first, "first_bias": first_bias, "second": second, "second_bias": second_bias, "last": last}
        for name, weight in {**parts, "bias": bias}.items():
            value = np.zeros(weight.shape, np.float32)
            for where in changes.get(name, []):
                (value.reshape(-1) if isinstance(where, int) else value)[where] = 1
            weight.assign(value)
        return network(image, training=True).numpy()

    def share(y):
        return float((y == 0).mean())

    maps = second_bias.shape[0]
    if len(np.unique(notes(bias=[...]))) > 1:
        answer.fail("un Dropout suit le Dense : il effacerait des notes. Rien après lui.")
    second_notes = notes(second_bias=[...], last=[0])
    after_second = share(second_notes)
    corner = [(3 * 7 + 3) * maps + i for i in range(maps)]
    after_first = share(notes(first_bias=[...], second=[(2, 2, 0)], last=corner))
    both = share(notes(second_bias=[...], last=[0, maps]))
    if max(after_first, after_second) < 0.01:
        answer.fail("rien n'est effacé avec training=True : il manque layers.Dropout(dropout) après chaque LeakyReLU.")
    for name, erased in {"première": after_first, "seconde": after_second}.items():
        if erased < 0.01:
            answer.fail(f"rien n'est effacé après la {name} LeakyReLU : il faut deux layers.Dropout(dropout).")
        # A share of 600 has a standard deviation of 0.02 at most.
        if abs(erased - dropout) > 0.08:
            answer.fail(
                f"après la {name} LeakyReLU, {tapes.percent(erased)} des nombres sont effacés, et non "
                f"{tapes.percent(dropout)} : un seul layers.Dropout, qui reçoit dropout tel quel."
            )
    if both > (dropout**2 + dropout) / 2:
        answer.fail("des cartes entières sont effacées (SpatialDropout2D) : c'est layers.Dropout qui est demandé.")


def _generated(tensors, running, z, bends=3 * (RIGHT,), orders=3 * ("NB",), end=tf.tanh):
    """What G makes of z. running: the moving averages, or None for those of the batch; orders: normalise, bend."""
    dense, same, larger, largest, *affine = tensors
    width = largest.shape[-1]

    def normalised(x, i):
        axes = list(range(len(x.shape) - 1))
        mean, variance = running[2 * i : 2 * i + 2] if running else tf.nn.moments(x, axes)
        return tf.nn.batch_normalization(x, mean, variance, affine[2 * i + 1], affine[2 * i], 1e-3)

    def block(x, i):
        return bends[i](normalised(x, i)) if orders[i] == "NB" else normalised(bends[i](x), i)

    def transposed(x, kernel, stride):
        shape = (len(x), stride * x.shape[1], stride * x.shape[2], kernel.shape[2])
        return tf.nn.conv2d_transpose(x, kernel, shape, stride, "SAME")

    x = tf.reshape(block(z @ dense, 0), (-1, 7, 7, 4 * width))
    x = block(transposed(x, same, 1), 1)
    x = block(transposed(x, larger, 2), 2)
    return end(transposed(x, largest, 2)).numpy()


def _generator_slips():
    ends = [
        ('la sortie n\'est pas bornée : il manque activation="tanh" à la fin', tf.identity),
        ("la sortie est bornée deux fois : une seule tanh", lambda y: tf.tanh(tf.tanh(y))),
        ("la sortie va de 0 à 1 (sigmoïde) : finissez par tanh, de -1 à 1, comme les vraies images", tf.sigmoid),
        ("la sortie n'est jamais négative (ReLU) : seule tanh suit la dernière transposée", tf.nn.relu),
        (
            "la sortie n'est jamais négative (ReLU) : seule tanh suit la dernière transposée",
            lambda y: tf.nn.relu(tf.tanh(y)),
        ),
    ]
    text = "une activation suit aussi la dernière transposée : tanh seule"
    ends += [(text, lambda y, bend=bend: tf.tanh(bend(y))) for bend in (RIGHT, *list(BENDS.values())[:4])]
    yield from ((text, {"end": end}) for text, end in ends)
    yield from _bend_mistakes(("après le Dense", "après la première transposée", "après la deuxième transposée"))
    text = "l'activation vient après la normalisation : la couche, BatchNormalization, puis LeakyReLU"
    yield text, {"orders": 3 * ("BN",)}
    for i in range(3):
        yield text, {"orders": ["BN" if i == j else "NB" for j in range(3)]}


def _check_generation(answer, network, z, rng, width=4):
    numbers = 196 * width
    for layer in _layers(network):
        if isinstance(layer, layers.BatchNormalization):
            tapes.check_normalisation(answer, layer, "layers.BatchNormalization(), qui garde momentum=0.99")
            layer.epsilon = 1e-3  # another is as good
    _fill(network, rng)
    affine = (numbers, numbers, 2 * width, 2 * width, width, width)
    sizes = (z.shape[1] * numbers, 200 * width**2, 50 * width**2, 25 * width)
    otherwise = "les paramètres de G ne sont pas ceux des couches demandées. Relisez leurs canaux."
    tensors = [w.numpy() for w in _by_size(answer, network.trainable_weights, sizes + affine, otherwise)]
    otherwise = "trois layers.BatchNormalization() sont demandées, avec leurs réglages par défaut."
    running = [w.numpy() for w in _by_size(answer, network.non_trainable_weights, affine, otherwise)]
    if tensors[1].shape[2:] != (2 * width, 4 * width):
        answer.fail(
            "la couche de pas 1 est une convolution ordinaire (Conv2D) : Conv2DTranspose est demandée là aussi, et la "
            "section 6 recopiera son noyau."
        )
    if tensors[2].shape[2:] != (width, 2 * width) or tensors[3].shape[2:] != (1, width):
        answer.fail(
            "G agrandit par une convolution ordinaire (UpSampling2D ?) : Conv2DTranspose de pas 2 est demandée."
        )
    evaluated = network(z, training=False).numpy()
    if not np.allclose(network(z), evaluated, atol=1e-5):
        answer.fail("sans l'argument training, G n'est pas en mode évaluation : ne fixez pas training à l'avance.")
    output, again = network(z, training=True).numpy(), network(z, training=True).numpy()
    if not np.allclose(output, again, atol=1e-6):
        answer.fail("avec training=True, un même z donne deux images différentes : pas de Dropout dans G.")
    for given, averages in ((evaluated, running), (output, None)):
        compute = partial(_generated, tensors, averages, z)
        _check_same(answer, given, compute, _generator_slips(), "la sortie de G")


# Losses.


def _loss_mistakes(right, *logits):
    """What a loss of logits becomes by the usual slips of Keras."""
    count = float(len(logits[0]))
    clipped = [tf.clip_by_value(x, 1e-7, 1 - 1e-7) for x in logits]

    def of_probabilities(labels, values):
        return sum(tapes.cross_entropy(x, label) for x, label in zip(values, labels, strict=True))

    labels = (1.0,) if len(logits) == 1 else (1.0, 0.0)
    return {
        "la perte prend les logits pour des probabilités : il manque from_logits=True": of_probabilities(
            labels, clipped
        ),
        "la sigmoïde est appliquée deux fois : les notes sont des logits, from_logits=True la contient": right(
            *(tf.sigmoid(x) for x in logits)
        ),
        "la perte est une somme sur le lot : prenez la moyenne": count * right(*logits),
    }


def _check_loss(answer, seed, arguments, right, mistakes):
    """A loss of logits (n, 1): its value, that of the usual mistakes, its gradient."""
    rng = np.random.default_rng(seed)
    for n in (11, 5 + seed):
        given = [(2 * rng.normal(size=(n, 1)) + 0.4 - i).astype(np.float32) for i in range(arguments)]
        logits = [tf.Variable(x) for x in given]
        result = answer.returned(*(tf.convert_to_tensor(x) for x in logits))
        shape = as_array(result)
        if shape is not None and shape.size != 1:
            answer.fail(
                f"{shape.size} valeurs sont rendues : une seule est attendue, la moyenne sur le lot "
                "(tf.reduce_mean, ou la classe keras.losses.BinaryCrossentropy)."
            )
        value, expected = number(answer, result, "la perte"), float(right(*logits))
        if not np.isclose(value, expected, rtol=1e-3, atol=1e-5):
            for text, wrong in mistakes(*(tf.convert_to_tensor(x) for x in logits)).items():
                if np.isclose(value, float(wrong), rtol=1e-3, atol=1e-5):
                    answer.fail(f"{text}.")
            answer.fail(
                f"la valeur est {value:.4f} au lieu de {expected:.4f} sur un lot de {n} logits. Relisez la formule."
            )
        _check_differentiable(answer, right, given)


def _check_differentiable(answer, right, given):
    logits = [tf.Variable(x) for x in given]
    with tf.GradientTape() as tape:
        result = answer.call(answer.value, *(tf.identity(x) for x in logits))
        result = tf.reshape(result, ()) if tf.is_tensor(result) else None
    gradients = tape.gradient(result, logits) if result is not None else [None]
    if all(gradient is None for gradient in gradients):
        answer.fail("la perte n'est plus reliée aux notes de D : ni numpy(), ni float(), ni np dans le calcul.")
    with tf.GradientTape() as tape:
        expected = right(*logits)
    for given_gradient, expected_gradient in zip(gradients, tape.gradient(expected, logits), strict=True):
        if given_gradient is None or not np.allclose(given_gradient, expected_gradient, rtol=5e-2, atol=1e-4):
            answer.fail(
                "la valeur est juste, mais son gradient ne l'est pas : un float(), un numpy() ou un tf.stop_gradient "
                "de trop ?"
            )


# Steps.


def _positive(answer, name, default):
    value = answer.namespace.get(name, default)
    if not isinstance(value, int) or value < 1:
        answer.fail(f"{name} vaut {value!r} : un entier positif est attendu.")
    return value


def _witnesses(latent_dim):
    g = tapes.Witness(
        "G", keras.Input((latent_dim,)), layers.Dense(8, "tanh"), layers.Dense(784), layers.Reshape(SHAPE)
    )
    d = tapes.Witness("D", keras.Input(SHAPE), layers.Flatten(), layers.Dense(8, "tanh"), layers.Dense(1))
    # Default weights would leave every score near 1/2, where several mistakes look alike.
    d.stack.set_weights([2 * weight + (0.4 if weight.shape == (1,) else 0) for weight in d.stack.get_weights()])
    return g, d


def _two_losses(answer, result):
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        answer.fail("deux pertes sont attendues : « return loss_d, loss_g ».")
    return tuple(number(answer, value, f"la perte de {name}") for value, name in zip(result, "DG", strict=True))


def _losses(g, d, z, real):
    """Both losses of the text, on this noise."""
    bce, fake = partial(tapes.cross_entropy, logits=True), g.compute(z)
    return bce(d.compute(real), 1.0) + bce(d.compute(fake), 0.0), bce(d.compute(fake), 1.0)


def _check_both_moves(answer, noises, real, old, new, moved, rates):
    """What each network moved by, against the gradients of both losses on what G was given (once or twice)."""
    (old_g, old_d), (new_g, new_d), (moved_g, moved_d) = old, new, moved
    bce = partial(tapes.cross_entropy, logits=True)
    z = noises[0]
    loss_d, loss_g = (lambda z=z: _losses(old_g, old_d, z, real)[0]), (lambda z=z: _losses(old_g, old_d, z, real)[1])
    right_d = [tapes.gradient(partial(loss_d, z), old_d) for z in noises]
    right_g = [tapes.gradient(partial(loss_g, z), old_g) for z in noises]
    # D first, then G against the D that has just learnt, is as good.
    right_g += [tapes.gradient(lambda z=z: bce(new_d.compute(old_g.compute(z)), 1.0), old_g) for z in noises]
    if any(tapes.close(moved_d, right) for right in right_d) and any(
        tapes.close(moved_g / rates["G"], right) for right in right_g
    ):
        return
    of_g, of_d, fake = tapes.gradient(loss_g, old_d), tapes.gradient(loss_d, old_g), old_g.compute(z)

    def on(labels_real, labels_fake):
        parts = [bce(old_d.compute(x), y) for x, y in ((real, labels_real), (fake, labels_fake)) if y is not None]
        return sum(parts)

    def of(*labels):
        return tapes.gradient(lambda: on(*labels), old_d)

    exchanged = "optimizer_d et optimizer_g sont échangés : chacun ne met à jour que son réseau"
    mistakes_d = {
        "les étiquettes de D sont échangées : 1 pour les vraies, 0 pour les fausses": of(0.0, 1.0),
        "D n'apprend que sur les vraies images : il manque le terme des fausses": of(1.0, None),
        "D n'apprend que sur les fausses images : il manque le terme des vraies": of(None, 0.0),
        "D suit le gradient de la perte de G : celui de loss_d est attendu": of_g,
        "D suit aussi le gradient de la perte de G : loss_g ne concerne que les poids de G": right_d[0] + of_g,
        "les poids de D bougent aussi avec l'optimiseur de G : optimizer_g n'agit que sur ceux de G": (
            right_d[0] + rates["G"] * of_g
        ),
        "la perte de D est divisée par deux : c'est la somme qui est demandée": right_d[0] / 2,
        "D est mis à jour deux fois": 2 * right_d[0],
        "le gradient de D est ajouté au lieu d'être retranché : apply_gradients reçoit le gradient tel quel": -right_d[
            0
        ],
        exchanged: rates["G"] / rates["D"] * right_d[0],
    }
    if not moved_g.any() and tapes.close(moved_d, mistakes_d[list(mistakes_d)[5]]):
        answer.fail(
            "G n'a pas bougé, et l'optimiseur de G déplace D : le gradient de loss_g se prend par rapport à "
            "generator.trainable_variables."
        )
    if not any(tapes.close(moved_d, right) for right in right_d) and moved_g.any():
        late = [tapes.gradient(lambda z=z: _losses(new_g, old_d, z, real)[0], old_d) for z in noises]
        if any(tapes.close(moved_d, wrong) for wrong in late):
            answer.fail(
                "G est mis à jour avant que D note ses images : calculez d'abord les deux pertes, ou mettez D à jour "
                "en premier."
            )
    tapes.check_move(answer, moved_d, right_d, mistakes_d, old_d)
    mistakes_g = {
        "G suit le gradient de la perte de D : celui de loss_g est attendu, avec l'étiquette 1": of_d,
        "G suit la perte saturante, l'opposé de celle de D : prenez generator_loss": -of_d,
        "G suit aussi le gradient de la perte de D : loss_d ne concerne que les poids de D": right_g[0] + of_d,
        "la perte de G est divisée par deux": right_g[0] / 2,
        "G est mis à jour deux fois": 2 * right_g[0],
        "le gradient de G est ajouté au lieu d'être retranché": -right_g[0],
        exchanged: rates["D"] / rates["G"] * right_g[0],
    }
    tapes.check_move(answer, moved_g / rates["G"], right_g, mistakes_g, old_g)


class _Heard:
    """What an `_Ear` hears, which Keras does not track."""

    def __init__(self):
        self.calls, self.flags = [], []

    def forget(self):
        self.calls.clear()
        self.flags.clear()


class _Ear(layers.Layer):
    """Keeps what passes, and the mode, in networks that can be composed with others."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    def get_config(self):  # so that it can be cloned
        return {"heard": self.heard}

    def call(self, x, training=None):
        if tf.executing_eagerly():
            self.heard.calls.append(np.array(x))
            self.heard.flags.append(bool(training))
        return x


def _small_g(z_dim, normalised=True):
    heard = _Heard()
    norm = [layers.BatchNormalization()] if normalised else []
    stack = [layers.Dense(6, "tanh"), *norm, layers.Dense(784, "tanh"), layers.Reshape(SHAPE)]
    return keras.Sequential([keras.Input((z_dim,)), _Ear(heard), *stack]), heard


def _small_d():
    heard = _Heard()
    stack = [layers.Flatten(), layers.Dense(6, "tanh"), layers.Dense(1, "sigmoid")]
    network = keras.Sequential([keras.Input(SHAPE), _Ear(heard), *stack])
    network.set_weights([2 * weight + (0.4 if weight.shape == (1,) else 0) for weight in network.get_weights()])
    return network, heard


def _flat(network):
    return np.concatenate([np.ravel(weight) for weight in network.get_weights()]).astype(np.float64)


def _gradient(function, network):
    """The gradient of what a function gives with respect to every weight of a network without BatchNorm."""
    variables = [weight.value for weight in network.weights]
    with tf.GradientTape() as tape:
        tape.watch(variables)
        result = function()
    return np.concatenate([np.ravel(part) for part in tape.gradient(result, variables)]).astype(np.float64)


def _check_not_compiled(answer, models):
    """models: {name: (model, the optimizer with which it was compiled)}."""
    for name, (model, optimizer) in models.items():
        if model.optimizer is not optimizer:
            answer.fail(
                f"{name} est compilé de nouveau à chaque pas, et son optimiseur repart de zéro : il est déjà compilé, "
                f"retirez {name}.compile(…)."
            )


def _check_moved(answer, moved, right, mistakes, name):
    if tapes.close(moved, right):
        return
    if not moved.any():
        answer.fail(f"{name} n'a pas bougé : il manque train_on_batch, ou le modèle est figé.")
    for text, wrong in mistakes.items():
        if tapes.close(moved, wrong):
            answer.fail(f"{text}.")
    answer.fail(f"{name} bouge, mais pas selon le gradient de sa perte : vérifiez que chaque image a son étiquette.")


def _check_batch_loss(answer, loss, losses, model):
    """The loss of the last batch, and not the mean of all."""
    if np.isclose(loss, losses[-1], rtol=5e-3):
        return
    if len(losses) > 1:
        answer.fail(
            f"la perte renvoyée n'est pas celle du lot ({loss:.4f} au lieu de {losses[-1]:.4f}), mais la moyenne "
            f"depuis le début : appelez {model}.reset_metrics() avant train_on_batch."
        )
    tapes.check_returned(answer, loss, losses[-1])


def _check_paths(answer, result, expected, names, hint):
    """Names of weights, in any order. hint: what may explain that one is missing."""
    if isinstance(result, dict):
        result = list(result)
    if isinstance(result, str):
        answer.fail("un seul texte est rendu : la liste des noms (weight.path) des poids changés est attendue.")
    if isinstance(result, (bool, np.bool_)):
        answer.fail("un seul booléen est rendu : la liste des noms (weight.path) des poids changés est attendue.")
    try:
        given = list(result)
    except TypeError:
        answer.fail(f"une liste de noms est attendue, et c'est un objet de type {type(result).__name__}.")
    if given and not all(isinstance(name, str) for name in given):
        if all(isinstance(name, (bool, np.bool_)) for name in given):
            answer.fail("la liste contient des booléens : rendez les noms (weight.path) de ceux qui ont changé.")
        answer.fail("la liste doit contenir des textes : le nom d'un poids est weight.path.")
    if given and not set(given) <= set(names):
        answer.fail(f"« {given[0]} » n'est pas le nom d'un poids : prenez weight.path, et non weight.name.")
    if sorted(given) == sorted(expected):
        return
    if expected and sorted(given) == sorted(set(names) - set(expected)):
        answer.fail("ce sont les poids qui n'ont pas bougé : rendez les autres.")
    if len(given) > len(set(given)):
        answer.fail("un même nom figure plusieurs fois : un nom par poids.")
    missing = [name for name in expected if name not in given]
    if missing:
        answer.fail(f"« {missing[0]} » a changé et n'est pas rendu : {hint}.".replace(" ?.", " ?"))
    extra = [name for name in given if name not in expected]
    answer.fail(f"« {extra[0]} » est rendu et n'a pas changé.")
