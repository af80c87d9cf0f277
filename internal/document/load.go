package document

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
)

// Bundle holds the content of a set of files, checked as a whole.
type Bundle struct {
	Workflows   []Loaded
	Collections []collection.Collection
	Channels    []LoadedChannel
}

// Loaded is one workflow of a bundle.
type Loaded struct {
	Workflow  flow.Workflow
	Source    Source
	Generated bool // the document names no key and got a random one (see WithKey)
	compiled  *Compiled
}

// Load reads the documents in the folder fsys: *.yaml, *.yml and *.json, sorted by name, without subfolders and
// without names that start with a dot. Messages name files below prefix. A single problem in any file makes the
// whole bundle empty.
func Load(fsys fs.FS, prefix string, known Known) (Bundle, []Problem) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return Bundle{}, []Problem{{Code: errorcode.Reading, File: prefix, Message: "the folder cannot be read: " + reason(err)}}
	}
	var names []string
	for _, e := range entries {
		if IsDocument(e.Name()) && !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	if len(names) > MaxFiles {
		return Bundle{}, []Problem{{Code: errorcode.TooLarge, File: prefix, Message: fmt.Sprintf("%d files are too many: at most %d in one folder", len(names), MaxFiles)}}
	}
	return LoadFiles(fsys, prefix, names, known)
}

// LoadFiles is Load for a list of files by name.
func LoadFiles(fsys fs.FS, prefix string, names []string, known Known) (Bundle, []Problem) {
	var files []File
	var problems []Problem
	for _, name := range names {
		shown := path.Join(prefix, name)
		text, err := readFile(fsys, name)
		if err != nil {
			problems = append(problems, Problem{Code: errorcode.Reading, File: shown, Message: "the file cannot be read: " + reason(err)})
			continue
		}
		file, found := Parse(shown, text)
		files = append(files, file)
		problems = append(problems, found...)
	}
	bundle, found := Assemble(files, known)
	if problems = normalize(append(problems, found...)); len(problems) > 0 {
		return Bundle{}, problems
	}
	return bundle, nil
}

// IsDocument reports whether a file with this name is read as documents.
func IsDocument(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return !strings.HasPrefix(path.Base(name), ".")
	default:
		return false
	}
}

// readFile reads at most one byte more than the limit, so that Parse can detect and refuse a file that is too
// large.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// Assemble checks parsed files as a whole: every workflow and channel compiles, and no two workflows, collections or
// channels claim the same key, URL or name.
func Assemble(files []File, known Known) (Bundle, []Problem) {
	var (
		bundle   Bundle
		problems []Problem
		all      []flow.Workflow
		keys     = make(map[string]Source)
		names    = make(map[string]Source)
		declared []declaration // where each of bundle.Collections was declared
		channels = channels{known: known.Channels}
	)
	for _, file := range files {
		for _, w := range file.Workflows {
			compiled, found := compile(w.Workflow, known, w.unsure)
			problems = append(problems, w.Source.Place(found)...)
			if first, twice := keys[w.Key]; twice && w.Key != "" {
				problems = append(problems, w.Source.Place([]Problem{{Code: errorcode.Duplicate, Path: "workflow", Message: fmt.Sprintf("the key %s is taken in %s; give one of them another key", w.Key, first)}})...)
				continue
			}
			keys[w.Key] = w.Source
			all = append(all, w.Workflow)
			bundle.Workflows = append(bundle.Workflows, Loaded{Workflow: w.Workflow, Source: w.Source, Generated: w.Generated, compiled: compiled})
		}
		for _, c := range file.Collections {
			for i, one := range c.Collections {
				if first, twice := names[one.Name]; twice && first.root != c.Source.root {
					at := "collections" + decode.Index(i) + ".name"
					problems = append(problems, c.Source.Place([]Problem{{Code: errorcode.Duplicate, Path: at, Message: fmt.Sprintf("the collection %s is declared in %s already", one.Name, first)}})...)
					continue
				}
				names[one.Name] = c.Source
				bundle.Collections = append(bundle.Collections, one)
				declared = append(declared, declaration{c.Source, i})
			}
		}
		for _, c := range file.Channels {
			channels.add(c)
		}
	}
	bundle.Channels = channels.list
	problems = append(problems, channels.problems...)
	problems = append(problems, checkTogether(bundle.Collections, declared)...)
	for _, w := range bundle.Workflows {
		if w.compiled != nil {
			problems = append(problems, w.Source.Place(w.compiled.fitsDeclared(bundle.Collections))...)
			problems = append(problems, w.Source.Place(w.compiled.fitsDeclaredChannels(channels.kinds))...)
		}
	}
	for _, p := range Conflicts(withValidPath(all)) {
		problems = append(problems, keys[p.Workflow].Place([]Problem{p})...)
	}
	return bundle, normalize(problems)
}

// withValidPath returns the workflows whose path is valid and can be compared with others.
func withValidPath(all []flow.Workflow) []flow.Workflow {
	return slices.DeleteFunc(slices.Clone(all), func(w flow.Workflow) bool {
		return w.Trigger.Path != "" && pathProblem(w.Trigger.Path) != ""
	})
}

// line returns the file and line of a path in a document, as file:line.
func (s Source) line(path string) string {
	return fmt.Sprintf("%s:%d", s.File, lineOf(s.root.lines(), path))
}

// String returns the file and line of a document, as file:line.
func (s Source) String() string {
	if s.root == nil {
		return s.File
	}
	return fmt.Sprintf("%s:%d", s.File, s.root.line)
}
