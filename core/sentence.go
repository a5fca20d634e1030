package core

// sentences are the texts of section 3, by reason and variant.
var sentences = map[sentenceKey]sentence{}
