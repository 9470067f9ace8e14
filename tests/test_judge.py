import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tp_gan import CourseError, data, judge, metrics

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def digits():
    return data.digits("test")


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A path that the judge reads its weights from, in place of the package's."""
    path = tmp_path / "judge.npz"
    monkeypatch.setattr(judge, "WEIGHTS", path)
    judge.load.cache_clear()
    yield path
    judge.load.cache_clear()


def test_the_judge_reads_digits_that_it_was_not_trained_on(digits):
    # tools/judge.py prints this share, and that of the 2,000 held-out MNIST digits below.
    assert (judge.predict(digits.images) == digits.labels.numpy()).mean() >= 0.985
    assert np.min(judge.accuracy_by_class(digits.images, digits.labels)) >= 0.9


def test_the_judge_reads_mnist_digits_that_it_was_not_trained_on():
    folder = data.shared_folder()
    if folder is None or not list(folder.glob("**/t10k-images-idx3-ubyte*")):
        pytest.skip("MNIST's test split is not in TP_GAN_DATA")
    _, held = data.hold_out(data.mnist("test"))
    assert len(held.images) == 2000
    assert (judge.predict(held.images) == held.labels.numpy()).mean() >= 0.985


def test_features_logits_and_probabilities_agree(digits):
    images = digits.images[:50]
    features, probabilities = judge.features(images), judge.probabilities(images)
    assert features.shape == (50, 64)
    assert features.dtype == np.float64
    assert (features >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities.argmax(axis=1) == judge.predict(images)).all()
    logits = judge.load()[-1](torch.from_numpy(features).float())
    torch.testing.assert_close(logits, judge.load()(images), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(logits.softmax(1).double(), torch.from_numpy(probabilities), rtol=1e-4, atol=1e-6)


def test_a_picture_is_judged_the_same_alone_in_a_batch_and_as_an_array(digits):
    images = digits.images.repeat(2, 1, 1, 1)[:501]
    together = judge.features(images)
    np.testing.assert_allclose(judge.features(images[-1:]), together[-1:], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(judge.features(images.numpy()), together)
    np.testing.assert_allclose(judge.features(images.double()), together, rtol=1e-6)


def test_judging_changes_neither_the_random_draws_nor_the_gradient_mode(digits):
    judge.load.cache_clear()
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002
    before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    images = digits.images[:40].clone().requires_grad_()
    judge.frechet(images, images)
    assert torch.is_grad_enabled()
    assert images.grad is None
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(np.random.get_state()[1], numpy_before)  # noqa: NPY002
    with torch.no_grad():
        judge.predict(images)
        assert not torch.is_grad_enabled()


def test_the_judge_is_loaded_once_and_lets_gradients_reach_the_pictures(digits):
    assert judge.load() is judge.load()
    assert not judge.load().training
    images = digits.images[:2].clone().requires_grad_()
    judge.load()(images).sum().backward()
    assert images.grad.abs().sum() > 0
    assert all(value.grad is None for value in judge.load().parameters())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_gpu_judges_as_the_processor_does(digits):
    on_gpu = judge.features(digits.images.cuda())
    np.testing.assert_allclose(on_gpu, judge.features(digits.images), rtol=1e-3, atol=1e-3)


def test_frechet_of_real_pictures_is_near_its_floor_and_grows_with_what_is_wrong():
    train, test = data.digits("train"), data.digits("test")
    right = judge.frechet(train.images, test.images)
    # Measured: 9.7 ± 4.7 with a floor of 9.1; 75.3 without the digits 8 and 9.
    assert right.distance == pytest.approx(
        metrics.frechet_distance(judge.features(train.images), judge.features(test.images))
    )
    assert right.distance < 2 * right.floor
    assert right.standard_error > 0
    some = judge.frechet(train.images, test.images[test.labels < 8])
    assert some.distance > right.distance + right.standard_error
    noise = 2 * torch.rand(360, 1, 28, 28, generator=torch.Generator().manual_seed(0)) - 1
    assert judge.frechet(train.images, noise).distance > 20 * some.distance


def test_frechet_repeats_with_its_seed_and_is_zero_for_the_same_pictures(digits):
    half = digits.images[:180]
    assert judge.frechet(half, digits.images[180:], seed=1) == judge.frechet(half, digits.images[180:], seed=1)
    assert judge.frechet(half, half).distance == pytest.approx(0, abs=1e-6)


def test_the_floor_follows_the_sizes_compared():
    # The bias is in proportion to 1/n + 1/m: half as many generated pictures, from n = m, gives 3/2 of the floor.
    images = data.digits("train").images
    whole, half = judge.frechet(images, images), judge.frechet(images, images[: len(images) // 2])
    assert half.floor / whole.floor == pytest.approx(1.5, rel=0.001)


def test_frechet_is_told_in_french():
    assert str(judge.Frechet(12.34, 0.56, 2.0)) == "distance de Fréchet 12,3 ± 0,6 (plancher 2,0)"


def test_coverage_and_entropy_tell_how_many_digits_are_there():
    images, labels, _ = data.digits("train")
    assert judge.coverage(images) == 1
    assert judge.entropy(images) == pytest.approx(np.log(10), abs=0.01)
    assert judge.coverage(images[labels == 3]) == pytest.approx(0.1)
    assert judge.entropy(images[labels == 3]) < 0.2
    two = torch.cat([images[labels == 0][:100], images[labels == 6][:100]])
    assert judge.coverage(two) == pytest.approx(0.2)
    assert judge.entropy(two) == pytest.approx(np.log(2), abs=0.1)


def test_a_digit_is_covered_from_two_percent_on(monkeypatch):
    def read(counts):
        monkeypatch.setattr(judge, "predict", lambda images: np.repeat(np.arange(len(counts)), counts))
        return judge.coverage(None)

    assert read([98, 2]) == pytest.approx(0.2)
    assert read([99, 1]) == pytest.approx(0.1)
    assert read([10] * 10) == 1


def test_entropy_is_that_of_the_mean_distribution(monkeypatch):
    sure = np.eye(10)[[0, 1]]
    monkeypatch.setattr(judge, "probabilities", lambda images: sure)
    assert judge.entropy(None) == pytest.approx(np.log(2))
    monkeypatch.setattr(judge, "probabilities", lambda images: sure[:1])
    assert judge.entropy(None) == 0


def test_accuracy_by_class(monkeypatch):
    monkeypatch.setattr(judge, "predict", lambda images: np.array([0, 0, 1, 7]))
    share = judge.accuracy_by_class(None, torch.tensor([0, 1, 1, 9]))
    np.testing.assert_array_equal(share, [1.0, 0.5] + [np.nan] * 7 + [0.0])
    np.testing.assert_array_equal(judge.accuracy_by_class(None, [0, 1, 1, 1]), [1.0, 1 / 3] + [np.nan] * 8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda images: judge.features((images + 1) / 2), r"\[0, 1\]"),
        (lambda images: judge.predict(127.5 * (images + 1)), "255"),
        (lambda images: judge.predict(images.permute(0, 2, 3, 1)), "canaux"),
        (lambda images: judge.features(images.flatten(1)), "aplaties"),
        (lambda images: judge.features(images[:, :, :20, :20]), "28x28"),
        (lambda images: judge.coverage(images[:0]), "aucune"),
        (lambda images: judge.probabilities(images * torch.nan), "NaN"),
        (lambda images: judge.predict(list(images)), "list"),
        (lambda images: judge.frechet(images, images[:1]), "générées"),
        (lambda images: judge.frechet(images[:3], images), "vraies"),
        (lambda images: judge.accuracy_by_class(images, torch.zeros(3)), "étiquette"),
        (lambda images: judge.accuracy_by_class(images, torch.full((len(images),), 10)), "de 0 à 9"),
    ],
)
def test_bad_pictures_are_refused_in_french(digits, call, words):
    with pytest.raises(CourseError, match=words):
        call(digits.images[:10])


def test_the_weights_are_small_and_hold_no_object():
    assert judge.WEIGHTS.stat().st_size < 500_000
    with np.load(judge.WEIGHTS, allow_pickle=False) as stored:
        assert {stored[name].dtype for name in stored} == {np.dtype(np.float16)}


def _cut(stored):
    return stored[: len(stored) // 2]


def _flip(stored):
    # In the middle of the compressed weights: the archive's checksum fails.
    middle = len(stored) // 2
    return stored[:middle] + bytes(255 - byte for byte in stored[middle : middle + 20]) + stored[middle + 20 :]


@pytest.mark.parametrize("damage", [None, _cut, _flip, lambda stored: b"", lambda stored: b"version https://git-lfs"])
def test_missing_or_damaged_weights_are_told_in_french(weights, digits, damage):
    if damage is not None:
        weights.write_bytes(damage((ROOT / "src/tp_gan/judge.npz").read_bytes()))
    with pytest.raises(CourseError, match="judge.npz.*Réinstallez"):
        judge.predict(digits.images)


@pytest.mark.parametrize("change", ["name", "shape", "value", "object"])
def test_weights_of_another_network_are_refused(weights, digits, change):
    with np.load(ROOT / "src/tp_gan/judge.npz") as stored:
        state = dict(stored)
    last = list(state)[-1]
    if change == "name":
        del state[last]
    elif change == "shape":
        state[last] = state[last][:-1]
    elif change == "value":
        state[last] = np.full_like(state[last], np.nan)
    else:
        state[last] = np.array([None] * 10)
    np.savez(weights, **state)
    with pytest.raises(CourseError, match="judge.npz"):
        judge.predict(digits.images)


def test_a_reader_of_the_weights_finds_them_again_once_they_are_there(weights, digits):
    with pytest.raises(CourseError):
        judge.load()
    weights.write_bytes((ROOT / "src/tp_gan/judge.npz").read_bytes())
    assert judge.predict(digits.images[:3]).shape == (3,)


def test_batch_normalisation_is_folded_exactly_and_stored_whole(weights):
    specification = importlib.util.spec_from_file_location("tools_judge", ROOT / "tools/judge.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    torch.manual_seed(0)
    network = judge.architecture(normalised=True)
    images = torch.rand(64, 1, 28, 28) * 2 - 1
    network(images)  # running means and variances that are not 0 and 1
    network.eval()
    with torch.no_grad():
        torch.testing.assert_close(module.folded(network)(images), network(images), rtol=1e-4, atol=1e-5)
        module.store(module.folded(network), weights)
        torch.testing.assert_close(judge.load()(images), network(images), rtol=1e-2, atol=1e-2)
    assert [path.name for path in weights.parent.iterdir()] == ["judge.npz"]


def test_the_tool_says_in_french_what_it_needs():
    environment = {**os.environ, "TP_GAN_DATA": ""}
    command = [sys.executable, str(ROOT / "tools/judge.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "TP_GAN_DATA" in done.stderr
    assert "Traceback" not in done.stderr


def test_importing_the_judge_does_not_import_torch():
    code = "import sys, tp_gan.judge; assert 'torch' not in sys.modules and 'scipy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
