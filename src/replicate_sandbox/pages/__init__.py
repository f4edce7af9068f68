"""The web pages: what a browser shows of the service, at the addresses of Replicate's site.

`mount.py` puts them beside the API, `site.py` says whom they serve, `routes.py` lists them. A
`page.py` is an address with the functions that show it and act on its form; `guard.py` protects it,
`response.py` writes it, `html.py` renders its template. A page has a module: `model_pages.py`,
`create_page.py`, `train_page.py`, `run_pages.py`, `file_pages.py`, `account_pages.py`,
`fault_pages.py` (with `fault_choices.py`), `not_implemented_page.py` and `requests_page.py` (which
shows what `recorder.py` records). Forms are made from schemas by
`fields.py`, read by `values.py`, and their problems are placed by `form_errors.py`. `snippets.py`
shows a training as a workflow step and as code; `log_view.py` and `loss_curve.py` read its log.
"""
