/* inspect-row.h - a line of the inspector: the item in its list, and the widget that shows it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "views/inspect.h"

/* The item: a copy of a PwkInspectRow that changes its values in place, so that lists keep their scroll position. Signal: "changed". */
#define PWK_TYPE_INSPECT_ITEM (pwk_inspect_item_get_type ())
G_DECLARE_FINAL_TYPE (PwkInspectItem, pwk_inspect_item, PWK, INSPECT_ITEM, GObject)

PwkInspectItem      *pwk_inspect_item_new  (const PwkInspectRow *row);
void                 pwk_inspect_item_set  (PwkInspectItem *self, const PwkInspectRow *row);
const PwkInspectRow *pwk_inspect_item_get  (PwkInspectItem *self);

/* The widget. Signal: "link" (uint64: what the value names). */
#define PWK_TYPE_INSPECT_ROW_VIEW (pwk_inspect_row_view_get_type ())
G_DECLARE_FINAL_TYPE (PwkInspectRowView, pwk_inspect_row_view, PWK, INSPECT_ROW_VIEW, AdwBin)

GtkWidget *pwk_inspect_row_view_new      (void);
/* NULL: none. */
void       pwk_inspect_row_view_set_item (PwkInspectRowView *self, PwkInspectItem *item);
