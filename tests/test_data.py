import numpy as np
import pytest
from scipy.stats import kstest

from tp_gan import CourseError, data


def test_circle_has_radius_one_and_uniform_angles():
    points = data.circle(5000, seed=3)
    assert points.shape == (5000, 2)
    assert points.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=1e-6)
    turns = np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) + 0.5
    assert kstest(turns, "uniform").pvalue > 1e-6


@pytest.mark.parametrize(
    ("make", "dimension", "n"), [(data.circle, 2, 100), (data.two_moons, 2, 1000), (data.swiss_roll, 3, 2000)]
)
def test_default_size_and_seed(make, dimension, n):
    points = make()
    assert points.shape == (n, dimension)
    assert points.dtype == np.float32
    np.testing.assert_array_equal(points, make(seed=0))
    assert not np.array_equal(points, make(seed=1))


def test_two_moons_without_noise_lie_on_two_half_circles():
    points = data.two_moons(200, noise=0)
    upper = np.abs(np.linalg.norm(points, axis=1) - 1) < 1e-5
    lower = np.abs(np.linalg.norm(points - [1, 0.5], axis=1) - 1) < 1e-5
    assert (upper | lower).all()
    assert upper.sum() >= 100
    assert lower.sum() >= 100


def test_swiss_roll_without_noise_is_a_spiral():
    x, _, z = data.swiss_roll(300, noise=0).T
    # (x, z) = t (cos t, sin t): the distance to the axis is the angle, up to whole turns.
    turns = (np.hypot(x, z) - np.arctan2(z, x)) / (2 * np.pi)
    np.testing.assert_allclose(turns, np.rint(turns), atol=1e-4)


def test_shared_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("TP_GAN_DATA", raising=False)
    assert data.shared_folder() is None
    monkeypatch.setenv("TP_GAN_DATA", str(tmp_path))
    assert data.shared_folder() == tmp_path


def test_shared_folder_that_is_no_folder(monkeypatch, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("x")
    for path in (file, tmp_path / "absent"):
        monkeypatch.setenv("TP_GAN_DATA", str(path))
        with pytest.raises(CourseError, match="n'est pas un dossier"):
            data.shared_folder()
