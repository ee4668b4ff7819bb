"""Runs Patroni under a guard, so that its PostgreSQL never outlives it.

    patroni.py CONFIGURATION DATA REST_PORT

Patroni starts PostgreSQL in a session of its own. If only Patroni is killed, PostgreSQL goes on as a primary while the other
node is promoted. Therefore two processes watch Patroni and each other: this one, and a guard in another session. If one of
the three ends, the others end Patroni and every process of PostgreSQL below DATA. The guard does the same if Patroni does not
answer, or answers that it hangs. A process of PostgreSQL is known by its working directory.

At an orderly stop Patroni ends its HTTP server first and PostgreSQL second, which may still archive its log. The guard then
watches the two processes only. The caller that asked for the stop limits its time.
"""

import http.client
import os
import select
import signal
import subprocess
import sys
import time

PROGRAM = "/usr/bin/patroni"

# The lease has 20 s (ttl). The other node may be promoted after that, so that this one is ended before.
SILENCE = 12.0
LOOK = 1.0
ANSWER = 3.0


def processes(wanted):
    """Lists the processes that have a property, without this one."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                if wanted(int(entry)):
                    found.append(int(entry))
            except OSError:
                pass  # It has ended, or belongs to another user.
    return found


def is_zombie(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] in "ZX"


def servers(data):
    return processes(lambda pid: os.readlink(f"/proc/{pid}/cwd") == data and not is_zombie(pid))


def session(leader, spared):
    return processes(lambda pid: pid not in spared and os.getsid(pid) == leader and not is_zombie(pid))


def end(pids, how):
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            pass


def fence(data, leader, spared=()):
    """Ends Patroni first, since it would start PostgreSQL again; then PostgreSQL, until none is seen three times in a row."""
    unseen = 0
    while unseen < 3:
        patroni = session(leader, spared)
        end(patroni, signal.SIGKILL)
        running = servers(data)
        # A backend that has lost its postmaster finishes its statement, so all of them are killed, not the first alone.
        end(running, signal.SIGKILL)
        unseen = 0 if running or patroni else unseen + 1
        time.sleep(0.05)


class Answers:
    """Tells how long Patroni has not said that it is alive. The first answer starts the clock: it waits for ZooKeeper before.

    Patroni answers 503 while its own loop hangs, for instance in a query to a PostgreSQL that hangs. Another thread keeps the
    lease meanwhile, so that the other node would never be promoted.
    """

    def __init__(self, port):
        self.port = port
        self.last = None

    def silence(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER)
            connection.request("GET", "/liveness")
            alive = connection.getresponse().status == 200
            connection.close()
            if alive:
                self.last = time.monotonic()
        except (OSError, http.client.HTTPException):
            pass
        return 0 if self.last is None else time.monotonic() - self.last


def guard(data, watched, leader, port, stopping):
    poll = select.poll()
    for descriptor in watched:
        poll.register(descriptor, select.POLLIN)
    answers = Answers(port)
    while not poll.poll(LOOK * 1000):
        silence = 0 if stopping else answers.silence()
        # The stop may have begun during the question.
        if silence > SILENCE and not stopping:
            print(f"guard: Patroni has not been alive for {silence:.0f} s and is ended with its PostgreSQL", flush=True)
            break
    fence(data, leader)


def main():
    configuration, data, port = sys.argv[1], os.path.realpath(sys.argv[2]), int(sys.argv[3])
    own = os.getpid()
    if os.getsid(0) != own:
        sys.exit("patroni.py must lead a session: the guard ends the whole session")
    # What an earlier start left: without its Patroni it must not go on.
    fence(data, own)
    ended = []
    for what in (signal.SIGTERM, signal.SIGINT):
        signal.signal(what, lambda *_: ended.append(True))
    # The guard inherits this handler, so that the signal never ends it.
    stopping = []
    signal.signal(signal.SIGUSR1, lambda *_: stopping.append(True))
    patroni = subprocess.Popen([sys.executable, PROGRAM, configuration])
    watched = [os.pidfd_open(own), os.pidfd_open(patroni.pid)]
    guarding = os.fork()
    if guarding == 0:
        os.setsid()
        for what in (signal.SIGTERM, signal.SIGINT):
            signal.signal(what, signal.SIG_IGN)
        guard(data, watched, own, port, stopping)
        os._exit(0)
    poll = select.poll()
    poll.register(watched[1], select.POLLIN)
    poll.register(os.pidfd_open(guarding), select.POLLIN)
    asked = False
    while not poll.poll(200):
        if ended and not asked:
            # Patroni stops PostgreSQL in order and gives its lease back.
            asked = True
            end([guarding], signal.SIGUSR1)
            patroni.send_signal(signal.SIGTERM)
    status = patroni.poll()
    fence(data, own)
    end([guarding], signal.SIGKILL)
    sys.exit(0 if asked and status == 0 else 1)


if __name__ == "__main__":
    main()
