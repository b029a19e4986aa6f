package demo

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// mathsNeed is the need that the demo's course meets in part.
const mathsNeed = "need-qingshan-maths"

func needs(now time.Time) *[]db.Need {
	need := func(id, school, class, subject string, periods int, edition, room, assistant string, down, up int) db.Need {
		return db.Need{ID: id, School: school, Class: class, Subject: subject, Periods: periods, Edition: edition, Unit: 3, Room: room, Assistant: assistant, Language: "zh",
			DownKbps: down, UpKbps: up, Tested: db.At(now), Blocked: "[]", Created: db.At(now), Version: 1}
	}
	return &[]db.Need{
		need(mathsNeed, Qingshan, "qingshan-3-1", "数学", 4, "人教版", QingshanRoom, "lin", 8000, 2400),
		need("need-qingshan-music", Qingshan, "qingshan-3-1", "音乐", 2, "人教版", QingshanRoom, "lin", 8000, 2400),
		need("need-shiqiao-english", Shiqiao, "shiqiao-3-1", "英语", 2, "人教版", ShiqiaoRoom, "zhao", 5000, 1200),
		need("need-liuxi-music", Liuxi, "liuxi-4-1", "音乐", 1, "人教版", "liuxi-4", "wu", 3000, 900),
		need("need-liuxi-english", Liuxi, "liuxi-4-1", "英语", 2, "", "liuxi-4", "wu", 3000, 900),
	}
}

func offers(now time.Time) *[]db.Offer {
	offer := func(id, lecturer, subject, grades, edition, rooms string, load int) db.Offer {
		return db.Offer{ID: id, School: Minghu, Lecturer: lecturer, Subject: subject, Grades: grades, Edition: edition, Unit: 4, Rooms: rooms, Languages: `["zh"]`, Cap: 14,
			OwnLoad: load, Free: "[]", Blocked: "[]", Created: db.At(now), Version: 1}
	}
	both := `["` + LecturerRoom + `","minghu-studio-2"]`
	return &[]db.Offer{
		offer("offer-chen", "chen", "数学", "[3]", "人教版", both, 8),
		offer("offer-yang", "yang", "音乐", "[3,4]", "人教版", both, 9),
		offer("offer-gao", "gao", "音乐", "[3,4,5]", "湘艺版", both, 6),
		offer("offer-liu", "liu", "英语", "[3,4,5,6]", "人教版", `["minghu-studio-2"]`, 10),
	}
}

// holidays are the county's defaults: public holidays of the term, and a make-up Saturday.
func holidays(term timetable.Term) []timetable.Override {
	var days []timetable.Override
	for year := term.From.Year(); year <= term.To.Year(); year++ {
		on := func(month time.Month, day int) timetable.Date { return timetable.NewDate(year, month, day) }
		days = append(days, timetable.Override{Date: on(time.January, 1), Kind: timetable.Off, Name: "元旦"},
			timetable.Override{Date: on(time.May, 1), Kind: timetable.Off, Name: "劳动节"})
		for d := 1; d <= 3; d++ {
			days = append(days, timetable.Override{Date: on(time.October, d), Kind: timetable.Off, Name: "国庆节"})
		}
		saturday := on(time.October, 10)
		for saturday.Weekday() != 6 {
			saturday++
		}
		days = append(days, timetable.Override{Date: saturday, Kind: timetable.Like, Weekday: 5, Name: "国庆节补课"})
	}
	return days
}
