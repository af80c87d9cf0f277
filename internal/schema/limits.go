package schema

// The bounds of schemas and of the work of checking data.
const (
	// MaxBytes is the longest schema, in bytes of JSON.
	MaxBytes = 256 << 10
	// MaxNodes is how many schemas may stand in one another.
	MaxNodes = 2_000
	// MaxViolations is how many mistakes are reported of one value.
	MaxViolations = 50
	// MaxWork bounds one check: the looks at values, where a look at a long text counts more than once.
	// It takes a second or two.
	MaxWork = 20_000_000
	// MaxUnique is the longest array that uniqueItems is checked of.
	MaxUnique = 100_000

	// bytesPerWork is how much text one unit of work walks over.
	bytesPerWork = 256
	// maxDigits bounds numbers that are divided (multipleOf), and those of a schema, in digits and exponent.
	maxDigits = 400
	// maxProblems is how many mistakes are reported of one schema.
	maxProblems = 50
	// clipped is how much of a name a message repeats, in bytes.
	clipped = 60
	// listedValues is how many values of an enum a message lists.
	listedValues = 10
)
