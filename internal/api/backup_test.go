package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
)

// Begin implements Backups. A fixture that is down makes no backups.
func (h *fixture) Begin(context.Context) (Backup, error) {
	h.note("begin")
	if h.down != nil {
		return nil, h.down
	}
	return fakeBackup{h}, nil
}

type fakeBackup struct{ h *fixture }

func (b fakeBackup) Write(to io.Writer, gzip bool) error {
	b.h.note("write")
	_, _ = io.WriteString(to, "archive")
	if gzip {
		return errors.New("the disk is gone")
	}
	return nil
}

func (b fakeBackup) Close() { b.h.note("close") }

func TestABackupIsSentOrCutOff(t *testing.T) {
	ask := func(h *fixture, query string) (*httptest.ResponseRecorder, any) {
		req := httptest.NewRequest("GET", "/api/backup"+query, nil)
		req.Header.Set("Authorization", "Bearer "+testToken)
		w := httptest.NewRecorder()
		var stopped any
		func() {
			defer func() { stopped = recover() }()
			New(h.deps()).ServeHTTP(w, req)
		}()
		return w, stopped
	}
	h := &fixture{}
	w, stopped := ask(h, "")
	if w.Code != 200 || w.Body.String() != "archive" || w.Header().Get("Content-Type") != "application/x-tar" || stopped != nil ||
		w.Header().Get("Content-Disposition") != `attachment; filename="hookline-20260304T120000Z.tar"` {
		t.Errorf("%d %v %s %v", w.Code, w.Header(), w.Body, stopped)
	}
	_, stopped = ask(h, "?gzip=true")
	if err, _ := stopped.(error); !errors.Is(err, http.ErrAbortHandler) {
		t.Errorf("a backup that broke off ended with %v", stopped)
	}
	if got := strings.Join(h.asked, " "); got != "begin write close begin write close" {
		t.Errorf("asked %s", got)
	}
	h.down = fault.New("test", fault.Conflict, "a backup is being made already")
	if w, _ := ask(h, ""); w.Code != 409 || !strings.Contains(w.Body.String(), "a backup is being made already") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
