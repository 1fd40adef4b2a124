/* address-space-model.c - one process's address space: regions, what of them is in memory, the
 * index over them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/address-space-model.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/task.h"
#include "engine/paging/page-table.h"
#include "engine/phys/section.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/swap-door.h"
#include "views/event-address.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

/* entries that are looked at one by one for one picture; beyond, a sample */
#define MAX_LOOKS 600000

const char *
pwk_residency_title (PwkResidency residency)
{
  static const char *const titles[PWK_N_RESIDENCIES] = {
    /* Translators: states of a page of an address space, in a legend. */
    [PWK_RESIDENT_NONE] = N_("promised only"),
    [PWK_RESIDENT_ANON] = N_("anonymous page"),
    [PWK_RESIDENT_FILE] = N_("file page, mapped"),
    [PWK_RESIDENT_SHMEM] = N_("shared memory page"),
    [PWK_RESIDENT_COW] = N_("shared until written (COW)"),
    [PWK_RESIDENT_HUGE] = N_("huge page"),
    [PWK_RESIDENT_ZERO] = N_("zero page"),
    [PWK_RESIDENT_SWAP] = N_("swapped out"),
    [PWK_RESIDENT_SWAP_CACHED] = N_("swapped out, still in the swap cache"),
    [PWK_RESIDENT_MOVING] = N_("on its way to another frame"),
    [PWK_RESIDENT_GUARD] = N_("guard"),
    [PWK_RESIDENT_CACHED] = N_("file page cached, not mapped"),
    [PWK_RESIDENT_SPECIAL] = N_("special page"),
  };

  return residency < PWK_N_RESIDENCIES ? _ (titles[residency]) : "?";
}

PwkRole
pwk_residency_role (PwkResidency residency)
{
  static const PwkRole roles[PWK_N_RESIDENCIES] = {
    [PWK_RESIDENT_NONE] = PWK_ROLE_PANEL_ALT,    [PWK_RESIDENT_ANON] = PWK_ROLE_ANON,
    [PWK_RESIDENT_FILE] = PWK_ROLE_FILE,         [PWK_RESIDENT_SHMEM] = PWK_ROLE_SHMEM,
    [PWK_RESIDENT_COW] = PWK_ROLE_COW,           [PWK_RESIDENT_HUGE] = PWK_ROLE_HUGE,
    [PWK_RESIDENT_ZERO] = PWK_ROLE_ZERO_PAGE,    [PWK_RESIDENT_SWAP] = PWK_ROLE_SWAP,
    [PWK_RESIDENT_SWAP_CACHED] = PWK_ROLE_WRITE, [PWK_RESIDENT_MOVING] = PWK_ROLE_ISOLATE,
    [PWK_RESIDENT_GUARD] = PWK_ROLE_RESERVED,    [PWK_RESIDENT_CACHED] = PWK_ROLE_FREE_1,
    [PWK_RESIDENT_SPECIAL] = PWK_ROLE_KERNEL,
  };

  return residency < PWK_N_RESIDENCIES ? roles[residency] : PWK_ROLE_NONE;
}

/* --- what is in memory --- */

/* Counts of the cells of one strip while they are gathered. */
typedef struct
{
  const PwkMachine *machine;
  const PwkVma *vma;
  PwkSpaceRow *row;
  uint64_t pages_a_cell;
  uint32_t (*counts)[PWK_N_RESIDENCIES];
} Gathering;

static void
count_pages (Gathering *gathering, PwkVaddr addr, uint64_t pages, PwkResidency kind)
{
  uint64_t first = (addr - gathering->vma->vm_start) >> PWK_PAGE_SHIFT;

  gathering->row->counts[kind] += pages;
  while (pages > 0)
    {
      uint64_t cell = MIN (first / gathering->pages_a_cell, gathering->row->n_cells - 1);
      uint64_t room = cell + 1 == gathering->row->n_cells
                          ? pages
                          : (cell + 1) * gathering->pages_a_cell - first;
      uint64_t n = MIN (room, pages);

      gathering->counts[cell][kind] += (uint32_t) n;
      first += n;
      pages -= n;
    }
}

static PwkResidency
classify_absent (const PwkMachine *machine, PwkPte pte)
{
  switch (pwk_swp_type (pte))
    {
    case PWK_SWP_SLOT:
      return pwk_swap_has_slots (machine, pwk_swp_offset (pte), 1) &&
                     pwk_swap_cache_get (machine, pwk_swp_offset (pte)) != PWK_NO_PFN
                 ? PWK_RESIDENT_SWAP_CACHED
                 : PWK_RESIDENT_SWAP;
    case PWK_SWP_MIGRATION:
      return PWK_RESIDENT_MOVING;
    case PWK_SWP_GUARD:
      return PWK_RESIDENT_GUARD;
    case PWK_SWP_POISON:
    case PWK_SWP_NONE:
    default:
      return PWK_RESIDENT_SPECIAL;
    }
}

static PwkResidency
classify (const PwkMachine *machine, PwkPte pte)
{
  PwkPfn pfn;

  if (!pwk_pte_present (pte))
    return classify_absent (machine, pte);

  pfn = pwk_pte_pfn (pte);
  if (pfn == machine->st->zero_pfn || pfn == machine->st->huge_zero_pfn)
    return PWK_RESIDENT_ZERO;
  if (pfn >= machine->st->max_pfn || pwk_pte_special (pte))
    return PWK_RESIDENT_SPECIAL;

  switch (pwk_page_type (machine, pfn))
    {
    case PWK_PAGE_ANON:
      return pwk_page_mapcount (machine, pfn) > 1 ? PWK_RESIDENT_COW : PWK_RESIDENT_ANON;
    case PWK_PAGE_FILE:
      return PWK_RESIDENT_FILE;
    case PWK_PAGE_SHMEM:
      return PWK_RESIDENT_SHMEM;
    case PWK_PAGE_HUGETLB:
      if ((pwk_page (machine, pwk_page_head (machine, pfn))->mapping & 3) == PWK_MAPPING_INODE)
        return PWK_RESIDENT_SHMEM;
      return pwk_page_mapcount (machine, pfn) > 1 ? PWK_RESIDENT_COW : PWK_RESIDENT_ANON;
    case PWK_PAGE_ZERO:
      return PWK_RESIDENT_ZERO;
    case PWK_PAGE_NONE:
    case PWK_PAGE_BUDDY:
    case PWK_PAGE_PCP:
    case PWK_PAGE_HOLE:
    case PWK_PAGE_RESERVED:
    case PWK_PAGE_KERNEL:
    case PWK_PAGE_KERNEL_REST:
    case PWK_PAGE_TABLE:
    case PWK_PAGE_SLAB:
    case PWK_PAGE_VMALLOC:
    case PWK_N_PAGE_TYPES:
    default:
      return PWK_RESIDENT_SPECIAL;
    }
}

/* Entries of one page table from @addr up to @end. */
static void
gather_table (Gathering *gathering,
              const void *entries,
              PwkVaddr addr,
              PwkVaddr end,
              uint64_t *looks)
{
  const PwkMachine *machine = gathering->machine;

  for (; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkPte pte = pwk_table_entry (
          machine, entries, pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE);

      ++*looks;
      if (!pwk_pte_none (pte))
        count_pages (gathering, addr, 1, classify (machine, pte));
    }
}

/* Whole empty subtrees are passed over, so that a terabyte of nothing costs nothing. */
static void
gather_mapped (Gathering *gathering, PwkPfn pgd, uint64_t *looks)
{
  const PwkMachine *machine = gathering->machine;
  PwkVaddr addr = gathering->vma->vm_start;
  PwkVaddr end = gathering->vma->vm_end;

  while (addr < end && *looks < MAX_LOOKS)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PTE);
      PwkLevel level = (PwkLevel) ref.level;
      PwkVaddr next;

      ++*looks;
      if (ref.table == PWK_NO_PFN)
        break;
      if (level > PWK_LEVEL_PTE)
        {
          PwkPte entry = pwk_entry_get (machine, ref);

          next = pwk_level_next (machine->format, addr, end, level);
          if (pwk_pmd_leaf (entry))
            count_pages (gathering, addr, (next - addr) >> PWK_PAGE_SHIFT,
                         pwk_pte_pfn (entry) == machine->st->huge_zero_pfn ? PWK_RESIDENT_ZERO
                                                                           : PWK_RESIDENT_HUGE);
        }
      else
        {
          next = pwk_level_next (machine->format, addr, end, PWK_LEVEL_PMD);
          gather_table (gathering, pwk_table_entries (machine, ref.table), addr, next, looks);
        }
      addr = next;
    }
}

/* Pages of the file that are in the cache and that no entry of this region has. */
static void
gather_cached (Gathering *gathering, PwkPfn pgd, uint64_t *looks)
{
  const PwkMachine *machine = gathering->machine;
  const PwkVma *vma = gathering->vma;
  PwkIndex inode = vma->vm_file != 0 ? pwk_file (machine, vma->vm_file)->inode : 0;
  uint64_t last = vma->vm_pgoff + pwk_vma_pages (vma) - 1;

  if (inode == 0)
    return;
  for (uint64_t index = vma->vm_pgoff; index <= last && *looks < MAX_LOOKS; index++)
    {
      PwkVaddr addr;
      PwkEntryRef ref;

      ++*looks;
      if (pwk_page_cache_next (machine, inode, &index, last) == PWK_NO_PFN)
        break;
      addr = vma->vm_start + ((index - vma->vm_pgoff) << PWK_PAGE_SHIFT);
      ref = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PTE);
      if (ref.table == PWK_NO_PFN || pwk_pte_none (pwk_entry_get (machine, ref)))
        count_pages (gathering, addr, 1, PWK_RESIDENT_CACHED);
    }
}

static void
settle_cells (Gathering *gathering)
{
  PwkSpaceRow *row = gathering->row;
  uint64_t pages = pwk_vma_pages (gathering->vma);

  for (uint32_t cell = 0; cell < row->n_cells; cell++)
    {
      uint64_t size =
          MIN (gathering->pages_a_cell, pages - MIN (pages, cell * gathering->pages_a_cell));
      unsigned best = PWK_RESIDENT_NONE;
      uint64_t sum = 0;

      for (unsigned kind = PWK_RESIDENT_ANON; kind < PWK_N_RESIDENCIES; kind++)
        {
          uint32_t n = gathering->counts[cell][kind];

          sum += n;
          if (n > 0 && (best == PWK_RESIDENT_NONE || n > gathering->counts[cell][best]))
            best = kind;
        }
      row->cells[cell].kind = (uint8_t) best;
      row->cells[cell].share =
          (uint8_t) (sum > 0 ? MAX (1, MIN (sum, size) * 255 / MAX (size, 1)) : 0);
    }
}

void
pwk_space_residency (const PwkMachine *machine, PwkSpaceRow *row, PwkPfn pgd, uint64_t *looks)
{
  uint32_t counts[PWK_SPACE_CELLS][PWK_N_RESIDENCIES] = { 0 };
  const PwkVma *vma = pwk_vma (machine, row->vma);
  uint64_t pages = pwk_vma_pages (vma);
  uint64_t pages_a_cell = (pages + PWK_SPACE_CELLS - 1) / PWK_SPACE_CELLS;
  Gathering gathering = { machine, vma, row, pages_a_cell, counts };
  uint64_t there = 0;

  row->n_cells = (uint32_t) ((pages + pages_a_cell - 1) / pages_a_cell);
  gather_mapped (&gathering, pgd, looks);
  gather_cached (&gathering, pgd, looks);
  for (unsigned kind = PWK_RESIDENT_ANON; kind < PWK_N_RESIDENCIES; kind++)
    there += row->counts[kind];
  row->counts[PWK_RESIDENT_NONE] = pages - MIN (pages, there);
  settle_cells (&gathering);
}

void
pwk_region_residency (const PwkMachine *machine, PwkIndex vma, uint64_t counts[PWK_N_RESIDENCIES])
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  PwkSpaceRow row = { .vma = vma };
  uint64_t looks = 0;

  if (mm != 0)
    pwk_space_residency (machine, &row, pwk_mm (machine, mm)->pgd, &looks);
  memcpy (counts, row.counts, sizeof row.counts);
}

/* --- rows --- */

static void
fill_region (const PwkMachine *machine, PwkSpaceRow *row, PwkIndex index)
{
  const PwkVma *vma = pwk_vma (machine, index);

  row->start = vma->vm_start;
  row->end = vma->vm_end;
  row->vma = index;
  row->id = vma->id;
  row->vm_flags = vma->vm_flags;
  row->pgoff = vma->vm_pgoff;
  row->title = pwk_words_vma (machine, vma);
  row->role = pwk_vma_role (machine, vma);
  row->assumed = vma->assumed;
  row->has_file = vma->vm_file != 0;
  row->rb_red = vma->rb_red;
  row->rb_parent = -1;
}

static void
add_gap (GArray *rows, PwkVaddr start, PwkVaddr end, uint32_t folded)
{
  PwkSpaceRow gap = { .start = start, .end = end, .folded = folded, .rb_parent = -1 };

  if (end > start)
    g_array_append_val (rows, gap);
}

/* The region by which the shown ones are chosen when there are too many: selected, touched or
 * first. */
static uint32_t
centre_of (const PwkMachine *machine, const PwkAddressSpaceModel *model, uint64_t selection)
{
  const PwkThingParts selected = pwk_thing_parts (selection);
  PwkVaddr wanted = selected.thing == PWK_THING_VMA || selected.thing == PWK_THING_ADDRESS
                        ? selected.address
                        : model->touched;
  uint32_t n = 0;

  for (PwkIndex vma = model->mm.mmap; vma != 0; vma = pwk_vma (machine, vma)->vm_next, n++)
    if (pwk_vma (machine, vma)->vm_end > wanted)
      break;

  return n;
}

static void
build_rows (const PwkMachine *machine, PwkAddressSpaceModel *model, uint64_t selection)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (PwkSpaceRow));
  uint32_t centre = centre_of (machine, model, selection);
  uint32_t first = model->n_regions <= PWK_SPACE_ROWS || centre < PWK_SPACE_ROWS / 2
                       ? 0
                       : MIN (centre - PWK_SPACE_ROWS / 2, model->n_regions - PWK_SPACE_ROWS);
  PwkVaddr covered = 0;
  uint32_t n = 0;

  for (PwkIndex vma = model->mm.mmap; vma != 0; vma = pwk_vma (machine, vma)->vm_next, n++)
    {
      PwkSpaceRow row = { 0 };

      if (n < first)
        continue;
      if (n >= first + PWK_SPACE_ROWS)
        break;
      fill_region (machine, &row, vma);
      add_gap (rows, covered, row.start, n == first ? first : 0);
      g_array_append_val (rows, row);
      covered = row.end;
    }
  add_gap (rows, covered, MAX (model->mm.task_size, covered),
           model->n_regions - MIN (n, model->n_regions));

  model->n_rows = rows->len;
  model->rows = (PwkSpaceRow *) g_array_free (rows, FALSE);
}

static PwkSpaceRow *
row_of_vma (PwkAddressSpaceModel *model, PwkIndex vma)
{
  for (uint32_t i = 0; vma != 0 && i < model->n_rows; i++)
    if (model->rows[i].vma == vma)
      return &model->rows[i];

  return NULL;
}

static PwkSpaceRow *
row_at (PwkAddressSpaceModel *model, PwkVaddr addr)
{
  for (uint32_t i = 0; i < model->n_rows; i++)
    if (addr >= model->rows[i].start && addr < model->rows[i].end)
      return &model->rows[i];

  return NULL;
}

static void
add_mark (PwkAddressSpaceModel *model, const char *name, PwkVaddr addr)
{
  PwkSpaceRow *row = addr != 0 ? row_at (model, addr) : NULL;

  if (row != NULL && row->n_marks < G_N_ELEMENTS (row->marks))
    row->marks[row->n_marks++] = (PwkSpaceMark){ name, addr };
}

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const PwkSpaceMark *left = a, *right = b;

  /* what was asked for has its place, whatever has not */
  if (!left->name != !right->name)
    return left->name ? 1 : -1;
  return (left->addr > right->addr) - (left->addr < right->addr);
}

static void
add_marks (PwkAddressSpaceModel *model, uint64_t selection)
{
  const PwkMm *mm = &model->mm;

  add_mark (model, "start_code", mm->start_code);
  add_mark (model, "end_code", mm->end_code);
  add_mark (model, "start_data", mm->start_data);
  add_mark (model, "end_data", mm->end_data);
  add_mark (model, "start_brk", mm->start_brk);
  add_mark (model, "brk", mm->brk);
  add_mark (model, "mmap_base", mm->mmap_base);
  add_mark (model, "start_stack", mm->start_stack);
  if (pwk_id_thing (selection) == PWK_THING_ADDRESS)
    add_mark (model, NULL, pwk_thing_parts (selection).address);
  for (uint32_t i = 0; i < model->n_rows; i++)
    if (model->rows[i].n_marks > 1)
      qsort (model->rows[i].marks, model->rows[i].n_marks, sizeof (PwkSpaceMark), compare_marks);
}

/* --- the index --- */

static uint32_t
depth_of (const PwkMachine *machine, PwkIndex vma)
{
  uint32_t depth = 0;

  for (PwkIndex up = pwk_vma (machine, vma)->rb_parent; up != 0 && depth < 64;
       up = pwk_vma (machine, up)->rb_parent)
    depth++;

  return depth;
}

static void
build_tree (const PwkMachine *machine, PwkAddressSpaceModel *model)
{
  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      PwkSpaceRow *row = &model->rows[i];
      PwkSpaceRow *parent;

      if (row->vma == 0)
        continue;
      row->rb_depth = (int32_t) depth_of (machine, row->vma);
      model->max_depth = MAX (model->max_depth, (uint32_t) row->rb_depth);
      parent = row_of_vma (model, pwk_vma (machine, row->vma)->rb_parent);
      row->rb_parent = parent != NULL ? (int32_t) (parent - model->rows) : -1;
    }
}

/* The nodes that find_vma () looks at for @addr. */
static void
light_path (const PwkMachine *machine, PwkAddressSpaceModel *model, PwkVaddr addr)
{
  PwkIndex node = model->mm.mm_rb;

  for (unsigned guard = 0; node != 0 && guard < 64; guard++)
    {
      const PwkVma *vma = pwk_vma (machine, node);
      PwkSpaceRow *row = row_of_vma (model, node);

      if (row != NULL)
        row->lit = true;
      if (vma->vm_end > addr)
        {
          if (vma->vm_start <= addr)
            break;
          node = vma->rb_left;
        }
      else
        node = vma->rb_right;
    }
}

/* --- events --- */

static bool
is_story (const PwkEvent *event, const void *unused)
{
  uint32_t kind = event->kind;

  return (kind >= PWK_EV_VMA_ADD && kind <= PWK_EV_VMA_FLAGS) || kind == PWK_EV_BRK ||
         kind == PWK_EV_EXPAND_STACK || kind == PWK_EV_GET_UNMAPPED_AREA || kind == PWK_EV_MLOCK ||
         kind == PWK_EV_ZAP || kind == PWK_EV_GUARD || kind == PWK_EV_SIGNAL ||
         kind == PWK_EV_HANDLE_MM_FAULT || kind == PWK_EV_SYSCALL_EXIT ||
         (kind >= PWK_EV_MLOCKALL && kind <= PWK_EV_CHANGE_PROTECTION);
}

/* A search is no sentence of the story, but find_vma () by hand is one, too. */
static bool
is_told (const PwkEvent *event, const void *unused)
{
  return is_story (event, NULL) || event->kind == PWK_EV_FIND_VMA;
}

static void
mark_deed (PwkAddressSpaceModel *model, PwkIndex vma, PwkSpaceDeed deed)
{
  PwkSpaceRow *row = row_of_vma (model, vma);

  if (row != NULL)
    row->deeds |= deed;
}

static void
note_event (PwkAddressSpaceModel *model, const PwkEvent *event)
{
  PwkSpaceRow *row;

  switch (event->kind)
    {
    case PWK_EV_VMA_ADD:
      mark_deed (model, (PwkIndex) pwk_arg (event, VMA_ADD, vma), PWK_DEED_NEW);
      break;
    case PWK_EV_VMA_MERGE:
      mark_deed (model, (PwkIndex) pwk_arg (event, VMA_MERGE, vma), PWK_DEED_MERGED);
      break;
    case PWK_EV_VMA_SPLIT:
      mark_deed (model, (PwkIndex) pwk_arg (event, VMA_SPLIT, vma), PWK_DEED_SPLIT);
      mark_deed (model, (PwkIndex) pwk_arg (event, VMA_SPLIT, new), PWK_DEED_SPLIT);
      break;
    case PWK_EV_VMA_ADJUST:
    case PWK_EV_EXPAND_STACK:
      mark_deed (model, (PwkIndex) pwk_arg (event, VMA_ADJUST, vma), PWK_DEED_MOVED);
      break;
    case PWK_EV_VMA_FLAGS:
      mark_deed (model, (PwkIndex) pwk_arg (event, VMA_FLAGS, vma), PWK_DEED_FLAGS);
      break;
    case PWK_EV_VMA_NO_MERGE:
      row = row_at (model, pwk_arg (event, VMA_NO_MERGE, start));
      if (row != NULL)
        {
          row->deeds |= PWK_DEED_NOT_MERGED;
          row->why = (uint8_t) pwk_arg (event, VMA_NO_MERGE, why);
        }
      break;
    case PWK_EV_FIND_VMA:
      model->looked_up = true;
      model->looked_for = pwk_arg (event, FIND_VMA, addr);
      model->visited = (uint32_t) pwk_arg (event, FIND_VMA, visited);
      break;
    case PWK_EV_ACCESS:
    case PWK_EV_ACCESS_FAULT:
    case PWK_EV_PAGE_FAULT_USER:
    case PWK_EV_HANDLE_MM_FAULT:
      model->touched = pwk_arg (event, ACCESS, addr);
      row = row_at (model, pwk_arg (event, ACCESS, addr));
      if (row != NULL && event->kind != PWK_EV_ACCESS)
        row->deeds |= PWK_DEED_FAULTED;
      break;
    default:
      break;
    }
}

static void
add_move (PwkAddressSpaceModel *model, PwkVaddr from, PwkVaddr into)
{
  if (from != into && model->n_moves < G_N_ELEMENTS (model->moves))
    model->moves[model->n_moves++] = (PwkMove){ PWK_ID_VMA (from), PWK_ID_VMA (into) };
}

/* A region is known by where it starts: what has another start afterwards comes out of the one
 * that it was part of. */
static void
read_moves (PwkAddressSpaceModel *model, const PwkObservation *observation)
{
  uint32_t n_now;
  const PwkEvent *now = pwk_observation_now (observation, &n_now);

  for (uint32_t i = 0; i < n_now; i++)
    if (now[i].kind == PWK_EV_VMA_SPLIT)
      add_move (model, pwk_arg (&now[i], VMA_SPLIT, start), pwk_arg (&now[i], VMA_SPLIT, addr));
    else if (now[i].kind == PWK_EV_VMA_ADJUST)
      add_move (model, pwk_arg (&now[i], VMA_ADJUST, was_start),
                pwk_arg (&now[i], VMA_ADJUST, start));
    else if (now[i].kind == PWK_EV_EXPAND_STACK)
      add_move (model, pwk_arg (&now[i], EXPAND_STACK, was),
                pwk_arg (&now[i], EXPAND_STACK, start));
}

static void
note_growth (PwkAddressSpaceModel *model, uint64_t vma, PwkVaddr was_start, PwkVaddr was_end)
{
  PwkSpaceRow *row = row_of_vma (model, (PwkIndex) vma);

  if (row == NULL || was_start < row->start || was_end > row->end || was_start >= was_end)
    return;
  row->was_start = was_start;
  row->was_end = was_end;
}

/* Neighbours that vma_merge () would join are in the midst of a cut: the tree takes in the new one,
 * and turns, before the cut is told. */
static bool
are_one (const PwkSpaceRow *low, const PwkSpaceRow *high)
{
  return low->vma != 0 && high->vma != 0 && low->end == high->start &&
         low->vm_flags == high->vm_flags && low->has_file == high->has_file &&
         low->pgoff + ((low->end - low->start) >> PWK_PAGE_SHIFT) == high->pgoff;
}

static void
note_cut (PwkAddressSpaceModel *model)
{
  for (uint32_t i = 1; i < model->n_rows; i++)
    if (are_one (&model->rows[i - 1], &model->rows[i]))
      add_move (model, model->rows[i - 1].start, model->rows[i].start);
}

/* Tree nodes that just turned, and regions that just grew. */
static void
note_turns (PwkAddressSpaceModel *model, const PwkObservation *observation)
{
  uint32_t n_now;
  const PwkEvent *now = pwk_observation_now (observation, &n_now);

  for (uint32_t i = 0; i < n_now; i++)
    if (now[i].kind == PWK_EV_RB_ROTATE)
      {
        PwkSpaceRow *pivot = row_of_vma (model, (PwkIndex) pwk_arg (&now[i], RB_ROTATE, pivot));
        PwkSpaceRow *child = row_of_vma (model, (PwkIndex) pwk_arg (&now[i], RB_ROTATE, child));

        model->rotates = true;
        if (pivot != NULL)
          pivot->rotated = true;
        if (child != NULL)
          child->rotated = true;
        note_cut (model);
      }
    else if (now[i].kind == PWK_EV_VMA_ADJUST)
      note_growth (model, pwk_arg (&now[i], VMA_ADJUST, vma),
                   pwk_arg (&now[i], VMA_ADJUST, was_start),
                   pwk_arg (&now[i], VMA_ADJUST, was_end));
    else if (now[i].kind == PWK_EV_EXPAND_STACK)
      {
        PwkSpaceRow *row = row_of_vma (model, (PwkIndex) pwk_arg (&now[i], EXPAND_STACK, vma));

        note_growth (model, pwk_arg (&now[i], EXPAND_STACK, vma),
                     pwk_arg (&now[i], EXPAND_STACK, was), row != NULL ? row->end : 0);
      }
}

/* The last address that an event is about, so that the middle is known before rows are built. */
static PwkVaddr
last_touched (const PwkObservation *observation)
{
  for (uint32_t i = observation->n_events; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (event->kind == PWK_EV_ACCESS || event->kind == PWK_EV_ACCESS_FAULT ||
          event->kind == PWK_EV_PAGE_FAULT_USER)
        return pwk_arg (event, ACCESS, addr);
      if (event->kind == PWK_EV_VMA_ADD || event->kind == PWK_EV_VMA_MERGE ||
          event->kind == PWK_EV_VMA_SPLIT)
        return pwk_arg (event, VMA_ADD, start);
    }

  return 0;
}

gpointer
pwk_address_space_build (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkAddressSpaceModel *model = g_new0 (PwkAddressSpaceModel, 1);
  PwkIndex task = pwk_view_task (observation, params);
  uint32_t call = pwk_observed_call (observation, is_told, NULL);
  uint64_t looks = 0;

  pwk_exited_read (&model->exited, observation, params);
  model->format = machine->format;
  model->touched = last_touched (observation);
  pwk_kernel_space_read (&model->kernel, machine, model->touched);
  if (task == 0 || pwk_task (machine, task)->mm == 0)
    return model;

  model->task = task;
  model->pid = pwk_task (machine, task)->pid;
  model->title = pwk_words_task (machine, task);
  model->mm = *pwk_mm (machine, pwk_task (machine, task)->mm);
  model->list_and_tree = machine->profile->vma_list_and_tree;
  model->n_regions = model->mm.map_count;
  read_moves (model, observation);
  for (unsigned i = 0; i < PWK_NR_MM_COUNTERS; i++)
    model->rss[i] = (uint64_t) MAX (model->mm.rss_stat[i], 0);

  build_rows (machine, model, params->selection);
  for (uint32_t i = 0; i < model->n_rows; i++)
    if (model->rows[i].vma != 0)
      pwk_space_residency (machine, &model->rows[i], model->mm.pgd, &looks);
  add_marks (model, params->selection);
  build_tree (machine, model);
  note_turns (model, observation);
  for (uint32_t i = call; i < observation->n_events; i++)
    {
      note_event (model, &observation->events[i]);
      if (is_story (&observation->events[i], NULL))
        pwk_story_add (&model->story, machine, &observation->events[i]);
    }
  if (model->looked_up)
    light_path (machine, model, model->looked_for);

  return model;
}

void
pwk_address_space_free (gpointer data)
{
  PwkAddressSpaceModel *model = data;

  for (uint32_t i = 0; i < model->n_rows; i++)
    g_free (model->rows[i].title);
  g_free (model->rows);
  pwk_story_clear (&model->story);
  pwk_exited_clear (&model->exited);
  g_free (model->title);
  g_free (model);
}
