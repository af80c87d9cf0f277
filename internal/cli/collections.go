package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

type collectionsCmd struct {
	Ls    collectionsLs    `cmd:"" help:"List collections."`
	Show  collectionsShow  `cmd:"" help:"Show one collection: its fields and their rules."`
	Plan  collectionsPlan  `cmd:"" help:"Show what the documents would change in the stored collections, and which data would be lost."`
	Apply collectionsApply `cmd:"" help:"Change the stored collections to match the documents."`
	Rm    collectionsRm    `cmd:"" help:"Remove a collection with its records."`
}

type collectionsLs struct {
	clientFlags
	jsonFlag
}

// Run lists collections.
func (c *collectionsLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var page rawPage
	if err := server.get("/api/collections", nil, &page); err != nil {
		return err
	}
	const none = "No collections. See hookline collections apply."
	return printItems(sys, c.jsonFlag, page.Items, none, []string{"NAME", "FIELDS", ""}, func(x api.Collection) []string {
		names := make([]string, len(x.Fields))
		for i, f := range x.Fields {
			names[i] = f.Name
		}
		return []string{x.Name, strconv.Itoa(len(names)), strings.Join(names, ", ")}
	})
}

type collectionsShow struct {
	Collection string `arg:"" complete:"collections" help:"The collection's name."`
	clientFlags
	jsonFlag
}

// Run shows one collection.
func (c *collectionsShow) Run(sys *system) error {
	return show(sys, &c.clientFlags, c.jsonFlag, "/api/collections/"+url.PathEscape(c.Collection), func(_ *client, x api.Collection) error {
		t := newTable(sys.stdout, "FIELD", "TYPE", "RULES")
		for _, f := range x.Fields {
			t.row(f.Name, fieldType(f), fieldRules(f))
		}
		if err := t.flush(); err != nil {
			return err
		}
		for _, set := range x.Unique {
			fmt.Fprintf(sys.stdout, "unique together: %s\n", strings.Join(set, ", "))
		}
		return nil
	})
}

// fieldType describes a field's type with its parameters.
func fieldType(f api.Field) string {
	switch {
	case f.Relation != "":
		return string(f.Relation) + " " + f.Target
	case f.Precision > 0:
		return fmt.Sprintf("%s(%d,%d)", f.Type, f.Precision, f.Scale)
	case len(f.Options) > 0:
		return string(f.Type) + " " + strings.Join(f.Options, "|")
	case f.Multiple:
		return string(f.Type) + "s"
	default:
		return string(f.Type)
	}
}

func fieldRules(f api.Field) string {
	var rules []string
	add := func(text string, on bool) {
		if on {
			rules = append(rules, text)
		}
	}
	add("required", f.Required)
	add("unique", f.Unique)
	add("index", f.Index)
	add("default "+f.Default.Text(), !f.Default.IsMissing())
	add("on delete "+string(f.OnDelete), f.OnDelete != "")
	add("by "+f.ForeignKey, f.ForeignKey != "")
	return strings.Join(rules, ", ")
}

type collectionsPlan struct {
	Path []string `arg:"" name:"file|dir" help:"Documents, or directories of documents. Workflows and channels in them are ignored."`
	clientFlags
	jsonFlag
}

// Run prints the changes that apply would make.
func (c *collectionsPlan) Run(sys *system) error {
	wanted, err := readCollections(sys, c.Path)
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	plan, raw, err := server.changes("/api/collections/plan", nil, wanted)
	if err != nil {
		return err
	}
	if c.JSON {
		return printOne(sys.stdout, raw)
	}
	printPlan(sys, plan)
	return nil
}

type collectionsApply struct {
	Path []string `arg:"" name:"file|dir" help:"Documents, or directories of documents. Workflows and channels in them are ignored."`
	Yes  bool     `name:"yes" short:"y" help:"Apply even if data is lost."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (collectionsApply) Help() string {
	return "Applies all changes or none. Collections that the documents do not name stay unchanged. " +
		"Changes that lose data need --yes. What an enabled workflow uses cannot be removed."
}

// Run applies documents.
func (c *collectionsApply) Run(sys *system) error {
	wanted, err := readCollections(sys, c.Path)
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	if !c.Yes {
		plan, _, err := server.changes("/api/collections/plan", nil, wanted)
		if err != nil {
			return err
		}
		if plan.Loss && plan.Refused == "" {
			printPlan(sys, plan)
			fmt.Fprintln(sys.stderr, "Nothing was changed. Use --yes to apply.")
			return errReported
		}
	}
	query := url.Values{}
	if c.Yes {
		query.Set("yes", "true")
	}
	done, raw, err := server.changes("/api/collections/apply", query, wanted)
	if err != nil {
		return err
	}
	if c.JSON {
		return printOne(sys.stdout, raw)
	}
	printPlan(sys, done)
	if len(done.Changes) > 0 {
		fmt.Fprintln(sys.stdout, "done")
	}
	return nil
}

type collectionsRm struct {
	Collection string `arg:"" complete:"collections" help:"The collection's name."`
	Yes        bool   `name:"yes" short:"y" help:"Confirm that all records of the collection are deleted."`
	clientFlags
}

// Run removes a collection.
func (c *collectionsRm) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{}
	if c.Yes {
		query.Set("yes", "true")
	}
	if err := server.send(http.MethodDelete, "/api/collections/"+url.PathEscape(c.Collection), query, value.Value{}, nil); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s removed\n", c.Collection)
	return nil
}

// readCollections reads the collections in documents and encodes them for the API.
func readCollections(sys *system, paths []string) (value.Value, error) {
	var wanted []collection.Collection
	for _, name := range paths {
		bundle, problems, err := readDocuments(name)
		if err != nil {
			return value.Value{}, fault.As("cli.readWanted", fault.NotFound, err, "cannot read %s: %v", name, reason(err))
		}
		if len(problems) > 0 {
			fmt.Fprintln(sys.stderr, cleanText(document.Text(problems)))
			return value.Value{}, errReported
		}
		wanted = append(wanted, bundle.Collections...)
	}
	if len(wanted) == 0 {
		return value.Value{}, errors.New("no collections in " + strings.Join(paths, ", "))
	}
	return document.OfCollections(wanted), nil
}

// changes asks the server to plan or apply documents.
func (c *client) changes(path string, query url.Values, wanted value.Value) (plan api.Planned, raw json.RawMessage, err error) {
	c.timeout = longTimeout
	if err = c.send(http.MethodPost, path, query, wanted, &raw); err == nil {
		err = json.Unmarshal(raw, &plan)
	}
	return plan, raw, err
}

// printPlan prints one change per line. An exclamation mark marks a change that loses data.
func printPlan(sys *system, plan api.Planned) {
	for _, c := range plan.Changes {
		mark := " "
		if c.Loss {
			mark = "!"
		}
		fmt.Fprintf(sys.stdout, "%s %s\n", mark, clip(c.Text, 300))
	}
	if plan.Refused != "" {
		fmt.Fprintln(sys.stdout, cleanText(plan.Refused))
	}
	if len(plan.Changes) == 0 {
		fmt.Fprintln(sys.stdout, "Nothing to change.")
	}
}
