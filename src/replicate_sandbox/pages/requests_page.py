"""The inspector: the last requests to the API."""

from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.recorder import Body, readable, without_tokens
from replicate_sandbox.pages.response import Html


def _show(call: PageRequest) -> Html:
    tokens = tuple(account.token for account in call.site.accounts)
    rows = [
        {
            "account": record.account,
            "at": record.at,
            "method": record.method,
            "path": without_tokens(record.path, tokens),
            "status": record.status,
            "milliseconds": record.milliseconds,
            "bodies": [
                _shown(title, body, tokens)
                for title, body in (("Request", record.request), ("Response", record.response))
                if body.size
            ],
        }
        for record in call.recorder.newest_first
        if call.site.is_local or record.account == call.account
    ]
    return Html("requests.html", {"rows": rows})


def _shown(title: str, body: Body, tokens: tuple[str, ...]) -> dict[str, object]:
    text = readable(body, tokens)
    return {"title": title, "kind": body.kind, "size": body.size, "text": text}


PAGES = [Page("/_sandbox/requests", _show)]
