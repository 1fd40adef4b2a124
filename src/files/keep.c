/* keep.c - what is not saved yet, kept where a crash does not reach it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "files/save.h"

#define LOCK    ".lock"
#define KEPT    ".unsaved"
#define GROUP   "document"
#define HEADING "# Unsaved work of Pagewalk. The text follows the first empty line.\n"

struct _PwkKeep
{
  gatomicrefcount ref;
  char           *stem;         /* path without ending; owned */
  int             lock;         /* a descriptor with flock () */
  GMutex          mutex;        /* one write at a time */
  bool            forgotten;
};

static char *
path_of (const PwkKeep *keep, const char *ending)
{
  return g_strconcat (keep->stem, ending, NULL);
}

/* --- the lock --- */

/* A descriptor that holds @path's lock; -1: somebody else does, or it is not there. */
static int
take_lock (const char *path, int flags)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  struct stat st;

  if (fd < 0)
    return -1;
  /* whoever looks for orphans may have taken it in between, and removed it */
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &st) == 0 && st.st_nlink > 0)
    return fd;
  close (fd);
  return -1;
}

static PwkKeep *
keep_with (char *stem, int lock)
{
  PwkKeep *keep = g_new0 (PwkKeep, 1);

  g_atomic_ref_count_init (&keep->ref);
  g_mutex_init (&keep->mutex);
  keep->stem = stem;
  keep->lock = lock;
  return keep;
}

static PwkKeep *
fail (const char *path, int number, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "“%s”: %s", path, g_strerror (number));
  return NULL;
}

PwkKeep *
pwk_keep_new (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (folder, errno, error);
  for (int tries = 0; tries < 8; tries++)
    {
      g_autofree char *name = g_uuid_string_random ();
      g_autofree char *stem = g_build_filename (folder, name, NULL);
      g_autofree char *path = g_strconcat (stem, LOCK, NULL);
      int lock = take_lock (path, O_CREAT | O_EXCL);

      if (lock >= 0)
        return keep_with (g_steal_pointer (&stem), lock);
    }
  return fail (folder, errno, error);
}

PwkKeep *
pwk_keep_ref (PwkKeep *keep)
{
  g_atomic_ref_count_inc (&keep->ref);
  return keep;
}

void
pwk_keep_unref (PwkKeep *keep)
{
  if (!keep || !g_atomic_ref_count_dec (&keep->ref))
    return;
  if (keep->forgotten)
    {
      g_autofree char *lock = path_of (keep, LOCK);

      g_unlink (lock);
    }
  close (keep->lock);
  g_mutex_clear (&keep->mutex);
  g_free (keep->stem);
  g_free (keep);
}

/* --- the record --- */

void
pwk_keep_record_clear (PwkKeepRecord *record)
{
  g_clear_pointer (&record->name, g_free);
  g_clear_pointer (&record->uri, g_free);
  g_clear_pointer (&record->folder, g_free);
  g_clear_pointer (&record->etag, g_free);
  g_clear_pointer (&record->text, g_free);
}

static char *
print (const PwkKeepRecord *record)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  const struct { const char *key, *value; } words[] = {
    { "name", record->name }, { "uri", record->uri }, { "folder", record->folder }, { "etag", record->etag },
  };
  g_autofree char *head = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].value)
      g_key_file_set_string (file, GROUP, words[i].key, words[i].value);
  g_key_file_set_uint64 (file, GROUP, "position", record->position);
  g_key_file_set_boolean (file, GROUP, "dirty", record->dirty);
  head = g_key_file_to_data (file, NULL, NULL);
  return g_strconcat (HEADING, head, "\n", record->text, NULL);
}

static bool
parse (char *contents, PwkKeepRecord *record)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  char *text = strstr (contents, "\n\n");

  if (!g_str_has_prefix (contents, HEADING) || !text || !g_utf8_validate (contents, -1, NULL)
      || !g_key_file_load_from_data (file, contents, (gsize) (text - contents) + 1, G_KEY_FILE_NONE, NULL))
    return false;
  *record = (PwkKeepRecord) {
    .name = g_key_file_get_string (file, GROUP, "name", NULL),
    .uri = g_key_file_get_string (file, GROUP, "uri", NULL),
    .folder = g_key_file_get_string (file, GROUP, "folder", NULL),
    .etag = g_key_file_get_string (file, GROUP, "etag", NULL),
    .position = g_key_file_get_uint64 (file, GROUP, "position", NULL),
    .dirty = g_key_file_get_boolean (file, GROUP, "dirty", NULL),
    .text = g_strdup (text + 2),
  };
  if (record->name)
    return true;
  pwk_keep_record_clear (record);
  return false;
}

bool
pwk_keep_write (PwkKeep *keep, const PwkKeepRecord *record, GError **error)
{
  g_autofree char *path = path_of (keep, KEPT);
  g_autofree char *contents = print (record);
  bool good = true;

  g_mutex_lock (&keep->mutex);
  if (!keep->forgotten)
    good = pwk_save_contents (path, contents, strlen (contents), error);
  g_mutex_unlock (&keep->mutex);
  return good;
}

void
pwk_keep_forget (PwkKeep *keep)
{
  g_autofree char *path = path_of (keep, KEPT);

  g_mutex_lock (&keep->mutex);
  keep->forgotten = true;
  g_unlink (path);
  g_mutex_unlock (&keep->mutex);
}

bool
pwk_keep_read (PwkKeep *keep, PwkKeepRecord *record)
{
  g_autofree char *path = path_of (keep, KEPT), *contents = NULL;

  return g_file_get_contents (path, &contents, NULL, NULL) && parse (contents, record);
}

/* --- orphans --- */

/* A write that was cut off leaves a temporary beside. */
static void
remove_temporaries (const char *folder, const char *name)
{
  g_autofree char *hidden = g_strdup_printf (".%s" KEPT ".", name);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir && (entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (entry, hidden))
      {
        g_autofree char *path = g_build_filename (folder, entry, NULL);

        g_unlink (path);
      }
}

static int
compare_stems (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(PwkKeep *const *) a)->stem, (*(PwkKeep *const *) b)->stem);
}

GPtrArray *
pwk_keep_orphans (const char *folder)
{
  GPtrArray *orphans = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_keep_unref);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_str_has_suffix (entry, LOCK) ? g_strndup (entry, strlen (entry) - strlen (LOCK)) : NULL;
      g_autofree char *path = name ? g_build_filename (folder, entry, NULL) : NULL;
      int lock = path ? take_lock (path, 0) : -1;
      g_auto(PwkKeepRecord) record = { 0 };
      g_autoptr(PwkKeep) keep = NULL;

      if (lock < 0)
        continue;
      keep = keep_with (g_build_filename (folder, name, NULL), lock);
      remove_temporaries (folder, name);
      if (pwk_keep_read (keep, &record))
        g_ptr_array_add (orphans, g_steal_pointer (&keep));
      else
        pwk_keep_forget (keep);
    }
  g_ptr_array_sort (orphans, compare_stems);
  return orphans;
}
