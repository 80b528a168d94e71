"""A worker as skipper-lib makes them: one request at a time, the reply first, then the acknowledgement.

Prints "ready QUEUE" when it listens, "took TASK_TYPE" before each request, with "again" where the broker says that it was delivered before,
and "answered TASK_TYPE" (or "failed") after it.
"""
import json
import signal
import time

import pika

import broker


def echo(request, _):
    return request


def classify(request, _):
    image = request.get("data", {}).get("image", "")
    return {"label": image.rsplit(".", 1)[0], "probability": 0.98, "image": image}


def slow(request, options):
    time.sleep(options.seconds)
    return {"waited": options.seconds, "payload": request.get("payload")}


def hold(_, __):
    while True:  # in the middle of a request until the process is killed
        signal.pause()


def broken(request, _):
    raise RuntimeError("this worker always fails")


MODES = {"echo": echo, "classify": classify, "hold": hold, "slow": slow, "raise": broken, "twice": echo}


def failure(options, correlation_id):
    return {
        "error": "Receiver exception",
        "queue": options.queue,
        "service_name": options.service,
        "correlation_id": correlation_id,
    }


def main():
    arguments = broker.parser(__doc__)
    arguments.add_argument("--mode", choices=sorted(MODES), default="echo")
    arguments.add_argument("--service", default="python")
    arguments.add_argument("--seconds", type=float, default=1.0, help="how long the mode slow takes")
    options = arguments.parse_args()

    def reply(channel, properties, answer):
        channel.basic_publish(
            exchange="",
            routing_key=properties.reply_to,
            properties=pika.BasicProperties(correlation_id=properties.correlation_id),
            body=json.dumps(answer),
        )

    def on_request(channel, method, properties, body):
        try:
            request = json.loads(body)
            print("took", request["task_type"], "again" if method.redelivered else "", flush=True)
            reply(channel, properties, MODES[options.mode](request, options))
            done = "answered " + str(request["task_type"])
            if options.mode == "twice":  # what skipper-lib does when something fails after its reply
                reply(channel, properties, failure(options, properties.correlation_id))
        except Exception as error:  # every failure is answered: the caller may wait forever
            print("caught", repr(error), flush=True)
            reply(channel, properties, failure(options, properties.correlation_id))
            done = "failed"
        channel.basic_ack(method.delivery_tag)
        print(done, flush=True)

    channel = broker.connect(options).channel()
    channel.queue_declare(queue=options.queue)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume(options.queue, on_request)
    print("ready", options.queue, flush=True)
    channel.start_consuming()


if __name__ == "__main__":
    main()
