package demo

import (
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Ids of what the rest of the demo and the tests speak of.
const (
	County       = "minghu-county"
	Minghu       = "minghu"   // the lead school
	Qingshan     = "qingshan" // rural
	Shiqiao      = "shiqiao"  // rural
	Liuxi        = "liuxi"    // rural, and nobody's partner
	LecturerRoom = "minghu-studio-1"
	QingshanRoom = "qingshan-3"
	ShiqiaoRoom  = "shiqiao-3"
	Password     = "tongtang-demo"
)

var areas = []db.Area{
	{ID: "demo-nation", Level: 1, Name: "教育部"},
	{ID: "demo-province", Parent: "demo-nation", Level: 2, Name: "示范省"},
	{ID: "demo-city", Parent: "demo-province", Level: 3, Name: "示范市"},
	{ID: County, Parent: "demo-city", Level: 4, Name: "明湖县"},
	{ID: Minghu, Parent: County, Level: 5, Name: "明湖实验小学"},
	{ID: Qingshan, Parent: County, Level: 5, Name: "青山小学"},
	{ID: Shiqiao, Parent: County, Level: 5, Name: "石桥小学"},
	{ID: Liuxi, Parent: County, Level: 5, Name: "柳溪小学"},
}

// school is a demo school. Its bells are the starts of its 40-minute periods.
type school struct {
	id, code, kind string
	bells          []string
	weeksBefore    int // its own week 1 is that much earlier: its odd weeks are others' even ones
	lat, lon       float64
}

// The afternoon has two times that three of the schools teach, under different numbers; in the morning their bells disagree. Liuxi's ring ten
// minutes later than the lead school's.
var schools = []school{
	{Minghu, "3133000101", "urban", []string{"08:20", "09:10", "10:20", "11:10", "14:00", "14:50"}, 0, 30.251, 104.012},
	{Qingshan, "3133000202", "rural", []string{"08:30", "09:20", "10:30", "11:20", "14:00", "14:50", "15:40"}, 0, 30.402, 104.181},
	{Shiqiao, "3133000303", "rural", []string{"08:00", "08:50", "10:00", "10:50", "13:10", "14:00", "14:50"}, 1, 30.118, 103.905},
	{Liuxi, "3133000505", "rural", []string{"08:35", "09:25", "10:40", "11:30", "14:10", "15:00"}, 0, 30.333, 103.779},
}

var periodNames = []string{"第一节", "第二节", "第三节", "第四节", "第五节", "第六节", "第七节"}

const periodMinutes = 40

func (s school) periods() []timetable.Period {
	periods := make([]timetable.Period, len(s.bells))
	for i, text := range s.bells {
		start, err := timetable.ParseClock(text)
		if err != nil {
			panic(err) // a constant of this file
		}
		periods[i] = timetable.Period{No: i + 1, Name: periodNames[i], Start: start, End: start + periodMinutes, Lesson: true}
	}
	return periods
}

var rooms = []db.Room{
	{ID: LecturerRoom, School: Minghu, Name: "录播教室一", Class: string(link.LecturerRoom)},
	{ID: "minghu-studio-2", School: Minghu, Name: "录播教室二", Class: string(link.LecturerRoom)},
	{ID: QingshanRoom, School: Qingshan, Name: "三年级互动教室", Class: string(link.InteractiveRoom)},
	{ID: ShiqiaoRoom, School: Shiqiao, Name: "三年级互动教室", Class: string(link.InteractiveRoom)},
	{ID: "liuxi-4", School: Liuxi, Name: "四年级互动教室", Class: string(link.InteractiveRoom)},
}

var classes = []db.Class{
	{ID: "minghu-3-1", School: Minghu, Name: "三年级1班", Grade: 3},
	{ID: "qingshan-3-1", School: Qingshan, Name: "三年级1班", Grade: 3},
	{ID: "shiqiao-3-1", School: Shiqiao, Name: "三年级1班", Grade: 3},
	{ID: "liuxi-4-1", School: Liuxi, Name: "四年级1班", Grade: 4},
}

type account struct {
	login, name string
	role        db.Role
	area, class string
}

var people = []account{
	{"chen", "陈老师", db.Lecturer, Minghu, ""},
	{"lin", "林老师", db.Assistant, Qingshan, ""},
	{"zhao", "赵老师", db.Assistant, Shiqiao, ""},
	{"xiaoyu", "小雨", db.Student, Qingshan, "qingshan-3-1"},
	{"xiaoshi", "小石", db.Student, Shiqiao, "shiqiao-3-1"},
	{"wang", "王主任", db.Coordinator, County, ""},
	{"li", "李教研员", db.Observer, County, ""},
	{"sun", "孙校长", db.SchoolAdmin, Qingshan, ""},
	{"zhang", "张校长", db.SchoolAdmin, Minghu, ""},
	{"qian", "钱校长", db.SchoolAdmin, Shiqiao, ""},
	{"feng", "冯校长", db.SchoolAdmin, Liuxi, ""},
	{"yang", "杨老师", db.Lecturer, Minghu, ""},
	{"gao", "高老师", db.Lecturer, Minghu, ""},
	{"liu", "刘老师", db.Lecturer, Minghu, ""},
	{"wu", "吴老师", db.Assistant, Liuxi, ""},
	{"admin", "系统管理员", db.Operator, County, ""},
}

// Account is one of the demo's sign-ins; its password is Password.
type Account struct {
	Login, Name string
	Role        db.Role
}

// Accounts lists the demo's sign-ins.
func Accounts() []Account {
	list := make([]Account, len(people))
	for i, p := range people {
		list[i] = Account{p.login, p.name, p.role}
	}
	return list
}
