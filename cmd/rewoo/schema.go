package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"rewoo/flows"
)

func schemaCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Write the JSON Schema of flow files, by which editors complete and check them",
		Example: `  rewoo schema                                print it
  rewoo schema --out ./my-flows/schema.json   write it; docs/flows/editors.md says how editors find it`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("out") {
				_, err := cmd.OutOrStdout().Write(flows.Schema())
				return err
			}
			if out == "" {
				return usagef("--out needs the name of a file")
			}
			if err := os.WriteFile(out, flows.Schema(), 0o644); err != nil {
				return fmt.Errorf("the schema was not written: %w", err)
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", out)
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write it to")
	return cmd
}
