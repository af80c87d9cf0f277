package main

import (
	"os"
	"strconv"
	"strings"
)

// processors is how the machine's processors have spent their time since it started, in ticks.
type processors struct{ stolen, all int64 }

// stealField is where /proc/stat has the time that the host gave to others (proc_stat(5), "steal"), counted
// from the first number.
const stealField = 7

// readProcessors reads it; where there is no /proc/stat, nothing is known, and nothing counts as stolen.
func readProcessors() (p processors) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return p
	}
	return parseProcessors(string(text))
}

// parseProcessors takes the first line, which is the sum of all processors.
func parseProcessors(text string) (p processors) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 1+1+stealField {
		return p
	}
	for i, field := range fields[1 : 1+1+stealField] { // what follows is part of what stands before
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return processors{}
		}
		if p.all += n; i == stealField {
			p.stolen = n
		}
	}
	return p
}

// stolenSince is the share of the processors' time that the host gave to others since an earlier reading.
func (p processors) stolenSince(earlier processors) float64 {
	if p.all == earlier.all {
		return 0
	}
	return float64(p.stolen-earlier.stolen) / float64(p.all-earlier.all)
}
