package storage

import (
	"bytes"
	"encoding/hex"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"rewoo/flows"
)

// Until the first release version 1 may still be made anew, for there are no files but developers' own; after that:
// testdata/codec/v1.golden holds the parts of rich in version 1, a line of hex each, the couple's first. It is never edited: files of
// people hold such bytes. A new version adds a file beside it, and from then on the state is compared with the new file's bytes;
// the old one must be read for ever.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/codec/v1.golden")
	if err != nil {
		t.Fatal(err)
	}
	var golden [][]byte
	for line := range strings.Lines(string(data)) {
		part, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		golden = append(golden, part)
	}
	want := rich()
	for i, part := range parts(want) {
		if i >= len(golden) || !bytes.Equal(part, golden[i]) {
			t.Errorf("part %d is written as\n%x\nand the golden file says\n%s", i, part, data)
		}
	}
	got, err := whole(want.Unit, golden)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, read\n%+v\nwant\n%+v", err, got, want)
	}
}

// rich is a state with something in every corner. It is part of the golden file: never edited either.
func rich() flows.State {
	at := time.Date(2026, 3, 2, 19, 0, 0, 123456789, time.UTC)
	ana, ben := flows.PersonID("00112233445566778899aabbccddeeff"), flows.PersonID("ffeeddccbbaa99887766554433221100")
	body := []flows.Block{{Text: "A note from Ana:"}, {Text: "Tëa at 4 — gladly.\nAnd \"cake\" 🍰", Quote: true}}
	return flows.State{
		Unit: "0123456789abcdef0123456789abcdef",
		Couple: flows.Couple{Since: at, Names: map[flows.PersonID]string{ana: "Ana", ben: "Ben", "nobody": ""},
			Facts: map[string]flows.Value{"weekly": {S: "sun", N: -7, L: []string{"a", ""}, T: flows.Multi}, "z": {}}},
		People: []flows.Person{
			{
				ID: ana, Addr: flows.Address{Platform: "telegram", User: "4711", Chat: "-100815"}, Joined: at.Add(-time.Hour), Welcomed: true,
				Facts: map[string]flows.Value{"name": {S: "Ana", T: flows.Text}, "checkin": {S: "20:00", T: flows.Time}},
				Tracks: []flows.Track{
					{ID: 3, Phase: flows.Sleeping, Visit: 11, Prompt: "0011223344.9", Parked: true, Frames: []flows.Frame{{Flow: "card", Step: "later"}}},
					{ID: 4, Phase: flows.Asking, Visit: 300, Expires: at.Add(20 * time.Hour),
						Frames: []flows.Frame{
							{Flow: "daily_checkin", Step: "q", Answers: map[string]flows.Value{"pulse": {N: 4, T: flows.Scale}, "q": {L: []string{"sleep", "food"}, T: flows.Multi}},
								Items: map[string]string{"q": "SA-H3", "closing": "CL-2"}, Sharing: 1, Preview: body, Followed: true, Picked: []string{"sleep", "food"}},
							{Flow: "body_care", Step: "wish"},
						},
						Marks: []flows.Mark{{Depth: 0, Step: "pulse"}, {Depth: 1, Step: "wish"}}},
				},
				Timers: []flows.Timer{
					{Name: string(ana) + "/timeout/4", Due: at.Add(2 * time.Hour), Track: 4, Visit: 300, What: "timeout"},
					{Name: "odd", Due: at, What: "schedule", Flow: "daily_checkin", Nominal: "2026-03-03", Shape: "20:00 Europe/Berlin"},
				},
				Buttons: []flows.Button{{Token: "Zm9v", Track: 4, Visit: 300, Choice: "sleep", Label: "Some sleep", Value: "sleep"}},
				Inbox:   []flows.Card{{ID: "c1", Body: body}, {ID: "c2"}},
				Waiting: []flows.Wait{{Flow: "daily_checkin", Until: at.Add(2 * time.Hour)}},
				Tries:   []time.Time{at, {}, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC)},
				Parked:  "ABCDE23456",
				Draws:   map[string]map[string]time.Time{"daily_bank": {"SA-H3": at, "SA-H1": at.Add(-24 * time.Hour)}, "closing_lines": {"CL-2": {}}},
				Nudged:  map[string]string{"daily_checkin": "2026-03-02"},
				Budget:  flows.Budget{Date: "2026-03-02", Unasked: 2, Knocks: 1}, LastTrack: 4, LastVisit: 300, LastMsg: 1 << 20,
			},
			{
				ID: ben, Gone: true, LastMsg: -1,
				Pair: &flows.Pairing{Code: "ABCDE23456", Expires: at, Peer: "fedcba9876543210fedcba9876543210", Person: "nobody", Name: "Ana", Confirmed: true},
			},
		},
	}
}
