package pairing

// ScopeOf is the narrowest scope in which two schools can be paired; "" where they lie in no common province.
func ScopeOf(a, b School) Scope {
	for _, s := range []Scope{County, City, Province} {
		if Within(a, b, s) {
			return s
		}
	}
	return ""
}
