/* tlb-layout.c - a cpu's TLBs: tabs with fill and hit rates, one structure as sets and ways, the
 * lookup under way
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/tlb-model.h"

#include "views/sheet.h"
#include "views/views-private.h"
#include "views/words.h"

/*      title
 *      [L1I][L1D][L1D 2M][STLB] [PML4E][PDPTE][PDE]          tabs: sets × ways, fill, hit rate
 *      | set 0   way way way way |   current lookup: tags compared
 *      | set 1   …               |   what happened, counts
 *
 * A grid with many sets stands in several blocks side by side, and its cells lose their text. */
#define TAB_HEIGHT   62.0
#define SET_LABEL    34.0
#define CELL_MIN_W   9.0
#define CELL_MAX_H   34.0
#define CELL_MAX_W   240.0
#define MIN_HEIGHT   420.0

typedef struct
{
  PwkPen             pen;
  const PwkTlbModel *model;
  const PwkTlbTab   *tab;       /* in focus */
} Drawing;

static const char *
policy_name (unsigned policy)
{
  static const char *const names[] = { [PWK_TLB_LRU] = "LRU",
                                       [PWK_TLB_PLRU] = "PLRU",
                                       [PWK_TLB_FIFO] = "FIFO",
                                       [PWK_TLB_RANDOM] = "random" };

  return policy < G_N_ELEMENTS (names) ? names[policy] : "?";
}

static PwkRole
cell_role (const PwkTlbCell *cell)
{
  if (!cell->way.valid)
    return PWK_ROLE_PANEL_ALT;
  if (cell->way.global || cell->pid == 0)
    return PWK_ROLE_KERNEL;
  if (cell->way.page_size >= PWK_PMD_SIZE)
    return PWK_ROLE_HUGE;

  return PWK_ROLE_NODE ((unsigned) cell->pid);
}

static uint64_t
cell_id (const Drawing *drawing, uint32_t set, uint32_t way)
{
  unsigned id = drawing->tab->id;

  return id < PWK_TLB_TAB_PWC ? PWK_ID_TLB_WAY (drawing->model->cpu, id, set, way)
                              : PWK_ID_WALK_CACHE (drawing->model->cpu, id - PWK_TLB_TAB_PWC,
                                                   set * drawing->tab->n_ways + way);
}

/* --- tabs --- */

static void
draw_tab (const Drawing *drawing, uint32_t i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbTab *tab = &drawing->model->tabs[i];
  uint64_t lookups = tab->hits + tab->misses;
  double rate = lookups > 0 ? (double) tab->hits / (double) lookups : 0;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_TLB (drawing->model->cpu, tab->id), box,
                             tab == drawing->tab ? PWK_ROLE_PANEL : PWK_ROLE_PANEL_ALT, 5);
  PwkBox inside = pwk_box_inset (box, 6, 4);
  const char *words;
  PwkBox line;

  item->stroke = tab == drawing->tab ? PWK_ROLE_ACCENT
                 : tab->looked       ? PWK_ROLE_HIT
                                     : PWK_ROLE_OUTLINE;
  item->line_width = tab == drawing->tab ? 2.0f : 1.0f;
  /* Translators: a TLB: name, sets, ways, entries in use, all entries. */
  pwk_pen_thing (pen, item, _("%s: %u sets of %u ways, %u of %u entries in use"),
                 pwk_words_tlb (tab->id), tab->n_sets, tab->n_ways, tab->n_valid,
                 tab->n_sets * tab->n_ways);

  line = pwk_cut_top (&inside, 18, 1);
  pwk_pen_text (pen, line, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START, pwk_words_tlb (tab->id));
  if (line.w > 90)
    pwk_pen_text (pen, pwk_box (line.x + 46, line.y, line.w - 46, line.h), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                  pwk_pen_printf (pen, "%u×%u", tab->n_sets, tab->n_ways));
  line = pwk_cut_top (&inside, 6, 2);
  pwk_pen_gauge (pen, 0, line, tab->n_valid, tab->n_sets * tab->n_ways, PWK_ROLE_PAGE_TABLE);
  line = pwk_cut_top (&inside, 15, 1);
  /* Translators: entries of a TLB in use, and how many lookups in a hundred found theirs. */
  words = lookups > 0
              ? pwk_pen_printf (pen, _("%u in use · %.1f %% hits"), tab->n_valid, rate * 100)
              : pwk_pen_printf (pen, _("%u in use"), tab->n_valid);
  if (pwk_pen_width (pen, PWK_FONT_SMALL, words) > line.w)
    words = lookups > 0 ? pwk_pen_printf (pen, "%.1f %%", rate * 100)
                        : pwk_pen_printf (pen, "%u", tab->n_valid);
  pwk_pen_text (pen, line, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, words);
  if (lookups > 0 && inside.h >= 5)
    {
      item = pwk_pen_gauge (pen, 0, pwk_cut_top (&inside, 6, 0), rate, 1, PWK_ROLE_HIT);
      pwk_pen_label (pen, item, _("%s: %llu hits, %llu misses"), pwk_words_tlb (tab->id),
                     PWK_N (tab->hits), PWK_N (tab->misses));
    }
}

static void
draw_tabs (const Drawing *drawing, PwkBox box)
{
  uint32_t n = drawing->model->n_tabs;
  double width = (box.w - (n - 1) * 6) / n;

  for (uint32_t i = 0; i < n; i++)
    draw_tab (drawing, i, pwk_box (box.x + i * (width + 6), box.y, width, box.h));
}

/* --- the grid --- */

/* How many blocks of sets stand side by side, so that cells become as large as they can. */
typedef struct { uint32_t blocks, sets_a_block; double cell_w, cell_h, block_w; } Grid;

static Grid
plan_grid (const PwkTlbTab *tab, PwkBox box)
{
  Grid best = { 0 };
  double best_score = -1;

  for (uint32_t blocks = 1; blocks <= 8; blocks++)
    {
      uint32_t sets = (tab->n_sets + blocks - 1) / blocks;
      double block_w = (box.w - (blocks - 1) * 10) / blocks;
      double cell_w = fmin ((block_w - SET_LABEL) / tab->n_ways, CELL_MAX_W);
      double cell_h = fmin (box.h / sets, CELL_MAX_H);
      double score = fmin (cell_w, 4 * cell_h) * cell_h;

      if (cell_w < CELL_MIN_W && blocks > 1)
        break;
      if (score > best_score * 1.001)
        {
          best = (Grid) { blocks, sets, cell_w, cell_h, block_w };
          best_score = score;
        }
    }

  return best;
}

static char *
say_cell (const Drawing *drawing, const PwkTlbCell *cell, uint32_t set, uint32_t way)
{
  const PwkTlbWay *w = &cell->way;
  g_autofree char *size = pwk_format_bytes (w->page_size);
  GString *text = g_string_new (NULL);

  /* Translators: a place in a TLB. */
  g_string_append_printf (text, _("%s set %u way %u: "), pwk_words_tlb (drawing->tab->id), set,
                          way);
  if (!w->valid)
    g_string_append (text, _("empty"));
  else if (drawing->tab->id >= PWK_TLB_TAB_PWC)
    g_string_append_printf (text, _("addresses from 0x%llx, the next table is pfn %llu, PCID %u"),
                            PWK_N (w->addr), PWK_N (w->pfn), w->pcid);
  else
    {
      g_string_append_printf (text, _("address 0x%llx → pfn %llu, page of %s, "), PWK_N (w->addr),
                              PWK_N (w->pfn), size);
      if (w->global)
        g_string_append (text, _("global, "));
      else
        g_string_append_printf (text, "PCID %u, ", w->pcid);
      g_string_append_printf (text, "%s%s%s%s", w->us ? "u" : "k", w->rw ? "w" : "-",
                              w->nx ? "-" : "x", w->dirty ? "d" : "-");
      g_string_append_printf (text, _(", age %u"), w->age);
    }
  if (cell->deed == PWK_WAY_EVICTED_INTO)
    g_string_append (text, _("; another entry was evicted for it"));
  else if (cell->deed == PWK_WAY_FILLED)
    g_string_append (text, _("; just filled"));

  return g_string_free (text, FALSE);
}

static const char *
cell_text (const Drawing *drawing, const PwkTlbCell *cell, double width)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbWay *w = &cell->way;
  const char *aged, *full, *middle, *small;

  if (!w->valid)
    return "";
  full = w->global ? pwk_pen_printf (pen, "0x%llx G %s%s%s", PWK_N (w->vpn), w->us ? "u" : "k",
                                     w->rw ? "w" : "-", w->nx ? "-" : "x")
                   : pwk_pen_printf (pen, "0x%llx p%u %s%s%s", PWK_N (w->vpn), w->pcid,
                                     w->us ? "u" : "k", w->rw ? "w" : "-", w->nx ? "-" : "x");
  /* Translators: the age of an entry among those of its set, shorter than ten letters: "a0" is
   * the newest. */
  aged = pwk_pen_printf (pen, C_("tlb", "%s a%u"), full, w->age);
  middle = pwk_pen_printf (pen, "0x%llx", PWK_N (w->vpn));
  small = pwk_pen_printf (pen, "…%03llx", PWK_N (w->vpn & 0xfff));
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, aged) + 6 <= width)
    return aged;
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, full) + 6 <= width)
    return full;
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, middle) + 6 <= width)
    return middle;

  return pwk_pen_width (pen, PWK_FONT_MONO_SMALL, small) + 4 <= width ? small : "";
}

static void
draw_cell (const Drawing *drawing, uint32_t set, uint32_t way, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbCell *cell = &drawing->model->cells[set * drawing->tab->n_ways + way];
  PwkItem *item =
      pwk_scene_add_rect (pen->scene, cell_id (drawing, set, way), box, cell_role (cell));
  g_autofree char *label = say_cell (drawing, cell, set, way);

  if (box.h >= 13)
    {
      item->text = cell_text (drawing, cell, box.w);
      item->font = PWK_FONT_MONO_SMALL;
      item->halign = PWK_ALIGN_CENTRE;
    }
  if (!cell->way.valid)
    item->stroke = PWK_ROLE_GRID;
  if (cell->deed == PWK_WAY_HIT)
    item->stroke = PWK_ROLE_HIT;
  else if (cell->deed == PWK_WAY_EVICTED_INTO)
    item->stroke = PWK_ROLE_EVICT;
  else if (cell->deed == PWK_WAY_FILLED)
    item->stroke = PWK_ROLE_ACCENT;
  if (cell->deed != PWK_WAY_QUIET)
    {
      item->line_width = 2.0f;
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  pwk_pen_thing (pen, item, "%s", label);
}

static void
draw_set (const Drawing *drawing, const Grid *grid, uint32_t set, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  uint32_t block = set / grid->sets_a_block;
  uint32_t row = set % grid->sets_a_block;
  double x = box.x + block * (grid->block_w + 10);
  double y = box.y + row * grid->cell_h;
  bool lit = set == drawing->model->lookup_set;
  double gap = grid->cell_h >= 8 ? 2 : 1;
  uint32_t every = grid->cell_h >= 13 ? 1 : (uint32_t) ceil (15 / grid->cell_h);
  uint32_t lookup = drawing->model->lookup_set;
  bool near_lit = lookup / grid->sets_a_block == block &&
                  (MAX (lookup, set) - MIN (lookup, set)) * grid->cell_h < 13;
  PwkItem *item;

  if (lit)
    {
      item = pwk_scene_add_rounded (
          pen->scene, PWK_ID_TLB_SET (drawing->model->cpu, drawing->tab->id, set),
          pwk_box (x, y - 1, SET_LABEL + grid->cell_w * drawing->tab->n_ways + 1, grid->cell_h),
          PWK_ROLE_PANEL_ALT, 3);
      item->stroke = drawing->model->hit && drawing->model->hit_id == drawing->tab->id
                         ? PWK_ROLE_HIT
                         : PWK_ROLE_MISS;
      item->line_width = 2.0f;
      pwk_pen_label (pen, item, _("Set %u: the current lookup compares its tags"), set);
    }
  if (lit || (row % every == 0 && !near_lit))
    pwk_pen_text (pen, pwk_box (x, y + (grid->cell_h - 15) / 2, SET_LABEL - 5, 15), PWK_FONT_SMALL,
                  lit ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                  pwk_pen_printf (pen, "%u", set));
  for (uint32_t way = 0; way < drawing->tab->n_ways; way++)
    draw_cell (drawing, set, way,
               pwk_box (x + SET_LABEL + way * grid->cell_w, y, grid->cell_w - gap,
                        grid->cell_h - gap));
}

static void
draw_grid (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_TLB, 1), box, pwk_words_tlb (drawing->tab->id),
                     pwk_pen_printf (pen, _("%u sets × %u ways, %s"), drawing->tab->n_sets,
                                     drawing->tab->n_ways, policy_name (drawing->tab->policy)));
  Grid grid;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  pwk_cut_top (&inside, line, 2);
  grid = plan_grid (drawing->tab, inside);
  for (uint32_t block = 0; block < grid.blocks; block++)
    {
      double x = inside.x + block * (grid.block_w + 10);

      pwk_pen_text (pen, pwk_box (x, inside.y - line - 2, SET_LABEL - 5, line), PWK_FONT_SMALL,
                    PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, C_("tlb", "set"));
      for (uint32_t way = 0; grid.cell_w >= 44 && way < drawing->tab->n_ways; way++)
        pwk_pen_text (pen,
                      pwk_box (x + SET_LABEL + way * grid.cell_w, inside.y - line - 2,
                               grid.cell_w - 2, line),
                      PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE,
                      pwk_pen_printf (pen, C_("tlb", "way %u"), way));
    }
  for (uint32_t set = 0; set < drawing->tab->n_sets; set++)
    draw_set (drawing, &grid, set, inside);
}

/* --- the lookup --- */

static void
draw_comparison (const Drawing *drawing, uint32_t way, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbCell *cell =
      &drawing->model->cells[drawing->model->lookup_set * drawing->tab->n_ways + way];
  bool filled = !drawing->model->hit && cell->deed >= PWK_WAY_FILLED;
  bool hit = cell->way.valid && cell->tag_equal && cell->pcid_equal && !filled;
  const char *verdict =
      !cell->way.valid  ? _("empty")
      : filled          ? _("filled since")
      : hit             ? _("equal")
      : cell->tag_equal ? _("other PCID")
                        : _("other tag");
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, verdict) + 2;
  PwkItem *item;

  pwk_pen_text (pen, pwk_cut_left (&box, 16, 4), PWK_FONT_BOLD,
                hit ? PWK_ROLE_HIT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, hit ? "=" : "≠");
  pwk_pen_text (pen, pwk_cut_right (&box, width, 6), PWK_FONT_SMALL,
                hit ? PWK_ROLE_HIT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, verdict);
  if (!cell->way.valid)
    return;
  item = pwk_pen_text (
      pen, box, PWK_FONT_MONO_SMALL, hit ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
      cell->way.global ? pwk_pen_printf (pen, "0x%llx G", PWK_N (cell->way.vpn))
                       : pwk_pen_printf (pen, "0x%llx p%u", PWK_N (cell->way.vpn), cell->way.pcid));
  item->ellipsize = PWK_ELLIPSIZE_END;
}

static double
lookup_height (const Drawing *drawing)
{
  return 84 + (drawing->model->has_lookup && drawing->model->lookup_set != UINT32_MAX
                   ? 18.0 * MIN (drawing->tab->n_ways, 16u)
                   : 0);
}

static void
draw_lookup (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbModel *model = drawing->model;
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_TLB, 2), box, _("Current lookup"),
                                 !model->has_lookup ? NULL
                                 : model->fetch     ? C_("access", "instruction fetch")
                                                    : C_("access", "data"));
  double used;

  if (!model->has_lookup)
    {
      pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                         _("No lookup on this CPU in this step."));
      return;
    }
  pwk_pen_key_value (pen, pwk_cut_top (&inside, 18, 0), pwk_pen_address (pen, model->looked_for),
                     model->hit
                         ? pwk_pen_printf (pen, _("hit in %s"), pwk_words_tlb (model->hit_id))
                         : _("miss: the page walk begins"));
  if (model->lookup_set == UINT32_MAX)
    return;
  used = pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                            pwk_pen_printf (pen, _("page number 0x%llx, PCID %llu: set %u"),
                                            PWK_N (model->looked_for >> PWK_PAGE_SHIFT),
                                            PWK_N (model->pcid), model->lookup_set));
  pwk_cut_top (&inside, used, 4);
  for (uint32_t way = 0; way < drawing->tab->n_ways && inside.h >= 17; way++)
    draw_comparison (drawing, way, pwk_cut_top (&inside, 18, 0));
}

static void
draw_counts (const Drawing *drawing, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbModel *model = drawing->model;
  const PwkFact facts[] = {
    { _("Page walks"), pwk_pen_count (pen, model->walks) },
    { _("Memory references"), pwk_pen_count (pen, model->walk_refs_pwc) },
    { _("… without walk caches"), pwk_pen_count (pen, model->walk_refs) },
    { _("Evicted in this step"), pwk_pen_count (pen, model->n_evicted) },
    { _("Flushed in this step"), pwk_pen_count (pen, model->n_flushed) },
    { _("Shootdowns in this step"), pwk_pen_count (pen, model->n_shootdowns) },
  };

  if (rest->h >= 70)
    pwk_pen_facts (pen, PWK_ID (PWK_THING_CPU, model->cpu), rest,
                   pwk_pen_printf (pen, "CPU %u", model->cpu),
                   /* Translators: what a processor runs, and its address space's tag in the TLB. */
                   pwk_pen_printf (pen, _("%s, PCID %llu"), model->running, PWK_N (model->pcid)),
                   facts, G_N_ELEMENTS (facts));
}

/* --- the picture --- */

static void
add_legend (PwkSheet *sheet)
{
  const PwkLegendEntry entries[] = {
    { PWK_ROLE_NODE_1, _("a process's page, one colour each"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_KERNEL, _("global, or a walk cache's"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_HUGE, _("large page"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_HIT, _("hit"), PWK_LEGEND_FRAME },
    { PWK_ROLE_ACCENT, _("filled"), PWK_LEGEND_FRAME },
    { PWK_ROLE_EVICT, _("evicted an entry"), PWK_LEGEND_FRAME },
  };

  pwk_sheet_legend_below (sheet, entries, G_N_ELEMENTS (entries), PWK_GAP);
}

static void
draw_side (const Drawing *drawing, PwkBox side)
{
  draw_lookup (drawing,
               pwk_cut_top (&side,
                            fmin (lookup_height (drawing), fmax (side.h * 0.6, side.h - 120)),
                            PWK_GAP));
  draw_counts (drawing, &side);
  pwk_pen_story (&drawing->pen, PWK_ID_GROUP (PWK_VIEW_TLB, 3), side, _("What happened"), NULL,
                 &drawing->model->story, _("Nothing in this step."));
}

void
pwk_tlb_layout (PwkScene *scene,
                gconstpointer data,
                const PwkTheme *theme,
                const PwkViewParams *params)
{
  const PwkTlbModel *model = data;
  Drawing drawing = { .pen = { scene, theme, params }, .model = model };
  PwkPen *pen = &drawing.pen;
  PwkSheet sheet = pwk_sheet_new (pen, pwk_view_room (params, 600, MIN_HEIGHT));
  const PwkTlbTab *tab;
  PwkBox side;

  if (model->n_tabs == 0)
    {
      pwk_sheet_head (&sheet, _("TLB"), NULL);
      pwk_sheet_finish_empty (&sheet, _("This machine has no TLB: every access walks the tables."));
      return;
    }

  drawing.tab = tab = pwk_tlb_focus (model);
  pwk_sheet_head (&sheet, _("TLB"),
                  pwk_pen_printf (pen, _("CPU %u of %u · %s"), model->cpu, model->n_cpus,
                                  model->running));
  add_legend (&sheet);
  draw_tabs (&drawing, pwk_cut_top (&sheet.body, TAB_HEIGHT, PWK_GAP));
  side = pwk_cut_right (&sheet.body, CLAMP (floor (sheet.body.w * 0.27), 190, 330), PWK_GAP);
  draw_grid (&drawing, sheet.body);
  draw_side (&drawing, side);
  pwk_sheet_finish (&sheet, 0,
                    pwk_pen_printf (pen, _("%s of CPU %u: %u of %u entries in use."),
                                    pwk_words_tlb (tab->id), model->cpu, tab->n_valid,
                                    tab->n_sets * tab->n_ways));
}

char *
pwk_tlb_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkTlbModel *model = data;
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < model->n_tabs; i++)
    g_string_append_printf (text, "%s\t%u\t%u\t%u\t%llu\t%llu\n", pwk_words_tlb (model->tabs[i].id),
                            model->tabs[i].n_sets, model->tabs[i].n_ways, model->tabs[i].n_valid,
                            PWK_N (model->tabs[i].hits), PWK_N (model->tabs[i].misses));
  if (model->n_tabs == 0)
    return g_string_free (text, FALSE);

  g_string_append (text, "set\tway\tvpn\tpfn\tpcid\trights\tage\n");
  for (uint32_t i = 0; i < pwk_tlb_focus (model)->n_sets * pwk_tlb_focus (model)->n_ways; i++)
    {
      const PwkTlbWay *way = &model->cells[i].way;

      if (way->valid)
        g_string_append_printf (
            text, "%u\t%u\t0x%llx\t%llu\t%s%u\t%s%s%s%s\t%u\n", i / pwk_tlb_focus (model)->n_ways,
            i % pwk_tlb_focus (model)->n_ways, PWK_N (way->vpn), PWK_N (way->pfn),
            way->global ? "G " : "", way->pcid, way->us ? "u" : "k", way->rw ? "w" : "-",
            way->nx ? "-" : "x", way->dirty ? "d" : "-", way->age);
    }

  return g_string_free (text, FALSE);
}
