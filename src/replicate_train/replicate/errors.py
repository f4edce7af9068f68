"""What Replicate's answers mean when they are errors, or when there are none.

    ReplicateError
    ├── Unreachable         no connection was made: the request surely did nothing
    │   └── NotAllowed      by a proxy, or without a certificate that is trusted
    ├── AnswerLost          the request went out, and its answer never came
    ├── MalformedResponse   an answer that is not what the API documents
    ├── Damaged             an upload that arrived with other bytes
    ├── Redirected          an answer that leads elsewhere
    └── Refused             an answer with an error status
        ├── BadRequest        400        ├── NotFound    404    ├── Invalid      422
        ├── Unauthenticated   401        ├── Conflict    409    ├── Throttled    429
        ├── NoCredit          402        ├── TooLarge    413    └── ServerError  5xx
        └── Forbidden         403        └── (any other status is a plain Refused)

The words for each status are here; what a status means at one endpoint (a 404 for a
destination, say) is explained by the module that sent the request.
"""

from collections.abc import Sequence
from typing import ClassVar

from replicate_train.diagnostics.errors import ActionError


class ReplicateError(ActionError):
    """Replicate failed or refused.

    `transient`: a later try may help, if it is allowed. `repeatable`: a try within minutes may.
    """

    title = "Replicate API error"
    transient = False
    repeatable = True  # if it is transient
    retry_after: float | None = None  # seconds that the service asked to wait


class Unreachable(ReplicateError):
    """No connection was made, so the request surely did nothing."""

    title = "Cannot reach Replicate"
    transient = True


class NotAllowed(Unreachable):
    """Likewise, and only a change of settings helps: a proxy refuses, or TLS has no trust.

    `transient`, because settings of a network may change while a training is followed.
    """

    repeatable = False


class AnswerLost(ReplicateError):
    """The request went out and no answer came: what it did is not known."""

    title = "No answer from Replicate"
    transient = True

    def __init__(self, what: str, *, why: str = "", fix: str = "", timed_out: bool = False) -> None:
        super().__init__(what, why=why, fix=fix)
        self.timed_out = timed_out  # it took too long, so it may still arrive


class MalformedResponse(ReplicateError):
    """The answer is not JSON, or not of the documented shape."""

    title = "Response from Replicate not readable"
    transient = True


class Damaged(ReplicateError):
    """An upload arrived with other bytes than were sent."""

    title = "Upload damaged"
    transient = True


class Redirected(ReplicateError):
    """The answer leads to another address, to which the token must not go."""

    title = "Replicate API redirects"


class Refused(ReplicateError):
    """An error status; `detail` and `fields` are the service's own words.

    `fields` holds a line for each field that the service named.
    """

    title = "Replicate refused the request"
    cause: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(
        self,
        request: str,
        status: int,
        detail: str,
        fields: Sequence[str] = (),
        *,
        retry_after: float | None = None,
    ) -> None:
        said = f": {detail}" if detail else ""
        why, fix = self._advice(request)
        super().__init__(
            f"{request} answered {status}{said}",
            why=why,
            fix=fix,
            details=[field for field in fields if field not in detail],
        )
        self.request = request
        self.status = status
        self.detail = detail
        self.fields = tuple(fields)
        self.retry_after = retry_after
        self.transient = status in _TRANSIENT or status >= 500  # noqa: PLR2004 - HTTP's own border

    @property
    def words(self) -> str:
        """All words of the service, in lower case, to search for known refusals."""
        return " ".join([self.detail, *self.fields]).lower()

    def _advice(self, _request: str) -> tuple[str, str]:
        """Return why a request was refused, and how to fix it."""
        return self.cause, self.remedy


class BadRequest(Refused):
    """400."""

    cause = "Replicate could not read the request."
    remedy = "Check the inputs that it names. If they are right, report a bug of this action."


class Unauthenticated(Refused):
    """401."""

    title = "API token not valid"
    cause = "Replicate does not accept the token in `api-token`."
    remedy = (
        "Create a token at https://replicate.com/account/api-tokens, store it as a repository "
        "secret, and pass it as `api-token: ${{ secrets.REPLICATE_API_TOKEN }}`. Secrets are "
        "empty in pull requests from forks."
    )


class NoCredit(Refused):
    """402."""

    title = "No credit on Replicate"
    cause = "The token's account has no credit left, or no billing."
    remedy = "Add credit or a payment method at https://replicate.com/account/billing."


class Forbidden(Refused):
    """403."""

    title = "Permission denied"
    cause = "The token is valid, but its account does not have this permission."
    remedy = "Use a token of the account or organization that owns the model."


class NotFound(Refused):
    """404."""

    title = "Not found on Replicate"
    cause = "It does not exist, or the token's account cannot see it."
    remedy = "Check the spelling, and that the token belongs to the right account."

    def _advice(self, request: str) -> tuple[str, str]:
        if request == "GET /account":
            fix = "Every token has an account, so check `api-url`: Replicate's ends with /v1."
            return self.cause, fix
        return super()._advice(request)


class Conflict(Refused):
    """409."""

    title = "Already exists on Replicate"
    cause = "It conflicts with something that already exists."
    remedy = "Choose another name."


class TooLarge(Refused):
    """413."""

    title = "Upload too large"
    cause = "Replicate accepts files of less than 100 MB."
    remedy = "Host the dataset elsewhere and pass its https:// URL as `dataset`."


class Invalid(Refused):
    """422; also used by Replicate for an account that has to set up payment first."""

    title = "Replicate refused an input"
    cause = "Replicate does not accept a value that was sent."
    remedy = "Change the value that it names."


class Throttled(Refused):
    """429."""

    title = "Rate limit reached"
    cause = "The account sent too many requests. With little credit the limit is 6 per minute."
    remedy = "Re-run the job later, run fewer jobs at once, or add credit."


class ServerError(Refused):
    """5xx."""

    title = "Replicate error"
    cause = "Replicate, or a gateway before it, failed. The request may have had its effect."
    remedy = "See https://www.replicatestatus.com and re-run the job later."

    def _advice(self, request: str) -> tuple[str, str]:
        if request.startswith("GET "):  # which has no effect
            return "Replicate, or a gateway before it, failed.", self.remedy
        return super()._advice(request)


_TRANSIENT = frozenset({408, 425, 429})  # and every status from 500 up
BY_STATUS: dict[int, type[Refused]] = {
    400: BadRequest,
    401: Unauthenticated,
    402: NoCredit,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    422: Invalid,
    429: Throttled,
}


def refusal(
    request: str,
    status: int,
    detail: str,
    fields: Sequence[str] = (),
    retry_after: float | None = None,
) -> Refused:
    """Return the error that belongs to an HTTP status."""
    fallback = ServerError if status >= 500 else Refused  # noqa: PLR2004 - HTTP's own border
    kind = BY_STATUS.get(status, fallback)
    return kind(request, status, detail, fields, retry_after=retry_after)
