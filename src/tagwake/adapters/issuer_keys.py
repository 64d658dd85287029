"""Asks issuers of identity tokens for their keys, through the guard: who sends a hook chooses no address."""

from yarl import URL

from tagwake.adapters.http import HEADERS, Http, Request, host_of, read_url
from tagwake.core.errors import InvalidHook
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.webhook.discovery import MAX_BYTES, WELL_KNOWN, read_keys_address


class HttpIssuerKeys:
    """Keys as issuers publish them (:class:`tagwake.ports.issuer_keys.IssuerKeys`)."""

    def __init__(self, http: Http, ca: str | None = None) -> None:
        """:param ca: PEM file with authorities to trust beside the system's."""
        self._http, self._ca = http, ca

    async def fetch(self, issuer: str) -> bytes | Unresolved:
        """See :meth:`tagwake.ports.issuer_keys.IssuerKeys.fetch`."""
        if not issuer.startswith("https://"):
            return Unresolved(
                Failure.UNSUPPORTED, f"the issuer {issuer} is asked over TLS only: write https://"
            )
        document = await self._get(f"{issuer.rstrip('/')}{WELL_KNOWN}", issuer)
        if isinstance(document, Unresolved):
            return document
        try:
            address = read_keys_address(document, issuer)
        except InvalidHook as error:
            return Unresolved(Failure.GARBAGE, f"what {issuer} says of its keys cannot be used: {error}")
        return await self._get(address, issuer)

    async def _get(self, text: str, issuer: str) -> bytes | Unresolved:
        try:
            url = read_url(text)
        except ValueError:
            return Unresolved(Failure.GARBAGE, f"what {issuer} names as the place of its keys is no URL")
        answer = await self._http.ask(self._request(url))
        if isinstance(answer, Unresolved):
            return answer
        if answer.status != 200:
            return Unresolved(
                Failure.SERVER, f"the issuer {issuer} answers {answer.status} when asked for its keys"
            )
        return answer.body

    def _request(self, url: URL) -> Request:
        return Request(
            host_of(url),
            url,
            {**HEADERS, "Accept": "application/json"},
            limit=MAX_BYTES,
            ca=self._ca,
            guarded=True,
            peer="issuer of tokens",
        )
