package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestZoneData(t *testing.T) {
	at := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	folder := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	none := folder(nil)
	linux := folder(map[string]string{"Europe/Berlin": "", "tzdata.zi": "# version 2026f\n# This zic input file is in the public domain.\n"})
	mac := folder(map[string]string{"Europe/Berlin": "", "+VERSION": "2026c\n"})
	bare := folder(map[string]string{"Europe/Berlin": "", "tzdata.zi": "R A 1916\n"})
	zip := filepath.Join(folder(map[string]string{"zoneinfo.zip": ""}), "zoneinfo.zip")
	for _, tc := range []struct {
		env    string
		system []string
		zip    string
		want   zoneData
	}{
		{"", []string{none, linux, mac}, zip, zoneData{"system", linux, "2026f", false}},
		{"", []string{mac}, zip, zoneData{"system", mac, "2026c", true}},
		{"", []string{bare}, zip, zoneData{"system", bare, "", true}},
		{linux, []string{bare}, zip, zoneData{"ZONEINFO", linux, "2026f", false}},
		{zip, []string{linux}, zip, zoneData{"ZONEINFO", zip, "", true}},
		{filepath.Join(none, "no.zip"), []string{linux}, zip, zoneData{"system", linux, "2026f", false}},
		{"", []string{none}, zip, zoneData{"Go", zip, "", true}},
		{"", nil, filepath.Join(none, "no.zip"), zoneData{"embedded", "", "", true}},
	} {
		if got := zoneDataFrom(tc.env, tc.system, tc.zip, at); got != tc.want {
			t.Errorf("got %+v, want %+v", got, tc.want)
		}
	}
	for version, old := range map[string]bool{"2026f": false, "2026e": true, "2027a": false, "2025c": true, "": true} {
		if oldZones(version, at) != old {
			t.Errorf("%q: old is %v", version, !old)
		}
	}
	if !oldZones("2026f", at.AddDate(0, 11, 0)) || oldZones("2026f", at.AddDate(0, 10, 0)) {
		t.Error("what is nine months older than the year it is of is old, and not sooner")
	}
}
