//go:build linux && production && webkit2_41

package main

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include <gtk/gtk.h>
#include <stdlib.h>

extern void guichetFrame(int known, int x, int y, int w, int h, int maximised, int count, int *screens);

// own is the window with a title: others are menus and dialogs of it.
static GtkWindow *own(void) {
	GtkWindow *found = NULL;
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL && found == NULL; w = w->next)
		if (GTK_IS_APPLICATION_WINDOW(w->data) || gtk_window_get_window_type(w->data) == GTK_WINDOW_TOPLEVEL) {
			if (gtk_window_get_transient_for(w->data) == NULL && gtk_widget_get_visible(w->data)) found = w->data;
		}
	g_list_free(windows);
	return found;
}

static gboolean report(gpointer unused) {
	GtkWindow *window = own();
	GdkDisplay *display = gdk_display_get_default();
	int count = display == NULL ? 0 : gdk_display_get_n_monitors(display);
	GdkWindow *shown = window == NULL ? NULL : gtk_widget_get_window(GTK_WIDGET(window));
	if (shown == NULL || count == 0 || (gdk_window_get_state(shown) & GDK_WINDOW_STATE_ICONIFIED)) {
		guichetFrame(0, 0, 0, 0, 0, 0, 0, NULL);
		return G_SOURCE_REMOVE;
	}
	int *screens = calloc((size_t)count * 4, sizeof(int));
	for (int i = 0; i < count; i++) {
		GdkRectangle r;
		gdk_monitor_get_geometry(gdk_display_get_monitor(display, i), &r);
		screens[4*i] = r.x; screens[4*i+1] = r.y; screens[4*i+2] = r.width; screens[4*i+3] = r.height;
	}
	int x, y, w, h;
	gtk_window_get_position(window, &x, &y);
	gtk_window_get_size(window, &w, &h);
	guichetFrame(1, x, y, w, h, gtk_window_is_maximized(window), count, screens);
	free(screens);
	return G_SOURCE_REMOVE;
}

static void ask_frame(void) { g_idle_add(report, NULL); }

typedef struct { int x, y, w, h, maximised; } frame;

static gboolean move(gpointer data) {
	frame *f = data;
	GtkWindow *window = own();
	if (window != NULL) {
		gtk_window_resize(window, f->w, f->h);
		gtk_window_move(window, f->x, f->y);
		if (f->maximised) gtk_window_maximize(window);
	}
	free(f);
	return G_SOURCE_REMOVE;
}

static void place(int x, int y, int w, int h, int maximised) {
	frame *f = malloc(sizeof *f);
	*f = (frame){x, y, w, h, maximised};
	g_idle_add(move, f);
}
*/
import "C"

import (
	"context"
	"time"
	"unsafe"

	"guichet/app"
)

// frameTold is what the window's thread has told of one question.
type frameTold struct {
	ok      bool
	frame   app.Frame
	screens []app.Rect
}

var framesTold = make(chan frameTold, 1)

//export guichetFrame
func guichetFrame(known, x, y, w, h, maximised, count C.int, screens *C.int) {
	told := frameTold{ok: known != 0, frame: app.Frame{Rect: app.Rect{X: int(x), Y: int(y), W: int(w), H: int(h)}, Maximised: maximised != 0}}
	for s := unsafe.Slice(screens, 4*int(count)); len(s) > 0; s = s[4:] {
		told.screens = append(told.screens, app.Rect{X: int(s[0]), Y: int(s[1]), W: int(s[2]), H: int(s[3])})
	}
	select {
	case framesTold <- told:
	default: // nobody asks any more
	}
}

// frameNow is where the window is, and on which screens; false while it is not there. The
// size of a maximised one is not that to which it goes back: GTK does not tell that.
func frameNow(ctx context.Context) (app.Frame, []app.Rect, bool) {
	select {
	case <-framesTold: // an answer that came too late
	default:
	}
	C.ask_frame()
	select {
	case t := <-framesTold:
		return t.frame, t.screens, t.ok
	case <-ctx.Done():
		return app.Frame{}, nil, false
	case <-time.After(frameLook):
		return app.Frame{}, nil, false
	}
}

func placeFrame(f app.Frame) {
	maximised := 0
	if f.Maximised {
		maximised = 1
	}
	C.place(C.int(f.X), C.int(f.Y), C.int(f.W), C.int(f.H), C.int(maximised))
}
