/* memory-layout.c - physical memory as a map of cells, one a page frame
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-alloc.h"
#include "views/memory-model.h"
#include "views/sheet.h"
#include "views/views-private.h"
#include "views/words.h"

#define BAND     18.0
#define GROUP(n) PWK_ID_GROUP (PWK_VIEW_MEMORY, n)

enum
{
  GROUP_MAP = 1,
  GROUP_STRIP
};

/* --- what the colours mean --- */

typedef struct
{
  PwkLegendEntry entries[24];
  unsigned n;
  bool brief; /* all orders of free blocks are one entry */
} Legend;

static void
explain (Legend *legend, PwkRole role, const char *text)
{
  if (legend->n < G_N_ELEMENTS (legend->entries))
    legend->entries[legend->n++] = (PwkLegendEntry){ role, text, PWK_LEGEND_SWATCH };
}

/* Only colours that are in the picture are explained. */
static void
explain_seen (const PwkMemoryModel *model, Legend *legend, PwkRole role, const char *text)
{
  if (model->seen_role[role] > 0)
    explain (legend, role, text);
}

static void
explain_free_orders (const PwkPen *pen, const PwkMemoryModel *model, Legend *legend)
{
  bool any = false;

  for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      if (model->seen_role[PWK_ROLE_FREE (order)] == 0)
        continue;
      if (legend->brief)
        {
          explain (legend, PWK_ROLE_FREE (order), C_("legend", "free"));
          return;
        }
      /* Translators: the first entry of several that stand in a row: free blocks by order. */
      explain (legend, PWK_ROLE_FREE (order),
               any ? pwk_pen_printf (pen, "%u", order)
                   : pwk_pen_printf (pen, _("free, order %u"), order));
      any = true;
    }
}

static void
explain_by_use (const PwkPen *pen, const PwkMemoryModel *model, Legend *legend)
{
  explain_free_orders (pen, model, legend);
  explain_seen (model, legend, PWK_ROLE_PER_CPU, C_("legend", "per-cpu list"));
  explain_seen (model, legend, PWK_ROLE_ANON, C_("legend", "anonymous"));
  explain_seen (model, legend, PWK_ROLE_HUGE, C_("legend", "huge page"));
  explain_seen (model, legend, PWK_ROLE_FILE, C_("legend", "file"));
  explain_seen (model, legend, PWK_ROLE_SHMEM, C_("legend", "shared"));
  explain_seen (model, legend, PWK_ROLE_SLAB, C_("legend", "slab"));
  explain_seen (model, legend, PWK_ROLE_PAGE_TABLE, C_("legend", "page table"));
  explain_seen (model, legend, PWK_ROLE_KERNEL, C_("legend", "kernel"));
  explain_seen (model, legend, PWK_ROLE_VMALLOC, C_("legend", "vmalloc"));
  explain_seen (model, legend, PWK_ROLE_ZERO_PAGE, C_("legend", "zero page"));
  explain_seen (model, legend, PWK_ROLE_RESERVED, C_("legend", "reserved"));
}

static void
explain_by_owner (const PwkPen *pen, const PwkMemoryModel *model, Legend *legend)
{
  for (unsigned i = 0; i < model->n_owners; i++)
    explain_seen (model, legend, PWK_ROLE_NODE ((unsigned) model->owners[i].pid),
                  pwk_pen_printf (pen, "%s (%d)", model->owners[i].name, model->owners[i].pid));
  explain_seen (model, legend, PWK_ROLE_COW, C_("legend", "several processes"));
  explain_seen (model, legend, PWK_ROLE_KERNEL, C_("legend", "kernel"));
  explain_seen (model, legend, PWK_ROLE_ZERO_PAGE, C_("legend", "file cache, not mapped"));
  explain_seen (model, legend, PWK_ROLE_RESERVED, C_("legend", "reserved"));
  explain_seen (model, legend, PWK_ROLE_FREE_0, C_("legend", "free"));
}

static void
explain_by_age (const PwkMemoryModel *model, Legend *legend)
{
  explain_seen (model, legend, PWK_ROLE_HIT, C_("legend", "active"));
  explain_seen (model, legend, PWK_ROLE_WRITE, C_("legend", "inactive, referenced"));
  explain_seen (model, legend, PWK_ROLE_MISS, C_("legend", "inactive"));
  explain_seen (model, legend, PWK_ROLE_ISOLATE, C_("legend", "unevictable"));
  explain_seen (model, legend, PWK_ROLE_RESERVED, C_("legend", "on no LRU list"));
  explain_seen (model, legend, PWK_ROLE_FREE_0, C_("legend", "free"));
}

static bool
touched_in_view (const PwkMemoryModel *model)
{
  PwkBox box;

  for (uint32_t i = 0; i < model->n_touched; i++)
    if (pwk_memory_place (model, model->touched[i].first, &box) &&
        pwk_box_contains (model->grid.area, box.x + box.w / 2, box.y + box.h / 2))
      return true;

  return false;
}

static void
explain_by_writing (const PwkMemoryModel *model, Legend *legend)
{
  explain_seen (model, legend, PWK_ROLE_FREE_0, C_("legend", "free"));
  explain_seen (model, legend, PWK_ROLE_FILE, C_("legend", "file, clean"));
  explain_seen (model, legend, PWK_ROLE_ANON, C_("legend", "anonymous, needs a swap slot"));
  explain_seen (model, legend, PWK_ROLE_SWAP, C_("legend", "in the swap cache, clean"));
  explain_seen (model, legend, PWK_ROLE_DIRTY, C_("legend", "dirty"));
  explain_seen (model, legend, PWK_ROLE_WRITEBACK, C_("legend", "being written"));
  explain_seen (model, legend, PWK_ROLE_RESERVED, C_("legend", "not to be reclaimed"));
}

static void
explain_by_list (const PwkMemoryModel *model, Legend *legend)
{
  static const PwkRole roles[PWK_NR_LRU_LISTS] = { PWK_ROLE_COW, PWK_ROLE_HUGE, PWK_ROLE_WRITEBACK,
                                                   PWK_ROLE_SHMEM, PWK_ROLE_ISOLATE };

  for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
    explain_seen (model, legend, roles[lru], pwk_words_lru (lru));
  explain_seen (model, legend, PWK_ROLE_RESERVED, C_ ("legend", "on no LRU list"));
  explain_seen (model, legend, PWK_ROLE_FREE_0, C_ ("legend", "free"));
}

static void
fill_legend (const PwkPen *pen, const PwkMemoryModel *model, Legend *legend)
{
  switch (model->colouring)
    {
    case PWK_COLOUR_BY_ORDER:
      explain_free_orders (pen, model, legend);
      explain_seen (model, legend, PWK_ROLE_ANON, C_("legend", "in use, a single page"));
      explain_seen (model, legend, PWK_ROLE_HUGE, C_("legend", "in use, a block of several"));
      explain_seen (model, legend, PWK_ROLE_RESERVED, C_("legend", "reserved"));
      break;
    case PWK_COLOUR_BY_OWNER:
      explain_by_owner (pen, model, legend);
      break;
    case PWK_COLOUR_BY_MIGRATETYPE:
      for (unsigned type = 0; type < PWK_MIGRATE_TYPES; type++)
        explain_seen (model, legend, pwk_migratetype_role (type), pwk_migratetype_title (type));
      break;
    case PWK_COLOUR_BY_AGE:
      explain_by_age (model, legend);
      break;
    case PWK_COLOUR_BY_ZONE:
      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        if (type != PWK_ZONE_DEVICE)
          explain_seen (model, legend, pwk_zone_role (type), pwk_zone_name (type));
      break;
    case PWK_COLOUR_BY_WRITING:
      explain_by_writing (model, legend);
      break;
    case PWK_COLOUR_BY_LIST:
      explain_by_list (model, legend);
      break;
    case PWK_COLOUR_BY_USE:
    default:
      explain_by_use (pen, model, legend);
      break;
    }

  explain_seen (model, legend, PWK_ROLE_HOLE, C_("legend", "no memory"));
  if (model->n_blocks > 0 && legend->n < G_N_ELEMENTS (legend->entries))
    legend->entries[legend->n++] =
        (PwkLegendEntry){ PWK_ROLE_TEXT_DIM, C_("legend", "pageblock"), PWK_LEGEND_FRAME };
  if (model->moves.n_moves > 0 && model->mode != PWK_MEMORY_CELLS &&
      legend->n < G_N_ELEMENTS (legend->entries))
    legend->entries[legend->n++] =
        (PwkLegendEntry){ PWK_ROLE_ACCENT, C_ ("legend", "moved pages"), PWK_LEGEND_LINE };
  if (touched_in_view (model) && legend->n < G_N_ELEMENTS (legend->entries))
    legend->entries[legend->n++] =
        (PwkLegendEntry){ PWK_ROLE_FLASH, C_("legend", "just touched"), PWK_LEGEND_FRAME };
}

/* --- the bands of nodes and zones --- */

/* A strip of all memory, pieces without memory left out; below it what of it is in view. */
static PwkBox
share_box (const PwkMemoryModel *model, PwkBox strip, PwkPfn start, PwkPfn end)
{
  double left = pwk_memory_share (model, start);
  double right = pwk_memory_share (model, end);

  return pwk_box (strip.x + left * strip.w, strip.y, fmax ((right - left) * strip.w, 2), strip.h);
}

static void
write_if_fits (const PwkPen *pen, PwkItem *item, const char *text)
{
  if (pwk_pen_width (pen, (PwkFont) item->font, text) + 2 * item->padding <= item->box.w)
    item->text = pwk_scene_intern (pen->scene, text);
}

static void
draw_node_bands (const PwkPen *pen, const PwkMemoryModel *model, PwkBox strip)
{
  for (uint32_t i = 0; i < model->n_zones;)
    {
      unsigned node = model->zones[i].node;
      PwkPfn start = model->zones[i].start, end = model->zones[i].end;
      uint64_t present = 0, n_free = 0;
      PwkItem *item;

      for (; i < model->n_zones && model->zones[i].node == node; i++)
        {
          start = MIN (start, model->zones[i].start);
          end = MAX (end, model->zones[i].end);
          present += model->zones[i].present;
          n_free += model->zones[i].free;
        }
      item = pwk_scene_add_rect (pen->scene, PWK_ID (PWK_THING_NODE, node),
                                 share_box (model, strip, start, end), PWK_ROLE_PANEL_ALT);
      item->stroke = PWK_ROLE_OUTLINE;
      item->font = PWK_FONT_SMALL;
      write_if_fits (pen, item, pwk_pen_printf (pen, _("node %u"), node));
      pwk_pen_thing (pen, item, _("Node %u: pfn %llu to %llu, %s present, %s free"), node,
                     PWK_N (start), PWK_N (end - 1), pwk_pen_pages (pen, present),
                     pwk_pen_pages (pen, n_free));
    }
}

static void
draw_zone_bands (const PwkPen *pen, const PwkMemoryModel *model, PwkBox strip)
{
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      const PwkZoneBand *zone = &model->zones[i];
      PwkItem *item =
          pwk_scene_add_rect (pen->scene, PWK_ID_ZONE (zone->node, zone->type),
                              share_box (model, strip, zone->start, zone->end), PWK_ROLE_PANEL_ALT);

      item->stroke = PWK_ROLE_OUTLINE;
      item->font = PWK_FONT_SMALL;
      write_if_fits (pen, item, pwk_zone_name (zone->type));
      pwk_pen_thing (pen, item,
                     _("Zone %s of node %u: pfn %llu to %llu, %s spanned, %s present, %s managed, "
                        "%s free"),
                     pwk_zone_name (zone->type), zone->node, PWK_N (zone->start),
                     PWK_N (zone->end - 1), pwk_pen_pages (pen, zone->spanned),
                     pwk_pen_pages (pen, zone->present), pwk_pen_pages (pen, zone->managed),
                     pwk_pen_pages (pen, zone->free));
    }
}

/* A bracket under the strip: the part that the cells show. */
static void
draw_window_mark (const PwkPen *pen, const PwkMemoryModel *model, PwkBox strip)
{
  const PwkMemoryGrid *grid = &model->grid;
  PwkPfn first = pwk_memory_cell_pfn (model, grid->first_col, grid->first_row);
  PwkPfn last = pwk_memory_cell_pfn (model, grid->first_col + grid->n_cols - 1,
                                     grid->first_row + grid->n_rows - 1);
  PwkBox part;
  PwkItem *item;

  if (pen->params->zoom <= 1.0 || first == PWK_NO_PFN)
    return;

  part = share_box (model, strip, first,
                    last != PWK_NO_PFN && last > first ? last + 1 : PWK_NO_PFN - 1);
  item = pwk_scene_add_rounded (
      pen->scene, PWK_ID_RULE (PWK_VIEW_MEMORY, 1),
      pwk_box (part.x - 1, strip.y - 2, fmax (part.w + 2, 4), strip.h + 4), PWK_ROLE_NONE, 3.0);
  item->stroke = PWK_ROLE_TEXT;
  item->line_width = 2.0f;
  pwk_pen_label (pen, item, _("In view: from pfn %llu on"), PWK_N (first));
}

/* The rows of nodes and zones, and the line that tells the scale: what of them has room between
 * title and cells, whose place does not depend on the size of letters. Tooltips have the rest. */
typedef struct
{
  double line, band;
  bool nodes, zones, scale;
} Header;

static Header
fold_header (const PwkPen *pen, double room)
{
  Header header = { .line = pwk_pen_line (pen, PWK_FONT_SMALL) };

  header.band = header.line + 3;
  header.zones = room >= header.band + 2;
  header.scale = room >= header.band + header.line + 8;
  header.nodes = room >= 2 * header.band + header.line + 10;
  return header;
}

static void
draw_bands (const PwkPen *pen, const PwkMemoryModel *model, const Header *header, PwkBox box)
{
  const char *nodes = C_("rows of the memory map", "nodes");
  const char *zones = C_("rows of the memory map", "zones");
  PwkBox names = pwk_cut_left (&box, PWK_MEMORY_RULER - PWK_GAP, PWK_GAP);
  PwkBox both = pwk_box (box.x, box.y, box.w, (header->nodes ? 2 : 1) * (header->band + 2) - 2);

  if (header->nodes)
    {
      pwk_pen_text (pen, pwk_cut_top (&names, header->band, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_END, nodes);
      draw_node_bands (pen, model, pwk_cut_top (&box, header->band, 2));
    }
  pwk_pen_text (pen, pwk_cut_top (&names, header->band, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END, zones);
  draw_zone_bands (pen, model, pwk_cut_top (&box, header->band, 2));
  draw_window_mark (pen, model, both);
}

/* --- the cells --- */

/* Edges are whole units, so that neighbours meet without a seam, whatever the zoom makes of a
 * cell's size. */
static PwkBox
cell_box (const PwkMemoryModel *model, double col, double row, double cols, double rows)
{
  const PwkMemoryGrid *grid = &model->grid;
  double left = round (grid->area.x + (grid->first_col + col) * grid->cell_w - grid->x0);
  double top = round (grid->area.y + (grid->first_row + row) * grid->cell_h - grid->y0);
  double right = round (grid->area.x + (grid->first_col + col + cols) * grid->cell_w - grid->x0);
  double bottom = round (grid->area.y + (grid->first_row + row + rows) * grid->cell_h - grid->y0);

  return pwk_box (left, top, right - left, bottom - top);
}

static void
draw_texture (const PwkPen *pen, const PwkMemoryModel *model)
{
  const PwkMemoryGrid *grid = &model->grid;
  g_autoptr (GBytes) roles = g_bytes_new (model->roles, (gsize) grid->n_cols * grid->n_rows);
  PwkItem *item = pwk_scene_add_cells (pen->scene, GROUP (GROUP_MAP),
                                       cell_box (model, 0, 0, grid->n_cols, grid->n_rows),
                                       grid->n_cols, grid->n_rows, PWK_CELLS_ROLES, roles);

  pwk_pen_thing (pen, item,
                 ngettext ("Map of memory: a cell is %s page frame",
                           "Map of memory: a cell is %s page frames",
                           (uint64_t) 1 << grid->cell_shift),
                 pwk_pen_count (pen, (uint64_t) 1 << grid->cell_shift));
}

/* Holes in the texture get their hatching row by row of tiles, so that colour is not the only
 * cue. */
static void
hatch_holes (const PwkPen *pen, const PwkMemoryModel *model)
{
  const PwkMemoryGrid *grid = &model->grid;
  unsigned n = 0;

  if (model->seen[PWK_PAGE_HOLE] == 0)
    return;

  for (uint32_t row = 0; row < grid->n_rows && n < 400; row++)
    for (uint32_t col = 0; col < grid->n_cols && n < 400;)
      {
        const uint8_t *types = model->types + (size_t) row * grid->n_cols;
        uint32_t start = col;

        while (col < grid->n_cols && types[col] == PWK_PAGE_HOLE &&
               model->roles[(size_t) row * grid->n_cols + col] != 0)
          col++;
        if (col > start && (col - start) * grid->cell_w >= 4)
          {
            pwk_scene_add_hatch (pen->scene, 0, cell_box (model, start, row, col - start, 1),
                                 PWK_PATTERN_WIDE_CROSS, PWK_ROLE_TEXT_DIM)
                ->opacity = 0.5f;
            n++;
          }
        col += col == start;
      }
}

static void
add_line (GString *lines, const char *line)
{
  g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", line);
}

/* As many facts as the cell has lines: number, use, order or counters, migratetype, place in the
 * file. */
static void
write_in_cell (const PwkPen *pen, const PwkRun *run, PwkItem *item)
{
  const PwkFrame *frame = &run->frame;
  unsigned room = (unsigned) ((item->box.h - 2) / pwk_pen_line (pen, PWK_FONT_MONO_SMALL));
  double width = item->box.w - 6;
  const char *facts[] = {
    pwk_pen_printf (pen, "%llu", PWK_N (frame->pfn)),
    pwk_frame_word (frame->type),
    pwk_frame_is_free (frame)
        ? pwk_pen_printf (pen, _("order %u"), frame->order)
        /* Translators: two counters of a page in a small cell, _refcount
                               * and _mapcount. */
        : pwk_pen_printf (pen, _("ref %d map %d"), frame->refcount, frame->mapcount),
    pwk_migratetype_title (frame->migratetype),
    (frame->mapping & 3) != 0 ? pwk_pen_printf (pen, "index %llu", PWK_N (frame->index)) : "",
  };
  g_autoptr (GString) lines = g_string_new (NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (facts) && i < room; i++)
    if (facts[i][0] != '\0' && pwk_pen_width (pen, PWK_FONT_MONO_SMALL, facts[i]) <= width)
      add_line (lines, facts[i]);
  item->text = pwk_scene_intern (pen->scene, lines->str);
  item->font = PWK_FONT_MONO_SMALL;
  item->padding = 2;
}

static void
label_run (const PwkPen *pen, const PwkMemoryModel *model, const PwkRun *run, PwkItem *item)
{
  g_autofree char *say = pwk_frame_say (&run->frame);
  uint64_t n = (uint64_t) run->n << model->grid.cell_shift;

  if (n == 1)
    pwk_pen_thing (pen, item, "%s", say);
  else
    pwk_pen_thing (pen, item, ngettext ("%s; %s frame from here", "%s; %s frames from here", n),
                   say, pwk_pen_count (pen, n));
}

/* A thing's first run has its id; its other runs the same, so that all of it lights up. */
static uint64_t
run_id (const PwkMemoryModel *model, const PwkRun *run)
{
  const PwkFrame *frame = &run->frame;

  if (model->mode == PWK_MEMORY_RUNS && pwk_frame_is_free (frame))
    return PWK_ID_BLOCK (frame->head, frame->order);

  return PWK_ID (PWK_THING_PFN, frame->pfn);
}

static void
draw_runs (const PwkPen *pen, const PwkMemoryModel *model)
{
  double gap = model->grid.cell_w >= 12 && model->grid.cell_h >= 12 ? 1.0 : 0.5;
  bool cells = model->mode == PWK_MEMORY_CELLS;

  for (uint32_t i = 0; i < model->n_runs; i++)
    {
      const PwkRun *run = &model->runs[i];
      PwkBox box =
          pwk_box_inset (cell_box (model, run->col, run->row, run->n, 1), gap / 2, gap / 2);
      PwkItem *item =
          cells ? pwk_scene_add_rounded (pen->scene, run_id (model, run), box, run->role, 3.0)
                : pwk_scene_add_rect (pen->scene, run_id (model, run), box, run->role);

      if (!cells)
        item->line_width = 0.5f;
      if (run->touched)
        {
          item->flags |= PWK_FLAG_FLASH;
          item->glow = 1.0f;
        }
      if (run->frame.type == PWK_PAGE_HOLE)
        {
          item->label = pwk_pen_take (pen, pwk_frame_say (&run->frame));
          continue;
        }
      label_run (pen, model, run, item);
      if (cells)
        write_in_cell (pen, run, item);
    }
}

/* Single cells of one free block or folio get a line around them all, row by row. */
static void
draw_block_outlines (const PwkPen *pen, const PwkMemoryModel *model)
{
  for (uint32_t i = 0, n; i < model->n_runs; i += n)
    {
      const PwkRun *first = &model->runs[i];
      PwkItem *item;

      for (n = 1; i + n < model->n_runs && model->runs[i + n].row == first->row &&
                  model->runs[i + n].frame.head == first->frame.head &&
                  model->runs[i + n].frame.type == first->frame.type;
           n++)
        continue;
      if (first->frame.order == 0 || first->frame.type == PWK_PAGE_HOLE)
        continue;
      item = pwk_scene_add_rounded (
          pen->scene, PWK_ID_BLOCK (first->frame.head, first->frame.order),
          pwk_box_inset (cell_box (model, first->col, first->row, n, 1), 0.5, 0.5), PWK_ROLE_NONE,
          4.0);
      item->stroke = PWK_ROLE_TEXT;
      item->line_width = 2.0f;
      pwk_scene_set_label (pen->scene, item,
                           pwk_frame_is_free (&first->frame)
                               ? _("Free block of order %u: pfn %llu to %llu")
                               : _("Block of order %u: pfn %llu to %llu"),
                           first->frame.order, PWK_N (first->frame.head),
                           PWK_N (first->frame.head + pwk_order_pages (first->frame.order) - 1));
      item->flags |= PWK_FLAG_FOCUSABLE | (pwk_pen_selects (pen, item->id) ? PWK_FLAG_SELECTED : 0);
    }
}

static void
draw_pageblocks (const PwkPen *pen, const PwkMemoryModel *model)
{
  bool roomy = model->grid.cell_w >= 2 && model->grid.cell_h >= 2;

  for (uint32_t i = 0; i < model->n_blocks; i++)
    {
      const PwkPageblock *block = &model->blocks[i];
      PwkItem *item = pwk_scene_add_rect (
          pen->scene, PWK_ID (PWK_THING_PAGEBLOCK, block->first),
          cell_box (model, block->col, block->row, block->cols, block->rows), PWK_ROLE_NONE);

      item->stroke = PWK_ROLE_TEXT_DIM;
      item->opacity = roomy ? 0.8f : 0.35f;
      pwk_scene_set_label (
          pen->scene, item, _("Pageblock from pfn %llu to %llu: %s; %s free of %s"),
          PWK_N (block->first), PWK_N (block->first + PWK_PAGEBLOCK_PAGES - 1),
          pwk_migratetype_title (block->migratetype), pwk_pen_count (pen, block->n_free),
          pwk_pen_pages (pen, PWK_PAGEBLOCK_PAGES));
      if (pwk_pen_selects (pen, item->id))
        item->flags |= PWK_FLAG_SELECTED;
      /* Frames inside answer for themselves where they are things. */
      item->flags |= model->mode == PWK_MEMORY_TEXTURE ? PWK_FLAGS_THING : PWK_FLAG_FOCUSABLE;
    }
}

/* Rings that would lie on one another are one. */
static bool
has_ring (const PwkPoint *rings, unsigned n, PwkBox box)
{
  for (unsigned i = 0; i < n; i++)
    if (fabs (rings[i].x - box.x) < 7 && fabs (rings[i].y - box.y) < 7)
      return true;

  return false;
}

/* In the texture what was touched, and what is selected, gets a ring around its cell. */
static void
draw_rings (const PwkPen *pen, const PwkMemoryModel *model)
{
  PwkPoint rings[G_N_ELEMENTS (model->touched)];
  unsigned n = 0;
  PwkBox box;

  for (uint32_t i = 0; i < model->n_touched && model->mode == PWK_MEMORY_TEXTURE; i++)
    if (pwk_memory_place (model, model->touched[i].first, &box) && !has_ring (rings, n, box))
      {
        PwkItem *item =
            pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_PFN, model->touched[i].first),
                                   pwk_box_inset (box, -2, -2), PWK_ROLE_NONE, 2.0);

        rings[n++] = pwk_point (box.x, box.y);
        item->stroke = PWK_ROLE_FLASH;
        item->line_width = 1.5f;
        item->flags |= PWK_FLAG_FLASH;
        item->glow = 1.0f;
        pwk_scene_set_label (pen->scene, item, _("Just touched: pfn %llu and what belongs to it"),
                             PWK_N (model->touched[i].first));
      }

  if (pwk_id_thing (pen->params->selection) == PWK_THING_PFN && model->mode != PWK_MEMORY_CELLS &&
      pwk_memory_place (model, pwk_id_number (pen->params->selection), &box))
    {
      PwkItem *item = pwk_scene_add_rounded (pen->scene, pen->params->selection,
                                             pwk_box_inset (box, -3, -3), PWK_ROLE_NONE, 3.0);

      item->stroke = PWK_ROLE_SELECTION;
      item->line_width = 2.0f;
      pwk_scene_set_label (pen->scene, item, _("Selected: pfn %llu"),
                           PWK_N (pwk_id_number (pen->params->selection)));
    }
}

/* At the left, the first frame of a row of cells wherever there is room for a number. */
static void
draw_ruler (const PwkPen *pen, const PwkMemoryModel *model)
{
  const PwkMemoryGrid *grid = &model->grid;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  double last = -1e9;

  for (uint32_t row = 0; row < grid->n_rows; row++)
    {
      PwkPfn pfn = pwk_memory_cell_pfn (model, grid->first_col, grid->first_row + row);
      PwkBox cells = cell_box (model, 0, row, 1, 1);
      double y = fmax (cells.y, grid->area.y);
      bool whole_tile = (grid->first_row + row) % grid->rows == 0;

      if (pfn == PWK_NO_PFN || y < last + line + 3 || y + line > grid->area.y + grid->area.h)
        continue;
      if (grid->cell_h < line && !whole_tile && grid->tile_h >= line + 3)
        continue;
      pwk_pen_text (pen, pwk_box (grid->area.x - PWK_MEMORY_RULER, y, PWK_MEMORY_RULER - 6, line),
                    PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                    pwk_pen_printf (pen, "%llu", PWK_N (pfn)));
      pwk_scene_add_line (pen->scene, 0, grid->area.x - 4, y + 0.5, grid->area.x, y + 0.5,
                          PWK_ROLE_OUTLINE);
      last = y;
    }
}

static void
draw_map (const PwkPen *pen, const PwkMemoryModel *model)
{
  const PwkMemoryGrid *grid = &model->grid;
  double width = fmin (grid->tiles_across * grid->tile_w - grid->x0, grid->area.w);
  double height = fmin (grid->tiles_down * grid->tile_h - grid->y0, grid->area.h);

  pwk_scene_push_clip (pen->scene,
                       pwk_box (grid->area.x - 3, grid->area.y - 3, width + 6, height + 6));
  if (model->mode == PWK_MEMORY_TEXTURE)
    {
      draw_texture (pen, model);
      hatch_holes (pen, model);
      draw_pageblocks (pen, model);
    }
  else
    {
      draw_pageblocks (pen, model);
      draw_runs (pen, model);
      if (model->mode == PWK_MEMORY_CELLS)
        draw_block_outlines (pen, model);
    }
  draw_rings (pen, model);
  pwk_memory_draw_moves (pen, model);
  pwk_scene_pop_clip (pen->scene);
}

static const char *
colouring_name (PwkColouring colouring)
{
  static const char *const names[PWK_N_COLOURINGS] = { N_("by use"),
                                                       N_("by order"),
                                                       N_("by owner"),
                                                       N_("by migratetype"),
                                                       N_("by age on the LRU lists"),
                                                       N_("by zone"),
                                                       N_("by what must be written"),
                                                       N_("by LRU list") };

  return _ (names[colouring]);
}

static const char *
scale_text (const PwkPen *pen, const PwkMemoryModel *model)
{
  uint64_t frames = (uint64_t) 1 << model->grid.cell_shift;
  g_autofree char *bytes = pwk_format_bytes (frames << PWK_PAGE_SHIFT);

  /* Translators: the scale of a map: one cell of it is this many page frames; then what its
   * colours are by. */
  return pwk_pen_printf (pen,
                         ngettext ("1 cell = %llu page (%s) · coloured %s",
                                   "1 cell = %llu pages (%s) · coloured %s", frames),
                         PWK_N (frames), bytes, colouring_name (model->colouring));
}

static const char *
state_text (const PwkPen *pen, const PwkMemoryModel *model)
{
  if (model->largest_order < 0)
    return pwk_pen_printf (pen, _("%s · nothing is free"), pwk_pen_pages (pen, model->present));

  return pwk_pen_printf (pen,
                         ngettext ("%s free of %s · %s free block, the largest of order %d",
                                   "%s free of %s · %s free blocks, the largest of order %d",
                                   model->n_free_blocks),
                         pwk_pen_pages (pen, model->free), pwk_pen_pages (pen, model->managed),
                         pwk_pen_count (pen, model->n_free_blocks), model->largest_order);
}

/* With large letters in few words. */
static void
draw_legend (const PwkPen *pen, const PwkMemoryModel *model, PwkBox room)
{
  Legend legend = { 0 };

  fill_legend (pen, model, &legend);
  if (pwk_pen_legend_height (pen, room.w, legend.entries, legend.n) > room.h + 0.5)
    {
      legend = (Legend){ .brief = true };
      fill_legend (pen, model, &legend);
    }
  pwk_pen_legend (pen, room, legend.entries, legend.n);
}

/* What there is room for beside the title. */
static const char *
state_that_fits (const PwkPen *pen, const PwkMemoryModel *model, double width)
{
  const char *state = state_text (pen, model);

  width -= pwk_pen_width (pen, PWK_FONT_TITLE, _("Physical memory")) + 2 * PWK_GAP;
  if (pwk_pen_width (pen, PWK_FONT_NORMAL, state) <= width)
    return state;

  return pwk_pen_printf (pen, _("%s free of %s"), pwk_pen_pages (pen, model->free),
                         pwk_pen_pages (pen, model->managed));
}

/* The scale, and beside it what moves, which is the more important of the two. */
static void
draw_scale (const PwkPen *pen, const PwkMemoryModel *model, PwkBox box)
{
  const char *moves = pwk_memory_say_moves (pen, model);

  if (moves != NULL)
    pwk_pen_text (pen,
                  pwk_cut_right (&box, fmin (pwk_pen_width (pen, PWK_FONT_SMALL, moves) + 1, box.w),
                                 2 * PWK_GAP),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_END, moves);
  if (box.w >= pwk_pen_width (pen, PWK_FONT_SMALL, scale_text (pen, model)))
    pwk_pen_text (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  scale_text (pen, model));
}

void
pwk_memory_layout (PwkScene *scene,
                   gconstpointer data,
                   const PwkTheme *theme,
                   const PwkViewParams *params)
{
  const PwkMemoryModel *model = data;
  PwkPen pen = { scene, theme, params };
  PwkSheet sheet = pwk_sheet_new (&pen, pwk_box (0, 0, params->width, params->height));
  Header header;
  double below = model->grid.area.y + model->grid.area.h + 6;

  pwk_sheet_head (&sheet, _("Physical memory"),
                  state_that_fits (&pen, model, sheet.body.w - params->covered));
  header = fold_header (&pen, model->grid.area.y - sheet.body.y);
  if (header.zones)
    draw_bands (&pen, model, &header, sheet.body);
  if (header.scale)
    {
      double y = model->grid.area.y - header.line - 4;

      draw_scale (&pen, model, pwk_box (model->grid.area.x, y, model->grid.area.w, header.line));
      pwk_pen_text (&pen, pwk_box (PWK_MARGIN, y, PWK_MEMORY_RULER - 6, header.line),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, "pfn");
    }
  draw_ruler (&pen, model);
  draw_map (&pen, model);
  draw_legend (
      &pen, model,
      pwk_box (PWK_MARGIN, below, params->width - 2 * PWK_MARGIN, params->height - below - 4));
  pwk_sheet_finish (
      &sheet, 0,
      pwk_pen_printf (&pen, "%s. %s", state_text (&pen, model), scale_text (&pen, model)));
}

/* --- single cells --- */

uint64_t
pwk_memory_thing_at (gconstpointer data,
                     const PwkViewParams *params,
                     double x,
                     double y,
                     char **label)
{
  const PwkMemoryModel *model = data;
  const PwkMemoryGrid *grid = &model->grid;
  uint64_t frames = (uint64_t) 1 << grid->cell_shift;
  uint32_t col, row;
  PwkPfn pfn;

  if (!pwk_memory_at (model, x, y, &pfn))
    return 0;

  col = (uint32_t) ((x - grid->area.x + grid->x0) / grid->cell_w) - grid->first_col;
  row = (uint32_t) ((y - grid->area.y + grid->y0) / grid->cell_h) - grid->first_row;
  if (label != NULL && col < grid->n_cols && row < grid->n_rows)
    {
      const char *use = pwk_frame_use (model->types[(size_t) row * grid->n_cols + col]);

      *label = frames == 1 ? g_strdup_printf (_("pfn %llu: %s"), PWK_N (pfn), use)
                           /* Translators: many page frames at once and what most of them are
                            * used as. */
                           : g_strdup_printf (_("pfn %llu to %llu, mostly: %s"), PWK_N (pfn),
                                              PWK_N (pfn + frames - 1), use);
    }

  return PWK_ID (PWK_THING_PFN, pfn);
}

bool
pwk_memory_thing_place (gconstpointer data, uint64_t id, PwkBox *box)
{
  const PwkThingParts parts = pwk_thing_parts (id);

  switch (parts.thing)
    {
    case PWK_THING_PFN:
    case PWK_THING_PAGEBLOCK:
    case PWK_THING_SLAB:
    case PWK_THING_BLOCK:
    case PWK_THING_TABLE:
      return pwk_memory_place (data, parts.pfn, box);
    default:
      return false;
    }
}

/* --- as text --- */

char *
pwk_memory_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkMemoryModel *model = data;
  GString *text = g_string_new (NULL);

  /* Translators: column headings of a table, with tabs between. */
  g_string_append_printf (text, "%s\n",
                          _("node\tzone\tfirst pfn\tlast pfn\tspanned\tpresent\tmanaged\tfree"));
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      const PwkZoneBand *zone = &model->zones[i];

      g_string_append_printf (text, "%u\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\n", zone->node,
                              pwk_zone_name (zone->type), PWK_N (zone->start),
                              PWK_N (zone->end - 1), PWK_N (zone->spanned), PWK_N (zone->present),
                              PWK_N (zone->managed), PWK_N (zone->free));
    }

  g_string_append_printf (text, "\n%s\n", _("use\tcells in view\tpages in a cell"));
  for (unsigned type = 0; type < PWK_N_PAGE_TYPES; type++)
    if (model->seen[type] > 0)
      g_string_append_printf (text, "%s\t%u\t%llu\n", pwk_frame_use (type), model->seen[type],
                              PWK_N ((uint64_t) 1 << model->grid.cell_shift));

  if (model->n_blocks > 0)
    g_string_append_printf (text, "\n%s\n", _("pageblock\tmigratetype\tfree pages"));
  for (uint32_t i = 0; i < model->n_blocks; i++)
    g_string_append_printf (text, "%llu\t%s\t%u\n", PWK_N (model->blocks[i].first),
                            pwk_migratetype_name (model->blocks[i].migratetype),
                            model->blocks[i].n_free);

  if (model->n_runs > 0)
    g_string_append_printf (text, "\n%s\n", _("first pfn\tframes\twhat it is"));
  for (uint32_t i = 0; i < model->n_runs; i++)
    {
      g_autofree char *say = pwk_frame_say (&model->runs[i].frame);

      g_string_append_printf (text, "%llu\t%llu\t%s\n", PWK_N (model->runs[i].frame.pfn),
                              PWK_N ((uint64_t) model->runs[i].n << model->grid.cell_shift), say);
    }

  return g_string_free (text, FALSE);
}
