import base64
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
ROLL = data.swiss_roll(40)
DIGITS = data.digits().images[:20]
LABELS = data.digits().labels[:20]
COLOURS = torch.linspace(-1, 1, 3 * 3 * 16 * 16).reshape(3, 3, 16, 16)
SEEDS = np.random.default_rng(0).uniform(0.5, 1, (5, 3))

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
    "images": lambda: plots.images(DIGITS, title="Vingt chiffres"),
    "images and what is known of them": lambda: plots.images(
        DIGITS, LABELS, 5, "Vingt chiffres", SEEDS.ravel()[:1].repeat(20)
    ),
    "images in colour": lambda: plots.images(COLOURS, title="Trois images en couleur"),
    "images without channels": lambda: plots.images(DIGITS[:, 0].numpy(), title="Vingt chiffres"),
    "class grid": lambda: plots.class_grid(DIGITS, LABELS, title="Une ligne par chiffre"),
    "image pairs": lambda: plots.image_pairs(
        DIGITS[:10], DIGITS[10:], distances=AXIS[:1].repeat(10), title="Dix paires"
    ),
    "spread": lambda: plots.spread(
        [1, 2, 4], {"a": SEEDS, "b": 2 * SEEDS}, "x", "y", "Cinq graines", logx=True, logy=True
    ),
    "spread over names": lambda: plots.spread(["p", "q", "r"], {"a": SEEDS}, "recette", "distance", "Cinq graines"),
    "measures": lambda: plots.measures(HISTORY, names={"loss_d": "D", "loss_g": "G"}),
    "measures now and then": lambda: plots.measures({"distance": [(0, 900), (50, 30), (100, 8)]}, log=True),
    "bars": lambda: plots.bars(
        [0.5, np.nan, 1], ["a", "b", "c"], "part", "Trois barres", [0.1, 0.1, 0], (0.3, "hasard")
    ),
    "spectrum": lambda: plots.spectrum({"réelles": DIGITS, "autres": DIGITS.flip(3)}, title="Deux spectres"),
    "points in space": lambda: plots.scatter3d(ROLL, 2 * ROLL, title="Deux rouleaux"),
    "diagram": plots.gan_diagram,
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_has_alternative_text_and_a_title(name):
    """A PNG, or a JPEG for photographs."""
    picture = PICTURES[name]()
    kind = "jpeg" if name == "images in colour" else "png"
    bundle, metadata = picture._repr_mimebundle_()
    assert len(picture.alt) > 30
    assert metadata[f"image/{kind}"]["alt"] == picture.alt
    assert Image.open(io.BytesIO(base64.b64decode(bundle[f"image/{kind}"]))).format == kind.upper()
    assert f'<img alt="{picture.alt.split(chr(39))[0]}' in bundle["text/html"]
    image = Image.open(io.BytesIO(picture._encoded()))
    assert image.format == kind.upper()
    assert image.width > 300
    assert picture.figure.get_suptitle()


@pytest.mark.parametrize("name", [name for name in PICTURES if name not in ("diagram", "points in space")])
def test_every_axis_is_named(name):
    for ax in PICTURES[name]().figure.axes:
        assert ax.get_ylabel() or (name == "spectrum" and not ax.get_yticks().size)
        assert ax.get_xlabel() or ax.get_label() == "<colorbar>"


def test_decisions_are_told_by_shape_as_well_as_colour():
    axes = plots.scatter(REAL, CLOUD, CLOUD[:, 0] > 0).figure.axes[1]
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"jugés réels", "jugés faux"}
    paths = [collection.get_paths()[0].vertices.tolist() for collection in axes.collections]
    assert paths[0] != paths[1]
    assert sum(len(collection.get_offsets()) for collection in axes.collections) == 20


def test_pixels_of_pictures_stay_exact_squares():
    checkerboard = torch.tensor([[1.0, -1.0], [-1.0, 1.0]]).repeat(5, 5)[None, None]
    page = np.asarray(Image.open(io.BytesIO(plots.images(checkerboard, title="Un damier")._encoded())).convert("L"))
    rows, columns = np.nonzero(page[34:] == 0)
    square = page[34 + rows.min() : 35 + rows.max(), columns.min() : 1 + columns.max()]
    scale = len(square) // 10
    assert scale > 4
    assert (square == 255 * (np.indices((10, 10)).sum(axis=0) % 2 == 0).repeat(scale, 0).repeat(scale, 1)).all()


def test_pictures_with_channels_last_or_in_bytes_are_the_same():
    expected = plots.images(DIGITS)._repr_mimebundle_()[0]["image/png"]
    last = DIGITS.permute(0, 2, 3, 1).numpy()
    for images in (last, torch.round((torch.from_numpy(last) + 1) * 127.5).to(torch.uint8).numpy()):
        assert plots.images(images)._repr_mimebundle_()[0]["image/png"] == expected


def test_losses_are_found_under_the_names_that_keras_sessions_give():
    plain = plots.losses({"loss_d": [1.0, 2.0], "loss_g": [3.0, 4.0]})
    keras = plots.losses({"d_loss": [1.0, 2.0], "d_acc": [0.0, 0.0], "g_loss": [3.0, 4.0]})
    assert plain.alt == keras.alt


def test_grids_of_a_hundred_digits_are_crisp_and_small():
    content = plots.images(data.digits().images[:100], title="Cent chiffres")._encoded()
    image = Image.open(io.BytesIO(content))
    assert 560 <= image.width <= 700
    assert len(content) < 60_000


def test_alternative_text_holds_the_numbers():
    assert "Grille de 20 images de 28 x 28 pixels" in plots.images(DIGITS).alt
    assert "Scores : 0,25 en moyenne" in plots.images(DIGITS, scores=torch.full((20,), 0.25)).alt
    assert "Classes sans image : 1, 2" in plots.class_grid(DIGITS[:3], [0, 3, 3]).alt
    assert (
        "de 0,10 à 0,30, 0,20 en médiane" in plots.image_pairs(DIGITS[:3], DIGITS[3:6], distances=[0.1, 0.2, 0.3]).alt
    )
    assert (
        "a, médianes 2,0 ; 5,0" in plots.spread([1, 2], {"a": [[1, 4], [2, 5], [9, 6]]}, "x", "y", "Trois graines").alt
    )
    assert "distance : 900 au début, 8,00 à la fin" in plots.measures({"distance": [(0, 900), (100, 8)]}).alt
    assert "a : 0,50 ; b : aucune valeur" in plots.bars([0.5, np.nan], "ab", "part", "Deux barres").alt
    assert "1 hors du cadre" in plots.scatter3d(ROLL, np.vstack([ROLL, [[99, 0, 0]]])).alt


def test_spectrum_tells_what_repeats_every_second_pixel():
    stripes = torch.tensor([1.0, -1.0]).repeat(8).expand(4, 1, 16, 16)
    assert "0,50 cycle par pixel : rayures : 100 %" in plots.spectrum({"rayures": stripes}).alt


def test_bands_of_a_spread_go_from_the_least_to_the_greatest():
    ax = plots.spread([1, 2], {"a": [[1, 4], [2, 5], [9, 6]]}, "x", "y", "Trois graines").figure.axes[0]
    assert ax.lines[0].get_ydata().tolist() == [2, 5]
    band = ax.collections[0].get_paths()[0].vertices
    assert {band[band[:, 0] == x, 1].max() for x in (1, 2)} == {9, 6}
    assert {band[band[:, 0] == x, 1].min() for x in (1, 2)} == {1, 4}
    assert len(ax.collections[1].get_offsets()) == 6


SAMPLES = {
    "plane": (REAL, CLOUD.numpy()),
    "plane alone": (None, CLOUD.numpy()),
    "space": (ROLL, 0.9 * ROLL),
    "space alone": (None, 0.9 * ROLL),
    "pictures": (DIGITS, DIGITS.flip(3).numpy()),
    "pictures alone": (None, DIGITS.flip(3).numpy()),
    "pictures in colour": (None, COLOURS.numpy()),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_animation_shows_the_snapshots(kind):
    """In a GIF, or in a WebP for pictures in colour."""
    real, sample = SAMPLES[kind]
    snapshots = [(step, sample * step / 40) for step in range(0, 50, 10)]
    picture = plots.animation(snapshots, real, milliseconds=500)
    image = Image.open(io.BytesIO(picture._encoded()))
    form = "webp" if kind == "pictures in colour" else "gif"
    assert image.format == form.upper()
    assert image.n_frames == 5
    assert f"image/{form};base64" in picture._repr_mimebundle_()[0]["text/html"]
    assert "étape 40" in picture.alt


def test_an_animation_of_large_pictures_shows_sixteen():
    large = np.zeros((64, 64, 64, 1))
    frames = [plots.animation([(0, large), (10, large[:n])])._encoded() for n in (64, 16)]
    assert frames[0] == frames[1]


def test_an_animation_of_pictures_is_small_and_ends_on_the_last_ones():
    draw = torch.Generator().manual_seed(0)
    digits = data.digits().images[:64]
    # From fog to digits, with the grain that a generator leaves.
    fog = [(0.1 + 0.3 * (1 - k / 39)) * torch.randn(digits.shape, generator=draw) for k in range(40)]
    snapshots = [(k, ((k / 39) * (digits + 1) - 1 + fog[k]).clamp(-1, 1).numpy()) for k in range(39)]
    picture = plots.animation([*snapshots, (39, digits.numpy())])
    assert len(picture._encoded()) < 700_000
    image = Image.open(io.BytesIO(picture._encoded()))
    image.seek(image.n_frames - 1)
    first = (np.asarray(image.convert("L"))[34 : 34 + 28, 12 : 12 + 28] / 127.5) - 1
    assert np.abs(first - digits[0, 0].numpy()).max() < 0.07  # half the step between two of 32 greys


def test_turn_is_a_gif_of_a_whole_turn():
    picture = plots.turn(ROLL, 0.9 * ROLL, title="Le rouleau tourne", frames=4)
    image = Image.open(io.BytesIO(picture._encoded()))
    assert (image.format, image.n_frames) == ("GIF", 4)
    assert "40 points réels et 40 points générés" in picture.alt


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plots.scatter(REAL, CLOUD, [True]), "1 valeurs pour 20 points"),
        (lambda: plots.decision_surface(np.zeros((2, 3)), AXIS, AXIS), "la grille demande"),
        (lambda: plots.animation([], REAL), "Aucun instantané"),
        (lambda: plots.animation([(0, np.zeros(3))]), "des points .* ou des images"),
        (lambda: plots.images(DIGITS * 255), "dans \\[-1, 1\\]"),
        (lambda: plots.images(DIGITS * torch.nan), "nan"),
        (lambda: plots.images(DIGITS.view(20, 2, 14, 28)), "2 canaux"),
        (lambda: plots.images(DIGITS.flatten(1)), "Forme \\(20, 784\\)"),
        (lambda: plots.images(DIGITS[:0]), "sont attendues"),
        (lambda: plots.images(DIGITS, [1, 2]), "labels compte 2 valeurs pour 20 images"),
        (lambda: plots.images(DIGITS, scores=[1.0]), "scores compte 1 valeurs pour 20 images"),
        (lambda: plots.class_grid(DIGITS, LABELS[:3]), "3 valeurs pour 20 images"),
        (lambda: plots.class_grid(DIGITS, LABELS + 1), "des entiers de 0 à 9"),
        (lambda: plots.image_pairs(DIGITS[:3], DIGITS[:4]), "vont par deux"),
        (lambda: plots.spread([1, 2], {"a": [[1, 2, 3]]}, "x", "y", "t"), "graines, 2"),
        (lambda: plots.curves(AXIS, {name: AXIS for name in "abcdefg"}, "x", "y", "t"), "7 courbes : au plus 6"),
        (lambda: plots.measures(HISTORY, names={"loss": "perte"}), "a noté loss_d, loss_g"),
        (lambda: plots.measures({}), "a noté rien"),
        (lambda: plots.bars([1, 2], ["a"], "y", "t"), "1 noms"),
        (lambda: plots.bars([1, 2], ["a", "b"], "y", "t", errors=[1]), "errors a la forme"),
        (lambda: plots.spectrum({"a": DIGITS, "b": COLOURS}), "la même taille"),
        (lambda: plots.scatter3d(REAL), "\\(n, 3\\)"),
        (lambda: plots.turn(ROLL, REAL), "\\(n, 3\\)"),
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


@pytest.mark.parametrize("kind", SAMPLES)
def test_live_view_shows_every_kind_of_sample(kind, monkeypatch):
    real, sample = SAMPLES[kind]
    pictures = []

    class Handle:
        update = pictures.append

    monkeypatch.setattr("IPython.display.display", lambda picture, display_id: pictures.append(picture) or Handle)
    view = plots.LiveView(real, 700)
    for step, shown in ((10, sample), (20, sample / 2), (30, None)):
        view.show(shown, HISTORY if step < 30 else {"loss_d": [9.0], "loss_g": [-1.0]}, step, 700, "00:05")
    first, second, _ = (np.asarray(Image.open(io.BytesIO(picture._encoded())).convert("L")) for picture in pictures)
    under_the_title = (slice(40, None), slice(0, view.figure.axes[-1].get_window_extent().x0.astype(int) - 60))
    assert (first[under_the_title] != second[under_the_title]).sum() > 50
    assert "étape 30" in pictures[2].alt
    assert "D 9,00, G -1,00" in pictures[2].alt
