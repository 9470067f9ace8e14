"""Figures du cours : chacune a un titre, des axes nommés et un texte de remplacement en français.

Every function returns a `Picture`, which a notebook shows when a cell ends on it or passes it to `display`.
Points and pictures may be NumPy arrays or torch tensors. Colours are told apart by colour-blind readers (Okabe and
Ito, 2008), and a second sign, shape or label, always says the same thing.
"""

from tp_gan.plots.clouds import decision_surface, gallery, scatter, scatter3d, turn
from tp_gan.plots.controls import buttons
from tp_gan.plots.critics import level_lines, lipschitz_cone
from tp_gan.plots.diagram import gan_diagram
from tp_gan.plots.grids import class_grid, image_pairs, images
from tp_gan.plots.lines import bars, curves, losses, measures, spread
from tp_gan.plots.live import LiveView, animation
from tp_gan.plots.picture import Picture
from tp_gan.plots.space import empty_figure, explore
from tp_gan.plots.spectra import spectrum

__all__ = [
    "LiveView",
    "Picture",
    "animation",
    "bars",
    "buttons",
    "class_grid",
    "curves",
    "decision_surface",
    "empty_figure",
    "explore",
    "gallery",
    "gan_diagram",
    "image_pairs",
    "images",
    "level_lines",
    "lipschitz_cone",
    "losses",
    "measures",
    "scatter",
    "scatter3d",
    "spectrum",
    "spread",
    "turn",
]
