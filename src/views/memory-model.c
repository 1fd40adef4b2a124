/* memory-model.c - the page frames of the visible part of memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/memory-model.h"

#include <string.h>

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/free-list.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/process.h"
#include "views/view-common.h"
#include "views/views-private.h"

#define HEADER        108.0     /* title and bands */
#define LEGEND        60.0
#define MAX_CELLS     400000    /* that are looked at one by one */
#define MAX_SAMPLED   120000    /* cells of several frames each */
#define MAX_RUNS      1500
#define MAX_OUTLINES  500

/* Candidates of a cell's size, small ones square or 2:1, so that memory fills the canvas
 * whatever its amount. */
static const struct { uint8_t w, h;
} cell_sizes[] = {
  { 48, 40 }, { 40, 32 }, { 32, 28 }, { 28, 24 }, { 24, 20 }, { 20, 18 }, { 18, 16 },
  { 16, 14 }, { 14, 14 }, { 14, 12 }, { 12, 12 }, { 12, 10 }, { 10, 10 }, { 10, 8 },
  { 8, 8 },   { 8, 6 },   { 6, 8 },   { 6, 6 },   { 6, 5 },   { 5, 6 },   { 5, 5 },
  { 5, 4 },   { 4, 5 },   { 4, 4 },   { 4, 3 },   { 3, 4 },   { 3, 3 },   { 3, 2 },
  { 2, 3 },   { 2, 2 },   { 2, 1 },   { 1, 2 },   { 1, 1 },
};

PwkBox
pwk_memory_area (double width, double height)
{
  return pwk_box (PWK_MARGIN + PWK_MEMORY_RULER, HEADER,
                  fmax (width - 2 * PWK_MARGIN - PWK_MEMORY_RULER, 64),
                  fmax (height - HEADER - LEGEND, 64));
}

/* --- segments --- */

/* Tiles needed if one is 2^@shift frames; fills the segments when @into is given. */
static uint64_t
count_tiles (const PwkMachine *machine, unsigned shift, GArray *into)
{
  PwkPfn max_pfn = machine->st->max_pfn;
  uint64_t tile = (uint64_t) 1 << shift;
  uint64_t n_tiles = 0;
  PwkPfn covered = 0;

  for (PwkPfn at = 0; at < max_pfn; at += PWK_SECTION_PAGES)
    {
      PwkPfn start = at & ~(tile - 1);
      PwkPfn end = (MIN (at + PWK_SECTION_PAGES, max_pfn) + tile - 1) & ~(tile - 1);
      PwkSegment *last;

      if (pwk_section (machine, at)->state == PWK_SECTION_ABSENT)
        continue;
      start = MAX (start, covered);
      if (end <= start)
        continue;

      last =
          into != NULL && into->len > 0 ? &g_array_index (into, PwkSegment, into->len - 1) : NULL;
      if (last != NULL && last->end == start)
        last->end = end;
      else if (into != NULL)
        g_array_append_vals (into, &(PwkSegment) { start, end, n_tiles }, 1);
      n_tiles += (end - start) >> shift;
      covered = end;
    }

  return n_tiles;
}

/* --- the grid --- */

static bool
try_cells (PwkMemoryGrid *grid, uint64_t n_tiles, unsigned w, unsigned h)
{
  uint64_t across = (uint64_t) (grid->area.w / (PWK_TILE_COLS * w));
  uint64_t down;

  if (across == 0)
    return false;

  across = MIN (across, MAX (n_tiles, 1));
  down = (n_tiles + across - 1) / across;
  if ((double) down * PWK_TILE_ROWS * h > grid->area.h)
    return false;

  grid->tiles_across = (uint32_t) across;
  grid->tiles_down = (uint32_t) down;
  grid->n_tiles = (uint32_t) n_tiles;
  grid->tile_w = (double) PWK_TILE_COLS * w;
  grid->tile_h = (double) PWK_TILE_ROWS * h;
  return true;
}

/* Cells large enough not to show it are stretched, so that the grid fills its area. */
static void
fill_area (PwkMemoryGrid *grid, unsigned w, unsigned h)
{
  if (w >= 5)
    grid->tile_w *= fmin (grid->area.w / (grid->tile_w * grid->tiles_across), 1.4);
  if (h >= 5)
    grid->tile_h *= fmin (grid->area.h / (grid->tile_h * grid->tiles_down), 1.4);
}

/* The most frames one by one that the canvas can hold, in the largest cells; else cells of 2, 4,
 * 8 … frames, two pixels each at least. */
static void
choose_tiles (const PwkMachine *machine, PwkMemoryGrid *grid)
{
  for (unsigned k = 0; k < 32; k++)
    {
      unsigned shift = k + PWK_PAGEBLOCK_ORDER;
      uint64_t n_tiles = count_tiles (machine, shift, NULL);
      unsigned least = k == 0 && n_tiles << PWK_PAGEBLOCK_ORDER <= MAX_CELLS ? 1 : 2;

      if (k > 0 && n_tiles << PWK_PAGEBLOCK_ORDER > MAX_SAMPLED)
        continue;
      for (unsigned i = 0; i < G_N_ELEMENTS (cell_sizes); i++)
        if (cell_sizes[i].w >= least && cell_sizes[i].h >= least &&
            try_cells (grid, n_tiles, cell_sizes[i].w, cell_sizes[i].h))
          {
            grid->tile_shift = shift;
            fill_area (grid, cell_sizes[i].w, cell_sizes[i].h);
            return;
          }
    }

  /* A canvas too small for any of these: one tile, as small as can be. */
  grid->tile_shift = 31;
  try_cells (grid, 1, 1, 1);
}

/* Cuts the zoomed tiles into as many cells as there are pixels for, down to single frames. */
static void
choose_cells (PwkMemoryGrid *grid, double zoom)
{
  unsigned k = grid->tile_shift - PWK_PAGEBLOCK_ORDER;
  unsigned j = 0;

  grid->tile_w *= zoom;
  grid->tile_h *= zoom;
  grid->cols = PWK_TILE_COLS;
  grid->rows = PWK_TILE_ROWS;
  while (j < k)
    {
      bool wider = grid->tile_w / grid->cols >= grid->tile_h / grid->rows;
      uint32_t cols = wider ? grid->cols * 2 : grid->cols;
      uint32_t rows = wider ? grid->rows : grid->rows * 2;
      double visible =
          grid->area.w * grid->area.h / ((grid->tile_w / cols) * (grid->tile_h / rows));

      if (grid->tile_w / cols < 2 || grid->tile_h / rows < 2 ||
          visible > (j + 1 < k ? MAX_SAMPLED : MAX_CELLS))
        break;
      grid->cols = cols;
      grid->rows = rows;
      j++;
    }
  grid->cell_shift = k - j;
  grid->cell_w = grid->tile_w / grid->cols;
  grid->cell_h = grid->tile_h / grid->rows;
}

static void
choose_window (PwkMemoryGrid *grid, const PwkViewParams *params, double zoom)
{
  double width = grid->tiles_across * grid->tile_w;
  double height = grid->tiles_down * grid->tile_h;
  uint64_t all_cols = (uint64_t) grid->tiles_across * grid->cols;
  uint64_t all_rows = (uint64_t) grid->tiles_down * grid->rows;
  uint64_t end_col, end_row;

  grid->x0 = CLAMP (params->pan_x * zoom, 0, fmax (width - grid->area.w, 0));
  grid->y0 = CLAMP (params->pan_y * zoom, 0, fmax (height - grid->area.h, 0));
  grid->first_col = (uint32_t) (grid->x0 / grid->cell_w);
  grid->first_row = (uint32_t) (grid->y0 / grid->cell_h);
  end_col = MIN ((uint64_t) ceil ((grid->x0 + grid->area.w) / grid->cell_w), all_cols);
  end_row = MIN ((uint64_t) ceil ((grid->y0 + grid->area.h) / grid->cell_h), all_rows);
  grid->n_cols = (uint32_t) MAX (end_col - grid->first_col, 1);
  grid->n_rows = (uint32_t) MAX (end_row - grid->first_row, 1);
}

static PwkPfn
tile_pfn (const PwkMemoryModel *model, uint64_t tile)
{
  uint32_t low = 0, high = model->n_segments;

  while (low + 1 < high)
    {
      uint32_t middle = (low + high) / 2;

      if (model->segments[middle].first_tile <= tile)
        low = middle;
      else
        high = middle;
    }
  if (model->n_segments == 0)
    return PWK_NO_PFN;

  return model->segments[low].start +
         ((tile - model->segments[low].first_tile) << model->grid.tile_shift);
}

PwkPfn
pwk_memory_cell_pfn (const PwkMemoryModel *model, uint64_t col, uint64_t row)
{
  const PwkMemoryGrid *grid = &model->grid;
  uint64_t tile = row / grid->rows * grid->tiles_across + col / grid->cols;
  uint64_t cell = row % grid->rows * grid->cols + col % grid->cols;
  PwkPfn first;

  if (col / grid->cols >= grid->tiles_across || tile >= grid->n_tiles)
    return PWK_NO_PFN;

  first = tile_pfn (model, tile);
  return first != PWK_NO_PFN ? first + (cell << grid->cell_shift) : PWK_NO_PFN;
}

static const PwkSegment *
segment_of (const PwkMemoryModel *model, PwkPfn pfn)
{
  for (uint32_t i = 0; i < model->n_segments; i++)
    if (pfn >= model->segments[i].start && pfn < model->segments[i].end)
      return &model->segments[i];

  return NULL;
}

bool
pwk_memory_place (const PwkMemoryModel *model, PwkPfn pfn, PwkBox *box)
{
  const PwkMemoryGrid *grid = &model->grid;
  const PwkSegment *segment = segment_of (model, pfn);
  uint64_t tile, cell, col, row;

  if (segment == NULL)
    return false;

  tile = segment->first_tile + ((pfn - segment->start) >> grid->tile_shift);
  cell = (pfn & (((uint64_t) 1 << grid->tile_shift) - 1)) >> grid->cell_shift;
  col = tile % grid->tiles_across * grid->cols + cell % grid->cols;
  row = tile / grid->tiles_across * grid->rows + cell / grid->cols;
  *box =
      pwk_box (grid->area.x + (double) col * grid->cell_w - grid->x0,
               grid->area.y + (double) row * grid->cell_h - grid->y0, grid->cell_w, grid->cell_h);
  return true;
}

bool
pwk_memory_at (const PwkMemoryModel *model, double x, double y, PwkPfn *pfn)
{
  const PwkMemoryGrid *grid = &model->grid;

  if (!pwk_box_contains (grid->area, x, y))
    return false;

  *pfn = pwk_memory_cell_pfn (model, (uint64_t) ((x - grid->area.x + grid->x0) / grid->cell_w),
                              (uint64_t) ((y - grid->area.y + grid->y0) / grid->cell_h));
  return *pfn != PWK_NO_PFN;
}

double
pwk_memory_share (const PwkMemoryModel *model, PwkPfn pfn)
{
  uint64_t all = 0, before = 0;

  for (uint32_t i = 0; i < model->n_segments; i++)
    {
      const PwkSegment *segment = &model->segments[i];

      all += segment->end - segment->start;
      if (pfn >= segment->end)
        before += segment->end - segment->start;
      else if (pfn > segment->start)
        before += pfn - segment->start;
    }

  return all > 0 ? (double) before / (double) all : 0;
}

/* --- looking --- */

static void
note_seen (PwkMemoryModel *model, const PwkFrame *frame, PwkRole role, uint32_t n)
{
  model->seen[MIN (frame->type, PWK_N_PAGE_TYPES - 1)] += n;
  model->seen_role[role] += n;
}

static bool
same_run (const PwkFrame *a, const PwkFrame *b, PwkRole role_a, PwkRole role_b)
{
  if (role_a != role_b || a->type != b->type || a->zone != b->zone || a->node != b->node)
    return false;
  if (a->type == PWK_PAGE_HOLE || a->type == PWK_PAGE_RESERVED)
    return true;

  return a->head == b->head;
}

static void
extend_runs (PwkMemoryModel *model,
             GArray *runs,
             const PwkFrame *frame,
             PwkRole role,
             uint32_t col,
             uint32_t row)
{
  PwkRun *last = runs->len > 0 ? &g_array_index (runs, PwkRun, runs->len - 1) : NULL;
  bool tile_edge = (col + model->grid.first_col) % model->grid.cols == 0;

  if (model->mode == PWK_MEMORY_RUNS && last != NULL && last->row == row &&
      last->col + last->n == col && !tile_edge && same_run (&last->frame, frame, last->role, role))
    last->n++;
  else
    g_array_append_vals (runs,
                         &(PwkRun) { .frame = *frame, .col = col, .row = row, .n = 1,
                                     .role = role },
                         1);
}

/* Frames one after the other of the same free block need one look. */
static PwkFrame
look_on (const PwkMachine *machine, const PwkFrame *last, PwkPfn pfn)
{
  if (pwk_frame_is_free (last) && pfn == last->pfn + 1 &&
      pfn < last->head + pwk_order_pages (last->order) && (pfn & (PWK_PAGEBLOCK_PAGES - 1)) != 0)
    {
      PwkFrame next = *last;

      next.pfn = pfn;
      return next;
    }

  return pwk_frame_look (machine, pfn);
}

/* A cell of several frames is what most of a few samples are; what is used wins over what is
 * free. In a section without struct pages all are alike. */
static PwkFrame
look_at_cell (const PwkMachine *machine, PwkPfn pfn, unsigned shift, unsigned samples)
{
  PwkFrame best = pwk_frame_look (machine, pfn);
  PwkFrame looks[4];
  unsigned most = 0;

  if (shift == 0 || !pwk_section_is_open (machine, MIN (pfn, machine->st->max_pfn - 1)) ||
      (pwk_frame_is_free (&best) &&
       best.head + pwk_order_pages (best.order) >= pfn + pwk_order_pages (shift)))
    return best;

  looks[0] = best;
  for (unsigned i = 1; i < samples; i++)
    looks[i] = pwk_frame_look (machine, pfn + ((uint64_t) i << shift) / samples);
  for (unsigned i = 0; i < samples; i++)
    {
      unsigned votes = pwk_frame_is_free (&looks[i]) || looks[i].type == PWK_PAGE_HOLE ? 0 : 1;

      for (unsigned other = 0; other < samples; other++)
        votes += 2 * (looks[other].type == looks[i].type);
      if (votes > most)
        {
          most = votes;
          best = looks[i];
        }
    }

  return best;
}

/* One past the last frame of which all is known that is known of @frame: its free block's end,
 * and where a section has no struct pages and lies in one zone, the section's. Migratetypes may
 * differ from pageblock to pageblock. */
static PwkPfn
alike_until (const PwkMemoryModel *model, const PwkMachine *machine, const PwkFrame *frame)
{
  const PwkSection *section = pwk_section (machine, MIN (frame->pfn, machine->st->max_pfn - 1));
  PwkPfn end = frame->pfn + 1;

  if (section->state != PWK_SECTION_OPEN && section->n_ranges == 1 && frame->type != PWK_PAGE_HOLE)
    end = (frame->pfn & ~(PWK_SECTION_PAGES - 1)) + PWK_SECTION_PAGES;
  else if (pwk_frame_is_free (frame))
    end = frame->head + pwk_order_pages (frame->order);
  if (model->colouring == PWK_COLOUR_BY_MIGRATETYPE)
    end = MIN (end, (frame->pfn & ~(PWK_PAGEBLOCK_PAGES - 1)) + PWK_PAGEBLOCK_PAGES);

  return end;
}

/* How many cells from @col on, in the same row of the same tile, need no look of their own. */
static uint32_t
cells_alike (const PwkMemoryModel *model,
             const PwkMachine *machine,
             const PwkFrame *frame,
             PwkPfn pfn,
             uint32_t col)
{
  const PwkMemoryGrid *grid = &model->grid;
  uint32_t in_tile = grid->cols - (grid->first_col + col) % grid->cols;
  uint64_t cells;

  if (frame->pfn != pfn)
    return 1;

  cells = (alike_until (model, machine, frame) - pfn) >> grid->cell_shift;
  return (uint32_t) MAX (MIN (MIN (cells, in_tile), grid->n_cols - col), 1);
}

static void
look_along_row (PwkMemoryModel *model,
                const PwkMachine *machine,
                uint32_t row,
                unsigned samples,
                GArray *runs)
{
  const PwkMemoryGrid *grid = &model->grid;
  uint8_t *roles = model->roles + (size_t) row * grid->n_cols,
          *types = model->types + (size_t) row * grid->n_cols;
  PwkFrame frame = { .type = PWK_PAGE_HOLE, .pfn = PWK_NO_PFN - 1 };
  PwkPfn pfn = PWK_NO_PFN;
  uint32_t n;

  for (uint32_t col = 0; col < grid->n_cols; col += n)
    {
      PwkRole role;

      if (col == 0 || (grid->first_col + col) % grid->cols == 0)
        pfn = pwk_memory_cell_pfn (model, (uint64_t) grid->first_col + col,
                                   (uint64_t) grid->first_row + row);
      n = 1;
      if (pfn == PWK_NO_PFN)
        continue;

      frame = grid->cell_shift == 0 ? look_on (machine, &frame, pfn)
                                    : look_at_cell (machine, pfn, grid->cell_shift, samples);
      role = pwk_frame_role (machine, &frame, model->colouring);
      if (model->mode == PWK_MEMORY_TEXTURE)
        n = cells_alike (model, machine, &frame, pfn, col);
      memset (roles + col, role, n);
      memset (types + col, frame.type, n);
      note_seen (model, &frame, role, n);
      if (model->mode != PWK_MEMORY_TEXTURE && runs->len <= MAX_RUNS)
        extend_runs (model, runs, &frame, role, col, row);
      pfn += (uint64_t) n << grid->cell_shift;
    }
}

static void
look_around (PwkMemoryModel *model, const PwkMachine *machine)
{
  const PwkMemoryGrid *grid = &model->grid;
  g_autoptr(GArray) runs = g_array_new (FALSE, FALSE, sizeof (PwkRun));
  uint64_t n_cells = (uint64_t) grid->n_cols * grid->n_rows;

  model->roles = g_new0 (uint8_t, n_cells);
  model->types = g_new0 (uint8_t, n_cells);
  for (uint32_t row = 0; row < grid->n_rows; row++)
    look_along_row (model, machine, row, n_cells > 40000 ? 2 : 4, runs);

  if (runs->len > MAX_RUNS)
    {
      model->mode = PWK_MEMORY_TEXTURE;
      return;
    }
  model->n_runs = runs->len;
  model->runs = (PwkRun *) g_array_free (g_steal_pointer (&runs), FALSE);
}

/* --- what else is shown --- */

static void
look_at_zones (PwkMemoryModel *model, const PwkMachine *machine)
{
  g_autoptr(GArray) bands = g_array_new (FALSE, FALSE, sizeof (PwkZoneBand));

  model->largest_order = -1;
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);
        uint64_t n_free =
            (uint64_t) MAX (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES), 0);

        if (zone->spanned_pages == 0)
          continue;
        g_array_append_vals (bands,
                             &(PwkZoneBand) {
                                 (uint8_t) node, (uint8_t) type, zone->zone_start_pfn,
                                 zone->zone_start_pfn + zone->spanned_pages, zone->spanned_pages,
                                 zone->present_pages, zone->managed_pages, n_free },
                             1);
        model->present += zone->present_pages;
        model->managed += zone->managed_pages;
        model->free += n_free;
        for (int order = 0; order < PWK_NR_PAGE_ORDERS; order++)
          {
            model->n_free_blocks += zone->free_area[order].nr_free;
            if (zone->free_area[order].nr_free > 0)
              model->largest_order = MAX (model->largest_order, order);
          }
      }

  model->n_zones = bands->len;
  model->zones = (PwkZoneBand *) g_array_free (g_steal_pointer (&bands), FALSE);
}

/* Where a pageblock's frames make a rectangle of cells: a part of a tile's row, or whole rows of
 * it. */
static bool
pageblock_shape (const PwkMemoryGrid *grid, uint32_t *cols, uint32_t *rows)
{
  uint32_t cells;

  if (grid->cell_shift > PWK_PAGEBLOCK_ORDER - 2)
    return false;

  cells = 1u << (PWK_PAGEBLOCK_ORDER - grid->cell_shift);
  *cols = MIN (cells, grid->cols);
  *rows = cells / *cols;
  return *cols * grid->cell_w >= 12 && *rows * grid->cell_h >= 8;
}

static uint32_t
count_free_cells (const PwkMemoryModel *model, const PwkPageblock *block)
{
  uint32_t n = 0;

  for (uint32_t row = block->row; row < MIN (block->row + block->rows, model->grid.n_rows); row++)
    for (uint32_t col = block->col; col < MIN (block->col + block->cols, model->grid.n_cols); col++)
      {
        unsigned type = model->types[(size_t) row * model->grid.n_cols + col];

        n += type == PWK_PAGE_BUDDY || type == PWK_PAGE_PCP;
      }

  return n << model->grid.cell_shift;
}

static void
look_at_pageblocks (PwkMemoryModel *model, const PwkMachine *machine)
{
  const PwkMemoryGrid *grid = &model->grid;
  g_autoptr(GArray) blocks = g_array_new (FALSE, FALSE, sizeof (PwkPageblock));
  uint32_t cols, rows;

  if (!pageblock_shape (grid, &cols, &rows))
    return;

  for (uint32_t row = (grid->first_row + rows - 1) / rows * rows;
       row < grid->first_row + grid->n_rows; row += rows)
    for (uint32_t col = (grid->first_col + cols - 1) / cols * cols;
         col < grid->first_col + grid->n_cols; col += cols)
      {
        PwkPfn pfn = pwk_memory_cell_pfn (model, col, row);
        PwkFrame frame;
        PwkPageblock block;

        if (pfn == PWK_NO_PFN || pfn >= machine->st->max_pfn)
          continue;
        frame = pwk_frame_look (machine, pfn);
        block = (PwkPageblock) {
          pfn,
          col - grid->first_col,
          row - grid->first_row,
          cols,
          rows,
          (uint8_t) MIN (pwk_pageblock_type (machine, pfn), PWK_MIGRATE_TYPES - 1),
          frame.node,
          frame.zone,
          0
        };
        block.n_free = count_free_cells (model, &block);
        g_array_append_val (blocks, block);
        if (blocks->len > MAX_OUTLINES)
          return;
      }

  model->n_blocks = blocks->len;
  model->blocks = (PwkPageblock *) g_array_free (g_steal_pointer (&blocks), FALSE);
}

/* Newest first, each frame once. */
static void
look_at_events (PwkMemoryModel *model, const PwkObservation *observation)
{
  uint32_t n_now;
  const PwkEvent *now = pwk_observation_now (observation, &n_now);

  for (uint32_t i = n_now; i > 0 && model->n_touched < G_N_ELEMENTS (model->touched); i--)
    {
      PwkPfn first = 0;
      uint64_t n = pwk_event_frames (&now[i - 1], &first);
      bool known = n == 0 || first >= observation->machine->st->max_pfn;

      for (uint32_t j = 0; j < model->n_touched && !known; j++)
        known = first >= model->touched[j].first &&
                first + n <= model->touched[j].first + model->touched[j].n;
      if (known)
        continue;
      model->touched[model->n_touched].first = first;
      model->touched[model->n_touched++].n = n;
    }

  for (uint32_t i = 0; i < model->n_runs; i++)
    for (uint32_t j = 0; j < model->n_touched && !model->runs[i].touched; j++)
      model->runs[i].touched =
          model->runs[i].frame.pfn < model->touched[j].first + model->touched[j].n &&
          model->runs[i].frame.pfn + ((uint64_t) model->runs[i].n << model->grid.cell_shift) >
              model->touched[j].first;
}

static void
look_at_owners (PwkMemoryModel *model, const PwkMachine *machine)
{
  for (PwkIndex task = pwk_task_next (machine, 0);
       task != 0 && model->n_owners < G_N_ELEMENTS (model->owners);
       task = pwk_task_next (machine, task))
    {
      const PwkTask *record = pwk_task (machine, task);

      if (record->mm == 0 || pwk_mm (machine, record->mm)->owner != task)
        continue;
      model->owners[model->n_owners].task = task;
      model->owners[model->n_owners].pid = record->pid;
      g_strlcpy (model->owners[model->n_owners].name, pwk_view_task_name (machine, task),
                 sizeof model->owners[0].name);
      model->n_owners++;
    }
}

gpointer
pwk_memory_build (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkMemoryModel *model = g_new0 (PwkMemoryModel, 1);
  g_autoptr(GArray) segments = g_array_new (FALSE, FALSE, sizeof (PwkSegment));
  double zoom = CLAMP (params->zoom, 1.0, 4096.0);

  model->colouring = params->colouring < PWK_N_COLOURINGS ? params->colouring : PWK_COLOUR_BY_USE;
  model->grid.area = pwk_memory_area (params->width, params->height);
  look_at_zones (model, machine);
  look_at_owners (model, machine);

  choose_tiles (machine, &model->grid);
  count_tiles (machine, model->grid.tile_shift, segments);
  model->n_segments = segments->len;
  model->segments = (PwkSegment *) g_array_free (g_steal_pointer (&segments), FALSE);

  choose_cells (&model->grid, zoom);
  choose_window (&model->grid, params, zoom);
  if (model->grid.cell_shift == 0 && model->grid.cell_w >= 40 && model->grid.cell_h >= 30)
    model->mode = PWK_MEMORY_CELLS;
  else if (model->grid.cell_w >= 6 && model->grid.cell_h >= 6)
    model->mode = PWK_MEMORY_RUNS;
  look_around (model, machine);
  look_at_pageblocks (model, machine);
  look_at_events (model, observation);
  pwk_memory_read_moves (&model->moves, observation);
  return model;
}

void
pwk_memory_free (gpointer data)
{
  PwkMemoryModel *model = data;

  g_free (model->segments);
  g_free (model->zones);
  g_free (model->roles);
  g_free (model->types);
  g_free (model->runs);
  g_free (model->blocks);
  g_free (model);
}
