/* explain-phys.c - sentences: the page allocator, LRU lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include "engine/phys/page-alloc.h"
#include "engine/phys/stats.h"

static const char *
zone (uint64_t type)
{
  return pwk_zone_name ((unsigned) MIN (type, PWK_MAX_NR_ZONES));
}

static const char *
migratetype (uint64_t type)
{
  return pwk_migratetype_title ((unsigned) MIN (type, PWK_MIGRATE_TYPES));
}

static char *
explain_request (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *gfp = NULL;

  switch (event->kind)
    {
    case PWK_EV_MM_PAGE_ALLOC_ENTER:
      gfp = pwk_say_gfp (event->arg[1]);
      SENTENCE (ngettext ("alloc_pages () is asked for %llu page (order %llu) with %s.", "alloc_pages () is asked for %llu pages (order %llu) with %s.",
                          pwk_order_pages ((unsigned) MIN (event->arg[0], 30))),
                PWK_N (pwk_order_pages ((unsigned) MIN (event->arg[0], 30))), ARG (0), gfp);
    case PWK_EV_MM_PAGE_ALLOC:
      gfp = pwk_say_gfp (event->arg[2]);
      SENTENCE (_("The request of order %llu with %s gets pfn %llu, from zone %s of node %llu (%s)."), ARG (1), gfp, ARG (0), zone (event->arg[5]),
                ARG (4), migratetype (event->arg[3]));
    case PWK_EV_GET_PAGE_FROM_FREELIST:
      gfp = pwk_say_gfp (event->arg[1]);
      SENTENCE (_("The zones are tried one by one for order %llu with %s; the mark to be kept is %s."), ARG (0), gfp,
                event->arg[3] < PWK_NR_WMARK ? pwk_wmark_name ((unsigned) event->arg[3]) : C_("watermark", "none"));
    case PWK_EV_WATERMARK_OK:
      SENTENCE (_("Zone %s of node %llu may give order %llu: %llu pages are free, the mark is %llu."), zone (event->arg[1]), ARG (0), ARG (2), ARG (3),
                ARG (4));
    case PWK_EV_WATERMARK_FAIL:
      SENTENCE (_("Zone %s of node %llu may not give order %llu: %lld pages are free, the mark is %llu and %llu are held in reserve."),
                zone (event->arg[1]), ARG (0), ARG (2), (long long) event->arg[3], ARG (4), ARG (5));
    case PWK_EV_ZONE_SKIP:
      if (event->arg[2] == PWK_ZONE_SKIP_REMOTE)
        SENTENCE (_("Zone %s of node %llu is passed over: it is on another node, and mixing migratetypes here is to be avoided first."),
                  zone (event->arg[1]), ARG (0));
      if (event->arg[2] == PWK_ZONE_SKIP_KSWAPD)
        SENTENCE (_("Zone %s of node %llu is passed over for now: its kswapd is at work, and another node may have pages to spare."),
                  zone (event->arg[1]), ARG (0));
      SENTENCE (_("Zone %s of node %llu is passed over: it has no block that fits."), zone (event->arg[1]), ARG (0));
    case PWK_EV_ALLOC_SLOWPATH:
      gfp = pwk_say_gfp (event->arg[1]);
      SENTENCE (_("No zone could serve order %llu with %s at once: the slow path begins."), ARG (0), gfp);
    case PWK_EV_DIRECT_RECLAIM:
      gfp = pwk_say_gfp (event->arg[1]);
      SENTENCE (_("The caller itself looks for memory to free, for order %llu with %s."), ARG (0), gfp);
    case PWK_EV_WARN_ALLOC:
      gfp = pwk_say_gfp (event->arg[1]);
      SENTENCE (_("The kernel log gets “page allocation failure: order:%llu, mode:%s”."), ARG (0), gfp);
    case PWK_EV_ALLOC_FAILED:
      gfp = pwk_say_gfp (event->arg[1]);
      SENTENCE (_("The request of order %llu with %s fails: alloc_pages () returns NULL."), ARG (0), gfp);
    case PWK_EV_KSWAPD_WAKE:
      SENTENCE (_("kswapd of node %llu is woken, since zone %s is short of pages for order %llu."), ARG (0), zone (event->arg[1]), ARG (2));
    case PWK_EV_KSWAPD_SLEEP:
      SENTENCE (_("kswapd of node %llu goes to sleep: zone %s has %llu free pages, and its high mark is %llu."), ARG (0), zone (event->arg[1]),
                ARG (2), ARG (3));
    case PWK_EV_MIGHT_SLEEP:
      gfp = pwk_say_gfp (event->arg[0]);
      SENTENCE (_("A request with %s may sleep, but it comes from %s: “sleeping function called from invalid context”."), gfp,
                event->arg[1] == PWK_CONTEXT_IRQ ? _("an interrupt handler") : event->arg[1] == PWK_CONTEXT_SOFTIRQ ? _("a bottom half") :
                _("a process"));
    default:
      return NULL;
    }
}

static char *
explain_blocks (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_RMQUEUE_PCPLIST:
      SENTENCE (_("CPU %llu takes pfn %llu (order %llu, %s) off its own list; %lld pages are left on its lists."), ARG (3), ARG (0), ARG (1),
                migratetype (event->arg[2]), (long long) event->arg[4]);
    case PWK_EV_RMQUEUE_BULK:
      SENTENCE (_("CPU %llu's list is empty: it fetches %llu blocks of order %llu (%s) from zone %s of node %llu in one go."), ARG (5), ARG (3), ARG (2),
                migratetype (event->arg[4]), zone (event->arg[1]), ARG (0));
    case PWK_EV_MM_PAGE_ALLOC_ZONE_LOCKED:
      SENTENCE (_("The buddy system of zone %s gives out the block of order %llu at pfn %llu (%s)."), zone (event->arg[3]), ARG (1), ARG (0),
                migratetype (event->arg[2]));
    case PWK_EV_SPLIT:
      SENTENCE (_("The block at pfn %llu is halved: its upper half, pfn %llu, goes to the list of order %llu (%s)."), ARG (0), ARG (2), ARG (1),
                migratetype (event->arg[3]));
    case PWK_EV_MERGE:
      SENTENCE (_("The free blocks at pfn %llu and its buddy pfn %llu, both of order %llu, join to one of order %llu at pfn %llu."), ARG (0), ARG (1),
                ARG (2), PWK_N (event->arg[2] + 1), ARG (3));
    case PWK_EV_FREE_LIST_ADD:
      if (event->arg[3] != 0)
        SENTENCE (_("The free block at pfn %llu goes to the tail of the list of order %llu (%s)."), ARG (0), ARG (1), migratetype (event->arg[2]));
      SENTENCE (_("The free block at pfn %llu goes to the head of the list of order %llu (%s)."), ARG (0), ARG (1), migratetype (event->arg[2]));
    case PWK_EV_FREE_LIST_DEL:
      SENTENCE (_("The block at pfn %llu leaves the free list of order %llu (%s)."), ARG (0), ARG (1), migratetype (event->arg[2]));
    case PWK_EV_FREE_LIST_MOVE:
      SENTENCE (_("The free block of order %llu at pfn %llu moves from the list “%s” to the list “%s”."), ARG (1), ARG (0), migratetype (event->arg[2]),
                migratetype (event->arg[3]));
    case PWK_EV_FALLBACK:
      if (event->arg[5] != 0)
        SENTENCE (_("No %s block is left: one of order %llu at pfn %llu is taken from “%s”, and its whole pageblock changes sides."),
                  migratetype (event->arg[3]), ARG (2), ARG (0), migratetype (event->arg[4]));
      SENTENCE (_("No %s block is left: one of order %llu at pfn %llu is borrowed from “%s”."), migratetype (event->arg[3]), ARG (2), ARG (0),
                migratetype (event->arg[4]));
    case PWK_EV_PAGEBLOCK_TYPE:
      SENTENCE (_("The pageblock at pfn %llu changes from %s to %s."), ARG (0), migratetype (event->arg[1]), migratetype (event->arg[2]));
    case PWK_EV_WATERMARK_BOOST:
      if (event->arg[2] == 0)
        SENTENCE (_("The marks of zone %s of node %llu are what they were: kswapd has had its turn."), zone (event->arg[1]), ARG (0));
      SENTENCE (_("The marks of zone %s of node %llu are raised by %llu pages for a while."), zone (event->arg[1]), ARG (0), ARG (2));
    case PWK_EV_HIGHATOMIC_RESERVE:
      SENTENCE (_("The pageblock of pfn %llu is set aside for urgent requests; zone %s now keeps %llu pages so."), ARG (0), zone (event->arg[2]), ARG (3));
    case PWK_EV_HIGHATOMIC_UNRESERVE:
      SENTENCE (_("The pageblock of pfn %llu is no longer kept for urgent requests; zone %s keeps %llu pages so."), ARG (0), zone (event->arg[2]),
                ARG (3));
    default:
      return NULL;
    }
}

static char *
explain_free (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_MM_PAGE_FREE:
      SENTENCE (_("The block of order %llu at pfn %llu is freed: nobody refers to it any more."), ARG (1), ARG (0));
    case PWK_EV_FREE_UNREF_PAGE:
      SENTENCE (_("CPU %llu keeps the freed pfn %llu (order %llu, %s) on its own list: %lld pages now, at most %lld."), ARG (3), ARG (0), ARG (1),
                migratetype (event->arg[2]), (long long) event->arg[4], (long long) event->arg[5]);
    case PWK_EV_MM_PAGE_PCPU_DRAIN:
      SENTENCE (_("The per-cpu list gives pfn %llu (order %llu, %s) back to the buddy system."), ARG (0), ARG (1), migratetype (event->arg[2]));
    case PWK_EV_BAD_PAGE:
      SENTENCE (_("BUG: Bad page state at pfn %llu: %s. The free is refused."), ARG (0), pwk_bad_page_reason ((unsigned) event->arg[1]));
    case PWK_EV_PAGE_FLAGS:
      if (event->arg[2] == 0)
        SENTENCE (_("Flags 0x%llx of the struct page of pfn %llu are set."), ARG (1), ARG (0));
      if (event->arg[1] == 0)
        SENTENCE (_("Flags 0x%llx of the struct page of pfn %llu are cleared."), ARG (2), ARG (0));
      SENTENCE (_("The struct page of pfn %llu: flags 0x%llx are set, 0x%llx cleared."), ARG (0), ARG (1), ARG (2));
    case PWK_EV_LRU_ADD:
      SENTENCE (_("The folio at pfn %llu joins the list “%s”."), ARG (0), pwk_say_lru (event->arg[1]));
    case PWK_EV_LRU_DEL:
      SENTENCE (_("The folio at pfn %llu leaves the list “%s”."), ARG (0), pwk_say_lru (event->arg[1]));
    case PWK_EV_LRU_ACTIVATE:
      SENTENCE (_("The folio at pfn %llu was used again: it becomes active."), ARG (0));
    case PWK_EV_LAZYFREE:
      SENTENCE (_("pfn %llu is marked to be freed lazily: it is dropped when memory is short, unless it is written before."), ARG (0));
    case PWK_EV_OOM_SELECT:
      SENTENCE (_("The OOM killer chooses pid %lld, with %lld points."), (long long) event->arg[0], (long long) event->arg[1]);
    case PWK_EV_OOM_KILL:
      SENTENCE (_("Out of memory: pid %lld is killed, with %lld points."), (long long) event->arg[0], (long long) event->arg[1]);
    default:
      return NULL;
    }
}

char *
pwk_explain_phys (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_request (machine, event);

  if (sentence == NULL)
    sentence = explain_blocks (machine, event);

  return sentence != NULL ? sentence : explain_free (machine, event);
}

/* --- rules --- */

const PwkRule *
pwk_rule_phys (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_MM_PAGE_ALLOC] = { N_("alloc_pages () returns the struct page of the first frame: 2^order frames in a row, aligned to their number."), "alloc_pages(gfp_mask, order)" },
    [PWK_EV_MM_PAGE_ALLOC_ENTER] = { N_("All memory comes from here. The mask says which zones may be used and what the kernel may do to get it."), "gfp_t, GFP mask" },
    [PWK_EV_GET_PAGE_FROM_FREELIST] = { N_("The fast path walks the zonelist: the first zone that stays above its mark and has a block gives it."), "watermark[NR_WMARK]" },
    [PWK_EV_WATERMARK_OK] = { N_("After the allocation the zone must still have more free pages than its mark and the reserve for this class of request."), "watermark[NR_WMARK]" },
    [PWK_EV_WATERMARK_FAIL] = { N_("A zone may not go below its mark: what is left is for kswapd to refill, for urgent requests and for reclaim itself."), "watermark[NR_WMARK]" },
    [PWK_EV_ZONE_SKIP] = { N_("The zonelist has more zones; each refusal leads to the next.") },
    [PWK_EV_RMQUEUE_PCPLIST] = { N_("Orders 0 to 3 and 9 are served from the CPU's own lists without the zone's lock; the newest page is likely still in the cache.") },
    [PWK_EV_RMQUEUE_BULK] = { N_("One turn of the zone's lock fetches a whole batch; the next requests need none."), "spinlock_t lock" },
    [PWK_EV_MM_PAGE_ALLOC_ZONE_LOCKED] = { N_("The smallest list with a block of the wanted migratetype is searched, order by order upwards."), "Buddy System, free_area[MAX_ORDER]" },
    [PWK_EV_SPLIT] = { N_("A block larger than wanted is halved until it fits; each upper half is free and goes to the list one order lower."), "Buddy System, free_area[MAX_ORDER]" },
    [PWK_EV_MERGE] = { N_("The buddy's frame number differs in one bit, that of the order. If it is free with the same order, both become one block, and the search goes on an order higher."), "Buddy System" },
    [PWK_EV_FREE_LIST_ADD] = { N_("Hot blocks go to the head, to be used again soon. A block whose larger buddy is likely to become free goes to the tail, so that they may merge."), "free_area[].free_list" },
    [PWK_EV_FREE_LIST_DEL] = { N_("A block leaves its list when it is given out, split, or merged with its buddy."), "free_area[].nr_free" },
    [PWK_EV_FREE_LIST_MOVE] = { N_("Free blocks follow their pageblock when its migratetype changes.") },
    [PWK_EV_FALLBACK] = { N_("Each migratetype has an order in which it takes from others. The largest block is taken, so that one taking spoils as few pageblocks as possible.") },
    [PWK_EV_PAGEBLOCK_TYPE] = { N_("Pages that cannot move are kept together, pageblock by pageblock, so that large free blocks remain elsewhere.") },
    [PWK_EV_WATERMARK_BOOST] = { N_("Mixing migratetypes means fragmentation: kswapd is made to free more, so that it does not happen again soon."), "watermark[NR_WMARK]" },
    [PWK_EV_HIGHATOMIC_RESERVE] = { N_("Requests of higher order that cannot sleep have a pageblock of their own, at most a hundredth of the zone."), "GFP_ATOMIC" },
    [PWK_EV_HIGHATOMIC_UNRESERVE] = { N_("Under pressure the reserve is given back before anybody is killed.") },
    [PWK_EV_MM_PAGE_FREE] = { N_("The last reference is gone: flags are checked and the block is given back."), "free_pages(), _refcount" },
    [PWK_EV_FREE_UNREF_PAGE] = { N_("Freed pages stay with the CPU until its lists hold more than high; then a batch goes back to the zone.") },
    [PWK_EV_MM_PAGE_PCPU_DRAIN] = { N_("Above high, or when somebody drains the lists, pages return to the buddy system, where they can merge.") },
    [PWK_EV_ALLOC_SLOWPATH] = { N_("Now kswapd is woken, deeper marks are allowed to those who may, and the caller reclaims, compacts, or gives up.") },
    [PWK_EV_KSWAPD_WAKE] = { N_("Below the low mark the background thread starts to free pages, until the zone is above high again."), "Reclaim" },
    [PWK_EV_KSWAPD_SLEEP] = { N_("One zone above its high mark and what it keeps for others is enough: then the node is balanced."), "Reclaim" },
    [PWK_EV_DIRECT_RECLAIM] = { N_("Below min the caller must free pages itself, if its mask lets it sleep."), "__GFP_WAIT, Reclaim" },
    [PWK_EV_WARN_ALLOC] = { N_("A failure is logged with the state of all zones, unless the mask says __GFP_NOWARN.") },
    [PWK_EV_ALLOC_FAILED] = { N_("Nothing was left that this mask may touch; the caller must live with NULL."), "__GFP_NORETRY, __GFP_NOFAIL" },
    [PWK_EV_BAD_PAGE] = { N_("Before a page goes back it is checked: a page that is still mapped, referenced or free already means a bug, and is left alone."), "_refcount, _mapcount" },
    [PWK_EV_MIGHT_SLEEP] = { N_("Interrupt handlers and bottom halves cannot sleep: they must use GFP_ATOMIC or GFP_NOWAIT."), "GFP_ATOMIC" },
    [PWK_EV_PAGE_FLAGS] = { N_("The flags tell what a frame is going through: locked, up to date, dirty, on an LRU list, locked into memory."), "page.flags: locked, uptodate, reclaim, mlocked" },
    [PWK_EV_LRU_ADD] = { N_("Pages that can be reclaimed stand in lists by age; the oldest at the tail go first."), "lru[NR_LRU_LISTS]" },
    [PWK_EV_LRU_DEL] = { N_("A page leaves its list when it is freed, isolated for reclaim, or moves to another list."), "lru, lru_lock" },
    [PWK_EV_LAZYFREE] = { N_("A page without PG_swapbacked needs no swap to be reclaimed. Its entry was made clean, so that a write since then shows."), "anonymous page, dirty" },
    [PWK_EV_LRU_ACTIVATE] = { N_("A page that is used a second time is worth keeping: it gets a second chance."), "lru" },
    [PWK_EV_OOM_SELECT] = { N_("The victim is who frees the most: its pages, page tables and swap, shifted by oom_score_adj.") },
    [PWK_EV_OOM_KILL] = { N_("When reclaim finds nothing, one process is killed so that the others can go on.") },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
