/* frames.c - what a page frame is, resolved for pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/frames.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/inode.h"
#include "engine/virt/process.h"
#include "views/view-common.h"

/* The rest of an allocation of several pages: the first page says its order. */
static PwkPfn
allocation_head (const PwkMachine *machine, PwkPfn pfn)
{
  for (unsigned order = 1; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      PwkPfn head = pfn & ~(pwk_order_pages (order) - 1);
      PwkPage page = pwk_page_read (machine, head);

      if (page.type == PWK_PAGE_KERNEL && head + pwk_order_pages (page.private_) > pfn)
        return head;
    }

  return pfn;
}

static PwkPfn
find_head (const PwkMachine *machine, PwkPfn pfn, const PwkPage *page)
{
  PwkPfn head;

  if (page->type == PWK_PAGE_NONE)
    {
      head = pwk_block_head (machine, pfn);
      return head != PWK_NO_PFN ? head : pfn;
    }
  if ((page->pg_flags & PWK_PG_TAIL) != 0)
    return page->mapping;
  if (page->type == PWK_PAGE_KERNEL_REST)
    return allocation_head (machine, pfn);

  return pfn;
}

static unsigned
order_at (const PwkMachine *machine, PwkPfn head, const PwkPage *page)
{
  switch ((PwkPageType) page->type)
    {
    case PWK_PAGE_BUDDY:
    case PWK_PAGE_PCP:
    case PWK_PAGE_KERNEL:
      return MIN (page->private_, PWK_MAX_PAGE_ORDER);
    default:
      return (page->pg_flags & PWK_PG_HEAD) != 0
                 ? MIN (pwk_page_read (machine, head + 1).lru_prev, PWK_MAX_PAGE_ORDER)
                 : 0;
    }
}

static void
look_at_zone (const PwkMachine *machine, PwkFrame *frame)
{
  const PwkZone *zone = pwk_page_zone (machine, frame->pfn);

  frame->zone = zone != NULL ? zone->type : PWK_MAX_NR_ZONES;
  frame->node = zone != NULL ? zone->node : 0;
}

PwkFrame
pwk_frame_look (const PwkMachine *machine, PwkPfn pfn)
{
  PwkPage own = pwk_page_read (machine, pfn);
  PwkFrame frame = { .pfn = pfn, .head = pfn, .type = PWK_PAGE_HOLE, .zone = PWK_MAX_NR_ZONES };
  PwkPage page = own;

  if (pfn >= machine->st->max_pfn || own.type == PWK_PAGE_HOLE)
    return frame;

  frame.head = find_head (machine, pfn, &own);
  if (frame.head != pfn)
    page = pwk_page_read (machine, frame.head);
  frame.type = page.type == PWK_PAGE_KERNEL_REST ? PWK_PAGE_KERNEL
               : page.type == PWK_PAGE_NONE      ? PWK_PAGE_RESERVED
                                                 : page.type;
  frame.order = (uint8_t) order_at (machine, frame.head, &page);
  frame.migratetype = (uint8_t) MIN (pwk_pageblock_type (machine, pfn), PWK_MIGRATE_TYPES - 1);
  frame.list = page.type == PWK_PAGE_BUDDY ? (uint8_t) MIN (page.mapping, PWK_MIGRATE_TYPES - 1)
                                           : frame.migratetype;
  frame.flags = (uint32_t) page.pg_flags;
  frame.assumed = (page.pg_flags & PWK_PG_ASSUMED) != 0;
  frame.refcount = page._refcount;
  frame.mapcount = own._mapcount;
  frame.mapping = pwk_frame_is_free (&frame) ? 0 : page.mapping;
  frame.index = page.index + (pfn - frame.head);
  look_at_zone (machine, &frame);
  return frame;
}

/* --- owners --- */

static PwkIndex
owner_of_mm (const PwkMachine *machine, PwkIndex mm)
{
  return mm != 0 ? pwk_mm (machine, mm)->owner : 0;
}

static PwkIndex
one_owner (PwkIndex known, PwkIndex more)
{
  return known == 0 || known == more ? more : PWK_FRAME_SHARED;
}

/* A few steps along the reverse map are enough to see that there are several. */
static PwkIndex
owner_of_anon (const PwkMachine *machine, PwkIndex anon_vma, bool shared)
{
  PwkIndex owner = 0;
  unsigned steps = 0;

  for (PwkIndex avc = anon_vma != 0 ? pwk_anon_vma (machine, anon_vma)->avc_first : 0;
       avc != 0 && steps < 16; avc = pwk_avc (machine, avc)->same_anon_next, steps++)
    {
      owner =
          one_owner (owner,
                     owner_of_mm (machine, pwk_vma (machine, pwk_avc (machine, avc)->vma)->vm_mm));
      if (!shared || owner == PWK_FRAME_SHARED)
        break;
    }

  return owner;
}

static PwkIndex
owner_of_file (const PwkMachine *machine, PwkIndex inode)
{
  PwkIndex owner = 0;
  unsigned steps = 0;

  for (PwkIndex vma = inode != 0 ? pwk_inode (machine, inode)->i_mmap_first : 0;
       vma != 0 && steps < 16; vma = pwk_vma (machine, vma)->i_mmap_next, steps++)
    {
      owner = one_owner (owner, owner_of_mm (machine, pwk_vma (machine, vma)->vm_mm));
      if (owner == PWK_FRAME_SHARED)
        break;
    }

  return owner;
}

PwkIndex
pwk_frame_owner (const PwkMachine *machine, const PwkFrame *frame)
{
  switch (frame->mapping & 3)
    {
    case PWK_MAPPING_ANON:
      return owner_of_anon (machine, frame->mapping >> 2, frame->mapcount > 1);
    case PWK_MAPPING_INODE:
      return frame->mapcount > 0 ? owner_of_file (machine, frame->mapping >> 2) : 0;
    default:
      return 0;
    }
}

PwkRole
pwk_owner_role (const PwkMachine *machine, PwkIndex task)
{
  if (task == PWK_FRAME_SHARED)
    return PWK_ROLE_COW;

  return task != 0 ? PWK_ROLE_NODE ((unsigned) pwk_task (machine, task)->pid) : PWK_ROLE_KERNEL;
}

/* --- colours --- */

static PwkRole
role_by_use (const PwkFrame *frame)
{
  static const PwkRole roles[PWK_N_PAGE_TYPES] = {
    [PWK_PAGE_PCP] = PWK_ROLE_PER_CPU,       [PWK_PAGE_HOLE] = PWK_ROLE_HOLE,
    [PWK_PAGE_RESERVED] = PWK_ROLE_RESERVED, [PWK_PAGE_KERNEL] = PWK_ROLE_KERNEL,
    [PWK_PAGE_TABLE] = PWK_ROLE_PAGE_TABLE,  [PWK_PAGE_SLAB] = PWK_ROLE_SLAB,
    [PWK_PAGE_ANON] = PWK_ROLE_ANON,         [PWK_PAGE_FILE] = PWK_ROLE_FILE,
    [PWK_PAGE_SHMEM] = PWK_ROLE_SHMEM,       [PWK_PAGE_ZERO] = PWK_ROLE_ZERO_PAGE,
    [PWK_PAGE_VMALLOC] = PWK_ROLE_VMALLOC,   [PWK_PAGE_HUGETLB] = PWK_ROLE_HUGE,
  };

  if (frame->type == PWK_PAGE_BUDDY)
    return PWK_ROLE_FREE (frame->order);
  if (frame->type == PWK_PAGE_ANON && frame->order >= PWK_HPAGE_ORDER)
    return PWK_ROLE_HUGE;

  return frame->type < PWK_N_PAGE_TYPES && roles[frame->type] != PWK_ROLE_NONE
             ? roles[frame->type]
             : PWK_ROLE_RESERVED;
}

static PwkRole
role_by_order (const PwkFrame *frame)
{
  if (pwk_frame_is_free (frame))
    return PWK_ROLE_FREE (frame->order);
  if (frame->type == PWK_PAGE_RESERVED)
    return PWK_ROLE_RESERVED;

  return frame->order > 0 ? PWK_ROLE_HUGE : PWK_ROLE_ANON;
}

static PwkRole
role_by_age (const PwkFrame *frame)
{
  if (pwk_frame_is_free (frame))
    return PWK_ROLE_FREE_0;
  if ((frame->flags & PWK_PG_UNEVICTABLE) != 0)
    return PWK_ROLE_ISOLATE;
  if ((frame->flags & PWK_PG_LRU) == 0)
    return PWK_ROLE_RESERVED;
  if ((frame->flags & PWK_PG_ACTIVE) != 0)
    return PWK_ROLE_HIT;

  return (frame->flags & PWK_PG_REFERENCED) != 0 ? PWK_ROLE_WRITE : PWK_ROLE_MISS;
}

/* Which LRU list it is on: of the hue of its use, the active ones are the stronger. */
static PwkRole
role_by_list (const PwkFrame *frame)
{
  const bool active = (frame->flags & PWK_PG_ACTIVE) != 0;

  if (pwk_frame_is_free (frame))
    return PWK_ROLE_FREE_0;
  if ((frame->flags & PWK_PG_UNEVICTABLE) != 0)
    return PWK_ROLE_ISOLATE;
  if ((frame->flags & PWK_PG_LRU) == 0)
    return PWK_ROLE_RESERVED;
  if ((frame->flags & PWK_PG_SWAPBACKED) != 0)
    return active ? PWK_ROLE_HUGE : PWK_ROLE_COW;

  return active ? PWK_ROLE_SHMEM : PWK_ROLE_WRITEBACK;
}

/* What stands between a page and its frame being free again: nothing, or a write. */
static PwkRole
role_by_writing (const PwkFrame *frame)
{
  if (pwk_frame_is_free (frame))
    return PWK_ROLE_FREE_0;
  if ((frame->flags & PWK_PG_WRITEBACK) != 0)
    return PWK_ROLE_WRITEBACK;
  if ((frame->flags & PWK_PG_DIRTY) != 0)
    return PWK_ROLE_DIRTY;
  if ((frame->flags & PWK_PG_SWAPCACHE) != 0)
    return PWK_ROLE_SWAP;

  return frame->type == PWK_PAGE_FILE   ? PWK_ROLE_FILE
         : frame->type == PWK_PAGE_ANON ? PWK_ROLE_ANON
                                        : PWK_ROLE_RESERVED;
}

static PwkRole
role_by_owner (const PwkMachine *machine, const PwkFrame *frame)
{
  if (pwk_frame_is_free (frame))
    return PWK_ROLE_FREE_0;
  if (frame->type == PWK_PAGE_RESERVED)
    return PWK_ROLE_RESERVED;
  if (frame->type == PWK_PAGE_FILE && frame->mapcount == 0)
    return PWK_ROLE_ZERO_PAGE;

  return pwk_owner_role (machine, pwk_frame_owner (machine, frame));
}

PwkRole
pwk_frame_role (const PwkMachine *machine, const PwkFrame *frame, PwkColouring colouring)
{
  if (frame->type == PWK_PAGE_HOLE)
    return PWK_ROLE_HOLE;

  switch (colouring)
    {
    case PWK_COLOUR_BY_ORDER:
      return role_by_order (frame);
    case PWK_COLOUR_BY_OWNER:
      return role_by_owner (machine, frame);
    case PWK_COLOUR_BY_MIGRATETYPE:
      return pwk_migratetype_role (frame->migratetype);
    case PWK_COLOUR_BY_AGE:
      return role_by_age (frame);
    case PWK_COLOUR_BY_ZONE:
      return frame->zone < PWK_MAX_NR_ZONES ? pwk_zone_role (frame->zone) : PWK_ROLE_HOLE;
    case PWK_COLOUR_BY_WRITING:
      return role_by_writing (frame);
    case PWK_COLOUR_BY_LIST:
      return role_by_list (frame);
    case PWK_COLOUR_BY_USE:
    default:
      return role_by_use (frame);
    }
}

/* --- words --- */

const char *
pwk_frame_use (unsigned page_type)
{
  static const char *const uses[PWK_N_PAGE_TYPES] = {
    [PWK_PAGE_NONE] = N_("free"),
    [PWK_PAGE_BUDDY] = N_("free"),
    [PWK_PAGE_PCP] = N_("free, on a per-cpu list"),
    [PWK_PAGE_HOLE] = N_("no memory here"),
    [PWK_PAGE_RESERVED] = N_("reserved by the kernel since boot"),
    [PWK_PAGE_KERNEL] = N_("allocated by the kernel"),
    [PWK_PAGE_KERNEL_REST] = N_("allocated by the kernel"),
    [PWK_PAGE_TABLE] = N_("page table"),
    [PWK_PAGE_SLAB] = N_("slab of small objects"),
    [PWK_PAGE_ANON] = N_("anonymous memory"),
    [PWK_PAGE_FILE] = N_("page cache of a file"),
    [PWK_PAGE_SHMEM] = N_("shared memory"),
    [PWK_PAGE_ZERO] = N_("the zero page"),
    [PWK_PAGE_VMALLOC] = N_("vmalloc area"),
    [PWK_PAGE_HUGETLB] = N_("huge page of a pool (hugetlb)"),
  };

  return page_type < PWK_N_PAGE_TYPES ? _(uses[page_type]) : "?";
}

const char *
pwk_frame_word (unsigned page_type)
{
  static const char *const words[PWK_N_PAGE_TYPES] = {
    /* Translators: words in small cells, one for each use of a page frame; the shorter the
     * better. */
    [PWK_PAGE_NONE] = N_("free"),
    [PWK_PAGE_BUDDY] = N_("free"),
    [PWK_PAGE_PCP] = N_("per-cpu"),
    [PWK_PAGE_HOLE] = N_("hole"),
    [PWK_PAGE_RESERVED] = N_("reserved"),
    [PWK_PAGE_KERNEL] = N_("kernel"),
    [PWK_PAGE_KERNEL_REST] = N_("kernel"),
    [PWK_PAGE_TABLE] = N_("table"),
    [PWK_PAGE_SLAB] = N_("slab"),
    [PWK_PAGE_ANON] = N_("anon"),
    [PWK_PAGE_FILE] = N_("file"),
    [PWK_PAGE_SHMEM] = N_("shmem"),
    [PWK_PAGE_ZERO] = N_("zero"),
    [PWK_PAGE_VMALLOC] = N_("vmalloc"),
    [PWK_PAGE_HUGETLB] = N_("hugetlb"),
  };

  return page_type < PWK_N_PAGE_TYPES ? _(words[page_type]) : "?";
}

/* One more fact; a list of them reads the same in every order. */
static void
add_fact (GString *say, char *fact)
{
  /* Translators: between two facts of a list, with the blank that follows. */
  g_string_append (say, C_("between facts", "; "));
  g_string_append (say, fact);
  g_free (fact);
}

char *
pwk_frame_say (const PwkFrame *frame)
{
  GString *say = g_string_new (NULL);
  bool is_free = pwk_frame_is_free (frame);

  /* Translators: a page frame and what it is used as. */
  g_string_append_printf (say, _("pfn %llu: %s"), PWK_N (frame->pfn), pwk_frame_use (frame->type));
  if (frame->type == PWK_PAGE_HOLE)
    return g_string_free (say, FALSE);

  if (frame->order > 0 && is_free)
    add_fact (say, g_strdup_printf (_("in the free block of order %u at pfn %llu"), frame->order,
                                    PWK_N (frame->head)));
  else if (frame->order > 0)
    add_fact (say, g_strdup_printf (_("in the block of order %u at pfn %llu"), frame->order,
                                    PWK_N (frame->head)));
  if (!is_free)
    /* Translators: two counters of a page frame: its references and the page-table entries that
     * map it. */
    add_fact (say, g_strdup_printf (_("references: %d, entries that map it: %d"), frame->refcount,
                                    frame->mapcount));
  add_fact (say, g_strdup_printf (_("pageblock: %s"), pwk_migratetype_title (frame->migratetype)));
  if (frame->zone < PWK_MAX_NR_ZONES)
    /* Translators: zone of memory, not of time. */
    add_fact (say,
              g_strdup_printf (_("node %u, zone %s"), frame->node, pwk_zone_name (frame->zone)));
  if (frame->assumed)
    add_fact (say, g_strdup (_("assumed, not recorded")));

  return g_string_free (say, FALSE);
}

/* --- events --- */

uint64_t
pwk_event_frames (const PwkEvent *event, PwkPfn *first)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);
  uint64_t order = 0;
  bool found = false;

  for (uint32_t i = 0; i < info->n_fields; i++)
    {
      if (info->fields[i].type == PWK_FIELD_PFN && !found)
        {
          *first = event->arg[i];
          found = event->arg[i] != PWK_NO_PFN;
        }
      else if (info->fields[i].type == PWK_FIELD_ORDER && order == 0)
        order = MIN (event->arg[i], PWK_MAX_PAGE_ORDER);
    }

  return found ? pwk_order_pages ((unsigned) order) : 0;
}
