package schoolweek

import (
	"errors"
	"os"
	"testing"

	"github.com/tongtang/tongtang/scheduler/sheet"
)

// sound fails when a row that was taken over is not one that a school can have.
func sound(t *testing.T, rows []Row) {
	for _, l := range Lessons(rows) {
		if l.Weekday < 1 || l.Weekday > 7 || l.Period < 1 || l.Period > 7 || l.Subject == "" || l.Class+l.Teacher == "" || l.Cycle.Every < 1 || l.Cycle.Every > mostCycle {
			t.Fatalf("%+v", l)
		}
	}
}

func FuzzSheet(f *testing.F) {
	f.Add([]byte("班级,星期,节次,课程\n三1班,周一,1-2,数学"))
	f.Add([]byte("三1班,周一,周二\n1,语文(单)/数学(双),\"科学\n林芳\"\n大课间,,"))
	f.Add([]byte(",周一,周一\n班级,1,2\n三1班,语文,数学"))
	f.Add([]byte("一,二,三\n1,单,双:"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sheets, err := sheet.Read(data)
		if err != nil {
			return
		}
		k := school()
		for i := range sheets {
			m := Guess(&sheets[i], k)
			sound(t, Read(&sheets[i], m, k))
			for _, form := range []Form{List, Grid, Overview} {
				sound(t, Read(&sheets[i], Mapping{Form: form, Head: 1, Whose: Teacher, Columns: map[Field]int{Period: 1, Weekday: 0}}, k))
			}
		}
	})
}

func FuzzCSES(f *testing.F) {
	f.Add([]byte("{version: 2, configuration: {name: 三1班, cycle: {spans: [{activity: work, count: 5}, {activity: rest, count: 2}]}}, subjects: [{name: a}], schedules: [{name: x, enable_day: [1], classes: [{subject: a, start_time: '08:20:00', end_time: '09:00:00'}]}]}"))
	f.Add([]byte("{version: 1, schedules: [{enable_day: 3, weeks: odd, classes: [{subject: a, start_time: '08:20:00', end_time: '09:00:00'}]}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := ReadCSES(data, "", school())
		refused(t, err)
		sound(t, rows)
	})
}

func FuzzFET(f *testing.F) {
	data, err := os.ReadFile("testdata/qingshan_data_and_timetable.fet")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`<fet><Days_List><Day><Name>周一</Name></Day></Days_List><Hours_List><Hour><Name>1</Name></Hour><Hour><Name>2</Name></Hour></Hours_List><Activities_List><Activity><Id>1</Id>` +
		`<Teacher>林芳</Teacher><Subject>语文</Subject><Students>三1班</Students><Duration>2</Duration><Active>true</Active></Activity></Activities_List><Time_Constraints_List>` +
		`<ConstraintActivityPreferredStartingTime><Activity_Id>1</Activity_Id><Preferred_Day>周一</Preferred_Day><Preferred_Hour>1</Preferred_Hour><Active>true</Active>` +
		`</ConstraintActivityPreferredStartingTime></Time_Constraints_List><Space_Constraints_List><ConstraintActivityPreferredRoom><Activity_Id>1</Activity_Id><Room>a</Room>` +
		`</ConstraintActivityPreferredRoom></Space_Constraints_List></fet>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := ReadFET(data, school())
		refused(t, err)
		sound(t, rows)
	})
}

func refused(t *testing.T, err error) {
	var e *FileError
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("an error without a code: %v", err)
	}
}
