"""The rivals' side of `sweep-bench orchestrator --against`.

usage: dispatch_rivals.py ray|dask|hyperqueue WORKERS SLOTS

It starts the rival's scheduler and workers on this machine, has them do some tasks, and prints "ready VERSION", or
"no REASON". Standard input has a line "TASKS", answered by "SECONDS": from the first submission of so many tasks that
do nothing until the last result is there. At the end of its input it ends what it started.

Ray and Dask keep nothing on the disk and encrypt nothing; HyperQueue encrypts, and has its journal on here. Its workers
start a process for each task, unless the program hq was built with its feature zero-worker.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

WARM_UP_TASKS = 200
PATIENCE = 60


class Absence(Exception):
    """Why the rival cannot run here."""


def noop(i):
    return {"epoch": i, "val_acc": 0.5}


@contextlib.contextmanager
def ray(workers, slots):
    try:
        import logging

        import ray
    except ImportError as error:
        raise Absence(f"{error}; try {sys.executable} -m pip install ray") from None
    ray.init(num_cpus=workers * slots, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False)
    task = ray.remote(noop)
    try:
        yield ray.__version__, lambda count: ray.get([task.remote(i) for i in range(count)])
    finally:
        ray.shutdown()


@contextlib.contextmanager
def dask(workers, slots):
    try:
        import distributed
    except ImportError as error:
        raise Absence(f"{error}; try {sys.executable} -m pip install distributed") from None
    cluster = distributed.LocalCluster(
        n_workers=workers, threads_per_worker=slots, processes=True, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        # Results of equal arguments would otherwise be taken from earlier tasks.
        yield distributed.__version__, lambda count: client.gather(client.map(noop, range(count), pure=False))


@contextlib.contextmanager
def hyperqueue(workers, slots):
    program = beside_python("hq") or shutil.which("hq")
    if program is None:
        raise Absence(f"no program hq on the PATH or beside {sys.executable}; get one of HyperQueue's releases")
    with tempfile.TemporaryDirectory(prefix="sweep-bench-hq-") as directory, contextlib.ExitStack() as stack:
        hq = HyperQueue(program, directory)
        stack.callback(hq.stop)
        hq.start(["server", "start", "--journal", f"{directory}/journal"])
        hq.wait_until_it_does(["server", "info"])
        for _ in range(workers):
            hq.start(["worker", "start", "--cpus", str(slots)])
        hq.run(["worker", "wait", str(workers)])
        yield hq.version(), hq.submit


class HyperQueue:
    def __init__(self, program, directory):
        self.words = [program, "--server-dir", f"{directory}/server"]
        self.log = open(f"{directory}/log", "wb")
        self.directory = directory
        self.processes = []

    def start(self, words):
        process = subprocess.Popen(
            self.words + words, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.processes.append(process)

    def run(self, words, **options):
        return subprocess.run(
            self.words + words, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            check=True, **options)

    def wait_until_it_does(self, words):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.run(words)
            except subprocess.CalledProcessError:
                if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                    raise
                time.sleep(0.05)

    def submit(self, count):
        self.run(["submit", "--wait", "--array", f"1-{count}", "--stdout", "none", "--stderr", "none", "--", "true"])

    def version(self):
        result = subprocess.run([self.words[0], "--version"], stdout=subprocess.PIPE, check=True, text=True)
        return result.stdout.split()[-1]

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()


def beside_python(name):
    path = os.path.join(os.path.dirname(sys.executable), name)
    return path if os.access(path, os.X_OK) else None


def one_line(error):
    """What an exception says, shortened to a line."""
    lines = [line for line in str(error).splitlines() if line.strip()] or [""]
    return f"{type(error).__name__}: {lines[0]}"[:200]


def main(name, workers, slots):
    # What was started ends in every case: the context managers see to that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Answers alone go to standard output: libraries print what they like.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    rival = {"ray": ray, "dask": dask, "hyperqueue": hyperqueue}[name]
    try:
        with rival(workers, slots) as (version, run):
            run(WARM_UP_TASKS)
            print(f"ready {version}", file=answers, flush=True)
            while line := sys.stdin.readline():
                start = time.perf_counter()
                run(int(line))
                print(time.perf_counter() - start, file=answers, flush=True)
    except Absence as absence:
        print(f"no {absence}", file=answers, flush=True)
    except Exception as error:
        print(f"no {one_line(error)}", file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
