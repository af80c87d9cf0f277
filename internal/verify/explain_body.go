package verify

import (
	"context"
	"strings"
)

// bodyVariants tries the forms that the body may have had when it was signed.
func (x *explainer) bodyVariants(ctx context.Context) {
	if len(x.call.Body) == 0 || len(x.call.Body) > maxVariedBody {
		return
	}
	for _, w := range bodyVariants(x.call.Body) {
		if !x.fits(ctx, w.body) {
			continue
		}
		x.say("body-changed", "The signature fits the body %s: something between the sender and Hookline (a proxy, a gateway, a framework) changed it on the way. "+
			"Let it pass the body on byte for byte.", w.what)
		return
	}
}

// fits reports whether a signature in the call fits another body.
func (x *explainer) fits(ctx context.Context, body []byte) bool {
	if len(x.v.public) > 0 {
		call := x.call
		call.Body = body
		if x.tries++; x.tries > maxTries/10 { // a public-key operation is much more expensive than a digest
			return false
		}
		reason := x.v.Verify(ctx, call).Reason
		return reason == OK || reason == Stale || reason == Future
	}
	for _, s := range x.v.secrets {
		a := x.configured(s)
		a.body = body
		if _, ok := x.try(a); ok {
			return true
		}
	}
	return false
}

// urlVariants tries the URLs that the sender may have signed.
func (x *explainer) urlVariants() {
	if !x.v.signed.has(partURL) {
		return
	}
	for _, u := range urlVariants(x.call.URL) {
		for _, s := range x.v.secrets {
			a := x.configured(s)
			a.url = u.url
			if _, ok := x.try(a); ok {
				x.say("url", "The signature fits the URL %s. Set signature.url to what is entered at the sender, to the letter.", u.what)
				return
			}
		}
	}
}

type urlVariant struct{ url, what string }

// urlVariants lists the forms in which a sender may know a URL.
func urlVariants(url string) []urlVariant {
	var list []urlVariant
	add := func(u, what string) {
		if u != url {
			list = append(list, urlVariant{u, what})
		}
	}
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return nil
	}
	other := map[string]string{"http": "https", "https": "http"}[scheme]
	base, query, asked := strings.Cut(rest, "?")
	host, path, _ := strings.Cut(base, "/")
	name, _, ported := strings.Cut(host, ":")
	add(other+"://"+rest, "with "+other+" instead of "+scheme)
	add(scheme+"://"+base, "without its query")
	add(scheme+"://"+strings.TrimSuffix(base, "/")+withQuery(query, asked), "without the slash at its end")
	add(scheme+"://"+base+"/"+withQuery(query, asked), "with a slash at its end")
	if ported {
		add(scheme+"://"+name+"/"+path+withQuery(query, asked), "without its port")
		add(other+"://"+name+"/"+path+withQuery(query, asked), "without its port and with "+other+" instead of "+scheme)
	} else {
		add(scheme+"://"+name+":"+map[string]string{"http": "80", "https": "443"}[scheme]+"/"+path+withQuery(query, asked), "with its port written out")
	}
	return list
}

func withQuery(query string, asked bool) string {
	if !asked {
		return ""
	}
	return "?" + query
}
