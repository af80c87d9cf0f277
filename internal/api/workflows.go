package api

import (
	"context"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/verify"
)

// Workflows is the catalog that routes calls.
type Workflows interface {
	// Workflows returns all workflows, sorted by key.
	Workflows() ([]Published, error)
	// Workflow returns one workflow, or fault.NotFound.
	Workflow(key string) (Published, error)
	// SetEnabled enables or disables a workflow. It returns fault.NotFound if there is none, and fault.Conflict
	// if another workflow has its path.
	SetEnabled(key string, on bool) error
	// Reload reads the documents again and publishes what changed. If one of them is invalid, nothing changes
	// and the error joins all problems.
	Reload() (Reloaded, error)
}

// Published is a workflow and its source.
type Published struct {
	flow.Workflow
	Source    string
	UpdatedAt time.Time
	Presets   *verify.Set // tell which keys of a signature are public; nil: none
	// FilterErrors counts the calls on which the filter failed since the server started.
	FilterErrors int64
}

// Reloaded is the result of a reload, as keys of workflows and names of channels.
type Reloaded struct {
	Published []string         `json:"published"` // new or changed
	Unchanged []string         `json:"unchanged"`
	Removed   []string         `json:"removed"`  // their file is gone, but they are still enabled
	Disabled  []string         `json:"disabled"` // their file is gone and --prune is set
	Channels  ReloadedChannels `json:"channels"`
}

// ReloadedChannels is the result of a reload, as names of channels.
type ReloadedChannels struct {
	Published []string `json:"published"` // new or changed
	Unchanged []string `json:"unchanged"`
	Removed   []string `json:"removed"` // their file no longer declares them
	Deleted   []string `json:"deleted"` // those of them that were deleted, because --prune is set
}

// Workflow is a workflow as the API shows it.
type Workflow struct {
	Key       string    `json:"key"`
	Title     string    `json:"title,omitempty"`
	Enabled   bool      `json:"enabled"`
	Revision  string    `json:"revision"`
	Source    string    `json:"source,omitempty"`
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
	Type      string    `json:"type"` // webhook or call
	Mode      flow.Mode `json:"mode"`
	Methods   []string  `json:"methods,omitempty"`
	Path      string    `json:"path,omitempty"`
	Auth      []string  `json:"auth"` // names of gates, see gates; empty: anyone may call
	URLs      []string  `json:"urls,omitempty"`
	Nodes     int       `json:"nodes"`
	// FilterErrors counts the calls on which the filter failed, since the server started. They ran nothing.
	FilterErrors int64 `json:"filterErrors,omitempty"`
	Document     JSON  `json:"document,omitzero"`
}

// The forms of a workflow's URL (SPEC §3).
const (
	hookPath    = "/api/webhooks/"
	triggerPath = "/api/webhook:trigger/"
)

type keyed struct {
	Key string `path:"key" maxLength:"64"`
}

func (r routes) workflows() {
	handle(r, route{method: "GET", path: "/api/workflows", id: "list-workflows", summary: "All workflows, by key", needs: account.ReadWorkflows},
		func(ctx context.Context, _ *struct{}) (*list[Workflow], error) {
			all, err := r.Workflows.Workflows()
			if err != nil {
				return nil, err
			}
			items := []Workflow{}
			for _, w := range all {
				if caller(ctx).Sees(w.Key) {
					items = append(items, r.workflow(w))
				}
			}
			return &list[Workflow]{Page[Workflow]{Items: items}}, nil
		})
	handle(r, route{method: "GET", path: "/api/workflows/{key}", id: "get-workflow", summary: "One workflow, with its document", needs: account.ReadWorkflows},
		func(ctx context.Context, in *keyed) (*one[Workflow], error) {
			if err := seen(ctx, in.Key); err != nil {
				return nil, err
			}
			w, err := r.Workflows.Workflow(in.Key)
			if err != nil {
				return nil, err
			}
			out := r.workflow(w)
			out.Document = JSON{maskAuth(w.Document, w.Presets)}
			return &one[Workflow]{out}, nil
		})
	for verb, on := range map[string]bool{"enable": true, "disable": false} {
		handle(r, route{method: "POST", path: "/api/workflows/{key}/" + verb, id: verb + "-workflow", summary: "Make a workflow answer calls, or stop it", needs: account.SwitchWorkflows},
			func(ctx context.Context, in *keyed) (*one[Workflow], error) {
				if err := seen(ctx, in.Key); err != nil {
					return nil, err
				}
				if err := r.Workflows.SetEnabled(in.Key, on); err != nil {
					return nil, err
				}
				w, err := r.Workflows.Workflow(in.Key)
				if err != nil {
					return nil, err
				}
				return &one[Workflow]{r.workflow(w)}, nil
			})
	}
	handle(r, route{method: "POST", path: "/api/reload", id: "reload", summary: "Read the documents of --workflows again", needs: account.LoadFiles},
		func(context.Context, *struct{}) (*one[Reloaded], error) {
			done, err := r.Workflows.Reload()
			if err != nil {
				return nil, err
			}
			return &one[Reloaded]{done}, nil
		})
}

func (r routes) workflow(p Published) Workflow {
	w := Workflow{
		Key:          p.Key,
		Title:        p.Title,
		Enabled:      p.Enabled,
		Revision:     p.Revision,
		Source:       p.Source,
		UpdatedAt:    p.UpdatedAt,
		Type:         p.Trigger.Type,
		Mode:         p.Trigger.Mode,
		Methods:      p.Trigger.Methods,
		Path:         p.Trigger.Path,
		Auth:         gates(p.Trigger.Auth),
		Nodes:        count(p.Nodes),
		FilterErrors: p.FilterErrors,
	}
	if p.Trigger.Type == "webhook" {
		base := r.BaseURL()
		w.URLs = []string{base + hookPath + url.PathEscape(p.Key), base + triggerPath + url.PathEscape(p.Key)}
		if p.Trigger.Path != "" {
			w.URLs = append(w.URLs, base+hookPath+strings.TrimPrefix(p.Trigger.Path, "/"))
		}
	}
	return w
}

func count(nodes []flow.Node) int {
	n := len(nodes)
	for _, node := range nodes {
		for _, b := range node.Branches {
			n += count(b.Nodes)
		}
	}
	return n
}

// gates lists the ways in which callers must authenticate: basic, token, signature, allowIPs, any. A signature
// that is only observed is marked as such.
func gates(auth flow.Auth) []string {
	names := []string{}
	add := func(name string, set bool) {
		if set {
			names = append(names, name)
		}
	}
	add("allowIPs", auth.AllowIPs != nil)
	add("basic", auth.Basic != nil)
	add("token", auth.Token != nil)
	add("signature", auth.Signature != nil && !auth.Signature.Observe)
	add("signature (observed)", auth.Signature != nil && auth.Signature.Observe)
	add("any", len(auth.Any) > 0)
	return names
}
