package main

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// zoneData is which time zones this process goes by.
type zoneData struct {
	Source  string `json:"source"`  // "system", "ZONEINFO", "Go" or "embedded"
	Path    string `json:"path"`    // "" when embedded
	Version string `json:"version"` // "2026f"; "" when nothing tells
	Old     bool   `json:"old"`
}

// leastZoneData is the first version that knows what changed in 2026: Morocco, and the west of Canada.
const leastZoneData = "2026f"

// zonePlaces are where time.LoadLocation looks, in its order; ZONEINFO goes before them.
var zonePlaces = []string{"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"}

// findZoneData finds out what time.LoadLocation will take, and its version.
func findZoneData(now time.Time) zoneData {
	return zoneDataFrom(os.Getenv("ZONEINFO"), zonePlaces, goZones(), now)
}

// goZones is the archive of an installed Go, which a program that was built elsewhere does not find.
func goZones() string {
	//lint:ignore SA1019 time.LoadLocation asks the same
	return filepath.Join(runtime.GOROOT(), "lib", "time", "zoneinfo.zip")
}

func zoneDataFrom(env string, system []string, goZip string, now time.Time) zoneData {
	z := zoneData{Source: "embedded"}
	switch {
	case env != "" && (exists(env, "Europe", "Berlin") || strings.HasSuffix(env, ".zip") && exists(env)):
		z = zoneData{Source: "ZONEINFO", Path: env, Version: zoneVersion(env)}
	default:
		for _, dir := range system {
			if exists(dir, "Europe", "Berlin") {
				z = zoneData{Source: "system", Path: dir, Version: zoneVersion(dir)}
				break
			}
		}
		if z.Path == "" && exists(goZip) {
			z = zoneData{Source: "Go", Path: goZip}
		}
	}
	z.Old = oldZones(z.Version, now)
	return z
}

func exists(path ...string) bool {
	info, err := os.Stat(filepath.Join(path...))
	return err == nil && info.Mode().IsRegular()
}

var (
	zoneVersionForm = regexp.MustCompile(`^[0-9]{4}[a-z]{1,2}$`)
	zoneFirstLine   = regexp.MustCompile(`^# version ([0-9]{4}[a-z]{1,2})$`)
)

// zoneVersion reads what stands beside the data: tzdata.zi on Linux, +VERSION elsewhere.
func zoneVersion(dir string) string {
	first := func(name string) string {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return ""
		}
		defer f.Close()
		line, _ := bufio.NewReader(io.LimitReader(f, 100)).ReadString('\n')
		return strings.TrimSpace(line)
	}
	if m := zoneFirstLine.FindStringSubmatch(first("tzdata.zi")); m != nil {
		return m[1]
	}
	if v := first("+VERSION"); zoneVersionForm.MatchString(v) {
		return v
	}
	return ""
}

// oldZones tells data that surely is older than nine months, or than what is known to have changed. What has no version
// counts as old.
func oldZones(version string, now time.Time) bool {
	if version == "" || cmp.Compare(version, leastZoneData) < 0 {
		return true
	}
	year, err := strconv.Atoi(version[:4])
	return err != nil || now.After(time.Date(year+1, time.October, 1, 0, 0, 0, 0, time.UTC)) // nine months after the last that it can be
}

// String is for the log and for rewoo status.
func (z zoneData) String() string {
	s := z.Source
	if z.Path != "" {
		s += " (" + z.Path + ")"
	}
	s += ", version " + cmp.Or(z.Version, "unknown")
	if z.Old {
		s += ": old, so some clocks are an hour off; install your system's newest tzdata and start again"
	}
	return s
}
