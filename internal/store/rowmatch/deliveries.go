package rowmatch

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/query"
)

// Deliveries matches deliveries.
type Deliveries struct {
	// Versions returns the numbers under which a revision was published; nil: none.
	Versions Versions

	row  []query.Term
	call calls
}

// ForDeliveries returns the matcher of a query.
func ForDeliveries(q query.Query) (m Deliveries) {
	for _, t := range q.Terms {
		if t.Content() {
			m.call.add(t)
		} else {
			m.row = append(m.row, t)
		}
	}
	return m
}

// NeedsCall reports whether Call compares anything.
func (m *Deliveries) NeedsCall() bool { return m.call.any() }

// NeedsBody reports whether Call looks into the body.
func (m *Deliveries) NeedsBody() bool { return m.call.needsBody() }

// Row compares a delivery without its content.
func (m *Deliveries) Row(d *hook.Delivery) bool {
	for i := range m.row {
		if t := &m.row[i]; t.Field == "version" && !m.Versions.match(t, d.Workflow, d.Revision) || t.Field != "version" && !deliveryRow(t, d) {
			return false
		}
	}
	return true
}

func deliveryRow(t *query.Term, d *hook.Delivery) bool {
	switch t.Field {
	case "outcome":
		return text(t, string(d.Outcome))
	case "gate":
		return text(t, d.Gate)
	case "workflow":
		return text(t, d.Workflow)
	case "revision":
		return text(t, d.Revision)
	case "took":
		return took(t, d.Took, true)
	case "received", "since", "until":
		return moment(t, d.ID)
	case "id":
		return id(t, d.ID)
	case "execution":
		return id(t, d.Execution)
	case "key":
		return text(t, d.DedupeKey)
	case "reason":
		return text(t, d.Reason)
	case "status":
		return number(t, int64(d.Status), d.Status != 0)
	case "ip":
		return address(t, d.Request.IP)
	case "method":
		return text(t, d.Request.Method)
	case "path":
		return text(t, d.Request.Path)
	default:
		return false
	}
}

// Call compares the content of a call. d has its body if NeedsBody.
func (m *Deliveries) Call(d *hook.Delivery) bool { return m.call.match(d, nil) }
