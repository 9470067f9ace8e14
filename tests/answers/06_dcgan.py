"""TP 06: right and wrong answers."""

import runpy
from pathlib import Path

from answer_tables import changed, written

HEAD = {
    "conv_size": "def conv_size(size, kernel, stride, padding):",
    "transposed_size": "def transposed_size(size, kernel, stride, padding, output_padding):",
    "make_discriminator": "def make_discriminator(width, dropout):",
    "enlarge": "def enlarge(inputs, outputs, upsample):",
    "make_generator": "def make_generator(width, latent_dim, upsample=False):",
    "count_parameters": "def count_parameters(network):",
    "sample": "def sample(generator, z):",
    "interpolate": "def interpolate(start, end, n):",
    "slerp": "def slerp(start, end, n):",
    "overlap_counts": "def overlap_counts(size, kernel, stride, padding):",
}

body, bodies, wrong_bodies = written(HEAD)

# The two steps are those of TP 04.
STEPS = runpy.run_path(str(Path(__file__).with_name("04_mnist.py")))


def wrong_values(name, answers):
    blank = {"blank": ("None", "encore vide"), "dots": ("...", "encore vide"), "words": ("'quatre'", "guillemets")}
    return {label: (f"{name} = {value}\n", words) for label, (value, words) in {**blank, **answers}.items()}


D = """
return nn.Sequential(
    nn.Conv2d(1, width, 5, stride=2, padding=2),
    nn.LeakyReLU(0.2),
    nn.Dropout(dropout),
    nn.Conv2d(width, 2 * width, 5, 2, 2),
    nn.LeakyReLU(0.2),
    nn.Dropout(dropout),
    nn.Flatten(),
    nn.Linear(2 * width * 49, 1),
)"""
G = """
return nn.Sequential(
    nn.Linear(latent_dim, 7 * 7 * 4 * width, bias=False),
    nn.BatchNorm1d(49 * 4 * width),
    nn.LeakyReLU(0.2),
    nn.Unflatten(1, (4 * width, 7, 7)),
    nn.ConvTranspose2d(4 * width, 2 * width, 5, padding=2, bias=False),
    nn.BatchNorm2d(2 * width),
    nn.LeakyReLU(0.2),
    enlarge(2 * width, width, upsample),
    nn.BatchNorm2d(width),
    nn.LeakyReLU(0.2),
    enlarge(width, 1, upsample),
    nn.Tanh(),
)"""
ENLARGE = """
if upsample:
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 5, padding=2, bias=False))
return nn.ConvTranspose2d(inputs, outputs, 5, stride=2, padding=2, output_padding=1, bias=False)"""
COUNT = """
trainable = sum(p.numel() for p in network.parameters())
running = sum(b.numel() for name, b in network.named_buffers() if "running" in name)
return trainable, trainable + running"""
SAMPLE = """
was_training = generator.training
generator.eval()
with torch.no_grad():
    fakes = generator(z)
generator.train(was_training)
return fakes"""
LINE = """
t = torch.linspace(0, 1, n, device=start.device).unsqueeze(1)
return (1 - t) * start + t * end"""
ARC = """
t = torch.linspace(0, 1, n, device=start.device).unsqueeze(1)
omega = torch.arccos(start @ end / (start.norm() * end.norm()))
return (torch.sin((1 - t) * omega) * start + torch.sin(t * omega) * end) / torch.sin(omega)"""
COUNTS = """
counts = torch.zeros(stride * size, dtype=torch.int64)
for i in range(size):
    for j in range(kernel):
        position = i * stride - padding + j
        if 0 <= position < len(counts):
            counts[position] += 1
return counts"""

RIGHT = {
    "slope_ratio": {
        "four": "slope_ratio = 4",
        "a float": "slope_ratio = 4.0",
        "a tensor": "slope_ratio = torch.tensor(4.0)",
        "by autograd": """
a = torch.zeros((), requires_grad=True)
s = torch.autograd.grad(torch.sigmoid(a), a)[0]
slope_ratio = torch.autograd.grad(torch.tanh(a), a)[0] / s
""",
    },
    "conv_size": {
        **bodies(
            "conv_size",
            {
                "floor": "import math\nreturn math.floor((size + 2 * padding - kernel) / stride) + 1",
                "int": "return int((size + 2 * padding - kernel) / stride + 1)",
                "a count": "return len(range(0, size + 2 * padding - kernel + 1, stride))",
                "a layer": """
layer = nn.Conv1d(1, 1, kernel, stride, padding)
return layer(torch.zeros(1, 1, size)).shape[-1]""",
                "with torch": "return torch.tensor(size + 2 * padding - kernel) // stride + 1",
            },
        ),
        "lambda": "conv_size = lambda size, kernel, stride, padding: (size - kernel + 2 * padding + stride) // stride",
    },
    "transposed_size": {
        **bodies(
            "transposed_size",
            {
                "the documentation": "return (size - 1) * stride - 2 * padding + (kernel - 1) + output_padding + 1",
                "expanded": "return size * stride - stride + kernel - padding - padding + output_padding",
                "a layer": """
full = (size - 1) * stride + kernel
return full - 2 * padding + output_padding""",
                "a float": "return float((size - 1) * stride + kernel - 2 * padding + output_padding)",
            },
        ),
        "lambda": "transposed_size = lambda s, k, st, p, o: (s - 1) * st + k - 2 * p + o",
    },
    "make_discriminator": {
        **bodies(
            "make_discriminator",
            {
                "tuples": D.replace("5, stride=2, padding=2", "(5, 5), stride=(2, 2), padding=(2, 2)"),
                "in place": D.replace("LeakyReLU(0.2)", "LeakyReLU(0.2, inplace=True)"),
                "dropout in place": D.replace("Dropout(dropout)", "Dropout(dropout, inplace=True)"),
                "named": """
from collections import OrderedDict
return nn.Sequential(OrderedDict(
    last_of_all=nn.Conv2d(1, width, 5, 2, 2), a=nn.LeakyReLU(0.2), b=nn.Dropout(dropout),
    first=nn.Conv2d(width, 2 * width, 5, 2, 2), c=nn.LeakyReLU(0.2), d=nn.Dropout(dropout),
    flat=nn.Flatten(), weight=nn.Linear(98 * width, 1)))""",
                "nested and shared": """
act, drop = nn.LeakyReLU(0.2), nn.Dropout(dropout)
first = nn.Sequential(nn.Conv2d(1, width, 5, 2, 2), act, drop)
second = nn.Sequential(nn.Conv2d(width, 2 * width, 5, 2, 2), act, drop)
return nn.Sequential(first, second, nn.Sequential(nn.Flatten(), nn.Linear(98 * width, 1)))""",
                "lazy": changed(D, ("nn.Linear(2 * width * 49, 1)", "nn.LazyLinear(1)")),
                "a convolution at the end": changed(
                    D,
                    (
                        "    nn.Flatten(),\n    nn.Linear(2 * width * 49, 1),",
                        "    nn.Conv2d(2 * width, 1, 7),\n    nn.Flatten(),",
                    ),
                ),
                "initialised": "net = "
                + D.replace("return ", "").strip()
                + """
for m in net.modules():
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.normal_(m.weight, 0, 0.02)
return net""",
                "in a loop": """
layers, channels = [], 1
for c in (width, 2 * width):
    layers += [nn.Conv2d(channels, c, 5, 2, 2), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
    channels = c
return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * 7 * 7, 1))""",
                "dropout before the activation": D.replace(
                    "    nn.LeakyReLU(0.2),\n    nn.Dropout(dropout),",
                    "    nn.Dropout(dropout),\n    nn.LeakyReLU(0.2),",
                ),
            },
        ),
        "a class": """
class Discriminator(nn.Module):
    def __init__(self, w, p):
        super().__init__()
        self.a = nn.Conv2d(1, w, 5, 2, 2)
        self.b = nn.Conv2d(w, 2 * w, 5, 2, 2)
        self.c = nn.Linear(98 * w, 1)
        self.drop = nn.Dropout(p)
    def forward(self, x):
        f = nn.functional.leaky_relu
        x = self.drop(f(self.a(x), 0.2))
        x = self.drop(f(self.b(x), 0.2))
        return self.c(x.reshape(len(x), -1))
def make_discriminator(width, dropout):
    return Discriminator(width, dropout)
""",
        "in-place function": """
class Discriminator(nn.Module):
    def __init__(self, w, p):
        super().__init__()
        self.end = nn.Linear(98 * w, 1)
        self.convs = nn.ModuleList([nn.Conv2d(1, w, 5, 2, 2), nn.Conv2d(w, 2 * w, 5, 2, 2)])
        self.drop = nn.Dropout(p)
    def forward(self, x):
        for conv in self.convs:
            x = self.drop(nn.functional.leaky_relu_(conv(x), 0.2))
        return self.end(x.flatten(1))
make_discriminator = lambda width, dropout: Discriminator(width, dropout)
""",
        "functional dropout": """
class Discriminator(nn.Module):
    def __init__(self, w, p):
        super().__init__()
        self.p = p
        self.convs = nn.ModuleList([nn.Conv2d(1, w, 5, 2, 2), nn.Conv2d(w, 2 * w, 5, 2, 2)])
        self.end = nn.Linear(98 * w, 1)
    def forward(self, x):
        for conv in self.convs:
            x = nn.functional.dropout(nn.functional.leaky_relu(conv(x), 0.2), self.p, self.training)
        return self.end(x.flatten(1))
def make_discriminator(width, dropout):
    return Discriminator(width, dropout)
""",
    },
    "d_parameters": {
        "a number": "d_parameters = 212865",
        "underscores": "d_parameters = 212_865",
        "asked of PyTorch": "d_parameters = sum(p.numel() for p in make_discriminator(64, 0.3).parameters())",
        "a float": "d_parameters = 1664 + 204928.0 + 6273",
        "a tensor": "d_parameters = torch.tensor(212865)",
    },
    "enlarge": {
        **bodies(
            "enlarge",
            {
                "two branches": """
if not upsample:
    layer = nn.ConvTranspose2d(inputs, outputs, kernel_size=5, stride=2, padding=2, output_padding=1, bias=False)
else:
    layer = nn.Sequential(nn.Upsample(scale_factor=(2, 2)), nn.Conv2d(inputs, outputs, 5, 1, 2, bias=False))
return layer""",
                "bias taken away": """
layer = nn.Conv2d(inputs, outputs, 5, padding=2) if upsample else nn.ConvTranspose2d(inputs, outputs, 5, 2, 2, 1)
layer.bias = None
return nn.Sequential(nn.Upsample(scale_factor=2), layer) if upsample else layer""",
                "same": ENLARGE.replace("padding=2, bias=False))", "padding='same', bias=False))"),
                "UpsamplingNearest2d": ENLARGE.replace(
                    "nn.Upsample(scale_factor=2)", "nn.UpsamplingNearest2d(scale_factor=2)"
                ),
                "other margins": ENLARGE.replace(
                    "padding=2, output_padding=1", "padding=(2, 2), output_padding=(1, 1)"
                ),
                "one more row, cut": """
if upsample:
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 5, padding=2, bias=False))
return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 5, stride=2, padding=1, bias=False), nn.ZeroPad2d((-1, 0, -1, 0)))""",
            },
        ),
        "repetitions, and a tensor of one's own": """
class Repeated(nn.Module):
    def forward(self, x):
        return x.repeat_interleave(2, 2).repeat_interleave(2, 3)
class Transposed(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.kernel = nn.Parameter(0.02 * torch.randn(a, b, 5, 5))
    def forward(self, x):
        return nn.functional.conv_transpose2d(x, self.kernel, stride=2)[..., 2:-1, 2:-1]
def enlarge(inputs, outputs, upsample):
    if upsample:
        return nn.Sequential(Repeated(), nn.ZeroPad2d(2), nn.Conv2d(inputs, outputs, 5, bias=False))
    return Transposed(inputs, outputs)
""",
        "a class": """
class Enlarge(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.conv = nn.Conv2d(a, b, 5, padding=2, bias=False)
    def forward(self, x):
        return self.conv(nn.functional.interpolate(x, scale_factor=2))
def enlarge(inputs, outputs, upsample):
    if upsample:
        return Enlarge(inputs, outputs)
    return nn.ConvTranspose2d(inputs, outputs, 5, 2, 2, 1, bias=False)
""",
        "lambda": """
enlarge = lambda a, b, upsample: (
    nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(a, b, 5, padding=2, bias=False))
    if upsample else nn.ConvTranspose2d(a, b, 5, 2, 2, 1, bias=False))
""",
    },
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "same size by Conv2d": G.replace("nn.ConvTranspose2d(4", "nn.Conv2d(4"),
                "without enlarge": """
def big(a, b):
    if upsample:
        return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(a, b, 5, padding=2, bias=False))
    return nn.ConvTranspose2d(a, b, 5, 2, 2, 1, bias=False)
"""
                + G.replace("enlarge(2 * width, width, upsample)", "big(2 * width, width)").replace(
                    "enlarge(width, 1, upsample)", "big(width, 1)"
                ),
                "keyword": G.replace("width, upsample)", "width, upsample=upsample)"),
                "in place": G.replace("LeakyReLU(0.2)", "LeakyReLU(0.2, inplace=True)"),
                "initialised": "net = "
                + G.replace("return ", "").strip()
                + """
for m in net.modules():
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(m.weight, 0, 0.02)
return net""",
                "nested": """
def block(layer, channels):
    return nn.Sequential(layer, nn.BatchNorm2d(channels), nn.LeakyReLU(0.2))
n = 49 * 4 * width
start = nn.Sequential(nn.Linear(latent_dim, n, bias=False), nn.BatchNorm1d(n), nn.LeakyReLU(0.2))
same = nn.ConvTranspose2d(4 * width, 2 * width, 5, 1, 2, bias=False)
return nn.Sequential(
    start, nn.Unflatten(-1, (4 * width, 7, 7)), block(same, 2 * width), block(enlarge(2 * width, width, upsample), width),
    enlarge(width, 1, upsample), nn.Tanh())""",
                "momentum": G.replace("BatchNorm2d(width)", "BatchNorm2d(width, eps=1e-3, momentum=0.01)"),
            },
        ),
        "activation by hand": """
class Bent(nn.Module):
    def forward(self, x):
        return torch.maximum(x, 0.2 * x)
class Maps(nn.Module):
    def forward(self, x):
        return x.reshape(len(x), -1, 7, 7)
make_generator = lambda width, latent_dim, upsample=False: nn.Sequential(
    nn.Linear(latent_dim, 196 * width, bias=False), nn.BatchNorm1d(196 * width), Bent(), Maps(),
    nn.ConvTranspose2d(4 * width, 2 * width, 5, padding=2, bias=False), nn.BatchNorm2d(2 * width), Bent(),
    enlarge(2 * width, width, upsample), nn.BatchNorm2d(width), Bent(), enlarge(width, 1, upsample), nn.Tanh())
""",
        "a class": """
class Generator(nn.Module):
    def __init__(self, w, d, up):
        super().__init__()
        self.w = w
        self.lin = nn.Linear(d, 196 * w, bias=False)
        self.n1, self.n2, self.n3 = nn.BatchNorm1d(196 * w), nn.BatchNorm2d(2 * w), nn.BatchNorm2d(w)
        self.same = nn.ConvTranspose2d(4 * w, 2 * w, 5, 1, 2, bias=False)
        self.up1, self.up2 = enlarge(2 * w, w, up), enlarge(w, 1, up)
        self.act = nn.LeakyReLU(0.2)
    def forward(self, z):
        x = self.act(self.n1(self.lin(z))).view(-1, 4 * self.w, 7, 7)
        x = self.act(self.n2(self.same(x)))
        x = self.act(self.n3(self.up1(x)))
        return torch.tanh(self.up2(x))
def make_generator(width, latent_dim, upsample=False):
    return Generator(width, latent_dim, upsample)
""",
    },
    "count_parameters": {
        **bodies(
            "count_parameters",
            {
                "a list": "return list((lambda a, b: (a, a + b))(sum(p.numel() for p in network.parameters()), "
                "sum(b.numel() for b in network.buffers() if b.ndim)))",
                "the state": """
total = sum(v.numel() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked"))
return sum(p.numel() for p in network.parameters() if p.requires_grad), total""",
                "by layer": """
a = sum(p.numel() for p in network.parameters())
b = 0
for m in network.modules():
    if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
        b += m.running_mean.numel() + m.running_var.numel()
return a, a + b""",
                "tensors": """
a = torch.tensor([p.numel() for p in network.parameters()]).sum()
return a, a + sum(b.numel() for n, b in network.named_buffers() if "tracked" not in n)""",
                "parameters_to_vector": """
a = len(nn.utils.parameters_to_vector(network.parameters()))
return a, a + sum(b.nelement() for n, b in network.named_buffers() if n.endswith(("running_mean", "running_var")))""",
            },
        ),
    },
    "sample": bodies(
        "sample",
        {
            "by name": changed(SAMPLE, ("generator(z)", "generator(input=z)")),
            "a copy": "import copy\nwith torch.no_grad():\n    return copy.deepcopy(generator).eval()(z)",
            "inference mode": SAMPLE.replace("no_grad", "inference_mode"),
            "try": """
mode = generator.training
try:
    generator.eval()
    with torch.no_grad():
        return generator(z)
finally:
    generator.train(mode)""",
            "detach": """
mode = generator.training
generator.train(False)
images = generator(z).detach()
if mode:
    generator.train()
return images""",
            "each layer's mode": """
modes = [(m, m.training) for m in generator.modules()]
generator.eval()
with torch.no_grad():
    images = generator(z)
for m, mode in modes:
    m.training = mode
return images""",
            "in two halves": """
mode = generator.training
generator.eval()
with torch.no_grad():
    images = torch.cat([generator(part) for part in z.split(4)])
generator.train(mode)
return images""",
        },
    ),
    "discriminator_step": STEPS["RIGHT"]["discriminator_step"],
    "generator_step": STEPS["RIGHT"]["generator_step"],
    "interpolate": bodies(
        "interpolate",
        {
            "by the difference": """
t = torch.linspace(0, 1, n)[:, None]
return start + t * (end - start)""",
            "lerp": "return torch.lerp(start[None], end[None], torch.linspace(0, 1, n)[:, None])",
            "a list": "return torch.stack([start + (end - start) * i / (n - 1) for i in range(n)])",
            "outer": "t = torch.linspace(0, 1, n)\nreturn torch.outer(1 - t, start) + torch.outer(t, end)",
            "arange": "t = (torch.arange(n) / (n - 1)).view(-1, 1)\nreturn t * end + (1 - t) * start",
            "numpy": """
import numpy as np
return torch.from_numpy(np.linspace(start.cpu().numpy(), end.cpu().numpy(), n))""",
        },
    ),
    "slerp": bodies(
        "slerp",
        {
            "two coefficients": """
t = torch.linspace(0, 1, n)[:, None]
omega = torch.acos((start / start.norm()) @ (end / end.norm()))
return torch.sin((1 - t) * omega) / torch.sin(omega) * start + torch.sin(t * omega) / torch.sin(omega) * end""",
            "cosine similarity": ARC.replace(
                "start @ end / (start.norm() * end.norm())", "nn.functional.cosine_similarity(start, end, dim=0)"
            ),
            "a loop": """
import math
omega = math.acos(float(torch.dot(start, end) / start.norm() / end.norm()))
return torch.stack([
    (math.sin((1 - t) * omega) * start + math.sin(t * omega) * end) / math.sin(omega)
    for t in [i / (n - 1) for i in range(n)]])""",
            "clamped": ARC.replace(
                "torch.arccos(start @ end / (start.norm() * end.norm()))",
                "torch.acos((start @ end / (start.norm() * end.norm())).clamp(-1, 1))",
            ),
            "float64": ARC.replace("start @ end /", "start.double() @ end.double() /"),
        },
    ),
    "overlap_counts": {
        **bodies(
            "overlap_counts",
            {
                "a list": """
counts = [0] * (stride * size)
for i in range(size):
    for j in range(kernel):
        p = i * stride - padding + j
        if p >= 0 and p < stride * size:
            counts[p] += 1
return counts""",
                "numpy": """
import numpy as np
p = (np.arange(size)[:, None] * stride - padding + np.arange(kernel)).ravel()
return np.bincount(p[(p >= 0) & (p < stride * size)], minlength=stride * size)""",
                "by position": """
return [sum(0 <= o + padding - i * stride < kernel for i in range(size)) for o in range(stride * size)]""",
                "a transposed convolution": """
full = nn.functional.conv_transpose1d(torch.ones(1, 1, size), torch.ones(1, 1, kernel), stride=stride)[0, 0]
full = nn.functional.pad(full, (0, stride * size + padding))
return full[padding:padding + stride * size]""",
                "floats": COUNTS.replace(", dtype=torch.int64", ""),
            },
        ),
    },
}

WRONG = {
    "slope_ratio": wrong_values(
        "slope_ratio",
        {
            "one": ("1", "ne sont pas égales"),
            "two": ("2", "étirée"),
            "inverse": ("0.25", "rapport inverse"),
            "half": ("1 / 2", "ni l'un ni l'autre"),
            "eight": ("8", "dérivées"),
            "decimal comma": ("4,0", "virgule"),
        },
    ),
    "conv_size": wrong_bodies(
        "conv_size",
        {
            "no + 1": ("return (size + 2 * padding - kernel) // stride", "+ 1"),
            "one margin": ("return (size + padding - kernel) // stride + 1", "des deux côtés"),
            "not whole": ("return (size + 2 * padding - kernel) / stride + 1", "//"),
            "rounded up": ("import math\nreturn math.ceil((size + 2 * padding - kernel) / stride) + 1", "vers le bas"),
            "rounded": ("return round((size + 2 * padding - kernel) / stride + 1.25)", ""),
            "signs": ("return (size - 2 * padding + kernel) // stride + 1", "le noyau s'en retire"),
            "the stride forgotten": ("return size + 2 * padding - kernel + 1", "au lieu de"),
            "half the size": ("return size // 2", "au lieu de"),
            "a text": ("return '14'", "sans guillemets"),
            "a pair": ("n = (size + 2 * padding - kernel) // stride + 1\nreturn n, n", "un seul entier"),
        },
    ),
    "transposed_size": wrong_bodies(
        "transposed_size",
        {
            "no output_padding": ("return (size - 1) * stride + kernel - 2 * padding", "oublié"),
            "output_padding twice": (
                "return (size - 1) * stride + kernel - 2 * padding + 2 * output_padding",
                "d'un seul côté",
            ),
            "size for size - 1": ("return size * stride + kernel - 2 * padding + output_padding", "size - 1"),
            "one margin": ("return (size - 1) * stride + kernel - padding + output_padding", "des deux côtés"),
            "margin added": ("return (size - 1) * stride + kernel + 2 * padding + output_padding", "se retire"),
            "the convolution": ("return (size + 2 * padding - kernel) // stride + 1", "agrandit"),
            "no kernel": ("return (size - 1) * stride - 2 * padding + output_padding", "kernel"),
            "twice": ("return 2 * size", "au lieu de"),
        },
    ),
    "make_discriminator": wrong_bodies(
        "make_discriminator",
        {
            "a sigmoid": (changed(D, ("49, 1),", "49, 1),\n    nn.Sigmoid(),")), "sigmoïde"),
            "a tanh": (changed(D, ("49, 1),", "49, 1),\n    nn.Tanh(),")), "bornée"),
            "a ReLU at the end": (changed(D, ("49, 1),", "49, 1),\n    nn.ReLU(),")), "jamais négative"),
            "a LeakyReLU at the end": (
                changed(D, ("49, 1),", "49, 1),\n    nn.LeakyReLU(0.2),")),
                "LeakyReLU suit la couche linéaire",
            ),
            "a LogSigmoid": (changed(D, ("49, 1),", "49, 1),\n    nn.LogSigmoid(),")), "LogSigmoid"),
            "a Dropout at the end": (
                changed(D, ("49, 1),", "49, 1),\n    nn.Dropout(dropout),")),
                "un Dropout suit la couche linéaire",
            ),
            "a softmax": (changed(D, ("49, 1),", "49, 1),\n    nn.Softmax(dim=1),")), ""),
            "a softmax over the batch": (changed(D, ("49, 1),", "49, 1),\n    nn.Softmax(dim=0),")), "autres images"),
            "flattened": (changed(D, ("49, 1),", "49, 1),\n    nn.Flatten(0),")), "forme"),
            "width hard-coded": (D.replace("2 * width", "128").replace("width", "64"), "en dur"),
            "kernel 4": (
                D.replace("5, stride=2, padding=2", "4, stride=2, padding=1").replace("5, 2, 2", "4, 2, 1"),
                "le noyau est de 4",
            ),
            "kernel 3": (
                D.replace("5, stride=2, padding=2", "3, stride=2, padding=1").replace("5, 2, 2", "3, 2, 1"),
                "le noyau est de 3",
            ),
            "no padding": (D.replace(", padding=2", "").replace("5, 2, 2", "5, 2"), "le réseau refuse"),
            "no padding, sizes put right": (
                D.replace(", padding=2", "").replace("5, 2, 2", "5, 2").replace("49", "16"),
                "4 x 4",
            ),
            "no stride": (D.replace("stride=2, ", "").replace("5, 2, 2", "5, 1, 2"), "le réseau refuse"),
            "no stride, sizes put right": (
                D.replace("stride=2, ", "").replace("5, 2, 2", "5, 1, 2").replace("49", "784"),
                "28 x 28",
            ),
            "as many channels": (D.replace("2 * width", "width"), "double les canaux"),
            "no bias": (
                D.replace("padding=2)", "padding=2, bias=False)").replace("5, 2, 2)", "5, 2, 2, bias=False)"),
                "biais",
            ),
            "BatchNorm": (
                changed(D, ("5, 2, 2),", "5, 2, 2),\n    nn.BatchNorm2d(2 * width),")),
                "pas de BatchNorm",
            ),
            "BatchNorm twice": (
                changed(
                    D,
                    ("5, 2, 2),", "5, 2, 2),\n    nn.BatchNorm2d(2 * width),"),
                    ("padding=2),", "padding=2),\n    nn.BatchNorm2d(width),"),
                ),
                "pas de BatchNorm",
            ),
            "no activation": (D.replace("    nn.LeakyReLU(0.2),\n", ""), "aucune activation"),
            "ReLU": (D.replace("LeakyReLU(0.2)", "ReLU()"), "ReLU"),
            "ReLU once": (
                D.replace("LeakyReLU(0.2)", "ReLU()", 1),
                "une ReLU sépare deux couches (après la première convolution)",
            ),
            "sigmoids inside": (D.replace("LeakyReLU(0.2)", "Sigmoid()"), "sigmoïde sépare"),
            "tanh inside": (D.replace("LeakyReLU(0.2)", "Tanh()"), "tanh sépare"),
            "ELU": (D.replace("LeakyReLU(0.2)", "ELU()"), "ELU sépare"),
            "default slope": (D.replace("0.2", ""), "pente 0.01, sa valeur par défaut"),
            "slope 0.02": (D.replace("0.2", "0.02"), "pente 0.02"),
            "slope 0.3": (D.replace("0.2", "0.3"), "pente 0.3"),
            "slope 0.5": (D.replace("0.2", "0.5"), "pente 0.5"),
            "one activation": (
                D.replace("    nn.LeakyReLU(0.2),\n", "", 1),
                "aucune activation entre deux couches (après la première convolution)",
            ),
            "normalised without parameters": (
                changed(D, ("5, 2, 2),", "5, 2, 2),\n    nn.BatchNorm2d(2 * width, affine=False),")),
                "pas de normalisation",
            ),
            "InstanceNorm": (
                changed(D, ("5, 2, 2),", "5, 2, 2),\n    nn.InstanceNorm2d(2 * width),")),
                "pas de normalisation dans ce D (après la seconde convolution)",
            ),
            "max pooling": (
                D.replace("stride=2, padding=2),", "padding=2), nn.MaxPool2d(2),").replace(
                    "5, 2, 2),", "5, 1, 2), nn.MaxPool2d(2),"
                ),
                "stride=2",
            ),
            "average pooling": (
                D.replace("stride=2, padding=2),", "padding=2), nn.AvgPool2d(2),").replace(
                    "5, 2, 2),", "5, 1, 2), nn.AvgPool2d(2),"
                ),
                "stride=2",
            ),
            "strides 1 and 4": (
                D.replace("stride=2, padding=2", "stride=1, padding=2").replace("5, 2, 2", "5, 4, 2"),
                "dans chacune des deux convolutions",
            ),
            "dilation": (
                changed(D, ("stride=2, padding=2", "stride=2, padding=4, dilation=2")),
                "n'est pas celle des couches demandées",
            ),
            "Dropout2d": (D.replace("Dropout", "Dropout2d"), "cartes entières"),
            "AlphaDropout": (D.replace("Dropout", "AlphaDropout"), "nn.Dropout qui est demandé"),
            "share kept": (D.replace("Dropout(dropout)", "Dropout(1 - dropout)"), "1 - dropout"),
            "share squared": (D.replace("Dropout(dropout)", "Dropout(dropout**2)"), "dropout tel quel"),
            "share halved once": (
                "(dropout / 2)".join(D.rsplit("(dropout)", 1)),
                "après la seconde LeakyReLU",
            ),
            "second share hard-coded": ("()".join(D.rsplit("(dropout)", 1)), "à chacun des deux nn.Dropout"),
            "both after the second block": (
                changed(
                    D.replace("    nn.Dropout(dropout),\n", "", 1),
                    ("nn.Dropout(dropout),", "nn.Dropout(dropout),\n    nn.Dropout(dropout),"),
                ),
                "rien n'est effacé après la première LeakyReLU",
            ),
            "two in a row": (
                D.replace("    nn.Dropout(dropout),\n", "    nn.Dropout(dropout),\n    nn.Dropout(dropout),\n"),
                "un seul nn.Dropout",
            ),
            "dropout on the picture": (
                changed(
                    D.replace("    nn.Dropout(dropout),\n", "", 1),
                    ("    nn.Conv2d(1,", "    nn.Dropout(dropout),\n    nn.Conv2d(1,"),
                ),
                "rien n'est effacé après la première LeakyReLU",
            ),
            "dropout on the picture too": (
                changed(D, ("    nn.Conv2d(1,", "    nn.Dropout(dropout),\n    nn.Conv2d(1,")),
                "des pixels de l'image",
            ),
            "eval mode": (D + ".eval()", "en mode évaluation"),
            "no dropout": (D.replace("    nn.Dropout(dropout),\n", ""), "Dropout"),
            "dropout hard-coded": (D.replace("Dropout(dropout)", "Dropout(0.3)"), "dropout = 0"),
            "one dropout": (D.replace("    nn.Dropout(dropout),\n", "", 1), "un seul Dropout"),
            "dropout always on": (
                D.replace("nn.Dropout(dropout)", "_Always(dropout)").replace(
                    "\nreturn",
                    "\nclass _Always(nn.Module):\n    def __init__(self, p):\n        super().__init__()\n        self.p = p\n"
                    "    def forward(self, x):\n        return nn.functional.dropout(x, self.p, True)\nreturn",
                ),
                "self.training",
            ),
            "augmentation inside": (
                D.replace("nn.Sequential(", "nn.Sequential(RandomAffine(),"),
                "aucune autre couche",
            ),
            "one layer only": ("return nn.Sequential(nn.Flatten(), nn.Linear(784, 1))", "paramètres au lieu de"),
            "an MLP": (
                "return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Linear(512, 1))",
                "paramètres au lieu de",
            ),
            "no Flatten": (D.replace("    nn.Flatten(),\n", ""), "le réseau refuse"),
            "frozen": (
                "net = " + D.replace("return ", "").strip() + "\nnet.requires_grad_(False)\nreturn net",
                "figés",
            ),
            "a class and not a network": ("return nn.Sequential", "un réseau"),
            "a list": ("return [nn.Conv2d(1, width, 5, 2, 2), nn.Flatten()]", "un réseau"),
        },
    )
    | {
        "always the same": (
            "_d = nn.Sequential(nn.Conv2d(1, 8, 5, 2, 2), nn.Flatten(), nn.Linear(8 * 196, 1))\n"
            "def make_discriminator(width, dropout):\n    return _d\n",
            "le même réseau",
        ),
        "one argument": ("def make_discriminator(width):\n    return nn.Flatten()\n", "une erreur l'arrête"),
    },
    "d_parameters": wrong_values(
        "d_parameters",
        {
            "no biases": ("212865 - 193", "biais manquent"),
            "no convolution bias": ("212865 - 192", "biais des convolutions"),
            "no linear bias": ("212864", "biais de la couche linéaire"),
            "no linear layer": ("1664 + 204928", "la couche linéaire manque"),
            "one kernel a channel": ("1664 + 25 * 128 + 128 + 6273", "chaque canal d'entrée"),
            "linear of 128": ("1664 + 204928 + 129", "7 x 7 x 128"),
            "kernel 4": ("16 * 64 + 64 + 16 * 64 * 128 + 128 + 6273", "noyau de 4"),
            "G": ("2305472", "de G"),
            "another": ("200000", "n'est pas le bon total"),
        },
    ),
    "enlarge": wrong_bodies(
        "enlarge",
        {
            "exchanged": (changed(ENLARGE, ("if upsample", "if not upsample")), "échangés"),
            "always transposed": (
                "return nn.ConvTranspose2d(inputs, outputs, 5, 2, 2, 1, bias=False)",
                "upsample = True",
            ),
            "never transposed": (
                "return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 5, padding=2, bias=False))",
                "upsample = False",
            ),
            "no output_padding": (changed(ENLARGE, (", output_padding=1", "")), "output_padding=1"),
            "no padding": (changed(ENLARGE, ("padding=2, output_padding=1", "output_padding=1")), "au lieu de"),
            "no padding after Upsample": (
                changed(ENLARGE, ("5, padding=2, bias=False))", "5, bias=False))")),
                "upsample = True",
            ),
            "bias": (ENLARGE.replace(", bias=False", ""), "biais"),
            "bias after Upsample": (changed(ENLARGE, ("padding=2, bias=False))", "padding=2))")), "biais"),
            "kernel 4": (
                changed(ENLARGE, ("5, stride=2, padding=2, output_padding=1", "4, stride=2, padding=1")),
                "le noyau est de 4",
            ),
            "kernel 3": (changed(ENLARGE, ("5, padding=2", "3, padding=1")), "le noyau est de 3"),
            "Upsample alone": (
                changed(
                    ENLARGE,
                    (
                        "nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 5, padding=2, bias=False))",
                        "nn.Upsample(scale_factor=2)",
                    ),
                ),
                "",
            ),
            "channels exchanged": (ENLARGE.replace("inputs, outputs", "outputs, inputs"), "le réseau refuse"),
            "no stride": (
                changed(ENLARGE, ("5, stride=2, padding=2, output_padding=1", "5, padding=2")),
                "au lieu de",
            ),
            "an activation": (
                changed(
                    ENLARGE,
                    ("bias=False))", "bias=False), nn.LeakyReLU(0.2))"),
                ),
                "aucune activation",
            ),
            "a normalisation": (
                changed(ENLARGE, ("bias=False))", "bias=False), nn.BatchNorm2d(outputs))")),
                "normalisation",
            ),
            "InstanceNorm": (
                changed(ENLARGE, ("bias=False))", "bias=False), nn.InstanceNorm2d(outputs))")),
                "pas de normalisation",
            ),
            "Upsample afterwards": (
                changed(
                    ENLARGE,
                    ("nn.Upsample(scale_factor=2), ", ""),
                    ("padding=2, bias=False))", "padding=2, bias=False), nn.Upsample(scale_factor=2))"),
                ),
                "Upsample vient avant",
            ),
            "UpsamplingBilinear2d": (
                changed(ENLARGE, ("nn.Upsample(", "nn.UpsamplingBilinear2d(")),
                "align_corners",
            ),
            "bilinear": (ENLARGE.replace("scale_factor=2", "scale_factor=2, mode='bilinear'"), "mode='bilinear'"),
            "bicubic": (ENLARGE.replace("scale_factor=2", "scale_factor=2, mode='bicubic'"), "mode='bicubic'"),
            "transposed after Upsample": (
                changed(ENLARGE, ("nn.Conv2d", "nn.ConvTranspose2d")),
                "convolution ordinaire",
            ),
            "four times, then a stride": (
                changed(
                    ENLARGE, ("scale_factor=2", "scale_factor=4"), ("padding=2, bias=False))", "2, 2, bias=False))")
                ),
                "double la taille",
            ),
            "reflected margin": (
                changed(ENLARGE, ("padding=2, bias=False))", "padding=2, padding_mode='reflect', bias=False))")),
                "faite de zéros",
            ),
            "margin on one side": (
                changed(
                    ENLARGE,
                    ("nn.Conv2d", "nn.ZeroPad2d((4, 0, 4, 0)), nn.Conv2d"),
                    (", padding=2, bias=False))", ", bias=False))"),
                ),
                "décalée",
            ),
            "cut on the wrong side": (
                changed(
                    ENLARGE,
                    ("return nn.ConvTranspose2d(", "return nn.Sequential(nn.ConvTranspose2d("),
                    ("padding=2, output_padding=1, bias=False)", "bias=False), nn.ZeroPad2d((-1, -2, -1, -2)))"),
                ),
                "décalée",
            ),
            "tanh in one case": (changed(ENLARGE, ("bias=False))", "bias=False), nn.Tanh())")), "aucune activation"),
            "eval mode": (changed(ENLARGE, ("bias=False))", "bias=False)).eval()")), "en mode évaluation"),
            "the result": ("return torch.zeros(1, outputs, 14, 14)", "un réseau"),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "no tanh": (changed(G, ("    nn.Tanh(),\n", "")), "Tanh"),
            "a sigmoid": (changed(G, ("nn.Tanh", "nn.Sigmoid")), "de 0 à 1"),
            "tanh twice": (changed(G, ("nn.Tanh()", "nn.Tanh(),\n    nn.Tanh()")), "deux fois"),
            "clamped": (changed(G, ("nn.Tanh", "nn.Hardtanh")), "coupée net"),
            "LeakyReLU before tanh": (
                changed(G, ("nn.Tanh()", "nn.LeakyReLU(0.2),\n    nn.Tanh()")),
                "une activation suit",
            ),
            "ReLU": (G.replace("LeakyReLU(0.2)", "ReLU()"), "ReLU"),
            "ReLU once": (
                "ReLU()".join(G.rsplit("LeakyReLU(0.2)", 1)),
                "une ReLU sépare deux couches (après le second BatchNorm2d)",
            ),
            "default slope": (G.replace("0.2", ""), "pente 0.01"),
            "slope 0.1": (G.replace("0.2", "0.1"), "pente 0.1"),
            "slope 0.3": (G.replace("0.2", "0.3"), "pente 0.3"),
            "GELU": (G.replace("LeakyReLU(0.2)", "GELU()"), "une GELU"),
            "normalised after the activation": (
                changed(
                    G,
                    (
                        "    nn.BatchNorm2d(2 * width),\n    nn.LeakyReLU(0.2),",
                        "    nn.LeakyReLU(0.2),\n    nn.BatchNorm2d(2 * width),",
                    ),
                ),
                "l'activation vient après la normalisation",
            ),
            "normalised at the end without parameters": (
                changed(G, ("    nn.Tanh(),", "    nn.BatchNorm2d(1, affine=False),\n    nn.Tanh(),")),
                "pas de normalisation après le dernier enlarge",
            ),
            "InstanceNorm at the end": (
                changed(G, ("    nn.Tanh(),", "    nn.InstanceNorm2d(1),\n    nn.Tanh(),")),
                "pas de normalisation après le dernier enlarge",
            ),
            "GroupNorm": (
                changed(G, ("nn.BatchNorm2d(width)", "nn.GroupNorm(1, width)")),
                "moyennes courantes",
            ),
            "InstanceNorm": (
                changed(G, ("nn.BatchNorm2d(2 * width)", "nn.InstanceNorm2d(2 * width, affine=True)")),
                "moyennes courantes",
            ),
            "no running averages": (
                changed(G, ("nn.BatchNorm2d(width)", "nn.BatchNorm2d(width, track_running_stats=False)")),
                "moyennes courantes",
            ),
            "no parameters to the norm": (
                changed(G, ("nn.BatchNorm2d(width)", "nn.BatchNorm2d(width, affine=False)")),
                "affine=False",
            ),
            "momentum the other way": (
                changed(G, ("nn.BatchNorm2d(width)", "nn.BatchNorm2d(width, momentum=0.9)")),
                "momentum",
            ),
            "a Dropout": (changed(G, ("    nn.Unflatten", "    nn.Dropout(0.3),\n    nn.Unflatten")), "pas de Dropout"),
            "a ReLU at the end": (changed(G, ("nn.Tanh()", "nn.Tanh(),\n    nn.ReLU()")), "jamais négative"),
            "upsample once": (changed(G, ("enlarge(width, 1, upsample)", "enlarge(width, 1, False)")), "transmettez"),
            "eval mode": (G + ".eval()", "en mode évaluation"),
            "no activation": (G.replace("    nn.LeakyReLU(0.2),\n", ""), "aucune activation"),
            "one activation missing": (
                changed(G, ("    nn.BatchNorm2d(width),\n    nn.LeakyReLU(0.2),\n", "    nn.BatchNorm2d(width),\n")),
                "aucune activation",
            ),
            "linear bias": (
                changed(G, ("7 * 7 * 4 * width, bias=False", "7 * 7 * 4 * width")),
                "la couche linéaire n'a pas de biais",
            ),
            "transposed bias": (changed(G, ("padding=2, bias=False", "padding=2")), "n'a pas de biais"),
            "both biases": (G.replace(", bias=False", ""), "biais"),
            "no BatchNorm1d": (changed(G, ("    nn.BatchNorm1d(49 * 4 * width),\n", "")), "BatchNorm1d"),
            "normalised after Unflatten": (
                changed(
                    G,
                    ("    nn.BatchNorm1d(49 * 4 * width),\n", ""),
                    ("(4 * width, 7, 7)),", "(4 * width, 7, 7)),\n    nn.BatchNorm2d(4 * width),"),
                ),
                "avant Unflatten",
            ),
            "no BatchNorm2d": (
                changed(G, ("    nn.BatchNorm2d(2 * width),\n", ""), ("    nn.BatchNorm2d(width),\n", "")),
                "les deux BatchNorm2d",
            ),
            "no second BatchNorm2d": (changed(G, ("    nn.BatchNorm2d(width),\n", "")), "premier enlarge"),
            "BatchNorm at the end": (
                changed(G, ("    nn.Tanh(),", "    nn.BatchNorm2d(1),\n    nn.Tanh(),")),
                "dernier enlarge",
            ),
            "kernel 3": (changed(G, ("5, padding=2", "3, padding=1")), "noyau de 3"),
            "upsample ignored": (
                G.replace("width, upsample)", "width, False)").replace("1, upsample)", "1, False)"),
                "transmettez",
            ),
            "always Upsample": (
                G.replace("width, upsample)", "width, True)").replace("1, upsample)", "1, True)"),
                "upsample=False",
            ),
            "width hard-coded": (
                G.replace("4 * width", "256").replace("2 * width", "128").replace("width", "64"),
                "en dur",
            ),
            "latent_dim hard-coded": (changed(G, ("nn.Linear(latent_dim", "nn.Linear(100")), ""),
            "two sizes the wrong way": (changed(G, ("(4 * width, 7, 7)", "(7, 7, 4 * width)")), "le réseau refuse"),
            "no stride-1 layer": (
                changed(
                    G,
                    ("    nn.ConvTranspose2d(4 * width, 2 * width, 5, padding=2, bias=False),\n", ""),
                    ("    nn.BatchNorm2d(2 * width),\n    nn.LeakyReLU(0.2),\n", ""),
                    ("enlarge(2 * width", "enlarge(4 * width"),
                ),
                "de pas 1",
            ),
            "flat": (changed(G, ("nn.Tanh(),", "nn.Tanh(),\n    nn.Flatten(),")), "forme"),
            "frozen": (
                "net = " + G.replace("return ", "").strip() + "\nnet.requires_grad_(False)\nreturn net",
                "figés",
            ),
            "a number": ("return 3", "un réseau"),
        },
    )
    | {
        "maps in another order": (
            """
class Maps(nn.Module):
    def forward(self, x):
        return x.view(len(x), 7, 7, -1).permute(0, 3, 1, 2)
"""
            + body("make_generator", changed(G, ("nn.Unflatten(1, (4 * width, 7, 7))", "Maps()"))),
            "Unflatten",
        ),
        "scaled": (
            """
class Scaled(nn.Tanh):
    def forward(self, x):
        return 0.8 * x.tanh()
"""
            + body("make_generator", changed(G, ("nn.Tanh", "Scaled"))),
            "multipliée",
        ),
        "always the batch": (
            """
class Batch(nn.BatchNorm2d):
    def forward(self, x):
        return nn.functional.batch_norm(x, None, None, self.weight, self.bias, True)
"""
            + body("make_generator", changed(G, ("nn.BatchNorm2d(width)", "Batch(width)"))),
            "n'est pas celle",
        ),
        "enlarge to be mended": (
            body("enlarge", ENLARGE.replace(", output_padding=1", "")) + body("make_generator", G),
            "à corriger d'abord. enlarge",
        ),
    },
    "count_parameters": wrong_bodies(
        "count_parameters",
        {
            "one number": ("return sum(p.numel() for p in network.parameters())", "deux nombres"),
            "exchanged": (
                changed(COUNT, ("return trainable, trainable + running", "return trainable + running, trainable")),
                "échangés",
            ),
            "batches counted": (changed(COUNT, (' if "running" in name', "")), "num_batches_tracked"),
            "the state": (
                "return sum(p.numel() for p in network.parameters()), sum(v.numel() for v in network.state_dict().values())",
                "num_batches_tracked",
            ),
            "no buffers": (changed(COUNT, ("trainable + running", "trainable")), "named_buffers"),
            "buffers alone": (changed(COUNT, ("trainable + running", "running")), "ajoutez"),
            "buffers twice": (
                changed(COUNT, ("return trainable,", "return trainable + running,")),
                "ne s'apprennent pas",
            ),
            "batches alone": (changed(COUNT, ('"running"', '"batches"')), "n'est pas une moyenne"),
            "maps alone": (
                """
trainable = sum(p.numel() for p in network.parameters())
return trainable, trainable + sum(2 * m.num_features for m in network.modules() if isinstance(m, nn.BatchNorm2d))""",
                "BatchNorm1d",
            ),
            "not the nested ones": (
                """
trainable = sum(p.numel() for p in network.parameters())
return trainable, trainable + sum(2 * m.num_features for m in network if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)))""",
                "en contenir un autre",
            ),
            "frozen": (changed(COUNT, ("p.numel()", "p.requires_grad_(False).numel()")), "reste figé"),
            "means alone": (changed(COUNT, ('"running"', '"running_mean"')), "variances"),
            "variances alone": (changed(COUNT, ('"running"', '"running_var"')), "moyennes courantes"),
            "tensors": (
                "n = len(list(network.parameters()))\nreturn n, n",
                "numel",
            ),
            "the first dimension": (
                "n = sum(len(p) for p in network.parameters())\nreturn n, n",
                "au lieu de",
            ),
            "three numbers": ("return 1, 2, 3", "deux nombres"),
        },
    ),
    "sample": wrong_bodies(
        "sample",
        {
            "training mode": ("with torch.no_grad():\n    return generator(z)", "mode entraînement"),
            "left in eval": (
                "generator.eval()\nwith torch.no_grad():\n    return generator(z)",
                "G était en mode entraînement",
            ),
            "always trained afterwards": (
                "generator.eval()\nwith torch.no_grad():\n    x = generator(z)\ngenerator.train()\nreturn x",
                "G était en mode évaluation",
            ),
            "restored too early": (
                "m = generator.training\ngenerator.eval()\ngenerator.train(m)\nwith torch.no_grad():\n    return generator(z)",
                "mode entraînement",
            ),
            "with its graph": (
                "m = generator.training\ngenerator.eval()\nx = generator(z)\ngenerator.train(m)\nreturn x",
                "graphe",
            ),
            "64 rows": (changed(SAMPLE, ("generator(z)", "generator(z[:64])")), "forme"),
            "16 rows": (
                changed(SAMPLE, ("generator(z)", "torch.cat([generator(p) for p in z.split(16)])[:16]")),
                "forme",
            ),
            "gradients erased": (
                changed(SAMPLE, ("generator.eval()", "generator.eval()\ngenerator.zero_grad()")),
                "gradients de G",
            ),
            "other noise": (changed(SAMPLE, ("generator(z)", "generator(noise(len(z)))")), "z reçu"),
            "frozen": (changed(SAMPLE, ("return", "generator.requires_grad_(False)\nreturn")), "reste figé"),
            "one picture": (changed(SAMPLE, ("return fakes", "return fakes[0]")), "forme"),
            "bytes": (changed(SAMPLE, ("return fakes", "return (fakes + 1) / 2")), "ne sont pas generator(z)"),
            "another network": (
                changed(SAMPLE, ("fakes = generator(z)", "fakes = make_generator(2, latent_dim).eval()(z)")),
                "n'est jamais appelé",
            ),
            "z spoilt": (changed(SAMPLE, ("\ngenerator.eval()", "\nz += 1\ngenerator.eval()")), "sur place"),
            "gradients off for ever": (
                changed(SAMPLE, ("with torch.no_grad():\n    fakes", "torch.set_grad_enabled(False)\nfakes")),
                "gradients restent désactivés",
            ),
        },
    ),
    "discriminator_step": STEPS["WRONG"]["discriminator_step"],
    "generator_step": STEPS["WRONG"]["generator_step"],
    "interpolate": wrong_bodies(
        "interpolate",
        {
            "exchanged": (changed(LINE, ("(1 - t) * start + t * end", "t * start + (1 - t) * end")), "échangés"),
            "ends missing": (
                changed(LINE, ("linspace(0, 1, n,", "linspace(0, 1, n + 2,"), ("unsqueeze(1)", "unsqueeze(1)[1:-1]")),
                "extrémités manquent",
            ),
            "end missing": ("t = (torch.arange(n) / n)[:, None]\nreturn (1 - t) * start + t * end", "l'arrivée manque"),
            "double": (
                "import numpy as np\nt = np.linspace(0, 1, n)[:, None]\n"
                "return torch.tensor((1 - t) * start.numpy() + t * end.numpy())",
                ".float()",
            ),
            "one too many": (changed(LINE, ("1, n,", "1, n + 1,")), "comptent parmi"),
            "one too few": (changed(LINE, ("1, n,", "1, n - 1,")), "comptent parmi"),
            "no start": (changed(LINE, ("(1 - t) * start", "start")), "(1 - t)"),
            "a displacement": (changed(LINE, ("(1 - t) * start + t * end", "t * (end - start)")), "ajoutez start"),
            "columns": (
                changed(LINE, ("return (1 - t) * start + t * end", "return ((1 - t) * start + t * end).T")),
                "par ligne",
            ),
            "a row": (changed(LINE, (".unsqueeze(1)", "")), ""),
            "squares": (changed(LINE, ("unsqueeze(1)", "unsqueeze(1) ** 2")), "réguliers"),
            "random": ("t = torch.rand(n, 1)\nreturn (1 - t) * start + t * end", ""),
            "in place": (
                changed(LINE, ("return (1 - t) * start + t * end", "end -= start\nreturn start + t * end")),
                "sur place",
            ),
            "a list": (
                changed(LINE, ("return (1 - t) * start + t * end", "return list((1 - t) * start + t * end)")),
                "tenseur",
            ),
            "middle alone": ("return (start + end) / 2", "forme"),
        },
    ),
    "slerp": wrong_bodies(
        "slerp",
        {
            "straight": ("return interpolate(start, end, n)", "ligne droite"),
            "not divided": (changed(ARC, (" / torch.sin(omega)", "")), "division"),
            "cosine for angle": (
                changed(
                    ARC,
                    (
                        "torch.arccos(start @ end / (start.norm() * end.norm()))",
                        "start @ end / (start.norm() * end.norm())",
                    ),
                ),
                "arccos",
            ),
            "norms forgotten": (changed(ARC, (" / (start.norm() * end.norm())", "")), "les deux normes"),
            "arcsin": (changed(ARC, ("arccos", "arcsin")), "ou son arcsin"),
            "exchanged": (
                changed(ARC, ("(1 - t) * omega", "t * omega"), ("sin(t * omega) * end", "sin((1 - t) * omega) * end")),
                "échangés",
            ),
            "degrees": (
                changed(
                    ARC,
                    (
                        "omega = torch.arccos(start @ end / (start.norm() * end.norm()))",
                        "omega = torch.rad2deg(torch.arccos(start @ end / (start.norm() * end.norm())))",
                    ),
                ),
                "degrés",
            ),
            "normalised line": (
                changed(
                    LINE,
                    (
                        "return (1 - t) * start + t * end",
                        "x = (1 - t) * start + t * end\nnorms = (1 - t) * start.norm() + t * end.norm()\n"
                        "return x / x.norm(dim=1, keepdim=True) * norms",
                    ),
                ),
                "angle avance",
            ),
            "cosines": (ARC.replace("torch.sin((1", "torch.cos((1"), ""),
            "plus": (changed(ARC, ("start + torch", "start - torch")), ""),
            "one too many": (changed(ARC, ("1, n,", "1, n + 1,")), "comptent parmi"),
            "columns": (ARC.replace("return (", "x = (") + "\nreturn x.T", "par ligne"),
        },
    ),
    "overlap_counts": wrong_bodies(
        "overlap_counts",
        {
            "negative positions": (changed(COUNTS, ("0 <= position < len", "position < len")), "négatives"),
            "padding forgotten": (changed(COUNTS, (" - padding", "")), "oublié"),
            "padding added": (changed(COUNTS, (" - padding", " + padding")), "se retire"),
            "stride forgotten": (changed(COUNTS, ("i * stride", "i")), "stride est oublié"),
            "marked": (changed(COUNTS, ("+= 1", "= 1")), "comptés"),
            "kernel - 1": (changed(COUNTS, ("range(kernel)", "range(kernel - 1)")), "manque"),
            "kernel + 1": (changed(COUNTS, ("range(kernel)", "range(kernel + 1)")), "trop loin"),
            "size of the input": (changed(COUNTS, ("stride * size, dtype", "size, dtype")), "stride * size"),
            "whole output": (
                "counts = torch.zeros((size - 1) * stride + kernel)\nfor i in range(size):\n"
                "    counts[i * stride:i * stride + kernel] += 1\nreturn counts",
                "stride * size",
            ),
            "two dimensions": (changed(COUNTS, ("return counts", "return torch.outer(counts, counts)")), "forme"),
            "a square": ("return [kernel] * (stride * size)", "au lieu de"),
            "out of the table": (
                changed(COUNTS, ("        if 0 <= position < len(counts):\n            counts", "        counts")),
                "une erreur l'arrête",
            ),
            "mean": ("return torch.full((stride * size,), kernel / stride)", "au lieu de"),
            "a number": ("return kernel // stride", "forme"),
        },
    ),
}
