"""A hostile peer: hostile_peer.py ATTACK TOKEN VERSION [TABLE [GATE]]

Makes rounds of one attack on a coordinator until it is ended. After each round it says so on standard error, with how
many connections the coordinator cut off. ATTACK is the name of a function in strangers.py or insiders.py; TABLE an
epochs.csv of the same sweep, for attacks that tell the truth of a task; GATE a file without which there is no second
round.
"""

import os
import resource
import sys
import time

import insiders
import strangers
from wire import HELLO, Insider, Token, encode
from zmtp import Connection


class Peer:
    """The connections of the rounds: the last ones are held open, as many as a process may have."""

    def __init__(self, token, version):
        self.token, self.connections = token, []
        # Of a worker whose key nobody asked for.
        self.hello = encode((1, version), (2, "nobody"), (HELLO, ((1, 1), (2, ((1, "host"), (3, 64))))))

    def keep(self, connection):
        self.connections.append(connection)
        while len(self.connections) > 1200:
            self.connections.pop(0).close()
        return connection

    def open(self):
        return self.keep(Connection(self.token.address))

    def expect_silence(self, connection, welcomed=False):
        """The coordinator may greet, answer a hello, say that it refuses, and hang up; else it says nothing."""
        connection.socket.settimeout(1)
        try:
            connection.receive(4096)
        except (TimeoutError, ConnectionError):
            pass
        answer = connection.buffer[64:]
        if welcomed and answer[2:10] == b"\x07WELCOME":
            answer = answer[2 + answer[1] :]
        if answer and b"\x05ERROR" not in answer[:16]:
            raise SystemExit(f"error: the coordinator answered {answer!r}")


def main(name, word, version, table=None, gate=None):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    token = Token(word)
    peer, insider = Peer(token, int(version)), None
    attack = {function.__name__: function for function in strangers.ATTACKS + insiders.ATTACKS}[name]
    rounds = cuts = 0
    while True:
        try:
            if attack in insiders.ATTACKS:
                insider = insider or Insider(token, int(version), "hostile", table)
                attack(insider, peer)
            else:
                attack(peer)
        except OSError as error:
            cuts += 1
            print(f"cut off: {error}", file=sys.stderr)
        rounds += 1
        print(f"round {rounds} is made, {cuts} cut off", file=sys.stderr, flush=True)
        # A flood needs no more, and the honest worker shares its processor with this.
        time.sleep(0.5)
        while gate and not os.path.exists(gate):
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
