package auditlog

import (
	"fmt"
	"testing"
	"time"

	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/plantest"
)

func TestPagesAreReadFromAnIndex(t *testing.T) {
	c := plantest.New(t)
	for i := range 1 << 6 {
		q := store.AuditQuery{Limit: 50, Oldest: i&1 > 0}
		if i&2 > 0 {
			q.By = "a"
		}
		if i&4 > 0 {
			q.Action = "b"
		}
		if i&8 > 0 {
			q.Target = "c"
		}
		if i&16 > 0 {
			q.Since, q.Until = time.Unix(1, 0), time.Unix(2, 0)
		}
		if i&32 > 0 {
			q.Before, q.After = 9, 3
		}
		sql, args := listing(&q)
		if q.By+q.Action+q.Target == "" && q.Since.IsZero() && q.Before == 0 {
			continue // the whole log, which is read along its key
		}
		c.Check(fmt.Sprint(i), sql, args...)
	}
}
