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

/* When what moves does so: it rests @hold_ms, moves @duration_ms, rests @hold_ms, and if @repeat begins anew. */
typedef struct
{
  unsigned duration_ms;
  unsigned hold_ms;
  bool     repeat;
} PwkSvgTiming;

typedef struct
{
  const PwkTheme     *theme;        /* borrowed */
  const PwkSvgTiming *timing;       /* borrowed; NULL for a still picture */
  GString            *body;         /* owned */
  GString            *defs;         /* owned: patterns and clips that were used */
  GHashTable         *defined;      /* owned: names of the definitions there */
  GHashTable         *ids;          /* owned: id → how often */
} PwkSvgWriter;

void    pwk_svg_writer_init (PwkSvgWriter *writer, const PwkTheme *theme, const PwkSvgTiming *timing);
void    pwk_svg_writer_clear (PwkSvgWriter *writer);

/* The elements of @item, a GArray of PwkSvgElement that frees its contents. */
GArray *pwk_svg_elements (PwkSvgWriter *writer, const PwkItem *item);

/* The name of a clip path for @box, defined on first use; to be freed. */
char   *pwk_svg_define_clip (PwkSvgWriter *writer, PwkBox box);

/* Writes one item; if @from is not NULL, and the writer has a timing, moving from there. */
void    pwk_svg_write_item (PwkSvgWriter *writer, const PwkItem *from, const PwkItem *item);

/* <g id="pfn-12"><title>label</title> around the items of one thing. */
void    pwk_svg_begin_thing (PwkSvgWriter *writer, uint64_t id, const char *label);
void    pwk_svg_end_thing (PwkSvgWriter *writer);

/* The whole file around the writer's body: size, language, title, description and moment of @scene. */
char   *pwk_svg_finish (PwkSvgWriter *writer, const PwkScene *scene, bool transparent);

/* @text for content and attributes: escaped, without what XML 1.0 does not allow. */
char   *pwk_svg_escape (const char *text);

/* At most two digits behind the point, always a point, no needless zeros. */
void    pwk_svg_append_number (GString *out, double number);
