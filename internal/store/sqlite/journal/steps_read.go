package journal

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// A row of the journal is found by the largest N in it. It may also have a step with a smaller N that ran in parallel and was
// committed later than its neighbours. So a page reads rows in the order of their keys, and returns a step when all before
// it were returned. Only at the end, or when pageBytes are read, it accepts that one is missing.

const (
	stepRows  = 64       // rows of the journal that are read at once
	pageBytes = 16 << 20 // of rows that a page reads
)

const sqlStepRows = `SELECT n, rows FROM steps WHERE execution = ?1 AND n > ?2 ORDER BY n LIMIT ?3`

// eachStep calls f for the steps after one, in the order of N, until f returns false. It returns false if it stopped after
// pageBytes.
func eachStep(r *reader.Reader, execution ident.ID, after int, f func(*flow.Step) bool) (whole bool, err error) {
	var waiting []flow.Step // sorted by N
	emit := func(gaps bool) bool {
		i := 0
		for ; i < len(waiting) && (gaps || waiting[i].N == after+1); i++ {
			after = waiting[i].N
			if !f(&waiting[i]) {
				return false
			}
		}
		waiting = waiting[i:]
		return true
	}
	for key, bytes := int64(after), 0; ; {
		count, first := 0, after
		if err := r.Query(sqlStepRows, func(s *conn.Stmt) {
			count++
			key = s.ColumnInt(0)
			text := s.ColumnText(1)
			bytes += len(text)
			for _, step := range rowcodec.DecodeSteps(execution, text) {
				if step.N > first {
					waiting = append(waiting, step)
				}
			}
		}, execution, key, stepRows); err != nil {
			return false, err
		}
		slices.SortFunc(waiting, func(a, b flow.Step) int { return cmp.Compare(a.N, b.N) })
		switch {
		case count < stepRows:
			emit(true)
			return true, nil
		case !emit(bytes >= pageBytes && after == first):
			return true, nil
		case bytes >= pageBytes:
			return false, nil
		}
	}
}

// Steps returns a page of the journal of an execution.
func (j *Journal) Steps(ctx context.Context, q store.StepQuery) (page store.StepPage, err error) {
	const op = "sqlite.Steps"
	if q.Limit < 1 || q.Limit > store.MaxSteps {
		return page, fault.Field(op, "limit", "a page has 1 to %d steps, not %d", store.MaxSteps, q.Limit)
	}
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		last, full := q.After, false
		whole, err := eachStep(r, q.Execution, q.After, func(s *flow.Step) bool {
			if len(page.Steps) == q.Limit {
				full = true
				return false
			}
			last = s.N
			if strings.HasPrefix(s.Path, q.Path) && (q.Node == "" || s.Node == q.Node) && (q.Status == "" || s.Status == q.Status) {
				page.Steps = append(page.Steps, store.Sized(*s, q.Value))
			}
			return true
		})
		if full || !whole {
			page.Next = last
		}
		return err
	})
	return page, err
}

// sqlRowOfStep finds the rows that contain a step, or a text that looks like it.
const sqlRowOfStep = `SELECT n, rows FROM steps WHERE execution = ?1 AND n >= ?2 AND n > ?4 AND instr(rows, ?3) > 0 ORDER BY n LIMIT 1`

// Step returns one step of an execution. The error is of kind fault.NotFound if there is none.
func (j *Journal) Step(ctx context.Context, execution ident.ID, n int) (out flow.Step, err error) {
	const op = "sqlite.Step"
	found := false
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		for last, more := int64(-1), true; more && !found; {
			more = false
			if err := r.Query(sqlRowOfStep, func(s *conn.Stmt) {
				last, more = s.ColumnInt(0), true
				for _, step := range rowcodec.DecodeSteps(execution, s.ColumnText(1)) {
					if step.N == n {
						out, found = step, true
					}
				}
			}, execution, n, `{"n":`+strconv.Itoa(n)+`,`, last); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !found {
		err = fault.New(op, fault.NotFound, "%s has no step %d", execution.Text(ident.Execution), n)
	}
	return out, err
}

// StepCounts counts the steps of an execution by node. It reads the whole journal, so it ends with the time that a read may
// take.
func (j *Journal) StepCounts(ctx context.Context, execution ident.ID) (list []store.NodeCount, err error) {
	at := map[string]int{}
	add := func(s *flow.Step) bool {
		i, known := at[s.Node]
		if !known {
			i = len(list)
			at[s.Node] = i
			list = append(list, store.NodeCount{Node: s.Node, Type: s.Type, Status: map[flow.Status]int{}, Branches: map[string]int{}})
		}
		list[i].Status[s.Status]++
		if s.Branch != "" {
			list[i].Branches[s.Branch]++
		}
		return true
	}
	err = j.Pool.Read(ctx, "sqlite.StepCounts", func(r *reader.Reader) error {
		for after := 0; ; {
			whole, err := eachStep(r, execution, after, func(s *flow.Step) bool {
				after = s.N
				return add(s)
			})
			if err != nil || whole {
				return err
			}
		}
	})
	return list, err
}
