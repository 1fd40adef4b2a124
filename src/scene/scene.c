/* scene.c - a picture as plain data: what a layout makes and a painter paints
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/scene-private.h"

#include <string.h>

#define BLOCK_BYTES (16 * 1024)
#define ALIGNMENT 16

PwkScene *
pwk_scene_new (double width, double height)
{
  PwkScene *scene = g_new0 (PwkScene, 1);

  g_atomic_ref_count_init (&scene->refs);
  scene->width = MAX (width, 0.0);
  scene->height = MAX (height, 0.0);
  scene->items = g_array_new (FALSE, FALSE, sizeof (PwkItem));
  scene->moves = g_array_new (FALSE, FALSE, sizeof (PwkMove));
  scene->bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  scene->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_scene_unref);
  scene->clips = g_array_new (FALSE, FALSE, sizeof (const PwkBox *));
  scene->parents = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  return scene;
}

PwkScene *
pwk_scene_ref (PwkScene *scene)
{
  g_atomic_ref_count_inc (&scene->refs);
  return scene;
}

static void
scene_free (PwkScene *scene)
{
  g_free (scene->title);
  g_free (scene->description);
  g_free (scene->language);
  g_clear_pointer (&scene->moment, pwk_moment_free);
  g_array_unref (scene->items);
  g_array_unref (scene->moves);
  g_clear_pointer (&scene->focusables, g_array_unref);
  g_clear_pointer (&scene->strings, g_string_chunk_free);
  g_clear_pointer (&scene->blocks, g_ptr_array_unref);
  g_ptr_array_unref (scene->bytes);
  g_ptr_array_unref (scene->sources);
  g_array_unref (scene->clips);
  g_array_unref (scene->parents);
  g_free (scene);
}

void
pwk_scene_unref (PwkScene *scene)
{
  if (g_atomic_ref_count_dec (&scene->refs))
    scene_free (scene);
}

void *
pwk_scene_alloc (PwkScene *scene, size_t size)
{
  char *block;

  size = (size + ALIGNMENT - 1) & ~(size_t) (ALIGNMENT - 1);
  if (scene->blocks == NULL)
    scene->blocks = g_ptr_array_new_with_free_func (g_free);

  if (scene->blocks->len == 0 || scene->block_size - scene->block_used < size)
    {
      scene->block_size = MAX (size, BLOCK_BYTES);
      scene->block_used = 0;
      g_ptr_array_add (scene->blocks, g_malloc (scene->block_size));
    }

  block = g_ptr_array_index (scene->blocks, scene->blocks->len - 1);
  block += scene->block_used;
  scene->block_used += size;
  return block;
}

PwkPoint *
pwk_scene_alloc_points (PwkScene *scene, uint32_t n_points)
{
  return pwk_scene_alloc (scene, n_points * sizeof (PwkPoint));
}

void
pwk_scene_add_source (PwkScene *scene, PwkScene *source)
{
  g_ptr_array_add (scene->sources, pwk_scene_ref (source));
}

PwkItem *
pwk_scene_append (PwkScene *scene, const PwkItem *item)
{
  g_assert (!scene->sealed);

  g_array_append_vals (scene->items, item, 1);
  return &g_array_index (scene->items, PwkItem, scene->items->len - 1);
}

static void
copy_facts (PwkScene *copy, const PwkScene *scene)
{
  copy->title = g_strdup (scene->title);
  copy->description = g_strdup (scene->description);
  copy->language = g_strdup (scene->language);
  copy->moment = scene->moment != NULL ? pwk_moment_copy (scene->moment) : NULL;
  copy->position = scene->position;
  copy->paper = scene->paper;
  g_array_append_vals (copy->moves, scene->moves->data, scene->moves->len);
}

PwkScene *
pwk_scene_copy (PwkScene *scene)
{
  PwkScene *copy = pwk_scene_new (scene->width, scene->height);

  copy_facts (copy, scene);
  pwk_scene_add_source (copy, scene);
  g_array_append_vals (copy->items, scene->items->data, scene->items->len);
  return copy;
}

static void
own_contents (PwkScene *scene, PwkItem *item)
{
  if (item->text != NULL)
    item->text = pwk_scene_intern (scene, item->text);
  if (item->label != NULL)
    item->label = pwk_scene_intern (scene, item->label);
  if (item->points != NULL)
    {
      PwkPoint *points = pwk_scene_alloc_points (scene, item->n_points);

      memcpy (points, item->points, item->n_points * sizeof *points);
      item->points = points;
    }
  if (item->clip != NULL)
    {
      PwkBox *clip = pwk_scene_alloc (scene, sizeof *clip);

      *clip = *item->clip;
      item->clip = clip;
    }
}

/* The data of cells is not copied: whoever owns the GBytes is found by address. */
static bool
own_cells (PwkScene *scene, const PwkScene *owner, PwkItem *item)
{
  for (unsigned i = 0; i < owner->bytes->len; i++)
    {
      GBytes *bytes = g_ptr_array_index (owner->bytes, i);

      if (g_bytes_get_data (bytes, NULL) == item->cells->data)
        {
          PwkCells *cells = pwk_scene_alloc (scene, sizeof *cells);

          *cells = *item->cells;
          item->cells = cells;
          g_ptr_array_add (scene->bytes, g_bytes_ref (bytes));
          return true;
        }
    }

  for (unsigned i = 0; i < owner->sources->len; i++)
    if (own_cells (scene, g_ptr_array_index (owner->sources, i), item))
      return true;

  return false;
}

PwkScene *
pwk_scene_flatten (PwkScene *scene)
{
  PwkScene *flat = pwk_scene_new (scene->width, scene->height);

  copy_facts (flat, scene);
  g_array_append_vals (flat->items, scene->items->data, scene->items->len);
  for (unsigned i = 0; i < flat->items->len; i++)
    {
      PwkItem *item = &g_array_index (flat->items, PwkItem, i);

      own_contents (flat, item);
      if (item->cells != NULL && !own_cells (flat, scene, item))
        g_assert_not_reached ();
    }

  return pwk_scene_seal (flat);
}

/* One focusable item a thing: the first. */
PwkScene *
pwk_scene_seal (PwkScene *scene)
{
  g_autoptr(GHashTable) seen = NULL;

  if (scene->sealed)
    return scene;

  g_assert (scene->clips->len == 0);
  g_assert (scene->parents->len == 0);

  seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  scene->focusables = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  for (uint32_t i = 0; i < scene->items->len; i++)
    {
      PwkItem *item = &g_array_index (scene->items, PwkItem, i);

      if ((item->flags & PWK_FLAG_FOCUSABLE) != 0 && (item->id == 0 || g_hash_table_add (seen, &item->id)))
        g_array_append_val (scene->focusables, i);
    }

  scene->sealed = true;
  return scene;
}

bool
pwk_scene_is_sealed (const PwkScene *scene)
{
  return scene->sealed;
}

static void
replace (PwkScene *scene, char **slot, const char *text)
{
  g_assert (!scene->sealed);

  g_free (*slot);
  *slot = g_strdup (text);
}

void
pwk_scene_set_size (PwkScene *scene, double width, double height)
{
  g_assert (!scene->sealed);

  scene->width = MAX (width, 0.0);
  scene->height = MAX (height, 0.0);
}

void
pwk_scene_set_title (PwkScene *scene, const char *title)
{
  replace (scene, &scene->title, title);
}

void
pwk_scene_set_description (PwkScene *scene, const char *description)
{
  replace (scene, &scene->description, description);
}

void
pwk_scene_set_language (PwkScene *scene, const char *language)
{
  replace (scene, &scene->language, language);
}

void
pwk_scene_set_moment (PwkScene *scene, const PwkMoment *moment)
{
  g_assert (!scene->sealed);

  g_clear_pointer (&scene->moment, pwk_moment_free);
  scene->moment = moment != NULL ? pwk_moment_copy (moment) : NULL;
}

void
pwk_scene_set_position (PwkScene *scene, uint64_t position)
{
  g_assert (!scene->sealed);
  scene->position = position;
}

void
pwk_scene_set_paper (PwkScene *scene, PwkPaper paper)
{
  g_assert (!scene->sealed);
  scene->paper = paper;
}

PwkPaper
pwk_scene_get_paper (const PwkScene *scene)
{
  if (scene->paper.width > 0.0)
    return scene->paper;

  return (PwkPaper) { pwk_box (0.0, 0.0, scene->width, scene->height), scene->width, scene->height };
}

double
pwk_scene_get_width (const PwkScene *scene)
{
  return scene->width;
}

double
pwk_scene_get_height (const PwkScene *scene)
{
  return scene->height;
}

const char *
pwk_scene_get_title (const PwkScene *scene)
{
  return scene->title;
}

const char *
pwk_scene_get_description (const PwkScene *scene)
{
  return scene->description;
}

const char *
pwk_scene_get_language (const PwkScene *scene)
{
  return scene->language;
}

const PwkMoment *
pwk_scene_get_moment (const PwkScene *scene)
{
  return scene->moment;
}

const PwkItem *
pwk_scene_get_items (const PwkScene *scene, size_t *n_items)
{
  if (n_items != NULL)
    *n_items = scene->items->len;

  return (const PwkItem *) (void *) scene->items->data;
}

const PwkItem *
pwk_scene_get_item (const PwkScene *scene, size_t index)
{
  return index < scene->items->len ? &g_array_index (scene->items, PwkItem, index) : NULL;
}

const uint32_t *
pwk_scene_get_focusables (const PwkScene *scene, size_t *n_focusables)
{
  g_return_val_if_fail (scene->sealed, NULL);

  if (n_focusables != NULL)
    *n_focusables = scene->focusables->len;

  return (const uint32_t *) (void *) scene->focusables->data;
}

const PwkMove *
pwk_scene_get_moves (const PwkScene *scene, size_t *n_moves)
{
  if (n_moves != NULL)
    *n_moves = scene->moves->len;

  return (const PwkMove *) (void *) scene->moves->data;
}

const char *
pwk_item_label (const PwkItem *item)
{
  if (item->label != NULL)
    return item->label;

  return item->text != NULL ? item->text : "";
}

const char *
pwk_item_kind_name (PwkItemKind kind)
{
  static const char *const names[PWK_N_ITEM_KINDS] = {
    "rect", "rounded", "ellipse", "text", "line", "arrow", "curve", "polygon", "hatch", "cells", "lens",
  };

  return (unsigned) kind < PWK_N_ITEM_KINDS ? names[kind] : "unknown";
}

void
pwk_scene_push_clip (PwkScene *scene, PwkBox box)
{
  PwkBox *clip = pwk_scene_alloc (scene, sizeof *clip);

  if (scene->clips->len > 0)
    {
      const PwkBox *outer = g_array_index (scene->clips, const PwkBox *, scene->clips->len - 1);
      double x = MAX (box.x, outer->x);
      double y = MAX (box.y, outer->y);

      box = pwk_box (x, y, MIN (box.x + box.w, outer->x + outer->w) - x,
                     MIN (box.y + box.h, outer->y + outer->h) - y);
    }

  *clip = box;
  g_array_append_val (scene->clips, clip);
}

void
pwk_scene_pop_clip (PwkScene *scene)
{
  g_return_if_fail (scene->clips->len > 0);

  g_array_set_size (scene->clips, scene->clips->len - 1);
}

void
pwk_scene_push_parent (PwkScene *scene, uint64_t id)
{
  g_array_append_val (scene->parents, id);
}

void
pwk_scene_pop_parent (PwkScene *scene)
{
  g_return_if_fail (scene->parents->len > 0);

  g_array_set_size (scene->parents, scene->parents->len - 1);
}

void
pwk_scene_add_move (PwkScene *scene, uint64_t from_id, uint64_t into_id)
{
  PwkMove move = { from_id, into_id };

  g_assert (!scene->sealed);

  g_array_append_val (scene->moves, move);
}
