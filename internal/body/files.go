package body

import (
	"io"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Files stores the files of a multipart body. It is called for one file at a time, in the order of their parts.
type Files interface {
	// File stores a file. It reads content to its end and returns meta with Size and SHA256 filled in. If
	// reading content fails, the body is malformed and the call is rejected, whatever File returns. File's own
	// errors are returned unchanged, for example fault.Unavailable if the disk is full.
	File(meta hook.File, content io.Reader) (hook.File, error)
}

// fileList returns $context.files.
func fileList(files []hook.File) value.Value {
	if len(files) == 0 {
		return value.Trusted("[]")
	}
	var list value.ArrayBuilder
	for _, f := range files {
		var b value.ObjectBuilder
		b.Set("name", value.String(f.Name)).
			Set("filename", value.String(f.Filename)).
			Set("type", value.String(f.Type)).
			Set("size", value.Int(f.Size)).
			Set("sha256", value.String(f.SHA256))
		list.Add(b.Value())
	}
	return list.Value()
}
