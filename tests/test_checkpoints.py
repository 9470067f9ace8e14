"""A training that is killed and started again is the same training; a file that is not its checkpoint harms nothing."""

import os
import pickle
import random
import re
import signal
import subprocess
import sys
import time
import types
import zipfile

import numpy as np
import pytest
import torch
from torch import nn

from tp_gan import CourseError, checkpoints, training
from tp_gan.fingerprints import digest

# Everything that a state may hide in: fused Adam, BatchNorm, Dropout, a scheduler, gradients left from the step
# before, and three random generators.
SCRIPT = """
import os, random, signal, sys
import numpy as np
import torch
from torch import nn
from tp_gan import training
from tp_gan.fingerprints import digest

def loss(scores, label):
    return nn.functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, label))

def train(folder, every, kill):
    torch.set_num_threads(1)
    training.set_seed(0)
    generator = nn.Sequential(nn.Linear(3, 16), nn.BatchNorm1d(16), nn.LeakyReLU(0.2), nn.Linear(16, 2))
    discriminator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(16, 1))
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=True)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer_g, [10, 60])
    own = torch.Generator().manual_seed(3)
    fixed = torch.randn(8, 3)
    parts = dict(generator=generator, discriminator=discriminator, optimizer_g=optimizer_g, optimizer_d=optimizer_d)
    checkpoint = training.Checkpoint("gan", every, folder, **parts, scheduler=scheduler, own=own) if folder else None
    replace, writes = os.replace, []

    def killed_while_it_writes(*arguments):
        writes.append(arguments)
        if len(writes) == kill.get("write"):
            os.kill(os.getpid(), signal.SIGKILL)
        replace(*arguments)

    os.replace = killed_while_it_writes
    steps, sample = [], lambda: generator(fixed)
    run = training.Run(80, sample=sample, snapshots=12, checkpoint=checkpoint)
    for step in run:
        steps.append(step)
        real = torch.randn(16, 2, generator=own) + np.random.rand() + random.random()
        optimizer_d.zero_grad()
        loss_d = loss(discriminator(real), 1.0) + loss(discriminator(generator(torch.randn(16, 3)).detach()), 0.0)
        loss_d.backward()
        optimizer_d.step()
        if len(steps) == kill.get("step"):
            os.kill(os.getpid(), signal.SIGKILL)
        if step % 4 == 0:  # gradients add up over four steps
            optimizer_g.zero_grad()
        loss_g = loss(discriminator(generator(torch.randn(16, 3))), 1.0)
        loss_g.backward()
        optimizer_g.step()
        scheduler.step()
        run.log(loss_d=loss_d, loss_g=loss_g)
    final = digest(
        [part.state_dict() for part in (generator, discriminator, optimizer_g, optimizer_d, scheduler)],
        run.history, run.snapshots, torch.rand(3), np.random.rand(3), random.random(), torch.rand(3, generator=own),
    )
    print(steps[0] if steps else None, final)

# Each training has a process of its own. Torch is loaded before, with all that a first optimizer imports.
torch.optim.Adam([nn.Parameter(torch.zeros(1))])
for job in eval(sys.argv[1]):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        train(*job)
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("status", os.waitstatus_to_exitcode(status))
"""


def trainings(*jobs):
    """What each training printed, and its exit status."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, repr(jobs)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    texts, numbers = zip(*re.findall(r"(.*?)status (-?\d+)\n", done.stdout, re.DOTALL), strict=True)
    assert set(numbers) <= {"0", str(-signal.SIGKILL)}, done.stderr
    return texts, [number == "0" for number in numbers]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="ce système n'a pas de fork")
def test_a_killed_training_ends_on_the_same_bits(tmp_path):
    """Killed in its 38th step and again ten steps later, between two writes, while it writes for the 30th time."""
    folders = [str(tmp_path / name) for name in ("step", "between", "write")]
    (expected, *_), ended = trainings(
        ("", 0.0, {}),
        (folders[0], 0.0, {"step": 38}),
        (folders[0], 0.0, {"step": 10}),
        (folders[1], 0.01, {"step": 61}),
        (folders[2], 0.0, {"write": 30}),
    )
    assert ended == [True] + [False] * 4
    expected = expected.split()[1]
    assert [len(list((tmp_path / name).glob(".*.tmp"))) for name in ("step", "between", "write")] == [0, 0, 1]
    (*said, finished), ended = trainings(
        (folders[0], 0.0, {}), (folders[1], 0.01, {}), (folders[2], 0.0, {}), (folders[0], 0.0, {})
    )
    assert ended == [True] * 4
    assert all(text.startswith("Reprise à l'étape") for text in said)
    assert [text.split()[-1] for text in said] == [expected] * 3
    resumed_at = [int(text.split()[-2]) for text in said]
    assert (resumed_at[0], resumed_at[2]) == (46, 29)
    assert 0 < resumed_at[1] < 61
    assert [path.name for path in sorted(tmp_path.glob("*/*")) if path.is_file()] == ["gan.pt"] * 3
    assert "Entraînement déjà terminé" in finished
    assert finished.split()[-2:] == ["None", expected]


# A small training in this process, written as a student's notebook is: the functions share its globals.
NOTEBOOK = """
import torch
from torch import nn
from tp_gan import training
scale, unused = 1.0, 0
counter = 0

class Scaled(nn.Module):
    def forward(self, x):
        return 2.0 * x

def criterion(scores):
    # a comment
    return scale * scores.square().mean()

def step_of(network, optimizer):
    global counter
    counter += 1
    optimizer.zero_grad()
    loss = criterion(network(torch.randn(4, width)))
    loss.backward()
    optimizer.step()
    return loss

def train(run, network, optimizer, batch_size=4):
    for step in run:
        if step == stop_at:
            return
        run.log(loss=step_of(network, optimizer))
"""
LAUNCH = """
training.set_seed(seed)
network = nn.Sequential(nn.Linear(width, width), activation, nn.Linear(width, 1), Scaled())
optimizer = torch.optim.Adam(network.parameters(), lr=lr)
checkpoint = training.Checkpoint("essai", 0, folder, network=network, optimizer=optimizer)
run = training.Run(steps, sample=lambda: network(torch.ones(2, width)), real=real, view=False, checkpoint=checkpoint)
train(run, network, optimizer)
"""
SETTINGS = {"seed": 0, "width": 3, "lr": 0.1, "steps": 6, "stop_at": None, "activation": nn.ReLU(), "real": None}


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    for name in ("TP_GAN_BUDGET", "TP_GAN_CHECKPOINTS"):
        monkeypatch.delenv(name, raising=False)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def launch(folder, changed=(), launch=LAUNCH, **settings):
    """The module of a notebook that was executed: its run has an attribute network and a run."""
    source = NOTEBOOK
    for old, new in [changed] if changed else []:
        assert source.count(old) == 1
        source = source.replace(old, new)
    notebook = types.ModuleType("__main__")
    vars(notebook).update(SETTINGS, folder=folder, **settings)
    exec(source, vars(notebook))
    exec(launch, vars(notebook))
    return notebook


def cut(folder, **settings):
    """A training of six steps left in its fourth."""
    notebook = launch(folder, changed=("step == stop_at", "step == (stop_at or [3])[0]"), stop_at=[3], **settings)
    assert len(notebook.run.history["loss"]) == 3


def result(notebook):
    return digest(notebook.network.state_dict(), notebook.optimizer.state_dict(), notebook.run.history)


# The lists of stop_at are no plain value: the cut training and the whole one have the same fingerprint.
WHOLE = {"changed": ("step == stop_at", "step == (stop_at or [3])[0]"), "stop_at": [-1]}


def test_a_loop_that_was_left_goes_on(tmp_path, capsys):
    expected = result(launch(None, **WHOLE, launch=LAUNCH.replace(", checkpoint=checkpoint", "")))
    cut(tmp_path)
    notebook = launch(tmp_path, **WHOLE)
    assert capsys.readouterr().out == (
        f"Reprise à l'étape 3 sur 6 ({tmp_path / 'essai.pt'}). Pour repartir de zéro, supprimez ce fichier.\n"
    )
    assert result(notebook) == expected
    assert [step for step, _ in notebook.run.snapshots] == list(range(7))
    # Once finished it is read, not trained again.
    again = launch(tmp_path, **WHOLE)
    assert "Entraînement déjà terminé : ses 6 étapes sont relues" in capsys.readouterr().out
    assert result(again) == expected
    assert again.counter == 0


def test_a_comment_or_a_blank_line_is_no_other_training(tmp_path, capsys):
    launch(tmp_path)
    launch(tmp_path, changed=("    # a comment\n", "\n\n\n    # another\n\n"))
    assert "déjà terminé" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"changed": ("scores.square()", "scores.abs()")}, "(code modifié)"),
        ({"changed": ("2.0 * x", "3.0 * x")}, "(code modifié)"),
        ({"changed": ("counter += 1", "counter += 2")}, "(code modifié)"),
        ({"changed": ("batch_size=4", "batch_size=5")}, "(autre valeur de batch_size)"),
        ({"changed": ("scale, unused = 1.0", "scale, unused = 2.0")}, "(autre valeur de scale)"),
        ({"launch": LAUNCH.replace("torch.ones(2", "torch.zeros(2")}, "(code modifié)"),
        ({"seed": 1}, "(autres poids de network au départ)"),
        ({"activation": nn.Tanh()}, "(autre réseau network)"),
        ({"width": 4}, "autre réseau network"),
        ({"lr": 0.2}, "(autres réglages de optimizer)"),
        ({"steps": 7}, "(autre nombre d'étapes)"),
        ({"real": np.zeros((5, 2))}, "(autres données réelles)"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_another_training_starts_at_zero(tmp_path, capsys, settings, reason):
    launch(tmp_path)
    old = (tmp_path / "essai.pt").read_bytes()
    notebook = launch(tmp_path, **settings)
    said = capsys.readouterr().out
    assert "vient d'un autre entraînement" in said
    assert reason in said
    assert "essai.ancien.pt" in said
    assert len(notebook.run.history["loss"]) == settings.get("steps", 6)
    assert (tmp_path / "essai.ancien.pt").read_bytes() == old
    assert len(list(tmp_path.iterdir())) == 2


def test_what_the_loop_does_not_read_is_no_setting(tmp_path, capsys):
    launch(tmp_path)
    launch(tmp_path, changed=("unused = 1.0, 0", "unused = 1.0, 1"))
    launch(tmp_path, changed=("counter = 0", "counter = 5"))
    assert capsys.readouterr().out.count("déjà terminé") == 2


class Harmful:
    def __reduce__(self):
        return (os.mkdir, (self.folder,))


def harmful(folder):
    thing = Harmful()
    thing.folder = str(folder)
    return thing


def unreadable(name, path, folder):
    content = path.read_bytes()
    if name == "pickle":
        path.write_bytes(pickle.dumps(harmful(folder)))
    elif name == "torch with code":
        torch.save({"format": "tp-gan", "version": 1, "step": harmful(folder)}, path)
    elif name == "old torch with code":
        torch.save(harmful(folder), path, _use_new_zipfile_serialization=False)
    elif name == "another torch file":
        torch.save({"weights": torch.ones(2)}, path)
    elif name == "another version":
        torch.save({**torch.load(path, weights_only=True), "version": 99}, path)
    elif name == "no history":
        torch.save({**torch.load(path, weights_only=True), "history": {"loss": 3}}, path)
    elif name == "no state":
        torch.save({**torch.load(path, weights_only=True), "parts": {"network": 3}}, path)
    elif name == "forged":
        saved = torch.load(path, weights_only=True)
        saved["parts"]["optimizer"]["state"]["param_groups"] = []
        torch.save(saved, path)
    elif name == "a changed bit":
        with zipfile.ZipFile(path) as archive:
            largest = max(archive.infolist(), key=lambda info: info.file_size)
            bits = archive.read(largest)
        place = content.index(bits) + len(bits) // 2
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    else:
        path.write_bytes(content[: {"empty": 0, "half": len(content) // 2, "one byte less": -1}[name]])


DAMAGES = ["empty", "half", "one byte less", "a changed bit", "pickle", "torch with code", "old torch with code"]
DAMAGES += ["another torch file", "another version", "no history", "no state"]


@pytest.mark.parametrize("name", [*DAMAGES, "forged"])
def test_an_unreadable_file_is_set_aside_and_runs_nothing(tmp_path, capsys, monkeypatch, name):
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    expected = result(launch(tmp_path))
    unreadable(name, tmp_path / "essai.pt", tmp_path / "ran")
    damaged = (tmp_path / "essai.pt").read_bytes()
    notebook = launch(tmp_path)
    said = capsys.readouterr().out
    assert "essai.pt ne se lit pas : " in said
    assert "Il est gardé sous le nom essai.illisible.pt, et l'entraînement part de zéro." in said
    assert result(notebook) == expected
    assert notebook.counter == 6
    assert (tmp_path / "essai.illisible.pt").read_bytes() == damaged
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", DAMAGES)
def test_restoring_an_unreadable_file_is_an_error(tmp_path, name):
    notebook = launch(tmp_path)
    unreadable(name, tmp_path / "essai.pt", tmp_path / "ran")
    with pytest.raises(CourseError, match="essai.pt ne se lit pas : .*Supprimez-le"):
        training.restore("essai", tmp_path, network=notebook.network)
    assert not (tmp_path / "ran").exists()


def test_restore_loads_the_parts_that_are_asked(tmp_path, monkeypatch):
    trained = launch(tmp_path)
    network = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 1), nn.Identity())
    progress = training.restore(tmp_path / "essai.pt", network=network)
    assert (progress.step, progress.steps, progress.history) == (6, 6, trained.run.history)
    assert [step for step, _ in progress.snapshots] == list(range(7))
    assert digest(network.state_dict()) == digest(trained.network.state_dict())
    monkeypatch.setenv("TP_GAN_CHECKPOINTS", str(tmp_path))
    assert training.restore("essai").step == 6
    assert training.restore("essai.pt").step == 6


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"network": nn.Linear(3, 3)}, r"autre modèle : network, où weight n'est pas dans le fichier"),
        (
            {"network": nn.Sequential(nn.Linear(4, 3))},
            r"0.weight est de forme \(3, 3\) dans le fichier et \(3, 4\) ici",
        ),
        ({"network": nn.Sequential(nn.Linear(3, 3))}, r"où 2.weight n'est que dans le fichier"),
        ({"generator": nn.Linear(3, 3)}, r"ne contient pas generator, mais network, optimizer"),
        ({"optimizer": torch.optim.Adam([nn.Parameter(torch.ones(9))])}, "autre modèle : optimizer"),
        ({"network": torch.ones(3)}, "autre modèle : network, qui n'y est pas de la même sorte"),
        ({"network": 3}, "network est de type int"),
    ],
)
def test_restoring_another_model_is_an_error(tmp_path, part, message):
    launch(tmp_path)
    before = digest([value.state_dict() if hasattr(value, "state_dict") else value for value in part.values()])
    with pytest.raises(CourseError, match=message):
        training.restore("essai", tmp_path, **part)
    assert before == digest([value.state_dict() if hasattr(value, "state_dict") else value for value in part.values()])


def test_optimizer_of_other_shapes_is_not_restored(tmp_path):
    launch(tmp_path)
    others = [nn.Parameter(torch.ones(size)) for size in (9, 3, 1, 1)]
    with pytest.raises(CourseError, match=r"paramètre 0 est de forme \(3, 3\) dans le fichier et \(9,\) ici"):
        training.restore("essai", tmp_path, optimizer=torch.optim.Adam(others))


def test_restoring_a_missing_file_lists_those_there(tmp_path):
    launch(tmp_path)
    with pytest.raises(CourseError, match=r"Il n'y a pas de point de reprise .*dcgan.pt. Dans ce dossier : essai\."):
        training.restore("dcgan", tmp_path)
    with pytest.raises(CourseError, match="Dans ce dossier : aucun"):
        training.restore(tmp_path / "absent" / "dcgan.pt")


@pytest.mark.parametrize("failing", ["os.replace", "os.fsync", "torch.save"])
def test_a_write_that_fails_leaves_the_old_file_and_the_training(tmp_path, capsys, monkeypatch, failing):
    cut(tmp_path)
    old = (tmp_path / "essai.pt").read_bytes()
    capsys.readouterr()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failing, full)
    notebook = launch(tmp_path, **WHOLE)
    said = capsys.readouterr().out
    assert len(notebook.run.history["loss"]) == 6
    assert said.count("Point de reprise") == 1
    assert "disque plein" in said or failing == "torch.save"
    assert "L'entraînement continue" in said
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("essai.pt", old)]


def test_a_folder_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert len(launch(tmp_path / "file").run.history["loss"]) == 6
    assert capsys.readouterr().out.count("Point de reprise non écrit") == 1


def test_a_state_that_could_not_be_read_back_is_told_at_once(tmp_path, capsys):
    class Part:
        def state_dict(self):
            return {"code": Part}

        def load_state_dict(self, state):
            pass

    run = training.Run(3, checkpoint=training.Checkpoint("a", 0, tmp_path, part=Part()))
    assert list(run) == [0, 1, 2]
    assert capsys.readouterr().out.count("Point de reprise impossible") == 1
    assert list(tmp_path.iterdir()) == []


def test_where_files_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "points_de_reprise"

    def files():
        for path in home.parent.rglob("*.pt"):
            yield str(path.relative_to(tmp_path))
            path.unlink()

    launch(None)
    assert list(files()) == ["points_de_reprise/essai.pt"]
    for value in ("", "0", " Non "):
        monkeypatch.setenv("TP_GAN_CHECKPOINTS", value)
        launch(None)
        assert list(files()) == []
    monkeypatch.setenv("TP_GAN_CHECKPOINTS", str(tmp_path / "ailleurs"))
    launch(None)
    assert list(files()) == ["ailleurs/essai.pt"]
    # A trial writes nothing, whatever the variable, but where it is told.
    monkeypatch.setenv("TP_GAN_BUDGET", "essai")
    launch(None)
    assert list(files()) == []
    launch(tmp_path / "dit")
    assert list(files()) == ["dit/essai.pt"]
    assert capsys.readouterr().out == ""


def test_on_colab_files_go_to_drive(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setattr(checkpoints, "DRIVE", tmp_path / "MyDrive")
    launch(None)
    assert 'drive.mount("/content/drive")' in capsys.readouterr().out
    assert (tmp_path / "points_de_reprise" / "essai.pt").exists()
    (tmp_path / "MyDrive").mkdir()
    launch(None)
    assert capsys.readouterr().out == ""
    assert (tmp_path / "MyDrive" / "tp-gan" / "essai.pt").exists()


def test_checkpoint_refuses_what_it_could_not_keep():
    part = nn.Linear(1, 1)
    for name in ("a/b", "", "..", "a\\b", 3):
        with pytest.raises(CourseError, match="Le nom d'un point de reprise"):
            training.Checkpoint(name, part=part)
    with pytest.raises(CourseError, match="ne garde rien"):
        training.Checkpoint("a")
    with pytest.raises(CourseError, match="generator est de type int"):
        training.Checkpoint("a", generator=3)
    with pytest.raises(CourseError, match="generator est de type type"):
        training.Checkpoint("a", generator=nn.Linear)


def test_tensors_and_generators_are_parts(tmp_path):
    mean, own = torch.zeros(2), torch.Generator().manual_seed(1)

    def go(stop):
        run = training.Run(4, checkpoint=training.Checkpoint("a", 0, tmp_path, mean=mean, own=own))
        for step in run:
            if step == int(stop.item()):
                break
            mean.add_(torch.randn(2, generator=own))

    go(torch.tensor(9))
    expected = mean.clone()
    (tmp_path / "a.pt").unlink()
    for stop in (2, 9):
        mean.zero_()
        own.manual_seed(1)
        go(torch.tensor(stop))
    assert torch.equal(mean, expected)


def test_writes_are_spaced(tmp_path, monkeypatch):
    clock, written = [0.0], []
    monkeypatch.setattr(checkpoints, "time", types.SimpleNamespace(monotonic=lambda: clock[0]))

    def slow(path, content):
        clock[0] += 0.5
        written.append(step)

    monkeypatch.setattr(checkpoints, "write_whole", slow)
    run = training.Run(1000, checkpoint=training.Checkpoint("a", 30.0, tmp_path, network=nn.Linear(1, 1)))
    for step in run:  # noqa: B007
        clock[0] += 1.0
    # The first after 30 s; then half a second is 1 % of 50 s; and the last step.
    assert written[:3] == [29, 79, 129]
    assert written[-1] == 999
    assert 0.5 * len(written) <= 0.0101 * clock[0] + 0.5


def test_the_loop_may_be_behind_a_progress_bar(tmp_path, capsys):
    from tqdm import tqdm

    for scale in (1.0, 1.0, 2.0):
        for _ in tqdm(
            training.Run(2, checkpoint=training.Checkpoint("a", 0, tmp_path, a=torch.ones(1))), disable=False
        ):
            float(scale)
    assert capsys.readouterr().out.count("déjà terminé") == 2  # scale is a local variable, not an argument


def test_random_states_come_back():
    def draw():
        return random.random(), np.random.rand(), float(torch.rand(()))  # noqa: NPY002

    states = checkpoints.random_states()
    first = draw()
    checkpoints.set_random_states(states)
    assert draw() == first


@pytest.mark.skipif(not torch.cuda.is_available(), reason="il faut un GPU")
def test_a_training_on_a_gpu_goes_on(tmp_path, capsys):
    def go(stop):
        training.set_seed(0)
        network = nn.Linear(3, 1, device="cuda")
        optimizer = torch.optim.Adam(network.parameters(), fused=True)
        run = training.Run(300, checkpoint=training.Checkpoint("a", 0, tmp_path, network=network, optimizer=optimizer))
        for step in run:
            if step in stop:
                break
            loss = network(torch.randn(5, 3, device="cuda")).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.log(loss=loss)
        return digest(network.state_dict(), run.history, torch.rand(3, device="cuda"))

    whole = go([])
    (tmp_path / "a.pt").unlink()
    go([130])
    assert go([]) == whole
    assert "Reprise à l'étape 130 sur 300" in capsys.readouterr().out


def test_time_of_one_write(tmp_path):
    """2.5 million parameters and their Adam averages: 30 MB, well under 1 % of 30 s (about 0.1 s here)."""
    networks = {name: nn.Linear(1000, 1250) for name in ("generator", "discriminator")}
    optimizers = {f"optimizer_{name}": torch.optim.Adam(network.parameters()) for name, network in networks.items()}
    for name, network in networks.items():
        network(torch.ones(1, 1000)).sum().backward()
        optimizers[f"optimizer_{name}"].step()
    checkpoint = training.Checkpoint("large", 30.0, tmp_path, **networks, **optimizers)
    assert list(training.Run(1, checkpoint=checkpoint)) == [0]
    start = time.perf_counter()
    checkpoint.write(
        training.Progress(1, 1, {"loss": [0.0] * 10_000}, [(0, np.zeros((64, 1, 28, 28), np.float32))] * 40)
    )
    seconds = time.perf_counter() - start
    size = (tmp_path / "large.pt").stat().st_size / 1e6
    print(f"{size:.0f} MB in {seconds:.3f} s")
    assert seconds < 3
