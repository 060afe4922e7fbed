"""What gensim does with a file of vectors. Commands, one a line: "load FILE", "evaluate QUESTIONS"; each answers one line of JSON with its seconds."""
import json
import sys
import time

import gensim
from gensim.models import KeyedVectors

vectors = None
for line in sys.stdin:
    command, argument = line.rstrip("\n").split(" ", 1)
    begun = time.perf_counter()
    if command == "load":
        vectors = KeyedVectors.load_word2vec_format(argument, binary=False, no_header=True)
        answer = dict(gensim=gensim.__version__, words=len(vectors))
    else:
        accuracy, sections = vectors.evaluate_word_analogies(argument)
        answer = dict(accuracy=accuracy, asked=sum(len(sections[-1][key]) for key in ("correct", "incorrect")))
    print(json.dumps(dict(answer, seconds=time.perf_counter() - begun)), flush=True)
