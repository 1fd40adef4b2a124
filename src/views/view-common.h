/* view-common.h - the drawing vocabulary that all views share: panels, legends, gauges, chips,
 * sizes in words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libintl.h>

#include "scene/scene.h"
#include "scene/text.h"
#include "views/story.h"
#include "views/thing.h"
#include "views/views.h"

/* Layouts include this header and get gettext's short names with it. */
#define _(text)           dgettext (GETTEXT_PACKAGE, text)
#define N_(text)          (text)
#define C_(context, text) g_dpgettext2 (GETTEXT_PACKAGE, context, text)
#undef ngettext
#define ngettext(one, many, n) dngettext (GETTEXT_PACKAGE, one, many, (unsigned long) (n))

/* A 64-bit number for %llu in a text to translate (xgettext knows no G_GUINT64_FORMAT). */
#define PWK_N(number)     ((unsigned long long) (number))

/* The grid: everything lies on multiples of 4 units. */
#define PWK_GAP        8.0      /* between neighbours */
#define PWK_MARGIN     12.0     /* around a picture */
#define PWK_PADDING    10.0     /* inside a panel */
#define PWK_ROW        22.0     /* height of a line with a chip in it */

/* What a layout draws with. Borrowed, for the time of one layout. */
typedef struct
{
  PwkScene            *scene;
  const PwkTheme      *theme;
  const PwkViewParams *params;
} PwkPen;

/* --- boxes: each takes a piece off @rest, leaving PWK_GAP between unless @gap says otherwise
 * --- */

static inline PwkBox
pwk_cut_top (PwkBox *rest, double height, double gap)
{
  PwkBox cut = pwk_box (rest->x, rest->y, rest->w, fmin (height, rest->h));
  *rest = pwk_box (rest->x, rest->y + height + gap, rest->w, rest->h - height - gap);
  return cut;
}

static inline PwkBox
pwk_cut_bottom (PwkBox *rest, double height, double gap)
{
  PwkBox cut =
      pwk_box (rest->x, rest->y + fmax (rest->h - height, 0), rest->w, fmin (height, rest->h));
  *rest = pwk_box (rest->x, rest->y, rest->w, rest->h - height - gap);
  return cut;
}

static inline PwkBox
pwk_cut_left (PwkBox *rest, double width, double gap)
{
  PwkBox cut = pwk_box (rest->x, rest->y, fmin (width, rest->w), rest->h);
  *rest = pwk_box (rest->x + width + gap, rest->y, rest->w - width - gap, rest->h);
  return cut;
}

static inline PwkBox
pwk_cut_right (PwkBox *rest, double width, double gap)
{
  PwkBox cut =
      pwk_box (rest->x + fmax (rest->w - width, 0), rest->y, fmin (width, rest->w), rest->h);
  *rest = pwk_box (rest->x, rest->y, rest->w - width - gap, rest->h);
  return cut;
}

/* --- words; allocated, the caller frees. Sizes honour params->kib, addresses params->decimal; a
 * pfn is decimal everywhere,
 *     as the scenario language writes it. @params may be NULL: pages, hexadecimal. --- */

/* "1,024 pages" | "4 MiB" */
char *pwk_format_pages       (const PwkViewParams *params, uint64_t pages);
/* "1,024" | "4M": where a heading names the unit */
char *pwk_format_pages_short (const PwkViewParams *params, uint64_t pages);
/* "4 KiB", "1.5 GiB", "640 B" */
char *pwk_format_bytes       (uint64_t bytes);
char *pwk_format_count       (uint64_t count);                                /* "12,345" */
/* "0x7ffff7dd5000" | "140737351864320" */
char *pwk_format_address     (const PwkViewParams *params, uint64_t address);
/* "12.34": per cent, with 11 bits behind the point */
char *pwk_format_average     (uint64_t average);
char *pwk_format_ns          (uint64_t ns);                                   /* "1.2 µs" */
/* The unit of pwk_format_pages_short (): "pages" or "bytes"; translated. */
const char *pwk_unit_name    (const PwkViewParams *params);

/* The same as texts that live as long as the scene. */
const char *pwk_pen_printf   (const PwkPen *pen, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* frees @text, returns the scene's copy */
const char *pwk_pen_take     (const PwkPen *pen, char *text);
const char *pwk_pen_pages    (const PwkPen *pen, uint64_t pages);
const char *pwk_pen_short    (const PwkPen *pen, uint64_t pages);
const char *pwk_pen_count    (const PwkPen *pen, uint64_t count);
const char *pwk_pen_address  (const PwkPen *pen, uint64_t address);

/* --- things --- */

/* Makes @item a thing: focusable, selectable, with its label (all facts in one line), and
 * selected if it is what params->selection names, or holds it (a block its frames). */
void     pwk_pen_thing       (const PwkPen *pen, PwkItem *item, const char *format,
                              ...) G_GNUC_PRINTF (3, 4);
/* A label without a place in the focus order: tooltips. */
#define  pwk_pen_label(pen, item, ...) pwk_scene_set_label ((pen)->scene, item, __VA_ARGS__)
bool     pwk_pen_selects     (const PwkPen *pen, uint64_t id);

/* --- texts --- */

/* One line; cut with an ellipsis where @box ends, and then its tooltip says it all. @role:
 * PWK_ROLE_TEXT, _TEXT_DIM … */
PwkItem *pwk_pen_text        (const PwkPen *pen, PwkBox box, PwkFont font, PwkRole role,
                              PwkAlign align, const char *text);
/* The same on an area filled with @fill, in the ink that is readable there. */
PwkItem *pwk_pen_text_on     (const PwkPen *pen, PwkBox box, PwkFont font, PwkRole fill,
                              PwkAlign align, const char *text);
/* A text broken into lines that fit @box; returns the height used (0 if there is no room for one
 * line). What is too long for the box is cut at the last line that fits. */
double   pwk_pen_paragraph   (const PwkPen *pen, PwkBox box, PwkFont font, PwkRole role,
                              const char *text);
double   pwk_pen_width       (const PwkPen *pen, PwkFont font, const char *text);
/* height of a line, whole units */
double   pwk_pen_line        (const PwkPen *pen, PwkFont font);
/* "Key ……… value" on one line; the value is never cut before the key. */
void     pwk_pen_key_value   (const PwkPen *pen, PwkBox box, const char *key, const char *value);
typedef struct { const char *key, *value; } PwkFact;
/* A panel of such lines at the top of @rest, which it takes off; lines that do not fit are left
 * out. */
void     pwk_pen_facts       (const PwkPen *pen, uint64_t id, PwkBox *rest, const char *title,
                              const char *remark, const PwkFact *facts,
                              unsigned n_facts);
/* In the middle of @box: what would be here, and why it is not. */
void     pwk_pen_empty       (const PwkPen *pen, PwkBox box, const char *text);

/* --- pieces --- */

/* A panel with a heading and, at its right, a remark (or NULL). Returns the room inside. */
PwkBox   pwk_pen_panel       (const PwkPen *pen, uint64_t id, PwkBox box, const char *title,
                              const char *remark);
/* The same as a thing that is selected as a whole, with a smaller title, in @inside of @box; the
 * tooltip says the remark even where it has no room. What follows lies in it, until
 * pwk_scene_pop_parent (). */
PwkBox   pwk_pen_card        (const PwkPen *pen, uint64_t id, PwkBox box, PwkBox inside,
                              double title_height, double gap, const char *title,
                              const char *remark);
/* A panel with a story's sentences in their order, the newest strongest; where there is little
 * room the oldest are left out. In front of them @lead, if it is not NULL; @nothing if there is
 * neither. Too small a box stays empty. */
void     pwk_pen_story       (const PwkPen *pen, uint64_t id, PwkBox box, const char *title,
                              const char *lead, const PwkStory *story,
                              const char *nothing);
/* A picture's title line at the top of @rest, which it takes off: title left, remark right,
 * clear of what is covered. */
void     pwk_pen_title       (const PwkPen *pen, PwkBox *rest, const char *title,
                              const char *remark);
/* A rounded chip as wide as its text, at most @max_width. Returns it; NULL if there is no room
 * for it. Its width is item->box.w. */
PwkItem *pwk_pen_chip        (const PwkPen *pen, uint64_t id, double x, double y, double height,
                              double max_width, PwkRole fill,
                              PwkFont font, const char *text);
/* A chip that is seen in motion alone, on its way from the item @from; the caller sets its time. */
PwkItem *pwk_pen_passing     (const PwkPen *pen, uint64_t id, uint64_t from, PwkBox box,
                              PwkRole role, const char *text);
/* A bar of @value of @max, on a track. Returns the filled part (there even if empty). */
PwkItem *pwk_pen_gauge       (const PwkPen *pen, uint64_t id, PwkBox box, double value,
                              double max, PwkRole fill);
/* An arrow between two points, not a thing. */
PwkItem *pwk_pen_arrow       (const PwkPen *pen, uint64_t id, double x0, double y0, double x1,
                              double y1, PwkRole role);

typedef enum { PWK_LEGEND_SWATCH, PWK_LEGEND_LINE, PWK_LEGEND_DASHES,
               PWK_LEGEND_FRAME, PWK_LEGEND_DASHED_FRAME } PwkLegendKind;
typedef struct
{
  PwkRole       role;
  const char   *text;       /* translated already */
  PwkLegendKind kind;
} PwkLegendEntry;

/* Entries in a row that breaks into lines as @box demands; returns the height used. What does
 * not fit into box.h is left out. */
double   pwk_pen_legend        (const PwkPen *pen, PwkBox box, const PwkLegendEntry *entries,
                                unsigned n_entries);
double   pwk_pen_legend_height (const PwkPen *pen, double width, const PwkLegendEntry *entries,
                                unsigned n_entries);

/* What pages are used for, in the five hues that all pictures share; returns how many they are. */
#define PWK_N_USE_ENTRIES 5
unsigned pwk_use_legend        (PwkLegendEntry entries[PWK_N_USE_ENTRIES]);

/* The smallest of 1, 2, 5 × 10^n (@binary: a power of two) that divides @range into at most
 * @max_ticks steps; at least 1. */
uint64_t pwk_nice_step       (uint64_t range, unsigned max_ticks, bool binary);

/* --- what the parts of a machine are called and coloured --- */

PwkRole     pwk_zone_role        (unsigned zone_type);
PwkRole     pwk_migratetype_role (unsigned migratetype);
PwkRole     pwk_level_role       (unsigned level);          /* PwkLevel */
const char *pwk_migratetype_title (unsigned migratetype);   /* translated, "movable" */
const char *pwk_wmark_name       (unsigned watermark);      /* "min" …, the kernel's */
PwkRole     pwk_wmark_role       (unsigned watermark);

/* The process that a picture is about: params->pid if it is there or was, else the one of the
 * last statement, else the first with an address space. 0: none. It may have exited: then it has
 * no mm. */
PwkIndex    pwk_view_task        (const PwkObservation *observation, const PwkViewParams *params);
/* The scenario's name of a task, else its program's. */
const char *pwk_view_task_name   (const PwkMachine *machine, PwkIndex task);
/* The room of a picture that scrolls: the canvas times the zoom (1 … 8), not smaller than
 * @min_width × @min_height. */
PwkBox      pwk_view_room        (const PwkViewParams *params, double min_width, double min_height);
