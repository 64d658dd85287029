"""What the command line is given by whoever starts it: the verbs that start something of their own."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Starters:
    """Starters of verbs that run until they are done or told to stop; each gives an exit status.

    :param registry: serves the embedded registry.
    :param demo: plays the demo.
    """

    registry: Callable[..., int]
    demo: Callable[..., int]
