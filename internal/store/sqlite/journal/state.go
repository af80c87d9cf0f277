package journal

import (
	"strconv"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// updateState writes the state to the execution's row and updates claim and backlog. was is the writer's claim,
// held is the claim after the commit.
func (m *commitWrite) updateState(tx *writer.Tx, was, held claim, state *store.State) error {
	j := m.j
	s, err := tx.Statement(updateSQL(!state.Output.IsMissing(), state.Reply != nil, state.Revision != "", state.Release))
	if err != nil {
		return err
	}
	s.Int(1, int64(m.c.Execution))
	s.Text(2, string(state.Status))
	s.Text(3, state.Reason)
	s.Time(4, state.WakeAt)
	s.Time(5, state.StartedAt)
	s.Time(6, state.FinishedAt)
	s.TextOrNull(7, rowcodec.EncodeError(state.Error))
	s.Int(8, int64(m.c.Owner))
	s.Int(9, m.c.Seq)
	next := stateParams + 1
	if !state.Output.IsMissing() {
		s.Value(next, state.Output)
		next++
	}
	if r := state.Reply; r != nil {
		s.Int(next, int64(r.Status))
		s.Text(next+1, string(rowcodec.AppendHeaders(nil, r.Headers)))
		s.Blob(next+2, r.Body)
		next += 3
	}
	if state.Revision != "" {
		s.Text(next, state.Revision)
	}
	if err := tx.Run(s); err != nil {
		return err
	}
	is, from := journalplan.InBacklog(state.Status), flow.Waiting
	if held.inBacklog {
		from = flow.Running
	}
	j.claims.changeBacklog(held.inBacklog, is)
	j.Statistics.Moved(held.workflow, from, state.Status)
	if state.Status.Final() {
		j.Statistics.Ended(held.workflow, state.Status, state.StartedAt, state.FinishedAt, !held.retried)
	}
	switch {
	case state.Status.Final() || state.Release:
		j.claims.ended++
		j.claims.drop(m.c.Execution)
	default:
		if held.inBacklog = is; held != was {
			j.claims.set(m.c.Execution, held)
		}
	}
	return nil
}

// updateSQL returns the statement that sets these parts of a state.
func updateSQL(output, reply, revision, release bool) string {
	if !reply && !revision && !release { // the two on the hot path need no string building
		if output {
			return sqlUpdateState + ", output = ?10 WHERE id = ?1"
		}
		return sqlUpdateState + " WHERE id = ?1"
	}
	sql, next := sqlUpdateState, stateParams+1
	param := func(column string) {
		sql += ", " + column + " = ?" + strconv.Itoa(next)
		next++
	}
	if output {
		param("output")
	}
	if reply {
		param("reply_status")
		param("reply_headers")
		param("reply_body")
	}
	if revision {
		param("revision")
	}
	if release {
		sql += ", owner = 0, suspect = 0, resumes = 0"
	}
	return sql + " WHERE id = ?1"
}

const (
	sqlUpdateState = `UPDATE executions SET status = ?2, reason = ?3, wake_at = ?4, started_at = ?5, finished_at = ?6, error = ?7, commit_owner = ?8, commit_seq = ?9`
	stateParams    = 9 // number of parameters of sqlUpdateState
)
