/* page-walk-private.h - where the parts of the page walk's picture lie, for the files that draw it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/page-walk-model.h"
#include "views/ruler.h"
#include "views/route.h"
#include "views/view-common.h"
#include "views/words.h"

/*      [ sign ][ pgd bits ][ pud bits ][ pmd bits ][ pte bits ][ offset ]      ruler
 *              [ TLB: the set that these bits fall into       ]
 *      [ CR3  ][|] lens    [|] lens    [|] lens    [|] lens    [ frame  ]      tables
 *      [needs ]
 *      [ notes | the error code | the kernel's repair                   ]      band
 *
 * One column a level: its bits stand exactly above its table, so that they fall straight down its
 * rail; frame numbers alone run sideways, in the gutters. */
typedef struct
{
  PwkPen                  pen;
  const PwkPageWalkModel *model;
  unsigned                n_levels;     /* that have a column */
  bool                    narrow;       /* the sign's column is folded, the needs are not told */
  double                  gap;          /* between columns */
  double                  ruler;        /* where it begins */
  PwkBox                  tlb;
  PwkBox                  sign, end;    /* first and last column, as high as the tables */
  PwkBox                  column[5];    /* of each level, top first */
} PwkWalkDrawing;

#define PWK_WALK_RAIL    7.0            /* in a column: the bits' way down */
#define PWK_WALK_STRIP   16.0           /* width of a table's strip */
#define PWK_WALK_INDENT  (PWK_WALK_STRIP + 6)   /* of a lens in its column */
#define PWK_WALK_SLOT_H  3.0            /* heights: of an entry in the strip, */
#define PWK_WALK_CHIP_H  22.0           /* a frame's chip, */
#define PWK_WALK_PILL_H  18.0           /* a read's number */

/* How a read moves, in ms: its bits go down to the table, the bar falls to the slot and the lens
 * opens there, checks tick one after the other, the frame's number becomes the next base. */
#define PWK_WALK_GLIDE_END 240
#define PWK_WALK_OPEN_END  320
#define PWK_WALK_TEXTS_END 350          /* in the lens, once it is open */
#define PWK_WALK_TICK_MS   50
#define PWK_WALK_JOIN_FROM 470
#define PWK_WALK_MOTION    600

/* Ids of parts of the picture that are no things: of level @i, or the @i-th of their kind. */
#define PWK_WALK_ID(part, i) PWK_ID_RULE (PWK_VIEW_PAGE_WALK, (part) + (i))
enum
{
  PWK_WALK_SLOT = 0x100, PWK_WALK_BAR = 0x110, PWK_WALK_RAILS = 0x120, PWK_WALK_CHIP = 0x130,
  PWK_WALK_BITS = 0x140, PWK_WALK_DOOR = 0x150, PWK_WALK_STEP = 0x160, PWK_WALK_BLANK = 0x170,
  PWK_WALK_WAY = 0x180, PWK_WALK_ERROR = 0x1a0, PWK_WALK_NOTE = 0x1b0, PWK_WALK_RIGHT = 0x1c0,
  PWK_WALK_TICK = 0x200,
};

/* --- what is known (page-walk-known.c) --- */

const char *pwk_walk_name       (const PwkWalkDrawing *drawing, unsigned i);    /* "pgd" … */
/* The frame of level @i's table; PWK_NO_PFN: none is known. */
PwkPfn      pwk_walk_table      (const PwkPageWalkModel *model, unsigned i);
/* Levels whose entries are read, or would be: a large page ends it early. */
unsigned    pwk_walk_n_indices  (const PwkPageWalkModel *model);
bool        pwk_walk_failed_at  (const PwkPageWalkModel *model, unsigned i);
PwkRole     pwk_walk_frame_role (const PwkPageWalkModel *model);
/* It was made; else it is a question. */
static inline bool
pwk_walk_is_real (const PwkPageWalkModel *model)
{
  return model->told.walked != PWK_WALKED_NOT;
}

/* Level @i's entry is what the event is about; then ERROR or FLASH, else @otherwise. */
bool        pwk_walk_is_now     (const PwkPageWalkModel *model, unsigned i);
PwkRole     pwk_walk_state_role (const PwkWalkDrawing *drawing, unsigned i, PwkRole otherwise);
/* If it is, @item moves in that part of the read. */
void        pwk_walk_set_time   (const PwkWalkDrawing *drawing, unsigned i, PwkItem *item,
                                 unsigned from_ms, unsigned to_ms);

/* What the event does not need is grey: the tables at a TLB hit. */
static inline bool
pwk_walk_is_grey (const PwkWalkDrawing *drawing)
{
  return drawing->model->told.walked == PWK_WALKED_HIT;
}

static inline PwkRole
pwk_walk_ink (const PwkWalkDrawing *drawing, PwkRole role)
{
  return pwk_walk_is_grey (drawing) ? PWK_ROLE_TEXT_DIM : role;
}

static inline PwkRole
pwk_walk_fill (const PwkWalkDrawing *drawing, PwkRole role)
{
  return pwk_walk_is_grey (drawing) ? PWK_ROLE_PANEL_ALT : role;
}

static inline PwkRole
pwk_walk_edge (const PwkWalkDrawing *drawing)
{
  return pwk_walk_is_grey (drawing) ? PWK_ROLE_GRID : PWK_ROLE_OUTLINE;
}

/* --- parts --- */

void pwk_walk_draw_columns (const PwkWalkDrawing *drawing);
void pwk_walk_draw_first_column (const PwkWalkDrawing *drawing);
void pwk_walk_draw_tlb     (const PwkWalkDrawing *drawing);
void pwk_walk_draw_frame   (const PwkWalkDrawing *drawing);
void pwk_walk_draw_lens    (const PwkWalkDrawing *drawing, unsigned i);
/* Where level @i's lens lies: below the level's name and the entry before, above the one after;
 * no higher than what there is to be said. And the entry in the strip. */
PwkBox pwk_walk_lens_box   (const PwkWalkDrawing *drawing, unsigned i);
PwkBox pwk_walk_slot_box   (const PwkWalkDrawing *drawing, unsigned i);
/* Notes, the error code, or the kernel's repair, in @box. */
void pwk_walk_draw_band    (const PwkWalkDrawing *drawing, PwkBox box);
/* The same levels one below the other, where columns have no room. */
void pwk_walk_draw_rows    (const PwkWalkDrawing *drawing, PwkBox box);

/* A bit of an entry that tells whether this access may go on, or what became of it. */
typedef struct
{
  const char *word;             /* translated */
  const char *brief;            /* "P", "RW" … */
  const char *meaning;          /* of its value; translated */
  unsigned    shift;
  bool        set, means;       /* means: the hardware looks at it */
  bool        forbids, ignored; /* set, it takes a right away; of upper levels, nothing reads it */
  bool        needed, fails;    /* this access needs it, and stopped at it */
  bool        marked;           /* the hardware has just set it */
} PwkWalkBit;

/* The telling bits of level @i's entry, those that an access needs first; at most @max of them. */
unsigned pwk_walk_bits (const PwkWalkDrawing *drawing, unsigned i, PwkWalkBit *bits, unsigned max);
/* A tick or a cross at the right end of @box; it comes @at_ms after the motion has begun, 0: with
 * all. */
void     pwk_walk_draw_check (const PwkPen *pen, uint64_t id, PwkBox box, bool passes,
                              unsigned at_ms);
