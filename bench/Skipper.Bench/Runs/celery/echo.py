"""The task: returns what it gets. Queue, broker and results are in the environment; what a crash would lose is kept."""
import os

import celery
import kombu

QUEUE = os.environ["BENCH_QUEUE"]

app = celery.Celery("echo", broker=os.environ["BENCH_BROKER"], backend=os.environ["BENCH_RESULTS"])
app.conf.update(
    task_acks_late=True,
    task_default_queue=QUEUE,
    task_queues=[kombu.Queue(QUEUE, durable=True, expires=3600)],
    broker_transport_options={"confirm_publish": True},  # accepted = taken by the broker, as with us
    worker_prefetch_multiplier=int(os.environ.get("BENCH_PREFETCH", "32")),
)


@app.task(name="echo")
def echo(request):
    return request
