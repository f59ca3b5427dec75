// Package chart draws pictures of conversations: a flows.Graph as Mermaid, as DOT and as SVG.
//
// It knows nothing of the language but what a Graph says, reads no file and starts nothing. The same graph gives the same bytes.
package chart
