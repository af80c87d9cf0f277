package watch

import (
	"fmt"
	"strconv"
	"time"
)

// Millis is a duration that is encoded as a number of milliseconds, with microseconds as decimals.
type Millis time.Duration

// MarshalJSON writes the number, e.g. 12.345.
func (m Millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Duration(m).Microseconds())/1000, 'f', -1, 64), nil
}

// UnmarshalJSON parses the number.
func (m *Millis) UnmarshalJSON(text []byte) error {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("%s is not a number of milliseconds", text)
	}
	*m = Millis(f * float64(time.Millisecond))
	return nil
}

// String formats the duration for people: up to three significant digits and the unit.
func (m Millis) String() string {
	switch d := time.Duration(m); {
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + " ms"
	case d < 10*time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	default:
		return d.Round(time.Second).String()
	}
}
