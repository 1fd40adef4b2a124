/* test-finding.c - the whole window: keys, what is searched for, the list of events
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/application.h"
#include "app/event-list-window.h"
#include "app/go-to-dialog.h"
#include "app/search-dialog.h"
#include "app/search-items.h"
#include "window-test.h"

static PwkApplication *application;

/* --- keys and search --- */

static gboolean
has_action (PwkWindow *window, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;

  g_assert_true (g_action_parse_detailed_name (detailed, &name, &target, NULL));
  if (g_str_has_prefix (name, "app."))
    return g_action_group_has_action (G_ACTION_GROUP (application), name + 4);
  return g_action_group_has_action (G_ACTION_GROUP (window), name + 4);
}

/* Every action of the table of keys is there, no key has two meanings, and the views have Alt+1 and so on in the sidebar's order. */
static void
test_keys (void)
{
  static const char *const wanted[][2] = {
    { "win.search", "<Control>k" }, { "win.focus-console", "<Control>grave" }, { "win.play", "F5" }, { "win.lecture", "F11" },
    { "win.view::overview", "<Alt>1" }, { "win.view::tlb", "<Alt>9" }, { "win.view::slab", "<Alt>0" }, { "win.view::calls", "<Alt>minus" },
    { "win.step-call", "<Alt><Shift>Right" },
  };
  PwkWindow *window = new_window ();
  g_auto(GStrv) actions = gtk_application_list_action_descriptions (GTK_APPLICATION (application));
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_nonnull (gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (window)));
  g_assert_cmpuint (g_strv_length (actions), >, 40);
  for (char **action = actions; *action; action++)
    {
      g_auto(GStrv) accels = gtk_application_get_accels_for_action (GTK_APPLICATION (application), *action);

      if (!has_action (window, *action))
        g_error ("there is no action %s", *action);
      for (char **accel = accels; *accel; accel++)
        {
          guint key;
          GdkModifierType modifiers;

          g_assert_true (gtk_accelerator_parse (*accel, &key, &modifiers));
          if (!g_hash_table_add (seen, gtk_accelerator_name (key, modifiers)))
            g_error ("%s has two meanings", *accel);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_auto(GStrv) accels = gtk_application_get_accels_for_action (GTK_APPLICATION (application), wanted[i][0]);
      guint a, b;
      GdkModifierType am, bm;

      g_assert_true (gtk_accelerator_parse (accels[0], &a, &am) && gtk_accelerator_parse (wanted[i][1], &b, &bm));
      g_assert_cmpuint (a, ==, b);
      g_assert_cmpuint (am, ==, bm);
    }
  close_window (window);
}

static PwkSearchItem *
find_first (GListStore *items, const char *text)
{
  g_auto(GStrv) words = g_strsplit (text, " ", -1);
  PwkSearchItem *best = NULL;
  int rank = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (items)); i++)
    {
      g_autoptr(PwkSearchItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);
      int its = pwk_search_item_rank (item, (const char *const *) words);

      if (its > rank)
        {
          rank = its;
          best = item;
        }
    }
  return best;
}

/* Each kind of thing is found by its name, calls with their example; a place that is typed is gone to. */
static void
test_search_items (void)
{
  static const struct { const char *text; PwkSearchDeed deed; const char *target; } cases[] = {
    { "mprotect", PWK_SEARCH_LINE, "[A] mprotect(p, 4K, PROT_READ) = 0" }, { "map_fixed", PWK_SEARCH_LINE, "MAP_FIXED" },
    { "page_fault_user", PWK_SEARCH_EVENT, "page_fault_user" }, { "page walk", PWK_SEARCH_ACTION, "win.view::page-walk" },
    { "quit", PWK_SEARCH_ACTION, "app.quit" }, { "machine(min_free", PWK_SEARCH_LINE, "machine(min_free_kbytes=4096)" },
  };
  g_autoptr(GListStore) items = pwk_search_items_new ();
  g_autoptr(PwkSearchItem) pfn = pwk_search_item_for_place ("pfn 700");
  PwkWindow *window = new_window ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkSearchItem *item = find_first (items, cases[i].text);

      g_assert_nonnull (item);
      g_assert_cmpint (pwk_search_item_get_deed (item), ==, cases[i].deed);
      g_assert_cmpstr (pwk_search_item_get_target (item), ==, cases[i].target);
    }
  g_assert_null (find_first (items, "there is no such thing"));
  g_assert_cmpint (pwk_search_item_get_deed (pfn), ==, PWK_SEARCH_PLACE);
  g_assert_null (pwk_search_item_for_place ("mmap"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (items)); i++)
    {
      g_autoptr(PwkSearchItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);

      if (pwk_search_item_get_deed (item) == PWK_SEARCH_ACTION && !has_action (window, pwk_search_item_get_target (item)))
        g_error ("%s leads nowhere", pwk_search_item_get_title (item));
    }
  close_window (window);
}

static GtkWidget *
find_search_entry (GtkWidget *root)
{
  GtkWidget *found = GTK_IS_SEARCH_ENTRY (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found; child = gtk_widget_get_next_sibling (child))
    found = find_search_entry (child);
  return found;
}

static GtkWindow *
find_search_dialog (void)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (all, i);

      if (PWK_IS_SEARCH_DIALOG (window))
        return window;
    }
  return NULL;
}

/* From the keys to the place: Ctrl+K, a few letters, Enter. */
static void
test_search (void)
{
  PwkWindow *window = new_window ();
  Wanted wanted = { window, "memory" };
  GtkWidget *entry;

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, pwk_window_get_document (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.search", NULL);
  g_assert_nonnull (find_search_dialog ());
  entry = find_search_entry (GTK_WIDGET (find_search_dialog ()));
  gtk_editable_set_text (GTK_EDITABLE (entry), "pfn 4200");
  g_signal_emit_by_name (entry, "activate");
  test_wait (has_view, &wanted);
  test_settle (100);
  g_assert_null (find_search_dialog ());
  g_assert_cmphex (pwk_document_get_selection (pwk_window_get_document (window)), ==, PWK_ID (PWK_THING_PFN, 4200));
  close_window (window);
}

/* --- events --- */

static GtkWindow *
find_window (GType type)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (all, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  return NULL;
}

typedef struct { GListModel *rows; guint n; } Listed;

static gboolean
are_listed (gpointer data)
{
  const Listed *listed = data;

  return g_list_model_get_n_items (listed->rows) == listed->n;
}

static guint
count_events (PwkDocument *document, const char *kind)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (document);
  PwkSession *session = pwk_document_get_session (document);
  guint n = 0;

  pwk_session_seek (session, 0);
  test_settle (300);
  for (;; n++)
    {
      uint64_t before = test_position (document);

      pwk_session_find_event (session, kind, NULL, false);
      test_settle (60);
      snapshot = pwk_document_get_snapshot (document);
      if (snapshot->position == before)
        return n;
    }
}

/* The window of events lists all of history, page by page, and of it what a kind and a condition leave; what makes no sense is marked. */
static void
test_history (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  GtkWindow *events;
  GtkDropDown *choice, *kind;
  Listed listed = { 0 };
  guint splits;

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, document);
  splits = count_events (document, "split");
  g_assert_cmpuint (splits, >, 3);
  pwk_session_seek (pwk_document_get_session (document), UINT64_MAX);
  test_wait (is_at_end, document);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.events", NULL);
  events = find_window (PWK_TYPE_EVENT_LIST_WINDOW);
  g_assert_nonnull (events);
  choice = GTK_DROP_DOWN (part (GTK_WIDGET (events), "choice"));
  kind = GTK_DROP_DOWN (part (GTK_WIDGET (events), "kind"));
  listed.rows = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (part (GTK_WIDGET (events), "list"))));

  gtk_drop_down_set_selected (choice, 2);
  gtk_drop_down_set_selected (kind, (guint) pwk_event_from_name ("split") + 1);
  listed.n = splits;
  test_wait (are_listed, &listed);
  gtk_editable_set_text (GTK_EDITABLE (part (GTK_WIDGET (events), "search")), "order >= 100");
  listed.n = 0;
  test_wait (are_listed, &listed);
  gtk_editable_set_text (GTK_EDITABLE (part (GTK_WIDGET (events), "search")), "order >=");
  test_settle (800);
  g_assert_true (gtk_widget_has_css_class (part (GTK_WIDGET (events), "search"), "error"));
  gtk_editable_set_text (GTK_EDITABLE (part (GTK_WIDGET (events), "search")), "");
  listed.n = splits;
  test_wait (are_listed, &listed);
  gtk_window_destroy (events);
  close_window (window);
}

static void
count_snapshot (guint *n)
{
  (*n)++;
}

/* With no machine there is no history: the window asks for it once, not again and again. */
static void
test_history_of_nothing (void)
{
  PwkWindow *window = new_window ();
  GtkWindow *events;
  guint n_snapshots = 0;

  test_settle (200);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.events", NULL);
  events = find_window (PWK_TYPE_EVENT_LIST_WINDOW);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (part (GTK_WIDGET (events), "choice")), 2);
  g_signal_connect_swapped (pwk_window_get_document (window), "snapshot", G_CALLBACK (count_snapshot), &n_snapshots);
  test_settle (600);
  g_assert_cmpuint (n_snapshots, <=, 3);
  gtk_window_destroy (events);
  close_window (window);
}

static guint
rows_in_sight (GtkWidget *list)
{
  guint seen = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row; row = gtk_widget_get_next_sibling (row))
    {
      graphene_rect_t bounds;

      if (gtk_widget_get_child_visible (row) && gtk_widget_compute_bounds (row, list, &bounds) && bounds.size.height > 0 &&
          bounds.origin.y < gtk_widget_get_height (list) && bounds.origin.y + bounds.size.height > 0)
        seen++;
    }
  return seen;
}

static gboolean
shows_rows (gpointer list)
{
  return rows_in_sight (list) > 8;
}

/* Every row of a long list has its place from the start, the one of the position in sight. */
static void
test_long_list (void)
{
  PwkWindow *window = new_window ();
  GtkWindow *events;
  GtkWidget *list;

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, pwk_window_get_document (window));
  pwk_session_seek_statement (pwk_document_get_session (pwk_window_get_document (window)), 4);
  test_settle (300);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.events", NULL);
  events = find_window (PWK_TYPE_EVENT_LIST_WINDOW);
  list = part (GTK_WIDGET (events), "list");
  test_wait (shows_rows, list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), >, 100);
  gtk_window_destroy (events);
  close_window (window);
}

/* "split order >= 3" is a place: the next one that fulfils it, or the last. */
static void
test_go_to_condition (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  uint64_t first, second;

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, document);
  g_assert_cmpint (pwk_place_parse ("split order >= 3").kind, ==, PWK_PLACE_KIND);
  pwk_session_seek (pwk_document_get_session (document), 0);
  test_settle (200);
  pwk_place_go (window, "split order >= 3", FALSE);
  test_settle (200);
  first = test_position (document);
  pwk_place_go (window, "split order >= 3", FALSE);
  test_settle (200);
  second = test_position (document);
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (second, >, first);
  pwk_place_go (window, "split order >= 3", TRUE);
  test_settle (200);
  g_assert_cmpuint (test_position (document), ==, first);
  close_window (window);
}

/* A lecture shows the picture and the lesson alone, and gives back what was open. */
static void
test_lecture (void)
{
  PwkWindow *window = new_window ();

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, pwk_window_get_document (window));
  test_settle (200);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.lecture", NULL);
  test_settle (100);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (window), "lecture"));
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (pwk_window_get_canvas (window))));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.lecture", NULL);
  test_settle (100);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (window), "lecture"));
  close_window (window);
}

int
main (int argc, char *argv[])
{
  application = start_application (&argc, &argv);
  g_test_add_func ("/app/finding/keys", test_keys);
  g_test_add_func ("/app/finding/search-items", test_search_items);
  g_test_add_func ("/app/finding/search", test_search);
  g_test_add_func ("/app/finding/history", test_history);
  g_test_add_func ("/app/finding/history-of-nothing", test_history_of_nothing);
  g_test_add_func ("/app/finding/long-list", test_long_list);
  g_test_add_func ("/app/finding/go-to-condition", test_go_to_condition);
  g_test_add_func ("/app/finding/lecture", test_lecture);
  return g_test_run ();
}
