"""faiss as the peer of the index benchmark: takes one command a line, answers one JSON line, stays warm between rounds.

Made for the environment that `../shared/peers/setup DIR` makes; the benchmark starts it (--python DIR/bin/python).
    VECTORS QUERIES D NLIST        arguments: little-endian float32 files, row after row; floats a row; cells
    build KIND                     ->  {"seconds": s}; KIND: ivf (IVFFlat), pq (IVFPQFastScan with exact rerank), hnsw
    tune KIND RECALL               ->  {"effort": least nprobe or efSearch with that recall@10, "recall": it has}
    search KIND EFFORT             ->  {"ms": [each query's time, alone, on one thread], "recall": r}
    together KIND EFFORT           ->  {"seconds": of all queries in one call, on all threads}
"""
import json
import os
import sys
import time

import faiss
import numpy as np

d, cells = int(sys.argv[3]), int(sys.argv[4])
rows = np.fromfile(sys.argv[1], "<f4").reshape(-1, d)
queries = np.fromfile(sys.argv[2], "<f4").reshape(-1, d)
threads = os.cpu_count()
truth = faiss.knn(queries, rows, 10, metric=faiss.METRIC_INNER_PRODUCT)[1]
built = {}


def build(kind):
    started = time.perf_counter()
    if kind == "hnsw":
        index = faiss.IndexHNSWFlat(d, 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 200
    elif kind == "ivf":
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(d), d, cells, faiss.METRIC_INNER_PRODUCT)
    else:
        base = faiss.IndexIVFPQFastScan(faiss.IndexFlatIP(d), d, cells, d // 2, 4, faiss.METRIC_INNER_PRODUCT)
        index = faiss.IndexRefineFlat(base)
        index.k_factor = 10
        built["keep"] = base
    index.train(rows)
    index.add(rows)
    built[kind] = index
    return {"seconds": time.perf_counter() - started}


def put(kind, effort):
    index = built[kind]
    if kind == "hnsw":
        index.hnsw.efSearch = effort
    elif kind == "ivf":
        index.nprobe = effort
    else:
        built["keep"].nprobe = effort
    return index


def recall(found):
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, truth)]))


def tune(kind, wanted):
    low, high = 1, 2048 if kind == "hnsw" else cells
    while low < high:
        middle = (low + high) // 2
        if recall(put(kind, middle).search(queries, 10)[1]) >= wanted:
            high = middle
        else:
            low = middle + 1
    return {"effort": low, "recall": recall(put(kind, low).search(queries, 10)[1])}


def search(kind, effort):
    faiss.omp_set_num_threads(1)
    index, times, found = put(kind, effort), [], []
    for query in queries:
        started = time.perf_counter()
        found.append(index.search(query[None], 10)[1][0])
        times.append((time.perf_counter() - started) * 1000)
    faiss.omp_set_num_threads(threads)
    return {"ms": times, "recall": recall(found)}


def together(kind, effort):
    index = put(kind, effort)
    started = time.perf_counter()
    index.search(queries, 10)
    return {"seconds": time.perf_counter() - started}


for line in sys.stdin:
    command, kind, *words = line.split()
    if command == "build":
        answer = build(kind)
    elif command == "tune":
        answer = tune(kind, float(words[0]))
    elif command == "search":
        answer = search(kind, int(words[0]))
    else:
        answer = together(kind, int(words[0]))
    print(json.dumps(answer), flush=True)
