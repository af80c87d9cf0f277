// Command hookline is the server and its command line.
package main

import (
	"os"

	"hookline.dev/hookline/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
