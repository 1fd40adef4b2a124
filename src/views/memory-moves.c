/* memory-moves.c - compaction on the map of memory: its two scanners walk towards each other, and
 * pages move from the one to the other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/event-args.h"
#include "engine/phys/zone.h"
#include "views/memory-model.h"
#include "views/views-private.h"

#define FLAG     7.0 /* half the side of a scanner's flag */
#define GROUP(n) PWK_ID_GROUP (PWK_VIEW_MEMORY, n)

enum
{
  GROUP_SCANNER = 0x10, /* that of pages to be moved; the free scanner is the next */
  GROUP_MOVE = 0x20
};

/* --- from the events --- */

static void
begin_scan (PwkMemoryMoves *moves, const PwkEvent *event)
{
  moves->scans = true;
  moves->ended = false;
  moves->node = (uint8_t) pwk_arg (event, COMPACTION_BEGIN, node);
  moves->zone = (uint8_t) pwk_arg (event, COMPACTION_BEGIN, zone);
  moves->migrate_pfn = pwk_arg (event, COMPACTION_BEGIN, migrate_pfn);
  moves->free_pfn = pwk_arg (event, COMPACTION_BEGIN, free_pfn);
}

static void
end_scan (PwkMemoryMoves *moves, const PwkEvent *event)
{
  moves->scans = moves->ended = true;
  moves->node = (uint8_t) pwk_arg (event, COMPACTION_END, node);
  moves->zone = (uint8_t) pwk_arg (event, COMPACTION_END, zone);
  moves->migrate_pfn = pwk_arg (event, COMPACTION_END, migrate_pfn);
  moves->free_pfn = pwk_arg (event, COMPACTION_END, free_pfn);
}

static bool
same_block (PwkPfn a, PwkPfn b)
{
  return a / PWK_PAGEBLOCK_PAGES == b / PWK_PAGEBLOCK_PAGES;
}

static void
add_move (PwkMemoryMoves *moves, const PwkEvent *event)
{
  PwkPfn from = pwk_arg (event, MIGRATE_FOLIO, old), into = pwk_arg (event, MIGRATE_FOLIO, new);
  PwkMemoryMove *last = moves->n_moves > 0 ? &moves->moves[moves->n_moves - 1] : NULL;

  moves->n_moved++;
  if (last != NULL && same_block (last->from, from) && same_block (last->into, into))
    {
      last->n++;
      return;
    }
  if (moves->n_moves == PWK_MEMORY_MOVES)
    {
      memmove (moves->moves, moves->moves + 1, (PWK_MEMORY_MOVES - 1) * sizeof *moves->moves);
      moves->n_moves--;
    }
  moves->moves[moves->n_moves++] = (PwkMemoryMove){ from, into, 1 };
}

static void
follow (PwkMemoryMoves *moves, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_COMPACTION_BEGIN:
      begin_scan (moves, event);
      break;
    case PWK_EV_COMPACTION_END:
      end_scan (moves, event);
      break;
    case PWK_EV_ISOLATE_MIGRATEPAGES:
      moves->scans = true;
      moves->migrate_pfn = pwk_arg (event, ISOLATE_MIGRATEPAGES, end);
      break;
    case PWK_EV_ISOLATE_FREEPAGES:
      moves->scans = true;
      moves->free_pfn = pwk_arg (event, ISOLATE_FREEPAGES, start);
      break;
    case PWK_EV_MIGRATE_FOLIO:
      add_move (moves, event);
      break;
    case PWK_EV_MIGRATE_FAIL:
      moves->n_failed++;
      break;
    default:
      break;
    }
}

/* Where the zone is not told, it is that of the frames. */
static void
find_zone (PwkMemoryMoves *moves, const PwkMachine *machine)
{
  PwkPfn pfn = moves->migrate_pfn != PWK_NO_PFN ? moves->migrate_pfn : moves->free_pfn;
  const PwkZone *zone = pfn < machine->st->max_pfn ? pwk_page_zone (machine, pfn) : NULL;

  if (zone == NULL)
    return;
  moves->node = zone->node;
  moves->zone = zone->type;
}

void
pwk_memory_read_moves (PwkMemoryMoves *moves, const PwkObservation *observation)
{
  bool told = false;

  moves->migrate_pfn = moves->free_pfn = PWK_NO_PFN;
  for (uint32_t i = observation->n_chain; i-- > 0;)
    if (observation->chain[i].kind == PWK_EV_COMPACTION_BEGIN)
      follow (moves, &observation->chain[i]);
  told = moves->scans;
  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      follow (moves, &observation->events[i]);
      told |= observation->events[i].kind == PWK_EV_COMPACTION_BEGIN ||
              observation->events[i].kind == PWK_EV_COMPACTION_END;
    }
  if (moves->scans && !told)
    find_zone (moves, observation->machine);
  moves->cut = observation->n_events == PWK_OBSERVED_EVENTS;
}

/* --- over the cells --- */

static bool
is_seen (const PwkMemoryModel *model, PwkBox cell)
{
  return pwk_box_contains (model->grid.area, cell.x + cell.w / 2, cell.y + cell.h / 2);
}

/* A bundle, as thick as there are pages in it. */
static void
draw_move (const PwkPen *pen, const PwkMemoryModel *model, const PwkMemoryMove *move, uint32_t i)
{
  PwkBox from, into;
  PwkPoint points[4];
  PwkItem *item;
  double x0, y0, x1, y1, bend;

  if (!pwk_memory_place (model, move->from, &from) ||
      !pwk_memory_place (model, move->into, &into) ||
      !(is_seen (model, from) || is_seen (model, into)))
    return;
  x0 = from.x + from.w / 2;
  y0 = from.y + from.h / 2;
  x1 = into.x + into.w / 2;
  y1 = into.y + into.h / 2;
  bend = fmax (fabs (y1 - y0) * 0.4, 14);
  points[0] = pwk_point (x0, y0);
  points[1] = pwk_point (x0, y0 + (y1 >= y0 ? bend : -bend));
  points[2] = pwk_point (x1, y1 - (y1 >= y0 ? bend : -bend));
  points[3] = pwk_point (x1, y1);
  item = pwk_scene_add_curve (pen->scene, GROUP (GROUP_MOVE + i), points, G_N_ELEMENTS (points),
                              PWK_ROLE_ACCENT);
  item->flags |= PWK_FLAG_HEAD | PWK_FLAG_TAIL_DOT;
  item->line_width = (float) (1.2 + 0.4 * log2 (move->n));
  item->opacity = 0.85f;
  pwk_pen_label (pen, item,
                 ngettext ("%u page moves from pfn %llu on to pfn %llu on",
                           "%u pages move from pfn %llu on to pfn %llu on", move->n),
                 move->n, PWK_N (move->from), PWK_N (move->into));
}

/* ▶ goes upwards from the zone's start, ◀ downwards from its end. */
static void
draw_scanner (const PwkPen *pen, const PwkMemoryModel *model, PwkPfn pfn, bool is_free)
{
  double side = is_free ? -FLAG : FLAG;
  PwkPoint points[3];
  PwkItem *item;
  PwkBox cell;
  double x, y;

  if (pfn == PWK_NO_PFN || !pwk_memory_place (model, pfn, &cell) || !is_seen (model, cell))
    return;
  x = cell.x + cell.w / 2;
  y = cell.y + cell.h / 2;
  points[0] = pwk_point (x - side, y - FLAG);
  points[1] = pwk_point (x + side, y);
  points[2] = pwk_point (x - side, y + FLAG);
  item = pwk_scene_add_polygon (pen->scene, GROUP (GROUP_SCANNER + is_free), points,
                                G_N_ELEMENTS (points), PWK_ROLE_ACCENT);
  item->stroke = PWK_ROLE_PANEL;
  item->line_width = 1.5f;
  pwk_pen_thing (pen, item,
                 is_free
                     ? _("The free scanner is at pfn %llu: from the end of the zone downwards it "
                         "takes free pages to move to")
                     : _("The migration scanner is at pfn %llu: from the start of the zone "
                         "upwards it takes pages that can move"),
                 PWK_N (pfn));
}

void
pwk_memory_draw_moves (const PwkPen *pen, const PwkMemoryModel *model)
{
  /* where cells have texts, no line may cross them */
  if (model->mode == PWK_MEMORY_CELLS)
    return;
  for (uint32_t i = 0; i < model->moves.n_moves; i++)
    draw_move (pen, model, &model->moves.moves[i], i);
  if (model->moves.scans)
    {
      draw_scanner (pen, model, model->moves.migrate_pfn, false);
      draw_scanner (pen, model, model->moves.free_pfn, true);
    }
}

/* --- in words --- */

const char *
pwk_memory_say_moves (const PwkPen *pen, const PwkMemoryModel *model)
{
  const PwkMemoryMoves *moves = &model->moves;
  const char *moved;

  if (!moves->scans && moves->n_moved == 0)
    return NULL;
  moved =
      pwk_pen_printf (pen,
                      moves->cut ? ngettext ("the last %llu page moved",
                                             "the last %llu pages moved", moves->n_moved)
                                 : ngettext ("%llu page moved", "%llu pages moved", moves->n_moved),
                      PWK_N (moves->n_moved));
  if (!moves->scans || moves->migrate_pfn == PWK_NO_PFN || moves->free_pfn == PWK_NO_PFN)
    return moved;
  /* Translators: of a compaction: where its two scanners are, ▶ that of pages to be moved and ◀
   * that of free pages, and how many have moved. */
  return pwk_pen_printf (pen, _("%s is compacted: ▶ %llu … ◀ %llu · %s"),
                         pwk_zone_name (moves->zone), PWK_N (moves->migrate_pfn),
                         PWK_N (moves->free_pfn), moved);
}
