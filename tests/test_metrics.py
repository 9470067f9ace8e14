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


def sample(n, d, seed):
    return np.random.default_rng(seed).standard_normal((n, d))


def with_moments(mean, covariance, n=50, seed=0):
    """Points whose sample mean and covariance are these, to rounding."""
    mean, covariance = np.asarray(mean, dtype=float), np.asarray(covariance, dtype=float)
    points = sample(n, len(mean), seed)
    points -= points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(points, rowvar=False))
    values_c, vectors_c = np.linalg.eigh(covariance)
    root = vectors_c * np.sqrt(values_c.clip(min=0)) @ vectors_c.T
    return mean + points @ (vectors / np.sqrt(values) @ vectors.T) @ root


def test_frechet_distance_of_equal_covariances_is_the_squared_distance_of_the_means():
    x = sample(40, 5, seed=0)
    shift = np.array([3, 0, 4, 0, 0])
    assert metrics.frechet_distance(x, x + shift) == pytest.approx(25)


def test_frechet_distance_of_diagonal_covariances_is_that_of_each_coordinate():
    # On the line: (m1 - m2)² + (s1 - s2)².
    x = with_moments([0, 1, 0], np.diag([1.0, 4.0, 9.0]), seed=1)
    y = with_moments([1, 1, 0], np.diag([4.0, 4.0, 0.25]), seed=2)
    assert metrics.frechet_distance(x, y) == pytest.approx(1 + (1 - 2) ** 2 + (3 - 0.5) ** 2)
    assert metrics.frechet_distance([[-1.0], [1.0]], [[8.0], [12.0]]) == pytest.approx(10**2 + 2 * (2 - 1) ** 2)


def test_frechet_distance_of_commuting_covariances_is_the_squared_distance_of_their_roots():
    axes = np.linalg.qr(sample(4, 4, seed=3))[0]
    a, b = np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 0.5, 0.0, 1.0])
    x = with_moments(np.zeros(4), axes * a @ axes.T, seed=4)
    y = with_moments(np.zeros(4), axes * b @ axes.T, seed=5)
    assert metrics.frechet_distance(x, y) == pytest.approx(((np.sqrt(a) - np.sqrt(b)) ** 2).sum())


def test_frechet_distance_of_covariances_that_do_not_commute():
    # In the plane, for M with eigenvalues ≥ 0: tr(M^(1/2)) = (tr M + 2 (det M)^(1/2))^(1/2); here M = C1 C2.
    c1, c2 = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 5.0]])
    product = c1 @ c2
    cross = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    x, y = with_moments([0, 0], c1, seed=6), with_moments([0, 0], c2, seed=7)
    assert metrics.frechet_distance(x, y) == pytest.approx(4 + 6 - 2 * cross)


def test_frechet_distance_of_singular_covariances():
    # Fewer points than coordinates, a constant coordinate, and a cloud that is a single point.
    x = sample(10, 30, seed=8)
    assert metrics.frechet_distance(x, x) == pytest.approx(0, abs=1e-6)
    assert metrics.frechet_distance(x, x + 2) == pytest.approx(30 * 4)
    x[:, 0] = 1
    assert metrics.frechet_distance(x, -x[::-1]) >= 0
    point = np.ones((5, 30))
    spread = np.cov(x, rowvar=False).trace()
    assert metrics.frechet_distance(x, point) == pytest.approx(((x.mean(axis=0) - 1) ** 2).sum() + spread)
    assert metrics.frechet_distance(1e3 * x, 1e3 * x) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_is_zero_for_one_cloud_symmetric_and_unchanged_by_a_rotation():
    x, y = sample(100, 8, seed=9), 2 * sample(80, 8, seed=10) @ sample(8, 8, seed=11) + 1
    distance = metrics.frechet_distance(x, y)
    assert metrics.frechet_distance(y, y) == pytest.approx(0, abs=1e-6)
    assert metrics.frechet_distance(y, x) == pytest.approx(distance)
    turn = np.linalg.qr(sample(8, 8, seed=12))[0]
    assert metrics.frechet_distance(x @ turn + 5, y @ turn + 5) == pytest.approx(distance)
    assert metrics.frechet_distance(3 * x, 3 * y) == pytest.approx(9 * distance)


def test_nearest_neighbours_of_chosen_points():
    references = np.array([[0.0, 0.0], [1.0, 1.0], [4.0, 0.0]])
    distances, indices = metrics.nearest_neighbours([[1.0, 0.5], [4.0, 1.0]], references)
    # The mean over two values of |1 - 1| + |0.5 - 1|, then of |4 - 4| + |1 - 0|.
    np.testing.assert_allclose(distances, [0.25, 0.5])
    np.testing.assert_array_equal(indices, [1, 2])
    distances, indices = metrics.nearest_neighbours([[1.0, 0.5]], references, k=3)
    np.testing.assert_allclose(distances, [[0.25, 0.75, 1.75]])
    np.testing.assert_array_equal(indices, [[1, 0, 2]])


def test_nearest_neighbours_of_pictures_are_those_of_all_pairs():
    # More queries than a batch holds; pictures of three channels.
    references, queries = sample(300, 48, seed=13), sample(230, 48, seed=14)
    queries[200:210] = references[50:60]
    expected = np.abs(queries[:, None] - references[None]).mean(axis=2)
    distances, indices = metrics.nearest_neighbours(
        torch.tensor(queries).view(-1, 3, 4, 4).requires_grad_(), references.reshape(-1, 3, 4, 4), k=2
    )
    assert distances.shape == indices.shape == (230, 2)
    assert (distances.dtype, indices.dtype) == (np.float64, np.int64)
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :2], rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(indices, np.argsort(expected, axis=1)[:, :2])
    np.testing.assert_array_equal(indices[200:210, 0], np.arange(50, 60))
    np.testing.assert_array_equal(distances[200:210, 0], 0)


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


@pytest.mark.parametrize(("columns", "frequency"), [(16, 3), (16, 8), (15, 7)])
def test_power_of_a_cosine_is_at_its_frequency(columns, frequency):
    wave = 0.5 + 0.8 * np.cos(2 * np.pi * frequency * np.arange(columns) / columns)
    power = metrics.power_spectrum(np.tile(wave, (4, 1, 12, 1)))
    frequencies = np.fft.fftshift(np.fft.fftfreq(columns))
    peaks = np.argwhere(power > 1e-12)
    assert {row for row, _ in peaks} == {6}
    assert np.unique(np.abs(frequencies[peaks[:, 1]])) == pytest.approx(frequency / columns)
    # The mean of a squared cosine is 1/2, but 1 at the Nyquist frequency, where it is ±1 at every pixel.
    assert power.sum() == pytest.approx(0.8**2 * (1 if 2 * frequency == columns else 0.5))


def test_power_spectrum_sums_to_the_variance():
    # Parseval's identity, for the two shapes of a batch and for each channel alike.
    images = torch.rand(5, 3, 7, 10, generator=torch.Generator().manual_seed(0))
    power = metrics.power_spectrum(images)
    assert power.shape == (7, 10)
    assert power[3, 5] == pytest.approx(0, abs=1e-15)
    assert power.sum() == pytest.approx(images.double().var(dim=(2, 3), correction=0).mean().item())
    assert metrics.power_spectrum(images.flatten(0, 1)) == pytest.approx(power)


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
        (lambda: metrics.frechet_distance(np.zeros((1, 2)), np.zeros((9, 2))), "x compte un seul point"),
        (lambda: metrics.frechet_distance(np.zeros((9, 2)), np.zeros((1, 2))), "y compte un seul point"),
        (lambda: metrics.frechet_distance(np.zeros((9, 2)), np.zeros((9, 3))), "coordonnées"),
        (lambda: metrics.frechet_distance(np.full((9, 2), np.inf), np.zeros((9, 2))), "infinies"),
        (lambda: metrics.nearest_neighbours(np.zeros((2, 3)), np.zeros((2, 4))), "même forme"),
        (lambda: metrics.nearest_neighbours(np.zeros((2, 3)), np.zeros((2, 3)), k=3), "k vaut 3"),
        (lambda: metrics.nearest_neighbours(np.zeros((2, 3)), np.zeros((2, 3)), k=0), "k vaut 0"),
        (lambda: metrics.nearest_neighbours(np.zeros((0, 3)), np.zeros((2, 3))), "queries a la forme"),
        (lambda: metrics.nearest_neighbours(np.zeros((2, 3)), np.zeros(2)), "references a la forme"),
        (lambda: metrics.nearest_neighbours([[np.nan]], [[1.0]]), "NaN"),
        (lambda: metrics.power_spectrum(np.zeros((8, 8))), "hauteur, largeur"),
        (lambda: metrics.power_spectrum(np.full((1, 1, 8, 8), np.nan)), "NaN"),
    ],
)
def test_bad_points_are_refused_in_french(call, words):
    with pytest.raises(ValueError, match=words):
        call()
