"""The failures of trainings that are known: how each is recognised, what it means, how to fix it.

Sources of the patterns: Replicate's page of error codes, errors that users quoted, and the programs
that print them (PyTorch, diffusers, huggingface_hub, zipfile, requests, Cog). A pattern is part of
what a program prints when it fails; words that a healthy log has, such as "memory", are not enough.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """What happened and how to fix it, a sentence each, and the pattern of what is printed.

    `in_log`: the log may show it, too, and not only the error that Replicate reports.
    """

    what: str
    fix: str
    pattern: re.Pattern[str]
    in_log: bool = True


_AGAIN = "Re-run the job. If it fails again, see https://www.replicatestatus.com."
FAILURES = (
    Failure(
        "The account has no credit left.",
        "Add credit at https://replicate.com/account/billing, wait a few minutes, and re-run "
        "the job.",
        re.compile(
            r"\binsufficient credit\b"
            r"|\bbilling required\b"
            r"|\banswered 402\b",
            re.IGNORECASE,
        ),
        in_log=False,
    ),
    Failure(
        "The trainer finished, but Replicate could not make a version of its result.",
        "Re-run the job. If it fails again, write to https://replicate.com/support with the "
        "training's page. The weights may still be there.",
        re.compile(
            r"failed to create trained image",
            re.IGNORECASE,
        ),
        in_log=False,
    ),
    Failure(
        "Replicate could not start this trainer. Other trainers may work.",
        "Check that the trainer's page still shows a training form, pin an older version, or "
        "choose another trainer.",
        re.compile(
            r"\banswered 500: an unexpected error occ?urr?ed",
            re.IGNORECASE,
        ),
        in_log=False,
    ),
    Failure(
        "The trainer's GPU ran out of memory.",
        "Lower the batch size, the resolution or the rank in `training-input`, or use fewer "
        "images.",
        re.compile(
            r"\bCUDA out of memory\b"
            r"|\bCUDA error: out of memory\b"
            r"|\btorch\.(cuda\.)?OutOfMemoryError\b"
            r"|\bCUBLAS_STATUS_ALLOC_FAILED\b"
            r"|\bOOM when allocating tensor\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The trainer's machine ran out of memory.",
        "Use a smaller dataset or smaller files, or lower the batch size in `training-input`.",
        re.compile(
            r"\bE1001\b"
            r"|\bOOM[- ]killed\b"
            r"|\bOut of memory: Kill(ed)? process\b"
            r"|^(\w+\.)*MemoryError\b"
            r"|\bstd::bad_alloc\b"
            r"|\bDefaultCPUAllocator: (can't allocate|not enough) memory\b"
            r"|\bCannot allocate memory\b"
            r"|\bdied with <Signals\.SIGKILL: 9>"
            r"|\breturned non-zero exit status (137|-9)\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The disk of the trainer's machine is full.",
        "Use a smaller dataset, or save fewer checkpoints in `training-input`.",
        re.compile(
            r"\bNo space left on device\b"
            r"|\bENOSPC\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "Hugging Face refused the access to a model.",
        "Accept the terms on the model's page on Hugging Face, and check that the token in "
        "`training-input` is valid and may read it.",
        re.compile(
            r"\bGatedRepoError\b"
            r"|\bCannot access gated repo\b"
            r"|\bis restricted and you are not in the authorized list\b"
            r"|\b40[13] Client Error\b.{0,200}\bhuggingface\.co\b"
            r"|\bInvalid user token\b"
            r"|\bUser Access Token .{0,100}\bis (expired|invalid)\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The trainer could not unpack the dataset.",
        "Pass a ZIP whose name ends with .zip. With a directory as `dataset`, the step makes one.",
        re.compile(
            r"\bBadZipFile\b"
            r"|\bFile is not a zip file\b"
            r"|\bmust be a zip file\b"
            r"|\bInvalid zip file\b"
            r"|\bEnd-of-central-directory signature not found\b"
            r"|\btarfile\.ReadError\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The trainer found no images in the dataset.",
        "Check that the ZIP has images in a format that the trainer reads, at its top level.",
        re.compile(
            r"\bno (training |valid |input )?images? (were |was )?found\b"
            r"|\bfound no (training |valid |input )?images\b"
            r"|\b(Extracted|Found) 0 (files|images)\b"
            r"|\bnum_samples should be a positive integer value, but got num_samples=0\b"
            r"|\bNum examples = 0$",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The trainer could not download a file, most likely the dataset.",
        "Check that the URL in `dataset` opens without a login, and that a signed URL is "
        "valid for longer than the training waits and runs.",
        re.compile(
            r"\bHTTPError: HTTP Error 4\d\d\b"
            r"|\b4(00|01|03|04|10) Client Error\b(?!.{0,300}\bhuggingface\.co\b).{0,200}\bfor url\b"
            r"|<Code>(AccessDenied|ExpiredToken|NoSuchKey|SignatureDoesNotMatch)</Code>"
            r"|\bRequest has expired\b"
            r"|\b(failed to|could not|cannot|error) download(ing)? (the )?(dataset|file|input)",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The trainer refused an input.",
        "Correct `training-input`. The trainer's page on Replicate lists what each input accepts.",
        re.compile(
            r"\b(prediction|training) input failed validation\b"
            r"|\binput validation failed\b"
            r"|\bis not a valid URL scheme\b"
            r"|\bValidationError: \d+ validation errors? for\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "The GPU of the trainer's machine failed.",
        _AGAIN,
        re.compile(
            r"\bCUDA error: (?!out of memory)"
            r"|\bCUDA driver (version is insufficient|initialization failed)"
            r"|\bFound no NVIDIA driver\b"
            r"|\bno CUDA-capable device is detected\b"
            r"|\bdevice-side assert triggered\b"
            r"|\bCU(DNN|BLAS)_STATUS_(EXECUTION_FAILED|INTERNAL_ERROR|NOT_INITIALIZED)\b"
            r"|\buncorrectable ECC error\b"
            r"|\bNCCL error\b",
            re.IGNORECASE,
        ),
    ),
    Failure(
        "Replicate interrupted the training.",
        _AGAIN,
        re.compile(
            r"\bprediction interrupted; please retry\b"
            r"|\bunexpected error handling (prediction|training)\b"
            r"|\bE(1000|6716|8765)\b",
            re.IGNORECASE,
        ),
        in_log=False,
    ),
)
# A healthy log may have it once, so anything else comes first.
DIVERGED = Failure(
    "The loss was not a number (NaN): the training diverged.",
    "Lower the learning rate in `training-input`, and check the dataset for broken records.",
    re.compile(
        r"loss\W?\s*[:=]\s*nan\b"
        r"|\bloss (is|was|became) nan\b"
        r"|\bnan loss\b",
        re.IGNORECASE,
    ),
)
