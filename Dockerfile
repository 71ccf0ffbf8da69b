# One image for every process of ours; compose starts it with different commands.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

# Dependencies first: they change less often than the code.
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --quiet --require-hashes -r requirements.txt
ENV PATH=/opt/venv/bin:$PATH

COPY shared shared
COPY services services
COPY gateway gateway
COPY ops ops
COPY docs docs
RUN python -m compileall -q shared services gateway ops \
    && install -d -o 10001 -g 10001 /var/lib/yihu && install -d -m 700 -o 10001 -g 10001 /var/lib/yihu-postgres /var/lib/yihu-nats

# A number, not a name: no account is needed, and orchestrators can see that it is not root.
USER 10001:10001
ENV YIHU_HOME=/var/lib/yihu YIHU_LISTEN_HOST=0.0.0.0
VOLUME /var/lib/yihu
CMD ["python", "-m", "ops", "--help"]
