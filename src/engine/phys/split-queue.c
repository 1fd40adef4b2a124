/* split-queue.c - large folios that would better be small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/split-queue.h"

#include "engine/phys/folio.h"
#include "engine/phys/page-list.h"
#include "engine/phys/section.h"

/* The tail page of a folio whose links are the queue's; private_ says whether it is there. */
#define LINK 5

/* Folios below the huge page's order have no such tail page here, and are not queued. */
static bool
is_queued (const PwkMachine *machine, PwkPfn head)
{
  return pwk_folio_order (machine, head) >= PWK_HPAGE_ORDER && pwk_page (machine, head + LINK)->private_;
}

/* deferred_split_folio (): parts of it are mapped by nobody any more. It is not split at once, as
 * more of it may go soon; when memory is short the shrinker splits what is in the queue, oldest
 * first, and frees the parts. */
void
pwk_deferred_split_folio (PwkMachine *machine, PwkPfn head)
{
  PwkNode *node = pwk_node_edit (machine, pwk_pfn_zone (machine, head)->node);

  if (is_queued (machine, head))
    return;
  pwk_page_edit (machine, head + LINK)->private_ = 1;
  pwk_page_list_add (machine, &node->split_queue, (uint32_t) (head + LINK), true);
  node->split_queue_len++;
}

bool
pwk_deferred_split_unqueue (PwkMachine *machine, PwkPfn head)
{
  PwkNode *node = pwk_node_edit (machine, pwk_pfn_zone (machine, head)->node);

  if (!is_queued (machine, head))
    return false;
  pwk_page_list_del (machine, &node->split_queue, (uint32_t) (head + LINK));
  pwk_page_edit (machine, head + LINK)->private_ = 0;
  pwk_page_edit (machine, head + LINK)->lru = (PwkPageLinks) { 0, 0 };
  node->split_queue_len--;
  return true;
}

unsigned
pwk_deferred_split_peek (const PwkMachine *machine, unsigned node, PwkPfn *heads, unsigned n)
{
  uint32_t link = pwk_node (machine, node)->split_queue.head;
  unsigned found = 0;

  pwk_assert_door (node < machine->st->n_nodes);
  for (; found < n && link != PWK_PFN_NIL; link = pwk_page (machine, link)->lru_next)
    heads[found++] = link - LINK;
  return found;
}
