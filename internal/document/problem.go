package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
)

// Problem is one error in a document, with its position.
type Problem struct {
	Code     string // in the catalogue, area errorcode.Document; "": errorcode.Invalid
	File     string // as named by the caller; empty if there is no file
	Line     int    // from 1; 0: unknown
	Workflow string // key, if several workflows are checked together
	Path     string // e.g. nodes[1].config.when.and[0].op; empty for the document itself
	Message  string // a message that says what to do
}

// String returns the problem as a terminal shows it:
//
//	push.yaml:12: nodes[1].config.when.and[0].op: unknown operator "equals"; did you mean "equal"?
func (p Problem) String() string {
	var b strings.Builder
	switch {
	case p.File != "" && p.Line > 0:
		fmt.Fprintf(&b, "%s:%d: ", p.File, p.Line)
	case p.File != "":
		b.WriteString(p.File + ": ")
	case p.Workflow != "":
		fmt.Fprintf(&b, "workflow %s: ", p.Workflow)
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Text joins problems, one per line.
func Text(problems []Problem) string {
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// normalize sorts problems by position, removes duplicates and limits their number to MaxProblems, plus one that
// counts the rest.
func normalize(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	problems = slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.File == b.File && a.Path == b.Path && a.Line == b.Line && a.Message == b.Message
	})
	if len(problems) > MaxProblems {
		more := fmt.Sprintf("%d more problems are not shown", len(problems)-MaxProblems)
		problems = append(problems[:MaxProblems:MaxProblems], Problem{Code: errorcode.TooLarge, File: problems[MaxProblems].File, Message: more})
	}
	return problems
}

// toProblems converts problems of a decoded value to problems of its document.
func toProblems(problems []decode.Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		out = append(out, Problem{Code: p.Code, Path: p.Path, Message: p.Message})
	}
	return out
}
