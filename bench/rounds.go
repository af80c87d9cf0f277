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

// rounds is how often each scenario is measured, always an odd number. Machines warm up, share and slow
// down by a tenth from one minute to the next, so scenarios take turns, each is compared with a ceiling of
// its own minute, and medians are compared.
const rounds = 3

// A round in which the host took more than maxStolen of the processors' time away, from the load or from a ceiling
// measured with it, says little; it is tried again, and the least disturbed try counts.
const (
	maxStolen = 0.05
	tries     = 3
)

// ceilingShare is how long the ceiling is driven between two scenarios, as a share of what a load lasts.
const ceilingShare = 5

// results are the outcomes of a scenario, one for each round.
type results []outcome

// median returns the outcome whose figure is the median.
func (r results) median(of func(*outcome) float64) *outcome {
	sorted := slices.SortedFunc(slices.Values(r), func(a, b outcome) int { return cmp.Compare(of(&a), of(&b)) })
	return &sorted[len(sorted)/2]
}

// ratioTo returns the ratio of a figure to that of another scenario in the same round, which is nearest in
// time: the median, and all as a text.
func (r results) ratioTo(other results, of func(*outcome) float64) (middle float64, all string) {
	shares, texts := make([]float64, len(r)), make([]string, len(r))
	for i := range r {
		shares[i] = of(&r[i]) / of(&other[i])
		texts[i] = strconv.FormatFloat(shares[i], 'f', 2, 64)
	}
	slices.Sort(shares)
	return shares[len(shares)/2], strings.Join(texts, " ")
}

// rounds measures the scenarios that are asked for, in turns.
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
			// There and back again: what a scenario leaves behind does not fall on the same one each time.
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

// ceilingSample is a measured ceiling, and what the host took away meanwhile.
type ceilingSample struct{ rate, stolen float64 }

func (e *env) sampleCeiling(ctx context.Context, o options) (ceilingSample, error) {
	began := readProcessors()
	res, err := measureCeiling(ctx, o.conns, o.duration/ceilingShare, e.body)
	return ceilingSample{res.Rate(), readProcessors().stolenSince(began)}, err
}

// measureCalm measures a scenario until the host leaves it alone, or its tries are over. before is the ceiling
// that was measured last.
func (e *env) measureCalm(ctx context.Context, s scenario, o options, before *ceilingSample) (best outcome, err error) {
	for try := range tries {
		out, err := e.measure(ctx, s)
		if err != nil {
			return out, err
		}
		// What this one has left to the disk is no burden of the next.
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
