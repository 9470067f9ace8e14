"""What the executed solutions print: the quality that the course promises, at the cpu budget on the embedded digits.

When they are executed again (`make solutions`), worse pictures turn these tests red.
"""

import re

import pytest
from notebook_cells import read


def printed(name, pattern):
    """The numbers of the one line of this notebook's outputs that matches."""
    outputs = [output for cell in read(name).cells for output in cell.get("outputs", [])]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    (found,) = re.finditer(pattern, text)
    return [float(number.replace(",", ".")) for number in found.groups()]


FRECHET = {
    "04_mnist": r"votre distance ([\d.]+)",
    "05_mnist_conditionnel": r"(?m)^distance de Fréchet ([\d,]+) ±",
    "06_dcgan": r"distance de Fréchet ([\d,]+) ±",
}


def test_digits_get_better_from_session_to_session():
    distances = {name: printed(name, pattern)[0] for name, pattern in FRECHET.items()}
    assert distances["06_dcgan"] < distances["05_mnist_conditionnel"] < distances["04_mnist"] < 60


@pytest.mark.parametrize("name", ["04_mnist", "06_dcgan"])
def test_no_digit_is_missing(name):
    assert printed(name, r"hiffres présents \(au moins 2 % des images\) : (\d+) sur 10") == [10]


def test_the_digit_asked_for_is_drawn():
    mean, worst = printed("05_mnist_conditionnel", r"exactitude moyenne ([\d.]+), la pire ([\d.]+)")
    assert mean >= 0.95
    assert worst >= 0.85
