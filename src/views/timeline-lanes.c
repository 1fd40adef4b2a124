/* timeline-lanes.c - the lanes of a tall time line, below the free pages: a row of a table each
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/timeline-private.h"

#define LANE_GAP  4.0
#define PAGES_MIN 12.0 /* that the curve of free pages keeps */

typedef uint32_t (*Count) (const PwkColumn *column, int sort);

static uint32_t
count_misses (const PwkColumn *column, int sort G_GNUC_UNUSED)
{
  return column->tlb_misses;
}

static uint32_t
count_mended (const PwkColumn *column, int sort)
{
  return column->mended[sort];
}

static uint32_t
count_reclaim (const PwkColumn *column, int sort)
{
  return column->pressure[PWK_PRESSURE_SCANNED + sort];
}

/* Microseconds, less than one as one. */
static uint32_t
count_stalled (const PwkColumn *column, int state)
{
  return (uint32_t) MIN ((column->stalled[state] + 999) / 1000, UINT32_MAX);
}

static uint32_t
count_swap (const PwkColumn *column, int sort)
{
  return column->pressure[PWK_PRESSURE_SWAPPED + sort];
}

static uint32_t
count_refaults (const PwkColumn *column, int sort G_GNUC_UNUSED)
{
  return column->pressure[PWK_PRESSURE_REFAULTED];
}

static uint32_t
count_slab (const PwkColumn *column, int sort)
{
  return sort == 0 ? column->slab[PWK_SLAB_RECLAIMABLE] + column->slab[PWK_SLAB_UNRECLAIMABLE]
                   : column->slab[PWK_SLAB_RECLAIMABLE];
}

typedef enum
{
  LANE_RATE,   /* how many in each column, logarithmic; each sort in front of the one before */
  LANE_FACING, /* the same of two sorts: one grows up from the foot, the other down from the top */
  LANE_LEVEL   /* how many there are, linear from 0; each sort a part of the one before */
} LaneKind;

typedef struct
{
  const char *name, *label; /* N_(); label: what its colours are, or NULL */
  LaneKind kind;
  bool always; /* though there be nothing to show */
  Count count;
  int n_sorts;
  PwkRole roles[PWK_N_MENDS];
} Lane;

/* In the order of PwkTimelineLane, which is also that in which they get room. */
static const Lane lanes[PWK_N_LANES] = {
  [PWK_LANE_MISSES] = { N_("TLB misses"),
                        NULL,
                        LANE_RATE,
                        true,
                        count_misses,
                        1,
                        { PWK_ROLE_MISS } },
  [PWK_LANE_FAULTS] = { N_("faults"),
                        NULL,
                        LANE_RATE,
                        true,
                        count_mended,
                        PWK_N_MENDS,
                        { PWK_ROLE_ANON, PWK_ROLE_FILE, PWK_ROLE_COW, PWK_ROLE_SWAP } },
  [PWK_LANE_RECLAIM] = { N_("reclaim"),
                         N_("Reclaim, each in front of the one before: pages looked at (grey), "
                            "reclaimed (green), callers that had to wait (red)"),
                         LANE_RATE,
                         false,
                         count_reclaim,
                         3,
                         { PWK_ROLE_OUTLINE, PWK_ROLE_FREE (6), PWK_ROLE_ERROR } },
  [PWK_LANE_STALLS] = { N_("stalls (PSI)"),
                        N_("Time in which somebody waited for memory (some, yellow), and in which "
                           "nobody on that CPU did anything else (full, red): pressure()"),
                        LANE_RATE,
                        false,
                        count_stalled,
                        PWK_N_PSI,
                        { PWK_ROLE_WARNING, PWK_ROLE_ERROR } },
  [PWK_LANE_SWAP] = { N_("swap"),
                      N_("Swap: pages that got a slot, from the foot upwards, and pages read from "
                         "one, from the top downwards"),
                      LANE_FACING,
                      false,
                      count_swap,
                      2,
                      { PWK_ROLE_ANON, PWK_ROLE_FILE } },
  [PWK_LANE_REFAULTS] = { N_("refaults"),
                          N_("Pages that came back after they had been reclaimed"),
                          LANE_RATE,
                          false,
                          count_refaults,
                          1,
                          { PWK_ROLE_PAGE_TABLE } },
  [PWK_LANE_SLAB] = { N_("slab"),
                      N_("Pages of slabs: all, and in front those that shrinkers can get back"),
                      LANE_LEVEL,
                      false,
                      count_slab,
                      2,
                      { PWK_ROLE_KERNEL, PWK_ROLE_FILE } },
};

/* Of a line of small text: less than its font asks for, which for some is half as much again. */
double
pwk_timeline_line_height (const PwkTheme *theme)
{
  return ceil (pwk_theme_font_px (theme, PWK_FONT_SMALL) * 1.25);
}

/* As wide as the names of the lanes. */
double
pwk_timeline_lane_names (const PwkPen *pen)
{
  double most = pwk_pen_width (pen, PWK_FONT_SMALL, _("free pages"));

  for (unsigned i = 0; i < PWK_N_LANES; i++)
    most = fmax (most, pwk_pen_width (pen, PWK_FONT_SMALL, _ (lanes[i].name)));
  return most + 12;
}

bool
pwk_stretch_has_columns (const PwkStretch *stretch)
{
  return stretch && stretch->last >= stretch->first;
}

/* A rate that is not 0, a level that changes. */
static bool
lane_shows (const Lane *lane, const PwkStretch *stretch)
{
  if (!pwk_stretch_has_columns (stretch))
    return lane->always;
  for (uint32_t c = 0; c < stretch->query.n_columns; c++)
    for (int sort = 0; sort < lane->n_sorts; sort++)
      if (lane->count (&stretch->columns[c], sort) !=
          (lane->kind == LANE_LEVEL ? lane->count (&stretch->columns[0], sort) : 0))
        return true;
  return lane->always;
}

static double
lane_height (double line)
{
  return floor (line * 0.75);
}

double
pwk_timeline_lanes_height (const PwkStretch *stretch, const PwkTheme *theme)
{
  double height = 0;

  for (unsigned i = 0; i < PWK_N_LANES; i++)
    if (!lanes[i].always && lane_shows (&lanes[i], stretch))
      height += lane_height (pwk_timeline_line_height (theme)) + LANE_GAP;
  return height;
}

/* What is not always there takes its room from the free pages, as long as those keep some. */
void
pwk_timeline_cut_tall (PwkTimelineFrame *frame, PwkBox rest, double line, const PwkStretch *stretch)
{
  double height = lane_height (line);

  frame->marks = pwk_cut_top (&rest, line, 1);
  frame->row = line;
  frame->rows = pwk_cut_top (&rest, PWK_STRETCH_ROWS * frame->row, 2);
  for (unsigned i = 0; i < PWK_N_LANES; i++)
    if (lanes[i].always ||
        (lane_shows (&lanes[i], stretch) && rest.h - height - LANE_GAP >= PAGES_MIN))
      frame->lanes[i] = pwk_cut_bottom (&rest, height, LANE_GAP);
  frame->pages = rest;
}

const char *
pwk_timeline_lane_name (PwkTimelineLane lane)
{
  return _ (lanes[lane].name);
}

const char *
pwk_timeline_lane_label (PwkTimelineLane lane)
{
  return lanes[lane].label != NULL ? _ (lanes[lane].label) : NULL;
}

/* --- what is in them --- */

typedef struct
{
  uint8_t *roles;
  uint32_t n_columns, height;
} Pixels;

static void
paint (const Pixels *pixels, uint32_t column, double share, bool from_top, PwkRole role)
{
  uint32_t height = MIN ((uint32_t) ceil (pixels->height * share), pixels->height);
  uint32_t top = from_top ? 0 : pixels->height - height;

  for (uint32_t y = top; y < top + height; y++)
    pixels->roles[(size_t) y * pixels->n_columns + column] = (uint8_t) role;
}

/* How much of its height a lane has for one value; what is not 0 is seen. */
static double
share_of (const Lane *lane, uint32_t n, uint32_t most)
{
  double share =
      lane->kind == LANE_LEVEL ? (double) n / most : fmax (log1p (n) / log1p (most), 0.3);

  return lane->kind == LANE_FACING ? share / 2 : share;
}

void
pwk_timeline_paint_lane (PwkTimelineLane which,
                         const PwkStretch *stretch,
                         uint8_t *roles,
                         uint32_t height)
{
  const Lane *lane = &lanes[which];
  const Pixels pixels = { roles, stretch->query.n_columns, height };
  /* an event is seen though columns are narrower */
  uint32_t most = 1, wide = lane->kind == LANE_LEVEL ? 1 : 3;

  for (uint32_t c = 0; c < pixels.n_columns; c++)
    for (int sort = 0; sort < lane->n_sorts; sort++)
      most = MAX (most, lane->count (&stretch->columns[c], sort));
  for (uint32_t c = 0; c < pixels.n_columns; c++)
    for (int sort = 0; sort < lane->n_sorts; sort++)
      {
        uint32_t n = lane->count (&stretch->columns[c], sort);

        for (uint32_t i = c; n > 0 && i < MIN (c + wide, pixels.n_columns); i++)
          paint (&pixels, i, share_of (lane, n, most), lane->kind == LANE_FACING && sort == 1,
                 lane->roles[sort]);
      }
}
