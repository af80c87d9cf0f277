// Command worker is just a script worker, for tests whose own program cannot be one.
package main

import (
	"os"

	"hookline.dev/hookline/internal/script"
)

func main() { os.Exit(script.Worker(os.Stdin, os.Stdout)) }
