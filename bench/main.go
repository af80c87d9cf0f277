package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == ceilingCommand {
		fmt.Fprintln(os.Stderr, serveCeiling(os.Args[2]))
		os.Exit(1)
	}
}
