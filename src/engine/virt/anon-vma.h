/* anon-vma.h - from an anonymous page to the regions that may map it: struct anon_vma and its chains
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/vma.h"

/* struct anon_vma: whoever may map the anonymous pages that name it in `mapping`. A region has one
 * of its own for the pages it makes, and hangs, by a struct anon_vma_chain each, in those of its
 * parents, whose pages it may still share after fork:
 *
 *      parent's region ──avc──▶ anon_vma A ◀──avc── child's region ──avc──▶ anon_vma B
 *                                  ▲                                           ▲
 *                                pages from before the fork            pages that the child made
 *
 * The way from a page to its entries (rmap.h) goes along avc_first. root is the oldest ancestor's,
 * which holds the kernel's lock. num_children counts those whose parent it is (a root counts
 * itself), num_active_vmas the regions whose own it is: with at most one child and no region it may
 * be used again by a fork. Always true, see pwk_virt_check (): a link that a region has, its
 * anon_vma has too, and one of them leads to the anon_vma of its own. */
typedef struct
{
  PwkIndex root, parent;
  int32_t  refcount;
  uint32_t num_children, num_active_vmas;
  PwkIndex avc_first;                  /* of all chains that lead here, oldest first */
  PwkIndex avc_last;
  uint32_t reserved;
} PwkAnonVma;

/* One link: on the list of its region, and on that of its anon_vma. */
typedef struct
{
  PwkIndex vma, anon_vma;
  PwkIndex same_vma_next;              /* newest first */
  PwkIndex same_anon_next, same_anon_prev;
  uint32_t reserved;
} PwkAvc;
PWK_RECORD (anon_vma, PwkAnonVma, PWK_POOL_ANON_VMA)
PWK_RECORD (avc, PwkAvc, PWK_POOL_AVC)

/* anon_vma of a region, made or shared with a neighbour (__anon_vma_prepare). false: no memory. */
bool     pwk_anon_vma_prepare    (PwkMachine *machine, PwkIndex vma);
/* Links @dst to all anon_vmas of @src (anon_vma_clone). False: no memory. */
bool     pwk_anon_vma_clone  (PwkMachine *machine, PwkIndex dst, PwkIndex src);
/* A forked region's links: all of the parent's and one of its own (anon_vma_fork). False: no memory. */
bool     pwk_anon_vma_fork   (PwkMachine *machine, PwkIndex vma, PwkIndex parent);
/* Takes a region out of all of them, newest link first. */
void     pwk_unlink_anon_vmas (PwkMachine *machine, PwkIndex vma);
/* list_is_singular (&vma->anon_vma_chain). */
static inline bool
pwk_avc_singular (const PwkMachine *machine, const PwkVma *vma)
{
  return vma->anon_vma_chain && !pwk_avc (machine, vma->anon_vma_chain)->same_vma_next;
}
