package document

import (
	"fmt"
	"slices"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
)

// Compiled is a workflow that is ready to run. It is immutable and safe for concurrent use.
type Compiled struct {
	Workflow flow.Workflow    // with canonical type names
	Program  *advance.Program // the flattened tree
	Nodes    []node.Node      // indexed like Program
	Infos    []node.Info      // indexed like Program
	Group    *expr.Template   // options.concurrency.group; nil: one group for all executions
	Labels   Labels           // options.labels
	// PlainUses are the places outside of the fields for secrets that use $env. Their variables must stay plain.
	PlainUses []VariableUse
}

// Compile checks everything in a workflow that depends on node kinds, signature presets and the template language,
// and compiles its nodes. If there is any problem, the result is nil.
func Compile(wf flow.Workflow, known Known) (*Compiled, []Problem) {
	c, problems := compile(wf, known, unreadParts{})
	return c, normalize(problems)
}

func compile(wf flow.Workflow, known Known, u unreadParts) (*Compiled, []Problem) {
	c := &compiler{known: known, kinds: known.Kinds, unsure: u, sync: wf.Trigger.Mode == flow.Sync}
	c.scan(wf.Nodes)
	if n, most := len(c.all), c.kinds.MaxNodes(); n > most {
		c.problem(errorcode.TooLarge, "nodes", "%d nodes are too many: at most %d in one workflow", n, most)
	}
	out := &Compiled{Group: c.trigger(wf)}
	out.Labels = c.labels(wf.Options.Labels)
	wf.Nodes = c.list(wf.Nodes, position{})
	if !u.mode && c.sync {
		c.checkWaits(wf.Nodes, false)
	}
	if len(c.problems) > 0 || !u.complete() {
		return nil, toProblems(c.problems)
	}
	out.Workflow, out.Nodes, out.Infos = wf, c.nodes, c.infos
	out.Program = advance.NewProgram(wf.Nodes)
	out.PlainUses = c.plainUses
	return out, nil
}

// compiler walks a workflow's tree once, in the same order as advance.Program.
type compiler struct {
	known     Known
	kinds     *node.Set
	unsure    unreadParts
	sync      bool
	all       map[string]string // type of every node, by key
	nodes     []node.Node
	infos     []node.Info
	problems  []decode.Problem
	plainUses []VariableUse
}

func (c *compiler) problem(code, path, format string, args ...any) {
	c.problems = append(c.problems, decode.Problem{Code: code, Path: path, Message: fmt.Sprintf(format, args...)})
}

// scan collects the keys of all nodes, so that a reference to a later node is distinguished from a misspelled one.
func (c *compiler) scan(nodes []flow.Node) {
	if c.all == nil {
		c.all = make(map[string]string)
	}
	for _, n := range nodes {
		if _, twice := c.all[n.Key]; twice && !c.unsure.keys {
			c.unsure.keys = true
			c.problem(errorcode.Duplicate, n.At+".key", "the key %s is given twice; keys are unique in a workflow", decode.Quote(n.Key))
		}
		c.all[n.Key] = n.Type
		for _, b := range n.Branches {
			c.scan(b.Nodes)
		}
	}
}

// list compiles a list of nodes and returns them with canonical type names.
func (c *compiler) list(nodes []flow.Node, p position) []flow.Node {
	out := make([]flow.Node, len(nodes))
	for i, n := range nodes {
		out[i] = c.node(n, p)
		p.earlier = append(slices.Clip(p.earlier), c.keysOf(nodes[i:i+1])...)
	}
	return out
}

func (c *compiler) node(n flow.Node, p position) flow.Node {
	kind := c.kinds.Find(n.Type)
	var info node.Info
	if kind != nil {
		info = kind.Info()
		n.Type = info.Type
	}
	i := len(c.nodes)
	c.nodes, c.infos = append(c.nodes, nil), append(c.infos, info)
	switch {
	case kind != nil:
		c.nodes[i] = c.kind(kind, n, info, p)
	case n.Type != "":
		c.problem(errorcode.UnknownName, n.At+".type", "%s", unknownKind(n.Type, c.kinds))
	}
	branches := make([]flow.Branch, len(n.Branches))
	for b, branch := range n.Branches {
		inside := p.inside(n, info, branch.Name, c.nodes[i])
		branches[b] = flow.Branch{Name: branch.Name, Nodes: c.list(branch.Nodes, inside)}
	}
	if len(branches) > 0 {
		n.Branches = branches
	}
	return n
}

// kind lets the node's kind compile the config, and makes the checks that all kinds share.
func (c *compiler) kind(kind node.Kind, n flow.Node, info node.Info, p position) node.Node {
	about := node.About{Key: n.Key, Sync: c.sync, Earlier: p.earlier, Plain: c.known.Plain}
	for _, b := range n.Branches {
		about.Branches = append(about.Branches, b.Name)
	}
	c.branches(n, info)
	c.checkPosition(n, info, p)
	compiled, problems := kind.Compile(n.Config, about)
	at := n.At + ".config"
	c.findPlainUses(n, at, compiled)
	before := len(c.problems)
	c.problems = append(c.problems, decode.Under(at, problems)...)
	if !c.unsure.keys {
		c.references(n, info, at, p, paths(c.problems[before:]))
	}
	if a, ok := compiled.(node.Assigner); ok && len(problems) == 0 && a.Assigns() != "" && !c.unsure.keys {
		c.assigns(at+".assign", a.Assigns(), info, p)
	}
	return compiled
}

// assigns checks the node that receives a new value: it must be of the same kind and may have run before.
func (c *compiler) assigns(path, key string, info node.Info, p position) {
	if !slices.Contains(p.earlier, key) {
		c.problem(errorcode.Unreachable, path, "%s", c.cannotRefer(key, p))
	} else if p.shared(key) {
		c.problem(errorcode.Place, path, "the node %s is outside of %s, where several branches could assign it at the same time; assign inside, or put the %[3]s node after %[2]s", key, p.concurrentIn, info.Type)
	} else if kind := c.kinds.Find(c.all[key]); kind != nil && kind.Info().Type != info.Type {
		c.problem(errorcode.Place, path, "the node %s is of type %s; only that of a %s node can be assigned a new value", key, kind.Info().Type, info.Type)
	}
}

func paths(problems []decode.Problem) map[string]bool {
	out := make(map[string]bool, len(problems))
	for _, p := range problems {
		out[p.Path] = true
	}
	return out
}
