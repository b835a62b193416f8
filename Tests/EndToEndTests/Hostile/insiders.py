"""What a worker that was let in can do: each function makes one round of an attack."""

import os
import struct

from wire import ENDED, HEARTBEAT, PIECE, RECORD, REQUEST, WELCOME, decode, encode, record
from zmtp import LARGE

COMPLETED, ERROR, DIVERGED, PREEMPTED = 1, 2, 7, 8
LARGEST = (1 << 64) - 1


def impossible_numbers(insider, peer):
    """Numbers that no training gives, of a task that it holds; then it gives the task back."""
    connection = peer.keep(insider.connect())
    for key, _ in insider.assignments(connection, 1):
        for losses in ((-1e300, 2.5), (1e300, 2.5), (float("nan"), 2.5), (2.5, float("inf"))):
            connection.say(insider.message(RECORD, record(key, 1, losses)))
        for accuracies in ((1e300, 10.0), (-1.0, 10.0), (10.0, 100.5), (33.33, 10.0)):
            connection.say(insider.message(RECORD, record(key, 1, (2.5, 2.5), accuracies)))
        for epoch in (0, 3, 10_001, (1 << 32) - 1):
            connection.say(insider.message(RECORD, record(key, epoch)))
        give_back(insider, connection, key)


def unwanted_gradients(insider, peer):
    """Gradients of a task that captures none, with NaN inside."""
    connection = peer.keep(insider.connect())
    for key, _ in insider.assignments(connection, 1):
        norms = struct.pack("<d", float("nan")) * 100_000
        layer = ((1, "conv1"), (2, struct.pack("<f", float("nan")) * 500))
        for _ in range(10):
            connection.say(insider.message(RECORD, record(key, 1) + ((7, norms),)))
            connection.say(insider.message(RECORD, record(key, 1) + ((8, layer),) * 3))
        give_back(insider, connection, key)


def long_texts(insider, peer):
    """Reasons full of what a terminal or a table would act on."""
    connection = peer.keep(insider.connect())
    reason = "\x1b[2J\u202e=cmd()\u2028\n" * 200
    for key, _ in insider.assignments(connection, 1):
        connection.say(insider.message(ENDED, ((1, key), (2, PREEMPTED), (3, reason), (4, 1.0))))


def huge_lists(insider, peer):
    """Lists of half a million in one frame, and a body in many pieces."""
    connection = peer.keep(insider.connect())
    for body in (b"\x1a\x00" * 500_000, b"\x08\x01\x12\x00" + b"\x1a\x00" * 400_000):
        connection.say(encode((1, insider.version), (2, insider.name), (3, body)))
    connection.say(encode((1, insider.version), (2, insider.name), (RECORD, b"\x42\x00" * 500_000)))
    connection.say(encode((1, insider.version), (2, insider.name)) + encode((HEARTBEAT, ((2, 1),))) * 200_000)


def large_frames(insider, peer):
    """Messages over the limit, and one that is announced and not sent."""
    for size in (1 << 21, 1 << 25):
        connection = peer.keep(insider.connect())
        connection.say(os.urandom(size))
    connection = peer.keep(insider.connect())
    connection.send(struct.pack(">BQ", LARGE, 1 << 40) + b"\x07MESSAGE" + b"\0" * 65536)


def wrong_version(insider, peer):
    """Hellos of other versions of the protocol."""
    for version in (0, 1, insider.version + 1, (1 << 32) - 1):
        connection = peer.keep(insider.connect())
        connection.say(encode((1, version), (2, insider.name), (3, ((1, 1),))))
        fields = decode(connection.hear())
        if WELCOME in fields:
            raise SystemExit(f"error: version {version} was welcomed")


def not_held(insider, peer):
    """Records, ends and checkpoints of attempts that it does not hold: its own that is over, and the next one, which
    is another's."""
    connection = peer.keep(insider.connect())
    for (task, attempt), _ in insider.assignments(connection, 1):
        give_back(insider, connection, (task, attempt))
        for number in range(2_000):
            key = (task, (2, attempt[1] + 1 + number % 3))
            connection.say(insider.message(RECORD, record(key, 1 + number % 2)))
            connection.say(insider.message(ENDED, ((1, key), (2, (COMPLETED, ERROR, DIVERGED)[number % 3]), (4, 1.0))))


def foreign_checkpoint(insider, peer):
    """Checkpoints that are none, or another task's, of attempts that it holds and does not hold; and requests for the
    checkpoints of others."""
    connection = peer.keep(insider.connect())
    for key, _ in insider.assignments(connection, 1):
        label = ((1, 1), (2, 4096), (3, "0" * 64))
        for epoch, count, offset in ((1, 4096, 0), (1, 64 << 20, 0), (2, 4096, 4096), (1, LARGEST, LARGEST)):
            state = ((1, epoch), (2, count), (3, "0" * 64))
            connection.say(insider.message(PIECE, ((1, key), (2, state), (3, offset), (4, os.urandom(4096)))))
        for offset in (0, 64 << 20, LARGEST):
            connection.say(insider.message(REQUEST, ((1, key), (2, 1), (3, offset), (4, 0))))
        connection.say(insider.message(ENDED, ((1, key), (2, PREEMPTED), (3, "stopped"), (4, 1.0), (5, label))))


def false_failures(insider, peer):
    """One worker's word that tasks diverge, and fail again and again."""
    connection = peer.keep(insider.connect())
    for number, (key, _) in enumerate(insider.assignments(connection, 3, slots=3)):
        outcome = (DIVERGED, ERROR, ERROR)[number]
        connection.say(insider.message(ENDED, ((1, key), (2, outcome), (3, "a loss is nan"), (4, 1.0))))


def give_back(insider, connection, key):
    connection.say(insider.message(ENDED, ((1, key), (2, PREEMPTED), (3, "the worker stopped"), (4, 0.5))))


ATTACKS = [
    impossible_numbers, unwanted_gradients, long_texts, huge_lists, large_frames, wrong_version, not_held,
    foreign_checkpoint, false_failures,
]
