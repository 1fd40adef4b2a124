/* page-list.h - lists of frames, linked by pfn
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/page.h"
#include "engine/phys/zone.h"

/* The kernel's list_head, for all that a struct page's lru is on: free lists, per-cpu lists, LRU
 * lists.
 *
 *     PwkPageList { head, tail }        PWK_PFN_NIL: empty
 *                    │     └──────────────────────────────┐
 *                    ▼                                    ▼
 *     nil ◀─ prev [page] next ─▶ ◀─ prev [page] next ─▶ [page] ─▶ nil
 *
 * A page is on one list at most. What is taken off keeps its old links, which its owner overwrites;
 * the list has no count of its own, since each kind counts something else (blocks, pages, pages of
 * both node and zone). */
#define PWK_PAGE_LIST_EMPTY ((PwkPageList) { PWK_PFN_NIL, PWK_PFN_NIL })

/* Where the links of a frame lie, to be written: in its struct page, or, for blocks of sections
 * that have none, in PwkBlock. The functions with _by take it as an argument that the compiler sees
 * through. */
typedef PwkPageLinks *(*PwkPageLinksEdit) (PwkMachine *machine, uint32_t pfn);

static inline PwkPageLinks *
pwk_page_links_edit (PwkMachine *machine, uint32_t pfn)
{
  return &pwk_page_edit (machine, pfn)->lru;
}

static inline bool
pwk_page_list_is_empty (const PwkPageList *list)
{
  return list->head == PWK_PFN_NIL;
}

/* list_add () and list_add_tail (). */
G_ALWAYS_INLINE static inline void
pwk_page_list_add_by (PwkMachine *machine, PwkPageList *list, uint32_t pfn, bool tail, PwkPageLinksEdit edit)
{
  uint32_t beside = tail ? list->tail : list->head;
  PwkPageLinks *links = edit (machine, pfn);

  pwk_assert_debug (pfn != PWK_PFN_NIL && beside != pfn);
  pwk_assert_debug ((list->head == PWK_PFN_NIL) == (list->tail == PWK_PFN_NIL));
  links->next = tail ? PWK_PFN_NIL : beside;
  links->prev = tail ? beside : PWK_PFN_NIL;
  if (beside == PWK_PFN_NIL)
    list->head = list->tail = pfn;
  else if (tail)
    {
      edit (machine, beside)->next = pfn;
      list->tail = pfn;
    }
  else
    {
      edit (machine, beside)->prev = pfn;
      list->head = pfn;
    }
}

/* list_del () of a page whose neighbours are @next and @prev. They come as two words, since reading
 * eight bytes of which four have just been written costs a tenth of an allocation. */
G_ALWAYS_INLINE static inline void
pwk_page_list_del_by (PwkMachine *machine, PwkPageList *list, uint32_t next, uint32_t prev, PwkPageLinksEdit edit)
{
  pwk_assert_debug (!pwk_page_list_is_empty (list));
  pwk_assert_debug (prev != next || prev == PWK_PFN_NIL);
  if (prev == PWK_PFN_NIL)
    list->head = next;
  else
    edit (machine, prev)->next = next;
  if (next == PWK_PFN_NIL)
    list->tail = prev;
  else
    edit (machine, next)->prev = prev;
}

G_ALWAYS_INLINE static inline void
pwk_page_list_add (PwkMachine *machine, PwkPageList *list, uint32_t pfn, bool tail)
{
  pwk_page_list_add_by (machine, list, pfn, tail, pwk_page_links_edit);
}

G_ALWAYS_INLINE static inline void
pwk_page_list_del (PwkMachine *machine, PwkPageList *list, uint32_t pfn)
{
  const PwkPageLinks *links = &pwk_page (machine, pfn)->lru;

  pwk_page_list_del_by (machine, list, links->next, links->prev, pwk_page_links_edit);
}
