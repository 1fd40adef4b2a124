/* inspect-pte.c - page tables and their entries bit by bit, TLBs, events
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/task.h"
#include "engine/paging/format-alpha.h"
#include "engine/paging/mm.h"
#include "views/inspect-private.h"

#include "engine/phys/section.h"
#include "engine/virt/process.h"
#include "views/explain.h"
#include "views/frames.h"
#include "views/table-level.h"

/* --- entries --- */

/* What the entry was before the observed events; the entry itself if they left it alone. */
static uint64_t
entry_before (const PwkInspection *inspection, PwkPfn table, unsigned index, uint64_t now)
{
  for (uint32_t i = 0; i < inspection->observation->n_events; i++)
    {
      const PwkEvent *event = &inspection->observation->events[i];

      if ((event->kind == PWK_EV_SET_PTE || event->kind == PWK_EV_SET_ACCESSED_DIRTY) &&
          pwk_arg (event, SET_PTE, table) == table && pwk_arg (event, SET_PTE, index) == index)
        return pwk_arg (event, SET_PTE, old);
    }

  return now;
}

static void
add_fields (PwkInspection *inspection, uint64_t now, uint64_t before, PwkLevel level)
{
  const PwkFormat *format = inspection->machine->format;
  bool present = pwk_pte_present (pwk_format_decode (format, now, level));
  unsigned n_fields;
  const PwkPteField *fields = pwk_format_fields (format, now, level, &n_fields);

  for (unsigned i = 0; i < n_fields; i++)
    {
      uint64_t value = pwk_field_get (now, &fields[i]);
      uint64_t was = pwk_field_get (before, &fields[i]);
      const char *meaning = _(fields[i].meaning);
      const char *bits =
          fields[i].bits > 1
              ? pwk_inspect_text (inspection,
                                  g_strdup_printf ("bits %u–%u", fields[i].shift,
                                                   fields[i].shift + fields[i].bits - 1))
              : pwk_inspect_text (inspection,
                                  g_strdup_printf ("bit %u%s%s", fields[i].shift,
                                                   fields[i].macro != NULL ? ", " : "",
                                                   fields[i].macro != NULL ? fields[i].macro : ""));

      if (fields[i].kind == PWK_FIELD_IS_FRAME)
        pwk_row_set (pwk_row (inspection, PWK_SEED, fields[i].name, bits, meaning, "%llu",
                              PWK_N (value)),
                     present ? PWK_ID (PWK_THING_PFN, value) : 0, value != was);
      else
        pwk_row_set (pwk_row (inspection, PWK_SEED, fields[i].name, bits, meaning,
                              fields[i].bits > 1 ? "0x%llx" : "%llu", PWK_N (value)),
                     0, value != was);
    }
}

/* How the two tables of the document lie to the formats that they describe. */
static const char *const document_notes[] = {
  N_("Bit 7 is pat in an entry of 4 KiB alone: one level up it is ps, and pat moves to bit 12."),
  N_("rw, us and nx act over all levels; dirty and global mean nothing in upper ones. Without "
     "CR0.WP, rw = 0 does not bind the kernel."),
  N_("Alpha’s entries have besides: asm (bit 4), a granularity hint (bits 6 and 5), the frame of "
     "8 KiB in bits 63–32. They have no bit for user mode and none for nx."),
  N_("Under Linux, FOR, FOW and FOE are the page’s protection. Accessed and dirty are software’s "
     "on Alpha: KRE and URE, KWE and UWE are taken away with them, and the next fault tells."),
  N_("PROT_NONE is a valid entry on Alpha, with FOR, FOW and FOE set."),
};

/* The document's flags are those of Alpha's entries; what the entry says, in those words. */
static void
add_portable (PwkInspection *inspection, PwkPte entry, PwkPte before)
{
  PwkPtePortable now = pwk_pte_portable (entry);
  PwkPtePortable was = pwk_pte_portable (before);
  const struct { const char *name, *meaning; bool now, was; } flags[] = {
    { "V", _("valid = present"), now.v, was.v },
    { "FOR", _("fault on read = not present"), now.fault_on_read, was.fault_on_read },
    { "FOW", _("fault on write = rw is 0"), now.fault_on_write, was.fault_on_write },
    { "FOE", _("fault on execute = nx"), now.fault_on_execute, was.fault_on_execute },
    { "KRE", _("the kernel may read"), now.kernel_read, was.kernel_read },
    { "KWE", _("the kernel may write"), now.kernel_write, was.kernel_write },
    { "URE", _("user mode may read = us"), now.user_read, was.user_read },
    { "UWE", _("user mode may write = us and rw"), now.user_write, was.user_write },
    { "_PAGE_DIRTY", _("the same as dirty"), pwk_pte_dirty (entry), pwk_pte_dirty (before) },
    { "_PAGE_ACCESSED", _("the same as accessed"), pwk_pte_young (entry), pwk_pte_young (before) },
  };

  pwk_row_begin (inspection, _("portable flags"), "Alpha",
                 _("the document's names, arch/alpha/include/asm/pgtable.h"));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "val", "u64", _("the same page in Alpha’s format"),
                        "0x%016llx", PWK_N (pwk_alpha_entry_of (entry))),
               0, pwk_alpha_entry_of (entry) != pwk_alpha_entry_of (before));
  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    pwk_row_set (pwk_row (inspection, PWK_SEED, flags[i].name, "bit", flags[i].meaning, "%d",
                          flags[i].now),
                 0, flags[i].now != flags[i].was);
  pwk_row_end (inspection);
}

static void
add_reserved (PwkInspection *inspection, uint64_t bits, PwkLevel level)
{
  const PwkMachine *machine = inspection->machine;
  bool present = pwk_pte_present (pwk_format_decode (machine->format, bits, level));
  uint64_t reserved =
      present ? pwk_format_reserved (machine->format, machine->profile, bits, level) : 0;

  if (reserved != 0)
    pwk_row (inspection, PWK_NEWER, _("reserved bits set"), "u64",
             _("an access faults with RSVD in its error code"), "0x%llx", PWK_N (reserved));
}

static const char *
entry_types (unsigned level)
{
  static const char *const types[] = { "pte_t", "pte_t", "pmd_t", "pud_t", "p4d_t", "pgd_t" };

  return types[MIN (level, PWK_LEVEL_PGD)];
}

bool
pwk_inspect_entry (PwkInspection *inspection, PwkPfn table, unsigned index)
{
  const PwkMachine *machine = inspection->machine;
  const PwkFormat *format = machine->format;
  const void *entries = table < machine->st->max_pfn ? pwk_table_entries (machine, table) : NULL;
  uint64_t bits, before;
  PwkLevel level;
  PwkPte entry;

  if (entries == NULL)
    return false;
  level = (PwkLevel) pwk_table_level (inspection->machine, pwk_inspect_task (inspection), table);
  if (index >= pwk_level_entries (format, level))
    return false;
  bits = pwk_table_bits (machine, entries, index);
  entry = pwk_format_decode (format, bits, level);
  before = entry_before (inspection, table, index, bits);

  pwk_inspect_head (inspection, entry_types (pwk_level_told (machine, level)), format->header,
                    g_strdup_printf (_("%s[%u] of the table in pfn %llu"),
                                     pwk_level_name (pwk_level_told (machine, level)), index,
                                     PWK_N (table)));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "val", "u64", _("all 64 bits"), "0x%016llx",
                        PWK_N (bits)),
               0, bits != before);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "meaning", "", NULL, "%s",
                        pwk_inspect_text (inspection, pwk_words_pte (format, bits, level))),
               0, bits != before);
  add_fields (inspection, bits, before, level);
  if (level == PWK_LEVEL_PTE || (pwk_pte_present (entry) && pwk_pte_leaf (entry, level)))
    {
      pwk_row (inspection, PWK_NEWER, _("memory type"), "PAT", _("from pat, pcd and pwt"), "%s",
               pwk_format_memory_type (format, bits, level));
      add_portable (inspection, entry, pwk_format_decode (format, before, level));
    }
  add_reserved (inspection, bits, level);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "table", "struct page *", _("the table it is in"),
                        "pfn %llu", PWK_N (table)),
               PWK_ID_TABLE (table, level), false);

  for (unsigned i = 0; i < G_N_ELEMENTS (document_notes) && format == &pwk_format_x86_64; i++)
    pwk_inspect_note (inspection, _(document_notes[i]));
  for (unsigned i = 0; i < G_N_ELEMENTS (format->notes) && format->notes[i] != NULL; i++)
    pwk_inspect_note (inspection, _(format->notes[i]));
  pwk_inspect_rules (inspection, PWK_ABOUT_PTE);
  return true;
}

static void
add_entry (PwkInspection *inspection, PwkPfn table, unsigned index, uint64_t bits, PwkLevel level)
{
  const PwkMachine *machine = inspection->machine;
  g_autofree char *name = g_strdup_printf ("[%u]", index);

  pwk_row_set (
      pwk_row (inspection, PWK_SEED, name, entry_types (pwk_level_told (machine, level)), NULL,
               "%s", pwk_inspect_text (inspection, pwk_words_pte (machine->format, bits, level))),
      PWK_ID_ENTRY (table, index), entry_before (inspection, table, index, bits) != bits);
}

bool
pwk_inspect_table (PwkInspection *inspection, PwkPfn pfn, unsigned level)
{
  const PwkMachine *machine = inspection->machine;
  const void *entries = pfn < machine->st->max_pfn ? pwk_table_entries (machine, pfn) : NULL;
  unsigned n_entries, n_used = 0, shown = 0;

  if (entries == NULL)
    return false;
  level = pwk_table_level (inspection->machine, pwk_inspect_task (inspection), pfn);
  n_entries = pwk_level_entries (machine->format, (PwkLevel) level);
  for (unsigned i = 0; i < n_entries; i++)
    n_used += pwk_table_bits (machine, entries, i) != 0;

  pwk_inspect_head (inspection, C_("inspector", "Page table"), machine->format->header,
                    g_strdup_printf (_("%s entries, in pfn %llu"),
                                     pwk_level_name (pwk_level_told (machine, (PwkLevel) level)),
                                     PWK_N (pfn)));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "page", "struct page *",
                        _("a table is a frame like others"), "pfn %llu", PWK_N (pfn)),
               PWK_ID (PWK_THING_PFN, pfn), false);
  pwk_row (inspection, PWK_NEWER, "used", "unsigned int", _("entries that are not empty"),
           _("%u of %u"), n_used, n_entries);
  for (unsigned i = 0; i < n_entries && shown < 64; i++)
    {
      uint64_t bits = pwk_table_bits (machine, entries, i);

      if (bits != 0)
        {
          add_entry (inspection, pfn, i, bits, (PwkLevel) level);
          shown++;
        }
    }
  if (shown < n_used)
    pwk_row (inspection, PWK_NEWER, "…", "", NULL, ngettext ("%u more", "%u more", n_used - shown),
             n_used - shown);
  pwk_inspect_note (inspection, _("pgd is the global directory. p4d is the level below it, folded "
                                  "into it where tables have four levels."));
  return true;
}

/* --- TLBs --- */

static PwkTlbShape
shape_of (const PwkMachine *machine, unsigned cpu, unsigned id)
{
  return id >= PWK_TLB_TAB_PWC ? pwk_pwc_shape (machine, cpu, (PwkPwcId) (id - PWK_TLB_TAB_PWC))
                               : pwk_tlb_shape (machine, cpu, (PwkTlbId) id);
}

static bool
tlb_exists (const PwkMachine *machine, unsigned cpu, unsigned id)
{
  bool known = id < PWK_N_TLBS || (id >= PWK_TLB_TAB_PWC && id < PWK_TLB_TAB_PWC + PWK_N_PWCS);

  return cpu < machine->st->n_cpus && known && shape_of (machine, cpu, id).n_sets > 0;
}

bool
pwk_inspect_tlb (PwkInspection *inspection, unsigned cpu, unsigned id)
{
  static const char *const policies[] = { [PWK_TLB_LRU] = "LRU",
                                          [PWK_TLB_PLRU] = "PLRU",
                                          [PWK_TLB_FIFO] = "FIFO",
                                          [PWK_TLB_RANDOM] = "random" };
  PwkTlbShape shape;

  if (!tlb_exists (inspection->machine, cpu, id))
    return false;
  shape = shape_of (inspection->machine, cpu, id);
  pwk_inspect_head (inspection, pwk_words_tlb (id), NULL, g_strdup_printf (_("of CPU %u"), cpu));
  pwk_row (inspection, PWK_NEWER, "sets", "u32", _("the page number's low bits choose one"), "%u",
           shape.n_sets);
  pwk_row (inspection, PWK_NEWER, "ways", "u32", _("entries of a set, compared all at once"), "%u",
           shape.n_ways);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "valid", "u32", _("entries in use"), "%u",
                        shape.n_valid),
               0,
               pwk_happened_two (inspection, PWK_FIELD_OF (TLB_FILL, structure), id,
                                 PWK_AT_TLB_FILL_cpu, cpu) ||
                   pwk_happened (inspection, PWK_FIELD_OF (TLB_FLUSH, cpu), cpu));
  pwk_row (inspection, PWK_NEWER, "policy", "enum", _("who is evicted"), "%s",
           policies[MIN ((unsigned) shape.policy, PWK_TLB_RANDOM)]);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "cpu", "int", _("whose it is"), "%u", cpu),
               PWK_ID (PWK_THING_CPU, cpu), false);
  return true;
}

static const char *
way_words (PwkInspection *inspection, const PwkTlbWay *way)
{
  if (!way->valid)
    return C_("tlb", "empty");

  return pwk_inspect_text (inspection, g_strdup_printf ("0x%llx → pfn %llu, %s%u",
                                                        PWK_N (way->addr), PWK_N (way->pfn),
                                                        way->global ? "G " : "PCID ", way->pcid));
}

bool
pwk_inspect_tlb_set (PwkInspection *inspection, unsigned cpu, unsigned id, unsigned set)
{
  const PwkMachine *machine = inspection->machine;
  PwkTlbShape shape;

  if (id >= PWK_TLB_TAB_PWC || !tlb_exists (machine, cpu, id) ||
      set >= shape_of (machine, cpu, id).n_sets)
    return false;
  shape = shape_of (machine, cpu, id);
  /* Translators: a TLB by its name, of a processor. */
  pwk_inspect_head (inspection, pwk_words_tlb (id), NULL,
                    g_strdup_printf (_("set %u of %u, CPU %u"), set, shape.n_sets, cpu));
  for (unsigned i = 0; i < shape.n_ways; i++)
    {
      PwkTlbWay way = pwk_tlb_way (machine, cpu, (PwkTlbId) id, set, i);
      g_autofree char *name = g_strdup_printf ("[%u]", i);

      pwk_row_set (
          pwk_row (inspection, PWK_NEWER, name, "way", NULL, "%s", way_words (inspection, &way)),
          PWK_ID_TLB_WAY (cpu, id, set, i),
          pwk_happened_two (inspection, PWK_FIELD_OF (TLB_FILL, set), set, PWK_AT_TLB_FILL_way, i));
    }
  return true;
}

bool
pwk_inspect_tlb_way (PwkInspection *inspection,
                     unsigned cpu,
                     unsigned id,
                     unsigned set,
                     unsigned index)
{
  const PwkMachine *machine = inspection->machine;
  PwkTlbWay way;
  bool filled;

  if (id >= PWK_TLB_TAB_PWC || !tlb_exists (machine, cpu, id) ||
      set >= shape_of (machine, cpu, id).n_sets || index >= shape_of (machine, cpu, id).n_ways)
    return false;
  way = pwk_tlb_way (machine, cpu, (PwkTlbId) id, set, index);
  filled =
      pwk_happened_two (inspection, PWK_FIELD_OF (TLB_FILL, set), set, PWK_AT_TLB_FILL_way, index);
  pwk_inspect_head (inspection, pwk_words_tlb (id), NULL,
                    g_strdup_printf (_("set %u, way %u, CPU %u"), set, index, cpu));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "valid", "bit", _("whether it holds a translation"),
                        "%d", way.valid),
               0, filled);
  if (!way.valid)
    return true;

  pwk_row_set (pwk_row (inspection, PWK_NEWER, "vpn", "u64", _("tag: the virtual page number"),
                        "0x%llx", PWK_N (way.vpn)),
               PWK_ID_ADDRESS (way.addr), filled);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "pcid", "u16", _("tag: the address space"), "%u",
                        way.pcid),
               0, filled);
  pwk_row (inspection, PWK_SEED, "global", "bit", _("it fits every address space"), "%d",
           way.global);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "pfn", "u64", _("what the walk found"), "%llu",
                        PWK_N (way.pfn)),
               PWK_ID (PWK_THING_PFN, way.pfn), filled);
  pwk_row (inspection, PWK_NEWER, _("page size"), "u64", _("how much it translates"), "%s",
           pwk_inspect_text (inspection, pwk_format_bytes (way.page_size)));
  pwk_row (inspection, PWK_SEED, "rw", "bit", _("all entries on the way allow writing"), "%d",
           way.rw);
  pwk_row (inspection, PWK_SEED, "us", "bit", _("all entries on the way allow user mode"), "%d",
           way.us);
  pwk_row (inspection, PWK_SEED, "nx", "bit", _("an entry on the way forbids executing"), "%d",
           way.nx);
  pwk_row (inspection, PWK_SEED, "dirty", "bit", _("the entry in memory is dirty already"), "%d",
           way.dirty);
  pwk_row (inspection, PWK_NEWER, "age", "u32", _("0 is the newest of its set"), "%u", way.age);
  if (way.mm != 0 && pwk_mm (machine, way.mm)->owner != 0)
    pwk_row_set (
        pwk_row (inspection, PWK_NEWER, "mm", "struct mm_struct *", _("whose address space it is"),
                 "%s",
                 pwk_inspect_text (inspection,
                                   pwk_words_task (machine, pwk_mm (machine, way.mm)->owner))),
        PWK_ID (PWK_THING_MM, pwk_task (machine, pwk_mm (machine, way.mm)->owner)->pid), false);
  return true;
}

bool
pwk_inspect_walk_cache (PwkInspection *inspection, unsigned cpu, unsigned id, unsigned slot)
{
  const PwkMachine *machine = inspection->machine;
  PwkTlbShape shape;
  PwkPwcWay way;

  if (id >= PWK_N_PWCS || !tlb_exists (machine, cpu, PWK_TLB_TAB_PWC + id))
    return false;
  shape = shape_of (machine, cpu, PWK_TLB_TAB_PWC + id);
  if (slot >= shape.n_sets * shape.n_ways)
    return false;
  way = pwk_pwc_way (machine, cpu, (PwkPwcId) id, slot / shape.n_ways, slot % shape.n_ways);
  pwk_inspect_head (inspection, pwk_words_tlb (PWK_TLB_TAB_PWC + id), NULL,
                    g_strdup_printf (_("page-walk cache of CPU %u, entry %u"), cpu, slot));
  pwk_row (inspection, PWK_NEWER, "valid", "bit", _("whether it holds an entry"), "%d", way.valid);
  if (!way.valid)
    return true;
  pwk_row_set (pwk_row (inspection, PWK_NEWER, _("addresses from"), "u64",
                        _("upper bits of addresses that it serves"), "0x%llx", PWK_N (way.addr)),
               PWK_ID_ADDRESS (way.addr), false);
  pwk_row (inspection, PWK_NEWER, "pcid", "u16", _("tag: the address space"), "%u", way.pcid);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "table", "u64", _("where the walk goes on"),
                        "pfn %llu", PWK_N (way.table)),
               PWK_ID (PWK_THING_PFN, way.table), false);
  pwk_row (inspection, PWK_NEWER, "age", "u32", _("0 is the newest of its set"), "%u", way.age);
  return true;
}

/* --- events --- */

static const PwkEvent *
find_event (const PwkInspection *inspection, uint64_t n)
{
  const PwkObservation *observation = inspection->observation;

  for (uint32_t i = 0; i < observation->n_chain; i++)
    if (observation->chain[i].n == n)
      return &observation->chain[i];
  for (uint32_t i = 0; i < observation->n_events; i++)
    if (observation->events[i].n == n)
      return &observation->events[i];

  return NULL;
}

/* What a field of an event names, if it is a thing that can be looked at. */
static uint64_t
field_link (const PwkInspection *inspection, PwkFieldType type, uint64_t value)
{
  switch ((int) type)
    {
    case PWK_FIELD_PFN:
      return value < inspection->machine->st->max_pfn ? PWK_ID (PWK_THING_PFN, value) : 0;
    case PWK_FIELD_ADDR:
      return PWK_ID_ADDRESS (value);
    case PWK_FIELD_TASK:
      return value != 0 && value < inspection->machine->st->pools[PWK_POOL_TASK].next ?
             PWK_ID (PWK_THING_PROCESS, pwk_task (inspection->machine, (PwkIndex) value)->pid) : 0;
    case PWK_FIELD_CPU:
      return PWK_ID (PWK_THING_CPU, value);
    case PWK_FIELD_NODE:
      return value < inspection->machine->st->n_nodes ? PWK_ID (PWK_THING_NODE, value) : 0;
    default:
      return 0;
    }
}

bool
pwk_inspect_event (PwkInspection *inspection, uint64_t n)
{
  static const char *const types[] = {
    [PWK_FIELD_NUMBER] = "u64",
    [PWK_FIELD_HEX] = "u64",
    [PWK_FIELD_PFN] = "unsigned long",
    [PWK_FIELD_ADDR] = "unsigned long",
    [PWK_FIELD_GFP] = "gfp_t",
    [PWK_FIELD_ORDER] = "unsigned int",
    [PWK_FIELD_MIGRATETYPE] = "enum migratetype",
    [PWK_FIELD_ZONE] = "enum zone_type",
    [PWK_FIELD_NODE] = "int",
    [PWK_FIELD_STRING] = "char *",
    [PWK_FIELD_ERRNO] = "int",
    [PWK_FIELD_PTE] = "pte_t",
    [PWK_FIELD_LEVEL] = "enum pgtable_level",
    [PWK_FIELD_VM_FLAGS] = "vm_flags_t",
    [PWK_FIELD_TASK] = "struct task_struct *",
    [PWK_FIELD_CPU] = "int",
    [PWK_FIELD_REFUSAL] = "enum",
    [PWK_FIELD_ADVICE] = "int",
    [PWK_FIELD_RLIMIT] = "unsigned int",
  };
  const PwkEvent *event = find_event (inspection, n);
  const PwkEventInfo *info;
  g_autofree char *time = NULL;
  g_autofree char *task = NULL;

  if (event == NULL)
    return false;
  info = pwk_event_info ((PwkEventKind) event->kind);
  time = pwk_format_ns (event->ns);
  task = pwk_words_task (inspection->machine, event->task);
  pwk_inspect_head (inspection, info->name,
                    g_str_equal (info->where, "-") || g_str_equal (info->where, "hardware")
                        ? NULL
                        : info->where,
                    pwk_explain_event (inspection->machine, event));
  pwk_row (inspection, PWK_NEWER, "n", "u64", _("its number since power-on"), "%llu",
           PWK_N (event->n));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "parent", "u64", _("the event that caused it"),
                        "%llu", PWK_N (event->parent)),
               event->parent != 0 ? PWK_ID (PWK_THING_EVENT, event->parent) : 0, false);
  pwk_row (inspection, PWK_NEWER, "ns", "u64", _("simulated time when it was over"), "%s", time);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "cpu", "int", _("where"), "%u", event->cpu),
               PWK_ID (PWK_THING_CPU, event->cpu), false);
  pwk_row (inspection, PWK_NEWER, "task", "struct task_struct *", _("on whose behalf"), "%s", task);
  pwk_row (inspection, PWK_NEWER, "line", "u32", _("of the scenario"), "%u", event->line);
  for (uint32_t i = 0; i < info->n_fields; i++)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, info->fields[i].name,
                          types[MIN ((unsigned) info->fields[i].type, PWK_N_FIELD_TYPES - 1)], NULL,
                          "%s",
                          pwk_inspect_text (inspection, pwk_explain_value (inspection->machine,
                                                                           info->fields[i].type,
                                                                           event->arg[i]))),
                 field_link (inspection, info->fields[i].type, event->arg[i]), false);
  return true;
}
