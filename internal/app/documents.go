package app

import (
	"os"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ingress"
)

// load reads the catalog from the store, and then the directory of documents.
func (a *App) load() error {
	if err := a.catalog.Load(); err != nil {
		return err
	}
	if a.config.Workflows == "" {
		return nil
	}
	r, err := a.reload(catalog.Batch{Lenient: true})
	a.auditor.reloaded(r)
	return err
}

// Reload publishes the documents of --workflows. If any of them is wrong, or in conflict with what was edited over the
// API, nothing changes and the error lists every problem.
func (a *App) Reload() (catalog.Report, error) {
	r, err := a.reload(catalog.Batch{})
	a.auditor.reloaded(r)
	return r, err
}

// reload is Reload with the decisions in b.
func (a *App) reload(b catalog.Batch) (catalog.Report, error) {
	if a.config.Workflows == "" {
		return catalog.Report{}, fault.New("app.Reload", fault.Invalid, "there is nothing to load: the server was started without --workflows DIR")
	}
	bundle, problems := document.Load(os.DirFS(a.config.Workflows), a.config.Workflows, a.known)
	if len(problems) > 0 {
		return catalog.Report{}, &fault.Error{Op: "app.Reload", Kind: fault.Invalid, Message: document.Text(problems)}
	}
	b.Workflows, b.Collections, b.Channels, b.Directory, b.Prune = bundle.Workflows, bundle.Collections, bundle.Channels, true, a.config.Prune
	report, err := a.catalog.Publish(b)
	if err != nil {
		return report, err
	}
	for _, wf := range b.Workflows {
		if wf.Generated {
			a.log.Info("a workflow without a key got one; `workflows ls` shows it", "file", wf.Source.File)
		}
		if auth := wf.Workflow.Trigger.Auth; wf.Workflow.Trigger.Type == flow.TypeWebhook && auth.Open() && !auth.None {
			a.log.Warn("open to anyone: "+whyOpen(auth), "workflow", wf.Workflow.Key)
		}
	}
	for _, x := range report.Conflicts {
		a.log.Warn("what was edited on the server stays: " + x.String())
	}
	for _, key := range report.Removed {
		a.log.Warn("the file of a workflow is gone; its URL still answers unless --prune is set", "workflow", key)
	}
	for _, name := range report.Channels.Removed {
		if !a.config.Prune {
			a.log.Warn("the file of a channel is gone; it can still be used unless --prune is set", "channel", name)
		}
	}
	a.log.Info("documents loaded", "dir", a.config.Workflows,
		"published", len(report.Published), "unchanged", len(report.Unchanged), "removed", len(report.Removed),
		"channels", len(bundle.Channels))
	return report, nil
}

// whyOpen says why anyone may call a workflow, and what to do about it.
func whyOpen(auth flow.Auth) string {
	if auth.Signature != nil {
		return "the workflow's signature is only observed; remove observe: true when the verdicts are good"
	}
	return "the workflow has no auth; write auth: none to say that this is meant"
}

// checkRoute rejects a workflow that the front door could not serve.
func (a *App) checkRoute(wf flow.Workflow) error {
	_, err := ingress.Compile(wf, a.resources())
	return err
}

// resources returns what routes are compiled with. It has no Fetcher, because no preset in this version fetches
// anything.
func (a *App) resources() ingress.Resources {
	vars := a.vars.Current()
	return ingress.Resources{Env: vars.Lookup, Plain: vars.Plain, Presets: a.known.Presets}
}

// route compiles the routes and gives them to the front door.
func (a *App) route(entries []*catalog.Entry) {
	var routes []*ingress.Route
	for _, e := range entries {
		if e.Compiled == nil {
			continue
		}
		// A disabled workflow gets a closed route, so that the operator can learn why its URL does not answer.
		wf := e.Compiled.Workflow
		wf.Enabled = e.Enabled
		r, err := ingress.Compile(wf, a.resources())
		if err != nil {
			a.log.Error("a published workflow cannot be served by this version", "workflow", e.Key, "error", err)
			continue
		}
		routes = append(routes, r)
	}
	if err := a.door.SetRoutes(routes); err != nil {
		a.log.Error("the front door keeps its old routes", "error", err)
	}
}

// workflows adapts the catalog to the API.
type workflows struct{ app *App }

// Workflows returns all workflows, sorted by key.
func (w workflows) Workflows() ([]api.Published, error) {
	entries := w.app.catalog.Entries()
	out, failed := make([]api.Published, len(entries)), w.app.door.FilterErrors()
	for i, e := range entries {
		out[i] = w.published(e, failed)
	}
	return out, nil
}

// Workflow returns one workflow, or fault.NotFound.
func (w workflows) Workflow(key string) (api.Published, error) {
	e, err := w.app.catalog.Find(key)
	if err != nil {
		return api.Published{}, err
	}
	return w.published(e, w.app.door.FilterErrors()), nil
}

// SetEnabled enables or disables a workflow.
func (w workflows) SetEnabled(key string, on bool) error { return w.app.catalog.SetEnabled(key, on) }

// published converts an entry to the API's type. filterErrors are counted by key.
func (w workflows) published(e *catalog.Entry, filterErrors map[string]int64) api.Published {
	p := api.Published{FilterErrors: filterErrors[e.Key], Source: e.Source, UpdatedAt: e.UpdatedAt.In(time.UTC), Presets: w.app.known.Presets}
	if e.Compiled != nil {
		p.Workflow = e.Compiled.Workflow
	}
	p.Key, p.Enabled, p.Revision, p.Document = e.Key, e.Enabled, e.Revision, e.Document
	p.Version, p.PublishedAt, p.PublishedBy, p.Note, p.Broken = e.Version, e.PublishedAt, e.PublishedBy, e.Note, e.Broken
	p.Edited, p.Conflict = e.Source != "" && e.Edited(), w.app.catalog.InConflict(e.Key)
	return p
}
