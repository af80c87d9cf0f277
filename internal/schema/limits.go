package schema

// The limits of schemas and of the work of one check.
const (
	// MaxBytes bounds a schema, in bytes of JSON.
	MaxBytes = 256 << 10
	// MaxNodes bounds the number of schemas in one schema document.
	MaxNodes = 2_000
	// MaxViolations bounds the violations reported for one value.
	MaxViolations = 50
	// MaxWork bounds one check, in visits to values. A visit to a long text counts more than once. This much work
	// takes a second or two.
	MaxWork = 20_000_000
	// MaxUnique bounds the length of an array that uniqueItems can check.
	MaxUnique = 100_000

	// bytesPerWork is the length of text, in bytes, that costs one additional unit of work.
	bytesPerWork = 256
	// maxDigits bounds the digits and the exponent of numbers in a schema, and of numbers checked with multipleOf.
	maxDigits = 400
	// maxProblems bounds the problems reported for one schema.
	maxProblems = 50
	// clipped bounds how much of a name a message repeats, in bytes.
	clipped = 60
	// listedValues bounds how many values of an enum a message lists.
	listedValues = 10
)
