package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

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
	Bot         botReport          `json:"bot"`
}

// connectionReport is how a platform is doing.
type connectionReport struct {
	Platform  string    `json:"platform"`
	Name      string    `json:"name"` // the bot's public name; "": not known yet
	How       string    `json:"how"`
	Connected bool      `json:"connected"`
	Since     time.Time `json:"since,omitzero"`
	Problem   string    `json:"problem,omitempty"`
	Notes     []string  `json:"notes,omitempty"`
}

// botReport is what the bot tells about its queues, and the last failures by their class.
type botReport struct {
	Queues   []queueReport   `json:"queues"`
	Failures []failureReport `json:"failures"`
}

// queueReport is how many wait for what.
type queueReport struct {
	Name  string `json:"name"` // "to be sent on telegram", "timers due"
	Count int    `json:"count"`
}

// failureReport counts the sends that failed in one way.
type failureReport struct {
	Platform string    `json:"platform"`
	Class    string    `json:"class"`
	Code     string    `json:"code,omitempty"`
	Count    int       `json:"count"`
	Last     time.Time `json:"last"`
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
		return fmt.Errorf("no bot runs on the data in %s; start one with: rewoo serve --config %s", cfg.Data, file)
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
	fmt.Fprintln(tw, "platform\tbot\thow\tstate")
	for _, c := range r.Connections {
		state := "not connected"
		if c.Connected {
			state = "connected"
		}
		if !c.Since.IsZero() {
			state += " for " + span(r.Now.Sub(c.Since))
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", escape(c.Platform), escape(cmp.Or(c.Name, "not known yet")), escape(c.How), state)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, c := range r.Connections {
		if c.Problem != "" {
			fmt.Fprintf(w, "%s: problem: %s\n", escape(c.Platform), escape(c.Problem))
		}
		for _, n := range c.Notes {
			fmt.Fprintf(w, "%s: %s\n", escape(c.Platform), escape(n))
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintf(tw, "zone data\t%s\n", escape(r.Zones.String()))
	fmt.Fprintf(tw, "open to\t%s\n", escape(openTo(r.OpenTo)))
	fmt.Fprintf(tw, "operator\t%s\n", escape(operatorText(r.Operator)))
	for _, q := range r.Bot.Queues {
		fmt.Fprintf(tw, "%s\t%d\n", escape(q.Name), q.Count)
	}
	if len(r.Bot.Failures) == 0 {
		fmt.Fprintln(tw, "failures\tnone")
	}
	for i, f := range r.Bot.Failures {
		name := ""
		if i == 0 {
			name = "failures"
		}
		code := ""
		if f.Code != "" {
			code = " (" + f.Code + ")"
		}
		fmt.Fprintf(tw, "%s\t%s %s%s: %d, the last %s ago\n", name, escape(f.Platform), escape(f.Class), escape(code), f.Count, span(r.Now.Sub(f.Last)))
	}
	return tw.Flush()
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
