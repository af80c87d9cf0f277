package main

import (
	"os"
	"strconv"
	"strings"
)

// processors is how the CPUs have spent their time since the machine started, in ticks.
type processors struct{ stolen, all int64 }

// stealField is the index of the time that the host gave to other machines in /proc/stat (proc_stat(5),
// "steal"), counting from the first number.
const stealField = 7

// readProcessors reads /proc/stat. Without such a file it returns zeros, so nothing counts as stolen.
func readProcessors() (p processors) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return p
	}
	return parseProcessors(string(text))
}

// parseProcessors parses the first line, which is the sum over all CPUs.
func parseProcessors(text string) (p processors) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 1+1+stealField {
		return p
	}
	for i, field := range fields[1 : 1+1+stealField] { // the fields after it are already included in earlier ones
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

// stolenSince returns the share of the CPU time that the host gave to others since an earlier reading.
func (p processors) stolenSince(earlier processors) float64 {
	if p.all == earlier.all {
		return 0
	}
	return float64(p.stolen-earlier.stolen) / float64(p.all-earlier.all)
}
