package storage

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"rewoo/flows"
)

// testdata/codec/vN.golden holds the parts of a state in version N of the codec, a line of hex each, the couple's first. None is
// ever edited: files of people hold such bytes. A new version adds a file beside them; the newest is what is written, and all
// of them can be read for ever.
func TestGolden(t *testing.T) {
	for name, want := range map[string]flows.State{"v1": rich(), "v2": richDoors(), "v3": richAccounts(), "v4": richRecords()} {
		golden := readGolden(t, name)
		got, err := whole(want.Unit, golden)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, read\n%+v\nwant\n%+v", name, err, got, want)
		}
		if name != fmt.Sprint("v", codecVersion) {
			continue
		}
		for i, part := range parts(want) {
			if i >= len(golden) || !bytes.Equal(part, golden[i]) {
				t.Errorf("%s: part %d is written as\n%x", name, i, part)
			}
		}
	}
}

func readGolden(t *testing.T, name string) (parts [][]byte) {
	t.Helper()
	data, err := os.ReadFile("testdata/codec/" + name + ".golden")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		part, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	return parts
}

// rich is a state with something in every corner of version 1. It is part of the golden file: never edited either.
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
				Draws: flows.Draws{{List: "closing_lines", Items: []flows.Drawn{{Item: "CL-2"}}},
					{List: "daily_bank", Items: []flows.Drawn{{Item: "SA-H1", At: at.Add(-24 * time.Hour)}, {Item: "SA-H3", At: at}}}},
				Nudged: map[string]string{"daily_checkin": "2026-03-02"},
				Budget: flows.Budget{Date: "2026-03-02", Unasked: 2, Knocks: 1}, LastTrack: 4, LastVisit: 300, LastMsg: 1 << 20,
			},
			{
				ID: ben, Gone: true, LastMsg: -1,
				Pair: &flows.Pairing{Code: "ABCDE23456", Expires: at, Peer: "fedcba9876543210fedcba9876543210", Person: "nobody", Name: "Ana", Confirmed: true},
			},
		},
	}
}

// richDoors is rich with what version 2 added. It is part of its golden file: never edited either.
func richDoors() flows.State {
	s := rich()
	at := s.Couple.Since
	ana, ben := s.People[0].ID, s.People[1].ID
	card := s.People[0].Inbox[0]
	s.Couple.Opened = []flows.Opened{{By: ben, Name: "touch", Value: flows.Value{N: 2, T: flows.Scale}, At: at, Until: at.Add(14 * 24 * time.Hour)},
		{By: "nobody", Name: "needs", Value: flows.Value{L: []string{"seen"}, T: flows.Multi}}}
	s.Couple.Offers = []flows.Offer{{By: ana, Key: "together/more", Question: "What would you like?", Words: "Tea — daily", Until: at.Add(24 * time.Hour)}}
	s.Couple.Votes = []flows.Vote{{By: ben, Key: "hour/ready", At: at}}
	p := &s.People[0]
	p.Ends = map[string]time.Time{"tender": at.Add(48 * time.Hour), "touch": {}}
	p.Coming = []flows.Coming{{Card: card, Due: at.Add(time.Minute), Class: "daily_note"}, {}}
	p.Shown = []flows.Shown{{ID: "c0", Message: "0011223344.7", At: at}}
	p.Passed = []flows.Passed{{Card: flows.Card{ID: "c9", Body: card.Body}, At: at, Undo: "0011223344.8"}, {}}
	p.Tracks[1].Frames[0].Held = true
	return s
}

// richAccounts is richDoors with what version 3 added. It is part of its golden file: never edited either.
func richAccounts() flows.State {
	s := richDoors()
	p := &s.People[0]
	p.Also = []flows.Address{{Platform: "discord", User: "112233445566778899", Chat: "998877665544332211"}, {}}
	p.Tracks[0].Asked = s.Couple.Since
	s.Couple.Offers = []flows.Offer{{By: p.ID, Key: "together/more", Question: "What would you like?", Words: "Tea", Own: true}}
	p.Inbox = []flows.Card{{ID: "c5", Body: []flows.Block{{Text: "Typed", Quote: true, Own: true}}}}
	for i := range s.People {
		if pair := s.People[i].Pair; pair != nil {
			pair.Account, pair.Move, pair.At = true, true, flows.Address{Platform: "discord", User: "112233445566778899"}
		}
	}
	return s
}

// richRecords is richAccounts with what version 4 added. It is part of its golden file: never edited either.
func richRecords() flows.State {
	s := richAccounts()
	at := s.Couple.Since
	fields := map[string]flows.Value{"what": {S: "Tea at 4, dläily", T: flows.Text}, "due": {S: "18:00", T: flows.Time}}
	record := flows.Record{ID: "0123456789abcdef", Kind: "promise", State: "open", Changed: at.Add(time.Hour),
		Versions: []flows.Version{{At: at, Fields: fields}, {At: at.Add(time.Hour), Fields: map[string]flows.Value{"n": {N: -3, T: flows.Number}}}}}
	s.Couple.Records = []flows.Record{record, {}}
	s.Couple.Offers[0].Name, s.Couple.Offers[0].Opens = "more", "afterwards"
	p := &s.People[0]
	p.Records = []flows.Record{{ID: "x", Versions: []flows.Version{{}}}, record}
	p.Tracks[1].Frames[0].Shape = "00ff"
	p.Tracks[1].Frames[0].Visits = map[string]int{"q": 3, "line": -1}
	p.Tracks[1].Frames[0].Record = &flows.Bound{Kind: "promise", ID: record.ID}
	p.Tracks[1].Frames[1].Record = &flows.Bound{Kind: "promise", ID: record.ID, Fields: fields}
	p.Tracks[1].Frames[1].Both = []flows.Half{{Name: "more", Mine: "Tea", Theirs: "Càke"}, {}}
	p.Tracks[1].Frames[1].Page = 10
	p.Timers[0].Record = record.ID
	p.Waiting = []flows.Wait{{Flow: "promise_followup", Until: at, Record: record.ID}}
	p.Inbox[0].Opens, p.Inbox[0].Bound = "question_answer", &flows.Bound{Kind: "question", ID: "y", Fields: fields}
	p.Coming[0].Opens, p.Coming[0].Both = "afterwards", []flows.Half{{Name: "more", Mine: "a", Theirs: "b"}}
	p.Passed[0].Bound = &flows.Bound{}
	return s
}
