package db

import "github.com/uptrace/bun"

// The rows, as the migrations describe them.
type (
	// Area is one of the five levels: 部、省、市、区/县、校.
	Area struct {
		bun.BaseModel `bun:"table:areas"`
		ID            string `bun:",pk"`
		Parent        string `bun:",nullzero"`
		Level         int
		Name          string
		Version       int `bun:",nullzero,default:1"`
	}
	School struct {
		bun.BaseModel `bun:"table:schools"`
		ID            string `bun:",pk"`
		Code          string
		Kind          string
		Stage         string
		Zone          string
		TermName      string
		TermFrom      string
		TermTo        string
		TermWeek1     string  `bun:"term_week1"`
		Calendar      string  `bun:",nullzero"`
		DownKbps      int     `bun:",nullzero"` // the contract of its line; 0: none of its own
		UpKbps        int     `bun:",nullzero"`
		Lat           float64 `bun:",nullzero"` // degrees
		Lon           float64 `bun:",nullzero"`
		Name          string  `bun:",scanonly"` // of its area
		Version       int     `bun:",scanonly"` // of its area
	}
	// Bells are a bell schedule of a school, or the default of a wider area.
	Bells struct {
		bun.BaseModel `bun:"table:area_bells"`
		ID            string `bun:",pk"`
		Area          string
		Name          string
		Campus        string
		Stage         string
		ValidFrom     string `bun:",nullzero"`
		ValidTo       string `bun:",nullzero"`
		Weekdays      int
		Periods       string
	}
	// DayOverride is what a school decided about a day, or a wider area for all its schools.
	DayOverride struct {
		bun.BaseModel `bun:"table:area_days"`
		Area          string `bun:",pk"`
		Day           string `bun:",pk"`
		Kind          string
		Weekday       int
		Week          int
		Bells         string
		Name          string
	}
	Room struct {
		bun.BaseModel `bun:"table:rooms"`
		ID            string `bun:",pk"`
		School        string
		Name          string
		Class         string
		Campus        string
		Calendar      string `bun:",nullzero"` // secret of the iCalendar feed
	}
	Class struct {
		bun.BaseModel `bun:"table:classes"`
		ID            string `bun:",pk"`
		School        string
		Name          string
		Grade         int
		Campus        string
		Stage         string // "": that of the grade
	}
	Person struct {
		bun.BaseModel `bun:"table:persons"`
		ID            string `bun:",pk"`
		Login         string
		Name          string
		Password      string
		Class         string `bun:",nullzero"`
		Locale        string
		Blocked       bool
		Created       Instant
		Calendar      string `bun:",nullzero"` // secret of the iCalendar feed
	}
	PersonRole struct {
		bun.BaseModel `bun:"table:person_roles"`
		Person        string `bun:",pk"`
		Role          Role   `bun:",pk"`
		Area          string `bun:",pk"`
	}
	Session struct {
		bun.BaseModel `bun:"table:sessions"`
		Token         string `bun:",pk"`
		Data          string
		Expires       Instant
	}
	Pairing struct {
		bun.BaseModel `bun:"table:pairings"`
		ID            string `bun:",pk"`
		Lead          string
		Scope         string
		Forms         string
		ValidFrom     string
		ValidTo       string
		Created       Instant
		Version       int `bun:",nullzero,default:1"`
	}
	PairingPartner struct {
		bun.BaseModel `bun:"table:pairing_partners"`
		Pairing       string `bun:",pk"`
		School        string `bun:",pk"`
		Place         int
	}
	Course struct {
		bun.BaseModel `bun:"table:courses"`
		ID            string `bun:",pk"`
		Pairing       string
		Title         string
		Subject       string
		Grade         int
		Kind          string
		Lecturer      string
		Room          string
		Minutes       int
		ValidFrom     string
		ValidTo       string
		Misfits       string
		Created       Instant
		Cancelled     bool
		Offer         string `bun:",nullzero"`                // that it was made of
		Picture       string `bun:",nullzero,default:'full'"` // or SmallPicture
		Record        bool
		Version       int `bun:",nullzero,default:1"`
	}
	CoursePlace struct {
		bun.BaseModel `bun:"table:course_places"`
		Course        string `bun:",pk"`
		Place         int
		School        string
		Room          string `bun:",pk"`
		Class         string `bun:",nullzero"`
		TeachingGroup string `bun:",nullzero"` // instead of a class
		Assistant     string `bun:",nullzero"`
		Need          string `bun:",nullzero"` // that it meets
	}
	CourseDevice struct {
		bun.BaseModel `bun:"table:course_devices"`
		Course        string `bun:",pk"`
		Device        string `bun:",pk"`
	}
	CourseSlot struct {
		bun.BaseModel `bun:"table:course_slots"`
		Course        string `bun:",pk"`
		No            int    `bun:",pk"`
		Weekday       int
		Every         int
		Phase         int
		Periods       string
	}
	Lesson struct {
		bun.BaseModel `bun:"table:lessons"`
		ID            string `bun:",pk"`
		Course        string `bun:",nullzero"`
		Title         string
		Subject       string
		Grade         int
		Kind          string
		State         string
		StartAt       Instant
		EndAt         Instant
		Lecturer      string
		Extra         bool
		Record        bool
		StartedAt     Instant `bun:",nullzero"`
		EndedAt       Instant `bun:",nullzero"`
		Reason        string
		Sequence      int
		Changed       Instant
		Picture       string  `bun:",nullzero,default:'full'"` // or SmallPicture
		InsteadOf     string  `bun:",nullzero"`                // 代课: the lecturer by plan
		MovedFrom     Instant `bun:",nullzero"`                // 调课: start by plan
		MovedPeriod   int     // of a moved one: the lead school's period by plan
		Replaces      string  `bun:",nullzero"` // 补课: id of what it makes up for
		Version       int     `bun:",nullzero,default:1"`
	}
	// ScheduleChange says who changed what.
	ScheduleChange struct {
		bun.BaseModel `bun:"table:schedule_changes,alias:sc"`
		Kind          string `bun:",pk"`
		Object        string `bun:",pk"`
		Version       int    `bun:",pk"`
		At            Instant
		Actor         string
		Action        string
		Reason        string
		Fields        string // JSON of FieldChange
	}
	LessonRoom struct {
		bun.BaseModel `bun:"table:lesson_rooms"`
		Lesson        string `bun:",pk"`
		Place         int
		Room          string `bun:",pk"`
		School        string
		Class         string `bun:",nullzero"`
		TeachingGroup string `bun:",nullzero"` // instead of a class
		Assistant     string `bun:",nullzero"`
		PeriodNo      int
		PeriodName    string
		PeriodStart   string
		PeriodEnd     string
		RoomClass     string `bun:",scanonly"`
	}
	LessonDevice struct {
		bun.BaseModel `bun:"table:lesson_devices"`
		Lesson        string `bun:",pk"`
		Device        string `bun:",pk"`
	}
	// TeachingGroup (教学班) has pupils of several classes (走班).
	TeachingGroup struct {
		bun.BaseModel `bun:"table:teaching_groups"`
		ID            string `bun:",pk"`
		School        string
		Name          string
		Band          string
		Archived      bool
	}
	TeachingGroupClass struct {
		bun.BaseModel `bun:"table:teaching_group_classes"`
		TeachingGroup string `bun:",pk"`
		Class         string `bun:",pk"`
	}
	// PortableDevice is what a school lends to lessons: a camera, a recorder on wheels, a set of tablets.
	PortableDevice struct {
		bun.BaseModel `bun:"table:portable_devices"`
		ID            string `bun:",pk"`
		School        string
		Name          string
		Archived      bool
	}
	Booking struct {
		bun.BaseModel `bun:"table:bookings"`
		Dimension     string  `bun:",pk"`
		Who           string  `bun:",pk"`
		StartAt       Instant `bun:",pk"`
		EndAt         Instant
		Lesson        string
	}
	Load struct {
		bun.BaseModel `bun:"table:loads"`
		Lesson        string `bun:",pk"`
		Dimension     string `bun:",pk"`
		Who           string `bun:",pk"`
		StartAt       Instant
		EndAt         Instant
		Amount        int
	}
	Capacity struct {
		bun.BaseModel `bun:"table:capacities"`
		Dimension     string `bun:",pk"`
		Who           string `bun:",pk"`
		Amount        int
	}
	Device struct {
		bun.BaseModel `bun:"table:devices"`
		ID            string `bun:",pk"`
		Room          string
		Name          string
		KeyHash       string
		Version       string
		Status        string
		LastSeen      Instant `bun:",nullzero"`
		Created       Instant
	}
	Enrolment struct {
		bun.BaseModel `bun:"table:enrolments"`
		CodeHash      string `bun:",pk"`
		Room          string
		Expires       Instant
		Used          Instant `bun:",nullzero"`
	}
	Resource struct {
		bun.BaseModel `bun:"table:resources"`
		Lesson        string `bun:",pk"`
		Title         string
		Subject       string
		Grade         int
		Lecturer      string
		School        string
		TaughtAt      Instant
		State         string
		Duration      float64
		Recording     string
		Changed       Instant
	}
	// QualitySession says whose rows of the quality record are those of a WHIP or WHEP session.
	QualitySession struct {
		bun.BaseModel `bun:"table:quality_sessions,alias:qs"`
		Session       string `bun:",pk"`
		Lesson        string
		Participant   string
		Role          string
		School        string
		Room          string
		Source        string
		LastAt        Instant
	}
	ViewerQuality struct {
		bun.BaseModel `bun:"table:viewer_quality,alias:vq"`
		Session       string  `bun:",pk"`
		At            Instant `bun:",pk"`
		Ms            int
		Packets       int
		Bytes         int
		Repairs       int
		Dropped       int
		Expected      int
		Lost          int
		RTT           int `bun:"rtt_us"`
		Jitter        int `bun:"jitter_us"`
		Estimate      int64
		Shown         string
		Layer         string
		Direct        bool
		PageMs        int
		Freezes       int
		FrozenMs      int
		Decoded       int
		NotShown      int
		ConcealedMs   int
		BufferMs      int
	}
	SourceQuality struct {
		bun.BaseModel `bun:"table:source_quality,alias:sq"`
		Session       string  `bun:",pk"`
		Layer         string  `bun:",pk"`
		At            Instant `bun:",pk"`
		Ms            int
		Packets       int
		Bytes         int
		Expected      int
		Lost          int
		RTT           int `bun:"rtt_us"`
		Jitter        int `bun:"jitter_us"`
	}
	// Need (需求) is what a class lacks.
	Need struct {
		bun.BaseModel `bun:"table:needs"`
		ID            string `bun:",pk"`
		School        string
		Class         string
		Subject       string
		Periods       int // a week
		Edition       string
		Unit          int    // of the book; 0: unknown
		Room          string `bun:",nullzero"`
		Assistant     string `bun:",nullzero"`
		Language      string
		DownKbps      int     `bun:",nullzero"` // the network test
		UpKbps        int     `bun:",nullzero"`
		Tested        Instant `bun:",nullzero"` // 0: never
		Blocked       string  // JSON
		Note          string
		Withdrawn     bool
		Created       Instant
		Version       int `bun:",nullzero,default:1"`
	}
	// Offer (供给) is what a lecturer can give to other schools.
	Offer struct {
		bun.BaseModel `bun:"table:offers"`
		ID            string `bun:",pk"`
		School        string
		Lecturer      string
		Subject       string
		Grades        string // JSON
		Edition       string
		AnyEdition    bool
		Unit          int    // of the book; 0: unknown
		Rooms         string // JSON
		Languages     string // JSON
		Cap           int    // periods a week, the own school's included
		OwnLoad       int    // periods a week at the own school
		Free          string // JSON
		Blocked       string // JSON
		Note          string
		Withdrawn     bool
		Created       Instant
		Version       int `bun:",nullzero,default:1"`
	}
	// Proposal brings an offer to a need.
	Proposal struct {
		bun.BaseModel `bun:"table:proposals"`
		ID            string `bun:",pk"`
		Need          string
		Offer         string
		State         string
		Title         string
		Room          string
		Minutes       int
		ValidFrom     string
		ValidTo       string
		Slots         string // JSON
		Forms         string // JSON
		Score         int
		Figures       string // JSON
		Coordinator   string
		Created       Instant
		Expires       Instant
		Decided       Instant `bun:",nullzero"`
		Reason        string
		Course        string `bun:",nullzero"`
		Version       int    `bun:",nullzero,default:1"`
	}
	// ProposalAnswer is what one of the sides of a proposal said.
	ProposalAnswer struct {
		bun.BaseModel `bun:"table:proposal_answers"`
		Proposal      string `bun:",pk"`
		Side          string `bun:",pk"`
		Person        string
		At            Instant
		Accepted      bool
		Reason        string
		Name          string `bun:",scanonly"` // of the person
	}
	Audit struct {
		bun.BaseModel `bun:"table:audit"`
		ID            string `bun:",pk"`
		At            Instant
		Actor         string
		Action        string
		Object        string
		Detail        string
		Address       string
	}
)
