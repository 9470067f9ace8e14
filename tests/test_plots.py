import io

import numpy as np
import pytest
import torch
from PIL import Image

from tp_gan import data, plots

REAL = data.circle(30)
CLOUD = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
HISTORY = {"loss_d": list(np.linspace(1.5, 1.3, 700)), "loss_g": list(np.linspace(0.6, 0.8, 700))}
AXIS = np.linspace(-2, 2, 9)

PICTURES = {
    "scatter of one cloud": lambda: plots.scatter(REAL),
    "scatter": lambda: plots.scatter(REAL, CLOUD),
    "scatter with decisions": lambda: plots.scatter(REAL, CLOUD, CLOUD[:, 0] > 0),
    "gallery before the data": lambda: plots.gallery({"a": CLOUD, "b": REAL}, REAL, title="Deux nuages"),
    "gallery": lambda: plots.gallery({"a": CLOUD, "b": REAL, "c": REAL, "d": CLOUD}, title="Quatre nuages"),
    "losses": lambda: plots.losses(HISTORY),
    "losses and their equilibrium": lambda: plots.losses(HISTORY, equilibrium=True),
    "curves": lambda: plots.curves(AXIS, {"carré": AXIS**2}, "x", "y", title="Une courbe"),
    "decision surface": lambda: plots.decision_surface(np.outer(AXIS, AXIS) / 9 + 0.5, AXIS, AXIS, REAL, CLOUD),
    "diagram": plots.gan_diagram,
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_a_png_with_alternative_text_and_a_title(name):
    picture = PICTURES[name]()
    bundle, metadata = picture._repr_mimebundle_()
    assert len(picture.alt) > 30
    assert metadata["image/png"]["alt"] == picture.alt
    assert f'<img alt="{picture.alt.split(chr(39))[0]}' in bundle["text/html"]
    image = Image.open(io.BytesIO(picture._encoded()))
    assert image.format == "PNG"
    assert image.width > 300
    assert picture.figure.get_suptitle()


@pytest.mark.parametrize("name", [name for name in PICTURES if name != "diagram"])
def test_every_axis_is_named(name):
    for ax in PICTURES[name]().figure.axes:
        assert ax.get_ylabel()
        assert ax.get_xlabel() or ax.get_label() == "<colorbar>"


def test_decisions_are_told_by_shape_as_well_as_colour():
    axes = plots.scatter(REAL, CLOUD, CLOUD[:, 0] > 0).figure.axes[1]
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"jugés réels", "jugés faux"}
    paths = [collection.get_paths()[0].vertices.tolist() for collection in axes.collections]
    assert paths[0] != paths[1]
    assert sum(len(collection.get_offsets()) for collection in axes.collections) == 20


def test_animation_is_a_gif_of_the_snapshots():
    snapshots = [(step, REAL * step / 10) for step in range(0, 50, 10)]
    picture = plots.animation(snapshots, REAL, milliseconds=500)
    image = Image.open(io.BytesIO(picture._encoded()))
    assert image.format == "GIF"
    assert image.n_frames >= 5
    assert "image/gif;base64" in picture._repr_mimebundle_()[0]["text/html"]
    assert "étape 40" in picture.alt


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plots.scatter(REAL, CLOUD, [True]), "1 valeurs pour 20 points"),
        (lambda: plots.decision_surface(np.zeros((2, 3)), AXIS, AXIS), "la grille demande"),
        (lambda: plots.animation([], REAL), "Aucun instantané"),
    ],
)
def test_bad_input_is_refused_in_french(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_picture_is_saved(tmp_path):
    plots.scatter(REAL).save(tmp_path / "cercle.png")
    assert Image.open(tmp_path / "cercle.png").format == "PNG"


def test_live_view_shows_then_updates_one_output(monkeypatch):
    shown, pictures = [], []

    class Handle:
        def update(self, picture):
            shown.append(("update", picture.alt))
            pictures.append(picture._encoded())

    def display(picture, display_id):
        shown.append(("display", picture.alt))
        pictures.append(picture._encoded())
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    view = plots.LiveView(REAL, 700)
    view.show(CLOUD.numpy(), HISTORY, 10, 700, "00:05")
    view.show(None, {}, 700, 700, "00:00")
    assert shown[0][0] == "display"
    assert "étape 10 sur 700, encore 00:05" in shown[0][1]
    assert "D 1,30" in shown[0][1]
    assert shown[1] == ("update", "Suivi de l'entraînement, étape 700 sur 700.")
    assert pictures[0] != pictures[1]
