// Package config reads rewoo.yaml, the one file of whoever runs a bot, and the secrets that it points at.
//
// It is strict, because a slip in it would let strangers in or words out: a key that it does not know, a key that is there
// twice, a value of another type, an anchor or a tag are findings, and a typo comes with what was probably meant. [Load]
// gives all findings at once, each with file, line and column and the way out; with a finding there is no configuration.
//
// Secrets are never in the file. A key that ends in _file names a file, or with credential:NAME what systemd hands over in
// $CREDENTIALS_DIRECTORY. The environment is refused: it is inherited by every child and shown by ps. A secret's file is
// looked at before it is read: an ordinary file, small, readable by its owner only. What was read is a [Secret], which
// nothing prints. No finding repeats what is in such a file, nor anything in rewoo.yaml that looks like a token.
//
// The package asks nobody: whether a platform takes a token is for the adapters to find out. It imports nothing of ours.
package config
