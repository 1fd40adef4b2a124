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
explain_refused (const PwkEvent *event)
{
  const char *name = zone (pwk_arg (event, WATERMARK_FAIL, zone));
  long long free_pages = (long long) pwk_arg (event, WATERMARK_FAIL, free);

  switch (pwk_arg (event, WATERMARK_FAIL, why))
    {
    case PWK_WATERMARK_NO_BLOCK:
      SENTENCE (_("Zone %s of node %llu has no free block of order %llu or more that this request "
                  "may take; with %lld free pages the mark of %llu would allow it."),
                name, ARG (WATERMARK_FAIL, node), ARG (WATERMARK_FAIL, order), free_pages,
                ARG (WATERMARK_FAIL, mark));
    case PWK_WATERMARK_RESERVE:
      SENTENCE (_("Zone %s of node %llu may not give order %llu: of its %lld free pages %llu are "
                  "below the mark, and %llu more are kept for requests that only lower zones can "
                  "serve."),
                name, ARG (WATERMARK_FAIL, node), ARG (WATERMARK_FAIL, order), free_pages,
                ARG (WATERMARK_FAIL, mark), ARG (WATERMARK_FAIL, reserve));
    case PWK_WATERMARK_MARK:
      break;
    }
  SENTENCE (_("Zone %s of node %llu may not give order %llu: %lld pages are free, and the mark is "
              "%llu."),
            name, ARG (WATERMARK_FAIL, node), ARG (WATERMARK_FAIL, order), free_pages,
            ARG (WATERMARK_FAIL, mark));
}

/* rmqueue () asks without a mask, once the marks of a zone have been raised. */
static char *
explain_wake (const PwkEvent *event)
{
  const char *name = zone (pwk_arg (event, KSWAPD_WAKE, zone));

  if (pwk_arg (event, KSWAPD_WAKE, order) > 0)
    SENTENCE (_("kswapd of node %llu is woken: zone %s could not give a block of order %llu."),
              ARG (KSWAPD_WAKE, node), name, ARG (KSWAPD_WAKE, order));
  if (pwk_arg (event, KSWAPD_WAKE, gfp) == 0)
    SENTENCE (_("kswapd of node %llu is woken: the marks of zone %s are raised for a while."),
              ARG (KSWAPD_WAKE, node), name);
  SENTENCE (_("kswapd of node %llu is woken: zone %s is short of free pages."),
            ARG (KSWAPD_WAKE, node), name);
}

static char *
explain_request (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *gfp = NULL;

  switch (event->kind)
    {
    case PWK_EV_MM_PAGE_ALLOC_ENTER:
      gfp = pwk_say_gfp (pwk_arg (event, MM_PAGE_ALLOC_ENTER, gfp));
      SENTENCE (ngettext ("alloc_pages () is asked for %llu page (order %llu) with %s.",
                          "alloc_pages () is asked for %llu pages (order %llu) with %s.",
                          pwk_order_pages (
                              (unsigned) MIN (pwk_arg (event, MM_PAGE_ALLOC_ENTER, order), 30))),
                PWK_N (pwk_order_pages (
                    (unsigned) MIN (pwk_arg (event, MM_PAGE_ALLOC_ENTER, order), 30))),
                ARG (MM_PAGE_ALLOC_ENTER, order), gfp);
    case PWK_EV_MM_PAGE_ALLOC:
      gfp = pwk_say_gfp (pwk_arg (event, MM_PAGE_ALLOC, gfp));
      SENTENCE (_("The request of order %llu with %s gets pfn %llu, from zone %s of node %llu "
                  "(%s)."),
                ARG (MM_PAGE_ALLOC, order), gfp, ARG (MM_PAGE_ALLOC, pfn),
                zone (pwk_arg (event, MM_PAGE_ALLOC, zone)), ARG (MM_PAGE_ALLOC, node),
                migratetype (pwk_arg (event, MM_PAGE_ALLOC, migratetype)));
    case PWK_EV_GET_PAGE_FROM_FREELIST:
      gfp = pwk_say_gfp (pwk_arg (event, GET_PAGE_FROM_FREELIST, gfp));
      SENTENCE (_("The zones are tried one by one for order %llu with %s; the mark to be kept is "
                  "%s."),
                ARG (GET_PAGE_FROM_FREELIST, order), gfp,
                pwk_arg (event, GET_PAGE_FROM_FREELIST, wmark) < PWK_NR_WMARK
                    ? pwk_wmark_name ((unsigned) pwk_arg (event, GET_PAGE_FROM_FREELIST, wmark))
                    : C_("watermark", "none"));
    case PWK_EV_WATERMARK_OK:
      SENTENCE (_("Zone %s of node %llu may give order %llu: %llu pages are free, the mark is "
                  "%llu."),
                zone (pwk_arg (event, WATERMARK_OK, zone)), ARG (WATERMARK_OK, node),
                ARG (WATERMARK_OK, order), ARG (WATERMARK_OK, free), ARG (WATERMARK_OK, mark));
    case PWK_EV_WATERMARK_FAIL:
      return explain_refused (event);
    case PWK_EV_ZONE_SKIP:
      if (pwk_arg (event, ZONE_SKIP, why) == PWK_ZONE_SKIP_REMOTE)
        SENTENCE (_("Zone %s of node %llu is passed over: it is on another node, and mixing "
                    "migratetypes here is to be avoided first."),
                  zone (pwk_arg (event, ZONE_SKIP, zone)), ARG (ZONE_SKIP, node));
      if (pwk_arg (event, ZONE_SKIP, why) == PWK_ZONE_SKIP_CPUSET)
        SENTENCE (_("Zone %s of node %llu is passed over: the process's cpuset does not have that "
                    "node."),
                  zone (pwk_arg (event, ZONE_SKIP, zone)), ARG (ZONE_SKIP, node));
      if (pwk_arg (event, ZONE_SKIP, why) == PWK_ZONE_SKIP_KSWAPD)
        SENTENCE (_("Zone %s of node %llu is passed over for now: its kswapd is at work, and "
                    "another node may have pages to spare."),
                  zone (pwk_arg (event, ZONE_SKIP, zone)), ARG (ZONE_SKIP, node));
      SENTENCE (_("Zone %s of node %llu is passed over: it has no block that fits."),
                zone (pwk_arg (event, ZONE_SKIP, zone)), ARG (ZONE_SKIP, node));
    case PWK_EV_ALLOC_SLOWPATH:
      gfp = pwk_say_gfp (pwk_arg (event, ALLOC_SLOWPATH, gfp));
      SENTENCE (_("No zone could serve order %llu with %s at once: the slow path begins."),
                ARG (ALLOC_SLOWPATH, order), gfp);
    case PWK_EV_DIRECT_RECLAIM:
      gfp = pwk_say_gfp (pwk_arg (event, DIRECT_RECLAIM, gfp));
      if (pwk_arg (event, DIRECT_RECLAIM, order) == 0)
        SENTENCE (_("The caller itself looks for memory to free, with %s. No compaction: order 0 "
                    "has no need of it."),
                  gfp);
      SENTENCE (_("The caller itself looks for memory to free, for order %llu with %s."),
                ARG (DIRECT_RECLAIM, order), gfp);
    case PWK_EV_WARN_ALLOC:
      gfp = pwk_say_gfp (pwk_arg (event, WARN_ALLOC, gfp));
      SENTENCE (_("The kernel log gets “page allocation failure: order:%llu, mode:%s”."),
                ARG (WARN_ALLOC, order), gfp);
    case PWK_EV_ALLOC_FAILED:
      gfp = pwk_say_gfp (pwk_arg (event, ALLOC_FAILED, gfp));
      SENTENCE (_("The request of order %llu with %s fails: alloc_pages () returns NULL."),
                ARG (ALLOC_FAILED, order), gfp);
    case PWK_EV_KSWAPD_WAKE:
      return explain_wake (event);
    case PWK_EV_KSWAPD_SLEEP:
      SENTENCE (_("kswapd of node %llu goes to sleep: zone %s has %llu free pages, and its high "
                  "mark is %llu."),
                ARG (KSWAPD_SLEEP, node), zone (pwk_arg (event, KSWAPD_SLEEP, zone)),
                ARG (KSWAPD_SLEEP, free), ARG (KSWAPD_SLEEP, mark));
    case PWK_EV_MIGHT_SLEEP:
      gfp = pwk_say_gfp (pwk_arg (event, MIGHT_SLEEP, gfp));
      SENTENCE (_("A request with %s may sleep, but it comes from %s: “sleeping function called "
                   "from invalid context”."),
                gfp,
                pwk_arg (event, MIGHT_SLEEP, context) == PWK_CONTEXT_IRQ
                    ? _("an interrupt handler")
                    : _("a bottom half"));
    case PWK_EV_RECLAIM_CYCLE:
      gfp = pwk_say_gfp (pwk_arg (event, RECLAIM_CYCLE, gfp));
      if (pwk_arg (event, RECLAIM_CYCLE, context) == PWK_CONTEXT_BLOCK)
        SENTENCE (_("A request with %s inside the block layer: reclaim may write a page, which "
                    "goes through the block layer, which waits for this request. It would wait "
                    "for itself."),
                  gfp);
      SENTENCE (_("A request with %s inside a file system: reclaim may write a page, which goes "
                  "through the file system, which waits for this request. It would wait for "
                  "itself."),
                gfp);
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
      SENTENCE (_("CPU %llu takes pfn %llu (order %llu, %s) off its own list; %lld pages are left "
                  "on its lists."),
                ARG (RMQUEUE_PCPLIST, cpu), ARG (RMQUEUE_PCPLIST, pfn),
                ARG (RMQUEUE_PCPLIST, order),
                migratetype (pwk_arg (event, RMQUEUE_PCPLIST, migratetype)),
                (long long) pwk_arg (event, RMQUEUE_PCPLIST, left));
    case PWK_EV_RMQUEUE_BULK:
      SENTENCE (_("CPU %llu's list is empty: it fetches %llu blocks of order %llu (%s) from zone "
                  "%s of node %llu in one go."),
                ARG (RMQUEUE_BULK, cpu), ARG (RMQUEUE_BULK, wanted), ARG (RMQUEUE_BULK, order),
                migratetype (pwk_arg (event, RMQUEUE_BULK, migratetype)),
                zone (pwk_arg (event, RMQUEUE_BULK, zone)), ARG (RMQUEUE_BULK, node));
    case PWK_EV_MM_PAGE_ALLOC_ZONE_LOCKED:
      SENTENCE (_("The buddy system of zone %s gives out the block of order %llu at pfn %llu "
                  "(%s)."),
                zone (pwk_arg (event, MM_PAGE_ALLOC_ZONE_LOCKED, zone)),
                ARG (MM_PAGE_ALLOC_ZONE_LOCKED, order), ARG (MM_PAGE_ALLOC_ZONE_LOCKED, pfn),
                migratetype (pwk_arg (event, MM_PAGE_ALLOC_ZONE_LOCKED, migratetype)));
    case PWK_EV_SPLIT:
      SENTENCE (_("The block at pfn %llu is halved: its upper half, pfn %llu, goes to the list of "
                  "order %llu (%s)."),
                ARG (SPLIT, pfn), ARG (SPLIT, buddy), ARG (SPLIT, order),
                migratetype (pwk_arg (event, SPLIT, migratetype)));
    case PWK_EV_MERGE:
      SENTENCE (_("The free blocks at pfn %llu and its buddy pfn %llu, both of order %llu, join to "
                  "one of order %llu at pfn %llu."),
                ARG (MERGE, pfn), ARG (MERGE, buddy), ARG (MERGE, order),
                PWK_N (pwk_arg (event, MERGE, order) + 1), ARG (MERGE, into));
    case PWK_EV_FREE_LIST_ADD:
      if (pwk_arg (event, FREE_LIST_ADD, tail) != 0)
        SENTENCE (_("The free block at pfn %llu goes to the tail of the list of order %llu (%s)."),
                  ARG (FREE_LIST_ADD, pfn), ARG (FREE_LIST_ADD, order),
                  migratetype (pwk_arg (event, FREE_LIST_ADD, migratetype)));
      SENTENCE (_("The free block at pfn %llu goes to the head of the list of order %llu (%s)."),
                ARG (FREE_LIST_ADD, pfn), ARG (FREE_LIST_ADD, order),
                migratetype (pwk_arg (event, FREE_LIST_ADD, migratetype)));
    case PWK_EV_FREE_LIST_DEL:
      SENTENCE (_("The block at pfn %llu leaves the free list of order %llu (%s)."),
                ARG (FREE_LIST_DEL, pfn), ARG (FREE_LIST_DEL, order),
                migratetype (pwk_arg (event, FREE_LIST_DEL, migratetype)));
    case PWK_EV_FREE_LIST_MOVE:
      SENTENCE (_("The free block of order %llu at pfn %llu moves from the list “%s” to the list "
                  "“%s”."),
                ARG (FREE_LIST_MOVE, order), ARG (FREE_LIST_MOVE, pfn),
                migratetype (pwk_arg (event, FREE_LIST_MOVE, old)),
                migratetype (pwk_arg (event, FREE_LIST_MOVE, new)));
    case PWK_EV_FALLBACK:
      if (pwk_arg (event, FALLBACK, claimed) != 0)
        SENTENCE (_("No %s block is left: one of order %llu at pfn %llu is taken from “%s”, and "
                    "its whole pageblock changes sides."),
                  migratetype (pwk_arg (event, FALLBACK, want)), ARG (FALLBACK, fallback_order),
                  ARG (FALLBACK, pfn), migratetype (pwk_arg (event, FALLBACK, had)));
      SENTENCE (_("No %s block is left: one of order %llu at pfn %llu is borrowed from “%s”."),
                migratetype (pwk_arg (event, FALLBACK, want)), ARG (FALLBACK, fallback_order),
                ARG (FALLBACK, pfn), migratetype (pwk_arg (event, FALLBACK, had)));
    case PWK_EV_PAGEBLOCK_TYPE:
      SENTENCE (_("The pageblock at pfn %llu changes from %s to %s."), ARG (PAGEBLOCK_TYPE, pfn),
                migratetype (pwk_arg (event, PAGEBLOCK_TYPE, old)),
                migratetype (pwk_arg (event, PAGEBLOCK_TYPE, new)));
    case PWK_EV_WATERMARK_BOOST:
      if (pwk_arg (event, WATERMARK_BOOST, boost) == 0)
        SENTENCE (_("The marks of zone %s of node %llu are what they were: kswapd has had its "
                    "turn."),
                  zone (pwk_arg (event, WATERMARK_BOOST, zone)), ARG (WATERMARK_BOOST, node));
      SENTENCE (_("The marks of zone %s of node %llu are raised by %llu pages for a while."),
                zone (pwk_arg (event, WATERMARK_BOOST, zone)), ARG (WATERMARK_BOOST, node),
                ARG (WATERMARK_BOOST, boost));
    case PWK_EV_HIGHATOMIC_RESERVE:
      SENTENCE (_("The pageblock of pfn %llu is set aside for urgent requests; zone %s now keeps "
                  "%llu pages so."),
                ARG (HIGHATOMIC_RESERVE, pfn), zone (pwk_arg (event, HIGHATOMIC_RESERVE, zone)),
                ARG (HIGHATOMIC_RESERVE, reserved));
    case PWK_EV_HIGHATOMIC_UNRESERVE:
      SENTENCE (_("The pageblock of pfn %llu is no longer kept for urgent requests; zone %s keeps "
                  "%llu pages so."),
                ARG (HIGHATOMIC_UNRESERVE, pfn), zone (pwk_arg (event, HIGHATOMIC_UNRESERVE, zone)),
                ARG (HIGHATOMIC_UNRESERVE, reserved));
    default:
      return NULL;
    }
}

/* What happened to which flags of how many frames. */
static char *
explain_flags (const PwkEvent *event)
{
  g_autofree char *set = pwk_words_page_flags (pwk_arg (event, PAGE_FLAGS, set));
  g_autofree char *cleared = pwk_words_page_flags (pwk_arg (event, PAGE_FLAGS, cleared));
  g_autofree char *what = *cleared == '\0' ? g_strdup_printf (_("%s set"), set)
                          : *set == '\0'   ? g_strdup_printf (_("%s cleared"), cleared)
                                         : g_strdup_printf (_("%s set, %s cleared"), set, cleared);

  if (pwk_arg (event, PAGE_FLAGS, pfn) == pwk_arg (event, PAGE_FLAGS, last))
    /* Translators: the last %s is "PG_lru set, PG_active cleared". */
    SENTENCE (_("The struct page of pfn %llu: %s."), ARG (PAGE_FLAGS, pfn), what);
  SENTENCE (_("The struct pages of pfn %llu–%llu: %s."), ARG (PAGE_FLAGS, pfn),
            ARG (PAGE_FLAGS, last), what);
}

static char *
explain_free (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_MM_PAGE_FREE:
      SENTENCE (_("The block of order %llu at pfn %llu is freed: nobody refers to it any more."),
                ARG (MM_PAGE_FREE, order), ARG (MM_PAGE_FREE, pfn));
    case PWK_EV_FREE_UNREF_PAGE:
      SENTENCE (_("CPU %llu keeps the freed pfn %llu (order %llu, %s) on its own list: %lld pages "
                  "now, at most %lld."),
                ARG (FREE_UNREF_PAGE, cpu), ARG (FREE_UNREF_PAGE, pfn),
                ARG (FREE_UNREF_PAGE, order),
                migratetype (pwk_arg (event, FREE_UNREF_PAGE, migratetype)),
                (long long) pwk_arg (event, FREE_UNREF_PAGE, count),
                (long long) pwk_arg (event, FREE_UNREF_PAGE, high));
    case PWK_EV_MM_PAGE_PCPU_DRAIN:
      SENTENCE (_("The per-cpu list gives pfn %llu (order %llu, %s) back to the buddy system."),
                ARG (MM_PAGE_PCPU_DRAIN, pfn), ARG (MM_PAGE_PCPU_DRAIN, order),
                migratetype (pwk_arg (event, MM_PAGE_PCPU_DRAIN, migratetype)));
    case PWK_EV_BAD_PAGE:
      SENTENCE (_("BUG: Bad page state at pfn %llu: %s. The free is refused."), ARG (BAD_PAGE, pfn),
                pwk_bad_page_reason ((unsigned) pwk_arg (event, BAD_PAGE, why)));
    case PWK_EV_PAGE_FLAGS:
      return explain_flags (event);
    case PWK_EV_LRU_ADD:
      SENTENCE (_("The folio at pfn %llu joins the list “%s”."), ARG (LRU_ADD, pfn),
                pwk_words_lru (pwk_arg (event, LRU_ADD, lru)));
    case PWK_EV_LRU_DEL:
      SENTENCE (_("The folio at pfn %llu leaves the list “%s”."), ARG (LRU_DEL, pfn),
                pwk_words_lru (pwk_arg (event, LRU_DEL, lru)));
    case PWK_EV_LRU_ACTIVATE:
      SENTENCE (_("The folio at pfn %llu was used again: it becomes active."),
                ARG (LRU_ACTIVATE, pfn));
    case PWK_EV_LAZYFREE:
      SENTENCE (_("pfn %llu is marked to be freed lazily: it is dropped when memory is short, "
                  "unless it is written before."),
                ARG (LAZYFREE, pfn));
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
    [PWK_EV_MM_PAGE_ALLOC] = { N_("alloc_pages () returns the struct page of the first frame: "
                                  "2^order frames in a row, aligned to their number."),
                               "alloc_pages(gfp_mask, order)" },
    [PWK_EV_MM_PAGE_ALLOC_ENTER] = { N_("All memory comes from here. The mask says which zones may "
                                        "be used and what the kernel may do to get it."),
                                     "gfp_t, GFP mask" },
    [PWK_EV_GET_PAGE_FROM_FREELIST] = { N_("The fast path walks the zonelist: the first zone that "
                                           "stays above its mark and has a block gives it."),
                                        "watermark[NR_WMARK]" },
    [PWK_EV_WATERMARK_OK] = { N_("After the allocation the zone must still have more free pages "
                                 "than its mark and the reserve for this class of request."),
                              "watermark[NR_WMARK]" },
    [PWK_EV_WATERMARK_FAIL] = { N_("A zone may not go below its mark: what is left is for kswapd "
                                   "to refill, for urgent requests and for reclaim itself."),
                                "watermark[NR_WMARK]" },
    [PWK_EV_ZONE_SKIP] = { N_("The zonelist has more zones; each refusal leads to the next.") },
    [PWK_EV_RMQUEUE_PCPLIST] = { N_("Orders 0 to 3 and 9 are served from the CPU's own lists "
                                    "without the zone's lock; the newest page is likely still in "
                                    "the cache.") },
    [PWK_EV_RMQUEUE_BULK] = { N_("One turn of the zone's lock fetches a whole batch; the next "
                                 "requests need none."),
                              "spinlock_t lock" },
    [PWK_EV_MM_PAGE_ALLOC_ZONE_LOCKED] = { N_("The smallest list with a block of the wanted "
                                              "migratetype is searched, order by order upwards."),
                                           "Buddy System, free_area[MAX_ORDER]" },
    [PWK_EV_SPLIT] = { N_("A block larger than wanted is halved until it fits; each upper half is "
                          "free and goes to the list one order lower."),
                       "Buddy System, free_area[MAX_ORDER]" },
    [PWK_EV_MERGE] = { N_("The buddy's frame number differs in one bit, that of the order. If it "
                          "is free with the same order, both become one block, and the search goes "
                          "on an order higher."),
                       "Buddy System" },
    [PWK_EV_FREE_LIST_ADD] = { N_("Hot blocks go to the head, to be used again soon. A block whose "
                                  "larger buddy is likely to become free goes to the tail, so that "
                                  "they may merge."),
                               "free_area[].free_list" },
    [PWK_EV_FREE_LIST_DEL] = { N_("A block leaves its list when it is given out, split, or merged "
                                  "with its buddy."),
                               "free_area[].nr_free" },
    [PWK_EV_FREE_LIST_MOVE] = { N_("Free blocks follow their pageblock when its migratetype "
                                   "changes.") },
    [PWK_EV_FALLBACK] = { N_("Each migratetype has an order in which it takes from others. The "
                             "largest block is taken, so that one taking spoils as few pageblocks "
                             "as possible.") },
    [PWK_EV_PAGEBLOCK_TYPE] = { N_("Pages that cannot move are kept together, pageblock by "
                                   "pageblock, so that large free blocks remain elsewhere.") },
    [PWK_EV_WATERMARK_BOOST] = { N_("Mixing migratetypes means fragmentation: kswapd is made to "
                                    "free more, so that it does not happen again soon."),
                                 "watermark[NR_WMARK]" },
    [PWK_EV_HIGHATOMIC_RESERVE] = { N_("Requests of higher order that cannot sleep have a "
                                       "pageblock of their own, at most a hundredth of the zone."),
                                    "GFP_ATOMIC" },
    [PWK_EV_HIGHATOMIC_UNRESERVE] = { N_("Under pressure the reserve is given back before anybody "
                                         "is killed.") },
    [PWK_EV_MM_PAGE_FREE] = { N_("The last reference is gone: flags are checked and the block is "
                                 "given back."),
                              "free_pages(), _refcount" },
    [PWK_EV_FREE_UNREF_PAGE] = { N_("Freed pages stay with the CPU until its lists hold more than "
                                    "high; then a batch goes back to the zone.") },
    [PWK_EV_MM_PAGE_PCPU_DRAIN] = { N_("Above high, or when somebody drains the lists, pages "
                                       "return to the buddy system, where they can merge.") },
    [PWK_EV_ALLOC_SLOWPATH] = { N_("Now kswapd is woken, deeper marks are allowed to those who "
                                   "may, and the caller reclaims, compacts, or gives up.") },
    [PWK_EV_KSWAPD_WAKE] = { N_("Below the low mark the background thread starts to free pages, "
                                "until the zone is above high again."),
                             "Reclaim" },
    [PWK_EV_KSWAPD_SLEEP] = { N_("One zone above its high mark and what it keeps for others is "
                                 "enough: then the node is balanced."),
                              "Reclaim" },
    [PWK_EV_DIRECT_RECLAIM] = { N_("Below min the caller must free pages itself, if its mask lets "
                                   "it sleep."),
                                "__GFP_WAIT, Reclaim" },
    [PWK_EV_WARN_ALLOC] = { N_("A failure is logged with the state of all zones, unless the mask "
                               "says __GFP_NOWARN.") },
    [PWK_EV_ALLOC_FAILED] = { N_("Nothing was left that this mask may touch; the caller must live "
                                 "with NULL."),
                              "__GFP_NORETRY, __GFP_NOFAIL" },
    [PWK_EV_BAD_PAGE] = { N_("Before a page goes back it is checked: a page that is still mapped, "
                             "referenced or free already means a bug, and is left alone."),
                          "_refcount, _mapcount" },
    [PWK_EV_MIGHT_SLEEP] = { N_("Interrupt handlers and bottom halves cannot sleep: they must use "
                                "GFP_ATOMIC or GFP_NOWAIT."),
                             "GFP_ATOMIC" },
    [PWK_EV_RECLAIM_CYCLE] = { N_("Who writes pages for reclaim must not wait for reclaim: the "
                                  "block layer asks with GFP_NOIO, a file system with GFP_NOFS, or "
                                  "opens a scope (memalloc_noio_save()) that all within it goes "
                                  "by."),
                               "GFP_NOIO, GFP_NOFS" },
    [PWK_EV_PAGE_FLAGS] = { N_("The flags tell what a frame is going through: locked, up to date, "
                               "dirty, on an LRU list, locked into memory."),
                            "page.flags: locked, uptodate, reclaim, mlocked" },
    [PWK_EV_LRU_ADD] = { N_("Pages that can be reclaimed stand in lists by age; the oldest at the "
                            "tail go first."),
                         "lru[NR_LRU_LISTS]" },
    [PWK_EV_LRU_DEL] = { N_("A page leaves its list when it is freed, isolated for reclaim, or "
                            "moves to another list."),
                         "lru, lru_lock" },
    [PWK_EV_LAZYFREE] = { N_("A page without PG_swapbacked needs no swap to be reclaimed. Its "
                             "entry was made clean, so that a write since then shows."),
                          "anonymous page, dirty" },
    [PWK_EV_LRU_ACTIVATE] = { N_("A page that is used a second time is worth keeping: it gets a "
                                 "second chance."),
                              "lru" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
