/* reach.c - which of the computer's files a scenario may read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <glib/gi18n-lib.h>
#include <linux/magic.h>

G_DEFINE_QUARK (pwk-reach-error-quark, pwk_reach_error)

static GMutex lock;
static GPtrArray *allowed;    /* of real paths; under lock */

void
pwk_reach_allow (const char *path)
{
  char *real = realpath (path, NULL);

  if (!real)
    return;
  g_mutex_lock (&lock);
  if (!allowed)
    allowed = g_ptr_array_new ();
  g_ptr_array_add (allowed, real);
  g_mutex_unlock (&lock);
}

/* @real is @top or lies below it. */
static bool
lies_in (const char *real, const char *top)
{
  size_t length = strlen (top);

  if (length == 1)      /* "/" */
    return true;
  return strncmp (real, top, length) == 0 && (real[length] == '/' || real[length] == 0);
}

static bool
is_allowed (const char *real)
{
  bool found = false;

  g_mutex_lock (&lock);
  for (guint i = 0; allowed && !found && i < allowed->len; i++)
    found = lies_in (real, g_ptr_array_index (allowed, i));
  g_mutex_unlock (&lock);
  return found;
}

static bool
is_below (const char *real, const char *folder)
{
  char *top = folder ? realpath (folder, NULL) : NULL;
  bool below = top && lies_in (real, top);

  free (top);
  return below;
}

static bool
not_regular (const char *name, GError **error)
{
  g_set_error (error, PWK_REACH_ERROR, PWK_REACH_ERROR_NOT_REGULAR, _("“%s” is not a regular file"), name);
  return false;
}

static bool
system_failed (const char *name, int number, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "%s: %s", name, g_strerror (number));
  return false;
}

static bool
check_regular (const char *path, const char *name, GError **error)
{
  struct stat info;

  if (stat (path, &info) != 0)
    return system_failed (name, errno, error);
  return S_ISREG (info.st_mode) || not_regular (name, error);
}

/* The kernel's own file systems say "regular" of files that are made while they are read. */
static bool
is_kernels (const char *path)
{
  static const long magics[] = { PROC_SUPER_MAGIC, SYSFS_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
                                 SECURITYFS_MAGIC, BPF_FS_MAGIC };
  struct statfs system;

  if (statfs (path, &system) != 0)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS (magics); i++)
    if ((long) system.f_type == magics[i])
      return true;
  return false;
}

bool
pwk_reach_is_regular (const char *path, GError **error)
{
  return check_regular (path, path, error);
}

char *
pwk_reach_path (const char *folder, const char *name)
{
  return g_path_is_absolute (name) || !folder ? g_strdup (name) : g_build_filename (folder, name, NULL);
}

char *
pwk_reach_find (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = pwk_reach_path (folder, name);
  char *real = realpath (path, NULL);
  g_autofree char *found = NULL;

  if (!real)
    {
      system_failed (name, errno, error);
      return NULL;
    }
  found = g_strdup (real);
  free (real);
  if (!check_regular (found, name, error))
    return NULL;
  if (is_kernels (found))
    {
      not_regular (name, error);
      return NULL;
    }
  if (!is_below (found, folder) && !is_allowed (found))
    {
      g_set_error (error, PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE,
                   _("“%s” lies outside the scenario's folder and is not read unless you allow it (on the command line: --allow PATH)"), name);
      return NULL;
    }
  return g_steal_pointer (&found);
}
