"""Files: uploads, their signed downloads, and the delivery of output files."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Download, Reply
from replicate_sandbox.contract import resources
from replicate_sandbox.contract.problems import Invalid, invalid_input


def _list(call: ApiRequest) -> object:
    found = call.service.files.page(call.account, call.cursor)
    return page(call, "/v1/files", found, resources.file)


def _create(call: ApiRequest) -> object:
    if call.upload is None:
        raise invalid_input([Invalid("content", "This field is required.", "required")])
    created = call.service.files.create(call.account, call.upload)
    return Reply(resources.file(created, call.base), 201)


def _get(call: ApiRequest) -> object:
    return resources.file(call.service.files.get(call.account, call.path["id"]), call.base)


def _delete(call: ApiRequest) -> object:
    call.service.files.delete(call.account, call.path["id"])
    return Reply(status=204)


def _download(call: ApiRequest) -> object:
    file_id = call.path["id"]
    signed = [call.query.get(name, "") for name in ("owner", "expiry", "signature")]
    content = call.service.signed_urls.download(file_id, *signed)
    return Download(content, disposition=f'attachment; filename="{file_id}"')


def _deliver(call: ApiRequest) -> object:
    return Download(call.service.output_files.content(call.account, call.path["blob"]))


ENDPOINTS = [
    Endpoint("GET", "/v1/files", _list),
    Endpoint("POST", "/v1/files", _create),
    Endpoint("GET", "/v1/files/{id}", _get),
    Endpoint("DELETE", "/v1/files/{id}", _delete),
    Endpoint("GET", "/v1/files/{id}/download", _download, public=True),
    Endpoint("GET", "/delivery/{blob}/{file}", _deliver),
]
