/* test-format.c - a page-table format is a file: machines with each, and with an invented one, behave as they should
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/op.h"
#include "engine/core/task.h"
#include "engine/paging/format-linux.h"
#include "engine/paging/format-walk.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/proc/proc.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"

/* --- x86-64 with the bytes of each entry the other way round --- */

static PwkPte
swapped_decode (uint64_t bits, PwkLevel level)
{
  return (PwkPte) { GUINT64_SWAP_LE_BE (bits) };
}

static uint64_t
swapped_encode (PwkPte pte, PwkLevel level)
{
  return GUINT64_SWAP_LE_BE (pte.val);
}

static uint64_t
none_reserved (const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  return 0;
}

/* --- machines with them --- */

typedef struct
{
  PwkMachine *machine;     /* owned */
  PwkProfile  profile;     /* a copy, with another format */
  GArray     *events;      /* owned */
} Made;

static void
listen (PwkMachine *machine, const PwkEvent *event, void *data)
{
  g_array_append_val (((Made *) data)->events, *event);
}

/* @format NULL: the machine's own; @ad: who keeps accessed and dirty. */
static void
make (Made *made, const char *arch, const PwkFormat *format, const char *thp, const char *ad)
{
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
  PwkConfig *config;

  g_assert_true (pwk_config_builder_set (builder, "memory", "268435456", NULL));
  g_assert_true (pwk_config_builder_set (builder, "arch", arch, NULL));
  g_assert_true (pwk_config_builder_set (builder, "thp", thp, NULL));
  g_assert_true (pwk_config_builder_set (builder, "accessed_dirty", ad, NULL));
  config = pwk_config_finish (g_steal_pointer (&builder), NULL);
  made->profile = *config->profile;
  if (format)
    made->profile.format = format;
  config->profile = &made->profile;
  made->machine = pwk_machine_new (config, NULL);
  made->events = g_array_new (FALSE, FALSE, sizeof (PwkEvent));
  pwk_machine_listen (made->machine, listen, made);
  pwk_machine_want (made->machine, -1, true);
  pwk_machine_boot (made->machine);
}

static void
unmake (Made *made)
{
  pwk_machine_free (made->machine);
  g_array_unref (made->events);
}

static void
check (const Made *made)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (made->machine, why))
    g_error ("%s", why->str);
}

static int64_t
finished (Made *made, int64_t result)
{
  while (pwk_op_pending (made->machine))
    pwk_op_step (made->machine);
  check (made);
  return result;
}

#define PAGES 3000u

/* Memory of several tables is written, shared with a child, protected, moved and given back. */
static PwkVaddr
live (Made *made)
{
  PwkMachine *machine = made->machine;
  PwkIndex parent = pwk_process_new (machine, "parent", 0, NULL, NULL), child;
  PwkVaddr at, moved;

  g_assert_cmpuint (parent, !=, 0);
  at = (PwkVaddr) finished (made, pwk_sys_mmap (machine, parent, 0, PAGES * PWK_PAGE_SIZE, PWK_PROT_READ | PWK_PROT_WRITE,
                                                PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS, -1, 0));
  for (unsigned i = 0; i < PAGES; i += 7)
    g_assert_cmpint (pwk_access (machine, parent, at + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 1000 + i).outcome, <=, PWK_ACCESS_MINOR);
  check (made);

  g_assert_cmpint (finished (made, pwk_sys_clone (machine, parent, 17)), >, 0);
  child = machine->st->last_task;
  g_assert_cmpint (pwk_access (machine, child, at, 8, PWK_ACCESS_STORE, 1).outcome, ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (finished (made, pwk_sys_mprotect (machine, child, at, 100 * PWK_PAGE_SIZE, PWK_PROT_READ)), ==, 0);
  g_assert_cmpint (pwk_access (machine, child, at + 7 * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 2).outcome, ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpint (finished (made, pwk_sys_mprotect (machine, parent, at, 10 * PWK_PAGE_SIZE, 0)), ==, 0);
  g_assert_cmpint (pwk_access (machine, parent, at, 8, PWK_ACCESS_LOAD, 0).outcome, ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpint (finished (made, pwk_sys_munmap (machine, parent, at, 500 * PWK_PAGE_SIZE)), ==, 0);
  moved = (PwkVaddr) finished (made, pwk_sys_mremap (machine, parent, at + 500 * PWK_PAGE_SIZE, (PAGES - 500) * PWK_PAGE_SIZE,
                                                     (PAGES + 500) * PWK_PAGE_SIZE, PWK_MREMAP_MAYMOVE, 0));
  for (unsigned i = 504; i < PAGES; i += 7)
    {
      PwkVaddr addr = moved + (i - 500) * PWK_PAGE_SIZE;
      PwkAccessResult access = pwk_access (machine, parent, addr, 8, PWK_ACCESS_LOAD, 0);

      g_assert_cmpint (access.outcome, ==, PWK_ACCESS_OK);
      g_assert_cmpuint (pwk_access_value (machine, &access, addr, 8), ==, 1000 + i);
    }
  check (made);
  return moved;
}

/* The bits of entries are all that differs from x86-64: events, their order, their times and all else they say are the same, with small pages
 * and with large ones. */
static void
test_other_bits (void)
{
  static const char *const thp[] = { "never", "always" };

  for (unsigned k = 0; k < G_N_ELEMENTS (thp); k++)
    {
      PwkFormat swapped = pwk_format_x86_64;
      Made plain, other;
      unsigned n_entries = 0;

      swapped.decode = swapped_decode;
      swapped.encode = swapped_encode;
      swapped.suspect = UINT64_MAX;
      swapped.reserved = none_reserved;
      make (&plain, "x86-64", NULL, thp[k], "hardware");
      make (&other, "x86-64", &swapped, thp[k], "hardware");
      g_assert_cmphex (live (&plain), ==, live (&other));

      g_assert_cmpuint (plain.events->len, ==, other.events->len);
      for (guint i = 0; i < plain.events->len; i++)
        {
          const PwkEvent *a = &g_array_index (plain.events, PwkEvent, i), *b = &g_array_index (other.events, PwkEvent, i);
          const PwkEventInfo *info = pwk_event_info ((PwkEventKind) a->kind);

          g_assert_cmpuint (a->kind, ==, b->kind);
          g_assert_cmpuint (a->ns, ==, b->ns);
          for (unsigned f = 0; f < info->n_fields; f++)
            {
              bool entry = info->fields[f].type == PWK_FIELD_PTE;

              g_assert_cmphex (a->arg[f], ==, entry ? GUINT64_SWAP_LE_BE (b->arg[f]) : b->arg[f]);
              n_entries += entry;
            }
        }
      g_assert_cmpuint (n_entries, >, PAGES);
      unmake (&plain);
      unmake (&other);
    }
}

/* --- machines of each kind --- */

/* A machine, and who keeps accessed and dirty there. */
typedef struct { const char *arch, *ad; unsigned levels; bool direct_map; } Kind;

static const Kind machine_kinds[] = {
  { "x86-64", "hardware", 4, true }, { "x86-64-la57", "hardware", 5, true }, { "x86-32", "hardware", 2, true }, { "x86-pae", "hardware", 3, true },
  { "textbook", "hardware", 2, true }, { "arm64-4k", "hardware", 4, false }, { "arm64-4k", "software", 4, false },
  { "riscv-sv39", "hardware", 3, true }, { "riscv-sv39", "software", 3, true }, { "riscv-sv48", "software", 4, true },
  { "riscv-sv57", "hardware", 5, true },
};

static PwkMm *
first_mm (const Made *made)
{
  return pwk_mm_edit (made->machine, pwk_task (made->machine, made->machine->st->first_task)->mm);
}

/* Walks, faults, copies, frees and dumps go by the format alone: as many levels as it has, the indices it takes, the frames it names. */
static void
test_machine (const void *data)
{
  static const char *const thp[] = { "never", "always" };
  const Kind *kind = data;

  for (unsigned k = 0; k < G_N_ELEMENTS (thp); k++)
    {
      g_autoptr(GString) dump = g_string_new (NULL);
      PwkVaddr addr;
      PwkIndex task;
      PwkWalk walk;
      Made made;

      make (&made, kind->arch, NULL, thp[k], kind->ad);
      addr = live (&made) + 4 * PWK_PAGE_SIZE;
      task = made.machine->st->first_task;
      g_assert_cmpuint (first_mm (&made)->pgtables_bytes, >, 0);

      pwk_mmu_probe (made.machine, 0, pwk_task (made.machine, task)->mm, addr, PWK_ACCESS_LOAD, true, &walk);
      g_assert_true (walk.ok);
      g_assert_cmpuint (walk.n_steps, <=, kind->levels);
      g_assert_cmpuint (walk.n_steps, >=, kind->levels - 1);
      for (unsigned i = 0; i < walk.n_steps; i++)
        g_assert_cmpuint (walk.steps[i].index, ==, pwk_level_index (made.machine->format, addr, walk.steps[i].level));

      pwk_mmu_probe (made.machine, 0, 0, made.machine->profile->page_offset + 0x1234567, PWK_ACCESS_LOAD, false, &walk);
      g_assert_cmpint (walk.ok, ==, kind->direct_map);
      if (kind->direct_map)
        g_assert_cmphex (walk.phys, ==, 0x1234567);
      pwk_proc_page_tables (made.machine, task, false, dump);
      g_assert_true (g_str_has_prefix (dump->str, "---[ User Space ]---"));
      check (&made);
      unmake (&made);
    }
}

/* The leaf of @addr as it lies in memory. */
static uint64_t
leaf_bits (const Made *made, PwkVaddr addr, PwkEntryRef *ref)
{
  const PwkMachine *machine = made->machine;

  *ref = pwk_entry_lookup (machine, first_mm (made)->pgd, addr, PWK_LEVEL_PTE);
  return pwk_table_bits (machine, pwk_table_entries (machine, ref->table), ref->index);
}

static PwkAccessOutcome
touch (Made *made, PwkVaddr addr, PwkAccessKind kind)
{
  PwkAccessOutcome outcome = pwk_access (made->machine, made->machine->st->first_task, addr, 8, kind, 7).outcome;

  check (made);
  return outcome;
}

/* A page of private memory that is read, written, made old, made clean: its entry is bit by bit what the kernel's helpers of that architecture make,
 * and who keeps accessed and dirty shows in the faults. x86-64 alone has more bits of software's than the engine keeps. */
static void
test_entries (const void *data)
{
  const Kind *kind = data;
  bool software = g_str_equal (kind->ad, "software");
  const PwkLinuxPte *linux_pte;
  PwkIndex task, mm;
  PwkEntryRef ref;
  uint64_t prot, bits;
  PwkVaddr addr;
  PwkPte entry;
  Made made;

  make (&made, kind->arch, NULL, "never", kind->ad);
  linux_pte = made.machine->format->linux_pte;
  task = pwk_process_new (made.machine, "a", 0, NULL, NULL);
  mm = pwk_task (made.machine, task)->mm;
  addr = (PwkVaddr) finished (&made, pwk_sys_mmap (made.machine, task, 0, PWK_PAGE_SIZE, PWK_PROT_READ | PWK_PROT_WRITE,
                                                   PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS, -1, 0));
  g_assert_true (pwk_linux_protection (linux_pte, "rw-p", &prot));

  g_assert_cmpint (touch (&made, addr, PWK_ACCESS_LOAD), ==, PWK_ACCESS_MINOR);
  bits = leaf_bits (&made, addr, &ref);
  g_assert_cmphex (bits, ==, linux_pte->mkspecial (linux_pte->mk_pte (made.machine->st->zero_pfn, prot)));
  g_assert_cmpint (touch (&made, addr, PWK_ACCESS_STORE), ==, PWK_ACCESS_MINOR);
  bits = leaf_bits (&made, addr, &ref);
  entry = pwk_entry_get (made.machine, ref);
  if (!g_str_has_prefix (kind->arch, "x86-64"))
    g_assert_cmphex (bits, ==, linux_pte->mkwrite (linux_pte->mkdirty (linux_pte->mk_pte (pwk_pte_pfn (entry), prot))));

  pwk_entry_set (made.machine, ref, pwk_pte_mkold (entry), addr);
  pwk_flush_tlb_page (made.machine, mm, addr);
  g_assert_false (linux_pte->young (leaf_bits (&made, addr, &ref)));
  g_assert_cmpint (touch (&made, addr, PWK_ACCESS_LOAD), ==, software ? PWK_ACCESS_MINOR : PWK_ACCESS_OK);
  g_assert_cmphex (leaf_bits (&made, addr, &ref), ==, bits);

  pwk_entry_set (made.machine, ref, pwk_pte_mkclean (entry), addr);
  pwk_flush_tlb_page (made.machine, mm, addr);
  g_assert_cmphex (leaf_bits (&made, addr, &ref), ==, linux_pte->mkclean (bits));
  g_assert_cmpint (touch (&made, addr, PWK_ACCESS_LOAD), ==, PWK_ACCESS_OK);
  g_assert_cmpint (touch (&made, addr, PWK_ACCESS_STORE), ==, software ? PWK_ACCESS_MINOR : PWK_ACCESS_OK);
  g_assert_true (linux_pte->dirty (leaf_bits (&made, addr, &ref)));
  if (software || !g_str_has_prefix (kind->arch, "arm64"))
    g_assert_cmphex (leaf_bits (&made, addr, &ref), ==, bits);
  else
    {
      /* the hardware takes AP[2] away and knows nothing of software's bit; who protects the page keeps it there */
      g_assert_cmphex (leaf_bits (&made, addr, &ref), ==, linux_pte->mkclean (bits) & ~(uint64_t) 0x80);
      pwk_entry_set (made.machine, ref, pwk_pte_wrprotect (pwk_entry_get (made.machine, ref)), addr);
      pwk_flush_tlb_page (made.machine, mm, addr);
      g_assert_cmphex (leaf_bits (&made, addr, &ref), ==, linux_pte->wrprotect (linux_pte->mkclean (bits) & ~(uint64_t) 0x80));
    }
  unmake (&made);
}

/* Whatever the engine's entries say that a format has bits for, is said again when they are read. */
static void
test_round_trip (void)
{
  unsigned n;
  const PwkFormatName *names = pwk_format_names (&n);

  for (unsigned i = 0; i < n; i++)
    for (unsigned k = 0; names[i].format->encode && k < 4096; k++)
      {
        const PwkFormat *format = names[i].format;
        PwkPfn pfn = (PwkPfn) g_test_rand_int_range (1, 1 << 20);
        uint64_t prot = pwk_prot_user (k & 1, (k & 2) || g_str_equal (format->name, "x86-32") || g_str_equal (format->name, "textbook"));
        PwkPte pte = k & 4 ? pwk_mk_pte (pfn, prot) : k & 8 ? pwk_mk_swap (pfn) : pwk_mk_marker (PWK_SWP_MARKER_GUARD);

        if (k & 4)
          {
            pte = k & 16 ? pwk_pte_mkdirty (pte) : pte;
            pte = k & 32 ? pwk_pte_mkold (pte) : pte;
            pte = k & 64 && !g_str_equal (format->name, "alpha") ? pwk_pte_mkspecial (pte) : pte;
          }
        else if (k & 16)
          pte = pwk_mk_migration (pfn, pwk_mk_pte (1, prot | (k & 32 ? PWK_PTE_DIRTY : 0)), k & 64);
        else if (k & 64)
          pte = pwk_pte_swp_mkexclusive (pte);
        if (format->linux_pte->swap.offset_bits < 42 && pwk_swp_type (pte) == PWK_SWP_MIGRATION)
          pte = pwk_swp_raw (pwk_swp_raw_type (pte), pfn);    /* no room for young and dirty */
        g_assert_cmphex (pwk_format_decode (format, pwk_format_encode (format, pte, PWK_LEVEL_PTE), PWK_LEVEL_PTE).val, ==, pte.val);
      }
}

/* Fields are told lowest first, and cover all bits once, of whatever an entry is. */
static void
test_fields (void)
{
  unsigned n;
  const PwkFormatName *names = pwk_format_names (&n);

  for (unsigned i = 0; i < n; i++)
    for (unsigned k = 0; names[i].format->markers && k < 64; k++)
      {
        const PwkFormat *format = names[i].format;
        PwkLevel level = (PwkLevel) (1 + k % names[i].top);
        uint64_t bits = k < 16 ? k : (uint64_t) g_test_rand_int () << 32 | (uint32_t) g_test_rand_int ();
        unsigned n_fields, end = 0;
        const PwkPteField *fields;

        if (format->entry_shift == 2)
          bits &= UINT32_MAX;
        fields = pwk_format_fields (format, bits, level, &n_fields);
        g_assert_cmpuint (n_fields, <=, 24);
        for (unsigned f = 0; f < n_fields; f++)
          {
            g_assert_cmpuint (fields[f].shift, ==, end);
            end += fields[f].bits;
          }
        g_assert_cmpuint (end, ==, 8u << format->entry_shift);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paging/format/other-bits", test_other_bits);
  g_test_add_func ("/paging/format/round-trip", test_round_trip);
  g_test_add_func ("/paging/format/fields", test_fields);
  for (unsigned i = 0; i < G_N_ELEMENTS (machine_kinds); i++)
    {
      g_autofree char *machine = g_strdup_printf ("/paging/format/machine/%s-%s", machine_kinds[i].arch, machine_kinds[i].ad);
      g_autofree char *entries = g_strdup_printf ("/paging/format/entries/%s-%s", machine_kinds[i].arch, machine_kinds[i].ad);

      g_test_add_data_func (machine, &machine_kinds[i], test_machine);
      g_test_add_data_func (entries, &machine_kinds[i], test_entries);
    }
  return g_test_run ();
}
