package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rewoo/bot/play"
	"rewoo/flows"
)

// completes lets a shell offer names out of the library for a flag. Where --flows names a folder, its files count too.
func completes(cmd *cobra.Command, flag string, names func(*flows.Library) []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return offered(cmd, names), cobra.ShellCompDirectiveNoFileComp
	}) // it fails for a flag that is not there, which the test of all commands finds
}

// offered are names out of the library at hand; none while it does not load.
func offered(cmd *cobra.Command, names func(*flows.Library) []string) []string {
	dir, _ := cmd.Flags().GetString("flows")
	fsys, err := flowFiles(dir)
	if err != nil {
		return nil
	}
	lib, _ := flows.Load(fsys)
	if lib == nil {
		return nil
	}
	return names(lib)
}

func flowNames(lib *flows.Library) []string { return slices.Sorted(maps.Keys(lib.Flows)) }

// completeModel offers what check --model takes behind a space.
func completeModel(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if !cmd.Flags().Changed("model") || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return offered(cmd, flowNames), cobra.ShellCompDirectiveNoFileComp
}

// completeTranscripts offers the transcripts of the folder at hand.
func completeTranscripts(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	dir, _ := cmd.Flags().GetString("flows")
	fsys, err := flowFiles(dir)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, _ := play.Names(fsys)
	for i, name := range all {
		all[i] = strings.TrimSuffix(name, ".txt")
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
