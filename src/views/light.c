/* light.c - one light in all views: the event, its trail, the selection and its kin
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/light.h"

#include "scene/hit.h"
#include "scene/ink.h"
#include "views/overview-model.h"
#include "views/view-common.h"

/* A step back in the trail is that much paler, down to the least. */
#define TRAIL_PALER 0.15f
#define TRAIL_LEAST 0.25f
/* Rings around cells of a texture; more are not told apart. */
#define MAX_RINGS  64
#define RING_APART 7.0

static bool
is_thing (const PwkItem *item)
{
  return (item->flags & PWK_FLAGS_THING) != 0 && item->id != 0;
}

/* --- the event and its trail --- */

/* Kinds of things of which it is known exactly what was touched. */
static bool
is_followed (uint64_t id)
{
  switch (pwk_id_thing (id))
    {
    case PWK_THING_PFN:
    case PWK_THING_BLOCK:
    case PWK_THING_VMA:
    case PWK_THING_SLAB:
    case PWK_THING_OBJECT:
    case PWK_THING_SWAP:
      return true;
    default:
      return false;
    }
}

static void
light_touched (PwkItem *item, const PwkTouched *touched)
{
  bool flashes = (item->flags & PWK_FLAG_FLASH) != 0;
  int age;

  if (item->id == 0 || (!flashes && !is_thing (item)))
    return;
  age = pwk_touched_age (touched, item->id);
  if (flashes && touched->at_end && is_followed (item->id) && age != 0)
    item->flags &= ~(uint32_t) PWK_FLAG_FLASH;
  if (age == 0 && is_thing (item) && is_followed (item->id))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  else if (age > 0 && (item->flags & PWK_FLAG_FLASH) == 0)
    {
      item->flags |= PWK_FLAG_TRAIL;
      item->glow = MAX (1.0f - TRAIL_PALER * (float) (age - 1), TRAIL_LEAST);
    }
}

/* --- the selection and its kin --- */

static bool
belongs (const PwkRelations *relations, uint64_t selection, uint64_t id)
{
  return id == selection || pwk_relations_has (relations, id);
}

/* Whether the picture has anything of what is selected: then all else steps back. */
static bool
ring_kin (PwkItem *items, size_t n, const PwkRelations *relations, uint64_t selection)
{
  bool any = false;

  for (size_t i = 0; i < n; i++)
    {
      any |= items[i].id == selection || (items[i].flags & PWK_FLAG_SELECTED) != 0;
      if (!is_thing (&items[i]) || (items[i].flags & PWK_FLAG_SELECTED) != 0)
        continue;
      if (items[i].id == selection)
        items[i].flags |= PWK_FLAG_SELECTED;
      else if (pwk_relations_has (relations, items[i].id))
        items[i].flags |= PWK_FLAG_KIN;
      any |= (items[i].flags & (PWK_FLAG_SELECTED | PWK_FLAG_KIN)) != 0;
    }
  return any;
}

/* Grounds and texts stay; what is drawn on them, areas and lines, steps back. */
static bool
steps_back (const PwkItem *item)
{
  const uint32_t lit = PWK_FLAG_SELECTED | PWK_FLAG_KIN | PWK_FLAG_FLASH | PWK_FLAG_TRAIL;

  if ((item->flags & lit) != 0)
    return false;
  if (item->kind == PWK_ITEM_LINE || item->kind == PWK_ITEM_ARROW || item->kind == PWK_ITEM_CURVE ||
      item->kind == PWK_ITEM_HATCH || item->kind == PWK_ITEM_CELLS)
    return true;
  return item->kind != PWK_ITEM_TEXT && pwk_role_kind (item->fill) != PWK_ROLE_KIND_SURFACE;
}

static void
step_back (PwkItem *item)
{
  item->flags |= PWK_FLAG_REST;
  if (item->kind == PWK_ITEM_CELLS)
    item->opacity *= (float) PWK_QUIET;
}

static void
dim_rest (PwkItem *items, size_t n, const PwkRelations *relations, uint64_t selection)
{
  for (size_t i = 0; i < n; i++)
    if (steps_back (&items[i]) && !belongs (relations, selection, items[i].id) &&
        !belongs (relations, selection, items[i].parent))
      step_back (&items[i]);
}

/* --- cells that are no items --- */

static bool
has_ring (const PwkPoint *rings, unsigned n, PwkBox box)
{
  for (unsigned i = 0; i < n; i++)
    if (fabs (rings[i].x - box.x) < RING_APART && fabs (rings[i].y - box.y) < RING_APART)
      return true;
  return false;
}

static bool
is_ringed (PwkScene *scene, uint64_t id)
{
  const PwkItem *item = pwk_scene_find (scene, id);

  return item != NULL && (item->flags & (PWK_FLAG_KIN | PWK_FLAG_SELECTED)) != 0;
}

static void
add_ring (PwkScene *scene, uint64_t id, PwkBox box)
{
  PwkItem *item = pwk_scene_add_rounded (scene, id, pwk_box_inset (box, -2, -2), PWK_ROLE_NONE, 2);

  item->stroke = PWK_ROLE_SELECTION;
  item->line_width = 1.25f;
  pwk_scene_set_label (scene, item, _("Belongs to what is selected: pfn %llu"),
                       PWK_N (pwk_id_number (id)));
}

/* Frames have a place in a picture that is finer than its items. Whether there were some. */
static bool
ring_cells (PwkScene *scene,
            const PwkRelations *relations,
            gconstpointer model,
            const PwkViewParams *params)
{
  const PwkViewClass *view = pwk_view_class (params->view);
  PwkPoint rings[MAX_RINGS];
  unsigned n = 0;
  PwkBox box;

  for (uint32_t i = 0; i < relations->n_kin && view->place != NULL && n < MAX_RINGS; i++)
    {
      uint64_t id = relations->kin[i].first;

      if (pwk_id_thing (id) != PWK_THING_PFN || id == params->selection ||
          !view->place (model, id, &box) || has_ring (rings, n, box) || is_ringed (scene, id))
        continue;
      add_ring (scene, id, box);
      rings[n++] = pwk_point (box.x, box.y);
    }
  return n > 0;
}

/* --- joins of kin --- */

/* Overview draws the way from the process to the frame: what of it joins kin is thin and in the
 * colour of the selection. */
static void
join_kin (PwkScene *scene,
          const PwkRelations *relations,
          const PwkOverviewModel *model,
          uint64_t selection)
{
  PwkOverviewJoin joins[PWK_OVERVIEW_JOINS];
  unsigned n_joins = pwk_overview_joins (model, joins);
  size_t n;
  PwkItem *items = pwk_scene_edit_items (scene, &n);

  for (unsigned i = 0; i < n_joins; i++)
    if (belongs (relations, selection, joins[i].from) &&
        belongs (relations, selection, joins[i].to))
      for (size_t j = 0; j < n; j++)
        if (items[j].id == joins[i].edge)
          {
            items[j].stroke = PWK_ROLE_SELECTION;
            items[j].line_width = 1.25f;
            items[j].flags &= ~(uint32_t) PWK_FLAG_REST;
          }
}

/* --- a picture --- */

static bool
is_high_contrast (const PwkTheme *theme)
{
  return pwk_theme_get_variant (theme) == PWK_THEME_HIGH_CONTRAST ||
         pwk_theme_get_variant (theme) == PWK_THEME_HIGH_CONTRAST_DARK;
}

void
pwk_light_scene (PwkScene *scene,
                 const PwkLight *light,
                 gconstpointer model,
                 const PwkTheme *theme,
                 const PwkViewParams *params)
{
  size_t n;
  PwkItem *items = pwk_scene_edit_items (scene, &n);
  bool any;

  for (size_t i = 0; i < n; i++)
    light_touched (&items[i], light->touched);
  if (light->relations == NULL)
    return;
  any = ring_kin (items, n, light->relations, params->selection);
  any |= ring_cells (scene, light->relations, model, params);
  if (any && !is_high_contrast (theme))
    {
      items = pwk_scene_edit_items (scene, &n);
      dim_rest (items, n, light->relations, params->selection);
    }
  if (params->view == PWK_VIEW_OVERVIEW)
    join_kin (scene, light->relations, model, params->selection);
}

/* The thing of the picture that was touched last, if any was. */
static const PwkItem *
youngest (const PwkItem *items, size_t n, const PwkTouched *touched)
{
  const PwkItem *found = NULL;
  int least = PWK_TOUCHED_STEPS;

  for (size_t i = 0; i < n; i++)
    {
      int age = is_thing (&items[i]) ? pwk_touched_age (touched, items[i].id) : -1;

      if (age >= 0 && age < least)
        {
          found = &items[i];
          least = age;
        }
    }
  return found;
}

const PwkItem *
pwk_light_subject (const PwkScene *scene, const PwkTouched *touched)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n), *item;
  const PwkItem *last = youngest (items, n, touched);

  if (last != NULL && pwk_touched_age (touched, last->id) == 0)
    return last;
  for (size_t i = 0; i < n; i++)
    if ((items[i].flags & PWK_FLAG_FLASH) != 0)
      return &items[i];
  item = touched->subject != 0 ? pwk_scene_find (scene, touched->subject) : NULL;
  return item != NULL ? item : last;
}

/* Of a zone that is named twice, in the strip and as a card, the card. */
static const PwkItem *
card_of (const PwkScene *scene, uint64_t id)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].id == id && items[i].fill == PWK_ROLE_PANEL && items[i].radius > 0)
      return &items[i];
  return NULL;
}

/* Who reads or writes an entry touches its frame and its region, too: it acts on the entry. */
static const PwkItem *
entry_touched (const PwkScene *scene, const PwkTouched *touched)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (is_thing (&items[i]) && pwk_id_thing (items[i].id) == PWK_THING_ENTRY &&
        pwk_touched_age (touched, items[i].id) == 0)
      return &items[i];
  return NULL;
}

const PwkItem *
pwk_light_card (const PwkScene *scene, const PwkTouched *touched)
{
  const PwkItem *entry = entry_touched (scene, touched);
  const PwkItem *subject = entry != NULL ? entry : pwk_light_subject (scene, touched);
  const PwkItem *card = subject != NULL ? card_of (scene, subject->id) : NULL;

  return card == NULL && subject != NULL && subject->parent != 0 ? card_of (scene, subject->parent)
                                                                 : card;
}
