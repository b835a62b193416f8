"""What somebody without a key can do: each function makes one round of an attack on the address of a token."""

import os
import struct

from zmtp import COMMAND, Connection, CurveConnection, Keys, frame, greeting


def garbage(peer):
    """Bytes that are nobody's protocol."""
    for number in range(50):
        connection = peer.open()
        connection.send([b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", os.urandom(4096), b"\x16\x03\x01" * 100][number % 3])


def slow_handshake(peer):
    """Connections that send a byte of their greeting now and then, and others that stop behind the welcome."""
    slow = [peer.open() for _ in range(100)]
    for byte in greeting(b"CURVE")[:12]:
        for connection in slow:
            connection.send(bytes([byte]))
    for _ in range(50):
        halfway = peer.keep(CurveConnection(peer.token.address, peer.token.server_key, Keys()))
        halfway.greet()
        halfway.send(frame(COMMAND, halfway.hello()))


def null_mechanism(peer):
    """pyzmq#657: the mechanism without any keys beside CURVE."""
    ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
    for _ in range(20):
        connection = peer.open()
        connection.send(greeting(b"NULL") + frame(COMMAND, ready) + frame(0, peer.hello))
        peer.expect_silence(connection)


def plain_mechanism(peer):
    """Name and password, as clear text."""
    for _ in range(20):
        connection = peer.open()
        connection.send(greeting(b"PLAIN") + frame(COMMAND, b"\x05HELLO\x05admin\x00") + frame(0, peer.hello))
        peer.expect_silence(connection)


def old_greetings(peer):
    """ZMTP 1 and 2 know no mechanism: advisories of libzmq 4.3.3."""
    for version in (0, 1):
        connection = peer.open()
        old = b"\xff\0\0\0\0\0\0\0\x01\x7f" + bytes([version, 5]) if version else b"\x01\0"
        connection.send(old + b"\0\0" + frame(0, b"") + frame(0, peer.hello))
        peer.expect_silence(connection)


def oversized_handshake(peer):
    """CVE-2019-13132 and CVE-2019-6250: commands longer than a handshake has, and lengths that no memory has."""
    for body in (b"\x05HELLO" + b"\0" * 4096, b"\x08INITIATE" + b"\0" * (1 << 20), b"\xff" * 255, b""):
        connection = peer.open()
        connection.send(greeting(b"CURVE") + frame(COMMAND, body))
    for flags in (2, 6):
        for length in (1 << 63, (1 << 64) - 1, (1 << 64) - 9, 1 << 31):
            connection = peer.open()
            connection.send(greeting(b"CURVE") + struct.pack(">BQ", flags, length) + os.urandom(65536))


def mute(peer):
    """CVE-2020-15166: a thousand connections that say nothing."""
    for _ in range(1000):
        peer.open()


def unknown_key(peer):
    """CURVE done right, with a key that nobody admitted."""
    for _ in range(50):
        connection = peer.keep(CurveConnection(peer.token.address, peer.token.server_key, Keys()))
        try:
            connection.shake_hands()
        except OSError:
            continue
        raise SystemExit("error: a key that nobody admitted was let in")


def wrong_server_key(peer):
    """The invited key, and a coordinator's key that is not this one's."""
    for _ in range(20):
        connection = peer.keep(CurveConnection(peer.token.address, Keys().public, Keys(peer.token.secret)))
        try:
            connection.shake_hands()
        except OSError:
            continue
        raise SystemExit("error: a handshake with the wrong server's key went through")


def replayed_handshake(peer):
    """What the holder of an invite once said, byte by byte, over other connections."""
    first = CurveConnection(peer.token.address, peer.token.server_key, Keys(peer.token.secret))
    first.shake_hands()
    first.say(peer.hello)
    first.close()
    for _ in range(20):
        connection = peer.open()
        for data in first.sent:
            connection.send(data)
        peer.expect_silence(connection, welcomed=True)


def invite_without_worker(peer):
    """The connection of an invite, over which a worker's messages and a thousand requests for the same key come."""
    connection = peer.keep(CurveConnection(peer.token.address, peer.token.server_key, Keys(peer.token.secret)))
    connection.shake_hands()
    for number in range(1000):
        connection.say(peer.hello if number % 2 else os.urandom(1 + number))


ATTACKS = [
    garbage, slow_handshake, null_mechanism, plain_mechanism, old_greetings, oversized_handshake, mute, unknown_key,
    wrong_server_key, replayed_handshake, invite_without_worker,
]
