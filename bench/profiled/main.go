// Program profiled is a server that writes a profile of its processor time when it stops: what the
// compiler is told of how Hookline is used (make profile).
package main

import (
	"fmt"
	"os"
	"runtime/pprof"

	"hookline.dev/hookline/bench/variant"
)

// destination is the variable with the path of the profile.
const destination = "HOOKLINE_BENCH_PROFILE"

func main() {
	if variant.IsWorker(os.Args[1:]) {
		os.Exit(variant.Main(os.Args[1:], nil))
	}
	code, err := profiled()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func profiled() (int, error) {
	f, err := os.Create(os.Getenv(destination))
	if err != nil {
		return 0, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return 0, err
	}
	code := variant.Main(os.Args[1:], nil)
	pprof.StopCPUProfile()
	return code, f.Close()
}
