/* scene-private.h - the inside of a scene, for its siblings in this folder
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"

struct PwkScene
{
  gatomicrefcount  refs;
  bool             sealed;
  double           width;
  double           height;
  PwkPaper         paper;           /* its width is 0: all of the scene */

  /* owned */
  char            *title;
  char            *description;
  char            *language;
  PwkMoment       *moment;
  uint64_t         position;
  GArray          *items;           /* of PwkItem */
  GArray          *moves;           /* of PwkMove */
  GArray          *focusables;      /* of uint32_t; made by sealing */
  GStringChunk    *strings;         /* made on first use */
  GPtrArray       *blocks;          /* of memory for points, clips and cells; made on first use */
  size_t           block_used;      /* bytes of the last block */
  size_t           block_size;
  GPtrArray       *bytes;           /* of GBytes: cells */
  GPtrArray       *sources;         /* of PwkScene: whose strings and points our items use */

  /* building */
  GArray          *clips;           /* of const PwkBox *: the stack */
  GArray          *parents;         /* of uint64_t: the stack */
};

/* @size bytes, aligned for any type, that live as long as the scene. */
void     *pwk_scene_alloc (PwkScene *scene, size_t size);

PwkPoint *pwk_scene_alloc_points (PwkScene *scene, uint32_t n_points);

/* Keeps @source alive as long as @scene. */
void      pwk_scene_add_source (PwkScene *scene, PwkScene *source);

/* Adds a copy of @item, whose strings and points live in a source of @scene. */
PwkItem  *pwk_scene_append (PwkScene *scene, const PwkItem *item);

/* A sealed scene like @scene, with strings and points of its own and no sources. */
PwkScene *pwk_scene_flatten (PwkScene *scene);
