/* library.h - the scenarios and lessons that come with the program
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* One of them, as lists show it. */
#define PWK_TYPE_LIBRARY_ITEM (pwk_library_item_get_type ())
G_DECLARE_FINAL_TYPE (PwkLibraryItem, pwk_library_item, PWK, LIBRARY_ITEM, GObject)

const char *pwk_library_item_get_name    (PwkLibraryItem *self);   /* "first-look.pwk" */
const char *pwk_library_item_get_title   (PwkLibraryItem *self);   /* its first comment, else its name */
GFile      *pwk_library_item_get_file    (PwkLibraryItem *self);   /* borrowed */

/* A GListModel of PwkLibraryItem, sorted by name: "scenarios", "lessons". Never NULL. Caller owns. */
GListModel *pwk_library_list             (const char *folder);
/* The file NAME below scenarios or lessons, wherever the program's data lie; NULL if there is none. Caller owns. */
GFile      *pwk_library_find             (const char *name);
