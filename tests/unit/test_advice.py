"""Known failures are recognised by what programs print, and ordinary lines are not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.training.advice import Advice, advise
from replicate_train.training.failures import DIVERGED, FAILURES
from support.sample_files import SAMPLES

GPU, HOST, DISK = "GPU ran out of memory", "machine ran out of memory", "disk"
HUB, ZIP, IMAGES = "Hugging Face", "could not unpack", "no images"
DOWNLOAD, INPUT, CUDA = "could not download", "refused an input", "GPU of the trainer's machine"
CREDIT, IMAGE, START = "no credit", "could not make a version", "could not start this trainer"
QUEUE, STOPPED, LOSS = "queue", "interrupted", "diverged"

REPORTED = {  # by Replicate, as the training's error or as the answer to a request
    "CUDA out of memory. Tried to allocate 54.00 MiB. GPU 0 has a total capacity of 23.63 GiB of "
    "which 34.56 MiB is free.": GPU,
    "Model Out of Memory (OOM Killed) (E1001)": HOST,
    "The model ran out of memory (E1001)": HOST,
    "input_images must be a zip file": ZIP,
    "POST /trainings answered 402: You have insufficient credit to run this model. Go to "
    "https://replicate.com/account/billing#billing to purchase credit.": CREDIT,
    "Insufficient credit": CREDIT,
    "Billing required": CREDIT,
    "Failed to create trained image after successful training run.": IMAGE,
    "POST /models/a/b/versions/1/trainings answered 500: An unexpected error ocurred": START,
    'Prediction input failed validation: {"detail":[{"loc":["body","input","images"],"msg":'
    "\"'' is not a valid URL scheme. 'data', 'http', or 'https' is supported.\"}]}": INPUT,
    "Input validation failed": INPUT,
    "Prediction interrupted; please retry (code: PA)": STOPPED,
    "Director: unexpected error handling prediction (E8765)": STOPPED,
    "E6716: timeout starting prediction": STOPPED,
    "Request has expired": DOWNLOAD,
}
LOGGED = {
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 18.00 MiB.": GPU,
    "torch.OutOfMemoryError: Allocation on device": GPU,
    "[rank7]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 18.00 MiB.": GPU,
    "RuntimeError: CUDA error: out of memory": GPU,
    "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`": GPU,
    "Out of memory: Killed process 1234 (python) total-vm:94371840kB": HOST,
    "MemoryError": HOST,
    "numpy.core._exceptions.MemoryError: Unable to allocate 4.2 GiB for an array": HOST,
    "terminate called after throwing an instance of 'std::bad_alloc'": HOST,
    "Command '['python', 'train.py']' died with <Signals.SIGKILL: 9>.": HOST,
    "Command '['python', 'run.py']' returned non-zero exit status 137.": HOST,
    "OSError: [Errno 12] Cannot allocate memory": HOST,
    "OSError: [Errno 28] No space left on device": DISK,
    "huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-66f4b037)": HUB,
    "Cannot access gated repo for url https://huggingface.co/a/b/resolve/main/ae.safetensors.": HUB,
    "Access to model a/b is restricted and you are not in the authorized list.": HUB,
    "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: "
    "https://huggingface.co/DeepFloyd/IF-I-XL-v1.0/resolve/main/model_index.json": HUB,
    "zipfile.BadZipFile: File is not a zip file": ZIP,
    "ValueError: input_images must be a zip file": ZIP,
    "End-of-central-directory signature not found. Either this file is not a zipfile": ZIP,
    "tarfile.ReadError: not a gzip file": ZIP,
    "ValueError: No images found in /src/input_images": IMAGES,
    "Extracted 0 files from zip to input_images": IMAGES,
    "ValueError: num_samples should be a positive integer value, but got num_samples=0": IMAGES,
    "# PTI :  Num examples = 0": IMAGES,
    "urllib.error.HTTPError: HTTP Error 404: Not Found": DOWNLOAD,
    "HTTPError: 404 Client Error: Not Found for url: https://x.example/a.zip": DOWNLOAD,
    "<Code>AccessDenied</Code><Message>Request has expired</Message>": DOWNLOAD,
    "Failed to download dataset": DOWNLOAD,
    "pydantic.error_wrappers.ValidationError: 1 validation error for Input": INPUT,
    "RuntimeError: CUDA error: an illegal memory access was encountered": CUDA,
    "RuntimeError: CUDA error: device-side assert triggered": CUDA,
    "Found no NVIDIA driver on your system.": CUDA,
    "RuntimeError: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED": CUDA,
    "steps:  24%|##4       | 192/800 [00:50<02:39,  3.80it/s, avr_loss=nan]": LOSS,
    "{'loss': nan, 'learning_rate': 6e-06, 'epoch': 0.0}": LOSS,
    "ValueError: Loss is NaN, stopping training": LOSS,
}
ORDINARY = [
    "Use this if you have lots of input images and you hit out of memory errors",
    "Turning gradient checkpointing on, saves memory at the cost of training speed",
    "GPU memory: 23.1 GiB of 80.0 GiB",
    "Peak memory reserved: 41 GB, out of 80 GB",
    "Pinned memory is disabled. Loading dataset into memory",
    "Extracted 10 files from zip to input_images",
    "Found 20 images",
    "no images were skipped",
    "Unpacking zip file input_images.zip",
    "Uploading to Hugging Face: you/lora",
    "Downloaded base weights in 12.5 seconds",
    "Downloading file.zip to /src/input.zip",
    "loss: 0.1516, lr: 4.0e-04",
    "loss: nano",
    "Nancy's loss function",
    "CUDA version 12.4, driver 550.54",
    "CUDA errors are reported asynchronously",
    "Num examples = 100",
    "step 402: loss 0.4",
    "E10010",
    "exit status 0",
    "credit: photo by TOK",
    "a photo of a TOK with insufficient light",
    "validation loss 0.2, 3 validation samples",
    "404 steps done",
    "HTTP 200 OK",
    "prompt: queue at a bank, aborted plan",
]
SENTENCES = {one.what for one in (*FAILURES, DIVERGED)}


def what(advice: Advice | None) -> str:
    return advice.what if advice else ""


@pytest.mark.parametrize(("text", "expected"), REPORTED.items())
def test_what_replicate_reports(text: str, expected: str) -> None:
    assert expected in what(advise("failed", text))
    assert expected in what(advise("", text))


@pytest.mark.parametrize(("line", "expected"), LOGGED.items())
def test_what_a_program_prints(line: str, expected: str) -> None:
    assert expected in what(advise("failed", "", ["Starting train job", line, "Traceback"]))
    assert expected in what(advise("failed", line))


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_line_means_nothing(line: str) -> None:
    assert advise("failed", "", [line]) is None
    assert advise("failed", line) is None


SOUND = [one for one in (SAMPLES / "training-logs").iterdir() if one.name != "not-a-number.txt"]


@pytest.mark.parametrize("path", sorted(SOUND), ids=lambda one: one.name)
def test_a_sound_log_means_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    assert advise("failed", "", re.split(r"[\r\n]+", text)) is None


def test_every_failure_is_in_a_table() -> None:
    told = {what(advise("failed", text)) for text in (*REPORTED, *LOGGED)}
    assert told == SENTENCES


@pytest.mark.parametrize(
    "text", [text for text, name in REPORTED.items() if name in {CREDIT, IMAGE}]
)
def test_what_only_replicate_can_say_is_not_believed_from_a_log(text: str) -> None:
    assert advise("failed", "", [text]) is None


def test_the_error_says_more_than_the_log_and_the_end_more_than_the_beginning() -> None:
    log = ["No space left on device", "zipfile.BadZipFile: File is not a zip file", "exit"]
    assert ZIP in what(advise("failed", "", log))
    assert DISK in what(advise("failed", "", log[:1]))
    assert GPU in what(advise("failed", "CUDA out of memory", log))


def test_a_loss_that_is_no_number_explains_only_what_nothing_else_does() -> None:
    log = ["No space left on device", "{'loss': nan}"]
    assert DISK in what(advise("failed", "", log))
    assert LOSS in what(advise("failed", "", log[1:]))


@pytest.mark.parametrize("status", ["succeeded", "canceled", "processing", ""])
def test_the_log_of_what_did_not_fail_means_nothing(status: str) -> None:
    assert advise(status, "", ["CUDA out of memory"]) is None


def test_a_training_that_succeeded_needs_no_advice() -> None:
    assert advise("succeeded", "CUDA out of memory") is None


def test_a_training_that_waited_for_too_long() -> None:
    assert QUEUE in what(advise("aborted", ""))
    assert CREDIT in what(advise("aborted", "Insufficient credit"))
    assert CREDIT in what(advise("canceled", "You have insufficient credit"))
    assert advise("canceled", "") is None


def test_only_the_end_of_a_long_log_is_searched() -> None:
    assert advise("failed", "", ["CUDA out of memory", *["step"] * 200]) is None
    assert GPU in what(advise("failed", "", ["x" * 10_000 + " CUDA out of memory"]))


@given(st.text(), st.text(), st.lists(st.text(), max_size=5))
def test_an_advice_is_always_a_text_of_ours(status: str, error: str, log: list[str]) -> None:
    for name in (status, "failed"):
        assert what(advise(name, error, log)) in {"", *SENTENCES, what(advise("aborted", ""))}


@pytest.mark.parametrize(
    "text", ["Client Error " * 200, "401 Client Error" + "x" * 1990, "(" * 2000]
)
def test_a_long_line_takes_no_time(text: str) -> None:
    for _ in range(100):
        advise("failed", text, [text])
