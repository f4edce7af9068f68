"""Search, and what the local Replicate does not have."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.models import resource
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.contract.not_implemented import NOT_IMPLEMENTED
from replicate_sandbox.contract.problems import Problem, not_implemented

_LIMIT, _MOST = 20, 50  # models


def _search(call: ApiRequest) -> object:
    query = call.query.get("query", "")
    if not query:
        raise Problem(400, 'Query parameter "query" is required', "Bad request")
    limit = call.query.get("limit", str(_LIMIT))
    if not limit.isdecimal() or not 1 <= int(limit[:9]) <= _MOST:
        raise Problem(400, f'Query parameter "limit" must be between 1 and {_MOST}', "Bad request")
    found = call.service.model_lists.search(query, int(limit))
    models = [{"model": resource(call, model), "metadata": {"tags": []}} for model in found]
    return {"query": query, "models": models, "collections": [], "pages": []}


def _missing(_call: ApiRequest) -> object:
    raise not_implemented()


ENDPOINTS = [
    Endpoint("GET", "/v1/search", _search),
    *(Endpoint(one.method, one.path, _missing) for one in NOT_IMPLEMENTED),
]
