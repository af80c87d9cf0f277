package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
)

// maxConfigFile is the largest --config file, in bytes.
const maxConfigFile = 1 << 20

// configFile holds the settings of a --config file, by flag name.
type configFile struct {
	name    string
	entries map[string]string
}

// readConfigFile reads a YAML file of settings. It returns a file even with an error, so that an invalid one is
// not read twice. The error joins all problems.
func readConfigFile(name string, known []string) (*configFile, error) {
	file := &configFile{name: name, entries: map[string]string{}}
	f, err := os.Open(name)
	if err != nil {
		return file, fault.As("cli.config", fault.Invalid, err, "--config: cannot read %s: %v", name, reason(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfigFile+1))
	if err != nil {
		return file, fault.As("cli.config", fault.Invalid, err, "--config: cannot read %s: %v", name, reason(err))
	}
	if len(text) > maxConfigFile {
		return file, fault.New("cli.config", fault.TooLarge, "--config: %s is larger than 1 MiB; is it a settings file?", name)
	}
	return file, file.parse(text, known)
}

func (c *configFile) parse(text []byte, known []string) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return fault.New("cli.config", fault.Invalid, "%s: %s", c.name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fault.New("cli.config", fault.Invalid, "%s:%d: write settings as lines of the form listen: 127.0.0.1:13000", c.name, root.Line)
	}
	var errs []error
	for i := 0; i < len(root.Content); i += 2 {
		if err := c.entry(root.Content[i], root.Content[i+1], known); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (c *configFile) entry(key, v *yaml.Node, known []string) error {
	if v.Kind == yaml.SequenceNode && slices.Contains(listSettings(), key.Value) {
		v = joined(v)
	}
	_, twice := c.entries[key.Value]
	switch {
	case !slices.Contains(known, key.Value):
		return fmt.Errorf("%s:%d: %s", c.name, key.Line, decode.Unknown("setting", key.Value, known))
	case twice:
		return fmt.Errorf("%s:%d: %s is set twice", c.name, key.Line, key.Value)
	case v.Kind != yaml.ScalarNode || v.Tag == "!!null":
		return fmt.Errorf("%s:%d: %s needs one value, e.g. %s: 10", c.name, v.Line, key.Value, key.Value)
	}
	c.entries[key.Value] = v.Value
	return nil
}

// listSettings returns the names of settings that take several values.
func listSettings() (names []string) {
	for _, one := range config.Settings(config.Default(), nil) {
		if one.List {
			names = append(names, one.Name)
		}
	}
	return names
}

// joined converts a YAML list to the form of a flag. If an item is not a scalar, it returns that item.
func joined(list *yaml.Node) *yaml.Node {
	texts := make([]string, 0, len(list.Content))
	for _, v := range list.Content {
		if v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
			return v
		}
		texts = append(texts, v.Value)
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.Join(texts, ","), Line: list.Line}
}

// reason returns the operating system's error of a failed file operation, without the path.
func reason(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}
