package document

import "time"

// The limits of documents. A document that exceeds one is refused with a message that names the limit.
const (
	MaxFile       = 1 << 20 // bytes of one file; reading one takes about a second at worst
	MaxDocument   = 1 << 20 // bytes of one document in canonical form, aliases expanded
	MaxDocuments  = 500     // documents in one file, including empty ones
	MaxFiles      = 2000    // files in one folder
	MaxDepth      = 64      // nesting of lists and objects (SPEC §10)
	MaxEntries    = 100_000 // values in one document, aliases expanded
	MostNodes     = 10_000  // nodes that are read; node.Set limits how many a workflow may have
	MaxProblems   = 200     // problems reported per file
	MaxPath       = 1024    // bytes of trigger.path
	MaxSegments   = 32      // segments of trigger.path
	MaxKey        = 64      // characters of a workflow's key
	MaxName       = 63      // characters of a node's key
	MaxParameters = 500     // declared parameters of one part of a call
	MaxSecrets    = 10      // secrets of one signature; a call with a wrong signature is verified against each
	MaxURL        = 2048    // bytes of a signature's url
)

// The defaults of optional fields (SPEC §2).
const (
	DefaultTimeoutStatus = 504
	DefaultRetryDelay    = time.Second
	DefaultRetryFactor   = 2
	DefaultRetryMaxDelay = time.Minute
	DefaultRatePer       = time.Second
	DefaultDedupeWindow  = 72 * time.Hour
)

// Masked stands for a secret that a document contains as plain text, wherever the document is shown. It is never a
// secret itself.
const Masked = "********"

// generatedKey is the length of a key generated for a workflow without one.
const generatedKey = 24

// maxNumber bounds the length of a number's text, in bytes, because numbers keep their text.
const maxNumber = 1000

// maxQuoted bounds how much of a text a message repeats, in bytes.
const maxQuoted = 60
