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

/* Whatever keeps rows alive: a snapshot or a page of history. */
typedef struct { gpointer object; gpointer (*ref) (gpointer object); void (*unref) (gpointer object); } Holder;

static gpointer
ref_snapshot (gpointer snapshot)
{
  return pwk_snapshot_ref (snapshot);
}

static void
unref_snapshot (gpointer snapshot)
{
  pwk_snapshot_unref (snapshot);
}

static gpointer
ref_page (gpointer page)
{
  return pwk_event_page_ref (page);
}

static void
unref_page (gpointer page)
{
  pwk_event_page_unref (page);
}

struct _PwkEventItem
{
  GObject    parent_instance;

  Holder     holder;       /* of the row; a reference */
  const Row *row;
};

G_DEFINE_FINAL_TYPE (PwkEventItem, pwk_event_item, G_TYPE_OBJECT)

static void
pwk_event_item_finalize (GObject *object)
{
  PwkEventItem *self = PWK_EVENT_ITEM (object);

  self->holder.unref (self->holder.object);
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

/* Rows from one holder, a reference. */
typedef struct { Holder holder; const Rows *rows; } Block;

struct _PwkEventList
{
  GObject  parent_instance;

  GArray  *blocks;   /* of Block, owned; events rise from one to the next */
  guint    n;        /* rows in all of them */
};

static void
clear_block (gpointer data)
{
  Block *block = data;

  block->holder.unref (block->holder.object);
}

static const Row *
row_at (PwkEventList *self, guint position, const Holder **holder)
{
  for (guint i = 0; i < self->blocks->len; i++)
    {
      const Block *block = &g_array_index (self->blocks, Block, i);

      if (holder)
        *holder = &block->holder;
      if (position < block->rows->n)
        return &block->rows->rows[position];
      position -= block->rows->n;
    }
  return NULL;
}

static GType
get_item_type (GListModel *list G_GNUC_UNUSED)
{
  return PWK_TYPE_EVENT_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return PWK_EVENT_LIST (list)->n;
}

static gpointer
get_item (GListModel *list, guint position)
{
  const Holder *holder = NULL;
  const Row *row = row_at (PWK_EVENT_LIST (list), position, &holder);
  PwkEventItem *item;

  if (!row)
    return NULL;
  item = g_object_new (PWK_TYPE_EVENT_ITEM, NULL);
  item->holder = *holder;
  item->holder.ref (item->holder.object);
  item->row = row;
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
  g_array_unref (PWK_EVENT_LIST (object)->blocks);
  G_OBJECT_CLASS (pwk_event_list_parent_class)->finalize (object);
}

static void
pwk_event_list_class_init (PwkEventListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_event_list_finalize;
}

static void
pwk_event_list_init (PwkEventList *self)
{
  self->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  g_array_set_clear_func (self->blocks, clear_block);
}

PwkEventList *
pwk_event_list_new (void)
{
  return g_object_new (PWK_TYPE_EVENT_LIST, NULL);
}

void
pwk_event_list_clear (PwkEventList *self)
{
  guint n = self->n;

  g_array_set_size (self->blocks, 0);
  self->n = 0;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

gboolean
pwk_event_list_take (PwkEventList *self, PwkSnapshot *snapshot, uint32_t key, gboolean chain)
{
  const Model *model = pwk_snapshot_model (snapshot, key);
  Block block = { { snapshot, ref_snapshot, unref_snapshot }, NULL };
  guint n = self->n;

  if (!model)
    return FALSE;
  block.rows = chain ? &model->chain : &model->happened;
  pwk_snapshot_ref (snapshot);
  g_array_set_size (self->blocks, 0);
  g_array_append_val (self->blocks, block);
  self->n = block.rows->n;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, self->n);
  return TRUE;
}

void
pwk_event_list_add_page (PwkEventList *self, PwkEventPage *page)
{
  const Model *model = page->model;
  Block block = { { page, ref_page, unref_page }, model ? &model->happened : NULL };
  guint n = self->n;

  if (!model || block.rows->n == 0)
    return;
  pwk_event_page_ref (page);
  g_array_insert_val (self->blocks, page->backwards ? 0 : self->blocks->len, block);
  self->n += block.rows->n;
  g_list_model_items_changed (G_LIST_MODEL (self), page->backwards ? 0 : n, 0, block.rows->n);
}

int
pwk_event_list_find (PwkEventList *self, uint64_t n)
{
  guint low = 0, high = self->n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (row_at (self, middle, NULL)->n < n)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n && row_at (self, low, NULL)->n == n ? (int) low : -1;
}

gboolean
pwk_event_list_spans (PwkEventList *self, uint64_t n)
{
  return self->n > 0 && n >= row_at (self, 0, NULL)->n && n <= row_at (self, self->n - 1, NULL)->n;
}

char *
pwk_event_list_to_text (PwkEventList *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n; i++)
    {
      const Row *row = row_at (self, i, NULL);
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) row->kind);

      g_string_append_printf (text, "%" G_GUINT64_FORMAT "\t%*s%s\t%s\t%s\n", row->n, (int) row->depth * 2, "", info->name, row->fields, info->where);
    }
  return g_string_free (text, FALSE);
}
