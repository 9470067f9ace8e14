"""Make docs/cercle.gif, the circle being learned, with the functions of the solution of TP 01."""

import contextlib
import sys
from pathlib import Path

import torch
from torch import nn

from tp_gan import plots, training

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from notebook_cells import namespace_of, read

with contextlib.redirect_stdout(None):
    notebook = namespace_of(read("01_cercle"))
training.set_seed(0)
leaky = nn.LeakyReLU(0.2)
generator = notebook["make_generator"](2, 64, 2, leaky)
discriminator = notebook["make_discriminator"](2, 64, leaky)
optimizers = [torch.optim.Adam(n.parameters(), lr=1e-3, betas=(0.5, 0.999)) for n in (generator, discriminator)]
z = notebook["noise"](500)
run = training.Run(3000, sample=lambda: generator(z), real=notebook["points"])
notebook["train"](generator, discriminator, *optimizers, notebook["points"], run)
picture = plots.animation(run.snapshots, notebook["points"], title="Un GAN apprend un cercle")
picture.save(ROOT / "docs" / "cercle.gif")
print(picture.alt)
