package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// rounds is how often each scenario is measured; it must be odd. A machine's speed varies by a tenth from one
// minute to the next. Scenarios therefore take turns, each is compared with a ceiling measured in the same
// minute, and medians are compared.
const rounds = 3

// A round is unreliable if the host took more than maxStolen of the CPU time away during the load or a ceiling
// measured with it. It is then repeated, up to tries times, and the least disturbed try counts.
const (
	maxStolen = 0.05
	tries     = 3
)

// ceilingShare divides the duration of a load: the result is how long the ceiling is driven between two
// scenarios.
const ceilingShare = 5

// results are the outcomes of a scenario, one for each round.
type results []outcome

// median returns the outcome whose figure is the median.
func (r results) median(of func(*outcome) float64) *outcome {
	sorted := slices.SortedFunc(slices.Values(r), func(a, b outcome) int { return cmp.Compare(of(&a), of(&b)) })
	return &sorted[len(sorted)/2]
}

// ratioTo compares a figure to that of another scenario in the same round, which is the nearest in time. It
// returns the median ratio, and all ratios as text.
func (r results) ratioTo(other results, of func(*outcome) float64) (middle float64, all string) {
	shares, texts := make([]float64, len(r)), make([]string, len(r))
	for i := range r {
		shares[i] = of(&r[i]) / of(&other[i])
		texts[i] = strconv.FormatFloat(shares[i], 'f', 2, 64)
	}
	slices.Sort(shares)
	return shares[len(shares)/2], strings.Join(texts, " ")
}

// rounds measures the requested scenarios in turns.
func (e *env) rounds(ctx context.Context, w io.Writer, o options) ([]results, error) {
	var wanted []scenario
	for _, s := range e.scenarios(o) {
		if o.wants(s.name) {
			wanted = append(wanted, s)
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	fmt.Fprintf(w, "ceiling  bare net/http: body, HMAC-SHA256, json.Valid; %d bytes, %d connections; before and after each scenario\n", len(e.body), o.conns)
	before, err := e.sampleCeiling(ctx, o)
	if err != nil {
		return nil, err
	}
	all := make([]results, len(wanted))
	disturbed := 0
	for round := range rounds {
		for at := range wanted {
			// Every other round runs in reverse order, so that the aftermath of a scenario does not always
			// affect the same one.
			i := at
			if round%2 == 1 {
				i = len(wanted) - 1 - at
			}
			s := wanted[i]
			out, err := e.measureCalm(ctx, s, o, &before)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			all[i] = append(all[i], out)
			if out.stolen > maxStolen {
				disturbed++
			}
			fmt.Fprintf(w, "    %-8s %6.0f accepted/s %6.0f finished/s, ceiling %.0f/s, stolen by the host %.0f %%\n",
				s.name, out.accepted(), out.finished(), out.ceiling, out.stolen*100)
		}
	}
	if disturbed > 0 {
		fmt.Fprintf(w, "    In %d of %d rounds the host took more than %.0f %% of the processors away: measure again when it is calm.\n",
			disturbed, rounds*len(wanted), maxStolen*100)
	}
	fmt.Fprintln(w)
	return all, nil
}

// ceilingSample is a measured ceiling, and the share of CPU time that the host took away meanwhile.
type ceilingSample struct{ rate, stolen float64 }

func (e *env) sampleCeiling(ctx context.Context, o options) (ceilingSample, error) {
	began := readProcessors()
	res, err := measureCeiling(ctx, o.conns, o.duration/ceilingShare, e.body)
	return ceilingSample{res.Rate(), readProcessors().stolenSince(began)}, err
}

// measureCalm measures a scenario until the host does not disturb it, or the tries are used up. before is the
// last measured ceiling.
func (e *env) measureCalm(ctx context.Context, s scenario, o options, before *ceilingSample) (best outcome, err error) {
	for try := range tries {
		out, err := e.measure(ctx, s)
		if err != nil {
			return out, err
		}
		// Flush this scenario's writes, so that they do not slow down the next one.
		if err := exec.CommandContext(ctx, "sync").Run(); err != nil {
			return out, fmt.Errorf("sync: %w", err)
		}
		after, err := e.sampleCeiling(ctx, o)
		if err != nil {
			return out, err
		}
		out.ceiling = (before.rate + after.rate) / 2
		out.stolen = max(out.stolen, before.stolen, after.stolen)
		*before = after
		if try == 0 || out.stolen < best.stolen {
			best = out
		}
		if best.stolen <= maxStolen {
			break
		}
	}
	return best, nil
}
