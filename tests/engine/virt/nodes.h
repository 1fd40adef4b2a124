/* nodes.h - what the tests of nodes share: where the pages of process A lie
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages.h"

#include "engine/core/task.h"
#include "engine/virt/move-pages.h"

#define A 0x10000000ull
#define PAGES(n) ((n) * 0x1000ull)

/* A mask of nodes as a call takes it. */
static inline PwkUserWords
words (const uint64_t *mask)
{
  return (PwkUserWords) { mask, 1, false };
}

static inline int
node_at (Fixture *f, PwkVaddr addr)
{
  return pwk_page_node (f->machine, pwk_task (f->machine, f->task)->mm, addr);
}

/* Writes to pages from @addr on: the node of each, a digit a page. */
static inline void
assert_nodes (Fixture *f, PwkVaddr addr, const char *expected)
{
  for (unsigned i = 0; expected[i]; i++)
    {
      store (f, f->task, addr + PAGES (i), i);
      g_assert_cmpint (node_at (f, addr + PAGES (i)), ==, expected[i] - '0');
    }
}
