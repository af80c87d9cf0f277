package config

import (
	"testing"
	"testing/fstest"
)

func TestMemoryIsWhatTheNearestLimitAllows(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		set   int64 // --memory
		want  int64
		from  OriginKind
	}{
		"nothing": {nil, 0, 512 * MiB, FromDefault},
		"version 2": {map[string]string{
			"proc/self/cgroup": "0::/a.slice/b.scope\n", "sys/fs/cgroup/a.slice/b.scope/memory.max": "1073741824\n",
		}, 0, GiB, FromCgroup},
		"of a parent": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "268435456\n", "sys/fs/cgroup/memory.max": "536870912",
		}, 0, 256 * MiB, FromCgroup},
		"in a container": {map[string]string{
			"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "134217728\n",
		}, 0, 128 * MiB, FromCgroup},
		"version 1": {map[string]string{
			"proc/self/cgroup": "12:cpu,cpuacct:/x\n11:memory:/docker/1\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n",
		}, 0, 256 * MiB, FromCgroup},
		"no limit": {map[string]string{
			"proc/self/cgroup": "11:memory:/\n0::/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "sys/fs/cgroup/memory.max": "max\n",
		}, 0, 512 * MiB, FromDefault},
		"set":    {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "134217728\n"}, 2 * GiB, 2 * GiB, FromFlag},
		"broken": {map[string]string{"proc/self/cgroup": "x\n0::/../..\n", "sys/fs/cgroup/memory.max": "many\n"}, 0, 512 * MiB, FromDefault},
	} {
		root := fstest.MapFS{}
		for path, text := range c.files {
			root[path] = &fstest.MapFile{Data: []byte(text)}
		}
		s := Default()
		s.Memory = c.set
		if got, from := s.TotalMemory(root); got != c.want || from != c.from {
			t.Errorf("%s: got %d from %s, want %d from %s", name, got, from, c.want, c.from)
		}
	}
	s := Default()
	s.BodyMemory = GiB
	if got, _ := s.TotalMemory(fstest.MapFS{}); got != 4*GiB {
		t.Errorf("with much memory for bodies: %d", got)
	}
}
