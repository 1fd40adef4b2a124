/* explain-hugetlb.c - sentences: pools of huge pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

/* "2M", "1G"; units are not translated. */
static const char *
size_word (uint64_t order)
{
  return order + PWK_PAGE_SHIFT >= PWK_PUD_SHIFT ? "1G" : "2M";
}

/* Pages that come into the pool and go. */
static char *
explain_pool (const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_HUGETLB_NEW:
      if (pwk_arg (event, HUGETLB_NEW, surplus) != 0)
        SENTENCE (_("The pool of %s pages gets frame %llu as a surplus page: it goes when it is "
                     "free again."),
                  size_word (pwk_arg (event, HUGETLB_NEW, order)), ARG (HUGETLB_NEW, pfn));
      SENTENCE (_("The pool of %s pages gets frame %llu from the page allocator."),
                size_word (pwk_arg (event, HUGETLB_NEW, order)), ARG (HUGETLB_NEW, pfn));
    case PWK_EV_HUGETLB_ENQUEUE:
      SENTENCE (_("Frame %llu is free in the pool of %s pages, which has %llu free ones now."),
                ARG (HUGETLB_ENQUEUE, pfn), size_word (pwk_arg (event, HUGETLB_ENQUEUE, order)),
                ARG (HUGETLB_ENQUEUE, free));
    case PWK_EV_HUGETLB_REMOVE:
      SENTENCE (_("Frame %llu leaves the pool of %s pages for the page allocator."),
                ARG (HUGETLB_REMOVE, pfn), size_word (pwk_arg (event, HUGETLB_REMOVE, order)));
    case PWK_EV_HUGETLB_SURPLUS:
      SENTENCE (
          _("The pool of %s pages counts %llu of its pages as surplus now: such pages go when "
             "they are free."),
          size_word (pwk_arg (event, HUGETLB_SURPLUS, order)), ARG (HUGETLB_SURPLUS, surplus));
    default:
      return NULL;
    }
}

static char *
explain_wp (const PwkEvent *event)
{
  if (pwk_arg (event, HUGETLB_WP, old) == pwk_arg (event, HUGETLB_WP, new))
    SENTENCE (_("The huge page at 0x%llx, frame %llu, stays and becomes writable."),
              ARG (HUGETLB_WP, addr), ARG (HUGETLB_WP, old));
  SENTENCE (_("The huge page at 0x%llx, frame %llu, is copied to frame %llu."),
            ARG (HUGETLB_WP, addr), ARG (HUGETLB_WP, old), ARG (HUGETLB_WP, new));
}

char *
pwk_explain_hugetlb (const PwkMachine *machine, const PwkEvent *event)
{
  (void) machine;
  switch (event->kind)
    {
    case PWK_EV_HUGETLB_DEQUEUE:
      if (pwk_arg (event, HUGETLB_DEQUEUE, reserved) != 0)
        SENTENCE (_("Frame %llu is taken out of the pool of %s pages, as was reserved."),
                  ARG (HUGETLB_DEQUEUE, pfn), size_word (pwk_arg (event, HUGETLB_DEQUEUE, order)));
      SENTENCE (_("Frame %llu is taken out of the pool of %s pages; it was reserved for nobody."),
                ARG (HUGETLB_DEQUEUE, pfn), size_word (pwk_arg (event, HUGETLB_DEQUEUE, order)));
    case PWK_EV_HUGETLB_RESERVE:
      SENTENCE (ngettext ("%llu page of %s more is to be reserved, beside %llu.",
                          "%llu pages of %s more are to be reserved, beside %llu.",
                          pwk_arg (event, HUGETLB_RESERVE, pages)),
                ARG (HUGETLB_RESERVE, pages), size_word (pwk_arg (event, HUGETLB_RESERVE, order)),
                ARG (HUGETLB_RESERVE, reserved));
    case PWK_EV_HUGETLB_UNRESERVE:
      SENTENCE (ngettext ("The reservation of %llu page of %s is given back, of %llu.",
                          "The reservations of %llu pages of %s are given back, of %llu.",
                          pwk_arg (event, HUGETLB_UNRESERVE, pages)),
                ARG (HUGETLB_UNRESERVE, pages),
                size_word (pwk_arg (event, HUGETLB_UNRESERVE, order)),
                ARG (HUGETLB_UNRESERVE, reserved));
    case PWK_EV_HUGETLB_MAP:
      if (pwk_arg (event, HUGETLB_MAP, cached) != 0)
        SENTENCE (_("The object's huge page, frame %llu, is mapped at 0x%llx."),
                  ARG (HUGETLB_MAP, pfn), ARG (HUGETLB_MAP, addr));
      SENTENCE (_("A new huge page, frame %llu, zeroed, is mapped at 0x%llx."),
                ARG (HUGETLB_MAP, pfn), ARG (HUGETLB_MAP, addr));
    case PWK_EV_HUGETLB_WP:
      return explain_wp (event);
    case PWK_EV_HUGETLB_UNMAP_REF:
      SENTENCE (
          _("Region %llu loses frame %llu at 0x%llx: it belongs to the parent, who has no other "
             "page. The next access there is SIGBUS."),
          ARG (HUGETLB_UNMAP_REF, vma), ARG (HUGETLB_UNMAP_REF, pfn),
          ARG (HUGETLB_UNMAP_REF, addr));
    default:
      return explain_pool (event);
    }
}

const PwkRule *
pwk_rule_hugetlb (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_HUGETLB_NEW] = { N_("2 MiB in one piece are hard to find once memory is in use, so an "
                                 "administrator sets them aside early (vm.nr_hugepages). Beyond "
                                 "those the pool may grow for a while "
                                 "(vm.nr_overcommit_hugepages)."),
                             "hugetlb, nr_hugepages" },
    [PWK_EV_HUGETLB_ENQUEUE] = { N_(
        "Pages of the pool are for mappings with MAP_HUGETLB alone, also "
        "while they are free.") },
    [PWK_EV_HUGETLB_DEQUEUE] = { N_(
        "A reserved page is there for who reserved it; others get what is "
        "free beyond the reservations.") },
    [PWK_EV_HUGETLB_REMOVE] = { N_(
        "A page that is free goes if its node has surplus pages, or if the "
        "pool was made smaller.") },
    [PWK_EV_HUGETLB_SURPLUS] = { N_(
        "Pages in use cannot be taken away: a pool that is to be smaller "
        "than what is in use gets there as they are freed.") },
    [PWK_EV_HUGETLB_RESERVE] = { N_(
        "mmap() reserves all pages of a mapping, so that no access finds "
        "the pool empty later; with MAP_NORESERVE nothing is reserved, and "
        "an access may end in SIGBUS.") },
    [PWK_EV_HUGETLB_UNRESERVE] = { N_("What was reserved and never used is for others again, and "
                                       "surplus pages that were kept for it go.") },
    [PWK_EV_HUGETLB_MAP] = { N_(
        "Huge pages are neither swapped nor split, and one is mapped by one "
        "entry of the pmd, or of the pud (1 GiB).") },
    [PWK_EV_HUGETLB_WP] = { N_(
        "After fork() a huge page, too, is copied by who writes first, unless he "
        "is the only one to map it. The copy is beyond what was reserved.") },
    [PWK_EV_HUGETLB_UNMAP_REF] = { N_(
        "The pages were reserved for who made the mapping. His children "
        "have them as long as there are enough.") },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
