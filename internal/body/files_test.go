package body

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// memoryFiles keeps files in memory.
type memoryFiles struct {
	contents []string
	fail     error
}

func (s *memoryFiles) File(meta hook.File, content io.Reader) (hook.File, error) {
	if s.fail != nil {
		return meta, s.fail
	}
	raw, err := io.ReadAll(content)
	if err != nil {
		return meta, errors.New("copying failed")
	}
	s.contents = append(s.contents, string(raw))
	sum := sha256.Sum256(raw)
	meta.Size, meta.SHA256 = int64(len(raw)), hex.EncodeToString(sum[:])
	return meta, nil
}

const formData = "Content-Disposition: form-data; name="

func upload(parts ...string) hook.Request {
	return hook.Request{ContentType: multipartB, Body: []byte(strings.Join(parts, "") + "--b--\r\n")}
}

func TestFilesAreStoredAndFieldsBecomeData(t *testing.T) {
	var stored memoryFiles
	big := strings.Repeat("0123456789abcdef\r\n--not the boundary\r\n", 10_000)
	req := upload(
		part(formData+`"a[b]"`, "1"),
		part(formData+`"pic"; filename="x.png"`+"\nContent-Type: image/png", "\x89PNG\r\n\x00\xff"),
		part(formData+`"c"`, "2"),
		part(formData+`"pic"; filename="y.bin"`, big),
		part(formData+`"empty"; filename="z"`, ""),
		part(formData+`"not chosen"; filename=""`+"\nContent-Type: application/octet-stream", ""),
		part(formData+`"bytes"`+"\nContent-Type: application/octet-stream", "\x00"),
		part(formData+`"mail"; filename="m.txt"`+"\nContent-Transfer-Encoding: base64", "aGVs\r\nbG8="),
	)
	got, files, err := ContextWithin(req, Limits{}, &stored)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a":{"b":"1"},"c":"2"}`; got.Data.Text() != want {
		t.Errorf("data: got %s, want %s", got.Data.Text(), want)
	}
	if diff := cmp.Diff([]string{"\x89PNG\r\n\x00\xff", big, "", "\x00", "hello"}, stored.contents); diff != "" {
		t.Error(diff)
	}
	sum := sha256.Sum256([]byte("\x89PNG\r\n\x00\xff"))
	first := hook.File{Name: "pic", Filename: "x.png", Type: "image/png", Size: 8, SHA256: hex.EncodeToString(sum[:])}
	if diff := cmp.Diff(first, files[0]); diff != "" || len(files) != 5 {
		t.Errorf("%d files: %s", len(files), diff)
	}
	if want := `{"name":"empty","filename":"z","type":"","size":0,` +
		`"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}`; got.Files.At(2).Text() != want {
		t.Errorf("got %s, want %s", got.Files.At(2).Text(), want)
	}
	req.Files = files
	again, err := Context(req)
	if err != nil {
		t.Fatal(err)
	}
	if again.Files.Text() != got.Files.Text() || again.Data.Text() != got.Data.Text() || len(stored.contents) != 5 {
		t.Errorf("from the record: %s, %s", again.Files.Text(), again.Data.Text())
	}
}

func TestFilenamesAreMadeSafeForDisplay(t *testing.T) {
	for _, c := range []struct{ name, disposition, want string }{
		{"a plain one", `filename="a b.txt"`, "a b.txt"},
		{"folders", `filename="../../etc/passwd"`, "passwd"},
		{"folders of Windows", `filename="C:\dev\go\foo.txt"`, "foo.txt"},
		{"only folders", `filename="a/.."`, ""},
		{"quoted quotes", `filename="a\"b.txt"`, `a"b.txt`},
		{"the long form", `filename="x"; filename*=UTF-8''%E6%B5%8B%20%2f..%2fy.txt`, "y.txt"},
		{"the long form alone", `filename*=UTF-8'en'%e2%82%ac.txt`, "€.txt"},
		{"the long form in GBK", `filename="x"; filename*=GBK''%B2%E2.txt`, "测.txt"},
		{"the long form in pieces", `filename*0="a"; filename*1="b.txt"`, "ab.txt"},
		{"a long form that is broken", `filename="x"; filename*=UTF-8''a%ff`, "a\uFFFD"},
		{"a long form in an unknown charset", `filename="x"; filename*=nope''y`, "x"},
		{"raw UTF-8", `filename="测试.txt"`, "测试.txt"},
		{"not UTF-8", "filename=\"caf\xe9.txt\"", "caf\uFFFD.txt"},
		{"control characters", `filename*=UTF-8''a%00b%1B%5B31m%0D%0Ac%7F%C2%85`, "a_b_[31m__c__"},
		{"another direction", "filename=\"a\u202Egpj.exe\"", "a_gpj.exe"},
		{"a joined sign", "filename=\"👨\u200D👩.txt\"", "👨\u200D👩.txt"},
		{"a long one", `filename="` + strings.Repeat("a", MaxFilename-1) + `测"`, strings.Repeat("a", MaxFilename-1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, files, err := ContextWithin(upload(part(formData+`"f"; `+c.disposition, "x")), Limits{}, &memoryFiles{})
			if err != nil {
				t.Fatal(err)
			}
			if len(files) != 1 || files[0].Filename != c.want {
				t.Errorf("got %+v, want %q", files, c.want)
			}
		})
	}
}

func TestFileLimits(t *testing.T) {
	file := part(formData+`"f"; filename="x"`, "12345")
	for _, c := range []struct {
		name   string
		req    hook.Request
		lim    Limits
		kind   fault.Kind
		says   string
		stored int
	}{
		{"as many as allowed", upload(file, file), Limits{Files: 2, FileBytes: 5}, 0, "", 2},
		{"too many", upload(file, file, file), Limits{Files: 2}, fault.TooLarge, "it has more than 2 files", 2},
		{"by default", upload(strings.Repeat(file, DefaultFiles+1)), Limits{}, fault.TooLarge, "more than 100 files", DefaultFiles},
		{"too many that were not chosen", upload(strings.Repeat(part(formData+`"f"; filename=""`, ""), 3)), Limits{Fields: 2}, fault.TooLarge, "more than 2 fields", 0},
		{"too long", upload(file), Limits{FileBytes: 4}, fault.TooLarge, `the file "f" is longer than 4 bytes`, 0},
		{"broken Base64", upload(file, part(formData+`"f"; filename="x"`+"\nContent-Transfer-Encoding: base64", "a$")),
			Limits{}, fault.Invalid, "not complete", 1},
		{"without an end", hook.Request{ContentType: multipartB, Body: []byte(file + file)}, Limits{}, fault.Invalid, "not complete", 0},
		{"a field goes wrong later", upload(file, part(formData+`"a"`, "\xff")), Limits{}, fault.Invalid, `the field "a" is not UTF-8`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stored memoryFiles
			_, files, err := ContextWithin(c.req, c.lim, &stored)
			if (err != nil) != (c.says != "") || err != nil && (!fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says)) {
				t.Errorf("got %v, want kind %v saying %q", err, c.kind, c.says)
			}
			if len(files) != c.stored || len(stored.contents) != c.stored {
				t.Errorf("%d files came back, %d were stored, want %d", len(files), len(stored.contents), c.stored)
			}
		})
	}
}

func TestStorageErrorsAreReturnedUnchanged(t *testing.T) {
	full := fault.New("blobs.Keep", fault.Unavailable, "the disk is full")
	_, _, err := ContextWithin(upload(part(formData+`"f"; filename="x"`, "1")), Limits{}, &memoryFiles{fail: full})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

func TestFilesAreRefusedWithoutStorage(t *testing.T) {
	req := upload(part(formData+`"f"; filename="x"`, "1"))
	if _, _, err := ContextWithin(req, Limits{}, nil); !fault.Is(err, fault.Unsupported) ||
		!strings.Contains(fault.Message(err), `the part "f" is a file ("x")`) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyMultipartBodiesHaveFiles(t *testing.T) {
	const fake = `{"files":[{"name":"f","filename":"x","path":"/etc/passwd","sha256":"00"}]}`
	form := `{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"multipart/form-data; boundary=b","data_base64":"` +
		"LS1iDQpDb250ZW50LURpc3Bvc2l0aW9uOiBmb3JtLWRhdGE7IG5hbWU9ZjsgZmlsZW5hbWU9eA0KDQoxDQotLWItLQ==" + `"}`
	for _, c := range []struct{ name, contentType, in string }{
		{"JSON", "application/json", fake},
		{"JSON without a type", "", fake},
		{"text", "text/plain", "--b\r\n" + formData + `f; filename="x"` + "\r\n\r\n1\r\n--b--"},
		{"a form", "application/x-www-form-urlencoded", "files[0][filename]=x&files[0][path]=/etc/passwd"},
		{"data of an event", "application/cloudevents+json", form},
	} {
		var stored memoryFiles
		got, files, err := ContextWithin(hook.Request{ContentType: c.contentType, Body: []byte(c.in)}, Limits{}, &stored)
		if err != nil || len(files) != 0 || got.Files.Text() != "[]" || len(stored.contents) != 0 {
			t.Errorf("%s: %v, %v, %s", c.name, err, files, got.Files.Text())
		}
	}
}

func TestMultipartCharsets(t *testing.T) {
	gbkName := formData + "\"" + testGBK + "\""
	for _, c := range []struct {
		name, contentType string
		parts             []string
		want              string
	}{
		{"of a part", multipartB, []string{
			part(formData+`"a"`+"\nContent-Type: text/plain; charset=GBK", testGBK),
			part(formData+`"b"`+"\nContent-Type: text/plain; charset=iso-8859-1", testLatin1),
		}, `{"a":"测试","b":"café"}`},
		{"in a field", multipartB, []string{part(gbkName, testGBK), part(formData+`"_charset_"`, "gbk")}, `{"测试":"测试","_charset_":"gbk"}`},
		{"of the whole body", multipartB + "; charset=gbk", []string{part(gbkName, testGBK)}, `{"测试":"测试"}`},
		{"a part goes first", multipartB, []string{
			part(formData+`"_charset_"`, "gbk"), part(formData+`"a"`+"\nContent-Type: text/plain; charset=utf-8", "测"),
		}, `{"_charset_":"gbk","a":"测"}`},
		{"only mentioned", multipartB, []string{part(formData+`"a"`, "_charset_")}, `{"a":"_charset_"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := upload(c.parts...)
			req.ContentType = c.contentType
			got, _, err := ContextWithin(req, Limits{}, nil)
			if err != nil || got.Data.Text() != c.want {
				t.Errorf("got %s, %v, want %s", got.Data.Text(), err, c.want)
			}
		})
	}
	req := upload(part(formData+`"_charset_"`, "gbk"), part(formData+`"f"; filename="`+testGBK+`.txt"`, "x"))
	if _, files, err := ContextWithin(req, Limits{}, &memoryFiles{}); err != nil || files[0].Filename != "测试.txt" {
		t.Errorf("the name of a file: %v, %v", files, err)
	}
}
