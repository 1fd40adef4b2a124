/* inspect-page.c - struct page, struct folio, free blocks, pageblocks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/string.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/virt/inode.h"
#include "views/inspect-private.h"

#include "engine/phys/free-list.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"
#include "engine/virt/rmap.h"
#include "views/frames.h"

#define PAGE_H "include/linux/mm_types.h"

static const char *
flag_words (PwkInspection *inspection, uint32_t flags)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < PWK_N_PAGE_FLAG_WORDS; i++)
    if ((flags & pwk_page_flag_words[i].bit) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", pwk_page_flag_words[i].name);
  if (text->len == 0)
    /* Translators: no flag of a page is set. */
    g_string_append (text, C_("flags", "none"));

  return pwk_inspect_text (inspection, g_string_free (text, FALSE));
}

/* Bits of @flags that an observed page_flags event has set or cleared. */
static uint64_t
changed_flags (const PwkInspection *inspection, PwkPfn pfn)
{
  uint64_t changed = 0;

  for (uint32_t i = 0; i < inspection->observation->n_events; i++)
    {
      const PwkEvent *event = &inspection->observation->events[i];

      if (event->kind == PWK_EV_PAGE_FLAGS &&
          pfn - pwk_arg (event, PAGE_FLAGS, pfn) <=
              pwk_arg (event, PAGE_FLAGS, last) - pwk_arg (event, PAGE_FLAGS, pfn))
        changed |= pwk_arg (event, PAGE_FLAGS, set) | pwk_arg (event, PAGE_FLAGS, cleared);
    }

  return changed;
}

static void
add_flags (PwkInspection *inspection, PwkPfn pfn, const PwkFrame *frame)
{
  uint64_t changed = changed_flags (inspection, pfn);

  pwk_row_set (pwk_row (inspection, PWK_SEED, "flags", "unsigned long",
                        _("what the frame is going through"), "0x%x: %s", frame->flags,
                        flag_words (inspection, frame->flags)),
               0, changed != 0);
  inspection->depth++;
  for (size_t i = 0; i < PWK_N_PAGE_FLAG_WORDS; i++)
    if (pwk_page_flag_words[i].seed || (frame->flags & pwk_page_flag_words[i].bit) != 0 ||
        (changed & pwk_page_flag_words[i].bit) != 0)
      pwk_row_set (pwk_row (inspection, pwk_page_flag_words[i].seed, pwk_page_flag_words[i].name,
                            "bit", NULL, "%d", (frame->flags & pwk_page_flag_words[i].bit) != 0),
                   0, (changed & pwk_page_flag_words[i].bit) != 0);
  inspection->depth--;
}

static bool
list_changed (const PwkInspection *inspection, PwkPfn pfn)
{
  return pwk_happened (inspection, PWK_FIELD_OF (FREE_LIST_ADD, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (FREE_LIST_DEL, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (FREE_LIST_MOVE, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (FREE_UNREF_PAGE, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (RMQUEUE_PCPLIST, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (LRU_ADD, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (LRU_DEL, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (LRU_ACTIVATE, pfn), pfn);
}

static void
add_counts (PwkInspection *inspection, PwkPfn pfn, const PwkFrame *frame)
{
  bool seed_free =
      inspection->machine->profile->refcount_free_minus_one && pwk_frame_is_free (frame);
  bool taken = pwk_happened (inspection, PWK_FIELD_OF (MM_PAGE_ALLOC, pfn), pfn) ||
               pwk_happened (inspection, PWK_FIELD_OF (MM_PAGE_FREE, pfn), pfn);
  bool mapped = pwk_happened (inspection, PWK_FIELD_OF (RMAP_ADD, pfn), pfn) ||
                pwk_happened (inspection, PWK_FIELD_OF (RMAP_REMOVE, pfn), pfn);

  pwk_row_set (pwk_row (inspection, PWK_SEED, "_refcount", "atomic_t",
                        _("who holds the frame; 0 (in the document: −1) is free"), "%d",
                        seed_free ? -1 : frame->refcount),
               0, taken || mapped);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "_mapcount", "atomic_t",
                        _("page-table entries that map it, minus one"),
                        /* Translators: the value of _mapcount and how it comes about. */
                        frame->mapcount > 0 ? _("%d (−1 + %d mappings)") : _("%d (not mapped)"),
                        frame->mapcount - 1, frame->mapcount),
               0, mapped);
}

static void
add_private (PwkInspection *inspection, PwkPfn pfn, const PwkPage *page)
{
  const char *meaning;

  switch ((PwkPageType) page->type)
    {
    case PWK_PAGE_BUDDY:
    case PWK_PAGE_PCP:
      meaning = _("the order of the free block");
      break;
    case PWK_PAGE_KERNEL:
      meaning = _("the order of the allocation");
      break;
    case PWK_PAGE_TABLE:
      meaning = _("where the table's contents are kept");
      break;
    case PWK_PAGE_NONE:
    case PWK_PAGE_HOLE:
    case PWK_PAGE_RESERVED:
    case PWK_PAGE_KERNEL_REST:
    case PWK_PAGE_SLAB:
    case PWK_PAGE_ANON:
    case PWK_PAGE_FILE:
    case PWK_PAGE_SHMEM:
    case PWK_PAGE_ZERO:
    case PWK_PAGE_VMALLOC:
    case PWK_PAGE_HUGETLB:
    case PWK_N_PAGE_TYPES:
    default:
      meaning = _("free for whoever owns the page");
      break;
    }
  pwk_row_set (pwk_row (inspection, PWK_SEED, "private", "unsigned long", meaning, "%u",
                        page->private_),
               0,
               pwk_happened (inspection, PWK_FIELD_OF (SPLIT, pfn), pfn) ||
                   pwk_happened (inspection, PWK_FIELD_OF (SPLIT, buddy), pfn) ||
                   pwk_happened (inspection, PWK_FIELD_OF (MERGE, into), pfn));
}

static void
add_mapping (PwkInspection *inspection, PwkPfn pfn, const PwkFrame *frame)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex index = frame->mapping >> 2;
  bool changed = pwk_happened (inspection, PWK_FIELD_OF (PAGE_CACHE_ADD, pfn), pfn) ||
                 pwk_happened (inspection, PWK_FIELD_OF (PAGE_CACHE_DELETE, pfn), pfn);

  if (frame->type == PWK_PAGE_FILE || frame->type == PWK_PAGE_SHMEM ||
      (frame->type == PWK_PAGE_HUGETLB && (frame->mapping & 3) == PWK_MAPPING_INODE))
    pwk_row_set (pwk_row (inspection, PWK_SEED, "mapping", "struct address_space *",
                          _("the file whose page this is"), "%s",
                          index != 0 && (frame->mapping & 3) == PWK_MAPPING_INODE
                              ? pwk_string (machine, pwk_inode (machine, index)->name)
                              : "NULL"),
                 index != 0 ? PWK_ID (PWK_THING_FILE, index) : 0, changed);
  else if (frame->type == PWK_PAGE_ANON ||
           (frame->type == PWK_PAGE_HUGETLB && (frame->mapping & 3) == PWK_MAPPING_ANON))
    pwk_row (inspection, PWK_SEED, "mapping", "struct address_space *",
             _("lowest bit set: not a file but an anon_vma"), "anon_vma %u | PAGE_MAPPING_ANON",
             index);
  else
    pwk_row (inspection, PWK_SEED, "mapping", "struct address_space *",
             _("what it is a page of: nothing"), "NULL");
  pwk_row_set (pwk_row (inspection, PWK_SEED, "index", "pgoff_t", _("which page of it, in pages"),
                        "%llu", PWK_N (frame->index)),
               0, changed);
}

static const char *
pfn_word (PwkInspection *inspection, uint32_t pfn)
{
  return pfn == PWK_PFN_NIL ? C_("list", "end")
                            : pwk_inspect_text (inspection, g_strdup_printf ("pfn %u", pfn));
}

static void
add_lru (PwkInspection *inspection, PwkPfn pfn, const PwkFrame *frame, const PwkPage *page)
{
  bool changed = list_changed (inspection, pfn);
  bool buddy = page->type == PWK_PAGE_BUDDY;
  bool listed = buddy || page->type == PWK_PAGE_PCP || (page->pg_flags & PWK_PG_LRU) != 0;
  uint32_t next, prev;

  if (!listed)
    {
      pwk_row_set (pwk_row (inspection, PWK_SEED, "lru", "struct list_head", _("on no list"), "–"),
                   0, changed);
      return;
    }
  next = buddy ? pwk_free_list_next (inspection->machine, frame->order, pfn) : page->lru_next;
  prev = buddy ? pwk_free_list_prev (inspection->machine, frame->order, pfn) : page->lru_prev;
  pwk_row_set (pwk_row (inspection, PWK_SEED, "lru", "struct list_head",
                        buddy                        ? _("its place on a free list")
                        : page->type == PWK_PAGE_PCP ? _("its place on a per-cpu list")
                                                     : _("its place on an LRU list"),
                        "next %s, prev %s", pfn_word (inspection, next),
                        pfn_word (inspection, prev)),
               next != PWK_PFN_NIL ? PWK_ID (PWK_THING_PFN, next) : 0, changed);
}

static void
add_virtual (PwkInspection *inspection, PwkPfn pfn)
{
  PwkVaddr address = pwk_page_address (inspection->machine, pfn);

  if (address != 0)
    pwk_row_set (pwk_row (inspection, PWK_SEED, "virtual", "void *",
                          _("kernel address in the direct map; computed, not stored"), "%s",
                          pwk_text_address (inspection, address)),
                 PWK_ID_ADDRESS (address), false);
  else
    pwk_row (inspection, PWK_SEED, "virtual", "void *", _("high memory: no kernel address"),
             "NULL");
}

static void
add_place (PwkInspection *inspection, PwkPfn pfn, const PwkFrame *frame)
{
  pwk_row (inspection, PWK_SEED, "page_to_pfn ()", "unsigned long", _("its index in mem_map[]"),
           "%llu", PWK_N (pfn));
  pwk_row (inspection, PWK_NEWER, "page_to_phys ()", "phys_addr_t", _("physical address"), "%s",
           pwk_text_address (inspection, pfn << PWK_PAGE_SHIFT));
  if (frame->zone < PWK_MAX_NR_ZONES)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "page_zone ()", "struct zone *", _("its zone"),
                          "%s", pwk_zone_name (frame->zone)),
                 PWK_ID_ZONE (frame->node, frame->zone), false);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "page_to_nid ()", "int", _("its node"), "%u",
                        frame->node),
               PWK_ID (PWK_THING_NODE, frame->node), false);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "get_pageblock_migratetype ()", "enum migratetype",
                        _("of its pageblock"), "%s", pwk_migratetype_title (frame->migratetype)),
               PWK_ID (PWK_THING_PAGEBLOCK, pfn & ~(PWK_PAGEBLOCK_PAGES - 1)),
               pwk_happened (inspection, PWK_FIELD_OF (PAGEBLOCK_TYPE, pfn),
                             pfn & ~(PWK_PAGEBLOCK_PAGES - 1)));
}

/* A folio of several pages, as its first page and tail pages keep it. */
static void
add_folio (PwkInspection *inspection, const PwkFrame *frame)
{
  pwk_row_begin (inspection, "folio", "struct folio", _("the pages that are one object"));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "page", "struct page *", _("the first page"),
                        "pfn %llu", PWK_N (frame->head)),
               PWK_ID (PWK_THING_PFN, frame->head), false);
  pwk_row (inspection, PWK_SEED, "order", "unsigned int", _("2^order pages"), "%u", frame->order);
  pwk_row (inspection, PWK_SEED, "nr_pages", "unsigned long", _("pages it has"), "%llu",
           PWK_N (pwk_order_pages (frame->order)));
  pwk_row (inspection, PWK_NEWER, "_large_mapcount", "atomic_t",
           _("mappings of any of its pages, minus one"), "%d",
           (int) pwk_folio_mapcount (inspection->machine, frame->head) - 1);
  pwk_row (inspection, PWK_NEWER, "_entire_mapcount", "atomic_t",
           _("mappings of all of it by one entry, minus one"), "%d",
           (int) pwk_folio_entire_mapcount (inspection->machine, frame->head) - 1);
  pwk_row_end (inspection);
}

static void
add_contents (PwkInspection *inspection, PwkPfn pfn)
{
  const uint8_t *bytes = pwk_frame_bytes (inspection->machine, pfn);
  GString *text;
  bool zero = true;

  for (unsigned i = 0; bytes != NULL && i < PWK_PAGE_SIZE && zero; i++)
    zero = bytes[i] == 0;
  if (zero)
    {
      pwk_row (inspection, PWK_NEWER, "contents", "char[4096]", _("what is in the frame"), "%s",
               _("zeros, or never written"));
      return;
    }
  text = g_string_new (NULL);
  for (unsigned i = 0; i < 16; i++)
    g_string_append_printf (text, "%02x ", bytes[i]);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "contents", "char[4096]", _("its first bytes"),
                        "%s…", pwk_inspect_text (inspection, g_string_free (text, FALSE))),
               0,
               pwk_happened (inspection, PWK_FIELD_OF (CLEAR_PAGE, pfn), pfn) ||
                   pwk_happened (inspection, PWK_FIELD_OF (COPY_PAGE, to), pfn));
}

bool
pwk_inspect_frame (PwkInspection *inspection, PwkPfn pfn)
{
  const PwkMachine *machine = inspection->machine;
  PwkFrame frame;
  PwkPage page;
  bool large;

  if (pfn >= machine->st->max_pfn)
    return false;
  frame = pwk_frame_look (machine, pfn);
  page = pwk_page_read (machine, pfn);
  large = frame.order > 0 && !pwk_frame_is_free (&frame) &&
          (page.pg_flags & (PWK_PG_HEAD | PWK_PG_TAIL)) != 0;
  pwk_inspect_head (inspection, large && pfn == frame.head ? "struct folio" : "struct page", PAGE_H,
                    pwk_frame_say (&frame));
  if (frame.type == PWK_PAGE_HOLE)
    return true;

  if (large)
    add_folio (inspection, &frame);
  add_flags (inspection, pfn, &frame);
  add_counts (inspection, pfn, &frame);
  add_private (inspection, pfn, &page);
  add_mapping (inspection, pfn, &frame);
  add_lru (inspection, pfn, &frame, &page);
  add_virtual (inspection, pfn);
  add_place (inspection, pfn, &frame);
  if (!pwk_frame_is_free (&frame))
    add_contents (inspection, pfn);

  pwk_inspect_note (inspection, _("Today a _refcount of 0 means free; −1 is where _mapcount "
                                  "begins: not mapped."));
  pwk_inspect_note (inspection, _("One global array mem_map[] is the flat model; x86-64 uses "
                                  "sparse sections with the same indexing."));
  pwk_inspect_rules (inspection, PWK_ABOUT_PAGE);
  return true;
}

bool
pwk_inspect_block (PwkInspection *inspection, PwkPfn pfn, unsigned order)
{
  const PwkMachine *machine = inspection->machine;
  PwkFrame frame;
  PwkPfn buddy;

  if (pfn >= machine->st->max_pfn || order > PWK_MAX_PAGE_ORDER)
    return false;
  frame = pwk_frame_look (machine, pfn);
  if (frame.type != PWK_PAGE_BUDDY && frame.type != PWK_PAGE_PCP)
    return pwk_inspect_frame (inspection, pfn);

  order = frame.order;
  pwk_inspect_head (inspection, C_("inspector", "Free block"), "mm/page_alloc.c",
                    pwk_frame_say (&frame));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "page", "struct page *", _("its first page"),
                        "pfn %llu", PWK_N (frame.head)),
               PWK_ID (PWK_THING_PFN, frame.head), false);
  pwk_row (inspection, PWK_SEED, "order", "unsigned int", _("kept in page->private"), "%u", order);
  pwk_row (inspection, PWK_SEED, "1 << order", "unsigned long", _("pages in it"), "%s",
           pwk_text_pages (inspection, pwk_order_pages (order)));
  pwk_row (inspection, PWK_NEWER, "migratetype", "enum migratetype", _("of the list it is on"),
           "%s", pwk_migratetype_title (frame.list));
  buddy = frame.head ^ pwk_order_pages (order);
  if (order < PWK_MAX_PAGE_ORDER && buddy < machine->st->max_pfn)
    {
      PwkFrame other = pwk_frame_look (machine, buddy);

      pwk_row_set (pwk_row (inspection, PWK_SEED, "__find_buddy_pfn ()", "unsigned long",
                            _("its buddy: the frame number with one bit flipped"),
                            "%llu ^ %llu = %llu, %s", PWK_N (frame.head),
                            PWK_N (pwk_order_pages (order)), PWK_N (buddy),
                            pwk_frame_use (other.type)),
                   PWK_ID (PWK_THING_PFN, buddy), false);
    }
  if (frame.zone < PWK_MAX_NR_ZONES)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "page_zone ()", "struct zone *", _("its zone"),
                          "%s", pwk_zone_name (frame.zone)),
                 PWK_ID_ZONE (frame.node, frame.zone), false);
  pwk_inspect_note (inspection, _("MAX_ORDER, 11 and exclusive, was renamed: today MAX_PAGE_ORDER "
                                  "is 10 and inclusive."));
  return true;
}

bool
pwk_inspect_pageblock (PwkInspection *inspection, PwkPfn pfn)
{
  const PwkMachine *machine = inspection->machine;
  uint64_t n_free = 0, n_used = 0;
  PwkFrame frame;

  pfn &= ~(PWK_PAGEBLOCK_PAGES - 1);
  if (pfn >= machine->st->max_pfn)
    return false;
  frame = pwk_frame_look (machine, pfn);
  for (PwkPfn at = pfn; at < MIN (pfn + PWK_PAGEBLOCK_PAGES, machine->st->max_pfn); at++)
    {
      PwkFrame page = pwk_frame_look (machine, at);

      n_free += pwk_frame_is_free (&page);
      n_used += !pwk_frame_is_free (&page) && page.type != PWK_PAGE_HOLE;
    }

  /* Translators: 512 frames that the page allocator keeps of one kind. */
  pwk_inspect_head (inspection, C_("inspector", "Pageblock"), "include/linux/mmzone.h",
                    g_strdup_printf ("pfn %llu–%llu", PWK_N (pfn),
                                     PWK_N (pfn + PWK_PAGEBLOCK_PAGES - 1)));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "migratetype", "enum migratetype",
                        _("what is to be allocated from it"), "%s",
                        pwk_migratetype_title (frame.migratetype)),
               0, pwk_happened (inspection, PWK_FIELD_OF (PAGEBLOCK_TYPE, pfn), pfn));
  pwk_row (inspection, PWK_NEWER, "pageblock_order", "unsigned int", _("2^9 pages, a huge page"),
           "%d", PWK_PAGEBLOCK_ORDER);
  pwk_row (inspection, PWK_NEWER, "free", "unsigned long", _("free frames"), "%s",
           pwk_text_pages (inspection, n_free));
  pwk_row (inspection, PWK_NEWER, "used", "unsigned long", _("frames in use"), "%s",
           pwk_text_pages (inspection, n_used));
  if (frame.zone < PWK_MAX_NR_ZONES)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "zone", "struct zone *", _("its zone"), "%s",
                          pwk_zone_name (frame.zone)),
                 PWK_ID_ZONE (frame.node, frame.zone), false);
  return true;
}
