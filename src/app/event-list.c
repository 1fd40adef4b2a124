/* event-list.c - events as a list model
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/event-list.h"

#include "views/explain.h"

/* --- what the engine thread makes --- */

typedef struct
{
  uint64_t n;
  uint32_t kind, depth;
  char    *fields;
} Row;

typedef struct
{
  Row     *rows;
  uint32_t n;
} Rows;

/* Immutable. */
typedef struct
{
  Rows happened, chain;
} Model;

/* @events rise in n, so a cause stands before what it caused. */
static uint32_t
depth_of (const Rows *rows, const PwkEvent *event)
{
  uint32_t low = 0, high = rows->n;

  while (low < high)
    {
      uint32_t middle = low + (high - low) / 2;

      if (rows->rows[middle].n < event->parent)
        low = middle + 1;
      else
        high = middle;
    }
  return low < rows->n && rows->rows[low].n == event->parent ? rows->rows[low].depth + 1 : 0;
}

static void
add_row (Rows *rows, const PwkMachine *machine, const PwkEvent *event)
{
  Row row = { event->n, event->kind, depth_of (rows, event), pwk_explain_fields (machine, event) };

  rows->rows[rows->n++] = row;
}

/* Engine thread. */
static gpointer
build (const PwkObservation *observation, gconstpointer unused G_GNUC_UNUSED)
{
  Model *model = g_new0 (Model, 1);

  model->happened.rows = g_new (Row, observation->n_events + 1);
  for (uint32_t i = 0; i < observation->n_events; i++)
    add_row (&model->happened, observation->machine, &observation->events[i]);
  model->chain.rows = g_new (Row, observation->n_chain + 1);
  for (uint32_t i = observation->n_chain; i-- > 0;)
    add_row (&model->chain, observation->machine, &observation->chain[i]);
  return model;
}

static void
clear_rows (Rows *rows)
{
  for (uint32_t i = 0; i < rows->n; i++)
    g_free (rows->rows[i].fields);
  g_free (rows->rows);
}

static void
free_model (gpointer data)
{
  Model *model = data;

  clear_rows (&model->happened);
  clear_rows (&model->chain);
  g_free (model);
}

const PwkModelClass pwk_event_list_class = { build, free_model };

/* --- a row --- */

struct _PwkEventItem
{
  GObject      parent_instance;

  PwkSnapshot *snapshot;   /* owned: keeps the row alive */
  const Row   *row;
};

G_DEFINE_FINAL_TYPE (PwkEventItem, pwk_event_item, G_TYPE_OBJECT)

static void
pwk_event_item_finalize (GObject *object)
{
  pwk_snapshot_unref (PWK_EVENT_ITEM (object)->snapshot);
  G_OBJECT_CLASS (pwk_event_item_parent_class)->finalize (object);
}

static void
pwk_event_item_class_init (PwkEventItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_event_item_finalize;
}

static void
pwk_event_item_init (PwkEventItem *self G_GNUC_UNUSED)
{
}

uint64_t
pwk_event_item_get_number (PwkEventItem *self)
{
  return self->row->n;
}

unsigned
pwk_event_item_get_kind (PwkEventItem *self)
{
  return self->row->kind;
}

unsigned
pwk_event_item_get_depth (PwkEventItem *self)
{
  return self->row->depth;
}

const char *
pwk_event_item_get_fields (PwkEventItem *self)
{
  return self->row->fields;
}

/* --- the list --- */

struct _PwkEventList
{
  GObject      parent_instance;

  PwkSnapshot *snapshot;   /* owned; NULL: empty */
  const Rows  *rows;       /* in it */
};

static GType
get_item_type (GListModel *list G_GNUC_UNUSED)
{
  return PWK_TYPE_EVENT_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  PwkEventList *self = PWK_EVENT_LIST (list);

  return self->rows ? self->rows->n : 0;
}

static gpointer
get_item (GListModel *list, guint position)
{
  PwkEventList *self = PWK_EVENT_LIST (list);
  PwkEventItem *item;

  if (position >= get_n_items (list))
    return NULL;
  item = g_object_new (PWK_TYPE_EVENT_ITEM, NULL);
  item->snapshot = pwk_snapshot_ref (self->snapshot);
  item->row = &self->rows->rows[position];
  return item;
}

static void
init_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PwkEventList, pwk_event_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

static void
pwk_event_list_finalize (GObject *object)
{
  g_clear_pointer (&PWK_EVENT_LIST (object)->snapshot, pwk_snapshot_unref);
  G_OBJECT_CLASS (pwk_event_list_parent_class)->finalize (object);
}

static void
pwk_event_list_class_init (PwkEventListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_event_list_finalize;
}

static void
pwk_event_list_init (PwkEventList *self G_GNUC_UNUSED)
{
}

PwkEventList *
pwk_event_list_new (void)
{
  return g_object_new (PWK_TYPE_EVENT_LIST, NULL);
}

gboolean
pwk_event_list_take (PwkEventList *self, PwkSnapshot *snapshot, uint32_t key, gboolean chain)
{
  const Model *model = pwk_snapshot_model (snapshot, key);
  PwkSnapshot *old = self->snapshot;
  guint n = get_n_items (G_LIST_MODEL (self));

  if (!model)
    return FALSE;
  self->snapshot = pwk_snapshot_ref (snapshot);
  self->rows = chain ? &model->chain : &model->happened;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, self->rows->n);
  g_clear_pointer (&old, pwk_snapshot_unref);
  return TRUE;
}

int
pwk_event_list_find (PwkEventList *self, uint64_t n)
{
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    if (self->rows->rows[i].n == n)
      return (int) i;
  return -1;
}

gboolean
pwk_event_list_spans (PwkEventList *self, uint64_t n)
{
  guint length = get_n_items (G_LIST_MODEL (self));

  return length > 0 && n >= self->rows->rows[0].n && n <= self->rows->rows[length - 1].n;
}

char *
pwk_event_list_to_text (PwkEventList *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    {
      const Row *row = &self->rows->rows[i];
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) row->kind);

      g_string_append_printf (text, "%" G_GUINT64_FORMAT "\t%*s%s\t%s\t%s\n", row->n, (int) row->depth * 2, "", info->name, row->fields, info->where);
    }
  return g_string_free (text, FALSE);
}
