//go:build linux && production && webkit2_41

package main

// WebKitGTK runs the page in a process of its own. When that process dies the
// window would stay frozen for ever; and a page that was led elsewhere would
// not find back. And GTK writes the name of each file that is chosen in a dialog
// into the list of what was used recently. Wails guards against none of it. Nor does it
// have what is typed checked for its spelling.

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

extern void guichetWebProcessDied(int reason);

static const char *home = "wails://wails/";

static GtkWidget *web_view_in(GtkWidget *widget) {
	if (WEBKIT_IS_WEB_VIEW(widget)) return widget;
	if (!GTK_IS_CONTAINER(widget)) return NULL;
	GtkWidget *found = NULL;
	GList *children = gtk_container_get_children(GTK_CONTAINER(widget));
	for (GList *c = children; c != NULL && found == NULL; c = c->next) found = web_view_in(GTK_WIDGET(c->data));
	g_list_free(children);
	return found;
}

static void died(WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer unused) {
	guichetWebProcessDied((int)reason);
	webkit_web_view_load_uri(view, home);
}

static gboolean stay(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer unused) {
	if (type != WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && type != WEBKIT_POLICY_DECISION_TYPE_NEW_WINDOW_ACTION) return FALSE;
	WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
	const char *uri = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
	if (uri != NULL && (g_str_has_prefix(uri, "wails://") || g_str_has_prefix(uri, "about:"))) return FALSE;
	webkit_policy_decision_ignore(decision);
	return TRUE;
}

static void (*recent_changed)(GtkRecentManager *);

// forget takes out what only this program would put into that list, before GTK
// writes it; what another program has put there is not ours to remove.
static void forget(GtkRecentManager *recent) {
	GList *items = gtk_recent_manager_get_items(recent);
	for (GList *i = items; i != NULL; i = i->next) {
		gsize count = 0;
		char **names = gtk_recent_info_get_applications(i->data, &count);
		if (count == 1 && g_str_equal(names[0], g_get_application_name()))
			gtk_recent_manager_remove_item(recent, gtk_recent_info_get_uri(i->data), NULL);
		g_strfreev(names);
	}
	g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
	recent_changed(recent);
}

// spell has what is typed checked by the dictionaries of this PC. Without a French one
// nothing is: with an English one alone all French would be wrong.
static void spell(WebKitWebContext *context) {
	static const char *const french[] = {"fr_FR", NULL}, *const both[] = {"fr_FR", "en_GB", "en_US", NULL};
	webkit_web_context_set_spell_checking_languages(context, french);
	const char *const *found = webkit_web_context_get_spell_checking_languages(context);
	if (found == NULL || found[0] == NULL) return;
	webkit_web_context_set_spell_checking_languages(context, both);
	webkit_web_context_set_spell_checking_enabled(context, TRUE);
}

static gboolean install(gpointer unused) {
	GtkRecentManagerClass *recent = GTK_RECENT_MANAGER_GET_CLASS(gtk_recent_manager_get_default());
	if (recent->changed != forget) {
		recent_changed = recent->changed;
		recent->changed = forget;
	}
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next) {
		GtkWidget *view = web_view_in(GTK_WIDGET(w->data));
		if (view == NULL || g_object_get_data(G_OBJECT(view), "guichet-guarded") != NULL) continue;
		g_object_set_data(G_OBJECT(view), "guichet-guarded", view);
		g_signal_connect(view, "web-process-terminated", G_CALLBACK(died), NULL);
		g_signal_connect(view, "decide-policy", G_CALLBACK(stay), NULL);
		spell(webkit_web_view_get_context(WEBKIT_WEB_VIEW(view)));
	}
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

static void guard(void) { g_idle_add(install, NULL); }
*/
import "C"

import (
	"fmt"

	"guichet/app"
)

// webGuardLog is where a death is noted: set before the guard is installed.
var webGuardLog app.HostLog

//export guichetWebProcessDied
func guichetWebProcessDied(reason C.int) {
	webGuardLog.WebProcessDied(fmt.Sprint(int(reason)))
}

// guardWebProcess loads the page anew when its process has died, and keeps it
// from being led elsewhere, and names of files out of GTK's list, and has spelling
// checked. It may be called again.
func guardWebProcess(log app.HostLog) {
	webGuardLog = log
	C.guard()
}
