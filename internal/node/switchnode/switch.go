package switchnode

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// otherwise is the branch and the result if no case holds.
const otherwise = "otherwise"

type config struct {
	// The cases, tried in the order written; the first that holds wins.
	Cases []eachCase `json:"cases" required:"true" min:"1" max:"50"`
}

type eachCase struct {
	// The branch to go on in, and the result. Not `otherwise` nor `error`.
	Name string `json:"name" required:"true" max:"64"`
	// When the case holds: [rules](#rules), or an expression as text, as in `condition`.
	When value.Value `json:"when" required:"true"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	switch field {
	case "conditions":
		return `write "cases: [{name: ..., when: ...}]" for NocoBase's conditions`
	case "continueOnNoMatch":
		return `leave NocoBase's continueOnNoMatch out: without a match the workflow goes on; put a fail node into branches.otherwise to fail`
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:     "switch",
		Aliases:  []string{"multi-conditions"},
		Summary:  "Goes on in the branch of the first case that holds, or in `otherwise`.",
		Result:   "the name of the case, or `otherwise`.",
		Branches: node.NamedByNode,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	s := &switchNode{cases: make([]compiledCase, len(cfg.Cases))}
	whens := make([]*expr.Template, len(cfg.Cases))
	names := make([]string, 0, len(cfg.Cases)+1)
	for i, c := range cfg.Cases {
		at := decode.Join("cases", decode.Index(i))
		whens[i] = r.When(decode.Join(at, "when"), c.When)
		s.cases[i] = newCase(c.Name)
		switch {
		case c.Name == otherwise || c.Name == flow.ErrorBranch:
			r.Problem(decode.Join(at, "name"), fmt.Sprintf("%q is the name of a branch that every switch has; call the case something else", c.Name))
		case slices.Contains(names, c.Name):
			r.Problem(decode.Join(at, "name"), decode.Quote(c.Name)+" is the name of an earlier case too; give each case its own")
		case c.Name != "":
			names = append(names, c.Name)
		}
	}
	checkBranches(r, about, append(names, otherwise))
	s.seen = node.NewTrace(whens...)
	return r.Done(s)
}

// checkBranches refuses a branch that no case selects.
func checkBranches(r *node.Reader, about node.About, names []string) {
	for _, branch := range about.Branches {
		if branch != flow.ErrorBranch && !slices.Contains(names, branch) {
			r.Problem("cases", "there is no case for the branch "+decode.Quote(branch)+"; branches are "+strings.Join(names, ", "))
		}
	}
}

type switchNode struct {
	cases []compiledCase
	seen  node.Trace
}

type compiledCase struct {
	name   string
	prefix string // prefix of the input if this case is chosen
}

func newCase(name string) compiledCase {
	return compiledCase{name: name, prefix: `{"result":` + value.String(name).Text() + `,"variables":`}
}

// inputRoom is the initial capacity for an input, in bytes; most inputs fit.
const inputRoom = 256

// Render chooses the case. The input is {"result": its name, "variables": the values that the cases read}.
func (s *switchNode) Render(scope expr.Scope) (value.Value, error) {
	prefix := `{"result":"` + otherwise + `","variables":`
	var noted []value.Value
	for i := range s.cases {
		var yes bool
		var err error
		if yes, noted, err = s.seen.Test(i, scope, noted); err != nil {
			return value.Value{}, node.InField("cases"+decode.Index(i)+".when", err)
		}
		if yes {
			prefix = s.cases[i].prefix
			break
		}
	}
	buf := append(make([]byte, 0, inputRoom), prefix...)
	return value.TrustedBytes(append(s.seen.Append(buf, noted), '}')), nil
}

func (s *switchNode) Run(_ context.Context, in node.Input) (node.Result, error) {
	name := in.Value.Get("result")
	branch, _ := name.Str()
	return node.Result{Value: name.Clone(), Branch: branch}, nil
}
