package query

import "slices"

// Kind is the type of a field's values.
type Kind uint8

// The kinds.
const (
	Text     Kind = iota // exact, or a prefix with *
	Enum                 // one of Field.Values
	Exact                // exact only
	Number               // whole numbers, with ranges
	Duration             // with ranges
	Time                 // an instant, a day or an age, with ranges
	Since                // an instant, a day or an age: from it on
	Until                // an instant, a day or an age: before it
	ID                   // of an execution or a delivery
	Address              // an IP address or a network
	Data                 // any JSON value
	Free                 // a text that is searched
)

// Field is a field of the language.
type Field struct {
	Name    string
	Kind    Kind
	Of      []Resource
	Named   bool     // a name follows, after a dot
	Content bool     // is searched in the calls themselves
	Values  []string // of an Enum
	Prefix  string   // of an ID
	Doc     string   // what it compares, for people
	Example string   // a term
}

// In reports whether a resource has the field.
func (f Field) In(r Resource) bool { return slices.Contains(f.Of, r) }

// FreeText is the name of the field that a text without a field stands for.
const FreeText = "text"

// Fields returns every field, in the order of the documentation.
func Fields() []Field {
	both, executions, deliveries := []Resource{Executions, Deliveries}, []Resource{Executions}, []Resource{Deliveries}
	return []Field{
		{Name: "status", Kind: Enum, Of: executions, Values: statuses(), Doc: "state of the execution", Example: "status:failed,aborted"},
		{Name: "outcome", Kind: Enum, Of: deliveries, Values: outcomes(), Doc: "what became of the call", Example: "outcome:rejected"},
		{Name: "gate", Kind: Enum, Of: deliveries, Values: Gates(), Doc: "check that decided about the call", Example: "gate:signature"},
		{Name: "workflow", Kind: Text, Of: both, Doc: "key of the workflow", Example: "workflow:orders,invoices"},
		{Name: "label", Kind: Text, Of: executions, Named: true, Doc: "label of the execution with that name", Example: "label.customer:42"},
		{Name: "mode", Kind: Enum, Of: executions, Values: []string{"async", "sync"}, Doc: "whether the caller waited", Example: "mode:sync"},
		{Name: "revision", Kind: Text, Of: both, Doc: "revision of the workflow: the id or its beginning with *", Example: "revision:3f2a*"},
		{Name: "version", Kind: Number, Of: both, Doc: "number of the version; of those with the same document each matches", Example: "version:>=8"},
		{Name: "took", Kind: Duration, Of: both, Doc: "of an execution: from its creation to its end; of a delivery: until the response", Example: "took:>2s"},
		{Name: "created", Kind: Time, Of: executions, Doc: "when the execution was created", Example: "created:2026-11-30"},
		{Name: "received", Kind: Time, Of: deliveries, Doc: "when the call was received", Example: "received:2026-11-30.."},
		{Name: "since", Kind: Since, Of: both, Doc: "created or received at that time or later", Example: "since:1h"},
		{Name: "until", Kind: Until, Of: both, Doc: "created or received before that time", Example: "until:2026-11-30T12:00:00Z"},
		{Name: "id", Kind: ID, Of: both, Doc: "the id itself", Example: "id:exe_0000000000001"},
		{Name: "delivery", Kind: ID, Of: executions, Prefix: "dlv_", Doc: "delivery that started the execution", Example: "delivery:dlv_0000000000001"},
		{Name: "execution", Kind: ID, Of: deliveries, Prefix: "exe_", Doc: "execution that the call started or repeated", Example: "execution:exe_0000000000001"},
		{Name: "key", Kind: Exact, Of: both, Doc: "dedupe key of the call", Example: "key:order-4711"},
		{Name: "error", Kind: Text, Of: executions, Doc: "code of the error", Example: "error:timeout"},
		{Name: "node", Kind: Text, Of: executions, Doc: "key of the node that failed", Example: "node:charge"},
		{Name: "reason", Kind: Text, Of: both, Doc: "why an execution was aborted or a call refused", Example: "reason:timeout"},
		{Name: "status", Kind: Number, Of: deliveries, Doc: "HTTP status of the response", Example: "status:400..499"},
		{Name: "ip", Kind: Address, Of: deliveries, Doc: "address of the caller, or a network", Example: "ip:192.0.2.7,10.0.0.0/8"},
		{Name: "method", Kind: Text, Of: deliveries, Doc: "HTTP method", Example: "method:POST"},
		{Name: "path", Kind: Text, Of: deliveries, Doc: "path of the URL", Example: "path:/api/webhooks/*"},
		{Name: "data", Kind: Data, Of: both, Named: true, Content: true, Doc: "value in the body at a path", Example: "data.items.*.price:>100"},
		{Name: "headers", Kind: Text, Of: both, Named: true, Content: true, Doc: "header of the call", Example: "headers.x-github-event:push"},
		{Name: "query", Kind: Text, Of: both, Named: true, Content: true, Doc: "parameter in the URL", Example: "query.shop:berlin"},
		{Name: FreeText, Kind: Free, Of: both, Content: true, Doc: "text in the call: URL, headers or body; of executions also the output and the error", Example: `"order 4711"`},
	}
}

func statuses() []string {
	return []string{"queued", "running", "waiting", "succeeded", "failed", "canceled", "aborted"}
}

func outcomes() []string {
	return []string{"accepted", "repeat", "filtered", "handshake", "rejected", "unmatched"}
}

// Gates returns the names of the checks that may decide about a call.
func Gates() []string {
	return []string{
		"match", "admit", "identify", "capture", "verify", "open", "handshake", "decode", "validate", "filter", "dedupe", "accept", "reply",
		"method", "head", "allowIPs", "basic", "token", "signature", "rateLimit", "lockout", "cors", "cloudevents", "schema", "replay",
	}
}

// find returns a field of a resource by its name.
func find(r Resource, name string) (Field, bool) {
	all := Fields()
	i := slices.IndexFunc(all, func(f Field) bool { return f.Name == name && f.In(r) && f.Kind != Free })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

// namesOf returns the names of the fields of a resource.
func namesOf(r Resource) (names []string) {
	for _, f := range Fields() {
		if f.In(r) && f.Kind != Free {
			names = append(names, f.Name)
		}
	}
	return names
}
