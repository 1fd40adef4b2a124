/* search-items.h - what the search finds: commands, views, scenarios, calls, constants, keys of machine (), kinds of events, things
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/window.h"

/* What happens with an item that is chosen. */
typedef enum
{
  PWK_SEARCH_ACTION,      /* an action's detailed name */
  PWK_SEARCH_OPEN,        /* a file's URI */
  PWK_SEARCH_LINE,        /* a line for the console */
  PWK_SEARCH_EVENT,       /* a kind of event: to the next one */
  PWK_SEARCH_PLACE,       /* what the dialog "Go to" takes */
} PwkSearchDeed;

#define PWK_TYPE_SEARCH_ITEM (pwk_search_item_get_type ())
G_DECLARE_FINAL_TYPE (PwkSearchItem, pwk_search_item, PWK, SEARCH_ITEM, GObject)

PwkSearchDeed pwk_search_item_get_deed   (PwkSearchItem *self);
const char   *pwk_search_item_get_target (PwkSearchItem *self);
const char   *pwk_search_item_get_title  (PwkSearchItem *self);
const char   *pwk_search_item_get_detail (PwkSearchItem *self);   /* a line or two; "" if there is nothing to add */
const char   *pwk_search_item_get_kind   (PwkSearchItem *self);   /* "View", "Call", "Ctrl+L" … */

/* GListStore of all of them. Caller owns. */
GListStore   *pwk_search_items_new       (void);
/* How well the item answers @words (folded): 0 not at all, more is better. */
int           pwk_search_item_rank       (PwkSearchItem *self, const char *const *words);
/* The item for a place that @text is ("pfn 700", "0x7f…", "line 12", "event 99"), or NULL. */
PwkSearchItem *pwk_search_item_for_place (const char *text);
