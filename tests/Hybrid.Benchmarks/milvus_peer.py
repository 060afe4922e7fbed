"""pymilvus as the peer of the Milvus benchmark: takes one command a line, answers one JSON line, stays warm between rounds.

Made for the environment that `../shared/peers/setup DIR` makes; the benchmark starts it (--python DIR/bin/python).
    search COLLECTION CALLERS CALLS   ->  {"ms": [each call's time, callers one after the other], "cpu": seconds of it}
    write insert|upsert COLLECTION ROWS DIMENSION BATCH  ->  {"seconds": s}
"""
import json
import sys
import threading
import time

import numpy as np
from pymilvus import Collection, connections


def search(collection, callers, calls):
    vectors = np.random.default_rng(3).random((64, collection.schema.fields[1].params["dim"]), dtype=np.float32) - 0.5
    parameters = {"metric_type": "COSINE", "params": {"nprobe": 10}}
    times = [[] for _ in range(callers)]

    def run(mine):
        for i in range(calls):
            started = time.perf_counter()
            collection.search([vectors[i % 64]], "embedding", parameters, 10, consistency_level="Eventually")
            mine.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=run, args=(mine,)) for mine in times]
    started = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"ms": [t for mine in times for t in mine], "cpu": time.process_time() - started}


def write(how, collection, rows, dimension, batch):
    vectors = np.random.default_rng(5).random((rows, dimension), dtype=np.float32) - 0.5
    keys = [f"item-{i:08d}" for i in range(rows)]
    call = getattr(collection, how)
    started = time.perf_counter()
    for start in range(0, rows, batch):
        call([keys[start:start + batch], vectors[start:start + batch]])
    return {"seconds": time.perf_counter() - started}


def main():
    connections.connect(uri=sys.argv[1])
    for line in sys.stdin:
        command, *words = line.split()
        if command == "search":
            answer = search(Collection(words[0]), int(words[1]), int(words[2]))
        else:
            answer = write(words[0], Collection(words[1]), *map(int, words[2:5]))
        print(json.dumps(answer), flush=True)


main()
