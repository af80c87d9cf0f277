//go:build amd64 || arm64

package script

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// probeArgument makes the test binary a program that confines itself like a worker, and then tries what native
// code in a worker could try.
const probeArgument = "script-probe"

func probe(out io.Writer) int {
	sock, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0) // opened before, so it stays usable
	if err != nil {
		return 1
	}
	if err := confine(); err != nil {
		fmt.Fprintln(out, "confine:", err)
		return 1
	}
	tries := []struct {
		name string
		try  func() error
	}{
		{"read a file", func() error { _, err := os.ReadFile("/etc/passwd"); return err }},
		{"create a file", func() error { return os.WriteFile("/tmp/hookline-probe", nil, 0o600) }},
		{"remove a file", func() error { return os.Remove("/tmp/hookline-no-such-file") }},
		{"list a directory", func() error { _, err := os.ReadDir("/"); return err }},
		{"make a socket", func() error { _, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0); return err }},
		{"dial", func() error { _, err := net.Dial("tcp", "127.0.0.1:1"); return err }},
		{"connect", func() error { return unix.Connect(sock, &unix.SockaddrUnix{Name: "/x"}) }},
		{"run a program", func() error { return exec.Command("/bin/true").Run() }},
		{"execve", func() error { return syscall.Exec("/bin/true", []string{"true"}, nil) }},
		{"fork", func() error { return rawErrno(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0) }},
		{"kill the parent", func() error { return unix.Kill(os.Getppid(), unix.SIGTERM) }},
		{"signal another", func() error { return unix.Tgkill(os.Getppid(), os.Getppid(), 0) }},
		{"trace", func() error { return rawErrno(unix.SYS_PTRACE, unix.PTRACE_ATTACH, uintptr(os.Getppid())) }},
		{"executable memory", func() error {
			_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
			return err
		}},
		{"io_uring", func() error { return rawErrno(unix.SYS_IO_URING_SETUP, 1, 0) }},
		{"raise a limit", func() error { return unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}) }},
		{"memory beyond the limit", func() error {
			_, err := unix.Mmap(-1, 0, workerData+1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
			return err
		}},
	}
	for _, t := range tries {
		verdict := "refused"
		if t.try() == nil {
			verdict = "allowed"
		}
		fmt.Fprintf(out, "%s: %s\n", t.name, verdict)
	}
	done := make(chan bool) // threads and memory are still available
	for range 50 {
		go func() { done <- len(make([]byte, 1<<20)) > 0 }()
	}
	for range 50 {
		<-done
	}
	fmt.Fprintln(out, "end")
	return 0
}

func rawErrno(number, a, b uintptr) error {
	if _, _, errno := unix.RawSyscall(number, a, b, 0); errno != 0 {
		return errno
	}
	return nil
}

func TestAWorkersProcessCanReachNothing(t *testing.T) {
	out, err := exec.Command(ownProgram, probeArgument).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 18 || lines[len(lines)-1] != "end" {
		t.Errorf("the probe stopped early:\n%s", out)
	}
	for _, line := range lines[:len(lines)-1] {
		if !strings.HasSuffix(line, ": refused") {
			t.Error(line)
		}
	}
}
