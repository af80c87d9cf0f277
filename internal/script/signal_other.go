//go:build !unix

package script

import "os"

func ignoreSignals(ignore func(...os.Signal)) { ignore(os.Interrupt) }
