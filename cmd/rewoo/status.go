package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"rewoo/bot"
	"rewoo/config"
)

// statusReport is how a running bot is: no content, no ids, no secret.
type statusReport struct {
	Version     string             `json:"version"`
	Now         time.Time          `json:"now"`
	Started     time.Time          `json:"started"`
	OpenTo      string             `json:"open_to"`
	Operator    string             `json:"operator"` // the platform of the account; "": not named
	Connections []connectionReport `json:"connections"`
	Zones       zoneData           `json:"zone_data"`
	Flows       flowsReport        `json:"flows"`
	Bot         bot.Status         `json:"bot"`
}

// connectionReport is a platform that serve runs. How it is doing stands in the bot's own part, under the same name.
type connectionReport struct {
	Platform string `json:"platform"`
	Name     string `json:"name"` // the bot's public name; "": not known yet
	How      string `json:"how"`
}

func statusCommand() *cobra.Command {
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Ask the bot that runs how it is: connections, zone data, queues, failures; nothing of what people write",
		Example: `  rewoo status --config rewoo.yaml
  rewoo status --json              for machines`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return status(cmd.Context(), file, asJSON, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&file, "config", "rewoo.yaml", "the file that the bot was started with")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

func status(ctx context.Context, file string, asJSON bool, stdout, stderr io.Writer) error {
	cfg, found := config.Read(file)
	if cfg.Data == "" { // other findings are for serve: where to ask is known
		return reportAll(stderr, found, nil)
	}
	if f, bad := socketFinding(cfg.Data); bad {
		return reportAll(stderr, []config.Finding{f}, nil)
	}
	var got statusReport
	err := askAdmin(ctx, cfg.Data, "/status", &got)
	if errors.Is(err, errNobody) {
		return fmt.Errorf("no bot runs on the data in %s; start one with: rewoo serve --config %s", cfg.Data, shellWord(file))
	}
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(got)
	}
	return got.print(stdout)
}

// print is the report for people.
func (r statusReport) print(w io.Writer) error {
	fmt.Fprintf(w, "%s, running for %s, since %s\n\n", escape(r.Version), span(r.Now.Sub(r.Started)), r.Started.UTC().Format("2006-01-02 15:04 MST"))
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "platform\tbot\thow\tstate\tto be sent\tfailed sends")
	for _, c := range r.Connections {
		p := platformOf(r.Bot, c.Platform)
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%s\n", escape(c.Platform), escape(cmp.Or(c.Name, "not known yet")), escape(c.How), stateOf(p, r.Now),
			p.Replies+p.Cards+p.Scheduled, failedOf(p))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, c := range r.Connections {
		for _, line := range remarksOf(platformOf(r.Bot, c.Platform), r.Now) {
			fmt.Fprintf(w, "%s: %s\n", escape(c.Platform), escape(line))
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintf(tw, "zone data\t%s\n", escape(r.Zones.String()))
	fmt.Fprintf(tw, "flows\t%s\n", escape(r.Flows.text(r.Now)))
	fmt.Fprintf(tw, "open to\t%s\n", escape(openTo(r.OpenTo)))
	fmt.Fprintf(tw, "operator\t%s\n", escape(operatorText(r.Operator)))
	next := "none"
	if !r.Bot.NextDue.IsZero() {
		next = "the next in " + span(r.Bot.NextDue.Sub(r.Now))
	}
	fmt.Fprintf(tw, "timers\t%d overdue, %s\n", r.Bot.Overdue, next)
	return tw.Flush()
}

func platformOf(s bot.Status, name string) bot.PlatformStatus {
	for _, p := range s.Platforms {
		if p.Name == name {
			return p
		}
	}
	return bot.PlatformStatus{Name: name}
}

// stateOf is whether a platform is there, and for how long that has been so.
func stateOf(p bot.PlatformStatus, now time.Time) string {
	if p.Health == nil {
		return "unknown"
	}
	s := "not connected"
	if p.Health.Connected {
		s = "connected"
	}
	if !p.Health.Since.IsZero() {
		s += " for " + span(now.Sub(p.Health.Since))
	}
	return s
}

func failedOf(p bot.PlatformStatus) string {
	n := 0
	for _, f := range p.Failures {
		n += f.Count
	}
	return strconv.Itoa(n)
}

// remarksOf are the sentences about a platform: problems first.
func remarksOf(p bot.PlatformStatus, now time.Time) []string {
	var out []string
	if p.Problem != "" {
		out = append(out, "problem: "+p.Problem)
	}
	if h := p.Health; h != nil {
		if h.Problem != "" && h.Problem != p.Problem {
			out = append(out, "problem: "+h.Problem)
		}
		out = append(out, h.Notes...)
	}
	switch wait := span(p.ClosedUntil.Sub(now)); {
	case !p.ClosedUntil.After(now):
	case p.Down:
		out = append(out, "it is tried again in "+wait)
	default:
		out = append(out, "nothing is sent for another "+wait+", as the platform asked")
	}
	if p.Replies+p.Cards+p.Scheduled > 0 {
		out = append(out, fmt.Sprintf("%d replies, %d cards and %d by the clock wait to be sent; %d of them failed and are tried again", p.Replies, p.Cards, p.Scheduled, p.BackingOff))
	}
	for _, f := range p.Failures {
		code := ""
		if f.Code != "" {
			code = " (" + f.Code + ")"
		}
		out = append(out, fmt.Sprintf("failed sends: %d %s%s, the last %s ago", f.Count, f.Class, code, span(now.Sub(f.Last))))
	}
	return out
}

func openTo(how string) string {
	if how == config.Named {
		return "the accounts that are named, and whoever holds a code from one of them"
	}
	return how
}

func operatorText(platform string) string {
	if platform == "" {
		return "not named: nobody is told if the operator is one of the two"
	}
	return "an account on " + platform
}

// span is a duration in its two largest units.
func span(d time.Duration) string {
	d = max(d, 0)
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return fmt.Sprintf("%dd %dh", days, hours)
	case hours > 0:
		return fmt.Sprintf("%dh %dm", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%dm", minutes)
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}
