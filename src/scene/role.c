/* role.c - what a paint stands for; a theme gives each role its colour and pattern
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/role.h"

#include <stddef.h>

typedef struct
{
  const char  *name;
  uint32_t     hue;
  PwkRoleKind  kind;
  PwkPattern   pattern;
  PwkUse       use;
  float        shade;
} RoleFacts;

/* Okabe and Ito, "Color Universal Design": eight colours told apart with any colour vision. */
enum
{
  ORANGE = 0xe69f00,
  SKY = 0x56b4e9,
  GREEN = 0x009e73,
  YELLOW = 0xf0e442,
  BLUE = 0x0072b2,
  VERMILLION = 0xd55e00,
  PURPLE = 0xcc79a7,
  GREY = 0x8f9298,
  /* Paul Tol, "Colour Schemes", muted. */
  MAGENTA = 0xaa4499,
};

#define SURFACE(title, colour) { title, colour, PWK_ROLE_KIND_SURFACE, PWK_PATTERN_NONE, 0, 0 }
#define FILL(title, colour, pattern) \
  { title, colour, PWK_ROLE_KIND_FILL, PWK_PATTERN_##pattern, PWK_USE_NONE, 0 }
#define USE(title, use, shade, pattern) \
  { title, 0, PWK_ROLE_KIND_FILL, PWK_PATTERN_##pattern, PWK_USE_##use, shade }
#define LINE(title, colour) { title, colour, PWK_ROLE_KIND_LINE, PWK_PATTERN_NONE, 0, 0 }

static const RoleFacts roles[PWK_N_ROLES] = {
  [PWK_ROLE_NONE] = SURFACE ("none", 0x000000),
  [PWK_ROLE_CANVAS] = SURFACE ("canvas", 0xfbfbfc),
  [PWK_ROLE_PANEL] = SURFACE ("panel", 0xffffff),
  [PWK_ROLE_PANEL_ALT] = SURFACE ("panel-alt", 0xf1f2f5),
  [PWK_ROLE_TEXT] = SURFACE ("text", 0x1f2024),
  [PWK_ROLE_TEXT_DIM] = SURFACE ("text-dim", 0x5c5f66),
  [PWK_ROLE_OUTLINE] = SURFACE ("outline", 0xb9bcc4),
  [PWK_ROLE_GRID] = SURFACE ("grid", 0xe2e4e8),
  [PWK_ROLE_SHADOW] = SURFACE ("shadow", 0x000000),
  [PWK_ROLE_ACCENT] = SURFACE ("accent", 0x3584e4),
  [PWK_ROLE_SELECTION] = SURFACE ("selection", 0x1c71d8),
  [PWK_ROLE_FLASH] = SURFACE ("flash", 0xff9500),
  [PWK_ROLE_SUCCESS] = LINE ("success", GREEN),
  [PWK_ROLE_WARNING] = LINE ("warning", VERMILLION),
  [PWK_ROLE_ERROR] = LINE ("error", 0xc01c28),
  [PWK_ROLE_ASSUMED] = FILL ("assumed", 0xa59cc0, WIDE_HATCH),

  [PWK_ROLE_FREE_0] = USE ("free-0", FREE, -0.50f, NONE),
  [PWK_ROLE_FREE_1] = USE ("free-1", FREE, -0.41f, NONE),
  [PWK_ROLE_FREE_2] = USE ("free-2", FREE, -0.32f, NONE),
  [PWK_ROLE_FREE_3] = USE ("free-3", FREE, -0.23f, NONE),
  [PWK_ROLE_FREE_4] = USE ("free-4", FREE, -0.14f, NONE),
  [PWK_ROLE_FREE_5] = USE ("free-5", FREE, -0.05f, NONE),
  [PWK_ROLE_FREE_6] = USE ("free-6", FREE, 0.04f, NONE),
  [PWK_ROLE_FREE_7] = USE ("free-7", FREE, 0.13f, NONE),
  [PWK_ROLE_FREE_8] = USE ("free-8", FREE, 0.22f, NONE),
  [PWK_ROLE_FREE_9] = USE ("free-9", FREE, 0.31f, NONE),
  [PWK_ROLE_FREE_10] = USE ("free-10", FREE, 0.40f, NONE),
  [PWK_ROLE_ANON] = USE ("anon", ANON, 0, DOTS),
  [PWK_ROLE_FILE] = USE ("file", FILE, 0, HORIZONTAL),
  [PWK_ROLE_SHMEM] = USE ("shmem", FILE, 0.15f, VERTICAL),
  [PWK_ROLE_SLAB] = USE ("slab", KERNEL, -0.3f, BACKHATCH),
  [PWK_ROLE_PAGE_TABLE] = USE ("page-table", PAGE_TABLE, 0, GRID),
  [PWK_ROLE_KERNEL] = USE ("kernel", KERNEL, 0, HATCH),
  [PWK_ROLE_RESERVED] = USE ("reserved", KERNEL, 0, DENSE_HATCH),
  [PWK_ROLE_HOLE] = FILL ("hole", 0xd5d7dc, WIDE_CROSS),
  [PWK_ROLE_ZERO_PAGE] = USE ("zero-page", KERNEL, -0.5f, DENSE_DOTS),
  [PWK_ROLE_COW] = USE ("cow", ANON, -0.3f, CROSS),
  [PWK_ROLE_SWAP] = USE ("swap", ANON, -0.5f, DENSE_BACKHATCH),
  [PWK_ROLE_HUGE] = USE ("huge", ANON, 0.2f, WIDE_HATCH),
  [PWK_ROLE_DMA] = USE ("dma", KERNEL, -0.2f, VERTICAL),
  [PWK_ROLE_PER_CPU] = USE ("per-cpu", FREE, -0.7f, DENSE_DOTS),
  [PWK_ROLE_VMALLOC] = USE ("vmalloc", KERNEL, -0.15f, CROSS),
  [PWK_ROLE_DIRTY] = USE ("dirty", FILE, 0.1f, BACKHATCH),
  [PWK_ROLE_WRITEBACK] = USE ("writeback", FILE, -0.3f, DENSE_HATCH),

  [PWK_ROLE_UNMOVABLE] = FILL ("unmovable", VERMILLION, BACKHATCH),
  [PWK_ROLE_MOVABLE] = FILL ("movable", GREEN, NONE),
  [PWK_ROLE_RECLAIMABLE] = FILL ("reclaimable", SKY, HORIZONTAL),
  [PWK_ROLE_HIGHATOMIC] = FILL ("highatomic", MAGENTA, CROSS),
  [PWK_ROLE_CMA] = FILL ("cma", YELLOW, DOTS),
  [PWK_ROLE_ISOLATE] = FILL ("isolate", GREY, DENSE_HATCH),

  [PWK_ROLE_ZONE_DMA] = FILL ("zone-dma", VERMILLION, BACKHATCH),
  [PWK_ROLE_ZONE_DMA32] = FILL ("zone-dma32", ORANGE, HATCH),
  [PWK_ROLE_ZONE_NORMAL] = FILL ("zone-normal", SKY, NONE),
  [PWK_ROLE_ZONE_HIGHMEM] = FILL ("zone-highmem", PURPLE, DOTS),
  [PWK_ROLE_ZONE_MOVABLE] = FILL ("zone-movable", GREEN, VERTICAL),

  [PWK_ROLE_WMARK_MIN] = LINE ("wmark-min", 0xc01c28),
  [PWK_ROLE_WMARK_LOW] = LINE ("wmark-low", VERMILLION),
  [PWK_ROLE_WMARK_HIGH] = LINE ("wmark-high", BLUE),
  [PWK_ROLE_WMARK_PROMO] = LINE ("wmark-promo", MAGENTA),

  [PWK_ROLE_HIT] = USE ("hit", FREE, 0, NONE),
  [PWK_ROLE_MISS] = USE ("miss", STOP, 0, BACKHATCH),
  [PWK_ROLE_EVICT] = USE ("evict", STOP, 0.1f, CROSS),

  [PWK_ROLE_READ] = USE ("read", FILE, 0, NONE),
  [PWK_ROLE_WRITE] = USE ("write", ANON, 0, HATCH),
  [PWK_ROLE_EXEC] = USE ("exec", KERNEL, 0, DOTS),

  [PWK_ROLE_PGD] = USE ("pgd", PAGE_TABLE, 0, NONE),
  [PWK_ROLE_P4D] = USE ("p4d", PAGE_TABLE, 0, NONE),
  [PWK_ROLE_PUD] = USE ("pud", PAGE_TABLE, 0, NONE),
  [PWK_ROLE_PMD] = USE ("pmd", PAGE_TABLE, 0, NONE),
  [PWK_ROLE_PTE] = USE ("pte", PAGE_TABLE, 0, NONE),
  [PWK_ROLE_OFFSET] = USE ("offset", KERNEL, -0.5f, NONE),

  [PWK_ROLE_NODE_0] = FILL ("node-0", SKY, NONE),
  [PWK_ROLE_NODE_1] = FILL ("node-1", ORANGE, HATCH),
  [PWK_ROLE_NODE_2] = FILL ("node-2", GREEN, BACKHATCH),
  [PWK_ROLE_NODE_3] = FILL ("node-3", PURPLE, DOTS),
  [PWK_ROLE_NODE_4] = FILL ("node-4", YELLOW, HORIZONTAL),
  [PWK_ROLE_NODE_5] = FILL ("node-5", BLUE, VERTICAL),
  [PWK_ROLE_NODE_6] = FILL ("node-6", VERMILLION, CROSS),
  [PWK_ROLE_NODE_7] = FILL ("node-7", GREY, GRID),
};

static const RoleFacts *
facts (PwkRole role)
{
  return &roles[(unsigned) role < PWK_N_ROLES ? role : PWK_ROLE_NONE];
}

const char *
pwk_role_name (PwkRole role)
{
  return facts (role)->name;
}

PwkRoleKind
pwk_role_kind (PwkRole role)
{
  return facts (role)->kind;
}

PwkUse
pwk_role_use (PwkRole role, double *shade)
{
  if (shade != NULL)
    *shade = facts (role)->shade;

  return facts (role)->use;
}

uint32_t
pwk_role_hue (PwkRole role)
{
  return facts (role)->hue;
}

PwkPattern
pwk_role_pattern (PwkRole role)
{
  return facts (role)->pattern;
}
