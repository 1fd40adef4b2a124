/* flame.c - the events of a stretch of history, made into bars inside bars
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/flame.h"

#include "engine/core/psi.h"
#include "engine/core/string.h"
#include "session/shared.h"
#include "session/timeline.h"

#define MAX_NODES   65536    /* of one statement, before what is over is laid out */
#define MAX_OPEN    64       /* causes above each other */
#define BEHIND      4096     /* events behind the stretch that are listened to, to know how far its last bars reach */
#define CHAIN       85       /* per cent of its parent's width that make a child share its row */
#define MIN_COLUMNS 2        /* narrower is no bar */
#define NONE        UINT32_MAX

typedef struct
{
  uint64_t    n, last;       /* of the event, and of the last that it has caused */
  uint64_t    fault;         /* of a head: the access_fault in its chain; 0 none */
  uint32_t    parent;        /* index, NONE */
  uint32_t    head;          /* index of the first of the chain that shares its row, once settled */
  uint32_t    line;
  uint16_t    kind, tail;    /* tail of a head: kind of the last of the chain */
  uint8_t     row;
  bool        settled;       /* row and head are known */
  bool        open;          /* may still cause something */
  const char *call;
} Node;

struct _PwkFlame
{
  PwkStretch *stretch;       /* shared, owned until finished */
  const PwkRecorder *recorder;
  uint64_t    cursor;
  bool        is_over;       /* a statement began behind the stretch */
  PwkColumn   zone;          /* its pages, as they were last when the allocator was not in the midst of something */
  uint64_t    stalled[PWK_N_PSI];   /* ns, as of the last event that was heard; UINT64_MAX: none was */
  GArray     *bars;          /* PwkBar */
  Node       *nodes;         /* owned, MAX_NODES, causes in front of what they cause */
  uint32_t    n_nodes;
  uint32_t    open[MAX_OPEN], n_open;
};

PwkFlame *
pwk_flame_new (const PwkStretch *like, uint64_t cursor, const PwkRecorder *recorder)
{
  PwkFlame *flame = g_new0 (PwkFlame, 1);

  flame->stretch = pwk_stretch_new (like);
  flame->stretch->is_exact = true;
  flame->cursor = cursor;
  flame->recorder = recorder;
  for (int state = 0; state < PWK_N_PSI; state++)
    flame->stalled[state] = UINT64_MAX;
  flame->bars = g_array_new (FALSE, FALSE, sizeof (PwkBar));
  flame->nodes = g_new (Node, MAX_NODES);
  return flame;
}

void
pwk_flame_free (PwkFlame *flame)
{
  if (!flame)
    return;
  pwk_shared_unref (flame->stretch);
  g_array_unref (flame->bars);
  g_free (flame->nodes);
  g_free (flame);
}

uint64_t
pwk_flame_cursor (const PwkFlame *flame)
{
  return flame->cursor;
}

bool
pwk_flame_is_done (const PwkFlame *flame)
{
  return flame->is_over || flame->cursor >= flame->stretch->last + BEHIND;
}

/* --- rows --- */

static uint64_t
width_of (const Node *node)
{
  return node->last - node->n + 1;
}

/* Parents come first, so that theirs is settled. A statement has its row for itself: by its name the reader finds the place. */
static void
settle (PwkFlame *flame, uint32_t i)
{
  Node *node = &flame->nodes[i];
  const Node *parent = node->parent == NONE ? NULL : &flame->nodes[node->parent];

  if (node->settled)
    return;
  node->settled = true;
  if (parent && parent->kind != PWK_EV_STATEMENT && width_of (node) * 100 >= width_of (parent) * CHAIN)
    {
      node->row = parent->row;
      node->head = parent->head;
      flame->nodes[node->head].tail = node->kind;
      flame->nodes[node->head].fault = MAX (flame->nodes[node->head].fault, node->fault);
      return;
    }
  node->row = parent ? (uint8_t) MIN (parent->row + 1, PWK_STRETCH_ROWS) : 0;
  node->head = i;
}

/* --- columns --- */

/* A column is @range units wide, an event n_columns units. */
static void
cover (PwkStretch *stretch, unsigned row, PwkHue hue, uint64_t first, uint64_t last)
{
  uint64_t range = stretch->last + 1 - stretch->first, n = stretch->query.n_columns;
  uint64_t from = (first - stretch->first) * n, to = (last + 1 - stretch->first) * n;

  for (uint64_t c = from / range; c * range < to; c++)
    {
      uint64_t left = MAX (from, c * range), right = MIN (to, (c + 1) * range);

      stretch->columns[c].cover[row][hue] += (float) ((double) (right - left) / (double) range);
    }
}

/* Of what is too narrow for a bar the fault is not lost. */
static void
cover_with (PwkStretch *stretch, const Node *node)
{
  PwkHue hue = pwk_event_hue ((PwkEventKind) node->tail);
  uint64_t first = MAX (node->n, stretch->first), last = MIN (node->last, stretch->last);

  if (node->fault < first || node->fault > last)
    {
      cover (stretch, node->row, hue, first, last);
      return;
    }
  if (node->fault > first)
    cover (stretch, node->row, hue, first, node->fault - 1);
  cover (stretch, node->row, PWK_HUE_FAULT, node->fault, node->fault);
  if (node->fault < last)
    cover (stretch, node->row, hue, node->fault + 1, last);
}

static void
add_bar (PwkFlame *flame, const Node *node)
{
  PwkBar bar = {
    .first = node->n, .last = node->last, .fault = node->fault, .line = node->line, .kind = node->kind, .tail = node->tail, .row = node->row,
    .hue = (uint8_t) pwk_event_hue ((PwkEventKind) node->tail), .call = node->call,
  };

  g_array_append_val (flame->bars, bar);
}

/* Only heads are seen, and what lies in the stretch. */
static void
lay_out (PwkFlame *flame, uint32_t i)
{
  PwkStretch *stretch = flame->stretch;
  const Node *node = &flame->nodes[i];
  uint64_t range = stretch->last + 1 - stretch->first;

  if (node->head != i || node->row >= PWK_STRETCH_ROWS || node->last < stretch->first || node->n > stretch->last)
    return;
  if (width_of (node) * stretch->query.n_columns >= MIN_COLUMNS * range)
    add_bar (flame, node);
  else
    cover_with (stretch, node);
}

/* Nothing is open: what was is laid out. */
static void
lay_out_all (PwkFlame *flame)
{
  for (uint32_t i = 0; i < flame->n_nodes; i++)
    settle (flame, i);
  for (uint32_t i = 0; i < flame->n_nodes; i++)
    lay_out (flame, i);
  flame->n_nodes = 0;
}

/* --- what is open --- */

static void
close_last (PwkFlame *flame)
{
  Node *node = &flame->nodes[flame->open[--flame->n_open]];

  node->open = false;
  if (node->parent != NONE)
    flame->nodes[node->parent].last = MAX (flame->nodes[node->parent].last, node->last);
}

static Node *
innermost (PwkFlame *flame)
{
  return flame->n_open ? &flame->nodes[flame->open[flame->n_open - 1]] : NULL;
}

/* Index that node @i has when only what is open stays. */
static uint32_t
place_in_open (const PwkFlame *flame, uint32_t i)
{
  for (uint32_t place = 0; place < flame->n_open; place++)
    if (flame->open[place] == i)
      return place;
  return NONE;
}

/* Of a statement that is too long: what is over is laid out, what is open stays, in the row that it has by now. */
static void
make_room (PwkFlame *flame)
{
  for (uint32_t i = flame->n_open; i-- > 1;)
    flame->nodes[flame->open[i - 1]].last = MAX (flame->nodes[flame->open[i - 1]].last, flame->nodes[flame->open[i]].last);
  for (uint32_t i = 0; i < flame->n_nodes; i++)
    settle (flame, i);
  for (uint32_t i = 0; i < flame->n_nodes; i++)
    if (!flame->nodes[i].open)
      lay_out (flame, i);
  for (uint32_t place = 0; place < flame->n_open; place++)
    {
      Node node = flame->nodes[flame->open[place]];

      node.parent = place ? place - 1 : NONE;
      node.head = place_in_open (flame, node.head);
      flame->nodes[place] = node;
    }
  for (uint32_t place = 0; place < flame->n_open; place++)
    flame->open[place] = place;
  flame->n_nodes = flame->n_open;
}

static void
open_node (PwkFlame *flame, const Node *node)
{
  uint32_t i;

  if (flame->n_nodes == MAX_NODES)
    make_room (flame);
  i = flame->n_nodes++;
  flame->nodes[i] = *node;
  flame->nodes[i].parent = flame->n_open ? flame->open[flame->n_open - 1] : NONE;
  flame->nodes[i].tail = node->kind;
  flame->nodes[i].last = node->n;
  flame->nodes[i].open = flame->n_open < MAX_OPEN;
  if (flame->nodes[i].open)
    flame->open[flame->n_open++] = i;
  else
    innermost (flame)->last = node->n;
}

/* What began before listening did: the pieces of a long call hang from it. */
static void
open_root (PwkFlame *flame, uint64_t n)
{
  const PwkEvent *root = pwk_recorder_root (flame->recorder, n);

  if (root && root->parent)
    open_root (flame, root->parent);
  open_node (flame, &(Node) { .n = n, .kind = (uint16_t) (root ? root->kind : PWK_EV_STATEMENT), .line = root ? root->line : 0 });
}

static void
find_cause (PwkFlame *flame, uint64_t parent)
{
  while (flame->n_open && innermost (flame)->n > parent)
    close_last (flame);
  if (flame->n_open == 0)
    lay_out_all (flame);
  if (flame->n_open == 0 && parent)
    open_root (flame, parent);
}

/* --- hearing --- */

static uint32_t
column_of (const PwkStretch *stretch, uint64_t n)
{
  return (uint32_t) ((n - stretch->first) * stretch->query.n_columns / (stretch->last + 1 - stretch->first));
}

/* A block that is split is off its list until its halves are on theirs, mm/page_alloc.c:page_del_and_expand: what is free in between is nobody's. */
static bool
is_in_the_midst (PwkEventKind kind)
{
  return pwk_event_hue (kind) == PWK_HUE_FRAMES && kind != PWK_EV_MM_PAGE_ALLOC && kind != PWK_EV_MM_PAGE_FREE;
}

/* What has been waited for memory since the event before. */
static void
count_stalled (PwkFlame *flame, const PwkMachine *machine, PwkColumn *column)
{
  for (int state = 0; state < PWK_N_PSI; state++)
    {
      uint64_t ns = pwk_psi_ns (machine, (PwkPsiState) state);

      if (column && flame->stalled[state] != UINT64_MAX)
        column->stalled[state] += ns - flame->stalled[state];
      flame->stalled[state] = ns;
    }
}

/* What has no event of its own is as the column before. */
static void
count (PwkFlame *flame, const PwkMachine *machine, const PwkEvent *event)
{
  PwkStretch *stretch = flame->stretch;
  PwkColumn *column;
  PwkMend mend = pwk_event_mend ((PwkEventKind) event->kind);
  PwkPressure what;
  uint32_t pressure = pwk_event_pressure (event, &what);

  if (flame->zone.n == 0 || !is_in_the_midst ((PwkEventKind) event->kind))
    pwk_stretch_read_zone (stretch, machine, &flame->zone);
  flame->zone.n = event->n;
  if (event->n < stretch->first || event->n > stretch->last)
    {
      count_stalled (flame, machine, NULL);
      return;
    }
  column = &stretch->columns[column_of (stretch, event->n)];
  count_stalled (flame, machine, column);
  column->n = event->n;
  column->ns = event->ns;
  column->free_pages = flame->zone.free_pages;
  column->min = flame->zone.min;
  column->low = flame->zone.low;
  column->high = flame->zone.high;
  memcpy (column->slab, flame->zone.slab, sizeof column->slab);
  column->tlb_misses += event->kind == PWK_EV_TLB_MISS;
  if (mend < PWK_N_MENDS)
    column->mended[mend]++;
  if (pressure > 0)
    column->pressure[what] += pressure;
}

void
pwk_flame_hear (PwkFlame *flame, const PwkMachine *machine, const PwkEvent *event)
{
  Node node = {
    .n = event->n, .kind = (uint16_t) event->kind, .line = event->line, .fault = event->kind == PWK_EV_ACCESS_FAULT ? event->n : 0,
  };

  if (event->n <= flame->cursor || flame->is_over)
    return;
  flame->cursor = event->n;
  count (flame, machine, event);
  if (pwk_event_hue ((PwkEventKind) event->kind) == PWK_N_HUES)
    return;
  if (event->n > flame->stretch->last && event->parent == 0)
    {
      flame->is_over = true;
      return;
    }
  find_cause (flame, event->parent);
  if (event->kind == PWK_EV_STATEMENT)
    node.call = g_intern_string (pwk_string (machine, (PwkIndex) event->arg[1]));
  open_node (flame, &node);
}

/* --- the end --- */

static int
by_place (gconstpointer a, gconstpointer b)
{
  const PwkBar *left = a, *right = b;

  if (left->row != right->row)
    return left->row < right->row ? -1 : 1;
  return left->first < right->first ? -1 : left->first > right->first;
}

static void
fill_gaps (PwkStretch *stretch)
{
  for (uint32_t c = 1; c < stretch->query.n_columns; c++)
    if (stretch->columns[c].n == 0)
      {
        PwkColumn *column = &stretch->columns[c];

        column->n = column[-1].n;
        column->ns = column[-1].ns;
        column->free_pages = column[-1].free_pages;
        column->min = column[-1].min;
        column->low = column[-1].low;
        column->high = column[-1].high;
      }
}

PwkStretch *
pwk_flame_finish (PwkFlame *flame)
{
  PwkStretch *stretch = flame->stretch;

  while (flame->n_open)
    close_last (flame);
  lay_out_all (flame);
  g_array_sort (flame->bars, by_place);
  fill_gaps (stretch);
  stretch->n_bars = flame->bars->len;
  stretch->bars = g_memdup2 (flame->bars->data, flame->bars->len * sizeof (PwkBar));
  flame->stretch = NULL;
  return stretch;
}
