package function

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

func bitFunctions() []Function {
	return []Function{
		bitwise("bitand", func(x, y int64) int64 { return x & y }),
		bitwise("bitor", func(x, y int64) int64 { return x | y }),
		bitwise("bitxor", func(x, y int64) int64 { return x ^ y }),
		bitwise("bitnand", func(x, y int64) int64 { return x &^ y }),
		shift("bitshl", func(x int64, by uint) int64 { return x << by }),
		shift("bitshr", func(x int64, by uint) int64 { return x >> by }),
		shift("bitushr", func(x int64, by uint) int64 { return int64(uint64(x) >> by) }),
		{"bitnot", 1, 1, func(_ *eval.Run, args []any) (any, error) {
			n, err := wantInt("bitnot", args[0])
			return ^n, err
		}},
	}
}

// wantInt returns an argument that must be a 64-bit integer.
func wantInt(name string, x any) (int64, error) {
	n, ok := eval.Decode(x).(int64)
	if !ok {
		return 0, diag.Failed("%s takes whole numbers, not %s", name, eval.Describe(x))
	}
	return n, nil
}

func bitwise(name string, f func(x, y int64) int64) Function {
	return Function{name, 2, 2, func(_ *eval.Run, args []any) (any, error) {
		x, err := wantInt(name, args[0])
		if err != nil {
			return nil, err
		}
		y, err := wantInt(name, args[1])
		return f(x, y), err
	}}
}

func shift(name string, f func(x int64, by uint) int64) Function {
	return Function{name, 2, 2, func(_ *eval.Run, args []any) (any, error) {
		x, err := wantInt(name, args[0])
		if err != nil {
			return nil, err
		}
		by, err := wantInt(name, args[1])
		if err == nil && by < 0 {
			err = diag.Failed("%s takes a number of bits that is not negative", name)
		}
		if err != nil {
			return nil, err
		}
		return f(x, uint(by)), nil
	}}
}
