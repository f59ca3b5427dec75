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

// BenchmarkLoadAgain is the same for who has loaded it before, as rewoo try does while an author works.
func BenchmarkLoadAgain(b *testing.B) {
	var m Memory
	b.ReportAllocs()
	for b.Loop() {
		if _, findings := LoadWith(Shipped(), LoadOptions{Memory: &m}); len(findings) > 0 {
			b.Fatal(findings[0])
		}
	}
}
