package flows

import (
	"strconv"
	"strings"
	"time"
)

const maxPlaces = 6 // places offered at once

// readZone finds the zones that somebody may mean: by name, city, country, local time or distance to UTC. One is an
// answer, several are to be offered, likeliest first.
func (l *Library) readZone(text string, at time.Time) []string {
	text = oneLine(text)
	if len(text) > 60 {
		return nil
	}
	if name, ok := ianaName(text); ok {
		return []string{name}
	}
	if found := l.zonesNamed(fold(text)); len(found) > 0 {
		return sameClock(found, at)
	}
	if w, ok := readTime(text); ok {
		now := at.Hour()*60 + at.Minute()
		return l.zonesAt(at, (w.hour*60+w.minute-now)*60, true)
	}
	if m := offsetForm.FindStringSubmatch(strings.ToLower(text)); m != nil {
		h, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		off := h*3600 + minutes*60
		if m[1] != "+" {
			off = -off
		}
		return l.zonesAt(at, off, false)
	}
	return nil
}

// ianaName accepts a zone's own name in any case.
func ianaName(text string) (string, bool) {
	name := strings.ReplaceAll(text, " ", "_")
	if strings.EqualFold(name, "utc") {
		return "UTC", true
	}
	if !strings.Contains(name, "/") {
		return "", false
	}
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '/' })
	for i, part := range parts {
		words := strings.Split(part, "_")
		for j, w := range words {
			if w != "of" && w != "es" && w != "au" && w != "" {
				words[j] = strings.ToUpper(w[:1]) + w[1:]
			}
		}
		parts[i] = strings.Join(words, "_")
	}
	for _, try := range []string{name, strings.Join(parts, "/")} {
		if _, ok := lookupZone(try); ok {
			return try, true
		}
	}
	return "", false
}

// zonesNamed matches cities first, then countries.
func (l *Library) zonesNamed(text string) []string {
	var cities, country []string
	for _, z := range l.Zones {
		if fold(zoneCity(z.Zone)) == text || foldedIn(z.Names, text) {
			cities = append(cities, z.Zone)
		} else if fold(z.Country) == text {
			country = append(country, z.Zone)
		}
	}
	if len(cities) > 0 {
		return cities[:1]
	}
	return country
}

func foldedIn(names []string, text string) bool {
	for _, n := range names {
		if fold(n) == text {
			return true
		}
	}
	return false
}

// sameClock keeps one zone where all have the same time now and in half a year, else as many as can be offered.
func sameClock(found []string, at time.Time) []string {
	type clock struct{ now, later int }
	seen := map[clock]bool{}
	var out []string
	for _, z := range found {
		_, now := at.In(location(z)).Zone()
		_, later := at.AddDate(0, 6, 0).In(location(z)).Zone()
		if c := (clock{now, later}); !seen[c] {
			seen[c] = true
			out = append(out, z)
		}
	}
	return out[:min(len(out), maxPlaces)]
}

// zonesAt are the zones that are off seconds from UTC now. A time of day leaves whole days open and is a few minutes out.
func (l *Library) zonesAt(at time.Time, off int, rough bool) []string {
	var out []string
	for _, z := range l.Zones {
		loc, ok := lookupZone(z.Zone)
		if !ok {
			continue
		}
		_, have := at.In(loc).Zone()
		diff := have - off
		if rough {
			diff = ((diff+12*3600)%86400+86400)%86400 - 12*3600
			if diff >= -450 && diff <= 450 {
				diff = 0
			}
		}
		if diff == 0 {
			out = append(out, z.Zone)
		}
	}
	return sameClock(out, at)
}
