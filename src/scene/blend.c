/* blend.c - motion: the scenes between two scenes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/blend.h"

#include <string.h>

#include "scene/partner.h"
#include "scene/scene-private.h"

#define NOTHING PWK_NO_PARTNER

/* An item of the frames: from item @a, to item @b, one of which may be NOTHING; then the other end is
 * @origin_box, if it has an origin: the box of item @origin of the other scene, or its share of it. */
typedef struct
{
  uint32_t a;
  uint32_t b;
  uint32_t origin;
  bool     joined;          /* origin_box lies around several origins */
  PwkBox   origin_box;
} Pair;

struct PwkBlend
{
  PwkScene *from;           /* owned */
  PwkScene *to;             /* owned */
  GArray   *pairs;          /* of Pair, in the order of painting */
};

/* Which scene is the later one: it tells what led to it. */
static bool
runs_forwards (const PwkBlend *blend)
{
  return blend->from->position <= blend->to->position;
}

/* --- the things of a scene --- */

static void
index_things (PwkItemIndex *index, const PwkScene *scene)
{
  pwk_item_index_init (index, scene->items->len);
  for (uint32_t i = scene->items->len; i-- > 0;)
    pwk_item_index_add (index, pwk_id_hash (g_array_index (scene->items, PwkItem, i).id), i);
}

/* The first item of the thing @id, rather one of @kind. */
static uint32_t
find_thing (const PwkItemIndex *index, const PwkScene *scene, uint64_t id, uint8_t kind)
{
  uint32_t any = NOTHING;

  for (uint32_t i = *pwk_item_index_chain (index, pwk_id_hash (id)); i != NOTHING; i = index->nexts[i])
    {
      const PwkItem *item = &g_array_index (scene->items, PwkItem, i);

      if (item->id != id)
        continue;
      if (item->kind == kind)
        return i;
      if (any == NOTHING)
        any = i;
    }

  return any;
}

/* --- where what has no partner comes from or goes to --- */

typedef struct
{
  const PwkScene *other;    /* where origins are looked for */
  PwkItemIndex    things;   /* of other, by id */
  GHashTable     *moves;    /* id → GArray of ids, both directions of the later scene's moves */
} Origins;

/* Boxes this much emptier than what they join are not joined. */
#define MAX_SLACK 1.5

static void
free_ids (void *ids)
{
  g_array_unref (ids);
}

static void
note_move (GHashTable *moves, const uint64_t *from, const uint64_t *into)
{
  GArray *ids = g_hash_table_lookup (moves, from);

  if (ids == NULL)
    {
      ids = g_array_new (FALSE, FALSE, sizeof (uint64_t));
      g_hash_table_insert (moves, (void *) from, ids);
    }

  g_array_append_vals (ids, into, 1);
}

static void
note_moves (GHashTable *moves, const PwkScene *scene)
{
  for (unsigned i = 0; i < scene->moves->len; i++)
    {
      const PwkMove *move = &g_array_index (scene->moves, PwkMove, i);

      note_move (moves, &move->from_id, &move->into_id);
      note_move (moves, &move->into_id, &move->from_id);
    }
}

static void
origins_init (Origins *origins, const PwkScene *other, GHashTable *moves)
{
  origins->other = other;
  origins->moves = moves;
  index_things (&origins->things, other);
}

static void
add_origin (const Origins *origins, const PwkItem *item, uint64_t id, Pair *pair)
{
  uint32_t found = id != 0 && id != item->id ? find_thing (&origins->things, origins->other, id, item->kind) : NOTHING;
  PwkBox box, around;

  if (found == NOTHING || found == pair->origin)
    return;

  box = pwk_scene_get_item (origins->other, found)->box;
  if (pair->origin == NOTHING)
    {
      pair->origin = found;
      pair->origin_box = box;
      return;
    }

  around = pwk_box_union (pair->origin_box, box);
  if (around.w * around.h <= MAX_SLACK * (pair->origin_box.w * pair->origin_box.h + box.w * box.h))
    {
      pair->origin_box = around;
      pair->joined = true;
    }
}

/* The thing's other drawing, of another kind, in its own scene. */
static void
find_own_place (const Origins *own, const PwkItem *item, Pair *pair)
{
  const PwkItemIndex *index = &own->things;

  for (uint32_t i = *pwk_item_index_chain (index, pwk_id_hash (item->id)); i != NOTHING && pair->origin == NOTHING; i = index->nexts[i])
    {
      const PwkItem *other = pwk_scene_get_item (own->other, i);

      if (other->id == item->id && other->kind != item->kind)
        {
          pair->origin = i;
          pair->origin_box = other->box;
          pair->joined = true;
        }
    }
}

/* What the item says of itself goes before the scenes' moves. @own: the scene that it is in; @comes: as time runs. */
static void
find_origin (const Origins *origins, const Origins *own, const PwkItem *item, bool comes, Pair *pair)
{
  GArray *moved = item->id != 0 ? g_hash_table_lookup (origins->moves, &item->id) : NULL;
  uint64_t end = comes ? item->from_id : item->into_id;

  if (item->id != 0 && end == item->id)
    find_own_place (own, item, pair);
  if (pair->origin != NOTHING)
    return;

  add_origin (origins, item, end, pair);
  if (pair->origin != NOTHING || moved == NULL)
    return;

  for (unsigned i = 0; i < moved->len; i++)
    add_origin (origins, item, g_array_index (moved, uint64_t, i), pair);
}

/* Several items with one origin divide it among them, by their sizes and in their order: the halves of a
 * block that is split start side by side, not on top of each other. */
typedef struct
{
  double total;
  double used;
} Share;

static const PwkItem *
alone (const PwkBlend *blend, const Pair *pair)
{
  return pair->b == NOTHING ? pwk_scene_get_item (blend->from, pair->a) : pwk_scene_get_item (blend->to, pair->b);
}

static double
extent (PwkBox box, bool sideways)
{
  return MAX (sideways ? box.w : box.h, 1.0);
}

static void *
share_key (const Pair *pair)
{
  return GSIZE_TO_POINTER (((size_t) pair->origin << 1 | (pair->b == NOTHING)) + 1);
}

static void
take_share (PwkBlend *blend, GHashTable *shares, Pair *pair, bool count)
{
  bool sideways = pair->origin_box.w >= pair->origin_box.h;
  double size = extent (alone (blend, pair)->box, sideways);
  Share *share = g_hash_table_lookup (shares, share_key (pair));

  if (count)
    {
      if (share == NULL)
        {
          share = g_new0 (Share, 1);
          g_hash_table_insert (shares, share_key (pair), share);
        }
      share->total += size;
      return;
    }

  if (sideways)
    {
      pair->origin_box.x += pair->origin_box.w * share->used / share->total;
      pair->origin_box.w *= size / share->total;
    }
  else
    {
      pair->origin_box.y += pair->origin_box.h * share->used / share->total;
      pair->origin_box.h *= size / share->total;
    }
  share->used += size;
}

static void
divide_origins (PwkBlend *blend)
{
  g_autoptr(GHashTable) shares = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (int pass = 0; pass < 2; pass++)
    for (unsigned i = 0; i < blend->pairs->len; i++)
      {
        Pair *pair = &g_array_index (blend->pairs, Pair, i);

        if (pair->origin != NOTHING && !pair->joined && !(alone (blend, pair)->flags & PWK_FLAG_PASSING))
          take_share (blend, shares, pair, pass == 0);
      }
}

/* --- matching --- */

/* @origins: where to look if one of the two is NOTHING, else NULL; @own: the scene that the other is in. */
static void
add_pair (PwkBlend *blend, uint32_t a, uint32_t b, const Origins *origins, const Origins *own)
{
  Pair pair = { .a = a, .b = b, .origin = NOTHING };

  if (origins != NULL)
    find_origin (origins, own, alone (blend, &pair), (b != NOTHING) == runs_forwards (blend), &pair);

  g_array_append_val (blend->pairs, pair);
}

/* The items of the first scene that found no partner keep their place: they are painted below what
 * follows them. From @next up to @end, or, if @stop, to the first that has a partner. */
static uint32_t
add_leaving (PwkBlend *blend, const uint32_t *partner, const Origins *targets, const Origins *own, uint32_t next, uint32_t end, bool stop)
{
  for (; next < end; next++)
    {
      if (partner[next] == NOTHING)
        add_pair (blend, next, NOTHING, targets, own);
      else if (stop)
        break;
    }

  return next;
}

static void
match (PwkBlend *blend)
{
  g_autofree uint32_t *partner = g_new (uint32_t, blend->from->items->len + 1);
  g_autofree uint32_t *partner_of_b = g_new (uint32_t, blend->to->items->len + 1);
  g_autoptr(GHashTable) moves = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_ids);
  uint32_t n_from = blend->from->items->len;
  Origins sources, targets;
  uint32_t next = 0;

  if (blend->to->position >= blend->from->position)
    note_moves (moves, blend->to);
  if (blend->from->position >= blend->to->position)
    note_moves (moves, blend->from);
  origins_init (&sources, blend->from, moves);
  origins_init (&targets, blend->to, moves);
  pwk_find_partners (blend->from, blend->to, partner, partner_of_b);

  for (uint32_t b = 0; b < blend->to->items->len; b++)
    {
      uint32_t a = partner_of_b[b];

      next = add_leaving (blend, partner, &targets, &sources, next, a != NOTHING ? MAX (next, a) : n_from, a == NOTHING);
      if (a != NOTHING)
        next = MAX (next, a + 1);
      add_pair (blend, a, b, a == NOTHING ? &sources : NULL, &targets);
    }

  add_leaving (blend, partner, &targets, &sources, next, n_from, false);
  divide_origins (blend);
  pwk_item_index_clear (&sources.things);
  pwk_item_index_clear (&targets.things);
}

PwkBlend *
pwk_blend_new (PwkScene *from, PwkScene *to)
{
  PwkBlend *blend;

  g_return_val_if_fail (from->sealed && to->sealed, NULL);

  blend = g_new0 (PwkBlend, 1);

  /* A frame of another blend would keep that blend's scenes, and those the ones before: a chain without end. */
  blend->from = from->sources->len > 0 ? pwk_scene_flatten (from) : pwk_scene_ref (from);
  blend->to = pwk_scene_ref (to);
  blend->pairs = g_array_sized_new (FALSE, FALSE, sizeof (Pair), to->items->len + 16);
  match (blend);
  return blend;
}

void
pwk_blend_free (PwkBlend *blend)
{
  pwk_scene_unref (blend->from);
  pwk_scene_unref (blend->to);
  g_array_unref (blend->pairs);
  g_free (blend);
}

/* --- frames --- */

static bool
same_points (const PwkItem *a, const PwkItem *b)
{
  return a->n_points == b->n_points &&
         (a->n_points == 0 || memcmp (a->points, b->points, a->n_points * sizeof *a->points) == 0);
}

static const PwkPoint *
blend_points (PwkScene *frame, const PwkItem *a, const PwkItem *b, double phase)
{
  PwkPoint *points = pwk_scene_alloc_points (frame, b->n_points);

  for (uint32_t i = 0; i < b->n_points; i++)
    points[i] = pwk_point (pwk_lerp (a->points[i].x, b->points[i].x, phase),
                           pwk_lerp (a->points[i].y, b->points[i].y, phase));

  return points;
}

/* The points of an item without partner move with its box. */
static const PwkPoint *
fit_points (PwkScene *frame, const PwkItem *item, PwkBox box)
{
  PwkPoint *points = pwk_scene_alloc_points (frame, item->n_points);
  double scale_x = item->box.w > 0 ? box.w / item->box.w : 1.0;
  double scale_y = item->box.h > 0 ? box.h / item->box.h : 1.0;

  for (uint32_t i = 0; i < item->n_points; i++)
    points[i] = pwk_point (box.x + (item->points[i].x - item->box.x) * scale_x,
                           box.y + (item->points[i].y - item->box.y) * scale_y);

  return points;
}

static void
blend_paint (PwkItem *item, const PwkItem *a, const PwkItem *b, double phase)
{
  /* Of an item in the midst of an earlier mixture take the nearer role. */
  uint8_t a_fill = a->mix >= 0.5f ? a->fill_to : a->fill;
  uint8_t a_stroke = a->mix >= 0.5f ? a->stroke_to : a->stroke;

  item->fill = a_fill;
  item->fill_to = b->fill;
  item->stroke = a_stroke;
  item->stroke_to = b->stroke;
  item->mix = (float) (a_fill != b->fill || a_stroke != b->stroke ? phase : 0.0);
  item->opacity = (float) pwk_lerp (a->opacity, b->opacity, phase);
  item->glow = (float) pwk_lerp (a->glow, b->glow, phase);
  item->line_width = (float) pwk_lerp (a->line_width, b->line_width, phase);
  item->radius = (float) pwk_lerp (a->radius, b->radius, phase);
  item->flags |= (a->flags | b->flags) & PWK_FLAG_FLASH;
}

static void
add_both (PwkScene *frame, const PwkItem *a, const PwkItem *b, double phase)
{
  PwkItem item = phase < 0.5 ? *a : *b;

  item.box = pwk_box_lerp (a->box, b->box, phase);
  blend_paint (&item, a, b, phase);
  if (!pwk_box_equal (a->box, b->box))
    item.flags |= PWK_FLAG_MOVING;
  if (b->n_points > 0 && a->n_points == b->n_points && !same_points (a, b))
    {
      item.points = blend_points (frame, a, b, phase);
      item.flags |= PWK_FLAG_MOVING;
    }

  pwk_scene_append (frame, &item);
}

/* How much of an item alone is seen. Out of its origin soon, since the motion tells more than the fading; else what goes is gone at half time,
 * and what comes begins there: never are the words of both on each other. */
static double
visibility (double presence, bool has_origin)
{
  return CLAMP (has_origin ? presence * 3.0 : presence * 2.0 - 1.0, 0.0, 1.0);
}

/* An item alone: at @presence 0 it is invisible and, if it has an origin, of its size and place. */
static void
add_alone (PwkScene *frame, const PwkItem *single, const PwkBox *origin, double presence)
{
  PwkItem item = *single;

  item.opacity *= (float) visibility (presence, origin != NULL);
  item.glow *= (float) presence;
  if (origin != NULL)
    {
      item.box = pwk_box_lerp (*origin, single->box, presence);
      item.flags |= PWK_FLAG_MOVING;
      if (item.n_points > 0)
        item.points = fit_points (frame, single, item.box);
    }

  pwk_scene_append (frame, &item);
}

/* How far @item is in its part of the motion, 0 … 1. */
static double
part_of (const PwkItem *item, double phase)
{
  double end = item->ends > 0.0f ? item->ends : 1.0;

  return CLAMP ((phase - item->starts) / (end - item->starts), 0.0, 1.0);
}

/* What carries a value is seen while it does so, and not at rest. */
static void
add_passing (PwkScene *frame, const PwkItem *single, const PwkBox *origin, double phase)
{
  PwkItem item = *single;
  double part = part_of (single, phase);

  item.opacity = part > 0.0 && part < 1.0 && origin != NULL ? 1.0f : 0.0f;
  if (origin != NULL)
    {
      item.box = pwk_box_lerp (*origin, single->box, part);
      item.flags |= PWK_FLAG_MOVING;
      if (item.n_points > 0)
        item.points = fit_points (frame, single, item.box);
    }
  pwk_scene_append (frame, &item);
}

static bool
same_cells (const PwkCells *a, const PwkCells *b)
{
  size_t cell_bytes = a->format == PWK_CELLS_ROLES ? 1 : 4;

  return a->n_cols == b->n_cols && a->n_rows == b->n_rows && a->format == b->format &&
         (a->data == b->data || memcmp (a->data, b->data, (size_t) a->n_cols * a->n_rows * cell_bytes) == 0);
}

/* The old grid with the new one growing opaque on top: no sum of two half transparent ones. */
static void
add_cells (PwkScene *frame, const PwkItem *a, const PwkItem *b, double phase)
{
  PwkItem old = *a;
  PwkItem fresh = *b;

  if (same_cells (a->cells, b->cells))
    {
      add_both (frame, a, b, phase);
      return;
    }

  old.box = pwk_box_lerp (a->box, b->box, phase);
  fresh.box = old.box;
  old.opacity *= phase < 1.0 ? 1.0f : 0.0f;
  fresh.opacity *= (float) phase;
  pwk_scene_append (frame, &old);
  pwk_scene_append (frame, &fresh);
}

static void
add_frame_of (const PwkBlend *blend, PwkScene *frame, const Pair *pair, double phase)
{
  const PwkItem *a = pair->a != NOTHING ? pwk_scene_get_item (blend->from, pair->a) : NULL;
  const PwkItem *b = pair->b != NOTHING ? pwk_scene_get_item (blend->to, pair->b) : NULL;
  const PwkBox *origin = pair->origin != NOTHING ? &pair->origin_box : NULL;
  bool forwards = runs_forwards (blend);

  if (a != NULL && b != NULL && a->kind == PWK_ITEM_CELLS)
    add_cells (frame, a, b, part_of (b, phase));
  else if (a != NULL && b != NULL)
    add_both (frame, a, b, forwards ? part_of (b, phase) : 1.0 - part_of (a, 1.0 - phase));
  else if ((b != NULL ? b : a)->flags & PWK_FLAG_PASSING)
    add_passing (frame, b != NULL ? b : a, origin, (b != NULL) != forwards ? 0.0 : b != NULL ? phase : 1.0 - phase);
  else if (b != NULL)
    add_alone (frame, b, origin, part_of (b, phase));
  else
    add_alone (frame, a, origin, part_of (a, 1.0 - phase));
}

PwkScene *
pwk_blend_frame (const PwkBlend *blend, double phase)
{
  double t = CLAMP (phase, 0.0, 1.0);
  const PwkScene *nearer = t < 0.5 ? blend->from : blend->to;
  PwkScene *frame = pwk_scene_new (pwk_lerp (blend->from->width, blend->to->width, t),
                                   pwk_lerp (blend->from->height, blend->to->height, t));

  pwk_scene_set_title (frame, nearer->title);
  pwk_scene_set_description (frame, nearer->description);
  pwk_scene_set_language (frame, nearer->language);
  pwk_scene_set_moment (frame, nearer->moment);
  frame->position = nearer->position;
  pwk_scene_add_source (frame, blend->from);
  pwk_scene_add_source (frame, blend->to);
  g_array_set_size (frame->items, blend->pairs->len + 8);
  g_array_set_size (frame->items, 0);
  for (unsigned i = 0; i < blend->pairs->len; i++)
    add_frame_of (blend, frame, &g_array_index (blend->pairs, Pair, i), t);

  return pwk_scene_seal (frame);
}

static bool
changes (const PwkItem *a, const PwkItem *b)
{
  return !pwk_box_equal (a->box, b->box) || a->fill != b->fill || a->stroke != b->stroke ||
         a->opacity < b->opacity || a->opacity > b->opacity || a->flags != b->flags ||
         g_strcmp0 (a->text, b->text) != 0 || !same_points (a, b) ||
         (a->cells != NULL && b->cells != NULL && !same_cells (a->cells, b->cells));
}

size_t
pwk_blend_count_changes (const PwkBlend *blend)
{
  size_t n_changes = 0;

  for (unsigned i = 0; i < blend->pairs->len; i++)
    {
      const Pair *pair = &g_array_index (blend->pairs, Pair, i);

      if (pair->a == NOTHING || pair->b == NOTHING ||
          changes (pwk_scene_get_item (blend->from, pair->a), pwk_scene_get_item (blend->to, pair->b)))
        n_changes++;
    }

  return n_changes;
}

PwkScene *
pwk_scene_blend (PwkScene *from, PwkScene *to, double phase)
{
  g_autoptr(PwkBlend) blend = NULL;

  if (phase <= 0.0)
    return pwk_scene_ref (from);
  if (phase >= 1.0)
    return pwk_scene_ref (to);

  blend = pwk_blend_new (from, to);
  return pwk_blend_frame (blend, phase);
}

void
pwk_item_set_time (PwkItem *item, unsigned from_ms, unsigned to_ms, unsigned motion_ms)
{
  item->starts = (float) pwk_ease (PWK_EASE_IN_OUT, (double) from_ms / motion_ms);
  item->ends = (float) pwk_ease (PWK_EASE_IN_OUT, (double) to_ms / motion_ms);
}

double
pwk_ease (PwkEase ease, double time)
{
  double t = CLAMP (time, 0.0, 1.0);
  double rest = 1.0 - t;

  switch (ease)
    {
    case PWK_EASE_IN_OUT:
      return t < 0.5 ? 4.0 * t * t * t : 1.0 - 4.0 * rest * rest * rest;
    case PWK_EASE_OUT:
      return 1.0 - rest * rest * rest;
    default:
      return t;
    }
}
