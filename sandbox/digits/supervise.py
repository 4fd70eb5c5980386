"""Runs a command in a session of its own and ends the whole session when standard input closes.

However the process that started this one dies, its end of the pipe closes, so that no server is left behind.
"""

import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 5


def end(process):
    """Asks every process of the session to stop, then makes them."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)


def main():
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)

    def watch():
        sys.stdin.buffer.read()
        end(process)

    threading.Thread(target=watch, daemon=True).start()
    code = process.wait()
    end(process)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
