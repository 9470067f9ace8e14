"""TP 01: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "noise": "def noise(n):",
    "make_generator": "def make_generator(latent_dim, hidden_dim, data_dim, activation):",
    "make_discriminator": "def make_discriminator(data_dim, hidden_dim, activation):",
    "discriminator_loss": "def discriminator_loss(d_real, d_fake):",
    "generator_loss": "def generator_loss(d_fake):",
    "saturating_loss": "def saturating_loss(d_fake):",
    "discriminator_step": "def discriminator_step(generator, discriminator, optimizer, real):",
    "generator_step": "def generator_step(generator, discriminator, optimizer, batch_size):",
    "train": "def train(generator, discriminator, optimizer_g, optimizer_d, data, run, batch_size=100):",
    "sample": "def sample(generator, n):",
    "judged_real": "def judged_real(discriminator, points):",
    "decision_surface": "def decision_surface(discriminator, xs, ys):",
}

body, bodies, wrong_bodies = written(HEAD)


RIGHT = {
    "noise": {
        **bodies(
            "noise",
            {
                "size as a tuple": "return torch.randn((n, latent_dim))",
                "in-place": "return torch.empty(n, latent_dim).normal_()",
                "torch.normal": "return torch.normal(0.0, 1.0, size=(n, latent_dim))",
                "distribution": "return torch.distributions.Normal(0, 1).sample((n, latent_dim))",
                "from numpy": "import numpy as np\nreturn torch.tensor(np.random.randn(n, latent_dim), dtype=torch.float32)",
            },
        ),
        "lambda": "noise = lambda n: torch.randn(n, latent_dim)",
        "another latent dimension": "latent_dim = 7\ndef noise(n):\n    return torch.randn(n, latent_dim)",
        "one latent dimension": "latent_dim = 1\ndef noise(n):\n    return torch.randn(n, latent_dim)",
        "a leaf that asks for its gradient": "def noise(n):\n    return torch.randn([n, latent_dim], requires_grad=True)",
        "two helpers": "def draw(*s):\n    return torch.randn(*s)\ndef noise(n):\n    return draw(n, latent_dim)",
    },
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "four layers": """
h = hidden_dim
return nn.Sequential(
    nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim)
)""",
                "another width": """
return nn.Sequential(nn.Linear(latent_dim, 40), activation, nn.Linear(40, 24), activation, nn.Linear(24, data_dim))""",
                "copies of the activation": """
import copy
act = lambda: copy.deepcopy(activation)
h = hidden_dim
return nn.Sequential(nn.Linear(latent_dim, h), act(), nn.Linear(h, h), act(), nn.Linear(h, data_dim))""",
                "a list": """
sizes = [latent_dim, hidden_dim, hidden_dim, data_dim]
layers = []
for a, b in zip(sizes[:-1], sizes[1:]):
    layers += [nn.Linear(a, b), activation]
return nn.Sequential(*layers[:-1])""",
                "another initialisation": """
net = nn.Sequential(
    nn.Linear(latent_dim, hidden_dim), activation, nn.Linear(hidden_dim, hidden_dim), activation,
    nn.Linear(hidden_dim, data_dim))
for p in net.parameters():
    if p.ndim == 2:
        nn.init.xavier_uniform_(p)
return net""",
                "DCGAN initialisation": """
net = nn.Sequential(
    nn.Linear(latent_dim, hidden_dim), activation, nn.Linear(hidden_dim, hidden_dim), activation,
    nn.Linear(hidden_dim, data_dim))
for m in net.modules():
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.0, 0.01); nn.init.zeros_(m.bias)
return net""",
                "no bias": """
h = hidden_dim
return nn.Sequential(
    nn.Linear(latent_dim, h, bias=False), activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim))""",
            },
        ),
        "a class": """
class Generator(nn.Module):
    def __init__(self, a, h, b, act):
        super().__init__()
        self.one, self.two, self.three, self.act = nn.Linear(a, h), nn.Linear(h, h), nn.Linear(h, b), act
    def forward(self, z):
        return self.three(self.act(self.two(self.act(self.one(z)))))
def make_generator(latent_dim, hidden_dim, data_dim, activation):
    return Generator(latent_dim, hidden_dim, data_dim, activation)
""",
    },
    "make_discriminator": {
        **bodies(
            "make_discriminator",
            {
                "dropout": """
h = hidden_dim
return nn.Sequential(
    nn.Linear(data_dim, h), activation, nn.Dropout(0.2), nn.Linear(h, h), activation, nn.Linear(h, 1), nn.Sigmoid())""",
                "large initial weights": """
h = hidden_dim
net = nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, 1), nn.Sigmoid())
for m in net.modules():
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight)
return net""",
                "one half at first": """
h = hidden_dim
last = nn.Linear(h, 1)
nn.init.zeros_(last.weight); nn.init.zeros_(last.bias)
return nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), activation, last, nn.Sigmoid())""",
                "narrowing": """
return nn.Sequential(
    nn.Linear(data_dim, 64), activation, nn.Linear(64, 16), activation, nn.Linear(16, 1), nn.Sigmoid())""",
            },
        ),
        "a class with torch.sigmoid": """
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
    "discriminator_loss": bodies(
        "discriminator_loss",
        {
            "by hand": "return -torch.log(d_real).mean() - torch.log(1 - d_fake).mean()",
            "by hand, with a small number": (
                "return -(torch.log(d_real + 1e-8) + torch.log(1 - d_fake + 1e-8)).mean()"
            ),
            "functional": """
import torch.nn.functional as F
a = F.binary_cross_entropy(d_real, torch.ones(len(d_real), 1))
b = F.binary_cross_entropy(d_fake, torch.zeros(len(d_fake), 1))
return a + b""",
            "full_like": """
f = nn.BCELoss()
return f(d_fake, torch.full_like(d_fake, 0.0)) + f(d_real, torch.full_like(d_real, 1.0))""",
            "a larger small number": "return -(torch.log(d_real + 1e-4) + torch.log(1 - d_fake + 1e-4)).mean()",
            "with logits": """
f = nn.BCEWithLogitsLoss()
return f(torch.logit(d_real), torch.ones_like(d_real)) + f(torch.logit(d_fake), torch.zeros_like(d_fake))""",
            "one lot": """
d = torch.cat([d_real, d_fake])
y = torch.cat([torch.ones_like(d_real), torch.zeros_like(d_fake)])
return 2 * nn.BCELoss()(d, y)""",
            "sum over n": """
f = nn.BCELoss(reduction="sum")
return (f(d_real, torch.ones_like(d_real)) + f(d_fake, torch.zeros_like(d_fake))) / len(d_real)""",
        },
    ),
    "generator_loss": bodies(
        "generator_loss",
        {
            "by hand": "return -torch.log(d_fake).mean()",
            "mean function": "return torch.mean(-d_fake.log())",
            "with logits": "return nn.BCEWithLogitsLoss()(torch.logit(d_fake), torch.ones_like(d_fake))",
            "clamped": "return -torch.log(d_fake.clamp(min=1e-6)).mean()",
        },
    ),
    "saturating_loss": bodies(
        "saturating_loss",
        {
            "minus the cross entropy": "return -nn.BCELoss()(d_fake, torch.zeros_like(d_fake))",
            "log1p": "return torch.log1p(-d_fake).mean()",
            "with a small number": "return torch.mean(torch.log(1 - d_fake + 1e-8))",
        },
    ),
    "discriminator_step": bodies(
        "discriminator_step",
        {
            "fakes under no_grad": """
with torch.no_grad():
    fake = generator(noise(len(real)))
optimizer.zero_grad()
loss = discriminator_loss(discriminator(real), discriminator(fake))
loss.backward()
optimizer.step()
return loss""",
            "own noise": """
z = torch.randn(real.shape[0], latent_dim)
d_fake = discriminator(generator(z).detach())
d_real = discriminator(real)
loss = -torch.log(d_real).mean() - torch.log(1 - d_fake).mean()
discriminator.zero_grad()
loss.backward()
optimizer.step()
return float(loss.detach())""",
            "two backwards": """
optimizer.zero_grad()
bce = nn.BCELoss()
a = bce(discriminator(real), torch.ones(len(real), 1))
a.backward()
b = bce(discriminator(generator(noise(len(real))).detach()), torch.zeros(len(real), 1))
b.backward()
optimizer.step()
return (a + b).item()""",
            "one lot": """
n = len(real)
fake = generator(noise(n)).detach()
d = discriminator(torch.cat([real, fake]))
loss = discriminator_loss(d[:n], d[n:])
optimizer.zero_grad(set_to_none=False)
loss.backward()
optimizer.step()
return loss.detach().numpy()""",
            "zero_grad afterwards": """
loss = discriminator_loss(discriminator(real), discriminator(generator(noise(len(real))).detach()))
loss.backward()
optimizer.step()
optimizer.zero_grad()
return loss.item()""",
            "gradient given by hand": """
fake = generator(noise(len(real)))
loss = discriminator_loss(discriminator(real), discriminator(fake))
parameters = list(discriminator.parameters())
for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
    p.grad = g
optimizer.step()
return loss.item()""",
            "G frozen for a while": """
for p in generator.parameters():
    p.requires_grad_(False)
loss = discriminator_loss(discriminator(real), discriminator(generator(noise(len(real)))))
optimizer.zero_grad()
loss.backward()
optimizer.step()
for p in generator.parameters():
    p.requires_grad_(True)
return loss.item()""",
            "a look at some fakes": """
fake = generator(noise(len(real))).detach()
loss = discriminator_loss(discriminator(real), discriminator(fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
with torch.no_grad():
    print(discriminator(generator(noise(10))).mean())
return loss.item()""",
            "train mode set": """
generator.train(); discriminator.train()
fake = generator.forward(noise(real.size(0))).detach()
loss = discriminator_loss(discriminator.forward(real), discriminator.forward(fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()""",
        },
    ),
    "generator_step": bodies(
        "generator_step",
        {
            "own noise": """
fake = generator(torch.randn(batch_size, latent_dim))
d_fake = discriminator(fake)
loss = nn.functional.binary_cross_entropy(d_fake, torch.ones(batch_size, 1))
generator.zero_grad()
loss.backward()
optimizer.step()
return loss""",
            "zero_grad afterwards": """
loss = generator_loss(discriminator(generator(noise(batch_size))))
loss.backward()
optimizer.step()
optimizer.zero_grad()
return loss.item()""",
            "D frozen for a while": """
discriminator.requires_grad_(False)
loss = -discriminator(generator(noise(batch_size))).log().mean()
optimizer.zero_grad()
loss.backward()
optimizer.step()
discriminator.requires_grad_(True)
return loss.item()""",
            "a frozen copy of D": """
import copy
frozen = copy.deepcopy(discriminator).requires_grad_(False)
loss = generator_loss(frozen(generator(noise(batch_size))))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()""",
            "D cleaned too": """
loss = generator_loss(discriminator(generator(noise(batch_size))))
optimizer.zero_grad()
loss.backward()
optimizer.step()
discriminator.zero_grad()
return loss.item()""",
        },
    ),
    "train": bodies(
        "train",
        {
            "with replacement": """
for step in run:
    real = data[torch.randint(0, len(data), (batch_size,))]
    d = discriminator_step(generator, discriminator, optimizer_d, real)
    g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=d, loss_g=g)""",
            "G first, two logs": """
for _ in run:
    g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_g=g)
    real = data[torch.randperm(data.shape[0])[:batch_size]]
    run.log(loss_d=discriminator_step(generator, discriminator, optimizer_d, real))""",
            "a loader": """
loader = DataLoader(TensorDataset(data), batch_size=batch_size, shuffle=True)
batches = iter(loader)
for step in run:
    try:
        (real,) = next(batches)
    except StopIteration:
        batches = iter(loader)
        (real,) = next(batches)
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    loss_g = generator_step(generator, discriminator, optimizer_g, len(real))
    run.log(loss_d=loss_d, loss_g=loss_g)""",
            "all in the loop": """
bce = nn.BCELoss()
for step in run:
    real = data[torch.randperm(len(data))[:batch_size]]
    one, zero = torch.ones(batch_size, 1), torch.zeros(batch_size, 1)
    fake = generator(torch.randn(batch_size, latent_dim))
    optimizer_d.zero_grad()
    loss_d = bce(discriminator(real), one) + bce(discriminator(fake.detach()), zero)
    loss_d.backward()
    optimizer_d.step()
    optimizer_g.zero_grad()
    loss_g = bce(discriminator(fake), one)
    loss_g.backward()
    optimizer_g.step()
    run.log(loss_d=loss_d, loss_g=loss_g)
return run.history""",
            "scores printed on the way": """
for step in run:
    real = data[torch.randperm(len(data))[:batch_size]]
    before = discriminator(real).mean().item()
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    after = discriminator(real).mean().item()
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g, gain=after - before)""",
            "a look at D": """
for step in run:
    real = data[torch.randperm(len(data))[:batch_size]]
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    with torch.no_grad():
        d_mean = discriminator(data).mean().item()
    run.log(loss_d=loss_d, loss_g=loss_g, d_mean=d_mean)""",
            "numpy indices": """
import numpy as np
for step in run:
    real = data[np.random.choice(len(data), batch_size, replace=False)]
    run.log(
        loss_d=discriminator_step(generator, discriminator, optimizer_d, real),
        loss_g=generator_step(generator, discriminator, optimizer_g, batch_size),
    )""",
        },
    ),
    "sample": bodies(
        "sample",
        {
            "detach": "return generator(noise(n)).detach()",
            "inference mode": "with torch.inference_mode():\n    return generator(torch.randn(n, latent_dim))",
            "twice as many, then half": "with torch.no_grad():\n    return generator(noise(2 * n))[:n]",
            "eval then train": """
generator.eval()
with torch.no_grad():
    x = generator(noise(n))
generator.train()
return x""",
        },
    ),
    "judged_real": bodies(
        "judged_real",
        {
            "flatten": "return discriminator(points).flatten() > 0.5",
            "column": "with torch.no_grad():\n    return discriminator(points)[:, 0] >= 0.5",
            "numpy": "return (discriminator(points).detach().numpy() >= 0.5).ravel()",
            "round": "return discriminator(points).round().bool().view(-1)",
            "list": "return [bool(d >= 0.5) for d in discriminator(points)]",
        },
    ),
    "decision_surface": bodies(
        "decision_surface",
        {
            "ij, transposed": """
x, y = torch.meshgrid(xs, ys, indexing="ij")
with torch.no_grad():
    d = discriminator(torch.stack([x.flatten(), y.flatten()], dim=1))
return d.reshape(len(xs), len(ys)).T""",
            "two loops": """
out = torch.zeros(len(ys), len(xs))
with torch.no_grad():
    for i, y in enumerate(ys):
        for j, x in enumerate(xs):
            out[i, j] = discriminator(torch.tensor([[x, y]]))[0, 0]
return out""",
            "numpy": """
import numpy as np
X, Y = np.meshgrid(xs.numpy(), ys.numpy())
p = torch.tensor(np.c_[X.ravel(), Y.ravel()], dtype=torch.float32)
return discriminator(p).detach().numpy().reshape(X.shape)""",
            "cartesian product": """
with torch.no_grad():
    return discriminator(torch.cartesian_prod(ys, xs).flip(1)).view(len(ys), len(xs))""",
            "one call on the grid": """
gy, gx = torch.meshgrid(ys, xs, indexing="ij")
with torch.no_grad():
    return discriminator(torch.stack([gx, gy], -1)).squeeze(-1)""",
        },
    ),
    "d_at_equilibrium": {
        "nearly": "d_at_equilibrium = 0.495",
        "fraction": "d_at_equilibrium = 1 / 2",
        "tensor": "d_at_equilibrium = torch.tensor(0.5)",
    },
    "loss_at_equilibrium": {
        "rounded": "loss_at_equilibrium = 1.39",
        "math": "import math\nloss_at_equilibrium = 2 * math.log(2)",
        "log 4": "import numpy as np\nloss_at_equilibrium = np.log(4)",
        "own function": "loss_at_equilibrium = discriminator_loss(torch.tensor([[0.5]]), torch.tensor([[0.5]]))",
    },
}

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
    run.log(loss_d=loss_d, loss_g=loss_g)"""


WRONG = {
    "noise": wrong_bodies(
        "noise",
        {
            "uniform": ("return torch.rand(n, latent_dim)", "loi normale"),
            "uniform, centred": ("return 2 * torch.rand(n, latent_dim) - 1", "loi normale"),
            "uniform, unit variance": ("return (2 * torch.rand(n, latent_dim) - 1) * 3**0.5", "loi normale"),
            "too narrow": ("return 0.1 * torch.randn(n, latent_dim)", "loi normale"),
            "one row repeated": ("return torch.randn(1, latent_dim).repeat(n, 1)", "se répète"),
            "one column repeated": ("return torch.randn(n, 1).repeat(1, latent_dim)", "se répète"),
            "seed fixed": ("torch.manual_seed(0)\nreturn torch.randn(n, latent_dim)", "deux fois"),
            "transposed": ("return torch.randn(latent_dim, n)", "forme"),
            "one number a point": ("return torch.randn(n)", "forme"),
            "numpy": ("import numpy as np\nreturn np.random.randn(n, latent_dim)", "tenseur"),
            "double": ("return torch.randn(n, latent_dim, dtype=torch.float64)", "float32"),
            "n ignored": ("return torch.randn(100, latent_dim)", "forme"),
            "integers": ("return torch.randint(-2, 3, (n, latent_dim)).float()", "loi normale"),
            "clamped": ("return torch.randn(n, latent_dim).clamp(-1, 1)", "loi normale"),
            "zeros": ("return torch.zeros(n, latent_dim)", "se répète"),
            "an error": ("return torch.randnn(n, latent_dim)", "à la ligne 2"),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "two layers": (
                "return nn.Sequential(nn.Linear(latent_dim, hidden_dim), activation, nn.Linear(hidden_dim, data_dim))",
                "2 couches",
            ),
            "no activation": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), nn.Linear(h, h), nn.Linear(h, data_dim))",
                "activation",
            ),
            "own activation": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), "
                "nn.Linear(h, data_dim))",
                "l'argument activation",
            ),
            "one activation only": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), "
                "nn.Linear(h, data_dim))",
                "sert 1 fois",
            ),
            "activation at the end": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, data_dim), activation)",
                "dernière couche",
            ),
            "sigmoid at the end": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, data_dim), nn.Sigmoid())",
                "bornée",
            ),
            "tanh at the end": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, data_dim), nn.Tanh())",
                "bornée",
            ),
            "relu at the end": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, data_dim), nn.ReLU())",
                "jamais négative",
            ),
            "input size from elsewhere": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(2, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, data_dim))",
                "latent_dim",
            ),
            "output size fixed": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, 2))",
                "data_dim",
            ),
            "layers in a plain list": (
                "h = hidden_dim\nlayers = [nn.Linear(latent_dim, h), nn.Linear(h, h), nn.Linear(h, data_dim)]\n"
                "class Net(nn.Module):\n    def forward(self, z):\n        a = activation(layers[0](z))\n"
                "        return layers[2](activation(layers[1](a)))\nreturn Net()",
                "nn.ModuleList",
            ),
            "sizes that do not meet": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(2 * h, h), "
                "activation, nn.Linear(h, data_dim))",
                "tailles des couches",
            ),
            "detached inside": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, z):\n        return self.f(z).detach()\nh = hidden_dim\nreturn Net(nn.Sequential("
                "nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim)))",
                "aucun gradient ne traverse",
            ),
            "a plain list returned": (
                "h = hidden_dim\nreturn [nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, data_dim)]",
                "un réseau (nn.Module)",
            ),
            "activations side by side": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, activation, nn.Linear(h, h), "
                "nn.Linear(h, data_dim))",
                "ne suit pas une couche",
            ),
            "activation first": (
                "h = hidden_dim\nreturn nn.Sequential(activation, nn.Linear(latent_dim, h), activation, nn.Linear(h, h), "
                "nn.Linear(h, data_dim))",
                "ne suit pas une couche",
            ),
            "activation called": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation(), nn.Linear(h, data_dim))",
                "parenthèses",
            ),
            "frozen": (
                "h = hidden_dim\nreturn nn.Sequential(nn.Linear(latent_dim, h), activation, nn.Linear(h, h), activation, "
                "nn.Linear(h, data_dim)).requires_grad_(False)",
                "figés",
            ),
        },
    ),
    "make_discriminator": {
        **wrong_bodies(
            "make_discriminator",
            {
                "no sigmoid": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1))",
                    "sigmoïde",
                ),
                "tanh": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1), nn.Tanh())",
                    "sigmoïde",
                ),
                "sigmoid twice": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1), nn.Sigmoid(), nn.Sigmoid())",
                    "deux fois",
                ),
                "softmax": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1), nn.Softmax(dim=1))",
                    "softmax",
                ),
                "softmax over the batch": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1), nn.Softmax(dim=0))",
                    "lot",
                ),
                "clamped": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1), nn.Hardtanh(0, 1))",
                    "coupée",
                ),
                "a decision instead of a score": (
                    "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                    "    def forward(self, x):\n        return (self.f(x) > 0).float()\nh = hidden_dim\nreturn Net("
                    "nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), activation, nn.Linear(h, 1)))",
                    "aucun gradient ne traverse",
                ),
                "two outputs": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 2), nn.Sigmoid())",
                    "forme",
                ),
                "activation before the sigmoid": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), activation, nn.Linear(h, h), "
                    "activation, nn.Linear(h, 1), activation, nn.Sigmoid())",
                    "seule la sigmoïde",
                ),
                "no activation": (
                    "h = hidden_dim\nreturn nn.Sequential(nn.Linear(data_dim, h), nn.Linear(h, h), nn.Linear(h, 1), "
                    "nn.Sigmoid())",
                    "activation",
                ),
            },
        ),
        "one network for ever": (
            "_h = 8\n_the_net = {}\ndef make_discriminator(data_dim, hidden_dim, activation):\n"
            "    key = (data_dim, hidden_dim)\n    if key not in _the_net:\n        _the_net[key] = nn.Sequential("
            "nn.Linear(data_dim, 8), activation, nn.Linear(8, 8), activation, nn.Linear(8, 1), nn.Sigmoid())\n"
            "    return _the_net[key]\n",
            "le même réseau",
        ),
    },
    "discriminator_loss": wrong_bodies(
        "discriminator_loss",
        {
            "labels swapped": (
                "b = nn.BCELoss()\nreturn b(d_real, torch.zeros_like(d_real)) + b(d_fake, torch.ones_like(d_fake))",
                "échangées",
            ),
            "half": (
                "b = nn.BCELoss()\nreturn (b(d_real, torch.ones_like(d_real)) + b(d_fake, torch.zeros_like(d_fake))) / 2",
                "moyenne des deux termes",
            ),
            "real only": ("return nn.BCELoss()(d_real, torch.ones_like(d_real))", "terme des vrais"),
            "fake only": ("return nn.BCELoss()(d_fake, torch.zeros_like(d_fake))", "terme des faux"),
            "fakes labelled 1": (
                "b = nn.BCELoss()\nreturn b(d_real, torch.ones_like(d_real)) + b(d_fake, torch.ones_like(d_fake))",
                "l'étiquette des faux est 1",
            ),
            "no minus": ("return d_real.log().mean() + (1 - d_fake).log().mean()", "signe"),
            "sigmoid twice": (
                "b = nn.BCEWithLogitsLoss()\nreturn b(d_real, torch.ones_like(d_real)) + "
                "b(d_fake, torch.zeros_like(d_fake))",
                "deux fois",
            ),
            "sum": ("return -(d_real.log() + (1 - d_fake).log()).sum()", "somme sur le lot"),
            "not reduced": ("return -(d_real.log() + (1 - d_fake).log())", "un seul nombre"),
            "a pair": (
                "b = nn.BCELoss()\nreturn b(d_real, torch.ones_like(d_real)), b(d_fake, torch.zeros_like(d_fake))",
                "un seul nombre",
            ),
            "one sign": ("return -d_real.log().mean() + (1 - d_fake).log().mean()", "le signe du terme des faux"),
            "arguments exchanged": (
                "b = nn.BCELoss()\nreturn b(torch.ones_like(d_real), d_real) + b(torch.zeros_like(d_fake), d_fake)",
                "BCELoss sont échangés",
            ),
            "log of the mean": ("return -d_real.mean().log() - (1 - d_fake).mean().log()", "logarithme de la moyenne"),
            "loss of G": ("return -d_fake.log().mean()", "perte de G"),
            "item": ("return (-d_real.log().mean() - (1 - d_fake).log().mean()).item()", "relié"),
            "detached": ("return -d_real.log().mean() - (1 - d_fake.detach()).log().mean()", "gradient"),
            "squares": ("return ((d_real - 1) ** 2).mean() + (d_fake**2).mean()", "quadratique"),
            "log 10": ("return -d_real.log10().mean() - (1 - d_fake).log10().mean()", "népérien"),
            "nan": ("return torch.tensor(float('nan'))", "nan"),
        },
    ),
    "generator_loss": wrong_bodies(
        "generator_loss",
        {
            "label 0": ("return nn.BCELoss()(d_fake, torch.zeros_like(d_fake))", "l'étiquette est 0"),
            "saturating": ("return (1 - d_fake).log().mean()", "saturante"),
            "no minus": ("return d_fake.log().mean()", "signe"),
            "sigmoid twice": ("return nn.BCEWithLogitsLoss()(d_fake, torch.ones_like(d_fake))", "deux fois"),
            "sum": ("return -d_fake.log().sum()", "somme sur le lot"),
            "detached": ("return -d_fake.detach().log().mean()", "relié"),
            "no log": ("return (1 - d_fake).mean()", "Relisez la formule"),
        },
    ),
    "saturating_loss": wrong_bodies(
        "saturating_loss",
        {
            "minus": ("return -(1 - d_fake).log().mean()", "signe"),
            "non saturating": ("return -d_fake.log().mean()", "non saturante"),
            "log D": ("return d_fake.log().mean()", "log(1 - D(G(z)))"),
            "sum": ("return (1 - d_fake).log().sum()", "somme sur le lot"),
        },
    ),
    "discriminator_step": wrong_bodies(
        "discriminator_step",
        {
            "no detach": (changed(STEP, (".detach()", "")), "detach"),
            "no zero_grad": (changed(STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "zero_grad between backward and step": (
                changed(
                    STEP, ("optimizer.zero_grad()\n", ""), ("loss.backward()", "loss.backward()\noptimizer.zero_grad()")
                ),
                "zero_grad",
            ),
            "no step": (changed(STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "no backward": (changed(STEP, ("loss.backward()\n", "")), "backward"),
            "labels swapped": (
                changed(STEP, ("discriminator(real), discriminator(fake)", "discriminator(fake), discriminator(real)")),
                "échangées",
            ),
            "half": (changed(STEP, ("loss = ", "loss = 0.5 * ")), "moyenne des deux termes"),
            "real only": (
                changed(
                    STEP,
                    (
                        "discriminator_loss(discriminator(real), discriminator(fake))",
                        "generator_loss(discriminator(real))",
                    ),
                ),
                "terme des vrais",
            ),
            "noise used again": (
                changed(STEP, ("noise(len(real))", "_z")).replace(
                    "\nfake", "\nglobal _z\nif '_z' not in globals():\n    _z = noise(len(real))\nfake", 1
                ),
                "même bruit",
            ),
            "uniform noise": (changed(STEP, ("noise(len(real))", "torch.rand(len(real), latent_dim)")), "loi normale"),
            "fixed number of fakes": (changed(STEP, ("noise(len(real))", "noise(100)")), "autant de faux"),
            "data for fakes": (
                changed(STEP, ("generator(noise(len(real))).detach()", "torch.randn(len(real), 2)")),
                "generator",
            ),
            "own optimizer": (
                changed(STEP, ("\nfake", "\noptimizer = torch.optim.Adam(discriminator.parameters(), lr=0.01)\nfake")),
                "l'optimiseur reçu",
            ),
            "G moved too": (
                changed(
                    STEP,
                    (
                        "optimizer.step()",
                        "optimizer.step()\nwith torch.no_grad():\n    for p in generator.parameters():\n        p += 0.01",
                    ),
                ),
                "G a été modifié",
            ),
            "two steps": (
                changed(STEP, ("optimizer.step()", "optimizer.step()\noptimizer.step()")),
                "step() est appelé 2 fois",
            ),
            "loss not returned": (changed(STEP, ("return loss.item()", "return")), "return"),
            "other loss returned": (changed(STEP, ("return loss.item()", "return 0.0")), "perte renvoyée"),
            "G left frozen": (changed(STEP, ("\nfake", "\ngenerator.requires_grad_(False)\nfake")), "figé"),
            "sigmoid twice": (
                changed(
                    STEP,
                    (
                        "discriminator_loss(discriminator(real), discriminator(fake))",
                        "(lambda b, r, f: b(r, torch.ones_like(r)) + b(f, torch.zeros_like(f)))"
                        "(nn.BCEWithLogitsLoss(), discriminator(real), discriminator(fake))",
                    ),
                ),
                "deux fois",
            ),
            "G fed with the data": (changed(STEP, ("noise(len(real))", "real")), "que du bruit"),
            "half of the fakes": (
                changed(STEP, ("discriminator(fake)", "discriminator(fake[: len(fake) // 2])")),
                "tout le lot",
            ),
            "batch spoilt": (changed(STEP, ("\nfake", "\nreal += 0.1 * torch.randn_like(real)\nfake")), "sur place"),
            "two steps, one for each": (
                "b = nn.BCELoss()\noptimizer.zero_grad()\na = b(discriminator(real), torch.ones(len(real), 1))\n"
                "a.backward()\noptimizer.step()\noptimizer.zero_grad()\n"
                "c = b(discriminator(generator(noise(len(real))).detach()), torch.zeros(len(real), 1))\nc.backward()\n"
                "optimizer.step()\nreturn (a + c).item()",
                "un seul step() par appel",
            ),
            "gradients switched off": (
                STEP.replace("return", "torch.set_grad_enabled(False)\nreturn"),
                "restent désactivés",
            ),
            "clipped": (
                changed(
                    STEP,
                    ("loss.backward()", "loss.backward()\nnn.utils.clip_grad_norm_(discriminator.parameters(), 0.01)"),
                ),
                "direction",
            ),
            "trains on noise": (
                changed(STEP, ("discriminator(real)", "discriminator(torch.randn_like(real))")),
                "direction",
            ),
        },
    ),
    "generator_step": wrong_bodies(
        "generator_step",
        {
            "detach": (
                changed(G_STEP, ("generator(noise(batch_size))", "generator(noise(batch_size)).detach()")),
                "detach",
            ),
            "no zero_grad": (changed(G_STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "no step": (changed(G_STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "no backward": (changed(G_STEP, ("loss.backward()\n", "")), "aucun gradient"),
            "zero_grad between backward and step": (
                changed(
                    G_STEP,
                    ("optimizer.zero_grad()\n", ""),
                    ("loss.backward()", "loss.backward()\noptimizer.zero_grad()"),
                ),
                "zero_grad",
            ),
            "D's score detached": (
                changed(
                    G_STEP,
                    (
                        "generator_loss(discriminator(generator(noise(batch_size))))",
                        "generator_loss(discriminator(generator(noise(batch_size))).detach())",
                    ),
                ),
                "coupe le gradient",
            ),
            "D forgotten": (
                changed(
                    G_STEP,
                    ("discriminator(generator(noise(batch_size)))", "generator(noise(batch_size)).sigmoid()[:, :1]"),
                ),
                "discriminator n'est jamais appelé",
            ),
            "label 0": (
                changed(G_STEP, ("loss = generator_loss(", "loss = (lambda d: nn.BCELoss()(d, torch.zeros_like(d)))(")),
                "l'étiquette est 0",
            ),
            "saturating": (changed(G_STEP, ("generator_loss", "saturating_loss")), "saturante"),
            "D moved too": (
                changed(
                    G_STEP,
                    ("\nloss =", "\nd_optimizer = torch.optim.SGD(discriminator.parameters(), lr=0.1)\nloss ="),
                    ("optimizer.step()", "optimizer.step()\nd_optimizer.step()"),
                ),
                "D a été modifié",
            ),
            "D left frozen": (
                changed(G_STEP, ("\nloss =", "\ndiscriminator.requires_grad_(False)\nloss =")),
                "D reste figé",
            ),
            "noise used again": (
                changed(G_STEP, ("noise(batch_size)", "_z")).replace(
                    "\nloss", "\nglobal _z\nif '_z' not in globals():\n    _z = noise(batch_size)\nloss", 1
                ),
                "même bruit",
            ),
            "uniform noise": (
                changed(G_STEP, ("noise(batch_size)", "torch.rand(batch_size, latent_dim)")),
                "loi normale",
            ),
            "batch size ignored": (changed(G_STEP, ("noise(batch_size)", "noise(100)")), "batch_size"),
            "no D": (
                changed(
                    G_STEP,
                    ("discriminator(generator(noise(batch_size)))", "torch.sigmoid(generator(noise(batch_size)))"),
                ),
                "discriminator",
            ),
            "on real data": (
                changed(G_STEP, ("discriminator(generator(noise(batch_size)))", "discriminator(points)")),
                "generator",
            ),
            "two steps": (
                changed(G_STEP, ("optimizer.step()", "optimizer.step()\noptimizer.step()")),
                "step() est appelé 2 fois",
            ),
            "no gradient at all": ("with torch.no_grad():" + G_STEP.replace("\n", "\n    "), "RuntimeError"),
        },
    ),
    "train": {
        **wrong_bodies(
            "train",
            {
                "not logged": (changed(LOOP, ("\n    run.log(loss_d=loss_d, loss_g=loss_g)", "")), "run.log"),
                "logged once": (changed(LOOP, ("\n    run.log", "\nrun.log")), "run.log"),
                "optimizers exchanged": (
                    changed(LOOP, ("optimizer_d, real", "optimizer_g, real"), ("optimizer_g, len", "optimizer_d, len")),
                    "échangés",
                ),
                "same batch for ever": (
                    changed(LOOP, ("torch.randperm(len(data))[:batch_size]", ":batch_size")),
                    "au hasard",
                ),
                "batch size ignored": (changed(LOOP, ("[:batch_size]", "")), "batch_size"),
                "losses exchanged in the log": (
                    changed(LOOP, ("loss_d=loss_d, loss_g=loss_g", "loss_d=loss_g, loss_g=loss_d")),
                    "échangées",
                ),
                "zeros in the log": (
                    changed(LOOP, ("loss_d=loss_d, loss_g=loss_g", "loss_d=0.0, loss_g=0.0")),
                    "ne sont pas les pertes",
                ),
                "other batch for G": (changed(LOOP, ("len(real)", "100")), "G apprend sur 100 faux"),
                "own range": (LOOP.replace("in run", "in range(len(run))", 1), "« for step in run: »"),
                "in order": (
                    changed(
                        LOOP,
                        (
                            "torch.randperm(len(data))[:batch_size]",
                            "(s := step * batch_size % len(data)) : s + batch_size",
                        ),
                    ),
                    "tranches",
                ),
                "contiguous": (
                    changed(
                        LOOP,
                        (
                            "torch.randperm(len(data))[:batch_size]",
                            "(s := int(torch.randint(len(data) - batch_size + 1, (1,)))) : s + batch_size",
                        ),
                    ),
                    "tranches",
                ),
                "last point never": (
                    changed(LOOP, ("torch.randperm(len(data))", "torch.randperm(len(data) - 1)")),
                    "n'a vu que",
                ),
                "one point many times": (
                    changed(
                        LOOP,
                        ("torch.randperm(len(data))[:batch_size]", "torch.randint(len(data), (1,)).repeat(batch_size)"),
                    ),
                    "répète les mêmes points",
                ),
                "another network": (
                    "other = make_generator(latent_dim, hidden_dim, data_dim, nn.LeakyReLU(0.2))"
                    + LOOP.replace("step(generator", "step(other"),
                    "generator n'est jamais appelé",
                ),
                "points instead of data": (
                    changed(LOOP, ("= data[torch.randperm(len(data))", "= points[torch.randperm(len(points))")),
                    "points tirés de data",
                ),
                "every batch at each step": (
                    "for step in run:\n    for real in data.split(batch_size):\n"
                    "        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)\n"
                    "        loss_g = generator_step(generator, discriminator, optimizer_g, len(real))\n"
                    "        run.log(loss_d=loss_d, loss_g=loss_g)",
                    "un seul lot",
                ),
                "D only": (
                    changed(
                        LOOP,
                        ("loss_g = generator_step(generator, discriminator, optimizer_g, len(real))", "loss_g = 0.0"),
                    ),
                    "l'optimiseur de G reçu en argument a fait 0 pas",
                ),
                "G only": (
                    changed(
                        LOOP,
                        ("loss_d = discriminator_step(generator, discriminator, optimizer_d, real)", "loss_d = 0.0"),
                    ),
                    "l'optimiseur de D reçu en argument a fait 0 pas",
                ),
                "two steps of D": (
                    changed(
                        LOOP,
                        (
                            "    loss_g =",
                            "    discriminator_step(generator, discriminator, optimizer_d, real)\n    loss_g =",
                        ),
                    ),
                    "D est mis à jour plus d'une fois par étape",
                ),
                "G instead of the data": (
                    changed(LOOP, ("    loss_d =", "    real = generator(noise(batch_size)).detach()\n    loss_d =")),
                    "points tirés de data",
                ),
                "networks exchanged": (
                    LOOP.replace("generator, discriminator, optimizer_d", "discriminator, generator, optimizer_d"),
                    "",
                ),
            },
        ),
        "D keeps what G's step left in it": (
            body(
                "discriminator_step",
                changed(STEP, ("optimizer.zero_grad()\n", "")).replace("return", "optimizer.zero_grad()\nreturn"),
            )
            + body("train", LOOP),
            "zero_grad() au début de discriminator_step",
        ),
        "a wrong step, told first": (
            body("generator_step", changed(G_STEP, ("optimizer.step()\n", ""))) + body("train", LOOP),
            "à corriger d'abord. generator_step",
        ),
    },
    "sample": wrong_bodies(
        "sample",
        {
            "graph kept": ("return generator(noise(n))", "no_grad"),
            "uniform": ("with torch.no_grad():\n    return generator(torch.rand(n, latent_dim))", "loi normale"),
            "n ignored": ("with torch.no_grad():\n    return generator(noise(1000))", "forme"),
            "seed fixed": (
                "torch.manual_seed(0)\nwith torch.no_grad():\n    return generator(noise(n))",
                "même bruit",
            ),
            "noise returned": ("with torch.no_grad():\n    return torch.randn(n, 2)", "generator"),
            "numpy": ("with torch.no_grad():\n    return generator(noise(n)).numpy()", "tenseur PyTorch"),
            "gradients switched off": (
                "torch.set_grad_enabled(False)\nreturn generator(noise(n))",
                "restent désactivés",
            ),
            "G left frozen": ("generator.requires_grad_(False)\nreturn generator(noise(n)).detach()", "G reste figé"),
            "a pair": ("z = noise(n)\nwith torch.no_grad():\n    return generator(z), z", "tenseur PyTorch"),
            "rounded": ("with torch.no_grad():\n    return generator(noise(n)).round()", "generator(z)"),
        },
    ),
    "judged_real": wrong_bodies(
        "judged_real",
        {
            "inverted": ("return discriminator(points).flatten() < 0.5", "échangés"),
            "column": ("return discriminator(points) >= 0.5", "forme"),
            "probabilities": ("return discriminator(points).flatten()", "booléens"),
            "zero and one": ("return (discriminator(points).flatten() >= 0.5).float()", "booléens"),
            "threshold 0": ("return discriminator(points).flatten() > 0", "seuil"),
            "mean as the threshold": ("d = discriminator(points).flatten()\nreturn d >= d.mean()", "jugés réels"),
            "sigmoid again": ("return torch.sigmoid(discriminator(points)).flatten() >= 0.5", "déjà sa sigmoïde"),
            "kept points": ("return points[discriminator(points).flatten() >= 0.5]", "une décision par point"),
            "ragged": ("discriminator(points)\nreturn [[True], [True, False]]", "booléens"),
            "D left frozen": (
                "discriminator.requires_grad_(False)\nreturn discriminator(points).flatten() >= 0.5",
                "D reste figé",
            ),
        },
    ),
    "decision_surface": wrong_bodies(
        "decision_surface",
        {
            "transposed": (
                "x, y = torch.meshgrid(xs, ys, indexing='ij')\nwith torch.no_grad():\n"
                "    return discriminator(torch.stack([x, y], -1)).squeeze(-1)",
                "lignes et les colonnes",
            ),
            "coordinates exchanged": (
                "x, y = torch.meshgrid(xs, ys, indexing='xy')\nwith torch.no_grad():\n"
                "    return discriminator(torch.stack([y, x], -1)).squeeze(-1)",
                "coordonnées",
            ),
            "reshaped the wrong way": (
                "p = torch.cartesian_prod(xs, ys)\nwith torch.no_grad():\n"
                "    return discriminator(p).reshape(len(ys), len(xs))",
                "values[i, j]",
            ),
            "graph kept": (
                "x, y = torch.meshgrid(xs, ys, indexing='xy')\nreturn discriminator(torch.stack([x, y], -1)).squeeze(-1)",
                "no_grad",
            ),
            "flat": (
                "x, y = torch.meshgrid(xs, ys, indexing='xy')\nwith torch.no_grad():\n"
                "    return discriminator(torch.stack([x.flatten(), y.flatten()], 1))",
                "forme",
            ),
            "another network": (
                "other = make_discriminator(2, 8, nn.ReLU())\nx, y = torch.meshgrid(xs, ys, indexing='xy')\n"
                "with torch.no_grad():\n    return other(torch.stack([x, y], -1)).squeeze(-1)",
                "n'est jamais appelé",
            ),
            "decisions": (
                "x, y = torch.meshgrid(xs, ys, indexing='xy')\nwith torch.no_grad():\n"
                "    return (discriminator(torch.stack([x, y], -1)).squeeze(-1) >= 0.5).float()",
                "values[i, j]",
            ),
        },
    ),
    "d_at_equilibrium": {
        "blank": ("d_at_equilibrium = None", "encore vide"),
        "zero": ("d_at_equilibrium = 0", "hésite"),
        "one": ("d_at_equilibrium = 1", "hésite"),
        "decimal comma": ("d_at_equilibrium = 0,5", "virgule"),
        "text": ("d_at_equilibrium = 'un demi'", "nombre"),
        "unnamed": ("del d_at_equilibrium", "n'existe pas"),
    },
    "loss_at_equilibrium": {
        "blank": ("loss_at_equilibrium = ...", "encore vide"),
        "zero": ("loss_at_equilibrium = 0.0", "il a gagné"),
        "one term": ("loss_at_equilibrium = 0.693", "un seul des deux termes"),
        "decimal comma": ("loss_at_equilibrium = 1,386", "virgule"),
        "sign": ("loss_at_equilibrium = -1.386", "signe"),
        "one half": ("loss_at_equilibrium = 0.5", "bonne valeur"),
        "log 10": ("loss_at_equilibrium = 0.602", "bonne valeur"),
    },
}

WRONG["discriminator_step"]["right, but noise is blank"] = (
    body("noise", "pass") + body("discriminator_step", STEP),
    "à corriger d'abord. noise : la réponse est encore vide",
)
