package db

// Role is what a person does (domain: people). A role holds for an area and all below it.
type Role string

const (
	Lecturer    Role = "lecturer"     // 主讲教师
	Assistant   Role = "assistant"    // 助教
	Student     Role = "student"      // 学生
	Coordinator Role = "coordinator"  // 教务/结对管理员
	Observer    Role = "observer"     // 教研员/专家
	SchoolAdmin Role = "school-admin" // 学校管理员
	Operator    Role = "operator"     // 系统管理员
)

// Roles lists every role.
var Roles = []Role{Lecturer, Assistant, Student, Coordinator, Observer, SchoolAdmin, Operator}
