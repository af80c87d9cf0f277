package backup

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// block is the size of a block of a tar archive. An entry's header is one block, unless it is very large.
const block = 512

// reader reads the entries of an archive in the order in which Write writes them, and verifies each.
type reader struct {
	raw      *bufio.Reader // the file
	zipped   *gzip.Reader  // nil: it is not compressed
	in       *delayed
	tar      *tar.Reader
	manifest Manifest
	last     string // the last blob
	blobs    int
	bytes    int64 // of the blobs
}

// open reads the manifest.
func open(from io.Reader) (*reader, error) {
	r := &reader{raw: bufio.NewReaderSize(from, 1<<16)}
	var plain io.Reader = r.raw
	if magic, err := r.raw.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b { // RFC 1952, section 2.3.1
		if r.zipped, err = gzip.NewReader(r.raw); err != nil {
			return nil, broken(err)
		}
		r.zipped.Multistream(false)
		plain = r.zipped
	}
	r.in = &delayed{from: plain, sum: sha256.New()}
	r.tar = tar.NewReader(r.in)
	h, err := r.next()
	if err != nil {
		return nil, err
	}
	if h.Name != manifestName || h.Size > maxManifest {
		return nil, fault.New("backup.Read", fault.Invalid, "this is no backup of Hookline: its first entry is %q", clip(h.Name))
	}
	text, err := io.ReadAll(r.tar)
	if err != nil {
		return nil, broken(err)
	}
	r.manifest, err = decodeManifest(text)
	return r, err
}

// next moves to the next entry. Everything but a plain file is refused.
func (r *reader) next() (*tar.Header, error) {
	h, err := r.tar.Next()
	if errors.Is(err, io.EOF) {
		return nil, fault.New("backup.Read", fault.Invalid, "the backup is incomplete: it ends too early")
	}
	if err != nil {
		return nil, broken(err)
	}
	for name := range h.PAXRecords {
		if name != "size" && name != "mtime" {
			return nil, fault.New("backup.Read", fault.Invalid, "the entry %q has the attribute %q, which no backup has", clip(h.Name), clip(name))
		}
	}
	if h.Typeflag != tar.TypeReg || h.Format == tar.FormatGNU || h.Size < 0 {
		return nil, fault.New("backup.Read", fault.Invalid, "the entry %q is not a plain file", clip(h.Name))
	}
	return h, nil
}

// database copies the database, which is the second entry.
func (r *reader) database(to io.Writer) error {
	h, err := r.next()
	if err != nil {
		return err
	}
	want := r.manifest.Database
	if h.Name != want.Name || h.Size != want.Size {
		return fault.New("backup.Read", fault.Invalid, "the entry %q of %d bytes is not the database of the manifest", clip(h.Name), h.Size)
	}
	return r.copy(to, want)
}

// blob moves to the next blob and returns its hash and size; "" after the last one.
func (r *reader) blob() (sha256 string, size int64, err error) {
	const op = "backup.Read"
	h, err := r.next()
	if err != nil {
		return "", 0, err
	}
	if h.Name == checksumName {
		return "", 0, r.end(h)
	}
	name, ok := strings.CutPrefix(h.Name, blobPrefix)
	if !ok || !isHash(name) {
		return "", 0, fault.New(op, fault.Invalid, "the entry %q does not belong to a backup", clip(h.Name))
	}
	if name <= r.last {
		return "", 0, fault.New(op, fault.Invalid, "the entry %q is in the wrong place", h.Name)
	}
	r.last = name
	r.blobs++
	if h.Size > r.manifest.BlobBytes-r.bytes || r.blobs > r.manifest.Blobs {
		return "", 0, fault.New(op, fault.Invalid, "the backup has more content than its manifest says")
	}
	r.bytes += h.Size
	return name, h.Size, nil
}

// copy copies the content of the current entry and verifies it.
func (r *reader) copy(to io.Writer, want File) error {
	sum := sha256.New()
	n, err := io.Copy(to, io.TeeReader(r.tar, sum))
	if err != nil {
		return broken(err)
	}
	if n != want.Size || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return fault.New("backup.Read", fault.Invalid, "the content of %s is not what its hash says: the backup was changed or damaged", want.Name)
	}
	return nil
}

// end verifies the checksum, and that nothing follows.
func (r *reader) end(h *tar.Header) error {
	const op = "backup.Read"
	want := hex.EncodeToString(r.in.sum.Sum(nil)) + "\n"
	if h.Size != int64(len(want)) {
		return fault.New(op, fault.Invalid, "the checksum of the backup is wrong: it was changed or damaged")
	}
	text, err := io.ReadAll(r.tar)
	if err != nil {
		return broken(err)
	}
	if string(text) != want {
		return fault.New(op, fault.Invalid, "the checksum of the backup is wrong: it was changed or damaged")
	}
	if r.blobs != r.manifest.Blobs || r.bytes != r.manifest.BlobBytes {
		return fault.New(op, fault.Invalid, "the backup has %d blobs of %d bytes; its manifest says %d of %d", r.blobs, r.bytes, r.manifest.Blobs, r.manifest.BlobBytes)
	}
	end := (r.in.read+block-1)/block*block + 2*block // two empty blocks end an archive
	switch _, err := r.tar.Next(); {
	case err == nil:
		return fault.New(op, fault.Invalid, "the backup has content after its checksum")
	case !errors.Is(err, io.EOF):
		return broken(err)
	}
	if r.in.read != end {
		return fault.New(op, fault.Invalid, "the backup is incomplete: its end is missing")
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(r.in.from, 1)); n > 0 || err != nil {
		return fault.As(op, fault.Invalid, err, "the backup has content after its end, or its end is missing")
	}
	if _, err := r.raw.ReadByte(); !errors.Is(err, io.EOF) {
		return fault.As(op, fault.Invalid, err, "the backup has content after its end")
	}
	return nil
}

// broken returns the error of reading an archive.
func broken(err error) error {
	if known, ok := errors.AsType[*fault.Error](err); ok {
		return known
	}
	return fault.As("backup.Read", fault.Invalid, err, "the backup is damaged, incomplete or none of Hookline: %v", err)
}

// isHash reports whether a text is a SHA-256 in lower-case hex.
func isHash(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}

// clip shortens a text from an archive for a message.
func clip(text string) string { return text[:min(len(text), 100)] }

// delayed hashes what is read, without the last block. When the header of an entry has just been read, the hash is that
// of everything before it.
type delayed struct {
	from io.Reader
	read int64 // bytes
	sum  hash.Hash
	held []byte // at most one block
}

// Read reads and hashes.
func (d *delayed) Read(p []byte) (int, error) {
	n, err := d.from.Read(p)
	d.read += int64(n)
	d.held = append(d.held, p[:n]...)
	if more := len(d.held) - block; more > 0 {
		_, _ = d.sum.Write(d.held[:more]) // never fails (package hash)
		d.held = d.held[:copy(d.held, d.held[more:])]
	}
	return n, err
}

// Verify reads a whole archive, and verifies everything but the content of the database.
func Verify(from io.Reader) (Manifest, error) {
	r, err := open(from)
	if err != nil {
		return Manifest{}, err
	}
	if err := r.database(io.Discard); err != nil {
		return r.manifest, err
	}
	for {
		name, size, err := r.blob()
		if err != nil || name == "" {
			return r.manifest, err
		}
		if err := r.copy(io.Discard, File{name, size, name}); err != nil {
			return r.manifest, err
		}
	}
}
