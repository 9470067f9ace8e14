"""TP 04: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "rescale": "def rescale(pixels):",
    "to_pixels": "def to_pixels(images):",
    "make_generator": "def make_generator(latent_dim):",
    "make_discriminator": "def make_discriminator():",
    "discriminator_step": "def discriminator_step(generator, discriminator, optimizer, real):",
    "generator_step": "def generator_step(generator, discriminator, optimizer, batch_size):",
    "train": "def train(generator, discriminator, optimizer_g, optimizer_d, images, run, batch_size=64):",
    "class_shares": "def class_shares(digits):",
    "frechet_distance": "def frechet_distance(real_features, generated_features):",
    "nearest_neighbours": "def nearest_neighbours(queries, references):",
    "copy_ratio": "def copy_ratio(generated, train_images, test_images):",
}

body, bodies, wrong_bodies = written(HEAD)


G = """
return nn.Sequential(
    nn.Linear(latent_dim, 32),
    nn.LeakyReLU(0.2),
    nn.Linear(32, 48),
    nn.LeakyReLU(0.2),
    nn.Linear(48, 784),
    nn.Tanh(),
    nn.Unflatten(1, (1, 28, 28)),
)"""
D = """
return nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 48),
    nn.LeakyReLU(0.2),
    nn.Dropout(0.3),
    nn.Linear(48, 32),
    nn.LeakyReLU(0.2),
    nn.Dropout(0.3),
    nn.Linear(32, 1),
)"""
STEP = """
fake = generator(noise(len(real))).detach()
on_real, on_fake = discriminator(real), discriminator(fake)
loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()"""
G_STEP = """
on_fake = discriminator(generator(noise(batch_size)))
loss = bce(on_fake, torch.ones_like(on_fake))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()"""
LOOP = """
for step in run:
    real = images[torch.randint(len(images), (batch_size,))]
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)"""
FRECHET = """
from scipy import linalg
gap = real_features.mean(axis=0) - generated_features.mean(axis=0)
c1 = np.cov(real_features, rowvar=False)
c2 = np.cov(generated_features, rowvar=False)
return gap @ gap + np.trace(c1 + c2 - 2 * linalg.sqrtm(c1 @ c2).real)"""
ROOTS = "np.trace(c1 + c2) - 2 * np.sqrt(np.linalg.eigvals(c1 @ c2){}).sum()"
NEAREST = """
distances = torch.cdist(queries.flatten(1), references.flatten(1), p=1) / 784
values, indices = distances.min(dim=1)
return values, indices"""
RATIO = """
a, _ = nearest_neighbours(generated, train_images)
b, _ = nearest_neighbours(test_images, train_images)
return (a.median() / b.median()).item()"""

RIGHT = {
    "rescale": bodies(
        "rescale",
        {
            "twice minus one": "return 2 * (pixels.float() / 255) - 1",
            "around the middle": "return (pixels.to(torch.float32) - 127.5) / 127.5",
            "an integer tensor divided": "return pixels / 127.5 - 1",
            "numpy on the way": "return torch.from_numpy(pixels.numpy().astype('float32') / 127.5 - 1)",
            "in place on a copy": "x = pixels.float()\nx /= 255\nx *= 2\nx -= 1\nreturn x",
            "lerp": "return torch.lerp(torch.tensor(-1.0), torch.tensor(1.0), pixels.float() / 255)",
        },
    )
    | {"lambda": "rescale = lambda pixels: pixels.float().div(127.5).sub(1)"},
    "to_pixels": bodies(
        "to_pixels",
        {
            "half added, then cut": "return ((images + 1) / 2 * 255 + 0.5).to(torch.uint8)",
            "torch.round and byte": "return torch.round(127.5 * images + 127.5).byte()",
            "clamped": "return (255 * (images + 1) / 2).round().clamp(0, 255).type(torch.uint8)",
            "in double": "return ((images.double() + 1) * 127.5).round().to(torch.uint8)",
            "numpy on the way": (
                "x = np.rint((images.numpy() + 1) * 127.5).astype('uint8')\nreturn torch.from_numpy(x)"
            ),
        },
    ),
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "without BatchNorm": G,
                "in place": G.replace("nn.LeakyReLU(0.2)", "nn.LeakyReLU(0.2, inplace=True)"),
                "LayerNorm": G.replace(
                    "nn.LeakyReLU(0.2),\n    nn.Linear(48",
                    "nn.LayerNorm(48),\n    nn.LeakyReLU(0.2),\n    nn.Linear(48",
                ),
                # Its second argument is eps: in eval mode a new one divides by more than a third too much.
                "BatchNorm1d(n, 0.8)": changed(
                    G, ("nn.Linear(latent_dim, 32),", "nn.Linear(latent_dim, 32), nn.BatchNorm1d(32, 0.8),")
                ),
                "BatchNorm after the activation": G.replace(
                    "nn.LeakyReLU(0.2),", "nn.LeakyReLU(0.2),\n    nn.BatchNorm1d(WIDTH),"
                )
                .replace("WIDTH", "32", 1)
                .replace("WIDTH", "48", 1),
                "Dropout": G.replace("nn.LeakyReLU(0.2),", "nn.LeakyReLU(0.2),\n    nn.Dropout(0.2),"),
                "Unflatten before tanh": changed(
                    G,
                    ("nn.Tanh(),\n    nn.Unflatten(1, (1, 28, 28)),", "nn.Unflatten(1, (1, 28, 28)),\n    nn.Tanh(),"),
                ),
                "four layers": changed(
                    G, ("nn.Linear(48, 784)", "nn.Linear(48, 64), nn.LeakyReLU(0.2), nn.Linear(64, 784)")
                ),
                "no bias, DCGAN initialisation": """
net = nn.Sequential(
    nn.Linear(latent_dim, 32, bias=False), nn.BatchNorm1d(32), nn.LeakyReLU(0.2), nn.Linear(32, 48, bias=False),
    nn.BatchNorm1d(48), nn.LeakyReLU(0.2), nn.Linear(48, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
for m in net.modules():
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.0, 0.02)
    if isinstance(m, nn.BatchNorm1d):
        nn.init.normal_(m.weight, 1.0, 0.02)
return net""",
                "already on the device": G + ".to(device)",
            },
        ),
        "a class": """
class Generator(nn.Module):
    def __init__(self, latent_dim):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(latent_dim, 32), nn.Linear(32, 32), nn.Linear(32, 784)
    def forward(self, z):
        h = nn.functional.leaky_relu_(self.one(z), 0.2)
        h = nn.functional.leaky_relu_(self.two(input=h), 0.2)
        return self.three(h).tanh_().view(-1, 1, 28, 28)
def make_generator(latent_dim):
    return Generator(latent_dim)
""",
        "own matrices": """
class Generator(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.w = nn.ParameterList([nn.Parameter(torch.randn(a, b) / a**0.5) for a, b in zip(sizes, sizes[1:])])
    def forward(self, z):
        for w in self.w[:-1]:
            z = nn.functional.leaky_relu(z @ w, 0.2)
        return torch.tanh(z @ self.w[-1]).reshape(len(z), 1, 28, 28)
make_generator = lambda latent_dim: Generator([latent_dim, 32, 48, 784])
""",
    },
    "make_discriminator": {
        **bodies(
            "make_discriminator",
            {
                "widths at choice": D,
                "in place": D.replace("nn.LeakyReLU(0.2)", "nn.LeakyReLU(0.2, inplace=True)"),
                "Dropout before the activation": D.replace(
                    "nn.LeakyReLU(0.2),\n    nn.Dropout(0.3),", "nn.Dropout(0.3),\n    nn.LeakyReLU(0.2),"
                ),
                "one activation, one Dropout": "bend, drop = nn.LeakyReLU(0.2), nn.Dropout(0.3)"
                + D.replace("nn.LeakyReLU(0.2)", "bend").replace("nn.Dropout(0.3)", "drop"),
                "narrow": D.replace("48", "5").replace("32", "4"),
                "BatchNorm": changed(D, ("nn.Linear(48, 32)", "nn.Linear(48, 32), nn.BatchNorm1d(32)")),
                "BatchNorm after Dropout": changed(D, ("nn.Linear(48, 32)", "nn.BatchNorm1d(48), nn.Linear(48, 32)")),
                "Dropout on the pixels": changed(D, ("nn.Flatten(),", "nn.Flatten(), nn.Dropout(0.1),")),
                "LayerNorm": D.replace("nn.Linear(32, 1)", "nn.LayerNorm(32),\n    nn.Linear(32, 1)"),
                "spectral norm": changed(
                    D, ("nn.Linear(48, 32)", "nn.utils.parametrizations.spectral_norm(nn.Linear(48, 32))")
                ),
                "one half at first": "net = "
                + D.strip().removeprefix("return ")
                + "\nnn.init.zeros_(net[-1].bias)\nreturn net",
                "four layers": changed(
                    D, ("nn.Linear(32, 1)", "nn.Linear(32, 16), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(16, 1)")
                ),
            },
        ),
        "a class": """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(784, 64), nn.Linear(64, 64), nn.Linear(64, 1)
    def forward(self, x):
        h = x.view(len(x), -1)
        for layer in (self.one, self.two):
            h = nn.functional.dropout(nn.functional.leaky_relu(layer(input=h), 0.2), 0.3, self.training)
        return self.three(h)
make_discriminator = Discriminator
""",
    },
    "discriminator_step": bodies(
        "discriminator_step",
        {
            "a tensor returned": STEP.replace("loss.item()", "loss.detach()"),
            "by name": changed(
                STEP,
                ("generator(noise(len(real)))", "generator(input=noise(len(real)))"),
                ("discriminator(real)", "discriminator(input=real)"),
            ),
            "fakes under no_grad": """
with torch.no_grad():
    fake = generator(noise(len(real)))
r, f = discriminator(real), discriminator(fake)
loss = bce(r, torch.ones_like(r)) + bce(f, torch.zeros_like(f))
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss""",
            "sigmoid, then BCELoss": """
z = torch.randn(real.shape[0], latent_dim)
f = torch.sigmoid(discriminator(generator(z).detach()))
r = torch.sigmoid(discriminator(real))
b = nn.BCELoss()
loss = b(r, torch.ones_like(r)) + b(f, torch.zeros_like(f))
discriminator.zero_grad()
loss.backward()
optimizer.step()
return float(loss.detach())""",
            "softplus": """
import torch.nn.functional as F
loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(generator(noise(len(real))).detach())).mean()
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()""",
            "logsigmoid": """
import torch.nn.functional as F
a, b = discriminator(real), discriminator(generator(noise(len(real))).detach())
loss = -(F.logsigmoid(a) + F.logsigmoid(-b)).mean()
optimizer.zero_grad()
loss.backward()
optimizer.step()
return loss.item()""",
            "one lot": """
n = len(real)
d = discriminator(torch.cat([real, generator(noise(n)).detach()]))
y = torch.cat([torch.ones(n, 1), torch.zeros(n, 1)])
loss = 2 * nn.functional.binary_cross_entropy_with_logits(d, y)
optimizer.zero_grad(set_to_none=False)
loss.backward()
optimizer.step()
return loss.item()""",
            "two backwards": """
optimizer.zero_grad()
r = discriminator(real)
a = bce(r, torch.ones(len(real), 1))
a.backward()
f = discriminator(sample(generator, noise(len(real))))
b = bce(f, torch.zeros(len(real), 1))
b.backward()
optimizer.step()
return (a + b).item()""",
            "fakes in eval mode": "generator.eval()"
            + changed(STEP, ("on_real, on_fake", "generator.train()\non_real, on_fake")),
            "train mode set": "generator.train(); discriminator.train()" + STEP,
        },
    ),
    "generator_step": bodies(
        "generator_step",
        {
            "by name": changed(
                G_STEP,
                (
                    "discriminator(generator(noise(batch_size)))",
                    "discriminator(input=generator(input=noise(batch_size)))",
                ),
            ),
            "own noise": """
d = discriminator(generator(torch.randn(batch_size, latent_dim)))
loss = nn.functional.binary_cross_entropy_with_logits(d, torch.ones(batch_size, 1))
generator.zero_grad()
loss.backward()
optimizer.step()
return loss""",
            "softplus": G_STEP.replace(
                "bce(on_fake, torch.ones_like(on_fake))", "nn.functional.softplus(-on_fake).mean()"
            ),
            "sigmoid, then the logarithm": G_STEP.replace(
                "bce(on_fake, torch.ones_like(on_fake))", "-torch.log(torch.sigmoid(on_fake)).mean()"
            ),
            "D frozen for a while": "discriminator.requires_grad_(False)"
            + G_STEP.replace("return", "discriminator.requires_grad_(True)\nreturn"),
            "train mode first": "generator.train()" + G_STEP,
            "D cleaned too": G_STEP.replace("return", "discriminator.zero_grad()\nreturn"),
        },
    ),
    "train": bodies(
        "train",
        {
            "without replacement": LOOP.replace(
                "torch.randint(len(images), (batch_size,))", "torch.randperm(len(images))[:batch_size]"
            ),
            "laid flat": LOOP.replace("images[", "images.flatten(1)["),
            "a look before the loop": "with torch.no_grad():\n    discriminator(generator(noise(batch_size)))" + LOOP,
            "epochs, shuffled anew": """
def batches():
    while True:
        for rows in torch.randperm(len(images)).split(batch_size):
            if len(rows) == batch_size:
                yield images[rows]
for step, real in zip(run, batches()):
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)""",
            "numpy indices": LOOP.replace(
                "torch.randint(len(images), (batch_size,))", "np.random.randint(0, len(images), batch_size)"
            ),
            "G first, two logs": """
for _ in run:
    run.log(loss_g=generator_step(generator, discriminator, optimizer_g, batch_size))
    real = images[torch.randperm(images.shape[0])[:batch_size]]
    run.log(loss_d=discriminator_step(generator, discriminator, optimizer_d, real))""",
            "a loader": """
loader = DataLoader(TensorDataset(images), batch_size=batch_size, shuffle=True)
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
for step in run:
    real = images[torch.randint(len(images), (batch_size,))]
    one, zero = torch.ones(batch_size, 1), torch.zeros(batch_size, 1)
    fake = generator(noise(batch_size))
    loss_d = bce(discriminator(real), one) + bce(discriminator(fake.detach()), zero)
    optimizer_d.zero_grad()
    loss_d.backward()
    optimizer_d.step()
    loss_g = bce(discriminator(fake), one)
    optimizer_g.zero_grad()
    loss_g.backward()
    optimizer_g.step()
    run.log(loss_d=loss_d.item(), loss_g=loss_g.item())
return run""",
            "the generator of batches": """
def batches():
    while True:
        for indices in torch.randperm(len(images)).split(batch_size):
            yield images[indices]
for step, real in zip(run, batches()):
    run.log(
        loss_d=discriminator_step(generator, discriminator, optimizer_d, real),
        loss_g=generator_step(generator, discriminator, optimizer_g, batch_size))""",
        },
    ),
    "class_shares": bodies(
        "class_shares",
        {
            "a loop": "return [sum(int(d) == k for d in digits) / len(digits) for k in range(10)]",
            "comparisons": "return np.array([(digits == k).mean() for k in range(10)])",
            "one-hot": "return (digits[:, None] == np.arange(10)).mean(axis=0)",
            "torch": "return torch.bincount(torch.as_tensor(digits), minlength=10) / len(digits)",
            "histogram": "return np.histogram(digits, bins=np.arange(11))[0] / digits.size",
            "Counter": "from collections import Counter\nc = Counter(digits.tolist())\nreturn [c[k] / len(digits) for k in range(10)]",
        },
    ),
    "frechet_distance": bodies(
        "frechet_distance",
        {
            "sqrtm": FRECHET,
            "eigenvalues": """
gap = np.mean(real_features, 0) - np.mean(generated_features, 0)
c1, c2 = np.cov(real_features.T), np.cov(generated_features.T)
values = np.linalg.eigvals(c1 @ c2)
return (gap**2).sum() + np.trace(c1) + np.trace(c2) - 2 * np.sqrt(values.astype(complex)).real.sum()""",
            "symmetric form": """
from scipy import linalg
gap = real_features.mean(axis=0) - generated_features.mean(axis=0)
c1, c2 = np.cov(real_features, rowvar=0), np.cov(generated_features, rowvar=0)
half = linalg.sqrtm(c1)
root = linalg.sqrtm(half @ c2 @ half)
return np.linalg.norm(gap) ** 2 + np.trace(c1 + c2 - 2 * root).real""",
            "covariance by hand": """
from scipy import linalg
m, k = real_features.mean(axis=0), generated_features.mean(axis=0)
c1 = (real_features - m).T @ (real_features - m) / (len(real_features) - 1)
c2 = (generated_features - k).T @ (generated_features - k) / (len(generated_features) - 1)
return float(((m - k) ** 2).sum() + np.trace(c1 + c2 - 2 * np.real(linalg.sqrtm(c1 @ c2))))""",
            "over n": FRECHET.replace("rowvar=False", "rowvar=False, ddof=0"),
            "torch": """
a, b = torch.as_tensor(real_features), torch.as_tensor(generated_features)
gap = a.mean(0) - b.mean(0)
c1, c2 = torch.cov(a.T), torch.cov(b.T)
root = torch.linalg.eigvals(c1 @ c2).sqrt().real.sum()
return gap @ gap + c1.trace() + c2.trace() - 2 * root""",
            "the course's": "return metrics.frechet_distance(real_features, generated_features)",
        },
    ),
    "nearest_neighbours": bodies(
        "nearest_neighbours",
        {
            "the pair of min": "return (torch.cdist(queries.flatten(1), references.flatten(1), p=1) / 784).min(dim=1)",
            "a loop": """
values, indices = [], []
for q in queries:
    d = (references - q).abs().mean(dim=(1, 2, 3))
    values.append(d.min())
    indices.append(d.argmin())
return torch.stack(values), torch.stack(indices)""",
            "numpy": """
q, r = queries.cpu().numpy(), references.cpu().numpy()
d = np.array([np.abs(r - one).mean(axis=(1, 2, 3)) for one in q])
return torch.from_numpy(d.min(axis=1)), torch.from_numpy(d.argmin(axis=1)).int()""",
            "all the differences": """
d = (queries[:, None] - references[None]).abs().flatten(2).mean(-1)
return d.amin(1), d.argmin(1)""",
            "topk": """
d = torch.cdist(queries.reshape(len(queries), -1), references.reshape(len(references), -1), p=1.0)
v, i = d.topk(1, largest=False)
return v.squeeze(1) / queries[0].numel(), i.squeeze(1)""",
            "a list": """
d = torch.cdist(references.flatten(1), queries.flatten(1), p=1).T / 784
return [d.min(1).values, d.min(1).indices]""",
            "the course's": "return tuple(map(torch.from_numpy, metrics.nearest_neighbours(queries, references)))",
            "a sort": """
d = torch.stack([(q - references).abs().sum((1, 2, 3)) / 784 for q in queries])
values, order = d.sort(dim=1)
return values[:, 0], order[:, 0]""",
        },
    ),
    "copy_ratio": bodies(
        "copy_ratio",
        {
            "a tensor": RATIO.replace(".item()", ""),
            "numpy": """
a = np.asarray(nearest_neighbours(generated, train_images)[0])
b = np.asarray(nearest_neighbours(test_images, train_images)[0])
return np.median(a) / np.median(b)""",
            "quantiles": """
near = lambda x: nearest_neighbours(x, train_images)[0].quantile(0.5)
return float(near(generated)) / float(near(test_images))""",
            "the course's": """
near = lambda x: np.median(metrics.nearest_neighbours(x, train_images)[0])
return near(generated) / near(test_images)""",
        },
    ),
}

WRONG = {
    "rescale": wrong_bodies(
        "rescale",
        {
            "from 0 to 1": ("return pixels.float() / 255", "de 0 à 1"),
            "bytes wrap": ("return 2 * pixels - 255", "passez en float32 avant"),
            "bytes wrap, then float": ("return (2 * pixels).float() / 255 - 1", "passez en float32 avant"),
            "128": ("return pixels.float() / 128 - 1", "127,5, et non 128"),
            "inverted": ("return 1 - pixels.float() / 127.5", "signe"),
            "255": ("return pixels.float() / 255 - 1", "de -1 à 0"),
            "half": ("return pixels.float() / 255 - 0.5", "de -1/2 à 1/2"),
            "the inverse": ("return (pixels.float() + 1) * 127.5", "l'inverse"),
            "127": ("return pixels.float() / 127 - 1", "divisez par 127,5, sans arrondir"),
            "stretched": (
                "x = pixels.float()\nreturn 2 * (x - x.min()) / (x.max() - x.min()) - 1",
                "vous étirez les octets reçus",
            ),
            "by the largest byte": ("return 2 * pixels.float() / pixels.max() - 1", "le plus grand octet reçu"),
            "MNIST's mean and deviation": ("return (pixels.float() / 255 - 0.1307) / 0.3081", "au lieu de"),
            "integer division": ("return (pixels.float() // 127.5) - 1", "au lieu de"),
            "double": ("return pixels.double() / 127.5 - 1", "float32"),
            "numpy": ("return pixels.numpy() / 127.5 - 1", "tenseur PyTorch"),
            "flattened": ("return pixels.float().flatten() / 127.5 - 1", "forme"),
            "by the maximum": ("return 2 * pixels / pixels.max() - 1 + 0.01", "au lieu de"),
            "in place": ("x = pixels.float() / 127.5 - 1\npixels.zero_()\nreturn x", "sur place"),
            "an error": ("return pixel.float() / 127.5 - 1", "à la ligne 2"),
        },
    ),
    "to_pixels": wrong_bodies(
        "to_pixels",
        {
            "cut": ("return ((images + 1) * 127.5).to(torch.uint8)", "arrondi"),
            "cut, in double": ("return ((images.double() + 1) * 127.5).to(torch.uint8)", "arrondi"),
            "floats": ("return ((images + 1) * 127.5).round()", "octets"),
            "not shifted": (
                "return (images * 255).round().to(torch.int64).remainder(256).to(torch.uint8)",
                "ajoutez 1",
            ),
            "rounded too soon": ("return ((images + 1).round() * 127.5).to(torch.uint8)", "au lieu de"),
            "from 0 to 1": ("return (images + 1) / 2", "multiplier par 255"),
            "rescale": ("return images / 127.5 - 1", "c'est rescale"),
            "inverted": ("return ((1 - images) * 127.5).round().to(torch.uint8)", "signe"),
            "integers": ("return ((images + 1) * 127.5).round().long()", "uint8"),
            "numpy": ("return ((images + 1) * 127.5).round().numpy().astype('uint8')", "tenseur PyTorch"),
            "in place": ("images += 1\nreturn (images * 127.5).round().to(torch.uint8)", "sur place"),
            "negatives lost": ("return (images.clamp(0, 1) * 255).round().to(torch.uint8)", "au lieu de"),
            "upwards": ("return ((images + 1) * 127.5).ceil().to(torch.uint8)", "arrond"),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "no tanh": (changed(G, ("    nn.Tanh(),\n", "")), "il manque nn.Tanh()"),
            "sigmoid": (changed(G, ("nn.Tanh()", "nn.Sigmoid()")), "sigmoïde"),
            "relu": (changed(G, ("nn.Tanh()", "nn.ReLU()")), "jamais négative"),
            "tanh twice": (changed(G, ("nn.Tanh()", "nn.Tanh(), nn.Tanh()")), "deux fois"),
            "activation before tanh": (changed(G, ("nn.Tanh()", "nn.LeakyReLU(0.2), nn.Tanh()")), "l'activation suit"),
            "activation before tanh, in place": (
                changed(G, ("nn.Tanh()", "nn.LeakyReLU(0.2, inplace=True), nn.Tanh()")),
                "l'activation suit",
            ),
            "default LeakyReLU before tanh": (changed(G, ("nn.Tanh()", "nn.LeakyReLU(), nn.Tanh()")), "LeakyReLU suit"),
            "BatchNorm before tanh": (changed(G, ("nn.Tanh()", "nn.BatchNorm1d(784), nn.Tanh()")), "un BatchNorm suit"),
            "ReLU": (G.replace("nn.LeakyReLU(0.2)", "nn.ReLU()"), "et non nn.ReLU()"),
            "ReLU in one place": (G.replace("nn.LeakyReLU(0.2)", "nn.ReLU()", 1), "et non nn.ReLU()"),
            "default slope": (G.replace("(0.2)", "()"), "et non nn.LeakyReLU(0.01)"),
            "GELU": (G.replace("nn.LeakyReLU(0.2)", "nn.GELU()"), "et non nn.GELU()"),
            "tanh everywhere": (G.replace("nn.LeakyReLU(0.2)", "nn.Tanh()"), "et non nn.Tanh()"),
            "sigmoid everywhere": (G.replace("nn.LeakyReLU(0.2)", "nn.Sigmoid()"), "et non nn.Sigmoid()"),
            "eval mode": (G + ".eval()", "mode évaluation"),
            "batches of 64": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, z):\n        return self.f(z).view(64, 1, 28, 28)\nnet = "
                + G.strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "mais pas de 5",
            ),
            "clamped": (changed(G, ("nn.Tanh()", "nn.Hardtanh()")), "coupée net"),
            "flat": (changed(G, ("    nn.Unflatten(1, (1, 28, 28)),\n", "")), "Unflatten"),
            "no channel": (changed(G, ("(1, 28, 28)", "(28, 28)")), "(n, 1, 28, 28)"),
            "channel last": (changed(G, ("(1, 28, 28)", "(28, 28, 1)")), "(n, 1, 28, 28)"),
            "two layers": (
                "return nn.Sequential(nn.Linear(latent_dim, 99), nn.ReLU(), nn.Linear(99, 784), nn.Tanh(), "
                "nn.Unflatten(1, (1, 28, 28)))",
                "2 couches",
            ),
            "no activation": (G.replace("    nn.LeakyReLU(0.2),\n", ""), "sans activation"),
            "one activation": (G.replace("    nn.LeakyReLU(0.2),\n", "", 1), "sans activation"),
            "BatchNorm for activation": (
                changed(
                    G.replace("    nn.LeakyReLU(0.2),\n", "", 1),
                    ("nn.Linear(latent_dim, 32),", "nn.Linear(latent_dim, 32), nn.BatchNorm1d(32),"),
                ),
                "sans activation",
            ),
            "input size fixed": (changed(G, ("latent_dim", "64")), "refuse un lot"),
            "output too small": (changed(G, ("784", "28")), "refuse un lot"),
            "sizes that do not meet": (changed(G, ("nn.Linear(48, 784)", "nn.Linear(64, 784)")), "tailles des couches"),
            "a plain list": (
                "return [nn.Linear(latent_dim, 32), nn.ReLU(), nn.Linear(32, 784)]",
                "un réseau (nn.Module)",
            ),
            "layers in a plain list": (
                "layers = [nn.Linear(latent_dim, 32), nn.Linear(32, 32), nn.Linear(32, 784)]\nclass Net(nn.Module):\n"
                "    def forward(self, z):\n        h = torch.relu(layers[1](torch.relu(layers[0](z))))\n"
                "        return torch.tanh(layers[2](h)).view(-1, 1, 28, 28)\nreturn Net()",
                "aucune couche",
            ),
            "detached inside": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, z):\n        return self.f(z).detach()\nnet = "
                + G.strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "le gradient ne traverse pas",
            ),
            "frozen": (G + ".requires_grad_(False)", "figés"),
            "z forgotten": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, z):\n        return self.f(0 * z)\nnet = "
                + G.strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "ne dépend pas de z",
            ),
            "not returned": (G.replace("return", "net ="), "return"),
        },
    )
    | {
        "one network for ever": (
            "_nets = {}\ndef make_generator(latent_dim):\n    if latent_dim not in _nets:\n        _nets[latent_dim] = "
            "nn.Sequential(nn.Linear(latent_dim, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 784), nn.Tanh(), "
            "nn.Unflatten(1, (1, 28, 28)))\n    return _nets[latent_dim]\n",
            "le même réseau",
        ),
    },
    "make_discriminator": wrong_bodies(
        "make_discriminator",
        {
            "sigmoid": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.Sigmoid()")), "rend un logit"),
            "tanh": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.Tanh()")), "tangente hyperbolique"),
            "relu": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.ReLU()")), "peut être négatif"),
            "activation at the end": (
                changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.LeakyReLU(0.2)")),
                "l'activation suit aussi",
            ),
            "activation at the end, in place": (
                changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.LeakyReLU(0.2, inplace=True)")),
                "l'activation suit aussi",
            ),
            "logsigmoid": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.LogSigmoid()")), "LogSigmoid"),
            "no Dropout": (D.replace("    nn.Dropout(0.3),\n", ""), "rien n'est effacé après la couche cachée 1"),
            "one Dropout": (
                changed(D, ("    nn.Dropout(0.3),\n    nn.Linear(32, 1)", "    nn.Linear(32, 1)")),
                "rien n'est effacé après la couche cachée 2",
            ),
            "half erased": (D.replace("nn.Dropout(0.3)", "nn.Dropout()"), "50 % des nombres sont effacés"),
            "seven tenths erased": (D.replace("nn.Dropout(0.3)", "nn.Dropout(0.7)"), "au lieu de 30 %"),
            "erased twice": (D.replace("nn.Dropout(0.3)", "nn.Dropout(0.3), nn.Dropout(0.3)"), "au lieu de 30 %"),
            "Dropout at the end": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.Dropout(0.3)")), "des notes"),
            "Dropout in eval mode too": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, x):\n        for i, layer in enumerate(self.f):\n            x = layer(x)\n"
                "            if i in (2, 4):\n                x = nn.functional.dropout(x, 0.3)\n        return x\nnet = "
                + D.replace("    nn.Dropout(0.3),\n", "").strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "training=self.training",
            ),
            "ReLU": (D.replace("nn.LeakyReLU(0.2)", "nn.ReLU()"), "et non nn.ReLU()"),
            "default slope": (D.replace("(0.2)", "()"), "et non nn.LeakyReLU(0.01)"),
            "eval mode": (D + ".eval()", "mode évaluation"),
            "twice in place": (D.replace("(0.2)", "(0.2, True)").replace("(0.3)", "(0.3, True)"), "inplace=True"),
            "batches of 64": (
                changed(D, ("nn.Flatten(),", "nn.Flatten(0), nn.Unflatten(0, (64, 784)),")),
                "mais pas de 5",
            ),
            "one picture squeezed": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, x):\n        return self.f(x.squeeze())\nnet = "
                + D.strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "squeeze()",
            ),
            "softmax": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.Softmax(dim=1)")), ""),
            "softmax over the batch": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.Softmax(dim=0)")), "lot"),
            "no Flatten": (changed(D, ("    nn.Flatten(),\n", "")), "Flatten"),
            "28 pixels": (changed(D, ("784", "28")), "refuse un lot"),
            "two outputs": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 2)")), "forme"),
            "flat scores": (changed(D, ("nn.Linear(32, 1)", "nn.Linear(32, 1), nn.Flatten(0)")), "forme"),
            "two layers": (
                "return nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 1))",
                "2 couches",
            ),
            "no activation": (D.replace("    nn.LeakyReLU(0.2),\n", ""), "sans activation"),
            "a convolution": (
                "return nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8 * 196, 1))",
                "1 couche entièrement",
            ),
            "a decision": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, x):\n        return (self.f(x) > 0).float()\nnet = "
                + D.strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "le gradient ne traverse pas",
            ),
            "picture detached": (
                "class Net(nn.Module):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\n"
                "    def forward(self, x):\n        return self.f(x.detach())\nnet = "
                + D.strip().removeprefix("return ")
                + "\nreturn Net(net)",
                "le gradient ne traverse pas",
            ),
            "frozen": (D + ".requires_grad_(False)", "figés"),
        },
    )
    | {
        "one network for ever": (
            "_d = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))\n"
            "def make_discriminator():\n    return _d\n",
            "le même réseau",
        ),
    },
    "discriminator_step": wrong_bodies(
        "discriminator_step",
        {
            "no detach": (changed(STEP, (".detach()", "")), "detach"),
            "the score detached": (
                changed(STEP, (".detach()", ""), ("discriminator(fake)", "discriminator(fake).detach()")),
                "le terme des faux n'atteint pas D",
            ),
            "inference mode": (
                changed(STEP, ("\nfake =", "\nwith torch.inference_mode():\n    fake =")),
                "employez torch.no_grad()",
            ),
            "targets of another shape": (
                changed(STEP, ("torch.ones_like(on_real)", "torch.ones(len(real))")),
                "n'ont pas la même forme",
            ),
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
                changed(STEP, ("torch.ones_like", "torch.LIKE"), ("torch.zeros_like", "torch.ones_like")).replace(
                    "torch.LIKE", "torch.zeros_like"
                ),
                "échangées",
            ),
            "D in eval mode": ("discriminator.eval()" + STEP, "D apprend en mode évaluation"),
            "G left in eval mode": ("generator.eval()" + STEP, "G reste en mode évaluation"),
            "D in eval mode for the fakes": (
                changed(
                    STEP,
                    ("on_real, on_fake = discriminator(real), discriminator(fake)", "on_real = discriminator(real)"),
                    (
                        "\nloss =",
                        "\ndiscriminator.eval()\non_fake = discriminator(fake)\ndiscriminator.train()\nloss =",
                    ),
                ),
                "D apprend en mode évaluation",
            ),
            "D left in eval mode": (
                changed(STEP, ("return", "discriminator.eval()\nreturn")),
                "D reste en mode évaluation",
            ),
            "real ones alone": (
                changed(
                    STEP,
                    ("fake = generator(noise(len(real))).detach()\n", ""),
                    ("on_real, on_fake = discriminator(real), discriminator(fake)", "on_real = discriminator(real)"),
                    (" + bce(on_fake, torch.zeros_like(on_fake))", ""),
                ),
                "il manque celui des faux",
            ),
            "real ones without a gradient": (
                changed(
                    STEP,
                    ("on_real, on_fake = discriminator(real), discriminator(fake)", "on_fake = discriminator(fake)"),
                    ("\nloss =", "\nwith torch.no_grad():\n    on_real = discriminator(real)\nloss ="),
                ),
                "torch.no_grad()",
            ),
            "step before backward": (
                changed(STEP, ("loss.backward()\noptimizer.step()", "optimizer.step()\nloss.backward()")),
                "step() vient avant backward()",
            ),
            "half": (
                changed(STEP, ("loss = ", "loss = 0.5 * ("), ("(on_fake))\nopt", "(on_fake)))\nopt")),
                "moyenne des deux",
            ),
            "real only": (changed(STEP, (" + bce(on_fake, torch.zeros_like(on_fake))", "")), "terme des vrais"),
            "fake only": (changed(STEP, ("bce(on_real, torch.ones_like(on_real)) + ", "")), "terme des faux"),
            "fakes labelled 1": (changed(STEP, ("torch.zeros_like", "torch.ones_like")), "l'étiquette des faux est 1"),
            "sigmoid before the loss": (
                changed(
                    STEP,
                    (
                        "discriminator(real), discriminator(fake)",
                        "discriminator(real).sigmoid(), discriminator(fake).sigmoid()",
                    ),
                ),
                "deux fois",
            ),
            "BCELoss on logits": (STEP.replace("bce(", "nn.BCELoss()("), "BCEWithLogitsLoss"),
            "arguments exchanged": (
                changed(
                    STEP,
                    ("on_real, torch.ones_like(on_real)", "torch.ones_like(on_real), on_real"),
                    ("on_fake, torch.zeros_like(on_fake)", "torch.zeros_like(on_fake), on_fake"),
                ),
                "échangés",
            ),
            "logarithm of a logit": (
                changed(
                    STEP,
                    (
                        "bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))",
                        "-(torch.log(on_real) + torch.log(1 - on_fake)).mean()",
                    ),
                ),
                "nan",
            ),
            "Wasserstein": (
                changed(
                    STEP,
                    (
                        "bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))",
                        "on_fake.mean() - on_real.mean()",
                    ),
                ),
                "",
            ),
            "uniform noise": (changed(STEP, ("noise(len(real))", "torch.rand(len(real), latent_dim)")), "loi normale"),
            "fixed number of fakes": (changed(STEP, ("noise(len(real))", "noise(64)")), "autant de faux"),
            "fixed noise": (
                changed(STEP, ("noise(len(real))", "_z")).replace(
                    "\nfake",
                    "\nglobal _z\nif '_z' not in globals() or len(_z) != len(real):\n    _z = noise(len(real))\nfake",
                    1,
                ),
                "même bruit",
            ),
            "data for fakes": (
                changed(STEP, ("generator(noise(len(real))).detach()", "torch.rand_like(real)")),
                "generator",
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
            "other loss returned": (changed(STEP, ("return loss.item()", "return 0.0")), "perte renvoyée"),
            "batch spoilt": (changed(STEP, ("\nfake", "\nreal += 0.1\nfake")), "sur place"),
            "from the whole set": (
                changed(STEP, ("discriminator(real)", "discriminator(images[: len(real)])")),
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
            "sample": (
                changed(G_STEP, ("generator(noise(batch_size))", "sample(generator, noise(batch_size))")),
                "aucun gradient",
            ),
            "no zero_grad": (changed(G_STEP, ("optimizer.zero_grad()\n", "")), "zero_grad"),
            "no step": (changed(G_STEP, ("optimizer.step()\n", "")), "optimizer.step()"),
            "no backward": (changed(G_STEP, ("loss.backward()\n", "")), "aucun gradient"),
            "G in eval mode": ("generator.eval()" + G_STEP, "G apprend en mode évaluation"),
            "D left in eval mode": ("discriminator.eval()" + G_STEP, "D juge les faux en mode évaluation"),
            "D in eval mode for a while": (
                "discriminator.eval()" + G_STEP.replace("return", "discriminator.train()\nreturn"),
                "D juge les faux en mode évaluation",
            ),
            "eval mode afterwards": (
                G_STEP.replace("return", "generator.eval()\nreturn"),
                "G reste en mode évaluation",
            ),
            "half of the noise twice": (
                changed(G_STEP, ("noise(batch_size)", "noise(batch_size // 2).repeat(2, 1)")),
                "se répète",
            ),
            "step before backward": (
                changed(G_STEP, ("loss.backward()\noptimizer.step()", "optimizer.step()\nloss.backward()")),
                "step() vient avant backward()",
            ),
            "label 0": (changed(G_STEP, ("ones_like", "zeros_like")), "l'étiquette est 0"),
            "saturating": (
                changed(G_STEP, ("bce(on_fake, torch.ones_like(on_fake))", "-bce(on_fake, torch.zeros_like(on_fake))")),
                "saturante",
            ),
            "sign": (changed(G_STEP, ("loss = bce", "loss = -bce")), "signe"),
            "sigmoid before the loss": (
                changed(G_STEP, ("(generator(noise(batch_size)))", "(generator(noise(batch_size))).sigmoid()")),
                "deux fois",
            ),
            "arguments exchanged": (
                changed(G_STEP, ("on_fake, torch.ones_like(on_fake)", "torch.ones_like(on_fake), on_fake")),
                "échangés",
            ),
            "BCELoss on logits": (changed(G_STEP, ("bce(", "nn.BCELoss()(")), "BCEWithLogitsLoss"),
            "minus the logit": (changed(G_STEP, ("bce(on_fake, torch.ones_like(on_fake))", "-on_fake.mean()")), ""),
            "D moved too": (
                changed(
                    G_STEP,
                    ("\non_fake =", "\nd_optimizer = torch.optim.SGD(discriminator.parameters(), lr=0.1)\non_fake ="),
                    ("optimizer.step()", "optimizer.step()\nd_optimizer.step()"),
                ),
                "D a été modifié",
            ),
            "D left frozen": (
                changed(G_STEP, ("\non_fake =", "\ndiscriminator.requires_grad_(False)\non_fake =")),
                "D reste figé",
            ),
            "uniform noise": (
                changed(G_STEP, ("noise(batch_size)", "torch.rand(batch_size, latent_dim)")),
                "loi normale",
            ),
            "fixed noise": (
                changed(G_STEP, ("noise(batch_size)", "_z")).replace(
                    "\non_fake",
                    "\nglobal _z\nif '_z' not in globals() or len(_z) != batch_size:\n    _z = noise(batch_size)\non_fake",
                    1,
                ),
                "même bruit",
            ),
            "batch size ignored": (changed(G_STEP, ("noise(batch_size)", "noise(64)")), "batch_size"),
            "on real data": (changed(G_STEP, ("generator(noise(batch_size))", "images[:batch_size]")), "generator"),
            "no D": (
                changed(
                    G_STEP, ("discriminator(generator(noise(batch_size)))", "generator(noise(batch_size)).mean((2, 3))")
                ),
                "discriminator",
            ),
        },
    ),
    "train": {
        **wrong_bodies(
            "train",
            {
                "another network for D": (
                    "other = make_generator(latent_dim)"
                    + LOOP.replace("discriminator_step(generator", "discriminator_step(other"),
                    "generator n'est jamais appelé quand D apprend",
                ),
                "optimizer of D given to the step of G": (
                    changed(LOOP, ("optimizer_g, batch", "optimizer_d, batch")),
                    "generator_step reçoit-elle optimizer_d",
                ),
                "shuffled once": (
                    changed(
                        "rows = torch.randperm(len(images)).split(batch_size)" + LOOP,
                        ("torch.randint(len(images), (batch_size,))", "rows[step % len(rows)]"),
                    ),
                    "reviennent sans cesse",
                ),
                "not logged": (changed(LOOP, ("\n    run.log(loss_d=loss_d, loss_g=loss_g)", "")), "run.log"),
                "logged once": (changed(LOOP, ("\n    run.log", "\nrun.log")), "run.log"),
                "optimizers exchanged": (
                    changed(
                        LOOP, ("optimizer_d, real", "optimizer_g, real"), ("optimizer_g, batch", "optimizer_d, batch")
                    ),
                    "échangés",
                ),
                "same batch for ever": (
                    changed(LOOP, ("torch.randint(len(images), (batch_size,))", ":batch_size")),
                    "au hasard",
                ),
                "every picture": (
                    changed(LOOP, ("images[torch.randint(len(images), (batch_size,))]", "images")),
                    "batch_size",
                ),
                "the first pictures only": (changed(LOOP, ("randint(len(images)", "randint(8")), "n'a vu que"),
                "one picture many times": (
                    changed(
                        LOOP,
                        (
                            "torch.randint(len(images), (batch_size,))",
                            "torch.randint(len(images), (1,)).repeat(batch_size)",
                        ),
                    ),
                    "répète les mêmes",
                ),
                "slices": (
                    changed(
                        LOOP,
                        (
                            "torch.randint(len(images), (batch_size,))",
                            "(s := int(torch.randint(len(images) - batch_size + 1, (1,)))) : s + batch_size",
                        ),
                    ),
                    "tranches",
                ),
                "an epoch a step": (
                    "for step in run:\n    for real in images.split(batch_size):\n"
                    "        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)\n"
                    "        loss_g = generator_step(generator, discriminator, optimizer_g, len(real))\n"
                    "        run.log(loss_d=loss_d, loss_g=loss_g)",
                    "un seul lot",
                ),
                "losses exchanged in the log": (
                    changed(LOOP, ("loss_d=loss_d, loss_g=loss_g", "loss_d=loss_g, loss_g=loss_d")),
                    "échangées",
                ),
                "other pictures": (
                    changed(LOOP, ("real = images[", "real = train_set.images[")).replace(
                        "len(images)", "len(train_set.images)"
                    ),
                    "chiffres tirés de images",
                ),
                "other batch for G": (
                    changed(LOOP, ("optimizer_g, batch_size", "optimizer_g, 64")),
                    "G apprend sur 64 faux",
                ),
                "own range": (LOOP.replace("in run", "in range(len(run))", 1), "« for step in run: »"),
                "D only": (
                    changed(
                        LOOP,
                        ("loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)", "loss_g = 0.0"),
                    ),
                    "l'optimiseur de G reçu en argument a fait 0 pas",
                ),
                "D left in eval mode": (
                    changed(LOOP, ("\nfor step", "\ndiscriminator.eval()\nfor step")),
                    "mode évaluation",
                ),
                "G left in eval mode": (
                    changed(LOOP, ("    real =", "    generator.eval()\n    real =")),
                    "mode évaluation",
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
                "another network": (
                    "other = make_generator(latent_dim)" + LOOP.replace("step(generator", "step(other"),
                    "generator n'est jamais appelé",
                ),
            },
        ),
        "a wrong step, told first": (
            body("generator_step", changed(G_STEP, ("optimizer.step()\n", ""))) + body("train", LOOP),
            "à corriger d'abord. generator_step",
        ),
    },
    "class_shares": wrong_bodies(
        "class_shares",
        {
            "counts": ("return np.bincount(digits, minlength=10)", "comptes"),
            "unique": ("return np.unique(digits, return_counts=True)[1] / len(digits)", "jamais lus"),
            "bincount alone": ("return np.bincount(digits) / len(digits)", "minlength=10"),
            "percents": ("return 100 * np.bincount(digits, minlength=10) / len(digits)", "pourcentages"),
            "over ten": ("return np.bincount(digits, minlength=10) / 10", "divisés par 10"),
            "sorted": ("return np.sort(np.bincount(digits, minlength=10))[::-1] / len(digits)", "triées"),
            "over the largest": ("c = np.bincount(digits, minlength=10)\nreturn c / c.max()", "le plus grand"),
            "a dictionary": ("return {k: (digits == k).mean() for k in range(10)}", "tableau de dix nombres"),
            "nine digits": ("return np.array([(digits == k).mean() for k in range(9)])", "forme"),
            "from one": ("return np.array([(digits == k).mean() for k in range(1, 11)])", "au lieu de"),
            "booleans": ("return np.bincount(digits, minlength=10) > 0", "au lieu de"),
            "how many there are": ("return len(np.unique(digits)) / 10", "tableau de dix nombres"),
        },
    ),
    "frechet_distance": wrong_bodies(
        "frechet_distance",
        {
            "no means": (changed(FRECHET, ("gap @ gap + ", "")), "premier terme"),
            "means only": (
                "gap = real_features.mean(axis=0) - generated_features.mean(axis=0)\nreturn gap @ gap",
                "covariances",
            ),
            "norm not squared": (changed(FRECHET, ("gap @ gap", "np.linalg.norm(gap)")), "au carré"),
            "mean of the squares": (
                changed(FRECHET, ("gap @ gap", "(gap**2).mean()")),
                "somme sur les caractéristiques",
            ),
            "no factor": (changed(FRECHET, ("2 * linalg", "linalg")), "facteur 2"),
            "plus": (changed(FRECHET, ("- 2 *", "+ 2 *")), "signe"),
            "no root": (changed(FRECHET, ("linalg.sqrtm(c1 @ c2).real", "(c1 @ c2)")), "il manque la racine"),
            "no product": (changed(FRECHET, (" - 2 * linalg.sqrtm(c1 @ c2).real", "")), "terme de la racine"),
            "root of each number": (
                changed(FRECHET, ("linalg.sqrtm(c1 @ c2).real", "np.sqrt(np.abs(c1 @ c2))")),
                "chaque coefficient",
            ),
            "product of each number": (changed(FRECHET, ("c1 @ c2", "c1 * c2")), "terme à terme"),
            "product and root of each number": (
                changed(FRECHET, ("linalg.sqrtm(c1 @ c2).real", "np.sqrt(np.abs(c1 * c2))")),
                "terme à terme",
            ),
            "product of roots": (
                changed(FRECHET, ("linalg.sqrtm(c1 @ c2).real", "(linalg.sqrtm(c1) @ linalg.sqrtm(c2)).real")),
                "produit des racines",
            ),
            "root of the distance": (
                "import math\n" + changed(FRECHET, ("return gap", "return math.sqrt(gap"), (".real)", ".real))")),
                "la racine carrée du total",
            ),
            "sum for trace": (changed(FRECHET, ("np.trace", "np.sum")), "np.trace"),
            "matrix": (changed(FRECHET, ("np.trace(c1", "(c1")), "un seul nombre"),
            "complex": (changed(FRECHET, (".real", ".astype(complex)")), "partie réelle"),
            "complex for a few pictures": (
                changed(FRECHET, ("np.trace(c1 + c2 - 2 * linalg.sqrtm(c1 @ c2).real)", ROOTS.format(""))),
                "partie réelle",
            ),
            "not a number for a few pictures": (
                changed(FRECHET, ("np.trace(c1 + c2 - 2 * linalg.sqrtm(c1 @ c2).real)", ROOTS.format(".real"))),
                ".clip(min=0)",
            ),
            "variances": (
                "gap = real_features.mean(axis=0) - generated_features.mean(axis=0)\n"
                "s = real_features.std(axis=0) - generated_features.std(axis=0)\nreturn gap @ gap + s @ s",
                "variances",
            ),
            "rows for variables": (
                "gap = real_features.mean(axis=0) - generated_features.mean(axis=0)\n"
                "c1, c2 = np.cov(real_features), np.cov(generated_features)\n"
                "root = np.sqrt(np.linalg.eigvals(c1 @ c2).astype(complex)).real.sum()\n"
                "return gap @ gap + np.trace(c1 + c2) - 2 * root",
                "rowvar=False",
            ),
            "absolute values": (changed(FRECHET, ("gap @ gap", "np.abs(gap).sum()")), "Relisez"),
            "one mean": (FRECHET.replace("mean(axis=0)", "mean()").replace("gap @ gap", "gap * gap"), "Relisez"),
            "twice the same": (changed(FRECHET, ("c2 = np.cov(generated", "c2 = np.cov(real")), "premier terme"),
        },
    ),
    "nearest_neighbours": wrong_bodies(
        "nearest_neighbours",
        {
            "sum": (changed(NEAREST, (" / 784", "")), "somme sur les pixels"),
            "over 28": (changed(NEAREST, ("/ 784", "/ 28")), "au lieu de"),
            "L2": (changed(NEAREST, ("p=1) / 784", "p=2)")), "L2"),
            "root of the mean square": (changed(NEAREST, ("p=1) / 784", "p=2) / 28")), "carrés"),
            "mean square": (
                "d = torch.stack([((references - q) ** 2).mean((1, 2, 3)) for q in queries])\nreturn d.min(1)",
                "moyenne de carrés",
            ),
            "no absolute value": (
                "d = torch.stack([(q - references).mean((1, 2, 3)) for q in queries])\nreturn d.min(1)",
                "valeur absolue",
            ),
            "absolute value of the mean": (
                "d = torch.stack([(q - references).mean((1, 2, 3)).abs() for q in queries])\nreturn d.min(1)",
                "pixel par pixel",
            ),
            "farthest": (changed(NEAREST, (".min(dim=1)", ".max(dim=1)")), "éloignée"),
            "exchanged results": (changed(NEAREST, ("return values, indices", "return indices, values")), "échangés"),
            "over the queries": (changed(NEAREST, ("min(dim=1)", "min(dim=0)")), "pour chaque image de queries"),
            "arguments exchanged": (
                changed(
                    NEAREST, ("queries.flatten(1), references.flatten(1)", "references.flatten(1), queries.flatten(1)")
                ),
                "pour chaque image de queries",
            ),
            "distances only": (changed(NEAREST, ("return values, indices", "return values")), "deux résultats"),
            "numpy": (changed(NEAREST, ("return values, indices", "return values.numpy(), indices")), "type ndarray"),
            "lists": (changed(NEAREST, ("return values, indices", "return values, indices.tolist()")), "type list"),
            "float indices": (
                changed(NEAREST, ("return values, indices", "return values, indices.float()")),
                ".long()",
            ),
            "whole table": (changed(NEAREST, ("return values, indices", "return distances, indices")), "forme"),
            "a column": (
                "d = torch.cdist(queries.flatten(1), references.flatten(1), p=1) / 784\nreturn d.topk(1, largest=False)",
                "(n, 1)",
            ),
            "the pictures": (
                changed(NEAREST, ("return values, indices", "return values, references[indices]")),
                "forme",
            ),
            "indices of the queries": (
                changed(NEAREST, ("return values, indices", "return values, torch.arange(len(queries))")),
                "argmin",
            ),
            "indices in L2": (
                changed(
                    NEAREST,
                    (
                        "return values, indices",
                        "return values, torch.cdist(queries.flatten(1), references.flatten(1)).argmin(1)",
                    ),
                ),
                "norme L2",
            ),
            "one query": ("d = (references - queries[0]).abs().mean((1, 2, 3))\nreturn d.min(), d.argmin()", "forme"),
            "in place": ("queries -= references.mean(0)\n" + NEAREST.strip(), "sur place"),
            "mean distance": (
                changed(NEAREST, ("return values, indices", "return distances.mean(1), indices")),
                "à toutes les images",
            ),
        },
    ),
    "copy_ratio": wrong_bodies(
        "copy_ratio",
        {
            "inverted": (changed(RATIO, ("a.median() / b.median()", "b.median() / a.median()")), "inversé"),
            "means": (RATIO.replace("median()", "mean()"), "moyennes"),
            "not divided": (changed(RATIO, (" / b.median()", "")), "divisez-la"),
            "difference": (changed(RATIO, ("a.median() / b", "a.median() - b")), "différence"),
            "percent": (changed(RATIO, ("return (", "return (100 * ")), "pourcentage"),
            "generated against test": (
                changed(RATIO, ("(generated, train_images)", "(generated, test_images)")),
                "comparées à celles de test",
            ),
            "test against itself": (changed(RATIO, ("(test_images, train_images)", "(test_images, test_images)")), ""),
            "training among test": (
                changed(RATIO, ("(test_images, train_images)", "(train_images, test_images)")),
                "et non l'inverse",
            ),
            "training among generated": (
                changed(RATIO, ("(generated, train_images)", "(train_images, generated)")),
                "et non l'inverse",
            ),
            "test against generated": (
                changed(RATIO, ("(test_images, train_images)", "(test_images, generated)")),
                "comparées aux fabriquées",
            ),
            "indices": (RATIO.replace("a, _ =", "_, a =").replace("b, _ =", "_, b ="), "au lieu de"),
            "ratios one by one": (
                "a, _ = nearest_neighbours(generated, train_images)\nb, _ = nearest_neighbours(test_images, train_images)\n"
                "return a / b.median()",
                "un seul nombre",
            ),
            "a decision": (changed(RATIO, (".item()", " < 1")), "au lieu de"),
        },
    )
    | {
        "wrong neighbours, told first": (
            body("nearest_neighbours", changed(NEAREST, ("p=1) / 784", "p=2)"))) + body("copy_ratio", RATIO),
            "à corriger d'abord. nearest_neighbours",
        ),
    },
}
