"""A caller as skipper-lib makes them: looks for a consumer, sends one request, waits for its reply, prints it.

The request is the argument --body or, without it, standard input. Exit code 3: no reply in time (skipper-lib would wait on).
"""
import json
import sys
import time
import uuid

import pika

import broker

NOBODY = json.dumps({"error": "No subscriber available"})


def has_consumer(connection, queue):
    try:
        return connection.channel().queue_declare(queue, passive=True, durable=True).method.consumer_count > 0
    except pika.exceptions.ChannelClosedByBroker:
        return False


def call(connection, queue, body, timeout):
    replies = []
    correlation_id = str(uuid.uuid4())

    def on_reply(_, __, properties, reply):
        if properties.correlation_id == correlation_id:
            replies.append(reply)

    channel = connection.channel()
    reply_queue = channel.queue_declare(queue="", exclusive=True).method.queue
    channel.basic_consume(reply_queue, on_reply, auto_ack=True)
    channel.basic_publish(
        exchange="",
        routing_key=queue,
        properties=pika.BasicProperties(reply_to=reply_queue, correlation_id=correlation_id),
        body=body,
    )
    end = time.monotonic() + timeout
    while not replies and time.monotonic() < end:
        connection.process_data_events(time_limit=0.2)
    return replies[0] if replies else None


def main():
    arguments = broker.parser(__doc__)
    arguments.add_argument("--body")
    arguments.add_argument("--timeout", type=float, default=60.0)
    options = arguments.parse_args()
    body = sys.stdin.read() if options.body is None else options.body

    connection = broker.connect(options)
    if not has_consumer(connection, options.queue):
        print(NOBODY)
        return 0
    reply = call(connection, options.queue, body, options.timeout)
    connection.close()
    if reply is None:
        print("no reply within", options.timeout, "seconds", file=sys.stderr)
        return 3
    sys.stdout.buffer.write(reply + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
