package flows

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	day         = 24 * time.Hour
	maxDuration = 10 * 365 * day
)

// parseDuration reads a whole number and one unit: 45m, 20h, 3d, 1y (365 days). From a minute to ten years.
func parseDuration(s string) (time.Duration, error) {
	units := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": day, "y": 365 * day}
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	unit, ok := units[s[len(digits):]]
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || strings.HasPrefix(digits, "+") {
		return 0, fmt.Errorf("%q is not a length of time", s)
	}
	if n < 1 || n > int(maxDuration/unit) {
		return 0, fmt.Errorf("%q is not between a minute and ten years", s)
	}
	return time.Duration(n) * unit, nil
}
