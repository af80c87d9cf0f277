package collection

// Limits of stored data. SPEC §10 limits a step's result, and so a record, to 1 MiB.
const (
	MaxString    = 4 << 10 // bytes of a string
	MaxText      = 1 << 20 // bytes of a text
	MaxJSON      = 1 << 20 // bytes of a json value's text
	MaxRecord    = 1 << 20 // bytes of a whole record as JSON
	MaxFields    = 200     // fields of one collection, without system fields
	MaxName      = 63      // bytes of a collection's or field's name
	MaxPrecision = 18      // digits of an exact number; always fits into 64 bits
	MaxEmail     = 254     // bytes of an email address (RFC 5321 section 4.5.3.1.3, erratum 1690)
	MaxURL       = 2048    // bytes of a url
	MaxOptions   = 500     // options of a select or multiselect
	MaxOption    = 255     // bytes of one option
	MaxFiles     = 100     // files of one field
	MaxUnique    = 16      // unique sets of one collection
	MaxTogether  = 8       // fields of one unique set
)

// The codes of violations.
const (
	CodeUnknownCollection = "unknown-collection"
	CodeUnknownField      = "unknown-field"
	CodeRequired          = "required"
	CodeType              = "type"      // a value of another type
	CodeFormat            = "format"    // a text that is not a valid email, url, phone, date or file
	CodeRange             = "range"     // a number that the field cannot hold exactly
	CodeOption            = "option"    // not one of the options
	CodeUnique            = "unique"    // another record has the value
	CodeRelation          = "relation"  // the related record does not exist, or other records refer to this one
	CodeTooLarge          = "too-large" // more bytes, values or records than a limit allows
	CodeFilter            = "filter"    // a filter that does not fit the collection, or is missing
	CodeQuery             = "query"     // another part of a query that does not fit the collection
	CodeNotFound          = "not-found" // no such record
	CodeChanged           = "changed"   // the record's updatedAt is not what was expected
)
