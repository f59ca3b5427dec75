package flows
import ("testing")
func TestZZShipped(t *testing.T){ _,fs:=Load(Shipped()); for _,f:=range fs { t.Log(f.String()) } }
func BenchmarkZZ(b *testing.B){ for b.Loop(){ Load(Shipped()) } }
