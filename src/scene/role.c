/* role.c - what a paint stands for; a theme gives each role its colour and pattern
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/role.h"

typedef struct
{
  const char  *name;
  uint32_t     hue;
  PwkRoleKind  kind;
  PwkPattern   pattern;
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
  INDIGO = 0x332288,
  OLIVE = 0x999933,
  TEAL = 0x44aa99,
  WINE = 0x882255,
  SAND = 0xddcc77,
  MAGENTA = 0xaa4499,
};

#define SURFACE(title, colour) { title, colour, PWK_ROLE_KIND_SURFACE, PWK_PATTERN_NONE }
#define FILL(title, colour, pattern) { title, colour, PWK_ROLE_KIND_FILL, PWK_PATTERN_##pattern }
#define LINE(title, colour) { title, colour, PWK_ROLE_KIND_LINE, PWK_PATTERN_NONE }

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
  [PWK_ROLE_WARNING] = LINE ("warning", ORANGE),
  [PWK_ROLE_ERROR] = LINE ("error", 0xc01c28),
  [PWK_ROLE_ASSUMED] = FILL ("assumed", 0xa59cc0, WIDE_HATCH),

  [PWK_ROLE_FREE_0] = FILL ("free-0", 0xe4f3ec, NONE),
  [PWK_ROLE_FREE_1] = FILL ("free-1", 0xd3ebdf, NONE),
  [PWK_ROLE_FREE_2] = FILL ("free-2", 0xc1e3d2, NONE),
  [PWK_ROLE_FREE_3] = FILL ("free-3", 0xaedac5, NONE),
  [PWK_ROLE_FREE_4] = FILL ("free-4", 0x9ad1b8, NONE),
  [PWK_ROLE_FREE_5] = FILL ("free-5", 0x86c7ab, NONE),
  [PWK_ROLE_FREE_6] = FILL ("free-6", 0x71bd9e, NONE),
  [PWK_ROLE_FREE_7] = FILL ("free-7", 0x5cb292, NONE),
  [PWK_ROLE_FREE_8] = FILL ("free-8", 0x45a786, NONE),
  [PWK_ROLE_FREE_9] = FILL ("free-9", 0x2a9b79, NONE),
  [PWK_ROLE_FREE_10] = FILL ("free-10", 0x008f6d, NONE),
  [PWK_ROLE_ANON] = FILL ("anon", ORANGE, HATCH),
  [PWK_ROLE_FILE] = FILL ("file", SKY, HORIZONTAL),
  [PWK_ROLE_SHMEM] = FILL ("shmem", BLUE, VERTICAL),
  [PWK_ROLE_SLAB] = FILL ("slab", PURPLE, DOTS),
  [PWK_ROLE_PAGE_TABLE] = FILL ("page-table", YELLOW, GRID),
  [PWK_ROLE_KERNEL] = FILL ("kernel", VERMILLION, BACKHATCH),
  [PWK_ROLE_RESERVED] = FILL ("reserved", GREY, DENSE_HATCH),
  [PWK_ROLE_HOLE] = FILL ("hole", 0xd5d7dc, WIDE_CROSS),
  [PWK_ROLE_ZERO_PAGE] = FILL ("zero-page", 0xf4f1e4, DENSE_DOTS),
  [PWK_ROLE_COW] = FILL ("cow", MAGENTA, CROSS),
  [PWK_ROLE_SWAP] = FILL ("swap", WINE, DENSE_BACKHATCH),
  [PWK_ROLE_HUGE] = FILL ("huge", 0xb87a00, WIDE_HATCH),
  [PWK_ROLE_DMA] = FILL ("dma", OLIVE, VERTICAL),
  [PWK_ROLE_PER_CPU] = FILL ("per-cpu", TEAL, DENSE_DOTS),
  [PWK_ROLE_VMALLOC] = FILL ("vmalloc", SAND, CROSS),
  [PWK_ROLE_DIRTY] = FILL ("dirty", 0xa0522d, BACKHATCH),
  [PWK_ROLE_WRITEBACK] = FILL ("writeback", INDIGO, DENSE_HATCH),

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

  [PWK_ROLE_HIT] = FILL ("hit", GREEN, NONE),
  [PWK_ROLE_MISS] = FILL ("miss", VERMILLION, BACKHATCH),
  [PWK_ROLE_EVICT] = FILL ("evict", PURPLE, CROSS),

  [PWK_ROLE_READ] = FILL ("read", SKY, NONE),
  [PWK_ROLE_WRITE] = FILL ("write", ORANGE, HATCH),
  [PWK_ROLE_EXEC] = FILL ("exec", VERMILLION, DOTS),

  [PWK_ROLE_PGD] = FILL ("pgd", BLUE, NONE),
  [PWK_ROLE_P4D] = FILL ("p4d", MAGENTA, DOTS),
  [PWK_ROLE_PUD] = FILL ("pud", GREEN, HATCH),
  [PWK_ROLE_PMD] = FILL ("pmd", YELLOW, HORIZONTAL),
  [PWK_ROLE_PTE] = FILL ("pte", ORANGE, BACKHATCH),
  [PWK_ROLE_OFFSET] = FILL ("offset", GREY, NONE),

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
