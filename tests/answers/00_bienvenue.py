"""Réponses justes et fausses du TP 00."""


def _function(body):
    return "def radius(points):\n" + "\n".join(f"    {line}" for line in body.split("\n")) + "\n"


RIGHT = {
    "radius": {
        "sum": _function("return np.sqrt((points**2).sum(axis=1))"),
        "norm": _function("return np.linalg.norm(points, axis=-1)"),
        "hypot": _function("return np.hypot(points[:, 0], points[:, 1])"),
        "hypot_unpacked": _function("return np.hypot(*points.T)"),
        "einsum": _function('return np.einsum("ij,ij->i", points, points) ** 0.5'),
        "matrix_product": _function("return np.sqrt(np.diag(points @ points.T))"),
        "complex": _function("return abs(points[:, 0] + 1j * points[:, 1])"),
        "single_precision": _function("return np.linalg.norm(points.astype(np.float32), axis=1)"),
        "list": _function("import math\nreturn [math.sqrt(x * x + y * y) for x, y in points]"),
        "tuple": _function("import math\nreturn tuple(math.dist((0, 0), point) for point in points)"),
        "loop": _function(
            "r = np.zeros(len(points))\nfor i in range(len(points)):\n"
            "    r[i] = (points[i][0] ** 2 + points[i][1] ** 2) ** 0.5\nreturn r"
        ),
        "squeezed": _function("return np.linalg.norm(points, axis=1, keepdims=True).squeeze()"),
        "torch": _function("import torch\nreturn torch.from_numpy(points).norm(dim=1)"),
        "lambda": "radius = lambda p: np.sqrt(p[:, 0] ** 2 + p[:, 1] ** 2)",
    },
    "real_clouds": {
        "string": 'real_clouds = "25"',
        "other_order": 'real_clouds = "52"',
        "commas": 'real_clouds = "2, 5"',
        "words": 'real_clouds = "Nuages 2 et 5"',
        "number": "real_clouds = 25",
        "list": "real_clouds = [5, 2]",
        "set_of_names": 'real_clouds = {"nuage 2", "nuage 5"}',
        "tuple_of_strings": 'real_clouds = ("2", "5")',
        "array": "real_clouds = np.array([2.0, 5.0])",
        "twice": "real_clouds = [2, 5, 2]",
    },
}

WRONG = {
    "radius": {
        "blank": (_function("raise NotImplementedError"), "encore vide"),
        "nothing_returned": (_function("print(np.linalg.norm(points, axis=1))"), "return"),
        "not_a_function": ("radius = np.linalg.norm(data.circle(), axis=1)", "une fonction est attendue"),
        "no_root": (_function("return (points**2).sum(axis=1)"), "racine carrée"),
        "axis_0": (_function("return np.sqrt((points**2).sum(axis=0))"), "axis=0"),
        "rows_as_coordinates": (_function("return np.sqrt(points[0] ** 2 + points[1] ** 2)"), "points[:, 0]"),
        "one_norm": (_function("return np.abs(points).sum(axis=1)"), "valeurs absolues"),
        "root_of_each": (_function("return np.sqrt(points**2).sum(axis=1)"), "valeurs absolues"),
        "sum_then_square": (_function("return np.sqrt(points.sum(axis=1) ** 2)"), "avant d'être mises au carré"),
        "max_norm": (_function("return np.abs(points).max(axis=1)"), "plus grande des deux coordonnées"),
        "mean_of_squares": (_function("return np.sqrt((points**2).mean(axis=1))"), "il faut leur somme"),
        "subtraction": (
            _function("return np.sqrt(np.abs(points[:, 0] ** 2 - points[:, 1] ** 2))"),
            "soustraits",
        ),
        "mean": (_function("return np.sqrt((points**2).sum(axis=1)).mean()"), "un seul nombre"),
        "whole_norm": (_function("return np.linalg.norm(points)"), "un seul nombre"),
        "column": (_function("return np.linalg.norm(points, axis=1, keepdims=True)"), "keepdims"),
        "no_sum": (_function("return np.sqrt(points**2)"), "deux nombres par point"),
        "no_square": (_function("return np.sqrt(points[:, 0] + points[:, 1])"), "au carré avant la racine"),
        "other_array": (_function("return np.linalg.norm(data.circle(100), axis=1)"), "ne dépend pas de l'argument"),
        "first_point_only": (_function("return np.full(len(points), np.linalg.norm(points[0]))"), "même valeur"),
        "ones": (_function("return np.ones(len(points))"), "même valeur"),
        "hundred_points": (_function("return [np.hypot(*points[i]) for i in range(100)]"), "IndexError"),
        "in_place": (_function("points **= 2\nreturn np.sqrt(points.sum(axis=1))"), "modifie le tableau"),
        "centred": (_function("return np.linalg.norm(points - points.mean(axis=0), axis=1)"), "centre du nuage"),
        "sorted": (_function("return np.sort(np.linalg.norm(points, axis=1))"), "trié"),
        "rounded": (_function("return np.round(np.linalg.norm(points, axis=1), 2)"), "arrondies"),
        "first_coordinate": (_function("return np.abs(points[:, 0])"), "pour le point"),
        "strings": (_function("return [str(r) + ' m' for r in np.hypot(*points.T)]"), "tableau de nombres"),
        "generator": (_function("return (np.hypot(x, y) for x, y in points)"), "tableau de nombres"),
        "ragged": (_function("return [[1.0], [2.0, 3.0]] + [[len(points)]]"), "tableau de nombres"),
    },
    "real_clouds": {
        "blank": ("real_clouds = None", "encore vide"),
        "nothing": ('real_clouds = ""', "aucun nuage"),
        "empty_set": ("real_clouds = set()", "aucun nuage"),
        "by_eye": ('real_clouds = "235"', "écart-type"),
        "only_the_hidden_one": ('real_clouds = "3"', "ce nuage est une imitation"),
        "by_measure": ('real_clouds = "2456"', "Regardez la figure"),
        "heaps": ("real_clouds = [2, 5, 6]", "Regardez la figure"),
        "small": ("real_clouds = {1, 2, 5}", "moyenne du rayon"),
        "all": ('real_clouds = "123456"', "imitation"),
        "one_missing": ('real_clouds = "2"', "écarté à tort un vrai nuage"),
        "letters": ('real_clouds = "BE"', "numéros de 1 à 6"),
        "out_of_range": ("real_clouds = [2, 7]", "numéros de 1 à 6"),
        "a_function": ("real_clouds = print", "des numéros de nuages"),
    },
}

# For each question, its right letter, then words of the explanation of each wrong one.
_QUIZ = {
    "quiz_1": ("c", {"a": "le chemin inverse", "b": "ne compare rien", "d": "ne les retouche pas"}),
    "quiz_2": ("a", {"b": "Aucune flèche", "c": "aucune moyenne", "d": "il faut un gradient"}),
    "quiz_3": ("d", {"a": "qui les a écrites", "b": "ne range rien", "c": "deux pertes"}),
    "quiz_4": ("b", {"a": "ne se trompe jamais", "c": "très cher", "d": "n'est pas nul"}),
    "quiz_5": ("d", {"a": "1,39", "b": "Si G trompait D", "c": "copies exactes"}),
    "quiz_6": ("a", {"b": "auto-encodeur", "c": "une pour chaque joueur", "d": "vaut toujours 0"}),
    "quiz_7": ("c", {"a": "pix2pix", "b": "deux discriminateurs", "d": "StyleGAN"}),
    "quiz_8": ("b", {"a": "sans adversaire", "c": "lui aussi", "d": "ne calcule rien"}),
}
for _name, (_right, _why) in _QUIZ.items():
    RIGHT[_name] = {
        "letter": f'{_name} = "{_right}"',
        "capital": f'{_name} = "{_right.upper()}"',
        "spaces": f'{_name} = " {_right} "',
        "bracket": f'{_name} = "{_right})"',
    }
    WRONG[_name] = {
        "blank": (f"{_name} = None", "encore vide"),
        "empty": (f'{_name} = ""', "une seule lettre est attendue"),
        "other_letter": (f'{_name} = "e"', "a, b, c ou d"),
        "two_letters": (f'{_name} = "ab"', "une seule lettre est attendue"),
        "number": (f"{_name} = 2", "entre guillemets"),
        **{letter: (f'{_name} = "{letter}"', words) for letter, words in _why.items()},
    }
