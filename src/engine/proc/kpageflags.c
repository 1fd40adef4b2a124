/* kpageflags.c - /proc/kpageflags and kpagecount as text
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/page.c:stable_page_flags(). The bits are an ABI of their own, stable from kernel
 * to kernel while page->flags are not; so flags are translated one by one, and what a page is used
 * as becomes a bit too.
 */
#include "engine/phys/section.h"
#include "engine/proc/proc.h"
#include "engine/virt/rmap.h"

/* Bits of /proc/kpageflags (include/uapi/linux/kernel-page-flags.h), names of tools/mm/page-types.c. */
static const struct { const char *name; unsigned bit; uint32_t flag; } flags[] = {
  { "locked", 0, PWK_PG_LOCKED }, { "referenced", 2, PWK_PG_REFERENCED }, { "uptodate", 3, PWK_PG_UPTODATE }, { "dirty", 4, PWK_PG_DIRTY },
  { "lru", 5, PWK_PG_LRU }, { "active", 6, PWK_PG_ACTIVE }, { "writeback", 8, PWK_PG_WRITEBACK }, { "reclaim", 9, PWK_PG_RECLAIM },
  { "swapcache", 13, PWK_PG_SWAPCACHE }, { "swapbacked", 14, PWK_PG_SWAPBACKED }, { "compound_head", 15, PWK_PG_HEAD },
  { "compound_tail", 16, PWK_PG_TAIL }, { "unevictable", 18, PWK_PG_UNEVICTABLE }, { "mlocked", 33, PWK_PG_MLOCKED },
};

static const struct { const char *name; unsigned bit; } types[PWK_N_PAGE_TYPES] = {
  [PWK_PAGE_BUDDY] = { "buddy", 10 }, [PWK_PAGE_HOLE] = { "nopage", 20 }, [PWK_PAGE_RESERVED] = { "reserved", 32 },
  [PWK_PAGE_TABLE] = { "pgtable", 26 }, [PWK_PAGE_SLAB] = { "slab", 7 }, [PWK_PAGE_ANON] = { "anon", 12 }, [PWK_PAGE_ZERO] = { "zero_page", 24 },
  [PWK_PAGE_HUGETLB] = { "huge", 17 },
};

/* Appends the name, behind a comma if it is not the first since @start, and gives its bit. */
static uint64_t
add (GString *names, gsize start, const char *name, unsigned bit)
{
  g_string_append_printf (names, "%s%s", names->len > start ? "," : "", name);
  return (uint64_t) 1 << bit;
}

/* Flags first, then "mmap", then what the page is: the order of the recordings, not of the bits. */
uint64_t
pwk_proc_page_flags (const PwkPage *page, GString *names)
{
  gsize start = names->len;
  uint64_t bits = 0;

  pwk_assert_door (page->type < PWK_N_PAGE_TYPES);
  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    if (page->pg_flags & flags[i].flag)
      bits |= add (names, start, flags[i].name, flags[i].bit);
  /* KPF_MMAP: some entry maps it. */
  if (page->_mapcount > 0)
    bits |= add (names, start, "mmap", 11);
  if (types[page->type].name)
    bits |= add (names, start, types[page->type].name, types[page->type].bit);
  return bits;
}

/* A line: pfn, flags, mappings by page-table entries, references, names. */
static void
show (const PwkMachine *machine, PwkPfn pfn, GString *out)
{
  g_autoptr(GString) names = g_string_new (NULL);
  PwkPage page = pwk_page_read (machine, pfn);
  uint64_t bits = pwk_proc_page_flags (&page, names);

  g_string_append_printf (out, "%" G_GUINT64_FORMAT " 0x%016" G_GINT64_MODIFIER "x %u %d %s\n", pfn, bits, pwk_page_mapcount (machine, pfn), page._refcount,
                          names->str);
}

void
pwk_proc_kpageflags (const PwkMachine *machine, PwkPfn pfn, uint64_t n, GString *out)
{
  n = pfn < machine->st->max_pfn ? MIN (n, machine->st->max_pfn - pfn) : 0;
  for (uint64_t i = 0; i < n; i++)
    show (machine, pfn + i, out);
}
