package advance

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Fold returns the state after a stored journal, which must be sorted by N.
func Fold(p *Program, created time.Time, timeout time.Duration, limits Limits, journal []flow.Step) *State {
	s := New(p, created, timeout, limits)
	rows := Lineage(journal)
	if len(rows) < len(journal) { // what a retry dropped counts for the limits nevertheless
		kept := 0
		for i := range journal {
			if kept < len(rows) && rows[kept].N == journal[i].N {
				kept++
				continue
			}
			s.countRow(journal[i])
		}
	}
	for i := range rows {
		s.Apply(rows[i])
	}
	return s
}

// Lineage returns the rows of a journal that count: those that no retry dropped (flow.Rerun). Rows of loops and forks that
// a retry reopened are open in the result. It is a fold over the markers, from the first to the last, so it depends
// on no program.
func Lineage(journal []flow.Step) []flow.Step {
	rows, whole := journal, true // whole: rows is still the caller's slice
	for i := range journal {
		if journal[i].Type != flow.MarkerRetry || journal[i].Input.IsMissing() {
			if !whole {
				rows = append(rows, journal[i])
			}
			continue
		}
		r := flow.RerunOf(journal[i].Input)
		if whole && len(r.Dropped) == 0 && len(r.Reopened) == 0 {
			continue
		}
		if whole {
			rows, whole = slices.Clone(journal[:i]), false
		}
		rows = rewound(rows, r)
		rows = append(rows, journal[i])
	}
	return rows
}

// rewound drops and reopens rows in place.
func rewound(rows []flow.Step, r flow.Rerun) []flow.Step {
	next := 0
	rows = slices.DeleteFunc(rows, func(row flow.Step) bool {
		for next < len(r.Dropped) && r.Dropped[next].Last < row.N {
			next++
		}
		return next < len(r.Dropped) && r.Dropped[next].First <= row.N
	})
	for i := range rows {
		if _, ok := slices.BinarySearch(r.Reopened, rows[i].N); ok {
			rows[i] = reopened(rows[i])
		}
	}
	return rows
}

// reopened returns the row of a loop or fork as it was while it ran.
func reopened(row flow.Step) flow.Step {
	row.Status, row.Result, row.Branch, row.Ends, row.Error, row.Log = flow.Running, value.Value{}, "", "", nil, nil
	row.FinishedAt, row.WakeAt = time.Time{}, time.Time{}
	return row
}

// markReopened notes which open rows stay as they are in the journal: their loop or fork ends with a row of its own.
func (s *State) markReopened(t *cursor, rows []int) {
	if t.group == nil || len(rows) == 0 {
		return
	}
	if _, ok := slices.BinarySearch(rows, t.open.N); ok {
		t.reopened = true
	}
	for _, child := range t.group.cursors {
		s.markReopened(child, rows)
	}
}
