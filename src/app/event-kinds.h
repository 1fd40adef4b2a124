/* event-kinds.h - the kinds of events as a list to choose from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Fills @list, which can be searched then: @any first if it is not NULL, then the kinds in their order. */
void  pwk_event_kinds_fill   (GtkDropDown *list, const char *any);
/* "Fields: pfn, order, zone": what a condition on events of the kind @kind may name. Caller frees. */
char *pwk_event_kinds_fields (unsigned kind);
