/* search-items.c - what the search finds: commands, views, scenarios, calls, constants, keys of machine (), kinds of events, things
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/search-items.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/go-to-dialog.h"
#include "app/keys.h"
#include "app/library.h"
#include "engine/core/event.h"
#include "scenario/guide.h"

struct _PwkSearchItem
{
  GObject       parent_instance;

  PwkSearchDeed deed;
  /* owned */
  char         *target, *title, *detail, *kind;
  char         *folded_title, *folded;    /* … and title and detail together */
};

G_DEFINE_FINAL_TYPE (PwkSearchItem, pwk_search_item, G_TYPE_OBJECT)

static PwkSearchItem *
new_item (PwkSearchDeed deed, const char *target, const char *title, const char *detail, const char *kind)
{
  PwkSearchItem *self = g_object_new (PWK_TYPE_SEARCH_ITEM, NULL);
  g_autofree char *all = g_strconcat (title, " ", detail, NULL);

  self->deed = deed;
  self->target = g_strdup (target);
  self->title = g_strdup (title);
  self->detail = g_strdup (detail);
  self->kind = g_strdup (kind);
  self->folded_title = g_utf8_casefold (title, -1);
  self->folded = g_utf8_casefold (all, -1);
  return self;
}

static void
add (GListStore *store, PwkSearchDeed deed, const char *target, const char *title, const char *detail, const char *kind)
{
  g_autoptr(PwkSearchItem) item = new_item (deed, target, title, detail, kind);

  g_list_store_append (store, item);
}

/* --- what there is --- */

static char *
label_of (const char *accel)
{
  guint key;
  GdkModifierType modifiers;

  return gtk_accelerator_parse (accel, &key, &modifiers) ? gtk_accelerator_get_label (key, modifiers) : g_strdup ("");
}

static void
add_commands (GListStore *store)
{
  const char *title;
  char *accel, *action;
  guint n;
  const PwkKey *keys = pwk_keys (&n);

  for (guint i = 0; (accel = pwk_keys_of_view (i, &action, &title)) != NULL; i++)
    {
      g_autofree char *label = label_of (accel);

      add (store, PWK_SEARCH_ACTION, action, title, _("View"), label);
      g_free (accel);
      g_free (action);
    }
  for (guint i = 0; i < n; i++)
    if (keys[i].action)
      {
        g_autofree char *label = label_of (keys[i].keys[0]);

        add (store, PWK_SEARCH_ACTION, keys[i].action, _(keys[i].title), _("Command"), label);
      }
}

static void
add_library (GListStore *store, const char *folder, const char *kind)
{
  g_autoptr(GListModel) items = pwk_library_list (folder);

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr(PwkLibraryItem) item = g_list_model_get_item (items, i);
      g_autofree char *uri = g_file_get_uri (pwk_library_item_get_file (item));

      add (store, PWK_SEARCH_OPEN, uri, pwk_library_item_get_title (item), pwk_library_item_get_name (item), kind);
    }
}

/* Calls, keys of machine () and constants. */
static void
add_words (GListStore *store)
{
  g_autoptr(GPtrArray) entries = pwk_guide_all ();

  for (guint i = 0; i < entries->len; i++)
    {
      const PwkGuideEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *detail = entry->example ? g_strconcat (entry->text, "\n", entry->example, NULL) : g_strdup (entry->text);
      g_autofree char *line = entry->example ? g_strndup (entry->example, strcspn (entry->example, "\n")) : g_strdup (entry->name);

      add (store, PWK_SEARCH_LINE, line, entry->title, detail, pwk_guide_kind_title (entry->kind));
    }
}

static void
add_events (GListStore *store)
{
  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);
      g_autofree char *title = g_strdup_printf (_("Next %s"), info->name);

      add (store, PWK_SEARCH_EVENT, info->name, title, strcmp (info->where, "-") == 0 ? "" : info->where, _("Event"));
    }
}

GListStore *
pwk_search_items_new (void)
{
  GListStore *store = g_list_store_new (PWK_TYPE_SEARCH_ITEM);

  add_commands (store);
  add_library (store, "lessons", _("Lesson"));
  add_library (store, "scenarios", _("Scenario"));
  add_words (store);
  add_events (store);
  return store;
}

PwkSearchItem *
pwk_search_item_for_place (const char *text)
{
  PwkPlace place = pwk_place_parse (text);
  g_autofree char *sentence = NULL;

  if (place.kind == PWK_PLACE_NONE || place.kind == PWK_PLACE_KIND)
    return NULL;
  sentence = pwk_place_describe (place);
  return new_item (PWK_SEARCH_PLACE, text, sentence, "", _("Go to"));
}

/* --- which of it --- */

int
pwk_search_item_rank (PwkSearchItem *self, const char *const *words)
{
  int rank = 0;

  for (; *words; words++)
    {
      const char *in_title = strstr (self->folded_title, *words);

      if (in_title == self->folded_title)
        rank += 4;
      else if (in_title)
        rank += g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (in_title))) ? 2 : 3;
      else if (strstr (self->folded, *words))
        rank += 1;
      else
        return 0;
    }
  return rank;
}

/* --- getters --- */

PwkSearchDeed
pwk_search_item_get_deed (PwkSearchItem *self)
{
  return self->deed;
}

const char *
pwk_search_item_get_target (PwkSearchItem *self)
{
  return self->target;
}

const char *
pwk_search_item_get_title (PwkSearchItem *self)
{
  return self->title;
}

const char *
pwk_search_item_get_detail (PwkSearchItem *self)
{
  return self->detail;
}

const char *
pwk_search_item_get_kind (PwkSearchItem *self)
{
  return self->kind;
}

static void
pwk_search_item_finalize (GObject *object)
{
  PwkSearchItem *self = PWK_SEARCH_ITEM (object);

  g_free (self->target);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->kind);
  g_free (self->folded_title);
  g_free (self->folded);
  G_OBJECT_CLASS (pwk_search_item_parent_class)->finalize (object);
}

static void
pwk_search_item_class_init (PwkSearchItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_search_item_finalize;
}

static void
pwk_search_item_init (PwkSearchItem *self)
{
}
