package vm

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestHMACVectors uses the vectors of RFC 4231 section 4 and, for MD5 and SHA-1, RFC 2202.
func TestHMACVectors(t *testing.T) {
	m := start(t)
	for _, v := range []struct{ key, data, alg, want string }{
		{strings.Repeat("0b", 20), "4869205468657265", "sha256", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{strings.Repeat("0b", 20), "4869205468657265", "sha384", "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
		{strings.Repeat("0b", 20), "4869205468657265", "sha512", "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
		{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "sha512", "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
		{strings.Repeat("aa", 20), strings.Repeat("dd", 50), "sha256", "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
		{"0102030405060708090a0b0c0d0e0f10111213141516171819", strings.Repeat("cd", 50), "sha256", "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
		{strings.Repeat("aa", 131), "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374", "sha256", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
		{strings.Repeat("0b", 16), "4869205468657265", "md5", "9294727a3638bb1c13f48ef8158bfc9d"},
		{strings.Repeat("0b", 20), "4869205468657265", "sha1", "b617318655057264e28bc0b6fb378c8ef146be00"},
	} {
		source := `const { Buffer } = require('buffer'); const crypto = require('crypto');
const key = Buffer.from('` + v.key + `', 'hex'), data = Buffer.from('` + v.data + `', 'hex');
const whole = crypto.createHmac('` + v.alg + `', key).update(data).digest('hex');
const parts = crypto.createHmac('` + strings.ToUpper(v.alg) + `', key);
for (const b of data) parts.update(new Uint8Array([b]));
const mixed = crypto.createHmac('` + v.alg + `', key).update(data.toString('latin1').slice(0, 3), 'latin1').update('').update(data.subarray(3)).digest().toString('hex');
return [whole, parts.digest('hex'), mixed]`
		want := `["` + v.want + `","` + v.want + `","` + v.want + `"]`
		if got, err := m.Run(input(source)); err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", v.alg, got, err, want)
		}
	}
}

func TestModules(t *testing.T) {
	m := start(t)
	for _, c := range []struct{ prelude, expression, want string }{
		// crypto
		{"crypto", `crypto.createHash('sha256').update('abc').digest('hex')`, `"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`},
		{"crypto", `crypto.createHash('sha256').update('abc').digest('base64')`, `"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="`},
		{"crypto", `crypto.createHash('sha256').update('abc').digest('base64url')`, `"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"`},
		{"crypto", `crypto.createHash('sha256').update('abc').digest().length`, `32`},
		{"crypto", `crypto.createHash('md5').update('ö').digest('hex')`, `"a172480f4e21d0a124bac19c89569c59"`},
		{"crypto", `crypto.createHash('md5').update('ö', 'latin1').digest('hex')`, `"44f2c50b838f92970d2c11e2fa98bc7d"`},
		{"crypto", `crypto.createHash('sha1').update('61', 'hex').digest('hex')`, `"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"`},
		{"crypto", `crypto.createHmac('sha256', '').update('').digest('hex')`, `"b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"`},
		{"crypto", `crypto.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2]))`, `true`},
		{"crypto", `crypto.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 3]))`, `false`},
		{"crypto", `crypto.timingSafeEqual(new Uint8Array([0, 1, 2]).subarray(1), new Uint8Array([1, 2, 3]).subarray(0, 2))`, `true`},
		{"crypto", `/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())`, `true`},
		{"crypto", `crypto.randomBytes(8).length + crypto.randomBytes(0).length`, `8`},
		{"crypto", `crypto.randomBytes(4).toString('hex') !== crypto.randomBytes(4).toString('hex')`, `true`},

		// Buffer
		{"Buffer", `Buffer.from('héllo€😀').toString('hex')`, `"68c3a96c6c6fe282acf09f9880"`},
		{"Buffer", `Buffer.from('68c3a9zz', 'hex').toString()`, `"hé"`},
		{"Buffer", `Buffer.from('aGk_-w==', 'base64').toString('hex')`, `"68693ffb"`},
		{"Buffer", `Buffer.from(' a G k = ignored', 'base64').toString()`, `"hi"`},
		{"Buffer", `Buffer.from('hi').toString('base64') + Buffer.from([255, 254]).toString('base64url')`, `"aGk=__4"`},
		{"Buffer", `Buffer.from('é', 'latin1').toString('hex') + Buffer.from([233]).toString('latin1')`, `"e9é"`},
		{"Buffer", `Buffer.from('hé', 'utf16le').toString('hex') + Buffer.from([104, 0, 233, 0]).toString('ucs2')`, `"6800e900hé"`},
		{"Buffer", `Buffer.from([193]).toString('ascii')`, `"A"`},
		{"Buffer", `Buffer.from([0xff, 0x41]).toString()`, `"�A"`},
		{"Buffer", `Buffer.from('\ud800x').toString('hex')`, `"efbfbd78"`},
		{"Buffer", `Buffer.concat([Buffer.from('a'), new Uint8Array([98]), Buffer.from('c')]).toString()`, `"abc"`},
		{"Buffer", `Buffer.concat([Buffer.from('abc')], 2).toString() + Buffer.concat([Buffer.from('a')], 2).length`, `"ab2"`},
		{"Buffer", `Buffer.from('abc')`, `{"type":"Buffer","data":[97,98,99]}`},
		{"Buffer", `Buffer.from(JSON.parse(JSON.stringify(Buffer.from('abc')))).toString()`, `"abc"`},
		{"Buffer", `Buffer.byteLength('é€') + Buffer.byteLength('6869', 'hex') + Buffer.byteLength(new ArrayBuffer(3))`, `10`},
		{"Buffer", `[Buffer.isBuffer(Buffer.alloc(1)), Buffer.isBuffer(new Uint8Array(1)), Buffer.isEncoding('UTF-8'), Buffer.isEncoding('x')]`, `[true,false,true,false]`},
		{"Buffer", `[Buffer.compare(Buffer.from('a'), Buffer.from('b')), Buffer.from('ab').compare(Buffer.from('a')), Buffer.from('a').equals(new Uint8Array([97]))]`, `[-1,1,true]`},
		{"Buffer", `Buffer.alloc(5, 'ab').toString() + Buffer.alloc(2, 1).toString('hex') + Buffer.alloc(3).fill('').toString('hex')`, `"ababa0101000000"`},
		{"Buffer", `(() => { const b = Buffer.from('abc'); b.slice(1)[0] = 120; return b.toString() })()`, `"axc"`},
		{"Buffer", `(() => { const b = Buffer.alloc(5); return [b.write('hello', 1), b.toString('latin1'), b.write('ff', 'hex'), b[0]] })()`, `[4,"\u0000hell",1,255]`},
		{"Buffer", `(() => { const b = Buffer.alloc(3); return [Buffer.from('abcd').copy(b, 1, 1), b.toString('hex')] })()`, `[2,"006263"]`},
		{"Buffer", `[Buffer.from('hello').indexOf('l'), Buffer.from('hello').indexOf('lo', -2), Buffer.from('hello').indexOf(111), Buffer.from('hello').includes('x')]`, `[2,3,4,false]`},
		{"Buffer", `(() => { const b = Buffer.alloc(8); b.writeUInt32BE(0x01020304); b.writeInt16LE(-2, 4); return [b.toString('hex'), b.readUint16BE(0), b.readInt16LE(4), b.readBigUInt64BE(0)] })()`, `["01020304feff0000",258,-2,72623863984226304]`},
		{"Buffer", `[...Buffer.from('ab').entries()].join() + Buffer.from('abc').map((b) => b + 1).toString()`, `"0,97,1,98bcd"`},
		{"Buffer", `btoa('hé') + atob('aGk=')`, `"aOk=hi"`},

		// URL
		{"URL", `new URL('https://User:Pa%20ss@EXAMPLE.com:8443/a/./b/../c d?x=1&y=é#frag ment').href`, `"https://User:Pa%20ss@example.com:8443/a/c%20d?x=1&y=%C3%A9#frag%20ment"`},
		{"URL", `(({origin, protocol, username, password, host, hostname, port, pathname, search, hash}) => [origin, protocol, username, password, host, hostname, port, pathname, search, hash])(new URL('http://u:p@h.example:81/p?q#f'))`,
			`["http://h.example:81","http:","u","p","h.example:81","h.example","81","/p","?q","#f"]`},
		{"URL", `new URL('https://example.com:443').href`, `"https://example.com/"`},
		{"URL", `new URL('HTTP:\\\\example.com\\a\\b').href`, `"http://example.com/a/b"`},
		{"URL", `['/x', 'x', '../x', '?q', '#f', '//o.example/p', 'http://other.example', '', './', 'a/../../b'].map((r) => new URL(r, 'https://h.example/a/b/c?z#y').href)`,
			`["https://h.example/x","https://h.example/a/b/x","https://h.example/a/x","https://h.example/a/b/c?q","https://h.example/a/b/c?z#f","https://o.example/p","http://other.example/","https://h.example/a/b/c?z","https://h.example/a/b/","https://h.example/a/b"]`},
		{"URL", `['mailto:a@b.example', 'data:text/plain,x y', 'urn:isbn:1', 'foo://h/p/../q?x', 'file:///a/../b', 'file://localhost/x'].map((u) => new URL(u).href)`,
			`["mailto:a@b.example","data:text/plain,x y","urn:isbn:1","foo://h/q?x","file:///b","file:///x"]`},
		{"URL", `['', 'x', '/x', 'http://', 'http://a b/', 'http://h:99999/', 'http://h:x/', 'http://[::1', 'http://u@/', '//h/p', 'http://münchen.example/'].map((u) => URL.canParse(u))`, `[false,false,false,false,false,false,false,false,false,false,false]`},
		{"URL", `new URL('http://[2001:DB8::1]:8080/').host`, `"[2001:db8::1]:8080"`},
		{"URL", `(() => { const u = new URL('http://h/p?a=1'); u.searchParams.append('b', 'x y&z'); u.hash = 'f'; u.port = '8080'; u.pathname = '/é'; u.protocol = 'https'; return u + '' })()`, `"https://h:8080/%C3%A9?a=1&b=x+y%26z#f"`},
		{"URL", `(() => { const u = new URL('http://h/p?a=1'); u.search = '?c=3'; u.host = 'o.example:1'; return [u.href, u.searchParams.get('c'), JSON.stringify({u})] })()`, `["http://o.example:1/p?c=3","3","{\"u\":\"http://o.example:1/p?c=3\"}"]`},
		{"URL", `[...new URLSearchParams('?a=1&a=2&b=%20+%zz&c&=d')]`, `[["a","1"],["a","2"],["b","  %zz"],["c",""],["","d"]]`},
		{"URL", `(() => { const p = new URLSearchParams({b: '2', a: 'é~!*'}); p.sort(); p.set('b', 3); p.append('b', 4); p.delete('x'); return [p + '', p.getAll('b'), p.has('a'), p.get('z'), p.size, [...p.keys()]] })()`, `["a=%C3%A9%7E%21*&b=3&b=4",["3","4"],true,null,3,["a","b","b"]]`},
		{"URL", `new URLSearchParams([['a', 'b'], ['c', 'd']]).toString()`, `"a=b&c=d"`},
	} {
		source := "const crypto = require('crypto'); const { Buffer, atob, btoa } = require('buffer'); const { URL, URLSearchParams } = require('node:url'); return " + c.expression
		if got, err := m.Run(input(source)); err != nil || got != c.want {
			t.Errorf("%s\n got %s, %v\nwant %s", c.expression, got, err, c.want)
		}
	}
}

// TestBytesSurviveEveryEncoding writes bytes in each encoding that can represent all of them, and reads them
// back.
func TestBytesSurviveEveryEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		for _, encoding := range []string{"hex", "base64", "base64url", "latin1"} {
			s, _ := encode(b, encoding)
			if got, ok := decode(s, encoding); !ok || string(got) != string(b) {
				t.Fatalf("%s: %x became %q became %x", encoding, b, s, got)
			}
		}
	})
}
