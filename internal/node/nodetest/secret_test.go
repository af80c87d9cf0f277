package nodetest

import (
	"context"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// sender is a kind that sends a secret. Its result is the length of the secret, which only Run can know.
type sender struct{ tells bool } // tells: Run fails, with the secret in its error

type senderConfig struct {
	URL   string `json:"url" required:"true"`
	Token string `json:"token" secret:"true"`
}

type senderNode struct {
	node.Rendered
	tells bool
}

func (sender) Info() node.Info {
	return node.Info{Type: "sender", Summary: "Sends.", Result: "How long the token was.", Effect: node.Outbound}
}

func (k sender) Compile(config value.Value, _ node.About) (node.Node, []decode.Problem) {
	r := node.Read(config, &senderConfig{}, node.About{})
	return r.Done(&senderNode{r.Template(), k.tells})
}

func (n *senderNode) Run(_ context.Context, in node.Input) (node.Result, error) {
	resolved, err := n.Resolve(in)
	if err != nil {
		return node.Result{}, err
	}
	token, _ := resolved.Get("token").Str()
	if n.tells {
		return node.Result{}, &node.Failure{Code: "refused", Message: "the other side refused " + token}
	}
	return node.Result{Value: value.Int(int64(len(token)))}, nil
}

func TestAKindSendsASecretThatTheStoryDoesNotShow(t *testing.T) {
	s := story{file: "sender", given: map[string]value.Value{
		"config": value.Trusted(`{"url":"https://{{$context.data}}","token":"Bearer {{$env.TOKEN}}"}`),
		"env":    value.Trusted(`{"TOKEN":"t0ken"}`), "context": value.Trusted(`{"data":"a.test"}`),
	}}
	o, err := play(sender{}, s)
	if err != nil {
		t.Fatal(err)
	}
	got := contents(o.sections())
	if got["result"] != "12" || !strings.Contains(got["input"], `{"$secret":"Bearer {{$env.TOKEN}}"}`) || strings.Contains(got["input"], "t0ken") {
		t.Errorf("%v, %v", got, o.runErr)
	}
	t.Run("no secret is rendered", func(t *testing.T) { noSecretIsRendered(t, sender{}, []story{s}) })
	if leaks, err := secretLeaks(t.Context(), sender{tells: true}, s); err != nil || len(leaks) == 0 {
		t.Errorf("a kind that tells its secret in an error is not found: %v", err)
	}
	t.Run("an unset variable is named", func(t *testing.T) {
		s.given["env"] = value.Trusted(`{}`)
		if o, err := play(sender{}, s); err != nil || showError(o) != "template: token: the variable TOKEN is not set (final)" {
			t.Errorf("%v, %s", err, showError(o))
		}
	})
}
