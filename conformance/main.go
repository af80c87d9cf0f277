package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// suite is one kind of test suite.
type suite struct {
	name  string // of its flag, whose value is a path
	usage string
	run   func(ctx context.Context, path string) (report, error)
}

// suites lists the kinds of suites.
func suites() []suite {
	return []suite{signatureVectors()}
}

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitRight = 0
	exitWrong = 1
	exitUsage = 2
)

// run runs the suites whose paths are given, in the order of suites, and returns the exit code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(errs)
	list := suites()
	paths := make([]*string, len(list))
	for i, s := range list {
		paths[i] = flags.String(s.name, "", s.usage)
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitRight
		}
		return exitUsage
	}
	code, ran := exitRight, false
	for i, s := range list {
		if *paths[i] == "" {
			continue
		}
		ran = true
		r, err := s.run(ctx, *paths[i])
		if err != nil {
			_, _ = fmt.Fprintf(errs, "conformance: -%s %s: %v\n", s.name, *paths[i], err)
			return exitUsage
		}
		r.print(out)
		if r.total().wrong() > 0 {
			code = exitWrong
		}
	}
	if !ran || flags.NArg() > 0 {
		_, _ = fmt.Fprintln(errs, "conformance: name a suite by its flag")
		flags.Usage()
		return exitUsage
	}
	return code
}
