"""ZMTP 3 and CurveZMQ by hand (RFC 23 and 26 of ZeroMQ), so that a peer can do what no library lets it do: stop in the
middle of a handshake, send a message whose parts never end, announce a length that it does not send."""

import ctypes
import ctypes.util
import os
import socket
import struct

sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
if sodium.sodium_init() < 0:
    raise SystemExit("error: libsodium does not start")

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
LARGE, COMMAND = 2, 4
# Within the box of a message.
SEALED_MORE, SEALED_COMMAND = 1, 2


def z85(data):
    text = ""
    for (word,) in struct.iter_unpack(">I", data):
        text += "".join(DIGITS[word // 85**power % 85] for power in (4, 3, 2, 1, 0))
    return text


class Keys:
    """A key pair; a new one where no secret is given."""

    def __init__(self, secret=None):
        self.secret = secret or os.urandom(32)
        public = ctypes.create_string_buffer(32)
        sodium.crypto_scalarmult_base(public, self.secret)
        self.public = public.raw


def seal(plain, nonce, public, secret):
    box = ctypes.create_string_buffer(len(plain) + 16)
    sodium.crypto_box_easy(box, plain, ctypes.c_ulonglong(len(plain)), nonce, public, secret)
    return box.raw


def unseal(box, nonce, public, secret):
    plain = ctypes.create_string_buffer(max(len(box) - 16, 1))
    if sodium.crypto_box_open_easy(plain, box, ctypes.c_ulonglong(len(box)), nonce, public, secret) != 0:
        raise ConnectionError("a box does not open")
    return plain.raw[: len(box) - 16]


def greeting(mechanism, major=3, minor=0):
    return b"\xff" + b"\0" * 8 + b"\x7f" + bytes([major, minor]) + mechanism.ljust(20, b"\0") + b"\0" * 32


def frame(flags, body):
    if len(body) > 255:
        return struct.pack(">BQ", flags | LARGE, len(body)) + body
    return bytes([flags, len(body)]) + body


class Connection:
    """A TCP connection to a coordinator, which has said nothing."""

    def __init__(self, address, timeout=20):
        self.socket = socket.create_connection(address, timeout=timeout)
        self.buffer = b""
        self.sent = []

    def send(self, data):
        self.socket.sendall(data)
        # What floods say is not worth its memory.
        if len(self.sent) < 16:
            self.sent.append(data)

    def receive(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(1 << 16)
            if not data:
                raise ConnectionError("the coordinator hung up")
            self.buffer += data
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def receive_frame(self):
        (flags,) = self.receive(1)
        (length,) = struct.unpack(">Q", self.receive(8)) if flags & LARGE else self.receive(1)
        return flags, self.receive(length)

    def close(self):
        self.socket.close()


class CurveConnection(Connection):
    """One that can be taken through the handshake and then speaks as a DEALER."""

    def __init__(self, address, server_key, keys, timeout=20):
        super().__init__(address, timeout)
        self.server_key, self.keys, self.passing = server_key, keys, Keys()
        self.nonce = 0
        self.server_passing = b""

    def next_nonce(self):
        self.nonce += 1
        return struct.pack(">Q", self.nonce)

    def greet(self):
        self.send(greeting(b"CURVE"))
        self.receive(64)

    def hello(self):
        nonce = self.next_nonce()
        box = seal(b"\0" * 64, b"CurveZMQHELLO---" + nonce, self.server_key, self.passing.secret)
        return b"\x05HELLO\x01\x00" + b"\0" * 72 + self.passing.public + nonce + box

    def shake_hands(self, identity=b""):
        """Greets and speaks until the coordinator is ready; a ConnectionError where it refuses."""
        self.greet()
        self.send(frame(COMMAND, self.hello()))
        welcome = self.receive_frame()[1]
        if not welcome.startswith(b"\x07WELCOME"):
            raise ConnectionError(f"instead of a welcome: {welcome[:40]!r}")
        plain = unseal(welcome[24:], b"WELCOME-" + welcome[8:24], self.server_key, self.passing.secret)
        self.server_passing, cookie = plain[:32], plain[32:]
        vouch_nonce, nonce = os.urandom(16), self.next_nonce()
        vouch = seal(
            self.passing.public + self.server_key, b"VOUCH---" + vouch_nonce, self.server_passing, self.keys.secret)
        metadata = b""
        for name, value in ((b"Socket-Type", b"DEALER"), (b"Identity", identity)):
            metadata += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
        box = seal(
            self.keys.public + vouch_nonce + vouch + metadata, b"CurveZMQINITIATE" + nonce, self.server_passing,
            self.passing.secret)
        self.send(frame(COMMAND, b"\x08INITIATE" + cookie + nonce + box))
        ready = self.receive_frame()[1]
        if not ready.startswith(b"\x05READY"):
            raise ConnectionError(f"refused: {ready[:40]!r}")
        return self

    def sealed(self, payload, more=False):
        """The frame of a message, or of a part of one."""
        nonce = self.next_nonce()
        box = seal(bytes([SEALED_MORE if more else 0]) + payload, b"CurveZMQMESSAGEC" + nonce, self.server_passing,
                   self.passing.secret)
        return frame(0, b"\x07MESSAGE" + nonce + box)

    def say(self, payload, more=False):
        self.send(self.sealed(payload, more))

    def hear(self):
        """The next message of one part, past libzmq's own heartbeats."""
        while True:
            body = self.receive_frame()[1]
            if body.startswith(b"\x07MESSAGE"):
                plain = unseal(
                    body[16:], b"CurveZMQMESSAGES" + body[8:16], self.server_passing, self.passing.secret)
                if not plain[0] & SEALED_COMMAND:
                    return plain[1:]
