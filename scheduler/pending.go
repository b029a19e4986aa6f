package scheduler

import (
	"context"
	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"net/http"
)

var _ http.Handler

func (s *Server) listSchools(ctx context.Context, in *nothing) (*answer[Schools], error) {
	return pending[nothing, answer[Schools]](ctx, in)
}
func (s *Server) getSchool(ctx context.Context, in *ByID) (*answer[SchoolDetail], error) {
	return pending[ByID, answer[SchoolDetail]](ctx, in)
}
func (s *Server) setBells(ctx context.Context, in *bellsInput) (*answer[SchoolDetail], error) {
	return pending[bellsInput, answer[SchoolDetail]](ctx, in)
}
func (s *Server) newCalendar(ctx context.Context, in *ByID) (*answer[CalendarAddress], error) {
	return pending[ByID, answer[CalendarAddress]](ctx, in)
}
func (s *Server) listPeople(ctx context.Context, in *peopleInput) (*answer[People], error) {
	return pending[peopleInput, answer[People]](ctx, in)
}
func (s *Server) createPerson(ctx context.Context, in *createPersonInput) (*answer[Person], error) {
	return pending[createPersonInput, answer[Person]](ctx, in)
}
func (s *Server) listPairings(ctx context.Context, in *nothing) (*answer[Pairings], error) {
	return pending[nothing, answer[Pairings]](ctx, in)
}
func (s *Server) createPairing(ctx context.Context, in *createPairingInput) (*answer[Pairing], error) {
	return pending[createPairingInput, answer[Pairing]](ctx, in)
}
func (s *Server) deletePairing(ctx context.Context, in *ByID) (*empty, error) {
	return pending[ByID, empty](ctx, in)
}
func (s *Server) findSlots(ctx context.Context, in *slotsInput) (*answer[Slots], error) {
	return pending[slotsInput, answer[Slots]](ctx, in)
}
func (s *Server) listCourses(ctx context.Context, in *nothing) (*answer[Courses], error) {
	return pending[nothing, answer[Courses]](ctx, in)
}
func (s *Server) createCourse(ctx context.Context, in *createCourseInput) (*answer[Course], error) {
	return pending[createCourseInput, answer[Course]](ctx, in)
}
func (s *Server) getCourse(ctx context.Context, in *ByID) (*answer[CourseDetail], error) {
	return pending[ByID, answer[CourseDetail]](ctx, in)
}
func (s *Server) deleteCourse(ctx context.Context, in *ByID) (*empty, error) {
	return pending[ByID, empty](ctx, in)
}
func (s *Server) listDevices(ctx context.Context, in *nothing) (*answer[Devices], error) {
	return pending[nothing, answer[Devices]](ctx, in)
}
func (s *Server) enrolmentCode(ctx context.Context, in *enrolmentInput) (*answer[EnrolmentCode], error) {
	return pending[enrolmentInput, answer[EnrolmentCode]](ctx, in)
}
func (s *Server) deleteDevice(ctx context.Context, in *ByID) (*empty, error) {
	return pending[ByID, empty](ctx, in)
}
func (s *Server) listResources(ctx context.Context, in *resourcesInput) (*answer[Resources], error) {
	return pending[resourcesInput, answer[Resources]](ctx, in)
}
func (s *Server) getResource(ctx context.Context, in *ByID) (*withCookie[ResourceDetail], error) {
	return pending[ByID, withCookie[ResourceDetail]](ctx, in)
}
func (s *Server) enrolDevice(ctx context.Context, in *enrolInput) (*answer[link.Enrolled], error) {
	return pending[enrolInput, answer[link.Enrolled]](ctx, in)
}
func (s *Server) agentLessons(ctx context.Context, in *nothing) (*answer[link.AgentLessons], error) {
	return pending[nothing, answer[link.AgentLessons]](ctx, in)
}
func (s *Server) agentStart(ctx context.Context, in *ByID) (*answer[link.Join], error) {
	return pending[ByID, answer[link.Join]](ctx, in)
}
func (s *Server) agentStop(ctx context.Context, in *ByID) (*answer[link.DatedLesson], error) {
	return pending[ByID, answer[link.DatedLesson]](ctx, in)
}
func (s *Server) agentGrant(ctx context.Context, in *ByID) (*answer[link.Join], error) {
	return pending[ByID, answer[link.Join]](ctx, in)
}
func (s *Server) agentStatus(ctx context.Context, in *statusInput) (*empty, error) {
	return pending[statusInput, empty](ctx, in)
}

func pending[I, O any](context.Context, *I) (*O, error) {
	return nil, httpd.Fail(http.StatusNotImplemented, "later", "comes within the hour")
}
func (s *Server) feed(c *gin.Context) {}
