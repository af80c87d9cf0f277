package collection

// The limits of stored data (SPEC §10 bounds a step's result, and so a record, at 1 MiB).
const (
	MaxString = 4 << 10 // bytes of a string
	MaxText   = 1 << 20 // bytes of a text
	MaxJSON   = 1 << 20 // bytes of a json value's text
	MaxRecord = 1 << 20 // bytes of a whole record as JSON
	MaxFields = 200     // of one collection, system fields not counted
	MaxName   = 63      // bytes of a collection's or field's name
)

// The codes of violations.
const (
	CodeUnknownCollection = "unknown-collection"
	CodeUnknownField      = "unknown-field"
	CodeRequired          = "required"
	CodeType              = "type"
	CodeUnique            = "unique"
	CodeTooLarge          = "too-large"
)
