package document

import (
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/node"
)

// Fits reports where a workflow does not fit the collections. all must hold every collection. It reports a node
// that names a collection or field that does not exist, or that gives a field a value it cannot hold.
func (c *Compiled) Fits(all []collection.Collection) []Problem {
	var problems []decode.Problem
	c.fitters(func(at string, f node.Fitter) {
		one, others := findCollection(all, f.Collection())
		if one == nil {
			problems = append(problems, decode.Problem{Code: errorcode.Missing, Path: at + ".collection", Message: noCollection(f.Collection(), all)})
			return
		}
		problems = append(problems, decode.Under(at, f.Fits(*one, others))...)
	})
	return toProblems(problems)
}

// fitsDeclared is Fits for an incomplete list of collections, such as those of some files. The store may have more,
// so it checks only nodes whose collection is in the list together with every target of its relations.
func (c *Compiled) fitsDeclared(some []collection.Collection) []Problem {
	var problems []decode.Problem
	c.fitters(func(at string, f node.Fitter) {
		one, others := findCollection(some, f.Collection())
		if one == nil || slices.ContainsFunc(one.Fields, func(f collection.Field) bool {
			_, known := others(f.Target)
			return f.Type == collection.Relates && !known
		}) {
			return
		}
		problems = append(problems, decode.Under(at, f.Fits(*one, others))...)
	})
	return toProblems(problems)
}

// fitters visits the nodes that work on a collection. at is the path of the node's config.
func (c *Compiled) fitters(visit func(at string, f node.Fitter)) {
	for i, n := range c.Nodes {
		if f, ok := n.(node.Fitter); ok {
			visit(c.Program.Node(i).At+".config", f)
		}
	}
}

// findCollection returns the named collection, or nil, and a function that finds the others.
func findCollection(all []collection.Collection, name string) (*collection.Collection, collection.Others) {
	others := func(name string) (collection.Collection, bool) {
		if i := slices.IndexFunc(all, func(c collection.Collection) bool { return c.Name == name }); i >= 0 {
			return all[i], true
		}
		return collection.Collection{}, false
	}
	if one, ok := others(name); ok {
		return &one, others
	}
	return nil, others
}

func noCollection(name string, all []collection.Collection) string {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	message := "there is no collection " + decode.Quote(name)
	if near, ok := nearest.Name(name, names); ok {
		return message + "; did you mean " + near + "?"
	}
	return message + "; declare it: collections: [{name: " + name + ", fields: [ … ]}]"
}

// Fits is Compiled.Fits for a workflow of a bundle, with problems placed in its file. It returns nil if the
// workflow did not compile.
func (l Loaded) Fits(all []collection.Collection) []Problem {
	if l.compiled == nil {
		return nil
	}
	return l.Source.Place(l.compiled.Fits(all))
}
