package tour

import (
	"fmt"
	"time"

	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/theme"
)

// warning is how long before its end a visit over SSH is told of it. The interface wakes once a minute, so it is told
// two to three minutes before.
const warning = 3 * time.Minute

// Limited is a guide, which may be nil, with the warning that the time of the visitor is nearly over. left says how much
// there is.
func Limited(g app.Guide, left func() time.Duration) app.Guide {
	return &limited{guide: g, left: left}
}

type limited struct {
	guide  app.Guide
	left   func() time.Duration
	warned bool
}

// Height implements app.Guide.
func (l *limited) Height(w, h int) int {
	if l.guide == nil {
		return 0
	}
	return l.guide.Height(w, h)
}

// Strip implements app.Guide.
func (l *limited) Strip(v app.GuideView, w, n int) []string {
	if l.guide == nil {
		return nil
	}
	return l.guide.Strip(v, w, n)
}

// Rail implements app.Guide.
func (l *limited) Rail(look *theme.Look, w, h int) []string {
	if l.guide == nil {
		return nil
	}
	return l.guide.Rail(look, w, h)
}

// Version implements app.Guide.
func (l *limited) Version() uint64 {
	if l.guide == nil {
		return 0
	}
	return l.guide.Version()
}

// News implements app.Guide.
func (l *limited) News() (app.GuideNews, card.Card) {
	if left := l.left(); !l.warned && left <= warning {
		l.warned = true
		minutes := max(int(left.Round(time.Minute)/time.Minute), 1)
		said := "This demo ends in a minute."
		if minutes > 1 {
			said = fmt.Sprintf("This demo ends in about %d minutes.", minutes)
		}
		return app.GuideNews{Told: said, Role: theme.Warning}, nil
	}
	if l.guide == nil {
		return app.GuideNews{}, nil
	}
	return l.guide.News()
}
