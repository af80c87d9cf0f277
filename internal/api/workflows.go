package api

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/verify"
)

// Workflows is the catalog that routes calls.
type Workflows interface {
	// Workflows returns all published workflows, sorted by key.
	Workflows() ([]Published, error)
	// Workflow returns one published workflow, or fault.NotFound.
	Workflow(key string) (Published, error)
	// SetEnabled enables or disables a workflow. It returns fault.NotFound if there is none, and fault.Conflict
	// if another workflow has its path.
	SetEnabled(key string, on bool) error
}

// Published is a workflow and its source.
type Published struct {
	flow.Workflow
	Source    string
	UpdatedAt time.Time
	Presets   *verify.Set // tell which keys of a signature are public; nil: none
	// FilterErrors counts the calls on which the filter failed since the server started.
	FilterErrors int64

	Version     int64
	PublishedAt time.Time
	PublishedBy string
	Note        string
	Broken      string // why this server cannot run it; "" if it can
	Edited      bool   // over the API since Source was loaded
	Conflict    string // the file that changed, too, and was therefore not loaded; "": none
}

// Reloaded is the result of a reload, as keys of workflows and names of channels.
type Reloaded struct {
	Published []string         `json:"published"` // new or changed
	Unchanged []string         `json:"unchanged"`
	Removed   []string         `json:"removed"`  // their file is gone, but they are still enabled
	Disabled  []string         `json:"disabled"` // their file is gone and --prune is set
	Kept      []string         `json:"kept"`     // they were edited over the API and stay so
	Channels  ReloadedChannels `json:"channels"`
}

// ReloadedChannels is the result of a reload, as names of channels.
type ReloadedChannels struct {
	Published []string `json:"published"` // new or changed
	Unchanged []string `json:"unchanged"`
	Removed   []string `json:"removed"` // their file no longer declares them
	Deleted   []string `json:"deleted"` // those of them that were deleted, because --prune is set
}

// Workflow is a workflow as the API shows it. One that was never published has only a key, a title and a draft.
type Workflow struct {
	Key       string    `json:"key"`
	Title     string    `json:"title,omitempty"`
	Enabled   bool      `json:"enabled"`
	Revision  string    `json:"revision"`
	Source    string    `json:"source,omitempty" doc:"the file that it came from; apply: applied over the API"`
	UpdatedAt time.Time `json:"updatedAt,omitzero" doc:"when it was published or switched last"`
	Type      string    `json:"type"` // webhook or call
	Mode      flow.Mode `json:"mode"`
	Methods   []string  `json:"methods,omitempty"`
	Path      string    `json:"path,omitempty"`
	Auth      []string  `json:"auth"` // names of gates, see gates; empty: anyone may call
	Open      bool      `json:"open,omitempty" doc:"anyone may call it, and the document does not say that this is meant"`
	Presets   []string  `json:"presets,omitempty" doc:"of signatures: who sends"`
	URLs      []string  `json:"urls,omitempty"`
	Nodes     int       `json:"nodes"`
	// FilterErrors counts the calls on which the filter failed, since the server started. They ran nothing.
	FilterErrors int64 `json:"filterErrors,omitempty"`

	Version     int64     `json:"version" doc:"the number of the published version; 0: never published"`
	PublishedAt time.Time `json:"publishedAt,omitzero"`
	PublishedBy string    `json:"publishedBy,omitempty"`
	Note        string    `json:"note,omitempty"`
	Broken      string    `json:"broken,omitempty" doc:"why this server cannot run it"`
	// ServingSince is when the workflow began to take calls with this version.
	ServingSince time.Time  `json:"servingSince,omitzero" doc:"since when its URLs have answered with this version; absent: they do not"`
	Edited       bool       `json:"edited,omitempty" doc:"it was edited here since source was loaded"`
	Conflict     string     `json:"conflict,omitempty" doc:"the file that changed, too, and was therefore not loaded; reload with take decides"`
	Draft        *DraftInfo `json:"draft,omitempty" doc:"absent: there is none"`
	// Traffic is there in lists and for a single workflow.
	Traffic  *RecentTraffic `json:"traffic,omitempty" doc:"the last 24 hours, and the last call that was accepted, refused and filtered"`
	Document JSON           `json:"document,omitzero"`
}

// DraftInfo is what a list says about a draft.
type DraftInfo struct {
	Base      int64     `json:"base" doc:"the version that it was begun from"`
	Behind    bool      `json:"behind,omitempty" doc:"another version was published since"`
	ChangedAt time.Time `json:"changedAt"`
	ChangedBy string    `json:"changedBy,omitempty"`
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
	handle(r, route{method: "GET", path: "/api/workflows", id: "list-workflows", summary: "Workflows, also those that were never published", needs: account.ReadWorkflows},
		func(ctx context.Context, in *workflowQuery) (*list[Workflow], error) {
			out, err := r.listWorkflows(ctx, in)
			if err != nil {
				return nil, err
			}
			return out, r.addTraffic(ctx, out.Body.Items)
		})
	handle(r, route{method: "GET", path: "/api/workflows/{key}", id: "get-workflow", summary: "One workflow, with its document", needs: account.ReadWorkflows},
		func(ctx context.Context, in *keyed) (*one[Workflow], error) {
			if err := seen(ctx, in.Key); err != nil {
				return nil, err
			}
			out, err := r.whole(ctx, in.Key)
			if err != nil {
				return nil, err
			}
			items := []Workflow{out}
			err = r.addTraffic(ctx, items)
			return &one[Workflow]{items[0]}, err
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
	handle(r, route{method: "DELETE", path: "/api/workflows/{key}", id: "delete-workflow", summary: "Delete a workflow and its draft. What ran and what was published stays", needs: account.PublishWorkflows},
		func(ctx context.Context, in *keyed) (*struct{}, error) {
			if err := seen(ctx, in.Key); err != nil {
				return nil, err
			}
			return nil, r.Releases.Delete(in.Key)
		})
	r.newWorkflows()
}

// whole returns a workflow with its document and its draft.
func (r routes) whole(ctx context.Context, key string) (Workflow, error) {
	d, err := r.Drafts.Draft(ctx, key)
	if err != nil {
		return Workflow{}, err
	}
	p, err := r.Workflows.Workflow(key)
	if fault.Is(err, fault.NotFound) {
		return r.unpublished(d), nil
	}
	if err != nil {
		return Workflow{}, err
	}
	out := r.workflow(p)
	if d.Version != 0 {
		out.Draft = draftInfo(d, p.Version)
	}
	out.Document = JSON{maskAuth(p.Document, p.Presets)}
	return out, nil
}

// unpublished shows a workflow that has only a draft, which need not be a workflow at all.
func (r routes) unpublished(d store.Draft) Workflow {
	w := Workflow{Key: d.Workflow, Auth: []string{}, UpdatedAt: d.ChangedAt, Draft: draftInfo(d, 0)}
	w.Title, _ = d.Document.Get("title").Str()
	w.Type, _ = d.Document.Get("trigger").Get("type").Str()
	return w
}

func draftInfo(d store.Draft, current int64) *DraftInfo {
	return &DraftInfo{Base: d.Base, Behind: d.Base != current, ChangedAt: d.ChangedAt, ChangedBy: d.ChangedBy}
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
		Version:      p.Version, PublishedAt: p.PublishedAt, PublishedBy: p.PublishedBy, Note: p.Note,
		Broken: p.Broken, Edited: p.Edited, Conflict: p.Conflict,
		Open:    p.Broken == "" && p.Trigger.Type == flow.TypeWebhook && p.Trigger.Auth.Open() && !p.Trigger.Auth.None,
		Presets: presetsOf(p.Trigger.Auth),
	}
	if p.Enabled && p.Broken == "" && p.Trigger.Type == flow.TypeWebhook {
		w.ServingSince = p.UpdatedAt
	}
	if p.Trigger.Type == "webhook" {
		w.URLs = r.urlsOf(p.Key, p.Trigger.Path)
	}
	return w
}

// urlsOf returns the URLs of a workflow as senders use them. path is "" or that of its trigger.
func (r routes) urlsOf(key, path string) []string {
	base := r.BaseURL()
	urls := []string{base + hookPath + url.PathEscape(key), base + triggerPath + url.PathEscape(key)}
	if path != "" {
		urls = append(urls, base+hookPath+strings.TrimPrefix(path, "/"))
	}
	return urls
}

// presetsOf lists the presets of signatures.
func presetsOf(auth flow.Auth) (names []string) {
	for _, g := range append([]flow.Gates{auth.Gates}, auth.Any...) {
		if g.Signature != nil && g.Signature.Preset != "" && !slices.Contains(names, g.Signature.Preset) {
			names = append(names, g.Signature.Preset)
		}
	}
	return names
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
