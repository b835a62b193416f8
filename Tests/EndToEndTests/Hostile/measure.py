"""What attacks cost honest workers: measure.py SWEEP VERSION [ATTACK…]

For each attack, and first for none, a coordinator of its own has an honest worker that trains nothing: it sends a
record of each epoch, waits for the answer, and rests for a moment, as training would. Ten seconds of calm, ten of the
attack, ten of calm again. Prints a row of a Markdown table: how long the honest worker waited for the answer to a
record during the attack, what the coordinator's memory was at its peak and when the attack was over, above what it was
before, and what journal, logs and terminal grew by, and what was written to files of any kind, that the honest worker's
records do not take. All attacks without a name. What is beyond its bound is in bold, and the exit code is 1 then.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

import insiders
import strangers
from wire import ASSIGNMENT, ENDED, HEARTBEAT, RECORD, Insider, Token, decode, record

RECORD_STORED = 5
# What the columns may have: milliseconds, megabytes of memory, kilobytes of journal, logs and terminal.
BOUNDS = {"p99 ms": 250, "peak MB": 150, "settled MB": 50, "stored kB": 1000}
SECONDS = 10
REST = 0.05
EPOCHS = 5
SWEEP = f"""name: attacked
data: shapes
grid:
  norm: [bn, ln]
  seed: {list(range(1, 1001))}
train:
  batch_size: 16
  epochs: {EPOCHS}
  train_limit: 96
  test_limit: 50
"""


class Coordinator:
    """A coordinator without a worker of its own."""

    def __init__(self, program, folder):
        self.program, self.folder, self.text = program, folder, b""
        (folder / "attacked.yaml").write_text(SWEEP)
        # Keys and caches of its own.
        self.environment = os.environ | {"HOME": str(folder)}
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
            self.environment.pop(name, None)
        arguments = ["run", "attacked.yaml", "--slots", "0", "--listen", "tcp://127.0.0.1:0", "--out", "run"]
        arguments += ["--log-format", "json"]
        self.process = subprocess.Popen([program, *arguments], cwd=folder, env=self.environment, stderr=subprocess.PIPE)
        threading.Thread(target=self.read, daemon=True).start()
        while b'"event":"listening"' not in self.text:
            if self.process.poll() is not None:
                raise SystemExit(f"error: the coordinator ended: {self.text.decode()}")
            time.sleep(0.05)

    def read(self):
        while data := self.process.stderr.read1():
            self.text += data

    def invite(self, name, *options):
        command = [self.program, "invite", "--out", "run", "--name", name, *options]
        return subprocess.check_output(command, cwd=self.folder, env=self.environment).decode().split()[-1]

    def memory(self, name):
        """VmRSS, what it has, or VmHWM, the most that it had since `forget_peak`; in bytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) << 10

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def written(self):
        """All bytes that it wrote to files and pipes so far, also where they were written over since."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/io").read_text().splitlines():
            if line.startswith("wchar:"):
                return int(line.split()[1])

    def stored(self):
        """Bytes of the journal, the logs and the terminal."""
        run = self.folder / "run"
        files = [*run.glob("state.sqlite*"), *run.glob("logs/**/*")]
        return len(self.text) + sum(file.stat().st_size for file in files if file.is_file())

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


class HonestWorker(threading.Thread):
    """Delivers a record of each epoch of one task after another."""

    def __init__(self, token, version):
        super().__init__(daemon=True)
        self.insider = Insider(Token(token), version, "honest")
        self.waits, self.fault = [], None
        self.start()

    def run(self):
        try:
            self.work(self.insider.connect())
        except OSError as error:
            self.fault = error

    def work(self, connection):
        connection.say(self.insider.hello())
        beat = time.monotonic()
        while True:
            fields = decode(connection.hear())
            if ASSIGNMENT not in fields:
                continue
            attempt = decode(decode(fields[ASSIGNMENT])[1])
            key = ((1, attempt[1].decode()), (2, attempt[2]))
            for epoch in range(1, EPOCHS + 1):
                time.sleep(REST)
                if time.monotonic() > beat + 2:
                    beat = time.monotonic()
                    connection.say(self.insider.message(HEARTBEAT, ((1, key), (2, 1))))
                said = time.monotonic()
                connection.say(self.insider.message(RECORD, record(key, epoch, (2.5, 2.5), (12.5, 10.0))))
                while RECORD_STORED not in decode(connection.hear()):
                    pass
                self.waits.append((said, time.monotonic() - said))
            connection.say(self.insider.message(ENDED, ((1, key), (2, insiders.COMPLETED), (4, 0.1))))

    def waits_since(self, start):
        return sorted(wait for said, wait in self.waits if said >= start)


def measure(program, version, attack):
    with tempfile.TemporaryDirectory() as folder:
        coordinator = Coordinator(program, pathlib.Path(folder))
        hostile = None
        try:
            honest = HonestWorker(coordinator.invite("honest"), version)
            token = coordinator.invite("hostile")
            time.sleep(SECONDS)
            before = coordinator.memory("VmRSS")
            coordinator.forget_peak()
            stored, written, start = coordinator.stored(), coordinator.written(), time.monotonic()
            if attack:
                script = pathlib.Path(__file__).with_name("hostile_peer.py")
                hostile = subprocess.Popen(
                    [sys.executable, "-B", script, attack, token, str(version)], stderr=subprocess.PIPE)
            time.sleep(SECONDS)
            waits = honest.waits_since(start)
            last = ""
            if hostile:
                hostile.kill()
                last = hostile.stderr.read().decode(errors="replace").strip().split("\n")[-1]
                hostile.wait()
            time.sleep(SECONDS)
            # A worker that waits for ever is one of the waits.
            if honest.fault or not waits:
                waits.append(float("inf"))
            all_waits = honest.waits_since(start)
            return {
                "attack": attack or "none", "said": last, "records": len(waits),
                "p50 ms": 1e3 * waits[len(waits) // 2],
                "p99 ms": 1e3 * waits[min(len(waits) - 1, len(waits) * 99 // 100)],
                "peak MB": (coordinator.memory("VmHWM") - before) / 1e6,
                "settled MB": (coordinator.memory("VmRSS") - before) / 1e6,
                "stored kB": (coordinator.stored() - stored) / 1e3,
                "written MB": (coordinator.written() - written) / 1e6,
                "all records": len(all_waits), "fault": honest.fault,
            }
        finally:
            if hostile and hostile.poll() is None:
                hostile.kill()
            coordinator.stop()


COLUMNS = ["attack", "records", "p50 ms", "p99 ms", "peak MB", "settled MB", "stored kB", "written MB", "last round"]


def cells(row):
    """As a line of the table has them, and whether all of them are within their bounds."""
    values = [row["attack"], row["records"]]
    beyond = {column for column, bound in BOUNDS.items() if row[column] > bound}
    for column in COLUMNS[2:-1]:
        text = f"{row[column]:.1f}"
        values.append(f"**{text}**" if column in beyond else text)
    said = f"{row['said'][:60]}{row['fault'] or ''}".replace("|", "/")
    return f"| {' | '.join(map(str, [*values, said]))} |", not beyond


def main(program, version, *names):
    program = os.path.abspath(program)
    attacks = [None, *(names or [attack.__name__ for attack in strangers.ATTACKS + insiders.ATTACKS])]
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    # What each record of the honest worker takes.
    shares = {"stored kB": 0, "written MB": 0}
    is_bounded = True
    for attack in attacks:
        row = measure(program, int(version), attack)
        if attack is None:
            shares = {column: row[column] / row["all records"] for column in shares}
        for column, share in shares.items():
            row[column] -= share * row["all records"]
        line, is_within = cells(row)
        is_bounded = is_bounded and is_within
        print(line, flush=True)
    raise SystemExit(0 if is_bounded else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
