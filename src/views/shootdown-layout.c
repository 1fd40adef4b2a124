/* shootdown-layout.c - a TLB shootdown as a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/shootdown-layout.h"

#include "scene/blend.h"
#include "views/route.h"
#include "views/sheet.h"
#include "views/words.h"

/*      ( CPU 0     )   ( pte 499  old → new )   ( CPU 1     )
 *      ( sets      )                            ( sets      )
 *      (           )--------[ IPI ]------------>(           )
 *      (           )<-------[ done ]------------(           )
 *
 *      ( CPU 0  [set_pte][tlb_shootdown][ waits …      ][invlpg] )
 *      ( CPU 1                     +-->[invlpg][tlb_flush]--+    )
 */
#define GUTTER     32.0
#define CHIP_H     24.0
#define WAY_H      24.0
#define COLUMN     92.0 /* of the lanes, at least */
#define COLUMN_MAX 128.0
#define MAX_LANES  4
#define SENT_MS    240
#define DONE_MS    320

enum
{
  PART_BIN = 0x60, /* where an entry goes that is dropped; of each of the two cpus */
  PART_IPI = 0x64,
  PART_DONE,
  PART_ENTRY,
  PART_OLD,
  PART_NEW,
  PART_STEP = 0x200,
};

#define PART(n) PWK_ID_RULE (PWK_VIEW_TLB, n)

static bool
is_now (const PwkShootdown *shootdown, uint16_t kind, unsigned cpu)
{
  const PwkShootdownStep *last = &shootdown->steps[shootdown->n_steps - 1];

  return shootdown->now && shootdown->kind == kind && last->cpu == cpu;
}

/* --- the two cpus --- */

/* Its slots, and what lies in them: an entry that is dropped falls out of its own. */
static void
draw_set (const PwkPen *pen,
          const PwkShootdownCpu *cpu,
          const PwkShootdownSet *set,
          PwkBox box,
          uint64_t bin)
{
  double gap = set->n_ways > 8 ? 3 : 8, width = (box.w + gap) / set->n_ways - gap;

  for (unsigned i = 0; i < set->n_ways; i++)
    {
      const PwkTlbWay *way = &set->ways[i];
      PwkBox place = pwk_box (box.x + i * (width + gap), box.y, width, box.h);
      const char *full = pwk_pen_address (pen, way->vpn);
      const char *brief = pwk_pen_printf (pen, "…%03llx", PWK_N (way->vpn & 0xfff));
      PwkItem *item = pwk_scene_add_rect (
          pen->scene, PWK_ID_TLB_WAY (cpu->cpu, set->id, set->set, i), place, PWK_ROLE_NONE);

      item->stroke = PWK_ROLE_OUTLINE;
      item->flags |= PWK_FLAG_DASHED;
      if (!way->valid)
        {
          item->text = width >= 24 ? "—" : NULL;
          item->text_role = PWK_ROLE_TEXT_DIM;
          item->font = PWK_FONT_SMALL;
          item->halign = PWK_ALIGN_CENTRE;
          item->padding = 0;
          pwk_pen_label (pen, item, _("Way %u: empty"), i);
          continue;
        }
      item = pwk_scene_add_rounded (pen->scene, PWK_ID_TLB_WAY (cpu->cpu, set->id, set->set, i),
                                    place, PWK_ROLE_PANEL_ALT, 4);
      item->stroke = set->stale[i] ? PWK_ROLE_ERROR : PWK_ROLE_OUTLINE;
      item->line_width = set->stale[i] ? 2.5f : 1.0f;
      item->into_id = bin;
      item->font = PWK_FONT_MONO_SMALL;
      item->halign = PWK_ALIGN_CENTRE;
      item->padding = 0;
      item->text = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, full) + 6 <= width    ? full
                   : pwk_pen_width (pen, PWK_FONT_MONO_SMALL, brief) + 4 <= width ? brief
                                                                                  : NULL;
      pwk_pen_thing (pen, item, _("Way %u: page number %s → pfn %llu"), i, full, PWK_N (way->pfn));
    }
}

static const char *
deed_text (const PwkPen *pen, const PwkShootdownCpu *cpu, PwkRole *role)
{
  unsigned n_stale = 0;

  for (unsigned i = 0; i < G_N_ELEMENTS (cpu->sets); i++)
    for (unsigned way = 0; way < cpu->sets[i].n_ways; way++)
      n_stale += cpu->sets[i].stale[way];
  *role = PWK_ROLE_TEXT;
  if (cpu->done && cpu->dropped == 0)
    return _("held nothing of it");
  if (cpu->done)
    return pwk_pen_printf (pen, ngettext ("%u entry dropped", "%u entries dropped", cpu->dropped),
                           cpu->dropped);
  if (n_stale == 0)
    return _("not flushed yet");
  *role = PWK_ROLE_ERROR;
  return pwk_pen_printf (pen, ngettext ("%u stale entry", "%u stale entries", n_stale), n_stale);
}

/* What is to be forgotten. */
static const char *
range_text (const PwkPen *pen, const PwkShootdown *shootdown)
{
  uint64_t pages = (shootdown->end - shootdown->start) >> PWK_PAGE_SHIFT;

  if (shootdown->end == PWK_SHOOTDOWN_ALL)
    return _("all of the address space");
  if (pages == 1)
    return pwk_pen_printf (pen, _("page number %s"),
                           pwk_pen_address (pen, shootdown->start >> PWK_PAGE_SHIFT));
  return pwk_pen_printf (pen, ngettext ("%llu page from %s on", "%llu pages from %s on", pages),
                         PWK_N (pages), pwk_pen_address (pen, shootdown->start));
}

static void
draw_cpu (const PwkPen *pen, const PwkShootdown *shootdown, const PwkShootdownCpu *cpu, PwkBox box)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  uint64_t bin = PART (PART_BIN + (cpu == &shootdown->to));
  PwkBox inside = pwk_pen_panel (pen, PWK_ID (PWK_THING_CPU, cpu->cpu), box,
                                 pwk_pen_printf (pen, "CPU %u", cpu->cpu), cpu->running);
  const char *text;
  PwkRole role;

  pwk_scene_add_rect (pen->scene, bin,
                      pwk_box (inside.x + inside.w / 2 - 20, box.y + box.h - 8, 40, 6),
                      PWK_ROLE_NONE);
  for (unsigned i = 0; i < G_N_ELEMENTS (cpu->sets); i++)
    {
      const PwkShootdownSet *set = &cpu->sets[i];

      if (set->n_ways == 0 || inside.h < 2 * line + WAY_H)
        continue;
      pwk_pen_text (pen, pwk_cut_top (&inside, line, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_START,
                    /* Translators: a TLB by its name, and a set of it. */
                    pwk_pen_printf (pen, _("%s set %u"), pwk_words_tlb (set->id), set->set));
      draw_set (pen, cpu, set, pwk_cut_top (&inside, WAY_H, 12), bin);
    }
  if (inside.h >= line + pwk_pen_line (pen, PWK_FONT_BOLD) + 4)
    pwk_pen_text (pen, pwk_cut_top (&inside, line, 4), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, range_text (pen, shootdown));
  text = deed_text (pen, cpu, &role);
  if (inside.h >= pwk_pen_line (pen, PWK_FONT_BOLD))
    pwk_pen_text (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_BOLD), 0), PWK_FONT_BOLD,
                  role, PWK_ALIGN_START, text);
}

/* --- the entry that was changed --- */

static const char *
rights_text (PwkPte entry)
{
  if (!pwk_pte_present (entry))
    return _("not present");
  return pwk_pte_write (entry) ? _("writable") : _("read only");
}

static void
draw_state (const PwkPen *pen, uint64_t id, PwkPte entry, bool fresh, PwkBox box)
{
  const char *text = pwk_pte_none (entry)
                         ? C_("page walk", "empty")
                         : pwk_pen_printf (pen, "pfn %llu", PWK_N (pwk_pte_pfn (entry)));
  PwkItem *chip =
      pwk_pen_chip (pen, id, box.x, box.y, CHIP_H, box.w,
                    fresh ? PWK_ROLE_PAGE_TABLE : PWK_ROLE_PANEL_ALT, PWK_FONT_SMALL, text);

  if (chip != NULL)
    chip->pattern = PWK_PATTERN_NONE;
  box.y += CHIP_H + 4;
  box.h = pwk_pen_line (pen, PWK_FONT_SMALL);
  pwk_pen_text (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, rights_text (entry));
}

/* Returns its height. */
static double
draw_change (const PwkPen *pen, const PwkShootdown *shootdown, PwkBox box)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  uint32_t more = shootdown->n_changed - 1;
  double half = (box.w - 2 * PWK_PADDING - 40) / 2;
  PwkBox inside;

  if (shootdown->n_changed == 0)
    return 0;
  box.h = pwk_pen_line (pen, PWK_FONT_HEADING) + 6 + 2 * PWK_PADDING + CHIP_H + line +
          (more > 0 ? line + 4 : 0);
  inside = pwk_pen_panel (
      pen, PART (PART_ENTRY), box,
      pwk_pen_printf (pen, "%s %u", pwk_level_name (shootdown->level), shootdown->index),
      pwk_pen_printf (pen, _("table pfn %llu"), PWK_N (shootdown->table)));
  if (more > 0)
    pwk_pen_text (
        pen, pwk_cut_bottom (&inside, line, 4), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
        pwk_pen_printf (pen, _("the first of %u entries"), more + 1));
  draw_state (pen, PART (PART_OLD), shootdown->old, false,
              pwk_box (inside.x, inside.y, half, inside.h));
  pwk_pen_arrow (pen, 0, inside.x + half + 6, inside.y + CHIP_H / 2, inside.x + half + 32,
                 inside.y + CHIP_H / 2, PWK_ROLE_TEXT_DIM);
  draw_state (pen, PART (PART_NEW), shootdown->new, true,
              pwk_box (inside.x + half + 40, inside.y, half, inside.h));
  return box.h;
}

/* --- the messages --- */

/* From card to card at one height: the chip comes out of the card of who sends it. */
static void
draw_message (const PwkPen *pen,
              uint64_t id,
              double from,
              double to,
              double y,
              const char *text,
              bool now,
              unsigned ms)
{
  double middle = (from + to) / 2, most = fabs (to - from) - 40, width;
  PwkItem *chip = pwk_pen_chip (pen, id, middle, y - CHIP_H / 2, CHIP_H, most, PWK_ROLE_PANEL,
                                PWK_FONT_SMALL, text);
  PwkRole role = now ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE;
  double way = now ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS, side = to > from ? 1 : -1;

  if (chip == NULL)
    return;
  width = chip->box.w;
  chip->box.x = middle - width / 2;
  chip->stroke = role;
  chip->line_width = (float) way;
  chip->from_id = id;
  pwk_item_set_time (chip, 0, ms, PWK_FULL_MOTION_MS);
  if (now)
    {
      chip->flags |= PWK_FLAG_FLASH;
      chip->glow = 1.0f;
    }
  pwk_scene_add_rect (pen->scene, id,
                      pwk_box (side > 0 ? from : from - 20, y - CHIP_H / 2, 20, CHIP_H),
                      PWK_ROLE_NONE);
  pwk_scene_add_line (pen->scene, 0, from, y, middle - side * (width / 2 + 3), y, role)
      ->line_width = (float) way;
  pwk_pen_arrow (pen, 0, middle + side * (width / 2 + 3), y, to - side, y, role)->line_width =
      (float) way;
}

static void
draw_messages (const PwkPen *pen,
               const PwkShootdown *shootdown,
               double left,
               double right,
               double y)
{
  bool one = shootdown->end - shootdown->start <= PWK_PAGE_SIZE;

  draw_message (pen, PART (PART_IPI), left, right, y,
                one ? _("IPI: forget this page") : _("IPI: forget these pages"),
                is_now (shootdown, PWK_EV_TLB_SHOOTDOWN, shootdown->from.cpu), SENT_MS);
  if (shootdown->to.done)
    draw_message (pen, PART (PART_DONE), right, left, y + 2 * CHIP_H, _("done, go on"),
                  is_now (shootdown, PWK_EV_TLB_FLUSH, shootdown->to.cpu), DONE_MS);
}

/* --- the lanes --- */

typedef struct
{
  unsigned cpus[MAX_LANES], n;
  double x, column, y, row;
  uint32_t first, n_columns; /* the oldest step that has room */
} Lanes;

static int
lane_of (const Lanes *lanes, unsigned cpu)
{
  for (unsigned i = 0; i < lanes->n; i++)
    if (lanes->cpus[i] == cpu)
      return (int) i;
  return -1;
}

static void
find_lanes (Lanes *lanes, const PwkShootdown *shootdown)
{
  lanes->cpus[lanes->n++] = shootdown->from.cpu;
  lanes->cpus[lanes->n++] = shootdown->to.cpu;
  for (uint32_t i = shootdown->n_steps; i-- > 0;)
    if (lanes->n < MAX_LANES && lane_of (lanes, shootdown->steps[i].cpu) < 0)
      lanes->cpus[lanes->n++] = shootdown->steps[i].cpu;
}

static PwkBox
step_box (const Lanes *lanes, uint32_t column, int lane)
{
  return pwk_box (lanes->x + column * lanes->column, lanes->y + lane * lanes->row + 4,
                  lanes->column - 8, lanes->row - 12);
}

static void
draw_step (const PwkPen *pen, const PwkShootdown *shootdown, uint32_t i, PwkBox box)
{
  const PwkShootdownStep *step = &shootdown->steps[i];
  const char *name = pwk_event_info ((PwkEventKind) step->kind)->name;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  bool now = shootdown->now && i + 1 == shootdown->n_steps;
  PwkRole fill = now ? PWK_ROLE_FLASH : PWK_ROLE_PANEL_ALT;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_EVENT, step->n), box, fill, 4);
  PwkBox text = pwk_box (box.x + 3, box.y + (box.h - 2 * line) / 2, box.w - 6, line);

  if (!now)
    item->stroke = PWK_ROLE_OUTLINE;
  if (step->count > 1)
    name = pwk_pen_printf (pen, "%s ×%u", name, step->count);
  pwk_pen_thing (pen, item, _("CPU %u, event %llu: %s"), step->cpu, PWK_N (step->n), name);
  pwk_pen_text_on (pen, text, PWK_FONT_SMALL, fill, PWK_ALIGN_CENTRE, name);
  text.y += line;
  pwk_pen_text_on (pen, text, PWK_FONT_SMALL, fill, PWK_ALIGN_CENTRE,
                   pwk_pen_printf (pen, "%llu", PWK_N (step->n)));
}

/* A box of what has not happened: nothing is done there, or not yet. */
static void
draw_nothing (const PwkPen *pen, PwkBox box, const char *text)
{
  PwkItem *item = pwk_scene_add_rounded (pen->scene, 0, box, PWK_ROLE_NONE, 4);

  item->stroke = PWK_ROLE_OUTLINE;
  item->flags |= PWK_FLAG_DASHED;
  pwk_pen_text (pen, pwk_box_inset (box, 4, (box.h - pwk_pen_line (pen, PWK_FONT_SMALL)) / 2),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, text);
}

/* Who asks does nothing until the last of the others has answered. */
static void
draw_wait (const PwkPen *pen, const PwkShootdown *shootdown, const Lanes *lanes)
{
  uint32_t from = UINT32_MAX, to = lanes->n_columns;
  PwkBox box;

  for (uint32_t i = lanes->first; i < shootdown->n_steps; i++)
    if (shootdown->steps[i].kind == PWK_EV_TLB_SHOOTDOWN)
      from = i - lanes->first + 1;
    else if (shootdown->steps[i].cpu == shootdown->from.cpu && from != UINT32_MAX &&
             to == lanes->n_columns)
      to = i - lanes->first;
  if (from == UINT32_MAX || from >= to)
    return;
  box = step_box (lanes, from, 0);
  box.w = (to - from) * lanes->column - 8;
  draw_nothing (pen, box, pwk_pen_printf (pen, _("waits for CPU %u"), shootdown->to.cpu));
}

/* The request goes down to the lane of who is asked, the answer up to where the asker goes on. */
static void
draw_ways (const PwkPen *pen, const PwkShootdown *shootdown, const Lanes *lanes)
{
  for (uint32_t i = lanes->first; i < shootdown->n_steps; i++)
    {
      const PwkShootdownStep *step = &shootdown->steps[i];
      bool last = i + 1 == shootdown->n_steps;
      int lane = lane_of (lanes, last ? shootdown->to.cpu : step[1].cpu);
      PwkBox here = step_box (lanes, i - lanes->first, MAX (lane_of (lanes, step->cpu), 0));
      PwkBox next = step_box (lanes, i - lanes->first + 1, MAX (lane, 0));
      PwkRole role = shootdown->now && last ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE;
      double width = shootdown->now && last ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS;

      if (step->kind == PWK_EV_TLB_SHOOTDOWN && lane > 0)
        {
          const PwkPoint way[] = { { here.x + here.w - 10, here.y + here.h + 1 },
                                   { here.x + here.w - 10, next.y + next.h / 2 },
                                   { next.x - 1, next.y + next.h / 2 } };

          pwk_pen_route (pen, PART (PART_STEP + 2 * i), way, 3, role, width, true);
        }
      else if (step->kind == PWK_EV_TLB_FLUSH && !last && step[1].cpu == shootdown->from.cpu &&
               step->cpu != shootdown->from.cpu)
        {
          const PwkPoint way[] = { { here.x + here.w + 1, here.y + here.h / 2 },
                                   { next.x + next.w / 2, here.y + here.h / 2 },
                                   { next.x + next.w / 2, next.y + next.h + 1 } };

          pwk_pen_route (pen, PART (PART_STEP + 2 * i + 1), way, 3, PWK_ROLE_OUTLINE,
                         PWK_ROUTE_HOLDS, true);
        }
    }
}

const char *
pwk_shootdown_text (const PwkPen *pen, const PwkShootdown *shootdown)
{
  if (!shootdown->to.done)
    return pwk_pen_printf (pen,
                           _("CPU %u has changed entries and waits until CPU %u has forgotten "
                              "them."),
                           shootdown->from.cpu, shootdown->to.cpu);
  if (shootdown->to.dropped == 0)
    return pwk_pen_printf (
        pen, _("CPU %u was interrupted although it held nothing: it could have held it."),
        shootdown->to.cpu);
  return pwk_pen_printf (pen, _("CPU %u has forgotten the range; CPU %u goes on."),
                         shootdown->to.cpu, shootdown->from.cpu);
}

static void
draw_lanes (const PwkPen *pen, const PwkShootdown *shootdown, PwkBox box)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  bool open = !shootdown->from.done; /* something is still to come: it has a column */
  Lanes lanes = { .n = 0 };
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_TLB, 5), box, _("What happened, CPU by CPU"),
                     _("each CPU has its own clock; the order is that of the events"));
  double name = pwk_pen_width (pen, PWK_FONT_BOLD, "CPU 88") + 12;
  uint32_t fit;

  find_lanes (&lanes, shootdown);
  /* two lines, or one of higher letters */
  pwk_pen_paragraph (pen, pwk_cut_bottom (&inside, 2 * line, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                     pwk_shootdown_text (pen, shootdown));
  fit = MAX ((uint32_t) ((inside.w - name) / COLUMN), 2);
  lanes.n_columns = MIN (shootdown->n_steps + open, fit);
  lanes.first = shootdown->n_steps + open - lanes.n_columns;
  lanes.column = fmin ((inside.w - name) / lanes.n_columns, COLUMN_MAX);
  lanes.x = inside.x + name;
  lanes.y = inside.y;
  lanes.row = fmin (inside.h / lanes.n, 2 * line + 34);
  for (unsigned i = 0; i < lanes.n; i++)
    {
      PwkBox row = pwk_box (inside.x, lanes.y + i * lanes.row, inside.w, lanes.row);

      pwk_pen_text (pen, pwk_box (row.x, row.y + 4, name, row.h - 12), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                    PWK_ALIGN_START, pwk_pen_printf (pen, "CPU %u", lanes.cpus[i]));
    }
  draw_wait (pen, shootdown, &lanes);
  draw_ways (pen, shootdown, &lanes);
  for (uint32_t i = lanes.first; i < shootdown->n_steps; i++)
    if (lane_of (&lanes, shootdown->steps[i].cpu) >= 0)
      draw_step (pen, shootdown, i,
                 step_box (&lanes, i - lanes.first, lane_of (&lanes, shootdown->steps[i].cpu)));
  if (open && !shootdown->to.done)
    draw_nothing (pen, step_box (&lanes, lanes.n_columns - 1, 1), C_("tlb", "not yet"));
}

/* --- the picture --- */

void
pwk_shootdown_draw (const PwkPen *pen, const PwkShootdown *shootdown, PwkBox box)
{
  double width = floor (box.w * 0.305), lanes = floor (box.h * 0.42);
  PwkBox top = pwk_box (box.x, box.y + PWK_GAP, box.w, box.h - lanes - 3 * PWK_GAP);
  double left = top.x + width, right = top.x + top.w - width, change;

  draw_cpu (pen, shootdown, &shootdown->from, pwk_box (top.x, top.y, width, top.h));
  draw_cpu (pen, shootdown, &shootdown->to, pwk_box (right, top.y, width, top.h));
  change =
      draw_change (pen, shootdown, pwk_box (left + GUTTER, top.y, right - left - 2 * GUTTER, 0));
  draw_messages (pen, shootdown, left, right, top.y + fmax (change + 1.5 * CHIP_H, top.h / 2));
  draw_lanes (pen, shootdown, pwk_box (box.x, box.y + box.h - lanes, box.w, lanes));
}
