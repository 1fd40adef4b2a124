/* slab-private.h - what the parts of the picture of the kernel's own memory share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/density.h"
#include "views/slab-model.h"
#include "views/view-common.h"

/* Panels, numbered. */
enum
{
  PWK_SLAB_GROUP_CACHES = 1, PWK_SLAB_GROUP_AREAS, PWK_SLAB_GROUP_OBJECT, PWK_SLAB_GROUP_WASTE,
  PWK_SLAB_GROUP_REPORT, PWK_SLAB_GROUP_FRAMES, PWK_SLAB_GROUP_DEVICE, PWK_SLAB_GROUP_STORY,
  PWK_SLAB_GROUP_LANE = 16,
};
/* The row of the list that stands for all areas of kernel addresses: what is chosen to see them. */
#define PWK_SLAB_ID_AREAS PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_AREAS)

/* A picture that is being drawn. */
typedef struct
{
  PwkPen              pen;
  const PwkSlabModel *model;
  PwkDensity          density;
  double              small, heading;   /* heights of a line */
} PwkSlabDraft;

/* The model's parts: the areas around @addr (0: the last ones), the memory of the last device. */
void pwk_slab_read_areas  (PwkSlabModel *model, const PwkMachine *machine, PwkVaddr addr);
void pwk_slab_read_device (PwkSlabModel *model, const PwkObservation *observation);

/* The picture's, each into a box of its own. */
void   pwk_slab_draw_lanes   (const PwkSlabDraft *draft, PwkBox box);
void   pwk_slab_draw_areas   (const PwkSlabDraft *draft, PwkBox box);
void   pwk_slab_draw_device  (const PwkSlabDraft *draft, PwkBox box);
/* One object: how its bytes are laid out, or what of it was asked for; the kernel's report; the
 * waste of all sizes. 0: there is nothing to draw. */
double pwk_slab_object_height (const PwkSlabDraft *draft);
void   pwk_slab_draw_object   (const PwkSlabDraft *draft, PwkBox box);
double pwk_slab_waste_height  (const PwkSlabDraft *draft);
void   pwk_slab_draw_waste    (const PwkSlabDraft *draft, PwkBox box);

/* "PWK_VM_ALLOC" in words: "vmalloc", "ioremap" …: the kernel's, never translated. */
const char *pwk_slab_area_kind (const PwkSlabArea *area);
