"""TP 03: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "standardise": "def standardise(points):",
    "draw_cloud": "def draw_cloud(figure, points):",
    "make_generator": "def make_generator(latent_dim, hidden_dim, data_dim, activation):",
    "make_discriminator": "def make_discriminator(data_dim, hidden_dim, activation):",
    "discriminator_step": "def discriminator_step(generator, discriminator, optimizer, real):",
    "generator_step": "def generator_step(generator, discriminator, optimizer, batch_size):",
    "train": "def train(generator, discriminator, optimizer_g, optimizer_d, data, run, batch_size=100, schedulers=()):",
    "batched_linear": "def batched_linear(x, weight, bias):",
    "batched_network": "def batched_network(layers, x):",
    "batched_loss": "def batched_loss(logits, label):",
    "masked_noise": "def masked_noise(latent_dims, n):",
}

body, bodies, wrong_bodies = written(HEAD)


CLOUD = """
ax = figure.add_subplot(projection="3d")
ax.scatter(points[:, 0], points[:, 1], points[:, 2])
ax.set(xlabel="x", ylabel="y", zlabel="z")
return ax"""
G = """
h = hidden_dim
return nn.Sequential(
    nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim))"""
D = """
h = hidden_dim
return nn.Sequential(
    nn.Linear(data_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, 1), nn.Sigmoid())"""
STEP = """
fake = generator(noise(len(real))).detach()
loss = discriminator_loss(discriminator(real), discriminator(fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()"""
G_STEP = """
loss = generator_loss(discriminator(generator(noise(batch_size))))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()"""
LOOP = """
for step in run:
    real = data[torch.randperm(len(data))[:batch_size]]
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    loss_g = generator_step(generator, discriminator, optimizer_g, len(real))
    run.log(loss_d=loss_d, loss_g=loss_g)
    for scheduler in schedulers:
        scheduler.step()"""
NETWORK = """
last = len(layers) - 1
for i, (weight, bias) in enumerate(layers):
    x = x @ weight + bias
    if i < last:
        x = torch.where(x > 0, x, 0.2 * x)
return x"""
LOSS = """
target = torch.ones_like(logits) * label
return nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none").mean(dim=(1, 2)).sum()"""
NOISE = """
largest = int(latent_dims.max())
z = torch.randn(len(latent_dims), n, largest)
for run, dim in enumerate(latent_dims):
    z[run, :, dim:] = 0
return z"""

RIGHT = {
    "standardise": bodies(
        "standardise",
        {
            "rows kept": "m, s = points.mean(0, keepdim=True), points.std(0, keepdim=True)\nreturn (points - m) / s, m, s",
            "over n": "m, s = points.mean(0), points.std(0, unbiased=False)\nreturn (points - m) / s, m, s",
            "a small number": "m, s = points.mean(0), points.std(0)\nreturn (points - m) / (s + 1e-8), m, s",
            "a copy changed in place": "x = points.clone()\nm, s = x.mean(0), x.std(0)\nx -= m\nx /= s\nreturn x, m, s",
            "std_mean": "s, m = torch.std_mean(points, dim=0)\nreturn (points - m) / s, m, s",
        },
    ),
    "draw_cloud": bodies(
        "draw_cloud",
        {
            "code 111": changed(CLOUD, ('projection="3d"', '111, projection="3d"')),
            "unpacked": changed(CLOUD, ("points[:, 0], points[:, 1], points[:, 2]", "*points.T")),
            "numpy": "points = points.numpy()" + CLOUD,
            "add_axes": changed(CLOUD, ('add_subplot(projection="3d")', 'add_axes((0, 0, 1, 1), projection="3d")')),
            "subplots": changed(CLOUD, ('add_subplot(projection="3d")', 'subplots(subplot_kw={"projection": "3d"})')),
            "the class, then added": changed(
                "from mpl_toolkits.mplot3d import Axes3D" + CLOUD,
                ('figure.add_subplot(projection="3d")', "Axes3D(figure)\nfigure.add_axes(ax)"),
            ),
            "plot with marks": changed(CLOUD, ("ax.scatter(", "ax.plot("), ("points[:, 2])", 'points[:, 2], "o")')),
            "two scatters": changed(
                CLOUD,
                (
                    "ax.scatter(points[:, 0], points[:, 1], points[:, 2])",
                    "ax.scatter(*points[:4].T)\nax.scatter(*points[4:].T)",
                ),
            ),
            "colours, view and title": changed(
                CLOUD,
                (
                    "points[:, 2])",
                    "points[:, 2], c=points[:, 0], cmap='viridis', s=3, alpha=0.5)\nax.view_init(10, -70)\nax.set_title('a')",
                ),
            ),
            "three setters": """
ax = figure.add_subplot(1, 1, 1, projection="3d")
ax.scatter(xs=points[:, 0], ys=points[:, 1], zs=points[:, 2])
ax.set_xlabel("$x_1$")
ax.set_ylabel("$x_2$")
ax.set_zlabel("$x_3$")
return ax""",
            "a list": changed(
                CLOUD,
                ("ax.scatter(", "points = points.tolist()\nax.scatter("),
                (
                    "points[:, 0], points[:, 1], points[:, 2]",
                    "[p[0] for p in points], [p[1] for p in points], [p[2] for p in points]",
                ),
            ),
        },
    ),
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "h": G,
                "four layers": changed(
                    G,
                    (
                        "activation, nn.Linear(h, data_dim)",
                        "activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim)",
                    ),
                ),
                "a list": """
sizes = [latent_dim, hidden_dim, hidden_dim, data_dim]
layers = []
for a, b in zip(sizes[:-1], sizes[1:]):
    layers += [nn.Linear(a, b), activation]
return nn.Sequential(*layers[:-1])""",
                "another width": changed(G, ("h = hidden_dim", "h = 2 * hidden_dim")),
            },
        ),
        "a class": """
class Generator(nn.Module):
    def __init__(self, a, h, b, act):
        super().__init__()
        self.one, self.two, self.three, self.act = nn.Linear(a, h), nn.Linear(h, h), nn.Linear(h, b), act
    def forward(self, z):
        return self.three(self.act(self.two(self.act(self.one(z)))))
make_generator = Generator
""",
        "the last layer named first": """
class Generator(nn.Module):
    def __init__(self, a, h, b, act):
        super().__init__()
        self.end, self.act = nn.Linear(h, b), act
        self.one, self.two = nn.Linear(a, h), nn.Linear(h, h)
    def forward(self, z):
        return self.end(self.act(self.two(self.act(self.one(z)))))
make_generator = Generator
""",
    },
    "make_discriminator": {
        **bodies(
            "make_discriminator",
            {
                "h": D,
                "dropout": changed(D, ("nn.Linear(h, h), activation", "nn.Linear(h, h), activation, nn.Dropout(0.3)")),
                "narrowing": "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h // 4), activation, nn.Linear(h // 4, 1), nn.Sigmoid())",
            },
        ),
        "a class": """
class Discriminator(nn.Module):
    def __init__(self, d, h, act):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d, h), act, nn.Linear(h, h), act)
        self.head = nn.Linear(h, 1)
    def forward(self, x):
        return torch.sigmoid(self.head(self.body(x)))
make_discriminator = Discriminator
""",
    },
    "discriminator_step": bodies(
        "discriminator_step",
        {
            "fakes under no_grad": changed(
                STEP,
                (
                    "fake = generator(noise(len(real))).detach()",
                    "with torch.no_grad():\n    fake = generator(noise(len(real)))",
                ),
            ),
            "own noise": changed(STEP, ("noise(len(real))", "torch.randn(real.shape[0], latent_dim)")),
            "by hand": changed(
                STEP,
                (
                    "discriminator_loss(discriminator(real), discriminator(fake))",
                    "-discriminator(real).log().mean() - (1 - discriminator(fake)).log().mean()",
                ),
            ),
            "one lot": changed(
                STEP,
                (
                    "discriminator_loss(discriminator(real), discriminator(fake))",
                    "discriminator_loss(*discriminator(torch.cat([real, fake])).split(len(real)))",
                ),
            ),
            "a tensor returned": changed(STEP, ("return loss.item()", "return loss.detach()")),
        },
    ),
    "generator_step": bodies(
        "generator_step",
        {
            "own noise": changed(G_STEP, ("noise(batch_size)", "torch.randn(batch_size, latent_dim)")),
            "by hand": changed(
                G_STEP,
                (
                    "generator_loss(discriminator(generator(noise(batch_size))))",
                    "-discriminator(generator(noise(batch_size))).log().mean()",
                ),
            ),
            "zero_grad afterwards": changed(
                G_STEP, ("optimizer.zero_grad()\n", ""), ("return", "optimizer.zero_grad()\nreturn")
            ),
            "a tensor returned": changed(G_STEP, ("return loss.item()", "return loss")),
        },
    ),
    "train": bodies(
        "train",
        {
            "without replacement": LOOP,
            "randint": changed(
                LOOP, ("torch.randperm(len(data))[:batch_size]", "torch.randint(len(data), (batch_size,))")
            ),
            "numpy": changed(
                LOOP,
                ("torch.randperm(len(data))[:batch_size]", "np.random.choice(len(data), batch_size, replace=False)"),
            ),
            "a comprehension": changed(
                LOOP,
                (
                    "    for scheduler in schedulers:\n        scheduler.step()",
                    "    [scheduler.step() for scheduler in schedulers]",
                ),
            ),
            "if any": changed(
                LOOP,
                (
                    "    for scheduler in schedulers:\n        scheduler.step()",
                    "    if schedulers:\n        for s in list(schedulers):\n            s.step()",
                ),
            ),
            "each after its network": changed(
                LOOP,
                (
                    "    for scheduler in schedulers:\n        scheduler.step()",
                    "    for i in range(len(schedulers)):\n        schedulers[i].step()",
                ),
            ),
        },
    ),
    "batched_linear": bodies(
        "batched_linear",
        {
            "at": "return x @ weight + bias",
            "bmm": "return torch.bmm(x, weight) + bias",
            "matmul": "return bias + torch.matmul(x, weight)",
            "einsum": "return torch.einsum('rni,rio->rno', x, weight) + bias",
            "vmap": "return torch.vmap(lambda x, weight, bias: x @ weight + bias)(x, weight, bias)",
            "a loop over the inputs": "return sum(x[:, :, i : i + 1] * weight[:, i : i + 1] for i in range(x.shape[2])) + bias",
            "sum of products": "return (x[..., None] * weight[:, None]).sum(dim=2) + bias",
            "expanded bias": "return x.matmul(weight).add(bias.expand(-1, x.shape[1], -1))",
        },
    ),
    "batched_network": bodies(
        "batched_network",
        {
            "where": NETWORK,
            "a module": """
act = nn.LeakyReLU(0.2)
for layer in layers[:-1]:
    x = act(batched_linear(x, *layer))
weight, bias = layers[-1]
return batched_linear(x, weight, bias)""",
            "activation before all but the first": """
for i, (weight, bias) in enumerate(layers):
    if i > 0:
        x = nn.functional.leaky_relu(x, negative_slope=0.2)
    x = batched_linear(x, weight, bias)
return x""",
            "recursive": """
if len(layers) == 1:
    return batched_linear(x, *layers[0])
return batched_network(layers[1:], nn.functional.leaky_relu(batched_linear(x, *layers[0]), 0.2))""",
            "in place on its own tensor": changed(
                NETWORK, ("torch.where(x > 0, x, 0.2 * x)", "nn.functional.leaky_relu_(x, 0.2)")
            ),
            "maximum": changed(NETWORK, ("torch.where(x > 0, x, 0.2 * x)", "torch.maximum(x, 0.2 * x)")),
        },
    ),
    "batched_loss": bodies(
        "batched_loss",
        {
            "times": LOSS,
            "softplus": "return nn.functional.softplus(-logits if label else logits).mean(dim=1).sum()",
            "logsigmoid": "sign = 2 * label - 1\nreturn -nn.functional.logsigmoid(sign * logits).mean(dim=(1, 2)).sum()",
            "sum over n": """
bce = nn.BCEWithLogitsLoss(reduction="sum")
return bce(logits, torch.full_like(logits, float(label))) / logits.shape[1]""",
            "mean times runs": "return len(logits) * nn.BCEWithLogitsLoss()(logits, torch.full(logits.shape, float(label)))",
            "a loop": """
bce = nn.BCEWithLogitsLoss()
return sum(bce(one, torch.full_like(one, label)) for one in logits)""",
            "BCELoss of the sigmoid": """
p = torch.sigmoid(logits)
return nn.functional.binary_cross_entropy(p, torch.full_like(p, label), reduction="none").mean(dim=(1, 2)).sum()""",
            "squeezed": """
flat = logits.squeeze(-1)
target = torch.zeros_like(flat) + label
return nn.functional.binary_cross_entropy_with_logits(flat, target, reduction="none").mean(1).sum()""",
        },
    ),
    "masked_noise": bodies(
        "masked_noise",
        {
            "a loop": NOISE,
            "stacked": """
largest = max(latent_dims.tolist())
parts = [torch.randn(n, int(d)) for d in latent_dims]
return torch.stack([nn.functional.pad(p, (0, largest - p.shape[1])) for p in parts])""",
            "filled with zeros": """
z = torch.zeros(len(latent_dims), n, int(latent_dims.max()))
for run, dim in enumerate(latent_dims.tolist()):
    z[run, :, :dim] = torch.randn(n, dim)
return z""",
            "where": """
k = latent_dims.max().item()
keep = torch.arange(k)[None, None] < latent_dims[:, None, None]
return torch.where(keep, torch.randn(latent_dims.shape[0], n, k), torch.tensor(0.0))""",
            "masked_fill": """
k = int(latent_dims.max())
beyond = torch.arange(k)[None] >= latent_dims[:, None]
return torch.randn(len(latent_dims), n, k).masked_fill(beyond[:, None], 0)""",
        },
    ),
    "enough": {
        "float": "enough = 2.0",
        "tensor": "enough = torch.tensor(2)",
        "computed": "enough = data_dim - 1",
        "numpy": "import numpy as np\nenough = np.int64(2)",
    },
}

WRONG = {
    "standardise": wrong_bodies(
        "standardise",
        {
            "two coordinates only": (
                "x, y = points.T\nm, s = torch.stack([x.mean(), y.mean()]), torch.stack([x.std(), y.std()])\n"
                "return (points - m) / s, m, s",
                "une erreur l'arrête",
            ),
            "points alone": ("return (points - points.mean(0)) / points.std(0)", "trois valeurs"),
            "one mean for all": ("m, s = points.mean(), points.std()\nreturn (points - m) / s, m, s", "dim=0"),
            "centred only": ("m, s = points.mean(0), points.std(0)\nreturn points - m, m, s", "pas réduits"),
            "scaled only": ("m, s = points.mean(0), points.std(0)\nreturn points / s, m, s", "pas centrés"),
            "variance": ("m, s = points.mean(0), points.var(0)\nreturn (points - m) / s, m, s", "variances"),
            "exchanged": ("m, s = points.mean(0), points.std(0)\nreturn (points - m) / s, s, m", "échangés"),
            "in place": (
                "m, s = points.mean(0), points.std(0)\npoints -= m\npoints /= s\nreturn points, m, s",
                "sur place",
            ),
        },
    ),
    "draw_cloud": wrong_bodies(
        "draw_cloud",
        {
            "source D": (
                changed(
                    "from mpl_toolkits.mplot3d import Axes3D" + CLOUD,
                    ('figure.add_subplot(projection="3d")', "Axes3D(figure)"),
                ),
                "Axes3D(figure) ne suffit plus",
            ),
            "axes forgotten": (changed(CLOUD, ("\nreturn ax", "")), "return ax"),
            "a broken formula": (
                changed(CLOUD, ("\nreturn ax", "\nax.set_xlabel('$x_$')\nreturn ax")),
                "entre deux « $ »",
            ),
            "the figure returned": (changed(CLOUD, ("return ax", "return figure")), "type Figure"),
            "the points returned": (
                changed(CLOUD, ("ax.scatter(", "cloud = ax.scatter("), ("return ax", "return cloud")),
                "Path3DCollection",
            ),
            "two dimensions": (
                "ax = figure.add_subplot()\nax.scatter(points[:, 0], points[:, 1])\nreturn ax",
                "deux dimensions",
            ),
            "another figure": (
                changed("import matplotlib.pyplot as plt" + CLOUD, ("figure.add", "plt.figure().add")),
                "une autre figure",
            ),
            "no points": (changed(CLOUD, ("ax.scatter(points[:, 0], points[:, 1], points[:, 2])\n", "")), "sont vides"),
            "two coordinates": (changed(CLOUD, (", points[:, 2])", ")")), "la même pour tous"),
            "coordinates exchanged": (
                changed(CLOUD, ("points[:, 1], points[:, 2]", "points[:, 2], points[:, 1]")),
                "échangées",
            ),
            "one coordinate twice": (changed(CLOUD, ("points[:, 2])", "points[:, 1])")), "ne sont pas ceux"),
            "rows for columns": (
                changed(CLOUD, ("points[:, 0], points[:, 1], points[:, 2]", "points[0], points[1], points[2]")),
                "3 points",
            ),
            "the first hundred points": (
                changed(CLOUD, ("ax.scatter(", "points = points[:100]\nax.scatter(")),
                "100 points sont dessinés au lieu de 150",
            ),
            "empty axes below": ("figure.add_subplot()" + CLOUD, "axes vides"),
            "size 0": (changed(CLOUD, ("points[:, 2])", "points[:, 2], s=0)")), "invisibles"),
            "some points": (
                changed(CLOUD, ("ax.scatter(", "points = points[:5]\nax.scatter(")),
                "5 points sont dessinés",
            ),
            "joined": (changed(CLOUD, ("ax.scatter(", "ax.plot(")), "ligne"),
            "no names": (
                changed(CLOUD, ('ax.set(xlabel="x", ylabel="y", zlabel="z")\n', "")),
                "set_xlabel, set_ylabel, set_zlabel",
            ),
            "no third name": (changed(CLOUD, (', zlabel="z"', "")), "set_zlabel"),
            "one name": (changed(CLOUD, ('ylabel="y"', 'ylabel="x"')), "même nom"),
            "an empty name": (changed(CLOUD, ('ylabel="y"', 'ylabel=" "')), "set_ylabel"),
            "in place": ("points -= points.mean(0)" + CLOUD, "sur place"),
            "shifted": ("points = points - points.mean(0)" + CLOUD, "ne sont pas ceux"),
            "projection misspelt": (changed(CLOUD, ('"3d"', '"3D"')), "à la ligne 2"),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "two layers": (
                "return nn.Sequential(nn.Linear(latent_dim, hidden_dim), activation, nn.Linear(hidden_dim, data_dim))",
                "2 couches",
            ),
            "two coordinates, as in TP 01": (changed(G, ("nn.Linear(h, data_dim)", "nn.Linear(h, 2)")), "data_dim"),
            "hidden_dim fixed": (changed(G, ("h = hidden_dim", "h = 128")), "employez l'argument hidden_dim"),
            "second width fixed": (
                changed(
                    G, ("nn.Linear(h, h)", "nn.Linear(h, 64)"), ("nn.Linear(h, data_dim)", "nn.Linear(64, data_dim)")
                ),
                "employez l'argument hidden_dim",
            ),
            "latent_dim fixed": (changed(G, ("nn.Linear(latent_dim, h)", "nn.Linear(2, h)")), "latent_dim"),
            "tanh at the end": (
                changed(G, ("nn.Linear(h, data_dim))", "nn.Linear(h, data_dim), nn.Tanh())")),
                "bornée",
            ),
            "sigmoid at the end": (
                changed(G, ("nn.Linear(h, data_dim))", "nn.Linear(h, data_dim), nn.Sigmoid())")),
                "bornée",
            ),
            "own activation": (
                changed(
                    G,
                    (
                        "nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation",
                        "nn.Linear(latent_dim, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU()",
                    ),
                ),
                "l'argument activation",
            ),
            "activation at the end": (
                changed(G, ("nn.Linear(h, data_dim))", "nn.Linear(h, data_dim), activation)")),
                "dernière couche",
            ),
            "a list returned": (
                "h = hidden_dim\nreturn [nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim)]",
                "un réseau (nn.Module)",
            ),
        },
    ),
    "make_discriminator": wrong_bodies(
        "make_discriminator",
        {
            "hidden_dim fixed": (changed(D, ("h = hidden_dim", "h = 128")), "employez l'argument hidden_dim"),
            "no sigmoid": (changed(D, (", nn.Sigmoid())", ")")), "sigmoïde"),
            "sigmoid twice": (changed(D, ("nn.Sigmoid())", "nn.Sigmoid(), nn.Sigmoid())")), "deux fois"),
            "tanh": (changed(D, ("nn.Sigmoid()", "nn.Tanh()")), "sigmoïde"),
            "two coordinates, as in TP 01": (changed(D, ("nn.Linear(data_dim, h)", "nn.Linear(2, h)")), "data_dim"),
            "two outputs": (changed(D, ("nn.Linear(h, 1)", "nn.Linear(h, 2)")), "forme"),
            "softmax": (changed(D, ("nn.Sigmoid()", "nn.Softmax(dim=1)")), "softmax"),
            "no activation": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), nn.Linear(h, h), nn.Linear(h, 1), nn.Sigmoid())",
                "activation",
            ),
        },
    ),
    "discriminator_step": wrong_bodies(
        "discriminator_step",
        {
            "no detach": (changed(STEP, (".detach()", "")), "remonte jusque dans G"),
            "labels swapped": (
                changed(STEP, ("discriminator(real), discriminator(fake)", "discriminator(fake), discriminator(real)")),
                "étiquettes sont échangées",
            ),
            "no zero_grad": (changed(STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "no step": (changed(STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "no backward": (changed(STEP, ("loss.backward()\n", "")), "loss.backward()"),
            "uniform noise": (changed(STEP, ("noise(len(real))", "torch.rand(len(real), latent_dim)")), "loi normale"),
            "same noise": ("torch.manual_seed(0)" + STEP, "deux fois"),
            "loss of G": (
                changed(
                    STEP,
                    (
                        "discriminator_loss(discriminator(real), discriminator(fake))",
                        "generator_loss(discriminator(fake))",
                    ),
                ),
                "il manque les vrais",
            ),
            "a hundred fakes": (changed(STEP, ("len(real)", "100")), "autant de faux"),
            "half": (
                changed(
                    STEP,
                    (
                        "loss = discriminator_loss(discriminator(real), discriminator(fake))",
                        "loss = discriminator_loss(discriminator(real), discriminator(fake)) / 2",
                    ),
                ),
                "moyenne",
            ),
        },
    ),
    "generator_step": wrong_bodies(
        "generator_step",
        {
            "detached": (
                changed(G_STEP, ("generator(noise(batch_size))", "generator(noise(batch_size)).detach()")),
                "gradient",
            ),
            "label 0": (
                changed(
                    G_STEP,
                    (
                        "generator_loss(discriminator(generator(noise(batch_size))))",
                        "nn.BCELoss()(discriminator(generator(noise(batch_size))), torch.zeros(batch_size, 1))",
                    ),
                ),
                "étiquette est 0",
            ),
            "saturating": (
                changed(
                    G_STEP,
                    (
                        "generator_loss(discriminator(generator(noise(batch_size))))",
                        "torch.log(1 - discriminator(generator(noise(batch_size)))).mean()",
                    ),
                ),
                "saturante",
            ),
            "no zero_grad": (changed(G_STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "no step": (changed(G_STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "uniform noise": (
                changed(G_STEP, ("noise(batch_size)", "torch.rand(batch_size, latent_dim)")),
                "loi normale",
            ),
            "a hundred fakes": (changed(G_STEP, ("noise(batch_size)", "noise(100)")), "batch_size"),
            "D learns too": (
                changed(
                    G_STEP,
                    (
                        "return",
                        "with torch.no_grad():\n    for p in discriminator.parameters():\n        p -= 0.1\nreturn",
                    ),
                ),
                "D a été modifié",
            ),
        },
    ),
    "train": wrong_bodies(
        "train",
        {
            "no scheduler": (
                changed(LOOP, ("    for scheduler in schedulers:\n        scheduler.step()", "")),
                "schedulers n'avance pas",
            ),
            "schedulers once, after the loop": (
                changed(
                    LOOP,
                    (
                        "    for scheduler in schedulers:\n        scheduler.step()",
                        "for scheduler in schedulers:\n    scheduler.step()",
                    ),
                ),
                "qu'une fois en tout",
            ),
            "schedulers first": (
                changed(
                    LOOP,
                    ("    for scheduler in schedulers:\n        scheduler.step()", ""),
                    (
                        "for step in run:\n",
                        "for step in run:\n    for scheduler in schedulers:\n        scheduler.step()\n",
                    ),
                ),
                "avant les optimiseurs",
            ),
            "schedulers twice": (
                changed(LOOP, ("        scheduler.step()", "        scheduler.step()\n        scheduler.step()")),
                "une fois par étape",
            ),
            "first scheduler only": (
                changed(
                    LOOP,
                    (
                        "    for scheduler in schedulers:\n        scheduler.step()",
                        "    if schedulers:\n        schedulers[0].step()",
                    ),
                ),
                "le second des schedulers",
            ),
            "schedulers given the loss": (
                changed(LOOP, ("scheduler.step()", "scheduler.step(loss_g)")),
                "sans argument",
            ),
            "schedulers given the step": (changed(LOOP, ("scheduler.step()", "scheduler.step(step)")), "sans argument"),
            "slices, from a random place": (
                changed(
                    LOOP,
                    (
                        "real = data[torch.randperm(len(data))[:batch_size]]",
                        "start = int(torch.randint(len(data) - batch_size + 1, ()))\n"
                        "    real = data[start : start + batch_size]",
                    ),
                ),
                "qui se suivent",
            ),
            "data shuffled in place": (
                changed(
                    LOOP,
                    (
                        "real = data[torch.randperm(len(data))[:batch_size]]",
                        "data[:] = data[torch.randperm(len(data))]\n    real = data[:batch_size]",
                    ),
                ),
                "data a été modifié sur place",
            ),
            "step not called": (changed(LOOP, ("scheduler.step()", "scheduler.step")), "schedulers n'avance pas"),
            "no argument": (LOOP.replace("schedulers", "[]"), "schedulers n'avance pas"),
            "G only": (
                changed(
                    LOOP, ("loss_d = discriminator_step(generator, discriminator, optimizer_d, real)", "loss_d = 0")
                ),
                "D",
            ),
            "optimizers exchanged": (
                changed(
                    LOOP, ("optimizer_d", "optimizer_x"), ("optimizer_g", "optimizer_d"), ("optimizer_x", "optimizer_g")
                ),
                "échangés",
            ),
            "first points only": (
                changed(LOOP, ("torch.randperm(len(data))[:batch_size]", ":batch_size")),
                "n'a vu que",
            ),
            "all the data": (changed(LOOP, ("data[torch.randperm(len(data))[:batch_size]]", "data")), "batch_size"),
            "global points": (
                changed(
                    LOOP,
                    (
                        "data[torch.randperm(len(data))[:batch_size]]",
                        "points[torch.randperm(len(points))[:batch_size]]",
                    ),
                ),
                "data (l'argument)",
            ),
            "no log": (changed(LOOP, ("    run.log(loss_d=loss_d, loss_g=loss_g)\n", "")), "run.log"),
            "range": (changed(LOOP, ("in run:", "in range(60):")), "for step in run"),
        },
    ),
    "batched_linear": wrong_bodies(
        "batched_linear",
        {
            "no bias": ("return x @ weight", "il manque le biais"),
            "a loop": ("return torch.stack([x[r] @ weight[r] + bias[r] for r in range(len(x))])", "sans boucle"),
            "a loop that fills": (
                "y = torch.empty(*x.shape[:2], weight.shape[2])\nfor r in range(len(x)):\n"
                "    y[r] = x[r] @ weight[r] + bias[r]\nreturn y",
                "sans boucle",
            ),
            "minus": ("return x @ weight - bias", "soustrait"),
            "transposed": ("return x @ weight.transpose(1, 2) + bias", "une erreur l'arrête"),
            "transposed where it can be": (
                "w = weight.transpose(1, 2) if weight.shape[1] == weight.shape[2] else weight\nreturn x @ w + bias",
                "transposés",
            ),
            "first network's weights": ("return x @ weight[0] + bias[0]", "les poids du premier"),
            "first network's bias": ("return x @ weight + bias[0]", "le biais du premier"),
            "first network only": ("return x[0] @ weight[0] + bias[0]", "forme"),
            "summed over runs": ("return (x @ weight + bias).sum(dim=0)", "forme"),
            "elementwise": ("return x * weight + bias", "une erreur l'arrête"),
            "weight first": ("return weight @ x + bias", "une erreur l'arrête"),
            "detached": ("return (x @ weight + bias).detach()", "relié"),
            "numpy": ("return x.detach().numpy() @ weight.detach().numpy() + bias.detach().numpy()", "tenseur"),
            "weight detached": ("return x @ weight.detach() + bias", "gradient"),
            "activation": ("return nn.functional.leaky_relu(x @ weight + bias, 0.2)", "les valeurs ne sont pas"),
            "first network's weights alone": ("return x @ weight[0] + bias", "l'élément [2, "),
            "baddbmm in another order": ("return torch.baddbmm(x, weight, bias)", "une erreur l'arrête"),
            "a new layer": ("return nn.Linear(x.shape[-1], weight.shape[-1])(x)", "les valeurs ne sont pas"),
        },
    ),
    "batched_network": wrong_bodies(
        "batched_network",
        {
            "activation at the end": (
                "for weight, bias in layers:\n    x = nn.functional.leaky_relu(batched_linear(x, weight, bias), 0.2)\nreturn x",
                "dernière couche",
            ),
            "no activation": (
                "for weight, bias in layers:\n    x = batched_linear(x, weight, bias)\nreturn x",
                "pas d'activation",
            ),
            "relu": (changed(NETWORK, ("torch.where(x > 0, x, 0.2 * x)", "torch.relu(x)")), "ReLU"),
            "default slope": (
                changed(NETWORK, ("torch.where(x > 0, x, 0.2 * x)", "nn.functional.leaky_relu(x)")),
                "0,01",
            ),
            "tanh": (changed(NETWORK, ("torch.where(x > 0, x, 0.2 * x)", "torch.tanh(x)")), "tangente"),
            "sigmoid at the end": (changed(NETWORK, ("return x", "return torch.sigmoid(x)")), "sigmoïde"),
            "tanh at the end": (changed(NETWORK, ("return x", "return torch.tanh(x)")), "tangente"),
            "three layers fixed": (
                "a = nn.functional.leaky_relu(batched_linear(x, *layers[0]), 0.2)\nb = nn.functional.leaky_relu(batched_linear(a, *layers[1]), 0.2)\nreturn batched_linear(b, *layers[2])",
                "IndexError",
            ),
            "last layer forgotten": (
                "for weight, bias in layers[:-1]:\n    x = nn.functional.leaky_relu(batched_linear(x, weight, bias), 0.2)\nreturn x",
                "forme",
            ),
            "last layer popped": (
                "weight, bias = layers.pop()\nfor w, b in layers:\n    x = nn.functional.leaky_relu(batched_linear(x, w, b), 0.2)\nreturn batched_linear(x, weight, bias)",
                "layers a été modifiée",
            ),
            "return in the loop": (
                "for weight, bias in layers:\n    x = batched_linear(x, weight, bias)\n    return x",
                "forme",
            ),
            "activation first": (
                "for weight, bias in layers:\n    x = batched_linear(nn.functional.leaky_relu(x, 0.2), weight, bias)\nreturn x",
                "avant les couches",
            ),
            "detached": (changed(NETWORK, ("return x", "return x.detach()")), "relié"),
            "no_grad": ("with torch.no_grad():" + NETWORK.replace("\n", "\n    "), "relié"),
            "module called on nothing": (
                changed(NETWORK, ("torch.where(x > 0, x, 0.2 * x)", "nn.LeakyReLU(x, 0.2)")),
                "une erreur l'arrête",
            ),
        },
    ),
    "batched_loss": wrong_bodies(
        "batched_loss",
        {
            "mean": (
                "return nn.functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))",
                "moyenne sur les réseaux",
            ),
            "a number as the target": ("return nn.BCEWithLogitsLoss()(logits, label)", "torch.ones_like(notes)"),
            "integers as the target": (
                changed(LOSS, ("torch.ones_like(logits) * label", "torch.full(logits.shape, label)")),
                "ajoutez .float()",
            ),
            "a target without a shape": (
                "return nn.BCEWithLogitsLoss()(logits, torch.tensor(float(label)))",
                "n'ont pas la même forme",
            ),
            "sum": (
                "return nn.BCEWithLogitsLoss(reduction='sum')(logits, torch.full_like(logits, label))",
                "somme sur tous les points",
            ),
            "sum over points, mean over runs": (
                "return nn.BCEWithLogitsLoss(reduction='sum')(logits, torch.full_like(logits, label)) / len(logits)",
                "c'est l'inverse",
            ),
            "one loss a run": (changed(LOSS, (".sum()", "")), "il reste à les additionner"),
            "not reduced": (changed(LOSS, (".mean(dim=(1, 2)).sum()", "")), "un seul nombre"),
            "label ignored": (changed(LOSS, ("* label", "")), "étiquette"),
            "label inverted": (changed(LOSS, ("* label", "* (1 - label)")), "étiquette"),
            "sigmoid twice": (changed(LOSS, ("with_logits(logits", "with_logits(logits.sigmoid()")), "deux fois"),
            "no sigmoid": (
                "return nn.functional.binary_cross_entropy(logits, torch.full_like(logits, label))",
                "une erreur l'arrête",
            ),
            "sign": (changed(LOSS, ("return nn", "return -nn")), "signe"),
            "item": (changed(LOSS, (".sum()", ".sum().item()")), "relié"),
            "detached": (changed(LOSS, ("with_logits(logits", "with_logits(logits.detach()")), "relié"),
            "log of the sigmoid": (
                "p = logits.sigmoid()\nreturn -(label * p.log() + (1 - label) * (1 - p).log()).mean(dim=(1, 2)).sum()",
                "perd la précision",
            ),
            "squares": ("return ((logits.sigmoid() - label) ** 2).mean(dim=(1, 2)).sum()", "la valeur est"),
            "label a number": (
                "return nn.functional.binary_cross_entropy_with_logits(logits, label)",
                "une erreur l'arrête",
            ),
        },
    ),
    "masked_noise": wrong_bodies(
        "masked_noise",
        {
            "no mask": ("return torch.randn(len(latent_dims), n, int(latent_dims.max()))", "au-delà"),
            "one too many": (changed(NOISE, ("dim:]", "dim + 1 :]")), "« < », et non « <= »"),
            "one too few": (changed(NOISE, ("dim:]", "dim - 1 :]")), "certains sont nuls"),
            "mask inverted": (changed(NOISE, ("dim:]", ":dim]")), "effacés"),
            "uniform": (changed(NOISE, ("randn(", "rand(")), "loi normale"),
            "uniform, centred": (
                changed(
                    NOISE,
                    ("torch.randn(len(latent_dims), n, largest)", "2 * torch.rand(len(latent_dims), n, largest) - 1"),
                ),
                "loi normale",
            ),
            "same noise for all": (
                changed(
                    NOISE,
                    (
                        "torch.randn(len(latent_dims), n, largest)",
                        "torch.randn(1, n, largest).repeat(len(latent_dims), 1, 1)",
                    ),
                ),
                "même bruit",
            ),
            "seeded": ("torch.manual_seed(0)" + NOISE, "deux fois"),
            "transposed": (changed(NOISE, ("return z", "return z.transpose(0, 1)")), "forme"),
            "ten always": (changed(NOISE, ("int(latent_dims.max())", "10")), "forme"),
            "one number for all components": (
                changed(
                    NOISE,
                    (
                        "torch.randn(len(latent_dims), n, largest)",
                        "torch.randn(len(latent_dims), n, 1).repeat(1, 1, largest)",
                    ),
                ),
                "se répète",
            ),
            "last for the largest": (changed(NOISE, ("latent_dims.max()", "latent_dims[-1]")), "forme"),
            "first for the largest": (changed(NOISE, ("latent_dims.max()", "latent_dims[0]")), "forme"),
            "one row for all points": (
                changed(
                    NOISE,
                    (
                        "torch.randn(len(latent_dims), n, largest)",
                        "torch.randn(len(latent_dims), 1, largest).repeat(1, n, 1)",
                    ),
                ),
                "se répète",
            ),
            "a list": ("return [torch.randn(n, int(d)) for d in latent_dims]", "tenseur"),
            "rescaled": (changed(NOISE, ("return z", "return z / latent_dims[:, None, None].sqrt()")), "loi normale"),
            "numpy": ("import numpy as np" + changed(NOISE, ("return z", "return z.numpy()")), "tenseur"),
            "in place": ("latent_dims += 0\nlatent_dims[0] = 1" + NOISE, "latent_dims a été modifié"),
            "n and runs exchanged": (
                changed(
                    NOISE, ("torch.randn(len(latent_dims), n, largest)", "torch.randn(n, len(latent_dims), largest)")
                ),
                "forme",
            ),
        },
    ),
    "enough": {
        "blank": ("enough = None", "encore vide"),
        "ellipsis": ("enough = ...", "encore vide"),
        "one": ("enough = 1", "courbe"),
        "three": ("enough = 3", "sur une surface"),
        "ten": ("enough = 10", "la plus petite"),
        "a string": ("enough = '2'", "sans guillemets"),
        "a list": ("enough = [2, 3]", "un seul nombre"),
        "decimal comma": ("enough = 2,0", "virgule"),
        "a function": ("enough = len", "un seul nombre"),
    },
}
