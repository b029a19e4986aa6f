package scheduler

import (
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/pairing"
)

// Policy (结对规则) is by what needs and offers are matched and terms are planned.
type Policy struct {
	Rooms      int             `json:"rooms" minimum:"1" maximum:"50" doc:"receiving rooms of one lesson at most"`
	Minutes    int             `json:"minutes" minimum:"10" maximum:"180" doc:"that the periods of all schools have in common: the length of a lesson"`
	Minimum    int             `json:"minimum" minimum:"0" maximum:"180" doc:"or so many minutes, where the periods of all begin together; 0: not agreed, or else 10 at least"`
	Held       int             `json:"held" minimum:"1" maximum:"1000" doc:"permille of the days that all schools teach, on which a weekly slot must hold"`
	AnyEdition bool            `json:"anyEdition" doc:"another textbook edition is no hindrance"`
	Picture    string          `json:"picture" enum:"full,small" doc:"picture that the schools' lines are planned for, and that courses get"`
	Weights    pairing.Weights `json:"weights" maxProperties:"11" doc:"how much each criterion counts, 0 to 100; one that is left out does not count"`
}

// AreaPolicy is the policy that holds for an area.
type AreaPolicy struct {
	Version int         `json:"version" doc:"of the area: a change is based on it"`
	Area    link.Named  `json:"area"`
	Own     bool        `json:"own" doc:"the area decided it"`
	By      *link.Named `json:"by,omitempty" doc:"who decided it; left out: nobody"`
	Policy
	Default   Policy      `json:"default" doc:"what would hold if the area had not decided"`
	DefaultBy *link.Named `json:"defaultBy,omitempty"`
}

type policyInput struct {
	ByID
	Based
	Body Policy
}
