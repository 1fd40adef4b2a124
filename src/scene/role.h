/* role.h - what a paint stands for; a theme gives each role its colour and pattern
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "scene/pattern.h"

typedef enum
{
  PWK_ROLE_NONE,            /* not painted */

  /* Surfaces and marks of the picture itself. */
  PWK_ROLE_CANVAS,
  PWK_ROLE_PANEL,
  PWK_ROLE_PANEL_ALT,       /* every second row, headers */
  PWK_ROLE_TEXT,
  PWK_ROLE_TEXT_DIM,
  PWK_ROLE_OUTLINE,
  PWK_ROLE_GRID,
  PWK_ROLE_SHADOW,
  PWK_ROLE_ACCENT,
  PWK_ROLE_SELECTION,
  PWK_ROLE_FLASH,           /* what an event just touched */
  PWK_ROLE_SUCCESS,
  PWK_ROLE_WARNING,
  PWK_ROLE_ERROR,
  PWK_ROLE_ASSUMED,         /* assumed, not recorded */

  /* What a page frame is used for. */
  PWK_ROLE_FREE_0,          /* free, by order: PWK_ROLE_FREE (order) */
  PWK_ROLE_FREE_1,
  PWK_ROLE_FREE_2,
  PWK_ROLE_FREE_3,
  PWK_ROLE_FREE_4,
  PWK_ROLE_FREE_5,
  PWK_ROLE_FREE_6,
  PWK_ROLE_FREE_7,
  PWK_ROLE_FREE_8,
  PWK_ROLE_FREE_9,
  PWK_ROLE_FREE_10,
  PWK_ROLE_ANON,
  PWK_ROLE_FILE,
  PWK_ROLE_SHMEM,
  PWK_ROLE_SLAB,
  PWK_ROLE_PAGE_TABLE,
  PWK_ROLE_KERNEL,
  PWK_ROLE_RESERVED,
  PWK_ROLE_HOLE,
  PWK_ROLE_ZERO_PAGE,
  PWK_ROLE_COW,
  PWK_ROLE_SWAP,
  PWK_ROLE_HUGE,
  PWK_ROLE_DMA,
  PWK_ROLE_PER_CPU,         /* free, on a per-cpu list */
  PWK_ROLE_VMALLOC,
  PWK_ROLE_DIRTY,
  PWK_ROLE_WRITEBACK,

  /* In the order of the kernel's enum migratetype. */
  PWK_ROLE_UNMOVABLE,
  PWK_ROLE_MOVABLE,
  PWK_ROLE_RECLAIMABLE,
  PWK_ROLE_HIGHATOMIC,
  PWK_ROLE_CMA,
  PWK_ROLE_ISOLATE,

  PWK_ROLE_ZONE_DMA,
  PWK_ROLE_ZONE_DMA32,
  PWK_ROLE_ZONE_NORMAL,
  PWK_ROLE_ZONE_HIGHMEM,
  PWK_ROLE_ZONE_MOVABLE,

  PWK_ROLE_WMARK_MIN,
  PWK_ROLE_WMARK_LOW,
  PWK_ROLE_WMARK_HIGH,
  PWK_ROLE_WMARK_PROMO,

  PWK_ROLE_HIT,
  PWK_ROLE_MISS,
  PWK_ROLE_EVICT,

  PWK_ROLE_READ,
  PWK_ROLE_WRITE,
  PWK_ROLE_EXEC,

  PWK_ROLE_PGD,
  PWK_ROLE_P4D,
  PWK_ROLE_PUD,
  PWK_ROLE_PMD,
  PWK_ROLE_PTE,
  PWK_ROLE_OFFSET,

  PWK_ROLE_NODE_0,          /* PWK_ROLE_NODE (nid) */
  PWK_ROLE_NODE_1,
  PWK_ROLE_NODE_2,
  PWK_ROLE_NODE_3,
  PWK_ROLE_NODE_4,
  PWK_ROLE_NODE_5,
  PWK_ROLE_NODE_6,
  PWK_ROLE_NODE_7,

  PWK_N_ROLES
} PwkRole;

/* Orders and nodes beyond the last colour take the last one, or begin again. */
#define PWK_ROLE_FREE(order) ((PwkRole) (PWK_ROLE_FREE_0 + ((order) < 10 ? (order) : 10)))
#define PWK_ROLE_NODE(nid)   ((PwkRole) (PWK_ROLE_NODE_0 + ((nid) & 7)))

/* How a theme derives a role's colour from its hue. */
typedef enum
{
  PWK_ROLE_KIND_SURFACE,    /* given for each variant */
  PWK_ROLE_KIND_FILL,       /* a category: a quiet fill with text on it */
  PWK_ROLE_KIND_LINE,       /* a signal: a line or a word, contrast to the canvas ≥ 3 */
} PwkRoleKind;

/* What a page is used for is the only thing that has a hue of its own, in every picture the same.
 * Zones, nodes and migratetypes are told by place, label and edge; they have colours only where a
 * reader asks to see memory coloured by them. */
typedef enum
{
  PWK_USE_NONE,             /* the role is not about a page's use: pwk_role_hue () */
  PWK_USE_FREE,
  PWK_USE_ANON,
  PWK_USE_FILE,
  PWK_USE_KERNEL,
  PWK_USE_PAGE_TABLE,
  PWK_USE_STOP,             /* no use: what was refused, missed, put out */
  PWK_N_USES
} PwkUse;

/* "page-table", "wmark-min" …: never translated. */
const char  *pwk_role_name (PwkRole role);
PwkRoleKind  pwk_role_kind (PwkRole role);

/* The use whose hue @role has, and in @shade how far its fill lies towards that hue's edge
 * (0 … 1) or, below 0, towards the ground (-1 … 0). @shade may be NULL. */
PwkUse       pwk_role_use (PwkRole role, double *shade);

/* 0xRRGGBB, before a variant changes it: Okabe and Ito's colours and Paul Tol's muted ones. Of
 * roles without a use. */
uint32_t     pwk_role_hue (PwkRole role);

/* The role's own pattern, PWK_PATTERN_NONE for most surfaces and lines. */
PwkPattern   pwk_role_pattern (PwkRole role);
