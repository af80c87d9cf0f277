package request

import (
	"io"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// save stores the body of a response as a file, and describes it as $context.files does.
func (n *request) save(a *answer, resp *outbound.Response, filename string) error {
	if n.deps.Files == nil {
		return fault.New("request.save", fault.Internal, "files cannot be stored here")
	}
	f, err := n.deps.Files.Create()
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := io.Copy(f, resp); err != nil {
		return err
	}
	sha, size, err := f.Keep()
	if err != nil {
		return err
	}
	typ := a.header.Get("Content-Type")
	if typ == "" {
		typ = typeRaw
	}
	var b value.ObjectBuilder
	a.file = b.Set("name", value.String("file")).Set("filename", value.String(filename)).Set("type", value.String(typ)).
		Set("size", value.Int(size)).Set("sha256", value.String(sha)).Value()
	a.blobs = []node.Blob{{SHA256: sha, Unpin: func() { n.deps.Files.Unpin(sha) }}}
	return nil
}
