package nodetest

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/value"
)

// scope is an expr.Scope over the sections of a story.
type scope struct {
	context, nodes, scopes, env value.Value
	now                         time.Time
	reader                      *reader
	records, progress           value.Value
}

// defaultNow is the time of stories without a section now.
const defaultNow = "2026-03-01T12:00:00Z"

func (s story) scope() (scope, error) {
	text, ok := s.given["now"].Str()
	if !ok {
		text = defaultNow
	}
	now, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return scope{}, fmt.Errorf("%s: section now: %w", s.file, err)
	}
	return scope{
		context: s.given["context"], nodes: s.given["nodes"], scopes: s.given["scopes"], env: s.given["env"], now: now,
		reader: s.reader, records: s.given["records"], progress: s.given["earlier"],
	}, nil
}

// Var implements expr.Scope.
func (s scope) Var(root, name string) (value.Value, error) {
	switch root {
	case "context":
		return s.call(name), nil
	case "nodes":
		return s.nodes.Get(name), nil
	case "scopes":
		return s.scopes.Get(name), nil
	case "env":
		return s.env.Get(name), nil
	case "system":
		return s.system(name), nil
	default:
		return value.Value{}, nil
	}
}

// Lookup implements node.Secrets.
func (s scope) Lookup(name string) (string, bool) { return s.env.Get(name).Str() }

func (s scope) call(name string) value.Value {
	if name == "body" {
		name = "data"
	}
	if v := s.context.Get(name); !v.IsMissing() {
		return v
	}
	switch name {
	case "headers", "query", "params":
		return value.Trusted("{}")
	case "files":
		return value.Trusted("[]")
	case "method":
		return value.String("POST")
	default:
		return value.Value{}
	}
}

func (s scope) system(name string) value.Value {
	switch name {
	case "now":
		return value.String(s.now.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
	case "epoch":
		return value.Int(s.now.Unix())
	case "executionId":
		return value.String("exe_0000000000001")
	case "workflow":
		return value.String("story")
	case "uuid":
		return value.String("00000000-0000-4000-8000-000000000000")
	default:
		return value.Value{}
	}
}
