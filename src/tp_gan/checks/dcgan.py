"""Vérifications du TP 06 : des réseaux convolutifs, leurs tailles et leurs modes, l'espace latent, le damier.

The two steps are checked as in TP 01, on witness networks (tp_gan.checks.adversarial). The networks of the student
are judged by their number of parameters, which the text of the session fixes, then by what they compute: their own
tensors, found by size alone and filled at random, are given to a reference written with torch.nn.functional. When
either differs, the message says which usual mistake gives the same.
"""

import copy
import itertools
import math
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from tp_gan.checks import adversarial, array, as_array, number, question

__all__ = [
    "check_conv_size",
    "check_count_parameters",
    "check_d_parameters",
    "check_discriminator_step",
    "check_enlarge",
    "check_generator_step",
    "check_interpolate",
    "check_make_discriminator",
    "check_make_generator",
    "check_overlap_counts",
    "check_sample",
    "check_slerp",
    "check_slope_ratio",
    "check_transposed_size",
]

SHAPE = (1, 28, 28)
GAME = adversarial.Game(shape=SHAPE, logits=True, things="chiffres", data="images")
FULL_WIDTH, FULL_LATENT_DIM = 64, 100


@question()
def check_slope_ratio(answer, seed):
    """tanh'(0) = 1, sigmoid'(0) = 1/4."""
    value = number(answer, answer.given(), "la réponse")
    mistakes = {
        1: "les deux pentes ne sont pas égales : la sigmoïde, elle, va de 0 à 1 seulement",
        2: "l'intervalle d'arrivée est bien deux fois plus grand, mais la sigmoïde est aussi étirée dans l'autre sens "
        ": dérivez 2 sigma(2a) - 1",
        0.25: "c'est le rapport inverse : divisez la pente de tanh par celle de la sigmoïde",
        0.5: "ce n'est ni l'un ni l'autre rapport : dérivez les deux fonctions en 0",
    }
    for wrong, text in mistakes.items():
        if abs(value - wrong) < 0.01:
            answer.fail(f"{text}.")
    if abs(value - 4) > 0.01:
        answer.fail(f"{value:g} n'est pas le rapport des deux dérivées en 0. La sigmoïde a pour dérivée σ(1 - σ).")


@question()
def check_conv_size(answer, seed):
    """The side of what nn.Conv2d gives."""
    rng = np.random.default_rng(seed)
    cases = [(28, 5, 2, 2), (14, 5, 2, 2), (7, 5, 1, 2), (28, 4, 2, 1), (9, 3, 3, 0), (11, 4, 3, 1), (8, 1, 2, 0)]
    cases += [(int(rng.integers(8, 40)), int(rng.integers(1, 7)), int(rng.integers(1, 4)), 1) for _ in range(6)]
    mistakes = {
        "il manque le + 1 : le noyau occupe déjà une position avant d'avancer": lambda n, k, s, p: (n + 2 * p - k) // s,
        "la marge est ajoutée des deux côtés : 2 * padding": lambda n, k, s, p: (n + p - k) // s + 1,
        "la marge s'ajoute à la taille, le noyau s'en retire": lambda n, k, s, p: (n - 2 * p + k) // s + 1,
        "la division est arrondie vers le haut : vers le bas, avec //": lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1,
    }
    _check_sizes(answer, cases, lambda n, k, s, p: (n + 2 * p - k) // s + 1, mistakes)


@question()
def check_transposed_size(answer, seed):
    """The side of what nn.ConvTranspose2d gives."""
    rng = np.random.default_rng(seed)
    cases = [(7, 5, 2, 2, 1), (14, 5, 2, 2, 1), (7, 5, 1, 2, 0), (7, 4, 2, 1, 0), (1, 4, 1, 0, 0), (5, 3, 3, 1, 2)]
    cases += [(int(rng.integers(3, 20)), int(rng.integers(2, 7)), 3, 1, int(rng.integers(0, 3))) for _ in range(6)]

    def right(n, k, s, p, extra):
        return (n - 1) * s - 2 * p + k + extra

    mistakes = {
        "output_padding est oublié": lambda *case: right(*case[:4], 0),
        "output_padding ne rend des pixels qu'au bout, d'un seul côté": lambda *case: right(*case) + case[4],
        "le premier dépôt couvre kernel pixels, et seuls les size - 1 suivants en ajoutent stride": lambda *case: (
            right(*case) + case[2]
        ),
        "la marge se retire des deux côtés : 2 * padding": lambda *case: right(*case) + case[3],
        "la marge d'une transposée se retire : elle ne s'ajoute pas": lambda *case: right(*case) + 4 * case[3],
        "c'est la formule de la convolution : la transposée agrandit": lambda n, k, s, p, _: (n + 2 * p - k) // s + 1,
        "il manque kernel : c'est ce que couvre le premier dépôt": lambda *case: right(*case) - case[1],
    }
    _check_sizes(answer, cases, right, mistakes)


@question()
def check_make_discriminator(answer, seed):
    """(n, 1, 28, 28) to (n, 1), logits; what the layers of the text compute, and erase."""
    torch.manual_seed(seed)
    adversarial.check_new_each_time(answer, 8, 0.3)
    x = 2 * torch.rand(16, *SHAPE) - 1
    for width in (FULL_WIDTH, 6 + seed, 11):
        network = adversarial.network(answer, answer.returned(width, 0.3))
        _check_output(answer, network, x, (1,), "(n, 1, 28, 28)")
        counted, right = _parameters(network), _discriminator_parameters(width)
        if width != FULL_WIDTH and counted == _discriminator_parameters(FULL_WIDTH):
            answer.fail(f"la largeur est écrite en dur : avec width = {width}, D a les paramètres de width = 64.")
        _check_count(answer, counted, right, _discriminator_mistakes(width), f"avec width = {width}, D")

    x = 3 * torch.randn_like(x, device=_device(network))
    network, _ = _discriminator(answer, x, 0.3)
    network.eval()
    if not torch.equal(network(x), network(x)):
        answer.fail(
            "en mode évaluation, deux notes de la même image diffèrent. Rien ne doit plus y être tiré au hasard : "
            "nn.Dropout s'efface de lui-même, F.dropout attend self.training, et aucune autre couche n'est demandée."
        )
    network, tensors = _discriminator(answer, x, 0.0)
    tensors[-1].sub_(_discriminated(tensors, x).median())  # logits of both signs
    output = network(x)
    if not torch.equal(output, network(x)):
        answer.fail("avec dropout = 0, D efface encore des nombres : donnez dropout à chacun des deux nn.Dropout.")
    _check_same(answer, output, partial(_discriminated, tensors, x), _discriminator_slips(), "la sortie de D")
    for dropout in (0.2, 0.6):
        _check_dropout(answer, x, dropout)


@question()
def check_d_parameters(answer, seed):
    """212,865: 1,664 and 204,928 and 6,273."""
    value = number(answer, answer.given(), "la réponse")
    right = _discriminator_parameters(FULL_WIDTH)
    mistakes = {
        "les biais manquent : un par canal de sortie, et un pour la couche linéaire": right - 64 - 128 - 1,
        "les biais des convolutions manquent : un par canal de sortie": right - 64 - 128,
        "le biais de la couche linéaire manque": right - 1,
        "la couche linéaire manque : une entrée par nombre des 128 cartes de 7 x 7, et un biais": 1664 + 204928,
        "la première convolution manque : 25 x 1 x 64 poids et 64 biais": right - 1664,
        "la seconde convolution manque : 25 x 64 x 128 poids et 128 biais": right - 204928,
        "un noyau relie chaque canal d'entrée à chaque canal de sortie : la seconde convolution a 25x64x128 poids": (
            1664 + 25 * 128 + 128 + 6273
        ),
        "la couche linéaire reçoit 7 x 7 x 128 nombres, et non 128": 1664 + 204928 + 129,
        "la couche linéaire reçoit des cartes de 7 x 7, après deux divisions par deux": 1664
        + 204928
        + 14 * 14 * 128
        + 1,
        "la couche linéaire reçoit les cartes après deux divisions par deux": 1664 + 204928 + 28 * 28 * 128 + 1,
        "le noyau est de 5 x 5 : 25 poids, et non 5": 5 * 64 + 64 + 5 * 64 * 128 + 128 + 6273,
        "c'est le compte d'un noyau de 4 : il est de 5": 16 * 64 + 64 + 16 * 64 * 128 + 128 + 6273,
        "c'est le compte d'un noyau de 3 : il est de 5": 9 * 64 + 64 + 9 * 64 * 128 + 128 + 6273,
        "c'est le compte de G : il s'agit ici de D": _generator_parameters(64, 100),
    }
    if abs(value - right) > 0.5:
        for text, wrong in mistakes.items():
            if abs(value - wrong) < 0.5:
                answer.fail(f"{text}.")
        answer.fail(f"{value:.0f} n'est pas le bon total. Comptez couche par couche : la première en a 1 664.")


@question()
def check_enlarge(answer, seed):
    """(n, inputs, h, w) to (n, outputs, 2h, 2w), a linear layer of kernel 5 without bias, in both ways."""
    torch.manual_seed(seed)
    other_way = {}
    for upsample in (False, True):
        how = f"upsample = {upsample}"
        adversarial.check_new_each_time(answer, 3, 2, upsample)
        for inputs, outputs, height, width in ((6, 4, 7, 7), (3, 1, 14, 14), (5 + seed, 2, 5, 8)):
            layer = adversarial.network(answer, answer.returned(inputs, outputs, upsample))
            x = torch.randn(3, inputs, height, width)
            y = _output(answer, layer, x, f"(n, {inputs}, {height}, {width})")
            if y.ndim == 4 and y.shape[2:] != (2 * height, 2 * width):
                short = y.shape[2:] == (2 * height - 1, 2 * width - 1)
                answer.fail(
                    f"{how} : de {height} x {width}, la taille passe à {y.shape[2]} x {y.shape[3]} au lieu de "
                    f"{2 * height} x {2 * width}{' : il manque output_padding=1' if short else ''}. Revoyez les marges."
                )
            array(answer, y.detach(), (3, outputs, 2 * height, 2 * width), f"{how} : la sortie")
            weights = 25 * inputs * outputs
            mistakes = {
                "pas de biais : bias=False": weights + outputs,
                "le noyau est de 3, et non de 5": 9 * inputs * outputs,
                "le noyau est de 4, et non de 5": 16 * inputs * outputs,
                "le noyau est de 6, et non de 5": 36 * inputs * outputs,
                "pas de normalisation ici : elle vient après, dans make_generator": weights + 2 * outputs,
                "il n'y a pas de convolution": 0,
                "les convolutions sont deux : une seule suffit": weights + 25 * outputs * outputs,
            }
            _check_count(answer, _parameters(layer), weights, mistakes, f"{how} : la couche")
            _check_state(answer, layer)
            _fill(layer)
            x, weight = x.to(_device(layer)), max(layer.parameters(), key=torch.numel).detach()
            y, compute = layer(x), partial(_enlarged, x, weight)
            other_way[upsample] = _gap(y, compute, upsample=not upsample) < CLOSE
            if not other_way[upsample]:
                mistakes = _upsample_mistakes() if upsample else _transposed_mistakes()
                _check_same(answer, y, partial(compute, upsample), mistakes, f"{how} : la sortie")
    if other_way[True] and other_way[False]:
        answer.fail("les deux cas sont échangés : avec upsample, c'est Upsample puis Conv2d.")
    if other_way[True]:
        answer.fail("upsample = True : la couche est encore une ConvTranspose2d. Upsample d'abord, Conv2d ensuite.")
    if other_way[False]:
        answer.fail("upsample = False : une ConvTranspose2d de pas 2 est attendue, sans Upsample.")


@question(check_enlarge)
def check_make_generator(answer, seed):
    """(n, latent_dim) to (n, 1, 28, 28) by tanh; what the layers of the text compute, in both ways and both modes."""
    torch.manual_seed(seed)
    adversarial.check_new_each_time(answer, 4, 10)
    sizes = [(FULL_WIDTH, FULL_LATENT_DIM, ()), (3 + seed, 10, (False,)), (5, 7 + seed, (True,)), (4, 1, ())]
    for width, latent_dim, upsample in sizes:
        network = adversarial.network(answer, answer.returned(width, latent_dim, *upsample))
        _check_output(answer, network, torch.randn(8, latent_dim), SHAPE, "(n, latent_dim)")
        counted, right = _parameters(network), _generator_parameters(width, latent_dim)
        if width != FULL_WIDTH and counted == _generator_parameters(FULL_WIDTH, latent_dim):
            answer.fail(f"la largeur est écrite en dur : avec width = {width}, G a les paramètres de width = 64.")
        if latent_dim != FULL_LATENT_DIM and counted == _generator_parameters(width, FULL_LATENT_DIM):
            answer.fail(f"la taille de z est écrite en dur : {latent_dim} nombres sont attendus, et non 100.")
        mistakes = _generator_mistakes(width, latent_dim)
        _check_count(answer, counted, right, mistakes, f"avec width = {width} et latent_dim = {latent_dim}, G")
    for upsample in (), (False,), (True,):
        _check_generation(answer, answer.returned(4, 10, *upsample), torch.randn(16, 10), upsample == (True,))


@question()
def check_count_parameters(answer, seed):
    """What learns, and the same plus the running means and variances."""
    torch.manual_seed(seed)
    networks = [
        nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2, bias=False)),
        nn.Sequential(nn.Linear(4, 18, bias=False), nn.BatchNorm1d(18), nn.Unflatten(1, (2, 3, 3)), nn.BatchNorm2d(2)),
        nn.Sequential(nn.Conv2d(1, 3 + seed, 5), nn.BatchNorm2d(3 + seed), nn.Sequential(nn.BatchNorm2d(7))),
    ]
    for network in networks:
        trainable = _parameters(network)
        normalising = [layer for layer in network.modules() if hasattr(layer, "num_features")]
        running, in_maps, at_the_top = (
            sum(2 * layer.num_features for layer in normalising if layer in kept)
            for kept in (normalising, [m for m in normalising if isinstance(m, nn.BatchNorm2d)], list(network))
        )
        batches = len(normalising)
        result = answer.returned(network)
        if not all(parameter.requires_grad for parameter in network.parameters()):
            answer.fail("le réseau reste figé après l'appel (requires_grad = False) : comptez sans rien changer.")
        if isinstance(result, torch.Tensor) and result.ndim:
            result = result.tolist()
        if not isinstance(result, (tuple, list, np.ndarray)) or len(result) != 2:
            answer.fail("deux nombres sont attendus : « return entraînables, total ».")
        given = [number(answer, value, name) for value, name in zip(result, ("le premier", "le second"), strict=True)]
        if given == [trainable, trainable + running]:
            continue
        tensors = len(list(network.parameters()))
        mistakes = {
            "les deux nombres sont échangés : les entraînables d'abord": [trainable + running, trainable],
            "num_batches_tracked est compté : ne gardez que les noms qui contiennent « running »": (
                [trainable, trainable + running + batches]
            ),
            "les moyennes et variances courantes manquent au total : voyez network.named_buffers()": [trainable] * 2,
            "le second nombre est un total : ajoutez-y les entraînables": [trainable, running],
            "les moyennes et variances courantes ne s'apprennent pas : elles ne comptent que dans le total": (
                [trainable + running] * 2
            ),
            "les moyennes courantes, ou les variances, manquent : les unes et les autres comptent dans le total": [
                trainable,
                trainable + running / 2,
            ],
            "les BatchNorm1d ont aussi des moyennes et des variances courantes": [trainable, trainable + in_maps],
            "un nn.Sequential peut en contenir un autre : voyez network.named_buffers()": (
                [trainable, trainable + at_the_top]
            ),
        }
        text = "num_batches_tracked n'est pas une moyenne : gardez les noms qui contiennent « running »"
        mistakes[text] = [trainable, trainable + batches]
        for text, wrong in mistakes.items():
            if given == wrong:
                answer.fail(f"{text}.")
        if given[0] == tensors:
            answer.fail("ce sont les tenseurs qui sont comptés : chacun en a p.numel() nombres.")
        answer.fail(
            f"sur un petit réseau, le résultat est ({given[0]:.0f}, {given[1]:.0f}) au lieu de "
            f"({trainable}, {trainable + running})."
        )


@question()
def check_sample(answer, seed):
    """G in eval mode and without a graph, given back in the mode in which it came, with the same running averages."""
    torch.manual_seed(seed)
    device, latent_dim = adversarial.device_of(answer), adversarial.latent_dim_of(answer)
    for training in (True, False):
        generator = _Recorded(
            nn.Linear(latent_dim, 784), nn.BatchNorm1d(784), nn.Dropout(0.5), nn.Tanh(), nn.Unflatten(1, SHAPE)
        ).to(device)
        with torch.no_grad():
            for _ in range(3):  # averages that are not those of a new network
                generator(2 * torch.randn(32, latent_dim, device=device) + 1)
        generator.train(training)
        generator.calls.clear()
        kept = {name: value.clone() for name, value in generator.state_dict().items()}
        for parameter in generator.parameters():
            parameter.grad = torch.ones_like(parameter)
        z = torch.randn(70 + seed, latent_dim, device=device)  # more than the notebook's 64
        given = z.clone()
        images = adversarial.tensor(answer, answer.returned(generator, z))
        if not torch.equal(z, given):
            answer.fail("z a été modifié sur place : passez-le à generator tel quel.")
        if not generator.calls:
            answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        modes = [mode for mode, _ in generator.calls]
        # A copy of generator that is put in eval mode is as good.
        if any(modes):
            answer.fail("G est appelé en mode entraînement : generator.eval() avant de fabriquer les images.")
        if not all(torch.equal(seen, z[: len(seen)]) or len(seen) < len(z) for _, seen in generator.calls):
            answer.fail("generator est appelé sur autre chose que le z reçu : n'en tirez pas un nouveau.")
        values = array(answer, images, (len(z), *SHAPE))
        with torch.no_grad():
            expected = copy.deepcopy(generator).eval().compute(z).cpu().numpy()
        if any(not torch.equal(value, kept[name]) for name, value in generator.state_dict().items()):
            answer.fail("G a été modifié : ni entraînement, ni passage en mode entraînement ici.")
        if not np.allclose(values, expected, atol=1e-5):
            answer.fail("les images renvoyées ne sont pas generator(z) en mode évaluation.")
        if generator.training != training or any(layer.training != training for layer in generator.modules()):
            mode = ("évaluation", "entraînement")
            answer.fail(
                f"G était en mode {mode[training]}, et se retrouve en mode {mode[not training]} : retenez "
                "generator.training avant, et remettez-le après."
            )
        if not all(parameter.requires_grad for parameter in generator.parameters()):
            answer.fail("G reste figé après l'appel (requires_grad = False) : il n'apprendrait plus.")
        if any(parameter.grad is None or (parameter.grad != 1).any() for parameter in generator.parameters()):
            answer.fail("les gradients de G ont changé : ni zero_grad(), ni backward() ici.")


@question()
def check_discriminator_step(answer, seed):
    """See `adversarial.check_discriminator_step`."""
    adversarial.check_discriminator_step(answer, seed, GAME)


@question()
def check_generator_step(answer, seed):
    """See `adversarial.check_generator_step`."""
    adversarial.check_generator_step(answer, seed, GAME)


@question()
def check_interpolate(answer, seed):
    """n vectors evenly spaced on the segment, both ends included."""

    def mistakes(start, end, n):
        t = np.linspace(0, 1, n)[:, None]
        inside = np.linspace(0, 1, n + 2)[1:-1, None]
        half_open = np.linspace(0, 1, n, endpoint=False)[:, None]
        return {
            "le départ et l'arrivée sont échangés : t = 0 donne start": t * start + (1 - t) * end,
            "les extrémités manquent : t va de 0 à 1, compris": (1 - inside) * start + inside * end,
            "l'arrivée manque : t va de 0 à 1, compris": (1 - half_open) * start + half_open * end,
            "il manque le départ : (1 - t) * start + t * end": start + t * end,
            "ce sont des déplacements : ajoutez start": t * (end - start),
            "les pas ne sont pas réguliers : t croît comme torch.linspace(0, 1, n)": (1 - t**2) * start + t**2 * end,
        }

    _check_path(answer, seed, lambda a, b, n: _segment(a, b, np.linspace(0, 1, n)[:, None]), mistakes)


@question()
def check_slerp(answer, seed):
    """n vectors on the arc of White (2016)."""

    def right(start, end, n, omega=None, swap=False):
        t = np.linspace(0, 1, n)[:, None]
        omega = np.arccos(_cosine(start, end)) if omega is None else omega
        t = 1 - t if swap else t
        return (np.sin((1 - t) * omega) * start + np.sin(t * omega) * end) / np.sin(omega)

    def mistakes(start, end, n):
        t = np.linspace(0, 1, n)[:, None]
        omega, straight = np.arccos(_cosine(start, end)), _segment(start, end, t)
        norms = (1 - t) * np.linalg.norm(start) + t * np.linalg.norm(end)
        return {
            "c'est encore une ligne droite : voyez interpolate": straight,
            "le départ et l'arrivée sont échangés : t = 0 donne start": right(start, end, n, swap=True),
            "il manque la division par sin(omega)": right(start, end, n) * np.sin(omega),
            "c'est le cosinus de l'angle qui sert d'angle, ou son arcsin : il manque torch.arccos": (
                right(start, end, n, omega=_cosine(start, end))
            ),
            "l'angle est en degrés : les sinus attendent des radians": right(start, end, n, omega=np.degrees(omega)),
            "c'est une ligne droite remise à la bonne norme : suivez la formule, dont l'angle avance régulièrement": (
                straight / np.linalg.norm(straight, axis=1, keepdims=True) * norms
            ),
        }

    _check_path(answer, seed, right, mistakes)


@question()
def check_overlap_counts(answer, seed):
    """How many pairs (i, j) fall on each position of the output."""
    rng = np.random.default_rng(seed)
    cases = [(7, 5, 2, 2), (7, 4, 2, 1), (4, 3, 1, 1), (5, 3, 2, 1), (6, 6, 3, 2), (3, 2, 3, 0), (7, 5, 2, 0)]
    cases += [(int(rng.integers(3, 9)), int(rng.integers(2, 7)), int(rng.integers(1, 4)), 1) for _ in range(4)]
    for case in cases:
        size, kernel, stride, padding = case
        expected = _overlaps(*case)
        result = answer.returned(*case)
        if isinstance(result, dict):
            result = list(result.values())
        what = "overlap_counts({}, {}, {}, {})".format(*case)
        shown = as_array(result)
        if shown is not None and shown.ndim == 1 and shown.size != stride * size:
            answer.fail(f"{what} a {shown.size} valeurs : la sortie a stride * size = {stride * size} positions.")
        counts = array(answer, result, (stride * size,), what)
        if np.array_equal(counts, expected):
            continue
        wrapped = np.zeros(stride * size)
        for i in range(size):
            for j in range(kernel):
                position = i * stride - padding + j
                if position < stride * size:
                    wrapped[position] += 1
        mistakes = {
            "les positions négatives repartent de la fin du tableau : sautez-les (0 <= position)": wrapped,
            "padding est oublié : les dépôts commencent à i * stride - padding": _overlaps(size, kernel, stride, 0),
            "padding est ajouté : il se retire": _overlaps(size, kernel, stride, -padding),
            "stride est oublié : les dépôts se décalent de i * stride": _overlaps(
                size, kernel, stride, padding, step=1
            ),
            "les dépôts sont marqués et non comptés : += 1, et non = 1": np.minimum(expected, 1),
            "le dernier indice j manque : il va de 0 à kernel - 1": _overlaps(size, kernel - 1, stride, padding),
            "j va trop loin : de 0 à kernel - 1": _overlaps(size, kernel + 1, stride, padding),
        }
        for text, wrong in mistakes.items():
            if np.array_equal(counts, wrong):
                answer.fail(f"{text}.")
        told = " ".join(f"{value:g}" for value in counts), " ".join(f"{value:g}" for value in expected)
        answer.fail(f"{what} donne {told[0]} au lieu de {told[1]}.")


# Numbers of parameters, by the text of the session, and what the usual mistakes make of them.


def _parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def _discriminator_parameters(width, kernel=5, side=7):
    return (kernel**2 + 1) * width + (kernel**2 * width + 1) * 2 * width + side**2 * 2 * width + 1


def _discriminator_mistakes(width):
    right = _discriminator_parameters(width)
    kernels = {
        f"le noyau est de {kernel}, et non de 5": _discriminator_parameters(width, kernel) for kernel in (3, 4, 6, 7)
    }
    sides = {
        f"avant la couche linéaire, les cartes sont de {side} x {side} au lieu de 7 x 7 : pas de 2 et marge de 2 dans "
        "chaque convolution": _discriminator_parameters(width, side=side)
        for side in (4, 5, 6, 8, 14, 28)
    }
    return {
        **kernels,
        **sides,
        "les convolutions de D ont un biais (c'est G qui n'en a pas)": right - 3 * width,
        "la seconde convolution double les canaux : 2 * width": (
            26 * width + (25 * width + 1) * width + 49 * width + 1
        ),
        "pas de BatchNorm dans ce D": right + 4 * width,
        "pas de BatchNorm dans ce D : seul G en a": right + 6 * width,
        "la couche linéaire a un biais": right - 1,
        "il manque la seconde convolution": 26 * width + 49 * width + 1,
    }


def _generator_parameters(width, latent_dim, kernel=5, normalised=(1, 1, 1)):
    first, second, third = normalised
    numbers = 7 * 7 * 4 * width
    layers = latent_dim * numbers + kernel**2 * 8 * width**2 + 25 * 2 * width**2 + 25 * width
    return layers + 2 * (first * numbers + second * 2 * width + third * width)


def _generator_mistakes(width, latent_dim):
    right, numbers = _generator_parameters(width, latent_dim), 7 * 7 * 4 * width

    def without(*normalised):
        return _generator_parameters(width, latent_dim, normalised=normalised)

    kernels = {
        f"la première convolution transposée a un noyau de {kernel}, et non de 5": (
            _generator_parameters(width, latent_dim, kernel)
        )
        for kernel in (1, 3, 4, 7)
    }
    return {
        **kernels,
        "la couche linéaire n'a pas de biais : bias=False": right + numbers,
        "la convolution transposée de pas 1 n'a pas de biais : bias=False": right + 2 * width,
        "ni la couche linéaire ni la convolution transposée de pas 1 n'ont de biais : bias=False": (
            right + numbers + 2 * width
        ),
        "il manque le BatchNorm1d après la couche linéaire": without(0, 1, 1),
        "la première normalisation vient avant Unflatten : BatchNorm1d, sur chacun des 7 * 7 * 4 * width nombres": (
            without(0, 1, 1) + 8 * width
        ),
        "il manque le BatchNorm2d après la convolution transposée de pas 1 (ou ses paramètres : affine=False)": (
            without(1, 0, 1)
        ),
        "il manque le BatchNorm2d après le premier enlarge (ou ses paramètres : affine=False)": without(1, 1, 0),
        "il manque les deux BatchNorm2d": without(1, 0, 0),
        "il manque les trois BatchNorm": without(0, 0, 0),
        "pas de BatchNorm après le dernier enlarge": right + 2,
        "il manque la convolution transposée de pas 1, de 4 * width à 2 * width canaux": (
            right - 25 * 8 * width**2 - 4 * width + 25 * 2 * width**2
        ),
    }


def _check_count(answer, counted, right, mistakes, what):
    if counted == right:
        return
    for text, wrong in mistakes.items():
        if counted == wrong:
            answer.fail(f"{text}.")
    answer.fail(
        f"{what} a {_spaced(counted)} paramètres au lieu de {_spaced(right)}. Relisez, couche par couche, les canaux, "
        "le noyau et les biais."
    )


def _spaced(value):
    return f"{value:,}".replace(",", " ")


# What a network computes.


def _device(network):
    return next((parameter.device for parameter in network.parameters()), torch.device("cpu"))


def _output(answer, network, x, what):
    try:
        output = network(x.to(_device(network)))
    except Exception as error:
        answer.fail(
            f"le réseau refuse un lot de forme {what} = {tuple(x.shape)}. Vérifiez les canaux et les tailles d'une "
            f"couche à la suivante.\n{type(error).__name__} : {' '.join(str(error).split())[:150]}"
        )
    return adversarial.tensor(answer, output)


def _check_output(answer, network, x, shape, what):
    """Shape, and gradients that reach every parameter."""
    output = _output(answer, network, x, what)
    wanted = f"la sortie du réseau, {('n', *shape)},".replace("'", "").replace(",)", ")")
    array(answer, output.detach(), (len(x), *shape), wanted)
    _check_state(answer, network)
    if output.requires_grad:
        output.square().sum().backward()
    if not output.requires_grad or any(parameter.grad is None for parameter in network.parameters()):
        answer.fail("le gradient ne traverse pas tout le réseau : un detach(), un no_grad() ou un .data l'arrête.")
    network.zero_grad()


def _check_state(answer, network):
    if not all(parameter.requires_grad for parameter in network.parameters()):
        answer.fail("des paramètres sont figés (requires_grad = False) : ils n'apprendraient pas.")
    if not all(layer.training for layer in network.modules()):
        answer.fail("le réseau est rendu en mode évaluation (.eval()) : un réseau neuf est en mode entraînement.")


# The same by torch.nn.functional, with the student's own tensors, and with the usual mistakes.

# As a part of the largest output, over 20 seeds: a right network is within 2e-6 of the reference, and one with a slope
# of 0.25 instead of 0.2 in one place is at least 7e-3 from it.
CLOSE = 5e-3


@torch.no_grad()
def _fill(network):
    """Random numbers everywhere, so that no weight, no bias and no running average goes unseen."""
    for parameter in network.parameters():
        if parameter.ndim > 1:
            parameter.normal_(0, (len(parameter) / parameter.numel()) ** 0.5)
        else:
            parameter.uniform_(-1.5, 1.5)
    for buffer in network.buffers():
        if buffer.is_floating_point():
            buffer.uniform_(0.5, 1.5)


def _by_size(answer, tensors, sizes, otherwise):
    """The first tensor left of each size, in numbers, whatever its name and its shape."""
    left, found = [tensor.detach() for tensor in tensors], []
    for size in sizes:
        indices = [index for index, tensor in enumerate(left) if tensor.numel() == size]
        if not indices:
            answer.fail(otherwise)
        found.append(left.pop(indices[0]))
    return found


@torch.no_grad()
def _gap(output, compute, **changes):
    """How far an output is from another, which may be impossible to compute."""
    try:
        other = compute(**changes)
        return float((output - other).abs().max() / other.abs().max().clamp_min(1e-9))
    except (RuntimeError, ValueError):
        return float("inf")


def _check_same(answer, output, compute, mistakes, what):
    """The output against compute(), or the nearest of the mistakes: pairs of a message and of changes to compute."""
    if _gap(output, compute) < CLOSE:
        return
    gap, text = min((_gap(output, compute, **changes), text) for text, changes in mistakes)
    if gap < CLOSE:
        answer.fail(f"{text}.")
    answer.fail(f"{what} n'est pas celle des couches demandées. Relisez-les dans l'ordre, avec leurs réglages.")


def _same(x):
    return x


def _leaky(slope):
    return partial(F.leaky_relu, negative_slope=slope)


def _standardised(x):
    return F.batch_norm(x, None, None, training=True)


NORMS = (_standardised, F.instance_norm)
RIGHT = _leaky(0.2)
BENDS = {"une ReLU": F.relu, "une sigmoïde": torch.sigmoid, "une tanh": torch.tanh, "une ELU": F.elu}
BENDS |= {"une GELU": F.gelu, "une LeakyReLU de pente 0.01, sa valeur par défaut,": _leaky(0.01)}
BENDS |= {f"une LeakyReLU de pente {slope:g}": _leaky(slope) for slope in (0.02, 0.05, 0.1, 0.25, 0.3, 0.5, 2.0)}


def _somewhere(places, usual, other):
    """Each choice of places where `other` stands for `usual`: what to call it, and one of the two for each place."""
    for chosen in itertools.product((False, True), repeat=len(places)):
        if any(chosen):
            name = " et ".join(itertools.compress(places, chosen))
            yield f"après {name}", [other if change else usual for change in chosen]


def _bend_mistakes(places):
    for where, bends in _somewhere(places, RIGHT, _same):
        yield f"aucune activation entre deux couches ({where}) : nn.LeakyReLU(0.2)", {"bends": bends}
    for name, bend in BENDS.items():
        for where, bends in _somewhere(places, RIGHT, bend):
            yield f"{name} sépare deux couches ({where}) : c'est nn.LeakyReLU(0.2) qui est demandée", {"bends": bends}


def _enlarged(x, weight, upsample, mode="nearest", margin="constant", start=(2, 2), end=_same, instead=None):
    if instead:
        return instead(x, weight)
    if upsample:
        full = F.conv2d(F.pad(F.interpolate(x, scale_factor=2, mode=mode), (4, 4, 4, 4), margin), weight)
    else:
        full = F.conv_transpose2d(x, weight, stride=2)
    return end(full[..., start[0] :, start[1] :][..., : 2 * x.shape[2], : 2 * x.shape[3]])


def _transposed_mistakes():
    """Pairs for `_check_same`: a message, and what to change in `_enlarged`."""
    text = "l'image est décalée : la marge est de 2 de chaque côté, et output_padding ne rend que la fin"
    yield from ((text, {"start": start}) for start in itertools.product(range(5), repeat=2))
    for bend in (RIGHT, *BENDS.values()):
        yield "aucune activation ici. Elle vient après, dans make_generator", {"end": bend}
    for norm in NORMS:
        yield "pas de normalisation ici : elle vient après, dans make_generator", {"end": norm}


def _upsample_mistakes():
    yield from _transposed_mistakes()
    for mode in ("bilinear", "bicubic"):
        yield f"Upsample répète chaque pixel, sans mode='{mode}' : c'est son réglage par défaut", {"mode": mode}
    for margin in ("reflect", "replicate", "circular"):
        yield f"la marge de Conv2d est faite de zéros, sans padding_mode='{margin}'", {"margin": margin}
    for text, instead in {
        "Upsample répète chaque pixel : ni UpsamplingBilinear2d, ni align_corners=True": (
            lambda x, weight: F.conv2d(F.interpolate(x, None, 2, "bilinear", align_corners=True), weight, padding=2)
        ),
        "Upsample vient avant Conv2d, et non après": (
            lambda x, weight: F.interpolate(F.conv2d(x, weight, padding=2), scale_factor=2)
        ),
        "Upsample double la taille (scale_factor=2), et la convolution la garde (pas de 1)": (
            lambda x, weight: F.conv2d(F.interpolate(x, scale_factor=4), weight, stride=2, padding=2)
        ),
        "après Upsample vient une convolution ordinaire, nn.Conv2d, et non une ConvTranspose2d": (
            lambda x, weight: F.conv_transpose2d(F.interpolate(x, scale_factor=2), weight, padding=2)
        ),
    }.items():
        yield text, {"instead": instead}


def _discriminator(answer, x, dropout, width=6):
    """A D of the student's, filled at random, and its six tensors."""
    network = answer.returned(width, dropout)
    _output(answer, network, x[:1], "(n, 1, 28, 28)")  # a lazy layer takes its size from it
    _fill(network)
    shapes = ((width, 1, 5, 5), (width,), (2 * width, width, 5, 5), (2 * width,), (1, 98 * width), (1,))
    otherwise = "les paramètres de D ne sont pas ceux des trois couches demandées. Relisez leurs canaux."
    tensors = _by_size(answer, network.parameters(), map(math.prod, shapes), otherwise)
    return network, [tensor.view(shape) for tensor, shape in zip(tensors, shapes, strict=True)]


def _discriminated(tensors, x, bends=(RIGHT, RIGHT), strides=(2, 2), after=(_same, _same), end=_same):
    *convolutions, last, bias = tensors
    for i in range(2):
        x = bends[i](after[i](F.conv2d(x, *convolutions[2 * i : 2 * i + 2], strides[i], 2)))
    return end(F.linear(x.flatten(1), last, bias))


def _discriminator_slips():
    """Pairs for `_check_same`: a message, and what to change in `_discriminated`."""
    places = ("la première convolution", "la seconde convolution")
    nothing = "rien après la couche linéaire"
    logit = "ici il rend un logit, et BCEWithLogitsLoss contient la sigmoïde"
    yield f"une softmax sur une seule sortie vaut toujours 1 : {nothing}", {"end": lambda y: y.softmax(1)}
    yield "la note d'une image dépend des autres images du lot (softmax ?)", {"end": lambda y: y.softmax(0)}
    yield f"D finit par une sigmoïde : {logit}", {"end": torch.sigmoid}
    yield f"D finit par une LogSigmoid : {logit}", {"end": F.logsigmoid}
    yield f"la sortie est bornée (tanh) : un logit peut prendre toute valeur, {nothing}", {"end": torch.tanh}
    yield f"la sortie n'est jamais négative (ReLU) : un logit peut l'être, {nothing}", {"end": F.relu}
    for slope in (0.2, 0.01):
        yield f"une LeakyReLU suit la couche linéaire : {nothing}", {"end": _leaky(slope)}
    for norm in NORMS:
        for where, after in _somewhere(places, _same, norm):
            yield f"pas de normalisation dans ce D ({where}) : seul G a des BatchNorm", {"after": after}
    for pool in (F.max_pool2d, F.avg_pool2d):
        text = "c'est le pas des convolutions qui divise la taille (stride=2), sans couche de Pool"
        yield text, {"strides": (1, 1), "after": 2 * (partial(pool, kernel_size=2),)}
    for strides in ((1, 4), (4, 1)):
        yield "le pas est de 2 dans chacune des deux convolutions", {"strides": strides}
    text = "avec dropout = 0, tout est effacé : la part à effacer est dropout, et non 1 - dropout"
    yield text, {"bends": (_same, torch.zeros_like)}
    yield from _bend_mistakes(places)


def _check_dropout(answer, x, dropout):
    """The shares erased in training mode, read on 600 images through weights that let one number pass."""
    network, (first, first_bias, second, second_bias, last, bias) = _discriminator(answer, x, dropout)
    image = torch.ones(600, *SHAPE, device=x.device)
    share_of_zeros = lambda y: float((y == 0).float().mean())  # noqa: E731
    with torch.no_grad():
        for tensor in (first, first_bias, second, second_bias, last, bias):
            tensor.zero_()
        bias.fill_(1)
        if len(network(image).unique()) > 1:
            answer.fail("un Dropout suit la couche linéaire : il effacerait des notes. Rien après elle.")
        # One number of the second block, then two of the same map.
        bias.zero_()
        second_bias.fill_(1)
        last[0, 0] = 1
        after_second, values = share_of_zeros(network(image)), len(network(image).unique())
        last[0, 1] = 1
        both = share_of_zeros(network(image))
        # One number of the first block, copied into all the maps of the second, which does not lose them all.
        second_bias.zero_()
        second[:, 0, 2, 2] = last.view(-1, 7, 7)[:, 3, 3] = 1
        last.view(-1, 49)[0, :2] = 0
        first_bias.fill_(1)
        after_first = share_of_zeros(network(image))
        # The same, of one pixel.
        first_bias.zero_()
        first[0, 0, 2, 2] = 1
        after_pixel = share_of_zeros(network(image))
    if after_second == 0 and values > 1:
        answer.fail("ce qui est effacé n'est pas remplacé par 0 : c'est nn.Dropout qui est demandé.")
    if max(after_first, after_second) < 0.01:
        answer.fail("rien n'est effacé en mode entraînement : il manque nn.Dropout(dropout) après chaque LeakyReLU.")
    for name, share in {"première": after_first, "seconde": after_second}.items():
        if share < 0.01:
            answer.fail(
                f"rien n'est effacé après la {name} LeakyReLU : un seul Dropout ne suffit pas, il en faut deux."
            )
        # A share of 600 has a standard deviation of 0.02 at most.
        if abs(share - dropout) > 0.08:
            answer.fail(
                f"après la {name} LeakyReLU, {100 * share:.0f} % des nombres sont effacés, et non "
                f"{100 * dropout:.0f} % : un seul nn.Dropout, qui reçoit dropout tel quel."
            )
    if both > (dropout**2 + dropout) / 2:
        answer.fail("des cartes entières sont effacées (Dropout2d) : c'est nn.Dropout qui est demandé.")
    if after_pixel > dropout + 0.08:
        answer.fail("des pixels de l'image sont effacés aussi : un Dropout après chaque LeakyReLU, et aucun avant.")


def _generated(tensors, running, z, upsample, bends=3 * (RIGHT,), orders=3 * ("NB",), end=torch.tanh, maps=None):
    """What G makes of z. running: the running averages, or None for those of the batch; orders: BatchNorm, bend."""
    linear, same, larger, largest, *affine = tensors

    def block(x, i):
        averages = running[2 * i : 2 * i + 2] if running else (None, None)
        norm = partial(F.batch_norm, weight=affine[2 * i], bias=affine[2 * i + 1], training=not running)
        return bends[i](norm(x, *averages)) if orders[i] == "NB" else norm(bends[i](x), *averages)

    channels = max(same.shape[:2])
    x = block(F.linear(z, linear), 0)
    x = maps(x, channels) if maps else x.view(-1, channels, 7, 7)
    # A convolution of stride 1 keeps the size as a transposed one does.
    x = block((F.conv_transpose2d if len(same) == channels else F.conv2d)(x, same, padding=2), 1)
    return end(_enlarged(block(_enlarged(x, larger, upsample), 2), largest, upsample))


def _generator_slips(output):
    """The same for `_generated`."""
    largest = float(output.abs().max())
    zero_to_one = "la sortie va de 0 à 1 (sigmoïde ?) : finissez par nn.Tanh(), de -1 à 1, comme les vraies images"
    never_negative = "la sortie n'est jamais négative (ReLU) : seule nn.Tanh() suit le dernier enlarge"
    ends = [
        ("la sortie n'est pas bornée : il manque nn.Tanh() à la fin", _same),
        ("la sortie est bornée deux fois : une seule nn.Tanh()", lambda y: y.tanh().tanh()),
        ("la sortie est coupée net à -1 et à 1, et son gradient y est nul : finissez par nn.Tanh()", F.hardtanh),
        (zero_to_one, torch.sigmoid),
        (zero_to_one, lambda y: (y.tanh() + 1) / 2),
        (never_negative, F.relu),
        (never_negative, lambda y: y.tanh().relu()),
        (
            f"la sortie de nn.Tanh() est multipliée par {largest:.2g} : rien après elle",
            lambda y: y.tanh() / y.tanh().abs().max() * largest,
        ),
    ]
    text = "une activation suit aussi le dernier enlarge : nn.Tanh() seule"
    ends += [(text, lambda y, bend=bend: bend(y).tanh()) for bend in (RIGHT, *BENDS.values())]
    text = "pas de normalisation après le dernier enlarge : nn.Tanh() seule"
    ends += [(text, lambda y, norm=norm: norm(y).tanh()) for norm in NORMS]
    yield from ((text, {"end": end}) for text, end in ends)
    places = ("le BatchNorm1d", "le premier BatchNorm2d", "le second BatchNorm2d")
    yield from _bend_mistakes(places)
    for _, orders in _somewhere(places, "NB", "BN"):
        text = "l'activation vient après la normalisation : la couche, BatchNorm, puis LeakyReLU"
        yield text, {"orders": orders}
    yield (
        "les 7 * 7 * 4 * width nombres ne sont pas rangés en cartes comme par nn.Unflatten(1, (4 * width, 7, 7))",
        {"maps": lambda x, channels: x.view(-1, 7, 7, channels).permute(0, 3, 1, 2)},
    )


def _check_generation(answer, network, z, upsample, width=4):
    z, numbers = z.to(_device(network)), 196 * width
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            if (layer.momentum or 0) > 0.5:
                answer.fail("momentum est ici la part du nouveau lot : laissez à BatchNorm sa valeur par défaut, 0.1.")
            layer.eps = 1e-5  # another is as good
    _output(answer, network, z, "(n, latent_dim)")
    _fill(network)
    affine = (numbers, numbers, 2 * width, 2 * width, width, width)
    weights = (z.shape[1] * numbers, 200 * width**2, 50 * width**2, 25 * width)
    otherwise = "les paramètres de G ne sont pas ceux des couches demandées. Relisez leurs canaux."
    tensors = _by_size(answer, network.parameters(), weights + affine, otherwise)
    otherwise = "nn.BatchNorm1d puis deux nn.BatchNorm2d sont demandés, qui gardent des moyennes courantes."
    running = _by_size(answer, network.buffers(), affine, otherwise)
    transposed = [tensors[2].shape[:2] == (2 * width, width), tensors[3].shape[:2] == (width, 1)]
    if upsample and any(transposed):
        answer.fail("avec upsample=True, G agrandit encore par ConvTranspose2d : transmettez upsample à enlarge.")
    if not upsample and not all(transposed):
        answer.fail("avec upsample=False, qui est la valeur par défaut, G doit agrandir par ConvTranspose2d.")
    with torch.no_grad():
        output, again = network(z), network(z)
        evaluated = network.eval()(z)
    if not torch.equal(output, again):
        answer.fail("en mode entraînement, un même z donne deux images différentes : pas de Dropout dans G.")
    for given, averages in ((output, None), (evaluated, running)):
        compute = partial(_generated, tensors, averages, z, upsample)
        _check_same(answer, given, compute, _generator_slips(given), "la sortie de G")


# Sizes, paths and patterns.


def _check_sizes(answer, cases, right, mistakes):
    """The sizes that the student's function gives; where some are wrong, the mistake that explains them all."""
    given, expected = [], [right(*case) for case in cases]
    for case in cases:
        value = answer.returned(*case)
        if isinstance(value, tuple | list):
            answer.fail("un seul entier est attendu, la taille par côté, et non un couple.")
        value = number(answer, value)
        if value != int(value):
            answer.fail(
                f"{answer.name}{case} donne {value:g}, qui n'est pas un nombre entier : divisez par //, et non /."
            )
        given.append(int(value))
    if given == expected:
        return
    for text, wrong in mistakes.items():
        if given == [wrong(*case) for case in cases]:
            answer.fail(f"{text}.")
    case, value, right = next(row for row in zip(cases, given, expected, strict=True) if row[1] != row[2])
    answer.fail(f"{answer.name}{case} donne {value} au lieu de {right}. Relisez la formule.")


def _segment(start, end, t):
    return (1 - t) * start + t * end


def _cosine(start, end):
    return start @ end / (np.linalg.norm(start) * np.linalg.norm(end))


def _check_path(answer, seed, right, mistakes):
    """n vectors from start to end, against what is asked and what the usual mistakes give."""
    torch.manual_seed(seed)
    device = adversarial.device_of(answer)
    for n, dim, scale in ((5, 100, 1.0), (4 + seed, 7, 3.0), (2, 3, 1.0), (9, 16, 0.5)):
        start, end = scale * torch.randn(dim, device=device), torch.randn(dim, device=device)
        before = start.clone(), end.clone()
        result = adversarial.tensor(answer, answer.returned(start, end, n))
        if not (torch.equal(start, before[0]) and torch.equal(end, before[1])):
            answer.fail("start ou end a été modifié sur place : calculez de nouveaux vecteurs.")
        if result.shape == (dim, n) and dim != n:
            answer.fail(f"la forme est ({dim}, {n}) : un vecteur par ligne, donc ({n}, {dim}).")
        if result.ndim == 2 and result.shape[1] == dim and len(result) in (n - 1, n + 1):
            answer.fail(f"{len(result)} vecteurs au lieu de n = {n} : les extrémités comptent parmi les n.")
        if result.isnan().any():
            answer.fail("des NaN : arccos attend un cosinus. Divisez le produit scalaire par les deux normes.")
        path = array(answer, result, (n, dim))
        if result.dtype != start.dtype:
            answer.fail(
                f"le résultat est de type {result.dtype}, que G refuserait : il attend celui de start, {start.dtype}. "
                "Ajoutez .float()."
            )
        a, b = (vector.cpu().double().numpy() for vector in before)
        if np.allclose(path, right(a, b, n), atol=1e-3):
            continue
        for text, wrong in mistakes(a, b, n).items():
            if wrong.shape == path.shape and np.allclose(path, wrong, atol=1e-3):
                answer.fail(f"{text}.")
        if not np.allclose(path[0], a, atol=1e-3):
            answer.fail("le premier vecteur n'est pas start : t va de 0 à 1, extrémités comprises.")
        if not np.allclose(path[-1], b, atol=1e-3):
            answer.fail("le dernier vecteur n'est pas end : t va de 0 à 1, extrémités comprises.")
        answer.fail("les extrémités sont justes, mais pas ce qu'il y a entre elles. Relisez la formule.")


def _overlaps(size, kernel, stride, padding, step=None):
    counts = np.zeros(stride * size)
    for i in range(size):
        for j in range(kernel):
            position = i * (stride if step is None else step) - padding + j
            if 0 <= position < stride * size:
                counts[position] += 1
    return counts


class _Memory(list):
    """A list that a copied network goes on sharing."""

    def __deepcopy__(self, memo):
        return self


class _Recorded(nn.Module):
    """A generator that keeps, for each call, its mode and what it received; its copies share the list."""

    def __init__(self, *layers):
        super().__init__()
        self.layers, self.calls = nn.Sequential(*layers), _Memory()

    def forward(self, z=None, *, x=None, input=None):
        # By the name that the student's class gives it, or nn.Sequential.
        z = next((given for given in (z, x, input) if given is not None), None)
        if z is None:
            raise TypeError("generator est appelé sans z")
        self.calls.append((self.layers.training, z.detach().clone()))
        return self.compute(z)

    def compute(self, z):
        return self.layers(z)
