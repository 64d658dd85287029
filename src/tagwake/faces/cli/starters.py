"""What the command line is given by whoever starts it: the verbs that start something of their own."""

from collections.abc import Callable


class Starters:
    """Starters of verbs that run until they are done or told to stop; each gives an exit status.

    :param registry: serves the embedded registry.
    :param demo: plays the demo.
    :param serve: runs the service.
    :param work: runs a process that works for the service, and answers nobody.
    """

    def __init__(
        self,
        registry: Callable[..., int],
        demo: Callable[..., int],
        serve: Callable[..., int],
        work: Callable[..., int],
    ) -> None:
        self.registry = registry
        self.demo = demo
        self.serve = serve
        self.work = work
