//go:build !unix

package script

import "syscall"

const workerDir = ""

func processGroup() *syscall.SysProcAttr { return nil }
