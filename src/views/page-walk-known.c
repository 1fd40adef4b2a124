/* page-walk-known.c - what is known of a walk at an event: its tables, the telling bits of its
 * entries, what is now
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scene/blend.h"
#include "views/page-walk-private.h"

const char *
pwk_walk_name (const PwkWalkDrawing *drawing, unsigned i)
{
  unsigned level = drawing->model->top - i;

  return level == drawing->model->top ? "pgd" : pwk_level_name ((PwkLevel) level);
}

PwkPfn
pwk_walk_table (const PwkPageWalkModel *model, unsigned i)
{
  const PwkWalkStep *above;

  if (i < model->n_shown)
    return model->level[i].step.table;
  if (i == 0)
    return model->cr3 >> PWK_PAGE_SHIFT;
  above = &model->level[i - 1].step;
  return i == model->n_shown && above->present && !above->leaf ? pwk_pte_pfn (above->entry)
                                                               : PWK_NO_PFN;
}

unsigned
pwk_walk_n_indices (const PwkPageWalkModel *model)
{
  return model->n_shown > 0 && model->level[model->n_shown - 1].step.leaf ? model->n_shown
                                                                          : model->top;
}

bool
pwk_walk_failed_at (const PwkPageWalkModel *model, unsigned i)
{
  return model->stopped && i < model->n_shown &&
         model->level[i].step.level == model->walk.fault_level;
}

PwkRole
pwk_walk_frame_role (const PwkPageWalkModel *model)
{
  if (!model->has_frame)
    return PWK_ROLE_ANON;
  switch (model->frame.type)
    {
    case PWK_PAGE_ANON:
      return PWK_ROLE_ANON;
    case PWK_PAGE_FILE:
      return PWK_ROLE_FILE;
    case PWK_PAGE_ZERO:
      return PWK_ROLE_ZERO_PAGE;
    default:
      return PWK_ROLE_KERNEL;
    }
}

/* Level @i's entry is what the event is about. */
bool
pwk_walk_is_now (const PwkPageWalkModel *model, unsigned i)
{
  return pwk_walk_is_real (model) && i < model->n_shown && model->level[i].now;
}

PwkRole
pwk_walk_state_role (const PwkWalkDrawing *drawing, unsigned i, PwkRole otherwise)
{
  const PwkPageWalkModel *model = drawing->model;

  if (pwk_walk_is_real (model) && pwk_walk_failed_at (model, i))
    return PWK_ROLE_ERROR;
  return pwk_walk_is_now (model, i) ? PWK_ROLE_FLASH : otherwise;
}

void
pwk_walk_set_time (const PwkWalkDrawing *drawing,
                   unsigned i,
                   PwkItem *item,
                   unsigned from,
                   unsigned to)
{
  if (pwk_walk_is_now (drawing->model, i))
    pwk_item_set_time (item, from, to, PWK_WALK_MOTION);
}

/* --- bits of an entry --- */

/* By what the field decides, or by its name; in a word, and as the processor's manual has it where
 * there is no room; those of the lowest rank are shown where there is room for few. */
static const struct
{
  PwkPteFieldKind kind;
  const char *name, *word, *brief;
  unsigned rank;
} telling[] = {
  /* Translators: bits of a page-table entry, in a word each. */
  { PWK_FIELD_IS_PRESENT, NULL, N_("present"), "P", 0 },
  { PWK_FIELD_IS_WRITE, NULL, N_("write"), "RW", 1 },
  { PWK_FIELD_IS_USER, NULL, N_("user"), "US", 1 },
  { PWK_FIELD_IS_PLAIN, "accessed", N_("accessed"), "A", 3 },
  { PWK_FIELD_IS_PLAIN, "dirty", N_("dirty"), "D", 4 },
  { PWK_FIELD_IS_NO_EXECUTE, NULL, N_("no exec"), "NX", 2 },
  { PWK_FIELD_IS_PLAIN, "pse", N_("large"), "PS", 5 },
  { PWK_FIELD_IS_PLAIN, "pat", "PAT", "PAT", 6 },
  { PWK_FIELD_IS_PLAIN, "global", N_("global"), "G", 7 },
};

static bool
is_needed (const PwkPageWalkModel *model, const PwkPteField *field)
{
  switch (field->kind)
    {
    case PWK_FIELD_IS_PRESENT:
      return true;
    case PWK_FIELD_IS_WRITE:
      return model->walk.kind == PWK_ACCESS_STORE;
    case PWK_FIELD_IS_USER:
      return model->walk.user;
    case PWK_FIELD_IS_NO_EXECUTE:
      return model->walk.kind == PWK_ACCESS_FETCH;
    default:
      return false;
    }
}

static bool
fails (const PwkPageWalkModel *model, unsigned i, const PwkPteField *field)
{
  uint64_t mask = (((uint64_t) 1 << field->bits) - 1) << field->shift;

  if (!pwk_walk_failed_at (model, i))
    return false;
  switch (model->told.failed)
    {
    case PWK_CHECK_PRESENT:
      return field->kind == PWK_FIELD_IS_PRESENT;
    case PWK_CHECK_WRITE:
      return field->kind == PWK_FIELD_IS_WRITE;
    case PWK_CHECK_USER:
      return field->kind == PWK_FIELD_IS_USER;
    case PWK_CHECK_EXECUTE:
      return field->kind == PWK_FIELD_IS_NO_EXECUTE;
    case PWK_CHECK_ACCESSED:
      return strcmp (field->name, "accessed") == 0;
    case PWK_CHECK_DIRTY:
      return strcmp (field->name, "dirty") == 0;
    case PWK_CHECK_RESERVED:
      return (model->level[i].reserved_bits & mask) != 0;
    case PWK_CHECK_CANONICAL:
    default:
      return false;
    }
}

static const PwkPteField *
find_field (const PwkPteField *fields, unsigned n, unsigned which)
{
  for (unsigned i = 0; i < n; i++)
    if (telling[which].name ? strcmp (fields[i].name, telling[which].name) == 0
                            : fields[i].kind == telling[which].kind)
      return &fields[i];
  return NULL;
}

static PwkWalkBit
look_at_bit (const PwkPageWalkModel *model,
             unsigned i,
             const PwkPteField *field,
             const char *word,
             const char *brief)
{
  const PwkWalkStep *step = &model->level[i].step;
  bool set = pwk_field_get (step->bits, field) != 0;

  return (PwkWalkBit){
    .word = word,
    .brief = brief,
    .meaning = _ (field->says[set]),
    .shift = field->shift,
    .set = set,
    .means = field->kind == PWK_FIELD_IS_PRESENT || step->present,
    .forbids = field->kind == PWK_FIELD_IS_NO_EXECUTE,
    .ignored = !step->leaf && strcmp (field->name, "dirty") == 0,
    .needed = is_needed (model, field),
    .fails = fails (model, i, field),
    .marked = model->now == PWK_EV_SET_ACCESSED_DIRTY && step->level == model->marked_level &&
              set && pwk_field_get (model->marked_was, field) == 0,
  };
}

unsigned
pwk_walk_bits (const PwkWalkDrawing *drawing, unsigned i, PwkWalkBit *bits, unsigned max)
{
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkStep *step = &model->level[i].step;
  unsigned n_fields, n = 0, n_found = 0, limit = 0;
  const PwkPteField *all = pwk_format_fields (model->format, step->bits, step->level, &n_fields);
  const PwkPteField *field;

  /* an entry that is not present has the fields of another kind; none of them means anything */
  if (!step->present)
    {
      PwkPte table = pwk_mk_table (step->table);

      all = pwk_format_fields (model->format, pwk_format_encode (model->format, table, step->level),
                               step->level, &n_fields);
    }
  for (limit = 0; limit < 8; limit++)
    {
      unsigned more = 0;

      for (unsigned k = 0; k < G_N_ELEMENTS (telling); k++)
        more += telling[k].rank == limit && find_field (all, n_fields, k) != NULL;
      if (n_found + more > max)
        break;
      n_found += more;
    }
  for (unsigned k = 0; k < G_N_ELEMENTS (telling) && n < max; k++)
    if (telling[k].rank < limit && (field = find_field (all, n_fields, k)) != NULL)
      bits[n++] = look_at_bit (model, i, field, _ (telling[k].word), telling[k].brief);
  if (pwk_walk_failed_at (model, i) && model->told.failed == PWK_CHECK_RESERVED)
    for (unsigned k = 0; k < n_fields; k++)
      if (fails (model, i, &all[k]))
        {
          bits[n < max ? n++ : n - 1] = look_at_bit (model, i, &all[k], _("reserved"), "RSVD");
          break;
        }
  return n;
}
