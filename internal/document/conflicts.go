package document

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
)

// Conflicts finds enabled workflows that claim the same URL. A workflow answers at its key, and at its path if it
// has one. These are conflicts, checked in the order of the list:
//
//   - a key that an earlier workflow has;
//   - a path of one segment that is another workflow's key, whatever the methods;
//   - two paths that match the same URLs, such as /{x} and /{y}, for a method that both accept;
//   - two paths that both match some URL while neither is more specific, such as /{x}/b and /a/{y}, whatever the
//     methods: the server matches the path before it looks at the method.
//
// A path is more specific than another if it has text wherever the two differ: /a/b is more specific than /a/{x},
// so a call to /a/b never reaches /a/{x}. Every key is more specific than a path of one parameter. The problem is
// reported at the later of the two workflows and names the first.
func Conflicts(all []flow.Workflow) []Problem {
	var problems []Problem
	byKey := make(map[string]bool, len(all))
	var paths []claim
	for _, w := range all {
		if !w.Enabled {
			continue
		}
		if byKey[w.Key] {
			problems = append(problems, Problem{Code: errorcode.Duplicate, Workflow: w.Key, Path: "workflow", Message: fmt.Sprintf("the key %s is taken by another workflow; give one of them another key", w.Key)})
			continue
		}
		byKey[w.Key] = true
		if w.Trigger.Path != "" {
			paths = append(paths, claim{workflow: w.Key, path: w.Trigger.Path, methods: w.Trigger.Methods, segments: strings.Split(w.Trigger.Path[1:], "/")})
		}
	}
	for i, later := range paths {
		if key := later.path[1:]; byKey[key] && key != later.workflow {
			problems = append(problems, later.problem(errorcode.Conflict, "the path %s is the URL of workflow %s, by its key; take another path", later.path, key))
		}
		for _, first := range paths[:i] {
			if message := first.conflictWith(later); message != "" {
				problems = append(problems, later.problem(errorcode.Conflict, "%s", message))
				break
			}
		}
	}
	return problems
}

// claim is the path of one workflow.
type claim struct {
	workflow, path string
	methods        []string
	segments       []string
}

func (c claim) problem(code, format string, args ...any) Problem {
	return Problem{Code: code, Workflow: c.workflow, Path: "trigger.path", Message: fmt.Sprintf(format, args...)}
}

// conflictWith returns why a later claim conflicts with this one, or "".
func (c claim) conflictWith(later claim) string {
	if len(c.segments) != len(later.segments) {
		return ""
	}
	firstIsText, laterIsText := false, false
	for i, a := range c.segments {
		b := later.segments[i]
		switch aParameter, bParameter := a[0] == '{', b[0] == '{'; {
		case aParameter && !bParameter:
			laterIsText = true
		case !aParameter && bParameter:
			firstIsText = true
		case !aParameter && a != b:
			return ""
		}
	}
	switch method := c.sharedMethod(later); {
	case firstIsText && laterIsText:
		return fmt.Sprintf("%s matches some of the same URLs as %s of workflow %s, and neither is more specific; take another path", later.path, c.path, c.workflow)
	case firstIsText || laterIsText || method == "":
		return ""
	case c.path == later.path:
		return fmt.Sprintf("%s %s is claimed by workflow %s already; take another path or method", method, later.path, c.workflow)
	default:
		return fmt.Sprintf("%s %s matches the same URLs as %s of workflow %s; take another path or method", method, later.path, c.path, c.workflow)
	}
}

// sharedMethod returns a method that both claims accept, or "".
func (c claim) sharedMethod(later claim) string {
	for _, m := range later.methods {
		if slices.Contains(c.methods, m) {
			return m
		}
	}
	return ""
}
