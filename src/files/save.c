/* save.c - writing a file so that the old one is whole until the new one is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

struct _PwkSave
{
  char *path;         /* as the user named it; owned */
  char *target;       /* where its links lead; owned */
  char *temporary;    /* owned; NULL: the target is written to directly */
  int   fd;           /* -1 once closed */
};

static bool
fail (const PwkSave *save, int number, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), _("“%s” cannot be saved: %s"), save->path, g_strerror (number));
  return false;
}

/* A link may lead to a file that is not there yet: then the link's own words say where it is to be. */
static char *
target_of (const char *path)
{
  char *real = realpath (path, NULL);
  g_autofree char *link = NULL, *folder = NULL;

  if (real)
    {
      char *target = g_strdup (real);

      free (real);
      return target;
    }
  link = g_file_read_link (path, NULL);
  if (!link)
    return g_strdup (path);
  if (g_path_is_absolute (link))
    return g_steal_pointer (&link);
  folder = g_path_get_dirname (path);
  return g_build_filename (folder, link, NULL);
}

/* The mode that a new file gets: what the umask leaves. */
static mode_t
default_mode (void)
{
  mode_t mask = umask (0);

  umask (mask);
  return 0666 & ~mask;
}

/* What the old file could tell of itself is kept; an owner that may not be given away is the saver's. Where modes cannot be set (vfat) the
 * file has the one that is there for all. */
static void
take_over (const PwkSave *save, const struct stat *old)
{
  mode_t mode = old ? old->st_mode & 07777 : default_mode ();

  if (old && fchown (save->fd, old->st_uid, old->st_gid) != 0)
    mode &= ~(mode_t) (S_ISUID | S_ISGID);
  (void) !fchmod (save->fd, mode);
}

static bool
open_temporary (PwkSave *save, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (save->target), *name = g_path_get_basename (save->target);
  g_autofree char *hidden = g_strdup_printf (".%.200s.XXXXXX", name);

  save->temporary = g_build_filename (folder, hidden, NULL);
  save->fd = g_mkstemp_full (save->temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (save->fd >= 0)
    return true;
  g_clear_pointer (&save->temporary, g_free);
  return fail (save, errno, error);
}

static bool
open_target (PwkSave *save, GError **error)
{
  struct stat old;
  bool exists = stat (save->target, &old) == 0;

  if (!exists && errno != ENOENT)
    return fail (save, errno, error);
  if (exists && S_ISDIR (old.st_mode))
    return fail (save, EISDIR, error);
  if (exists && !S_ISREG (old.st_mode))
    {
      save->fd = open (save->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
      return save->fd >= 0 || fail (save, errno, error);
    }
  /* Renaming over a file that may not be written to would be a way around its mode. */
  if (exists && access (save->target, W_OK) != 0)
    return fail (save, errno, error);
  if (!open_temporary (save, error))
    return false;
  take_over (save, exists ? &old : NULL);
  return true;
}

PwkSave *
pwk_save_begin (const char *path, GError **error)
{
  g_autoptr(PwkSave) save = g_new0 (PwkSave, 1);

  save->fd = -1;
  save->path = g_strdup (path);
  save->target = target_of (path);
  return open_target (save, error) ? g_steal_pointer (&save) : NULL;
}

bool
pwk_save_write (PwkSave *save, const void *data, gsize length, GError **error)
{
  const char *at = data;

  while (length > 0)
    {
      gssize written = write (save->fd, at, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return fail (save, written < 0 ? errno : EIO, error);
      at += written;
      length -= (gsize) written;
    }
  return true;
}

int
pwk_save_dup_fd (const PwkSave *save, GError **error)
{
  int fd = fcntl (save->fd, F_DUPFD_CLOEXEC, 0);

  if (fd < 0)
    fail (save, errno, error);
  return fd;
}

/* The name is as safe as the contents only when the folder is; a file system that cannot do that is not an error. */
static void
synchronise_folder (const PwkSave *save)
{
  g_autofree char *folder = g_path_get_dirname (save->target);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) !fsync (fd);
  close (fd);
}

static bool
close_and_rename (PwkSave *save, GError **error)
{
  int fd = save->fd;

  if (save->temporary && fsync (fd) != 0)
    return fail (save, errno, error);
  save->fd = -1;
  if (close (fd) != 0)
    return fail (save, errno, error);
  if (!save->temporary)
    return true;
  if (rename (save->temporary, save->target) != 0)
    return fail (save, errno, error);
  g_clear_pointer (&save->temporary, g_free);
  synchronise_folder (save);
  return true;
}

bool
pwk_save_commit (PwkSave *save, GError **error)
{
  bool good = close_and_rename (save, error);

  pwk_save_abandon (save);
  return good;
}

void
pwk_save_abandon (PwkSave *save)
{
  if (save->fd >= 0)
    close (save->fd);
  if (save->temporary)
    g_unlink (save->temporary);
  g_free (save->temporary);
  g_free (save->target);
  g_free (save->path);
  g_free (save);
}

bool
pwk_save_contents (const char *path, const void *data, gsize length, GError **error)
{
  g_autoptr(PwkSave) save = pwk_save_begin (path, error);

  return save && pwk_save_write (save, data, length, error) && pwk_save_commit (g_steal_pointer (&save), error);
}
