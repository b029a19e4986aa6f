package roster

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler/sheet"
)

func codes(e Entry) (c []string) {
	for _, f := range e.Faults {
		c = append(c, f.Code)
	}
	return c
}

func read(t *testing.T, kind Kind, rows ...[]string) []Entry {
	s := &sheet.Sheet{Rows: rows}
	list, err := Read(s, kind, Guess(s, kind))
	require.NoError(t, err)
	return list
}

func TestTeachers(t *testing.T) {
	list := read(t, Teachers, []string{"青山小学教师名单"}, []string{"序号", "工号", "姓 名", "身份"}, []string{"1", "Ｔ１００１", "李 明", "主讲教师"}, []string{"2", "t1002", "王芳", "助教"},
		[]string{}, []string{"3", "", "周伟"}, []string{"4", "t1001", "另一个"}, []string{"5", "王 1", "", "校长"})
	require.Equal(t, Entry{Row: 3, Name: "李 明", Login: "t1001", Role: "lecturer"}, list[0])
	require.Equal(t, Entry{Row: 4, Name: "王芳", Login: "t1002", Role: "assistant"}, list[1])
	require.Equal(t, []string{"login-missing"}, codes(list[2]))
	require.Equal(t, []string{"row-twice"}, codes(list[3]))
	require.Equal(t, 3, list[3].Faults[0].Row)
	require.Equal(t, []string{"name-missing", "login-wrong", "role-unclear"}, codes(list[4]))
}

func TestClassesAndRooms(t *testing.T) {
	list := read(t, Classes, []string{"班级", "年级"}, []string{"三年级1班", ""}, []string{"向日葵班", "二年级"}, []string{"初一(2)班", ""}, []string{"高3班", "高三"}, []string{"晨星班", ""}, []string{"三年级1班", "3"})
	require.Equal(t, []int{3, 2, 7, 12, 0}, []int{list[0].Grade, list[1].Grade, list[2].Grade, list[3].Grade, list[4].Grade})
	require.Equal(t, []string{"grade-unclear"}, codes(list[4]))
	require.Equal(t, []string{"row-twice"}, codes(list[5]))
	list = read(t, Rooms, []string{"教室", "类型"}, []string{"录播室", "主讲教室"}, []string{"三班教室", "互动"}, []string{"机房", "终端教室"}, []string{"操场", "露天"}, []string{"多功能厅", ""})
	require.Equal(t, []string{"lecturer", "interactive", "terminal", "", "interactive"}, []string{list[0].RoomClass, list[1].RoomClass, list[2].RoomClass, list[3].RoomClass, list[4].RoomClass})
	require.Equal(t, []string{"room-class-unclear"}, codes(list[3]))
}

// A template is read without a question, in Excel and in CSV.
func TestTemplatesAreRead(t *testing.T) {
	for _, kind := range []Kind{Teachers, Classes, Rooms} {
		page := Template(kind)
		book, err := sheet.Excel([]sheet.Page{page})
		require.NoError(t, err)
		text, err := sheet.CSV(page.Rows)
		require.NoError(t, err)
		for _, file := range [][]byte{book, text} {
			sheets, err := sheet.Read(file)
			require.NoError(t, err)
			list := read(t, kind, sheets[0].Rows...)
			require.Len(t, list, 1)
			require.Empty(t, list[0].Faults, kind)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("姓名,登录名\n李明,t1"), "teachers")
	f.Add([]byte("班级,年级\n三1班,三"), "classes")
	f.Add([]byte("教室\n301"), "rooms")
	f.Fuzz(func(t *testing.T, data []byte, kind string) {
		sheets, err := sheet.Read(data)
		if err != nil {
			return
		}
		list, _ := Read(&sheets[0], Kind(kind), Guess(&sheets[0], Kind(kind)))
		for _, e := range list {
			if len(e.Faults) == 0 && (e.Name == "" || kind == "teachers" && !loginForm.MatchString(e.Login) || kind == "classes" && (e.Grade < 1 || e.Grade > 12)) {
				t.Fatalf("%+v", e)
			}
		}
	})
}
