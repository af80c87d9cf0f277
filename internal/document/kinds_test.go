package document_test

import (
	"context"
	"errors"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// fakeKind is a node kind that accepts any config with its few fields and never runs.
type fakeKind struct{ info node.Info }

func (k fakeKind) Info() node.Info { return k.info }

func (k fakeKind) Compile(config value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg struct {
		When   value.Value             `json:"when"`
		Values decode.Map[value.Value] `json:"values"`
		Source string                  `json:"source"`
		For    value.Value             `json:"for"`
		Assign string                  `json:"assign"`
		Status value.Value             `json:"status"`
		Over   value.Value             `json:"over"`
		While  string                  `json:"while"`
		AtOnce int                     `json:"parallel"`
	}
	problems := decode.Into(config, &cfg)
	if !cfg.For.IsMissing() {
		if _, err := decode.DurationOf(cfg.For); err != nil {
			problems = append(problems, decode.Problem{Path: "for", Message: err.Error()})
		}
	}
	if k.info.Type != "script" {
		_, wrong := expr.CompileValue(config, expr.Options{})
		for _, p := range wrong {
			problems = append(problems, decode.Problem{Path: p.Path, Message: p.Message})
		}
	}
	return fakeNode{assigns: cfg.Assign, atOnce: cfg.AtOnce > 1}, problems
}

type fakeNode struct {
	assigns string
	atOnce  bool
}

func (fakeNode) Render(expr.Scope) (value.Value, error) { return value.Null(), nil }

func (fakeNode) Run(context.Context, node.Input) (node.Result, error) {
	return node.Result{}, errors.New("a fake node does not run")
}

func (n fakeNode) Assigns() string { return n.assigns }

func (n fakeNode) AtOnce() bool { return n.atOnce }

func (fakeNode) Holds(expr.Scope) (bool, error) { return false, nil }

// sender is a node kind whose nodes send through a channel. Only channels of kinds with HTML may have html.
type sender struct{}

func (sender) Info() node.Info { return node.Info{Type: "send", Effect: node.Outbound} }

func (sender) Compile(config value.Value, about node.About) (node.Node, []decode.Problem) {
	var n senderNode
	problems := decode.Into(config, &n.config)
	return n, problems
}

type senderNode struct {
	fakeNode
	config struct {
		Channel string `json:"channel"`
		HTML    string `json:"html"`
	}
}

func (n senderNode) Channel() string { return n.config.Channel }

func (n senderNode) FitsChannel(info channel.Info) []decode.Problem {
	if n.config.HTML != "" && !info.HTML {
		return []decode.Problem{{Path: "html", Message: info.Title + " has no HTML"}}
	}
	return nil
}

// fakeKinds has one kind of each sort: plain, with branches, for sync only, waiting, looping, forking, sending.
func fakeKinds() *node.Set {
	return node.NewSet(
		fakeKind{node.Info{Type: "set", Effect: node.Pure}},
		fakeKind{node.Info{Type: "record.create", Aliases: []string{"create"}, Effect: node.Records}},
		fakeKind{node.Info{Type: "script"}},
		fakeKind{node.Info{Type: "condition", Branches: node.ThenElse}},
		fakeKind{node.Info{Type: "switch", Aliases: []string{"multi-conditions"}, Branches: node.NamedByNode}},
		fakeKind{node.Info{Type: "loop", Branches: node.Passes}},
		fakeKind{node.Info{Type: "parallel", Branches: node.AllAtOnce}},
		fakeKind{node.Info{Type: "output", Output: true}},
		fakeKind{node.Info{Type: "delay", Waits: true}},
		fakeKind{node.Info{Type: "response", SyncOnly: true}},
		sender{},
	)
}
