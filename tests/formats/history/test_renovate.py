import json

from tests.formats.history.folded import DIGESTS, at

from tagwake.formats.history import renovate
from tagwake.formats.history.renovate import Release


def test_the_shape_of_a_custom_datasource():
    releases = (Release("1.2", DIGESTS[0], at(1500)), Release("1.3", DIGESTS[1], None))
    data = renovate.encode(releases)
    assert json.loads(data) == {
        "releases": [
            {"version": "1.2", "releaseTimestamp": "2026-01-01T00:00:01.500Z", "digest": str(DIGESTS[0])},
            {"version": "1.3", "digest": str(DIGESTS[1])},
        ]
    }
    assert renovate.decode(data) == releases


def test_a_release_without_a_digest_is_none_of_ours():
    assert renovate.decode(b'{"releases":[{"version":"1"}]}') == ()
