package markdown_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/markdown"
)

const source = "# Deploy *failed*\n\nRun **12** of `make x<y` by ~~old~~ new & co:\n- one\n- two\n  1. inner\n\n> quoted\n> text\n\n[log](https://ci.example/1?a=1&b=2) https://bare.example\n\n```\nif a < b {}\n```\n"

func TestStyles(t *testing.T) {
	for name, test := range map[string]struct {
		style *markdown.Style
		want  string
	}{
		"plain": {markdown.Plain(), "Deploy failed\n\nRun 12 of make x<y by old new & co:\n\n• one\n• two\n  1. inner\n\nquoted\ntext\n\nlog (https://ci.example/1?a=1&b=2) https://bare.example\n\nif a < b {}"},
		"slack": {markdown.Slack(), "*Deploy _failed_*\n\nRun *12* of `make x&lt;y` by ~old~ new &amp; co:\n\n• one\n• two\n  1. inner\n\n> quoted\n> text\n\n<https://ci.example/1?a=1&amp;b=2|log> <https://bare.example|https://bare.example>\n\n```\nif a &lt; b {}\n```"},
		"telegram": {markdown.Telegram(), "<b>Deploy <i>failed</i></b>\n\nRun <b>12</b> of <code>make x&lt;y</code> by <s>old</s> new &amp; co:\n\n• one\n• two\n  1. inner\n\n<blockquote>quoted\ntext</blockquote>\n\n" +
			`<a href="https://ci.example/1?a=1&amp;b=2">log</a> <a href="https://bare.example">https://bare.example</a>` + "\n\n<pre>if a &lt; b {}</pre>"},
		"html": {markdown.HTML(), "<h1>Deploy <em>failed</em></h1>\n<p>Run <strong>12</strong> of <code>make x&lt;y</code> by <del>old</del> new &amp; co:</p>\n<ul><li>one</li>\n<li>two\n<ol><li>inner</li></ol></li></ul>\n<blockquote><p>quoted<br>\ntext</p></blockquote>\n" +
			`<p><a href="https://ci.example/1?a=1&amp;b=2">log</a> <a href="https://bare.example">https://bare.example</a></p>` + "\n<pre><code>if a &lt; b {}</code></pre>"},
		"common":     {markdown.Common(), "# Deploy *failed*\n\nRun **12** of `make x<y` by ~~old~~ new & co:\n\n- one\n- two\n  1. inner\n\n> quoted  \n> text\n\n[log](https://ci.example/1?a=1&b=2) <https://bare.example>\n\n```\nif a < b {}\n```"},
		"mattermost": {markdown.Mattermost(), "# Deploy *failed*\n\nRun **12** of `make x<y` by ~~old~~ new & co:\n\n- one\n- two\n  1. inner\n\n> quoted\n> text\n\n[log](https://ci.example/1?a=1&b=2) https://bare.example\n\n```\nif a < b {}\n```"},
		"discord":    {markdown.Discord(), "# Deploy *failed*\n\nRun **12** of `make x<y` by ~~old~~ new & co:\n\n- one\n- two\n  1. inner\n\n> quoted\n> text\n\n[log](https://ci.example/1?a=1&b=2) https://bare.example\n\n```\nif a < b {}\n```"},
		"teams":      {markdown.Teams(), "**Deploy _failed_**\n\nRun **12** of make x\\<y by old new & co:\n\n- one\n- two\n  1. inner\n\nquoted\n\ntext\n\n[log](https://ci.example/1?a=1&b=2) [https://bare.example](https://bare.example)\n\nif a \\< b \\{\\}"},
		"dingtalk":   {markdown.DingTalk(), "# Deploy *failed*\n\nRun **12** of make x\\<y by old new & co:\n\n- one\n- two\n  1. inner\n\n> quoted  \n> text\n\n[log](https://ci.example/1?a=1&b=2) [https://bare.example](https://bare.example)\n\nif a \\< b \\{\\}"},
		"wecom":      {markdown.WeCom(), "# Deploy failed\n\nRun **12** of `make x<y` by old new & co:\n\n- one\n- two\n  1. inner\n\n> quoted\n> text\n\n[log](https://ci.example/1?a=1&b=2) [https://bare.example](https://bare.example)\n\nif a <\u200b b {}"},
		"feishu":     {markdown.Feishu(), "**Deploy *failed***\n\nRun **12** of make x&#60;y by ~~old~~ new &amp; co:\n\n- one\n- two\n  1. inner\n\nquoted\ntext\n\n[log](https://ci.example/1?a=1&b=2) [https://bare.example](https://bare.example)\n\n```\nif a < b {}\n```"},
	} {
		if got := test.style.Render(source); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

func TestNothingUnsafeBecomesALink(t *testing.T) {
	for _, text := range []string{
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,y)", "[x](vbscript:y)", "[x](/relative)", "![x](javascript:alert(1))", "[x](java&#115;cript:alert(1))",
	} {
		if got := markdown.HTML().Render(text); got != "<p>x</p>" {
			t.Errorf("%s became %s", text, got)
		}
	}
	if got := markdown.HTML().Render("[x](" + markdown.Escape("https://a.example/b?c=1&d=2") + "/e)"); got != `<p><a href="https://a.example/b?c=1&amp;d=2/e">x</a></p>` {
		t.Error("an escaped address: ", got)
	}
	if got := markdown.HTML().Render(`[x](java\script\:alert)`); got != "<p>x</p>" {
		t.Error(got)
	}
	if got := markdown.HTML().Render("<script>alert(1)</script>\n\na <b onclick=x>b</b>"); got != "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>" {
		t.Error(got)
	}
	if got := markdown.HTML().Render(`[x](https://a.example/"onclick="y)`); got != `<p><a href="https://a.example/&#34;onclick=&#34;y">x</a></p>` {
		t.Error(got)
	}
}

// TestEscapedTextIsLiteral puts any text between two words: it comes out as it went in.
func TestEscapedTextIsLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.StringMatching("[ -~äß☃]{0,40}").Draw(t, "data")
		got := markdown.Plain().Render("a " + markdown.Escape("x"+data+"x") + " b")
		if want := "a x" + data + "x b"; got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

// TestEscapedTextStaysLiteralInMarkdown renders data for services that know Markdown, and renders what they get once
// more, as they do: it is the data again.
func TestEscapedTextStaysLiteralInMarkdown(t *testing.T) {
	for name, style := range map[string]*markdown.Style{"common": markdown.Common(), "mattermost": markdown.Mattermost(), "discord": markdown.Discord()} {
		rapid.Check(t, func(t *rapid.T) {
			data := rapid.StringMatching("[ -;=-~äß☃]{0,40}").Draw(t, "data") // without <, which begins autolinks
			sent := style.Render("a " + markdown.Escape("x"+data+"x") + " b")
			if got := strings.ReplaceAll(markdown.Plain().Render(sent), "\u200b", ""); got != "a x"+data+"x b" {
				t.Fatalf("%s: %q became %q, which shows as %q", name, data, sent, got)
			}
		})
	}
}

func TestDataCannotMention(t *testing.T) {
	for name, style := range map[string]*markdown.Style{"telegram": markdown.Telegram(), "mattermost": markdown.Mattermost(), "discord": markdown.Discord()} {
		for _, data := range []string{"@all", `\@all`, `\\@all`, "a @all b@all", "*@all*"} {
			if got := style.Render("by " + markdown.Escape(data)); strings.Contains(got, "@all") {
				t.Errorf("%s: %s became %q", name, data, got)
			}
		}
		if got := style.Render("by @ann"); !strings.Contains(got, "@ann") {
			t.Errorf("%s: a mention that the author wrote became %q", name, got)
		}
	}
	for _, data := range []string{"<@ann>", "[x](https://e.example)", "<font color=\"info\">x</font>"} {
		if got := markdown.WeCom().Render(markdown.Escape(data)); strings.Contains(got, "<@") || strings.Contains(got, "](") || strings.Contains(got, "<f") {
			t.Errorf("%s became %q", data, got)
		}
	}
	if got := markdown.Feishu().Render(markdown.Escape("<at id=all></at>")); strings.Contains(got, "<") {
		t.Error(got)
	}
}
