package body

import (
	"strconv"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
)

func TestFormsNestAsInQs(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", `{}`},
		{"only separators", "&&&", `{}`},
		{"one", "a=1", `{"a":"1"}`},
		{"no equals sign", "a", `{"a":""}`},
		{"no value", "a=", `{"a":""}`},
		{"no name", "=1&a=2", `{"":"1","a":"2"}`},
		{"equals sign in the value", "a=b=c", `{"a":"b=c"}`},
		{"repeated", "a=1&b=2&a=3", `{"a":["1","3"],"b":"2"}`},
		{"plus and escapes", "a+b=c%20d%2Be%26", `{"a b":"c d+e&"}`},
		{"a percent sign of its own", "a=100%&b=%zz&c=%4", `{"a":"100%","b":"%zz","c":"%4"}`},
		{"other scripts", "%E6%B5%8B=%EC%9D%B4", `{"测":"이"}`},
		{"object", "a[b]=1&a[c]=2", `{"a":{"b":"1","c":"2"}}`},
		{"escaped brackets", "a%5Bb%5d=1", `{"a":{"b":"1"}}`},
		{"deep", "a[b][c][d]=1&a[b][c][e]=2", `{"a":{"b":{"c":{"d":"1","e":"2"}}}}`},
		{"array", "a[]=1&a[]=2", `{"a":["1","2"]}`},
		{"array of one", "a[]=1", `{"a":["1"]}`},
		{"indexes order", "a[1]=c&a[0]=b", `{"a":["b","c"]}`},
		{"gaps close", "a[10]=1&a[2]=2", `{"a":["2","1"]}`},
		{"objects in an array", "a[0][b]=1&a[0][c]=2&a[1][b]=3", `{"a":[{"b":"1","c":"2"},{"b":"3"}]}`},
		{"array in an object", "a[b][]=1&a[b][]=2", `{"a":{"b":["1","2"]}}`},
		{"an object grows in empty brackets", "a[][b]=1&a[][c]=2", `{"a":[{"b":"1","c":"2"}]}`},
		{"a dot after a bracket", "a[0].b=1&a[0].c.d=2", `{"a":[{"b":"1","c":{"d":"2"}}]}`},
		{"a bare dot", "a.b=1", `{"a.b":"1"}`},
		{"a bare dot before a bracket", "a.b[c]=1", `{"a.b":{"c":"1"}}`},
		{"a huge index is a name", "a[999999999]=1", `{"a":{"999999999":"1"}}`},
		{"the largest index", "a[999]=1", `{"a":["1"]}`},
		{"the first that is a name", "a[1000]=1", `{"a":{"1000":"1"}}`},
		{"an odd index is a name", "a[01]=1&a[+1]=2&a[-1]=3", `{"a":{"01":"1"," 1":"2","-1":"3"}}`},
		{"an array that meets a name", "a[0]=x&a[b]=y", `{"a":{"0":"x","b":"y"}}`},
		{"pushed values that meet a name", "a[]=b&a[t]=u", `{"a":{"0":"b","t":"u"}}`},
		{"an object that meets an index", "a[b]=y&a[0]=x", `{"a":{"b":"y","0":"x"}}`},
		{"a value that meets an object", "a[b]=1&a=2", `{"a":{"b":"1","2":true}}`},
		{"an object that meets a value", "a=1&a[b]=2", `{"a":["1",{"b":"2"}]}`},
		{"a value and an array", "a=1&a[]=2&a[0]=3", `{"a":["1","2","3"]}`},
		{"an array and a value", "a[]=1&a=2", `{"a":["1","2"]}`},
		{"a repeated index", "a[0]=b&a[0]=c", `{"a":[["b","c"]]}`},
		{"brackets first", "[a]=1&[b][c]=2", `{"a":"1","b":{"c":"2"}}`},
		{"empty brackets first", "[]=a&[]=b", `{"0":"a","1":"b"}`},
		{"equals sign within brackets", "a[b=c]=d", `{"a":{"b=c":"d"}}`},
		{"brackets in the value", "a=b[c]=d", `{"a":"b[c]=d"}`},
		{"an open bracket", "a[b=1", `{"a[b":"1"}`},
		{"a closing bracket", "a]b=1", `{"a]b":"1"}`},
		{"text behind a bracket", "a[b]c=1", `{"a[b]c":"1"}`},
		{"nested brackets", "a[b[c]]=1", `{"a[b[c]]":"1"}`},
		{"names of JavaScript's own", "__proto__[x]=1&a[constructor]=2&toString=3", `{"__proto__":{"x":"1"},"a":{"constructor":"2"},"toString":"3"}`},
		{"what JSON escapes", `a="\&b=%00%0a`, `{"a":"\"\\","b":"\u0000\n"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Query(c.in, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Text() != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.in, got.Text(), c.want)
			}
		})
	}
}

func TestFormLimits(t *testing.T) {
	many := strings.Repeat("a=1&", DefaultFields)
	if _, err := Query(many, Limits{}); err != nil {
		t.Errorf("%d fields: %v", DefaultFields, err)
	}
	deep := "a" + strings.Repeat("[b]", DefaultFieldDepth-1)
	if _, err := Query(deep, Limits{}); err != nil {
		t.Errorf("%d levels: %v", DefaultFieldDepth, err)
	}
	for _, c := range []struct {
		name, in, says string
		kind           fault.Kind
	}{
		{"too many", many + "a=1", "query: it has more than 10000 fields", fault.TooLarge},
		{"too deep", deep + "[b]=1", "nests deeper than 16 levels", fault.Invalid},
		{"not UTF-8", "name=%FF", `query: the field "name" is not UTF-8`, fault.Invalid},
		{"a name that is not UTF-8", "%FF=1", "is not UTF-8", fault.Invalid},
	} {
		_, err := Query(c.in, Limits{})
		if !fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%s: got %v, want kind %v saying %q", c.name, err, c.kind, c.says)
		}
	}
}

func TestManyNamesStayInOrder(t *testing.T) {
	var in, want strings.Builder
	for i := range 1000 {
		n := strconv.Itoa(i)
		in.WriteString("k" + n + "=" + n + "&o[k" + n + "]=" + n + "&")
		if i > 0 {
			want.WriteByte(',')
		}
		want.WriteString(`"k` + n + `":"` + n + `"`)
	}
	got, err := Query(in.String(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if o := got.Get("o").Text(); o != "{"+want.String()+"}" {
		t.Errorf("object of 1000 members: %.200s", o)
	}
	if got.Len() != 1001 || got.Get("k999").Text() != `"999"` {
		t.Errorf("form of 1001 members has %d", got.Len())
	}
}
