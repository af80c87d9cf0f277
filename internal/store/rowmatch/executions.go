package rowmatch

import (
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/query"
)

// Executions matches executions.
type Executions struct {
	// Versions returns the numbers under which a revision was published; nil: none.
	Versions Versions

	row, labels []query.Term
	call        calls
	key         []query.Term
}

// ForExecutions returns the matcher of a query.
func ForExecutions(q query.Query) (m Executions) {
	for _, t := range q.Terms {
		switch {
		case t.Field == "label":
			m.labels = append(m.labels, t)
		case t.Field == "key":
			m.key = append(m.key, t)
		case t.Content():
			m.call.add(t)
		default:
			m.row = append(m.row, t)
		}
	}
	return m
}

// NeedsLabels reports whether Labels compares anything.
func (m *Executions) NeedsLabels() bool { return len(m.labels) > 0 }

// NeedsCall reports whether Call compares anything.
func (m *Executions) NeedsCall() bool { return m.call.any() || len(m.key) > 0 }

// NeedsBody reports whether Call looks into the body of the delivery.
func (m *Executions) NeedsBody() bool { return m.call.needsBody() }

// Row compares the row of an execution.
func (m *Executions) Row(e *flow.Execution) bool {
	for i := range m.row {
		if t := &m.row[i]; t.Field == "version" && !m.Versions.match(t, e.Workflow, e.Revision) || t.Field != "version" && !executionRow(t, e) {
			return false
		}
	}
	return true
}

func executionRow(t *query.Term, e *flow.Execution) bool {
	failure := flow.Error{}
	if e.Error != nil {
		failure = *e.Error
	}
	switch t.Field {
	case "status":
		return text(t, string(e.Status))
	case "workflow":
		return text(t, e.Workflow)
	case "mode":
		return text(t, string(e.Mode))
	case "revision":
		return text(t, e.Revision)
	case "took":
		return took(t, e.FinishedAt.Sub(e.CreatedAt), !e.FinishedAt.IsZero())
	case "created", "since", "until":
		return moment(t, e.ID)
	case "id":
		return id(t, e.ID)
	case "delivery":
		return id(t, e.Delivery)
	case "error":
		return text(t, failure.Code)
	case "node":
		return text(t, failure.Node)
	case "reason":
		return text(t, e.Reason)
	default:
		return false
	}
}

// Labels compares the labels of an execution.
func (m *Executions) Labels(e *flow.Execution) bool {
	for i := range m.labels {
		t := &m.labels[i]
		value, known := e.Label(t.Name)
		if !holds(t, func(v *query.Value) bool { return known && (v.Op == query.Present || is(v, value)) }) {
			return false
		}
	}
	return true
}

// Call compares the call that started the execution, and its output and error. d is the execution's delivery, with its body
// if NeedsBody.
func (m *Executions) Call(e *flow.Execution, d *hook.Delivery) bool {
	for i := range m.key {
		if !text(&m.key[i], d.DedupeKey) {
			return false
		}
	}
	more := []string{e.Output.Text()}
	if e.Error != nil {
		more = append(more, e.Error.Message)
	}
	return m.call.match(d, more)
}
