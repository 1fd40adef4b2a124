/* sidebar-row.h - a row of the sidebar: icon, title, detail, and how full it is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "scene/role.h"

#define PWK_TYPE_SIDEBAR_ROW (pwk_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (PwkSidebarRow, pwk_sidebar_row, PWK, SIDEBAR_ROW, GtkListBoxRow)

/* What the row says. Strings are copied, and NULL if there is nothing to say; level < 0: no bar. */
typedef struct
{
  const char *icon_name, *title, *detail, *tooltip;
  const char *branch;     /* by which a row of a tree hangs from the one above it, "├" */
  PwkRole     colour;     /* of a swatch before the title; PWK_ROLE_NONE: none */
  unsigned    depth;      /* of a row of a tree */
  double      level;      /* 0 … 1 */
  uint64_t    id;         /* of the thing, 0 none */
  gboolean    strong;     /* the one in question now */
} PwkSidebarFacts;

GtkWidget *pwk_sidebar_row_new (void);
void       pwk_sidebar_row_set (PwkSidebarRow *self, const PwkSidebarFacts *facts);
uint64_t   pwk_sidebar_row_get_id (PwkSidebarRow *self);
