package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Names of everything that is on the bus. The types of the messages belong to the service that writes them.
const (
	LessonLogStream  = "LESSONLOG"      // stream of LogSubject; written by the SFU alone; messages are signal.Event
	JobsStream       = "JOBS"           // work queue of ComposeSubject; written and worked off by the recorder
	QualityStream    = "QUALITY"        // work queue of QualitySubject; written by the SFU, worked off by the scheduler; messages are sfu/link.Quality
	LessonsBucket    = "lessons"        // key-value: lesson id → link.Lesson; written by the scheduler alone
	RecordingsBucket = "recordings"     // key-value: lesson id → recorder/link.Recording; written by the recorder alone
	RecorderGrant    = "grant.recorder" // request {"lesson": id} → {"grant": token} or {"error": text}; answered by the scheduler
)

// LogSubject is the subject of one lesson's log.
func LogSubject(lesson string) string { return "log." + lesson }

// QualitySubject is the subject of one lesson's quality record.
func QualitySubject(lesson string) string { return "quality." + lesson }

// ComposeSubject is the subject of the job that makes a lesson's resource.
func ComposeSubject(lesson string) string { return "jobs.compose." + lesson }

// Prepare creates the streams and buckets, or brings them up to date. Every service calls it when it starts.
func (b *Bus) Prepare(ctx context.Context) error {
	for _, s := range []jetstream.StreamConfig{
		{Name: LessonLogStream, Subjects: []string{"log.*"}, Storage: jetstream.FileStorage, MaxMsgSize: 64 << 10, MaxMsgsPerSubject: 100_000,
			MaxAge: 400 * 24 * time.Hour, AllowDirect: true},
		{Name: JobsStream, Subjects: []string{"jobs.>"}, Storage: jetstream.FileStorage, Retention: jetstream.WorkQueuePolicy, MaxMsgSize: 64 << 10},
		// What the database has not taken for a week, or what is too much, is lost: the oldest first.
		{Name: QualityStream, Subjects: []string{"quality.*"}, Storage: jetstream.FileStorage, Retention: jetstream.WorkQueuePolicy, MaxMsgSize: 64 << 10,
			MaxAge: 7 * 24 * time.Hour, MaxBytes: 256 << 20, Discard: jetstream.DiscardOld},
	} {
		if _, err := b.JS.CreateOrUpdateStream(ctx, s); err != nil {
			return fmt.Errorf("prepare stream %s: %w", s.Name, err)
		}
	}
	for _, name := range []string{LessonsBucket, RecordingsBucket} {
		if _, err := b.JS.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: name, Storage: jetstream.FileStorage, History: 1}); err != nil {
			return fmt.Errorf("prepare bucket %s: %w", name, err)
		}
	}
	return nil
}
