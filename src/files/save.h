/* save.h - writing a file so that the old one is whole until the new one is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* A file under way. What is written goes to a temporary beside the target (beside what it links to); only when all of it has been
 * written, synchronised and closed without an error does it take the target's name. So whatever happens in between, a full disk, a limit
 * on sizes, a crash, the target is what it was. The mode of a target that exists is kept, and its owner where that is allowed. A target
 * that is no regular file (/dev/null, a pipe) is written to directly. Errors are G_FILE_ERROR and name @path, never the temporary. */
typedef struct _PwkSave PwkSave;

PwkSave *pwk_save_begin   (const char *path, GError **error);
bool     pwk_save_write   (PwkSave *save, const void *data, gsize length, GError **error);
/* A descriptor for what writes by itself (a FILE, zlib), which is its owner and closes it before the commit; -1: none could be had. */
int      pwk_save_dup_fd  (const PwkSave *save, GError **error);
/* Takes @save in any case. False: the target is untouched. */
bool     pwk_save_commit  (PwkSave *save, GError **error);
/* Takes @save and leaves the target as it was. */
void     pwk_save_abandon (PwkSave *save);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkSave, pwk_save_abandon)

/* All at once. */
bool     pwk_save_contents (const char *path, const void *data, gsize length, GError **error);
