/* trace-regions.c - the regions that a recorded program must have had, told by how it used its pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/trace-regions.h"

#include "files/interrupt.h"
#include "import/page-set.h"

#define PAGE_SHIFT 12
#define HOLE       16u                    /* pages */
#define WIDEST     ((uint64_t) 1 << 52)   /* all of the address space */

#define ASK_EVERY  65536     /* records: whether they are still wanted */

#define FETCHED 1u
#define READ    2u
#define WRITTEN 4u

static const unsigned uses[] = {
  [PWK_TRACE_INSTR] = FETCHED, [PWK_TRACE_LOAD] = READ, [PWK_TRACE_STORE] = WRITTEN, [PWK_TRACE_MODIFY] = READ | WRITTEN,
};

typedef struct { uint64_t number; unsigned use; } Page;

/* --- which pages, and how --- */

/* What has been read so far, and the page that was met last: most accesses meet that again. */
typedef struct
{
  PwkPageSet      set;
  Page            last;
  uint64_t        limit;
  PwkTraceLayout *layout;       /* borrowed */
} Collection;

static void
collect_record (Collection *collection, const PwkTraceRecord *record)
{
  unsigned use = uses[record->kind];

  if (record->addr >= collection->limit || record->size > collection->limit - record->addr)
    return;
  if (!collection->layout->stack_pointer && use & WRITTEN)
    collection->layout->stack_pointer = record->addr;
  for (uint64_t page = record->addr >> PAGE_SHIFT; page <= (record->addr + record->size - 1) >> PAGE_SHIFT; page++)
    {
      Page *last = &collection->last;

      if (page == last->number && !(use & ~last->use))
        continue;
      *last = (Page) { page, page == last->number ? last->use | use : use };
      pwk_page_set_add (&collection->set, page, use);
    }
}

static bool
collect (PwkTrace *trace, Collection *collection, GError **error)
{
  int64_t n = pwk_trace_length (trace, error);
  PwkTraceRecord record;

  for (int64_t i = 0; i < n; i++)
    {
      if ((i % ASK_EVERY == 0 && !pwk_interrupt_check (pwk_trace_name (trace), error)) ||
          !pwk_trace_at (trace, (uint64_t) i, &record, error))
        return false;
      collect_record (collection, &record);
    }
  return n >= 0;
}

static int
compare_pages (gconstpointer a, gconstpointer b)
{
  uint64_t left = ((const Page *) a)->number, right = ((const Page *) b)->number;

  return left < right ? -1 : left > right;
}

static GArray *
sort_pages (const PwkPageSet *set)
{
  GArray *pages = g_array_sized_new (FALSE, FALSE, sizeof (Page), (guint) set->n);

  for (uint64_t i = 0; i <= set->mask; i++)
    if (set->words[i])
      {
        Page page = { (set->words[i] >> 4) - 1, (unsigned) (set->words[i] & PWK_PAGE_SET_FLAGS) };

        g_array_append_val (pages, page);
      }
  g_array_sort (pages, compare_pages);
  return pages;
}

/* --- regions of them --- */

/* Whether a page behind the region is near it and of its kind: text or data. */
static bool
belongs (const PwkTraceRegion *region, const Page *page, uint64_t hole)
{
  bool exec = page->use & FETCHED;

  return page->number - (region->end >> PAGE_SHIFT) <= hole && exec == region->exec;
}

static GArray *
join_pages (const GArray *pages, uint64_t hole)
{
  GArray *regions = g_array_new (FALSE, FALSE, sizeof (PwkTraceRegion));
  PwkTraceRegion *last = NULL;

  for (guint i = 0; i < pages->len; i++)
    {
      const Page *page = &g_array_index (pages, Page, i);

      if (!last || !belongs (last, page, hole))
        {
          PwkTraceRegion fresh = { .start = page->number << PAGE_SHIFT, .exec = page->use & FETCHED };

          g_array_append_val (regions, fresh);
          last = &g_array_index (regions, PwkTraceRegion, regions->len - 1);
        }
      last->end = (page->number + 1) << PAGE_SHIFT;
      last->read |= (page->use & READ) != 0;
      last->write |= (page->use & WRITTEN) != 0;
    }
  return regions;
}

static void
find_heap (PwkTraceLayout *layout)
{
  for (guint i = 0; i < layout->regions->len; i++)
    {
      const PwkTraceRegion *region = &g_array_index (layout->regions, PwkTraceRegion, i);
      bool is_stack = region->start <= layout->stack_pointer && layout->stack_pointer < region->end;

      if (region->write && !region->exec && !is_stack && region->end - region->start > layout->heap_end - layout->heap_start)
        {
          layout->heap_start = region->start;
          layout->heap_end = region->end;
        }
    }
}

static void
begin_collection (Collection *collection, PwkTraceLayout *layout, uint64_t limit)
{
  *collection = (Collection) { .last = { UINT64_MAX, 0 }, .limit = limit, .layout = layout };
  pwk_page_set_init (&collection->set);
}

/* The regions of all pages that were collected. */
static void
lay_out (Collection *collection)
{
  PwkTraceLayout *layout = collection->layout;
  g_autoptr(GArray) pages = sort_pages (&collection->set);

  layout->pages = pages->len;
  for (uint64_t hole = HOLE; !layout->regions || (layout->regions->len > PWK_TRACE_MAX_REGIONS && hole < WIDEST); hole *= 2)
    {
      g_clear_pointer (&layout->regions, g_array_unref);
      layout->regions = join_pages (pages, hole);
    }
  find_heap (layout);
}

PwkTraceLayout *
pwk_trace_layout_new (PwkTrace *trace, uint64_t limit, GError **error)
{
  g_autoptr(PwkTraceLayout) layout = g_new0 (PwkTraceLayout, 1);
  Collection collection;
  bool good;

  begin_collection (&collection, layout, limit);
  good = collect (trace, &collection, error);
  if (good)
    lay_out (&collection);
  pwk_page_set_clear (&collection.set);
  return good ? g_steal_pointer (&layout) : NULL;
}

PwkTraceLayout *
pwk_trace_layout_of (const PwkTraceRecord *records, guint n, uint64_t limit)
{
  PwkTraceLayout *layout = g_new0 (PwkTraceLayout, 1);
  Collection collection;

  begin_collection (&collection, layout, limit);
  for (guint i = 0; i < n; i++)
    collect_record (&collection, &records[i]);
  lay_out (&collection);
  pwk_page_set_clear (&collection.set);
  return layout;
}

void
pwk_trace_layout_free (PwkTraceLayout *layout)
{
  if (!layout)
    return;
  g_clear_pointer (&layout->regions, g_array_unref);
  g_free (layout);
}
