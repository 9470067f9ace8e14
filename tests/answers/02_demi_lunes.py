"""TP 02: right and wrong answers."""

import runpy
from pathlib import Path

from answer_tables import changed, written

CIRCLE = runpy.run_path(str(Path(__file__).with_name("01_cercle.py")))

HEAD = {
    "standardise": "def standardise(points):",
    "train": "def train(generator, discriminator, optimizer_g, optimizer_d, data, run, batch_size=100, "
    "discriminator_steps=1, generator_steps=1):",
    "energy_distance": "def energy_distance(x, y):",
    "floor": "def floor(reserve, n, draws):",
    "precision": "def precision(real, generated, k=3):",
    "recall": "def recall(real, generated, k=3):",
    "moon_shares": "def moon_shares(points, upper, lower):",
    "diversity": "def diversity(points):",
}

# The steps of TP 01 are brought along with its losses.
LOSSES = """
def discriminator_loss(d_real, d_fake):
    return nn.BCELoss()(d_real, torch.ones_like(d_real)) + nn.BCELoss()(d_fake, torch.zeros_like(d_fake))
def generator_loss(d_fake):
    return nn.BCELoss()(d_fake, torch.ones_like(d_fake))
def saturating_loss(d_fake):
    return torch.log(1 - d_fake).mean()
"""

body, bodies, wrong_bodies = written(HEAD)


def with_losses(answers):
    return {name: LOSSES + code for name, code in answers.items()}


def wrong_with_losses(answers):
    return {
        name: (LOSSES + code, words) for name, (code, words) in answers.items() if name != "right, but noise is blank"
    }


LOOP = """
for step in run:
    for _ in range(discriminator_steps):
        real = draw(data, batch_size)
        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    for _ in range(generator_steps):
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)"""
D_PART = """
    for _ in range(discriminator_steps):
        real = draw(data, batch_size)
        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)"""
G_PART = """
    for _ in range(generator_steps):
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)"""
LISTS = """
for step in run:
    ds = [discriminator_step(generator, discriminator, optimizer_d, draw(data, batch_size)) for _ in range(discriminator_steps)]
    gs = [generator_step(generator, discriminator, optimizer_g, batch_size) for _ in range(generator_steps)]
    run.log(PICKED)"""
SORTED = "d = torch.cdist(real, real).sort(dim=1).values\n"
NEAR = "radii = torch.cdist(real, real).sort(dim=1).values[:, k]\n"
IN_BALLS = "torch.cdist(generated, real) <= radii"
TO_MOONS = """
a = torch.cdist(points, upper).min(dim=1).values
b = torch.cdist(points, lower).min(dim=1).values
"""

RIGHT = {
    "standardise": {
        **bodies(
            "standardise",
            {
                "rows kept": """
mean, std = points.mean(0, keepdim=True), points.std(0, keepdim=True)
return (points - mean) / std, mean, std""",
                "over n": """
m = torch.mean(points, dim=0)
s = torch.sqrt(((points - m) ** 2).mean(dim=0))
return (points - m) / s, m, s""",
                "a list": "m = points.mean(0)\ns = points.std(0)\nreturn [(points - m) / s, m, s]",
                "a copy changed in place": """
p = points.clone()
m, s = p.mean(0), p.std(0)
p -= m
p /= s
return p, m, s""",
                "a small number": "m, s = points.mean(0), points.std(0)\nreturn (points - m) / (s + 1e-8), m, s",
                "std_mean": "s, m = torch.std_mean(points, dim=0)\nreturn (points - m) / s, m, s",
                "numpy inside": """
import numpy as np
p = points.numpy()
m, s = p.mean(axis=0), p.std(axis=0)
return tuple(torch.from_numpy(v.astype(np.float32)) for v in ((p - m) / s, m, s))""",
                "column by column": """
m = torch.stack([c.mean() for c in points.T])
s = torch.stack([c.std() for c in points.T])
return torch.stack([(c - a) / b for c, a, b in zip(points.T, m, s)], dim=1), m, s""",
            },
        ),
    },
    "discriminator_step": with_losses(CIRCLE["RIGHT"]["discriminator_step"]),
    "generator_step": with_losses(CIRCLE["RIGHT"]["generator_step"]),
    "train": bodies(
        "train",
        {
            "with replacement": changed(
                LOOP, ("draw(data, batch_size)", "data[torch.randint(len(data), (batch_size,))]")
            ),
            "lists of losses": changed(LISTS, ("PICKED", "loss_d=ds[-1], loss_g=gs[-1]")),
            "permutation": changed(
                LOOP, ("draw(data, batch_size)", "data[torch.randperm(data.shape[0])[:batch_size]]")
            ),
            "while": """
for step in run:
    i = 0
    while i < discriminator_steps:
        loss_d = discriminator_step(generator, discriminator, optimizer_d, draw(data, batch_size))
        i += 1
    j = 0
    while j < generator_steps:
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
        j += 1
    run.log(loss_d=loss_d, loss_g=loss_g)""",
            "one large draw, cut": """
for step in run:
    indices = torch.randint(len(data), (discriminator_steps, batch_size))
    for row in indices:
        loss_d = discriminator_step(generator, discriminator, optimizer_d, data[row])
    for _ in range(generator_steps):
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)
return run.history""",
            "two logs": LOOP.replace(
                "    run.log(loss_d=loss_d, loss_g=loss_g)", "    run.log(loss_d=loss_d)\n    run.log(loss_g=loss_g)"
            ),
        },
    ),
    "energy_distance": {
        **bodies(
            "energy_distance",
            {
                "a tensor": "return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()",
                "by hand": """
def mean_distance(a, b):
    return (a[:, None] - b[None]).norm(dim=-1).mean()
return 2 * mean_distance(x, y) - mean_distance(x, x) - mean_distance(y, y)""",
                "sums": """
n, m = len(x), len(y)
return 2 / (n * m) * torch.cdist(x, y).sum() - torch.cdist(x, x).sum() / n**2 - torch.cdist(y, y).sum() / m**2""",
                "scipy": """
from scipy.spatial.distance import cdist
return 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean()""",
                "two loops": """
def mean(a, b):
    return sum(float(torch.sqrt(((p - q) ** 2).sum())) for p in a for q in b) / (len(a) * len(b))
return 2 * mean(x, y) - mean(x, x) - mean(y, y)""",
                "the package's": "return metrics.energy_distance(x, y)",
                "never negative": "return max(0.0, float(2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()))",
            },
        ),
        "a lambda": "energy_distance = lambda x, y: (2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()).item()",
    },
    "floor": bodies(
        "floor",
        {
            "a tensor": "return torch.tensor([energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(draws)])",
            "a loop": """
out = []
for _ in range(draws):
    a, b = draw(reserve, n), draw(reserve, n)
    out.append(torch.tensor(energy_distance(a, b)))
return out""",
            "disjoint halves": """
values = []
for _ in range(draws):
    both = draw(reserve, 2 * n)
    values.append(energy_distance(both[:n], both[n:]))
return values""",
            "with replacement": """
pick = lambda: reserve[torch.randint(0, len(reserve), (n,))]
return [energy_distance(pick(), pick()) for _ in range(draws)]""",
            "numpy": """
import numpy as np
out = np.zeros(draws)
for i in range(draws):
    order = np.random.permutation(len(reserve))
    out[i] = metrics.energy_distance(reserve[order[:n]], reserve[order[n : 2 * n]])
return out""",
            "a generator made a tuple": "return tuple(energy_distance(draw(reserve, n), draw(reserve, n)) for i in range(draws))",
        },
    ),
    "precision": bodies(
        "precision",
        {
            "kthvalue": "radii = torch.cdist(real, real).kthvalue(k + 1, dim=1).values\nreturn (torch.cdist(generated, real) <= radii).any(1).float().mean()",
            "topk": """
radii = torch.cdist(real, real).topk(k + 1, largest=False).values.max(dim=1).values
return float((torch.cdist(generated, real) < radii[None, :]).any(dim=1).sum()) / len(generated)""",
            "diagonal put aside": """
d = torch.cdist(real, real)
d.fill_diagonal_(float("inf"))
radii = d.sort(dim=1)[0][:, k - 1]
return (torch.cdist(generated, real) - radii <= 0).any(dim=1).double().mean().item()""",
            "transposed": NEAR
            + "inside = torch.cdist(real, generated) <= radii[:, None]\nreturn inside.any(dim=0).float().mean().item()",
            "two loops": NEAR
            + """
count = 0
for g in generated:
    if ((real - g).norm(dim=1) <= radii).any():
        count += 1
return count / len(generated)""",
            "the smallest excess": NEAR
            + "return ((torch.cdist(generated, real) - radii).min(dim=1).values <= 0).float().mean()",
            "numpy": """
import numpy as np
from scipy.spatial import KDTree
r, g = real.numpy(), generated.numpy()
radii = KDTree(r).query(r, k=k + 1)[0][:, k]
d = np.linalg.norm(g[:, None] - r[None], axis=-1)
return (d <= radii).any(axis=1).mean()""",
            "the package's": "return metrics.precision_recall(real, generated, k)[0]",
        },
    ),
    "recall": bodies(
        "recall",
        {
            "by hand": """
radii = torch.cdist(generated, generated).sort(dim=1).values[:, k]
return (torch.cdist(real, generated) <= radii).any(dim=1).float().mean().item()""",
            "named arguments": "return precision(real=generated, generated=real, k=k)",
            "the package's": "return metrics.precision_recall(real, generated, k=k)[1]",
            "transposed": """
radii = torch.cdist(generated, generated).sort(dim=1).values[:, k]
return (torch.cdist(generated, real) <= radii.unsqueeze(1)).any(dim=0).float().mean()""",
        },
    ),
    "moon_shares": bodies(
        "moon_shares",
        {
            "a tensor": TO_MOONS + "share = (a < b).float().mean()\nreturn torch.stack([share, 1 - share])",
            "argmin": """
d = torch.stack([torch.cdist(points, moon).min(dim=1)[0] for moon in (upper, lower)])
return torch.bincount(d.argmin(dim=0), minlength=2) / len(points)""",
            "both counted": TO_MOONS + "return (a < b).sum() / len(points), (b <= a).sum() / len(points)",
            "numpy": """
import numpy as np
from scipy.spatial.distance import cdist
s = (cdist(points, upper).min(1) < cdist(points, lower).min(1)).mean()
return np.array([s, 1 - s])""",
            "one search": """
nearest = torch.cdist(points, torch.cat([upper, lower])).argmin(dim=1)
s = (nearest < len(upper)).float().mean().item()
return [s, 1 - s]""",
            "norms": """
a = (points[:, None] - upper[None]).norm(dim=2).amin(dim=1)
b = (points[:, None] - lower[None]).norm(dim=2).amin(dim=1)
return float((a <= b).float().mean()), float((a > b).float().mean())""",
        },
    ),
    "diversity": bodies(
        "diversity",
        {
            "a tensor": "return torch.cdist(points, points).mean()",
            "distinct pairs": "return torch.pdist(points).mean().item()",
            "by hand": "return (points[:, None] - points[None]).norm(dim=-1).mean()",
            "sum": "n = len(points)\nreturn torch.cdist(points, points).sum() / (n * (n - 1))",
            "scipy": "from scipy.spatial.distance import pdist\nreturn pdist(points.numpy()).mean()",
        },
    ),
}

WRONG = {
    "standardise": wrong_bodies(
        "standardise",
        {
            "one mean for all": ("m, s = points.mean(), points.std()\nreturn (points - m) / s, m, s", "dim=0"),
            "along the rows": (
                "m, s = points.mean(1, keepdim=True), points.std(1, keepdim=True)\nreturn (points - m) / s, m, s",
                "dim=0",
            ),
            "only centred": ("m, s = points.mean(0), points.std(0)\nreturn points - m, m, s", "pas réduits"),
            "only scaled": ("m, s = points.mean(0), points.std(0)\nreturn points / s, m, s", "pas centrés"),
            "parentheses": ("m, s = points.mean(0), points.std(0)\nreturn points - m / s, m, s", "parenthèses"),
            "variance": ("m, s = points.mean(0), points.var(0)\nreturn (points - m) / s, m, s", "variances"),
            "between 0 and 1": (
                "a, b = points.amin(0), points.amax(0)\nreturn (points - a) / (b - a), a, b - a",
                "points.mean(dim=0)",
            ),
            "median": (
                "m, s = points.median(0).values, points.std(0)\nreturn (points - m) / s, m, s",
                "points.mean(dim=0)",
            ),
            "in place": (
                "m, s = points.mean(0), points.std(0)\npoints -= m\npoints /= s\nreturn points, m, s",
                "sur place",
            ),
            "points alone": ("return (points - points.mean(0)) / points.std(0)", "trois valeurs"),
            "std and mean exchanged": (
                "m, s = points.mean(0), points.std(0)\nreturn (points - m) / s, s, m",
                "échangés",
            ),
            "numpy": (
                "p = points.numpy()\nreturn (p - p.mean(0)) / p.std(0), p.mean(0), p.std(0)",
                "tenseur PyTorch",
            ),
            "multiplied": (
                "m, s = points.mean(0), points.std(0)\nreturn (points - m) * s, m, s",
                "(points - mean) / std",
            ),
            "double": (
                "p = points.double()\nm, s = p.mean(0), p.std(0)\nreturn (p - m) / s, m, s",
                "float32",
            ),
            "constants of these data": (
                "m, s = torch.tensor([0.5, 0.25]), torch.tensor([0.87, 0.5])\nreturn (points - m) / s, m, s",
                "les moyennes valent",
            ),
        },
    ),
    "discriminator_step": wrong_with_losses(CIRCLE["WRONG"]["discriminator_step"]),
    "generator_step": wrong_with_losses(CIRCLE["WRONG"]["generator_step"]),
    "train": {
        **wrong_bodies(
            "train",
            {
                "one step of each, whatever is asked": (
                    LOOP.replace("range(discriminator_steps)", "range(1)").replace(
                        "range(generator_steps)", "range(1)"
                    ),
                    "2 par étape",
                ),
                "generator_steps ignored": (changed(LOOP, ("range(generator_steps)", "range(1)")), "l'optimiseur de G"),
                "discriminator_steps ignored": (
                    changed(LOOP, ("range(discriminator_steps)", "range(1)")),
                    "l'optimiseur de D",
                ),
                "the two exchanged": (
                    LOOP.replace("range(discriminator_steps)", "range(k)")
                    .replace("range(generator_steps)", "range(discriminator_steps)")
                    .replace("range(k)", "range(generator_steps)"),
                    "discriminator_steps et generator_steps sont échangés",
                ),
                "ten steps of G for ever": (
                    changed(LOOP, ("range(generator_steps)", "range(10)")),
                    "G est mis à jour plus d'une fois",
                ),
                "the same batch at each step of D": (
                    """
for step in run:
    real = draw(data, batch_size)
    for _ in range(discriminator_steps):
        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    for _ in range(generator_steps):
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)""",
                    "tous le même lot",
                ),
                "G first": (LOOP.replace(D_PART + G_PART, G_PART + D_PART), "tous les pas de D viennent d'abord"),
                "in turn": (
                    """
for step in run:
    for k in range(max(discriminator_steps, generator_steps)):
        if k < discriminator_steps:
            loss_d = discriminator_step(generator, discriminator, optimizer_d, draw(data, batch_size))
        if k < generator_steps:
            loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)""",
                    "tous les pas de D viennent d'abord",
                ),
                "one step of D too many": (
                    changed(LOOP, ("range(discriminator_steps)", "range(discriminator_steps + 1)")),
                    "D est mis à jour plus d'une fois",
                ),
                "means logged": (
                    changed(LISTS, ("PICKED", "loss_d=sum(ds) / len(ds), loss_g=sum(gs) / len(gs)")),
                    "mais leurs moyennes",
                ),
                "sums logged": (changed(LISTS, ("PICKED", "loss_d=sum(ds), loss_g=sum(gs)")), "mais leurs sommes"),
                "first logged": (changed(LISTS, ("PICKED", "loss_d=ds[-1], loss_g=gs[0]")), "mais les premières"),
                "slices, from a random place": (
                    changed(
                        LOOP,
                        (
                            "real = draw(data, batch_size)",
                            "start = int(torch.randint(len(data) - batch_size + 1, ()))\n"
                            "        real = data[start : start + batch_size]",
                        ),
                    ),
                    "qui se suivent",
                ),
                "slices, starting anew": (
                    changed(
                        LOOP,
                        (
                            "draw(data, batch_size)",
                            "data[(torch.arange(batch_size) + torch.randint(len(data), ())) % len(data)]",
                        ),
                    ),
                    "qui se suivent",
                ),
                "shuffled in place": (
                    changed(
                        LOOP,
                        (
                            "real = draw(data, batch_size)",
                            "data[:] = data[torch.randperm(len(data))]\n        real = data[:batch_size]",
                        ),
                    ),
                    "sur place",
                ),
                "G's steps inside D's": (
                    """
for step in run:
    for _ in range(discriminator_steps):
        loss_d = discriminator_step(generator, discriminator, optimizer_d, draw(data, batch_size))
        for _ in range(generator_steps):
            loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)""",
                    "G est mis à jour plus de",
                ),
                "logged at each step of D": (
                    """
for step in run:
    for _ in range(discriminator_steps):
        loss_d = discriminator_step(generator, discriminator, optimizer_d, draw(data, batch_size))
        run.log(loss_d=loss_d)
    for _ in range(generator_steps):
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
        run.log(loss_g=loss_g)""",
                    "valeurs de loss_d",
                ),
                "not logged": (changed(LOOP, ("\n    run.log(loss_d=loss_d, loss_g=loss_g)", "")), "run.log"),
                "logged once": (changed(LOOP, ("\n    run.log", "\nrun.log")), "run.log"),
                "optimizers exchanged": (
                    changed(LOOP, ("optimizer_d, real", "optimizer_g, real"), ("optimizer_g, b", "optimizer_d, b")),
                    "échangés",
                ),
                "same batch for ever": (changed(LOOP, ("draw(data, batch_size)", "data[:batch_size]")), "au hasard"),
                "batch size ignored": (changed(LOOP, ("draw(data, batch_size)", "data")), "batch_size"),
                "batch size of the heading": (
                    changed(LOOP, ("draw(data, batch_size)", "draw(data, 100)")),
                    "batch_size",
                ),
                "other batch for G": (
                    changed(LOOP, ("optimizer_g, batch_size", "optimizer_g, 100")),
                    "G apprend sur 100",
                ),
                "losses exchanged in the log": (
                    changed(LOOP, ("loss_d=loss_d, loss_g=loss_g", "loss_d=loss_g, loss_g=loss_d")),
                    "échangées",
                ),
                "own range": (LOOP.replace("in run:", "in range(len(run)):", 1), "« for step in run: »"),
                "the reserve instead of data": (changed(LOOP, ("draw(data,", "draw(reserve,")), "points tirés de data"),
                "points instead of data": (changed(LOOP, ("draw(data,", "draw(points,")), "points tirés de data"),
                "another network": (
                    "other = new_gan()[0]\n" + LOOP.replace("step(generator", "step(other"),
                    "generator n'est jamais appelé",
                ),
                "another network for D": (
                    "other = new_gan()[0]\n" + LOOP.replace("discriminator_step(generator", "discriminator_step(other"),
                    "generator n'est jamais appelé quand D apprend",
                ),
                "optimizer of D given to the step of G": (
                    LOOP.replace("optimizer_g, batch", "optimizer_d, batch"),
                    "generator_step reçoit-elle optimizer_d",
                ),
                "the first batches for ever": (
                    "import itertools\nlots = itertools.cycle(data[torch.randperm(len(data))].split(batch_size))"
                    + LOOP.replace("draw(data, batch_size)", "next(lots)"),
                    "reviennent sans cesse",
                ),
                "D only": (
                    LOOP.replace(G_PART, "\n    loss_g = 0.0"),
                    "l'optimiseur de G reçu en argument a fait 0 pas",
                ),
            },
        ),
        "TP 01's loop, untouched": (
            CIRCLE["body"](
                "train",
                CIRCLE["LOOP"].replace(
                    "torch.randperm(len(data))[:batch_size]", "torch.randperm(len(data))[:batch_size]"
                ),
            ),
            "discriminator_steps",
        ),
        "a wrong step, told first": (
            LOSSES
            + CIRCLE["body"]("generator_step", changed(CIRCLE["G_STEP"], ("optimizer.step()\n", "")))
            + body("train", LOOP),
            "à corriger d'abord. generator_step",
        ),
    },
    "energy_distance": wrong_bodies(
        "energy_distance",
        {
            "no factor 2": (
                "return (torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()).item()",
                "facteur 2",
            ),
            "half": (
                "return torch.cdist(x, y).mean() - torch.cdist(x, x).mean() / 2 - torch.cdist(y, y).mean() / 2",
                "moitié",
            ),
            "square root": (
                "return (2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()).sqrt()",
                "racine",
            ),
            "sign": (
                "return torch.cdist(x, x).mean() + torch.cdist(y, y).mean() - 2 * torch.cdist(x, y).mean()",
                "signe",
            ),
            "no x": ("return 2 * torch.cdist(x, y).mean() - torch.cdist(y, y).mean()", "intérieur de x"),
            "no y": ("return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean()", "intérieur de y"),
            "between only": ("return torch.cdist(x, y).mean()", "entre les deux nuages seulement"),
            "twice between": ("return 2 * torch.cdist(x, y).mean()", "à l'intérieur de chaque nuage"),
            "added": (
                "return 2 * torch.cdist(x, y).mean() + torch.cdist(x, x).mean() + torch.cdist(y, y).mean()",
                "les soustrait",
            ),
            "sums": (
                "return 2 * torch.cdist(x, y).sum() - torch.cdist(x, x).sum() - torch.cdist(y, y).sum()",
                "ce sont des sommes",
            ),
            "pairs of a point with itself left out": (
                "return 2 * torch.cdist(x, y).mean() - torch.pdist(x).mean() - torch.pdist(y).mean()",
                "divisez par n²",
            ),
            "squares": (
                "return 2 * (torch.cdist(x, y)**2).mean() - (torch.cdist(x, x)**2).mean() - (torch.cdist(y, y)**2).mean()",
                "carrés",
            ),
            "Manhattan": (
                "return 2 * torch.cdist(x, y, p=1).mean() - torch.cdist(x, x, p=1).mean() - torch.cdist(y, y, p=1).mean()",
                "Manhattan",
            ),
            "same inside twice": (
                "return 2 * torch.cdist(x, y).mean() - 2 * torch.cdist(x, x).mean()",
                "le premier nuage compte deux fois",
            ),
            "not reduced": ("return 2 * torch.cdist(x, y)", "un seul nombre"),
            "row by row": ("return 2 * (x - y).norm(dim=1).mean()", "une erreur l'arrête"),
            "between the centres": ("return (x.mean(0) - y.mean(0)).norm()", "deux centres"),
            "in place": (
                "x -= x.mean(0)\ny -= y.mean(0)\n"
                "return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()",
                "sur place",
            ),
            "the first points": (
                "n = min(len(x), len(y))\nx, y = x[:n], y[:n]\n"
                "return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()",
                "Relisez la formule",
            ),
            "the first hundred points": (
                "x, y = x[:100], y[:100]\n"
                "return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()",
                "gardez-les tous",
            ),
            "a hundred points drawn": (
                "x, y = draw(x, min(len(x), 100)), draw(y, min(len(y), 100))\n"
                "return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()",
                "gardez-les tous",
            ),
            "precedence": (
                "return 2 * (torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean())",
                "Relisez la formule",
            ),
        },
    ),
    "floor": {
        **wrong_bodies(
            "floor",
            {
                "one sample against itself": (
                    "a = draw(reserve, n)\nreturn [energy_distance(a, a) for _ in range(draws)]",
                    "nulles",
                ),
                "each sample against itself": (
                    "out = []\nfor _ in range(draws):\n    a = draw(reserve, n)\n    out.append(energy_distance(a, a))\nreturn out",
                    "nulles",
                ),
                "drawn once": (
                    "a, b = draw(reserve, n), draw(reserve, n)\nreturn [energy_distance(a, b) for _ in range(draws)]",
                    "se répètent",
                ),
                "one sample kept": (
                    "a = draw(reserve, n)\nreturn [energy_distance(a, draw(reserve, n)) for _ in range(draws)]",
                    "sert à plusieurs tirages",
                ),
                "each sample used twice": (
                    "out, a = [], draw(reserve, n)\nfor _ in range(draws):\n    b = draw(reserve, n)\n"
                    "    out.append(energy_distance(a, b))\n    a = b\nreturn out",
                    "sert à plusieurs tirages",
                ),
                "a thousand points": (
                    "return [energy_distance(draw(reserve, 1000), draw(reserve, 1000)) for _ in range(draws)]",
                    "n = 20",
                ),
                "seed fixed": (
                    "torch.manual_seed(0)\nreturn [energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(draws)]",
                    "se répètent",
                ),
                "against the whole reserve": (
                    "return [energy_distance(draw(reserve, n), reserve) for _ in range(draws)]",
                    "deux fois trop petites",
                ),
                "twice as many points": (
                    "return [energy_distance(draw(reserve, 2 * n), draw(reserve, 2 * n)) for _ in range(draws)]",
                    "deux fois trop petites",
                ),
                "n ignored": (
                    "return [energy_distance(draw(reserve, 100), draw(reserve, 100)) for _ in range(draws)]",
                    "n = 20",
                ),
                "half of n": (
                    "out = []\nfor _ in range(draws):\n    a = draw(reserve, n)\n    out.append(energy_distance(a[: n // 2], a[n // 2 :]))\nreturn out",
                    "n = 20",
                ),
                "the mean": (
                    "return sum(energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(draws)) / draws",
                    "draws",
                ),
                "mean and spread": (
                    "v = torch.tensor([energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(draws)])\nreturn v.mean(), v.std()",
                    "draws",
                ),
                "draws ignored": (
                    "return [energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(20)]",
                    "draws",
                ),
                "in order": (
                    "k = len(reserve) - 2 * n\nreturn [energy_distance(reserve[7 * i % k :][:n], reserve[7 * i % k + n :][:n]) for i in range(draws)]",
                    "se répètent",
                ),
                "slices": (
                    "out = []\nfor _ in range(draws):\n    i, j = torch.randint(len(reserve) - n, (2,)).tolist()\n"
                    "    out.append(energy_distance(reserve[i : i + n], reserve[j : j + n]))\nreturn out",
                    "au hasard",
                ),
                "a generated cloud": (
                    "return [energy_distance(draw(reserve, n), noise(n)) for _ in range(draws)]",
                    "au hasard",
                ),
                "the notebook's points": (
                    "return [energy_distance(draw(points, n), draw(points, n)) for _ in range(draws)]",
                    "dans reserve",
                ),
            },
        ),
        "a wrong distance, told first": (
            body("energy_distance", "return torch.cdist(x, y).mean()")
            + body("floor", "return [energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(draws)]"),
            "à corriger d'abord. energy_distance",
        ),
    },
    "precision": {
        **wrong_bodies(
            "precision",
            {
                "the point itself counted": (
                    SORTED
                    + "radii = d[:, k - 1]\nreturn (torch.cdist(generated, real) <= radii).any(1).float().mean()",
                    "voisin k - 1",
                ),
                "one too far": (
                    SORTED
                    + "radii = d[:, k + 1]\nreturn (torch.cdist(generated, real) <= radii).any(1).float().mean()",
                    "voisin k + 1",
                ),
                "recall": (
                    "radii = torch.cdist(generated, generated).sort(dim=1).values[:, k]\n"
                    "return (torch.cdist(real, generated) <= radii).any(1).float().mean()",
                    "c'est le rappel",
                ),
                "all": (NEAR + f"return ({IN_BALLS}).all(1).float().mean()", "any, et non all"),
                "outside": (
                    NEAR + "return (torch.cdist(generated, real) > radii).all(1).float().mean()",
                    "part opposée",
                ),
                "any over the balls": (NEAR + f"return ({IN_BALLS}).any(0).float().mean()", "mauvaise dimension"),
                "no any": (NEAR + f"return ({IN_BALLS}).float().mean()", "il manque any"),
                "a count": (NEAR + f"return ({IN_BALLS}).any(1).sum()", "prenez la part"),
                "a percentage": (NEAR + f"return 100 * ({IN_BALLS}).any(1).float().mean()", "pourcentage"),
                "one radius": (
                    NEAR + "radii = radii.mean()\n" + f"return ({IN_BALLS}).any(1).float().mean()",
                    "un même rayon",
                ),
                "the largest radius": (
                    NEAR + "radii = radii.max()\n" + f"return ({IN_BALLS}).any(1).float().mean()",
                    "un même rayon",
                ),
                "nearest ball only": (
                    NEAR + "d, i = torch.cdist(generated, real).min(dim=1)\nreturn (d <= radii[i]).float().mean()",
                    "la plus proche",
                ),
                "k fixed": (
                    SORTED + "radii = d[:, 3]\nreturn (torch.cdist(generated, real) <= radii).any(1).float().mean()",
                    "k",
                ),
                "radius from the other cloud": (
                    "radii = torch.cdist(real, generated).sort(dim=1).values[:, k - 1]\n"
                    "return (torch.cdist(generated, real) <= radii).any(1).float().mean()",
                    "l'autre nuage",
                ),
                "not reduced": (NEAR + f"return ({IN_BALLS}).any(1)", "un seul nombre"),
                "farthest": (
                    "radii = torch.cdist(real, real).sort(dim=1, descending=True).values[:, k]\n"
                    "return (torch.cdist(generated, real) <= radii).any(1).float().mean()",
                    "Relisez la définition",
                ),
                "mean of booleans": (NEAR + f"return ({IN_BALLS}).any(1).mean()", "ajoutez .float()"),
                "over the real points": (
                    NEAR + f"return ({IN_BALLS}).any(1).sum() / len(real)",
                    "divisez par celui des générés",
                ),
                "radius from the other cloud, k further": (
                    "radii = torch.cdist(real, generated).sort(dim=1).values[:, k]\n"
                    "return (torch.cdist(generated, real) <= radii).any(1).float().mean()",
                    "l'autre nuage",
                ),
                "always": ("return 1.0", "très loin"),
            },
        ),
        "k = 5 in the heading": (
            changed(HEAD["precision"], ("k=3", "k=5"))
            + "\n    "
            + NEAR
            + f"    return ({IN_BALLS}).any(1).float().mean()\n",
            "sans k",
        ),
        "no k in the heading": (
            changed(HEAD["precision"], ("k=3", "k"))
            + "\n    "
            + NEAR
            + f"    return ({IN_BALLS}).any(1).float().mean()\n",
            "gardez k=3 dans l'en-tête",
        ),
    },
    "recall": wrong_bodies(
        "recall",
        {
            "always": ("return 1.0", "très loin"),
            "precision": ("return precision(real, generated, k)", "c'est la précision"),
            "k forgotten": ("return precision(generated, real)", "k"),
            "both": ("return precision(generated, real, k), precision(real, generated, k)", "un seul nombre"),
            "opposite": ("return 1 - precision(generated, real, k)", "part opposée"),
            "the point itself counted": ("return precision(generated, real, k - 1)", "voisin k - 1"),
            "shared out among the others": (
                "return precision(generated, real, k) * len(real) / len(generated)",
                "divisez par celui des vrais",
            ),
            "mean": (
                "return (precision(generated, real, k) + precision(real, generated, k)) / 2",
                "Relisez la définition",
            ),
            "no any": (
                "radii = torch.cdist(generated, generated).sort(dim=1).values[:, k]\n"
                "return (torch.cdist(real, generated) <= radii).float().mean()",
                "il manque any",
            ),
            "a count": ("return len(real) * precision(generated, real, k)", "prenez la part"),
        },
    )
    | {
        "a wrong precision, told first": (
            body("precision", NEAR + f"return ({IN_BALLS}).all(1).float().mean()")
            + body("recall", "return precision(generated, real, k)"),
            "à corriger d'abord. precision",
        ),
    },
    "moon_shares": wrong_bodies(
        "moon_shares",
        {
            "exchanged": (TO_MOONS + "s = (a > b).float().mean()\nreturn s, 1 - s", "échangées"),
            "counts": (TO_MOONS + "return (a < b).sum(), (a >= b).sum()", "nombres de points"),
            "percentages": (TO_MOONS + "s = 100 * (a < b).float().mean()\nreturn s, 100 - s", "pourcentages"),
            "centres": (
                "a = (points - upper.mean(0)).norm(dim=1)\nb = (points - lower.mean(0)).norm(dim=1)\n"
                "s = (a < b).float().mean()\nreturn s, 1 - s",
                "point le plus proche",
            ),
            "mean distances": (
                "a, b = torch.cdist(points, upper).mean(1), torch.cdist(points, lower).mean(1)\n"
                "s = (a < b).float().mean()\nreturn s, 1 - s",
                "point le plus proche",
            ),
            "two thresholds": (
                TO_MOONS + "return (a < 0.3).float().mean(), (b < 0.3).float().mean()",
                "somme",
            ),
            "one threshold": (TO_MOONS + "s = (a < 0.3).float().mean()\nreturn s, 1 - s", "la plus proche"),
            "a few points of each moon": (
                "a = torch.cdist(points, upper[::20]).min(1).values\n"
                "b = torch.cdist(points, lower[::20]).min(1).values\n"
                "s = (a < b).float().mean()\nreturn s, 1 - s",
                "la plus proche",
            ),
            "one share": (TO_MOONS + "return (a < b).float().mean()", "deux nombres"),
            "one answer a point": (TO_MOONS + "return a < b", "deux nombres"),
            "moons instead of points": (
                "a = torch.cdist(points, upper).min(dim=0).values\nb = torch.cdist(points, lower).min(dim=0).values\n"
                "s = (a < b).float().mean()\nreturn s, 1 - s",
                "la plus proche",
            ),
            "height": ("s = (points[:, 1] > 0).float().mean()\nreturn s, 1 - s", "la plus proche"),
            "twice the same": (TO_MOONS + "s = (a < b).float().mean()\nreturn s, s", "somme"),
            "mean distances returned": (TO_MOONS + "return a.mean(), b.mean()", "somme"),
            "a dictionary": (
                TO_MOONS + "s = (a < b).float().mean()\nreturn {'upper': s, 'lower': 1 - s}",
                "dictionnaire",
            ),
        },
    ),
    "diversity": wrong_bodies(
        "diversity",
        {
            "sum": ("return torch.cdist(points, points).sum()", "moyenne"),
            "squares": ("return (torch.cdist(points, points) ** 2).mean()", "carrés"),
            "largest": ("return torch.cdist(points, points).max()", "plus grande"),
            "standard deviation": ("return points.std(unbiased=False)", "écart-type"),
            "to the origin": ("return points.norm(dim=1).mean()", "origine"),
            "to the centre": ("return (points - points.mean(0)).norm(dim=1).mean()", "centre"),
            "Manhattan": ("return torch.cdist(points, points, p=1).mean()", "Manhattan"),
            "not reduced": ("return torch.cdist(points, points)", "un seul nombre"),
            "row by row": ("return torch.cdist(points, points).mean(dim=1)", "un seul nombre"),
            "nearest neighbour": ("return torch.cdist(points, points).sort(dim=1).values[:, 1].mean()", "au lieu de"),
        },
    ),
}
