// Package docs holds the pages that the program itself can show. They are written for people; the program only cuts them
// at their headings.
package docs

import _ "embed"

// Checks is docs/flows/checks.md: a section for each code of a finding.
//
//go:embed flows/checks.md
var Checks string
