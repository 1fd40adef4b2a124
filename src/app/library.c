/* library.c - the scenarios and lessons that come with the program
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/library.h"

#include <string.h>

#include "scenario/shipped.h"

/* A title stands in the first lines, or nowhere. */
#define TITLE_BYTES  1000

struct _PwkLibraryItem
{
  GObject parent_instance;

  char   *name, *title;
  GFile  *file;
};

G_DEFINE_FINAL_TYPE (PwkLibraryItem, pwk_library_item, G_TYPE_OBJECT)

static void
pwk_library_item_finalize (GObject *object)
{
  PwkLibraryItem *self = PWK_LIBRARY_ITEM (object);

  g_free (self->name);
  g_free (self->title);
  g_object_unref (self->file);
  G_OBJECT_CLASS (pwk_library_item_parent_class)->finalize (object);
}

static void
pwk_library_item_class_init (PwkLibraryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_library_item_finalize;
}

static void
pwk_library_item_init (PwkLibraryItem *self)
{
}

const char *
pwk_library_item_get_name (PwkLibraryItem *self)
{
  return self->name;
}

const char *
pwk_library_item_get_title (PwkLibraryItem *self)
{
  return self->title;
}

GFile *
pwk_library_item_get_file (PwkLibraryItem *self)
{
  return self->file;
}

/* The text behind "# " at @comment, or behind "# zh_CN: " in one of the lines below it if that is the first of our languages. */
static char *
comment_in_our_language (const char *comment)
{
  const char *const *languages = g_get_language_names ();
  g_auto(GStrv) lines = g_strsplit (comment, "\n", -1);

  for (guint l = 0; languages[l] && strcmp (languages[l], "C") != 0; l++)
    {
      g_autofree char *mark = g_strdup_printf ("# %s: ", languages[l]);

      for (char **line = lines; *line && **line == '#'; line++)
        if (g_str_has_prefix (*line, mark))
          return g_strdup (*line + strlen (mark));
    }
  return g_strstrip (g_strdup (lines[0] + strlen ("#")));
}

/* The first comment up to its first stop: "# A first look: what happens …" is called "A first look". */
static char *
title_of (GFile *file, const char *name)
{
  static const char *const stops[] = { ": ", "：", ". ", "。", "; " };
  g_autoptr(GFileInputStream) stream = g_file_read (file, NULL, NULL);
  char start[TITLE_BYTES + 1] = "";
  g_autofree char *words = NULL;
  char *end;

  if (!stream || !g_input_stream_read_all (G_INPUT_STREAM (stream), start, TITLE_BYTES, NULL, NULL, NULL) || start[0] != '#')
    return g_strdup (name);
  words = comment_in_our_language (start);
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    if ((end = strstr (words, stops[i])) != NULL)
      *end = '\0';
  if (g_str_has_suffix (words, "."))
    words[strlen (words) - 1] = '\0';
  return words[0] != '\0' && g_utf8_validate (words, -1, NULL) ? g_strdup (words) : g_strdup (name);
}

/* A lesson has its number in front: L05-buddy-splitting.pwk is "5  Buddy system, splitting". */
static char *
with_number (const char *name, char *title)
{
  char *numbered;

  if (name[0] != 'L' || !g_ascii_isdigit (name[1]) || !g_ascii_isdigit (name[2]) || name[3] != '-')
    return title;
  numbered = g_strdup_printf ("%d  %s", 10 * (name[1] - '0') + name[2] - '0', title);
  g_free (title);
  return numbered;
}

/* --- what is there --- */

static gboolean
has_item (GListStore *store, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr(PwkLibraryItem) item = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (strcmp (item->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_folder (GListStore *store, const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      PwkLibraryItem *item;

      g_autofree char *full = NULL;

      if (!g_str_has_suffix (name, ".pwk") || has_item (store, name))
        continue;
      full = g_build_filename (path, name, NULL);
      item = g_object_new (PWK_TYPE_LIBRARY_ITEM, NULL);
      item->name = g_strdup (name);
      item->file = g_file_new_for_path (full);
      item->title = with_number (name, title_of (item->file, name));
      g_list_store_append (store, item);
      g_object_unref (item);
    }
}

static int
by_name (gconstpointer a, gconstpointer b, gpointer unused)
{
  return strcmp (((const PwkLibraryItem *) a)->name, ((const PwkLibraryItem *) b)->name);
}

GListModel *
pwk_library_list (const char *folder)
{
  GListStore *store = g_list_store_new (PWK_TYPE_LIBRARY_ITEM);
  g_autoptr(GPtrArray) folders = pwk_shipped_folders ();

  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *path = g_build_filename (folders->pdata[i], folder, NULL);
      add_folder (store, path);
    }
  g_list_store_sort (store, by_name, NULL);
  return G_LIST_MODEL (store);
}

GFile *
pwk_library_find (const char *name)
{
  static const char *const kinds[] = { "scenarios", "lessons" };
  g_autoptr(GPtrArray) folders = pwk_shipped_folders ();

  for (guint i = 0; i < folders->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        g_autofree char *folder = g_build_filename (folders->pdata[i], kinds[k], NULL);
        g_autofree char *path = g_build_filename (folder, name, NULL);

        if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
          return g_file_new_for_path (path);
      }
  return NULL;
}
