package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/verify/preset"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Help explains the verb.
func (completionCmd) Help() string {
	return "Prints a script that completes verbs, flags and names. bash: add source <(hookline completion bash) to ~/.bashrc. " +
		"zsh: add source <(hookline completion zsh) to ~/.zshrc, after compinit. " +
		"fish: hookline completion fish > ~/.config/fish/completions/hookline.fish."
}

// Run prints the script.
func (c *completionCmd) Run(sys *system) error {
	_, err := io.WriteString(sys.stdout, completionScripts()[c.Shell])
	return err
}

// completeVerb prints the candidates for the last of the words that follow it. Only the scripts call it, so it is not in
// the grammar.
const completeVerb = "__complete"

// completionScripts returns the scripts by shell. Each passes the words up to the cursor to completeVerb, and reads lines of
// a candidate, a tab and a description. Without candidates the shell completes file names.
func completionScripts() map[string]string {
	return map[string]string{
		"bash": `_hookline() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("${line%%$'\t'*}")
    done < <(hookline __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _hookline hookline
`,
		"zsh": `_hookline() {
    local -a candidates
    local line
    for line in "${(@f)$(hookline __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if (( ${#candidates} )); then
        _describe 'hookline' candidates
    else
        _files
    fi
}
compdef _hookline hookline
`,
		"fish": `function __hookline_complete
    set -l words (commandline -opc)[2..] (commandline -ct)
    hookline __complete $words 2>/dev/null
end
complete -c hookline -a '(__hookline_complete)'
`,
	}
}

// candidate is one possible word.
type candidate struct{ word, help string }

// complete prints the candidates for the last word.
func (sys *system) complete(root *kong.Node, words []string) int {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	for _, c := range candidates(root, words, sys.names) {
		if strings.HasPrefix(c.word, last) {
			fmt.Fprintf(sys.stdout, "%s\t%s\n", c.word, clip(c.help, maxCell))
		}
	}
	return exitDone
}

// candidates returns what the last of the words may be. names returns the names of resources of a kind.
func candidates(root *kong.Node, words []string, names func(kind string) []string) []candidate {
	node, flag, place := root, (*kong.Flag)(nil), 0
	for _, word := range words[:len(words)-1] {
		switch {
		case flag != nil:
			flag = nil
		case strings.HasPrefix(word, "-"):
			flag = valued(node, word)
		case child(node, word) != nil:
			node = child(node, word)
		default:
			place++
		}
	}
	switch last := words[len(words)-1]; {
	case flag != nil:
		return enumOf(flag.Value)
	case strings.HasPrefix(last, "-"):
		return flagsOf(node)
	case len(node.Children) > 0:
		return childrenOf(node)
	case place < len(node.Positional):
		return placeOf(node.Positional[place], names)
	default:
		return nil
	}
}

func child(node *kong.Node, name string) *kong.Node {
	i := slices.IndexFunc(node.Children, func(c *kong.Node) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return node.Children[i]
}

// valued returns the flag of a word if its value is the next word.
func valued(node *kong.Node, word string) *kong.Flag {
	for n := node; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if !f.IsBool() && (word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short)) {
				return f
			}
		}
	}
	return nil
}

func flagsOf(node *kong.Node) (out []candidate) {
	for n := node; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if !f.Hidden {
				out = append(out, candidate{"--" + f.Name, f.Help})
			}
		}
	}
	return out
}

func childrenOf(node *kong.Node) (out []candidate) {
	for _, c := range node.Children {
		if !c.Hidden {
			out = append(out, candidate{c.Name, c.Help})
		}
	}
	return out
}

func enumOf(v *kong.Value) (out []candidate) {
	if v.Enum == "" {
		return nil
	}
	for _, word := range v.EnumSlice() {
		if word != "" {
			out = append(out, candidate{word, ""})
		}
	}
	return out
}

// placeOf returns the candidates of a positional argument: its values, or the names of the kind in its tag complete.
func placeOf(p *kong.Positional, names func(kind string) []string) []candidate {
	kind := p.Tag.Get("complete")
	if kind == "" {
		return enumOf(p)
	}
	var out []candidate
	for _, name := range names(kind) {
		out = append(out, candidate{name, ""})
	}
	return out
}

// completeTimeout bounds how long a person who presses the tab key waits for the server.
const completeTimeout = time.Second

// names returns the names of the resources of a kind: presets, or what the server lists at /api/KIND. It returns none if
// the server cannot be asked, since there is no place for an error.
func (sys *system) names(kind string) []string {
	if kind == "presets" {
		return preset.Set().Names()
	}
	flags := clientFlags{URL: sys.env[envName("url")], Token: sys.env[envName("token")], TokenFile: sys.env[envName("token-file")], Data: sys.env[envName("data")]}
	flags.Profile, flags.choice = sys.env[envName("profile")], &choice{sys, config.Origins{}}
	for name, text := range map[string]string{"url": flags.URL, "token": flags.Token, "token-file": flags.TokenFile, "data": flags.Data} {
		if text != "" {
			flags.choice.origins[name] = config.Origin{Kind: config.FromEnv, Name: envName(name)}
		}
	}
	if flags.Data == "" {
		flags.Data = config.Default().Data
	}
	server, err := flags.open()
	if err != nil {
		return nil
	}
	server.timeout = completeTimeout
	var page struct {
		Items []struct{ Key, Name string } `json:"items"`
	}
	if err := server.get("/api/"+kind, nil, &page); err != nil {
		return nil
	}
	var out []string
	for _, item := range page.Items {
		out = append(out, item.Key+item.Name) // an item has one of them
	}
	return out
}
