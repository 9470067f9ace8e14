"""Vérifications du TP 04 : des images de chiffres.

The steps and the loop are checked as in TP 01, on witness networks (tp_gan.checks.adversarial) that take pictures and
give logits. A measure is compared with this file's own on small inputs and, when it differs, with what the usual
mistakes give.
"""

import copy
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from tp_gan import metrics
from tp_gan.checks import adversarial, array, as_array, number, question

__all__ = [
    "backward",
    "check_class_shares",
    "check_copy_ratio",
    "check_depth",
    "check_discriminator_step",
    "check_frechet_distance",
    "check_generator_step",
    "check_layers",
    "check_logit_end",
    "check_make_discriminator",
    "check_make_generator",
    "check_nearest_neighbours",
    "check_new_mode",
    "check_rescale",
    "check_tanh_end",
    "check_to_pixels",
    "check_train",
    "layer_calls",
]

SHAPE = (1, 28, 28)
GAME = adversarial.Game(shape=SHAPE, logits=True, things="chiffres", data="images")


@question()
def check_rescale(answer, seed):
    """All 256 bytes to [-1, 1], float32, of the same shape, nothing in place; grey pictures on the same scale."""
    generator = torch.Generator().manual_seed(seed)
    for shape, low, high in (((256,), 0, 256), ((3, *SHAPE), 0, 256), ((2, *SHAPE), 30, 200)):
        pixels = torch.randint(low, high, shape, generator=generator).to(torch.uint8)
        if shape == (256,):
            pixels = torch.arange(256).to(torch.uint8)
        given = pixels.clone()
        result = adversarial.tensor(answer, answer.returned(pixels))
        if not torch.equal(pixels, given):
            answer.fail("les octets reçus ont été modifiés sur place : calculez un nouveau tenseur.")
        values, p = array(answer, result, shape), given.numpy().astype(np.float64)
        steps = np.diff(values.flatten()[p.flatten().argsort()])
        _check_values(
            answer,
            values,
            p / 127.5 - 1,
            {
                "les valeurs vont de 0 à 1 : il reste à les porter sur [-1, 1]": p / 255,
                "les valeurs vont de -1/2 à 1/2 : l'intervalle d'arrivée a pour longueur 2": p / 255 - 0.5,
                "les valeurs vont de -1 à 0 : divisez par 127,5 et non par 255": p / 255 - 1,
                "255 n'arrive pas tout à fait sur 1 : le milieu de l'intervalle est 127,5, et non 128": p / 128 - 1,
                "le signe est inversé : 0 (noir) va sur -1, 255 (blanc) sur 1": 1 - p / 127.5,
                "c'est l'inverse, to_pixels, qui multiplie par 127,5 : ici, on divise": (p + 1) * 127.5,
                "vous divisez par le plus grand octet reçu : 1 est la place de 255, même s'il n'y est pas": 2
                * (p / p.max())
                - 1,
                "vous étirez les octets reçus, du plus petit au plus grand : -1 est la place de 0 et 1 celle de 255, "
                "même s'ils n'y sont pas": 2 * (p - p.min()) / (p.max() - p.min()) - 1,
            },
            1e-3,
            # A byte that wraps around is a value that falls while the others rise.
            "passez en float32 avant de calculer (un octet ne dépasse pas 255, et n'est jamais négatif)"
            if steps.min() < 0 < steps.max()
            else "divisez par 127,5, sans arrondir, puis ôtez 1",
        )
        if result.dtype != torch.float32:
            answer.fail(f"le résultat est de type {result.dtype}, les réseaux attendent torch.float32.")


@question()
def check_to_pixels(answer, seed):
    """The nearest byte: the 256 exact values first, then values between."""
    bytes_ = torch.arange(256)
    exact = (bytes_.float() / 127.5 - 1).reshape(1, 1, 16, 16)
    between = 2 * torch.rand(3, *SHAPE, generator=torch.Generator().manual_seed(seed)) - 1
    for images in (exact, between):
        given = images.clone()
        result = adversarial.tensor(answer, answer.returned(images))
        if not torch.equal(images, given):
            answer.fail("les images reçues ont été modifiées sur place : calculez un nouveau tenseur.")
        values, x = array(answer, result, tuple(images.shape)), given.numpy().astype(np.float64)
        _check_values(
            answer,
            values,
            (x + 1) * 127.5,
            {
                "le résultat est tronqué au lieu d'être arrondi : .round() avant .to(torch.uint8)": np.floor(
                    (given.numpy() + 1) * np.float32(127.5)
                ),
                "les valeurs vont de 0 à 1 : il reste à multiplier par 255": (x + 1) / 2,
                "les valeurs négatives débordent : ajoutez 1 avant de multiplier par 127,5": np.floor(x * 255) % 256,
                "c'est rescale : ici, on va des images aux octets": x / 127.5 - 1,
                "le signe est inversé : -1 (noir) va sur 0, 1 (blanc) sur 255": (1 - x) * 127.5,
                "1 arrive sur 256, qui déborde : multipliez par 127,5, et non par 128": ((x + 1) * 128) % 256,
            },
            0.51,
            "ajoutez 1, multipliez par 127,5, arrondissez, et convertissez en dernier",
        )
        if result.dtype != torch.uint8:
            answer.fail(f"le résultat est de type {result.dtype} : des octets (torch.uint8) sont attendus.")
        if images is exact and not np.array_equal(values, bytes_.reshape(images.shape).numpy()):
            answer.fail("to_pixels(rescale(pixels)) ne redonne pas pixels : arrondissez au plus près, avec .round().")


@question()
def check_make_generator(answer, seed):
    """(n, latent_dim) to (n, 1, 28, 28) in [-1, 1]: three linear layers or more, activations, tanh at the end."""
    torch.manual_seed(seed)
    adversarial.check_new_each_time(answer, 5)
    for latent_dim in (64, 3 + seed):
        network = answer.returned(latent_dim)
        z = 2 * torch.randn(64, latent_dim)
        output, before = _check_network(answer, network, z, SHAPE, "(n, latent_dim)")
        z = z.to(output.device)
        if torch.allclose(output[0], output[1], atol=1e-6):
            answer.fail("toutes les images sont les mêmes : la sortie ne dépend pas de z.")
        if before is not None:
            output = check_tanh_end(answer, *before, z)
        if output.abs().max() > 1:
            answer.fail("la sortie sort de [-1, 1] : finissez par nn.Tanh().")
        if output.min() >= 0:
            answer.fail("la sortie n'est jamais négative : finissez par nn.Tanh(), de -1 à 1, comme les vraies images.")


@question()
def check_make_discriminator(answer, seed):
    """(n, 1, 28, 28) to (n, 1), logits: three linear layers or more, activations, nothing at the end."""
    torch.manual_seed(seed)
    adversarial.check_new_each_time(answer)
    lowest, highest = [], []
    for _ in range(6):
        network = answer.returned()
        x = 2 * torch.rand(64, *SHAPE) - 1
        output, before = _check_network(answer, network, x, (1,), "(n, 1, 28, 28)")
        x = x.to(output.device)
        if before is not None:
            network, last = before
            with torch.no_grad():
                same = torch.allclose(network(x), network(x))
            if not same:
                answer.fail(
                    "en mode évaluation, la même image reçoit deux notes différentes. F.dropout efface dans les deux "
                    "modes : nn.Dropout(0.3), ou F.dropout(…, 0.3, training=self.training)."
                )
            output = check_logit_end(answer, network, last, x)
            _check_dropout(answer, network, x.repeat(10, 1, 1, 1))
        with torch.no_grad():
            together, alone = network(x)[:1], network(x[:1])
        if not torch.allclose(together, alone, rtol=1e-3, atol=1e-4):
            answer.fail("la note d'une image dépend des autres images du lot.")
        lowest.append(float(output.min()))
        highest.append(float(output.max()))
    if min(lowest) >= 0 or max(highest) <= 0:
        answer.fail(
            "les sorties ont toujours le même signe : un logit peut prendre toute valeur, rien ne suit la dernière "
            "couche linéaire."
        )


@question()
def check_discriminator_step(answer, seed):
    """See `adversarial.check_discriminator_step`."""
    adversarial.check_discriminator_step(answer, seed, GAME)


@question()
def check_generator_step(answer, seed):
    """See `adversarial.check_generator_step`."""
    adversarial.check_generator_step(answer, seed, GAME)


@question(check_discriminator_step, check_generator_step)
def check_train(answer, seed):
    """See `adversarial.check_train`."""
    adversarial.check_train(answer, seed, GAME)


@question()
def check_class_shares(answer, seed):
    """Ten shares, zero for a digit that is never read."""
    rng = np.random.default_rng(seed)
    for digits in (rng.integers(0, 10, 400), rng.choice([1, 2, 7], 50 + seed), np.full(8, 3)):
        given = digits.copy()
        shares = answer.returned(digits)
        if not np.array_equal(digits, given):
            answer.fail("les chiffres reçus ont été modifiés sur place.")
        counts = np.bincount(digits, minlength=10)
        found = as_array(shares)
        if isinstance(shares, dict) or found is None or found.ndim == 0:
            answer.fail("un tableau de dix nombres est attendu, dans l'ordre des chiffres de 0 à 9.")
        if found.shape != (10,) and len(found) == (counts > 0).sum():
            answer.fail(
                f"{len(found)} parts pour dix chiffres : ceux qui ne sont jamais lus comptent aussi, pour 0 "
                "(minlength=10)."
            )
        if found.shape == (digits.max() + 1,) != (10,):
            answer.fail(f"{len(found)} parts : il manque celles des derniers chiffres, jamais lus (minlength=10).")
        shares = array(answer, shares, (10,))
        _check_values(
            answer,
            shares,
            counts / len(digits),
            {
                "ce sont des comptes : divisez-les par le nombre d'images": counts.astype(float),
                "ce sont des pourcentages : des parts, entre 0 et 1, sont attendues": 100 * counts / len(digits),
                "les comptes sont divisés par 10 : divisez par le nombre d'images": counts / 10,
                "les parts sont triées : elles doivent rester dans l'ordre des chiffres": np.sort(counts)[::-1]
                / len(digits),
                "les comptes sont divisés par le plus grand : divisez par le nombre d'images": counts / counts.max(),
            },
            1e-3,
            "pour chaque chiffre k, c'est le nombre de fois où k est lu, divisé par le nombre d'images",
        )


_COMPLEX = "le résultat est un nombre complexe : gardez la partie réelle des valeurs propres, ou de la racine (.real)."


@question()
def check_frechet_distance(answer, seed):
    """Two clouds whose means and covariances differ, against the closed form."""
    rng = np.random.default_rng(seed)
    # As many rows in both first, where covariances between rows give a number. The tolerance lets divide by n.
    for n, m, d, tolerance in ((120, 120, 4, 0.015), (900, 700 + seed, 6, 0.003), (200, 300, 2, 0.01)):
        x = rng.standard_normal((n, d)) @ rng.uniform(-1, 1, (d, d))
        y = rng.uniform(-1.5, 1.5, d) + rng.standard_normal((m, d)) @ rng.uniform(-1, 1, (d, d))
        given = x.copy(), y.copy()
        value = answer.returned(x, y)
        if not (np.array_equal(x, given[0]) and np.array_equal(y, given[1])):
            answer.fail("les caractéristiques reçues ont été modifiées sur place : travaillez sur une copie.")
        if np.iscomplexobj(value):
            answer.fail(_COMPLEX)
        value, expected = number(answer, value), metrics.frechet_distance(x, y)
        if not np.isclose(value, expected, rtol=tolerance):
            errors = {text: abs(value - wrong) for text, wrong in _frechet_mistakes(x, y).items()}
            closest = min(errors, key=errors.get)
            if errors[closest] <= tolerance * abs(value):
                answer.fail(f"{closest}.")
            answer.fail(f"la distance vaut {value:.4f} au lieu de {expected:.4f} sur un exemple. Relisez la formule.")
    # Fewer images than features: rounding leaves some eigenvalues negative or complex, nearly always.
    for _ in range(3):
        x, y = (rng.standard_normal((n, 12)) @ rng.uniform(-1, 1, (12, 12)) for n in (8, 9))
        value = answer.returned(x, y)
        if np.iscomplexobj(value):
            answer.fail(_COMPLEX)
        if not np.isfinite(np.asarray(value, dtype=float)).all():
            answer.fail(
                "la distance n'est pas un nombre (nan) quand les images sont peu nombreuses : l'arrondi rend négative "
                "une valeur propre nulle, qui n'a plus de racine. Remplacez-la par 0, .clip(min=0)."
            )


@question()
def check_nearest_neighbours(answer, seed):
    """Distances (L1, mean over the pixels) and indices, on pictures where L1 and L2 disagree."""
    queries, references = _pictures_for_neighbours(seed)
    given = queries.clone(), references.clone()
    n, m = len(queries), len(references)
    result = answer.returned(queries, references)
    if not (torch.equal(queries, given[0]) and torch.equal(references, given[1])):
        answer.fail("les images reçues ont été modifiées sur place : travaillez sur une copie.")
    if not isinstance(result, tuple | list) or len(result) != 2:
        answer.fail("deux résultats sont attendus : return distances, indices.")
    for part, what in zip(result, ("distances", "indices"), strict=True):
        if not isinstance(part, torch.Tensor):
            answer.fail(
                f"deux tenseurs sont attendus, et les {what} sont un objet de type {type(part).__name__} : "
                "torch.tensor(…), ou torch.from_numpy(…)."
            )
        if part.shape == (n, 1):
            answer.fail(f"les {what} ont la forme (n, 1), et (n,) est attendu : squeeze(1), ou min(dim=1).")
        if part.shape == (m,):
            answer.fail(
                f"les {what} sont au nombre de {m}, celui des références : c'est pour chaque image de queries (il y en "
                f"a {n}) que l'on cherche la plus proche."
            )
    distances = array(answer, result[0], (n,), "le premier résultat (distances)")
    indices = array(answer, result[1], (n,), "le second résultat (indices)")
    gaps = (queries.flatten(1)[:, None] - references.flatten(1)[None]).double().numpy()
    l1 = np.abs(gaps).mean(axis=2)
    right, nearest = l1.min(axis=1), l1.argmin(axis=1)
    if np.array_equal(distances, nearest):
        answer.fail("les deux résultats sont échangés : d'abord les distances, ensuite les indices.")
    _check_values(
        answer,
        distances,
        right,
        {
            "c'est la somme sur les pixels : divisez par leur nombre, 784": 784 * right,
            "c'est la norme L2 (racine de la somme des carrés) : la L1 prend les valeurs absolues": np.sqrt(
                (gaps**2).sum(axis=2)
            ).min(axis=1),
            "c'est la racine de la moyenne des carrés : la L1 prend la moyenne des valeurs absolues": np.sqrt(
                (gaps**2).mean(axis=2)
            ).min(axis=1),
            "c'est une moyenne de carrés : la L1 prend la valeur absolue": (gaps**2).mean(axis=2).min(axis=1),
            "il manque la valeur absolue : les écarts de signes contraires s'annulent": gaps.mean(axis=2).min(axis=1),
            "la valeur absolue vient trop tard : prenez-la pixel par pixel": np.abs(gaps.mean(axis=2)).min(axis=1),
            "c'est l'image la plus éloignée : min, et non max": l1.max(axis=1),
            "c'est la distance moyenne à toutes les images : la plus petite est demandée": l1.mean(axis=1),
        },
        1e-4,
        "moyenne, sur les 784 pixels, de la valeur absolue de la différence ; puis la plus petite",
    )
    if np.array_equal(indices, np.sqrt((gaps**2).sum(axis=2)).argmin(axis=1)):
        answer.fail("les distances sont justes, mais les indices sont ceux des plus proches en norme L2.")
    if not np.array_equal(indices, nearest):
        answer.fail("les distances sont justes, mais les indices ne sont pas ceux des plus proches (argmin).")
    if result[1].is_floating_point():
        answer.fail(
            f"les indices sont de type {result[1].dtype} : des entiers sont attendus, pour écrire images[indices]. "
            "Ajoutez .long()."
        )


@question(check_nearest_neighbours)
def check_copy_ratio(answer, seed):
    """The ratio of two medians of distances to the nearest training pictures."""
    generator = torch.Generator().manual_seed(seed)
    train = 2 * torch.rand(19, *SHAPE, generator=generator) - 1
    sizes = torch.linspace(0.02, 1, 11 + 2 * seed)[:, None, None, None] ** 3
    made = (train[: len(sizes)] + sizes * torch.randn(len(sizes), *SHAPE, generator=generator)).clamp(-1, 1)
    sizes = torch.linspace(0.3, 0.9, 15)[:, None, None, None] ** 2
    test = (train[4:] + sizes * torch.randn(15, *SHAPE, generator=generator)).clamp(-1, 1)
    value = number(answer, answer.returned(made, train, test))

    def median(queries, references, mean=np.median):
        return mean(metrics.nearest_neighbours(queries, references)[0])

    ours, baseline = median(made, train), median(test, train)
    means = median(made, train, np.mean), median(test, train, np.mean)
    _check_values(
        answer,
        np.array(value),
        np.array(ours / baseline),
        {
            "le rapport est inversé : les images fabriquées au numérateur": baseline / ours,
            "c'est le rapport des moyennes : les médianes sont demandées": means[0] / means[1],
            "c'est la médiane des images fabriquées : divisez-la par celle des images de test": ours,
            "c'est la médiane des images de test : elle va au dénominateur": baseline,
            "c'est la différence des médianes : leur rapport est demandé": ours - baseline,
            "c'est un pourcentage : un rapport est demandé": 100 * ours / baseline,
            "les images fabriquées sont comparées à celles de test : on cherche parmi celles d'entraînement": median(
                made, test
            )
            / baseline,
            "au dénominateur, on cherche pour chaque image de test la plus proche image d'entraînement, et non "
            "l'inverse": ours / median(train, test),
            "au numérateur, on cherche pour chaque image fabriquée la plus proche image d'entraînement, et non "
            "l'inverse": median(train, made) / baseline,
            "ce sont les plus proches images fabriquées qui sont cherchées : elles vont en premier argument": median(
                train, made
            )
            / median(train, test),
            "au dénominateur, les images de test sont comparées aux fabriquées, et non à celles d'entraînement": ours
            / median(test, made),
        },
        2e-3,
        "médiane des distances fabriquée-entraînement, divisée par la médiane des distances test-entraînement",
    )


def _check_values(answer, values, expected, mistakes, tolerance, advice):
    """Values within `tolerance` of what is expected; else the mistake that gives them, or the advice."""
    if np.allclose(values, expected, rtol=0, atol=tolerance):
        # Where truncation stays within the tolerance of rounding, its own test tells it.
        return
    for text, wrong in mistakes.items():
        if np.shape(wrong) == np.shape(values) and np.allclose(values, wrong, rtol=1e-3, atol=1e-4):
            answer.fail(f"{text}.")
    worst = np.unravel_index(np.abs(values - expected).argmax(), np.shape(values))
    answer.fail(f"une valeur est de {values[worst]:.4g} au lieu de {np.asarray(expected)[worst]:.4g} : {advice}.")


def _check_network(answer, network, inputs, shape, inputs_name):
    """Mode, shape, depth, activations and gradients of a network, for batches of any size.

    Returns its output without a graph, and a copy in eval mode with the linear layer that it calls last, as
    `check_layers` leaves them; None for a network that calls no nn.Linear.
    """
    adversarial.network(answer, network)
    check_new_mode(answer, network)
    fresh = copy.deepcopy(network)  # its BatchNorm layers have seen nothing
    device = next((parameter.device for parameter in network.parameters()), inputs.device)
    inputs = inputs.to(device).requires_grad_()
    try:
        output = network(inputs)
    except Exception as error:
        answer.fail(
            f"le réseau refuse un lot de forme {inputs_name} = {tuple(inputs.shape)}. Vérifiez les tailles des couches "
            f"(784 = 28 × 28), et Flatten.\n{type(error).__name__} : {' '.join(str(error).split())[:150]}"
        )
    adversarial.tensor(answer, output)
    n = len(inputs)
    if shape == SHAPE and output.shape in ((n, 784), (n, 28, 28), (n, 28, 28, 1)):
        answer.fail(
            f"les images ont la forme {tuple(output.shape)}, et (n, 1, 28, 28) est attendu : terminez par "
            "nn.Unflatten(1, (1, 28, 28))."
        )
    array(answer, output.detach(), (n, *shape), f"la sortie du réseau, {('n', *shape)},".replace("'", ""))
    matrices = check_depth(answer, network)
    if not all(parameter.requires_grad for parameter in network.parameters()):
        answer.fail("des paramètres sont figés (requires_grad = False) : ils n'apprendraient pas.")
    backward(answer, output)
    if inputs.grad is None or any(matrix.grad is None for matrix in matrices):
        answer.fail("le gradient ne traverse pas tout le réseau : un detach(), un no_grad() ou un seuil l'arrête.")

    inputs = inputs.detach()
    last = check_layers(answer, fresh, inputs)
    with torch.no_grad():
        output = fresh(inputs).flatten(1)
        for few in (5, 1):
            try:
                taken = fresh(inputs[:few]).shape == (few, *shape)
            except Exception:
                taken = False
            if not taken:
                hint = "n'y écrivez pas la taille du lot, que donne len(x)"
                if few == 1:
                    hint = "squeeze() ôte aussi la dimension du lot, dites-lui laquelle ôter"
                answer.fail(f"le réseau accepte un lot de {n} lignes, mais pas de {few} : {hint}.")
    return output, last and (fresh, last)


def backward(answer, output):
    """The gradients of an output, if it has any."""
    try:
        if output.requires_grad:
            output.square().sum().backward()
    except RuntimeError as error:
        answer.fail(
            "le gradient ne peut pas être calculé. Une opération sur place efface sans doute ce qu'il lui faut : ôtez "
            f"les inplace=True.\nRuntimeError : {' '.join(str(error).split())[:150]}"
        )


def check_new_mode(answer, network):
    """A new network is in training mode."""
    if not network.training:
        answer.fail("le réseau est rendu en mode évaluation, et il va apprendre : un réseau neuf se passe de eval().")


def check_depth(answer, network):
    """Two hidden layers or more; the matrices, whatever module holds them."""
    matrices = [parameter for parameter in network.parameters() if parameter.ndim == 2]
    if not matrices:
        answer.fail(
            "le réseau n'a aucune couche entièrement connectée : rangez des nn.Linear dans nn.Sequential (les "
            "convolutions viendront au TP 06)."
        )
    if len(matrices) < 3:
        plural = "s" * (len(matrices) > 1)
        answer.fail(
            f"le réseau a {len(matrices)} couche{plural} entièrement connectée{plural} (nn.Linear) : il en faut au "
            "moins trois, dont deux cachées."
        )
    return matrices


def check_layers(answer, network, *inputs):
    """LeakyReLU(0.2) between two linear layers, BatchNorm aside, and no BatchNorm after the last.

    network: new, is left in eval mode. Returns the linear layer that it calls last, whose attribute `seen` keeps its
    latest output; None for a network that calls no nn.Linear.
    """
    network.eval()
    # Of large numbers, every function shows what it is.
    calls, _ = layer_calls(network, 10 * inputs[0], *inputs[1:])
    for before, after in _between(calls):
        _check_activation(answer, before, after)
    linear = [layer for layer, _, _ in calls if isinstance(layer, nn.Linear)]
    if not linear:
        return None
    if calls[-1][0] is not linear[-1]:
        answer.fail("un BatchNorm suit la dernière couche linéaire : il n'a sa place qu'après une couche cachée.")
    linear[-1].register_forward_hook(
        lambda module, given, result: setattr(module, "seen", result.detach().flatten(1).clone())
    )
    return linear[-1]


_NORMS = nn.BatchNorm1d | nn.BatchNorm2d
_OTHERS = {
    "nn.Tanh()": torch.tanh,
    "nn.Sigmoid()": torch.sigmoid,
    "nn.GELU()": nn.functional.gelu,
    "nn.ELU()": nn.functional.elu,
    "nn.SELU()": nn.functional.selu,
    "nn.SiLU()": nn.functional.silu,
}


def layer_calls(network, *inputs):
    """A network's linear layers and BatchNorms as it calls them, each with what it received and gave, and its output.

    What they received and gave is copied, since what follows may write in place.
    """
    calls = []

    def note(module, given, named, result):
        given = given[0] if given else named["input"]
        calls.append((module, given.clone(), result.clone()))

    hooks = [
        module.register_forward_hook(note, with_kwargs=True)
        for module in network.modules()
        if isinstance(module, nn.Linear | _NORMS)
    ]
    with torch.no_grad():
        output = network(*inputs)
    for hook in hooks:
        hook.remove()
    return calls, output


def _between(calls):
    """What each linear layer gives and what the next one receives, where these have the same shape."""
    linear = [call for call in calls if isinstance(call[0], nn.Linear)]
    for (_, _, before), (_, after, _) in pairwise(linear):
        if before.shape == after.shape and before.ndim == 2:
            yield before, after


def _slope(before, after):
    """The slope of the LeakyReLU between the two, each column then multiplied by a positive number; None for others."""
    ratios = (after / before).masked_fill(before.abs() < 0.05 * before.std(), torch.nan)
    positive, negative = (ratios.masked_fill(side, torch.nan) for side in (before < 0, before > 0))
    factors = positive.nanmedian(dim=0).values
    positive, negative = positive / factors, negative / factors
    slope = float(negative.nanmedian())
    far = ((positive - 1).abs() > 0.01) | ((negative - slope).abs() > 0.01)
    return None if np.isnan(slope) or (factors < 0).any() or far.any() else slope


def _check_activation(answer, before, after):
    """LeakyReLU(0.2), told from what is most often put in its place; what is not recognized is accepted."""
    # In eval mode a new BatchNorm or Dropout changes nothing, or multiplies.
    slope = _slope(before, after)
    if slope is not None and abs(slope - 1) < 0.01:
        answer.fail("deux couches linéaires se suivent sans activation entre elles : placez un nn.LeakyReLU(0.2).")
    if slope is None:
        other = next((name for name, f in _OTHERS.items() if torch.allclose(after, f(before), atol=1e-3)), None)
    else:
        other = f"nn.LeakyReLU({slope:.2g})" if slope else "nn.ReLU()"
    if other and not (slope and abs(slope - 0.2) < 0.01):
        answer.fail(f"après chaque couche cachée, nn.LeakyReLU(0.2) est demandé, et non {other}.")


def _check_dropout(answer, network, x):
    """In training mode, thirty percent of the numbers are erased after each hidden layer, and none at the end."""
    network.train()
    for layer in network.modules():
        if isinstance(layer, _NORMS):
            layer.eval()  # it would move the zeros
    calls, output = layer_calls(network, x)
    network.eval()
    for rank, (before, after) in enumerate(_between(calls), 1):
        if _slope(before, after) is not None:
            answer.fail(
                f"en mode entraînement, rien n'est effacé après la couche cachée {rank} : nn.Dropout(0.3) suit chaque "
                "couche cachée."
            )
        share = float((after == 0).float().mean())
        # Of the zeros of a Dropout; five standard deviations of their share.
        if share and abs(share - 0.3) > 0.01 + 5 * (0.21 / after.numel()) ** 0.5:
            answer.fail(
                f"en mode entraînement, {100 * share:.0f} % des nombres sont effacés après la couche cachée {rank}, au "
                "lieu de 30 % : un seul nn.Dropout(0.3)."
            )
    last = calls[-1][-1]
    if output.shape == last.shape and ((output == 0) & (last != 0)).any():
        answer.fail("un Dropout suit la dernière couche linéaire : il effacerait des notes. Rien après elle.")


def check_tanh_end(answer, network, last, *inputs):
    """Tanh alone follows the last linear layer of G; its flat output, of larger numbers than those of a new network.

    network and last: as `check_layers` leaves and returns them.
    """
    ends = {
        "la sortie n'est pas bornée : il manque nn.Tanh() après la dernière couche linéaire": lambda a: a,
        "la sortie va de 0 à 1 (sigmoïde) : il faut nn.Tanh(), de -1 à 1, comme les vraies images": torch.sigmoid,
        "la sortie n'est jamais négative (ReLU) : seule nn.Tanh() suit la dernière couche linéaire": torch.relu,
        "la sortie est bornée deux fois : une seule nn.Tanh()": lambda a: a.tanh().tanh(),
        "l'activation suit aussi la dernière couche linéaire : seule nn.Tanh() doit la suivre": lambda a: (
            nn.functional.leaky_relu(a, 0.2).tanh()
        ),
        "une LeakyReLU suit aussi la dernière couche linéaire : seule nn.Tanh() doit la suivre": lambda a: (
            nn.functional.leaky_relu(a).tanh()
        ),
        "la sortie est coupée net à -1 et à 1, et son gradient y est nul : finissez par nn.Tanh()": (
            lambda a: a.clamp(-1, 1)
        ),
    }
    with torch.no_grad():
        network(*inputs)
        # Weights of a new layer are small: larger, every function above shows what it is.
        scale = 2 / last.seen.abs().max()
        for parameter in last.parameters():
            parameter.mul_(scale)
        output = network(*inputs).flatten(1)
    _check_end(answer, output, last.seen, torch.tanh, ends)
    return output


def check_logit_end(answer, network, last, *inputs):
    """The same for D, where nothing follows."""
    ends = {
        "D finit par une sigmoïde : ici il rend un logit, et BCEWithLogitsLoss contient la sigmoïde": torch.sigmoid,
        "D finit par une LogSigmoid : ici il rend un logit, et BCEWithLogitsLoss la contient": nn.functional.logsigmoid,
        "D finit par une tangente hyperbolique : un logit peut prendre toute valeur": torch.tanh,
        "une ReLU suit la dernière couche : un logit peut être négatif": torch.relu,
        "l'activation suit aussi la dernière couche : rien après la dernière couche linéaire": lambda a: (
            nn.functional.leaky_relu(a, 0.2)
        ),
        "une LeakyReLU suit aussi la dernière couche : rien après la dernière couche linéaire": (
            nn.functional.leaky_relu
        ),
        "une softmax sur une seule sortie vaut toujours 1 : rien après la dernière couche linéaire": (torch.ones_like),
        "une softmax sur le lot mêle les images entre elles : rien après la dernière couche linéaire": (
            lambda a: a.softmax(dim=0)
        ),
    }
    with torch.no_grad():
        network(*inputs)
        scale = 4 / last.seen.std()
        last.weight.mul_(scale)
        if last.bias is not None:
            last.bias.mul_(scale).sub_((last.seen * scale).mean())
        output = network(*inputs).flatten(1)
    _check_end(answer, output, last.seen, lambda a: a, ends)
    return output


def _check_end(answer, output, before, right, mistakes):
    """What follows the last linear layer, told by comparing its output with the network's."""
    if output.shape != before.shape or torch.allclose(output, right(before), atol=1e-5):
        return
    for text, end in mistakes.items():
        if torch.allclose(output, end(before), atol=1e-5):
            answer.fail(f"{text}.")


def _frechet_mistakes(x, y):
    """What is said of each wrong distance, and its value."""
    gap = ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum()
    cx, cy = np.cov(x, rowvar=False), np.cov(y, rowvar=False)

    def rooted(product):
        return np.sqrt(np.linalg.eigvals(product).astype(complex)).real.sum()

    traces, root = np.trace(cx + cy), rooted(cx @ cy)
    spread = traces - 2 * root
    deviations = ((x.std(axis=0, ddof=1) - y.std(axis=0, ddof=1)) ** 2).sum()
    mistakes = {
        "il manque le premier terme, le carré de l'écart entre les moyennes": spread,
        "seul le premier terme est là : il manque les covariances": gap,
        "le premier terme est la norme au carré : la vôtre n'est pas élevée au carré": np.sqrt(gap) + spread,
        "le premier terme est une somme sur les caractéristiques, et non une moyenne": gap / x.shape[1] + spread,
        "il manque le facteur 2 devant la racine": gap + traces - root,
        "le signe de la racine est inversé : elle se soustrait": gap + traces + 2 * root,
        "il manque la racine du produit des covariances": gap + traces - 2 * np.trace(cx @ cy),
        "il manque le terme de la racine : - 2 (C_r C_g)^(1/2)": gap + traces,
        "seules les variances sont prises en compte : prenez tous les coefficients des covariances (np.cov), leur "
        "produit de matrices (@) et sa racine (linalg.sqrtm), et non terme à terme": gap + deviations,
        "la formule donne déjà la distance : ne prenez pas la racine carrée du total": np.sqrt(gap + spread),
        "np.sqrt prend la racine de chaque coefficient : celle de la matrice est linalg.sqrtm": gap
        + traces
        - 2 * np.sqrt(np.abs(np.diag(cx @ cy))).sum(),
        "les covariances sont multipliées terme à terme (*) : leur produit de matrices s'écrit @": gap
        + traces
        - 2 * rooted(cx * cy),
        "la racine est celle du produit, et non le produit des racines": gap
        + traces
        - 2 * np.trace(_root(cx) @ _root(cy)),
        "la trace est la somme de la diagonale (np.trace), et non celle de tous les coefficients": gap
        + (cx + cy - 2 * _product_root(cx, cy)).sum(),
    }
    if len(x) == len(y):
        rows_x, rows_y = np.cov(x), np.cov(y)
        wrong = np.trace(rows_x + rows_y) - 2 * rooted(rows_x @ rows_y)
        mistakes["np.cov prend les lignes pour des variables : np.cov(x, rowvar=False)"] = gap + wrong
    return mistakes


def _root(covariance):
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(values.clip(min=0))) @ vectors.T


def _product_root(cx, cy):
    """The square root of cx @ cy that has positive eigenvalues, for cx invertible."""
    root = _root(cx)
    inverse = np.linalg.inv(root)
    return root @ _root(root @ cy @ root) @ inverse


def _pictures_for_neighbours(seed):
    """Queries, and references in [-1, 1] whose nearest are not the same in L1 and in L2."""
    generator = torch.Generator().manual_seed(50 + seed)
    queries = 1.2 * torch.rand(8, *SHAPE, generator=generator) - 0.6
    signs = torch.randn(8, *SHAPE, generator=generator).sign()
    spread = queries + signs * torch.linspace(0.01, 0.05, 8)[:, None, None, None]
    # Few differences, but large: nearer than the others in L1, farther in L2, for most.
    rare = queries + 0.4 * signs * (torch.rand(8, *SHAPE, generator=generator) < 0.05)
    others = 2 * torch.rand(3 + seed, *SHAPE, generator=generator) - 1
    references = torch.cat([spread, rare, others])
    return queries, references[torch.randperm(len(references), generator=generator)]
