"""What a worker that was let in can do: each function makes one round of an attack."""

import os
import struct
import time

from wire import ENDED, GOODBYE, HEARTBEAT, PIECE, RECORD, REQUEST, SETTLED, WELCOME, decode, encode, record
from zmtp import LARGE

COMPLETED, ERROR, DIVERGED, PREEMPTED, UNFIT = 1, 2, 7, 8, 9
LARGEST = (1 << 64) - 1
PIECE_BYTES = 1008 << 10
# Of the tensors of each norm; a header may follow.
STATE_BYTES = {b"bn": 4_293_912, b"ln": 4_292_096}


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


def anothers_name(insider, peer):
    """The names of the honest worker, of local ones and of none."""
    for name in ("honest", "local-0", "local-honest", "", "../../etc", "a b", "x" * 65, "\u202eevil"):
        connection = peer.keep(insider.connect())
        connection.say(insider.hello(name=name))
        connection.say(insider.message(HEARTBEAT, (), name=name))


def many_names(insider, peer):
    """20,000 hellos, each under a name of its own."""
    connection = peer.keep(insider.connect())
    for number in range(20_000):
        connection.say(insider.hello(name=f"name-{number}"))


def other_facts(insider, peer):
    """20,000 hellos, each with another host: every one a write, a line of the log and one of the terminal."""
    connection = peer.keep(insider.connect())
    for number in range(20_000):
        connection.say(insider.hello(facts=((1, f"host-{number}"), (3, 64))))


def many_slots(insider, peer):
    """More slots than there are tasks, none of which is trained: heartbeats keep what it holds."""
    connection = peer.keep(insider.connect())
    connection.say(insider.hello(slots=4096, facts=((1, "host"), (3, 65_536))))
    held = []
    for _ in range(200):
        connection.say(insider.message(HEARTBEAT, tuple((1, key) for key in held) + ((2, 1),)))
        fields = decode(connection.hear())
        if 4 in fields:
            attempt = decode(decode(fields[4])[1])
            held.append(((1, attempt[1].decode()), (2, attempt[2])))


def given_back(insider, peer):
    """Attempts that are given back as soon as they come."""
    connection = peer.keep(insider.connect())
    connection.say(insider.hello())
    for _ in range(2_000):
        fields = decode(connection.hear())
        if 4 in fields:
            attempt = decode(decode(fields[4])[1])
            give_back(insider, connection, ((1, attempt[1].decode()), (2, attempt[2])))


def unfit_again(insider, peer):
    """A task that it cannot train, for a reason of 4 KB; then it leaves and comes back, which mends a worker."""
    connection = peer.keep(insider.connect())
    connection.socket.settimeout(2)
    try:
        for _ in range(300):
            for key, _ in insider.assignments(connection, 1):
                connection.say(insider.message(ENDED, ((1, key), (2, UNFIT), (3, "no luck " * 512), (4, 0.1))))
                connection.say(insider.message(GOODBYE, ()))
    except TimeoutError:
        # It gets nothing for now.
        pass


def malformed(insider, peer):
    """100,000 messages that are none, each worth a line of a log."""
    connection = peer.keep(insider.connect())
    for number in range(100_000):
        connection.say(b"\xff" * (1 + number % 50))


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


def endless_parts(insider, peer):
    """A message whose parts never end: 600 MB of them, unless it is cut off."""
    connection = peer.keep(insider.connect())
    part = os.urandom(1 << 16)
    for _ in range(600 << 4):
        connection.say(part, more=True)


def same_routing_id(insider, peer):
    """Connections with the routing id of another one: libzmq neither reads them nor lets go of them."""
    for _ in range(4):
        connection = peer.keep(insider.connect(identity=b"one"))
        connection.say(insider.hello())
        for _ in range(48):
            connection.say(os.urandom(1 << 20))


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


def spoilt_checkpoints(insider, peer):
    """States with other bytes than their hash says, behind a record that is right and stored: what each has is known
    when it is written."""
    connection = peer.keep(insider.connect())
    connection.socket.settimeout(5)
    for key, assignment in insider.assignments(connection, 1):
        connection.say(insider.message(RECORD, record(key, 1, *insider.metrics(assignment, 1))))
        size = STATE_BYTES[assignment[4]]
        for _ in range(10):
            state = ((1, 1), (2, size), (3, os.urandom(32).hex()))
            for offset in range(0, size, PIECE_BYTES):
                content = os.urandom(min(PIECE_BYTES, size - offset))
                connection.say(insider.message(PIECE, ((1, key), (2, state), (3, offset), (4, content))))
            while SETTLED not in decode(connection.hear()):
                pass
        give_back(insider, connection, key)


def trickle(insider, peer):
    """Frames of a megabyte of which a byte comes each second."""
    slow = [peer.keep(insider.connect()) for _ in range(20)]
    for connection in slow:
        connection.send(struct.pack(">BQ", LARGE, 1 << 20))
    for _ in range(3):
        time.sleep(1)
        for connection in slow:
            connection.send(b"\0")


def false_failures(insider, peer):
    """One worker's word that tasks diverge, and fail again and again."""
    connection = peer.keep(insider.connect())
    for number, (key, _) in enumerate(insider.assignments(connection, 3, slots=3)):
        outcome = (DIVERGED, ERROR, ERROR)[number]
        connection.say(insider.message(ENDED, ((1, key), (2, outcome), (3, "a loss is nan"), (4, 1.0))))


def replayed_messages(insider, peer):
    """Each message twice, with the number that makes it unique on its connection; and a record and an end, a thousand
    times over."""
    connection = peer.keep(insider.connect())
    for key, _ in insider.assignments(connection, 1):
        give_back(insider, connection, key)
        for _ in range(1_000):
            connection.say(insider.message(HEARTBEAT, ((1, key), (2, 1))))
            give_back(insider, connection, key)
        sealed = connection.sealed(insider.hello())
        connection.send(sealed + sealed)
        connection.hear()
        # libzmq cuts off whoever repeats a number.
        for _ in range(100):
            connection.say(insider.message(HEARTBEAT, ((2, 1),)))


def false_alarms(insider, peer):
    """Records of a task that another one has trained since, each with other bits: 5,000 alarms. A stored record of a
    task that nobody has trained would be a lie, which this is not about. It keeps another task meanwhile, so that the
    sweep is not over."""
    connection = peer.keep(insider.connect())
    for key, epochs in insider.given_back:
        for number in range(5_000):
            losses = (2.5, 3.0 + number / 1024)
            connection.say(insider.message(RECORD, record(key, 1 + number % epochs, losses, (12.5, 10.0))))
    if not insider.given_back:
        (key, assignment), (other, _) = insider.assignments(connection, 2, slots=2)
        give_back(insider, connection, key)
        insider.given_back, insider.held = [(key, assignment[7])], [other]
    else:
        while insider.held:
            give_back(insider, connection, insider.held.pop())


def goodbyes(insider, peer):
    """It comes and goes."""
    for _ in range(200):
        connection = insider.connect()
        connection.say(insider.hello())
        connection.say(insider.message(GOODBYE, ()))
        connection.close()


def give_back(insider, connection, key):
    connection.say(insider.message(ENDED, ((1, key), (2, PREEMPTED), (3, "the worker stopped"), (4, 0.5))))


ATTACKS = [
    impossible_numbers, unwanted_gradients, anothers_name, many_names, other_facts, many_slots, given_back, unfit_again,
    malformed, long_texts, huge_lists, large_frames, endless_parts, same_routing_id, wrong_version, not_held,
    foreign_checkpoint, spoilt_checkpoints, trickle, false_failures, replayed_messages, false_alarms, goodbyes,
]
