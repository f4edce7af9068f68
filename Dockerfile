# The action's image. The base can be another build of the same Python:
#   docker build --build-arg BASE=python:3.13-slim --build-arg BASE_DIGEST= .
# A release fills in BASE_DIGEST, as a build argument of the image that it publishes, so that the
# base is exactly the one that was tested:
#   docker build --build-arg BASE_DIGEST=@sha256:... .
# Empty, any build of BASE will do, also one that is only on this machine.
ARG BASE=python:3.13-slim
ARG BASE_DIGEST=

FROM ${BASE}${BASE_DIGEST} AS build
COPY locks/image.txt /build/image.txt
# --no-deps: the lock is complete, and leaves out on purpose what nothing imports.
# actions-toolkit installs a package called "tests", which is nobody's to import.
RUN python3 -m venv --without-pip /opt/replicate-train \
    && python3 -m pip --python /opt/replicate-train/bin/python install --no-cache-dir --no-compile \
        --no-deps --require-hashes --requirement /build/image.txt \
    && rm -rf /opt/replicate-train/lib/python3.*/site-packages/tests
COPY src/replicate_train /build/replicate_train
# The runner starts the post step by one path, without arguments.
COPY scripts/post.py /opt/replicate-train/bin/post
# Byte code that is neither checked nor written again when the container starts.
RUN mv /build/replicate_train /opt/replicate-train/lib/python3.*/site-packages/ \
    && /opt/replicate-train/bin/python -m compileall -q --invalidation-mode unchecked-hash \
        /opt/replicate-train/lib

FROM ${BASE}${BASE_DIGEST}
LABEL org.opencontainers.image.title="Fine-tune on Replicate" \
      org.opencontainers.image.description="Fine-tunes a model on Replicate and gives its version id." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/replicate-train /opt/replicate-train
# The base comes without byte code of the standard library: an import leaves that of the modules
# that the step uses, and a third of its time to start. Some are only loaded when they are needed.
RUN ["/opt/replicate-train/bin/python", "-Ic", \
    "import replicate_train.app, replicate_train.job.post, replicate_train.job.launch, replicate_train.job.finish, replicate_train.training.follow, replicate_train.training.stopping, replicate_train.training.log_view, replicate_train.report.summary.failure, jsonschema, encodings.idna, encodings.unicode_escape, encodings.utf_16_be"]
# Root, because only root can write the runner's files. -I: nothing in the user's checkout or
# environment is imported; -u: the log is live; -m: the module is the step.
ENTRYPOINT ["/opt/replicate-train/bin/python", "-Ium", "replicate_train"]
