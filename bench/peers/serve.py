"""How every peer talks to the benchmark: one JSON line says what it is, then each line read is a measurement to make."""
import json
import sys
import time

WHERE = {"torch": "python3-torch libopenblas0-pthread", "torchvision": "python3-torchvision", "cv2": "python3-opencv",
         "faiss": "python3-faiss", "sklearn": "python3-sklearn", "PIL": "python3-pil", "numpy": "python3-numpy"}


def setup():
    return json.loads(sys.argv[1])


def need(*modules):
    """Imports the modules, or tells what to install and ends."""
    found = []
    for name in modules:
        try:
            found.append(__import__(name))
        except ImportError:
            answer({"missing": f"{name} is not installed (Debian: apt-get install {WHERE.get(name, name)})"})
            sys.exit(0)
    return found if len(found) > 1 else found[0]


def answer(what):
    print(json.dumps(what), flush=True)


def timed(work):
    """Seconds by the wall and of this process's processors."""
    wall, processor = time.perf_counter(), time.process_time()
    kept = work()
    return {"seconds": time.perf_counter() - wall, "processor": time.process_time() - processor}, kept


def serve(version, measure):
    """Answers requests until there are no more."""
    answer({"version": version})
    for line in sys.stdin:
        answer(measure(json.loads(line)))
