/* numa-node.c - a node as a card: what its memory is used for, and whose pages are there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/density.h"
#include "views/numa-private.h"

#define PAD_X      10.0
#define PAD_Y      7.0
#define PIXEL_W    12.0 /* a page of the process in question */
#define PIXEL_GAP  2.0
#define GAUGE_H    10.0
#define NAME_MAX_W 64.0
#define SWATCH     10.0
#define SWATCH_GAP 6.0

PwkRole
pwk_numa_role (unsigned use)
{
  return use == PWK_NUMA_ANON    ? PWK_ROLE_ANON
         : use == PWK_NUMA_SHMEM ? PWK_ROLE_SHMEM
                                 : PWK_ROLE_FILE;
}

/* --- words --- */

const char *
pwk_numa_say_list (const PwkPen *pen, uint64_t bits)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (unsigned first = 0; first < PWK_MAX_CPUS; first++)
    {
      unsigned last = first;

      if (!(bits >> first & 1))
        continue;
      while (last + 1 < PWK_MAX_CPUS && (bits >> (last + 1) & 1))
        last++;
      g_string_append_printf (text, last > first ? "%s%u-%u" : "%s%u", text->len > 0 ? "," : "",
                              first, last);
      first = last;
    }
  return pwk_scene_intern (pen->scene, text->str);
}

const char *
pwk_numa_say_cpus (const PwkPen *pen, uint64_t cpus)
{
  if (cpus == 0)
    return C_("node", "no CPU");
  return pwk_pen_printf (pen, "CPU %s", pwk_numa_say_list (pen, cpus));
}

/* "0 1 3 2" */
const char *
pwk_numa_say_order (const PwkPen *pen, const PwkNumaNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (uint32_t i = 0; i < node->n_order; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " → " : "", node->order[i]);
  return pwk_scene_intern (pen->scene, text->str);
}

uint64_t
pwk_numa_pages_on (const PwkNumaNode *node, uint32_t task)
{
  uint64_t n = 0;

  for (unsigned use = 0; use < PWK_N_NUMA_USES; use++)
    n += node->pages[task][use];
  return n;
}

/* --- how large it is --- */

unsigned
pwk_numa_rows (unsigned n_nodes)
{
  return n_nodes <= 2 ? 1 : n_nodes <= 8 ? 2 : 4;
}

static double
row_height (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_SMALL) + 6;
}

/* What a card needs: its head, the gauge with its words, the order, and some rows. */
double
pwk_numa_card_height (const PwkPen *pen, const PwkNumaModel *model)
{
  double head = pwk_pen_line (pen, PWK_FONT_BOLD) + 4 + GAUGE_H + 4;
  double words = pwk_pen_line (pen, PWK_FONT_SMALL) + 2;

  if (pwk_numa_rows (model->n_nodes) > 2)
    return head + row_height (pen) + 2 * PAD_Y;
  return head + 2 * words + MIN (MAX (model->n_tasks, 1), 3) * row_height (pen) + 2 * PAD_Y;
}

/* --- cards --- */

static uint64_t
most_pages (const PwkNumaModel *model)
{
  uint64_t most = 1;

  for (uint32_t task = 0; task < model->n_tasks; task++)
    for (unsigned node = 0; node < model->n_nodes; node++)
      most = MAX (most, pwk_numa_pages_on (&model->nodes[node], task));
  return most;
}

/* A page's cell comes from where its contents were; else out of the free pages of its node. While
 * it is moved, nobody can reach it: its place is empty. */
static void
draw_pixel (const PwkPen *pen, const PwkNumaModel *model, unsigned node, uint32_t i, PwkBox box)
{
  const PwkNumaPage *page = &model->nodes[node].cells[i];
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_PFN, page->pfn), box,
                             page->leaving ? PWK_ROLE_NONE : pwk_numa_role (page->use), 2.0);

  item->pattern = PWK_PATTERN_NONE;
  item->from_id = PWK_ID_NUMA (PWK_NUMA_GAUGE + node);
  for (uint32_t k = 0; k < model->n_moves; k++)
    if (model->moves[k].new == page->pfn)
      item->from_id = PWK_ID (PWK_THING_PFN, model->moves[k].old);
  if (page->leaving)
    {
      item->stroke = PWK_ROLE_ACCENT;
      item->flags |= PWK_FLAG_DASHED;
    }
  pwk_pen_thing (pen, item,
                 page->leaving  ? _("pfn %u, on node %u; it is being moved")
                 : page->shared ? _("pfn %u, on node %u; others map it, too")
                                : _("pfn %u, on node %u"),
                 page->pfn, node);
}

static uint32_t
pixels_across (double width)
{
  return (uint32_t) fmax (floor ((width + PIXEL_GAP) / (PIXEL_W + PIXEL_GAP)), 1);
}

/* As many lines of cells as there is room for; 0: the pages are too many for that. */
static uint32_t
pixel_lines (const PwkNumaNode *node, double width, double room)
{
  uint32_t across = pixels_across (width), lines = (node->n_cells + across - 1) / across;

  if (node->n_cells == 0 || node->n_cells < pwk_numa_pages_on (node, 0) + node->n_leaving ||
      lines * (PIXEL_W + PIXEL_GAP) > room)
    return 0;
  return lines;
}

static void
draw_pixels (const PwkPen *pen, const PwkNumaModel *model, unsigned node, PwkBox box)
{
  uint32_t across = pixels_across (box.w);

  for (uint32_t i = 0; i < model->nodes[node].n_cells; i++)
    draw_pixel (pen, model, node, i,
                pwk_box (box.x + i % across * (PIXEL_W + PIXEL_GAP),
                         box.y + i / across * (PIXEL_W + PIXEL_GAP), PIXEL_W, PIXEL_W));
}

static void
draw_bar (const PwkPen *pen, const PwkNumaModel *model, unsigned node, uint32_t task, PwkBox box)
{
  double scale = box.w / (double) most_pages (model);

  for (unsigned use = 0; use < PWK_N_NUMA_USES; use++)
    {
      uint64_t pages = model->nodes[node].pages[task][use];
      double width = (double) pages * scale;
      PwkItem *item;

      if (pages == 0)
        continue;
      item = pwk_scene_add_rounded (pen->scene, 0, pwk_box (box.x, box.y, fmax (width, 1.5), box.h),
                                    pwk_numa_role (use), 2.0);
      item->pattern = PWK_PATTERN_NONE;
      box.x += width;
      box.w -= width;
    }
}

/* Returns the height used. */
static double
draw_share (const PwkPen *pen, const PwkNumaModel *model, unsigned node, uint32_t task, PwkBox box)
{
  const PwkNumaTask *record = &model->tasks[task];
  uint64_t pages = pwk_numa_pages_on (&model->nodes[node], task);
  const char *count = record->counted ? pwk_pen_short (pen, pages) : "?";
  double line = row_height (pen), name_w, count_w = pwk_pen_width (pen, PWK_FONT_SMALL, count) + 1;
  double height = line;
  uint32_t lines;
  PwkBox row = pwk_box (box.x, box.y, box.w, line);
  PwkItem *item;

  name_w = fmin (pwk_pen_width (pen, PWK_FONT_SMALL, record->name) + 1, NAME_MAX_W);
  item = pwk_scene_add_rounded (pen->scene, PWK_ID_NUMA (PWK_NUMA_SHARE + (node << 4 | task)), row,
                                PWK_ROLE_NONE, 3.0);
  item->stroke = PWK_ROLE_NONE;
  pwk_pen_thing (pen, item,
                 record->node == node ? _("%s (pid %d), which runs here: %s on node %u")
                                      : _("%s (pid %d): %s on node %u"),
                 record->name, record->pid, pwk_pen_pages (pen, pages), node);
  pwk_pen_text (pen, pwk_cut_left (&row, name_w, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, record->name);
  pwk_pen_text (pen, pwk_cut_right (&row, count_w, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END, count);
  if (row.w < PIXEL_W)
    return height;
  lines = task == 0 ? pixel_lines (&model->nodes[node], row.w, box.h) : 0;
  if (lines > 0)
    {
      draw_pixels (pen, model, node, pwk_box (row.x, row.y + (line - PIXEL_W) / 2, row.w, 0));
      height = fmax (height, (line - PIXEL_W) + lines * (PIXEL_W + PIXEL_GAP) - PIXEL_GAP);
    }
  else
    draw_bar (pen, model, node, task,
              pwk_box (row.x, row.y + (line - PIXEL_W) / 2, row.w, PIXEL_W));
  return height;
}

/* The process in question always has its row, the others if they have pages there, or run there. */
static bool
is_told (const PwkNumaModel *model, unsigned node, uint32_t task)
{
  return task == 0 || pwk_numa_pages_on (&model->nodes[node], task) > 0 ||
         model->tasks[task].node == node;
}

static void
draw_processes (const PwkPen *pen, const PwkNumaModel *model, unsigned node, PwkBox rest)
{
  double line = row_height (pen);
  uint32_t left = model->all_tasks - MIN (model->n_tasks, model->all_tasks);

  for (uint32_t task = 0; task < model->n_tasks; task++)
    left += is_told (model, node, task);
  for (uint32_t task = 0; task < model->n_tasks; task++)
    {
      double others = fmin (left > 1 ? left - 1 : 0, 2) * line;
      double used;

      if (!is_told (model, node, task))
        continue;
      if (rest.h < line || (rest.h < 2 * line && left > 1 && task > 0))
        break;
      used = draw_share (pen, model, node, task,
                         pwk_box (rest.x, rest.y, rest.w, fmax (rest.h - others, line)));
      pwk_cut_top (&rest, used, 0);
      left--;
    }
  if (left > 0 && model->n_tasks > 0 && rest.h >= line - 4)
    pwk_pen_text (pen, pwk_cut_top (&rest, line, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START,
                  pwk_pen_printf (
                      pen, ngettext ("and %u more process", "and %u more processes", left), left));
}

/* Words below the gauge, if they fit. */
static void
draw_words (const PwkPen *pen, PwkBox *inside, const char *text)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  if (inside->h > line + row_height (pen) && pwk_pen_width (pen, PWK_FONT_SMALL, text) <= inside->w)
    pwk_pen_text (pen, pwk_cut_top (inside, line, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, text);
}

/* "CPU 0-1; A and B run here", if that is short enough. */
static const char *
say_runs (const PwkPen *pen, const PwkNumaModel *model, unsigned number, double room)
{
  g_autoptr (GString) names = g_string_new (NULL);
  const char *cpus = pwk_numa_say_cpus (pen, model->nodes[number].cpus), *text;
  unsigned n = 0;

  for (uint32_t task = 0; task < model->n_tasks; task++)
    if (model->tasks[task].node == number)
      g_string_append_printf (names, "%s%s", n++ > 0 ? C_("list of names", ", ") : "",
                              model->tasks[task].name);
  if (n == 0)
    return cpus;
  /* Translators: CPUs of a node, and the processes that run on them. */
  text =
      pwk_pen_printf (pen, ngettext ("%s; %s runs here", "%s; %s run here", n), cpus, names->str);
  return pwk_pen_width (pen, PWK_FONT_SMALL, text) <= room ? text : cpus;
}

static void
draw_head (const PwkPen *pen, const PwkNumaModel *model, unsigned number, PwkBox *inside)
{
  PwkBox head = pwk_cut_top (inside, pwk_pen_line (pen, PWK_FONT_BOLD), 4);
  const char *title = pwk_pen_printf (pen, _("node %u"), number);
  double title_w = pwk_pen_width (pen, PWK_FONT_BOLD, title);
  const char *cpus = say_runs (pen, model, number, head.w - title_w - 2 * PWK_GAP);
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, cpus) + 1;

  if (width + pwk_pen_width (pen, PWK_FONT_BOLD, title) + PWK_GAP < head.w)
    pwk_pen_text (pen, pwk_cut_right (&head, width, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, cpus);
  pwk_pen_text (pen, head, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START, title);
}

static const char *
say_free (const PwkPen *pen, const PwkNumaNode *node)
{
  if (node->managed == 0)
    return C_("node", "no memory");
  /* Translators: pages of a node that are free, and all that it has. */
  return pwk_pen_printf (pen, _("%s of %s free"),
                         pwk_pen_short (pen, node->parts[PWK_NUMA_PART_FREE]),
                         pwk_pen_short (pen, node->managed));
}

/* --- what its memory is used for --- */

static const struct
{
  PwkRole role;
  const char *name;
} parts[PWK_N_NUMA_PARTS] = {
  [PWK_NUMA_PART_FREE] = { PWK_ROLE_FREE (4), N_("free") },
  [PWK_NUMA_PART_ANON] = { PWK_ROLE_ANON, N_("anonymous") },
  [PWK_NUMA_PART_FILE] = { PWK_ROLE_FILE, N_("files") },
  [PWK_NUMA_PART_SLAB] = { PWK_ROLE_SLAB, N_("slab") },
  [PWK_NUMA_PART_TABLES] = { PWK_ROLE_PAGE_TABLE, N_("page tables") },
  [PWK_NUMA_PART_OTHER] = { PWK_ROLE_KERNEL, N_("other, per-cpu lists") },
};

/* All of a node's memory as one bar; pages that are given out come out of its first part. */
static void
draw_parts (const PwkPen *pen, const PwkNumaNode *node, unsigned number, PwkBox box)
{
  double x = box.x;

  for (unsigned part = 0; part < PWK_N_NUMA_PARTS; part++)
    {
      double width = box.w * (double) node->parts[part] / (double) node->managed;
      PwkItem *item;

      if (node->parts[part] == 0 && part != PWK_NUMA_PART_FREE)
        continue;
      width = fmin (fmax (width, 1), box.x + box.w - x);
      item = pwk_scene_add_rounded (
          pen->scene, part == PWK_NUMA_PART_FREE ? PWK_ID_NUMA (PWK_NUMA_GAUGE + number) : 0,
          pwk_box (x, box.y, width, box.h), parts[part].role, 2.0);
      item->pattern = PWK_PATTERN_NONE;
      pwk_pen_label (pen, item, "%s: %s", _(parts[part].name),
                     pwk_pen_pages (pen, node->parts[part]));
      x += width;
    }
}

static double
lines_width (const PwkPen *pen, const PwkNumaNode *node)
{
  double name = 0, count = 0;

  for (unsigned part = 0; part < PWK_N_NUMA_PARTS; part++)
    {
      name = fmax (name, pwk_pen_width (pen, PWK_FONT_SMALL, _(parts[part].name)));
      count =
          fmax (count, pwk_pen_width (pen, PWK_FONT_SMALL, pwk_pen_short (pen, node->parts[part])));
    }
  return name + count + SWATCH + SWATCH_GAP + PWK_GAP + 2;
}

/* The same as lines, where there is room for all of them. */
static bool
draw_part_lines (const PwkPen *pen, const PwkNumaNode *node, PwkBox *inside, double kept)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL) + 2;

  if (inside->h < PWK_N_NUMA_PARTS * line + PWK_GAP + kept || inside->w < lines_width (pen, node))
    return false;
  for (unsigned part = 0; part < PWK_N_NUMA_PARTS; part++)
    {
      PwkBox row = pwk_cut_top (inside, line, 0), swatch = pwk_cut_left (&row, SWATCH, SWATCH_GAP);
      const char *count = pwk_pen_short (pen, node->parts[part]);

      pwk_scene_add_rounded (pen->scene, 0,
                             pwk_box (swatch.x, row.y + (line - SWATCH) / 2, SWATCH, SWATCH),
                             parts[part].role, 2.0);
      pwk_pen_text (pen,
                    pwk_cut_right (&row, pwk_pen_width (pen, PWK_FONT_SMALL, count) + 1, PWK_GAP),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_END, count);
      pwk_pen_text (pen, row, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                    _(parts[part].name));
    }
  pwk_cut_top (inside, PWK_GAP, 0);
  return true;
}

void
pwk_numa_card (const PwkPen *pen, const PwkNumaModel *model, unsigned number, PwkBox box)
{
  const PwkNumaNode *node = &model->nodes[number];
  uint64_t id = PWK_ID (PWK_THING_NODE, number);
  PwkItem *item = pwk_scene_add_panel (pen->scene, id, box);
  PwkBox inside = pwk_box_inset (box, PAD_X, PAD_Y);
  bool told = false;

  if (node->now)
    {
      item->stroke = PWK_ROLE_ACCENT;
      item->line_width = 2.0f;
    }
  pwk_pen_thing (pen, item, _("Node %u: %s; %s; memory is looked for in the order %s"), number,
                 pwk_numa_say_cpus (pen, node->cpus), say_free (pen, node),
                 pwk_numa_say_order (pen, node));
  pwk_scene_push_parent (pen->scene, id);
  draw_head (pen, model, number, &inside);
  if (node->managed > 0)
    {
      draw_parts (pen, node, number, pwk_cut_top (&inside, GAUGE_H, 4));
      told = draw_part_lines (pen, node, &inside, MAX (model->n_tasks, 1) * row_height (pen));
    }
  if (!told)
    draw_words (pen, &inside, say_free (pen, node));
  if (model->tiered)
    /* Translators: of memory; tier 0 is the fastest. */
    draw_words (pen, &inside, pwk_pen_printf (pen, _("tier %u"), node->tier));
  if (pwk_pen_density (pen) == PWK_DENSITY_FULL && model->n_nodes > 1)
    /* Translators: node numbers in the order in which an allocation tries them. */
    draw_words (pen, &inside, pwk_pen_printf (pen, _("order %s"), pwk_numa_say_order (pen, node)));
  draw_processes (pen, model, number, inside);
  pwk_scene_pop_parent (pen->scene);
}
