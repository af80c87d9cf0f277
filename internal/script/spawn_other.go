//go:build !unix

package script

import "syscall"

const workerDir = ""

func apart() *syscall.SysProcAttr { return nil }
