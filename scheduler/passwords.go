package scheduler

import (
	"context"
	"runtime"
	"sync"

	"github.com/alexedwards/argon2id"
)

// passwordCost is OWASP's argon2id setting for servers with many sign-ins: 19 MiB, 2 iterations; about 20 ms.
var passwordCost = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing bounds how many hashes are computed at once: a class that signs in with the bell takes turns instead of all memory.
var hashing = make(chan struct{}, max(2, runtime.NumCPU()))

// HashPassword makes the form in which a password is stored.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, passwordCost)
}

// noOne is compared where there is no such login, so that the answer takes the same time.
var noOne = sync.OnceValues(func() (string, error) { return HashPassword("nobody signs in with this") })

// passwordIs tells whether the password belongs to the hash; hash "" is the login that does not exist.
func passwordIs(ctx context.Context, password, hash string) (bool, error) {
	stand, err := noOne()
	if err != nil {
		return false, err
	}
	known := hash != ""
	if !known {
		hash = stand
	}
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	same, err := argon2id.ComparePasswordAndHash(password, hash)
	return same && known, err
}
