package journal

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// The journal of an execution consists of rows of steps. A commit appends one row, whose key is the N of its last
// step. A step that is committed again replaces the earlier one in its row, so each N is in one row only. Which
// row this is depends on the order of commits and has no meaning. The claim stores the largest N of the journal,
// which tells whether a step can exist already.

// putSteps writes the steps of a commit. rows is their complete encoding.
func (j *Journal) putSteps(tx *writer.Tx, held *claim, steps []flow.Step, rows []byte) error {
	last := &steps[len(steps)-1]
	if !held.fresh(steps) {
		return j.replaceSteps(tx, held, steps)
	}
	if err := j.insertRow(tx, last, rows); err != nil {
		return err
	}
	held.journal = last.N + 1
	return nil
}

// fresh reports whether all steps come after those in the journal.
func (c *claim) fresh(steps []flow.Step) bool { return steps[0].N >= c.journal }

// insertRow appends a row.
func (j *Journal) insertRow(tx *writer.Tx, last *flow.Step, rows []byte) error {
	s := j.insertSteps
	s.Int(1, int64(last.Execution))
	s.Int(2, int64(last.N))
	s.TextBytes(3, rows)
	return tx.Run(s)
}

// journalRow is a row of the journal with its key.
type journalRow struct {
	n     int64
	steps []flow.Step
	dirty bool
}

// replaceSteps writes steps of which some are in the journal already.
func (j *Journal) replaceSteps(tx *writer.Tx, held *claim, steps []flow.Step) error {
	var rows []journalRow
	var rest []flow.Step
	for i := range steps {
		row, at, err := findStep(tx, &rows, held, &steps[i])
		if err != nil {
			return err
		}
		if row == nil {
			rest = append(rest, steps[i])
			continue
		}
		row.steps[at], row.dirty = steps[i], true
	}
	for i := range rows {
		if !rows[i].dirty {
			continue
		}
		if err := tx.Exec(`UPDATE steps SET rows = ?3 WHERE execution = ?1 AND n = ?2`, steps[0].Execution, rows[i].n,
			string(rowcodec.EncodeSteps(rows[i].steps))); err != nil {
			return err
		}
	}
	if len(rest) == 0 {
		return nil
	}
	if err := j.insertRow(tx, &rest[len(rest)-1], rowcodec.EncodeSteps(rest)); err != nil {
		return err
	}
	held.journal = max(held.journal, rest[len(rest)-1].N+1)
	return nil
}

const sqlInsertSteps = `INSERT INTO steps (execution, n, rows) VALUES (?1, ?2, ?3)`

// sqlFindStep finds a row that contains the step, or a text that looks like it.
const sqlFindStep = `SELECT n, rows FROM steps WHERE execution = ?1 AND n >= ?2 AND instr(rows, ?3) > 0 ORDER BY n LIMIT 1`

// findStep finds the row that contains a step and the step's index in it: first among the rows that were read,
// then in the table. The key of the row is the step's N or slightly larger. The result is nil if there is no such
// row.
func findStep(tx *writer.Tx, rows *[]journalRow, held *claim, step *flow.Step) (*journalRow, int, error) {
	if step.N >= held.journal {
		return nil, 0, nil
	}
	if row, at := loadedRow(*rows, step.N); row != nil {
		return row, at, nil
	}
	for from := int64(step.N); ; {
		found := false
		var row journalRow
		if err := tx.Query(sqlFindStep, func(s *conn.Stmt) {
			found, row = true, journalRow{n: s.ColumnInt(0), steps: rowcodec.DecodeSteps(step.Execution, s.ColumnText(1))}
		}, step.Execution, from, `{"n":`+strconv.Itoa(step.N)+`,`); err != nil || !found {
			return nil, 0, err
		}
		if !slices.ContainsFunc(*rows, func(r journalRow) bool { return r.n == row.n }) {
			*rows = append(*rows, row)
			if at := journalplan.StepIndex(row.steps, step.N); at >= 0 {
				return &(*rows)[len(*rows)-1], at, nil
			}
		}
		from = row.n + 1
	}
}

// loadedRow finds a step among rows that were read.
func loadedRow(rows []journalRow, n int) (*journalRow, int) {
	for i := range rows {
		if at := journalplan.StepIndex(rows[i].steps, n); at >= 0 {
			return &rows[i], at
		}
	}
	return nil, 0
}

// stepOf reads one step of the journal, nil if it does not exist.
func stepOf(tx *writer.Tx, held *claim, execution ident.ID, n int) (*flow.Step, error) {
	var rows []journalRow
	row, at, err := findStep(tx, &rows, held, &flow.Step{Execution: execution, N: n})
	if err != nil || row == nil {
		return nil, err
	}
	return &row.steps[at], nil
}
