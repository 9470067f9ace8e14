"""Vérifications du TP 02 : les demi-lunes.

The steps and the loop are checked as in TP 01, on witness networks (tp_gan.checks.adversarial). A measure is
compared with this file's own on small clouds without ties, and, when it differs, with what the usual mistakes give.
"""

import functools
import inspect
from itertools import pairwise

import numpy as np
import torch
from scipy.spatial.distance import cdist

from tp_gan import data, metrics
from tp_gan.checks import adversarial, array, as_array, number, question

__all__ = [
    "check_collapsed",
    "check_cured",
    "check_discriminator_step",
    "check_diversity",
    "check_energy_distance",
    "check_floor",
    "check_generator",
    "check_generator_step",
    "check_moon_shares",
    "check_precision",
    "check_recall",
    "check_standardise",
    "check_train",
]

# Trained generators, on 1,000 points; figures of tools/study.py moons, worst seeds.
GENERATOR = {"energy": 0.02, "precision": 0.5, "recall": 0.5}
COLLAPSED_RECALL = 0.4
CURED = {"energy": 0.15, "recall": 0.4}


@question()
def check_standardise(answer, seed):
    """Each coordinate to mean 0 and standard deviation 1; its mean and its standard deviation; nothing in place."""
    rng = np.random.default_rng(seed)
    for n, d in ((50, 2), (80 + seed, 3)):
        centre, scale = rng.normal(0, 5, d), rng.uniform(0.5, 4, d)
        # Neither of a null coordinate mean nor of one common scale.
        points = torch.from_numpy((centre + scale * rng.standard_normal((n, d)) ** 3).astype(np.float32))
        given = points.clone()
        result = answer.returned(points)
        if not torch.equal(points, given):
            answer.fail(
                "les points reçus ont été modifiés sur place : calculez un nouveau tenseur, sans « -= » ni « /= »."
            )
        if not isinstance(result, (tuple, list)) or len(result) != 3:
            answer.fail("trois valeurs sont attendues : return points_réduits, moyennes, écarts_types.")
        for part in result:
            adversarial.tensor(answer, part)
        scaled, mean, std = result
        scaled = array(answer, scaled, (n, d), "le premier résultat (les points)")
        x = points.numpy().astype(np.float64)
        mean, std = _row(answer, mean, d, "les moyennes"), _row(answer, std, d, "les écarts-types")
        if np.allclose(mean, x.std(axis=0), rtol=0.05) and np.allclose(std, x.mean(axis=0), rtol=0.05):
            answer.fail("la moyenne et l'écart-type sont échangés : l'ordre est points, moyennes, écarts-types.")
        if not np.allclose(mean, x.mean(axis=0), rtol=1e-3, atol=1e-3):
            answer.fail(f"les moyennes valent {_list(mean)} au lieu de {_list(x.mean(axis=0))} : points.mean(dim=0).")
        # Over n or over n - 1: both are in use.
        if np.allclose(std, x.var(axis=0), rtol=0.05):
            answer.fail("ce sont les variances : l'écart-type est leur racine carrée (std).")
        if not np.allclose(std, x.std(axis=0), rtol=0.02):
            answer.fail(f"les écarts-types valent {_list(std)} au lieu de {_list(x.std(axis=0))} : points.std(dim=0).")
        if np.allclose(scaled, x / std, rtol=1e-3, atol=1e-3):
            answer.fail("les points sont réduits, mais pas centrés : (points - mean) / std, parenthèses comprises.")
        if np.allclose(scaled, x - mean, rtol=1e-3, atol=1e-3):
            answer.fail("les points sont centrés, mais pas réduits : il manque la division par l'écart-type.")
        if not np.allclose(scaled, (x - mean) / std, rtol=1e-3, atol=1e-3):
            answer.fail(
                "les points ne sont pas (points - mean) / std. Vérifiez les parenthèses et l'ordre des calculs."
            )
        if result[0].dtype != torch.float32:
            answer.fail(
                f"les points sont de type {result[0].dtype}, les réseaux attendent torch.float32, comme l'entrée."
            )


@question()
def check_discriminator_step(answer, seed):
    """The step of TP 01: its update and the loss returned."""
    adversarial.check_discriminator_step(answer, seed)


@question()
def check_generator_step(answer, seed):
    """The step of TP 01: its update and the loss returned."""
    adversarial.check_generator_step(answer, seed)


@question(check_discriminator_step, check_generator_step)
def check_train(answer, seed):
    """One step each, then several of D before several of G: updates, a new batch for each of D, last losses logged."""
    adversarial.check_train(answer, seed)
    several = {"discriminator_steps": 2, "generator_steps": 3 + seed}
    if callable(answer.value):
        answer.value = functools.partial(answer.value, **several)
    adversarial.check_train(answer, seed, **several)


@question()
def check_energy_distance(answer, seed):
    """Two clouds of different sizes and dimensions, against the closed form."""
    rng = np.random.default_rng(seed)
    # The last two clouds are too large for one who would keep the first hundred points.
    for n, m, d in ((12, 17 + seed, 2), (20, 15, 3), (1, 1, 2), (110, 130, 2)):
        x, y = rng.standard_normal((n, d)), 1.5 + 0.7 * rng.standard_normal((m, d))
        x, y = x.astype(np.float32), y.astype(np.float32)
        tensors = torch.from_numpy(x.copy()), torch.from_numpy(y.copy())
        value = number(answer, answer.returned(*tensors))
        if not (np.array_equal(tensors[0], x) and np.array_equal(tensors[1], y)):
            answer.fail("les points reçus ont été modifiés sur place : travaillez sur une copie.")
        expected = metrics.energy_distance(x, y)
        if not np.isclose(value, expected, rtol=2e-3, atol=2e-3):
            if n > 100:
                answer.fail(
                    f"la distance est fausse pour {n} et {m} points : gardez-les tous, sans en tirer une partie."
                )
            for text, wrong in _energy_mistakes(x.astype(np.float64), y.astype(np.float64)).items():
                if np.isclose(value, wrong, rtol=1e-3, atol=1e-3):
                    answer.fail(f"{text}.")
            answer.fail(
                f"la distance vaut {value:.4f} au lieu de {expected:.4f} entre {n} et {m} points. Relisez la formule."
            )


@question(check_energy_distance)
def check_floor(answer, seed):
    """draws distances between two random samples of n points, whose mean is known: 2 E|X - X'| / n; all drawn anew."""
    rng = np.random.default_rng(seed)
    n, draws = 20, 120
    # In order along the first coordinate, so that neighbouring rows are no random sample.
    reserve = rng.standard_normal((1200, 2)) * [30, 10]
    reserve = torch.from_numpy(reserve[reserve[:, 0].argsort()].astype(np.float32))
    given = reserve.clone()
    result = answer.returned(reserve, n, draws)
    if not torch.equal(reserve, given):
        answer.fail("la réserve reçue a été modifiée sur place : tirez des échantillons sans la changer.")
    values = _values(answer, result, draws)
    if np.allclose(values, 0, atol=1e-3):
        answer.fail("les distances sont nulles : un échantillon est comparé à lui-même. Il en faut deux.")
    first = _values(answer, answer.returned(reserve, n, 3), 3)
    if len(np.unique(values)) == 1 or np.array_equal(first, values[:3]):
        answer.fail("les distances se répètent d'un tirage à l'autre : tirez chaque fois deux nouveaux échantillons.")
    if _reuses_a_sample(answer):
        answer.fail("un échantillon sert à plusieurs tirages : tirez-en chaque fois deux nouveaux, dans la boucle.")
    expected = 2 * cdist(reserve, reserve).mean() / n
    ratio = values.mean() / expected
    # 120 draws give the mean within 6 % (one standard error, measured); the mistakes are off by a factor of 2 or more.
    if 0.4 < ratio < 0.6:
        answer.fail(
            "les distances sont deux fois trop petites : comparez deux échantillons de n points, et non un échantillon "
            "à toute la réserve, ni de 2n points."
        )
    if ratio < 0.1:
        answer.fail(
            f"les distances sont bien trop petites pour deux échantillons de n = {n} points ({values.mean():.3f} en "
            f"moyenne au lieu de {expected:.3f}) : prenez bien n points, l'argument, et dans reserve."
        )
    if not 0.7 < ratio < 1.3:
        answer.fail(
            f"les distances valent {values.mean():.3f} en moyenne ; entre deux échantillons de n = {n} points pris au "
            f"hasard, on attend {expected:.3f}. Les points sont-ils bien pris au hasard, n de chaque côté ?"
        )


@question(check_train, check_standardise)
def check_generator(answer, seed):
    """The generator of the notebook: energy distance, precision, recall."""
    distance, precision, recall = _measures(answer, answer.given(), seed)
    if distance >= GENERATOR["energy"] or precision < GENERATOR["precision"] or recall < GENERATOR["recall"]:
        answer.fail(
            f"le générateur entraîné n'a pas appris les demi-lunes (distance d'énergie {distance:.3f}, précision "
            f"{precision:.2f}, rappel {recall:.2f}). Il faut moins de {GENERATOR['energy']}, au moins "
            f"{GENERATOR['precision']} et {GENERATOR['recall']}. Relancez depuis new_gan() : 2000 étapes, puis 1000 au "
            "taux 1e-4."
        )


@question()
def check_precision(answer, seed):
    """The share of generated points in a ball of a real point, against the definition."""
    _check_share(answer, seed, lambda real, generated, k: metrics.precision_recall(real, generated, k)[0])


@question(check_precision)
def check_recall(answer, seed):
    """The share of real points in a ball of a generated point, against the definition."""
    _check_share(answer, seed, lambda real, generated, k: metrics.precision_recall(real, generated, k)[1])


@question()
def check_moon_shares(answer, seed):
    """Two shares, of the points nearer to one curve and to the other."""
    # 70 and 71: points of which each of the usual mistakes gives another share.
    rng = np.random.default_rng(70 + seed)
    angle = np.linspace(0, np.pi, 200)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    on_upper = rng.integers(0, 200, 60 + seed)
    on_lower = rng.integers(0, 200, 140)
    near = np.concatenate([upper[on_upper], lower[on_lower]]) + 0.03 * rng.standard_normal((200 + seed, 2))
    # Some far from both, where a threshold, or a few points of each moon, would not do.
    points = np.concatenate([near, rng.uniform([-2, -2], [3, 2.5], (200, 2))])
    rng.shuffle(points)
    tensors = [torch.from_numpy(part.astype(np.float32)) for part in (points, upper, lower)]
    result = answer.returned(*tensors)
    shares = np.atleast_1d(np.asarray(_numbers(answer, result), dtype=np.float64)).reshape(-1)
    if len(shares) != 2:
        answer.fail(f"deux nombres sont attendus (part de upper, part de lower), et il y en a {len(shares)}.")
    share = (cdist(points, upper).min(axis=1) < cdist(points, lower).min(axis=1)).mean()
    expected = np.array([share, 1 - share])
    if np.allclose(shares, expected, atol=0.004):
        return
    middle = (cdist(points, [upper.mean(axis=0)]) < cdist(points, [lower.mean(axis=0)])).mean()
    average = (cdist(points, upper).mean(axis=1) < cdist(points, lower).mean(axis=1)).mean()
    if np.allclose(shares, expected[::-1], atol=0.004):
        answer.fail("les deux parts sont échangées : upper d'abord. La lune la plus proche a la plus petite distance.")
    if np.allclose(shares, len(points) * expected, atol=2.5):
        answer.fail("ce sont des nombres de points : divisez par leur total pour avoir des parts.")
    if np.allclose(shares, 100 * expected, atol=1.1):
        answer.fail("ce sont des pourcentages : des parts entre 0 et 1 sont attendues.")
    if any(np.allclose(shares, [wrong, 1 - wrong], atol=0.004) for wrong in (middle, average)):
        answer.fail(
            "la distance à une lune est mesurée à son centre ou en moyenne : prenez celle de son point le plus proche, "
            "le minimum de chaque ligne de torch.cdist(points, upper)."
        )
    if not np.isclose(shares.sum(), 1, atol=0.01):
        answer.fail(f"la somme des deux parts vaut {shares.sum():.2f} au lieu de 1 : chaque point va à une seule lune.")
    answer.fail(
        f"les parts valent {_list(shares)} au lieu de {_list(expected)} : pour chaque point, quelle lune est la plus "
        "proche ?"
    )


@question()
def check_diversity(answer, seed):
    """The mean distance between two points, a point and itself included or not."""
    rng = np.random.default_rng(seed)
    for n, d in ((15, 2), (20 + seed, 3)):
        points = (2 + rng.standard_normal((n, d)) * [1, 2, 3][:d]).astype(np.float32)
        value = number(answer, answer.returned(torch.from_numpy(points)))
        distances = cdist(points, points)
        right = distances.mean(), distances.sum() / (n * (n - 1))
        if any(np.isclose(value, expected, rtol=2e-3) for expected in right):
            continue
        mistakes = {
            "c'est une somme : prenez la moyenne sur toutes les paires": distances.sum(),
            "c'est la moyenne des carrés des distances": (distances**2).mean(),
            "c'est la plus grande distance : la moyenne est demandée": distances.max(),
            "c'est l'écart-type des coordonnées : on demande la distance moyenne entre deux points": points.std(),
            "c'est la distance à l'origine : on demande celle entre deux points": np.linalg.norm(points, axis=1).mean(),
            "c'est la distance au centre : on demande celle entre deux points": np.linalg.norm(
                points - points.mean(axis=0), axis=1
            ).mean(),
            "c'est la distance de Manhattan : torch.cdist donne la distance ordinaire": cdist(
                points, points, "cityblock"
            ).mean(),
        }
        for text, wrong in mistakes.items():
            if np.isclose(value, wrong, rtol=1e-2):
                answer.fail(f"{text}.")
        answer.fail(f"la diversité vaut {value:.3f} au lieu de {right[0]:.3f} sur {n} points.")


@question(check_train)
def check_collapsed(answer, seed):
    """The generator of the notebook's unbalanced run covers next to nothing."""
    gan = answer.given()
    network = gan[0] if isinstance(gan, (tuple, list)) and gan else gan
    _, _, recall = _measures(answer, network, seed)
    # A new generator covers nothing either.
    if not getattr(answer.namespace.get("collapse"), "history", None):
        answer.fail("G est encore neuf : écrivez train, puis exécutez la cellule qui l'entraîne.")
    if recall >= COLLAPSED_RECALL:
        answer.fail(
            f"G ne s'est pas effondré : il couvre encore {100 * recall:.0f} % des vrais points. Repartez de new_gan(), "
            "et entraînez avec generator_steps=10 : votre boucle fait-elle bien dix pas de G par étape ?"
        )


@question(check_train)
def check_cured(answer, seed):
    """After balanced steps, the generator covers the data again."""
    distance, _, recall = _measures(answer, answer.given(), seed)
    if distance >= CURED["energy"] or recall < CURED["recall"]:
        answer.fail(
            f"le générateur n'est pas guéri (distance d'énergie {distance:.3f}, rappel {recall:.2f}) : il faut moins "
            f"de {CURED['energy']} et au moins {CURED['recall']}. Relancez la cellule, sans changer treat(3000)."
        )


def _measures(answer, network, seed, draws=5):
    """Of 1,000 points made by this network: the mean of some energy distances, precision and recall, standardised."""
    adversarial.trained(answer, network)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    raw, real = data.two_moons(n=1000, seed=0).astype(np.float64), data.two_moons(n=20000, seed=1)
    real = (real - raw.mean(axis=0)) / raw.std(axis=0)
    distances = []
    for _ in range(draws):
        with torch.no_grad():
            try:
                generated = network(torch.randn(1000, adversarial.latent_dim_of(answer)))
            except Exception as error:
                answer.fail(f"le réseau refuse un lot de bruit : {type(error).__name__}, {str(error)[:120]}")
        generated = array(answer, generated, (1000, 2), "ce que produit le générateur")
        sample = rng.choice(real, 1000, replace=False)
        distances.append(metrics.energy_distance(sample, generated))
    return np.mean(distances), *metrics.precision_recall(sample, generated)


def _reuses_a_sample(answer):
    """Whether `floor` keeps a sample from one draw to the others, or to the next.

    Points on a line such that no two pairs are as far apart (a Golomb ruler of Erdős and Turán): with n = 1, a distance
    of 2 |a - b| says which two points were drawn.
    """
    k = np.arange(41)
    marks = 82 * k + k**2 % 41
    pairs = {abs(int(a - b)): {a, b} for a in marks for b in marks if a != b}
    try:
        values = as_array(
            answer.value(torch.from_numpy(np.stack([marks, 0 * marks], axis=1).astype(np.float32)), 1, 20)
        )
    except Exception:
        return False
    if values is None or not np.isfinite(values).all():
        return False
    drawn = [pairs[half] for half in np.round(values.ravel() / 2).astype(int) if half in pairs]
    return len(drawn) > 5 and bool(set.intersection(*drawn) or all(one & other for one, other in pairwise(drawn)))


def _energy_mistakes(x, y):
    between, within_x, within_y = cdist(x, y), cdist(x, x), cdist(y, y)
    right = 2 * between.mean() - within_x.mean() - within_y.mean()
    n, m = len(x), len(y)
    mistakes = {
        "il manque le facteur 2 devant la distance entre les deux nuages": right - between.mean(),
        "c'est la moitié de ce qui est demandé": right / 2,
        "c'est la racine carrée de ce qui est demandé": np.sqrt(right),
        "le signe est inversé": -right,
        "il manque les distances à l'intérieur de x": right + within_x.mean(),
        "il manque les distances à l'intérieur de y": right + within_y.mean(),
        "il manque les deux moyennes à l'intérieur de chaque nuage": 2 * between.mean(),
        "c'est la distance moyenne entre les deux nuages seulement": between.mean(),
        "les moyennes intérieures s'ajoutent : la formule les soustrait": 2 * between.mean()
        + within_x.mean()
        + within_y.mean(),
        "ce sont des sommes : prenez la moyenne de chaque tableau": 2 * between.sum() - within_x.sum() - within_y.sum(),
        "ce sont des carrés de distances : la formule n'en a pas": 2 * (between**2).mean()
        - (within_x**2).mean()
        - (within_y**2).mean(),
        "c'est la distance de Manhattan : la formule emploie la distance ordinaire": 2 * cdist(x, y, "cityblock").mean()
        - cdist(x, x, "cityblock").mean()
        - cdist(y, y, "cityblock").mean(),
        "le premier nuage compte deux fois, le second n'est jamais compté": 2 * between.mean() - 2 * within_x.mean(),
        "le second nuage compte deux fois, le premier n'est jamais compté": 2 * between.mean() - 2 * within_y.mean(),
        "c'est la distance entre les deux centres": np.linalg.norm(x.mean(axis=0) - y.mean(axis=0)),
    }
    if min(n, m) > 1:
        unbiased = 2 * between.mean() - within_x.sum() / (n * (n - 1)) - within_y.sum() / (m * (m - 1))
        mistakes["les paires d'un point avec lui-même sont exclues : la formule les compte, divisez par n²"] = unbiased
    return mistakes


def _check_share(answer, seed, right):
    """precision or recall, on clouds of which the other, and every usual mistake, is far away."""
    # 951: clouds on which no two of the usual mistakes give the same share, nor k = 3 that of another k.
    rng = np.random.default_rng(951 + seed)
    # At last the k of the heading.
    for k, n, m in ((3, 120, 150), (1, 130 + seed, 90), (6, 100, 130), (None, 90, 140)):
        real = rng.standard_normal((n, 2)).astype(np.float32)
        generated = (0.5 + 1.5 * rng.standard_normal((m, 2))).astype(np.float32)
        generated[: m // 3] = 0.3 * generated[: m // 3] + 0.5
        tensors = torch.from_numpy(real.copy()), torch.from_numpy(generated.copy())
        if k is None:
            try:
                inspect.signature(answer.value).bind(*tensors)
            except TypeError:
                answer.fail("la fonction ne s'appelle pas sans k : gardez k=3 dans l'en-tête.")
        value = number(answer, answer.returned(*tensors, *([] if k is None else [k])))
        if not (np.array_equal(tensors[0], real) and np.array_equal(tensors[1], generated)):
            answer.fail("les points reçus ont été modifiés sur place : travaillez sur une copie.")
        default, k = k is None, k or 3
        expected = right(real, generated, k)
        # torch.cdist rounds: a point on the edge of a ball may change sides.
        if abs(value - expected) <= 0.011:
            continue
        if value == 1 and number(answer, answer.returned(tensors[0], tensors[1] + 1000, 3)) == 1:
            answer.fail("le résultat est 1 même pour deux nuages très loin l'un de l'autre, alors que c'est 0.")
        if default:
            answer.fail("appelée sans k, la fonction ne prend pas k = 3 : gardez l'en-tête, où k=3.")
        for text, wrong in _share_mistakes(answer.name, real, generated, k).items():
            if abs(value - wrong) <= 0.004 * max(1, abs(wrong)):
                answer.fail(f"{text}.")
        centres, queries = (real, generated) if answer.name == "precision" else (generated, real)
        distances = cdist(queries, centres)
        for radii in np.sort(distances, axis=0)[k - 1 : k + 1]:
            # Some points are then on the very edge of a ball, inside or not by rounding.
            low, high = ((distances <= scale * radii).any(axis=1).mean() for scale in (0.9999, 1.0001))
            if low - 0.001 <= value <= high + 0.001:
                answer.fail("le rayon vient de l'autre nuage : prenez la distance à un voisin du même nuage.")
        if not -0.001 <= value <= 1.001:
            answer.fail(f"le résultat vaut {value:.2f} : une part est comprise entre 0 et 1. Prenez une moyenne.")
        answer.fail(
            f"la part vaut {value:.3f} au lieu de {expected:.3f} avec k = {k}, {n} vrais points et {m} points générés. "
            "Relisez la définition : le rayon, puis l'appartenance."
        )


def _share_mistakes(name, real, generated, k):
    centres, queries = (real, generated) if name == "precision" else (generated, real)
    ordered, distances = np.sort(cdist(centres, centres), axis=1), cdist(queries, centres)

    def share(distances, radii, together=np.any):
        return together(distances <= radii, axis=1).mean()

    nearest = distances.argmin(axis=1)
    radii = ordered[:, k]
    other = cdist(centres, queries), np.sort(cdist(queries, queries), axis=1)[:, k]
    inside = share(distances, radii)
    balls, points = ("vrais", "générés") if name == "precision" else ("générés", "vrais")
    opposite = "le rappel" if name == "precision" else "la précision"
    return {
        f"c'est {opposite} : ici, les boules entourent les points {balls}, et l'on compte les {points}": share(*other),
        "le rayon est celui du voisin k - 1 : la colonne 0 du tableau trié est le point lui-même": share(
            distances, ordered[:, k - 1]
        ),
        "le rayon est celui du voisin k + 1 : la colonne k du tableau trié est le k-ième voisin": share(
            distances, ordered[:, k + 1]
        ),
        "k n'est pas utilisé : la fonction prend toujours k = 3": share(distances, ordered[:, 3]),
        "un point doit être dans au moins une boule, et non dans toutes : any, et non all": share(
            distances, radii, np.all
        ),
        "c'est la part opposée : comptez les points qui sont dans une boule, distance <= rayon": 1 - inside,
        "any porte sur la mauvaise dimension : il faut une réponse par point, et non par boule": (distances <= radii)
        .any(axis=0)
        .mean(),
        "c'est la moyenne sur toutes les paires : il manque any(dim=1), une réponse par point": (
            distances <= radii
        ).mean(),
        f"le nombre de points est divisé par celui des points {balls} : divisez par celui des {points}": inside
        * len(queries)
        / len(centres),
        "c'est un nombre de points : prenez la part": inside * len(queries),
        "c'est un pourcentage : une part entre 0 et 1 est attendue": 100 * inside,
        "un même rayon sert à toutes les boules : chacune a le sien": share(distances, radii.mean()),
        "un même rayon sert à toutes les boules (le plus grand) : chacune a le sien": share(distances, radii.max()),
        "seule la boule la plus proche est essayée : un point peut être dans une autre, plus grande": (
            distances[np.arange(len(queries)), nearest] <= radii[nearest]
        ).mean(),
    }


def _row(answer, value, d, what):
    """One number a coordinate, of shape (d,) or (1, d)."""
    shape = tuple(value.shape)
    if shape not in ((d,), (1, d)):
        answer.fail(f"{what} ont la forme {shape}, la forme ({d},) est attendue : une par coordonnée, avec dim=0.")
    return array(answer, value, shape, what).reshape(d)


def _numbers(answer, value):
    """Numbers out of a tuple, a list, a tensor or an array."""
    if isinstance(value, (tuple, list)):
        return [number(answer, part) for part in value]
    if isinstance(value, dict):
        answer.fail("deux nombres sont attendus, et non un dictionnaire : return part_upper, part_lower.")
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if not isinstance(value, (np.ndarray, float, int, np.number)):
        answer.fail(f"des nombres sont attendus, et c'est un objet de type {type(value).__name__}.")
    return value


def _values(answer, result, draws):
    """`draws` finite numbers."""
    values = np.asarray(_numbers(answer, result), dtype=np.float64).reshape(-1)
    if len(values) != draws:
        answer.fail(
            f"{len(values)} valeurs au lieu de draws = {draws} : renvoyez toutes les distances, une par tirage, et non "
            "leur moyenne."
        )
    return array(answer, values, (draws,), "le résultat")


def _list(values):
    return ", ".join(f"{value:.2f}" for value in values)
