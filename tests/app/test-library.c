/* test-library.c - the shipped scenarios as the sidebar lists them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/library.h"

/* The shipped scenario @name as it is listed, or NULL. */
static PwkLibraryItem *
find_item (GListModel *list, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(PwkLibraryItem) item = g_list_model_get_item (list, i);

      if (g_strcmp0 (pwk_library_item_get_name (item), name) == 0)
        return g_steal_pointer (&item);
    }
  return NULL;
}

static gboolean
is_chinese (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_get_script (g_utf8_get_char (c)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

/* A line "# zh_CN: …" says it: each title is in the reader's language. */
static void
test_titles (void)
{
  g_autoptr(GListModel) list = pwk_library_list ("scenarios");

  g_assert_cmpuint (g_list_model_get_n_items (list), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(PwkLibraryItem) item = g_list_model_get_item (list, i);

      g_test_message ("%s: %s", pwk_library_item_get_name (item), pwk_library_item_get_title (item));
      g_assert_true (is_chinese (pwk_library_item_get_title (item)));
    }
}

static void
test_title_ends (void)
{
  g_autoptr(GListModel) list = pwk_library_list ("scenarios");
  g_autoptr(PwkLibraryItem) item = find_item (list, "real-machine.pwk");

  g_assert_nonnull (item);
  g_assert_cmpstr (pwk_library_item_get_title (item), ==, "一台真实的机器");
}

int
main (int argc, char **argv)
{
  g_autofree char *data = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", NULL);

  g_setenv ("LANGUAGE", "zh_CN", TRUE);
  g_setenv ("PAGEWALK_DATA_DIR", data, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/library/titles", test_titles);
  g_test_add_func ("/app/library/title-ends", test_title_ends);
  return g_test_run ();
}
