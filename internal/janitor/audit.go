package janitor

import (
	"context"
	"time"
)

// noteEvery is the interval of NoteHead.
const noteEvery = 24 * time.Hour

// audit deletes old entries of the audit log, and has its head noted.
func (j *Janitor) audit(ctx context.Context, now time.Time) error {
	if now.Sub(j.noted) >= noteEvery {
		j.noted = now
		j.opt.NoteHead()
	}
	for j.opt.RetainAudit > 0 {
		n, err := j.opt.Audit.DeleteAudit(now.Add(-j.opt.RetainAudit), chunk)
		if err != nil || n < chunk || !pause(ctx, writePause) {
			return err
		}
	}
	return nil
}
