/* view-pieces.c - panels, legends, gauges, chips and axes out of scene items
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/view-common.h"

#include <stdarg.h>
#include <string.h>

#define SWATCH     12.0
#define LEGEND_GAP 14.0

const char *
pwk_pen_take (const PwkPen *pen, char *text)
{
  const char *kept = pwk_scene_intern (pen->scene, text);

  g_free (text);
  return kept;
}

const char *
pwk_pen_printf (const PwkPen *pen, const char *format, ...)
{
  va_list args;
  char *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  return pwk_pen_take (pen, text);
}

const char *
pwk_pen_pages (const PwkPen *pen, uint64_t pages)
{
  return pwk_pen_take (pen, pwk_format_pages (pen->params, pages));
}

const char *
pwk_pen_short (const PwkPen *pen, uint64_t pages)
{
  return pwk_pen_take (pen, pwk_format_pages_short (pen->params, pages));
}

const char *
pwk_pen_count (const PwkPen *pen, uint64_t count)
{
  return pwk_pen_take (pen, pwk_format_count (count));
}

const char *
pwk_pen_address (const PwkPen *pen, uint64_t address)
{
  return pwk_pen_take (pen, pwk_format_address (pen->params, address));
}

/* Frames lie in blocks and pageblocks; a block's id has its first pfn and its order. */
bool
pwk_pen_selects (const PwkPen *pen, uint64_t id)
{
  uint64_t selection = pen->params->selection;

  if (id == 0 || selection == 0)
    return false;
  if (selection == id)
    return true;

  if (pwk_id_thing (selection) == PWK_THING_PFN && pwk_id_thing (id) == PWK_THING_BLOCK)
    {
      const PwkThingParts block = pwk_thing_parts (id);

      return pwk_id_number (selection) - block.pfn < pwk_order_pages (block.order);
    }

  return false;
}

void
pwk_pen_thing (const PwkPen *pen, PwkItem *item, const char *format, ...)
{
  g_autofree char *label = NULL;
  va_list args;

  va_start (args, format);
  label = g_strdup_vprintf (format, args);
  va_end (args);

  item->label = pwk_scene_intern (pen->scene, label);
  item->flags |= PWK_FLAGS_THING;
  if (pwk_pen_selects (pen, item->id))
    item->flags |= PWK_FLAG_SELECTED;
}

double
pwk_pen_width (const PwkPen *pen, PwkFont font, const char *text)
{
  return ceil (pwk_text_width (pen->theme, font, text));
}

double
pwk_pen_line (const PwkPen *pen, PwkFont font)
{
  return ceil (pwk_text_line_height (pen->theme, font));
}

PwkItem *
pwk_pen_text (const PwkPen *pen,
              PwkBox box,
              PwkFont font,
              PwkRole role,
              PwkAlign align,
              const char *text)
{
  PwkItem *item = pwk_scene_add_text (pen->scene, 0, box, font, text);

  item->text_role = (uint8_t) role;
  item->halign = (uint8_t) align;
  if (box.w > 0 && pwk_text_width (pen->theme, font, text) > box.w)
    item->label = item->text;
  return item;
}

PwkItem *
pwk_pen_text_on (const PwkPen *pen,
                 PwkBox box,
                 PwkFont font,
                 PwkRole fill,
                 PwkAlign align,
                 const char *text)
{
  PwkItem *item = pwk_pen_text (pen, box, font, PWK_ROLE_NONE, align, text);

  item->fill = (uint8_t) fill;
  return item;
}

/* As many characters from the start of @text as fit into @lines lines of @width, with an
 * ellipsis; Pango breaks the lines. */
static char *
cut_to_lines (const PwkPen *pen, PwkFont font, const char *text, double width, double height)
{
  long low = 0;
  long high = g_utf8_strlen (text, -1);

  while (low + 1 < high)
    {
      long middle = (low + high) / 2;
      g_autofree char *head = g_utf8_substring (text, 0, middle);
      g_autofree char *attempt = g_strconcat (g_strchomp (head), "…", NULL);
      double used;

      pwk_text_size (pen->theme, font, attempt, width, NULL, &used);
      if (used <= height)
        low = middle;
      else
        high = middle;
    }

  return low > 0 ? g_strconcat (g_strchomp (g_utf8_substring (text, 0, low)), "…", NULL)
                 : g_strdup ("");
}

double
pwk_pen_paragraph (const PwkPen *pen, PwkBox box, PwkFont font, PwkRole role, const char *text)
{
  g_autofree char *cut = NULL;
  double height;
  PwkItem *item;

  if (text == NULL || text[0] == '\0' || box.w < 24 || box.h < pwk_pen_line (pen, font))
    return 0;

  pwk_text_size (pen->theme, font, text, box.w, NULL, &height);
  if (height > box.h)
    {
      cut = cut_to_lines (pen, font, text, box.w, box.h);
      pwk_text_size (pen->theme, font, cut, box.w, NULL, &height);
    }

  height = ceil (height);
  item = pwk_pen_text (pen, pwk_box (box.x, box.y, box.w, height), font, role, PWK_ALIGN_START,
                       cut != NULL ? cut : text);
  item->flags |= PWK_FLAG_WRAP;
  item->valign = PWK_ALIGN_START;
  return height;
}

void
pwk_pen_key_value (const PwkPen *pen, PwkBox box, const char *key, const char *value)
{
  double value_width = fmin (pwk_pen_width (pen, PWK_FONT_NORMAL, value) + 1, box.w);
  double key_width = box.w - value_width - PWK_GAP;

  if (key_width > 20)
    pwk_pen_text (pen, pwk_box (box.x, box.y, key_width, box.h), PWK_FONT_NORMAL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, key);
  pwk_pen_text (pen, pwk_box (box.x + box.w - value_width, box.y, value_width, box.h),
                PWK_FONT_NORMAL, PWK_ROLE_TEXT, PWK_ALIGN_END, value);
}

void
pwk_pen_empty (const PwkPen *pen, PwkBox box, const char *text)
{
  double width = fmin (box.w - 2 * PWK_PADDING, 420);
  double height;
  PwkItem *item;

  if (width < 40)
    return;

  pwk_text_size (pen->theme, PWK_FONT_NORMAL, text, width, NULL, &height);
  if (height > box.h)
    return;
  item = pwk_pen_text (
      pen,
      pwk_box (box.x + (box.w - width) / 2, box.y + (box.h - height) / 2, width, ceil (height)),
      PWK_FONT_NORMAL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, text);
  item->flags |= PWK_FLAG_WRAP;
}

PwkBox
pwk_pen_panel (const PwkPen *pen, uint64_t id, PwkBox box, const char *title, const char *remark)
{
  PwkBox inside = pwk_box_inset (box, PWK_PADDING, PWK_PADDING - 2);
  PwkBox line;

  pwk_scene_add_panel (pen->scene, id, box);
  if (title == NULL)
    return inside;

  line = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_HEADING), 6);
  if (remark != NULL && remark[0] != '\0')
    {
      double room = line.w - pwk_pen_width (pen, PWK_FONT_HEADING, title) - 2 * PWK_GAP;
      double width = fmin (pwk_pen_width (pen, PWK_FONT_SMALL, remark) + 1, room);

      if (width >= 40)
        pwk_pen_text (pen, pwk_cut_right (&line, width, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                      PWK_ALIGN_END, remark);
    }
  pwk_pen_text (pen, line, PWK_FONT_HEADING, PWK_ROLE_TEXT, PWK_ALIGN_START, title);
  return inside;
}

void
pwk_pen_facts (const PwkPen *pen,
               uint64_t id,
               PwkBox *rest,
               const char *title,
               const char *remark,
               const PwkFact *facts,
               unsigned n_facts)
{
  double line = pwk_pen_line (pen, PWK_FONT_NORMAL) + 1;
  double height = line * n_facts + pwk_pen_line (pen, PWK_FONT_HEADING) + 6 + 2 * (PWK_PADDING - 2);
  PwkBox inside =
      pwk_pen_panel (pen, id, pwk_cut_top (rest, fmin (height, rest->h), PWK_GAP), title, remark);

  for (unsigned i = 0; i < n_facts && inside.h >= line; i++)
    pwk_pen_key_value (pen, pwk_cut_top (&inside, line, 0), facts[i].key, facts[i].value);
}

PwkBox
pwk_pen_card (const PwkPen *pen,
              uint64_t id,
              PwkBox box,
              PwkBox inside,
              double title_height,
              double gap,
              const char *title,
              const char *remark)
{
  PwkBox head = pwk_cut_top (&inside, title_height, gap);
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, remark) + 1;

  pwk_pen_thing (pen, pwk_scene_add_panel (pen->scene, id, box), "%s: %s", title, remark);
  pwk_scene_push_parent (pen->scene, id);
  if (width + pwk_pen_width (pen, PWK_FONT_BOLD, title) + PWK_GAP < head.w)
    pwk_pen_text (pen, pwk_cut_right (&head, width, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, remark);
  pwk_pen_text (pen, head, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START, title);
  return inside;
}

void
pwk_pen_title (const PwkPen *pen, PwkBox *rest, const char *title, const char *remark)
{
  PwkBox line = pwk_cut_top (rest, pwk_pen_line (pen, PWK_FONT_TITLE), 6);
  double title_width;

  line.w = fmax (line.w - pen->params->covered, 0);
  title_width = fmin (pwk_pen_width (pen, PWK_FONT_TITLE, title) + 1, line.w);
  pwk_pen_text (pen, pwk_cut_left (&line, title_width, 2 * PWK_GAP), PWK_FONT_TITLE, PWK_ROLE_TEXT,
                PWK_ALIGN_START, title);
  if (remark != NULL && remark[0] != '\0' && line.w > 60)
    pwk_pen_text (pen, pwk_box (line.x, line.y + 2, line.w, line.h - 2), PWK_FONT_NORMAL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, remark);
}

PwkItem *
pwk_pen_chip (const PwkPen *pen,
              uint64_t id,
              double x,
              double y,
              double height,
              double max_width,
              PwkRole fill,
              PwkFont font,
              const char *text)
{
  double padding = 7;
  double width = fmin (pwk_pen_width (pen, font, text) + 2 * padding, max_width);
  PwkItem *item;

  if (width < 4 * padding)
    {
      if (max_width < width || pwk_pen_width (pen, font, text) + 2 * padding > max_width)
        return NULL;
    }

  item = pwk_scene_add_rounded (pen->scene, id, pwk_box (x, y, width, height), fill, 4.0);
  item->text = pwk_scene_intern (pen->scene, text);
  item->font = (uint8_t) font;
  item->padding = (float) (padding - 1);
  if (fill == PWK_ROLE_PANEL || fill == PWK_ROLE_PANEL_ALT || fill == PWK_ROLE_CANVAS)
    item->stroke = PWK_ROLE_OUTLINE;
  return item;
}

PwkItem *
pwk_pen_gauge (const PwkPen *pen, uint64_t id, PwkBox box, double value, double max, PwkRole fill)
{
  double share = max > 0 ? CLAMP (value / max, 0.0, 1.0) : 0.0;
  PwkItem *track = pwk_scene_add_rounded (pen->scene, 0, box, PWK_ROLE_PANEL_ALT, 3.0);

  track->stroke = PWK_ROLE_OUTLINE;
  return pwk_scene_add_rounded (pen->scene, id, pwk_box (box.x, box.y, box.w * share, box.h), fill,
                                3.0);
}

PwkItem *
pwk_pen_arrow (const PwkPen *pen,
               uint64_t id,
               double x0,
               double y0,
               double x1,
               double y1,
               PwkRole role)
{
  const PwkPoint points[] = { { x0, y0 }, { x1, y1 } };

  return pwk_scene_add_arrow (pen->scene, id, points, 2, role);
}

/* --- legends --- */

typedef struct
{
  double x, y; /* of the entry */
  double width;
} LegendPlace;

/* Where entry @index goes after @at; lines are as high as the small font. */
static LegendPlace
legend_next (const PwkPen *pen,
             LegendPlace at,
             double width,
             const PwkLegendEntry *entry,
             bool first)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL) + 4;
  double needed = SWATCH + 5 + pwk_pen_width (pen, PWK_FONT_SMALL, entry->text) + 1;
  LegendPlace next = { first ? 0 : at.x + at.width + LEGEND_GAP, at.y, fmin (needed, width) };

  if (!first && next.x + needed > width)
    next = (LegendPlace){ 0, at.y + line, fmin (needed, width) };

  return next;
}

double
pwk_pen_legend_height (const PwkPen *pen,
                       double width,
                       const PwkLegendEntry *entries,
                       unsigned n_entries)
{
  LegendPlace place = { 0 };

  for (unsigned i = 0; i < n_entries; i++)
    place = legend_next (pen, place, width, &entries[i], i == 0);

  return n_entries > 0 ? place.y + pwk_pen_line (pen, PWK_FONT_SMALL) + 4 : 0;
}

static void
draw_legend_mark (const PwkPen *pen, const PwkLegendEntry *entry, PwkBox box)
{
  double middle = box.y + box.h / 2;
  PwkItem *item;

  switch (entry->kind)
    {
    case PWK_LEGEND_LINE:
    case PWK_LEGEND_DASHES:
      item = pwk_scene_add_line (pen->scene, 0, box.x, middle, box.x + box.w, middle, entry->role);
      item->line_width = 2.0f;
      if (entry->kind == PWK_LEGEND_DASHES)
        item->flags |= PWK_FLAG_DASHED;
      break;
    case PWK_LEGEND_FRAME:
    case PWK_LEGEND_DASHED_FRAME:
      item = pwk_scene_add_rounded (pen->scene, 0, box, PWK_ROLE_NONE, 2.0);
      item->stroke = (uint8_t) entry->role;
      item->line_width = 2.0f;
      if (entry->kind == PWK_LEGEND_DASHED_FRAME)
        item->flags |= PWK_FLAG_DASHED;
      break;
    case PWK_LEGEND_SWATCH:
    default:
      pwk_scene_add_rounded (pen->scene, 0, box, entry->role, 2.0);
      break;
    }
}

double
pwk_pen_legend (const PwkPen *pen, PwkBox box, const PwkLegendEntry *entries, unsigned n_entries)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL) + 4;
  LegendPlace place = { 0 };
  double used = 0;

  for (unsigned i = 0; i < n_entries; i++)
    {
      place = legend_next (pen, place, box.w, &entries[i], i == 0);
      if (place.y + line > box.h + 0.5)
        break;
      draw_legend_mark (
          pen, &entries[i],
          pwk_box (box.x + place.x, box.y + place.y + (line - SWATCH) / 2, SWATCH, SWATCH));
      pwk_pen_text (
          pen,
          pwk_box (box.x + place.x + SWATCH + 5, box.y + place.y, place.width - SWATCH - 5, line),
          PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, entries[i].text);
      used = place.y + line;
    }

  return used;
}

unsigned
pwk_use_legend (PwkLegendEntry entries[PWK_N_USE_ENTRIES])
{
  const PwkLegendEntry uses[PWK_N_USE_ENTRIES] = {
    { PWK_ROLE_FREE (6), C_("legend", "free"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_ANON, C_("legend", "anonymous"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FILE, C_("legend", "file"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_KERNEL, C_("legend", "kernel"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_PAGE_TABLE, C_("legend", "page table"), PWK_LEGEND_SWATCH },
  };

  memcpy (entries, uses, sizeof uses);
  return PWK_N_USE_ENTRIES;
}

/* --- steps of scales --- */

uint64_t
pwk_nice_step (uint64_t range, unsigned max_ticks, bool binary)
{
  uint64_t step = 1;
  unsigned n = MAX (max_ticks, 1);

  if (binary)
    {
      while (range / step > n && step < (uint64_t) 1 << 62)
        step <<= 1;
      return step;
    }

  for (uint64_t ten = 1; ten <= UINT64_MAX / 10; ten *= 10)
    for (unsigned factor = 1; factor <= 5; factor = factor * 2 + (factor == 2))
      {
        step = ten * factor;
        if (range / step <= n)
          return step;
      }

  return step;
}

PwkItem *
pwk_pen_passing (const PwkPen *pen,
                 uint64_t id,
                 uint64_t from,
                 PwkBox box,
                 PwkRole role,
                 const char *text)
{
  PwkItem *item = pwk_scene_add_rounded (pen->scene, id, box, role, 5);

  item->from_id = from;
  item->flags |= PWK_FLAG_PASSING;
  item->opacity = 0;
  item->pattern = PWK_PATTERN_NONE;
  item->text = text;
  item->font = PWK_FONT_MONO_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
  return item;
}
