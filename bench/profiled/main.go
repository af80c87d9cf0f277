// Program profiled is a server that writes a CPU profile when it stops, for profile-guided optimization (make
// profile).
package main

import (
	"fmt"
	"os"
	"runtime/pprof"

	"hookline.dev/hookline/bench/variant"
)

// destination is the environment variable with the path of the profile.
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
