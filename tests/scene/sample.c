/* sample.c - scenes that the tests of libscene share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

static void
add_free_lists (PwkScene *scene, const PwkTheme *theme, PwkBox box)
{
  pwk_scene_add_panel (scene, PWK_ID (PWK_THING_ZONE, 2), box)->flags |= PWK_FLAG_SHADOW;
  pwk_scene_add_text (scene, 0, pwk_box (box.x + 16, box.y + 10, box.w - 32, 22), PWK_FONT_HEADING,
                      "Node 0, zone Normal — free_area[]");

  for (unsigned order = 0; order <= 10; order++)
    {
      double y = box.y + 42 + order * 25;
      PwkItem *item = pwk_scene_add_text (scene, 0, pwk_box (box.x + 16, y, 60, 20), PWK_FONT_SMALL, NULL);

      pwk_scene_set_text (scene, item, "order %u", order);
      item->text_role = PWK_ROLE_TEXT_DIM;
      pwk_scene_add_line (scene, 0, box.x + 76, y + 10, box.x + box.w - 16, y + 10, PWK_ROLE_GRID);
      for (unsigned i = 0; i < 1 + (order * 5 + 2) % 4; i++)
        {
          unsigned pfn = order * 1000 + i * 256;
          PwkItem *block = pwk_scene_add_cell (scene, PWK_ID (PWK_THING_BLOCK, pfn | (uint64_t) order << 48),
                                               pwk_box (box.x + 84 + i * 68, y, 60, 20), PWK_ROLE_FREE (order), NULL);

          block->font = PWK_FONT_MONO_SMALL;
          pwk_scene_set_text (scene, block, "%u", pfn);
          pwk_scene_set_label (scene, block, "free block of order %u at pfn %u", order, pfn);
          if (order == 3 && i == 1)
            block->flags |= PWK_FLAG_FLASH, block->glow = 1.0f;
          if (order == 5 && i == 0)
            block->flags |= PWK_FLAG_SELECTED | PWK_FLAG_EMPHASISED;
          if (order == 7)
            block->flags |= PWK_FLAG_DIMMED;
        }
    }
}

static void
add_legend (PwkScene *scene, PwkBox box)
{
  pwk_scene_add_panel (scene, PWK_ID (PWK_THING_GROUP, 1), box);
  pwk_scene_push_clip (scene, box);
  for (unsigned role = PWK_ROLE_ASSUMED; role < PWK_N_ROLES; role++)
    {
      unsigned n = role - PWK_ROLE_ASSUMED;
      PwkBox cell = pwk_box (box.x + 12 + n % 9 * 101, box.y + 12 + n / 9 * 27, 95, 22);

      pwk_scene_add_cell (scene, PWK_ID (PWK_THING_RULE, role), cell, role, pwk_role_name (role));
    }
  pwk_scene_pop_clip (scene);
}

static void
add_map (PwkScene *scene, PwkBox box)
{
  static const uint8_t uses[] = {
    PWK_ROLE_KERNEL, PWK_ROLE_ANON, PWK_ROLE_ANON, PWK_ROLE_FILE, PWK_ROLE_FREE_3, PWK_ROLE_SLAB,
    PWK_ROLE_FREE_9, PWK_ROLE_FREE_9, PWK_ROLE_PAGE_TABLE, PWK_ROLE_FILE, PWK_ROLE_RESERVED, PWK_ROLE_FREE_6,
  };
  enum { COLS = 96, ROWS = 24 };
  g_autofree uint8_t *roles = g_malloc (COLS * ROWS);
  g_autoptr(GBytes) bytes = NULL;
  PwkItem *item;

  for (unsigned i = 0; i < COLS * ROWS; i++)
    roles[i] = uses[(i / 7 * 2654435761u >> 20) % G_N_ELEMENTS (uses)];

  bytes = g_bytes_new_take (g_steal_pointer (&roles), COLS * ROWS);
  item = pwk_scene_add_cells (scene, PWK_ID (PWK_THING_NODE, 0), box, COLS, ROWS, PWK_CELLS_ROLES, bytes);
  item->flags = PWK_FLAGS_THING;
  pwk_scene_set_label (scene, item, "memory of node 0, %u page frames", COLS * ROWS);
  pwk_scene_add_rect (scene, 0, pwk_box_inset (box, -1, -1), PWK_ROLE_NONE)->stroke = PWK_ROLE_OUTLINE;
}

static void
add_walk (PwkScene *scene, PwkBox box)
{
  static const char *const names[] = { "pgd", "pud", "pmd", "pte" };
  static const PwkRole roles[] = { PWK_ROLE_PGD, PWK_ROLE_PUD, PWK_ROLE_PMD, PWK_ROLE_PTE };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PwkBox cell = pwk_box (box.x + i * 92, box.y + (i % 2) * 34, 62, 26);
      PwkItem *item = pwk_scene_add_cell (scene, PWK_ID (PWK_THING_TABLE, i), cell, roles[i], names[i]);

      item->font = PWK_FONT_MONO;
      if (i == 0)
        continue;
      item = pwk_scene_add_connector (scene, pwk_id_edge (PWK_ID (PWK_THING_TABLE, i - 1), PWK_ID (PWK_THING_TABLE, i)),
                                      pwk_point (cell.x - 30, box.y + ((i - 1) % 2) * 34 + 13),
                                      pwk_point (cell.x - 1, cell.y + 13), PWK_ROLE_ACCENT);
      item->flags |= PWK_FLAG_TAIL_DOT;
    }
}

PwkScene *
pwk_sample_scene (const PwkTheme *theme)
{
  PwkScene *scene = pwk_scene_new (960, 640);
  g_autoptr(PwkMoment) moment = pwk_moment_new ("first-look.pwk", "[A] p = mmap(64K)\n[A] store(p, 8)\n", 1234, "buddy");
  const PwkPoint arrow[] = { { 760, 330 }, { 760, 352 } };
  const PwkPoint triangle[] = { { 900, 380 }, { 930, 410 }, { 870, 410 } };
  PwkItem *item;

  pwk_scene_set_title (scene, "Free lists of zone Normal");
  pwk_scene_set_description (scene, "Eleven free lists & a map; 页框 <2304>.");
  pwk_scene_set_language (scene, "en");
  pwk_scene_set_moment (scene, moment);

  add_free_lists (scene, theme, pwk_box (16, 16, 380, 326));
  pwk_scene_add_text (scene, 0, pwk_box (416, 16, 520, 26), PWK_FONT_TITLE, "What happens: expand () splits a block");
  item = pwk_scene_add_text (scene, 0, pwk_box (416, 46, 520, 40), PWK_FONT_NORMAL,
                             "The request is order 0; the smallest list that holds a block is order 3. 伙伴系统把它一分为二，直到大小合适。");
  item->flags |= PWK_FLAG_WRAP;
  item->valign = PWK_ALIGN_START;
  item->text_role = PWK_ROLE_TEXT_DIM;
  add_map (scene, pwk_box (420, 100, 520, 130));
  item = pwk_scene_add_lens (scene, PWK_ID (PWK_THING_GROUP, 2), pwk_box (420, 256, 250, 84), pwk_box (500, 150, 22, 16));
  pwk_scene_set_text (scene, item, "struct page, magnified");
  item->valign = PWK_ALIGN_CENTRE;
  add_walk (scene, pwk_box (690, 250, 260, 70));
  pwk_scene_add_arrow (scene, 0, arrow, 2, PWK_ROLE_TEXT_DIM);
  item = pwk_scene_add_line (scene, PWK_ID (PWK_THING_WATERMARK, 1), 700, 376, 850, 376, PWK_ROLE_WMARK_MIN);
  item->flags |= PWK_FLAG_DASHED;
  pwk_scene_set_label (scene, item, "watermark min");
  item = pwk_scene_add_text (scene, 0, pwk_box (700, 356, 150, 18), PWK_FONT_SMALL, "min 1024 pages");
  item->text_role = PWK_ROLE_WMARK_MIN;
  item = pwk_scene_add_polygon (scene, PWK_ID (PWK_THING_RULE, 900), triangle, 3, PWK_ROLE_WARNING);
  item->flags = PWK_FLAGS_THING;
  pwk_scene_set_label (scene, item, "a warning");
  item = pwk_scene_add_ellipse (scene, PWK_ID (PWK_THING_VMA, 5), pwk_box (800, 384, 44, 30), PWK_ROLE_FILE);
  pwk_scene_set_text (scene, item, "vma");
  item->flags = PWK_FLAGS_THING;
  pwk_scene_add_hatch (scene, 0, pwk_box (700, 384, 80, 28), PWK_PATTERN_WIDE_CROSS, PWK_ROLE_OUTLINE);
  item = pwk_scene_add_text (scene, 0, pwk_box (940, 256, 18, 80), PWK_FONT_SMALL, "vertical");
  item->flags |= PWK_FLAG_VERTICAL;
  add_legend (scene, pwk_box (16, 420, 928, 208));
  return pwk_scene_seal (scene);
}

static PwkItem *
add_block (PwkScene *scene, unsigned pfn, unsigned order)
{
  PwkItem *item = pwk_scene_add_cell (scene, PWK_ID (PWK_THING_BLOCK, pfn | (uint64_t) order << 48),
                                      pwk_box (20 + pfn * 20, 20 + order * 30, (1 << order) * 20, 24),
                                      PWK_ROLE_FREE (order), NULL);

  pwk_scene_set_text (scene, item, "%u", pfn);
  pwk_scene_set_label (scene, item, "free block, pfn %u, order %u", pfn, order);
  return item;
}

PwkScene *
pwk_sample_before_split (void)
{
  PwkScene *scene = pwk_scene_new (400, 160);

  pwk_scene_set_title (scene, "before");
  pwk_scene_add_panel (scene, PWK_ID (PWK_THING_ZONE, 0), pwk_box (4, 4, 392, 152));
  add_block (scene, 0, 2);
  add_block (scene, 8, 3);
  return pwk_scene_seal (scene);
}

PwkScene *
pwk_sample_after_split (void)
{
  PwkScene *scene = pwk_scene_new (400, 160);
  uint64_t whole = PWK_ID (PWK_THING_BLOCK, 8 | UINT64_C (3) << 48);

  pwk_scene_set_title (scene, "after");
  pwk_scene_add_panel (scene, PWK_ID (PWK_THING_ZONE, 0), pwk_box (4, 4, 392, 152));
  add_block (scene, 0, 2)->box.x = 40;
  pwk_scene_add_move (scene, whole, add_block (scene, 8, 2)->id);
  pwk_scene_add_move (scene, whole, add_block (scene, 12, 2)->id);
  return pwk_scene_seal (scene);
}

PwkScene *
pwk_sample_grid (unsigned n_items, double shift)
{
  unsigned n_cols = (unsigned) ceil (sqrt (n_items));
  PwkScene *scene = pwk_scene_new (n_cols * 40 + shift, n_cols * 24);

  for (unsigned i = 0; i < n_items; i++)
    {
      PwkBox box = pwk_box (i % n_cols * 40 + shift, i / n_cols * 24, 38, 22);
      PwkItem *item = pwk_scene_add_cell (scene, PWK_ID (PWK_THING_PFN, i), box,
                                          i % 3 ? PWK_ROLE_ANON : PWK_ROLE_FILE, NULL);

      pwk_scene_set_text (scene, item, "%u", i);
      pwk_scene_set_label (scene, item, "page frame %u", i);
    }

  return pwk_scene_seal (scene);
}
