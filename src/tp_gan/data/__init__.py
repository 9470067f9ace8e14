"""Jeux de données des TP : points reproductibles, chiffres et vêtements en 28x28 ; dossier de données partagé."""

from tp_gan.data.pictures import Pictures, check_pictures, digits, fashion_mnist, handwritten, hold_out, mnist
from tp_gan.data.points import circle, swiss_roll, two_moons
from tp_gan.data.sources import shared_folder

__all__ = [
    "Pictures",
    "check_pictures",
    "circle",
    "digits",
    "fashion_mnist",
    "handwritten",
    "hold_out",
    "mnist",
    "shared_folder",
    "swiss_roll",
    "two_moons",
]
