package webhook

// Allowed is allowed, for tests.
var Allowed = allowed
