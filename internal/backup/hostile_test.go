package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/backup"
	"hookline.dev/hookline/internal/fault"
)

// entry is one entry of a tar archive.
type entry struct {
	header  tar.Header
	content []byte
}

// pack returns an archive with these entries and the right checksum, as an attacker can make one.
func pack(t *testing.T, list []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(e entry) {
		if e.header.Typeflag == tar.TypeReg && e.header.Size == 0 {
			e.header.Size = int64(len(e.content))
		}
		if err := w.WriteHeader(&e.header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.content); err != nil && e.header.Typeflag == tar.TypeReg {
			t.Fatal(err)
		}
	}
	for _, e := range list {
		add(e)
	}
	_ = w.Flush() // fails for an entry whose size is a lie
	sum := sha256.Sum256(b.Bytes())
	add(entry{tar.Header{Typeflag: tar.TypeReg, Name: "checksum", Mode: 0o600}, []byte(hex.EncodeToString(sum[:]) + "\n")})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAHostileBackupIsRefused(t *testing.T) {
	t.Parallel()
	d := newData(t)
	good := entries(t, d.archive(nil))
	plain := func(name string, content string) entry {
		return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600}, []byte(content)}
	}
	manifest := func(change ...string) []entry {
		list := slices.Clone(good)
		text := strings.NewReplacer(change...).Replace(string(list[0].content))
		if text == string(list[0].content) {
			t.Fatalf("%q changes nothing", change)
		}
		list[0] = plain("manifest.json", text)
		return list
	}
	other := func(header tar.Header) []entry { return slices.Insert(slices.Clone(good), 2, entry{header: header}) }
	renamed := func(i int, name string) []entry {
		list := slices.Clone(good)
		list[i].header.Name = name
		return list
	}
	text := func(content string) (name string) {
		sum := sha256.Sum256([]byte(content))
		return "blobs/" + hex.EncodeToString(sum[:])
	}
	cases := map[string][]entry{
		"a path upwards":                    slices.Concat(good, []entry{plain("blobs/../../x", "x")}),
		"a path upwards for a blob":         renamed(2, "../"+good[2].header.Name),
		"an absolute path":                  renamed(2, "/tmp/"+d.names[0]),
		"a path upwards for the database":   renamed(1, "../hookline.db"),
		"another name for the database":     renamed(1, "token"),
		"a name with a path in the middle":  renamed(2, "blobs/"+good[2].header.Name[6:8]+"/"+good[2].header.Name[6:]),
		"a symbolic link":                   other(tar.Header{Typeflag: tar.TypeSymlink, Name: "blobs", Linkname: "/etc"}),
		"a hard link":                       other(tar.Header{Typeflag: tar.TypeLink, Name: good[2].header.Name, Linkname: "/etc/passwd"}),
		"a directory":                       other(tar.Header{Typeflag: tar.TypeDir, Name: "blobs/"}),
		"a device":                          other(tar.Header{Typeflag: tar.TypeChar, Name: good[2].header.Name}),
		"a pipe":                            other(tar.Header{Typeflag: tar.TypeFifo, Name: good[2].header.Name}),
		"an attribute":                      slices.Concat(good[:2], []entry{{tar.Header{Typeflag: tar.TypeReg, Name: good[2].header.Name, PAXRecords: map[string]string{"HOOKLINE.x": "1"}}, good[2].content}}, good[3:]),
		"no manifest":                       good[1:],
		"no database":                       slices.Concat(good[:1], good[2:]),
		"the manifest twice":                slices.Concat(good[:1], good),
		"the database twice":                slices.Concat(good[:2], good[1:]),
		"a blob twice":                      slices.Concat(good, good[3:]),
		"a blob less":                       good[:3],
		"blobs in another order":            {good[0], good[1], good[3], good[2]},
		"a blob that nobody names":          slices.Concat(good, []entry{plain(text("extra"), "extra")}),
		"a blob with another content":       {good[0], good[1], {good[2].header, good[3].content[:len(good[2].content)]}, good[3]},
		"a database with another content":   {good[0], {good[1].header, make([]byte, len(good[1].content))}, good[2], good[3]},
		"a wrong hash of the database":      manifest(`"sha256": "`, `"sha256": "0`),
		"a wrong size of the database":      manifest(`"size": `, `"size": 1`),
		"too few blobs":                     manifest(`"blobs": 2`, `"blobs": 1`),
		"too many blobs":                    manifest(`"blobs": 2`, `"blobs": 3`),
		"too few bytes":                     manifest(`"blobBytes": 1`, `"blobBytes": `),
		"a negative size":                   manifest(`"size": `, `"size": -`),
		"a size beyond the disk":            manifest(`"blobBytes": 13008`, `"blobBytes": 4611686018427387904`),
		"a sum of sizes that overflows":     manifest(`"blobBytes": 13008`, `"blobBytes": 9223372036854775807`),
		"another schema":                    manifest(`"schema": `, `"schema": 1`),
		"a newer format":                    manifest(`"format": 1`, `"format": 2`),
		"another store":                     manifest(`SQLite`, `Other`),
		"a member that nobody knows":        manifest(`"store"`, `"more": 1, "store"`),
		"a manifest that is no JSON":        manifest(`{`, `[`),
		"a manifest that is too long":       manifest(`"v1"`, `"`+strings.Repeat("v", 2<<20)+`"`),
		"a missing blob that nobody names":  manifest(`"blobs": 2`, `"missing": ["`+strings.Repeat("0", 64)+`"], "blobs": 2`),
		"missing blobs that are not hashes": manifest(`"blobs": 2`, `"missing": ["../x"], "blobs": 2`),
		"something else":                    {plain("README", "hello")},
		"nothing":                           nil,
	}
	for name, list := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(refused(t, pack(t, list)))
		})
	}
	t.Run("what is packed as it was is accepted", func(t *testing.T) {
		if _, err := backup.Restore(t.Context(), bytes.NewReader(pack(t, good)), target(t)); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsBehindTheEndIsRefused(t *testing.T) {
	t.Parallel()
	d := newData(t)
	archive := d.archive(nil)
	zip := func(parts ...[]byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		for _, p := range parts {
			if _, err := w.Write(p); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, text := range map[string][]byte{
		"bytes":              append(bytes.Clone(archive), "more"...),
		"another archive":    append(bytes.Clone(archive), archive...),
		"compressed bytes":   zip(archive, []byte("more")),
		"bytes after gzip":   append(zip(archive), "more"...),
		"another gzip":       append(zip(archive), zip(archive)...),
		"a bomb":             zip(archive, make([]byte, 64<<20)),
		"a text":             []byte("hello"),
		"only gzip's magic":  {0x1f, 0x8b},
		"zeros":              make([]byte, 4096),
		"a header and a lie": archive[:512],
	} {
		t.Run(name, func(t *testing.T) { refused(t, text, fault.Invalid) })
	}
}

// TestAnEntryThatClaimsToBeHugeIsRefusedBeforeItIsWritten gives a blob a size that the manifest does not have.
func TestAnEntryThatClaimsToBeHugeIsRefusedBeforeItIsWritten(t *testing.T) {
	t.Parallel()
	d := newData(t)
	good := entries(t, d.archive(nil))
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range good[:2] {
		if err := w.WriteHeader(&e.header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []int64{1 << 30, 1 << 40, 1 << 62} {
		huge := bytes.NewBuffer(bytes.Clone(b.Bytes()))
		w := tar.NewWriter(huge)
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: good[2].header.Name, Size: size, Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if err := refused(t, huge.Bytes(), fault.Invalid); !strings.Contains(fmt.Sprint(err), "more content") {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func FuzzRestore(f *testing.F) {
	d := newData(f)
	for _, zipped := range []bool{false, true} {
		f.Add(d.archive(func(s *backup.Source) { s.Gzip = zipped })[:4096])
	}
	f.Fuzz(func(t *testing.T, archive []byte) { refused(t, archive) })
}
