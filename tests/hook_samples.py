"""A good delivery of every kind of source, made up by the descriptions of their formats, and what it comes to."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tagwake.core.digest import Digest
from tagwake.core.hint import Hint
from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.hook_source import HookSource

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECRET = "correct horse battery staple"
TOKEN = "aPathTokenThatNobodyGuesses"
DIGEST = "sha256:" + "a1" * 32
OTHER = "sha256:" + "b2" * 32
INDEX = "application/vnd.oci.image.index.v1+json"
GROUP = "0123456789abcdef0123456789abcdef01234567"
REPO_UIDP = f"{GROUP}/0123456789abcdef"
SERVICE_ACCOUNT = "pusher@shop.iam.gserviceaccount.example"


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def signature(body: bytes, algorithm: str = "sha256", secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def key_set() -> str:
    """The public keys `rsa` and `ec`."""
    public = (
        {**jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key().public_key(), as_dict=True), "kid": "rsa"},
        {**jwt.algorithms.ECAlgorithm.to_jwk(ec_key().public_key(), as_dict=True), "kid": "ec"},
    )
    return json.dumps({"keys": [{**key, "use": "sig"} for key in public]})


def bearer(claims: Mapping[str, object], *, algorithm: str = "RS256", kid: str | None = None) -> str:
    key = rsa_key() if algorithm == "RS256" else ec_key()
    kid = kid or ("rsa" if algorithm == "RS256" else "ec")
    return f"Bearer {jwt.encode(dict(claims), key, algorithm=algorithm, headers={'kid': kid})}"


def claims_for(body: bytes, **others: object) -> dict[str, object]:
    """Claims of a token of Chainguard's for a body."""
    return {
        "iss": "https://issuer.example",
        "aud": "customer",
        "sub": f"webhook:{GROUP}",
        "exp": int(NOW.timestamp()) + 300,
        "webhook": {"digest": f"sha256:{hashlib.sha256(body).hexdigest()}"},
        **others,
    }


def google_claims(**others: object) -> dict[str, object]:
    """Claims of a token of Pub/Sub's."""
    return {
        "iss": "https://accounts.google.example",
        "aud": "https://tagwake.example/hooks/gar/main",
        "sub": "1234567890",
        "email": SERVICE_ACCOUNT,
        "email_verified": True,
        "exp": int(NOW.timestamp()) + 300,
        **others,
    }


@dataclass(frozen=True, slots=True)
class Sample:
    """A delivery that is good, and what it comes to.

    :param proof: the headers (or none, where the path has a token) that prove where it comes from.
    """

    source: HookSource
    body: bytes
    proof: Mapping[str, str]
    hints: tuple[Hint, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None

    @property
    def path(self) -> str:
        end = "" if self.token is None else f"/{self.token}"
        return f"/hooks/{self.source.kind}/{self.source.name}{end}"

    @property
    def all_headers(self) -> dict[str, str]:
        return {**self.headers, **self.proof}


def _source(kind: str, login: HookLogin, registry: str | None = None, name: str = "main") -> HookSource:
    return HookSource(kind, name, login, registry)


def _hint(
    kind: str,
    image: str,
    delivery: str,
    at: datetime | None = None,
    digest: str | None = DIGEST,
    *,
    name: str = "main",
    deleted: bool = False,
) -> Hint:
    registry, _, rest = image.partition("/")
    repository, _, tag = rest.partition(":")
    claimed = None if digest is None else Digest.parse(digest)
    return Hint(registry, repository, tag or None, kind, name, delivery, at, claimed, deleted)


def _fingerprint(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def distribution(kind: str = "distribution") -> Sample:
    blob = {"mediaType": "application/octet-stream", "digest": OTHER, "repository": "team/app"}
    target = {"mediaType": INDEX, "digest": DIGEST, "size": 708, "repository": "team/app", "tag": "1.2"}
    event = {"timestamp": "2026-03-09T14:44:26.402973972-08:00", "request": {"host": "reg.example:5000"}}
    body = encoded(
        {
            "events": [
                {"id": "e1", "action": "push", "target": blob, **event},
                {"id": "e2", "action": "push", "target": {**target, "tag": ""}, **event},
                {"id": "e3", "action": "push", "target": target, **event},
                {"id": "e4", "action": "pull", "target": target, **event},
                {"id": "e5", "action": "delete", "target": {"repository": "team/app", "tag": "old"}, **event},
            ]
        }
    )
    at = datetime(2026, 3, 9, 22, 44, 26, 402973, tzinfo=UTC)
    return Sample(
        _source(kind, SharedHeader("authorization", (SECRET,))),
        body,
        {"authorization": SECRET},
        (
            _hint(kind, "reg.example:5000/team/app:1.2", "e3", at),
            _hint(kind, "reg.example:5000/team/app:old", "e5", at, None, deleted=True),
        ),
        {"content-type": "application/vnd.docker.distribution.events.v2+json"},
    )


def harbor() -> Sample:
    resource = {"digest": DIGEST, "tag": "latest", "resource_url": "hub/proj/app:latest"}
    untagged = {"digest": OTHER, "tag": OTHER, "resource_url": f"hub/proj/app@{OTHER}"}
    body = encoded(
        {
            "type": "PUSH_ARTIFACT",
            "occur_at": 1_770_000_000,
            "operator": "admin",
            "event_data": {
                "resources": [resource, untagged],
                "repository": {"name": "app", "namespace": "proj", "repo_full_name": "proj/app"},
            },
        }
    )
    at = datetime(2026, 2, 2, 2, 40, tzinfo=UTC)
    return Sample(
        _source("harbor", SharedHeader("authorization", (SECRET,)), "hub.example"),
        body,
        {"authorization": SECRET},
        (_hint("harbor", "hub.example/proj/app:latest", _fingerprint(body), at),),
        {"content-type": "application/json"},
    )


def harbor_cloud_event() -> Sample:
    body = encoded(
        {
            "specversion": "1.0",
            "id": "ce-1",
            "source": "/projects/1/webhook/policies/3",
            "type": "harbor.artifact.pushed",
            "datacontenttype": "application/json",
            "time": "2026-03-06T06:08:43Z",
            "data": {
                "resources": [{"digest": DIGEST, "tag": "latest"}],
                "repository": {"name": "app", "namespace": "proj", "repo_full_name": "proj/app"},
            },
        }
    )
    at = datetime(2026, 3, 6, 6, 8, 43, tzinfo=UTC)
    return Sample(
        _source("harbor", SharedHeader("authorization", (SECRET,)), "hub.example", "events"),
        body,
        {"authorization": SECRET},
        (_hint("harbor", "hub.example/proj/app:latest", "ce-1", at, name="events"),),
        {"content-type": "application/cloudevents+json"},
    )


def dockerhub() -> Sample:
    body = encoded(
        {
            "callback_url": "https://registry.hub.example/u/shop/app/hook/",
            "push_data": {"pushed_at": 1_770_000_000, "pusher": "x", "tag": "latest"},
            "repository": {"repo_name": "shop/app", "name": "app", "namespace": "shop"},
        }
    )
    at = datetime(2026, 2, 2, 2, 40, tzinfo=UTC)
    return Sample(
        _source("dockerhub", PathToken((TOKEN,))),
        body,
        {},
        (_hint("dockerhub", "docker.io/shop/app:latest", _fingerprint(body), at, None),),
        token=TOKEN,
    )


def github() -> Sample:
    body = encoded(
        {
            "action": "published",
            "registry_package": {
                "namespace": "Shop/app",
                "name": "app",
                "ecosystem": "docker",
                "package_type": "docker",
                "owner": {"login": "Shop"},
                "package_version": {
                    "version": DIGEST,
                    "package_url": "ghcr.io/Shop/app:1.2",
                    "container_metadata": {
                        "tag": {"name": "1.2", "digest": DIGEST},
                        "manifest": {"digest": OTHER, "media_type": INDEX},
                    },
                },
                "registry": {"type": "CONTAINER"},
            },
        }
    )
    return Sample(
        _source("github", BodySignature((SECRET,))),
        body,
        {"x-hub-signature-256": f"sha256={signature(body)}"},
        (_hint("github", "ghcr.io/shop/app:1.2", "72d3162e"),),
        {"x-github-event": "registry_package", "x-github-delivery": "72d3162e"},
    )


def quay() -> Sample:
    body = encoded(
        {
            "repository": "shop/app",
            "namespace": "shop",
            "name": "app",
            "docker_url": "quay.example/shop/app",
            "updated_tags": ["latest", "1.2"],
        }
    )
    return Sample(
        _source("quay", PathToken((TOKEN,))),
        body,
        {},
        (
            _hint("quay", "quay.example/shop/app:latest", _fingerprint(body), None, None),
            _hint("quay", "quay.example/shop/app:1.2", _fingerprint(body), None, None),
        ),
        token=TOKEN,
    )


def acr() -> Sample:
    body = encoded(
        {
            "id": "acr-1",
            "timestamp": "2026-11-17T16:52:01.343145347Z",
            "action": "push",
            "target": {"mediaType": INDEX, "digest": DIGEST, "repository": "app", "tag": "v1"},
            "request": {"id": "r", "host": "shop.azurecr.example", "method": "PUT"},
        }
    )
    at = datetime(2026, 11, 17, 16, 52, 1, 343145, tzinfo=UTC)
    return Sample(
        _source("acr", SharedHeader("x-tagwake", (SECRET,))),
        body,
        {"x-tagwake": SECRET},
        (_hint("acr", "shop.azurecr.example/app:v1", "acr-1", at),),
    )


def ecr() -> Sample:
    body = encoded(
        {
            "version": "0",
            "id": "ecr-1",
            "detail-type": "ECR Image Action",
            "source": "aws.ecr",
            "account": "123456789012",
            "time": "2026-11-16T01:54:34Z",
            "region": "us-west-2",
            "resources": [],
            "detail": {
                "result": "SUCCESS",
                "repository-name": "app",
                "image-digest": DIGEST,
                "action-type": "PUSH",
                "image-tag": "latest",
            },
        }
    )
    at = datetime(2026, 11, 16, 1, 54, 34, tzinfo=UTC)
    return Sample(
        _source("ecr", BasicLogin("robot", (SECRET,))),
        body,
        {"authorization": basic("robot", SECRET)},
        (_hint("ecr", "123456789012.dkr.ecr.us-west-2.amazonaws.com/app:latest", "ecr-1", at),),
    )


def pushed_message(change: Mapping[str, str]) -> bytes:
    data = base64.b64encode(encoded(change)).decode()
    message = {"data": data, "messageId": "7", "publishTime": "2026-01-01T00:00:00Z"}
    return encoded({"message": message, "subscription": "projects/shop/subscriptions/tagwake"})


def gar() -> Sample:
    image = "us-docker.pkg.example/shop/images/app"
    body = pushed_message({"action": "INSERT", "digest": f"{image}@{DIGEST}", "tag": f"{image}:1.1"})
    at = datetime(2026, 1, 1, tzinfo=UTC)
    login = IdentityToken(
        "https://accounts.google.example",
        "https://tagwake.example/hooks/gar/main",
        SERVICE_ACCOUNT,
        key_set(),
    )
    return Sample(
        _source("gar", login),
        body,
        {"authorization": bearer(google_claims())},
        (_hint("gar", f"{image}:1.1", "7", at),),
    )


def zot() -> Sample:
    body = encoded(
        {
            "specversion": "1.0",
            "id": "zot-1",
            "source": "zotregistry.dev",
            "type": "zotregistry.image.updated",
            "time": "2026-03-06T06:08:43.5Z",
            "data": {"name": "team/app", "reference": "1.2", "digest": DIGEST, "mediaType": INDEX},
        }
    )
    at = datetime(2026, 3, 6, 6, 8, 43, 500_000, tzinfo=UTC)
    return Sample(
        _source("zot", BasicLogin("zot", (SECRET,)), "zot.example"),
        body,
        {"authorization": basic("zot", SECRET)},
        (_hint("zot", "zot.example/team/app:1.2", "zot-1", at),),
        {"content-type": "application/cloudevents+json"},
    )


def jfrog() -> Sample:
    body = encoded(
        {
            "domain": "docker",
            "event_type": "pushed",
            "subscription_key": "k",
            "jpd_origin": "https://shop.jfrog.example",
            "data": {
                "repo_key": "docker-local",
                "event_type": "pushed",
                "path": "library/ubuntu/latest/list.manifest.json",
                "name": "list.manifest.json",
                "sha256": DIGEST.removeprefix("sha256:"),
                "size": 1206,
                "image_name": "library/ubuntu",
                "tag": "latest",
            },
        }
    )
    return Sample(
        _source("jfrog", BodySignature((SECRET,)), "shop.jfrog.example"),
        body,
        {"x-jfrog-event-auth": signature(body)},
        (_hint("jfrog", "shop.jfrog.example/docker-local/library/ubuntu:latest", _fingerprint(body)),),
    )


def nexus() -> Sample:
    body = json.dumps(
        {
            "timestamp": "2026-03-10T23:57:49.664+0000",
            "nodeId": "n",
            "initiator": "admin/127.0.0.1",
            "repositoryName": "docker-hosted",
            "action": "CREATED",
            "component": {"id": "c", "format": "docker", "name": "team/app", "version": "1.2"},
        },
        separators=(",", ":"),
    ).encode()
    at = datetime(2026, 3, 10, 23, 57, 49, 664_000, tzinfo=UTC)
    return Sample(
        _source("nexus", BodySignature((SECRET,)), "nexus.example:8082"),
        body,
        {"x-nexus-webhook-signature": signature(body, "sha1")},
        (_hint("nexus", "nexus.example:8082/team/app:1.2", "nx-1", at, None),),
        {"x-nexus-webhook-id": "rm:repository:component", "x-nexus-delivery": "nx-1"},
    )


def gitlab() -> Sample:
    return distribution("gitlab")


def gitea(kind: str = "gitea") -> Sample:
    body = encoded(
        {
            "action": "created",
            "repository": None,
            "package": {
                "id": 4,
                "owner": {"login": "Shop"},
                "type": "container",
                "name": "app",
                "version": "1.2",
                "html_url": "http://forge.example:3000/Shop/-/packages/container/app/1.2",
                "created_at": "2026-03-06T06:08:43Z",
            },
        }
    )
    at = datetime(2026, 3, 6, 6, 8, 43, tzinfo=UTC)
    return Sample(
        _source(kind, BodySignature((SECRET,))),
        body,
        {
            f"x-{kind}-signature": signature(body),
            "x-hub-signature": "sha1=0000",
            "x-hub-signature-256": f"sha256={signature(body)}",
        },
        (_hint(kind, "forge.example:3000/shop/app:1.2", "g-1", at, None),),
        {f"x-{kind}-event": "package", f"x-{kind}-delivery": "g-1"},
    )


def forgejo() -> Sample:
    return gitea("forgejo")


def chainguard() -> Sample:
    body = encoded(
        {
            "actor": {"subject": "x"},
            "body": {
                "repository": "shop.example/app",
                "repo_id": REPO_UIDP,
                "tag": "latest",
                "digest": DIGEST,
                "tag_previous_digest": OTHER,
                "type": "manifest",
                "when": "2026-08-20T20:16:31.303999",
                "display_name": "app",
                "error": {"code": "", "message": "", "status": 0},
            },
        }
    )
    at = datetime(2026, 8, 20, 20, 16, 31, 303_999, tzinfo=UTC)
    login = IdentityToken("https://issuer.example", "customer", f"webhook:{GROUP}", key_set())
    return Sample(
        _source("chainguard", login),
        body,
        {"authorization": bearer(claims_for(body), algorithm="ES256")},
        (_hint("chainguard", "cgr.dev/shop.example/app:latest", "cg-1", at),),
        {
            "ce-id": "cg-1",
            "ce-type": "dev.chainguard.registry.push.v1",
            "ce-source": "cgr.dev",
            "ce-subject": REPO_UIDP,
            "ce-specversion": "1.0",
        },
    )


SAMPLES = (
    distribution,
    harbor,
    harbor_cloud_event,
    dockerhub,
    github,
    quay,
    acr,
    ecr,
    gar,
    zot,
    jfrog,
    nexus,
    gitlab,
    gitea,
    forgejo,
    chainguard,
)
"""A maker of each."""
