package expr

func objectFunctions() []function {
	return []function{
		{"get", 2, 2, func(r *run, args []any) (any, error) { return r.element(args[0], args[1]) }},
		{"keys", 1, 1, func(r *run, args []any) (any, error) {
			return r.parts(args[0], func(name string, _ any) any { return name })
		}},
		{"values", 1, 1, func(r *run, args []any) (any, error) {
			return r.parts(args[0], func(_ string, x any) any { return x })
		}},
		{"toPairs", 1, 1, func(r *run, args []any) (any, error) {
			return r.parts(args[0], func(name string, x any) any { return []any{name, x} })
		}},
		{"fromPairs", 1, 1, fromPairs},
	}
}

// parts lists something of each member, in the object's order.
func (r *run) parts(x any, of func(name string, x any) any) (any, error) {
	out := []any{}
	if x == nil {
		return out, nil
	}
	o, err := r.object(x)
	if err != nil {
		return nil, err
	}
	for _, name := range o.names {
		if err := r.take(2*elementSize + len(name)); err != nil {
			return nil, err
		}
		out = append(out, of(name, o.members[name]))
	}
	return out, nil
}

func fromPairs(r *run, args []any) (any, error) {
	pairs, err := r.array(args[0])
	if err != nil {
		return nil, err
	}
	o := newObject(len(pairs))
	for _, p := range pairs {
		pair, err := r.array(p)
		if err != nil {
			return nil, err
		}
		if len(pair) != 2 {
			return nil, failed("fromPairs takes an array of pairs, and each pair has two elements")
		}
		name, err := keyText(pair[0])
		if err != nil {
			return nil, err
		}
		if err := r.take(2*elementSize + len(name)); err != nil {
			return nil, err
		}
		o.set(name, pair[1])
	}
	return o, nil
}
