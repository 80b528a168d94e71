"""Sends echo tasks from threads, as fast as it can or at a rate, and prints what it did as one JSON object.

When each task was sent goes to the table bench_sent, beside the results, so that how long it took can be asked of the database.
"""
import argparse
import datetime
import itertools
import json
import os
import threading
import time

import psycopg2
import psycopg2.extras

from echo import echo


def send(options, request):
    sent = [[] for _ in range(options.threads)]
    numbers = itertools.count()
    started = time.time()

    def client(mine):
        for number in iter(numbers.__next__, None):
            if number >= options.tasks:
                return
            if options.rate:
                time.sleep(max(0.0, started + number / options.rate - time.time()))
            begun = time.time()
            mine.append((echo.delay(request).id, begun))

    clients = [threading.Thread(target=client, args=(mine,)) for mine in sent]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    return started, time.time() - started, [task for mine in sent for task in mine]


def remember(sent):
    with psycopg2.connect(os.environ["BENCH_POSTGRES"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_sent (task_id text PRIMARY KEY, at timestamp NOT NULL)")
        psycopg2.extras.execute_values(
            cursor,
            "INSERT INTO bench_sent VALUES %s",
            [(task, datetime.datetime.utcfromtimestamp(at)) for task, at in sent],
        )


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tasks", type=int, required=True)
    arguments.add_argument("--threads", type=int, required=True)
    arguments.add_argument("--rate", type=float, help="tasks per second; default: as fast as it can")
    arguments.add_argument("--request", type=json.loads, required=True)
    options = arguments.parse_args()
    started, seconds, sent = send(options, options.request)
    remember(sent)
    print(json.dumps({"started": started, "seconds": seconds}))


if __name__ == "__main__":
    main()
