"""TP 05: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "one_hot": "def one_hot(labels):",
    "random_labels": "def random_labels(n):",
    "discriminator_step": "def discriminator_step(generator, discriminator, optimizer, real, labels):",
    "generator_step": "def generator_step(generator, discriminator, optimizer, batch_size):",
    "train": "def train(generator, discriminator, optimizer_g, optimizer_d, images, labels, run, batch_size=64):",
    "sample_class": "def sample_class(generator, digit, n):",
    "grid_by_class": "def grid_by_class(generator, z):",
    "accuracy_by_class": "def accuracy_by_class(judged, asked):",
}

body, bodies, wrong_bodies = written(HEAD)


GENERATOR = """
class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(latent_dim + 10, 32), nn.BatchNorm1d(32), nn.LeakyReLU(0.2), nn.Linear(32, 64), nn.LeakyReLU(0.2),
            nn.Linear(64, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)),
        )

    def forward(self, z, labels):
        return self.layers(torch.cat([z, one_hot(labels)], dim=1))
"""
DISCRIMINATOR = """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(784 + 10, 64), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(64, 32), nn.LeakyReLU(0.2),
            nn.Linear(32, 1),
        )

    def forward(self, x, labels):
        return self.layers(torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1))
"""
STEP = """
fake_labels = random_labels(len(real))
fake = generator(noise(len(real)), fake_labels).detach()
on_real, on_fake = discriminator(real, labels), discriminator(fake, fake_labels)
loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()"""
G_STEP = """
labels = random_labels(batch_size)
on_fake = discriminator(generator(noise(batch_size), labels), labels)
loss = bce(on_fake, torch.ones_like(on_fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()"""
LOOP = """
for step in run:
    rows = torch.randint(len(images), (batch_size,))
    loss_d = discriminator_step(generator, discriminator, optimizer_d, images[rows], labels[rows])
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)"""
GRID = """
labels = torch.arange(10, device=device).repeat_interleave(len(z))
return sample(generator, z.repeat(10, 1), labels), labels"""
EVAL = """
def drawn(generator, z, labels):
    generator.eval()
    with torch.no_grad():
        fakes = generator(z, labels)
    generator.train()
    return fakes
"""

RIGHT = {
    "one_hot": {
        **bodies(
            "one_hot",
            {
                "compared": "return (labels[:, None] == torch.arange(10, device=labels.device)).float()",
                "rows of the identity": "return torch.eye(10, device=labels.device)[labels]",
                "scatter": """
codes = torch.zeros(len(labels), 10, device=labels.device)
codes.scatter_(1, labels.unsqueeze(1), 1.0)
return codes""",
                "two indices": """
codes = torch.zeros(len(labels), 10, device=labels.device)
codes[torch.arange(len(labels)), labels] = 1
return codes""",
                "a loop": """
codes = torch.zeros(len(labels), 10, device=labels.device)
for i, label in enumerate(labels):
    codes[i, int(label)] = 1.0
return codes""",
                "from numpy": """
import numpy as np
return torch.from_numpy(np.eye(10, dtype=np.float32)[labels.cpu().numpy()]).to(labels.device)""",
            },
        ),
        "lambda": "one_hot = lambda labels: nn.functional.one_hot(labels, 10).to(torch.float32)",
    },
    "random_labels": bodies(
        "random_labels",
        {
            "one bound": "return torch.randint(10, (n,), device=device)",
            "size by name": "return torch.randint(low=0, high=10, size=[n], device=device)",
            "truncated": "return (10 * torch.rand(n, device=device)).long()",
            "multinomial": "return torch.multinomial(torch.ones(10, device=device), n, replacement=True)",
            "numpy": "import numpy as np\nreturn torch.from_numpy(np.random.randint(0, 10, n)).to(device)",
            "python": "import random\nreturn torch.tensor([random.randrange(10) for _ in range(n)], device=device)",
            "one by one": "return torch.cat([torch.randint(10, (1,), device=device) for _ in range(n)])",
            "among the real ones, each class in turn": """
order = torch.randperm(10 * n, device=device)[:n]
return order % 10""",
        },
    ),
    "never_asked": {
        "tensor": "never_asked = torch.tensor(9)",
        "float": "never_asked = 9.0",
        "found by drawing": "never_asked = ({*range(10)} - {*torch.randint(0, 9, (5000,)).tolist()}).pop()",
        "numpy": "import numpy as np\nnever_asked = np.int64(9)",
    },
    "Generator": {
        "three hidden layers": changed(
            GENERATOR, ("nn.Linear(32, 64),", "nn.Linear(32, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64),")
        ),
        "labels first, F.one_hot": changed(
            GENERATOR, ("torch.cat([z, one_hot(labels)], dim=1)", "torch.hstack((F.one_hot(labels, 10).float(), z))")
        ),
        "reshaped in forward": changed(
            GENERATOR,
            (", nn.Unflatten(1, (1, 28, 28))", ""),
            (
                "return self.layers(torch.cat([z, one_hot(labels)], dim=1))",
                "x = torch.cat([z, one_hot(labels)], 1)\n        return self.layers(x).view(-1, 1, 28, 28)",
            ),
        ),
        "labels scaled": changed(GENERATOR, ("one_hot(labels)], dim=1", "3 * one_hot(labels) - 1], dim=1")),
        "an embedding": changed(
            GENERATOR,
            ("super().__init__()", "super().__init__()\n        self.embedding = nn.Embedding(10, 10)"),
            ("one_hot(labels)", "self.embedding(labels)"),
        ),
        "attributes": """
class Generator(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(latent_dim + 10, width), nn.Linear(width, width), nn.Linear(width, 784)
    def forward(self, z, labels):
        h = F.leaky_relu(self.one(torch.cat((z, one_hot(labels)), -1)), 0.2)
        return torch.tanh(self.three(F.leaky_relu(self.two(h), 0.2))).reshape(len(z), 1, 28, 28)
""",
        "one layer a part": """
class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.of_z, self.of_label = nn.Linear(latent_dim, 64), nn.Linear(10, 64)
        self.rest = nn.Sequential(nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 784))
    def forward(self, z, labels):
        return 2 * torch.sigmoid(self.rest(self.of_z(z) + self.of_label(one_hot(labels)))).unflatten(1, (1, 28, 28)) - 1
""",
        "another latent dimension": "latent_dim = 7\n" + GENERATOR,
        "dropout": changed(GENERATOR, ("nn.Linear(32, 64),", "nn.Linear(32, 64), nn.Dropout(0.2),")),
        "by keyword": changed(GENERATOR, ("self.layers(torch", "self.layers(input=torch")),
        "in place": changed(
            GENERATOR.replace("nn.LeakyReLU(0.2)", "nn.LeakyReLU(0.2, inplace=True)"),
            (", nn.Tanh()", ""),
            ("dim=1))", "dim=1)).tanh_()"),
        ),
        "put together in an empty tensor": changed(
            GENERATOR,
            (
                "return self.layers(torch.cat([z, one_hot(labels)], dim=1))",
                "x = torch.empty(len(z), latent_dim + 10, device=z.device)\n        x[:, :latent_dim] = z\n"
                "        x[:, latent_dim:] = one_hot(labels)\n        return self.layers(x)",
            ),
        ),
        "moved to the device": changed(
            GENERATOR,
            ("def forward", "    self.to(device)\n\n    def forward"),
        ),
    },
    "Discriminator": {
        "sizes found at the first call": DISCRIMINATOR.replace("nn.Linear(784 + 10, 64)", "nn.LazyLinear(64)").replace(
            "nn.Linear(32, 1)", "nn.LazyLinear(1)"
        ),
        "no dropout": changed(DISCRIMINATOR, (" nn.Dropout(0.3),", "")),
        "batch norm": changed(DISCRIMINATOR, ("nn.Dropout(0.3)", "nn.BatchNorm1d(64)")),
        "the scale kept by the network": changed(
            DISCRIMINATOR,
            ("super().__init__()", "super().__init__()\n        self.scale = label_scale"),
            ("label_scale * one_hot", "self.scale * one_hot"),
        ),
        "the scale by default": changed(
            DISCRIMINATOR,
            ("def forward(self, x, labels)", "def forward(self, x, labels, scale=label_scale)"),
            ("label_scale * one_hot", "scale * one_hot"),
        ),
        "the scale under another name": "force = label_scale\n"
        + changed(DISCRIMINATOR, ("label_scale * one_hot", "force * one_hot")),
        "the scale in a function": "def join(x, y, force=label_scale):\n"
        "    return torch.cat([x.flatten(1), force * one_hot(y)], dim=1)\n"
        + changed(
            DISCRIMINATOR, ("torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1)", "join(x, labels)")
        ),
        "by keyword": changed(DISCRIMINATOR, ("self.layers(torch", "self.layers(input=torch")),
        "a module of its own": "class Join(nn.Module):\n    def forward(self, x, y):\n"
        "        return torch.cat([x.flatten(1), label_scale * one_hot(y)], dim=1)\n"
        + changed(
            DISCRIMINATOR,
            ("super().__init__()", "super().__init__()\n        self.join = Join()"),
            ("torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1)", "self.join(x=x, y=labels)"),
        ),
        "in place": DISCRIMINATOR.replace("nn.LeakyReLU(0.2)", "nn.LeakyReLU(0.2, inplace=True)"),
        # A second layer that receives 794 numbers, none of which depends on the label.
        "the label after the pixels": """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(784, 794), nn.Linear(794, 32), nn.Linear(42, 1)
    def forward(self, x, labels):
        h = F.leaky_relu(self.two(F.leaky_relu(self.one(x.flatten(1)), 0.2)), 0.2)
        return self.three(torch.cat([h, label_scale * one_hot(labels)], 1))
""",
        "flatten module, labels first": changed(
            DISCRIMINATOR,
            (
                "torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1)",
                "torch.cat([label_scale * one_hot(labels), nn.Flatten()(x)], dim=1)",
            ),
        ),
        "view": changed(DISCRIMINATOR, ("x.flatten(1)", "x.view(x.size(0), -1)")),
        "every layer": """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(794, 64), nn.Linear(74, 32), nn.Linear(42, 1)
    def forward(self, x, labels):
        y = label_scale * one_hot(labels)
        h = F.leaky_relu(self.one(torch.cat([x.flatten(1), y], 1)), 0.2)
        h = F.leaky_relu(self.two(torch.cat([h, y], 1)), 0.2)
        return self.three(torch.cat([h, y], 1))
""",
        "label planes": """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(11, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(4 * 14 * 14, 1))
    def forward(self, x, labels):
        planes = one_hot(labels)[:, :, None, None].expand(-1, -1, 28, 28)
        return self.layers(torch.cat([x, planes], dim=1))
""",
        "an embedding as a picture": """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 784)
        self.layers = nn.Sequential(nn.Linear(2 * 784, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    def forward(self, x, labels):
        return self.layers(torch.cat([x.flatten(1), self.embedding(labels)], dim=1))
""",
    },
    "discriminator_step": {
        **bodies(
            "discriminator_step",
            {
                "fakes under no_grad, with the real labels": """
with torch.no_grad():
    fake = generator(noise(len(real)), labels)
optimizer.zero_grad()
d_real, d_fake = discriminator(real, labels), discriminator(fake, labels)
loss = F.binary_cross_entropy_with_logits(d_real, torch.ones_like(d_real))
loss = loss + F.binary_cross_entropy_with_logits(d_fake, torch.zeros_like(d_fake))
loss.backward()
optimizer.step()
return loss""",
                "softplus": """
y = torch.randint(0, 10, (len(real),), device=real.device)
fake = generator(torch.randn(len(real), latent_dim, device=real.device), y).detach()
loss = F.softplus(-discriminator(real, labels)).mean() + F.softplus(discriminator(fake, y)).mean()
discriminator.zero_grad()
loss.backward()
optimizer.step()
return loss.detach().cpu().numpy()""",
                "a sigmoid and BCELoss": """
y = random_labels(len(real))
fake = generator(noise(len(real)), y).detach()
d_real, d_fake = torch.sigmoid(discriminator(real, labels)), torch.sigmoid(discriminator(fake, y))
f = nn.BCELoss()
loss = f(d_real, torch.ones_like(d_real)) + f(d_fake, torch.zeros_like(d_fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return float(loss.detach())""",
                "one lot": """
n = len(real)
y = random_labels(n)
fake = generator(noise(n), y).detach()
d = discriminator(torch.cat([real, fake]), torch.cat([labels, y]))
loss = bce(d[:n], torch.ones_like(d[:n])) + bce(d[n:], torch.zeros_like(d[n:]))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()""",
                "two backwards": """
optimizer.zero_grad()
d = discriminator(real, labels)
a = bce(d, torch.ones_like(d))
a.backward()
y = random_labels(real.size(0))
d = discriminator(generator(noise(real.size(0)), y).detach(), y)
b = bce(d, torch.zeros_like(d))
b.backward()
optimizer.step()
return (a + b).item()""",
                "the real labels in another order": """
y = labels[torch.randperm(len(labels), device=labels.device)]
fake = generator(noise(len(real)), y).detach()
a, b = discriminator(real, labels), discriminator(fake, y)
loss = bce(a, torch.ones_like(a)) + bce(b, torch.zeros_like(b))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.detach()""",
                "every class in turn": """
y = torch.arange(len(real), device=real.device) % 10
fake = generator(noise(len(real)), y).detach()
a, b = discriminator(real, labels), discriminator(fake, y)
loss = bce(a, torch.ones_like(a)) + bce(b, torch.zeros_like(b))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.detach()""",
                "train mode set": "generator.train(); discriminator.train()" + STEP,
                "by name": changed(
                    STEP,
                    ("generator(noise(len(real)), fake_labels)", "generator(labels=fake_labels, z=noise(len(real)))"),
                    ("discriminator(real, labels)", "discriminator(x=real, labels=labels)"),
                ),
            },
        ),
    },
    "generator_step": bodies(
        "generator_step",
        {
            "by name": changed(
                G_STEP,
                (
                    "generator(noise(batch_size), labels), labels",
                    "x=generator(z=noise(batch_size), labels=labels), labels=labels",
                ),
            ),
            "own draws": """
y = torch.randint(10, (batch_size,), device=device)
z = torch.randn(batch_size, latent_dim, device=device)
loss = F.softplus(-discriminator(generator(z, y), y)).mean()
generator.zero_grad()
loss.backward()
optimizer.step()
return loss""",
            "D frozen for a while": """
discriminator.requires_grad_(False)
y = random_labels(batch_size)
d = discriminator(generator(noise(batch_size), y), y)
loss = bce(d, torch.ones(batch_size, 1, device=d.device))
optimizer.zero_grad()
loss.backward()
optimizer.step()
discriminator.requires_grad_(True)
return loss.item()""",
            "every class in turn": changed(
                G_STEP, ("random_labels(batch_size)", "torch.arange(batch_size, device=device) % 10")
            ),
            "zero_grad afterwards": """
y = random_labels(batch_size)
d = discriminator(generator(noise(batch_size), y), y)
loss = -F.logsigmoid(d).mean()
loss.backward()
optimizer.step()
optimizer.zero_grad()
return loss.item()""",
            "D cleaned too": changed(G_STEP, ("optimizer.step()", "optimizer.step()\ndiscriminator.zero_grad()")),
        },
    ),
    "train": bodies(
        "train",
        {
            "without replacement": """
for step in run:
    i = torch.randperm(len(images))[:batch_size]
    real, y = images[i], labels[i]
    d = discriminator_step(generator, discriminator, optimizer_d, real, y)
    g = generator_step(generator, discriminator, optimizer_g, len(real))
    run.log(loss_d=d, loss_g=g)""",
            "a loader": """
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=True)
batches = iter(loader)
for step in run:
    try:
        real, y = next(batches)
    except StopIteration:
        batches = iter(loader)
        real, y = next(batches)
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real, y)
    loss_g = generator_step(generator, discriminator, optimizer_g, len(real))
    run.log(loss_d=loss_d, loss_g=loss_g)""",
            "all in the loop": """
for step in run:
    i = torch.randint(0, images.shape[0], (batch_size,))
    real, y = images[i], labels[i]
    fake_y = random_labels(batch_size)
    fake = generator(noise(batch_size), fake_y)
    optimizer_d.zero_grad()
    a, b = discriminator(real, y), discriminator(fake.detach(), fake_y)
    loss_d = bce(a, torch.ones_like(a)) + bce(b, torch.zeros_like(b))
    loss_d.backward()
    optimizer_d.step()
    optimizer_g.zero_grad()
    b = discriminator(fake, fake_y)
    loss_g = bce(b, torch.ones_like(b))
    loss_g.backward()
    optimizer_g.step()
    run.log(loss_d=loss_d, loss_g=loss_g)""",
            "G first, two logs": """
for _ in run:
    run.log(loss_g=generator_step(generator, discriminator, optimizer_g, batch_size))
    i = torch.randint(len(labels), (batch_size,))
    run.log(loss_d=discriminator_step(generator, discriminator, optimizer_d, images[i], labels[i]))""",
            "numpy indices": """
import numpy as np
for step in run:
    i = np.random.choice(len(images), batch_size)
    run.log(
        loss_d=discriminator_step(generator, discriminator, optimizer_d, images[i], labels[i]),
        loss_g=generator_step(generator, discriminator, optimizer_g, batch_size),
    )""",
            "a look at the accuracy": """
for step in run:
    i = torch.randint(len(images), (batch_size,))
    loss_d = discriminator_step(generator, discriminator, optimizer_d, images[i], labels[i])
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    with torch.no_grad():
        mean = discriminator(images, labels).mean().item()
    run.log(loss_d=loss_d, loss_g=loss_g, mean=mean)""",
        },
    ),
    "sample_class": {
        **bodies(
            "sample_class",
            {
                "a product": "return sample(generator, noise(n), digit * torch.ones(n, dtype=torch.long, device=device))",
                "a list": "return sample(generator, torch.randn(n, latent_dim, device=device), torch.tensor([digit] * n, device=device))",
                "own eval": """
generator.eval()
with torch.no_grad():
    fakes = generator(noise(n), torch.full((n,), digit, device=device))
generator.train()
return fakes""",
                "inference mode": """
generator.train(False)
with torch.inference_mode():
    fakes = generator(noise(n), torch.tensor(digit, device=device).repeat(n))
generator.train()
return fakes""",
                "one by one": """
return torch.cat([sample(generator, noise(1), torch.tensor([digit], device=device)) for _ in range(n)])""",
            },
        ),
        "lambda": "sample_class = lambda generator, digit, n: sample(generator, noise(n), torch.full([n], digit, device=device))",
    },
    "grid_by_class": {
        **bodies(
            "grid_by_class",
            {
                "a loop": """
pictures, labels = [], []
for digit in range(10):
    y = torch.full((len(z),), digit, device=device)
    pictures.append(sample(generator, z, y))
    labels.append(y)
return torch.cat(pictures), torch.cat(labels)""",
                "z by z": """
y = torch.arange(10, device=device).repeat(len(z))
return sample(generator, z.repeat_interleave(10, dim=0), y), y""",
                "expand": """
k = len(z)
y = torch.arange(10, device=device)[:, None].expand(10, k).reshape(-1)
return [sample(generator, z[None].expand(10, k, -1).reshape(10 * k, -1), y), y]""",
                "from nine to zero": """
y = torch.arange(9, -1, -1, device=device).repeat_interleave(len(z))
return sample(generator, torch.cat([z] * 10), y), y""",
                "one by one": """
pairs = [(digit, row) for digit in range(10) for row in z]
y = torch.tensor([digit for digit, _ in pairs], device=device)
return torch.cat([sample(generator, row[None], y[i : i + 1]) for i, (_, row) in enumerate(pairs)]), y""",
            },
        ),
        "own eval": EVAL + body("grid_by_class", changed(GRID, ("sample(", "drawn("))),
    },
    "accuracy_by_class": bodies(
        "accuracy_by_class",
        {
            "a list": "return [float((judged[asked == c] == c).float().mean()) for c in range(10)]",
            "counts": """
right = torch.bincount(asked[judged == asked], minlength=10)
return right / torch.bincount(asked, minlength=10)""",
            "numpy": """
import numpy as np
a, b = np.asarray(judged), np.asarray(asked)
return np.array([np.mean(a[b == c] == c) for c in range(10)])""",
            "two masks": """
out = torch.zeros(10)
for c in range(10):
    out[c] = ((judged == c) & (asked == c)).sum() / (asked == c).sum()
return out""",
            "one-hot": """
codes = one_hot(asked)
return (codes * (judged == asked)[:, None]).sum(0) / codes.sum(0)""",
            "scikit-learn": """
from sklearn.metrics import recall_score
return recall_score(asked.numpy(), judged.numpy(), labels=range(10), average=None)""",
        },
    ),
    "chance": {
        "fraction": "chance = 1 / 10",
        "tensor": "chance = torch.tensor(0.1)",
        "nearly": "chance = 0.102",
        "measured": "chance = (torch.randint(0, 10, (10**6,)) == 3).float().mean()",
    },
}

WRONG = {
    "one_hot": wrong_bodies(
        "one_hot",
        {
            "integers": ("return F.one_hot(labels, 10)", ".float()"),
            "twice": ("return F.one_hot(F.one_hot(labels, 10), 10).float()", "forme"),
            "double": ("return F.one_hot(labels, 10).double()", "float32"),
            "number of classes guessed": ("return F.one_hot(labels).float()", "num_classes=10"),
            "the label itself": ("return labels[:, None].float()", "forme"),
            "the label in its column": (
                "return F.one_hot(labels, 10).float() * labels[:, None]",
                "l'étiquette elle-même",
            ),
            "transposed": ("return F.one_hot(labels, 10).float().T", "échangées"),
            "numpy": ("import numpy as np\nreturn np.eye(10, dtype=np.float32)[labels.cpu()]", "tenseur PyTorch"),
            "nine columns": ("return torch.eye(10, device=device)[labels][:, :9]", "forme"),
            "shifted": ("return torch.eye(10, device=device)[labels - 1]", "décalé"),
            "inverted": ("return 1 - F.one_hot(labels, 10).float()", "les 0 et les 1 sont échangés"),
            "all ones": ("return torch.ones(len(labels), 10, device=device)", "donne"),
            "in place": (
                "codes = torch.eye(10, device=device)[labels]\nlabels += 0 * labels + 1\nreturn codes",
                "sur place",
            ),
            "one row for all": ("return torch.eye(10, device=device)[labels[:1]].repeat(len(labels), 1)", "au lieu de"),
            "binary": ("return ((labels[:, None] >> torch.arange(10, device=device)) & 1).float()", "au lieu de"),
            "an error": ("return F.onehot(labels)", "à la ligne 2"),
        },
    ),
    "random_labels": wrong_bodies(
        "random_labels",
        {
            "upper bound 9": ("return torch.randint(0, 9, (n,), device=device)", "aucune n'est 9"),
            "lower bound 1": ("return torch.randint(1, 10, (n,), device=device)", "aucune n'est 0"),
            "from 1 to 10": ("return torch.randint(1, 11, (n,), device=device)", "de 1 à 10"),
            "floats": ("return 10 * torch.rand(n, device=device)", "un entier"),
            "seed fixed": (
                "torch.manual_seed(0)\nreturn torch.randint(0, 10, (n,), device=device)",
                "mêmes étiquettes",
            ),
            "one label for all": ("return torch.randint(0, 10, (1,), device=device).repeat(n)", "aucune n'est"),
            "in turn": ("return torch.arange(n, device=device) % 10", "mêmes étiquettes"),
            "in turn, from a random start": (
                "return (torch.arange(n, device=device) + torch.randint(0, 10, (1,), device=device)) % 10",
                "ordre régulier",
            ),
            "drawn once": (
                "global _labels\nif '_labels' not in globals():\n    _labels = torch.randint(0, 10, (5000,), device=device)\n"
                "return _labels[:n]",
                "mêmes étiquettes",
            ),
            "column": ("return torch.randint(0, 10, (n, 1), device=device)", "forme"),
            "n ignored": ("return torch.randint(0, 10, (64,), device=device)", "forme"),
            "one integer": ("return torch.randint(0, 10, (), device=device)", "forme"),
            "a list": ("return torch.randint(0, 10, (n,)).tolist()", "tenseur PyTorch"),
            "one-hot": ("return one_hot(torch.randint(0, 10, (n,), device=device))", "forme"),
            "rounded normal": ("return (5 + 2 * torch.randn(n, device=device)).long().clamp(0, 9)", "chance"),
            "rounded uniform": ("return (9 * torch.rand(n, device=device)).round().long()", "chance"),
            "a permutation": ("return torch.randperm(n, device=device)", "de 0 à 1999"),
            "numpy": ("import numpy as np\nreturn np.random.randint(0, 10, n)", "tenseur PyTorch"),
            "sorted": ("return torch.randint(0, 10, (n,), device=device).sort().values", "ordre régulier"),
            "a permutation in classes": ("return torch.randperm(n, device=device) % 10", "tirées une à une"),
            "scaled by n": ("return (torch.rand(n, device=device) * n).long() % 10", "tirées une à une"),
            "short integers": ("return torch.randint(0, 10, (n,), device=device, dtype=torch.int32)", "one_hot refuse"),
        },
    ),
    "never_asked": {
        "blank": ("never_asked = None", "encore vide"),
        "zero": ("never_asked = 0", "la borne du bas est comprise"),
        "ten": ("never_asked = 10", "laquelle est exclue"),
        "eight": ("never_asked = 8", "laquelle est exclue"),
        "both": ("never_asked = (0, 9)", "virgule"),
        "text": ("never_asked = '9'", "guillemets"),
        "a list": ("never_asked = [8, 9]", "un seul nombre"),
    },
    "Generator": {
        "blank": (
            "class Generator(nn.Module):\n    def __init__(self):\n        super().__init__()\n        # VOTRE CODE ICI\n"
            "        pass\n\n    def forward(self, z, labels):\n        # VOTRE CODE ICI\n        pass",
            "encore vide",
        ),
        "todo": (
            "class Generator(nn.Module):\n    def __init__(self):\n        raise NotImplementedError",
            "encore vide",
        ),
        "layers alone": (
            "class Generator(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.layers = nn.Linear(latent_dim + 10, 784)\n    def forward(self, z, labels):\n        pass",
            "encore vide",
        ),
        "forward alone": (
            "class Generator(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "    def forward(self, z, labels):\n        return self.layers(torch.cat([z, one_hot(labels)], dim=1))",
            "layers",
        ),
        "one-hot twice": (
            changed(GENERATOR, ("one_hot(labels)", "one_hot(one_hot(labels).long())")),
            "une erreur l'arrête",
        ),
        "no super": (changed(GENERATOR, ("        super().__init__()\n", "")), "super().__init__()"),
        "no return": (changed(GENERATOR, ("return self", "x = self")), "return"),
        "label forgotten": (
            changed(GENERATOR, ("latent_dim + 10", "latent_dim"), ("torch.cat([z, one_hot(labels)], dim=1)", "z")),
            "ne change pas l'image",
        ),
        "noise forgotten": (
            changed(
                GENERATOR, ("latent_dim + 10", "10"), ("torch.cat([z, one_hot(labels)], dim=1)", "one_hot(labels)")
            ),
            "changer d'entrée ne change pas",
        ),
        "label as a number": (
            changed(GENERATOR, ("latent_dim + 10", "latent_dim + 1"), ("one_hot(labels)", "labels[:, None].float()")),
            "comme un seul nombre",
        ),
        "label divided by ten": (
            changed(GENERATOR, ("latent_dim + 10", "latent_dim + 1"), ("one_hot(labels)", "labels[:, None] / 10")),
            "comme un seul nombre",
        ),
        "input size unchanged": (changed(GENERATOR, ("latent_dim + 10", "latent_dim")), "taille des données"),
        "joined along the batch": (changed(GENERATOR, ("dim=1)", "dim=0)")), "une erreur l'arrête"),
        "sigmoid": (changed(GENERATOR, ("nn.Tanh()", "nn.Sigmoid()")), "la sortie va de 0 à 1"),
        "from 0 to 1": (changed(GENERATOR, ("dim=1))", "dim=1)).add(1).div(2)")), "aucun pixel n'est négatif"),
        "hard tanh": (changed(GENERATOR, ("nn.Tanh()", "nn.Hardtanh()")), "coupée net"),
        "tanh twice": (changed(GENERATOR, ("nn.Tanh()", "nn.Tanh(), nn.Tanh()")), "deux fois"),
        "activation before tanh": (
            changed(GENERATOR, ("nn.Tanh()", "nn.LeakyReLU(0.2), nn.Tanh()")),
            "l'activation suit",
        ),
        "BatchNorm before tanh": (
            changed(GENERATOR, ("nn.Tanh()", "nn.BatchNorm1d(784), nn.Tanh()")),
            "un BatchNorm suit",
        ),
        "no hidden layer": (
            GENERATOR.replace(
                "32), nn.BatchNorm1d(32), nn.LeakyReLU(0.2), nn.Linear(32, 64), nn.LeakyReLU(0.2),\n            nn.Linear(64, 784)",
                "784)",
            ),
            "1 couche",
        ),
        "no activation": (
            changed(GENERATOR, ("nn.BatchNorm1d(32), nn.LeakyReLU(0.2)", "nn.BatchNorm1d(32)")),
            "sans activation",
        ),
        "ReLU": (GENERATOR.replace("nn.LeakyReLU(0.2)", "nn.ReLU()"), "et non nn.ReLU()"),
        "eval mode": (
            changed(GENERATOR, ("    def forward", "        self.eval()\n\n    def forward")),
            "mode évaluation",
        ),
        "label added": (
            changed(
                GENERATOR,
                ("latent_dim + 10", "latent_dim"),
                ("torch.cat([z, one_hot(labels)], dim=1)", "z + labels[:, None]"),
            ),
            "comme un seul nombre",
        ),
        "label multiplied": (
            changed(
                GENERATOR,
                ("latent_dim + 10", "latent_dim"),
                ("torch.cat([z, one_hot(labels)], dim=1)", "z * (labels[:, None] + 1)"),
            ),
            "comme un seul nombre",
        ),
        "classes counted in the batch": (
            changed(GENERATOR, ("one_hot(labels)", "F.one_hot(labels).float()")),
            "num_classes=10",
        ),
        "squeezed noise": (changed(GENERATOR, ("[z,", "[z.squeeze(),")), "squeeze()"),
        "z written in place": (
            changed(GENERATOR, ("        return", "        z[:, 0] = 0\n        return")),
            "sur place",
        ),
        "labels written in place": (
            changed(GENERATOR, ("        return", "        labels[labels == 0] = 1\n        return")),
            "sur place les étiquettes",
        ),
        "noise detached": (changed(GENERATOR, ("[z,", "[z.detach(),")), "jusqu'au bruit"),
        "no tanh": (changed(GENERATOR, (" nn.Tanh(),", "")), "il manque nn.Tanh()"),
        "twice tanh": (changed(GENERATOR, ("dim=1))", "dim=1)).mul(2)")), "hors de [-1, 1]"),
        "flat": (changed(GENERATOR, (", nn.Unflatten(1, (1, 28, 28))", "")), "à plat"),
        "no channel": (changed(GENERATOR, ("(1, 28, 28)", "(28, 28)")), "forme"),
        "own labels": (changed(GENERATOR, ("one_hot(labels)]", "one_hot(random_labels(len(z)))]")), "sans tirage"),
        "one label for the batch": (
            changed(GENERATOR, ("one_hot(labels)", "one_hot(labels[:1]).repeat(len(z), 1)")),
            "",
        ),
        "labels in another order": (changed(GENERATOR, ("one_hot(labels)", "one_hot(labels.sort().values)")), "du lot"),
        "detached": (changed(GENERATOR, ("return self.layers(", "return self.layers.requires_grad_(False)(")), "figés"),
        "no_grad inside": (
            changed(GENERATOR, ("        return", "        with torch.no_grad():\n          return")),
            "aucun gradient ne traverse",
        ),
        "a plain list": (
            "class Generator(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.layers = [nn.Linear(latent_dim + 10, 784)]\n    def forward(self, z, labels):\n"
            "        return torch.tanh(self.layers[0](torch.cat([z, one_hot(labels)], 1))).view(-1, 1, 28, 28)",
            "aucun paramètre",
        ),
        "a function": ("def Generator():\n    return lambda z, labels: z", "un réseau (nn.Module)"),
        "an instance": (GENERATOR + "\nGenerator = Generator()", "positional argument"),
        "one network for ever": (
            GENERATOR + "\n_only = Generator()\ndef Generator():\n    return _only",
            "le même réseau",
        ),
        "arguments exchanged": (changed(GENERATOR, ("self, z, labels", "self, labels, z")), "une erreur l'arrête"),
        "a wrong one_hot, told first": (
            "def one_hot(labels):\n    return F.one_hot(labels).float()\n"
            + GENERATOR.replace("one_hot(labels)", "one_hot(labels % 9)"),
            "à corriger d'abord. one_hot",
        ),
    },
    "Discriminator": {
        "blank": (
            "class Discriminator(nn.Module):\n    def __init__(self):\n        super().__init__()\n        pass\n\n"
            "    def forward(self, x, labels):\n        pass",
            "encore vide",
        ),
        "no return": (changed(DISCRIMINATOR, ("return self", "x = self")), "return"),
        "label not scaled": (changed(DISCRIMINATOR, ("label_scale * one_hot", "one_hot")), "label_scale"),
        "sigmoid": (
            changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.Sigmoid(),")),
            "D finit par une sigmoïde",
        ),
        "tanh": (
            changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.Tanh(),")),
            "tangente hyperbolique",
        ),
        "between 0 and 1": (changed(DISCRIMINATOR, ("dim=1))", "dim=1)).tanh().abs()")), "Ôtez la sigmoïde"),
        "relu": (changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.ReLU(),")), "une ReLU suit"),
        "softmax": (
            changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.Softmax(1),")),
            "une softmax sur une seule sortie",
        ),
        "activation at the end": (
            changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.LeakyReLU(0.2),")),
            "l'activation suit aussi",
        ),
        "logsigmoid": (
            changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.LogSigmoid(),")),
            "LogSigmoid",
        ),
        "one hidden layer": (
            changed(
                DISCRIMINATOR, ("nn.Linear(64, 32), nn.LeakyReLU(0.2),", ""), ("nn.Linear(32, 1)", "nn.Linear(64, 1)")
            ),
            "2 couches",
        ),
        "no activation": (changed(DISCRIMINATOR, ("nn.LeakyReLU(0.2), nn.Dropout", "nn.Dropout")), "sans activation"),
        "default slope": (DISCRIMINATOR.replace("(0.2)", "()"), "et non nn.LeakyReLU(0.01)"),
        "5": (changed(DISCRIMINATOR, ("label_scale *", "5 *")), "est multiplié par 5"),
        "10": (changed(DISCRIMINATOR, ("label_scale *", "10 *")), "est multiplié par 10"),
        "scale divided by": (
            changed(DISCRIMINATOR, ("label_scale * one_hot(labels)", "one_hot(labels) / label_scale")),
            "divisé par label_scale",
        ),
        "scale added": (
            changed(DISCRIMINATOR, ("label_scale * one_hot(labels)", "one_hot(labels) + label_scale")),
            "label_scale s'ajoute",
        ),
        "pixels scaled too": (
            changed(DISCRIMINATOR, ("label_scale * one_hot", "one_hot"), ("torch.cat", "label_scale * torch.cat")),
            "aussi les pixels",
        ),
        "picture detached": (changed(DISCRIMINATOR, ("x.flatten(1)", "x.detach().flatten(1)")), "jusqu'à l'image"),
        "picture's data": (changed(DISCRIMINATOR, ("x.flatten(1)", "x.data.flatten(1)")), "jusqu'à l'image"),
        "Dropout in eval mode too": (
            changed(DISCRIMINATOR, ("x.flatten(1)", "F.dropout(x.flatten(1), 0.3)")),
            "training=self.training",
        ),
        "classes counted in the batch": (
            changed(DISCRIMINATOR, ("one_hot(labels)", "F.one_hot(labels)")),
            "num_classes=10",
        ),
        "one picture squeezed": (changed(DISCRIMINATOR, ("x.flatten(1)", "x.squeeze().flatten(1)")), "squeeze()"),
        "label over the pixels": (
            changed(
                DISCRIMINATOR,
                ("784 + 10", "784"),
                (
                    "return self.layers(torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1))",
                    "x = x.flatten(1)\n        x[:, :10] = label_scale * one_hot(labels)\n        return self.layers(x)",
                ),
            ),
            "sur place",
        ),
        "label forgotten": (
            changed(
                DISCRIMINATOR,
                ("784 + 10", "784"),
                ("torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1)", "x.flatten(1)"),
            ),
            "ne change pas la note",
        ),
        "pixels forgotten": (
            changed(
                DISCRIMINATOR,
                ("784 + 10", "10"),
                ("torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1)", "one_hot(labels)"),
            ),
            "changer d'entrée ne change pas",
        ),
        "not flattened": (changed(DISCRIMINATOR, ("x.flatten(1)", "x")), "une erreur l'arrête"),
        "flattened whole": (changed(DISCRIMINATOR, ("x.flatten(1)", "x.flatten()")), "une erreur l'arrête"),
        "label as a number": (
            changed(DISCRIMINATOR, ("784 + 10", "785"), ("label_scale * one_hot(labels)", "labels[:, None].float()")),
            "comme un seul nombre",
        ),
        "input size unchanged": (changed(DISCRIMINATOR, ("784 + 10", "784")), "taille des données"),
        "ten outputs": (changed(DISCRIMINATOR, ("nn.Linear(32, 1)", "nn.Linear(32, 10)")), "forme"),
        "squeezed": (
            changed(
                DISCRIMINATOR,
                ("label_scale * one_hot(labels)], dim=1))", "label_scale * one_hot(labels)], dim=1)).squeeze(1)"),
            ),
            "(n,)",
        ),
        "softmax over the batch": (
            changed(DISCRIMINATOR, ("nn.Linear(32, 1),", "nn.Linear(32, 1), nn.Softmax(dim=0),")),
            "les images entre elles",
        ),
        "scale zero": (changed(DISCRIMINATOR, ("label_scale * one_hot", "0 * one_hot")), "ne change pas la note"),
        "labels in another order": (changed(DISCRIMINATOR, ("one_hot(labels)", "one_hot(labels.flip(0))")), "du lot"),
        "own labels": (changed(DISCRIMINATOR, ("one_hot(labels)", "one_hot(random_labels(len(x)))")), "sans tirage"),
    },
    "discriminator_step": wrong_bodies(
        "discriminator_step",
        {
            "fakes judged with the real labels": (
                changed(STEP, ("discriminator(fake, fake_labels)", "discriminator(fake, labels)")),
                "D juge les faux avec d'autres étiquettes",
            ),
            "real pictures judged with the fake labels": (
                changed(STEP, ("discriminator(real, labels)", "discriminator(real, fake_labels)")),
                "D juge les chiffres réels avec d'autres étiquettes",
            ),
            "real labels shuffled": (
                changed(
                    STEP, ("discriminator(real, labels)", "discriminator(real, labels[torch.randperm(len(labels))])")
                ),
                "D juge les chiffres réels avec d'autres étiquettes",
            ),
            "labels exchanged": (
                changed(
                    STEP,
                    ("discriminator(real, labels)", "discriminator(real, fake_labels)"),
                    ("discriminator(fake, fake_labels)", "discriminator(fake, labels)"),
                ),
                "avec d'autres étiquettes",
            ),
            "a second draw": (
                changed(STEP, ("discriminator(fake, fake_labels)", "discriminator(fake, random_labels(len(real)))")),
                "D juge les faux avec d'autres étiquettes",
            ),
            "never a 9": (
                changed(STEP, ("random_labels(len(real))", "torch.randint(0, 9, (len(real),), device=device)")),
                "jamais demandées à G (9)",
            ),
            "always zero": (
                changed(STEP, ("random_labels(len(real))", "torch.zeros_like(labels)")),
                "toutes les mêmes",
            ),
            "labels drawn once": (
                changed(STEP, ("random_labels(len(real))", "_y[:len(real)]")).replace(
                    "\nfake", "\nglobal _y\nif '_y' not in globals():\n    _y = random_labels(500)\nfake", 1
                ),
                "mêmes étiquettes servent à chaque appel",
            ),
            "labels not given to D": (
                changed(STEP, ("discriminator(real, labels)", "discriminator(real)")),
                "D attend deux arguments",
            ),
            "labels not given to G": (
                changed(STEP, ("(noise(len(real)), fake_labels)", "(noise(len(real)))")),
                "G attend deux",
            ),
            "one-hot given": (
                changed(STEP, ("discriminator(real, labels)", "discriminator(real, one_hot(labels))")),
                "étiquettes entières",
            ),
            "labels of another length": (
                changed(STEP, ("random_labels(len(real))", "random_labels(64)")),
                "étiquettes de forme (64,)",
            ),
            "D in eval mode": ("discriminator.eval()" + STEP, "D apprend en mode évaluation"),
            "labels modified": (
                changed(STEP, ("\nfake_labels =", "\nlabels[:] = random_labels(len(real))\nfake_labels =")),
                "",
            ),
            "no detach": (changed(STEP, (".detach()", "")), "detach"),
            "no zero_grad": (changed(STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "no step": (changed(STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "no backward": (changed(STEP, ("loss.backward()\n", "")), "backward"),
            "targets swapped": (
                changed(STEP, ("ones_like", "zeros_like_"))
                .replace("zeros_like(", "ones_like(")
                .replace("zeros_like_", "zeros_like"),
                "échangées",
            ),
            "real only": (changed(STEP, (" + bce(on_fake, torch.zeros_like(on_fake))", "")), "terme des vrais"),
            "half": (changed(STEP, ("loss.backward()", "loss = loss / 2\nloss.backward()")), "moyenne des deux termes"),
            "no sigmoid at all": (
                changed(
                    STEP,
                    (
                        "bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))",
                        "on_fake.mean() - on_real.mean()",
                    ),
                ),
                "",
            ),
            "the digits as targets": (
                changed(STEP, ("torch.ones_like(on_real)", "labels[:, None].float()")).replace(
                    "torch.zeros_like(on_fake)", "fake_labels[:, None].float()"
                ),
                "(les deux termes)",
            ),
            "the digits as targets of the fakes": (
                changed(STEP, ("torch.zeros_like(on_fake)", "fake_labels[:, None].float()")),
                "(terme des faux)",
            ),
            "the score detached": (
                changed(
                    STEP,
                    ("fake_labels).detach()", "fake_labels)"),
                    ("discriminator(fake, fake_labels)", "discriminator(fake, fake_labels).detach()"),
                ),
                "le terme des faux n'atteint pas D",
            ),
            "BCELoss on logits": (changed(STEP, ("\nloss =", "\nbce = nn.BCELoss()\nloss =")), "une erreur l'arrête"),
            "sigmoid twice": (
                changed(STEP, ("bce(on_real,", "bce(on_real.sigmoid(),"), ("bce(on_fake,", "bce(on_fake.sigmoid(),")),
                "deux fois",
            ),
            "noise used again": (
                changed(STEP, ("noise(len(real))", "_z[:len(real)]")).replace(
                    "\nfake", "\nglobal _z\nif '_z' not in globals():\n    _z = noise(500)\nfake", 1
                ),
                "même bruit",
            ),
            "uniform noise": (
                changed(STEP, ("noise(len(real))", "torch.rand(len(real), latent_dim, device=device)")),
                "loi normale",
            ),
            "fewer fakes": (
                "real_labels, n = labels, len(real) // 2"
                + changed(
                    STEP,
                    ("random_labels(len(real))", "random_labels(n)"),
                    ("noise(len(real))", "noise(n)"),
                ),
                "autant de faux",
            ),
            "loss not returned": (changed(STEP, ("return loss.item()", "return")), "return"),
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
        },
    )
    | {
        "a wrong draw, told first": (
            body("random_labels", "return torch.randint(0, 9, (n,), device=device)") + body("discriminator_step", STEP),
            "à corriger d'abord. random_labels",
        ),
    },
    "generator_step": wrong_bodies(
        "generator_step",
        {
            "two draws of labels": (
                changed(
                    G_STEP,
                    (
                        "generator(noise(batch_size), labels), labels",
                        "generator(noise(batch_size), random_labels(batch_size)), labels",
                    ),
                ),
                "D juge les faux avec d'autres étiquettes",
            ),
            "labels shuffled for D": (
                changed(G_STEP, ("labels), labels)", "labels), labels[torch.randperm(batch_size)])")),
                "D juge les faux avec d'autres étiquettes",
            ),
            "never a 9": (
                changed(G_STEP, ("random_labels(batch_size)", "torch.randint(0, 9, (batch_size,), device=device)")),
                "jamais demandées à G (9)",
            ),
            "labels drawn once": (
                changed(G_STEP, ("labels = random_labels(batch_size)\n", "")).replace(
                    "\non_fake",
                    "\nglobal _y\nif '_y' not in globals():\n    _y = random_labels(500)\nlabels = _y[:batch_size]\non_fake",
                    1,
                ),
                "mêmes étiquettes servent à chaque appel",
            ),
            "one label a batch": (
                changed(G_STEP, ("random_labels(batch_size)", "random_labels(1).repeat(batch_size)")),
                "toutes les mêmes",
            ),
            "more ones than the rest": (
                changed(
                    G_STEP,
                    (
                        "random_labels(batch_size)",
                        "random_labels(batch_size) * (torch.rand(batch_size, device=device) < 0.5)",
                    ),
                ),
                "uniformément",
            ),
            "no label for D": (changed(G_STEP, ("labels), labels)", "labels))")), "D attend deux arguments"),
            "no label for G": (changed(G_STEP, ("noise(batch_size), labels)", "noise(batch_size))")), "G attend deux"),
            "one-hot given": (
                changed(G_STEP, ("noise(batch_size), labels)", "noise(batch_size), one_hot(labels))")),
                "entières",
            ),
            "detach": (changed(G_STEP, ("labels), labels)", "labels).detach(), labels)")), "detach"),
            "no zero_grad": (changed(G_STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "no step": (changed(G_STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "no backward": (changed(G_STEP, ("loss.backward()\n", "")), "aucun gradient"),
            "target 0": (changed(G_STEP, ("ones_like", "zeros_like")), "l'étiquette est 0"),
            "saturating": (
                changed(G_STEP, ("bce(on_fake, torch.ones_like(on_fake))", "-bce(on_fake, torch.zeros_like(on_fake))")),
                "saturante",
            ),
            "sigmoid twice": (changed(G_STEP, ("bce(on_fake,", "bce(on_fake.sigmoid(),")), "deux fois"),
            "the digit as the target": (
                changed(G_STEP, ("torch.ones_like(on_fake)", "labels[:, None].float()")),
                "c'est le chiffre qui sert d'étiquette à la perte",
            ),
            "the digits as a target of another shape": (
                changed(G_STEP, ("torch.ones_like(on_fake)", "labels.float()")),
                "n'ont pas la même forme",
            ),
            "backward twice": (
                changed(G_STEP, ("loss.backward()", "loss.backward(retain_graph=True)\nloss.backward()")),
                "un appel de trop.",
            ),
            "floating labels": (
                changed(G_STEP, ("random_labels(batch_size)", "random_labels(batch_size).float()")),
                "des entiers sont attendus",
            ),
            "a list of labels": (
                changed(G_STEP, ("random_labels(batch_size)", "random_labels(batch_size).tolist()")),
                "un tenseur d'entiers (n,)",
            ),
            "G in eval mode": ("generator.eval()" + G_STEP, "G apprend en mode évaluation"),
            "D left frozen": ("discriminator.requires_grad_(False)" + G_STEP, "D reste figé"),
            "D moved too": (
                changed(
                    G_STEP,
                    (
                        "optimizer.step()",
                        "optimizer.step()\ntorch.optim.SGD(discriminator.parameters(), lr=0.1).step()",
                    ),
                ),
                "D a été modifié",
            ),
            "batch size ignored": (G_STEP.replace("batch_size", "64"), "batch_size"),
            "on real data": (
                changed(G_STEP, ("generator(noise(batch_size), labels), labels", "images[:batch_size], labels")),
                "generator",
            ),
            "uniform noise": (
                changed(G_STEP, ("noise(batch_size)", "torch.rand(batch_size, latent_dim, device=device)")),
                "loi normale",
            ),
        },
    ),
    "train": {
        **wrong_bodies(
            "train",
            {
                "labels of other pictures": (
                    changed(LOOP, ("labels[rows]", "labels[torch.randint(len(images), (batch_size,))]")),
                    "étiquettes qui ne sont pas les leurs",
                ),
                "the first labels": (changed(LOOP, ("labels[rows]", "labels[:batch_size]")), "ne sont pas les leurs"),
                "random labels for real pictures": (
                    changed(LOOP, ("labels[rows]", "random_labels(batch_size)")),
                    "ne sont pas les leurs",
                ),
                "labels shuffled once": (
                    "labels = labels[torch.randperm(len(labels))]" + LOOP,
                    "ne sont pas les leurs",
                ),
                "labels drawn once, all in the loop": (
                    """
fake_y = random_labels(batch_size)
for step in run:
    i = torch.randint(0, images.shape[0], (batch_size,))
    fake = generator(noise(batch_size), random_labels(batch_size))
    optimizer_d.zero_grad()
    a, b = discriminator(images[i], labels[i]), discriminator(fake.detach(), fake_y)
    loss_d = bce(a, torch.ones_like(a)) + bce(b, torch.zeros_like(b))
    loss_d.backward()
    optimizer_d.step()
    optimizer_g.zero_grad()
    b = discriminator(fake, fake_y)
    loss_g = bce(b, torch.ones_like(b))
    loss_g.backward()
    optimizer_g.step()
    run.log(loss_d=loss_d, loss_g=loss_g)""",
                    "les faux avec d'autres étiquettes",
                ),
                "G left in eval mode": (
                    LOOP + "\n    if step == 0:\n        generator.eval()",
                    "G apprend en mode évaluation",
                ),
                "labels forgotten": (changed(LOOP, (", labels[rows])", ")")), "il manque un argument"),
                "all the labels": (changed(LOOP, ("labels[rows]", "labels")), "étiquettes de forme"),
                "not logged": (changed(LOOP, ("\n    run.log(loss_d=loss_d, loss_g=loss_g)", "")), "run.log"),
                "losses exchanged in the log": (
                    changed(LOOP, ("loss_d=loss_d, loss_g=loss_g", "loss_d=loss_g, loss_g=loss_d")),
                    "échangées",
                ),
                "optimizers exchanged": (
                    changed(
                        LOOP,
                        ("optimizer_d, images", "optimizer_g, images"),
                        ("optimizer_g, batch", "optimizer_d, batch"),
                    ),
                    "échangés",
                ),
                "same batch for ever": (
                    changed(LOOP, ("torch.randint(len(images), (batch_size,))", "torch.arange(batch_size)")),
                    "au hasard",
                ),
                "batch size ignored": (changed(LOOP, ("(batch_size,)", "(5,)")), "batch_size"),
                "own range": (LOOP.replace("in run", "in range(len(run))", 1), "« for step in run: »"),
                "D only": (
                    changed(
                        LOOP,
                        ("generator_step(generator, discriminator, optimizer_g, batch_size)", "0.0"),
                    ),
                    "l'optimiseur de G reçu en argument a fait 0 pas",
                ),
                "another network for D": (
                    "other = Generator().to(device)"
                    + LOOP.replace("discriminator_step(generator", "discriminator_step(other"),
                    "generator n'est jamais appelé quand D apprend",
                ),
                "optimizer of D given to the step of G": (
                    changed(LOOP, ("optimizer_g, batch", "optimizer_d, batch")),
                    "generator_step reçoit-elle optimizer_d",
                ),
                "the first batches for ever": (
                    """
import itertools
from torch.utils.data import DataLoader, TensorDataset
lots = DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=True, drop_last=True)
for step, (real, y) in zip(run, itertools.cycle(lots)):
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real, y)
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)""",
                    "reviennent sans cesse",
                ),
                "two steps of D": (
                    changed(
                        LOOP,
                        (
                            "    loss_g =",
                            "    discriminator_step(generator, discriminator, optimizer_d, images[rows], labels[rows])\n    loss_g =",
                        ),
                    ),
                    "D est mis à jour plus d'une fois par étape",
                ),
                "the notebook's pictures": (
                    changed(
                        LOOP, ("images[rows]", "train_set.images[rows]"), ("labels[rows]", "train_set.labels[rows]")
                    ),
                    "chiffres tirés de images (l'argument)",
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
            body("generator_step", changed(G_STEP, ("labels), labels)", "labels), labels.flip(0))")))
            + body("train", LOOP),
            "à corriger d'abord. generator_step",
        ),
    },
    "sample_class": wrong_bodies(
        "sample_class",
        {
            "float labels": (
                "generator.eval()\nwith torch.no_grad():\n"
                "    return generator(noise(n), torch.ones(n, device=device) * digit)",
                "des entiers sont attendus",
            ),
            "train mode": (
                "with torch.no_grad():\n    return generator(noise(n), torch.full((n,), digit, device=device))",
                "mode « train »",
            ),
            "left in eval mode": (
                "generator.eval()\nwith torch.no_grad():\n"
                "    return generator(noise(n), torch.full((n,), digit, device=device))",
                "reste en mode évaluation",
            ),
            "graph kept": (
                "generator.eval()\nreturn generator(noise(n), torch.full((n,), digit, device=device))",
                "no_grad",
            ),
            "random labels": ("return sample(generator, noise(n), random_labels(n))", "G a reçu les étiquettes"),
            "always a 7": (
                "return sample(generator, noise(n), torch.full((n,), 7, device=device))",
                "G a reçu les étiquettes 7",
            ),
            "one label": ("return sample(generator, noise(n), torch.tensor([digit], device=device))", ""),
            "the digit as it is": (
                "return sample(generator, noise(n), digit)",
                "à la ligne 2 de la cellule de sample_class, « return sample(generator, noise(n), digit) », qui mène",
            ),
            "one-hot given": (
                "return sample(generator, noise(n), one_hot(torch.full((n,), digit, device=device)))",
                "entières",
            ),
            "n ignored": ("return sample(generator, noise(20), torch.full((20,), digit, device=device))", "forme"),
            "one noise": (
                "return sample(generator, noise(1).repeat(n, 1), torch.full((n,), digit, device=device))",
                "se répète",
            ),
            "fixed noise": (
                "torch.manual_seed(0)\nreturn sample(generator, noise(n), torch.full((n,), digit, device=device))",
                "même bruit",
            ),
            "uniform noise": (
                "return sample(generator, torch.rand(n, latent_dim, device=device), torch.full((n,), digit, device=device))",
                "loi normale",
            ),
            "a real one": ("return images[labels == digit][:n]", ""),
            "another generator": (
                "return sample(Generator().to(device), noise(n), torch.full((n,), digit, device=device))",
                "generator n'est jamais appelé",
            ),
            "a pair": (
                "y = torch.full((n,), digit, device=device)\nreturn sample(generator, noise(n), y), y",
                "tenseur PyTorch",
            ),
        },
    ),
    "grid_by_class": wrong_bodies(
        "grid_by_class",
        {
            "both repeated": (changed(GRID, ("repeat_interleave(len(z))", "repeat(len(z))")), "repeat_interleave"),
            "both interleaved": (
                changed(GRID, ("z.repeat(10, 1)", "z.repeat_interleave(10, dim=0)")),
                "repeat_interleave",
            ),
            "new noise": (changed(GRID, ("z.repeat(10, 1)", "noise(10 * len(z))")), "les mêmes bruits"),
            "one noise": (changed(GRID, ("z.repeat(10, 1)", "z[:1].repeat(10 * len(z), 1)")), ""),
            "labels of the display only": (
                "y = random_labels(10 * len(z))\nlabels = torch.arange(10, device=device).repeat_interleave(len(z))\n"
                "return sample(generator, z.repeat(10, 1), y), labels",
                "repeat_interleave",
            ),
            "nine classes": (
                "labels = torch.arange(9, device=device).repeat_interleave(len(z))\n"
                "return sample(generator, z.repeat(9, 1), labels), labels",
                "forme",
            ),
            "from one to ten": (
                changed(GRID, ("labels), labels", "labels), labels + 1")),
                "chacune des dix étiquettes",
            ),
            "pictures alone": (changed(GRID, ("labels), labels", "labels)")), "deux tenseurs"),
            "labels first": (
                "labels = torch.arange(10, device=device).repeat_interleave(len(z))\n"
                "return labels, sample(generator, z.repeat(10, 1), labels)",
                "forme",
            ),
            "another order in each class": (
                "labels = torch.arange(10, device=device).repeat_interleave(len(z))\n"
                "order = torch.cat([z[torch.randperm(len(z), device=device)] if d else z.flip(0) for d in range(10)])\n"
                "return sample(generator, order, labels), labels",
                "l'ordre de z",
            ),
            "train mode": (
                "labels = torch.arange(10, device=device).repeat_interleave(len(z))\nwith torch.no_grad():\n"
                "    return generator(z.repeat(10, 1), labels), labels",
                "mode « train »",
            ),
            "graph kept": (
                "generator.eval()\nlabels = torch.arange(10, device=device).repeat_interleave(len(z))\n"
                "return generator(z.repeat(10, 1), labels), labels",
                "no_grad",
            ),
            "left in eval mode": (
                "generator.eval()\nlabels = torch.arange(10, device=device).repeat_interleave(len(z))\n"
                "with torch.no_grad():\n    return generator(z.repeat(10, 1), labels), labels",
                "reste en mode évaluation",
            ),
            "real pictures": (
                "order = labels.argsort()[: 10 * len(z)]\nreturn images[order], labels[order]",
                "generator",
            ),
            "ten noises whatever z": (
                "labels = torch.arange(10, device=device).repeat_interleave(10)\n"
                "return sample(generator, noise(10).repeat(10, 1), labels), labels",
                "forme",
            ),
            "z scaled in place": ("z *= 0.5" + GRID, "sur place"),
        },
    ),
    "accuracy_by_class": wrong_bodies(
        "accuracy_by_class",
        {
            "overall": ("return (judged == asked).float().mean()", "un seul nombre"),
            "overall, ten times": ("return (judged == asked).float().mean().repeat(10)", "la même moyenne"),
            "of what is read": (
                "return torch.stack([(asked[judged == c] == c).float().mean() for c in range(10)])",
                "où ce chiffre est lu",
            ),
            "over all the pictures": (
                "return torch.stack([((judged == c) & (asked == c)).float().mean() for c in range(10)])",
                "nombre total d'images",
            ),
            "counts": (
                "return torch.tensor([int(((judged == c) & (asked == c)).sum()) for c in range(10)])",
                "nombres d'images",
            ),
            "percent": (
                "return torch.stack([100 * (judged[asked == c] == c).float().mean() for c in range(10)])",
                "pourcentages",
            ),
            "errors": ("return torch.stack([(judged[asked == c] != c).float().mean() for c in range(10)])", "erreurs"),
            "shares read": ("return torch.bincount(judged, minlength=10) / len(judged)", "fréquence"),
            "nine classes": (
                "return torch.stack([(judged[asked == c] == c).float().mean() for c in range(9)])",
                "forme",
            ),
            "by one tenth": (
                "return torch.stack([10 * ((judged == c) & (asked == c)).float().mean() for c in range(10)])",
                "est attendu",
            ),
            "one for each picture": ("return (judged == asked).float()", "forme"),
            "a dictionary": (
                "return {c: (judged[asked == c] == c).float().mean() for c in range(10)}",
                "tableau de nombres",
            ),
            "in place": (
                "judged -= asked\nreturn torch.stack([(judged[asked == c] == 0).float().mean() for c in range(10)])",
                "sur place",
            ),
        },
    ),
    "chance": {
        "blank": ("chance = None", "encore vide"),
        "half": ("chance = 0.5", "Parmi dix chiffres"),
        "zero": ("chance = 0", "Parmi dix chiffres"),
        "percent": ("chance = 10", "pourcentage"),
        "one ninth": ("chance = 1 / 9", "Parmi dix chiffres"),
        "comma": ("chance = 0,1", "virgule"),
        "text": ("chance = '10 %'", "guillemets"),
    },
}
