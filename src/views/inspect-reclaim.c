/* inspect-reclaim.c - an LRU list with what its lruvec knows, and a slot of the swap area
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/inspect-private.h"

#include "engine/core/psi.h"
#include "engine/phys/lruvec.h"
#include "engine/virt/swap-door.h"

const char *const pwk_lru_list_names[PWK_NR_LRU_LISTS] = {
  "LRU_INACTIVE_ANON", "LRU_ACTIVE_ANON", "LRU_INACTIVE_FILE", "LRU_ACTIVE_FILE", "LRU_UNEVICTABLE",
};

static void
row_end (PwkInspection *inspection, const char *name, uint32_t pfn, const char *meaning)
{
  bool none = pfn == PWK_PFN_NIL;

  pwk_row_set (pwk_row (inspection, PWK_SEED, name, "struct list_head *", meaning, "%s",
                        none ? C_("list", "empty")
                             : pwk_inspect_text (inspection, g_strdup_printf ("pfn %u", pfn))),
               none ? 0 : PWK_ID (PWK_THING_PFN, pfn), false);
}

static bool
list_changed (const PwkInspection *inspection, unsigned lru)
{
  return pwk_happened (inspection, PWK_FIELD_OF (LRU_ADD, lru), lru) ||
         pwk_happened (inspection, PWK_FIELD_OF (LRU_DEL, lru), lru);
}

/* One state of the machine's psi_group: its total and its averages. */
static void
rows_psi (PwkInspection *inspection, const PwkPsi *psi, PwkPsiState state)
{
  static const char *const names[PWK_N_PSI] = { [PWK_PSI_SOME] = "PSI_MEM_SOME",
                                                [PWK_PSI_FULL] = "PSI_MEM_FULL" };
  g_autofree char *of_10 = pwk_format_average (psi->avg[state][0]);
  g_autofree char *of_60 = pwk_format_average (psi->avg[state][1]);
  g_autofree char *of_300 = pwk_format_average (psi->avg[state][2]);
  g_autofree char *total = pwk_format_ns (psi->total[state]);

  pwk_row (inspection, PWK_NEWER,
           pwk_inspect_text (inspection, g_strdup_printf ("avg[%s]", names[state])),
           "unsigned long[3]",
           state == PWK_PSI_SOME
               ? _("per cent of the last 10, 60 and 300 s in which somebody waited for memory")
               : _("… and in which nobody did anything else"),
           "%s %s %s", of_10, of_60, of_300);
  pwk_row (inspection, PWK_NEWER,
           pwk_inspect_text (inspection, g_strdup_printf ("total[%s]", names[state])), "u64",
           _("that time since power-on"), "%s", total);
}

/* What /proc/pressure/memory says; kernels before 4.20 have none. */
static void
rows_pressure (PwkInspection *inspection)
{
  const PwkPsi psi = pwk_psi_now (inspection->machine);

  if (!inspection->machine->profile->psi)
    return;
  pwk_row_begin (inspection, "psi_system", "struct psi_group",
                 _("time lost because memory is short, of the whole machine"));
  for (int state = 0; state < PWK_N_PSI; state++)
    rows_psi (inspection, &psi, (PwkPsiState) state);
  pwk_row_end (inspection);
}

bool
pwk_inspect_lru (PwkInspection *inspection, unsigned node, unsigned zone, unsigned lru)
{
  const PwkMachine *machine = inspection->machine;
  const PwkNode *record;
  const PwkZoneLru *list;

  if (node >= machine->st->n_nodes || lru >= PWK_NR_LRU_LISTS ||
      (zone != PWK_NODE_LISTS && zone >= PWK_MAX_NR_ZONES))
    return false;
  record = pwk_node (machine, node);
  list = zone == PWK_NODE_LISTS ? &record->lru[lru] : &record->zones[zone].lru[lru];
  pwk_inspect_head (inspection, "struct lruvec", "include/linux/mmzone.h",
                    g_strdup_printf (_("node %u, %s"), node, pwk_words_lru (lru)));
  pwk_row_begin (
      inspection,
      pwk_inspect_text (inspection, g_strdup_printf ("lists[%s]", pwk_lru_list_names[lru])),
      "struct list_head", _("folios, what came last first"));
  row_end (inspection, "next", lru == PWK_NR_UNEVICTABLE ? PWK_PFN_NIL : list->list.head,
           _("the head: what came last"));
  row_end (inspection, "prev", lru == PWK_NR_UNEVICTABLE ? PWK_PFN_NIL : list->list.tail,
           _("the tail: what goes next"));
  pwk_row_end (inspection);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "lru_size", "unsigned long", _("pages on it"), "%s",
                        pwk_text_pages (inspection, list->nr)),
               0, list_changed (inspection, lru));
  if (zone != PWK_NODE_LISTS)
    pwk_row (inspection, PWK_SEED, "nr_saved_scan", "unsigned long",
             _("pages to be looked at, saved up until they are a batch"), "%llu",
             PWK_N (list->nr_saved_scan));
  pwk_row (inspection, PWK_NEWER, "anon_cost", "unsigned long",
           _("what taking anonymous pages has cost lately"), "%llu",
           PWK_N (record->lruvec.anon_cost));
  pwk_row (inspection, PWK_NEWER, "file_cost", "unsigned long",
           _("what taking pages of files has cost lately"), "%llu",
           PWK_N (record->lruvec.file_cost));
  pwk_row (inspection, PWK_NEWER, "nonresident_age", "atomic_long_t",
           _("the clock of evictions and activations"), "%llu",
           PWK_N (record->lruvec.nonresident_age));
  for (unsigned file = 0; file < 2; file++)
    pwk_row (inspection, PWK_NEWER,
             file ? "refaults[WORKINGSET_FILE]" : "refaults[WORKINGSET_ANON]", "unsigned long",
             _("refaults as of the last reclaim"), "%llu", PWK_N (record->lruvec.refaults[file]));
  rows_pressure (inspection);
  pwk_inspect_rules (inspection, PWK_ABOUT_RECLAIM);
  if (zone == PWK_NODE_LISTS)
    pwk_inspect_note (inspection,
                      _("Distributions run MGLRU today, which has generations in place of two "
                        "lists. This is what runs after echo 0 > /sys/kernel/mm/lru_gen/enabled."));
  return true;
}

bool
pwk_inspect_slot (PwkInspection *inspection, uint64_t slot)
{
  const PwkMachine *machine = inspection->machine;
  const PwkSwapArea *area;
  const PwkSwapSlot *entry;
  bool written;

  if (!pwk_swap_has_slots (machine, slot, 1))
    return false;
  entry = pwk_swap_slot (machine, slot);
  area = &machine->st->swap.areas[pwk_swap_area (slot)];
  written = pwk_happened (inspection, PWK_FIELD_OF (ADD_TO_SWAP, slot), slot);
  pwk_inspect_head (inspection, "struct swap_info_struct", "include/linux/swap.h",
                    g_strdup_printf (_("swap slot %llu of area %u"), PWK_N (pwk_swap_offset (slot)),
                                     pwk_swap_area (slot)));
  pwk_row_set (
      pwk_row (inspection, PWK_NEWER,
               pwk_inspect_text (inspection, g_strdup_printf ("swap_map[%llu]",
                                                             PWK_N (pwk_swap_offset (slot)))),
               "unsigned char", _("page-table entries that name it"), "%u", entry->count),
      0, written);
  pwk_row (inspection, PWK_NEWER, "SWAP_HAS_CACHE", "bit", _("the swap cache has it"), "%u",
           entry->cache);
  pwk_row_set (
      pwk_row (inspection, PWK_NEWER, "swap_address_space", "struct address_space",
               _("its page in memory, if there is one"), "%s",
               entry->folio == 0
                   ? "NULL"
                   : pwk_inspect_text (inspection, g_strdup_printf ("pfn %u", entry->folio - 1))),
      entry->folio != 0 ? PWK_ID (PWK_THING_PFN, entry->folio - 1) : 0, written);
  pwk_row (inspection, PWK_NEWER, "zeromap", "bit", _("it holds zeros, and nothing was written"),
           "%u", entry->zero);
  pwk_row (inspection, PWK_NEWER, "shadow", "void *", _("when its page was evicted"), "0x%x",
           entry->shadow);
  pwk_row (inspection, PWK_NEWER, "prio", "signed short",
           _("of two areas, that of the higher priority is filled first, and equal ones by turns"),
           "%d", area->prio);
  pwk_row (inspection, PWK_NEWER, "pages", "unsigned int", _("slots that there are"), "%llu",
           PWK_N (area->max - 1));
  pwk_row (inspection, PWK_NEWER, "inuse_pages", "atomic_long_t", _("slots that are in use"),
           "%llu", PWK_N (area->inuse));
  return true;
}
