package sqlite

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// operate does the Op and writes the steps; the record as stored is the result of the last. The steps
// go first: if they stand in the journal already, the Op was done by an earlier try.
func (m *commitment) operate(w *writer) error {
	if now := w.store.catalog.Load(); m.table != now.tables[m.c.Op.Collection] {
		m.broken = nil
		m.admit(now, w.store.opts.Clock) // the collection changed on the way
	}
	if m.broken != nil {
		return m.violate(w, m.broken)
	}
	id := m.table.next
	record := m.admitted.JSON(id)
	rows := append(record.Append(append(m.rows, `,"result":`...)), stepsEnd...)
	err := w.insertRows(m.c.Steps, rows)
	if code(err) == conn.Constraint {
		done, e := m.before(w)
		if e != nil || done {
			return e
		}
		steps := slices.Clone(m.c.Steps)
		steps[len(steps)-1].Result = record
		err = w.mergeRows(steps)
	}
	if err != nil {
		return err
	}
	broken, err := w.insertRecord(m.table, id, m.admitted)
	if err != nil {
		return err
	}
	if broken != nil {
		return m.violate(w, broken)
	}
	m.out.Op.Record = record
	return nil
}

// before finds what an earlier try of the same commit came to.
func (m *commitment) before(w *writer) (done bool, err error) {
	steps, err := w.rowOf(m.last())
	if err != nil || len(steps) == 0 {
		return false, err
	}
	switch last := steps[len(steps)-1]; {
	case last.Status == flow.Succeeded:
		m.out.Op.Record = last.Result
	case last.Status == flow.Failed && last.Error != nil:
		m.out.Op.Violation = &collection.Violation{Code: last.Error.Code, Message: last.Error.Message}
	default:
		return false, nil
	}
	return true, nil
}

// violate writes the last step as failed by the rule that its Op breaks.
func (m *commitment) violate(w *writer, broken *collection.Violation) error {
	m.out.Op.Violation = broken
	steps := slices.Clone(m.c.Steps)
	last := &steps[len(steps)-1]
	last.Status, last.Ends, last.Result = flow.Failed, "", value.Value{}
	last.Error = &flow.Error{Code: broken.Code, Message: broken.Message, Node: last.Node}
	return w.putSteps(steps, append(appendSteps(nil, steps, false), stepsEnd...))
}

// insertRecord writes a record. A value that another record has in a unique field is a violation.
func (w *writer) insertRecord(t *table, id int64, a collection.Admitted) (*collection.Violation, error) {
	if t.insert == nil {
		s, err := w.statement(t.insertSQL())
		if err != nil {
			return nil, err
		}
		t.insert = s
	}
	s := t.insert
	s.Int(1, id)
	bindTime(s, 2, a.Created)
	bindTime(s, 3, a.Created)
	for i := range a.Cells {
		bindCell(s, i+4, &a.Cells[i])
	}
	err := w.run(s)
	if conn.Extended(err) == conn.ConstraintUnique {
		return t.duplicate(err, a), nil
	}
	if err != nil {
		return nil, err
	}
	t.next = id + 1 // stays when the transaction is rolled back: a gap, never the same id twice
	return nil, nil
}

// duplicate names the field and value that stand in the way. SQLite's message ends in the column:
// "UNIQUE constraint failed: c_people.f_email".
func (t *table) duplicate(err error, a collection.Admitted) *collection.Violation {
	for i, f := range t.Fields {
		if f.Unique && strings.Contains(err.Error()+" ", "."+column(f.Name)+" ") {
			return &collection.Violation{Code: collection.CodeUnique, Field: f.Name,
				Message: f.Name + " must be unique, and a record of " + t.Name + " has the value " + t.Show(i, a.Cells[i]) + " already"}
		}
	}
	return &collection.Violation{Code: collection.CodeUnique, Message: "a record of " + t.Name + " with such a value exists already"}
}

func bindCell(s *conn.Stmt, i int, c *collection.Cell) {
	switch c.Kind {
	case collection.CellInt:
		s.Int(i, c.Int)
	case collection.CellFloat:
		s.Float(i, c.Float)
	case collection.CellText:
		s.Text(i, c.Text)
	default:
		s.Null(i)
	}
}
