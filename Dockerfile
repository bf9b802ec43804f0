# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/rubrika
# The pinned dependencies first: this layer stays as long as the lock does.
COPY requirements.lock ./
RUN /opt/rubrika/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
RUN /opt/rubrika/bin/pip install --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home rubrika \
    && install --directory --owner=rubrika --group=rubrika /app/data
COPY --from=build /opt/rubrika /opt/rubrika
COPY newsroom.toml /app/newsroom.toml
# Inside a container loopback is of no use to anybody outside; compose.yaml decides who reaches the port.
ENV PATH=/opt/rubrika/bin:$PATH PYTHONUNBUFFERED=1 HTTP_HOST=0.0.0.0 HTTP_PORT=8080
WORKDIR /app
USER rubrika
VOLUME /app/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['HTTP_PORT']}/healthz\", timeout=4)"]
CMD ["rubrika", "run"]
