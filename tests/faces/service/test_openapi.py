"""What the API says of itself, and that it keeps to it: schemathesis asks a running service."""

import json
import urllib.request

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from tests.faces.service.running import running
from tests.faces.service.stage import A, B, ask, record, seen, service_on_twins

from tagwake.core.service_settings import ServiceSettings
from tagwake.faces.service.access import Access
from tagwake.faces.service.app import App
from tagwake.wiring.service import open_service

IMAGE = "registry.example:5000/team/app:1.2"


KEY = {"TAGWAKE_SECRET_KEY": "A" * 43 + "="}


def prepared(service):
    record(service, seen(IMAGE, 0, A), seen(IMAGE, 1500, B), seen(IMAGE, 3000, A, "import:csv"))
    return App(service, Access(service, is_loopback=True))


@pytest.fixture(scope="module")
def url():
    with running(prepared(service_on_twins())) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_url(request, tmp_path_factory):
    """The same on a database, which has limits of its own."""
    if request.param == "sqlite":
        place = {"TAGWAKE_STATE_DIR": str(tmp_path_factory.mktemp("state"))}
    else:
        place = {"TAGWAKE_DATABASE_URL": request.getfixturevalue("postgres_server").new_database()}
    with open_service({**place, **KEY}, ServiceSettings()) as service, running(prepared(service)) as url:
        yield url


@pytest.fixture(scope="module")
def document(url):
    with urllib.request.urlopen(f"{url}/openapi.json") as answer:
        return json.loads(answer.read())


def test_it_is_openapi_3_1_of_everything(document):
    assert document["openapi"].startswith("3.1")
    assert sorted(document["paths"]) == [
        "/api/dead-letters",
        "/api/events",
        "/api/first-seen",
        "/api/hints",
        "/api/history",
        "/api/imports",
        "/api/live",
        "/api/parked",
        "/api/releases",
        "/api/sources",
        "/api/sources/{kind}/{name}",
        "/api/sources/{kind}/{name}/refusals",
        "/api/subscriptions",
        "/api/subscriptions/{name}",
        "/api/subscriptions/{name}/attempts",
        "/api/subscriptions/{name}/replay",
        "/api/subscriptions/{name}/resume",
        "/api/subscriptions/{name}/revive",
        "/api/subscriptions/{name}/secret",
        "/api/subscriptions/{name}/stop",
        "/api/tags",
        "/api/tokens",
        "/api/tokens/{name}",
        "/api/watches",
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert {"400", "401", "403", "429", "503"} <= set(operation["responses"]), (method, path)
            for parameter in operation.get("parameters", ()):
                assert parameter["description"], (method, path, parameter["name"])


def test_every_schema_is_one(document):
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_it_keeps_to_what_it_says(document, url, method, mode):
    """Whatever is sent: no fault of ours, only documented statuses, types and shapes; what fits is taken, what does not is refused."""
    _try_all(document, url, method, mode, examples=10)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_it_keeps_to_that_on_a_database(document, kept_url, method):
    _try_all(document, kept_url, method, GenerationMode.POSITIVE, examples=5)


def _try_all(document, url, method, mode, *, examples):
    load_all_checks()
    asked = 0
    for path, methods in document["paths"].items():
        if method.lower() not in methods:
            continue
        operation = methods[method.lower()]
        if mode is GenerationMode.NEGATIVE and not ({"parameters", "requestBody"} & operation.keys()):
            continue  # there is nothing that could be wrong
        asked += 1
        schema = schemathesis.openapi.from_dict(document)
        operation = schema[path][method]
        _try(operation, url, mode, examples)
    assert asked


def _try(operation, url, mode, examples):
    from hypothesis import given

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        derandomize=True,
        database=None,
    )
    def attempt(case):
        case.query = {name: 0 if name == "wait" else value for name, value in (case.query or {}).items()}
        case.call_and_validate(base_url=url)

    attempt()


async def test_it_needs_a_token_as_soon_as_there_is_one(document):
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    app = prepared(service_on_twins())
    told = await ask(app, "/openapi.json")
    assert told.json["info"]["title"] == "tagwake"
