package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

// ceilingCommand is the argument that makes this program the ceiling server.
const ceilingCommand = "ceiling-server"

// ceilingSecret is the secret that signs the ceiling's calls.
const ceilingSecret = "it's a secret to everybody"

// serveCeiling does the least that a webhook server must do: it reads the body, checks its HMAC, and checks
// that it is JSON.
func serveCeiling(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(ceiling)}
	return server.Serve(l)
}

func ceiling(w http.ResponseWriter, r *http.Request) {
	body := make([]byte, max(r.ContentLength, 0))
	if _, err := io.ReadFull(r.Body, body); err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, []byte(ceilingSecret))
	mac.Write(body)
	sent, err := hex.DecodeString(strings.TrimPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256="))
	if err != nil || !hmac.Equal(mac.Sum(nil), sent) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	if !json.Valid(body) {
		http.Error(w, "json", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok") // the caller may have disconnected
}

// measureCeiling starts the ceiling server in its own process, like the real server, and drives load at it.
func measureCeiling(ctx context.Context, conns int, d time.Duration, body []byte) (load.Result, error) {
	addr, err := process.FreeAddr()
	if err != nil {
		return load.Result{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return load.Result{}, err
	}
	cmd := exec.Command(self, ceilingCommand, addr)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return load.Result{}, err
	}
	defer func() {
		_ = cmd.Process.Kill() // a process started above
		_ = cmd.Wait()         // fails because the process was killed
	}()
	if err := process.Listening(ctx, addr); err != nil {
		return load.Result{}, err
	}
	request := load.Request(http.MethodPost, "/hook", addr, [][2]string{
		{"Content-Type", "application/json"},
		signature(ceilingSecret, body),
		{"X-Github-Event", "push"},
		{"User-Agent", "GitHub-Hookshot/4b56b7e"},
		{"Accept", "*/*"},
	}, body)
	warm := load.Run(ctx, load.Plan{Addr: addr, Conns: conns, For: d / 10, Source: load.Same(request)})
	res := load.Run(ctx, load.Plan{Addr: addr, Conns: conns, For: d, Source: load.Same(request)})
	if res.FirstErr == nil && (warm.FirstErr != nil || res.OK() != res.Latency.Count()) {
		return res, fmt.Errorf("the ceiling answered %v: %w", res.Answers, warm.FirstErr)
	}
	return res, res.FirstErr
}
