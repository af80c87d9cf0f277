package document

import (
	"fmt"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/node"
)

// plannedKinds maps the names of the kinds in SPEC §7 that may not be built yet, and other products' names for
// them, to our names. unknownKind looks up in the list of kinds whether one exists, so this map needs no change
// when a kind is added.
func plannedKinds() map[string]string {
	return map[string]string{
		"json-query": "json-query",
		"request":    "request", "http": "request", "http-request": "request", "fetch": "request", "webhook": "request",
		"notify": "notify", "notification": "notify", "mailer": "notify",
		"workflow": "workflow", "subflow": "workflow",
	}
}

// foreignKind returns what to write instead of a node kind that other products have and Hookline does not, or "".
func foreignKind(name string) string {
	switch name {
	case "manual", "approval", "cc", "human":
		return "there are no nodes that wait for a person"
	case "fork", "branch", "concurrent":
		return "write parallel, with a branch for each thing to do"
	case "upsert":
		return "write record.create, with the unique fields under upsert"
	case "sql":
		return "there is no SQL node; there are record.create, record.update, record.delete, record.find and record.aggregate"
	case "math-calculation", "dynamic-calculation", "formula":
		return "write calculate"
	case "date-calculation", "dateCalculation":
		return "write calculate with the date functions of expressions"
	case "json-variable-mapping", "json-mapping":
		return "write set: {values: {name: \"{{…}}\"}}"
	case "response-message", "webhook-response", "respond", "respond-to-webhook":
		return "write response"
	case "javascript", "js", "code", "function":
		return "write script"
	case "if", "filter":
		return "write condition"
	case "for", "foreach", "each", "while":
		return "write loop: over says what it goes over, branches.do what it does"
	case "wait", "sleep", "timer":
		return "write delay"
	case "terminate", "stop", "exit":
		return "write end, or fail"
	default:
		return ""
	}
}

// unknownKind returns the message for a node type that the binary does not have.
func unknownKind(name string, kinds *node.Set) string {
	switch planned := plannedKinds()[name]; {
	case planned == "":
	case kinds.Find(planned) != nil:
		return fmt.Sprintf("unknown node type %q: write %s", name, planned)
	case planned == name:
		return fmt.Sprintf("the node type %q is not yet supported", name)
	default:
		return fmt.Sprintf("the node type %q (here: %s) is not yet supported", name, planned)
	}
	if hint := foreignKind(name); hint != "" {
		return fmt.Sprintf("unknown node type %q: %s", name, hint)
	}
	names := kinds.Names()
	if near, ok := nearest.Name(name, names); ok {
		return fmt.Sprintf("unknown node type %s; did you mean %q?", decode.Quote(name), near)
	}
	for planned := range plannedKinds() {
		names = append(names, planned)
	}
	if near, ok := nearest.Name(name, names); ok {
		return fmt.Sprintf("unknown node type %s; %q, which it is near to, is not yet supported", decode.Quote(name), near)
	}
	var canonical []string
	for _, k := range kinds.Kinds() {
		canonical = append(canonical, k.Info().Type)
	}
	return decode.Unknown("node type", name, canonical)
}
