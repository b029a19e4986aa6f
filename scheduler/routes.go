package scheduler

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

// register is the page of routes: one line for each operation.
func (s *Server) register(api huma.API) {
	post, get, del, put := http.MethodPost, http.MethodGet, http.MethodDelete, http.MethodPut

	add(s, api, "signIn", post, "/api/session", "Sign in with login and password", s.signIn)
	add(s, api, "me", get, "/api/session", "Who is signed in", s.me)
	add(s, api, "signOut", del, "/api/session", "Sign out", s.signOut)

	add(s, api, "myCalendar", get, "/api/session/calendar", "My feed's secret address", s.myCalendar)
	add(s, api, "newMyCalendar", post, "/api/session/calendar", "Make a new secret feed address for me", s.newMyCalendar)
	add(s, api, "newRoomCalendar", post, "/api/rooms/{id}/calendar", "Make a new secret feed address for a room", s.newRoomCalendar)

	add(s, api, "today", get, "/api/today", "What is on for me on a day", s.today)
	add(s, api, "listLessons", get, "/api/lessons", "Dated lessons", s.listLessons)
	add(s, api, "getLesson", get, "/api/lessons/{id}", "One dated lesson", s.getLesson)
	add(s, api, "startLesson", post, "/api/lessons/{id}/start", "Put a lesson on air", s.startLesson)
	add(s, api, "endLesson", post, "/api/lessons/{id}/end", "End a live lesson", s.endLesson)
	add(s, api, "cancelLesson", post, "/api/lessons/{id}/cancel", "Cancel a planned lesson", s.cancelLesson)
	add(s, api, "moveLesson", post, "/api/lessons/{id}/move", "Hold a planned lesson at another time (调课)", s.moveLesson)
	add(s, api, "substituteLesson", post, "/api/lessons/{id}/substitute", "Let another lecturer teach a planned lesson (代课)", s.substituteLesson)
	add(s, api, "adjustLesson", post, "/api/lessons/{id}/adjust", "Hold a planned lesson with other means at its time", s.adjustLesson)
	add(s, api, "makeUpLesson", post, "/api/lessons/{id}/make-up", "Plan a lesson instead of a cancelled or missed one (补课)", s.makeUpLesson)
	add(s, api, "lessonOptions", get, "/api/lessons/{id}/options", "To what a lesson could be changed, and what speaks against it", s.lessonOptions)
	add(s, api, "joinLesson", post, "/api/lessons/{id}/join", "Enter a live lesson, or stay in it", s.joinLesson)

	add(s, api, "lessonQuality", get, "/api/lessons/{id}/quality", "How the lines of the lesson's rooms were", s.lessonQuality)

	add(s, api, "listSchools", get, "/api/schools", "Schools", s.listSchools)
	add(s, api, "getSchool", get, "/api/schools/{id}", "One school with rooms, classes and bells", s.getSchool)
	add(s, api, "setTerm", put, "/api/schools/{id}/term", "Set the school's term and its week 1", s.setTerm)
	add(s, api, "setClass", put, "/api/schools/{id}/classes/{class}", "Set campus and stage of a class", s.setClass)
	add(s, api, "setContract", put, "/api/schools/{id}/contract", "Set what the school's line carries", s.setContract)
	add(s, api, "setPlace", put, "/api/schools/{id}/place", "Say where the school stands", s.setPlace)
	add(s, api, "createGroup", post, "/api/schools/{id}/groups", "Make a teaching group of pupils from several classes", s.createGroup)
	add(s, api, "createPortableDevice", post, "/api/schools/{id}/portable-devices", "Add a device that the school lends to lessons", s.createPortableDevice)
	add(s, api, "setGroup", put, "/api/schools/{id}/groups/{group}", "Change a teaching group, or archive it", s.setGroup)
	add(s, api, "setPortableDevice", put, "/api/schools/{id}/portable-devices/{device}", "Change a portable device, or archive it", s.setPortableDevice)
	add(s, api, "newCalendar", post, "/api/schools/{id}/calendar", "Make a new secret feed address", s.newCalendar)

	add(s, api, "getCalendar", get, "/api/areas/{id}/calendar", "How a school teaches, day by day, or the defaults of an area", s.getCalendar)
	add(s, api, "setDay", put, "/api/areas/{id}/days/{date}", "Decide about a day", s.setDay)
	add(s, api, "forgetDay", del, "/api/areas/{id}/days/{date}", "Take back a decision: the default holds", s.forgetDay)
	add(s, api, "previewHolidays", post, "/api/areas/{id}/holidays/preview", "A national holiday file beside what holds for the area", s.previewHolidays)
	add(s, api, "importHolidays", post, "/api/areas/{id}/holidays", "Make the days of a national holiday file the area's", s.importHolidays)
	add(s, api, "getPolicy", get, "/api/areas/{id}/policy", "By what needs and offers of an area are matched", s.getPolicy)
	add(s, api, "setPolicy", put, "/api/areas/{id}/policy", "Decide by what an area matches and plans", s.setPolicy)
	add(s, api, "forgetPolicy", del, "/api/areas/{id}/policy", "Take the decision back: the default holds", s.forgetPolicy)
	add(s, api, "addBells", post, "/api/areas/{id}/bells", "Add a bell schedule", s.addBells)
	add(s, api, "setBells", put, "/api/bells/{id}", "Replace a bell schedule", s.setBells)
	add(s, api, "deleteBells", del, "/api/bells/{id}", "Remove a bell schedule", s.deleteBells)
	add(s, api, "ownTimetable", get, "/api/schools/{id}/timetable", "The school's own timetable", s.ownTimetable)
	add(s, api, "previewTimetable", post, "/api/schools/{id}/timetable/preview", "What the import of a timetable would do", s.previewTimetable, upload)
	add(s, api, "importTimetable", post, "/api/schools/{id}/timetable", "Import the school's own timetable", s.importTimetable, upload)
	add(s, api, "clearTimetable", del, "/api/schools/{id}/timetable", "Forget the school's own timetable", s.clearTimetable)
	add(s, api, "exportTimetable", get, "/api/schools/{id}/timetable/file", "The school's own timetable as a file", s.exportTimetable)
	add(s, api, "exportWeek", get, "/api/schools/{id}/week", "A week of the school as it is printed", s.exportWeek)
	add(s, api, "previewRoster", post, "/api/schools/{id}/roster/preview", "What the import of a list would do", s.previewRoster, upload)
	add(s, api, "importRoster", post, "/api/schools/{id}/roster", "Import teachers, classes or rooms", s.importRoster, upload)
	add(s, api, "template", get, "/api/templates/{kind}", "A sheet to be filled in", s.template)

	add(s, api, "getLedger", get, "/api/ledger", "Delivered against required periods (开课率)", s.getLedger)
	add(s, api, "exportLedger", get, "/api/ledger/file", "The ledger as a sealed table", s.exportLedger)
	add(s, api, "listRequired", get, "/api/schools/{id}/required", "How many periods a week a school's classes should have", s.listRequired)
	add(s, api, "setRequired", put, "/api/schools/{id}/required", "Say how many periods a week a class should have of a subject", s.setRequired)

	add(s, api, "listPeople", get, "/api/people", "People", s.listPeople)
	add(s, api, "createPerson", post, "/api/people", "Make an account", s.createPerson)

	add(s, api, "listNeeds", get, "/api/needs", "What classes lack", s.listNeeds)
	add(s, api, "addNeed", post, "/api/needs", "Say what a class lacks", s.addNeed)
	add(s, api, "setNeed", put, "/api/needs/{id}", "Change a need", s.setNeed)
	add(s, api, "withdrawNeed", del, "/api/needs/{id}", "Withdraw a need", s.withdrawNeed)
	add(s, api, "listCandidates", get, "/api/needs/{id}/candidates", "Offers for a need, ranked, with reasons", s.listCandidates)
	add(s, api, "listOffers", get, "/api/offers", "What lecturers can give", s.listOffers)
	add(s, api, "addOffer", post, "/api/offers", "Say what a lecturer can give", s.addOffer)
	add(s, api, "setOffer", put, "/api/offers/{id}", "Change an offer", s.setOffer)
	add(s, api, "withdrawOffer", del, "/api/offers/{id}", "Withdraw an offer", s.withdrawOffer)

	add(s, api, "listProposals", get, "/api/proposals", "Proposals of one's schools", s.listProposals)
	add(s, api, "propose", post, "/api/proposals", "Propose an offer for a need", s.propose)
	add(s, api, "acceptProposal", post, "/api/proposals/{id}/accept", "Accept for a school, or as the lecturer; the last one publishes", s.acceptProposal)
	add(s, api, "refuseProposal", post, "/api/proposals/{id}/refuse", "Refuse, with a reason", s.refuseProposal)
	add(s, api, "withdrawProposal", post, "/api/proposals/{id}/withdraw", "Withdraw a proposal", s.withdrawProposal)
	add(s, api, "coverage", get, "/api/coverage", "Which schools are supported, and which have no partner", s.coverage)

	add(s, api, "listTermPlans", get, "/api/terms", "The latest plans of terms", s.listTermPlans)
	add(s, api, "planTerm", post, "/api/terms", "Plan a term for all open needs of an area", s.planTerm)
	add(s, api, "getTermPlan", get, "/api/terms/{id}", "One plan, as a difference to what is there", s.getTermPlan)
	add(s, api, "cancelTermPlan", post, "/api/terms/{id}/cancel", "Stop a planning that runs", s.cancelTermPlan)
	add(s, api, "lockTermParts", post, "/api/terms/{id}/lock", "Lock parts, or unlock them: they stay when it is planned again", s.lockTermParts)
	add(s, api, "acceptTerm", post, "/api/terms/{id}/accept", "Accept parts: they become courses", s.acceptTerm)
	add(s, api, "undoTerm", post, "/api/terms/{id}/undo", "Undo the acceptance of parts of which nothing has begun", s.undoTerm)

	add(s, api, "listPairings", get, "/api/pairings", "Pairings", s.listPairings)
	add(s, api, "createPairing", post, "/api/pairings", "Pair schools", s.createPairing)
	add(s, api, "deletePairing", del, "/api/pairings/{id}", "End a pairing without courses", s.deletePairing)
	add(s, api, "renewPairing", post, "/api/pairings/{id}/renew", "Make the next round of a pairing", s.renewPairing)
	add(s, api, "findSlots", get, "/api/slots", "Weekly slots that schools have in common", s.findSlots)
	add(s, api, "listCourses", get, "/api/courses", "Courses", s.listCourses)
	add(s, api, "createCourse", post, "/api/courses", "Create a course with its dated lessons", s.createCourse)
	add(s, api, "getCourse", get, "/api/courses/{id}", "One course with its dated lessons", s.getCourse)
	add(s, api, "deleteCourse", del, "/api/courses/{id}", "Cancel a course's future lessons", s.deleteCourse)

	add(s, api, "listDevices", get, "/api/devices", "Classroom devices", s.listDevices)
	add(s, api, "enrolmentCode", post, "/api/devices/enrolment", "Make a code to enrol a device", s.enrolmentCode)
	add(s, api, "deleteDevice", del, "/api/devices/{id}", "Remove a device; its key stops working", s.deleteDevice)

	add(s, api, "listResources", get, "/api/resources", "Course resources", s.listResources)
	add(s, api, "getResource", get, "/api/resources/{id}", "One course resource, to play it", s.getResource)

	add(s, api, "enrolDevice", post, "/api/agent/enrol", "Change a code into a device key", s.enrolDevice)
	add(s, api, "agentLessons", get, "/api/agent/lessons", "Lessons of the device's room", s.agentLessons)
	add(s, api, "agentStart", post, "/api/agent/lessons/{id}/start", "Put the lesson on air", s.agentStart)
	add(s, api, "agentStop", post, "/api/agent/lessons/{id}/stop", "End the lesson", s.agentStop)
	add(s, api, "agentGrant", post, "/api/agent/lessons/{id}/grant", "A fresh grant for a live lesson", s.agentGrant)
	add(s, api, "agentStatus", post, "/api/agent/status", "How the device is", s.agentStatus)
}

// answer is a document; empty is a 204.
type answer[T any] struct{ Body T }
type empty struct{}

// done is the answer of an operation that has nothing to tell.
func done(err error) (*empty, error) {
	if err != nil {
		return nil, err
	}
	return &empty{}, nil
}

// Inputs that several operations share.
type (
	nothing struct{}
	ByID    struct {
		ID string `path:"id" maxLength:"64" pattern:"^[a-z0-9][a-z0-9-]*$"`
	}
	withCookie[T any] struct {
		Cookie []http.Cookie `header:"Set-Cookie"`
		Body   T
	}
)

type cookieOnly struct {
	Cookie []http.Cookie `header:"Set-Cookie"`
}

type signInInput struct{ Body SignIn }
type todayInput struct {
	Date string `query:"date" format:"date" doc:"default: the present day in the district's zone"`
}
type lessonsInput struct {
	From   string `query:"from" format:"date" doc:"first day; default today"`
	To     string `query:"to" format:"date" doc:"last day; default 6 days after from, at most 400 days after it"`
	School string `query:"school" maxLength:"64"`
	Course string `query:"course" maxLength:"64"`
}
type cancelInput struct {
	ByID
	Based
	Body Cancellation
}
type joinInput struct {
	ByID
	Body *JoinRequest
}
type calendarInput struct {
	ByID
	Campus string `query:"campus" maxLength:"40" doc:"whose bells: of a campus"`
	Stage  string `query:"stage" enum:"primary,junior,senior" doc:"whose bells: of a stage; default that of the school"`
}
type WithPreview struct {
	Preview bool `query:"preview" doc:"only tell what it would do to dated lessons"`
	Based
}
type ChangeByID struct {
	ByID
	Based
}
type PreviewByID struct {
	ByID
	WithPreview
}
type DayInput struct {
	ByID
	Date string `path:"date" format:"date"`
	WithPreview
}
type setDayInput struct {
	DayInput
	Body NewDay
}
type addBellsInput struct {
	PreviewByID
	Body NewBells
}
type setBellsInput struct {
	PreviewByID
	Body NewBells
}
type setTermInput struct {
	PreviewByID
	Body Term
}
type setClassInput struct {
	PreviewByID
	Class string `path:"class" maxLength:"64" pattern:"^[a-z0-9][a-z0-9-]*$"`
	Body  BellSet
}
type contractInput struct {
	ByID
	Based
	Body Contract
}
type placeInput struct {
	ByID
	Based
	Body Place
}
type peopleInput struct {
	School string `query:"school" maxLength:"64"`
	Role   string `query:"role" enum:"lecturer,assistant,student,coordinator,observer,school-admin,operator"`
}
type createPersonInput struct{ Body NewPerson }
type addNeedInput struct{ Body NewNeed }
type setNeedInput struct {
	ChangeByID
	Body NewNeed
}
type addOfferInput struct{ Body NewOffer }
type setOfferInput struct {
	ChangeByID
	Body NewOffer
}
type candidatesInput struct {
	ByID
	AnyEdition bool `query:"anyEdition" doc:"the coordinator overrides the editions"`
}
type proposeInput struct{ Body NewProposal }
type acceptInput struct {
	ChangeByID
	Body ProposalSide
}
type refuseInput struct {
	ChangeByID
	Body ProposalRefusal
}
type withdrawInput struct {
	ChangeByID
	Body Cancellation
}
type renewInput struct {
	ByID
	Body Renewal
}
type createPairingInput struct{ Body NewPairing }
type slotsInput struct {
	Lead     string   `query:"lead" required:"true" maxLength:"64"`
	Partners []string `query:"partners" required:"true" minItems:"1" maxItems:"50"`
	Lecturer string   `query:"lecturer" maxLength:"64" doc:"tell whether this lecturer is free"`
	Rooms    []string `query:"rooms" maxItems:"51" doc:"tell whether these rooms are free"`
	Classes  []string `query:"classes" maxItems:"50" doc:"tell whether these classes are free"`
	Groups   []string `query:"groups" maxItems:"50" doc:"tell whether these teaching groups are free"`
	Devices  []string `query:"devices" maxItems:"20" doc:"tell whether these portable devices are free"`
	Subject  string   `query:"subject" maxLength:"40" doc:"of the lesson: it may take the place of the class's own lesson of the subject"`
	Grade    int      `query:"grade" minimum:"0" maximum:"12" doc:"of the lesson: the lecturer's own class of the grade may take part"`
	Minutes  int      `query:"minutes" minimum:"10" maximum:"180" default:"40" doc:"least overlap"`
	From     string   `query:"from" format:"date" doc:"default: today"`
	To       string   `query:"to" format:"date" doc:"default: the end of the lead school's term"`
	Weeks    string   `query:"weeks" enum:"every,odd,even,cycle" default:"every" doc:"by the lead school's own weeks"`
	Every    int      `query:"every" minimum:"0" maximum:"20" doc:"of a cycle: every so many weeks"`
	Anchor   string   `query:"anchor" format:"date" doc:"of a cycle: a day of a week in which it is held"`
}
type createCourseInput struct{ Body NewCourse }
type enrolmentInput struct{ Body EnrolmentRequest }
type resourcesInput struct {
	Q       string `query:"q" maxLength:"100" doc:"words of the title or the lecturer's name"`
	Subject string `query:"subject" maxLength:"40"`
}
type enrolInput struct{ Body link.Enrolment }
type statusInput struct{ Body link.AgentStatus }

// maxBody bounds every request's body, bytes.
const maxBody = 256 << 10

// upload lets an operation take a file, in base64, also over a thin line.
func upload(op *huma.Operation) {
	op.MaxBodyBytes, op.BodyReadTimeout = sheet.MaxFile/3*4+maxBody, 2*time.Minute
}

// add registers one operation with the rule that the access table has for it.
func add[I, O any](s *Server, api huma.API, id, method, path, summary string, h func(context.Context, *I) (*O, error), more ...func(*huma.Operation)) {
	r, ok := access[id]
	if !ok {
		panic("scheduler: operation " + id + " is not in the access table")
	}
	if fault := checkLock(id, method, reflect.TypeFor[I]()); fault != "" {
		panic("scheduler: operation " + id + " " + fault)
	}
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		MaxBodyBytes: maxBody, BodyReadTimeout: 10 * time.Second, RejectUnknownQueryParameters: true,
		Middlewares: huma.Middlewares{s.authorize(r)},
		Security:    security(r),
	}
	for _, change := range more {
		change(&op)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		if err := checkText(reflect.ValueOf(in)); err != nil {
			return nil, err
		}
		callerOf(ctx).operation = id
		out, err := h(ctx, in)
		if err == nil && method != http.MethodGet && !unaudited[id] && !callerOf(ctx).note.none {
			s.audit(ctx, id)
		}
		return out, err
	})
}

func security(r rule) []map[string][]string {
	switch {
	case r.open:
		return nil
	case r.device:
		return []map[string][]string{{"device": {}}}
	}
	return []map[string][]string{{"session": {}}}
}
