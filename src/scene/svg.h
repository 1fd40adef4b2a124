/* svg.h - elements of an SVG file, still or moving: what paint-svg.c and animate.c share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "scene/theme.h"

#define PWK_SVG_MAX_ATTRIBUTES 14

/* One element without children: <tag name="value" …>content</tag>. */
typedef struct
{
  const char *tag;
  unsigned    n_attributes;
  const char *names[PWK_SVG_MAX_ATTRIBUTES];
  char       *values[PWK_SVG_MAX_ATTRIBUTES];   /* owned, escaped */
  char       *content;                          /* owned, escaped; NULL if none */
} PwkSvgElement;

/* When what moves does so: from @start_ms to @end_ms of a film of @total_ms, which if @repeat begins anew. */
typedef struct
{
  unsigned start_ms;
  unsigned end_ms;
  unsigned total_ms;
  bool     repeat;
} PwkSvgTiming;

typedef struct
{
  const PwkTheme     *theme;        /* borrowed */
  const PwkSvgTiming *timing;       /* borrowed, of the motion that is being written; NULL: items are still */
  GString            *body;         /* owned */
  GString            *defs;         /* owned: patterns and clips that were used */
  GHashTable         *defined;      /* owned: names of the definitions there */
  GHashTable         *ids;          /* owned: id → how often */
} PwkSvgWriter;

void    pwk_svg_writer_init (PwkSvgWriter *writer, const PwkTheme *theme);
void    pwk_svg_writer_clear (PwkSvgWriter *writer);

/* The elements of @item, a GArray of PwkSvgElement that frees its contents. */
GArray *pwk_svg_elements (PwkSvgWriter *writer, const PwkItem *item);

/* The name of a clip path for @box, defined on first use; to be freed. */
char   *pwk_svg_define_clip (PwkSvgWriter *writer, PwkBox box);

/* What is written from here on belongs to a motion, and is seen from @from_ms to @to_ms of the film. */
void    pwk_svg_begin_motion (PwkSvgWriter *writer, const PwkSvgTiming *timing, unsigned from_ms, unsigned to_ms);
void    pwk_svg_end_motion (PwkSvgWriter *writer);

/* Writes one item; within a motion, from what it is at its start, @from. */
void    pwk_svg_write_item (PwkSvgWriter *writer, const PwkItem *from, const PwkItem *item);

/* <g id="pfn-12"><title>label</title> around the items of one thing. */
void    pwk_svg_begin_thing (PwkSvgWriter *writer, uint64_t id, const char *label);
void    pwk_svg_end_thing (PwkSvgWriter *writer);

/* The whole file around the writer's body: page, language, title, description and moment of @scene. */
char   *pwk_svg_finish (PwkSvgWriter *writer, const PwkScene *scene, bool transparent);

/* @text for content and attributes: escaped, without what XML 1.0 does not allow. */
char   *pwk_svg_escape (const char *text);

/* At most two digits behind the point, always a point, no needless zeros. */
void    pwk_svg_append_number (GString *out, double number);
