package scheduler

import "github.com/tongtang/tongtang/scheduler/db"

// rule says who may call an operation at all. What of it the caller may see or change is decided where the object is looked up.
type rule struct {
	open   bool      // anyone, signed in or not
	device bool      // a device with its key, nobody else
	roles  []db.Role // a person who holds one of these roles somewhere
}

var (
	anyone     = rule{open: true}
	deviceOnly = rule{device: true}
	signedIn   = rule{roles: db.Roles}
)

func only(roles ...db.Role) rule { return rule{roles: roles} }

// access is the one table of who may call what: operation id → rule. An operation that is not in it cannot be registered.
var access = map[string]rule{
	"signIn":  anyone,
	"me":      signedIn,
	"signOut": signedIn,

	"myCalendar":      signedIn,
	"newMyCalendar":   signedIn,
	"newRoomCalendar": only(equipping...),

	"today":        signedIn,
	"listLessons":  signedIn,
	"getLesson":    signedIn,
	"startLesson":  only(db.Lecturer, db.Coordinator),
	"endLesson":    only(db.Lecturer, db.Coordinator),
	"cancelLesson": only(db.Coordinator),
	"joinLesson":   signedIn,

	"moveLesson":       only(db.Coordinator),
	"substituteLesson": only(db.Coordinator),
	"adjustLesson":     only(db.Coordinator),
	"makeUpLesson":     only(db.Coordinator),
	"lessonOptions":    only(db.Coordinator),

	"lessonQuality": only(db.Lecturer, db.Assistant, db.Coordinator, db.SchoolAdmin, db.Operator),

	"listSchools": signedIn,
	"getSchool":   signedIn,
	"setTerm":     only(db.Coordinator, db.SchoolAdmin),
	"setClass":    only(db.Coordinator, db.SchoolAdmin),
	"setContract": only(contracting...),
	"newCalendar": only(db.Coordinator, db.SchoolAdmin),
	"setPlace":    only(equipping...),

	"getLedger":    only(accounting...),
	"exportLedger": only(accounting...),
	"listRequired": only(accounting...),
	"setRequired":  only(equipping...),

	"createGroup":          only(equipping...),
	"createPortableDevice": only(equipping...),
	"setGroup":             only(equipping...),
	"setPortableDevice":    only(equipping...),

	"getCalendar":      signedIn,
	"setDay":           only(db.Coordinator, db.SchoolAdmin),
	"forgetDay":        only(db.Coordinator, db.SchoolAdmin),
	"previewHolidays":  only(db.Coordinator),
	"importHolidays":   only(db.Coordinator),
	"getPolicy":        only(db.Coordinator),
	"setPolicy":        only(db.Coordinator),
	"forgetPolicy":     only(db.Coordinator),
	"addBells":         only(db.Coordinator, db.SchoolAdmin),
	"setBells":         only(db.Coordinator, db.SchoolAdmin),
	"deleteBells":      only(db.Coordinator, db.SchoolAdmin),
	"ownTimetable":     only(staff...),
	"previewTimetable": only(equipping...),
	"importTimetable":  only(equipping...),
	"clearTimetable":   only(equipping...),
	"exportTimetable":  only(staff...),
	"exportWeek":       only(staff...),
	"previewRoster":    only(rostering...),
	"importRoster":     only(rostering...),
	"template":         only(staff...),

	"listPeople":   only(db.Coordinator, db.SchoolAdmin, db.Operator),
	"createPerson": only(db.SchoolAdmin, db.Operator),

	"listNeeds":     only(matching...),
	"addNeed":       only(db.Coordinator, db.SchoolAdmin),
	"setNeed":       only(db.Coordinator, db.SchoolAdmin),
	"withdrawNeed":  only(db.Coordinator, db.SchoolAdmin),
	"listOffers":    only(matching...),
	"addOffer":      only(db.Coordinator, db.SchoolAdmin, db.Lecturer),
	"setOffer":      only(db.Coordinator, db.SchoolAdmin, db.Lecturer),
	"withdrawOffer": only(db.Coordinator, db.SchoolAdmin, db.Lecturer),

	"listCandidates": only(db.Coordinator),

	"listTermPlans":  only(db.Coordinator),
	"planTerm":       only(db.Coordinator),
	"getTermPlan":    only(db.Coordinator),
	"cancelTermPlan": only(db.Coordinator),
	"lockTermParts":  only(db.Coordinator),
	"acceptTerm":     only(db.Coordinator),
	"undoTerm":       only(db.Coordinator),

	"listProposals":    only(matching...),
	"propose":          only(db.Coordinator),
	"acceptProposal":   only(db.SchoolAdmin, db.Lecturer),
	"refuseProposal":   only(db.SchoolAdmin, db.Lecturer),
	"withdrawProposal": only(db.Coordinator),
	"coverage":         only(covering...),
	"renewPairing":     only(db.Coordinator),

	"listPairings":  signedIn,
	"createPairing": only(db.Coordinator),
	"deletePairing": only(db.Coordinator),
	"findSlots":     only(db.Coordinator),
	"listCourses":   signedIn,
	"createCourse":  only(db.Coordinator),
	"getCourse":     signedIn,
	"deleteCourse":  only(db.Coordinator),

	"listDevices":   only(db.Coordinator, db.SchoolAdmin),
	"enrolmentCode": only(db.Coordinator, db.SchoolAdmin),
	"deleteDevice":  only(db.Coordinator, db.SchoolAdmin),

	"listResources": signedIn,
	"getResource":   signedIn,

	"enrolDevice":  anyone,
	"agentLessons": deviceOnly,
	"agentStart":   deviceOnly,
	"agentStop":    deviceOnly,
	"agentGrant":   deviceOnly,
	"agentStatus":  deviceOnly,
}
