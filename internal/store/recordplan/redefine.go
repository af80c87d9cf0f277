package recordplan

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
)

const opRedefine = "recordplan.Redefine"

// Redefine returns the changes that turn the stored collections into the wanted ones and drop those named in
// drop, in an order in which they can be applied. stored must be sorted by name. The error is of kind
// fault.Invalid and names the field if a definition is wrong, alone or together with the remaining ones. It is of
// kind fault.NotFound if a collection to drop does not exist.
func Redefine(stored, wanted []collection.Collection, drop []string) ([]collection.Change, error) {
	if err := checkEach(wanted); err != nil {
		return nil, err
	}
	after := slices.Clone(wanted)
	for _, c := range stored {
		if !slices.Contains(drop, c.Name) && find(wanted, c.Name) < 0 {
			after = append(after, c)
		}
	}
	var drops []collection.Change
	for _, name := range drop {
		i := find(stored, name)
		if i < 0 {
			return nil, fault.New(opRedefine, fault.NotFound, "there is no collection %s", name)
		}
		if find(wanted, name) >= 0 {
			return nil, fault.New(opRedefine, fault.Invalid, "collection %s cannot be wanted and dropped at once", name)
		}
		drops = append(drops, collection.Drop(stored[i]))
	}
	if err := checkTogether(after); err != nil {
		return nil, err
	}
	return append(collection.PlanAll(stored, wanted), drops...), nil
}

func find(all []collection.Collection, name string) int {
	return slices.IndexFunc(all, func(c collection.Collection) bool { return c.Name == name })
}

// checkEach returns the first problem of a single definition.
func checkEach(wanted []collection.Collection) error {
	for _, c := range wanted {
		if problems := c.Check(); len(problems) > 0 {
			p := problems[0]
			return fault.Field(opRedefine, "collections."+c.Name+"."+p.Path, "%s", p.Message)
		}
	}
	return nil
}

// checkTogether returns the first problem between definitions. Package collection identifies a collection by its
// index; the returned error uses its name.
func checkTogether(all []collection.Collection) error {
	none := func(string) (collection.Collection, bool) { return collection.Collection{}, false }
	problems := collection.CheckAll(all, none)
	if len(problems) == 0 {
		return nil
	}
	p := problems[0]
	index, rest, _ := strings.Cut(strings.TrimPrefix(p.Path, "collections["), "]")
	if i, err := strconv.Atoi(index); err == nil && i < len(all) {
		return fault.Field(opRedefine, "collections."+all[i].Name+rest, "%s", p.Message)
	}
	return fault.Field(opRedefine, p.Path, "%s", p.Message)
}

// RefuseLoss returns an error for the first change that always loses data. For changes whose loss depends on the
// records, the driver must refuse when it meets a value that would be lost.
func RefuseLoss(changes []collection.Change) error {
	for _, c := range changes {
		if c.Loss && !c.Depends {
			return LossError(c)
		}
	}
	return nil
}

// LossError returns the error (fault.Conflict) for a change that would lose data.
func LossError(c collection.Change) error {
	return ConflictError(c.Collection, c.Old.Name, c.Text+"; say yes to that, or keep it")
}

// ConflictError returns the error (fault.Conflict) for a change that the records of a collection do not allow.
// field may be "".
func ConflictError(name, field, message string) error {
	err := fault.New(opRedefine, fault.Conflict, "%s", message)
	err.Field = "collections." + name
	if field != "" {
		err.Field += "." + field
	}
	return err
}
