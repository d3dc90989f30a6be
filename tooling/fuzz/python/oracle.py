"""What h5py finds in mutants: `oracle.py FOLDER`, in the protocol that ../worker.mjs describes.

A mutant may end the process at any time. Where there is `fork`, the work is done by a child, which is replaced at once.
"""

import json
import os
import signal
import sys

from h5py import h5f

from probe import failed, run

# Of processor time per probe; what takes longer hangs. Most take less than a thousandth of a second.
LIMIT_SECONDS = float(os.environ.get("FUZZ_ORACLE_SECONDS", "0.5"))
# A mutant may make the library ask for as much as there is.
LIMIT_MEMORY = 4 * 2**30


def say(tag, text=""):
    os.write(1, f"{tag} {text}\n".encode("utf-8", "replace"))


def limit_time(seconds):
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def limit_memory():
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MEMORY, LIMIT_MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # Not on this system.


def mutant(content, job):
    """A base file with its patches, cut or extended."""
    content = bytearray(content)
    content[job["length"] :] = bytes(max(0, job["length"] - len(content)))
    for offset, replacement in job["patches"]:
        replacement = bytes.fromhex(replacement)
        content[offset : offset + len(replacement)] = replacement
    return bytes(content)


def perform(job, base):
    probes = base["probes"][job["from"] :]
    limit_time(LIMIT_SECONDS)
    try:
        file = h5f.open_file_image(mutant(base["content"], job))
    except Exception as error:
        for _ in probes:
            say("o", one_line(failed(error)))
        return
    for probe in probes:
        limit_time(LIMIT_SECONDS)
        say("o", one_line(run(file, probe)))
    limit_time(LIMIT_SECONDS)
    file.close()


def one_line(outcome):
    return outcome.replace("\n", " ").replace("\r", " ")


def serve(bases):
    limit_memory()
    for line in sys.stdin:
        for job in json.loads(line):
            try:
                perform(job, bases[job["base"]])
            except Exception as error:  # Such as a file that cannot be closed.
                say("n", one_line(failed(error)))
            say("e")
        limit_time(0)


def serve_in_children(bases):
    while True:
        child = os.fork()
        if child == 0:
            serve(bases)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            return
        name = signal.Signals(-status).name if status < 0 else f"exit code {status}"
        say("x", "hang" if name == "SIGPROF" else f"crash ({name})")


def load(folder):
    with open(os.path.join(folder, "bases.json")) as listed:
        bases = json.load(listed)["bases"]
    for base in bases:
        with open(os.path.join(folder, base["name"] + ".h5"), "rb") as file:
            base["content"] = file.read()
    return bases


(serve_in_children if hasattr(os, "fork") else serve)(load(sys.argv[1]))
