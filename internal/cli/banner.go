package cli

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/flow"
)

// greet prints where the server is, how to sign in, and a command to try. setUp is the set-up link; "" if there is an
// admin.
func (sys *system) greet(s config.Server, url, hooks, setUp string, log *slog.Logger) {
	token := filepath.Join(s.Data, tokenFile)
	if s.Token != "" {
		token = "as set"
	}
	total, from := s.TotalMemory(os.DirFS("/"))
	if from == config.FromFlag {
		from = "--memory"
	}
	memory := config.FormatSize(total)
	if !sys.textual(s.LogFormat) {
		log.Info("serving", "api", url, "hooks", hooks, "token", token, "memory", memory, "memory from", string(from))
		if setUp != "" {
			log.Info("open this link to create the first admin; it works once", "link", setUp)
		}
		return
	}
	fmt.Fprintf(sys.stdout, "\n  Hookline %s\n\n  API    %s\n  Hooks  %s\n  Token  %s\n  Memory %s (%s)\n\n", Version(), url, hooks+"/api/webhooks/…", token, memory, from)
	if setUp != "" {
		fmt.Fprintf(sys.stdout, "  Create the first admin with this link, which works once:\n  %s\n\n", setUp)
	}
	f := clientFlags{Token: s.Token, Data: s.Data} // the server has just written its address there
	if line := f.curl(); line != "" {
		fmt.Fprintf(sys.stdout, "  Try:   %s\n\n", line)
	} else {
		fmt.Fprintf(sys.stdout, "  No workflows yet. Start the server with --workflows DIR.\n\n")
	}
}

// curl returns a command that calls one of the loaded workflows, or "" if there is none.
func (f clientFlags) curl() string {
	server, err := f.open()
	if err != nil {
		return ""
	}
	var page api.Page[api.Workflow]
	if server.get("/api/workflows", nil, &page) != nil {
		return ""
	}
	var best *api.Workflow
	for i, x := range page.Items {
		if x.Enabled && len(x.URLs) > 0 && (best == nil || easier(x, *best)) {
			best = &page.Items[i]
		}
	}
	if best == nil {
		return ""
	}
	return curlOf(*best)
}

// easier reports whether x is the better workflow to call first: it requires less, or its answer shows more.
func easier(x, than api.Workflow) bool {
	if len(x.Auth) != len(than.Auth) {
		return len(x.Auth) < len(than.Auth)
	}
	return x.Mode == flow.Sync && than.Mode != flow.Sync
}

// curlOf returns the curl command that calls a workflow by its key.
func curlOf(x api.Workflow) string {
	var b strings.Builder
	b.WriteString("curl")
	if slices.Contains(x.Auth, "basic") {
		b.WriteString(" -u USER:PASSWORD")
	}
	if slices.Contains(x.Auth, "token") {
		b.WriteString(" -H 'TOKEN-HEADER: TOKEN'")
	}
	method := "POST"
	if len(x.Methods) > 0 && !slices.Contains(x.Methods, method) {
		method = x.Methods[0]
	}
	switch method {
	case "GET":
	case "POST":
		b.WriteString(` -H 'Content-Type: application/json' -d '{"hello":"world"}'`)
	default:
		fmt.Fprintf(&b, ` -X %s -H 'Content-Type: application/json' -d '{"hello":"world"}'`, method)
	}
	return b.String() + " " + x.URLs[0]
}
