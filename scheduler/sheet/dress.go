package sheet

import "github.com/xuri/excelize/v2"

// dress gives a page its widths, lines, merged titles and its form on paper.
func dress(f *excelize.File, p *Page) error {
	cols := 1
	for _, r := range p.Rows {
		cols = max(cols, len(r))
	}
	for i, w := range p.Widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := f.SetColWidth(p.Name, name, name, w); err != nil {
			return err
		}
	}
	for r := range p.Title {
		if err := f.MergeCell(p.Name, at(r, 0), at(r, cols-1)); err != nil {
			return err
		}
	}
	for _, m := range p.Merged {
		if err := f.MergeCell(p.Name, at(m.Row, m.Col), at(m.ToRow, m.ToCol)); err != nil {
			return err
		}
	}
	if err := styles(f, p, cols); err != nil {
		return err
	}
	if top := p.Title + p.Header; top > 0 && len(p.Rows) > top {
		if err := f.SetPanes(p.Name, &excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: at(top, 0), ActivePane: "bottomLeft"}); err != nil {
			return err
		}
	}
	return paper(f, p)
}

func styles(f *excelize.File, p *Page, cols int) error {
	line := []excelize.Border{{Type: "left", Color: "808080", Style: 1}, {Type: "right", Color: "808080", Style: 1}, {Type: "top", Color: "808080", Style: 1}, {Type: "bottom", Color: "808080", Style: 1}}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	for r := range p.Rows {
		s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}
		switch {
		case r < p.Title:
			s = &excelize.Style{Font: &excelize.Font{Bold: r == 0, Size: 11}, Alignment: middle}
			if r == 0 {
				s.Font.Size = 16
			}
		case r < p.Title+p.Header:
			s = &excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: middle, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}, Border: line}
		case p.Grid:
			s = &excelize.Style{Alignment: middle, Border: line}
		}
		id, err := f.NewStyle(s) // equal styles are one
		if err != nil {
			return err
		}
		if err := f.SetCellStyle(p.Name, at(r, 0), at(r, cols-1), id); err != nil {
			return err
		}
	}
	return nil
}

// paper is A4 across, on one page's width.
func paper(f *excelize.File, p *Page) error {
	if !p.Grid {
		return nil
	}
	size, landscape, wide, high, fit := 9, "landscape", 1, 0, true
	if err := f.SetPageLayout(p.Name, &excelize.PageLayoutOptions{Size: &size, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	return f.SetSheetProps(p.Name, &excelize.SheetPropsOptions{FitToPage: &fit})
}
