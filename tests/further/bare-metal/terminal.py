"""A person at a terminal: terminal.py TEXTS PROGRAM WORD... types each of the texts (a JSON list), waiting in between.

Prints what the terminal showed, whether it was in raw mode before the first text and as it was found at the end, and the status
of the program, as one JSON object. The text SIGTERM is a signal to the program.
"""
import json
import os
import pty
import select
import signal
import sys
import termios
import time

QUIET = 0.4
LONGEST = 20


def attributes(terminal):
    return termios.tcgetattr(terminal)


def read_until_quiet(terminal, least):
    """What comes until nothing has come for a while; something must come first if `least` is 1."""
    shown = b""
    end = time.time() + LONGEST
    while time.time() < end:
        ready, _, _ = select.select([terminal], [], [], QUIET)
        if not ready:
            if len(shown) >= least:
                break
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    return shown


def main():
    texts, words = json.loads(sys.argv[1]), sys.argv[2:]
    outside, inside = pty.openpty()
    found = attributes(inside)
    child = os.fork()
    if child == 0:
        os.setsid()
        for number in (0, 1, 2):
            os.dup2(inside, number)
        os.execvp(words[0], words)
    # The first that is shown is the line about the keys: then the machine runs.
    shown = read_until_quiet(outside, 1)
    was_raw = attributes(inside)[3] & termios.ICANON == 0
    for text in texts:
        if text == "SIGTERM":
            os.kill(child, signal.SIGTERM)
        else:
            os.write(outside, text.encode())
        shown += read_until_quiet(outside, 0)
    end = time.time() + LONGEST
    ended, status = 0, 0
    while ended == 0 and time.time() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.05)
    if ended == 0:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status) if ended else None
    is_restored = attributes(inside) == found
    report = {"shown": shown.decode(errors="replace"), "wasRaw": was_raw, "isRestored": is_restored, "status": code}
    print(json.dumps(report))


main()
