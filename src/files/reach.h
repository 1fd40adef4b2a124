/* reach.h - which of the computer's files a scenario may read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* A scenario may have come from anywhere, and what it reads is quoted in messages. So it reaches only regular files below its own folder,
 * where links have been followed, and what the user has allowed by name. Not /proc and its like, whose files are not what they seem: reading
 * them may act, wait or never end. */
#define PWK_REACH_ERROR (pwk_reach_error_quark ())
GQuark pwk_reach_error_quark (void);

typedef enum
{
  PWK_REACH_ERROR_OUTSIDE,        /* it is there, and the user may allow it */
  PWK_REACH_ERROR_NOT_REGULAR,
} PwkReachError;

/* For this process's life: @path, and if it is a folder all below it. The user's word, never a scenario's. Any thread. */
void  pwk_reach_allow (const char *path);
/* What @name of a scenario in @folder (NULL: none) means, whether or not it is there. Caller frees. */
char *pwk_reach_path  (const char *folder, const char *name);
/* The file that @name of a scenario in @folder is (its own to free), if it may be read; @folder NULL: it has none, and only what is allowed
 * may. A file that is not there is G_FILE_ERROR. Messages name @name and quote nothing of what is in the file. Any thread. */
char *pwk_reach_find  (const char *folder, const char *name, GError **error);
/* Whether @path is a regular file, so that opening it does not wait; G_FILE_ERROR or PWK_REACH_ERROR_NOT_REGULAR. */
bool  pwk_reach_is_regular (const char *path, GError **error);
