package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// Source is what a backup contains.
type Source struct {
	Hookline  string
	CreatedAt time.Time
	Store     string // name of the driver
	Schema    int64
	Database  string // path of the snapshot
	Name      string // of the database file in a data directory
	Blobs     []string
	// Open returns a blob and its size. An error of kind fault.NotFound means that the blob is missing.
	Open func(sha256 string) (io.ReadCloser, int64, error)
	Gzip bool
}

// Write writes an archive. It returns when all of it was written, or with the first error; what was written then is no
// backup, and Restore refuses it. Write ends with fault.Canceled soon after ctx has ended.
func Write(ctx context.Context, to io.Writer, s Source) (Manifest, error) {
	var zipped *gzip.Writer
	if s.Gzip {
		zipped = gzip.NewWriter(to)
		to = zipped
	}
	m, list, err := s.manifest(ctx)
	if err == nil {
		err = s.write(ctx, to, &m, list)
	}
	if err == nil && zipped != nil {
		err = zipped.Close()
	}
	return m, err
}

// blob is a blob that can be read.
type blob struct {
	sha256 string
	size   int64
}

// manifest measures what the archive will contain. It returns the blobs to write.
func (s *Source) manifest(ctx context.Context) (m Manifest, list []blob, err error) {
	const op = "backup.Write"
	m = Manifest{Format: format, Hookline: s.Hookline, CreatedAt: s.CreatedAt.UTC(), Store: s.Store, Schema: s.Schema}
	m.Database = File{Name: s.Name}
	f, err := os.Open(s.Database)
	if err != nil {
		return m, nil, fault.As(op, fault.Unavailable, err, "the snapshot of the database cannot be read: %v", err)
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if m.Database.Size, err = io.Copy(sum, &cancelable{ctx, f}); err != nil {
		return m, nil, fault.As(op, fault.Unavailable, err, "the snapshot of the database cannot be read: %v", err)
	}
	m.Database.SHA256 = hex.EncodeToString(sum.Sum(nil))
	for _, name := range s.Blobs {
		r, size, err := s.Open(name)
		switch {
		case fault.Is(err, fault.NotFound) && len(m.Missing) < MaxMissing:
			m.Missing = append(m.Missing, name)
			continue
		case err != nil:
			return m, nil, fault.As(op, fault.KindOf(err), err, "the blob %s cannot be read, and %d others are missing", name, len(m.Missing))
		}
		_ = r.Close()
		list = append(list, blob{name, size})
		m.Blobs, m.BlobBytes = m.Blobs+1, m.BlobBytes+size
	}
	return m, list, nil
}

func (s *Source) write(ctx context.Context, to io.Writer, m *Manifest, list []blob) error {
	const op = "backup.Write"
	w := &archive{ctx: ctx, at: m.CreatedAt, sum: sha256.New()}
	w.tar = tar.NewWriter(io.MultiWriter(to, w.sum))
	text, err := m.encode()
	if err != nil {
		return err
	}
	if err := w.text(manifestName, text); err != nil {
		return err
	}
	f, err := os.Open(s.Database)
	if err != nil {
		return fault.As(op, fault.Unavailable, err, "the snapshot of the database cannot be read: %v", err)
	}
	if err := w.file(m.Database, f); err != nil {
		return err
	}
	for _, b := range list {
		r, _, err := s.Open(b.sha256)
		if err != nil {
			return fault.As(op, fault.KindOf(err), err, "the blob %s cannot be read any more", b.sha256)
		}
		if err := w.file(File{blobPrefix + b.sha256, b.size, b.sha256}, r); err != nil {
			return err
		}
	}
	if err := w.tar.Flush(); err != nil {
		return fault.Wrap(op, err)
	}
	if err := w.text(checksumName, append(hex.AppendEncode(nil, w.sum.Sum(nil)), '\n')); err != nil {
		return err
	}
	return fault.Wrap(op, w.tar.Close())
}

// archive writes entries.
type archive struct {
	ctx context.Context
	at  time.Time
	tar *tar.Writer
	sum hash.Hash // of everything that tar has written
}

// header begins an entry.
func (w *archive) header(name string, size int64) error {
	return fault.Wrap("backup.Write", w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: w.at.Truncate(time.Second),
	}))
}

func (w *archive) text(name string, content []byte) error {
	if err := w.header(name, int64(len(content))); err != nil {
		return err
	}
	_, err := w.tar.Write(content)
	return fault.Wrap("backup.Write", err)
}

// file writes a file, checks that its content is as expected, and closes it.
func (w *archive) file(f File, from io.ReadCloser) error {
	const op = "backup.Write"
	defer func() { _ = from.Close() }()
	if err := w.header(f.Name, f.Size); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, sum), io.LimitReader(&cancelable{w.ctx, from}, f.Size))
	if err != nil {
		return fault.As(op, fault.Unavailable, err, "the backup broke off at %s: %v", f.Name, err)
	}
	if n != f.Size || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return fault.New(op, fault.Internal, "%s does not have the content that its hash says: the disk may be damaged; a backup without it is possible after the file is moved away", f.Name)
	}
	return nil
}

// cancelable ends with an error when its context has ended.
type cancelable struct {
	ctx context.Context
	io.Reader
}

// Read reads unless the context has ended.
func (c *cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, fault.As("backup.Read", fault.Canceled, err, "it was canceled")
	}
	return c.Reader.Read(p)
}
