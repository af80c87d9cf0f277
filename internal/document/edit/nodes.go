package edit

import (
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// spot is where a node stands.
type spot struct {
	node  *tree
	list  *tree // that contains it
	place Place
	at    string // JSON pointer
}

// walk visits every node in the order of the document, until visit returns false.
func (t *tree) walk(visit func(spot) bool) bool {
	return walkList(t.get("nodes"), Place{}, "/nodes", visit)
}

func walkList(list *tree, p Place, at string, visit func(spot) bool) bool {
	if list == nil || list.kind != value.KindArray {
		return true
	}
	for i, n := range list.kids {
		p.Index = i
		here := at + "/" + itoa(i)
		if n.kind == value.KindObject && (!visit(spot{n, list, p, here}) || !walkBranches(n, here, visit)) {
			return false
		}
	}
	return true
}

// walkBranches visits the nodes below a node.
func walkBranches(n *tree, at string, visit func(spot) bool) bool {
	branches := n.get("branches")
	if branches == nil || branches.kind != value.KindObject {
		return true
	}
	key, _ := n.get("key").str()
	for i, name := range branches.keys {
		if !walkList(branches.kids[i], Place{Node: key, Branch: name}, at+"/branches/"+escape(name), visit) {
			return false
		}
	}
	return true
}

// find returns the only node with a key.
func (t *tree) find(field, key string) (found spot, err error) {
	var keys []string
	count := 0
	t.walk(func(s spot) bool {
		if has, ok := s.node.get("key").str(); ok {
			keys = append(keys, has)
			if has == key {
				found = s
				count++
			}
		}
		return true
	})
	switch {
	case key == "":
		return found, fault.Field("edit.find", field, "is required: the key of a node")
	case count > 1:
		return found, fault.Field("edit.find", field, "the key %s is given to %d nodes; change one of them by its path in the document", decode.Quote(key), count)
	case count == 1:
		return found, nil
	}
	if near, ok := nearest.Name(key, keys); ok {
		return found, fault.Field("edit.find", field, "there is no node %s; did you mean %q?", decode.Quote(key), near)
	}
	return found, fault.Field("edit.find", field, "there is no node %s", decode.Quote(key))
}

// keysBelow counts the keys of a node and of all nodes below it.
func keysBelow(n *tree, into map[string]int) {
	if key, ok := n.get("key").str(); ok {
		into[key]++
	}
	walkBranches(n, "", func(s spot) bool {
		if key, ok := s.node.get("key").str(); ok {
			into[key]++
		}
		return true
	})
}

// listAt returns the list of a place. It creates the list if it is not there, and then returns what removes it again.
func (t *tree) listAt(p *Place) (list *tree, undo []Operation, err error) {
	if p == nil {
		return nil, nil, fault.Field("edit.listAt", "at", "is required")
	}
	if p.Node == "" {
		if p.Branch != "" {
			return nil, nil, fault.Field("edit.listAt", "at.node", "is required with at.branch")
		}
		return t.child("nodes", value.KindArray, "", "")
	}
	parent, err := t.find("at.node", p.Node)
	if err != nil {
		return nil, nil, err
	}
	if p.Branch == "" {
		return nil, nil, fault.Field("edit.listAt", "at.branch", "is required: the name of a branch of %s", p.Node)
	}
	branches, undo, err := parent.node.child("branches", value.KindObject, p.Node, "")
	if err != nil {
		return nil, nil, err
	}
	list, more, err := branches.child(p.Branch, value.KindArray, p.Node, "/branches")
	if len(undo) > 0 {
		more = undo // removes the branch, too
	}
	return list, more, err
}

// child returns a member of t that has a kind, or creates it. key and prefix say how an operation names t.
func (t *tree) child(name string, kind value.Kind, key, prefix string) (*tree, []Operation, error) {
	if t.kind != value.KindObject {
		return nil, nil, fault.Field("edit.child", "at", "the document is not an object; replace it first")
	}
	kid := t.get(name)
	if kid == nil {
		kid = &tree{kind: kind}
		t.insertMember(len(t.keys), name, kid)
		return kid, []Operation{{Op: Set, Key: key, Path: prefix + "/" + escape(name)}}, nil
	}
	if kid.kind != kind {
		return nil, nil, fault.Field("edit.child", "at", "%s must be %s; set it first", decode.Quote(name),
			map[value.Kind]string{value.KindArray: "a list", value.KindObject: "an object"}[kind])
	}
	return kid, nil, nil
}
