package scheduler

import "github.com/tongtang/tongtang/scheduler/link"

// SignIn is what a person types.
type SignIn struct {
	Login    string `json:"login" minLength:"1" maxLength:"64"`
	Password string `json:"password" minLength:"1" maxLength:"200"`
}

// Me is the person who is signed in.
type Me struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Login  string       `json:"login"`
	Roles  []HeldRole   `json:"roles"`
	School *link.Named  `json:"school,omitempty" doc:"the school the person works or learns at"`
	Rooms  []link.Named `json:"rooms" doc:"rooms of that school, for joining as a room"`
	Locale string       `json:"locale,omitempty"`
}

// HeldRole is a role, and the area for which it holds, with everything below that area.
type HeldRole struct {
	Role     string `json:"role" enum:"lecturer,assistant,student,coordinator,observer,school-admin,operator"`
	Area     string `json:"area"`
	AreaName string `json:"areaName"`
}

// Person is someone with an account.
type Person struct {
	ID    string     `json:"id"`
	Name  string     `json:"name"`
	Login string     `json:"login"`
	Roles []HeldRole `json:"roles"`
}

// People is a list of persons.
type People struct {
	People []Person `json:"people"`
}

// NewPerson is a new account.
type NewPerson struct {
	Name     string `json:"name" minLength:"1" maxLength:"80"`
	Login    string `json:"login" pattern:"^[a-z0-9][a-z0-9._-]{1,63}$" doc:"2-64 characters a-z, 0-9, dot, dash, underscore"`
	Password string `json:"password" minLength:"8" maxLength:"200"`
	Role     string `json:"role" enum:"lecturer,assistant,student,coordinator,observer,school-admin,operator"`
	Area     string `json:"area" maxLength:"64" doc:"id of a school or of a wider area"`
	Class    string `json:"class,omitempty" maxLength:"64" doc:"of a student: id of the class"`
}
