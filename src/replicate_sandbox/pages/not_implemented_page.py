"""The paths of Replicate's API that answer 501 here."""

from replicate_sandbox.contract.not_implemented import NOT_IMPLEMENTED
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Html


def _show(_call: PageRequest) -> Html:
    return Html("not_implemented.html", {"missing": NOT_IMPLEMENTED})


PAGES = [Page("/_sandbox/not-implemented", _show)]
