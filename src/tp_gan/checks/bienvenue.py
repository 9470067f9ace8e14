"""Vérifications du TP 00 : bienvenue. Les nuages du jeu de la section 6 y sont fabriqués aussi.

They are made here and not in the notebook, whose code would give the answer away.
"""

import re

import numpy as np

from tp_gan import data
from tp_gan.checks import array, question

__all__ = [
    "MYSTERY_CLOUDS_ALT",
    "check_quiz_1",
    "check_quiz_2",
    "check_quiz_3",
    "check_quiz_4",
    "check_quiz_5",
    "check_quiz_6",
    "check_quiz_7",
    "check_quiz_8",
    "check_radius",
    "check_real_clouds",
    "mystery_clouds",
]

REAL_CLOUDS = {2, 5}
# What the eye sees, so that one who hears the figure described can play too.
MYSTERY_CLOUDS_ALT = (
    "Lesquels sont vrais ? Six nuages de points à juger. Nuage 1 : un cercle un peu trop petit. Nuages 2, 3 et 5 : le "
    "cercle, sans défaut visible. Nuage 4 : un cercle dont un arc manque, en haut à droite. Nuage 6 : deux arcs "
    "seulement, opposés."
)
FAULTS = {
    1: "ses points ne sont pas à la bonne distance de l'origine. Regardez la moyenne du rayon",
    3: "ses points ne sont pas tous à la même distance de l'origine. Regardez l'écart-type du rayon",
    4: "le rayon de ses points est juste, mais il leur manque quelque chose. Regardez la figure",
    6: "le rayon de ses points est juste, mais il leur manque quelque chose. Regardez la figure",
}


def mystery_clouds(n=100):
    """Six nuages de `n` points : certains viennent du cercle de rayon 1, les autres sont des imitations.

    Returns a dictionary from "nuage 1" … "nuage 6" to float32 arrays of shape (n, 2), always the same.
    """
    rng = np.random.default_rng(2014)
    # The seeds of the circles are those, among 1 to 399, that leave no gap wider than 12° between 100 points: the
    # arc missing from cloud 4, 63°, is not mistaken for chance. The radial noise is thinner than a plotted dot.
    clouds = {
        1: 0.88 * data.circle(n, seed=224),
        2: data.circle(n, seed=212),
        3: rng.normal(1.0, 0.012, (n, 1)) * data.circle(n, seed=249),
        4: _on_circle(rng.uniform(0.35 * np.pi, 2.0 * np.pi, n)),
        5: data.circle(n, seed=241),
        6: _on_circle(rng.choice([0.7, 0.7 + np.pi], n) + rng.normal(0, 0.25, n)),
    }
    return {f"nuage {number}": points.astype(np.float32) for number, points in clouds.items()}


@question()
def check_radius(answer, seed):
    """The Euclidean norm of each row, shape (n,), the argument left as it was."""
    rng = np.random.default_rng(seed)
    # The first points are for the messages: anyone can work out their distance.
    known = np.array([[3.0, 4.0], [-6.0, 8.0], [0.0, 0.0], [0.0, -2.0]])
    results = []
    for first, n in ((known[::-1], 5), (known, 9 + seed)):
        points = np.concatenate([first, rng.normal(0.5, 2.0, (n, 2))])
        given = points.copy()
        with np.errstate(all="ignore"):
            result = answer.returned(given)
        if not np.array_equal(given, points):
            answer.fail(
                "la fonction modifie le tableau qu'elle reçoit (par exemple « points **= 2 »). Calculez à part."
            )
        results.append(result)
        if len(results) == 2 and _same(*results):
            answer.fail(
                "le résultat ne dépend pas de l'argument points : la fonction utilise-t-elle un autre tableau ?"
            )
    _check_distances(answer, results[-1], points)


@question()
def check_real_clouds(answer, seed):
    """The numbers of the true clouds, in any order and any usual writing."""
    kept = _cloud_numbers(answer)
    false = sorted(kept - REAL_CLOUDS)
    if false:
        which = "l'un des nuages retenus" if len(kept) > 1 else "ce nuage"
        answer.fail(f"{which} est une imitation : {FAULTS[false[0]]}.")
    if kept != REAL_CLOUDS:
        answer.fail("ce que vous avez retenu est vrai, mais vous avez écarté à tort un vrai nuage.")


def _multiple_choice(name, right, **why):
    """A check of the letter under `name`; `why` tells, for each wrong letter, why it is wrong."""
    letters = sorted([right, *why])

    def check(answer, seed):
        value = answer.given()
        if not isinstance(value, str):
            answer.fail(f"une lettre entre guillemets est attendue ({_choices(letters)}), et c'est {value!r}.")
        letter = value.strip(" ().:;\"'«»\t\n").lower()
        if letter not in letters:
            answer.fail(f"une seule lettre est attendue ({_choices(letters)}), et c'est « {value} ».")
        if letter != right:
            answer.fail(f"ce n'est pas « {letter} ». {why[letter]}")

    check.__name__ = f"check_{name}"
    check.__qualname__ = check.__name__
    check.__doc__ = f"The letter of {name}, or why the one given is wrong."
    return question()(check)


check_quiz_1 = _multiple_choice(
    "quiz_1",
    "c",
    a="C'est G qui part de peu de nombres pour en fabriquer beaucoup ; D fait le chemin inverse (section 4).",
    b="D ne compare rien : il reçoit un seul exemple à la fois et le note (section 4).",
    d="D note les faux, il ne les retouche pas : c'est G qui change, grâce au gradient (section 4).",
)
check_quiz_2 = _multiple_choice(
    "quiz_2",
    "a",
    b="Aucune flèche du schéma ne va des données réelles à G : il ne les voit jamais (section 4).",
    c="G ne reçoit aucune moyenne : rien ne lui parvient des données, sinon à travers D (section 4).",
    d="Un oui ou un non ne dit pas dans quel sens changer ; il faut un gradient (section 3, le verdict).",
)
check_quiz_3 = _multiple_choice(
    "quiz_3",
    "d",
    a="D reçoit bien une étiquette pour chaque exemple, 1 ou 0. Demandez-vous qui les a écrites (section 4).",
    b="G ne range rien dans des groupes : il fabrique des exemples (section 4).",
    c="Il y a deux pertes, calculées avec des étiquettes. Demandez-vous d'où elles viennent (sections 4 et 5).",
)
check_quiz_4 = _multiple_choice(
    "quiz_4",
    "b",
    a="Une perte nulle dit que D ne se trompe jamais : il écrase G, ce n'est pas l'équilibre (section 5).",
    c="Répondre 1 partout coûterait très cher à D sur les faux ; il a mieux à faire (section 5).",
    d="D vaut bien 1/2, mais calculez : -log(1/2) - log(1/2) n'est pas nul (section 5).",
)
check_quiz_5 = _multiple_choice(
    "quiz_5",
    "d",
    a="C'est l'erreur classique : à l'équilibre, cette perte vaut 2 log 2, environ 1,39, et non 0 (section 5).",
    b="Si G trompait D, D noterait haut les faux et sa perte serait grande (section 5, le tableau).",
    c="Devant des copies exactes, D ne pourrait pas séparer les vrais des faux : sa perte serait grande (section 5).",
)
check_quiz_6 = _multiple_choice(
    "quiz_6",
    "a",
    b="On peut appeler fit sans étiquettes, pour un auto-encodeur par exemple. Le problème est ailleurs (section 5).",
    c="Il y en a deux, une pour chaque joueur : c'est justement ce qui complique les choses (section 5).",
    d="Dans ce jeu à somme nulle, cette somme vaut toujours 0 : la minimiser n'apprend rien (section 5).",
)
check_quiz_7 = _multiple_choice(
    "quiz_7",
    "c",
    a="pix2pix a bien un discriminateur, qui juge des paires d'images (section 7, les architectures).",
    b="CycleGAN a même deux discriminateurs, un par domaine (section 7, les architectures).",
    d="StyleGAN change le générateur, mais garde un discriminateur (section 7, les architectures).",
)
check_quiz_8 = _multiple_choice(
    "quiz_8",
    "b",
    a="Un classifieur seul, sans adversaire, s'entraîne aussi par rétropropagation (section 5).",
    c="D se corrige lui aussi par le gradient de sa perte : deux flèches en pointillés sur le schéma (section 4).",
    d="Sans gradient, G ne saurait pas comment changer : la compétition ne calcule rien (section 5).",
)


def _on_circle(angles):
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _same(first, second):
    try:
        return np.shape(first) == np.shape(second) and bool(np.all(np.asarray(first) == np.asarray(second)))
    except (TypeError, ValueError):
        return False


def _shape_and_defined(result):
    """The shape of a result, and whether it is free of NaN; (None, True) for what is no array of numbers."""
    try:
        values = np.asarray(result, dtype=np.float64)
    except (TypeError, ValueError, RuntimeError):
        return None, True
    return values.shape, bool(np.isfinite(values).all())


def _check_distances(answer, result, points):
    n = len(points)
    squares = (points**2).sum(axis=1)
    right = np.sqrt(squares)
    shape, defined = _shape_and_defined(result)
    if shape == ():
        answer.fail(
            f"un seul nombre pour {n} points : une distance par point est attendue. Il manque axis=1, "
            "ou le return est dans la boucle ?"
        )
    if shape == (n, 1):
        answer.fail(f"la forme est ({n}, 1), et ({n},) est attendue : retirez keepdims=True, ou prenez [:, 0].")
    if shape == (n, 2):
        answer.fail("il reste deux nombres par point : additionnez les carrés des deux coordonnées (axis=1).")
    if shape == (2,):
        answer.fail(
            "deux nombres seulement : le calcul suit les colonnes (axis=0) ou prend points[0] et points[1] pour "
            "coordonnées. Un point est une ligne : axis=1, ou points[:, 0] et points[:, 1]."
        )
    if not defined:
        answer.fail("il y a des valeurs indéfinies (NaN) : mettez les coordonnées au carré avant la racine.")
    result = array(answer, result, (n,))
    if np.allclose(result, right, rtol=1e-4, atol=1e-5):
        return
    around = points - points.mean(axis=0)
    mistakes = {
        "il manque la racine carrée": squares,
        "c'est la somme des valeurs absolues des coordonnées. Mettez-les au carré, puis prenez la racine": np.abs(
            points
        ).sum(axis=1),
        "les coordonnées sont additionnées avant d'être mises au carré": np.abs(points.sum(axis=1)),
        "c'est la plus grande des deux coordonnées, et non la distance": np.abs(points).max(axis=1),
        "les carrés sont soustraits, et non additionnés": np.sqrt(np.abs(points[:, 0] ** 2 - points[:, 1] ** 2)),
        "c'est la racine de la moyenne des carrés : il faut leur somme": np.sqrt(squares / 2),
        "c'est la distance au centre du nuage, et non à l'origine (0, 0)": np.linalg.norm(around, axis=1),
        "la même valeur pour tous les points. Calculez-la à partir de points": np.full(n, result[0]),
        "les points ont été divisés par la plus grande distance": right / right.max(),
        "le résultat est trié : gardez l'ordre des points": np.sort(right),
        "le résultat est arrondi : renvoyez les distances telles quelles": np.round(right),
    }
    for text, wrong in mistakes.items():
        if np.allclose(result, wrong, rtol=1e-4, atol=1e-5):
            answer.fail(f"{text}.")
    if np.abs(result - right).max() <= 0.05:
        answer.fail("les distances sont presque justes : sont-elles arrondies ?")
    worst = int(np.argmax(~np.isclose(result, right, rtol=1e-4, atol=1e-5)))
    x, y = points[worst]
    answer.fail(
        f"pour le point ({x:.4g}, {y:.4g}), la distance à l'origine est {right[worst]:.4g}, "
        f"et la fonction renvoie {result[worst]:.4g}. Relisez la formule."
    )


def _cloud_numbers(answer):
    """The numbers in an answer such as "25", "2, 5", [2, 5], {"nuage 2", "nuage 5"}, as a set."""
    value = answer.given()
    if isinstance(value, str | int | np.integer):
        value = [value]
    try:
        parts = [str(int(part)) if isinstance(part, float | np.floating) else str(part).lower() for part in value]
    except (TypeError, ValueError):
        answer.fail(f'des numéros de nuages sont attendus, par exemple "16", et c\'est {value!r}.')
    digits = re.sub(r"nuages?|et|[\s,;.+&/-]", "", " ".join(parts))
    if not digits:
        answer.fail("aucun nuage n'est retenu : il y a au moins un vrai.")
    if not re.fullmatch("[1-6]+", digits):
        answer.fail('seuls les numéros de 1 à 6 sont attendus, par exemple "16".')
    return {int(digit) for digit in digits}


def _choices(letters):
    return ", ".join(letters[:-1]) + f" ou {letters[-1]}"
