package scheduler

import (
	"context"
	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/httpd"
	"net/http"
)

var _ http.Handler

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

func pending[I, O any](context.Context, *I) (*O, error) {
	return nil, httpd.Fail(http.StatusNotImplemented, "later", "comes within the hour")
}
func (s *Server) feed(c *gin.Context) {}
