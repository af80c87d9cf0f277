package variable

// The limits of one path.
const (
	// MaxPath bounds a path, in bytes.
	MaxPath = 4 << 10
	// MaxSegments bounds the segments of a path.
	MaxSegments = 64
)
