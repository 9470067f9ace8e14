import random
import sys
import types

import numpy as np
import pytest
import torch

from tp_gan import CourseError, training
from tp_gan.training import Run


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("TP_GAN_BUDGET", "TP_GAN_DATA"):
        monkeypatch.delenv(name, raising=False)


def gpu(monkeypatch, present):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)  # imported by the tests of the Keras sessions
    monkeypatch.setattr(torch.cuda, "is_available", lambda: present)


def test_budget_follows_the_machine(monkeypatch):
    gpu(monkeypatch, False)
    assert training.budget() == "cpu"
    gpu(monkeypatch, True)
    assert training.budget() == "gpu"


def test_tensorflow_is_asked_for_the_gpu_where_it_is_imported(monkeypatch):
    gpu(monkeypatch, False)
    config = types.SimpleNamespace(list_physical_devices=lambda kind: [kind])
    monkeypatch.setitem(sys.modules, "tensorflow", types.SimpleNamespace(config=config))
    assert training.budget() == "gpu"


def test_budget_follows_the_variable(monkeypatch):
    gpu(monkeypatch, True)
    for name in training.BUDGETS:
        monkeypatch.setenv("TP_GAN_BUDGET", f" {name.upper()} ")
        assert training.budget() == name
        assert training.by_budget(essai="essai", cpu="cpu", gpu="gpu") == name


def test_unknown_budget(monkeypatch):
    monkeypatch.setenv("TP_GAN_BUDGET", "rapide")
    with pytest.raises(CourseError, match="« rapide », un budget inconnu. Au choix : essai, cpu, gpu"):
        training.budget()


def test_a_missing_gpu_that_was_asked_for(monkeypatch):
    gpu(monkeypatch, False)
    monkeypatch.setenv("TP_GAN_BUDGET", "gpu")
    with pytest.raises(CourseError, match="aucun GPU n'est visible.*TP_GAN_BUDGET=cpu"):
        training.budget()
    with pytest.raises(CourseError, match="« cuda » est demandé, mais aucun GPU"):
        training.device("cuda")
    assert training.device().type == "cpu"


def test_set_seed_fixes_every_generator():
    def draw():
        return random.random(), np.random.rand(), float(torch.rand(()))  # noqa: NPY002

    training.set_seed(7)
    first = draw()
    training.set_seed(7)
    assert draw() == first
    training.set_seed(8)
    assert draw() != first


def test_setup_says_what_it_chose(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TP_GAN_BUDGET", "essai")
    training.setup(seed=5)
    said = capsys.readouterr().out
    assert "Budget : essai" in said
    assert "graine 5" in said
    assert "intégrées" in said
    monkeypatch.setenv("TP_GAN_DATA", str(tmp_path))
    training.setup()
    assert str(tmp_path) in capsys.readouterr().out


def test_run_counts_logs_and_keeps_snapshots():
    calls = []

    def sample():
        calls.append(torch.is_grad_enabled())
        return torch.full((4, 2), float(len(calls)), requires_grad=True)

    run = Run(50, sample=sample, snapshots=6)
    assert len(run) == 50
    steps = []
    for step in run:
        steps.append(step)
        run.log(loss_d=torch.tensor(1.0, requires_grad=True), loss_g=step)
    assert steps == list(range(50))
    assert run.history == {"loss_d": [1.0] * 50, "loss_g": [float(step) for step in range(50)]}
    # Squares of 0, 1/5 ... 1, times 50.
    assert [step for step, _ in run.snapshots] == [0, 2, 8, 18, 32, 50]
    assert run.snapshots[-1][1].shape == (4, 2)
    assert calls == [False] * 6


def test_run_starts_afresh_when_looped_over_again():
    run = Run(3, sample=lambda: np.zeros((1, 2)))
    for _ in range(2):
        for _ in run:
            run.log(loss=0.0)
    assert run.history == {"loss": [0.0] * 3}
    assert len(run.snapshots) == 4


def test_run_stops_at_the_first_nan():
    run = Run(5)
    run.log(loss_d=1.0)
    run.log(loss_d=1.0)
    with pytest.raises(CourseError, match="loss_d vaut nan à l'étape 2.*divergé"):
        run.log(loss_d=float("nan"))


def test_run_keeps_clouds_in_3d_and_the_first_pictures():
    for shape, kept in (((5, 3), (5, 3)), ((100, 1, 28, 28), (64, 1, 28, 28)), ((9, 3, 8, 8), (9, 3, 8, 8))):
        values = torch.rand(shape)
        run = Run(4, sample=lambda values=values: values, snapshots=3, view=False)
        for _ in run:
            assert run.snapshots[0][1].shape == kept
            values.zero_()  # what is kept does not change with it
        assert run.snapshots[0][1].any()
        assert not run.snapshots[1][1].any()
        assert run.snapshots[0][1].base is None


def test_random_numbers_of_a_sample_change_nothing_to_the_training():
    def draws(sample):
        training.set_seed(0)
        run = Run(5, sample=sample, view=False)
        return [(float(torch.rand(())), random.random(), np.random.rand()) for _ in run]  # noqa: NPY002

    assert draws(lambda: torch.randn(3, 2) + np.random.rand() + random.random()) == draws(None)  # noqa: NPY002


class OnGPU:
    """A loss that counts how often it is waited for."""

    is_cuda, read = True, 0

    def __init__(self, value):
        self.value = value

    def detach(self):
        return self

    clone = detach

    def reshape(self, shape):
        return self

    def double(self):
        return torch.tensor(self.value, dtype=torch.float64)


def test_losses_on_a_gpu_are_read_in_blocks(monkeypatch):
    stacks, stack = [], torch.stack
    monkeypatch.setattr(torch, "stack", lambda values: stacks.append(len(values)) or stack(values))
    run = Run(130, view=False)
    for step in run:
        run.log(loss_d=OnGPU(float(step)), loss_g=2.0)
    assert stacks == [100, 30]
    assert run.history == {"loss_d": [float(step) for step in range(130)], "loss_g": [2.0] * 130}
    run = Run(300, view=False)
    for value in [0.0] * 7 + [float("nan")] * 92:
        run.log(loss_d=OnGPU(value))
    with pytest.raises(CourseError, match="loss_d vaut nan à l'étape 7"):
        run.log(loss_d=OnGPU(0.0))


def test_run_needs_a_step():
    with pytest.raises(ValueError, match="au moins une étape"):
        Run(0)


def test_live_view_draws_within_its_share_of_the_time(monkeypatch):
    shown, clock = [], [0.0]
    monkeypatch.setattr(training.time, "perf_counter", lambda: clock[0])

    class View:
        def __init__(self, real, steps):
            pass

        def show(self, points, history, step, steps, remaining):
            clock[0] += 0.05
            shown.append(step)

    monkeypatch.setattr("tp_gan.plots.LiveView", View)
    run = Run(1000, view=True)
    for _ in run:
        clock[0] += 0.01
        run.log(loss=0.0)
    assert shown[-1] == 1000
    assert len(shown) >= 5
    assert 0.05 * len(shown) <= 0.05 * 1000 * 0.01
