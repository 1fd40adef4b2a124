/* page-alloc-private.h - what the two ways of an allocation share, the fast and the slow one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/phys/alloc-flags.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/zone.h"

/* struct alloc_context: what does not change while an allocation goes from zone to zone and from
 * try to try. On the stack of pwk_alloc_pages (). The walk begins at `preferred`, the first entry
 * of the zonelist that the mask allows, and passes those above highest_zoneidx over:
 *
 *      zonelist      0 Normal │ 0 DMA32 │ 0 DMA │ 1 Normal       GFP_DMA32 on node 0: highest_zoneidx DMA32, preferred 1
 */
typedef struct
{
  const PwkNode *zonelist;
  unsigned       node;              /* preferred */
  uint32_t       nodes;             /* that may be asked, a bit a node: the policy's, or the preferred one alone (__GFP_THISNODE) */
  unsigned       highest_zoneidx;
  unsigned       migratetype;
  unsigned       preferred;         /* index in the zonelist; n_zonerefs: no zone at all */
  const PwkZone *zone;              /* where the block came from */
} PwkAllocContext;

/* One walk over the zonelist: get_page_from_freelist (). PWK_PFN_NIL: no zone would do. */
uint32_t pwk_get_page_from_freelist (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac);
/* prep_new_page () of a block that somebody took off the free lists himself. */
void     pwk_prep_new_page          (PwkMachine *machine, PwkPfn pfn, unsigned order, uint32_t gfp);
/* When the first walk found nothing: kswapd is woken, the marks are lowered, the caller reclaims.
 * Tells of the failure. PWK_PFN_NIL: none. */
uint32_t pwk_alloc_slowpath         (PwkMachine *machine, uint32_t gfp, unsigned order, PwkAllocContext *ac);

/* Whether reclaim on behalf of this request would come back to where it is asked from, and wait for
 * itself: it writes pages through the block layer (__GFP_IO) and through file systems (__GFP_FS). */
static inline bool
pwk_reclaim_recurses (const PwkMachine *machine, uint32_t gfp)
{
  const PwkCpu *cpu = pwk_cpu (machine);

  if (!(gfp & PWK_GFP_DIRECT_RECLAIM) || (cpu->memalloc & PWK_MEMALLOC_NORECLAIM))
    return false;
  return (cpu->context == PWK_CONTEXT_BLOCK && (gfp & PWK_GFP_IO)) || (cpu->context == PWK_CONTEXT_FS && (gfp & PWK_GFP_FS));
}
