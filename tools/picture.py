"""Make docs/cercle.gif, the circle being learned, with the functions of the solution of TP 01."""

import contextlib
import sys
from pathlib import Path

from tp_gan import plots, training

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from notebook_cells import namespace_of, new_gan, read

with contextlib.redirect_stdout(None):
    notebook = namespace_of(read("01_cercle"))
training.set_seed(0)
gan = new_gan(notebook)
z = notebook["noise"](500)
run = training.Run(3000, sample=lambda: gan[0](z), real=notebook["points"])
notebook["train"](*gan, notebook["points"], run)
picture = plots.animation(run.snapshots, notebook["points"], title="Un GAN apprend un cercle")
picture.save(ROOT / "docs" / "cercle.gif")
print(picture.alt)
