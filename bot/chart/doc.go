// Package chart draws pictures of conversations: a flows.Graph as Mermaid, as DOT and as SVG.
//
// It knows nothing of the language but what a Graph says, reads no file and starts nothing. The same graph gives the same bytes.
//
// Mermaid and DOT leave the layout to whoever reads them. The SVG is laid out here, in layers (sheet.go): a step stands below
// those that lead to it, in reading order, and what leads back is turned round for the while. Where a line passes a layer, or its
// label stands, it has a spot of its own between the boxes, so no line crosses a box and no label lies on anything. The order
// within the layers is one with few crossings (order.go); places are as near as may be to what they are joined with, by least
// squares (place.go); then lines are made straight where there is room.
//
// All edges between the same two boxes are one line with all their labels. Where many waits end in the same place, each box says
// so in words, and no line is drawn.
//
// What crosses to the other person is drawn across, from one lane into another (lane.go). A box that is joined with the other
// lane stands at the right of its row and alone there with that, so the line across passes nothing but lines.
//
// Colours are neither too light for a light page nor too dark for a dark one. Text has the colour of the page around, and a page
// that has --ink and --card gives the picture those. A step is <g class="step KIND" data-step="ID">, so that a page can light it
// by the class lit; an edge says what it joins with data-from and data-to. Nothing has an id: several pictures fit into one page.
package chart
