package core

// PublicKey is an SSH key that signs an account in (AC2, AC20). Its fingerprint is unique in the house.
type PublicKey struct {
	// Fingerprint is the SHA-256 of the key as OpenSSH writes it: "SHA256:" and base64 without padding.
	Fingerprint string    `json:"fingerprint" cbor:"1,keyasint"`
	Version     uint64    `json:"version" cbor:"2,keyasint"`
	Account     AccountID `json:"account" cbor:"3,keyasint"`
	Type        string    `json:"type" cbor:"4,keyasint"`                             // "ssh-ed25519", "sk-ssh-ed25519@openssh.com", …
	Blob        []byte    `json:"blob" cbor:"5,keyasint"`                             // the key in the wire form of SSH
	Label       string    `json:"label,omitempty" cbor:"6,keyasint,omitempty"`        // 0–50
	Added       Moment    `json:"added" cbor:"7,keyasint"`                            //
	LastUsed    Moment    `json:"last_used,omitzero" cbor:"8,keyasint,omitempty"`     // none: never
	Security    bool      `json:"security_key,omitempty" cbor:"9,keyasint,omitempty"` // counts as MFA (AC4)
}
