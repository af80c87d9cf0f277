package document

import (
	"fmt"
	"path"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// File is the content of one file. If Parse reports problems, the File is incomplete; use it only to find more
// problems.
type File struct {
	Name        string
	Workflows   []Workflow
	Collections []Collections
	Channels    []DeclaredChannels

	change func(value.Value) value.Value
}

// Workflow is a workflow document and its position in the file.
type Workflow struct {
	flow.Workflow
	Source Source
	// Generated reports that the document names no key and got a random one. WithKey restores an earlier key.
	Generated bool

	unsure unreadParts
}

// Collections is a collections document and its position in the file.
type Collections struct {
	Collections []collection.Collection
	Source      Source
}

// DeclaredChannels is a channels document and its position in the file.
type DeclaredChannels struct {
	Channels []channel.Definition
	Source   Source

	unread map[int]bool // channels whose config could not be read
}

// Parse reads a file: JSON if its name ends in .json, otherwise YAML, which may hold several documents separated by
// ---. The name is used in messages.
func Parse(name string, text []byte) (File, []Problem) { return ParseWith(name, text, nil) }

// ParseWith is Parse with a function that may change each workflow document before it is read; nil changes nothing.
func ParseWith(name string, text []byte, change func(value.Value) value.Value) (File, []Problem) {
	file := File{Name: name, change: change}
	if len(text) > MaxFile {
		return file, []Problem{{Code: errorcode.TooLarge, File: name, Message: fmt.Sprintf("the file is too large: at most %s", decode.Size(MaxFile))}}
	}
	read := readYAML
	if strings.EqualFold(path.Ext(name), ".json") {
		read = readJSON
	}
	sources, problems := read(name, text)
	for _, s := range sources {
		problems = append(problems, file.add(s)...)
	}
	return file, normalize(problems)
}

// add reads one document into the file.
func (f *File) add(s Source) []Problem {
	if s.root.kind != value.KindObject {
		if s.follows("") {
			return nil
		}
		return s.Place([]Problem{{Code: errorcode.Syntax, Message: "a document is an object that starts with workflow:, collections: or channels:"}})
	}
	v := s.root.value()
	if len(v.Text()) > MaxDocument {
		return s.Place([]Problem{{Code: errorcode.TooLarge, Message: fmt.Sprintf("the document is too large: at most %s", decode.Size(MaxDocument))}})
	}
	switch documentKind(s.root) {
	case "workflow":
		if f.change != nil {
			v = f.change(v)
		}
		w, problems := readWorkflow(v)
		w.Source = s
		f.Workflows = append(f.Workflows, w)
		return s.Place(problems)
	case "collections":
		list, problems := readCollections(v)
		f.Collections = append(f.Collections, Collections{Collections: list, Source: s})
		return s.Place(problems)
	case "channels":
		list, problems := readChannels(v)
		list.Source = s
		f.Channels = append(f.Channels, list)
		return s.Place(problems)
	default:
		if s.follows("") {
			return nil
		}
		return s.Place([]Problem{{Code: errorcode.Syntax, Message: "a document starts with workflow:, collections: or channels:" + documentHint(s.root)}})
	}
}

// documentKind returns the kind of a document from its members, or "". A workflow may omit its key.
func documentKind(t *tree) string {
	for _, name := range []string{"workflow", "collections", "channels"} {
		if t.has(name) {
			return name
		}
	}
	if t.has("trigger") || t.has("nodes") {
		return "workflow"
	}
	return ""
}

func documentHint(t *tree) string {
	for _, key := range t.keys {
		if near, ok := nearest.Name(key, []string{"workflow", "collections", "channels", "trigger", "nodes"}); ok {
			return fmt.Sprintf("; %s is none of them; did you mean %q?", decode.Quote(key), near)
		}
	}
	return ""
}
