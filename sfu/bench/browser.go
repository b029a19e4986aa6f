package bench

import (
	"context"
	"fmt"
)

// browser measures the first picture in Chromium.
func (r *run) browser(ctx context.Context) error {
	if r.FirstPicture == nil {
		r.facts = append(r.facts, "First picture in Chromium: not measured, there is no Chromium here.")
		return nil
	}
	all, err := r.FirstPicture(ctx)
	if err != nil {
		return err
	}
	ms := milliseconds(all)
	r.figure(r.spread(fmt.Sprintf("POST → first picture in Chromium, p50 of %d joins", len(ms)), ms, 0.5, 500, 300))
	return nil
}
