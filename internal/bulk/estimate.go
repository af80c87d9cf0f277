package bulk

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// The bounds of an estimate.
const (
	maxSample  = 50
	sampleTime = time.Second
)

// Effects is what one execution has done, and what its retry does again.
type Effects struct {
	Sent, Written           int // requests and messages, changes of records
	SentAgain, WrittenAgain int // those of steps that run again
	Refused                 string
}

// Estimate is what a sample of the targets of a retry has done. A retry undoes none of it.
type Estimate struct {
	Sample  int // targets that were looked at
	Effects     // sums over the sample; Refused is one of the reasons
	// SendAgain and WriteAgain are the targets in the sample of which a step that has sent or written something runs again.
	SendAgain, WriteAgain int
	CannotRun             int // targets in the sample whose retry is not possible
}

// estimate looks at some of the targets, at equal distances.
func (r *Runner) estimate(ctx context.Context, o Options, ids []ident.ID) (*Estimate, error) {
	e, end := &Estimate{}, r.Clock.Now().Add(sampleTime)
	n := min(maxSample, len(ids))
	for i := range n {
		if i > 0 && r.Clock.Now().After(end) {
			break
		}
		of, err := r.Effects(ctx, ids[i*len(ids)/n], o)
		switch {
		case ctx.Err() != nil:
			return nil, err
		case fault.Is(err, fault.Invalid):
			return nil, err
		case err != nil:
			of = Effects{Refused: fault.Message(err)}
		}
		e.Sample++
		e.Sent += of.Sent
		e.Written += of.Written
		e.SentAgain += of.SentAgain
		e.WrittenAgain += of.WrittenAgain
		if of.SentAgain > 0 {
			e.SendAgain++
		}
		if of.WrittenAgain > 0 {
			e.WriteAgain++
		}
		if of.Refused != "" {
			e.CannotRun++
			e.Refused = of.Refused
		}
	}
	return e, nil
}
