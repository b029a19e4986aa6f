package schoolweek

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// fold is the text as it is compared: full-width forms are ordinary ones, white space and capitals do not count.
func fold(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(text)), ""))
}

// plain is the text as it is kept: full-width forms are ordinary ones, white space is one space, and there are no control characters.
func plain(text string) string {
	text = strings.Join(strings.Fields(norm.NFKC.String(text)), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
}

const numerals = "零一二三四五六七八九十"

// number reads "3", "三", "十", "十二", "二十"; 0 where it is none.
func number(text string) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	digit := func(s string) int {
		if i := strings.Index(numerals, s); i >= 0 && len(s) == len("一") {
			return i / len("一")
		}
		return 0
	}
	tens, units, compound := strings.Cut(text, "十")
	if !compound {
		return digit(text)
	}
	n := 10
	if tens != "" {
		n = 10 * digit(tens)
	}
	return n + digit(units)
}

var (
	weekdayWord = regexp.MustCompile(`(?:周|星期|礼拜)([一二三四五六日天末1-7])`)
	englishDay  = regexp.MustCompile(`^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?$`)
	clockTimes  = regexp.MustCompile(`\d{1,2}[:.]\d{2}(?:[-~—–至到]+\d{1,2}[:.]\d{2})?`)
	periodWord  = regexp.MustCompile(`^(上午|下午|晚上|晚)?第?([0-9]{1,2}|[一二三四五六七八九十]{1,3})节?课?((?:[-~—–至到、,，/和]第?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})节?课?)*)$`)
	periodMore  = regexp.MustCompile(`([-~—–至到、,，/和])第?([0-9]{1,2}|[一二三四五六七八九十]{1,3})`)
	everyNth    = regexp.MustCompile(`^每([2-6])周第([1-6])周$`)
	notTaught   = regexp.MustCompile(`早读|晨读|晨会|早操|大课间|课间|眼保健操|眼操|午休|午餐|午间|午读|晚餐|课后服务|延时服务|晚自习|升旗|放学|预备`)
)

// parseWeekday finds a weekday in the text, 0 where there is none.
func parseWeekday(text string) int {
	text = fold(text)
	if m := weekdayWord.FindStringSubmatch(text); m != nil {
		return dayNumber(m[1])
	}
	if m := englishDay.FindStringSubmatch(text); m != nil {
		return strings.Index("montuewedthufrisatsun", m[1])/3 + 1
	}
	if len([]rune(text)) == 1 {
		return dayNumber(text)
	}
	return 0
}

func dayNumber(text string) int {
	if text == "日" || text == "天" {
		return 7
	}
	if n := number(text); n >= 1 && n <= 7 {
		return n
	}
	if text == "末" {
		return 6
	}
	return 0
}

// mostPeriods bounds the number of a period, and how many a row can name.
const mostPeriods = 30

// parsePeriods reads "第3节", "三", "3-4节", "上午第1、2节"; names are the school's own names of its periods. nil: unclear.
func parsePeriods(text string, names map[string]int) []int {
	text = fold(text)
	if no := names[text]; no > 0 {
		return []int{no}
	}
	text = strings.Trim(clockTimes.ReplaceAllString(weekdayWord.ReplaceAllString(text, ""), ""), "()[]:-~,")
	if no := names[text]; no > 0 {
		return []int{no}
	}
	m := periodWord.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	first := number(m[2])
	if m[1] != "" && m[1] != "上午" && first < 5 {
		return nil // the first of the afternoon has another number at every school
	}
	list := []int{first}
	for _, more := range periodMore.FindAllStringSubmatch(m[3], -1) {
		next := number(more[2])
		if strings.ContainsAny(more[1], "-~—–至到") {
			for n := list[len(list)-1] + 1; n < next && n <= mostPeriods; n++ {
				list = append(list, n)
			}
		}
		list = append(list, next)
	}
	for i, n := range list {
		if n < 1 || n > mostPeriods || i >= mostPeriods || i > 0 && n <= list[i-1] {
			return nil
		}
	}
	return list
}

// parseWeeks reads "单周", "双", "每周", "odd"; not ok where it is unclear. No text is every week.
func parseWeeks(text string) (timetable.Cycle, bool) {
	text = strings.Trim(fold(text), "()[]:")
	if m := everyNth.FindStringSubmatch(text); m != nil {
		if every, nth := number(m[1]), number(m[2]); every >= 2 && nth >= 1 && nth <= every {
			return timetable.Cycle{Every: every, Phase: nth % every}, true
		}
	}
	odd, even := strings.Contains(text, "单") || text == "odd", strings.Contains(text, "双") || text == "even"
	switch {
	case text == "", text == "每周", text == "全周", text == "全", text == "每", text == "周周", text == "all", text == "every", text == "weekly", odd && even:
		return timetable.Weekly, true
	case odd && len([]rune(text)) <= 4:
		return timetable.Odd, true
	case even && len([]rune(text)) <= 4:
		return timetable.Even, true
	}
	return timetable.Cycle{}, false
}

// nothing tells whether a cell says that there is no lesson.
func nothing(text string) bool {
	switch fold(text) {
	case "", "-", "--", "—", "——", "/", "\\", "无", "空", "×", "x", "0":
		return true
	}
	return false
}
