/* event-list.h - events as a list model: what the statement under way did so far, or why
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "session/session.h"

/* One event as rows show it. Made on demand. */
#define PWK_TYPE_EVENT_ITEM (pwk_event_item_get_type ())
G_DECLARE_FINAL_TYPE (PwkEventItem, pwk_event_item, PWK, EVENT_ITEM, GObject)

uint64_t    pwk_event_item_get_number (PwkEventItem *self);
unsigned    pwk_event_item_get_kind   (PwkEventItem *self);
unsigned    pwk_event_item_get_depth  (PwkEventItem *self);   /* how many of its causes are in the list */
const char *pwk_event_item_get_fields (PwkEventItem *self);   /* "order 2  zone DMA32" */

/* GListModel of PwkEventItem over the model of a snapshot, or over pages of history. */
#define PWK_TYPE_EVENT_LIST (pwk_event_list_get_type ())
G_DECLARE_FINAL_TYPE (PwkEventList, pwk_event_list, PWK, EVENT_LIST, GObject)

PwkEventList *pwk_event_list_new      (void);
/* Takes the events that @snapshot has under @key (a reference to it is kept); @chain: the causes, else what happened. False if it has none
 * under that key. */
gboolean      pwk_event_list_take     (PwkEventList *self, PwkSnapshot *snapshot, uint32_t key, gboolean chain);
/* Adds a page of history that was asked for with pwk_event_list_class: in front if it was looked for backwards, else behind what is there. */
void          pwk_event_list_add_page (PwkEventList *self, PwkEventPage *page);
void          pwk_event_list_clear    (PwkEventList *self);
/* The row of event @n, or -1; and whether @n lies between the first and the last of them. */
int           pwk_event_list_find     (PwkEventList *self, uint64_t n);
gboolean      pwk_event_list_spans    (PwkEventList *self, uint64_t n);
/* All rows, tab-separated; caller frees. */
char         *pwk_event_list_to_text  (PwkEventList *self);

/* What the snapshot is wished to have; no parameters. */
extern const PwkModelClass pwk_event_list_class;
