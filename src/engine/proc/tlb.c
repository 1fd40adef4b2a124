/* tlb.c - what the TLBs and page-walk caches of a cpu hold
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No hardware tells this. Each structure is printed as it lies, set by set and way by way: what the
 * replacement policy will drop next is the oldest of a set (age).
 */
#include "engine/paging/tlb.h"
#include "engine/proc/proc.h"

#define HEX16 "0x%016" G_GINT64_MODIFIER "x"

/* A line a structure, then a line an entry:
 *
 *      l1d 64/4 lru, 2 valid
 *        set 3 way 0: 0x0000555555555000 4K pcid 1 -> pfn 0x1a2b rw us nx dirty, age 0 */
static void
dump_tlb (const PwkMachine *machine, unsigned cpu, PwkTlbId id, GString *out)
{
  static const char *const policies[] = { "lru", "plru", "fifo", "random" };
  PwkTlbShape shape = pwk_tlb_shape (machine, cpu, id);

  if (!shape.n_sets)
    return;
  g_string_append_printf (out, "%s %u/%u %s, %u valid\n", shape.name, shape.n_sets * shape.n_ways, shape.n_ways, policies[shape.policy],
                          shape.n_valid);
  for (unsigned set = 0; set < shape.n_sets; set++)
    for (unsigned i = 0; i < shape.n_ways; i++)
      {
        PwkTlbWay way = pwk_tlb_way (machine, cpu, id, set, i);

        if (!way.valid)
          continue;
        g_string_append_printf (out, "  set %u way %u: " HEX16 " %s ", set, i, way.addr, way.page_size == PWK_PAGE_SIZE ? "4K" : "2M");
        if (way.global)
          g_string_append (out, "global");
        else
          g_string_append_printf (out, "pcid %u", way.pcid);
        g_string_append_printf (out, " -> pfn 0x%" G_GINT64_MODIFIER "x%s%s%s%s, age %u\n", way.pfn, way.rw ? " rw" : "", way.us ? " us" : "",
                                way.nx ? " nx" : "", way.dirty ? " dirty" : "", way.age);
      }
}

/* A page-walk cache knows the table that a prefix of an address leads to, so its entries name
 * tables, not pages. */
static void
dump_pwc (const PwkMachine *machine, unsigned cpu, PwkPwcId id, GString *out)
{
  PwkTlbShape shape = pwk_pwc_shape (machine, cpu, id);

  g_string_append_printf (out, "pwc %s %u/%u, %u valid\n", shape.name, shape.n_sets * shape.n_ways, shape.n_ways, shape.n_valid);
  for (unsigned set = 0; set < shape.n_sets; set++)
    for (unsigned i = 0; i < shape.n_ways; i++)
      {
        PwkPwcWay way = pwk_pwc_way (machine, cpu, id, set, i);

        if (way.valid)
          g_string_append_printf (out, "  set %u way %u: " HEX16 " pcid %u -> table 0x%" G_GINT64_MODIFIER "x, age %u\n", set, i, way.addr,
                                  way.pcid, way.table, way.age);
      }
}

/* CR3 is the top table's address and, in its low 12 bits, the PCID that tags entries. */
void
pwk_proc_tlb (const PwkMachine *machine, unsigned cpu, GString *out)
{
  const PwkCpu *c;

  pwk_assert_door (cpu < machine->st->n_cpus);
  c = &machine->st->cpus[cpu];
  g_string_append_printf (out, "cpu %u cr3 " HEX16 " pcid %u\n", cpu, c->cr3 & ~(uint64_t) 0xfff, (unsigned) (c->cr3 & 0xfff));
  g_string_append_printf (out, "l1i hits %" G_GUINT64_FORMAT " misses %" G_GUINT64_FORMAT ", l1d hits %" G_GUINT64_FORMAT " misses %"
                          G_GUINT64_FORMAT ", stlb hits %" G_GUINT64_FORMAT " misses %" G_GUINT64_FORMAT "\n", c->l1i_hits, c->l1i_misses,
                          c->l1d_hits, c->l1d_misses, c->stlb_hits, c->stlb_misses);
  g_string_append_printf (out, "walks %" G_GUINT64_FORMAT " reads %" G_GUINT64_FORMAT " with walk caches %" G_GUINT64_FORMAT "\n",
                          c->walks_instr + c->walks_data, c->walk_refs, c->walk_refs_pwc);
  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    dump_tlb (machine, cpu, (PwkTlbId) id, out);
  if (machine->config->tlb.pwc)
    for (unsigned id = 0; id < PWK_N_PWCS; id++)
      dump_pwc (machine, cpu, (PwkPwcId) id, out);
}
