import numpy as np
import pytest
import torch

from tp_gan import data, metrics


def test_energy_distance_of_two_points_is_twice_their_distance():
    assert metrics.energy_distance([[0.0, 0.0]], [[3.0, 4.0]]) == pytest.approx(10)


def test_energy_distance_in_one_dimension_is_the_area_between_distribution_functions():
    # Székely and Rizzo (2013): on the line it is 2 ∫ (F - G)². Here F - G = 1/2 on [0, 1] and 1/2 on [2, 3].
    assert metrics.energy_distance([[0.0], [2.0]], [[1.0], [3.0]]) == pytest.approx(2 * (0.25 + 0.25))


def test_energy_distance_is_zero_for_one_cloud_and_symmetric():
    x, y = data.circle(50, seed=1), data.two_moons(60)
    assert metrics.energy_distance(x, x) == pytest.approx(0, abs=1e-12)
    assert metrics.energy_distance(x, y) == pytest.approx(metrics.energy_distance(y, x))


def test_precision_and_recall_of_chosen_clouds():
    # With k = 1 on the integers, every ball has radius 1.
    real = np.arange(10.0)[:, None]
    assert metrics.precision_recall(real, real, k=1) == (1, 1)
    # All generated points near 0 and 1: plausible, and they cover little.
    near = np.array([[0.0], [0.1], [1.0], [1.1]])
    precision, recall = metrics.precision_recall(real, near, k=1)
    assert precision == 1
    assert recall == 0.2
    # Half of the generated points are far from every real one.
    far = np.concatenate([real, real + 1000])
    assert metrics.precision_recall(real, far, k=1) == (0.5, 1)


def test_radius_error():
    circle = data.circle(200)
    assert metrics.radius_error(circle) == pytest.approx(0, abs=1e-6)
    assert metrics.radius_error(3 * circle) == pytest.approx(2, abs=1e-5)
    assert metrics.radius_error(3 * circle, radius=2) == pytest.approx(1, abs=1e-5)


def test_angular_coverage():
    degrees = np.deg2rad(np.arange(360) + 0.5)
    turn = np.stack([np.cos(degrees), np.sin(degrees)], axis=1)
    assert metrics.angular_coverage(turn) == 1
    assert metrics.angular_coverage(turn[:90]) == 0.25
    assert metrics.angular_coverage(turn[:1]) == 1 / 36
    assert metrics.angular_coverage(turn[::2], sectors=4) == 1


def test_tensors_are_taken_as_they_are():
    x = torch.tensor(data.circle(20), requires_grad=True)
    assert metrics.radius_error(x) == pytest.approx(0, abs=1e-6)
    assert metrics.energy_distance(x, x) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: metrics.energy_distance(np.zeros(3), np.zeros((3, 2))), "forme"),
        (lambda: metrics.energy_distance(np.zeros((3, 2)), np.zeros((3, 3))), "coordonnées"),
        (lambda: metrics.energy_distance(np.zeros((0, 2)), np.zeros((3, 2))), "forme"),
        (lambda: metrics.radius_error([[np.nan, 0]]), "NaN"),
        (lambda: metrics.angular_coverage(np.zeros((5, 3))), "plan"),
        (lambda: metrics.precision_recall(np.zeros((3, 2)), np.zeros((9, 2))), "plus de k"),
    ],
)
def test_bad_points_are_refused_in_french(call, words):
    with pytest.raises(ValueError, match=words):
        call()
