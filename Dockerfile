# Two images. The last stage, the default, is the action's; `sandbox` is the local Replicate's:
#   docker build .
#   docker build --target sandbox .
# The base can be another build of the same Python:
#   docker build --build-arg BASE=python:3.13-slim --build-arg BASE_DIGEST= .
# A release fills in BASE_DIGEST, as a build argument of the image that it publishes, so that the
# base is exactly the one that was tested:
#   docker build --build-arg BASE_DIGEST=@sha256:... .
# Empty, any build of BASE will do, also one that is only on this machine.
ARG BASE=python:3.13-slim
ARG BASE_DIGEST=

FROM ${BASE}${BASE_DIGEST} AS action-build
ENV PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
COPY locks/image.txt /build/image.txt
# --no-deps: the lock is complete, and leaves out on purpose what nothing imports.
RUN python3 -m venv --without-pip /opt/replicate-train \
    && python3 -m pip --python /opt/replicate-train/bin/python install --no-cache-dir --no-compile \
        --no-deps --require-hashes --requirement /build/image.txt
COPY scripts/image_site.py scripts/image_library.py scripts/post.py /build/
COPY src/replicate_train /build/replicate_train
# The date of all files, in seconds since 1970: the same commit makes the same files.
ARG SOURCE_DATE_EPOCH=0
# The package, the post step's path (the runner starts it without arguments), and the byte code of
# what they load from the standard library. The names at the end are loaded by others: the tests of
# the container fail if one is missing.
RUN mv /build/replicate_train /opt/replicate-train/lib/python3.*/site-packages/ \
    && python3 /build/image_site.py /opt/replicate-train replicate_train \
    && install -m 755 /build/post.py /opt/replicate-train/bin/post \
    && /opt/replicate-train/bin/python -I /build/image_library.py replicate_train /image \
        httpcore encodings.idna encodings.unicode_escape encodings.utf_16_be \
    && mkdir -p /image/opt && mv /opt/replicate-train /image/opt/ \
    && chmod -R u=rwX,go=rX /image \
    && find /image -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE}${BASE_DIGEST} AS action
LABEL org.opencontainers.image.title="Fine-tune on Replicate" \
      org.opencontainers.image.description="Fine-tunes a model on Replicate and gives its version id." \
      org.opencontainers.image.licenses="MIT"
COPY --from=action-build /image /
# Root, because only root can write the runner's files. -I: nothing in the user's checkout or
# environment is imported; -u: the log is live; -m: the module is the step.
ENTRYPOINT ["/opt/replicate-train/bin/python", "-Ium", "replicate_train"]

FROM ${BASE}${BASE_DIGEST} AS sandbox-build
ENV PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
COPY locks/sandbox.txt /build/sandbox.txt
RUN python3 -m venv --without-pip /opt/replicate-sandbox \
    && python3 -m pip --python /opt/replicate-sandbox/bin/python install --no-cache-dir \
        --no-compile --no-deps --require-hashes --requirement /build/sandbox.txt
COPY src/replicate_sandbox /build/replicate_sandbox
COPY sandbox /build/replicate_sandbox/trainers
COPY scripts/sandbox.py /build/
ARG SOURCE_DATE_EPOCH=0
RUN mv /build/replicate_sandbox /opt/replicate-sandbox/lib/python3.*/site-packages/ \
    && find /opt/replicate-sandbox/lib -depth -name tests -type d -exec rm -r {} + \
    && python3 -m compileall -q --invalidation-mode unchecked-hash /opt/replicate-sandbox/lib \
    && install -m 755 /build/sandbox.py /opt/replicate-sandbox/bin/replicate-sandbox \
    && mkdir -p /image/opt && mv /opt/replicate-sandbox /image/opt/ \
    && chmod -R u=rwX,go=rX /image \
    && find /image -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE}${BASE_DIGEST} AS sandbox
LABEL org.opencontainers.image.title="Local Replicate" \
      org.opencontainers.image.description="Replicate's HTTP API, with trainings that really run." \
      org.opencontainers.image.licenses="MIT"
COPY --from=sandbox-build /image /
# It runs trainers, so not as root. Each run has a copy of its project in /tmp.
USER 1000:1000
# Options come from REPLICATE_SANDBOX_...: a service container gets no arguments.
ENV HOME=/tmp PATH=/opt/replicate-sandbox/bin:$PATH \
    REPLICATE_SANDBOX_HOST=0.0.0.0 REPLICATE_SANDBOX_PORT=8123
EXPOSE 8123
# A job's steps start when its services are healthy. This page needs no token.
HEALTHCHECK --interval=3s --timeout=5s --retries=15 CMD ["python", "-Ic", \
    "import http.client, os; one = http.client.HTTPConnection('127.0.0.1', int(os.environ['REPLICATE_SANDBOX_PORT'])); one.request('GET', '/login'); one.getresponse()"]
ENTRYPOINT ["replicate-sandbox"]

# The default. A builder without BuildKit builds all stages above, too.
FROM action
