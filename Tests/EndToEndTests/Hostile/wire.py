"""The protocol's messages by hand, right or wrong: fields as pairs of number and value (protobuf.dev, "Encoding")."""

import base64
import csv
import os
import struct

from zmtp import CurveConnection, Keys, z85


def varint(number):
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(data + bytes([number]))


def encode(*fields):
    """Whole numbers, floats as doubles, texts, bytes, and messages as tuples of fields."""
    data = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            data += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            data += varint(number << 3 | 1) + struct.pack("<d", value)
        else:
            content = value.encode() if isinstance(value, str) else value
            content = encode(*content) if isinstance(content, tuple) else content
            data += varint(number << 3 | 2) + varint(len(content)) + content
    return bytes(data)


def decode(data):
    """The last value of each field: numbers, or bytes."""
    fields, offset = {}, 0

    def number():
        nonlocal offset
        value, shift = 0, 0
        while True:
            byte = data[offset]
            offset += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while offset < len(data):
        tag = number()
        if tag & 7 == 0:
            fields[tag >> 3] = number()
            continue
        length = number() if tag & 7 == 2 else {1: 8, 5: 4}[tag & 7]
        fields[tag >> 3] = data[offset : offset + length]
        offset += length
    return fields


class Token:
    """What `sweep invite` printed."""

    def __init__(self, word):
        text = word.removeprefix("sweep1.")
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        self.server_key, self.secret = data[:32], data[32:64]
        host, port = data[64:-4].decode().removeprefix("tcp://").rsplit(":", 1)
        self.address = (host, int(port))


# Bodies of a worker's message, by their names.
HELLO, HEARTBEAT, RECORD, ENDED, GOODBYE, PIECE, REQUEST = range(3, 10)
# Of the coordinator's.
WELCOME, ASSIGNMENT, REFUSAL, SETTLED = 2, 4, 8, 11


class Insider:
    """A worker that was let in, as its key says, and does as it likes from then on."""

    def __init__(self, token, version, name, table=None):
        self.token, self.version, self.name, self.table, self.keys = token, version, name, table, Keys()
        self.given_back, self.held = [], []
        invited = CurveConnection(token.address, token.server_key, Keys(token.secret)).shake_hands()
        request = encode((1, version), (32, z85(self.keys.public)))
        answer = {}
        while 32 not in answer:
            invited.say(request)
            answer = decode(invited.hear())
        invited.close()

    def connect(self, identity=b""):
        connection = CurveConnection(self.token.address, self.token.server_key, self.keys)
        return connection.shake_hands(identity)

    def message(self, body, content, name=None, version=None):
        return encode((1, version or self.version), (2, name or self.name), (body, content))

    def hello(self, slots=1, running=(), facts=((1, "host"), (3, 64)), **options):
        return self.message(HELLO, ((1, slots), (2, facts)) + tuple((3, key) for key in running), **options)

    def assignments(self, connection, count, slots=1):
        """Says hello and takes so many tasks: the key of the attempt, and the fields of the assignment."""
        connection.say(self.hello(slots))
        found = []
        while len(found) < count:
            fields = decode(connection.hear())
            if REFUSAL in fields:
                raise ConnectionError(f"refused: {fields[REFUSAL]!r}")
            if ASSIGNMENT in fields:
                assignment = decode(fields[ASSIGNMENT])
                attempt = decode(assignment[1])
                found.append((((1, attempt[1].decode()), (2, attempt[2])), assignment))
        return found

    def metrics(self, assignment, epoch):
        """Losses and accuracies of a task's epoch: those that its training gives where the table has them, else some
        that are possible."""
        task = (assignment[4].decode(), str(assignment[6]), str(epoch))
        with open(self.table or os.devnull, newline="") as table:
            for row in csv.DictReader(table):
                if (row["norm"], row["seed"], row["epoch"]) == task:
                    return (
                        (float(row["train_loss"]), float(row["val_loss"])),
                        (float(row["train_acc"]), float(row["val_acc"])))
        return (2.5, 2.5), (12.5, 10.0)


def record(key, epoch=1, losses=(2.5, 2.5), accuracies=(10.0, 10.0), *more):
    return ((1, key), (2, epoch), (3, losses[0]), (4, losses[1]), (5, accuracies[0]), (6, accuracies[1])) + more
