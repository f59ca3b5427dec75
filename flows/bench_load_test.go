package flows

import "testing"

// BenchmarkLoad reads and checks all that ships. It is done at every start and every reload.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, findings := Load(Shipped()); len(findings) > 0 {
			b.Fatal(findings[0])
		}
	}
}
