package document

import (
	"fmt"
	"slices"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// triggerDoc is a trigger as written (SPEC §2).
type triggerDoc struct {
	Type         string        `json:"type"`
	Mode         string        `json:"mode" enum:"async,sync"`
	Methods      []string      `json:"methods" min:"1"`
	Path         string        `json:"path"`
	ContentTypes []string      `json:"contentTypes" min:"1" max:"50"`
	MaxBody      decode.Size   `json:"maxBody" min:"1KiB" max:"1GiB"`
	Auth         authDoc       `json:"auth"`
	RateLimit    *rateLimitDoc `json:"rateLimit"`
	Parameters   parametersDoc `json:"parameters"`
	Schema       value.Value   `json:"schema"`
	Filter       filterDoc     `json:"filter"`
	Dedupe       dedupeDoc     `json:"dedupe"`
	CORS         *corsDoc      `json:"cors"`
	Response     *responseDoc  `json:"response"`
	Sync         *syncDoc      `json:"sync"`
}

// Hint recognizes NocoBase's and other products' names for a trigger's fields.
func (*triggerDoc) Hint(field string) string {
	switch field {
	case "method":
		return "write methods: [POST]"
	case "basicAuth", "basicAuthentication", "basic":
		return "write auth: {basic: {username: …, password: …}}"
	case "token", "signature", "allowIPs", "any":
		return "gates belong under auth: auth: {" + field + ": …}"
	case "ipAllowlist", "ipAllowList", "ipWhitelist", "ipWhiteList", "whitelist", "allowlist", "allowedIPs", "ips":
		return "write auth: {allowIPs: [192.0.2.0/24]}"
	case "secret", "secrets", "hmac", "webhookSecret", "signatureHeader":
		return `write auth: {signature: {preset: github, secrets: ["{{$env.SECRET}}"]}}`
	case "throttle", "rateLimiting", "limit", "limits", "rate":
		return "write rateLimit: {rate: 100, per: 1s}"
	case "idempotency", "idempotencyKey", "deduplication", "dedup", "deduplicate", "unique":
		return `write dedupe: {key: "{{$context.data.id}}", window: 72h}`
	case "jsonSchema", "bodySchema", "validation", "validate":
		return "write schema: {type: object, …}"
	case "condition", "conditions", "where", "when", "if":
		return `write filter: '$context.data.ref == "refs/heads/main"'`
	case "origins", "allowOrigin", "allowedOrigins":
		return "write cors: {origins: [https://app.example.com]}"
	case "retain", "retention", "concurrency":
		return decode.Quote(field) + " belongs under options, next to trigger"
	case "request", "headers", "query", "body":
		return "write parameters: {headers: […], query: […], body: […]}"
	case "contentType":
		return "write contentTypes: [application/json]"
	case "url":
		return "write path: /a/path; the key's URL exists without it"
	case "timeout":
		return "write sync: {timeout: …} for the caller, options.timeout for the execution"
	default:
		return ""
	}
}

type responseDoc struct {
	Status  value.Value `json:"status"`
	Headers value.Value `json:"headers"`
	Body    value.Value `json:"body"`
}

type syncDoc struct {
	Timeout       time.Duration `json:"timeout" min:"1ms" max:"1h"`
	OnTimeout     string        `json:"onTimeout" enum:"fail,continue"`
	TimeoutStatus int           `json:"timeoutStatus" min:"400" max:"599"`
}

// trigger checks what decoding could not, and sets the defaults. raw is the trigger as written.
func (r *reader) trigger(doc triggerDoc, raw value.Value) flow.Trigger {
	r.triggerType(doc.Type, raw)
	if doc.Type == flow.TypeCall {
		return r.callTrigger(raw)
	}
	t := flow.Trigger{
		Type: flow.TypeWebhook, Mode: flow.Async, Methods: r.methods(doc.Methods), Path: doc.Path,
		ContentTypes: r.contentTypes(doc.ContentTypes), MaxBody: int64(doc.MaxBody),
		Auth: r.auth(doc.Auth), RateLimit: r.rateLimit(doc.RateLimit), Parameters: r.parameters(doc.Parameters),
		Schema: r.schema(doc.Schema), Filter: string(doc.Filter), Dedupe: r.dedupe(doc.Dedupe), CORS: r.cors(doc.CORS), Response: r.answer(doc.Response),
	}
	r.empty("trigger", "rateLimit", raw, doc.RateLimit == nil)
	r.empty("trigger", "cors", raw, doc.CORS == nil)
	if doc.Mode != "" {
		t.Mode = flow.Mode(doc.Mode)
	}
	if !raw.Get("path").IsMissing() && !r.has("trigger.path") {
		if message := pathProblem(doc.Path); message != "" {
			r.problem(errorcode.Format, "trigger.path", message)
		}
	}
	if t.Mode == flow.Sync {
		t.Sync = r.sync(doc.Sync, raw.Get("sync"))
	} else if !raw.Get("sync").IsMissing() && !r.has("trigger.mode") {
		r.problem(errorcode.NoEffect, "trigger.sync", "has no effect in an async workflow; write mode: sync or leave it out")
	}
	return t
}

// callTrigger is the trigger of a workflow that another one starts. It has no URL, so nothing else has an effect.
func (r *reader) callTrigger(raw value.Value) flow.Trigger {
	for name := range raw.Members() {
		if name != "type" && !r.has("trigger."+name) {
			r.problem(errorcode.NoEffect, "trigger."+name, "has no effect: a workflow of type call has no URL; leave it out")
		}
	}
	return flow.Trigger{Type: flow.TypeCall, Mode: flow.Async}
}

func (r *reader) triggerType(name string, raw value.Value) {
	switch {
	case name == flow.TypeWebhook, name == flow.TypeCall, name == "" && raw.Get("type").IsMissing(), r.has("trigger.type"):
	case name == "schedule":
		r.problem(errorcode.Unsupported, "trigger.type", `"schedule" is a reserved name and not yet supported; write webhook`)
	case slices.Contains([]string{"collection", "action", "custom-action", "request-interception", "approval", "form"}, name):
		r.problem(errorcode.NocoBase, "trigger.type", fmt.Sprintf("NocoBase's trigger %q does not exist here; write webhook", name))
	default:
		r.problem(errorcode.UnknownName, "trigger.type", decode.Unknown("trigger type", name, []string{flow.TypeWebhook, flow.TypeCall}))
	}
}

func (r *reader) methods(list []string) []string {
	if list == nil {
		return []string{"POST"}
	}
	known := []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
	for i, m := range list {
		at := "trigger.methods" + decode.Index(i)
		switch {
		case r.has(at):
		case m == "OPTIONS":
			r.problem(errorcode.NoEffect, at, "OPTIONS is answered by the server itself; leave it out")
		case !slices.Contains(known, m):
			r.problem(errorcode.UnknownName, at, decode.Choose(m, known))
		case slices.Index(list, m) < i:
			r.problem(errorcode.Duplicate, at, m+" is given twice; keep one")
		case m == "HEAD" && !slices.Contains(list, "GET"):
			r.problem(errorcode.Required, at, "HEAD goes only with GET; add GET")
		}
	}
	return list
}

func (r *reader) sync(doc *syncDoc, raw value.Value) flow.SyncOptions {
	s := flow.SyncOptions{TimeoutStatus: DefaultTimeoutStatus}
	if doc == nil {
		return s
	}
	if !raw.Get("timeout").IsMissing() {
		s.Timeout = doc.Timeout
	}
	s.Continue = doc.OnTimeout == "continue"
	if raw.Get("timeoutStatus").IsMissing() {
		return s
	}
	s.TimeoutStatus = doc.TimeoutStatus
	if s.Continue {
		r.problem(errorcode.NoEffect, "trigger.sync.timeoutStatus", "has no effect with onTimeout: continue, which answers 202; leave one of them out")
	}
	return s
}
