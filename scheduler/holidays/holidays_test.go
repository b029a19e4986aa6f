package holidays

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

func date(s string) timetable.Date {
	d, err := timetable.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// A year as it is published: both shapes of the file say the same, and what the last school days of a holiday are is suggested.
func TestAYearIsRead(t *testing.T) {
	data, err := os.ReadFile("testdata/2026.json")
	require.NoError(t, err)
	days, err := Read(data)
	require.NoError(t, err)
	require.Len(t, days, 39)
	off := 0
	for _, d := range days {
		require.Empty(t, d.Faults)
		if d.Off {
			off++
		}
	}
	require.Equal(t, 33, off)
	require.Equal(t, Day{Row: 2, Date: date("2026-01-02"), Name: "元旦", Off: true}, days[1])
	bare := data[strings.Index(string(data), `"days": [`)+len(`"days": `):]
	bare = bare[:strings.LastIndex(string(bare), "]")+1]
	again, err := Read(append([]byte("\ufeff \n"), bare...))
	require.NoError(t, err)
	require.Equal(t, days, again)

	require.Equal(t, map[timetable.Date]timetable.Date{
		date("2026-01-04"): date("2026-01-02"), // Sunday like Friday
		date("2026-02-14"): date("2026-02-20"), // the last two school days of the Spring Festival
		date("2026-02-28"): date("2026-02-23"),
		date("2026-05-09"): date("2026-05-05"),
		date("2026-09-20"): date("2026-10-06"),
		date("2026-10-10"): date("2026-10-07"),
	}, Suggest(days))
}

func TestEveryRowIsChecked(t *testing.T) {
	long := strings.Repeat("长", 41)
	for row, want := range map[string][]Fault{
		`{"date":"2026-10-01","name":" 国庆节 ","isOffDay":true,"more":1}`: nil,
		`7`:    {{"row-unclear", "7", 0}},
		`null`: {{"row-unclear", "", 0}},
		`[]`:   {{"row-unclear", "[]", 0}},
		`{}`:   {{"date-unclear", "", 0}, {"holiday-unclear", "", 0}, {"off-unclear", "", 0}},
		`{"date":"2026-02-30","name":"x","isOffDay":true}`:           {{"date-unclear", "2026-02-30", 0}},
		`{"date":"1926-02-20","name":"x","isOffDay":true}`:           {{"date-unclear", "1926-02-20", 0}},
		`{"date":20261001,"name":"x","isOffDay":true}`:               {{"date-unclear", "20261001", 0}},
		`{"date":null,"name":"x","isOffDay":true}`:                   {{"date-unclear", "", 0}},
		`{"date":"2026-10-01","name":"x","isOffDay":"true"}`:         {{"off-unclear", "true", 0}},
		`{"date":"2026-10-01","name":"x","isOffDay":1}`:              {{"off-unclear", "1", 0}},
		`{"date":"2026-10-01","name":"` + long + `","isOffDay":1}`:   {{"holiday-unclear", strings.Repeat("长", 39) + "…", 0}, {"off-unclear", "1", 0}},
		`{"date":"2026-10-01","name":"a\u0000b","isOffDay":false}`:   {{"holiday-unclear", "a b", 0}},
		`{"date":"2026-10-01","name":["国庆节"],"isOffDay":false}`:      {{"holiday-unclear", `["国庆节"]`, 0}},
		`{"date":"2026-09-30","name":"国庆节","isOffDay":false,"a":{}}`: {{"date-twice", "2026-09-30", 1}},
	} {
		days, err := Read([]byte(`[{"date":"2026-09-30","name":"国庆节","isOffDay":false},` + row + `]`))
		require.NoError(t, err, row)
		require.Equal(t, want, days[1].Faults, row)
	}
}

func TestAFileThatCannotBeRead(t *testing.T) {
	for file, code := range map[string]string{
		"": "holidays-unreadable", "<html>": "holidays-unreadable", "7": "holidays-unreadable", `{"days":7}`: "holidays-unreadable", `[{}] x`: "holidays-unreadable",
		"[\"\xff\"]": "holidays-unreadable", `[`: "holidays-unreadable", strings.Repeat("[", 20_000): "holidays-unreadable",
		"[]": "holidays-empty", "{}": "holidays-empty", "null": "holidays-empty", `{"days":[]}`: "holidays-empty",
		"[" + strings.Repeat("{},", MaxDays) + "{}]": "holidays-too-large", strings.Repeat(" ", MaxFile+1): "holidays-too-large",
	} {
		_, err := Read([]byte(file))
		var e *FileError
		require.True(t, errors.As(err, &e), file)
		require.Equal(t, code, e.Code, file)
	}
}

// Two years in one file: each holiday has its own make-up days. Where more is worked than was lost, the rest is left to the schools.
func TestSuggestionsStayWithTheirHoliday(t *testing.T) {
	days, err := Read([]byte(`[{"date":"2026-10-01","name":"国庆节","isOffDay":true},{"date":"2026-10-10","name":"国庆节","isOffDay":false},
		{"date":"2027-10-01","name":"国庆节","isOffDay":true},{"date":"2027-10-09","name":"国庆节","isOffDay":false},{"date":"2027-10-10","name":"国庆节","isOffDay":false},
		{"date":"2027-06-12","name":"端午节","isOffDay":false}]`))
	require.NoError(t, err)
	require.Equal(t, map[timetable.Date]timetable.Date{date("2026-10-10"): date("2026-10-01"), date("2027-10-09"): date("2027-10-01")}, Suggest(days))
}

func FuzzRead(f *testing.F) {
	data, err := os.ReadFile("testdata/2026.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`[{"date":"2026-10-01","name":"国庆节","isOffDay":true},{"date":"2026-10-10","name":"国庆节","isOffDay":false},{"date":"2026-10-10"},7,null]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		days, err := Read(data)
		var e *FileError
		if err != nil {
			if !errors.As(err, &e) {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		if len(days) == 0 || len(days) > MaxDays {
			t.Fatal(len(days))
		}
		good := map[timetable.Date]Day{}
		for i, d := range days {
			if d.Row != i+1 {
				t.Fatal(d)
			}
			if len(d.Faults) > 0 {
				continue
			}
			if _, twice := good[d.Date]; twice || !isName(d.Name) || d.Date.String()[:2] != "20" {
				t.Fatalf("%+v", d)
			}
			good[d.Date] = d
		}
		for worked, lost := range Suggest(days) {
			if w, l := good[worked], good[lost]; w.Row == 0 || l.Row == 0 || w.Off || !l.Off || w.Name != l.Name || lost.Weekday() > 5 {
				t.Fatalf("%v is suggested for %v", lost, worked)
			}
		}
	})
}
