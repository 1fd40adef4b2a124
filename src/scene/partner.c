/* partner.c - which item of a scene is which of another
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/partner.h"

#include <string.h>

#include "scene/item-index.h"
#include "scene/scene-private.h"

/* A scene, and where its items lie in their groups: from the upper left corner of the first item of the group's id. */
typedef struct
{
  const PwkItem *items;
  uint32_t       n_items;
  PwkPoint      *places;    /* owned, rounded to half units */
  uint32_t      *partner;   /* the answer */
} Side;

/* Which items may be partners; the passes go from the strongest identity to the weakest, over what has none yet. */
typedef struct
{
  bool things;              /* of things, else of what has no id */
  bool parent;              /* in the same group */
  bool place;               /* at the same place of it */
  bool look;                /* with the same fill, line, and words */
  bool only;                /* there is but one such in either scene */
} Pass;

static const Pass passes[] = {
  { .things = true, .parent = true },
  { .things = true },
  { .parent = true, .place = true, .look = true },
  { .parent = true, .place = true },
  { .parent = true, .look = true, .only = true },
};

/* --- places --- */

static PwkPoint
corner_of (GHashTable *corners, uint64_t group)
{
  const PwkItem *item = group != 0 ? g_hash_table_lookup (corners, &group) : NULL;

  return item != NULL ? pwk_point (item->box.x, item->box.y) : pwk_point (0.0, 0.0);
}

static void
find_places (Side *side)
{
  g_autoptr(GHashTable) corners = g_hash_table_new (g_int64_hash, g_int64_equal);
  PwkPoint corner = { 0 };

  for (uint32_t i = side->n_items; i-- > 0;)
    if (side->items[i].id != 0)
      g_hash_table_insert (corners, (void *) &side->items[i].id, (void *) &side->items[i]);

  for (uint32_t i = 0; i < side->n_items; i++)
    {
      if (i == 0 || side->items[i].parent != side->items[i - 1].parent)
        corner = corner_of (corners, side->items[i].parent);
      side->places[i] = pwk_point (round ((side->items[i].box.x - corner.x) * 2.0), round ((side->items[i].box.y - corner.y) * 2.0));
    }
}

static void
side_init (Side *side, const PwkScene *scene, uint32_t *partner)
{
  side->items = (const PwkItem *) scene->items->data;
  side->n_items = scene->items->len;
  side->places = g_new (PwkPoint, side->n_items + 1);
  side->partner = partner;
  memset (partner, 0xff, side->n_items * sizeof *partner);
  find_places (side);
}

/* --- being the same --- */

static uint64_t
mix (uint64_t key, uint64_t more)
{
  return pwk_id_hash (key * 31 + more);
}

static uint64_t
key_of (const Side *side, uint32_t i, const Pass *pass)
{
  const PwkItem *item = &side->items[i];
  uint64_t key = mix (item->id, item->kind);

  if (pass->parent)
    key = mix (key, item->parent);
  if (pass->place)
    key = mix (mix (key, (uint64_t) (int64_t) side->places[i].x), (uint64_t) (int64_t) side->places[i].y);
  if (pass->look)
    key = mix (key, (uint64_t) item->fill << 16 | (uint64_t) item->stroke << 8 | (item->text != NULL ? (uint64_t) g_str_hash (item->text) << 24 : 0));

  return key;
}

static bool
same_place (PwkPoint a, PwkPoint b)
{
  return !(a.x < b.x || a.x > b.x || a.y < b.y || a.y > b.y);
}

static bool
same (const Side *from, uint32_t i, const Side *to, uint32_t j, const Pass *pass)
{
  const PwkItem *a = &from->items[i];
  const PwkItem *b = &to->items[j];

  if (((a->flags | b->flags) & PWK_FLAG_PASSING) != 0)
    return false;
  if (a->id != b->id || a->kind != b->kind || (pass->parent && a->parent != b->parent) ||
      (pass->place && !same_place (from->places[i], to->places[j])))
    return false;
  if (!pass->things && (a->n_points != b->n_points || a->font != b->font || (a->text == NULL) != (b->text == NULL)))
    return false;

  return !pass->look || (a->fill == b->fill && a->stroke == b->stroke && g_strcmp0 (a->text, b->text) == 0);
}

/* --- pairing --- */

static bool
is_open (const Side *side, uint32_t i, const Pass *pass)
{
  return side->partner[i] == PWK_NO_PARTNER && (side->items[i].id != 0) == pass->things;
}

static void
index_init (PwkItemIndex *index, const Side *side, const Pass *pass)
{
  pwk_item_index_init (index, side->n_items);
  for (uint32_t i = side->n_items; i-- > 0;)
    if (is_open (side, i, pass))
      pwk_item_index_add (index, key_of (side, i, pass), i);
}

/* The first of @found's items like item @i of @side; taken out of the index, so that the next of the same gets the next one. */
static uint32_t
take (PwkItemIndex *index, const Side *found, const Side *side, uint32_t i, const Pass *pass)
{
  uint32_t *link = pwk_item_index_chain (index, key_of (side, i, pass));

  for (; *link != PWK_NO_PARTNER; link = &index->nexts[*link])
    if (same (found, *link, side, i, pass))
      {
        uint32_t taken = *link;

        *link = index->nexts[taken];
        return taken;
      }

  return PWK_NO_PARTNER;
}

/* Whether one of @found's items, and no more, is like item @i of @side; @which: that one. */
static bool
is_only (const PwkItemIndex *index, const Side *found, const Side *side, uint32_t i, const Pass *pass, uint32_t *which)
{
  unsigned n = 0;

  for (uint32_t at = *pwk_item_index_chain (index, key_of (side, i, pass)); at != PWK_NO_PARTNER && n < 2; at = index->nexts[at])
    if (same (found, at, side, i, pass))
      {
        *which = at;
        n++;
      }

  return n == 1;
}

static void
pair (Side *from, uint32_t a, Side *to, uint32_t b)
{
  from->partner[a] = b;
  to->partner[b] = a;
}

static void
pair_in_order (Side *from, Side *to, const Pass *pass)
{
  PwkItemIndex index;

  index_init (&index, from, pass);
  for (uint32_t b = 0; b < to->n_items; b++)
    if (is_open (to, b, pass))
      {
        uint32_t a = take (&index, from, to, b, pass);

        if (a != PWK_NO_PARTNER)
          pair (from, a, to, b);
      }

  pwk_item_index_clear (&index);
}

static void
pair_only_ones (Side *from, Side *to, const Pass *pass)
{
  PwkItemIndex in_from, in_to;

  index_init (&in_from, from, pass);
  index_init (&in_to, to, pass);
  for (uint32_t b = 0; b < to->n_items; b++)
    {
      uint32_t a, again;

      if (is_open (to, b, pass) && is_only (&in_from, from, to, b, pass, &a) && is_only (&in_to, to, from, a, pass, &again))
        pair (from, a, to, b);
    }

  pwk_item_index_clear (&in_from);
  pwk_item_index_clear (&in_to);
}

void
pwk_find_partners (const PwkScene *from, const PwkScene *to, uint32_t *partner, uint32_t *partner_of_to)
{
  Side a, b;

  side_init (&a, from, partner);
  side_init (&b, to, partner_of_to);
  for (unsigned i = 0; i < G_N_ELEMENTS (passes); i++)
    if (passes[i].only)
      pair_only_ones (&a, &b, &passes[i]);
    else
      pair_in_order (&a, &b, &passes[i]);

  g_free (a.places);
  g_free (b.places);
}
