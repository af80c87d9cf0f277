// Package decode reads an exact JSON value into a typed Go struct, strictly. It reports every unknown name, wrong
// type and bad duration at once, each with its path and, for names, the nearest correct one. It runs when a
// document is read, never per request.
//
// A config is a struct with tags:
//
//	type config struct {
//		Collection string                  `json:"collection" required:"true"`
//		Values     value.Value             `json:"values" required:"true"` // raw, Missing when absent
//		OnFalse    string                  `json:"onFalse" enum:"fail,end"`
//		Attempts   int                     `json:"attempts" min:"1" max:"100"`
//		Timeout    time.Duration           `json:"timeout"` // 5s, 1h30m
//		Memory     decode.Size             `json:"memory"`  // 64MiB
//		Headers    decode.Map[value.Value] `json:"headers"` // in the order written
//		Auth       *auth                   `json:"auth"`    // nil when absent or null
//		Upsert     decode.Later            `json:"upsert"`  // refused as not yet supported
//	}
//
//	cfg := config{Attempts: 1} // what is absent keeps its default
//	problems := decode.Into(v, &cfg)
//
// `required` makes the field mandatory and refuses an empty string. `min` and `max` bound numbers, durations and
// sizes, and the length of strings, lists and maps. A type with its own form implements Decoder. A struct that
// recognizes other products' field names implements Hinter.
//
// The package does not read text (document does) and does not evaluate templates (expr does).
package decode
