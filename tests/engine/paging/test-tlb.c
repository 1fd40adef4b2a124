/* test-tlb.c - replacement, tags, flushes, shootdowns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/check.h"
#include "engine/core/pool.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb-private.h"
#include "reference.h"
#include "seed.h"
#include "space.h"

#define BASE    0x400000000000ull
#define N_PAGES 512

/* --- against the plain model --- */

typedef struct { Reference l1i, l1d, stlb; unsigned way[PWK_N_TLBS]; } Model;

/* The way that the machine filled: the model follows it where chance decides. */
static void
note_fill (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Model *model = data;

  model->way[event->arg[1]] = (unsigned) event->arg[3];
}

/* Where an access is found: 1, 2, or 3 by a walk. */
static unsigned
model_access (Model *model, uint64_t page, bool fetch)
{
  Reference *l1 = fetch ? &model->l1i : &model->l1d;
  unsigned l1_way = model->way[fetch ? PWK_TLB_L1I : PWK_TLB_L1D];

  if (reference_look (l1, page))
    return 1;
  if (reference_look (&model->stlb, page))
    {
      reference_put (l1, page, l1_way);
      return 2;
    }
  reference_put (&model->stlb, page, model->way[PWK_TLB_STLB]);
  reference_put (l1, page, l1_way);
  return 3;
}

static unsigned
machine_access (Space *space, PwkVaddr addr, PwkAccessKind kind)
{
  const PwkCpu *cpu = &space->machine->st->cpus[0];
  uint64_t l1 = cpu->l1d_hits + cpu->l1i_hits, stlb = cpu->stlb_hits, walks = cpu->walks_data + cpu->walks_instr;

  g_assert_cmpuint (space_access (space, addr, kind, true, NULL), ==, 0);
  if (cpu->l1d_hits + cpu->l1i_hits > l1)
    return 1;
  if (cpu->stlb_hits > stlb)
    return 2;
  g_assert_cmpuint (cpu->walks_data + cpu->walks_instr, ==, walks + 1);
  return 3;
}

/* Pages with a bias to few of them, fetched, loaded and stored, now and then one invalidated: each access is found where the plain
 * model finds it. */
static void
test_reference (gconstpointer data)
{
  static const struct { const char *suffix; PwkTlbPolicy policy; } policies[] = {
    { "", PWK_TLB_LRU }, { ":plru", PWK_TLB_PLRU }, { ":fifo", PWK_TLB_FIFO }, { ":random", PWK_TLB_RANDOM },
  };
  const char *suffix = policies[GPOINTER_TO_INT (data)].suffix;
  PwkTlbPolicy policy = policies[GPOINTER_TO_INT (data)].policy;
  static const struct { unsigned l1i, l1i_ways, l1d, l1d_ways, stlb, stlb_ways; } shapes[] = {
    { 16, 4, 16, 4, 64, 4 }, { 32, 1, 32, 1, 128, 1 }, { 64, 64, 32, 32, 128, 8 }, { 8, 8, 64, 2, 16, 16 },
  };
  uint64_t seed = test_seed ();

  for (unsigned s = 0; s < G_N_ELEMENTS (shapes); s++)
    {
      g_autofree char *tlb = g_strdup_printf ("l1i=%u/%u%s,l1d=%u/%u%s,stlb=%u/%u%s", shapes[s].l1i, shapes[s].l1i_ways, suffix,
                                              shapes[s].l1d, shapes[s].l1d_ways, suffix, shapes[s].stlb, shapes[s].stlb_ways, suffix);
      Model model = { 0 };
      Space space;

      space_init (&space, 1, 4, tlb);
      pwk_machine_listen (space.machine, note_fill, &model);
      pwk_machine_want (space.machine, PWK_EV_TLB_FILL, true);
      reference_init (&model.l1i, shapes[s].l1i, shapes[s].l1i_ways, policy);
      reference_init (&model.l1d, shapes[s].l1d, shapes[s].l1d_ways, policy);
      reference_init (&model.stlb, shapes[s].stlb, shapes[s].stlb_ways, policy);
      for (unsigned i = 0; i < N_PAGES; i++)
        space_map (&space, BASE + i * PWK_PAGE_SIZE, USER_BITS, false);

      for (unsigned i = 0; i < 20000; i++)
        {
          uint64_t random = space_random (&seed);
          uint64_t number = random % (random >> 20 & 3 ? 24 : N_PAGES);
          PwkVaddr addr = BASE + number * PWK_PAGE_SIZE;
          PwkAccessKind kind = (PwkAccessKind) ((random >> 30) % 3);
          unsigned found;

          if ((random >> 40) % 64 == 0)
            {
              pwk_invlpg (space.machine, 0, addr);
              reference_drop (&model.l1i, addr >> 12);
              reference_drop (&model.l1d, addr >> 12);
              reference_drop (&model.stlb, addr >> 12);
            }
          found = machine_access (&space, addr + (random >> 52), kind);
          g_assert_cmpuint (found, ==, model_access (&model, addr >> 12, kind == PWK_ACCESS_FETCH));
        }
      g_assert_cmpuint (pwk_tlb_shape (space.machine, 0, PWK_TLB_L1I).n_valid, ==, reference_count (&model.l1i));
      g_assert_cmpuint (pwk_tlb_shape (space.machine, 0, PWK_TLB_L1D).n_valid, ==, reference_count (&model.l1d));
      g_assert_cmpuint (pwk_tlb_shape (space.machine, 0, PWK_TLB_STLB).n_valid, ==, reference_count (&model.stlb));
      pwk_machine_listen (space.machine, NULL, NULL);
      space_check (&space);
      reference_clear (&model.l1i);
      reference_clear (&model.l1d);
      reference_clear (&model.stlb);
      space_clear (&space);
    }
}

/* --- large pages --- */

/* One 2 MiB entry serves all of its 512 pages; it lies in l1d2m where there is one, else in l1d, and in the stlb. */
static void
test_large (void)
{
  static const char *const specs[] = { "l1d=16/4,stlb=64/4", "l1d=16/4,l1d2m=8/4,stlb=64/4" };

  for (unsigned i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      PwkTlbId id;
      unsigned set, way;
      PwkPhys phys;
      PwkPfn pfn;
      Space space;

      space_init (&space, 1, 4, specs[i]);
      pfn = space_map (&space, BASE, USER_BITS, true);
      space_map (&space, BASE + PWK_PMD_SIZE, USER_BITS, false);
      for (unsigned page = 0; page < 512; page++)
        {
          g_assert_cmpuint (space_access (&space, BASE + page * PWK_PAGE_SIZE + 5, PWK_ACCESS_LOAD, true, &phys), ==, 0);
          g_assert_cmphex (phys, ==, (pfn + page) * PWK_PAGE_SIZE + 5);
        }
      g_assert_cmpuint (space.machine->st->cpus[0].walks_data, ==, 1);
      g_assert_cmpuint (space.machine->st->cpus[0].l1d_hits, ==, 511);
      g_assert_true (pwk_tlb_where (space.machine, 0, BASE + 0x12345, false, &id, &set, &way));
      g_assert_cmpint (id, ==, i ? PWK_TLB_L1D2M : PWK_TLB_L1D);
      g_assert_cmpuint (pwk_tlb_way (space.machine, 0, id, set, way).page_size, ==, PWK_PMD_SIZE);
      g_assert_cmpuint (space_access (&space, BASE + PWK_PMD_SIZE, PWK_ACCESS_STORE, true, NULL), ==, 0);
      space_check (&space);
      space_unmap (&space, BASE);
      g_assert_cmphex (space_access (&space, BASE + 0x1fffff, PWK_ACCESS_LOAD, true, NULL), ==, SPACE_FAULT | PWK_PF_USER);
      space_clear (&space);
    }
}

/* --- tags --- */

static unsigned
valid_of (const Space *space, unsigned cpu, PwkIndex mm)
{
  unsigned n = 0;

  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    {
      PwkTlbShape shape = pwk_tlb_shape (space->machine, cpu, (PwkTlbId) id);

      for (unsigned set = 0; set < shape.n_sets; set++)
        for (unsigned i = 0; i < shape.n_ways; i++)
          {
            PwkTlbWay way = pwk_tlb_way (space->machine, cpu, (PwkTlbId) id, set, i);
            n += way.valid && way.mm == mm;
          }
    }
  return n;
}

/* A and B have other pages at one address. With PCIDs each finds its own after a switch, without a walk; without, all but what is global goes.
 * The kernel's direct map is global: it stays either way. */
static void
test_switch (void)
{
  for (unsigned pcid = 0; pcid < 2; pcid++)
    {
      PwkPhys phys_a, phys_b, phys;
      PwkVaddr direct;
      Space a, b;
      PwkCpu *cpu;
      uint64_t walks;

      space_init (&a, 1, 4, pcid ? "pcid=on" : "pcid=off");
      b = space_another (&a);
      cpu = &a.machine->st->cpus[0];
      direct = a.machine->profile->page_offset + 0x3000000;
      space_map (&a, BASE, USER_BITS, false);
      space_map (&b, BASE, USER_BITS, false);

      g_assert_cmpuint (space_access (&a, BASE, PWK_ACCESS_LOAD, true, &phys_a), ==, 0);
      g_assert_cmpuint (space_access (&a, direct, PWK_ACCESS_LOAD, false, NULL), ==, 0);
      space_run (&b, 0);
      g_assert_cmpuint (valid_of (&a, 0, a.mm), ==, pcid ? 2 : 0);
      g_assert_cmpuint (space_access (&b, BASE, PWK_ACCESS_LOAD, true, &phys_b), ==, 0);
      g_assert_cmphex (phys_a, !=, phys_b);
      walks = cpu->walks_data;
      g_assert_cmpuint (space_access (&b, direct, PWK_ACCESS_LOAD, false, NULL), ==, 0);
      g_assert_cmpuint (cpu->walks_data, ==, walks);
      space_run (&a, 0);
      g_assert_cmpuint (space_access (&a, BASE, PWK_ACCESS_LOAD, true, &phys), ==, 0);
      g_assert_cmphex (phys, ==, phys_a);
      g_assert_cmpuint (cpu->walks_data, ==, walks + !pcid);
      space_check (&a);

      pwk_flush_tlb_all (a.machine);
      g_assert_cmpuint (pwk_tlb_shape (a.machine, 0, PWK_TLB_STLB).n_valid, ==, 0);
      space_clear_mm (&b);
      space_clear (&a);
    }
}

/* Six PCIDs are given out in turn; the seventh address space takes the first's, whose entries go. */
static void
test_recycled (void)
{
  Space spaces[8];

  space_init (&spaces[0], 1, 4, NULL);
  for (unsigned i = 1; i < G_N_ELEMENTS (spaces); i++)
    spaces[i] = space_another (&spaces[0]);
  for (unsigned i = 0; i < G_N_ELEMENTS (spaces); i++)
    {
      space_map (&spaces[i], BASE + i * PWK_PAGE_SIZE, USER_BITS, false);
      space_run (&spaces[i], 0);
      g_assert_cmpuint (spaces[i].machine->st->cpus[0].cr3 & 0xfff, ==, i % 6 + 1);
      g_assert_cmpuint (space_access (&spaces[i], BASE + i * PWK_PAGE_SIZE, PWK_ACCESS_LOAD, true, NULL), ==, 0);
      space_check (&spaces[i]);
    }
  g_assert_cmpuint (valid_of (&spaces[0], 0, spaces[0].mm), ==, 0);
  g_assert_cmpuint (valid_of (&spaces[0], 0, spaces[1].mm), ==, 0);
  g_assert_cmpuint (valid_of (&spaces[0], 0, spaces[2].mm), ==, 2);
  g_assert_cmpuint (pwk_mm (spaces[0].machine, spaces[0].mm)->cpu_bitmap, ==, 0);
  for (unsigned i = G_N_ELEMENTS (spaces) - 1; i > 0; i--)
    space_clear_mm (&spaces[i]);
  space_clear (&spaces[0]);
}

/* --- flushes --- */

/* Up to 33 pages are invalidated one by one, more by emptying the PCID; other cpus that run the space get an interrupt, those that only
 * ran it none: their entries are gone when they come back. */
static void
test_flush_rules (void)
{
  Space space;
  PwkMachine *machine;

  space_init (&space, 4, 4, NULL);
  machine = space.machine;
  for (unsigned i = 0; i < 64; i++)
    space_map (&space, BASE + i * PWK_PAGE_SIZE, USER_BITS, false);
  for (unsigned cpu = 0; cpu < 3; cpu++)
    {
      space_run (&space, cpu);
      for (unsigned i = 0; i < 40; i++)
        space_access (&space, BASE + i * PWK_PAGE_SIZE, PWK_ACCESS_LOAD, true, NULL);
    }
  pwk_switch_mm (machine, 2, 0);                         /* cpu 2 does something else; cpu 3 never knew the space */
  space_run (&space, 0);
  g_assert_cmpuint (pwk_pwc_shape (machine, 0, PWK_PWC_PDE).n_valid, >, 0);

  pwk_flush_tlb_range (machine, space.mm, BASE, BASE + 33 * PWK_PAGE_SIZE, PWK_PAGE_SHIFT);
  for (unsigned id = 0; id < PWK_N_PWCS; id++)   /* INVLPG empties them of the PCID, whatever the address */
    g_assert_cmpuint (pwk_pwc_shape (machine, 0, (PwkPwcId) id).n_valid, ==, 0);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_INVLPG), ==, 2 * 33);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_TLB_SHOOTDOWN), ==, 1);
  g_assert_cmpuint (machine->st->cpus[1].count[PWK_EV_INVLPG], ==, 33);
  g_assert_cmpuint (valid_of (&space, 0, space.mm), ==, 2 * 7);
  g_assert_cmpuint (valid_of (&space, 1, space.mm), ==, 2 * 7);
  g_assert_cmpuint (valid_of (&space, 2, space.mm), ==, 0);

  pwk_flush_tlb_range (machine, space.mm, BASE, BASE + 34 * PWK_PAGE_SIZE, PWK_PAGE_SHIFT);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_INVLPG), ==, 2 * 33);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_TLB_SHOOTDOWN), ==, 2);
  g_assert_cmpuint (valid_of (&space, 0, space.mm) + valid_of (&space, 1, space.mm), ==, 0);

  /* Back on cpu 2: the switch tells the flush that was put off. */
  machine->st->cur_cpu = 2;
  pwk_switch_mm (machine, 2, space.mm);
  g_assert_cmpuint (machine->st->cpus[2].count[PWK_EV_CR3_WRITE], ==, 3);
  g_assert_cmpuint (machine->st->cpus[3].count[PWK_EV_CR3_WRITE], ==, 0);
  space_check (&space);
  space_clear (&space);
}

/* Unmapping reaches the other cpu; with the shootdown broken it reads the page that is gone. */
static void
test_shootdown (void)
{
  for (unsigned broken = 0; broken < 2; broken++)
    {
      Space space;

      space_init (&space, 2, 4, NULL);
      space_map (&space, BASE, USER_BITS, false);
      space_run (&space, 1);
      g_assert_cmpuint (space_access (&space, BASE, PWK_ACCESS_LOAD, true, NULL), ==, 0);
      space_run (&space, 0);
      space.machine->st->lab_flags = broken ? PWK_BROKEN_NO_SHOOTDOWN : 0;
      space_unmap (&space, BASE);
      space.machine->st->cur_cpu = 1;
      g_assert_cmphex (space_access (&space, BASE, PWK_ACCESS_LOAD, true, NULL), ==, broken ? 0 : SPACE_FAULT | PWK_PF_USER);
      /* A store through the stale, clean entry looks at the tables: it faults even so. */
      g_assert_cmphex (space_access (&space, BASE, PWK_ACCESS_STORE, true, NULL), ==, SPACE_FAULT | PWK_PF_USER | PWK_PF_WRITE);
      space.machine->st->lab_flags = 0;
      space_check (&space);
      space_clear (&space);
    }
}

/* What a flush forgets to reach is found by the check. */
static void
test_check_finds (void)
{
  g_autoptr(GString) why = g_string_new (NULL);
  Space space;

  space_init (&space, 1, 4, NULL);
  space_map (&space, BASE, USER_BITS, false);
  space_access (&space, BASE, PWK_ACCESS_STORE, true, NULL);
  space_check (&space);
  space_edit (&space, BASE, 0, PWK_PTE_RW);
  g_assert_false (pwk_machine_check (space.machine, why));
  g_assert_nonnull (strstr (why->str, "allows more"));
  pwk_invlpg (space.machine, 0, BASE);
  space_check (&space);
  space_access (&space, BASE, PWK_ACCESS_LOAD, true, NULL);
  space_edit (&space, BASE, 0, PWK_PTE_PRESENT);
  g_assert_false (pwk_machine_check (space.machine, NULL));
  space_edit (&space, BASE, PWK_PTE_PRESENT, 0);
  space_clear (&space);
}

/* One page in two ways of its set: which of them answers would be chance. */
static void
test_check_finds_twins (void)
{
  g_autoptr(GString) why = g_string_new (NULL);
  PwkTlbCpu *block;
  PwkTlb *tlb;
  uint64_t *keys, *twin = NULL;
  Space space;

  space_init (&space, 1, 4, NULL);
  space_map (&space, BASE, USER_BITS, false);
  space_access (&space, BASE, PWK_ACCESS_LOAD, true, NULL);
  space_check (&space);
  block = pwk_tlb_cpu (space.machine, 0);
  tlb = &block->tlb[PWK_TLB_L1D];
  keys = pwk_tlb_array_edit (block, tlb->keys);
  for (uint32_t set = 0; set < tlb->n_sets; set++, keys += tlb->n_ways)
    if (keys[0])
      twin = &keys[1];
  g_assert_nonnull (twin);
  *twin = twin[-1];
  g_assert_false (pwk_machine_check (space.machine, why));
  g_assert_nonnull (strstr (why->str, "two ways of set"));
  *twin = 0;
  space_clear (&space);
}

/* A slot that was left to an address space without tables is found. */
static void
test_check_finds_dead_slot (void)
{
  g_autoptr(GString) why = g_string_new (NULL);
  PwkTlbCpu *block;
  Space space;

  space_init (&space, 1, 4, NULL);
  space_check (&space);
  block = pwk_tlb_cpu (space.machine, 0);
  block->asid[5].mm = pwk_pool_alloc (space.machine, PWK_POOL_MM);
  g_assert_false (pwk_machine_check (space.machine, why));
  g_assert_nonnull (strstr (why->str, "slot 5 is of mm"));
  block->asid[5].mm = 0;
  space_clear (&space);
}

/* A saved machine that is restored has the TLBs of then. */
static void
test_restored (void)
{
  g_autoptr(PwkCheckpoint) checkpoint = NULL;
  Space space;
  uint64_t hash;

  space_init (&space, 1, 4, "l1d=16/4:plru,stlb=64/4:random");
  for (unsigned i = 0; i < 200; i++)
    space_map (&space, BASE + i * PWK_PAGE_SIZE, USER_BITS, false);
  for (unsigned i = 0; i < 500; i++)
    space_access (&space, BASE + i * 7 % 200 * PWK_PAGE_SIZE, PWK_ACCESS_LOAD, true, NULL);
  checkpoint = pwk_machine_save (space.machine);
  for (unsigned i = 0; i < 500; i++)
    space_access (&space, BASE + i * 11 % 200 * PWK_PAGE_SIZE, PWK_ACCESS_STORE, true, NULL);
  hash = pwk_machine_hash (space.machine);
  pwk_machine_restore (space.machine, checkpoint);
  g_assert_cmphex (pwk_machine_hash (space.machine), !=, hash);
  for (unsigned i = 0; i < 500; i++)
    space_access (&space, BASE + i * 11 % 200 * PWK_PAGE_SIZE, PWK_ACCESS_STORE, true, NULL);
  g_assert_cmphex (pwk_machine_hash (space.machine), ==, hash);
  space_clear (&space);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/paging/tlb/reference-lru", GINT_TO_POINTER (0), test_reference);
  g_test_add_data_func ("/paging/tlb/reference-plru", GINT_TO_POINTER (1), test_reference);
  g_test_add_data_func ("/paging/tlb/reference-fifo", GINT_TO_POINTER (2), test_reference);
  g_test_add_data_func ("/paging/tlb/reference-random", GINT_TO_POINTER (3), test_reference);
  g_test_add_func ("/paging/tlb/large", test_large);
  g_test_add_func ("/paging/tlb/switch", test_switch);
  g_test_add_func ("/paging/tlb/recycled", test_recycled);
  g_test_add_func ("/paging/tlb/flush-rules", test_flush_rules);
  g_test_add_func ("/paging/tlb/shootdown", test_shootdown);
  g_test_add_func ("/paging/tlb/check-finds", test_check_finds);
  g_test_add_func ("/paging/tlb/check-finds-twins", test_check_finds_twins);
  g_test_add_func ("/paging/tlb/check-finds-dead-slot", test_check_finds_dead_slot);
  g_test_add_func ("/paging/tlb/restored", test_restored);
  return g_test_run ();
}
