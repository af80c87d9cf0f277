//go:build amd64 || arm64

package script

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allowed lists the system calls that a worker makes once it is ready: those of the Go runtime, and reading and
// writing open descriptors. Everything else (files, sockets, processes, signals to other processes) fails with
// EPERM.
func allowed() []uintptr {
	return append([]uintptr{
		unix.SYS_READ, unix.SYS_WRITE, unix.SYS_CLOSE,
		unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_CREATE1, unix.SYS_EVENTFD2,
		unix.SYS_FUTEX, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY,
		unix.SYS_MUNMAP, unix.SYS_MADVISE, unix.SYS_MREMAP, unix.SYS_BRK,
		unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
		unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY,
		unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_SET_TID_ADDRESS, unix.SYS_RESTART_SYSCALL,
		unix.SYS_GETRANDOM, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	}, allowedHere()...)
}

// Offsets into struct seccomp_data (linux/seccomp.h). Both architectures are little endian, so the low half of
// an argument comes first.
const (
	dataNumber   = 0
	dataArch     = 4
	dataArgument = 16
)

// filter returns the program that the kernel runs for each system call.
func filter() []unix.SockFilter {
	allow := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
	deny := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)}
	refuse := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)}
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	// jump continues with the next instruction if the condition holds, and skips n instructions otherwise.
	jump := func(code uint16, k uint32, n uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | code, K: k, Jf: n}
	}
	number := func(nr uintptr, n uint8) unix.SockFilter { return jump(unix.BPF_JEQ, uint32(nr), n) }

	p := []unix.SockFilter{
		load(dataArch), jump(unix.BPF_JEQ, auditArch, 1), {Code: unix.BPF_JMP | unix.BPF_JA, K: 1}, deny,
		load(dataNumber),
	}
	for _, nr := range allowed() {
		p = append(p, number(nr, 1), allow)
	}
	// Allow threads but no processes. clone3 takes its flags from memory, which a filter cannot read. It is
	// reported as not implemented, so that clone is used instead.
	p = append(p, number(unix.SYS_CLONE, 4), load(dataArgument), jump(unix.BPF_JSET, unix.CLONE_THREAD, 1), allow, deny)
	p = append(p, number(unix.SYS_CLONE3, 1), refuse)
	// Allow signals to the process itself only.
	p = append(p, number(unix.SYS_TGKILL, 4), load(dataArgument), jump(unix.BPF_JEQ, uint32(os.Getpid()), 1), allow, deny)
	// Allow memory, but none that is executable.
	for _, nr := range []uintptr{unix.SYS_MMAP, unix.SYS_MPROTECT} {
		p = append(p, number(nr, 4), load(dataArgument+2*8), jump(unix.BPF_JSET, unix.PROT_EXEC, 1), deny, allow)
	}
	return append(p, deny)
}

// filterCalls installs the filter for all threads. A kernel without filters is not an error: the other
// protection still applies.
func filterCalls() error {
	runtime.LockOSThread() // no_new_privs is set per thread, and must be set on the one that installs the filter
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	program := filter()
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	unsynced, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 && !errors.Is(errno, unix.ENOSYS) && !errors.Is(errno, unix.EINVAL) {
		return fmt.Errorf("install the system call filter: %w", errno)
	}
	if errno == 0 && unsynced != 0 {
		return fmt.Errorf("install the system call filter: thread %d does not take it", unsynced)
	}
	return nil
}
