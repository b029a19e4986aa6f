package scheduler

import (
	"net/http"
	"reflect"

	"github.com/tongtang/tongtang/scheduler/db"
)

// locks is the one table of what two may change at once: operation id → the kind of thing on whose version a change is based (If-Match). Whoever is
// second is told what changed. An operation that is no GET and stands neither here nor in unlocked cannot be registered.
var locks = map[string]db.Versioned{
	"cancelLesson": db.LessonVersion, "moveLesson": db.LessonVersion, "substituteLesson": db.LessonVersion, "adjustLesson": db.LessonVersion,
	"makeUpLesson": db.LessonVersion,
	"deleteCourse": db.CourseVersion, "deletePairing": db.PairingVersion,

	"setTerm": db.AreaVersion, "setClass": db.AreaVersion, "setContract": db.AreaVersion, "setRequired": db.AreaVersion,
	"setPlace": db.AreaVersion, "importHolidays": db.AreaVersion, "setPolicy": db.AreaVersion, "forgetPolicy": db.AreaVersion,
	"setDay": db.AreaVersion, "forgetDay": db.AreaVersion, "addBells": db.AreaVersion, "setBells": db.AreaVersion, "deleteBells": db.AreaVersion,
	"newCalendar": db.AreaVersion, "newRoomCalendar": db.AreaVersion,
	"createGroup": db.AreaVersion, "setGroup": db.AreaVersion, "createPortableDevice": db.AreaVersion, "setPortableDevice": db.AreaVersion,
	"importTimetable": db.AreaVersion, "clearTimetable": db.AreaVersion, "importRoster": db.AreaVersion,

	"setNeed": db.NeedVersion, "withdrawNeed": db.NeedVersion, "setOffer": db.OfferVersion, "withdrawOffer": db.OfferVersion,
	"acceptProposal": db.ProposalVersion, "refuseProposal": db.ProposalVersion, "withdrawProposal": db.ProposalVersion,
	"cancelTermPlan": db.PlanVersion, "lockTermParts": db.PlanVersion, "acceptTerm": db.PlanVersion, "undoTerm": db.PlanVersion,
}

const (
	makesNew    = "makes something new; that it is there once is a rule of the database"
	ownAlone    = "is the caller's own"
	forwardOnly = "goes one way only, by the state that it finds; done twice it is done once"
	tellsOnly   = "changes nothing"
	ofDevice    = "is of one device, which has one writer"
)

// unlocked says of the other operations why they need no version.
var unlocked = map[string]string{
	"signIn": ownAlone, "signOut": ownAlone, "newMyCalendar": ownAlone, "joinLesson": ownAlone,
	"startLesson": forwardOnly, "endLesson": forwardOnly, "deleteDevice": forwardOnly,
	"previewTimetable": tellsOnly, "previewRoster": tellsOnly, "previewHolidays": tellsOnly,
	"createPerson": makesNew, "addNeed": makesNew, "addOffer": makesNew, "propose": makesNew,
	"planTerm": makesNew, "renewPairing": makesNew, "createPairing": makesNew, "createCourse": makesNew, "enrolmentCode": makesNew,
	"enrolDevice": ofDevice, "agentStart": ofDevice, "agentStop": ofDevice, "agentGrant": ofDevice, "agentStatus": ofDevice,
}

// checkLock tells what is wrong with the input of an operation, by what the tables say of it: "" where nothing is.
func checkLock(id, method string, input reflect.Type) string {
	_, locked := locks[id]
	_, free := unlocked[id]
	based, names := input.FieldByName("Based")
	names = names && based.Type == reflect.TypeFor[Based]()
	switch {
	case method == http.MethodGet && (locked || free || names):
		return "only tells, and needs no version"
	case method == http.MethodGet:
		return ""
	case locked == free:
		return "must stand in one of locks and unlocked"
	case locked != names:
		return "names the version of what it changes (Based), or stands in unlocked"
	}
	return ""
}
