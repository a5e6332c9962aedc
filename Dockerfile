# The policy server (and, with another entrypoint, the demo model). Envoy has its own image.
#
# Everything that pip fetches is named with its hash in a lock file; nothing else is fetched.
ARG PYTHON=python:3.11-slim-bookworm

# The same with a C compiler.
ARG BUILDER=python:3.11-bookworm

# The build tools live and stay here: the dev lock pins them, the image does not hold them.
FROM ${BUILDER} AS wheel
WORKDIR /src
COPY requirements-dev.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-dev.lock
COPY pyproject.toml README.md LICENSE native.py ./
COPY extproc ./extproc
RUN pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir /wheel .
RUN python native.py /native

FROM ${PYTHON} AS environment
RUN python -m venv --without-pip /opt/extproc
COPY requirements.lock /tmp/
RUN pip --python /opt/extproc/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock
COPY --from=wheel /wheel /tmp/wheel
RUN pip --python /opt/extproc/bin/python install --no-cache-dir --disable-pip-version-check --no-deps --no-index /tmp/wheel/*.whl
# The same modules, compiled: Python takes them before the sources beside them.
COPY --from=wheel /native /tmp/native
RUN cp -r /tmp/native/. "$(/opt/extproc/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

FROM ${PYTHON}
# A fixed number, because Envoy's container runs as the same one: a UNIX socket may be opened
# only by whoever may write to it.
RUN groupadd --gid 10001 extproc \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin extproc \
 && install --directory --owner=10001 --group=10001 --mode=0700 \
      /var/lib/extproc /var/lib/extproc/run /var/lib/envoy
COPY --from=environment /opt/extproc /opt/extproc
# The default policies, for the engine that runs in process; a deployment mounts its own.
COPY rego /srv/extproc/rego
ENV PATH=/opt/extproc/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/extproc
USER 10001:10001
EXPOSE 8080
# The control port of deploy/extproc.yaml. /readyz says no when the policy, the store or a
# worker cannot answer; urlopen raises on that.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["extproc"]
CMD ["serve", "--config", "/etc/extproc/extproc.yaml"]
