package nodetest

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/value"
)

// readYAML parses one YAML (or JSON) document. Numbers keep their text. It has no limits, because stories are
// trusted.
func readYAML(text string) (value.Value, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return value.Value{}, err
	}
	if len(doc.Content) == 0 {
		return value.Null(), nil
	}
	return fromYAML(doc.Content[0])
}

func fromYAML(n *yaml.Node) (value.Value, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return fromYAML(n.Alias)
	case yaml.SequenceNode:
		var b value.ArrayBuilder
		for _, each := range n.Content {
			v, err := fromYAML(each)
			if err != nil {
				return value.Value{}, err
			}
			b.Add(v)
		}
		return b.Value(), nil
	case yaml.MappingNode:
		var b value.ObjectBuilder
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := fromYAML(n.Content[i+1])
			if err != nil {
				return value.Value{}, err
			}
			b.Set(n.Content[i].Value, v)
		}
		return b.Value(), nil
	default:
		return scalarFromYAML(n)
	}
}

func scalarFromYAML(n *yaml.Node) (value.Value, error) {
	switch n.ShortTag() {
	case "!!null":
		return value.Null(), nil
	case "!!bool":
		var b bool
		err := n.Decode(&b)
		return value.Bool(b), err
	case "!!int", "!!float":
		v, err := value.Number(n.Value)
		if err != nil {
			return value.Value{}, fmt.Errorf("line %d: %w", n.Line, err)
		}
		return v, nil
	default:
		return value.String(n.Value), nil
	}
}
