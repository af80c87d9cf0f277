package scratch

import (
	"fmt"
	"golang.org/x/sys/unix"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &u)
	return time.Duration(u.Nano())
}

var body = []byte(strings.Repeat("0123456789abcdef", 481))
var headers = `[["Accept","*/*"],["Content-Type","application/json"],["User-Agent","GitHub-Hookshot/044aadd"],["X-GitHub-Delivery","72d3162e-cc78-11e3-81ab-4c9367dc0958"],["X-GitHub-Event","push"],["X-GitHub-Hook-ID","292430182"],["Content-Length","7700"]]`

func ck(err error) {
	if err != nil {
		panic(err)
	}
}

type env struct {
	c  *conn.Conn
	l  *disk.Layer
	t  map[string]time.Duration
	id int64
}

func open(page int) *env {
	dir, _ := os.MkdirTemp("", "scr")
	l, err := disk.New(nil)
	ck(err)
	c, err := conn.Open(dir+"/x.db", conn.ReadWrite, l.Name())
	ck(err)
	ck(c.Exec(fmt.Sprintf("PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY", page)))
	return &env{c: c, l: l, t: map[string]time.Duration{}}
}
func (e *env) prep(s string) *conn.Stmt { st, err := e.c.Prepare(s); ck(err); return st }

type stmt struct {
	name string
	sql  string
	bind func(*conn.Stmt, int64)
	rep  int
	st   *conn.Stmt
}

func run(t *testing.T, name string, page int, schema []string, ss []*stmt, batches, per int) {
	runtime.LockOSThread()
	e := open(page)
	for _, s := range schema {
		ck(e.c.Exec(s))
	}
	for _, s := range ss {
		s.st = e.prep(s.sql)
	}
	begin, commit := e.prep("BEGIN IMMEDIATE"), e.prep("COMMIT")
	id := int64(1) << 50
	var tc, tk time.Duration
	wall := time.Now()
	for range batches {
		ck(begin.Run())
		for _, s := range ss {
			c0 := cpu()
			for i := range per {
				for r := range max(1, s.rep) {
					s.bind(s.st, (id+int64(i)*4096)*16+int64(r))
					ck(s.st.Run())
				}
			}
			e.t[s.name] += cpu() - c0
		}
		c0 := cpu()
		ck(commit.Run())
		tc += cpu() - c0
		id += int64(per) * 4096
		if e.c != nil && false {
			_ = id
		}
		if batches > 0 {
			c0 = cpu()
			if logTooLong(e) {
				_, _, err := e.c.Checkpoint(conn.Passive)
				ck(err)
			}
			tk += cpu() - c0
		}
	}
	w := time.Since(wall)
	n := float64(batches * per)
	var sum time.Duration
	out := fmt.Sprintf("%-28s page %5d:", name, page)
	for _, s := range ss {
		out += fmt.Sprintf(" %s %.2f", s.name, float64(e.t[s.name].Nanoseconds())/n/1e3)
		sum += e.t[s.name]
	}
	st := e.l.Stats()
	t.Logf("%s | apply %.2f commit %.2f checkpoint %.2f = %.2f cpu-µs; wall %.1f; log %.0f B db %.0f B writes %.2f syncs %d", out, float64(sum.Nanoseconds())/n/1e3, float64(tc.Nanoseconds())/n/1e3, float64(tk.Nanoseconds())/n/1e3, float64((sum+tc+tk).Nanoseconds())/n/1e3, float64(w.Nanoseconds())/n/1e3, float64(st.LogBytes)/n, float64(st.Bytes)/n, float64(st.Writes)/n, st.Syncs)
	e.c.Close()
	e.l.Close()
}

var last int64

func logTooLong(e *env) bool {
	b := e.l.Stats().LogBytes
	if b-last > 32<<20 || b < last {
		last = b
		return true
	}
	return false
}

const now = 1795336200123456

func delivery(cols bool) *stmt {
	return &stmt{name: "delivery", sql: `INSERT INTO deliveries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id)
		s.Text(2, "github-push")
		s.Text(3, "accepted")
		s.Text(4, "accept")
		s.Text(5, "")
		s.Int(6, id+1)
		s.Int(7, 200)
		s.Int(8, 1000000)
		s.Int(9, now)
		s.Text(10, "POST")
		s.Text(11, "/api/webhooks/github-push")
		s.Text(12, "")
		s.Text(13, "hooks.example.com")
		s.Text(14, "192.0.2.1")
		s.Text(15, "application/json")
		s.Text(16, "[]")
		s.Text(17, headers)
		s.Int(18, int64(len(body)))
		s.Blob(19, body)
	}}
}

const dTable = `CREATE TABLE deliveries (id INTEGER PRIMARY KEY, workflow TEXT NOT NULL, outcome TEXT NOT NULL, gate TEXT NOT NULL, reason TEXT NOT NULL, execution INTEGER NOT NULL, status INTEGER NOT NULL, took INTEGER NOT NULL, received_at INTEGER, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, host TEXT NOT NULL, ip TEXT NOT NULL, content_type TEXT NOT NULL, params TEXT NOT NULL, headers TEXT NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL) `

func execution() *stmt {
	return &stmt{name: "execution", sql: `INSERT INTO executions (id, workflow, revision, delivery, mode, status, owner, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id+1)
		s.Text(2, "github-push")
		s.Text(3, "0123456789abcdef0123456789abcdef")
		s.Int(4, id)
		s.Text(5, "async")
		s.Text(6, "queued")
		s.Int(7, 1)
		s.Int(8, now)
	}}
}

const eTable = `CREATE TABLE executions (id INTEGER PRIMARY KEY, workflow TEXT NOT NULL, revision TEXT NOT NULL, delivery INTEGER NOT NULL, mode TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', owner INTEGER NOT NULL, resumes INTEGER NOT NULL DEFAULT 0, round INTEGER NOT NULL DEFAULT 0, suspect INTEGER NOT NULL DEFAULT 0, cancel_requested INTEGER NOT NULL DEFAULT 0, created_at INTEGER, started_at INTEGER, finished_at INTEGER, wake_at INTEGER, error TEXT, reply_status INTEGER, reply_headers TEXT, reply_body BLOB, output TEXT) `
const input = `{"collection":"pushes","values":{"branch":"refs/heads/main","by":"octocat","commits":3,"at":"2026-11-22T08:30:00Z"}}`
const result = `{"id":123456,"createdAt":"2026-11-22T08:30:00.124456Z","updatedAt":"2026-11-22T08:30:00.124456Z","branch":"refs/heads/main","by":"octocat","commits":3,"at":"2026-11-22T08:30:00.000Z"}`

func step() *stmt {
	return &stmt{name: "steps", rep: 2, sql: `INSERT INTO steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id&^15+1)
		s.Int(2, id&15+1)
		s.Text(3, "save")
		s.Text(4, "save")
		s.Text(5, "record.create")
		s.Int(6, 1)
		s.Int(7, 0)
		s.Text(8, "succeeded")
		s.Text(9, "")
		s.Text(10, "")
		s.Int(11, now)
		s.Int(12, now)
		s.Null(13)
		s.Null(14)
		s.Null(15)
		s.Text(16, input)
		s.Text(17, result)
	}}
}

const sTable = `CREATE TABLE steps (execution INTEGER NOT NULL, n INTEGER NOT NULL, path TEXT NOT NULL, node TEXT NOT NULL, type TEXT NOT NULL, attempt INTEGER NOT NULL, round INTEGER NOT NULL, status TEXT NOT NULL, branch TEXT NOT NULL, ends TEXT NOT NULL, started_at INTEGER, finished_at INTEGER, wake_at INTEGER, error TEXT, log TEXT, input TEXT, result TEXT, PRIMARY KEY (execution, n)) `

func record() *stmt {
	n := int64(0)
	return &stmt{name: "record", sql: `INSERT INTO c_pushes VALUES (?1,?2,?3,?4,?5,?6,?7)`, bind: func(s *conn.Stmt, id int64) {
		n++
		s.Int(1, n)
		s.Int(2, now)
		s.Int(3, now)
		s.Text(4, "refs/heads/main")
		s.Text(5, "octocat")
		s.Int(6, 3)
		s.Int(7, now)
	}}
}

const rTable = `CREATE TABLE c_pushes (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, f_branch TEXT, f_by TEXT, f_commits INTEGER, f_at INTEGER) STRICT`

func update() *stmt {
	return &stmt{name: "update", sql: `UPDATE executions SET status = ?2, reason = ?3, wake_at = ?4, started_at = ?5, finished_at = ?6, error = ?7, output = ?8 WHERE id = ?1`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id+1)
		s.Text(2, "succeeded")
		s.Text(3, "")
		s.Null(4)
		s.Int(5, now)
		s.Int(6, now)
		s.Null(7)
		s.Text(8, `{"ok":true}`)
	}}
}

const iDW = `CREATE INDEX dw ON deliveries (workflow, id)`
const iDR = `CREATE INDEX dr ON deliveries (outcome, id) WHERE outcome <> 'accepted'`
const iER = `CREATE INDEX er ON executions (owner, id) WHERE (status = 'queued' OR status = 'running')`
const iEW = `CREATE INDEX ew ON executions (owner, wake_at, id) WHERE status = 'waiting'`
const iEB = `CREATE INDEX eb ON executions (status, id) WHERE (status = 'failed' OR status = 'aborted' OR status = 'canceled')`
const iEF = `CREATE INDEX ef ON executions (workflow, id)`

func all() []*stmt { return []*stmt{delivery(true), execution(), step(), record(), update()} }

func slimDelivery() *stmt {
	return &stmt{name: "delivery", sql: `INSERT INTO deliveries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id)
		s.Text(2, "github-push")
		s.Text(3, "accepted")
		s.Int(4, id+1)
		s.Int(5, 200)
		s.Int(6, 1000000)
		s.Int(7, now)
		s.Text(8, `{"gate":"accept","reason":"","method":"POST","path":"/api/webhooks/github-push","query":"","host":"hooks.example.com","ip":"192.0.2.1","type":"application/json","params":[],"headers":`+headers+`}`)
		s.Blob(9, body)
	}}
}

const slimD = `CREATE TABLE deliveries (id INTEGER PRIMARY KEY, workflow TEXT NOT NULL, outcome TEXT NOT NULL, execution INTEGER NOT NULL, status INTEGER NOT NULL, took INTEGER NOT NULL, received_at INTEGER, head TEXT NOT NULL, body BLOB NOT NULL) STRICT`

func slimStep() *stmt {
	return &stmt{name: "steps", rep: 2, sql: `INSERT INTO steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id&^15+1)
		s.Int(2, id&15+1)
		s.Text(3, "save")
		s.Text(4, "succeeded")
		s.Text(5, `{"type":"record.create","attempt":1,"round":0,"started":1795336200123456,"finished":1795336200123456}`)
		s.Text(6, input)
		s.Text(7, result)
	}}
}

const slimS = `CREATE TABLE steps (execution INTEGER NOT NULL, n INTEGER NOT NULL, path TEXT NOT NULL, status TEXT NOT NULL, data TEXT, input TEXT, result TEXT, PRIMARY KEY (execution, n)) STRICT, WITHOUT ROWID`

func oneStep() *stmt {
	return &stmt{name: "steps", rep: 1, sql: `INSERT INTO steps VALUES (?1, ?2, ?3)`, bind: func(s *conn.Stmt, id int64) {
		s.Int(1, id&^15+1)
		s.Int(2, 2)
		s.Text(3, `{"type":"record.create","attempt":1,"round":0,"started":1795336200123456,"finished":1795336200123456}`+input+result+`{"type":"record.create","attempt":1,"round":0,"started":1795336200123456,"finished":1795336200123456}`+input+result)
	}}
}

const oneS = `CREATE TABLE steps (execution INTEGER NOT NULL, n INTEGER NOT NULL, data TEXT, PRIMARY KEY (execution, n)) STRICT, WITHOUT ROWID`

func multiStep() *stmt {
	return &stmt{name: "steps", rep: 1, sql: `INSERT INTO steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17),(?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34)`, bind: func(s *conn.Stmt, id int64) {
		for o := range 2 {
			k := o * 17
			s.Int(k+1, id&^15+1)
			s.Int(k+2, int64(o+1))
			s.Text(k+3, "save")
			s.Text(k+4, "save")
			s.Text(k+5, "record.create")
			s.Int(k+6, 1)
			s.Int(k+7, 0)
			s.Text(k+8, "succeeded")
			s.Text(k+9, "")
			s.Text(k+10, "")
			s.Int(k+11, now)
			s.Int(k+12, now)
			s.Null(k + 13)
			s.Null(k + 14)
			s.Null(k + 15)
			s.Text(k+16, input)
			s.Text(k+17, result)
		}
	}}
}
func rowStep() *stmt {
	m := int64(0)
	return &stmt{name: "steps", rep: 2, sql: `INSERT INTO steps VALUES (?18, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)`, bind: func(s *conn.Stmt, id int64) {
		m++
		s.Int(18, (id&^15)>>1+(id&15))
		s.Int(1, id&^15+1)
		s.Int(2, id&15+1)
		s.Text(3, "save")
		s.Text(4, "save")
		s.Text(5, "record.create")
		s.Int(6, 1)
		s.Int(7, 0)
		s.Text(8, "succeeded")
		s.Text(9, "")
		s.Text(10, "")
		s.Int(11, now)
		s.Int(12, now)
		s.Null(13)
		s.Null(14)
		s.Null(15)
		s.Text(16, input)
		s.Text(17, result)
	}}
}

const rowS = `CREATE TABLE steps (id INTEGER PRIMARY KEY, execution INTEGER NOT NULL, n INTEGER NOT NULL, path TEXT NOT NULL, node TEXT NOT NULL, type TEXT NOT NULL, attempt INTEGER NOT NULL, round INTEGER NOT NULL, status TEXT NOT NULL, branch TEXT NOT NULL, ends TEXT NOT NULL, started_at INTEGER, finished_at INTEGER, wake_at INTEGER, error TEXT, log TEXT, input TEXT, result TEXT) STRICT`
const iDWi = `CREATE INDEX dw ON deliveries (status, id)`
const iEFi = `CREATE INDEX ef ON executions (resumes, id)`

type variant struct {
	name   string
	page   int
	schema []string
	ss     []*stmt
}

func TestScratch(t *testing.T) {
	B, P := 120, 128
	strict := func(s string, more string) string { return s + "STRICT" + more }
	d, e, st := strict(dTable, ""), strict(eTable, ""), strict(sTable, ", WITHOUT ROWID")
	for range 3 {
		for _, v := range []variant{
			{"as is", 8192, []string{d, e, st, rTable, iDW, iDR, iER, iEW, iEB, iEF}, all()},
			{"16k", 16384, []string{d, e, st, rTable, iDW, iDR, iER, iEW, iEB, iEF}, all()},
			{"4k", 4096, []string{d, e, st, rTable, iDW, iDR, iER, iEW, iEB, iEF}, all()},
			{"not strict", 8192, []string{dTable, eTable, sTable + "WITHOUT ROWID", rTable, iDW, iDR, iER, iEW, iEB, iEF}, all()},
			{"no indexes", 8192, []string{d, e, st, rTable}, all()},
			{"without er", 8192, []string{d, e, st, rTable, iDW, iDR, iEW, iEB, iEF}, all()},
			{"without dw", 8192, []string{d, e, st, rTable, iDR, iER, iEW, iEB, iEF}, all()},
			{"int dw ef", 8192, []string{d, e, st, rTable, iDWi, iDR, iER, iEW, iEB, iEFi}, all()},
			{"slim delivery, steps", 8192, []string{slimD, e, slimS, rTable, iDW, iER, iEW, iEB, iEF}, []*stmt{slimDelivery(), execution(), slimStep(), record(), update()}},
			{"one step", 8192, []string{d, e, oneS, rTable, iDW, iER, iEW, iEB, iEF}, []*stmt{delivery(true), execution(), oneStep(), record(), update()}},
			{"multi step", 8192, []string{d, e, st, rTable, iDW, iER, iEW, iEB, iEF}, []*stmt{delivery(true), execution(), multiStep(), record(), update()}},
			{"row step", 8192, []string{d, e, rowS, rTable, iDW, iER, iEW, iEB, iEF}, []*stmt{delivery(true), execution(), rowStep(), record(), update()}},
		} {
			run(t, v.name, v.page, v.schema, v.ss, B, P)
		}
	}
}
