"""Takes jobs from the queue, one after the other."""

import json
import logging
import os
import signal
import sys

import redis

import jobs

log = logging.getLogger("worker")
QUEUE = os.environ.get("QUEUE", "shop:jobs")
HANDLERS = {
    "export": jobs.export_orders,
    "import": jobs.import_archive,
    "resize": jobs.resize_picture,
    "resume": jobs.resume,
    "notify": jobs.notify,
}
running = True


def stop(*_):
    global running
    running = False


def handle(raw: bytes) -> None:
    job = json.loads(raw)
    handler = HANDLERS.get(job.get("kind"))
    if handler is None:
        log.warning("no handler for %s", job.get("kind"))
        return
    handler(job)


def main() -> int:
    logging.basicConfig(level=logging.INFO)
    signal.signal(signal.SIGTERM, stop)
    client = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379"))
    while running:
        entry = client.blpop([QUEUE], timeout=5)
        if entry is None:
            continue
        try:
            handle(entry[1])
        except Exception:
            log.exception("job failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
