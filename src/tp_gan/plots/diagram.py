"""Les schémas du cours."""

from tp_gan.plots.picture import BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, subplots


def gan_diagram():
    """Le schéma d'un GAN : d'où viennent les deux sortes d'exemples, et à qui revient le verdict."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    figure, axes = subplots(1, 1, width=9.0, height=3.9, layout=None)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.9)
    ax = axes[0, 0]
    ax.set(xlim=(0, 18), ylim=(0, 7.2))
    ax.axis("off")

    def box(x, y, text, color, width=3.4):
        ax.add_patch(
            FancyBboxPatch((x, y), width, 1.5, boxstyle="round,pad=0.1", facecolor=color, edgecolor="black", alpha=0.25)
        )
        ax.text(x + width / 2, y + 0.75, text, ha="center", va="center", fontsize=10)

    def arrow(start, end, text="", style="-", curve=0.0, at=None, color="black"):
        ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=14, linestyle=style, color=color,
                connectionstyle=f"arc3,rad={curve}",
            )
        )  # fmt: skip
        if text:
            ax.text(*at, text, ha="center", va="center", fontsize=9, color=color)

    box(0.3, 1.2, "Bruit $z$\n(tiré au hasard)", GREY, width=2.9)
    box(4.6, 1.2, "Générateur $G$\nfabrique", ORANGE)
    box(4.6, 4.9, "Données réelles\n$x$", BLUE)
    box(10.6, 3.1, "Discriminateur $D$\njuge", GREEN)
    box(15.2, 3.1, "$D(\\cdot)$ entre 0 et 1 :\nfaux ou réel ?", PURPLE, width=2.6)
    arrow((3.4, 1.95), (4.4, 1.95))
    arrow((8.2, 2.1), (10.4, 3.4), "faux $G(z)$", at=(9.6, 2.25))
    arrow((8.2, 5.6), (10.4, 4.4), "vrais $x$", at=(9.9, 5.4))
    arrow((14.2, 3.85), (15.0, 3.85))
    arrow((16.5, 4.8), (12.4, 4.8), "gradient qui corrige $D$", "--", 0.35, (14.5, 6.0), GREEN)
    through = "gradient qui traverse $D$ (figé) et corrige $G$"
    arrow((16.9, 2.9), (6.3, 1.0), through, "--", -0.22, (12.6, 0.25), ORANGE)
    figure.suptitle("Un GAN : deux réseaux qui apprennent l'un contre l'autre")
    return Picture(
        figure,
        "Schéma d'un GAN. Un bruit z entre dans le générateur G, qui fabrique un faux exemple G(z). Le "
        "discriminateur D reçoit tantôt un vrai exemple x, tantôt un faux, et rend un nombre entre 0 (faux) et 1 "
        "(réel). En pointillés, deux retours : le gradient qui corrige D, et celui qui traverse D, figé, pour "
        "corriger G.",
    )
