package document

import "time"

// The limits of documents. A document that exceeds one is refused with a sentence naming it.
const (
	MaxFile       = 1 << 20 // bytes of one file, which takes about a second to read at worst
	MaxDocument   = 1 << 20 // bytes of one document in canonical form, aliases expanded
	MaxDocuments  = 500     // documents in one file, empty ones counted
	MaxFiles      = 2000    // files in one folder
	MaxDepth      = 64      // nesting of lists and objects (SPEC §10)
	MaxEntries    = 100_000 // values in one document, aliases expanded
	MostNodes     = 10_000  // nodes that are read; node.Set says how many a workflow may have
	MaxProblems   = 200     // problems reported of one file
	MaxPath       = 1024    // bytes of trigger.path
	MaxSegments   = 32      // segments of trigger.path
	MaxKey        = 64      // characters of a workflow's key
	MaxName       = 63      // characters of a node's key
	MaxParameters = 500     // declared parameters of one part of a call
	MaxSecrets    = 10      // secrets of one signature: every wrong call is checked with each of them
	MaxURL        = 2048    // bytes of a signature's url
)

// The defaults of fields that are left out (SPEC §2).
const (
	DefaultTimeoutStatus = 504
	DefaultRetryDelay    = time.Second
	DefaultRetryFactor   = 2
	DefaultRetryMaxDelay = time.Minute
	DefaultRatePer       = time.Second
	DefaultDedupeWindow  = 72 * time.Hour
)

// generatedKey is the length of a key that is made for a workflow without one.
const generatedKey = 24

// maxNumber bounds the text of a number, which is otherwise kept as it is.
const maxNumber = 1000

// maxQuoted bounds how much of a text a message repeats.
const maxQuoted = 60
