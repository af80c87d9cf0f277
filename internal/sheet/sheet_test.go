package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func people() collection.Collection {
	return collection.Collection{Name: "people", Fields: []collection.Field{
		{Name: "name", Type: collection.String},
		{Name: "age", Type: collection.Integer},
		{Name: "vip", Type: collection.Boolean},
		{Name: "more", Type: collection.JSON},
		{Name: "Größe", Type: collection.Number},
	}}
}

// read reads a whole file and returns one line per row, with "!" before the error of a row.
func read(text string, f Format, ignore ...string) (string, error) {
	delimiter := byte(',')
	if strings.Contains(text, ";") {
		delimiter = ';'
	}
	c, err := NewSplitter(strings.NewReader(text), f, delimiter)
	if err != nil {
		return "", err
	}
	r, err := NewReader(c, people(), ignore)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		if row.Broken != nil {
			b.WriteString("!" + row.Broken.Field + ": " + row.Broken.Message + "\n")
		} else {
			b.WriteString(row.Values.Text() + "\n")
		}
	}
}

func TestFilesAreReadRowByRow(t *testing.T) {
	cases := []struct {
		name   string
		format Format
		text   string
		want   string
		err    string
		ignore []string
	}{
		{name: "plain", format: CSV, text: "name,age\nAda,36\r\nBob,\n", want: `{"name":"Ada","age":"36"}` + "\n" + `{"name":"Bob","age":null}` + "\n"},
		{name: "no line end at the end", format: CSV, text: "name\nAda", want: `{"name":"Ada"}` + "\n"},
		{name: "byte order mark", format: CSV, text: "\xef\xbb\xbfname\nAda\n", want: `{"name":"Ada"}` + "\n"},
		{name: "byte order mark before a quote", format: CSV, text: "\xef\xbb\xbf\"name\"\nAda\n", want: `{"name":"Ada"}` + "\n"},
		{name: "another delimiter", format: CSV, text: "name;age\n\"A;b\";1\n", want: `{"name":"A;b","age":"1"}` + "\n"},
		{name: "quotes, delimiters and line ends within", format: CSV, text: "name,age\n\"a\"\"b,\r\nc\",7\n", want: `{"name":"a\"b,\r\nc","age":"7"}` + "\n"},
		{name: "null and empty", format: CSV, text: "name,age,more\n,,\n\"\",\"\",\"\"\n", want: `{"name":null,"age":null,"more":null}` + "\n" + `{"name":"","age":null,"more":null}` + "\n"},
		{name: "blanks", format: CSV, text: " name , age\n  a , 7 \n", want: `{"name":"  a ","age":"7"}` + "\n"},
		{name: "exact numbers", format: CSV, text: "name,age,Größe\n007,9007199254740993,1.10\n", want: `{"name":"007","age":"9007199254740993","Größe":"1.10"}` + "\n"},
		{name: "booleans of spreadsheets", format: CSV, text: "vip\nTRUE\nfalse\n", want: `{"vip":"true"}` + "\n" + `{"vip":"false"}` + "\n"},
		{name: "json", format: CSV, text: "name,more\nx,\"{\"\"a\"\": 1.0}\"\ny,\"\"\"text\"\"\"\nz,text\n", want: `{"name":"x","more":{"a": 1.0}}` + "\n" + `{"name":"y","more":"text"}` + "\n" +
			`!more: more must be JSON in a CSV file (a text with its double quotes), not "text"` + "\n"},
		{name: "empty lines", format: CSV, text: "name,age\n\n\nAda,1\n\n", want: `{"name":"Ada","age":"1"}` + "\n"},
		{name: "empty lines of a single column", format: CSV, text: "name\n\nAda\n", want: `{"name":null}` + "\n" + `{"name":"Ada"}` + "\n"},
		{name: "too few and too many cells", format: CSV, text: "name,age\na\na,1,2\nb,3\n", want: "!: the row has 1 cell, the header 2\n!: the row has 3 cells, the header 2\n" + `{"name":"b","age":"3"}` + "\n"},
		{name: "a bare quote ends only its row", format: CSV, text: "name,age\n5\" pipe,1\nb,2\n", want: "!: column 1: an unquoted cell contains a quote: put the whole cell in quotes and double the quotes inside it\n" + `{"name":"b","age":"2"}` + "\n"},
		{name: "text behind a quote", format: CSV, text: "name,age\n\"a\"b,1\nb,2\n", want: "!: column 1: there is something behind the closing quote: double the quotes within a cell\n" + `{"name":"b","age":"2"}` + "\n"},
		{name: "a quote without end", format: CSV, text: "name,age\nb,2\n\"a,1\n", want: `{"name":"b","age":"2"}` + "\n", err: "line 3 has a quote that is not closed"},
		{name: "Latin-1", format: CSV, text: "name\nJ\xfcrgen\nJürgen\n", want: "!: the row is not UTF-8: save the file as UTF-8\n" + `{"name":"Jürgen"}` + "\n"},
		{name: "UTF-16", format: CSV, text: "\xff\xfen\x00", err: "UTF-16"},
		{name: "nothing", format: CSV, text: "", err: "the file is empty"},
		{name: "an unknown column", format: CSV, text: "name,agee\n", err: `column 2, "agee", is no field of people; did you mean age?`},
		{name: "a column twice", format: CSV, text: "name,name\n", err: `names "name" twice`},
		{name: "a system field", format: CSV, text: "id,name\n", err: `"id", is set by the store`},
		{name: "a system field passed over", format: CSV, text: "id,name\n1,a\n", ignore: []string{"id"}, want: `{"name":"a"}` + "\n"},
		{name: "a header of SQL", format: CSV, text: "name,\"age) VALUES (1) DROP TABLE c_people --\"\n", err: "is no field of people"},

		{name: "lines", format: Lines, text: "{\"name\": \"a\",\"age\":1.0}\r\n\n  {\"x\":1}  \n", want: `{"name": "a","age":1.0}` + "\n" + `{"x":1}` + "\n"},
		{name: "a line that is no object", format: Lines, text: "[1]\n{\"a\":}\n{}", want: "!: the row must be an object by field name, not array\n!: the row is not valid JSON at byte 5: a value was expected\n{}\n"},
		{name: "no line", format: Lines, text: "", want: ""},
		{name: "members passed over", format: Lines, text: `{"id":1,"name":"a"}`, ignore: []string{"id"}, want: `{"name":"a"}` + "\n"},

		{name: "an array", format: Array, text: " [ {\"name\":\"],}\\\"\"} ,\n{\"age\":[1,{}]}]\n", want: `{"name":"],}\""}` + "\n" + `{"age":[1,{}]}` + "\n"},
		{name: "an empty array", format: Array, text: "[ ]", want: ""},
		{name: "an element that is no JSON", format: Array, text: "[{a:1},}]", want: "!: the row is not valid JSON at byte 1: a key in double quotes was expected\n!: the row is not valid JSON at byte 0: a value was expected\n"},
		{name: "no array", format: Array, text: "{}", err: "must be one JSON array"},
		{name: "an array that breaks off", format: Array, text: "[{},", want: "{}\n", err: "ends before its JSON array does"},
		{name: "a comma too many", format: Array, text: "[{},\n]", want: "{}\n", err: "there is a comma before the end"},
		{name: "something behind it", format: Array, text: "[{}]\n{}", want: "{}\n", err: "behind the end of the array, in line 2"},
		{name: "no file", format: Array, text: "", err: "ends before"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(c.text, c.format, c.ignore...)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(fault.Message(err), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

func TestRowsKnowWhereTheyStand(t *testing.T) {
	c, err := NewSplitter(strings.NewReader("name,age\na,1\n\n\"b\nb\",2\nc,3\n"), CSV, ',')
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []RowText{{Row: 1, Line: 2}, {Row: 2, Line: 4}, {Row: 3, Line: 6}} {
		got, err := c.Next()
		if err != nil || got.Row != want.Row || got.Line != want.Line {
			t.Errorf("row %d in line %d, want %d in %d (%v)", got.Row, got.Line, want.Row, want.Line, err)
		}
	}
}

func TestARowIsBounded(t *testing.T) {
	long := strings.Repeat("x", MaxRow)
	for f, text := range map[Format]string{CSV: "name\n\"" + long, Lines: `{"a":"` + long, Array: `[{"a":"` + long} {
		if _, err := read(text, f); !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestFilesAreWritten(t *testing.T) {
	records := []value.Value{
		value.Trusted(`{"id":1,"name":"a \"b\"","age":9007199254740993,"vip":true,"more":"=1","Größe":1.10}`),
		value.Trusted(`{"id":2,"name":"","age":null,"vip":false,"more":{"a":[1,
2]},"Größe":-1}`),
		value.Trusted(`{"id":3,"name":"=cmd|'/c calc'!A1","age":-7,"vip":null,"more":null,"Größe":1e400}`),
		value.Trusted(`{"id":4,"name":" x,y\n","age":null}`),
	}
	columns := []string{"id", "name", "age", "vip", "more", "Größe"}
	write := func(f Format, o Options) string {
		var b strings.Builder
		w := NewWriter(&b, f, people(), columns, o)
		for _, r := range records {
			if err := w.Record(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	cases := []struct {
		format Format
		opt    Options
		want   string
	}{
		{CSV, Options{}, "id,name,age,vip,more,Größe\r\n" + `1,"a ""b""",9007199254740993,true,"""=1""",1.10` + "\r\n" + `2,"",,false,"{""a"":[1,` + "\n" + `2]}",-1` + "\r\n" +
			`3,=cmd|'/c calc'!A1,-7,,,1e400` + "\r\n4,\" x,y\n\",,,,\r\n"},
		{CSV, Options{Delimiter: ';', BOM: true, Guard: true}, "\xef\xbb\xbfid;name;age;vip;more;Größe\r\n" + `1;"a ""b""";9007199254740993;true;"""=1""";1.10` + "\r\n" + `2;"";;false;"{""a"":[1,` + "\n" + `2]}";-1` + "\r\n" +
			`3;'=cmd|'/c calc'!A1;-7;;;1e400` + "\r\n4;\" x,y\n\";;;;\r\n"},
		{Lines, Options{}, records[0].Text() + "\n" + `{"id":2,"name":"","age":null,"vip":false,"more":{"a":[1, 2]},"Größe":-1}` + "\n" + records[2].Text() + "\n" + records[3].Text() + "\n"},
		{Array, Options{}, "[\n" + records[0].Text() + ",\n" + `{"id":2,"name":"","age":null,"vip":false,"more":{"a":[1, 2]},"Größe":-1}` + ",\n" + records[2].Text() + ",\n" + records[3].Text() + "\n]\n"},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, write(c.format, c.opt)); diff != "" {
			t.Errorf("%s: %s", c.format, diff)
		}
	}
}

// TestWhatIsWrittenIsRead checks that texts, nulls and empty strings survive a file of each format.
func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"name", "age", "more"}[:rapid.IntRange(1, 3).Draw(t, "columns")]
		var records []value.Value
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			var b value.ObjectBuilder
			for _, name := range names {
				v := value.Null()
				if rapid.Bool().Draw(t, "given") {
					text := rapid.StringOf(rapid.SampledFrom([]rune("a\",;\r\n é='"))).Draw(t, "text")
					if v = value.String(text); name == "age" {
						v = value.Int(int64(len(text)))
					}
				}
				b.Set(name, v)
			}
			records = append(records, b.Value())
		}
		format := Format(rapid.SampledFrom(Formats()).Draw(t, "format"))
		delimiter := rapid.SampledFrom([]byte(",;\t|")).Draw(t, "delimiter")
		var file strings.Builder
		w := NewWriter(&file, format, people(), names, Options{Delimiter: delimiter, BOM: format == CSV})
		for _, r := range records {
			_ = w.Record(r)
		}
		_ = w.Close()
		c, err := NewSplitter(strings.NewReader(file.String()), format, delimiter)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(c, people(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range records {
			row, err := r.Next()
			if err != nil || row.Broken != nil || row.N != int64(i+1) {
				t.Fatalf("row %d: %v %+v\n%q", i+1, err, row, file.String())
			}
			for name, w := range want.Members() {
				got := row.Values.Get(name)
				if text, ok := w.Num(); ok && format == CSV {
					w = value.String(text)
				}
				if !value.Equal(got, w) {
					t.Fatalf("%s is %s, want %s\n%q", name, got, w, file.String())
				}
			}
		}
		if row, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("one more row: %+v %v\n%q", row, err, file.String())
		}
	})
}

// FuzzCSV checks that no input breaks the reader, and that it agrees with encoding/csv on every file that
// encoding/csv accepts.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\"\",\r\n\"\n\"\n", "a;b\n\";\";1", "a\n\nb", "a,\"b\"c\n", "\xef\xbb\xbfa\n\"", "a\r\n\"x\r\ny\"\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := NewSplitter(strings.NewReader(text), CSV, ',')
		if err != nil {
			return
		}
		var rows [][]string
		strict := true
		add := func(raw []byte) {
			cells, err := splitCells(nil, raw, ',')
			row := make([]string, len(cells))
			for i, cell := range cells {
				row[i] = cell.Text
			}
			rows = append(rows, row)
			strict = strict && err == nil
		}
		add(c.header)
		for {
			raw, err := c.Next()
			if err != nil {
				strict = strict && errors.Is(err, io.EOF)
				break
			}
			if !c.single || len(raw.Bytes) > 0 {
				add(raw.Bytes)
			}
		}
		if !strict || !utf8.ValidString(text) || strings.Contains(text, "\r") { // encoding/csv turns a quoted \r\n into \n
			return
		}
		other := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\xef\xbb\xbf")))
		other.FieldsPerRecord = -1
		want, err := other.ReadAll()
		if err != nil {
			t.Fatalf("encoding/csv refuses it: %v", err)
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzArray checks that the elements of every JSON array are separated correctly.
func FuzzArray(f *testing.F) {
	for _, s := range []string{`[]`, `[{"a":"]"},[1,[2]],"\"",3]`, "[ 1 ,\n2 ]", `[{}`, `[,]`, `[}]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got []string
		c, err := NewSplitter(strings.NewReader(text), Array, 0)
		if err != nil {
			return
		}
		for err == nil {
			var raw RowText
			if raw, err = c.Next(); err == nil {
				got = append(got, strings.TrimSpace(string(raw.Bytes)))
			}
		}
		whole, bad := value.Parse(strings.TrimPrefix(text, "\xef\xbb\xbf"), value.Limits{})
		if bad != nil || whole.Kind() != value.KindArray {
			return
		}
		var want []string
		for v := range whole.Elements() {
			want = append(want, v.Text())
		}
		if diff := cmp.Diff(want, got); diff != "" || !errors.Is(err, io.EOF) {
			t.Fatal(err, diff)
		}
	})
}
