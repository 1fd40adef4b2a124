/* address-space-layout.c - an address space as a column, the index over it beside it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/address-space-model.h"

#include "scene/blend.h"
#include "views/density.h"
#include "views/sheet.h"
#include "views/views-private.h"
#include "views/words.h"

/*      addresses | regions, highest first | list | tree, nodes by their regions | kernel | counters
 *
 * The tree lies on its side: its in-order is the order of the column, so every node stands
 * beside the region that it is. */
#define BAND          6.0 /* colour at a region's left */
#define STRIP_HEIGHT  11.0
#define STRIP_LOW     6.0
#define NODE          13.0
#define TREE_STEP_MAX 30.0
#define TREE_STEP_MIN 9.0
#define LIST_WIDTH    26.0
#define MAX_STRETCH   1.7
#define KERNEL_WIDTH  220.0
#define KERNEL_FROM   800.0 /* of the room beside the counters */
#define WHOLE_KERNEL_WIDTH 640.0
#define TURN_MS       320 /* of a rotation: what follows its two nodes comes after */
#define FOLLOW_MS     240

/* Parts of a region's strip that keep their identity while it grows; before them the runs of
 * pages that are alike, from the left. */
#define STRIP_ID(row, part) \
  PWK_ID_RULE (PWK_VIEW_ADDRESS_SPACE, UINT64_C (1) << 31 | (uint64_t) (row)->id << 8 | (part))
enum
{
  STRIP_LOW_END = PWK_SPACE_CELLS,
  STRIP_HIGH_END,
  STRIP_GROWN
};

typedef struct
{
  PwkPen pen;
  const PwkAddressSpaceModel *model;
  bool compact; /* not the full density: marks are in tooltips */
  PwkBox gutter, column, list, tree, kernel, side; /* kernel: w 0 where it has no room */
  double region, gap, mark; /* heights, by the letters */
  double stretch, tree_step;
  double *y, *h; /* of each row */
} Drawing;

static double
row_height (const Drawing *drawing, const PwkSpaceRow *row)
{
  double marks = row->n_marks > 0 && !drawing->compact ? drawing->mark : 0;

  if (row->vma == 0)
    return drawing->gap + marks;
  return drawing->region + marks;
}

static double
natural_height (const Drawing *drawing)
{
  double height = 0;

  for (uint32_t i = 0; i < drawing->model->n_rows; i++)
    height += row_height (drawing, &drawing->model->rows[i]) + 3;

  return height;
}

static void
place_rows (Drawing *drawing)
{
  double y = drawing->column.y;

  for (uint32_t i = drawing->model->n_rows; i > 0; i--)
    {
      const PwkSpaceRow *row = &drawing->model->rows[i - 1];

      drawing->y[i - 1] = y;
      drawing->h[i - 1] = row->vma != 0 ? floor (row_height (drawing, row) * drawing->stretch)
                                        : row_height (drawing, row);
      y += drawing->h[i - 1] + 3;
    }
}

/* --- the column --- */

static void
name_mark (const PwkPen *pen, const PwkSpaceMark *mark, PwkItem *item)
{
  if (mark->name == NULL)
    {
      item->id = PWK_ID_ADDRESS (mark->addr);
      pwk_pen_label (pen, item, _("Address 0x%llx"), PWK_N (mark->addr));
      return;
    }
  item->id = PWK_ID_RULE (PWK_VIEW_ADDRESS_SPACE, 100 + g_str_hash (mark->name) % 100000);
  pwk_pen_label (pen, item, "mm->%s = 0x%llx", mark->name, PWK_N (mark->addr));
}

static void
draw_marks (const Drawing *drawing, const PwkSpaceRow *row, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  double x = box.x;

  for (uint32_t i = 0; i < row->n_marks; i++)
    {
      const PwkSpaceMark *mark = &row->marks[i];
      const char *addr = pwk_pen_address (pen, mark->addr);
      const char *text = mark->name ? pwk_pen_printf (pen, "▸ %s %s", mark->name, addr)
                                    : pwk_pen_printf (pen, "▸ %s", addr);
      double width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 2;

      if (x + width > box.x + box.w && mark->name)
        {
          text = pwk_pen_printf (pen, "▸ %s", mark->name);
          width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 2;
        }
      if (x + width > box.x + box.w)
        break;
      name_mark (pen, mark,
                 pwk_pen_text (pen, pwk_box (x, box.y, width, box.h), PWK_FONT_SMALL,
                               PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, text));
      x += width + 10;
    }
}

/* What came to a region that grew comes out of the end at which it grew. */
static void
draw_growth (const Drawing *drawing, const PwkSpaceRow *row, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  double scale = box.w / (double) (row->end - row->start);
  bool down = row->was_start > row->start;
  uint64_t pages = ((row->end - row->start) - (row->was_end - row->was_start)) >> PWK_PAGE_SHIFT;
  PwkBox grown = box;
  PwkItem *item;

  pwk_scene_add_rect (pen->scene, STRIP_ID (row, STRIP_LOW_END), pwk_box (box.x, box.y, 0, box.h),
                      PWK_ROLE_NONE);
  pwk_scene_add_rect (pen->scene, STRIP_ID (row, STRIP_HIGH_END),
                      pwk_box (box.x + box.w, box.y, 0, box.h), PWK_ROLE_NONE);
  if (row->was_end == 0 || pages == 0)
    return;
  grown.x = down ? box.x : box.x + (double) (row->was_end - row->start) * scale;
  grown.w = fmax (
      (down ? (double) (row->was_start - row->start) : (double) (row->end - row->was_end)) * scale,
      2);
  item = pwk_scene_add_rect (pen->scene, STRIP_ID (row, STRIP_GROWN), grown, PWK_ROLE_NONE);
  item->stroke = PWK_ROLE_FLASH;
  item->line_width = 2.0f;
  item->from_id = STRIP_ID (row, down ? STRIP_LOW_END : STRIP_HIGH_END);
  pwk_pen_label (pen, item, ngettext ("%s: grown by %llu page", "%s: grown by %llu pages", pages),
                 row->title, PWK_N (pages));
}

static void
draw_strip (const Drawing *drawing, const PwkSpaceRow *row, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  PwkItem *track = pwk_scene_add_rect (pen->scene, 0, box, PWK_ROLE_PANEL_ALT);
  double width = box.w / MAX (row->n_cells, 1);
  uint32_t from = 0, run = 0;

  track->stroke = PWK_ROLE_OUTLINE;
  for (uint32_t i = 1; i <= row->n_cells; i++)
    {
      const PwkSpaceCell *cell = &row->cells[from];
      bool same = i < row->n_cells && row->cells[i].kind == cell->kind &&
                  row->cells[i].share == cell->share;

      if (same)
        continue;
      if (cell->kind != PWK_RESIDENT_NONE)
        {
          double height = fmax (3, box.h * cell->share / 255.0);
          PwkItem *item = pwk_scene_add_rect (
              pen->scene, STRIP_ID (row, run++),
              pwk_box (box.x + from * width, box.y + box.h - height, (i - from) * width, height),
              pwk_residency_role ((PwkResidency) cell->kind));

          pwk_pen_label (pen, item, "%s: %s", row->title,
                         pwk_residency_title ((PwkResidency) cell->kind));
        }
      from = i;
    }
  draw_growth (drawing, row, box);
}

static void
say_residency (const PwkSpaceRow *row, GString *text)
{
  for (unsigned kind = PWK_RESIDENT_ANON; kind < PWK_N_RESIDENCIES; kind++)
    if (row->counts[kind] > 0)
      g_string_append_printf (text, _("; %s: %llu"), pwk_residency_title ((PwkResidency) kind),
                              PWK_N (row->counts[kind]));
  if (row->counts[PWK_RESIDENT_NONE] > 0)
    g_string_append_printf (text, _("; %s: %llu"), pwk_residency_title (PWK_RESIDENT_NONE),
                            PWK_N (row->counts[PWK_RESIDENT_NONE]));
}

/* What the letters of its rights do not tell: what madvise (), mlock () and mmap ()'s flags
 * asked for. */
#define ASKED_FLAGS                                                                              \
  (PWK_VM_LOCKED | PWK_VM_LOCKONFAULT | PWK_VM_HUGEPAGE | PWK_VM_NOHUGEPAGE | PWK_VM_DONTCOPY |  \
   PWK_VM_WIPEONFORK | PWK_VM_DONTDUMP | PWK_VM_SEQ_READ | PWK_VM_RAND_READ | PWK_VM_NORESERVE | \
   PWK_VM_MERGEABLE | PWK_VM_DROPPABLE | PWK_VM_SEALED | PWK_VM_SYNC)

/* Nobody asked for those of the kernel's own regions. */
static uint64_t
asked_flags (const PwkSpaceRow *row)
{
  return row->role == PWK_ROLE_KERNEL ? 0 : row->vm_flags & ASKED_FLAGS;
}

static char *
say_region (const Drawing *drawing, const PwkSpaceRow *row)
{
  GString *text = g_string_new (NULL);
  g_autofree char *size =
      pwk_format_pages (drawing->pen.params, (row->end - row->start) >> PWK_PAGE_SHIFT);
  char perms[5];

  pwk_words_perms (row->vm_flags, perms);
  g_string_append_printf (text, "%s %s 0x%llx–0x%llx, %s", row->title, perms, PWK_N (row->start),
                          PWK_N (row->end), size);
  if (row->has_file)
    /* Translators: where in a file a region begins. */
    g_string_append_printf (text, _("; from page %llu of the file"), PWK_N (row->pgoff));
  if (asked_flags (row) != 0)
    {
      g_autofree char *flags = pwk_words_vm_flags (asked_flags (row));

      g_string_append_printf (text, "; %s", flags);
    }
  say_residency (row, text);
  if (row->assumed)
    g_string_append (text, _("; assumed, not recorded"));

  return g_string_free (text, FALSE);
}

static const char *
deed_word (const PwkSpaceRow *row)
{
  /* Translators: what the last call did to a region, on a small chip. */
  if ((row->deeds & PWK_DEED_NEW) != 0)
    return C_("region", "new");
  if ((row->deeds & PWK_DEED_MERGED) != 0)
    return C_("region", "merged");
  if ((row->deeds & PWK_DEED_SPLIT) != 0)
    return C_("region", "split");
  if ((row->deeds & PWK_DEED_FLAGS) != 0)
    return C_("region", "flags changed");
  if ((row->deeds & PWK_DEED_MOVED) != 0)
    return C_("region", "resized");
  if ((row->deeds & PWK_DEED_FAULTED) != 0)
    return C_("region", "page fault");

  return NULL;
}

static void
draw_region_chip (const PwkPen *pen, PwkBox *line, PwkRole role, const char *word)
{
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, word) + 16;
  PwkBox box;

  if (width > line->w * 0.6)
    return;
  box = pwk_cut_right (line, width, 6);
  pwk_pen_chip (pen, 0, box.x, line->y, fmin (line->h, 18), width, role, PWK_FONT_SMALL, word);
}

/* Chips at the right of a region's first line; takes their room off @line. */
static void
draw_region_chips (const Drawing *drawing, const PwkSpaceRow *row, PwkBox *line)
{
  const PwkPen *pen = &drawing->pen;
  const char *word = deed_word (row);
  const char *size = pwk_pen_pages (pen, (row->end - row->start) >> PWK_PAGE_SHIFT);
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, size) + 2;

  if (width < line->w * 0.5)
    pwk_pen_text (pen, pwk_cut_right (line, width, 6), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, size);

  if (word != NULL)
    draw_region_chip (pen, line, PWK_ROLE_ACCENT, word);
  if (row->assumed)
    draw_region_chip (pen, line, PWK_ROLE_ASSUMED, C_("region", "assumed"));
  if ((row->deeds & PWK_DEED_NOT_MERGED) != 0)
    /* Translators: two neighbouring regions were not joined, and why. */
    draw_region_chip (pen, line, PWK_ROLE_WARNING,
                      pwk_pen_printf (pen, _("not merged: %s"), pwk_words_no_merge (row->why)));
}

/* The region's name, and behind it, where there is room, the flags that were asked for. */
static void
draw_region_name (const PwkPen *pen, const PwkSpaceRow *row, PwkBox line)
{
  g_autofree char *flags = asked_flags (row) != 0 ? pwk_words_vm_flags (asked_flags (row)) : NULL;
  double name = pwk_pen_width (pen, PWK_FONT_NORMAL, row->title) + 2;
  PwkItem *item;

  if (flags != NULL && line.w - name > 60)
    {
      PwkBox rest = line;

      line = pwk_cut_left (&rest, name, 8);
      item = pwk_pen_text (pen, rest, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                           pwk_pen_printf (pen, "%s", flags));
      item->ellipsize = PWK_ELLIPSIZE_END;
    }
  item = pwk_pen_text (pen, line, PWK_FONT_NORMAL, PWK_ROLE_TEXT, PWK_ALIGN_START,
                       pwk_pen_printf (pen, "%s", row->title));
  item->ellipsize = PWK_ELLIPSIZE_MIDDLE;
}

static void
draw_region (const Drawing *drawing, const PwkSpaceRow *row, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_VMA (row->start), box, PWK_ROLE_PANEL, 4);
  PwkBox inside = pwk_box (box.x + BAND + 6, box.y + 3, box.w - BAND - 12, box.h - 6);
  g_autofree char *label = say_region (drawing, row);
  PwkItem *band;
  PwkBox line;
  char perms[5];

  item->stroke = PWK_ROLE_OUTLINE;
  if (row->deeds != 0 && (row->deeds & ~PWK_DEED_NOT_MERGED) != 0)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  if (row->assumed)
    item->flags |= PWK_FLAG_DASHED;
  pwk_pen_thing (pen, item, "%s", label);

  band = pwk_scene_add_rect (pen->scene, PWK_ID_VMA (row->start),
                             pwk_box (box.x + 1, box.y + 1, BAND, box.h - 2), row->role);
  band->stroke = PWK_ROLE_NONE;

  if (row->n_marks > 0 && !drawing->compact)
    draw_marks (drawing, row, pwk_cut_bottom (&inside, drawing->mark - 2, 2));
  draw_strip (drawing, row,
              pwk_cut_bottom (&inside,
                              drawing->compact ? STRIP_LOW
                                               : inside.h - pwk_pen_line (pen, PWK_FONT_NORMAL) - 3,
                              3));

  line = pwk_box (inside.x, inside.y, inside.w, pwk_pen_line (pen, PWK_FONT_NORMAL));
  pwk_words_perms (row->vm_flags, perms);
  pwk_pen_text (pen, pwk_cut_left (&line, pwk_pen_width (pen, PWK_FONT_MONO_BOLD, "rwxp") + 2, 6),
                PWK_FONT_MONO_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START,
                pwk_pen_printf (pen, "%s", perms));
  draw_region_chips (drawing, row, &line);
  draw_region_name (pen, row, line);
}

static void
draw_gap (const Drawing *drawing, const PwkSpaceRow *row, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  g_autofree char *size = pwk_format_bytes (row->end - row->start);
  const char *text;
  PwkItem *item;

  if (row->folded > 0)
    text = pwk_pen_printf (pen, ngettext ("%u more region", "%u more regions", row->folded),
                           row->folded);
  else
    /* Translators: an unused stretch of an address space and its size. */
    text = pwk_pen_printf (pen, _("gap of %s"), size);

  item = pwk_scene_add_rect (pen->scene, PWK_ID_GAP (row->start),
                             pwk_box (box.x, box.y + 2, box.w, box.h - 4), PWK_ROLE_NONE);
  item->stroke = PWK_ROLE_GRID;
  item->flags |= PWK_FLAG_DASHED;
  pwk_pen_thing (pen, item, "%s: 0x%llx–0x%llx", text, PWK_N (row->start), PWK_N (row->end));
  if ((row->deeds & PWK_DEED_FAULTED) != 0)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
      item->stroke = PWK_ROLE_ERROR;
    }

  if (row->n_marks > 0 && !drawing->compact)
    draw_marks (drawing, row,
                pwk_cut_bottom (&(PwkBox){ box.x + BAND + 6, box.y, box.w - BAND - 12, box.h },
                                drawing->mark, 0));
  pwk_pen_text (pen, pwk_box (box.x, box.y + 2, box.w, drawing->gap - 4), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, text);
}

/* Each region's lower and upper limit, the lower one beside its lower edge. */
static void
draw_addresses (const Drawing *drawing, uint32_t i)
{
  const PwkPen *pen = &drawing->pen;
  const PwkSpaceRow *row = &drawing->model->rows[i];
  bool topmost = i + 1 == drawing->model->n_rows;
  double line = pwk_pen_line (pen, PWK_FONT_MONO_SMALL);
  PwkBox gutter = drawing->gutter;
  bool above_shown =
      i + 1 < drawing->model->n_rows && drawing->model->rows[i + 1].start == row->end;

  pwk_pen_text (pen, pwk_box (gutter.x, drawing->y[i] + drawing->h[i] - line + 3, gutter.w, line),
                PWK_FONT_MONO_SMALL, row->vma != 0 ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END, pwk_pen_address (pen, row->start));
  if ((topmost || !above_shown) && drawing->h[i] >= 2 * line - 4)
    pwk_pen_text (pen, pwk_box (gutter.x, drawing->y[i] - 2, gutter.w, line), PWK_FONT_MONO_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                  topmost && drawing->model->mm.task_size == row->end
                      ? "TASK_SIZE"
                      : pwk_pen_address (pen, row->end));
}

static void
draw_column (const Drawing *drawing)
{
  for (uint32_t i = drawing->model->n_rows; i > 0; i--)
    {
      const PwkSpaceRow *row = &drawing->model->rows[i - 1];
      PwkBox box =
          pwk_box (drawing->column.x, drawing->y[i - 1], drawing->column.w, drawing->h[i - 1]);

      if (row->vma != 0)
        draw_region (drawing, row, box);
      else
        draw_gap (drawing, row, box);
      draw_addresses (drawing, i - 1);
    }
}

/* --- the index --- */

static double
row_middle (const Drawing *drawing, uint32_t i)
{
  return drawing->y[i] + drawing->h[i] / 2;
}

/* vm_next from region to region, lowest address first: upwards on the page. */
static void
draw_list (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  double x = drawing->list.x + drawing->list.w / 2;
  int below = -1;

  for (uint32_t i = 0; i < drawing->model->n_rows; i++)
    {
      if (drawing->model->rows[i].vma == 0)
        continue;
      if (below >= 0)
        {
          uint64_t edge = pwk_id_edge (PWK_ID_VMA (drawing->model->rows[below].start),
                                       PWK_ID_VMA (drawing->model->rows[i].start));
          PwkItem *item = pwk_pen_arrow (pen, edge, x, row_middle (drawing, (uint32_t) below) - 5,
                                         x, row_middle (drawing, i) + 5, PWK_ROLE_TEXT_DIM);

          pwk_pen_label (pen, item, "vm_next");
        }
      below = (int) i;
    }
  for (uint32_t i = 0; i < drawing->model->n_rows; i++)
    if (drawing->model->rows[i].vma != 0)
      pwk_scene_add_ellipse (pen->scene, 0, pwk_box (x - 4, row_middle (drawing, i) - 4, 8, 8),
                             drawing->model->rows[i].role);
}

static PwkPoint
node_at (const Drawing *drawing, uint32_t i)
{
  return pwk_point (drawing->tree.x + NODE / 2 + 2 +
                        drawing->model->rows[i].rb_depth * drawing->tree_step,
                    row_middle (drawing, i));
}

/* In a rotation the two nodes swing to their places, then what hangs from them follows. */
static void
time_turn (const Drawing *drawing, const PwkSpaceRow *row, PwkItem *item)
{
  if (!drawing->model->rotates)
    return;
  if (row->rotated)
    pwk_item_set_time (item, 0, TURN_MS, PWK_FULL_MOTION_MS);
  else
    pwk_item_set_time (item, FOLLOW_MS, FOLLOW_MS + TURN_MS, PWK_FULL_MOTION_MS);
}

static void
draw_edges (const Drawing *drawing)
{
  for (uint32_t i = 0; i < drawing->model->n_rows; i++)
    {
      const PwkSpaceRow *row = &drawing->model->rows[i];
      PwkPoint from, to, points[3];
      bool lit;
      PwkItem *item;

      if (row->vma == 0 || row->rb_parent < 0)
        continue;
      from = node_at (drawing, (uint32_t) row->rb_parent);
      to = node_at (drawing, i);
      points[0] = from;
      points[1] = pwk_point (from.x, to.y);
      points[2] = to;
      lit = row->lit && drawing->model->rows[row->rb_parent].lit;
      item = pwk_scene_add_polyline (drawing->pen.scene, pwk_id_edge (row->id, 1), points, 3,
                                     lit ? PWK_ROLE_ACCENT : PWK_ROLE_OUTLINE);
      if (lit)
        item->line_width = 2.5f;
      time_turn (drawing, row, item);
    }
}

/* Black nodes are filled, red ones hollow. */
static void
draw_nodes (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;

  for (uint32_t i = 0; i < drawing->model->n_rows; i++)
    {
      const PwkSpaceRow *row = &drawing->model->rows[i];
      PwkPoint at;
      PwkItem *item;

      if (row->vma == 0)
        continue;
      at = node_at (drawing, i);
      item = pwk_scene_add_ellipse (pen->scene, PWK_ID_TREE_NODE (row->id),
                                    pwk_box (at.x - NODE / 2, at.y - NODE / 2, NODE, NODE),
                                    row->rb_red ? PWK_ROLE_PANEL : PWK_ROLE_TEXT);
      item->stroke = row->lit ? PWK_ROLE_ACCENT : PWK_ROLE_TEXT;
      item->line_width = row->lit ? 2.5f : 1.5f;
      time_turn (drawing, row, item);
      pwk_pen_label (pen, item,
                     row->rb_red ? _("Red node of the tree, depth %d: %s at 0x%llx")
                                 : _("Black node of the tree, depth %d: %s at 0x%llx"),
                     row->rb_depth, row->title, PWK_N (row->start));
    }
}

static void
draw_index (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  double y = drawing->column.y - line - 3;

  pwk_pen_text (pen, pwk_box (drawing->list.x, y, drawing->list.w, line), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, C_("data structure", "list"));
  pwk_pen_text (pen, pwk_box (drawing->tree.x, y, drawing->tree.w, line), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                drawing->tree.w >
                        pwk_pen_width (pen, PWK_FONT_SMALL, C_("data structure", "red-black tree"))
                    ? C_("data structure", "red-black tree")
                    : C_("data structure", "tree"));
  draw_list (drawing);
  draw_edges (drawing);
  draw_nodes (drawing);
}

/* --- the side: counters, story, legend --- */

static void
draw_counters (const Drawing *drawing, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  const PwkMm *mm = &drawing->model->mm;
  uint64_t rss = drawing->model->rss[PWK_MM_FILEPAGES] + drawing->model->rss[PWK_MM_ANONPAGES] +
                 drawing->model->rss[PWK_MM_SHMEMPAGES];
  const PwkFact facts[] = {
    { "map_count", pwk_pen_count (pen, mm->map_count) },
    { "total_vm", pwk_pen_pages (pen, mm->total_vm) },
    { "rss", pwk_pen_pages (pen, rss) },
    { "pgtables_bytes", pwk_pen_take (pen, pwk_format_bytes (mm->pgtables_bytes)) },
    { "locked_vm", pwk_pen_pages (pen, mm->locked_vm) },
    { "data_vm", pwk_pen_pages (pen, mm->data_vm) },
    { "exec_vm", pwk_pen_pages (pen, mm->exec_vm) },
    { "stack_vm", pwk_pen_pages (pen, mm->stack_vm) },
    { "RssAnon", pwk_pen_pages (pen, drawing->model->rss[PWK_MM_ANONPAGES]) },
    { "RssFile", pwk_pen_pages (pen, drawing->model->rss[PWK_MM_FILEPAGES]) },
    { "RssShmem", pwk_pen_pages (pen, drawing->model->rss[PWK_MM_SHMEMPAGES]) },
    { "VmSwap", pwk_pen_pages (pen, drawing->model->rss[PWK_MM_SWAPENTS]) },
    { "mm_users", pwk_pen_count (pen, (uint64_t) mm->mm_users) },
    { "pgd", pwk_pen_printf (pen, "pfn %llu", PWK_N (mm->pgd)) },
  };

  pwk_pen_facts (pen, PWK_ID (PWK_THING_MM, drawing->model->pid), rest, "mm_struct",
                 drawing->model->title, facts, G_N_ELEMENTS (facts));
}

/* What find_vma () did, or NULL. */
static const char *
lookup_text (const Drawing *drawing)
{
  const PwkAddressSpaceModel *model = drawing->model;

  if (!model->looked_up)
    return NULL;
  return pwk_pen_printf (&drawing->pen,
                         ngettext ("find_vma (0x%llx) looked at %u node",
                                   "find_vma (0x%llx) looked at %u nodes", model->visited),
                         PWK_N (model->looked_for), model->visited);
}

/* States that occur, and no others. */
static unsigned
legend_entries (const PwkAddressSpaceModel *model, PwkLegendEntry *entries)
{
  unsigned n = 0;

  for (unsigned kind = 0; kind < PWK_N_RESIDENCIES; kind++)
    {
      bool there = kind == PWK_RESIDENT_NONE || kind == PWK_RESIDENT_ANON;

      for (uint32_t i = 0; i < model->n_rows && !there; i++)
        there = model->rows[i].counts[kind] > 0;
      if (there)
        entries[n++] =
            (PwkLegendEntry){ pwk_residency_role ((PwkResidency) kind),
                              pwk_residency_title ((PwkResidency) kind), PWK_LEGEND_SWATCH };
    }
  entries[n++] =
      (PwkLegendEntry){ PWK_ROLE_TEXT, C_("red-black tree", "black node"), PWK_LEGEND_SWATCH };
  entries[n++] =
      (PwkLegendEntry){ PWK_ROLE_TEXT, C_("red-black tree", "red node"), PWK_LEGEND_FRAME };

  return n;
}

static void
draw_side (const Drawing *drawing)
{
  PwkBox rest = drawing->side;

  draw_counters (drawing, &rest);
  pwk_pen_story (&drawing->pen, PWK_ID_GROUP (PWK_VIEW_ADDRESS_SPACE, 2), rest,
                 _("What the last call did"), lookup_text (drawing), &drawing->model->story,
                 _("Nothing in this address space."));
}

/* --- the kernel's half --- */

/* The second column. Below it there is as much room as beside it. */
static void
draw_kernel (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  if (drawing->kernel.w == 0)
    return;
  pwk_pen_text (
      pen, pwk_box (drawing->kernel.x, drawing->kernel.y - line - 3, drawing->kernel.w, line),
      PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, _("the kernel’s half"));
  pwk_kernel_space_draw (pen, &drawing->model->kernel, drawing->model->format, drawing->kernel);
}

/* Where no process has an address space there is the kernel's all the same. */
static void
finish_without_process (const Drawing *drawing, PwkSheet *sheet)
{
  const PwkAddressSpaceModel *model = drawing->model;
  double width = fmin (floor (sheet->body.w * 0.6), WHOLE_KERNEL_WIDTH);

  pwk_sheet_head (sheet, _("Address space"), model->kernel.n > 0 ? _("the kernel’s half") : NULL);
  if (model->kernel.n > 0)
    pwk_kernel_space_draw (&drawing->pen, &model->kernel, model->format,
                           pwk_cut_left (&sheet->body, width, PWK_GAP));
  pwk_sheet_finish_empty (sheet, _("No process has an address space yet. A statement such as "
                                   "“process(A)” makes one."));
}

/* --- the picture --- */

static void
place (Drawing *drawing, PwkBox rest)
{
  const PwkPen *pen = &drawing->pen;
  double side = CLAMP (floor (rest.w * 0.27), 176, 340);
  double gutter = pwk_pen_width (pen, PWK_FONT_MONO_SMALL,
                                 pwk_pen_address (pen, drawing->model->mm.task_size)) +
                  4;
  double tree = fmin (drawing->model->max_depth * TREE_STEP_MAX + NODE + 6, rest.w * 0.24);

  drawing->side = pwk_cut_right (&rest, side, PWK_GAP);
  if (drawing->model->kernel.n > 0 && rest.w > KERNEL_FROM)
    drawing->kernel = pwk_cut_right (&rest, KERNEL_WIDTH, PWK_GAP);
  drawing->gutter = pwk_cut_left (&rest, gutter, 6);
  drawing->tree = pwk_cut_right (&rest, fmax (tree, 44), 2);
  drawing->list = pwk_cut_right (
      &rest,
      fmax (LIST_WIDTH,
            pwk_pen_width (pen, PWK_FONT_SMALL, C_("data structure", "list")) + PWK_GAP),
      2);
  drawing->column = rest;
  drawing->tree_step = drawing->model->max_depth > 0
                           ? CLAMP ((drawing->tree.w - NODE - 6) / drawing->model->max_depth,
                                    TREE_STEP_MIN, TREE_STEP_MAX)
                           : 0;
}

static void
draw (Drawing *drawing, PwkBox rest)
{
  const PwkAddressSpaceModel *model = drawing->model;

  pwk_cut_top (&rest, pwk_pen_line (&drawing->pen, PWK_FONT_SMALL), 4);
  place (drawing, rest);
  drawing->stretch =
      CLAMP (drawing->column.h / fmax (natural_height (drawing), 1), 1.0, MAX_STRETCH);
  drawing->y = g_new (double, model->n_rows + 1);
  drawing->h = g_new (double, model->n_rows + 1);
  place_rows (drawing);
  draw_column (drawing);
  draw_index (drawing);
  draw_kernel (drawing);
  draw_side (drawing);
  g_free (drawing->y);
  g_free (drawing->h);
}

/* @entries: the legend's, which stands at the foot. */
static PwkSheet
new_sheet (const Drawing *drawing, const PwkLegendEntry *entries, unsigned n_entries)
{
  const PwkPen *pen = &drawing->pen;
  double width = pwk_view_room (pen->params, 600, 0).w - 2 * PWK_MARGIN;
  double height = natural_height (drawing) + 2 * PWK_MARGIN + pwk_pen_line (pen, PWK_FONT_TITLE) +
                  6 + pwk_pen_line (pen, PWK_FONT_SMALL) + 4 + PWK_GAP +
                  pwk_pen_legend_height (pen, width, entries, n_entries);

  if (drawing->model->task == 0)
    {
      height = pwk_kernel_space_height (pen, &drawing->model->kernel);
      height += height > 0 ? 2 * PWK_MARGIN + pwk_pen_line (pen, PWK_FONT_TITLE) + 6 : 0;
    }
  return pwk_sheet_new (pen, pwk_view_room (pen->params, 600, height));
}

void
pwk_address_space_layout (PwkScene *scene,
                          gconstpointer data,
                          const PwkTheme *theme,
                          const PwkViewParams *params)
{
  const PwkAddressSpaceModel *model = data;
  Drawing drawing = { .pen = { scene, theme, params }, .model = model };
  const PwkPen *pen = &drawing.pen;
  PwkLegendEntry entries[PWK_N_RESIDENCIES + 2];
  unsigned n_entries = legend_entries (model, entries);
  const char *regions;
  PwkSheet sheet;

  for (uint32_t i = 0; i < model->n_moves; i++)
    pwk_scene_add_move (scene, model->moves[i].from_id, model->moves[i].into_id);
  drawing.compact = pwk_pen_density (pen) != PWK_DENSITY_FULL;
  drawing.region =
      pwk_pen_line (pen, PWK_FONT_NORMAL) + (drawing.compact ? 6 + STRIP_LOW : 11 + STRIP_HEIGHT);
  drawing.mark = pwk_pen_line (pen, PWK_FONT_SMALL) + 3;
  drawing.gap = pwk_pen_line (pen, PWK_FONT_SMALL) + (drawing.compact ? 5 : 7);
  sheet = new_sheet (&drawing, entries, n_entries);
  if (model->exited.n != 0)
    {
      pwk_sheet_finish_exited (&sheet, _("Address space"), &model->exited);
      return;
    }
  if (model->task == 0)
    {
      finish_without_process (&drawing, &sheet);
      return;
    }

  regions = pwk_pen_printf (pen, ngettext ("%u region", "%u regions", model->n_regions),
                            model->n_regions);
  pwk_sheet_head (&sheet, _("Address space"),
                  pwk_pen_printf (pen, "%s · %s", model->title, regions));
  pwk_sheet_legend_below (&sheet, entries, n_entries, PWK_GAP);
  draw (&drawing, sheet.body);
  pwk_sheet_finish (
      &sheet, 0,
      pwk_pen_printf (pen,
                      ngettext ("The address space of %s has %u region.",
                                "The address space of %s has %u regions.", model->n_regions),
                      model->title, model->n_regions));
}

char *
pwk_address_space_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkAddressSpaceModel *model = data;
  GString *text;

  if (model->exited.n != 0)
    return pwk_exited_say (&model->exited);
  text = g_string_new (NULL);
  if (model->task == 0)
    {
      if (model->kernel.n > 0)
        pwk_kernel_space_append (&model->kernel, model->format, text);
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (text, "%s\tmap_count %u\ttotal_vm %llu\tlocked_vm %llu\n", model->title,
                          model->mm.map_count, PWK_N (model->mm.total_vm),
                          PWK_N (model->mm.locked_vm));
  g_string_append (text, "start\tend\tperms\tpages\tpgoff\tpresent\tdepth\tcolour\tname\n");
  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      const PwkSpaceRow *row = &model->rows[i];
      uint64_t pages = (row->end - row->start) >> PWK_PAGE_SHIFT;
      char perms[5];

      if (row->vma == 0)
        continue;
      pwk_words_perms (row->vm_flags, perms);
      g_string_append_printf (
          text, "0x%llx\t0x%llx\t%s\t%llu\t%llu\t%llu\t%d\t%s\t%s%s\n", PWK_N (row->start),
          PWK_N (row->end), perms, PWK_N (pages), PWK_N (row->pgoff),
          PWK_N (pages - row->counts[PWK_RESIDENT_NONE] - row->counts[PWK_RESIDENT_CACHED] -
                 row->counts[PWK_RESIDENT_SWAP] - row->counts[PWK_RESIDENT_SWAP_CACHED] -
                 row->counts[PWK_RESIDENT_MOVING]),
          row->rb_depth, row->rb_red ? "red" : "black", row->title,
          row->assumed ? "\tassumed" : "");
    }

  return g_string_free (text, FALSE);
}
