"""What Replicate's answers mean when they are errors, or when there are none.

    ReplicateError
    ├── Unreachable         no connection was made: the request surely did nothing
    ├── AnswerLost          the request went out, and its answer never came
    ├── MalformedResponse             an answer that is not what the API documents
    ├── Damaged             an upload that arrived with other bytes
    ├── Redirected          an answer that leads elsewhere
    └── Refused             an answer with an error status
        ├── BadRequest        400        ├── NotFound    404    ├── Invalid      422
        ├── Unauthenticated   401        ├── Conflict    409    ├── Throttled    429
        ├── NoCredit          402        ├── TooLarge    413    └── ServerError  5xx
        └── Forbidden         403        └── (any other status is a plain Refused)

The words for each status are here; what a status means at one endpoint (a 404 for a
destination, say) is told by the module that asked.
"""

from collections.abc import Sequence
from typing import ClassVar

from replicate_train.diagnostics.errors import ActionError


class ReplicateError(ActionError):
    """The service's doing. `transient`: asking again may help, if it may be asked again."""

    title = "Replicate's API failed"
    transient = False
    retry_after: float | None = None  # seconds that the service asked to wait


class Unreachable(ReplicateError):
    """No connection was made, so the request surely did nothing."""

    title = "Replicate's API cannot be reached"
    transient = True


class AnswerLost(ReplicateError):
    """The request went out and no answer came: what it did is not known."""

    title = "Replicate's API did not answer"
    transient = True
    timed_out = False  # it took too long, so it may still arrive


class MalformedResponse(ReplicateError):
    """The answer is no JSON, or not of the documented shape."""

    title = "Replicate's API answered something unreadable"
    transient = True


class Damaged(ReplicateError):
    """An upload arrived with other bytes than were sent."""

    title = "The upload arrived damaged"
    transient = True


class Redirected(ReplicateError):
    """The answer leads to another address, to which the token must not go."""

    title = "Replicate's API answered with a redirect"


class Refused(ReplicateError):
    """An error status; `detail` and `fields` are the service's own words.

    `fields` holds a line for each field that the service named.
    """

    title = "Replicate's API refused the request"
    cause: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(self, request: str, status: int, detail: str, fields: Sequence[str] = ()) -> None:
        said = f": {detail}" if detail else ""
        super().__init__(
            f"{request} was answered with {status}{said}",
            why=self.cause,
            fix=self.remedy,
            details=[field for field in fields if field not in detail],
        )
        self.request = request
        self.status = status
        self.detail = detail
        self.fields = tuple(fields)
        self.transient = status in _TRANSIENT or status >= 500  # noqa: PLR2004 - HTTP's own border

    @property
    def words(self) -> str:
        """All that the service said, in lower case, for telling refusals apart."""
        return " ".join([self.detail, *self.fields]).lower()


class BadRequest(Refused):
    """400."""

    cause = "Replicate could not make sense of the request."
    remedy = "Check the inputs it names; if they look right, this is a defect of the action."


class Unauthenticated(Refused):
    """401."""

    title = "The API token is not valid"
    cause = "Replicate does not know the token in api-token."
    remedy = (
        "Make a token at https://replicate.com/account/api-tokens, save it as a secret of this "
        "repository, and pass it as api-token: ${{ secrets.REPLICATE_API_TOKEN }}. Secrets are "
        "empty in pull requests from forks."
    )


class NoCredit(Refused):
    """402."""

    title = "No credit at Replicate"
    cause = "The account behind the token has no credit left."
    remedy = "Add credit or a payment method at https://replicate.com/account/billing."


class Forbidden(Refused):
    """403."""

    title = "The API token may not do this"
    cause = "The token is valid, and its account has no right to this."
    remedy = "Use a token of the account or organization that owns the model."


class NotFound(Refused):
    """404."""

    title = "Replicate does not have this"
    cause = "It does not exist, or the token's account may not see it."
    remedy = "Check the spelling, and that the token belongs to the right account."


class Conflict(Refused):
    """409."""

    cause = "It clashes with what exists already."
    remedy = "Look at what exists, and choose another name if it is not yours."


class TooLarge(Refused):
    """413."""

    title = "The upload is too large"
    cause = "Replicate takes files of up to 100 MB."
    remedy = "Host the dataset elsewhere and pass its https:// URL as dataset."


class Invalid(Refused):
    """422; also used by Replicate for an account that has to set up payment first."""

    title = "Replicate refused an input"
    cause = "Something that was sent is not acceptable to Replicate."
    remedy = "Change what is named here."


class Throttled(Refused):
    """429."""

    title = "Replicate's rate limit is reached"
    cause = "The account sent more requests than it may; with little credit that is 6 a minute."
    remedy = "Run the job again later, run fewer jobs at once, or add credit."


class ServerError(Refused):
    """5xx."""

    title = "Replicate has a problem"
    cause = "The service, or a gateway before it, failed; the request may have had its effect."
    remedy = "See https://www.replicatestatus.com, and run the job again later."


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


def refusal(request: str, status: int, detail: str, fields: Sequence[str] = ()) -> Refused:
    """Make the error that belongs to an HTTP status."""
    fallback = ServerError if status >= 500 else Refused  # noqa: PLR2004 - HTTP's own border
    error = BY_STATUS.get(status, fallback)(request, status, detail, fields)
    if isinstance(error, ServerError) and request.startswith("GET "):
        error.why = "The service, or a gateway before it, failed."
    if isinstance(error, NotFound) and request == "GET /account":
        error.fix = "Every token has an account, so check api-url: Replicate's ends in /v1."
    return error
