package flows

func (l *List) sounds(text string) (string, bool) { return "", false }
