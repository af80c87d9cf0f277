package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// report counts the verdicts of one suite, grouped by what was tested.
type report struct {
	what        string // the heading of the first column, such as preset
	counts      map[string]*count
	unsupported map[string]int // cases that were not run, by missing feature
	failures    []string       // one line for each wrong verdict
}

// count counts the verdicts about one subject.
type count struct{ run, right int }

func (c count) wrong() int { return c.run - c.right }

func newReport(what string) report {
	return report{what: what, counts: map[string]*count{}, unsupported: map[string]int{}}
}

// add counts one case. err is nil if the verdict was right.
func (r *report) add(name, testCase string, err error) {
	c := r.counts[name]
	if c == nil {
		c = &count{}
		r.counts[name] = c
	}
	c.run++
	if err == nil {
		c.right++
		return
	}
	r.failures = append(r.failures, fmt.Sprintf("%s: %s: %v", name, testCase, err))
}

func (r *report) total() count {
	var sum count
	for _, c := range r.counts {
		sum.run += c.run
		sum.right += c.right
	}
	return sum
}

// print writes the table, the unsupported cases, and the wrong verdicts. It ignores write errors.
func (r *report) print(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name string, c count) {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\n", name, c.run, c.right, c.wrong())
	}
	_, _ = fmt.Fprintf(table, "%s\trun\tright\twrong\n", r.what)
	for _, name := range slices.Sorted(maps.Keys(r.counts)) {
		row(name, *r.counts[name])
	}
	row("total", r.total())
	_ = table.Flush()
	if len(r.unsupported) > 0 {
		cases, names := 0, make([]string, 0, len(r.unsupported))
		for _, name := range slices.Sorted(maps.Keys(r.unsupported)) {
			cases += r.unsupported[name]
			names = append(names, fmt.Sprintf("%s (%d)", name, r.unsupported[name]))
		}
		_, _ = fmt.Fprintf(out, "\nnot supported, %d cases not run: %s\n", cases, strings.Join(names, ", "))
	}
	if len(r.failures) > 0 {
		_, _ = fmt.Fprintf(out, "\nwrong:\n  %s\n", strings.Join(r.failures, "\n  "))
	}
}
