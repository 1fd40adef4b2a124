/* memory-model.h - the page frames of the visible part of memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/box.h"
#include "engine/core/observation.h"
#include "views/frames.h"
#include "views/view-common.h"

/* Memory is cut into tiles of 512 cells, each cell 2^k frames, and the tiles stand in reading
 * order; pieces of the physical address space without any memory are left out between segments.
 * With k = 0 a tile is a pageblock.
 *
 *      tile 0        tile 1                inside a tile, row by row:
 *      [pfn 0 …511]  [pfn 512 … 1023]  …   32 · 2^a cells wide, 16 · 2^b high
 *
 * Tiles keep their places whatever the zoom (so a point stays under the pointer); a nearer look
 * cuts them into more cells: a and b. */
#define PWK_TILE_COLS 32
#define PWK_TILE_ROWS 16

typedef struct
{
  PwkBox   area;              /* on the canvas: where cells are seen */
  double   tile_w, tile_h;    /* scene units */
  uint32_t tiles_across, tiles_down, n_tiles;
  unsigned tile_shift;        /* a tile is 2^tile_shift frames */
  unsigned cell_shift;        /* a cell is 2^cell_shift frames */
  uint32_t cols, rows;        /* cells of a tile */
  double   cell_w, cell_h;
  double   x0, y0;            /* of the grid's part that is at area's upper left corner */
  uint32_t first_col, first_row, n_cols, n_rows;  /* visible cells of the whole grid */
} PwkMemoryGrid;

typedef enum { PWK_MEMORY_TEXTURE, PWK_MEMORY_RUNS, PWK_MEMORY_CELLS } PwkMemoryMode;

/* A stretch of physical addresses with memory in it. */
typedef struct
{
  PwkPfn   start, end;        /* frames, whole tiles */
  uint64_t first_tile;
} PwkSegment;

/* Cells of one row that belong together: a block, a folio, or neighbours of one use. */
typedef struct
{
  PwkFrame frame;             /* the first one */
  uint32_t col, row, n;       /* in the visible part, cells */
  uint8_t  role;
  bool     touched;
} PwkRun;

typedef struct
{
  uint8_t  node, type;
  PwkPfn   start, end;
  uint64_t spanned, present, managed, free;   /* pages */
} PwkZoneBand;

typedef struct
{
  PwkPfn   first;
  uint32_t col, row;          /* of its upper left cell in the visible part … */
  uint32_t cols, rows;        /* … and its size in cells */
  uint8_t  migratetype, node, zone;
  uint32_t n_free;            /* frames; estimated where cells are larger than frames */
} PwkPageblock;

#define PWK_MEMORY_MOVES 24

/* Pages that went from one pageblock to another. */
typedef struct
{
  PwkPfn         from, into;  /* of the first */
  uint32_t       n;           /* folios */
} PwkMemoryMove;

/* The two scanners of a compaction, and where pages went: as far as the events at hand tell. */
typedef struct
{
  bool           scans;       /* a compaction is among them: */
  uint8_t        node, zone;
  PwkPfn         migrate_pfn, free_pfn;   /* PWK_NO_PFN: not known */
  bool           ended;
  bool           cut;         /* the statement has more events than are at hand */
  uint64_t       n_moved, n_failed;
  uint32_t       n_moves;     /* the newest; those between the same pageblocks are one */
  PwkMemoryMove  moves[PWK_MEMORY_MOVES];
} PwkMemoryMoves;

typedef struct
{
  PwkMemoryGrid  grid;
  PwkMemoryMode  mode;
  PwkColouring   colouring;
  uint64_t       present, managed, free;      /* of the machine, pages */
  uint64_t       n_free_blocks;
  int            largest_order;               /* that is free, -1 none */
  PwkSegment    *segments;    uint32_t n_segments;
  PwkZoneBand   *zones;       uint32_t n_zones;
  uint8_t       *roles;                       /* TEXTURE: n_cols * n_rows PwkRole */
  uint8_t       *types;                       /* … and PwkPageType, for words */
  PwkRun        *runs;        uint32_t n_runs;
  PwkPageblock  *blocks;      uint32_t n_blocks;   /* pageblocks worth an outline */
  struct { PwkPfn first; uint64_t n; } touched[64];
  uint32_t       n_touched;
  PwkMemoryMoves moves;
  uint32_t       seen[PWK_N_PAGE_TYPES];      /* visible cells by use */
  uint32_t       seen_role[PWK_N_ROLES];      /* … and by colour */
  uint32_t       n_owners;
  struct { PwkIndex task; int32_t pid; char name[24]; } owners[8];
} PwkMemoryModel;

/* First frame of a cell of the whole grid; PWK_NO_PFN behind the last. */
PwkPfn pwk_memory_cell_pfn (const PwkMemoryModel *model, uint64_t col, uint64_t row);
/* Place of a frame's cell in the scene; false if it is not in the grid. */
bool   pwk_memory_place    (const PwkMemoryModel *model, PwkPfn pfn, PwkBox *box);
/* The frame under a point of the scene; false outside. */
bool   pwk_memory_at       (const PwkMemoryModel *model, double x, double y, PwkPfn *pfn);
/* How far a frame lies into all memory, 0 … 1, holes between segments left out. */
double pwk_memory_share    (const PwkMemoryModel *model, PwkPfn pfn);
/* Where the cells are seen on a canvas of that size; title, bands and ruler stand above, the
 * legend below. */
PwkBox pwk_memory_area     (double width, double height);
#define PWK_MEMORY_RULER 78.0       /* left of the cells */

/* memory-moves.c: read from the events; drawn over the cells; in words, NULL if nothing moved. */
void        pwk_memory_read_moves (PwkMemoryMoves *moves, const PwkObservation *observation);
void        pwk_memory_draw_moves (const PwkPen *pen, const PwkMemoryModel *model);
const char *pwk_memory_say_moves  (const PwkPen *pen, const PwkMemoryModel *model);
