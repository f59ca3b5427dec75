package flows

func (r *run) recordValue(p *Person, f *Frame, name string) (Value, bool) {
	if f.Record == nil {
		return Value{}, false
	}
	v, ok := f.Record.Fields[name]
	return v, ok
}

func (k *RecordKind) field(name string) *Decl {
	for _, d := range k.Fields {
		if d.Name == name {
			return d
		}
	}
	return nil
}

func (l *Library) shownField(v Value, d *Decl) string { return v.show(d) }
