package sqlite

import (
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// prepared holds the writer's statements. Those used in every Accept and Commit have a field; the others are
// prepared on first use and kept.
type prepared struct {
	begin, commit, rollback *conn.Stmt

	insertDelivery  *conn.Stmt
	insertExecution *conn.Stmt
	insertSteps     *conn.Stmt
	selectKey       *conn.Stmt
	insertKey       *conn.Stmt

	kept   map[string]*conn.Stmt
	shapes map[string]*conn.Stmt // statements of filters and updates; there can be any number of texts
}

// maxShapes is the number of statements of filters and updates that remain prepared.
const maxShapes = 256

const (
	deliveryColumns = `id, workflow, outcome, gate, reason, execution, status, took, received_at, request`

	// selectDelivery selects deliveryColumns, with status and took of the answer if it was written later.
	// fromDeliveries is the part up to the condition.
	selectDelivery = `SELECT id, workflow, outcome, gate, reason, execution, coalesce(a.status, d.status), coalesce(a.took, d.took), received_at, request`
	fromDeliveries = ` FROM deliveries d LEFT JOIN delivery_answers a ON a.delivery = d.id`
	deliveryAnswer = `CASE WHEN a.delivery IS NULL THEN d.answer ELSE a.answer END`

	sqlInsertDelivery = `INSERT INTO deliveries (` + deliveryColumns + `, size, body, key_hash, answer, opened)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)`

	sqlInsertExecution = `INSERT INTO executions (id, workflow, revision, delivery, mode, status, owner, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`

	sqlInsertSteps = `INSERT INTO steps (execution, n, rows) VALUES (?1, ?2, ?3)`
)

func (w *writer) prepare() (err error) {
	w.kept, w.shapes = make(map[string]*conn.Stmt), make(map[string]*conn.Stmt)
	for sql, s := range map[string]**conn.Stmt{
		"BEGIN IMMEDIATE": &w.begin, "COMMIT": &w.commit, "ROLLBACK": &w.rollback,
		sqlInsertDelivery: &w.insertDelivery, sqlInsertExecution: &w.insertExecution, sqlInsertSteps: &w.insertSteps,
		sqlFindKey: &w.selectKey, sqlClaimKey: &w.insertKey,
	} {
		if *s, err = w.statement(sql); err != nil {
			return err
		}
	}
	return nil
}

// statement returns the prepared statement for a constant text, and keeps it.
func (w *writer) statement(sql string) (*conn.Stmt, error) {
	if s, ok := w.kept[sql]; ok {
		return s, nil
	}
	s, err := w.c.Prepare(sql)
	if err != nil {
		return nil, err
	}
	w.kept[sql] = s
	return s, nil
}

// shape returns the prepared statement for a generated text. The next trim may free it.
func (w *writer) shape(sql string) (*conn.Stmt, error) {
	if s, ok := w.shapes[sql]; ok {
		return s, nil
	}
	s, err := w.c.Prepare(sql)
	if err != nil {
		return nil, err
	}
	w.shapes[sql] = s
	return s, nil
}

// trim finalizes all shapes if there are more than most. No statement may be running.
func (w *writer) trim(most int) {
	if len(w.shapes) <= most {
		return
	}
	for _, s := range w.shapes {
		s.Finalize()
	}
	clear(w.shapes)
}

// exec runs a constant text with bound values.
func (w *writer) exec(sql string, args ...any) error {
	s, err := w.statement(sql)
	if err != nil {
		return err
	}
	s.Bind(args)
	return w.run(s)
}

// query runs a constant text with bound values and calls f for each row.
func (w *writer) query(sql string, f func(*conn.Stmt), args ...any) error {
	s, err := w.statement(sql)
	if err != nil {
		return err
	}
	s.Bind(args)
	return s.Each(f, w.step)
}

func (w *writer) resetAll() {
	for _, s := range w.kept {
		s.Reset()
	}
	for _, s := range w.shapes {
		s.Reset()
	}
}
