"""What kind of file system a folder lies on: some tell nobody here of what others write into them.

Linux lists its mounts in /proc/self/mountinfo (proc(5)); where that is missing nothing is known, and nothing is said.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

# inotify(7): only changes made through this very machine are seen on these.
_REMOTE: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs 9p afs ceph glusterfs lustre gpfs beegfs ocfs2 gfs2 vboxsf vmhgfs prl_fs"
    " virtiofs davfs fuse".split()
)
_MOUNTS: Final = Path("/proc/self/mountinfo")


def remote_kind(folder: Path, mounts: str | None = None) -> str | None:
    """The name of the network file system that a folder lies on ("nfs4", "fuse.sshfs"), None where it is on none.

    `mounts` is the text of mountinfo, read where it is not given.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None
    kind = _kind(os.path.realpath(folder), mounts)
    return kind if kind.partition(".")[0] in _REMOTE else None


def _kind(real: str, mounts: str) -> str:
    """The type of the mount with the longest fitting path; of several on one path, the last."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        parts = fields.split(" ")
        if len(parts) < 5 or not rest:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), parts[4])
        if (real == point or real.startswith(point.rstrip("/") + "/")) and len(point) >= best:
            best, kind = len(point), rest.split(" ")[0]
    return kind
