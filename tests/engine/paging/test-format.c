/* test-format.c - a page-table format is a file: machines with invented ones behave as they should
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/op.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/paging/page-table.h"
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

/* --- two levels of 1024 entries of 32 bits, as x86-32 without PAE has them --- */

#define FLAGS 0xfffu

static PwkPte
small_decode (uint64_t bits, PwkLevel level)
{
  if (bits && !(bits & 0x101))
    return pwk_swp_entry ((PwkSwapType) (bits >> 1 & 31), bits >> 9);
  return (PwkPte) { bits };
}

static uint64_t
small_encode (PwkPte pte, PwkLevel level)
{
  if (pwk_pte_is_swap (pte))
    return (uint64_t) pwk_swp_type (pte) << 1 | pwk_swp_offset (pte) << 9;
  return (pte.val & FLAGS) | pwk_pte_pfn (pte) << 12;
}

static const PwkPteField *
small_fields (uint64_t bits, PwkLevel level, unsigned *n_fields)
{
  static const PwkPteField fields[] = {
    { .name = "flags", .bits = 12 }, { .name = "pfn", .shift = 12, .bits = 20, .kind = PWK_FIELD_IS_FRAME },
  };

  *n_fields = G_N_ELEMENTS (fields);
  return fields;
}

static uint64_t
none_reserved (const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  return 0;
}

static void
append_nothing (uint64_t bits, PwkLevel level, GString *out)
{
}

static const PwkTableMarker small_markers[] = { { 0, "User Space" }, { 0xc0000000, "Kernel Space" }, { UINT64_MAX, NULL } };

static const PwkFormat small_format = {
  .name = "small", .entry_shift = 2,
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 22 }, .index_mask = { [PWK_LEVEL_PTE] = 1023, [PWK_LEVEL_PMD] = 1023 },
  .unused_bits = { [PWK_LEVEL_PMD] = 32 }, .kernel_first = 768, .decode = small_decode, .encode = small_encode, .reserved = none_reserved, .fields = small_fields,
  .append_flags = append_nothing, .append_prot = append_nothing, .prot_mask = FLAGS, .markers = small_markers,
};

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

static void
make (Made *made, const char *arch, const PwkFormat *format, unsigned levels, const char *thp)
{
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
  PwkConfig *config;

  g_assert_true (pwk_config_builder_set (builder, "memory", "268435456", NULL));
  g_assert_true (pwk_config_builder_set (builder, "arch", arch, NULL));
  g_assert_true (pwk_config_builder_set (builder, "thp", thp, NULL));
  config = pwk_config_finish (g_steal_pointer (&builder), NULL);
  made->profile = *config->profile;
  made->profile.format = format;
  made->profile.tables_stand_in = false;
  config->profile = &made->profile;
  config->levels = levels;
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
      make (&plain, "x86-64", &pwk_format_x86_64, 4, thp[k]);
      make (&other, "x86-64", &swapped, 4, thp[k]);
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

/* Two levels, 1024 entries of four bytes, addresses of 32 bits: walks, faults, copies, frees and dumps ask for nothing else. */
static void
test_two_levels (void)
{
  g_autoptr(GString) dump = g_string_new (NULL);
  PwkVaddr addr;
  PwkIndex task;
  PwkWalk walk;
  PwkMm *mm;
  Made made;

  make (&made, "x86-32", &small_format, 2, "never");
  addr = live (&made) + 4 * PWK_PAGE_SIZE;
  task = made.machine->st->first_task;
  mm = pwk_mm_edit (made.machine, pwk_task (made.machine, task)->mm);
  g_assert_cmpuint (mm->pgtables_bytes, >, 0);

  pwk_mmu_probe (made.machine, 0, pwk_task (made.machine, task)->mm, addr, PWK_ACCESS_LOAD, true, &walk);
  g_assert_true (walk.ok);
  g_assert_cmpuint (walk.n_steps, ==, 2);
  g_assert_cmpuint (walk.steps[0].index, ==, addr >> 22);
  g_assert_cmpuint (walk.steps[1].index, ==, addr >> 12 & 1023);
  g_assert_cmphex (walk.steps[1].bits >> 12, ==, walk.phys >> 12);
  g_assert_true (pwk_addr_canonical (made.machine, 0xffffffff));
  g_assert_false (pwk_addr_canonical (made.machine, 0x100000000));
  g_assert_false (pwk_addr_canonical (made.machine, UINT64_MAX));

  /* the kernel's half is the direct map, by pages of 4 MiB */
  pwk_mmu_probe (made.machine, 0, 0, 0xc0000000 + 0x1234567, PWK_ACCESS_LOAD, false, &walk);
  g_assert_true (walk.ok);
  g_assert_cmphex (walk.phys, ==, 0x1234567);
  g_assert_cmphex (walk.page_size, ==, 4 << 20);
  pwk_proc_page_tables (made.machine, task, false, dump);
  g_assert_nonnull (strstr (dump->str, "0x00000000c0000000-"));
  check (&made);
  unmake (&made);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paging/format/other-bits", test_other_bits);
  g_test_add_func ("/paging/format/two-levels", test_two_levels);
  return g_test_run ();
}
