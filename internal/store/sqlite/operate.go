package sqlite

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// operate does the Op and writes its step, whose result is the record as stored. The step goes first:
// if it stands in the journal already, and has ended, the Op was done by an earlier try.
func (m *commitment) operate(w *writer) error {
	if now := w.store.catalog.Load(); m.table != now.tables[m.c.Op.Collection] {
		m.broken = nil
		m.admit(now, w.store.opts.Clock) // the collection changed on the way
	}
	step, texts := m.last(), &m.texts[len(m.texts)-1]
	if m.broken != nil {
		return m.violate(w, m.broken)
	}
	id := m.table.next
	record := m.admitted.JSON(id)
	bindStep(w.insertStep, step, texts, record)
	err := w.run(w.insertStep)
	if code(err) == conn.Constraint {
		done, e := m.before(w)
		if e != nil || done {
			return e
		}
		err = w.replaceStep(step, texts, record)
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
	step := m.last()
	err = w.query(`SELECT status, error, result FROM steps WHERE execution = ?1 AND n = ?2`, func(s *conn.Stmt) {
		switch flow.Status(s.ColumnText(0)) {
		case flow.Succeeded:
			done, m.out.Op.Record = true, columnValue(s, 2)
		case flow.Failed:
			if e := columnError(s, 1); e != nil {
				done, m.out.Op.Violation = true, &collection.Violation{Code: e.Code, Message: e.Message}
			}
		}
	}, step.Execution, step.N)
	return done, err
}

// violate writes the step as failed by the rule that its Op breaks.
func (m *commitment) violate(w *writer, broken *collection.Violation) error {
	m.out.Op.Violation = broken
	step := *m.last()
	step.Status, step.Ends = flow.Failed, ""
	step.Error = &flow.Error{Code: broken.Code, Message: broken.Message, Node: step.Node}
	return w.replaceStep(&step, &stepTexts{err: encodeError(step.Error), log: m.texts[len(m.texts)-1].log}, value.Value{})
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
	w.touch(t)
	t.next = id + 1
	return nil, nil
}

// touch remembers a table's next id, to be taken back with the transaction.
func (w *writer) touch(t *table) {
	if !t.marked {
		t.marked, t.saved = true, t.next
		w.touched = append(w.touched, t)
	}
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
