/* shipped.c - scenarios and traces that come with Pagewalk
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/shipped.h"

#include <glib/gi18n.h>
#include <string.h>

GPtrArray *
pwk_shipped_folders (void)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *own = g_getenv ("PAGEWALK_DATA_DIR");
  const char *const *system = g_get_system_data_dirs ();

  if (own)
    g_ptr_array_add (folders, g_strdup (own));
  g_ptr_array_add (folders, g_build_filename (g_get_user_data_dir (), "pagewalk", NULL));
  for (guint i = 0; system[i]; i++)
    g_ptr_array_add (folders, g_build_filename (system[i], "pagewalk", NULL));
  g_ptr_array_add (folders, g_strdup (PWK_DATA_DIR));
  g_ptr_array_add (folders, g_strdup (PWK_SOURCE_DATA_DIR));
  return folders;
}

char *
pwk_shipped_find_bare (const char *kind, const char *name)
{
  g_autoptr(GPtrArray) folders = pwk_shipped_folders ();

  for (guint i = 0; !strchr (name, G_DIR_SEPARATOR) && i < folders->len; i++)
    {
      g_autofree char *path = g_build_filename (g_ptr_array_index (folders, i), kind, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

char *
pwk_shipped_find_scenario (const char *name, GError **error)
{
  char *found;

  if (strcmp (name, "-") == 0 || strchr (name, G_DIR_SEPARATOR) || g_file_test (name, G_FILE_TEST_EXISTS))
    return g_strdup (name);
  found = pwk_shipped_find_bare ("scenarios", name);
  if (!found)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                 /* Translators: the file that is missing; the folder of the files that come with Pagewalk */
                 _("there is no file “%s”, neither here nor among Pagewalk’s own in %s/scenarios"), name, PWK_DATA_DIR);
  return found;
}
