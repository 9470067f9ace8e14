"""Vérifications du TP 08 : un dossier d'images, deux réseaux en 64x64, un GAN dans une classe, un diagnostic.

The student's networks are judged layer by layer, each layer being seen as it is called, so that the message names the
one that is wrong; then by what they compute, against a reference that takes their own weights. The step of training
runs on witness networks (tp_gan.checks.tapes).
"""

import contextlib
import io
import itertools
import math
import re
import tempfile
import tracemalloc
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tp_gan.checks import as_array, number, question, tapes

__all__ = [
    "check_DCGAN",
    "check_diagnose",
    "check_diversity",
    "check_gradient_norm",
    "check_make_discriminator",
    "check_make_generator",
    "check_nearest",
    "check_noisy_labels",
    "check_read_folder",
    "check_rescale",
]

SHAPE = (64, 64, 1)
FULL_WIDTH, FULL_LATENT_DIM = 64, 100
KERNEL = 4


# The data.


@question()
def check_read_folder(answer, seed):
    """128 pictures at a time, (64, 64, 1), grey, 0 to 255, bilinear, in the order of the seed 42."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(150):
            # Coloured and of another size: the nearest pixel is not the mean of its neighbours.
            picture = rng.integers(0, 256, (9, 11, 3), dtype=np.uint8)
            picture[0, 0] = i
            content = tf.io.encode_png(picture).numpy()
            Path(folder, f"{i:03}.png").write_bytes(content)
        with contextlib.redirect_stdout(io.StringIO()):
            expected = _first_batch(folder)
            result = answer.returned(folder)
            if not isinstance(result, tf.data.Dataset):
                answer.fail(
                    f"un tf.data.Dataset est attendu, et c'est un objet de type {type(result).__name__}. Renvoyez ce "
                    "que donne image_dataset_from_directory."
                )
            batches = answer.call(lambda: list(itertools.islice(result, 3)))
            again = answer.call(lambda: next(iter(answer.returned(folder)), None))
            given, others = as_array(batches[0]) if batches else None, {}
            if given is not None and given.shape == expected.shape and not np.allclose(given, expected, atol=1):
                for name in ("nearest", "bicubic", "area"):
                    others[name] = _first_batch(folder, interpolation=name)
                for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio"):
                    others[name] = _first_batch(folder, **{name: True})
    if not batches:
        answer.fail("le dossier contient 150 images, et aucun lot n'en sort.")
    if isinstance(batches[0], tuple):
        answer.fail("chaque lot est un couple, image et étiquette : il n'y a pas d'étiquettes ici, labels=None.")
    first = as_array(batches[0])
    if first.ndim == 3:
        answer.fail("les images sortent une à une : il manque les lots, batch_size=128.")
    if first.ndim == 4 and first.shape[3] in (3, 4):
        answer.fail(f"chaque image a {first.shape[3]} canaux : en gris, elle n'en a qu'un, color_mode=\"grayscale\".")
    if first.ndim == 4 and first.shape[1:3] != (64, 64):
        answer.fail(f"les images ont {first.shape[1]} x {first.shape[2]} pixels : image_size=(64, 64).")
    if len(first) == 32:
        answer.fail("les lots sont de 32, la valeur par défaut : batch_size=128.")
    if first.shape != (128, *SHAPE):
        answer.fail(f"le premier lot a la forme {first.shape}, au lieu de (128, 64, 64, 1).")
    if len(batches) != 2 or len(batches[1]) != 22:
        answer.fail("de 150 images, il doit sortir un lot de 128, puis un de 22, et rien d'autre.")
    if first.max() <= 1.01:
        answer.fail(
            f"les valeurs vont de {first.min():.0f} à 1, au lieu de 0 à 255 : la mise à l'échelle vient ensuite, par "
            "rescale."
        )
    if np.allclose(first, expected, atol=1):
        return
    for name, wrong in others.items():
        if any(np.allclose(f(first), f(wrong), atol=1) for f in (np.asarray, _in_order)):
            if "aspect" in name:
                answer.fail(f"{name} change les proportions demandées : laissez-le à sa valeur par défaut.")
            answer.fail(f'l\'interpolation est « {name} » : interpolation="bilinear".')
    if np.allclose(first[:, 0, 0, 0], np.sort(first[:, 0, 0, 0])):
        answer.fail("les images sortent dans l'ordre des fichiers : shuffle=True.")
    if not np.allclose(first, as_array(again), atol=1):
        answer.fail("l'ordre change d'un appel à l'autre : fixez-le, seed=42.")
    # Another way of reading the folder has its own order.
    if hasattr(result, "file_paths"):
        answer.fail("l'ordre n'est pas celui de la graine 42 : shuffle=True, seed=42, et rien d'autre.")


def _first_batch(folder, **changes):
    asked = {"labels": None, "color_mode": "grayscale", "image_size": (64, 64), "interpolation": "bilinear"}
    dataset = keras.utils.image_dataset_from_directory(folder, **{**asked, "batch_size": 128, "seed": 42, **changes})
    return as_array(next(iter(dataset)))


def _in_order(batch):
    """The same pictures by their first pixel, in which they are numbered."""
    return batch[np.argsort(batch[:, 0, 0, 0], kind="stable")]


@question()
def check_rescale(answer, seed):
    """x / 127.5 - 1, float32, for bytes and for floats, eagerly and in a graph."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 256, (3, 5, 5, 1), dtype=np.uint8)
    values[0, 0, :3, 0] = 0, 255, 127
    x = values.astype(np.float64)
    mistakes = {
        "les valeurs vont de 0 à 1 : divisez par 127,5, et non par 255, puis retirez 1": x / 255,
        "les valeurs vont de 0 à 2 : il reste à retirer 1": x / 127.5,
        "255 ne donne pas tout à fait 1 : divisez par 127,5, et non par 128": x / 128 - 1,
        "255 donne un peu plus que 1 : divisez par 127,5, et non par 127": x / 127 - 1,
        "les valeurs vont de -1 à 0 : divisez par 127,5, et non par 255": x / 255 - 1,
        "les valeurs vont de -0,5 à 0,5 : divisez par 127,5, et non par 255": x / 255 - 0.5,
        "le signe est inversé : 0 doit donner -1": 1 - x / 127.5,
        "les opérations ne sont pas dans le bon ordre : divisez d'abord, retirez 1 ensuite": (x - 1) / 127.5,
        "les valeurs sont rendues telles quelles": x,
        "les valeurs sont arrondies à des entiers : convertissez en tf.float32 avant de diviser": np.floor(x / 127.5)
        - 1,
        "retirer 127,5 ne suffit pas : divisez aussi par 127,5": x - 127.5,
    }
    for given in (tf.constant(values), tf.constant(values, tf.float32)):
        result = answer.returned(given)
        kind = getattr(result, "dtype", type(result).__name__)
        got = as_array(result)
        if got is None or got.shape != x.shape:
            answer.fail(f"la forme {x.shape} est attendue, comme à l'entrée.")
        if "float16" in str(kind):
            answer.fail(f"le résultat est de type {_short(kind)} : les réseaux attendent des float32.")
        if not np.allclose(got, x / 127.5 - 1, atol=1e-5):
            for text, wrong in mistakes.items():
                if np.allclose(got, wrong, atol=1e-5):
                    answer.fail(f"{text}.")
            worst = np.abs(got - (x / 127.5 - 1)).argmax()
            answer.fail(f"{x.flat[worst]:g} donne {got.flat[worst]:.3g} au lieu de {x.flat[worst] / 127.5 - 1:.3g}.")
        if "float32" not in str(kind):
            answer.fail(f"le résultat est de type {_short(kind)} : les réseaux attendent des float32.")
    inner = 40.25 + 0.6 * x  # neither 0 nor 255, nor whole
    got = as_array(answer.returned(tf.constant(inner, tf.float32)))
    if got is not None and any(
        got.shape == x.shape and np.allclose(got, whole / 127.5 - 1, atol=1e-5)
        for whole in (np.floor(inner), np.rint(inner))
    ):
        answer.fail(
            "les valeurs à virgule, comme celles de read_folder, sont réduites à des entiers : convertissez "
            "directement en tf.float32."
        )
    if got is None or got.shape != x.shape or not np.allclose(got, inner / 127.5 - 1, atol=1e-5):
        answer.fail(
            f"un lot de valeurs de {inner.min():.0f} à {inner.max():.0f} ne suit pas la même droite : 127,5 et 1 ne "
            "dépendent pas du lot."
        )
    quiet = tf.autograph.experimental.do_not_convert(answer.value)
    dataset = answer.call(lambda: tf.data.Dataset.from_tensors(values).map(quiet))
    got = as_array(next(iter(dataset)))
    if got is None or not np.allclose(got, x / 127.5 - 1, atol=1e-5):
        answer.fail("dans un tf.data.Dataset, le résultat est faux : n'utilisez que des fonctions de TensorFlow.")


def _short(kind):
    return getattr(kind, "name", kind)


@question()
def check_noisy_labels(answer, seed):
    """Uniform on [1 - amount, 1] and on [0, amount], (n, 1), each drawn apart, again at each call of a graph."""
    from scipy.stats import kstest

    keras.utils.set_random_seed(seed)
    n, amount = 1500, 0.3
    real, fake = _two_labels(answer, answer.returned(n, amount), n)
    for name, labels in (("vraies", real), ("fausses", fake)):
        if np.ptp(labels) < 1e-6:
            exact = labels[0, 0] in (0, 1)
            answer.fail(
                f"les étiquettes des {name} sont toutes égales à {labels[0, 0]:.3g} : "
                f"{'il manque le bruit' if exact else 'chacune doit être tirée à part, par tf.random.uniform((n, 1))'}."
            )
        if len(np.unique(labels)) < 0.5 * n:
            answer.fail(f"les étiquettes des {name} se répètent : chacune doit être tirée à part.")
    if real.mean() < 0.5 < fake.mean():
        answer.fail("les deux résultats sont échangés : les étiquettes des vraies d'abord, près de 1.")
    if real.max() > 1 + 1e-6 or fake.min() < -1e-6:
        where = "celles des vraies dépassent 1" if real.max() > 1 + 1e-6 else "celles des fausses descendent sous 0"
        answer.fail(
            f"le bruit va vers l'extérieur : {where} (de {min(real.min(), fake.min()):.2f} à "
            f"{max(real.max(), fake.max()):.2f}). Une étiquette est une probabilité : 1 moins le bruit pour les "
            "vraies, le bruit pour les fausses."
        )
    for name, noise in (("vraies", (1 - real) / amount), ("fausses", fake / amount)):
        low, high = ("1 - amount", "1") if name == "vraies" else ("0", "amount")
        if kstest(noise[:, 0], "uniform").pvalue < 1e-9:
            largest = noise.max() * amount
            why = ""
            if kstest(noise[:, 0] * amount / 0.1, "uniform").pvalue > 1e-9:
                why = " : l'argument amount est ignoré"
            elif largest > amount + 1e-6:
                why = f" : leur bruit atteint {largest:.2f} pour amount = {amount}"
            answer.fail(f"les étiquettes des {name} ne sont pas uniformes entre {low} et {high}{why}.")
    linked = abs(np.corrcoef(real[:, 0], fake[:, 0])[0, 1]) > 0.2  # once in 1e14 for two draws of 1,500
    if linked or np.allclose(np.sort(1 - real, axis=0), np.sort(fake, axis=0), atol=1e-6):
        answer.fail("le même tirage sert aux vraies et aux fausses : il en faut deux.")
    defaults = _two_labels(answer, answer.returned(n), n)
    if abs((1 - defaults[0]).max() - 0.1) > 0.01 or abs(defaults[1].max() - 0.1) > 0.01:
        answer.fail("sans second argument, amount vaut 0,1 : gardez la signature de la question.")
    again = _two_labels(answer, answer.returned(n), n)
    if np.array_equal(again[0], defaults[0]) or np.array_equal(again[1], defaults[1]):
        answer.fail("deux appels donnent le même bruit : la fonction fixe une graine, ou garde son premier tirage.")

    signature = [tf.TensorSpec((None, 2))]
    graph = tf.function(lambda x: answer.value(tf.shape(x)[0], 0.1), input_signature=signature, autograph=False)
    first, second = (_two_labels(answer, answer.call(graph, tf.zeros((7, 2))), 7) for _ in range(2))
    if np.array_equal(first[0], second[0]) or np.array_equal(first[1], second[1]):
        answer.fail(
            "dans un graphe, le bruit est le même à chaque appel : np.random n'y tire qu'une fois, et une graine fixée "
            "redonne les mêmes nombres. Voyez tf.random.uniform."
        )


def _two_labels(answer, result, n):
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        answer.fail("deux tenseurs sont attendus : « return real, fake ».")
    labels = [as_array(part) for part in result]
    for name, given in zip(("vraies", "fausses"), labels, strict=True):
        if given is None or given.shape != (n, 1):
            shape = None if given is None else given.shape
            answer.fail(f"les étiquettes des {name} ont la forme {shape}, au lieu de ({n}, 1) : celle des notes de D.")
    return labels


# The networks.


@question()
def check_make_discriminator(answer, seed):
    """(n, 64, 64, 1) to (n, 1), probabilities: five convolutions, counted at full width, computed at small ones."""
    keras.utils.set_random_seed(seed)
    _check_built_each_time(answer, 2, 0.3)
    sizes = [(), (3, 0.3)] if seed == 0 else [(5, 0.3)]
    for arguments in sizes:
        width = arguments[0] if arguments else FULL_WIDTH
        network = _network(answer, answer.returned(*arguments))
        path, _ = _walk(answer, network, tf.random.uniform((2, *SHAPE), -1, 1), "(n, 64, 64, 1)")
        wanted = [(KERNEL, KERNEL, a, b) for a, b in itertools.pairwise([1, *(k * width for k in (1, 2, 4, 8)), 1])]
        _check_layers(answer, path, wanted, [32, 16, 8, 4, 1], [0, 1, 1, 1, 0], f"D avec width = {width}")
        _check_total(answer, network, wanted, (2 * width, 4 * width, 8 * width), f"D avec width = {width}")
        if not arguments:
            rates = [seen.layer.rate for seen in path if seen.name == "Dropout"]
    _check_discrimination(answer, answer.returned(2, 0.4), seed)
    if seed == 0 and rates and not np.allclose(rates, 0.3):
        share = tapes.percent(rates[0])
        answer.fail(f"sans argument, Dropout efface {share} des nombres : gardez dropout=0.3 dans la signature.")


@question()
def check_make_generator(answer, seed):
    """(n, latent_dim) to (n, 64, 64, 1) by tanh: five transposed convolutions."""
    keras.utils.set_random_seed(seed)
    _check_built_each_time(answer, 2, 5)
    sizes = [(), (3, 7)] if seed == 0 else [(2, 11)]
    for arguments in sizes:
        width, latent_dim = arguments or (FULL_WIDTH, FULL_LATENT_DIM)
        network = _network(answer, answer.returned(*arguments))
        path, _ = _walk(answer, network, tf.random.normal((2, latent_dim)), "(n, latent_dim)")
        channels = [latent_dim, *(k * width for k in (8, 4, 2, 1)), 1]
        wanted = [(KERNEL, KERNEL, b, a) for a, b in itertools.pairwise(channels)]
        _check_layers(answer, path, wanted, [4, 8, 16, 32, 64], [1, 1, 1, 1, 0], f"G avec width = {width}")
        _check_total(answer, network, wanted, channels[1:5], f"G avec width = {width}")
    _check_generation(answer, answer.returned(2, 7), 7, seed)


class _Seen:
    """One call of a layer that computes by itself: the layer, and the shapes of what it took and gave."""

    def __init__(self, layer, taken, given):
        self.layer, self.taken, self.given = layer, taken, given
        self.weights = [tuple(weight.shape) for weight in layer.weights]

    @property
    def is_norm(self):
        return isinstance(self.layer, keras.layers.BatchNormalization)

    @property
    def is_weighted(self):
        return not self.is_norm and any(len(shape) > 1 for shape in self.weights)

    @property
    def name(self):
        return type(self.layer).__name__


@contextlib.contextmanager
def _layers_seen():
    """Every layer that computes inside, in the order of the calls: a list of `_Seen`."""
    seen, inside, original = [], [], keras.layers.Layer.__call__

    def call(self, *args, **kwargs):
        for others in inside:
            others.append(self)
        inside.append([])
        try:
            given = original(self, *args, **kwargs)
        finally:
            others = inside.pop()
        # A convolution whose activation is a layer calls it, and computes too: it has weights of its own.
        own = {id(weight) for weight in self.weights} - {id(weight) for other in others for weight in other.weights}
        computes = not others or (own and not isinstance(self, keras.Model))
        if computes and args and hasattr(args[0], "shape") and hasattr(given, "shape"):
            seen.append(_Seen(self, tuple(args[0].shape), tuple(given.shape)))
        return given

    keras.layers.Layer.__call__ = call
    try:
        yield seen
    finally:
        keras.layers.Layer.__call__ = original


def _network(answer, value):
    if not isinstance(value, keras.Model):
        answer.fail(f"un réseau de Keras est attendu, et c'est un objet de type {type(value).__name__}.")
    return value


def _check_built_each_time(answer, *arguments):
    first, second = (_network(answer, answer.returned(*arguments)) for _ in range(2))
    if first is second:
        answer.fail("deux appels renvoient le même réseau : créez les couches à l'intérieur de la fonction.")


def _walk(answer, network, x, shape, training=False):
    """The layers that compute, and the output, for this input."""
    try:
        network(x, training=training)  # builds what is not yet
    except ValueError as error:
        reason = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())[:200]
        answer.fail(f"le réseau refuse des entrées de forme {shape}.\n{type(error).__name__} : {reason}")
    except Exception:
        answer.call(network, x, training=training)
    with _layers_seen() as seen:
        output = answer.call(network, x, training=training)
    return seen, output


def _check_layers(answer, path, wanted, sizes, norms, who):
    """The kernels, the biases, the sizes and the places of the normalisations, layer after layer."""
    transposed = sizes[-1] == 64
    plural = "convolutions transposées" if transposed else "convolutions"
    weighted = [i for i, seen in enumerate(path) if seen.is_weighted]
    others = [
        seen.name
        for seen in path
        if seen.is_weighted and "Conv" not in seen.name and not _is_first_dense(seen, path, transposed)
    ]
    if others:
        last = " : la dernière convolution suffit" if not transposed else ""
        answer.fail(f"{who} contient une couche {others[0]} : seules des {plural} sont demandées{last}.")
    if len(weighted) != len(wanted):
        answer.fail(f"{who} a {len(weighted)} {plural} au lieu de {len(wanted)}. Relisez le tableau.")
    size = 1 if transposed else 64
    for rank, (place, kernel, after) in enumerate(zip(weighted, wanted, sizes, strict=True), start=1):
        seen = path[place]
        which = f"{who}, couche {rank}"
        given = next(shape for shape in seen.weights if len(shape) > 1)
        if transposed and "Transpose" not in seen.name and seen.name != "Dense":
            answer.fail(f"{which} : c'est une {seen.name}, et une Conv2DTranspose est demandée.")
        if not transposed and "Transpose" in seen.name:
            answer.fail(f"{which} : c'est une {seen.name}, et une Conv2D est demandée.")
        if seen.name != "Dense":
            if given[:2] != kernel[:2]:
                answer.fail(f"{which} : le noyau est de {given[0]} x {given[1]}, et non de 4 x 4.")
            inputs, outputs = (3, 2) if transposed else (2, 3)
            if given[outputs] != kernel[outputs]:
                full = [k * FULL_WIDTH for k in (1, 2, 4, 8)]
                is_hard = given[outputs] in full and kernel[outputs] not in (1, *full)
                hard = " La largeur est-elle écrite en dur ?" if is_hard else ""
                answer.fail(f"{which} : {given[outputs]} canaux au lieu de {kernel[outputs]}.{hard}")
            if given[inputs] != kernel[inputs]:
                answer.fail(f"{which} : elle reçoit {given[inputs]} canaux au lieu de {kernel[inputs]}.")
        if len(seen.weights) > 1:
            count = sum(int(np.prod(shape)) for shape in seen.weights)
            told = f"{tapes.spaced(count)} paramètres au lieu de {tapes.spaced(math.prod(kernel))}"
            answer.fail(f"{which} : {told}, elle a un biais de trop (use_bias=False).")
        between = path[place + 1 : weighted[rank] if rank < len(weighted) else None]
        count = sum(other.is_norm for other in between)
        if count != norms[rank - 1]:
            if count > 1:
                answer.fail(f"{which} : {count} BatchNormalization la suivent, une seule suffit.")
            if count:
                why = "qui reçoit l'image" if rank == 1 else "qui donne le résultat"
                answer.fail(f"{which} : pas de BatchNormalization après la couche {why}.")
            answer.fail(f"{which} : il manque une BatchNormalization après elle.")
        if seen.name != "Dense" and len(seen.given) == 4 and seen.given[1] != after:
            answer.fail(
                f"{which} : de {size} x {size}, elle fait {seen.given[1]} x {seen.given[2]} au lieu de {after} x "
                f"{after}."
                " Voyez son pas (strides) et sa marge (padding)."
            )
        size = after
    for other in path[: weighted[0]]:
        if other.is_norm:
            answer.fail(f"{who} : pas de BatchNormalization avant la première couche.")
    for other in path:
        if other.is_norm:
            tapes.check_normalisation(answer, other.layer, "momentum=0.9")
            if abs(other.layer.momentum - 0.9) > 0.05:
                answer.fail(f"BatchNormalization a momentum = {other.layer.momentum:g} : momentum=0.9 est demandé.")


def _is_first_dense(seen, path, transposed):
    """A dense layer from z to 4 x 4 maps is the same as a transposed convolution of one pixel."""
    return transposed and seen.name == "Dense" and seen is next(other for other in path if other.is_weighted)


def _check_total(answer, network, kernels, normalised, who):
    counted = sum(int(np.prod(weight.shape)) for weight in network.weights)
    learnt = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    expected = sum(int(np.prod(kernel)) for kernel in kernels) + 4 * sum(normalised)
    if counted != expected:
        told = f"{tapes.spaced(counted)} paramètres au lieu de {tapes.spaced(expected)}"
        answer.fail(f"{who} compte {told} : une couche de trop, qui ne sert pas ?")
    trainable = expected - 2 * sum(normalised)
    if learnt != trainable:
        answer.fail(
            f"{who} a {tapes.spaced(learnt)} paramètres entraînables au lieu de {tapes.spaced(trainable)} : laissez "
            "trainable, center et scale à leurs valeurs par défaut."
        )


# What the bends between two layers may be, with the name of each mistake.
RIGHT = partial(tf.nn.leaky_relu, alpha=0.2)
BENDS = {
    "aucune activation ne la suit : LeakyReLU": lambda x: x,
    "ReLU la suit, et non LeakyReLU, dont la pente de 0,2 garde un gradient sous 0": tf.nn.relu,
    "LeakyReLU y a une pente de 0,3, celle de Keras par défaut : negative_slope=0.2": partial(
        tf.nn.leaky_relu, alpha=0.3
    ),
    "LeakyReLU y a une pente de 0,01 : negative_slope=0.2": partial(tf.nn.leaky_relu, alpha=0.01),
    "LeakyReLU y a une pente de 0,1 : negative_slope=0.2": partial(tf.nn.leaky_relu, alpha=0.1),
    "LeakyReLU y a une pente de 0,02 : negative_slope=0.2": partial(tf.nn.leaky_relu, alpha=0.02),
    "tanh la suit, et non LeakyReLU": tf.tanh,
    "une sigmoïde la suit, et non LeakyReLU": tf.sigmoid,
    "ELU la suit, et non LeakyReLU": tf.nn.elu,
    "deux LeakyReLU la suivent": lambda x: tf.nn.leaky_relu(x, 0.04),
}


def _computed(kernels, norms, x, transposed, bends=4 * (RIGHT,), orders=4 * ("NB",), end=None):
    """What the layers of the text give, in evaluation mode. norms: the weights of each, None where there is none."""
    for i, kernel in enumerate(kernels):
        last = i == len(kernels) - 1
        edge = i == 0 if transposed else last  # the layer between one pixel and 4 x 4
        step, padding = (1, "valid") if edge else (2, "same")
        convolve = keras.ops.conv_transpose if transposed else keras.ops.conv
        x = tf.convert_to_tensor(convolve(x, kernel, strides=step, padding=padding, data_format="channels_last"))
        if last:
            return end(x)
        normalise = partial(_normalised, norms[i])
        x = bends[i](normalise(x)) if orders[i] == "NB" else normalise(bends[i](x))
    return None


def _normalised(weights, x):
    if weights is None:
        return x
    gamma, beta, mean, variance = weights
    return (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta


def _filled(path, transposed):
    """Random weights that keep every number in reach, put in the layers; the kernels and the normalisations."""
    rng = np.random.default_rng(7)
    kernels, norms = [], []
    for seen in path:
        if seen.is_weighted:
            shape = next(shape for shape in seen.weights if len(shape) > 1)
            taps = shape[-1] * (4 if kernels else 1) if transposed else int(np.prod(shape[:3]))
            if seen.name == "Dense":
                taps = shape[0]
            kernel = rng.normal(0, np.sqrt(2 / taps), shape).astype(np.float32)
            seen.layer.set_weights([kernel])
            kernels.append(_as_transposed(kernel) if seen.name == "Dense" else kernel)
            norms.append(None)
        elif seen.is_norm:
            channels = seen.layer.weights[0].shape[0]
            draws = [rng.uniform(0.7, 1.3, channels), rng.normal(0, 0.3, channels), rng.normal(0, 0.3, channels)]
            draws.append(rng.uniform(0.6, 1.5, channels))
            seen.layer.set_weights(draws)
            seen.layer.epsilon = 1e-3  # another is as good
            norms[-1] = [draw.astype(np.float32) for draw in draws]
    return kernels, norms


def _as_transposed(kernel):
    """A dense kernel (latent_dim, 16 c) as that of a transposed convolution of one pixel, (4, 4, c, latent_dim)."""
    return np.moveaxis(kernel.reshape(len(kernel), KERNEL, KERNEL, -1), 0, -1)


def _check_discrimination(answer, network, seed):
    x = tf.random.uniform((12, *SHAPE), -1, 1, seed=seed)
    path, output = _walk(answer, network, x, "(n, 64, 64, 1)")
    kernels, norms = _filled(path, transposed=False)
    output, again = network(x, training=False), network(x, training=False)
    if tuple(output.shape) != (12, 1):
        hint = " Il manque Flatten à la fin." if len(output.shape) == 4 else ""
        answer.fail(f"la sortie de D a la forme {tuple(output.shape)} pour 12 images, au lieu de (12, 1).{hint}")
    if not np.array_equal(output, again):
        answer.fail(
            "en mode évaluation, deux notes de la même image diffèrent : laissez Keras choisir le mode de Dropout."
        )
    compute = partial(_computed, kernels, norms, x, False)
    ends = {
        "la sortie de D n'est pas bornée : il manque la sigmoïde de la dernière couche": tf.identity,
        "la sortie de D est une tanh : une probabilité vient d'une sigmoïde": tf.tanh,
        "la sigmoïde est appliquée deux fois": lambda y: tf.sigmoid(tf.sigmoid(y)),
        "la sortie de D n'est pas bornée (ReLU) : c'est une sigmoïde qui est demandée": tf.nn.relu,
        "une LeakyReLU précède la sigmoïde : la dernière couche n'a qu'une sigmoïde": lambda y: tf.sigmoid(RIGHT(y)),
        "une LeakyReLU suit la dernière couche : c'est une sigmoïde qui est demandée": RIGHT,
    }
    _check_same(answer, output, compute, tf.sigmoid, ends, "D")
    with _layers_seen() as seen:
        output, again = network(x, training=True), network(x, training=True)
    half = seen[: len(seen) // 2]
    dropped = [layer for layer in half if "Dropout" in layer.name or "Noise" in layer.name]
    if any(layer.name != "Dropout" for layer in dropped):
        answer.fail(
            f"D contient une couche {next(d.name for d in dropped if d.name != 'Dropout')} : c'est Dropout qui est "
            "demandé."
        )
    if not dropped and np.array_equal(output, again):
        answer.fail("rien n'est effacé en mode entraînement : il manque un Dropout(dropout) après chaque LeakyReLU.")
    rates = [layer.layer.rate for layer in dropped]
    if dropped and not np.allclose(rates, 0.4):
        answer.fail(f"pour dropout = 0.4, {tapes.percent(rates[0])} des nombres sont effacés : Dropout(dropout).")
    places = [sum(layer.is_weighted for layer in half[: half.index(drop)]) for drop in dropped]
    if dropped and places != [1, 2, 3, 4]:
        missing = [rank for rank in (1, 2, 3, 4) if rank not in places]
        if missing:
            answer.fail(f"il manque un Dropout après la couche {missing[0]} : il y en a un après chaque LeakyReLU.")
        answer.fail("un Dropout est mal placé : un, et un seul, après chacune des quatre LeakyReLU.")


def _check_generation(answer, network, latent_dim, seed):
    z = tf.random.normal((6, latent_dim), seed=seed)
    path, output = _walk(answer, network, z, "(n, latent_dim)")
    kernels, norms = _filled(path, transposed=True)
    output = network(z, training=False)
    if tuple(output.shape) != (6, *SHAPE):
        answer.fail(f"la sortie de G a la forme {tuple(output.shape)} pour 6 bruits, au lieu de (6, 64, 64, 1).")
    start = tf.reshape(z, (-1, 1, 1, latent_dim))
    compute = partial(_computed, kernels, norms, start, True)
    zero_to_one = "la sortie de G va de 0 à 1 (sigmoïde) : finissez par tanh, de -1 à 1, comme les vraies images"
    ends = {
        "la sortie de G n'est pas bornée : il manque tanh à la dernière couche": tf.identity,
        zero_to_one: tf.sigmoid,
        "la sortie de G n'est jamais négative (ReLU) : c'est tanh qui est demandée": tf.nn.relu,
        "tanh est appliquée deux fois": lambda y: tf.tanh(tf.tanh(y)),
        "une LeakyReLU précède tanh : la dernière couche n'a que tanh": lambda y: tf.tanh(RIGHT(y)),
    }
    _check_same(answer, output, compute, tf.tanh, ends, "G")
    if not np.array_equal(network(z, training=True), network(z, training=True)):
        answer.fail("en mode entraînement, un même z donne deux images différentes : pas de Dropout dans G.")


def _check_same(answer, output, compute, end, ends, who):
    """The output against that of the layers of the text; else which slip explains it."""
    output = np.ravel(output)

    def gap(**slip):
        return np.abs(output - np.ravel(compute(**{"end": end, **slip}))).max()

    if gap() < 2e-3:
        return
    for text, other in ends.items():
        if gap(end=other) < 2e-3:
            answer.fail(f"{text}.")
    if gap(orders=4 * ("BN",)) < 2e-3:
        answer.fail(
            f"dans {who}, l'activation vient après la normalisation : convolution, BatchNormalization, LeakyReLU."
        )
    for text, bend in BENDS.items():
        for places in ((0, 1, 2, 3), (0,), (1,), (2,), (3,)):
            bends = tuple(bend if i in places else RIGHT for i in range(4))
            if gap(bends=bends) < 2e-3:
                which = "chaque couche" if len(places) == 4 else f"la couche {places[0] + 1}"
                answer.fail(f"{who}, {which} : {text}.")
    for i in range(4):
        orders = tuple("BN" if j == i else "NB" for j in range(4))
        if gap(orders=orders) < 2e-3:
            answer.fail(f"dans {who}, couche {i + 1}, l'activation vient après la normalisation.")
    answer.fail(
        f"les couches de {who} ont les bons paramètres, mais ne calculent pas ce qui est demandé. Relisez l'ordre "
        "(couche, BatchNormalization, LeakyReLU) et les activations."
    )


# The step of training.

LATENT_DIM, BATCH = 128, 64  # 8,192 numbers of noise, on which no usual law passes for another
METRICS = ("d_loss", "g_loss", "real_accuracy", "fake_accuracy")
LOGITS = "D rend des probabilités : l'entropie croisée les prend telles quelles, sans from_logits=True"


def _witnesses(seed):
    keras.utils.set_random_seed(100 + seed)
    inside = {"kernel_initializer": keras.initializers.RandomNormal(stddev=0.3)}
    generator = tapes.Witness(
        "G",
        keras.Input((LATENT_DIM,)),
        keras.layers.Dense(3, activation="tanh"),
        keras.layers.Dense(64 * 64, activation="tanh", **inside),
        keras.layers.Reshape(SHAPE),
    )
    discriminator = tapes.Witness(
        "D",
        keras.Input(SHAPE),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid", bias_initializer="ones", kernel_initializer="ones"),
        keras.layers.Reshape((1,)),  # as Flatten does: Keras then no longer finds the logits behind the sigmoid
    )
    return generator, discriminator


@contextlib.contextmanager
def _labels_seen(namespace):
    """What `noisy_labels` gave inside, a list of pairs of arrays."""
    pairs, original = [], namespace.get("noisy_labels")

    def recorded(*args, **kwargs):
        result = original(*args, **kwargs)
        if isinstance(result, (tuple, list)) and len(result) == 2:
            pairs.append([as_array(part) for part in result])
        return result

    if callable(original):
        namespace["noisy_labels"] = recorded
    try:
        yield pairs
    finally:
        if callable(original):
            namespace["noisy_labels"] = original


@question(check_noisy_labels)
def check_DCGAN(answer, seed):
    """train_step: both updates, each by its own optimizer, D's half sum with noisy labels, the four measures."""
    if not (isinstance(answer.value, type) and issubclass(answer.value, keras.Model)):
        answer.fail("une classe qui hérite de keras.Model est attendue.")
    if answer.value.train_step is keras.Model.train_step:
        answer.fail(
            "la méthode train_step n'est pas écrite, ou pas dans la classe : vérifiez son retrait, en début de ligne."
        )
    generator, discriminator = _witnesses(seed)
    before_g, before_d = _witnesses(seed)
    model = answer.call(answer.value, discriminator, generator, LATENT_DIM)
    d_optimizer, g_optimizer = tapes.sgd(0.4), tapes.sgd(0.1)
    answer.call(lambda: (model.compile(d_optimizer=d_optimizer, g_optimizer=g_optimizer), True))
    rng, noises = np.random.default_rng(seed), []
    for turn in range(2):
        real = tf.constant(rng.uniform(-1, 1, (BATCH, *SHAPE)).astype(np.float32))
        before_g.restore(generator), before_d.restore(discriminator)
        generator.forget(), discriminator.forget()
        answer.call(lambda: (model.reset_metrics(), True))
        with tapes.eagerly(), _labels_seen(answer.namespace) as labels:
            logs = answer.call(model.train_step, real)
        noises += _check_step(answer, seed, turn, locals())
    tapes.check_normal(answer, noises[0])
    tapes.check_fresh(answer, noises)
    _check_graph(answer, model, generator, rng)


def _check_step(answer, seed, turn, step):
    generator, discriminator, before_g, before_d, real, labels = (
        step[name] for name in ("generator", "discriminator", "before_g", "before_d", "real", "labels")
    )
    n = BATCH
    noises = [call[0] for call in generator.calls]
    if not noises:
        answer.fail("self.generator n'est jamais appelé : il manque les fausses images.")
    if not discriminator.calls:
        answer.fail("self.discriminator n'est jamais appelé.")
    for z in noises:
        if z.shape != (n, LATENT_DIM):
            answer.fail(f"G reçoit un bruit de forme {z.shape} pour un lot de {n} : (n, self.latent_dim) est attendu.")
    for network in (generator, discriminator):
        tapes.check_learning(answer, network)
    if not labels:
        answer.fail("noisy_labels n'est pas appelée : elle donne les étiquettes dont D se sert.")
    if not any(call[0].shape == real.shape and np.allclose(call[0], real) for call in discriminator.calls):
        joined = any(len(call[0]) == 2 * n for call in discriminator.calls)
        if not joined:
            answer.fail("D ne juge jamais le vrai lot reçu : self.discriminator(real, training=True).")
    pairs = [pair for pair in labels if all(len(part) == n for part in pair)]
    if not pairs:
        answer.fail(f"noisy_labels est appelée pour {len(labels[0][0])} images, et le lot en compte {n}.")

    moved_d = before_d.values() - discriminator.values()
    moved_g = before_g.values() - generator.values()
    # Each kind may have a draw of its own.
    draws = list(itertools.product(*([tf.constant(pair[i], tf.float32) for pair in pairs] for i in range(2))))
    real_labels, fake_labels = draws[0]
    entropy = tapes.cross_entropy
    on_real = partial(before_d.compute, real)

    def on_fake(z, d=before_d):
        return d.compute(before_g.compute(z))

    def d_loss(z, a=None, b=None, half=0.5):
        a, b = real_labels if a is None else a, fake_labels if b is None else b
        return half * (entropy(on_real(), a) + entropy(on_fake(z), b))

    gradient_d = partial(tapes.gradient, network=before_d)
    gradient_g = partial(tapes.gradient, network=before_g)
    rate_d, rate_g = 0.4, 0.1
    ones, zeros = np.ones((n, 1), np.float32), np.zeros((n, 1), np.float32)

    for name, optimizer in (("d_optimizer", step["d_optimizer"]), ("g_optimizer", step["g_optimizer"])):
        if int(optimizer.iterations) > turn + 1:
            answer.fail(f"{name} fait {int(optimizer.iterations) - turn} pas par lot : un seul suffit.")
    right_d = [rate_d * gradient_d(lambda z=z, pair=pair: d_loss(z, *pair)) for z in noises for pair in draws]
    if not any(tapes.close(moved_d, right) for right in right_d):
        for z in noises:
            of_d, of_g = gradient_d(lambda z=z: d_loss(z)), gradient_d(lambda z=z: entropy(on_fake(z), ones))
            wrong = {
                "la perte de D n'est pas divisée par deux : (perte sur les vraies + perte sur les fausses) / 2": 2
                * of_d,
                "la perte de D est divisée deux fois par deux": of_d / 2,
                "les optimiseurs sont échangés : d_optimizer pour D, g_optimizer pour G": of_d * rate_g / rate_d,
                "le gradient de la perte de G modifie aussi D : son ruban ne sert qu'aux poids de G": (of_d + of_g),
                "le gradient de la perte de G modifie aussi D : g_optimizer ne met à jour que les poids de G": (
                    of_d + of_g * rate_g / rate_d
                ),
                "D apprend avec la perte de G, au lieu de la sienne": of_g,
                "D apprend à l'envers, sa perte augmente : apply_gradients reçoit le gradient, sans signe moins": -of_d,
                "D apprend avec des étiquettes exactes : celles de noisy_labels sont attendues": gradient_d(
                    lambda z=z: d_loss(z, ones, zeros)
                ),
                "les étiquettes sont échangées entre vraies et fausses": gradient_d(
                    lambda z=z: d_loss(z, fake_labels, real_labels)
                ),
                "D apprend sur les vraies images seulement": gradient_d(lambda: entropy(on_real(), real_labels)),
                "D apprend sur les vraies images seulement (perte divisée par deux)": gradient_d(
                    lambda: entropy(on_real(), real_labels) / 2
                ),
                "D apprend sur les fausses images seulement": gradient_d(lambda z=z: entropy(on_fake(z), fake_labels)),
                "D apprend sur les fausses images seulement (perte divisée par deux)": gradient_d(
                    lambda z=z: entropy(on_fake(z), fake_labels) / 2
                ),
                "seule une des deux pertes de D est divisée par deux : il manque les parenthèses de la somme": (
                    gradient_d(lambda z=z: entropy(on_real(), real_labels) + entropy(on_fake(z), fake_labels) / 2)
                ),
                "les deux pertes de D sont soustraites : c'est leur somme qui est divisée par deux": gradient_d(
                    lambda z=z: (entropy(on_real(), real_labels) - entropy(on_fake(z), fake_labels)) / 2
                ),
                LOGITS: gradient_d(
                    lambda z=z: (
                        (entropy(on_real(), real_labels, logits=True) + entropy(on_fake(z), fake_labels, logits=True))
                        / 2
                    )
                ),
                "les vraies et les fausses ont les étiquettes des vraies": gradient_d(
                    lambda z=z: d_loss(z, real_labels, real_labels)
                ),
                "les vraies et les fausses ont les étiquettes des fausses": gradient_d(
                    lambda z=z: d_loss(z, fake_labels, fake_labels)
                ),
                "les étiquettes des vraies sont exactes : prenez aussi celles de noisy_labels": gradient_d(
                    lambda z=z: d_loss(z, ones)
                ),
                "les étiquettes des fausses sont exactes : prenez aussi celles de noisy_labels": gradient_d(
                    lambda z=z: d_loss(z, None, zeros)
                ),
                "bce attend les étiquettes d'abord, les notes ensuite": gradient_d(
                    lambda z=z: (_bce(on_real(), real_labels) + _bce(on_fake(z), fake_labels)) / 2
                ),
            }
            _explain(answer, moved_d, {text: rate_d * value for text, value in wrong.items()})
        tapes.check_move(answer, moved_d, right_d, {}, discriminator)

    right_g = [
        rate_g * gradient_g(lambda z=z, d=d: entropy(on_fake(z, d), ones))
        for z in noises
        for d in (before_d, discriminator)
    ]
    if not any(tapes.close(moved_g, right) for right in right_g):
        for z, d in itertools.product(noises, (before_d, discriminator)):
            of_g = gradient_g(lambda z=z, d=d: entropy(on_fake(z, d), ones))
            against = gradient_g(lambda z=z, d=d: entropy(on_fake(z, d), fake_labels))
            wrong = {
                "les optimiseurs sont échangés : d_optimizer pour D, g_optimizer pour G": of_g * rate_d / rate_g,
                "la perte de G est divisée par deux : seule celle de D est une demi-somme": of_g / 2,
                "G apprend à l'envers, sa perte augmente : apply_gradients reçoit le gradient, sans signe moins": -of_g,
                "G apprend avec des étiquettes 0 : il veut que D prenne ses images pour vraies, donc 1": gradient_g(
                    lambda z=z, d=d: entropy(on_fake(z, d), zeros)
                ),
                "G apprend avec les étiquettes des fausses : il veut passer pour vrai, donc 1": against,
                "G apprend avec la perte de D": against / 2,
                "le gradient de la perte de D modifie aussi G : d_optimizer ne met à jour que les poids de D": of_g
                + against / 2 * rate_d / rate_g,
                "le gradient de la perte de D modifie aussi G : son ruban ne sert qu'aux poids de D": of_g
                + against / 2,
                "G apprend avec des étiquettes bruitées : les siennes sont des 1 exactement": gradient_g(
                    lambda z=z, d=d: entropy(on_fake(z, d), real_labels)
                ),
                "G apprend avec la perte log(1 - D(G(z))), qui sature : l'entropie croisée avec des 1 est demandée": (
                    -gradient_g(lambda z=z, d=d: entropy(on_fake(z, d), zeros))
                ),
                LOGITS: gradient_g(lambda z=z, d=d: entropy(on_fake(z, d), ones, logits=True)),
                "bce attend les étiquettes d'abord, les notes ensuite": gradient_g(
                    lambda z=z, d=d: _bce(on_fake(z, d), ones)
                ),
            }
            _explain(answer, moved_g, {text: rate_g * value for text, value in wrong.items()})
        tapes.check_move(answer, moved_g, right_g, {}, generator)
    _check_measures(answer, step, noises, lambda z: [d_loss(z, *pair) for pair in draws], on_fake)
    # The same noise may serve both networks in one step.
    return [z for i, z in enumerate(noises) if not any(np.array_equal(z, other) for other in noises[:i])]


def _explain(answer, moved, mistakes):
    """Fail with the mistake that explains what moved, if there is one."""
    for text, wrong in mistakes.items():
        if moved.any() and tapes.close(moved, wrong):
            answer.fail(f"{text}.")


def _bce(labels, scores):
    return tf.reduce_mean(keras.losses.binary_crossentropy(labels, scores))


def _check_measures(answer, step, noises, d_losses, on_fake):
    """The dictionary returned, and the metrics of the model after one batch."""
    logs, model, discriminator = step["logs"], step["model"], step["discriminator"]
    if not isinstance(logs, dict):
        answer.fail(
            f"train_step doit rendre un dictionnaire, et rend un objet de type {type(logs).__name__} : "
            "return self.get_metrics_result()."
        )
    missing = [name for name in METRICS if name not in logs]
    if missing:
        answer.fail(f"il manque « {missing[0]} » dans le dictionnaire rendu : return self.get_metrics_result().")
    ones = np.ones((BATCH, 1), np.float32)
    judges = (step["before_d"], discriminator)
    possible = {
        "d_loss": [loss for z in noises for loss in d_losses(z)],
        "g_loss": [tapes.cross_entropy(on_fake(z, d), ones) for z in noises for d in judges],
        "real_accuracy": [tf.reduce_mean(tf.cast(d.compute(step["real"]) > 0.5, tf.float32)) for d in judges],
        "fake_accuracy": [
            tf.reduce_mean(tf.cast(d.compute(g.compute(z)) <= 0.5, tf.float32))
            for z in noises
            for d in judges
            for g in (step["before_g"], step["generator"])
        ],
    }

    def near(given, name):
        return any(np.isclose(given, float(value), rtol=5e-3, atol=1e-3) for value in possible[name])

    real, fake = METRICS[2:]
    first, second = (number(answer, logs[name], f"« {name} »") for name in (real, fake))
    if near(first, fake) and near(second, real) and not near(first, real) and not near(second, fake):
        answer.fail(
            f"« {real} » et « {fake} » sont échangées, ou leurs étiquettes le sont : des 1 et les notes des vraies "
            "pour la première, des 0 et celles des fausses pour la seconde."
        )
    kept = {metric.name: metric for metric in model.metrics}
    for name in METRICS:
        values = [float(value) for value in possible[name]]
        for given, where in ((number(answer, logs[name], f"« {name} »"), "rendue"), (kept.get(name), "tenue")):
            if given is None:
                continue
            given = float(given.result()) if where == "tenue" else given
            if near(given, name):
                continue
            if where == "tenue":
                answer.fail(f"la mesure « {name} » n'est pas mise à jour : appelez son update_state à chaque lot.")
            if given == 0 and float(kept[name].result()) == 0:
                if "accuracy" in name and any(np.any(variable) for variable in kept[name].variables):
                    answer.fail(
                        f"« {name} » vaut 0 : update_state reçoit les étiquettes d'abord, les notes ensuite, et des "
                        "étiquettes exactes (tf.ones_like, tf.zeros_like)."
                    )
                answer.fail(f"« {name} » vaut 0 : mettez sa mesure à jour par update_state.")
            other = next(
                (key for key in METRICS if key != name and np.isclose(given, float(possible[key][0]), rtol=1e-3)), None
            )
            if np.isclose(given, 2 * values[0], rtol=5e-3):
                answer.fail(f"« {name} » vaut le double de ce qui est attendu : il manque la division par deux.")
            if any(np.isclose(given, 1 - value, atol=1e-3) for value in values) and "accuracy" in name:
                answer.fail(
                    f"« {name} » compte les images mal classées : étiquettes 1 pour les vraies, 0 pour les fausses."
                )
            swapped = f" C'est celle de « {other} »." if other else ""
            answer.fail(f"« {name} » vaut {given:.4f} au lieu de {values[0]:.4f}.{swapped}")


def _check_graph(answer, model, generator, rng):
    """The step inside a tf.function, where fit runs it: the size of a batch is unknown, the noise is drawn again."""
    # As fit does it: without AutoGraph.
    signature = [tf.TensorSpec((None, *SHAPE))]
    graph = tf.function(lambda real: model.train_step(real), input_signature=signature, autograph=False)
    noises = []
    kept = {metric.name: metric for metric in model.metrics}
    for n in (4, 4):
        generator.forget()
        model.reset_metrics()
        for name in ("d_loss", "g_loss"):
            kept[name].update_state(1000.0)
        logs = answer.call(graph, tf.constant(rng.uniform(-1, 1, (n, *SHAPE)).astype(np.float32)))
        for name in ("d_loss", "g_loss"):
            if float(logs[name]) < 300:
                answer.fail(
                    f"« {name} » n'est que la perte du dernier lot : rendez la moyenne que tient la mesure, "
                    "self.get_metrics_result(), sans la remettre à zéro."
                )
        noises.append(generator.calls[-1][0])
        if len(noises[-1]) != n:
            answer.fail(f"pour un lot de {n}, G reçoit {len(noises[-1])} bruits : lisez sa taille, tf.shape(real)[0].")
    if np.array_equal(*noises):
        answer.fail(
            "dans fit, le bruit serait le même à chaque lot : np.random ne tire qu'une fois, quand le graphe se "
            "construit. Voyez tf.random.normal."
        )


# What the laboratory measures.


@question()
def check_nearest(answer, seed):
    """The rank and the mean absolute difference of the nearest picture, bytes that do not overflow."""
    rng = np.random.default_rng(seed)
    for n in (30, 7):
        images = rng.integers(0, 256, (n, *SHAPE), dtype=np.uint8)
        # Of these pictures, one is near everywhere, another differs much at few places: L1 and L2 disagree.
        picture = rng.integers(40, 215, SHAPE, dtype=np.uint8)
        rank, other = rng.permutation(n)[:2]
        shift = np.where(rng.random(SHAPE) < 0.5, 24, -16)
        images[other] = (picture + shift).astype(np.uint8)
        images[rank] = picture
        places = rng.random(SHAPE)
        sparse = places > 0.88
        images[rank][sparse] = np.where(picture[sparse] > 127, picture[sparse] - 110, picture[sparse] + 110)
        third = next(i for i in range(n) if i not in (rank, other))
        images[third] = picture
        # 255 apart, which is 1 for bytes that overflow.
        for low, high in ((0.0, 0.15), (0.15, 0.3)):
            where = (places >= low) & (places < high)
            images[third][where], images[rank][where], images[other][where] = (255, 0, 0) if low else (0, 255, 255)
            picture[where] = images[rank][where]
        gaps = np.abs(images.astype(np.int32) - picture).reshape(n, -1)
        wrapped = (images - picture).reshape(n, -1)
        turned = np.abs(wrapped.astype(np.int8).astype(np.int32))
        distances = gaps.mean(axis=1)
        right = int(distances.argmin()), float(distances.min())
        before = images.copy(), picture.copy()
        result = answer.returned(picture, images)
        if not (np.array_equal(images, before[0]) and np.array_equal(picture, before[1])):
            answer.fail("les images reçues ont été modifiées sur place : travaillez sur une copie.")
        if not isinstance(result, (tuple, list, np.ndarray)) or len(result) != 2:
            answer.fail("deux nombres sont attendus, le rang et la distance : « return rank, distance ».")
        given = tuple(
            number(answer, value, name) for value, name in zip(result, ("le rang", "la distance"), strict=True)
        )
        if given[0] == right[0] and np.isclose(given[1], right[1], rtol=1e-4):
            continue
        squares = (gaps.astype(float) ** 2).mean(axis=1)
        signed = (images.astype(float) - picture).reshape(n, -1).mean(axis=1)
        mistakes = {
            "les octets débordent : 3 - 5 vaut 254. Prenez np.maximum moins np.minimum, ou astype(np.int16)": (
                wrapped.mean(axis=1),
            ),
            "les octets débordent : convertissez-les avant de soustraire, et non après": (turned.mean(axis=1),),
            "c'est la distance L2 : L1 est la moyenne des différences absolues": (
                np.sqrt(squares),
                squares,
                np.sqrt(squares * gaps.shape[1]),
                squares * gaps.shape[1],
            ),
            "il manque la valeur absolue : des différences de signes contraires se compensent": (
                signed,
                np.abs(signed),
            ),
            "c'est la plus grande différence de chaque image, et non la moyenne": (gaps.max(axis=1),),
            "c'est la médiane des différences, et non la moyenne": (np.median(gaps, axis=1),),
        }
        if np.isclose(given[0], right[1], rtol=1e-4) and given[1] == right[0]:
            answer.fail("le rang et la distance sont échangés : le rang d'abord.")
        if given[0] >= n or np.isclose(given[1], gaps.mean(), rtol=1e-4):
            answer.fail(f"il faut une moyenne par image, donc {n} distances ici : axis=(1, 2, 3).")
        if given[0] == distances.argmax():
            answer.fail("c'est l'image la plus éloignée : argmin, et non argmax.")
        if given[0] == right[0]:
            for factor, text in (
                (gaps.shape[1], "la distance est une somme : divisez par le nombre de pixels (une moyenne)"),
                (1 / 255, "la distance est divisée par 255 : elle est demandée en niveaux de gris"),
                (1 / 127.5, "la distance est celle d'images ramenées à [-1, 1] : elle est demandée en niveaux de gris"),
            ):
                if np.isclose(given[1], factor * right[1], rtol=1e-3):
                    answer.fail(f"{text}.")
        for text, rows in mistakes.items():
            for row in rows:
                if given[0] == row.argmin() and np.isclose(given[1], row.min(), rtol=1e-3):
                    answer.fail(f"{text}.")
        if given[0] == right[0]:
            answer.fail(f"le rang est bon, mais la distance vaut {given[1]:.4g} au lieu de {right[1]:.4g}.")
        for text, rows in mistakes.items():
            if any(given[0] == row.argmin() for row in rows):
                answer.fail(f"{text}.")
        answer.fail(
            f"l'image de rang {given[0]:g} n'est pas la plus proche : celle de rang {right[0]} est à {right[1]:.2f}."
        )
    _check_memory(answer, rng)


def _check_memory(answer, rng):
    images = rng.integers(0, 256, (500, *SHAPE), dtype=np.uint8)
    started = not tracemalloc.is_tracing()
    if started:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        result = answer.returned(images[-1], images)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        if started:
            tracemalloc.stop()
    if [float(value) for value in result] != [len(images) - 1, 0]:
        answer.fail("la dernière des images, cherchée parmi elles toutes, doit se trouver elle-même, à distance 0.")
    # np.maximum - np.minimum takes 3 times the bytes of the base, int16 6 times, float32 12 times, float64 24 times.
    if peak > 16 * images.nbytes:
        answer.fail(
            f"le calcul prend {peak / images.nbytes:.0f} fois la place de la base : en float64, comme en int64 (int), "
            "une image est huit fois plus grosse. Restez en octets, en int16, ou traitez les images une à une."
        )


@question()
def check_diversity(answer, seed):
    """The mean over pairs of different pictures of the mean absolute difference."""
    rng = np.random.default_rng(seed)
    same = np.repeat(rng.integers(0, 256, (1, *SHAPE), dtype=np.uint8), 4, axis=0)
    halved = rng.integers(0, 256, (5, 32, 32, 1), dtype=np.uint8)
    for images in (_steps(), rng.integers(0, 256, (6, *SHAPE), dtype=np.uint8), same, halved):
        n, before = len(images), images.copy()
        value = number(answer, answer.returned(images))
        if not np.array_equal(images, before):
            answer.fail("les images reçues ont été modifiées sur place : travaillez sur une copie.")
        flat = images.reshape(n, -1).astype(np.float64)
        apart = np.abs(flat[:, None] - flat[None])
        pairs = apart.mean(axis=2)
        off = ~np.eye(n, dtype=bool)
        right = pairs[off].mean()
        if np.isclose(value, right, rtol=1e-3, atol=1e-4):
            continue
        raw = images.reshape(n, -1)
        wrapped = (raw[:, None] - raw[None]).mean(axis=2)
        upper = np.triu_indices(n, 1)
        turned = np.abs((raw[:, None] - raw[None]).astype(np.int8).astype(float)).mean(axis=2)
        squares = ((flat[:, None] - flat[None]) ** 2).mean(axis=2)
        mistakes = {
            "une image comparée à elle-même est comptée : un couple, ce sont deux images différentes": pairs.mean(),
            "les octets débordent : 3 - 5 vaut 254. Convertissez d'abord, en np.float32 ou en np.int16": wrapped[
                off
            ].mean(),
            "les octets débordent : convertissez avant de soustraire, en np.float32 ou np.int16": wrapped[upper].mean(),
            "les octets débordent : convertissez avant de soustraire, et non après": turned[off].mean(),
            "c'est une distance L2 : la moyenne des différences absolues est demandée": np.sqrt(squares)[off].mean(),
            "ce sont les carrés des différences : leur valeur absolue est demandée": squares[off].mean(),
            "c'est l'écart de chaque image à la moyenne, et non d'une image à l'autre": np.abs(
                flat - flat.mean(axis=0)
            ).mean(),
            "c'est un écart-type : la différence moyenne de deux images est demandée": flat.std(axis=0).mean(),
            "seules les images qui se suivent sont comparées : tous les couples sont demandés": np.abs(
                np.diff(flat, axis=0)
            ).mean(),
            "tout est comparé à la première image : tous les couples sont demandés": pairs[0, 1:].mean(),
            "les différences sont additionnées sur les pixels : c'est leur moyenne qui est demandée": right
            * flat.shape[1],
            "chaque couple est compté deux fois dans la somme, et une seule dans le nombre de couples": 2 * right,
            "chaque couple est compté une fois dans la somme, et deux fois dans le nombre de couples": right / 2,
            "la somme est divisée par n : le nombre de couples est n (n - 1) / 2": pairs[upper].sum() / n,
            "une image comparée à elle-même est comptée dans le nombre de couples": pairs[upper].sum()
            / (n * (n + 1) / 2),
            "la somme n'est pas divisée par le nombre de couples": pairs[upper].sum(),
            "il manque la valeur absolue : les différences se compensent": 0.0,
            "les différences sont divisées par 255 : elles sont demandées en niveaux de gris": right / 255,
            "la taille 64 x 64 est écrite en dur : le laboratoire aura des images de 32 x 32": right
            * flat.shape[1]
            / math.prod(SHAPE),
        }
        for text, wrong in mistakes.items():
            if np.isclose(value, wrong, rtol=2e-3, atol=1e-6):
                answer.fail(f"{text}.")
        answer.fail(f"le résultat est {value:.4g} au lieu de {right:.4g}, pour {n} images. Relisez la définition.")


def _steps():
    """Pictures far from evenly spread: the mean over pairs differs from every shortcut."""
    levels = np.array([0, 0, 10, 200, 255], dtype=np.uint8)
    return np.broadcast_to(levels[:, None, None, None], (5, *SHAPE)).copy()


@question()
def check_gradient_norm(answer, seed):
    """The L2 norm of the whole gradient of G's loss, nothing moved."""
    generator, discriminator = _witnesses(seed)
    rng = np.random.default_rng(seed)
    for n in (5, 9):
        z = tf.constant(rng.standard_normal((n, LATENT_DIM)).astype(np.float32))
        generator.forget(), discriminator.forget()
        before = generator.values(), discriminator.values()
        learnt = [len(network.trainable_variables) for network in (generator, discriminator)]
        with tapes.eagerly():
            result = answer.returned(generator, discriminator, z)
        if learnt != [len(network.trainable_variables) for network in (generator, discriminator)]:
            answer.fail("un réseau reste figé (trainable = False) après la mesure : il n'apprendrait plus ensuite.")
        value = number(answer, result)
        if not (np.array_equal(before[0], generator.values()) and np.array_equal(before[1], discriminator.values())):
            answer.fail("des poids ont bougé : on mesure le gradient, on ne l'applique pas.")
        if not generator.calls or not np.array_equal(generator.calls[-1][0], z):
            answer.fail("G n'est pas appelé sur les bruits reçus : generator(z, training=True).")
        for network in (generator, discriminator):
            if not network.calls:
                answer.fail(f"{network.title} n'est jamais appelé : utilisez les arguments reçus.")
            tapes.check_learning(answer, network, "est jugé" if network.title == "G" else "juge")

        def loss(label=1.0, z=z):
            return tapes.cross_entropy(discriminator.compute(generator.compute(z)), label)

        gradient = tapes.gradient(loss, generator)
        right = np.linalg.norm(gradient)
        if np.isclose(value, right, rtol=5e-3):
            continue
        if value == 0:
            answer.fail(
                "la norme est nulle : les appels de G et de D, et le calcul de la perte, se font dans le bloc « with "
                "tf.GradientTape() »."
            )
        parts = [part.ravel() for part in _parts(gradient, generator)]
        against = tapes.gradient(lambda loss=loss: loss(0.0), generator)
        both = np.linalg.norm(np.concatenate([gradient, tapes.gradient(loss, discriminator)]))
        mistakes = {
            "c'est le carré de la norme : il manque la racine": right**2,
            "c'est la somme des normes de chaque tenseur : il faut la racine de la somme de tous les carrés": sum(
                np.linalg.norm(part) for part in parts
            ),
            "c'est la moyenne des normes de chaque tenseur : il faut la racine de la somme de tous les carrés": np.mean(
                [np.linalg.norm(part) for part in parts]
            ),
            "seul le premier tenseur de poids est compté : prenez-les tous": np.linalg.norm(parts[0]),
            "seul le dernier tenseur de poids est compté : prenez-les tous": np.linalg.norm(parts[-1]),
            "c'est la plus grande des normes : prenez tous les poids ensemble": max(
                np.linalg.norm(part) for part in parts
            ),
            "c'est la norme L1 : L2 est la racine de la somme des carrés": np.abs(gradient).sum(),
            "c'est la moyenne des valeurs absolues : L2 est la racine de la somme des carrés": np.abs(gradient).mean(),
            "c'est une moyenne quadratique : la norme est la racine de la somme des carrés": right
            / np.sqrt(gradient.size),
            "c'est le gradient des poids de D : ceux de G sont demandés": np.linalg.norm(
                tapes.gradient(loss, discriminator)
            ),
            "les poids de D sont comptés avec ceux de G": both,
            "la perte de G compare les notes à 1, et non à 0": np.linalg.norm(against),
            LOGITS: np.linalg.norm(
                tapes.gradient(
                    lambda z=z: tapes.cross_entropy(discriminator.compute(generator.compute(z)), 1.0, logits=True),
                    generator,
                )
            ),
            "bce attend les étiquettes d'abord, les notes ensuite": np.linalg.norm(
                tapes.gradient(
                    lambda z=z: _bce(discriminator.compute(generator.compute(z)), np.ones((len(z), 1), np.float32)),
                    generator,
                )
            ),
            "la perte de G est divisée par deux : seule celle de D est une demi-somme": right / 2,
            "la perte est additionnée sur le lot : sa moyenne est demandée": n * right,
            "c'est la valeur de la perte, et non la norme de son gradient": float(loss()),
        }
        for text, wrong in mistakes.items():
            if np.isclose(value, wrong, rtol=5e-3):
                answer.fail(f"{text}.")
        answer.fail(f"la norme vaut {value:.4g} au lieu de {right:.4g}. Relisez la perte de G et la liste des poids.")


def _parts(flat, network):
    start = 0
    for weight in network.stack.weights:
        size = int(np.prod(weight.shape))
        yield flat[start : start + size]
        start += size


@question()
def check_diagnose(answer, seed):
    """Collapse first, then a discriminator above 90 % on both kinds."""
    collapsed, dominated, fine = "effondrement", "D domine", "rien à signaler"
    cases = [
        ((0.7, 0.7, 1.0), fine),
        ((0.99, 0.98, 0.9), dominated),
        ((0.96, 1.0, 0.6), dominated),
        ((0.7, 0.6, 0.2), collapsed),
        ((1.0, 1.0, 0.1), collapsed),
        ((0.99, 0.5, 0.9), fine),
        ((0.5, 0.99, 0.9), fine),
        ((0.9, 0.9, 1.1), fine),
        ((0.97, 0.89, 0.8), fine),
        ((0.3, 0.2, 0.599), collapsed),
        ((0.5, 0.5, 0.6), fine),
        ((0.901, 0.902, 0.7), dominated),
        ((0.96, 0.88, 3.0), fine),
    ]
    for arguments, expected in cases:
        given = answer.returned(*arguments)
        if given == expected:
            continue
        if not isinstance(given, str):
            answer.fail(f"un texte est attendu, et c'est un objet de type {type(given).__name__}.")
        if given not in (collapsed, dominated, fine):
            answer.fail(f"« {given} » n'est pas l'un des trois textes demandés, à la lettre : « {expected} » ici.")
        hint = ""
        if expected == collapsed and given == dominated:
            hint = " L'effondrement se cherche en premier."
        elif expected == fine and given == dominated:
            hint = " D domine quand les deux parts dépassent strictement 0,9."
        elif given == collapsed:
            hint = " L'effondrement est une diversité strictement inférieure à 0,6."
        answer.fail(f"diagnose{arguments} donne « {given} » au lieu de « {expected} ».{hint}")
