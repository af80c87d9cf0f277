package retention

import (
	"testing"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/plantest"
)

func TestDeliveriesToDeleteAreFoundByAnIndex(t *testing.T) {
	c := plantest.New(t)
	for _, workflow := range []string{"", "w"} {
		for _, f := range []store.Deletion{{Refused: true, Workflow: workflow, Except: []string{"a", "b"}}, {Workflow: workflow}} {
			for _, q := range []*query{newQuery(&f, 1), workflowQuery(&f, "w", 1), refusedQuery(&f, hook.Rejected)} {
				c.Check("deletion "+q.sql.String(), q.sql.String()+" ORDER BY d.id LIMIT ?2", q.args...)
			}
		}
	}
	c.Check("count of refused", sqlCountRefused, "rejected")
	c.Check("size of refused", sqlSizeRefused+"DESC LIMIT ?2", "rejected", 50)
	c.Check("the next workflow", sqlNextWorkflow, "w")
}
