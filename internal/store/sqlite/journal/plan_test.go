package journal

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/plantest"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// plans are queries with the index that must answer each; "" is the order of ids itself.
func plans() map[query.Resource]map[string]string {
	return map[query.Resource]map[string]string{
		query.Executions: {
			"": "PRIMARY KEY", "status:succeeded": "PRIMARY KEY", "node:x": "PRIMARY KEY", "text": "PRIMARY KEY", "since:1h": "PRIMARY KEY",
			"workflow:a": "executions_workflow ", "workflow:a,b": "executions_workflow ", "workflow:a status:succeeded": "executions_workflow ",
			"status:failed": "executions_ended_badly ", "status:failed,aborted": "executions_ended_badly ",
			"status:failed workflow:a,b": "executions_workflow_ended_badly ", "status:waiting,failed": "executions_parked ",
			"status:queued workflow:a": "executions_ready ", "label.a:b,c workflow:a": "PRIMARY KEY", "label.a:b data.x:1": "PRIMARY KEY",
		},
		query.Deliveries: {
			"": "PRIMARY KEY", "outcome:accepted": "PRIMARY KEY", "status:404": "PRIMARY KEY", "-gate:token": "PRIMARY KEY",
			"workflow:a": "deliveries_workflow ", "outcome:rejected,filtered": "deliveries_refused ", "outcome:rejected workflow:a": "deliveries_workflow_refused ",
			"gate:token,basic": "deliveries_gate ", "gate:token outcome:rejected workflow:a": "deliveries_workflow_refused ",
			"key:a,b": "deliveries_key ", "ip:192.0.2.1,192.0.2.2": "deliveries_ip ", "execution:exe_0000000000001": "deliveries_repeats ",
		},
	}
}

func TestListsReadNoMoreThanTheyReturn(t *testing.T) {
	c, now := plantest.New(t), time.UnixMilli(1790000000000)
	for resource, queries := range plans() {
		for text, index := range queries {
			q, err := query.Parse(resource, text, now)
			if err != nil {
				t.Fatal(err)
			}
			var sql string
			var args []any
			c.Read(func(r *reader.Reader) error {
				sql, args, err = statement(r, resource, store.Listing{Query: q})
				return err
			})
			c.Uses(string(resource)+" "+text, index, sql, args...)
			if strings.Contains(text, "label") {
				c.Uses(text, "name=? AND value=? AND execution", sql, args...)
			}
		}
	}
	c.Check("executions of a key", sqlExecutionsOfKey, 1, 2, 3)
	c.Check("labels", `SELECT name, value FROM execution_labels WHERE execution = ?1 ORDER BY name`, 1)
	c.Check("steps", sqlStepRows, 1, 2, 3)
	c.Check("a step", sqlRowOfStep, 1, 2, "x", 4)
	c.Check("ready", sqlReady, 3, 10, "w")
	c.Check("workflows", sqlNextWorkflow, "w")
	c.Check("unclaimed", sqlUnclaimed)
	c.Check("due", sqlDue(false), 3, 10, now, `["w"]`)
	c.Check("next", sqlNextWake)
	c.Check("claimed", "SELECT count(*) FROM executions WHERE "+claimed, 5)
	c.Check("waiting and claimed", "SELECT id FROM executions WHERE "+waitingClaimed, 0)
}

// statement returns what the source of a query asks first.
func statement(r *reader.Reader, of query.Resource, l store.Listing) (sql string, args []any, err error) {
	const before, n = 1 << 60, 10
	if of == query.Executions {
		from, err := (&Journal{}).executionSource(r, l, 0)
		if err != nil {
			return "", nil, err
		}
		sql, args = from.(*ranges[flow.Execution]).sql(before, n)
		return sql, args, nil
	}
	from, err := deliverySource(r, l, 0)
	if err != nil {
		return "", nil, err
	}
	if b, ok := from.(*buckets[hook.Delivery]); ok {
		b.arms = b.in(1)
		sql, args = b.sql(before, n)
		return sql, args, nil
	}
	sql, args = from.(*ranges[hook.Delivery]).sql(before, n)
	return sql, args, nil
}
