/* replay.c - a trace through the TLBs of a machine, counted exactly
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/replay.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/paging/mm.h"
#include "engine/paging/translate.h"
#include "engine/phys/page-alloc.h"
#include "import/page-set.h"

#define BATCH        4096
#define RECENT       4096          /* pages whose flags are known without asking the set */
#define MEMORY       "68719476736" /* 64 GiB: a machine costs what it touches */

/* How a page was touched. */
#define BY_INSTR     1u
#define BY_READ      2u
#define BY_WRITE     4u

typedef struct
{
  PwkMachine      *machine;        /* owned */
  PwkTlbCpu       *block;          /* of cpu 0 */
  PwkIndex         mm;
  PwkReplayCounts *counts;         /* borrowed */
  PwkPageSet       pages;          /* of 4 KiB */
  PwkPageSet       mapped;         /* of the size that is simulated, where that is not 4 KiB */
  PwkPageSet       tables[4];      /* what a table of each level covers, from the ptes up */
  struct { uint64_t number_plus_1; unsigned flags; } recent[RECENT];
  unsigned         shift;          /* of the pages simulated */
} Replay;

/* --- the machine --- */

static bool
set_option (PwkConfigBuilder *builder, const char *setting, bool *has_memory, GError **error)
{
  const char *equals = strchr (setting, '=');
  g_autofree char *key = equals ? g_strndup (setting, (gsize) (equals - setting)) : NULL;

  if (!equals)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, _("expected KEY=VALUE, not “%s”"), setting);
      return false;
    }
  *has_memory |= strcmp (key, "memory") == 0 || strcmp (key, "e820") == 0 || strcmp (key, "zoneinfo") == 0;
  return pwk_config_builder_set (builder, key, equals + 1, error);
}

static PwkMachine *
make_machine (const PwkReplayOptions *options, GError **error)
{
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
  bool has_memory = false;
  PwkMachine *machine;
  PwkConfig *config;

  for (unsigned i = 0; options->settings && options->settings[i]; i++)
    if (!set_option (builder, options->settings[i], &has_memory, error))
      return NULL;
  if ((!has_memory && !pwk_config_builder_set (builder, "memory", MEMORY, error)) ||
      (options->tlb && !pwk_config_builder_set (builder, "tlb", options->tlb, error)) ||
      (options->levels && !pwk_config_builder_set (builder, "levels", options->levels == 5 ? "5" : "4", error)))
    return NULL;
  config = pwk_config_finish (g_steal_pointer (&builder), error);
  machine = config ? pwk_machine_new (config, error) : NULL;
  if (machine)
    pwk_machine_boot (machine);
  return machine;
}

/* An address space of its own, all of whose addresses are the trace's: it has no kernel in it. */
static bool
make_space (Replay *replay)
{
  PwkMachine *machine = replay->machine;
  PwkLevel top;
  PwkPfn pgd;

  replay->mm = pwk_pool_alloc (machine, PWK_POOL_MM);
  if (!replay->mm || !pwk_pgd_alloc (machine, replay->mm))
    return false;
  pgd = pwk_mm (machine, replay->mm)->pgd;
  top = pwk_top_level (machine);
  for (unsigned i = machine->format->kernel_first; i < pwk_level_entries (machine->format, top); i++)
    {
      PwkEntryRef ref = { pgd, (uint16_t) i, (uint8_t) top };

      if (!pwk_pte_none (pwk_entry_get (machine, ref)))
        pwk_entry_set (machine, ref, (PwkPte) { 0 }, 0);
    }
  machine->st->cur_cpu = 0;
  pwk_switch_mm (machine, 0, replay->mm);
  replay->block = pwk_tlb_cpu (machine, 0);
  return true;
}

/* --- first touches --- */

static bool
map_page (Replay *replay, uint64_t number, GError **error)
{
  PwkMachine *machine = replay->machine;
  bool large = replay->shift > PWK_PAGE_SHIFT;
  PwkVaddr addr = number << replay->shift;
  uint64_t outer = pwk_event_open (machine, pwk_emit_page_fault_user (machine, addr, PWK_PF_USER | PWK_PF_WRITE, 0, 0));
  PwkEntryRef ref = pwk_entry_alloc (machine, replay->mm, addr, large ? PWK_LEVEL_PMD : PWK_LEVEL_PTE);
  PwkPfn pfn = PWK_NO_PFN;
  PwkPte entry;

  replay->counts->faults++;
  /* Addresses that differ only in bits no table looks at share an entry. */
  if (ref.table != PWK_NO_PFN && pwk_pte_none (pwk_entry_get (machine, ref)))
    {
      pfn = pwk_alloc_pages (machine, large ? PWK_GFP_TRANSHUGE | PWK_GFP_ZERO : PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_ZERO,
                             large ? PWK_HPAGE_ORDER : 0, PWK_NUMA_NO_NODE, -1);
      entry = pwk_pte_mkdirty (pwk_mk_pte (pfn, pwk_prot_user (true, true)));
      if (pfn != PWK_NO_PFN)
        pwk_entry_set (machine, ref, large ? pwk_pte_mkhuge (entry) : entry, addr);
    }
  if (ref.table == PWK_NO_PFN || pwk_pte_none (pwk_entry_get (machine, ref)))
    {
      g_set_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_MEMORY,
                   _("the trace touches more memory than the machine has (%llu pages so far); give it more with memory="),
                   (unsigned long long) replay->counts->faults);
      pwk_event_close (machine, outer);
      return false;
    }
  pwk_emit_fault_done (machine, addr, 0, 0);
  pwk_event_close (machine, outer);
  return true;
}

static void
count_tables (Replay *replay, uint64_t page)
{
  const PwkFormat *format = replay->machine->format;

  for (unsigned i = 0; i + 1 < replay->counts->levels; i++)
    {
      unsigned shift = pwk_level_shift (format, (PwkLevel) (PWK_LEVEL_PMD + i)) - PWK_PAGE_SHIFT;

      if (pwk_page_set_add (&replay->tables[i], page >> shift, 0) != PWK_PAGE_SET_NEW)
        return;
      replay->counts->tables[i]++;
    }
}

/* A page of 4 KiB is touched in a way that it was not lately. */
static bool
note_page (Replay *replay, uint64_t page, unsigned how, GError **error)
{
  PwkReplayCounts *counts = replay->counts;
  unsigned before = pwk_page_set_add (&replay->pages, page, how), had = before & PWK_PAGE_SET_FLAGS, gained = how & ~had;
  uint64_t number = page << PWK_PAGE_SHIFT >> replay->shift;

  counts->pages_instr += (gained & BY_INSTR) != 0;
  counts->pages_read += (gained & BY_READ) != 0;
  counts->pages_written += (gained & BY_WRITE) != 0;
  counts->pages_data += (gained & (BY_READ | BY_WRITE)) && !(had & (BY_READ | BY_WRITE));
  replay->recent[page % RECENT].number_plus_1 = page + 1;
  replay->recent[page % RECENT].flags = had | how;
  if (before != PWK_PAGE_SET_NEW)
    return true;

  counts->pages_all++;
  count_tables (replay, page);
  if (replay->shift == PWK_PAGE_SHIFT || pwk_page_set_add (&replay->mapped, number, 0) == PWK_PAGE_SET_NEW)
    return map_page (replay, number, error);
  return true;
}

static inline bool
touch_pages (Replay *replay, uint64_t first, uint64_t last, unsigned how, GError **error)
{
  for (uint64_t page = first;; page++)
    {
      if (G_UNLIKELY (replay->recent[page % RECENT].number_plus_1 != page + 1 || (how & ~replay->recent[page % RECENT].flags)) &&
          !note_page (replay, page, how, error))
        return false;
      if (page == last)
        return true;
    }
}

/* --- lookups --- */

static inline void
look_up (Replay *replay, const PwkTraceRecord *record, PwkAccessKind kind)
{
  uint64_t first = record->addr >> replay->shift, last = (record->addr + record->size - 1) >> replay->shift;
  PwkTranslation translation;

  pwk_translate (replay->machine, replay->block, record->addr, kind, true, &translation);
  for (uint64_t page = first; G_UNLIKELY (page != last);)
    pwk_translate (replay->machine, replay->block, ++page << replay->shift, kind, true, &translation);
}

static inline bool
replay_record (Replay *replay, const PwkTraceRecord *record, GError **error)
{
  static const unsigned hows[] = { BY_INSTR, BY_READ, BY_WRITE, BY_READ | BY_WRITE };
  uint64_t first = record->addr >> PWK_PAGE_SHIFT, last = (record->addr + record->size - 1) >> PWK_PAGE_SHIFT;
  PwkReplayCounts *counts = replay->counts;

  counts->accesses++;
  counts->page_crossing_lines += first != last;
  if (G_UNLIKELY (!touch_pages (replay, first, last, hows[record->kind], error)))
    return false;

  switch ((PwkTraceKind) record->kind)
    {
    case PWK_TRACE_INSTR:
      counts->n_instr++;
      look_up (replay, record, PWK_ACCESS_FETCH);
      break;
    case PWK_TRACE_LOAD:
      counts->n_load++;
      look_up (replay, record, PWK_ACCESS_LOAD);
      break;
    case PWK_TRACE_STORE:
      counts->n_store++;
      look_up (replay, record, PWK_ACCESS_STORE);
      break;
    case PWK_TRACE_MODIFY:
      counts->n_modify++;
      look_up (replay, record, PWK_ACCESS_LOAD);
      look_up (replay, record, PWK_ACCESS_STORE);
      break;
    default:
      g_assert_not_reached ();
    }
  return true;
}

static bool
replay_all (Replay *replay, PwkTrace *trace, GError **error)
{
  g_autofree PwkTraceRecord *records = g_new (PwkTraceRecord, BATCH);

  for (;;)
    {
      int64_t n = pwk_trace_read (trace, records, BATCH, error);

      if (n <= 0)
        return n == 0;
      for (int64_t i = 0; i < n; i++)
        if (!replay_record (replay, &records[i], error))
          return false;
    }
}

/* --- the whole --- */

/* The structures; pcid and pwc only where they are not as usual. */
static char *
spec_of (const PwkMachine *machine)
{
  char *spec = pwk_tlb_spec_to_string (&machine->config->tlb);

  if (g_str_has_suffix (spec, ",pcid=on,pwc=on"))
    spec[strlen (spec) - strlen (",pcid=on,pwc=on")] = 0;
  return spec;
}

static void
take_counts (Replay *replay, const char *spec)
{
  const PwkCpu *cpu = &replay->machine->st->cpus[0];
  PwkReplayCounts *counts = replay->counts;

  counts->tables[counts->levels - 1] = counts->accesses > 0;
  counts->l1d_hits = cpu->l1d_hits;
  counts->l1d_misses = cpu->l1d_misses;
  counts->l1i_hits = cpu->l1i_hits;
  counts->l1i_misses = cpu->l1i_misses;
  counts->stlb_hits = cpu->stlb_hits;
  counts->stlb_misses = cpu->stlb_misses;
  counts->walks_instr = cpu->walks_instr;
  counts->walks_data = cpu->walks_data;
  counts->walk_refs = cpu->walk_refs;
  counts->walk_refs_pwc = cpu->walk_refs_pwc;
  counts->simulated_ns = cpu->ns - cpu->idle_ns;    /* ticks are not waited for */
  counts->spec = spec ? g_strdup (spec) : spec_of (replay->machine);
}

bool
pwk_replay (const PwkReplayOptions *options, PwkTrace *trace, PwkReplayCounts *counts, GError **error)
{
  g_autoptr(PwkMachine) machine = make_machine (options, error);
  Replay *replay;
  bool ok;

  memset (counts, 0, sizeof *counts);
  if (!machine)
    return false;
  replay = g_new0 (Replay, 1);
  replay->machine = machine;
  replay->counts = counts;
  replay->shift = options->large ? pwk_level_shift (machine->format, PWK_LEVEL_PMD) : PWK_PAGE_SHIFT;
  counts->levels = machine->st->levels;
  counts->large = options->large;
  pwk_page_set_init (&replay->pages);
  pwk_page_set_init (&replay->mapped);
  for (unsigned i = 0; i < G_N_ELEMENTS (replay->tables); i++)
    pwk_page_set_init (&replay->tables[i]);

  ok = make_space (replay);
  if (!ok)
    g_set_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_MEMORY, _("the machine has no memory for page tables"));
  ok = ok && replay_all (replay, trace, error);
  if (ok)
    take_counts (replay, options->tlb);

  pwk_page_set_clear (&replay->pages);
  pwk_page_set_clear (&replay->mapped);
  for (unsigned i = 0; i < G_N_ELEMENTS (replay->tables); i++)
    pwk_page_set_clear (&replay->tables[i]);
  g_free (replay);
  return ok;
}

void
pwk_replay_counts_clear (PwkReplayCounts *counts)
{
  g_clear_pointer (&counts->spec, g_free);
}

/* --- rates --- */

unsigned
pwk_replay_rates (const PwkReplayCounts *counts, PwkReplayRate rates[PWK_REPLAY_N_RATES])
{
  const uint64_t walks = counts->walks_instr + counts->walks_data;
  const PwkReplayRate all[PWK_REPLAY_N_RATES] = {
    { "l1d_hit_percent", counts->l1d_hits, counts->l1d_hits + counts->l1d_misses, 100 },
    { "l1i_hit_percent", counts->l1i_hits, counts->l1i_hits + counts->l1i_misses, 100 },
    { "stlb_hit_percent", counts->stlb_hits, counts->stlb_hits + counts->stlb_misses, 100 },
    { "refs_per_walk", counts->walk_refs, walks, 1 },
    { "refs_per_walk_pwc", counts->walk_refs_pwc, walks, 1 },
  };
  unsigned n = 0;

  for (unsigned i = 0; i < PWK_REPLAY_N_RATES; i++)
    if (all[i].whole > 0)
      rates[n++] = all[i];
  return n;
}
