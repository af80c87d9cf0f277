package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/value"
)

// Documents exports and applies documents: those of workflows, collections and channels.
type Documents interface {
	// Export returns the documents of workflows, all for keys nil; with all, also those of collections and channels. It
	// returns fault.NotFound for a key that is not published.
	Export(ctx context.Context, keys []string, all bool) ([]value.Value, error)
	// Apply publishes documents, or reports what that would do. If one of them is wrong or in conflict, nothing changes
	// and the error has all problems.
	Apply(Application) (Applied, error)
	// Reload reads the documents of the directory again and publishes what changed. If one of them is wrong or in
	// conflict, nothing changes and the error has all problems.
	Reload(Choice) (Reloaded, error)
}

// Choice decides about workflows that were edited over the API and whose document changed, too.
type Choice struct {
	Take      string   // file, server, or "": refuse them
	Workflows []string // the keys that Take is about; nil: all
}

// Side returns the choice for a workflow.
func (c Choice) Side(key string) string {
	if len(c.Workflows) == 0 || slices.Contains(c.Workflows, key) {
		return c.Take
	}
	return ""
}

// Application are documents to apply.
type Application struct {
	Files  []DocumentFile
	By     string
	Choice Choice
	Prune  bool // disable what was applied earlier and is not in the text
	Dry    bool
	// Change is applied to each workflow document, by its key, before it is read.
	Change func(key string, doc value.Value) value.Value
}

// DocumentFile is a text of documents: YAML, or JSON if the name ends in .json.
type DocumentFile struct {
	Name string `json:"name" required:"true" max:"500" doc:"in messages; JSON if it ends in .json, otherwise YAML"`
	Text string `json:"text" doc:"one or more documents"`
}

// DocumentFiles is the body of an application of several files.
type DocumentFiles struct {
	Files []DocumentFile `json:"files" required:"true" max:"2000"`
}

// Applied is what an application has changed, or would change.
type Applied struct {
	Changes     []DocumentChange
	Unchanged   []string
	Kept        []string
	Removed     []string
	Disabled    []string
	Channels    ReloadedChannels
	Collections []string
}

// DocumentChange is a workflow whose document changes.
type DocumentChange struct {
	Key           string
	Before, After value.Value // Before is missing for a new workflow
}

// ApplyResult is the answer to an application.
type ApplyResult struct {
	DryRun      bool             `json:"dryRun" doc:"nothing was changed"`
	Workflows   []AppliedChange  `json:"workflows" doc:"workflows that are new or changed"`
	Unchanged   []string         `json:"unchanged"`
	Kept        []string         `json:"kept" doc:"workflows that were edited on the server and stay so"`
	Removed     []string         `json:"removed" doc:"workflows that were applied earlier and are not in the documents, with prune"`
	Disabled    []string         `json:"disabled" doc:"those of them that were disabled"`
	Channels    ReloadedChannels `json:"channels"`
	Collections []string         `json:"collections" doc:"changes of collections, in sentences"`
}

// AppliedChange is one workflow that is new or changed.
type AppliedChange struct {
	Key  string `json:"key"`
	New  bool   `json:"new"`
	Diff string `json:"diff" doc:"the difference as YAML, in the format of diff -u, with secrets masked"`
}

const yamlType = "application/yaml"

// ReloadInput decides about conflicts.
type ReloadInput struct {
	Take      string   `query:"take" enum:"file,server" doc:"for workflows that were edited on the server and whose file changed, too: which of them to take"`
	Workflows []string `query:"workflow,explode" maxItems:"500" doc:"the workflows that take is about; absent: all"`
}

func (r routes) documents() {
	respond(r, account.ReadWorkflows, huma.Operation{
		OperationID: "export-documents", Method: "GET", Path: "/api/documents",
		Responses: response("200", "documents that apply reads", map[string]*huma.MediaType{yamlType: {Schema: &huma.Schema{Type: "string"}}}),
		Summary:   "Published workflows as YAML, with secrets masked. Without workflow: all, with collections and channels",
	}, r.export)
	respond(r, account.LoadFiles, huma.Operation{
		OperationID: "apply-documents", Method: "POST", Path: "/api/documents",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{yamlType: {Schema: &huma.Schema{Type: "string"}}, "application/json": {Schema: r.schemaOf(DocumentFiles{})}}},
		Responses:   response("200", "what changed", r.jsonOf(ApplyResult{})),
		Summary:     "Publish documents. What is published already stays as it is, so applying twice changes nothing",
	}, r.apply)
	handle(r, route{method: "POST", path: "/api/reload", id: "reload", summary: "Read the documents of --workflows again", needs: account.LoadFiles},
		func(ctx context.Context, in *ReloadInput) (*one[Reloaded], error) {
			done, err := r.Documents.Reload(Choice{in.Take, in.Workflows})
			if err != nil {
				return nil, err
			}
			auditChange(ctx, nil, done)
			return &one[Reloaded]{done}, nil
		})
}

type exportInput struct {
	Workflows []string `query:"workflow,explode" maxItems:"500" doc:"keys"`
}

func (r routes) export(w http.ResponseWriter, req *http.Request, in *exportInput) error {
	p := caller(req.Context())
	keys := in.Workflows
	if len(keys) == 0 && p.Bound() {
		keys = p.Workflows
	}
	for _, key := range keys {
		if err := seen(req.Context(), key); err != nil {
			return err
		}
	}
	docs, err := r.Documents.Export(req.Context(), keys, len(keys) == 0)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i, doc := range docs {
		text, err := document.YAML(maskAuth(doc, r.Presets))
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteString("---\n")
		}
		b.Write(text)
	}
	w.Header().Set("Content-Type", yamlType)
	_, err = io.WriteString(w, b.String())
	return err
}

type applyInput struct {
	ReloadInput
	DryRun bool `query:"dryRun" doc:"only say what would change"`
	Prune  bool `query:"prune" doc:"disable workflows, and delete channels, that were applied earlier and are not in the documents"`
}

func (r routes) apply(w http.ResponseWriter, req *http.Request, in *applyInput) error {
	files, err := readFiles(w, req)
	if err != nil {
		return err
	}
	done, err := r.Documents.Apply(Application{
		Files: files, By: who(req.Context()), Choice: Choice{in.Take, in.Workflows}, Prune: in.Prune, Dry: in.DryRun,
		Change: func(key string, doc value.Value) value.Value {
			published, err := r.Workflows.Workflow(key)
			if err != nil {
				return doc
			}
			return unmask(doc, published.Document)
		},
	})
	if err != nil {
		return err
	}
	out := ApplyResult{
		DryRun: in.DryRun, Workflows: []AppliedChange{}, Unchanged: orEmpty(done.Unchanged), Kept: orEmpty(done.Kept),
		Removed: orEmpty(done.Removed), Disabled: orEmpty(done.Disabled), Channels: done.Channels, Collections: orEmpty(done.Collections),
	}
	for _, c := range done.Changes {
		diff, err := yamlDifference("published", maskAuth(c.Before, r.Presets), "applied", maskAuth(c.After, r.Presets))
		if err != nil {
			return err
		}
		out.Workflows = append(out.Workflows, AppliedChange{Key: c.Key, New: c.Before.IsMissing(), Diff: diff})
	}
	if in.DryRun {
		auditNothing(req.Context())
	} else {
		auditChange(req.Context(), nil, appliedInShort(out))
	}
	return writeAny(w, http.StatusOK, out)
}

// appliedInShort returns what was applied without the differences, which the versions have.
func appliedInShort(r ApplyResult) any {
	published := []string{}
	for _, w := range r.Workflows {
		published = append(published, w.Key)
	}
	return map[string]any{"published": published, "disabled": r.Disabled, "channels": r.Channels, "collections": r.Collections}
}

// readFiles reads the body of an application: one YAML text, or several files as JSON.
func readFiles(w http.ResponseWriter, req *http.Request) ([]DocumentFile, error) {
	if media, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type")); media == "application/json" {
		var body DocumentFiles
		err := decodeBody(w, req, &body)
		return body.Files, err
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, document.MaxFile))
	if err != nil {
		return nil, bodyError("api.apply", err)
	}
	return []DocumentFile{{Name: "documents", Text: string(text)}}, nil
}

// orEmpty returns a list that is not null in JSON.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
