package decode

// Problem is one error in a document.
type Problem struct {
	Code    string // in the catalogue, area errorcode.Document; "": errorcode.Invalid
	Path    string // e.g. nodes[1].config.when.and[0].op; empty for the document itself
	Message string // a message that says what to do
}

// Under returns the problems with their paths moved below a parent path.
func Under(parent string, problems []Problem) []Problem {
	out := make([]Problem, len(problems))
	for i, p := range problems {
		out[i] = Problem{Code: p.Code, Path: Join(parent, p.Path), Message: p.Message}
	}
	return out
}

// Join appends a path to a parent path.
func Join(parent, child string) string {
	switch {
	case parent == "":
		return child
	case child == "":
		return parent
	case child[0] == '[':
		return parent + child
	default:
		return parent + "." + child
	}
}
