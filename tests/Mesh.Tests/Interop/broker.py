"""Where the broker is: options that default to the environment variables which skipper-lib services use."""
import argparse
import os

import pika


def parser(description):
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--host", default=os.getenv("RABBITMQ_HOST", "127.0.0.1"))
    options.add_argument("--port", type=int, default=int(os.getenv("RABBITMQ_PORT", "5672")))
    options.add_argument("--user", default=os.getenv("RABBITMQ_USER", "skipper"))
    options.add_argument("--password", default=os.getenv("RABBITMQ_PASSWORD", "skipper-example"))
    options.add_argument("--queue", required=True)
    return options


def connect(options):
    login = pika.PlainCredentials(options.user, options.password)
    return pika.BlockingConnection(pika.ConnectionParameters(options.host, options.port, credentials=login))
