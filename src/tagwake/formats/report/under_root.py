"""A path of a report as it is seen from where the user stands."""


def under_root(root: str, path: str) -> str:
    """The path with the root that the user typed before it, where that adds something."""
    root = root.rstrip("/").removeprefix("./") if root != "/" else "/"
    if root in ("", "."):
        return path
    return f"{root if root != '/' else ''}/{path}"
