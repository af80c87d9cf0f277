package config

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// FromCgroup is the origin of a memory limit that the system sets for the process, e.g. for a container.
const FromCgroup OriginKind = "cgroup"

// FallbackMemory is the memory of a server for which nothing sets a limit, in bytes. It is more if --body-memory
// is set to more than a quarter of it.
const FallbackMemory = 512 * MiB

// TotalMemory returns how many bytes the server and its script workers may use together, and where that comes from:
// --memory, or else the limit of the cgroup, or else a default. root is the root of the file system.
func (s Server) TotalMemory(root fs.FS) (int64, OriginKind) {
	if s.Memory > 0 {
		return s.Memory, FromFlag
	}
	if limit := cgroupLimit(root); limit > 0 {
		return limit, FromCgroup
	}
	return max(FallbackMemory, 4*s.BodyMemory), FromDefault
}

// HeapOf returns the part of the total memory for the server's Go heap (GOMEMLIMIT), in bytes. The rest is for script
// workers and for what the collector does not manage.
func HeapOf(total int64) int64 { return total / 2 }

// cgroupLimit returns the memory limit of the process's cgroup in bytes, or 0 if it has none. It reads version 2 and
// version 1 of cgroups (cgroups(7)). The limit of a parent counts too.
func cgroupLimit(root fs.FS) (lowest int64) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) { // hierarchy:controllers:path
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 {
			continue
		}
		dir, file := "sys/fs/cgroup", "memory.max"
		switch {
		case strings.Contains(","+parts[1]+",", ",memory,"):
			dir, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		case parts[1] != "":
			continue
		}
		for at := path.Clean("/" + parts[2]); ; at = path.Dir(at) { // in a container, only the last one may exist
			if n := readLimit(root, path.Join(dir, at, file)); n > 0 && (lowest == 0 || n < lowest) {
				lowest = n
			}
			if at == "/" {
				break
			}
		}
	}
	return lowest
}

// readLimit returns the limit in a file, or 0 if there is none: "max", or in version 1 a number near 2^63.
func readLimit(root fs.FS, name string) int64 {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0
	}
	const none = 1 << 60
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n >= none {
		return 0
	}
	return n
}
