package journal

import (
	"fmt"
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/plantest"
)

func TestListsReadNoMoreThanTheyReturn(t *testing.T) {
	c, now := plantest.New(t), time.UnixMilli(1790000000000)
	for _, workflow := range []string{"", "w"} {
		for _, status := range []flow.Status{"", flow.Queued, flow.Running, flow.Waiting, flow.Succeeded, flow.Failed, flow.Canceled, flow.Aborted} {
			sql, args := executionsSQL(store.ExecutionQuery{Workflow: workflow, Status: status, Limit: 10})
			c.Check(fmt.Sprintf("executions %q %q", workflow, status), sql, args...)
		}
		for _, outcome := range []hook.Outcome{"", hook.Accepted, hook.Rejected, hook.Unmatched} {
			for _, gate := range []string{"", "signature"} {
				q := store.DeliveryQuery{Workflow: workflow, Outcome: outcome, Gate: gate, Since: now, Until: now.Add(time.Hour), Limit: 10}
				sql, args := deliveriesSQL(q)
				c.Check(fmt.Sprintf("deliveries %q %q %q", workflow, outcome, gate), sql, args...)
			}
		}
	}
	sql, args := deliveriesSQL(store.DeliveryQuery{Workflow: "w", DedupeKey: "k", Limit: 10})
	c.Check("deliveries of a key", sql, args...)
	c.Check("ready", sqlReady, 3, 10, "w")
	c.Check("workflows", sqlNextWorkflow, "w")
	c.Check("unclaimed", sqlUnclaimed)
	c.Check("due", sqlDue(false), 3, 10, now, `["w"]`)
	c.Check("next", sqlNextWake)
	c.Check("claimed", "SELECT count(*) FROM executions WHERE "+claimed, 5)
	c.Check("waiting and claimed", "SELECT id FROM executions WHERE "+waitingClaimed, 0)
}
