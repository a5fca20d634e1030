package bolt

// WithoutWalk opens small files like large ones: their structure is not walked,
// so that damage is met by bbolt.
func (o Options) WithoutWalk() Options {
	o.walk = -1
	return o
}
