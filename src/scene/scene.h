/* scene.h - a picture as plain data: what a layout makes and a painter paints
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "scene/box.h"
#include "scene/ids.h"
#include "scene/moment.h"
#include "scene/role.h"
#include "scene/theme.h"

typedef enum
{
  PWK_ITEM_RECT,
  PWK_ITEM_ROUNDED,
  PWK_ITEM_ELLIPSE,
  PWK_ITEM_TEXT,
  PWK_ITEM_LINE,            /* through points */
  PWK_ITEM_ARROW,           /* through points, with a head at the last */
  PWK_ITEM_CURVE,           /* cubic Bézier: 1 + 3n points; PWK_FLAG_HEAD puts a head at its end */
  PWK_ITEM_POLYGON,         /* closed */
  PWK_ITEM_HATCH,           /* a rectangle of pattern alone, in the stroke role's colour */
  PWK_ITEM_CELLS,           /* a grid of coloured cells: one texture */
  PWK_ITEM_LENS,            /* a panel that magnifies the box in its two points */
  PWK_N_ITEM_KINDS
} PwkItemKind;

typedef enum
{
  PWK_FLAG_FOCUSABLE = 1 << 0,      /* in the focus order and the twin list; needs a label */
  PWK_FLAG_SELECTABLE = 1 << 1,     /* answers hits */
  PWK_FLAG_SELECTED = 1 << 2,       /* ring in the selection colour */
  PWK_FLAG_EMPHASISED = 1 << 3,     /* stronger line, bold text */
  PWK_FLAG_DIMMED = 1 << 4,         /* faint: not in question now */
  PWK_FLAG_FLASH = 1 << 5,          /* glows: what the event touched */
  PWK_FLAG_DASHED = 1 << 6,
  PWK_FLAG_HEAD = 1 << 7,           /* arrow head at the end of a curve */
  PWK_FLAG_TAIL_DOT = 1 << 8,       /* dot at the start of a line, arrow or curve */
  PWK_FLAG_VERTICAL = 1 << 9,       /* text reads upwards */
  PWK_FLAG_WRAP = 1 << 10,          /* text breaks into lines */
  PWK_FLAG_SHADOW = 1 << 11,        /* a soft shadow below */
  PWK_FLAG_MOVING = 1 << 12,        /* set by blending: do not snap to pixels */
  PWK_FLAG_PASSING = 1 << 13,       /* of opacity 0, and seen only on its way from from_id to its box in the motion that leads here */
  PWK_FLAG_KIN = 1 << 14,           /* a thinner ring in the selection colour: what belongs to the selected thing */
  PWK_FLAG_REST = 1 << 15,          /* neither selected nor kin: fill and lines are quiet, the text keeps its ink */
  PWK_FLAG_TRAIL = 1 << 16,         /* touched before: a thin line in the flash's colour, paler with less glow */
} PwkItemFlags;

/* What most things on a canvas are. */
#define PWK_FLAGS_THING (PWK_FLAG_FOCUSABLE | PWK_FLAG_SELECTABLE)

typedef enum
{
  PWK_ALIGN_START,
  PWK_ALIGN_CENTRE,
  PWK_ALIGN_END,
} PwkAlign;

typedef enum
{
  PWK_ELLIPSIZE_NONE,
  PWK_ELLIPSIZE_END,
  PWK_ELLIPSIZE_MIDDLE,
} PwkEllipsize;

typedef enum
{
  PWK_CELLS_ROLES,          /* a byte a cell: PwkRole; PWK_ROLE_NONE is transparent */
  PWK_CELLS_ARGB,           /* four bytes a cell: Cairo's ARGB32, premultiplied */
} PwkCellsFormat;

/* Row by row, without padding. */
typedef struct
{
  uint32_t        n_cols;
  uint32_t        n_rows;
  PwkCellsFormat  format;
  const void     *data;
} PwkCells;

/* One thing to paint. Strings, points, cells and clip belong to the scene (or, in a blended scene, to
 * the scenes it blends, which it keeps alive). Everything but id, kind and box may be 0. */
typedef struct
{
  uint64_t         id;
  uint64_t         from_id;     /* a new item grows out of this one, see blend.h; its own id: out of its thing's other drawing */
  uint64_t         into_id;     /* an item that ends shrinks into this one; its own id: the same */
  uint64_t         parent;      /* id of the group around it */
  PwkBox           box;         /* around lines and polygons as well */
  const PwkBox    *clip;        /* or NULL */
  const char      *text;        /* what is written, or NULL */
  const char      *label;       /* what it says aloud and in tooltips, or NULL */
  const PwkPoint  *points;
  const PwkCells  *cells;
  uint32_t         n_points;
  uint32_t         flags;       /* PwkItemFlags */
  uint8_t          kind;        /* PwkItemKind */
  uint8_t          fill;        /* PwkRole */
  uint8_t          fill_to;     /* blending: the colour is @mix of the way from fill to fill_to */
  uint8_t          stroke;      /* PwkRole; of a category role the edge, see pwk_theme_edge() */
  uint8_t          stroke_to;
  uint8_t          text_role;   /* PWK_ROLE_NONE: readable on the fill */
  uint8_t          font;        /* PwkFont */
  uint8_t          pattern;     /* PwkPattern */
  uint8_t          halign;      /* PwkAlign of the text in the box */
  uint8_t          valign;      /* PwkAlign */
  uint8_t          ellipsize;   /* PwkEllipsize */
  uint8_t          level;       /* depth in the twin list: 0 is the outermost */
  float            line_width;
  float            radius;      /* of rounded corners */
  float            padding;     /* left and right of the text */
  float            opacity;     /* 0 … 1 */
  float            mix;         /* 0 … 1 */
  float            glow;        /* 0 … 1, strength of the flash or the trail */
  float            starts;      /* blending: the part of the motion, 0 … 1, in which it moves; */
  float            ends;        /* 0: to its end. See pwk_item_set_time() */
} PwkItem;

/* A flat array of items in the order they are painted, with title, description and moment.
 *
 *      scene = pwk_scene_new (w, h);  add …;  pwk_scene_seal (scene);  paint, hit, blend
 *
 * One thread builds it; once sealed it never changes and may go to any thread. Ids need not be
 * unique: a thing may be drawn by several items, which then have the same id and follow each other. */
typedef struct PwkScene PwkScene;

/* What of a scene a file shows, and how large: @source of the scene fills a page of that many units. Both have the same proportions. */
typedef struct
{
  PwkBox source;
  double width;
  double height;
} PwkPaper;

/* What became of what, for splits and merges with several ends: see pwk_scene_add_move(). */
typedef struct
{
  uint64_t from_id;
  uint64_t into_id;
} PwkMove;

PwkScene         *pwk_scene_new (double width, double height);
PwkScene         *pwk_scene_ref (PwkScene *scene);
void              pwk_scene_unref (PwkScene *scene);

/* An unsealed scene with the same contents; it keeps @scene alive. */
PwkScene         *pwk_scene_copy (PwkScene *scene);

/* Ends the building; returns @scene. */
PwkScene         *pwk_scene_seal (PwkScene *scene);
bool              pwk_scene_is_sealed (const PwkScene *scene);

/* --- What the picture says of itself. Setters copy; getters may return NULL. --- */

void              pwk_scene_set_size (PwkScene *scene, double width, double height);
void              pwk_scene_set_title (PwkScene *scene, const char *title);
void              pwk_scene_set_description (PwkScene *scene, const char *description);
void              pwk_scene_set_language (PwkScene *scene, const char *language);  /* "en", "zh-CN" */
void              pwk_scene_set_moment (PwkScene *scene, const PwkMoment *moment);
/* The event that it shows: blending tells by it which way time runs. */
void              pwk_scene_set_position (PwkScene *scene, uint64_t position);

/* By default all of the scene, a unit a unit. */
void              pwk_scene_set_paper (PwkScene *scene, PwkPaper paper);
PwkPaper           pwk_scene_get_paper (const PwkScene *scene);

double            pwk_scene_get_width (const PwkScene *scene);
double            pwk_scene_get_height (const PwkScene *scene);
const char       *pwk_scene_get_title (const PwkScene *scene);
const char       *pwk_scene_get_description (const PwkScene *scene);
const char       *pwk_scene_get_language (const PwkScene *scene);
const PwkMoment  *pwk_scene_get_moment (const PwkScene *scene);

/* --- Reading --- */

const PwkItem    *pwk_scene_get_items (const PwkScene *scene, size_t *n_items);

/* Item @index, NULL beyond the last. */
const PwkItem    *pwk_scene_get_item (const PwkScene *scene, size_t index);

/* Indices of what keys and screen readers visit, one for each thing, in the order of painting. Only of
 * a sealed scene. */
const uint32_t   *pwk_scene_get_focusables (const PwkScene *scene, size_t *n_focusables);
const PwkMove    *pwk_scene_get_moves (const PwkScene *scene, size_t *n_moves);

/* What @item says: its label, else its text, else "". */
const char       *pwk_item_label (const PwkItem *item);
const char       *pwk_item_kind_name (PwkItemKind kind);

/* --- Building: each returns the new item for further wishes; the pointer is good until the next one
 *     is added. Fills of category roles get an edge as their stroke; set stroke = PWK_ROLE_NONE for
 *     none. @id 0 is for decoration. --- */

PwkItem          *pwk_scene_add (PwkScene *scene, PwkItemKind kind, uint64_t id, PwkBox box);
PwkItem          *pwk_scene_add_rect (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill);
PwkItem          *pwk_scene_add_rounded (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill, double radius);
PwkItem          *pwk_scene_add_ellipse (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill);

/* A rounded panel with outline. */
PwkItem          *pwk_scene_add_panel (PwkScene *scene, uint64_t id, PwkBox box);

/* A rectangle with @text in its middle, selectable and focusable: the usual thing on a canvas. */
PwkItem          *pwk_scene_add_cell (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill, const char *text);

/* Text at the left of @box, in its middle vertically, in the text colour. A box without width is not a
 * limit; with one, text that is too long ends in an ellipsis. */
PwkItem          *pwk_scene_add_text (PwkScene *scene, uint64_t id, PwkBox box, PwkFont font, const char *text);

PwkItem          *pwk_scene_add_line (PwkScene *scene, uint64_t id, double x0, double y0, double x1, double y1,
                                      PwkRole stroke);
PwkItem          *pwk_scene_add_polyline (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points,
                                          PwkRole stroke);
PwkItem          *pwk_scene_add_arrow (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points,
                                       PwkRole stroke);

/* @n_points is 1 + 3n. */
PwkItem          *pwk_scene_add_curve (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points,
                                       PwkRole stroke);

/* A smooth connector with a head, leaving @tail and entering @head sideways or, if they lie rather one
 * above the other, vertically. */
PwkItem          *pwk_scene_add_connector (PwkScene *scene, uint64_t id, PwkPoint tail, PwkPoint head, PwkRole stroke);
PwkItem          *pwk_scene_add_polygon (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points,
                                         PwkRole fill);
PwkItem          *pwk_scene_add_hatch (PwkScene *scene, uint64_t id, PwkBox box, PwkPattern pattern, PwkRole ink);

/* The @n_cols * @n_rows cells fill @box. Takes a reference to @data, which must be large enough.
 * No more than 32767 columns and rows, a texture's limit. */
PwkItem          *pwk_scene_add_cells (PwkScene *scene, uint64_t id, PwkBox box, uint32_t n_cols, uint32_t n_rows,
                                       PwkCellsFormat format, GBytes *data);

/* A panel at @box that shows @source in large; what it shows is added after it. */
PwkItem          *pwk_scene_add_lens (PwkScene *scene, uint64_t id, PwkBox box, PwkBox source);

/* The item's text and label; printf formats. Control characters are dropped. NULL format: none. */
void              pwk_scene_set_text (PwkScene *scene, PwkItem *item, const char *format, ...) G_GNUC_PRINTF (3, 4);
void              pwk_scene_set_label (PwkScene *scene, PwkItem *item, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* All items of a scene that is not sealed, to be changed; good until one is added. */
PwkItem          *pwk_scene_edit_items (PwkScene *scene, size_t *n_items);

/* A copy of @text that lives as long as the scene; equal texts are kept once. */
const char       *pwk_scene_intern (PwkScene *scene, const char *text);

/* Items added from here on are clipped to @box (and to the clip around it) until the pop. */
void              pwk_scene_push_clip (PwkScene *scene, PwkBox box);
void              pwk_scene_pop_clip (PwkScene *scene);

/* Items added from here on have the parent @id, and their level is one deeper, until the pop. */
void              pwk_scene_push_parent (PwkScene *scene, uint64_t id);
void              pwk_scene_pop_parent (PwkScene *scene);

/* @from_id of the scene before became (part of) @into_id of this one: a split is one such move for each
 * half, a merge one for each buddy. Blending backwards follows it backwards. */
void              pwk_scene_add_move (PwkScene *scene, uint64_t from_id, uint64_t into_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkScene, pwk_scene_unref)
