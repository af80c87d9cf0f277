package statistics

import (
	"encoding/binary"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// keyed is an entry with its key.
type keyed struct {
	key
	*entry
}

const (
	dayHours  = 24
	weekHours = 7 * 24
)

// activity is a row of statistics_workflows.
type activity struct {
	entry      // only its last deliveries are used
	hour       int64
	hours      [dayHours]store.HourCounts // newest first
	calledHour int64
	called     [weekHours]bool
}

const (
	activityColumns  = `last_accepted, last_filtered, last_refused, gate, reason, hour, hours, called_hour, called`
	sqlReadActivity  = `SELECT ` + activityColumns + ` FROM statistics_workflows WHERE workflow = ?1`
	sqlReadAll       = `SELECT ` + activityColumns + `, workflow FROM statistics_workflows`
	sqlWriteActivity = `INSERT OR REPLACE INTO statistics_workflows (workflow, ` + activityColumns + `)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`
)

// writeActivity adds entries of a workflow to its row.
func writeActivity(tx *writer.Tx, workflow string, list []keyed) error {
	var a activity
	if err := tx.Query(sqlReadActivity, func(s *conn.Stmt) { a.read(s) }, workflow); err != nil {
		return err
	}
	for _, k := range list {
		a.add(k.minute, k.entry)
	}
	s, err := tx.Statement(sqlWriteActivity)
	if err != nil {
		return err
	}
	s.Text(1, workflow)
	s.Int(2, int64(a.accepted))
	s.Int(3, int64(a.filtered))
	bindRefusal(s, 4, &a.refused)
	s.Int(7, a.hour)
	s.Blob(8, a.encodeHours())
	s.Int(9, a.calledHour)
	s.Blob(10, a.encodeCalled())
	return tx.Run(s)
}

// read reads activityColumns.
func (a *activity) read(s *conn.Stmt) {
	a.accepted, a.filtered, a.refused = ident.ID(s.ColumnInt(0)), ident.ID(s.ColumnInt(1)), readRefusal(s, 2)
	a.hour, a.calledHour = s.ColumnInt(5), s.ColumnInt(7)
	rest := s.ColumnBlob(6)
	for i := range a.hours {
		for _, to := range []*int64{&a.hours[i].Calls, &a.hours[i].Refused, &a.hours[i].Failed} {
			n, size := binary.Uvarint(rest)
			if size <= 0 {
				break
			}
			*to, rest = int64(n), rest[size:]
		}
	}
	for i, b := range s.ColumnBlob(8) {
		for bit := range 8 {
			if at := i*8 + bit; at < weekHours {
				a.called[at] = b&(1<<bit) != 0
			}
		}
	}
}

func (a *activity) encodeHours() (to []byte) {
	for _, h := range a.hours {
		to = binary.AppendUvarint(to, uint64(h.Calls))
		to = binary.AppendUvarint(to, uint64(h.Refused))
		to = binary.AppendUvarint(to, uint64(h.Failed))
	}
	return to
}

func (a *activity) encodeCalled() []byte {
	var to [weekHours / 8]byte
	for i, called := range a.called {
		if called {
			to[i/8] |= 1 << (i % 8)
		}
	}
	return to[:]
}

// add adds what happened in a minute.
func (a *activity) add(minute int64, e *entry) {
	a.entry.add(&entry{accepted: e.accepted, filtered: e.filtered, refused: e.refused})
	hour := startOf(minute, seconds(store.Hour)) / seconds(store.Hour)
	a.hour = shift(a.hours[:], a.hour, hour)
	if back := a.hour - hour; back < dayHours {
		h := &a.hours[back]
		h.Calls += e.Calls()
		h.Refused += e.Counts.Refused()
		h.Failed += e.Broken()
	}
	if e.Accepted+e.Repeats+e.Filtered == 0 {
		return
	}
	a.calledHour = shift(a.called[:], a.calledHour, hour)
	if back := a.calledHour - hour; back < weekHours {
		a.called[back] = true
	}
}

// shift makes room for a newer hour at the front of a list whose first element is that of the hour was. It returns the
// hour of the first element then.
func shift[T any](list []T, was, hour int64) int64 {
	if hour <= was {
		return was
	}
	by := min(hour-was, int64(len(list)))
	copy(list[by:], list)
	clear(list[:by])
	return hour
}

// result returns the activity as of an hour.
func (a *activity) result(workflow string, now time.Time) store.Activity {
	out := store.Activity{Workflow: workflow, Accepted: a.accepted, Filtered: a.filtered, Refused: a.refused, Called: a.called}
	hours := a.hours
	newest := shift(hours[:], a.hour, store.Hour.Start(now).Unix()/seconds(store.Hour))
	behind := newest - store.Hour.Start(now).Unix()/seconds(store.Hour) // more than 0 if the clock was set back
	for i := range out.Hours {
		if from := int64(i) + behind; from < dayHours {
			out.Hours[dayHours-1-i] = hours[from]
		}
	}
	if a.calledHour != 0 {
		out.CalledAt = time.Unix(a.calledHour*seconds(store.Hour), 0).UTC()
	}
	return out
}
