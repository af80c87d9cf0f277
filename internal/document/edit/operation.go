package edit

import "hookline.dev/hookline/internal/value"

// The operations.
const (
	Add     = "add"     // adds Node, with everything below it, at At
	Remove  = "remove"  // removes the node Key, with everything below it
	Move    = "move"    // moves the node Key to At
	Set     = "set"     // sets the value at Path in the node Key or, without Key, in the document
	Rename  = "rename"  // gives the node Key the key To, also where the document refers to it
	Replace = "replace" // replaces the whole document by Value
)

// MaxOperations is the largest number of operations that Apply takes at once.
const MaxOperations = 1000

// Operation is one change of a document.
type Operation struct {
	Op  string
	Key string // of a node
	// Path is a JSON pointer (RFC 6901), such as /config/values/name; in a list, "-" stands for the end.
	Path string
	// Value is what Set and Replace write. Missing: Set removes what is at Path.
	Value value.Value
	// Index is where Set puts a member that is new in its object, counted from 0; nil: at the end.
	Index *int
	Node  value.Value // what Add adds
	At    *Place
	To    string // of Rename
}

// Place is a place in a list of nodes.
type Place struct {
	Node   string // the key of the node whose branch it is; "": the workflow's own list
	Branch string // "" in the workflow's own list
	Index  int    // what the node's index will be, from 0; for Move: after the node was taken away
}

// Reference is a text that seems to name a node.
type Reference struct {
	Path string // JSON pointer in the document
	Text string // an extract
}

// Result is what Apply returns.
type Result struct {
	Document value.Value
	// Inverse are the operations that undo the change.
	Inverse []Operation
	// Left are the references to renamed nodes that Rename could not change, because it cannot read the text they are in.
	Left []Reference
}
