# AWS Step Functions on a port: docker build -t asl-emulator . && docker run -p 127.0.0.1:8083:8083 asl-emulator
FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1

WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY asl ./asl
COPY cli ./cli
COPY emulator ./emulator
# What is installed is this checkout; which versions it needs, pyproject.toml says.
# hadolint ignore=DL3013
RUN pip install '.[jsonata]' && rm -rf /src/* \
    && useradd --uid 10001 --create-home --home-dir /data emulator

# By number, so that an orchestrator can see that it is not root.
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8083

HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8083/_emulator/health', timeout=2)"]

# Other containers reach it by its name, which has to be allowed: asl serve ... --allow-host NAME
ENTRYPOINT ["asl", "serve", "--host", "0.0.0.0"]
