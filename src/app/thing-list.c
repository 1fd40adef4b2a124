/* thing-list.c - the things of a scene as a list model: the twin of the picture, for screen readers and keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/thing-list.h"

#include <string.h>

struct _PwkThingRow
{
  GObject  parent_instance;

  char    *label;
  uint64_t id;
  unsigned level;
};

G_DEFINE_FINAL_TYPE (PwkThingRow, pwk_thing_row, G_TYPE_OBJECT)

static void
pwk_thing_row_finalize (GObject *object)
{
  g_free (PWK_THING_ROW (object)->label);
  G_OBJECT_CLASS (pwk_thing_row_parent_class)->finalize (object);
}

static void
pwk_thing_row_class_init (PwkThingRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_thing_row_finalize;
}

static void
pwk_thing_row_init (PwkThingRow *self)
{
}

uint64_t
pwk_thing_row_get_id (PwkThingRow *self)
{
  return self->id;
}

const char *
pwk_thing_row_get_label (PwkThingRow *self)
{
  return self->label;
}

unsigned
pwk_thing_row_get_level (PwkThingRow *self)
{
  return self->level;
}

struct _PwkThingList
{
  GObject         parent_instance;

  PwkScene       *scene;        /* owned */
  const uint32_t *focusables;   /* the scene's */
  size_t          n;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PwkThingList, pwk_thing_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return PWK_TYPE_THING_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return (guint) PWK_THING_LIST (model)->n;
}

static const PwkItem *
item_at (PwkScene *scene, const uint32_t *focusables, size_t i)
{
  return pwk_scene_get_item (scene, focusables[i]);
}

static gpointer
get_item (GListModel *model, guint position)
{
  PwkThingList *self = PWK_THING_LIST (model);
  const PwkItem *item;
  PwkThingRow *row;

  if (position >= self->n)
    return NULL;
  item = item_at (self->scene, self->focusables, position);
  row = g_object_new (PWK_TYPE_THING_ROW, NULL);
  row->id = item->id;
  row->label = g_strdup (pwk_item_label (item));
  row->level = item->level;
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
pwk_thing_list_finalize (GObject *object)
{
  g_clear_pointer (&PWK_THING_LIST (object)->scene, pwk_scene_unref);
  G_OBJECT_CLASS (pwk_thing_list_parent_class)->finalize (object);
}

static void
pwk_thing_list_class_init (PwkThingListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_thing_list_finalize;
}

static void
pwk_thing_list_init (PwkThingList *self)
{
}

PwkThingList *
pwk_thing_list_new (void)
{
  return g_object_new (PWK_TYPE_THING_LIST, NULL);
}

static gboolean
same_thing (const PwkItem *a, const PwkItem *b)
{
  return a->id == b->id && a->level == b->level && strcmp (pwk_item_label (a), pwk_item_label (b)) == 0;
}

void
pwk_thing_list_set_scene (PwkThingList *self, PwkScene *scene)
{
  PwkScene *old = self->scene;
  const uint32_t *before = self->focusables;
  size_t n_before = self->n, head = 0, tail = 0;

  self->scene = scene ? pwk_scene_ref (scene) : NULL;
  self->n = 0;
  self->focusables = scene ? pwk_scene_get_focusables (scene, &self->n) : NULL;

  while (head < MIN (n_before, self->n) && same_thing (item_at (old, before, head), item_at (scene, self->focusables, head)))
    head++;
  while (tail < MIN (n_before, self->n) - head &&
         same_thing (item_at (old, before, n_before - 1 - tail), item_at (scene, self->focusables, self->n - 1 - tail)))
    tail++;
  if (n_before != self->n || head + tail < self->n)
    g_list_model_items_changed (G_LIST_MODEL (self), (guint) head, (guint) (n_before - head - tail), (guint) (self->n - head - tail));
  g_clear_pointer (&old, pwk_scene_unref);
}

int
pwk_thing_list_find (PwkThingList *self, uint64_t id)
{
  for (size_t i = 0; i < self->n; i++)
    if (item_at (self->scene, self->focusables, i)->id == id)
      return (int) i;
  return -1;
}
