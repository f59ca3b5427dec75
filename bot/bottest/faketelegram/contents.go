package faketelegram

// What people send besides text, for [User.Send]. All of it names files that nobody should fetch.

func file(more map[string]any) map[string]any {
	out := map[string]any{"file_id": "a-file", "file_unique_id": "one", "file_size": 1000}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// Photo is a picture with words below it; "": without.
func Photo(caption string) map[string]any {
	out := map[string]any{"photo": []any{file(map[string]any{"width": 90, "height": 90})}}
	if caption != "" {
		out["caption"] = caption
	}
	return out
}

// Location is where they are.
func Location() map[string]any {
	return map[string]any{"location": map[string]any{"latitude": 52.5, "longitude": 13.4}}
}

// Voice is a note that they spoke.
func Voice() map[string]any {
	return map[string]any{"voice": file(map[string]any{"duration": 3, "mime_type": "audio/ogg"})}
}

// Document is a file.
func Document() map[string]any {
	return map[string]any{"document": file(map[string]any{"file_name": "a.zip", "mime_type": "application/zip"})}
}

// Sticker is a sticker.
func Sticker() map[string]any {
	return map[string]any{"sticker": file(map[string]any{"type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false})}
}

// Contact is somebody's number.
func Contact() map[string]any {
	return map[string]any{"contact": map[string]any{"phone_number": "+49000", "first_name": "Somebody"}}
}

// Poll is a poll of theirs.
func Poll() map[string]any {
	return map[string]any{"poll": map[string]any{
		"id": "1", "question": "Which?", "options": []any{}, "total_voter_count": 0, "is_closed": false, "is_anonymous": true,
		"type": "regular", "allows_multiple_answers": false, "allows_revoting": false, "members_only": false,
	}}
}

// Notice is what Telegram itself notes in a chat: that messages go after a day.
func Notice() map[string]any {
	return map[string]any{"message_auto_delete_timer_changed": map[string]any{"message_auto_delete_time": 86400}}
}
