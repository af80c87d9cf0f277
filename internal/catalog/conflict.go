package catalog

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/errorcode"
)

// Applied is the Source of workflows and channels that were applied over the API. It is no file of the directory.
const Applied = "apply"

// Side is a choice between what documents say and what was published over the API.
type Side string

// The sides.
const (
	Undecided  Side = ""
	TakeFile   Side = "file"
	TakeServer Side = "server"
)

// Conflict is a workflow of which both the document and the published version changed.
type Conflict struct {
	Workflow string
	File     string
	Version  int64 // that was published here
	By       string
	At       time.Time
	Note     string
}

// Edited reports whether a workflow was changed over the API since its Source was loaded.
func (e *Entry) Edited() bool { return e.Revision != e.FileRevision }

// fate is what a load does with a document.
type fate uint8

const (
	take     fate = iota // publish it
	keep                 // the document is as it was when it was loaded; what was published over the API stays
	dismiss              // keep, and note that this document was seen
	conflict             // nobody has decided
)

// fateOf compares a document with what is published.
func (b *Batch) fateOf(wf document.Loaded, was *Entry) fate {
	changed := wf.Workflow.Revision
	switch {
	case was == nil || changed == was.Revision || !was.Edited():
		return take
	case b.Applied && was.fromDirectory():
		return take // an edit of a workflow whose file stays the same
	case b.side(wf.Workflow.Key) == TakeFile:
		return take
	case changed == was.FileRevision:
		return keep
	case b.side(wf.Workflow.Key) == TakeServer:
		return dismiss
	default:
		return conflict
	}
}

// side returns who was chosen for a workflow.
func (b *Batch) side(key string) Side {
	if b.Take == nil {
		return Undecided
	}
	return b.Take(key)
}

// fromDirectory reports whether a workflow came from a file of the directory.
func (e *Entry) fromDirectory() bool { return e.Source != "" && e.Source != Applied }

// settle removes from the batch the workflows that stay as they are, and returns them by their fate. With Lenient, a
// conflict keeps what is published; otherwise each is a problem that names both sides.
func (c *Catalog) settle(b *Batch, r *Report) (dismissed []document.Loaded, problems []document.Problem) {
	var left []document.Loaded
	found := make(map[string]string)
	for _, wf := range b.Workflows {
		wf = c.rekey(wf)
		was := c.current.Load().byKey[wf.Workflow.Key]
		switch b.fateOf(wf, was) {
		case take:
			left = append(left, wf)
			continue
		case dismiss:
			dismissed = append(dismissed, wf)
		case conflict:
			found[was.Key] = wf.Source.File
			x := Conflict{was.Key, wf.Source.File, was.Version, was.PublishedBy, was.PublishedAt, was.Note}
			r.Conflicts = append(r.Conflicts, x)
			if !b.Lenient {
				problems = append(problems, wf.Source.Place([]document.Problem{{Code: errorcode.Conflict, Workflow: was.Key, Message: x.String()}})...)
			}
		}
		r.Kept = append(r.Kept, was.Key)
	}
	b.Workflows = left
	if b.Directory && !b.Dry {
		c.conflicts.Store(&found)
	}
	return dismissed, problems
}

// String says what stands against what, and how to decide.
func (x Conflict) String() string {
	by, what := "", "the documents that are applied"
	if x.By != "" {
		by = " by " + x.By
	}
	if x.File != "" && x.File != Applied {
		what = "the file " + x.File
	}
	note := ""
	if x.Note != "" {
		note = fmt.Sprintf(", %q", x.Note)
	}
	return fmt.Sprintf("%s has another version of workflow %s than the server, where it was edited%s at %s (version %d%s); take one of them with --take file or --take server",
		what, x.Workflow, by, x.At.UTC().Format(time.RFC3339), x.Version, note)
}

// InConflict returns the file whose last load was refused because the workflow had been edited here, or "".
func (c *Catalog) InConflict(key string) string {
	if found := c.conflicts.Load(); found != nil {
		return (*found)[key]
	}
	return ""
}
