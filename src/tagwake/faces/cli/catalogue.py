"""The verbs that can be called: where each lives, and what it does in one sentence."""

VERBS: dict[str, tuple[str, str]] = {
    "status": (
        "tagwake.faces.cli.status",
        "Say what each pinned image is, and why: current, behind, held, broken.",
    ),
    "scan": ("tagwake.faces.cli.scan", "List every image reference in these files, with its place and form."),
    "pin": ("tagwake.faces.cli.pin", "Add the digest to image references that have none."),
    "update": (
        "tagwake.faces.cli.update",
        "Move pins to their tag's current digest, and touch nothing else.",
    ),
    "hold": (
        "tagwake.faces.cli.hold",
        "Never propose this digest again, with a reason and an optional end date.",
    ),
    "unhold": ("tagwake.faces.cli.unhold", "Propose a held digest again."),
    "log": ("tagwake.faces.cli.log", "Say where a tag has been: each move, when, and how that is known."),
    "digest": ("tagwake.faces.cli.digest", "Print the digest that a tag points to now."),
    "parse": ("tagwake.faces.cli.parse", "Print the parts of an image reference, or what is wrong with it."),
    "watch": ("tagwake.faces.cli.watch", "Say which tags the service follows, and list them."),
    "import": ("tagwake.faces.cli.import_", "Take over what others have recorded of tags."),
    "token": ("tagwake.faces.cli.token", "Say who may use the service, and what for."),
    "source": ("tagwake.faces.cli.source", "Say whose hooks the service takes, and see how they fare."),
    "subscription": (
        "tagwake.faces.cli.subscription",
        "Say who is told of events, and see how the deliveries go.",
    ),
    "serve": (
        "tagwake.faces.cli.serve",
        "Run the service: record where tags go, and serve their history to whoever asks.",
    ),
    "worker": ("tagwake.faces.cli.worker", "Work for the service from a process that answers nobody."),
    "demo": (
        "tagwake.faces.cli.demo",
        "Show status, update and the service on a sample code base, offline, in a minute.",
    ),
    "registry": ("tagwake.faces.cli.registry", "Serve an OCI registry on this machine, for tests and demos."),
    "completion": ("tagwake.faces.cli.completion", "Print the completion script for bash, zsh or fish."),
}
"""Name to module and sentence. A module has one command, named ``command``, and is imported when it is called."""

GROUPS: dict[str, tuple[str, ...]] = {
    "Look": ("status", "scan", "log", "digest", "parse"),
    "Change": ("update", "pin", "hold", "unhold"),
    "Serve": ("serve", "worker", "watch", "import", "token", "source", "subscription"),
    "Try": ("demo", "registry", "completion"),
}
"""The verbs as ``tagwake --help`` lists them."""

FIRST = ("status", "update", "pin", "digest", "demo")
"""The five verbs to start with."""
