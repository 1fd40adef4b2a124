/* tlb.c - set-associative structures: layout, looking up, replacing
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * TLBs and page-walk caches are one structure with different keys: an address's page, or its upper
 * bits. A set is chosen by the low bits of the number, all ways of it are compared:
 *
 *      number  ─▶ set = number mod n_sets ─▶ [ way 0 │ way 1 │ … │ way n ]  key = number, size, tag
 *
 * Fully associative is one set; direct-mapped is one way. How many of each, and who is replaced,
 * the configuration says (machine (tlb=)).
 */
#include "engine/paging/tlb-private.h"

#include "engine/core/emit.h"

/* --- layout --- */

/* Entries/ways of the page-walk caches: ChampSim's default sizes. True LRU. Vendors do not publish
 * theirs. */
static const PwkTlbLevelSpec walk_caches[PWK_N_PWCS] = {
  [PWK_PWC_PML4E] = { 4, 4, PWK_TLB_LRU },
  [PWK_PWC_PDPTE] = { 8, 4, PWK_TLB_LRU },
  [PWK_PWC_PDE]   = { 32, 8, PWK_TLB_LRU },
};

/* Level 1 has at least the entry that was used last: a cpu cannot do with less. */
static const PwkTlbLevelSpec *
level_spec (const PwkTlbSpec *spec, PwkTlbId id)
{
  static const PwkTlbLevelSpec one = { 1, 1, PWK_TLB_LRU };
  const PwkTlbLevelSpec *levels[PWK_N_TLBS] = { &spec->l1i, &spec->l1i2m, &spec->l1d, &spec->l1d2m, &spec->stlb };
  bool needed = id == PWK_TLB_L1I || id == PWK_TLB_L1D;

  return needed && (!levels[id]->entries || !levels[id]->ways) ? &one : levels[id];
}

/* To cache lines: a set of up to eight ways is then one line of keys. */
static uint64_t
aligned (uint64_t bytes)
{
  return (bytes + 63) & ~(uint64_t) 63;
}

/* 0 is none. */
static bool
is_power (uint32_t n)
{
  return n && (n & (n - 1)) == 0;
}

/* Lays one structure out from byte @at of its block on; returns where it ends. @tlb may be NULL:
 * only measure. Arrays of one kind side by side, since a look-up reads keys alone:
 *
 *      [keys: sets × ways][data: sets × ways][stamps: sets × ways][trees, PLRU alone][hints]
 *
 * Tree PLRU needs a power of two of ways; where there is none true LRU takes its place, as the
 * nearest that can be had. Hints are by the page's number, not by set: which way it was found in
 * the last time. */
static uint64_t
lay_out (const PwkTlbLevelSpec *spec, PwkTlb *tlb, uint64_t at)
{
  uint32_t ways = MIN (spec->ways, spec->entries);
  uint32_t sets = ways ? spec->entries / ways : 0;
  uint64_t words = aligned ((uint64_t) sets * ways * sizeof (uint64_t));
  uint32_t n_hints = 64;
  bool plru = spec->policy == PWK_TLB_PLRU && is_power (ways);
  uint32_t tree_words = plru ? (ways + 63) / 64 : 0;
  PwkTlb result = {
    .n_sets = sets, .n_ways = ways, .set_mask = is_power (sets) ? sets - 1 : 0,
    .policy = spec->policy == PWK_TLB_PLRU && !plru ? PWK_TLB_LRU : spec->policy, .tree_words = tree_words,
  };

  if (!sets)
    return at;
  while (n_hints < sets)
    n_hints *= 2;
  result.hint_mask = n_hints - 1;
  result.keys = (uint32_t) at;
  result.data = (uint32_t) (at += words);
  result.stamps = (uint32_t) (at += words);
  result.trees = (uint32_t) (at += words);
  result.hints = (uint32_t) (at += aligned ((uint64_t) sets * tree_words * sizeof (uint64_t)));
  at += aligned (n_hints * sizeof (uint16_t));
  if (tlb)
    *tlb = result;
  return at;
}

/* All of a cpu's: five TLBs, of which any but the first levels may be absent, and three walk caches. */
static uint64_t
lay_out_block (const PwkTlbSpec *spec, PwkTlbCpu *block)
{
  uint64_t at = aligned (sizeof (PwkTlbCpu));

  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    at = lay_out (level_spec (spec, (PwkTlbId) id), block ? &block->tlb[id] : NULL, at);
  for (unsigned id = 0; id < PWK_N_PWCS; id++)
    at = lay_out (&walk_caches[id], block ? &block->pwc[id] : NULL, at);
  return at;
}

uint64_t
pwk_tlb_block_bytes (const PwkTlbSpec *spec)
{
  return lay_out_block (spec, NULL);
}

/* All cpus alike; pages of the host are taken when a cpu first translates. */
uint64_t
pwk_tlb_region_bytes (const PwkTlbSpec *spec, unsigned n_cpus)
{
  return pwk_tlb_block_bytes (spec) * n_cpus;
}

/* A cpu's block is made when it first translates, so that a machine of 256 cpus of which two are
 * used has two. route says where a page of each size is looked for: a TLB for large pages of its
 * own, if there is one, else the common one. */
void
pwk_tlb_cpu_init (PwkMachine *machine, unsigned cpu)
{
  const PwkTlbSpec *spec = &machine->config->tlb;
  PwkTlbCpu *block = pwk_tlb_cpu_raw_edit (machine, cpu);

  pwk_assert_door (cpu < machine->st->n_cpus && !block->ready);
  lay_out_block (spec, block);
  block->route[0][0] = PWK_TLB_L1I;
  block->route[0][1] = block->tlb[PWK_TLB_L1I2M].n_ways ? PWK_TLB_L1I2M : PWK_TLB_L1I;
  block->route[1][0] = PWK_TLB_L1D;
  block->route[1][1] = block->tlb[PWK_TLB_L1D2M].n_ways ? PWK_TLB_L1D2M : PWK_TLB_L1D;
  block->has_stlb = block->tlb[PWK_TLB_STLB].n_ways > 0;
  block->pcid_on = spec->pcid;
  block->pwc_on = spec->pwc;
  block->ready = 1;
  pwk_tlb_cpu_raw_edit (machine, 0)->stride = pwk_tlb_block_bytes (spec);
}

/* --- looking up --- */

/* All ways of a set side by side: a line of the cache or two. A key is the page's number with its
 * size and tag, so that one comparison says it all. */
static int64_t
find_key (const PwkTlbCpu *block, const PwkTlb *tlb, uint64_t number, uint64_t key)
{
  uint32_t first = pwk_tlb_set (tlb, number) * tlb->n_ways;
  const uint64_t *keys = pwk_tlb_array (block, tlb->keys) + first;

  for (uint32_t way = 0; way < tlb->n_ways; way++)
    if (keys[way] == key)
      return first + way;
  return -1;
}

/* Without touching anything, for questions: a tooltip must not change what is evicted next. A
 * global entry has a tag of its own that all PCIDs share, and is looked for last, since user memory
 * has none. */
int64_t
pwk_tlb_peek (const PwkTlbCpu *block, const PwkTlb *tlb, uint64_t number, uint64_t key)
{
  int64_t at;

  if (!tlb->n_ways || !tlb->n_valid)
    return -1;
  at = pwk_tlb_hinted (block, tlb, number, key);
  if (at < 0)
    at = find_key (block, tlb, number, key);
  if (at < 0 && tlb->n_global)
    at = find_key (block, tlb, number, key | PWK_TAG_GLOBAL);
  return at;
}

/* And leaves a hint: the next look-up of this page compares one key. */
int64_t
pwk_tlb_find (PwkTlbCpu *block, const PwkTlb *tlb, uint64_t number, uint64_t key)
{
  int64_t at = pwk_tlb_peek (block, tlb, number, key);
  uint16_t *hints = (uint16_t *) ((uint8_t *) block + tlb->hints);

  if (at >= 0)
    hints[number & tlb->hint_mask] = (uint16_t) ((uint32_t) at % tlb->n_ways);
  return at;
}

/* --- replacing --- */

/* A set of four ways:
 *
 *              1                  an access to way 2 makes each node on its path point away from it:
 *          ┌───┴───┐              1 to the left, 3 to the right
 *          2       3              so the victim is whatever the nodes point at: 0 or 1, never 2
 *        ┌─┴─┐   ┌─┴─┐
 *       w0  w1  w2  w3
 *
 * It costs a bit a way less one, where true LRU would need an order of all ways.
 *
 * Tree PLRU: nodes 1 … W-1, children of n are 2n and 2n+1, way w is leaf W+w. A node's bit tells
 * where the victim is: 0 left, 1 right. */
void
pwk_tlb_touch_tree (PwkTlbCpu *block, PwkTlb *tlb, uint32_t at)
{
  uint64_t *tree = pwk_tlb_array_edit (block, tlb->trees) + (uint64_t) (at / tlb->n_ways) * tlb->tree_words;

  for (uint32_t node = tlb->n_ways + at % tlb->n_ways; node > 1; node /= 2)
    {
      uint32_t parent = node / 2;
      uint64_t bit = (uint64_t) 1 << (parent & 63);

      if (node & 1)
        tree[parent / 64] &= ~bit;
      else
        tree[parent / 64] |= bit;
    }
}

/* Follows the bits from the root down; n_ways - 1 bits decide. */
static uint32_t
tree_victim (const PwkTlbCpu *block, const PwkTlb *tlb, uint32_t set)
{
  const uint64_t *tree = pwk_tlb_array (block, tlb->trees) + (uint64_t) set * tlb->tree_words;
  uint32_t node = 1;

  while (node < tlb->n_ways)
    node = 2 * node + (uint32_t) (tree[node / 64] >> (node & 63) & 1);
  return node - tlb->n_ways;
}

/* True LRU keeps an order of all ways, which hardware has for few ways only; a clock that is
 * stamped on each use gives the same here. */
static uint32_t
oldest (const uint64_t *stamps, uint32_t n_ways)
{
  uint32_t victim = 0;

  for (uint32_t way = 1; way < n_ways; way++)
    if (stamps[way] < stamps[victim])
      victim = way;
  return victim;
}

/* The random policy draws from the machine's own generator, so that the same scenario evicts the
 * same entries. */
static uint32_t
choose_way (PwkMachine *machine, PwkTlbCpu *block, PwkTlb *tlb, uint32_t set)
{
  uint64_t first = (uint64_t) set * tlb->n_ways;
  const uint64_t *keys = pwk_tlb_array (block, tlb->keys) + first;

  /* A set may have a free way although others are full, so the search is only spared when all are. */
  if (tlb->n_valid < tlb->n_sets * tlb->n_ways)
    for (uint32_t way = 0; way < tlb->n_ways; way++)
      if (!keys[way])
        return way;

  switch ((PwkTlbPolicy) tlb->policy)
    {
    case PWK_TLB_PLRU:
      return tree_victim (block, tlb, set);
    case PWK_TLB_RANDOM:
      return (uint32_t) ((pwk_random (machine) >> 32) * tlb->n_ways >> 32);
    case PWK_TLB_LRU:
    case PWK_TLB_FIFO:
    default:
      return oldest (pwk_tlb_array (block, tlb->stamps) + first, tlb->n_ways);
    }
}

/* n_large and n_global let a look-up skip what cannot be there: of a TLB without large pages only
 * small ones are sought. */
static void
count_entry (PwkTlb *tlb, uint64_t key, int delta)
{
  pwk_assert_debug (delta > 0 || tlb->n_valid > 0);
  tlb->n_valid += (uint32_t) delta;
  if (key & PWK_KEY_LARGE)
    tlb->n_large += (uint32_t) delta;
  if ((key & PWK_KEY_TAG) == PWK_TAG_GLOBAL)
    tlb->n_global += (uint32_t) delta;
}

/* The stamp of a way is the clock when it was used last (lru) or came (fifo): the smallest of the
 * set is the victim. A free way is taken before anybody goes, as real ones do; which one makes no
 * difference but to the picture. */
uint32_t
pwk_tlb_insert (PwkMachine *machine, PwkTlbCpu *block, PwkTlb *tlb, uint64_t number, uint64_t key, uint64_t data, uint64_t *evicted)
{
  uint32_t set = pwk_tlb_set (tlb, number);
  uint32_t way = choose_way (machine, block, tlb, set);
  uint32_t at = set * tlb->n_ways + way;
  uint64_t *keys = pwk_tlb_array_edit (block, tlb->keys);
  uint16_t *hints = (uint16_t *) ((uint8_t *) block + tlb->hints);

  pwk_assert_debug (key != 0 && set < tlb->n_sets && way < tlb->n_ways);
  *evicted = keys[at];
  if (keys[at])
    count_entry (tlb, keys[at], -1);
  keys[at] = key;
  pwk_tlb_array_edit (block, tlb->data)[at] = data;
  pwk_tlb_array_edit (block, tlb->stamps)[at] = ++tlb->clock;
  count_entry (tlb, key, 1);
  if (tlb->policy == PWK_TLB_PLRU)
    pwk_tlb_touch_tree (block, tlb, at);
  hints[number & tlb->hint_mask] = (uint16_t) way;
  return at;
}

/* Told in the order in which it happens: somebody goes, then the new one is there. */
void
pwk_tlb_fill (PwkMachine *machine, unsigned cpu, PwkTlbId id, PwkVaddr addr, uint64_t key, uint64_t data)
{
  PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
  PwkTlb *tlb = &block->tlb[id];
  uint64_t evicted;
  uint32_t at;

  pwk_assert_debug (id < PWK_N_TLBS);
  at = pwk_tlb_insert (machine, block, tlb, pwk_tlb_key_number (key), key, data, &evicted);
  if (evicted)
    pwk_emit_tlb_evict (machine, pwk_tlb_key_number (evicted), id, at / tlb->n_ways, at % tlb->n_ways, (evicted & PWK_KEY_TAG) - 1, cpu);
  pwk_emit_tlb_fill (machine, addr, id, at / tlb->n_ways, at % tlb->n_ways, pwk_word_pfn (data), cpu);
}

/* --- emptying --- */

/* An empty way is all zero: a flushed machine and a new one have the same bytes. */
static void
clear_way (PwkTlbCpu *block, PwkTlb *tlb, uint32_t at)
{
  uint64_t *keys = pwk_tlb_array_edit (block, tlb->keys);

  pwk_assert_debug (keys[at] != 0 && tlb->n_valid > 0);
  count_entry (tlb, keys[at], -1);
  keys[at] = 0;
  pwk_tlb_array_edit (block, tlb->data)[at] = 0;
  pwk_tlb_array_edit (block, tlb->stamps)[at] = 0;
}

/* Nothing leads from a tag to its entries, so a flush looks at all ways, unless there are none.
 * Which keys go: all that agree with @tag where @tag is not 0; else all, or all that are not
 * global. */
static unsigned
clear_where (PwkTlbCpu *block, PwkTlb *tlb, uint64_t tag, bool globals)
{
  const uint64_t *keys = pwk_tlb_array (block, tlb->keys);
  uint32_t n = tlb->n_sets * tlb->n_ways;
  unsigned cleared = 0;

  if (!tlb->n_valid)
    return 0;
  for (uint32_t at = 0; at < n; at++)
    {
      uint64_t its_tag = keys[at] & PWK_KEY_TAG;

      if (!keys[at] || (tag ? its_tag != tag : its_tag == PWK_TAG_GLOBAL && !globals))
        continue;
      clear_way (block, tlb, at);
      cleared++;
    }
  return cleared;
}

/* Of a key that is known the set is known, too. */
static unsigned
clear_key (PwkTlbCpu *block, PwkTlb *tlb, uint64_t key)
{
  int64_t at = tlb->n_valid ? find_key (block, tlb, pwk_tlb_key_number (key), key) : -1;

  if (at < 0)
    return 0;
  clear_way (block, tlb, (uint32_t) at);
  return 1;
}

/* INVLPG: the page's entry goes whatever its size, of this PCID and, unlike all other flushes, a
 * global one. Walk caches lose what they have of the PCID, not only of the address: Intel SDM 3A,
 * "Operations that Invalidate TLBs and Paging-Structure Caches". */
unsigned
pwk_tlb_drop_addr (const PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, uint64_t tag)
{
  uint64_t small = pwk_tlb_key (addr >> PWK_PAGE_SHIFT, false, 0);
  uint64_t large = pwk_tlb_key (addr >> pwk_level_shift (machine->format, PWK_LEVEL_PMD), true, 0);
  unsigned dropped = 0;

  pwk_assert_door (tag != 0 && tag <= PWK_KEY_TAG);
  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    {
      PwkTlb *tlb = &block->tlb[id];

      dropped += clear_key (block, tlb, small | tag) + clear_key (block, tlb, large | tag);
      if (tlb->n_global)
        dropped += clear_key (block, tlb, small | PWK_TAG_GLOBAL) + clear_key (block, tlb, large | PWK_TAG_GLOBAL);
    }
  pwk_pwc_drop_tag (block, tag);
  return dropped;
}

/* INVPCID of one context, or a write to CR3 without bit 63: all of a PCID but global entries. */
unsigned
pwk_tlb_drop_tag (PwkTlbCpu *block, uint64_t tag)
{
  unsigned dropped = 0;

  pwk_assert_door (tag != 0 && tag <= PWK_KEY_TAG);
  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    dropped += clear_where (block, &block->tlb[id], tag, false);
  pwk_pwc_drop_tag (block, tag);
  return dropped;
}

/* A write to CR3 without PCIDs keeps global entries, a change of CR4.PGE does not. Walk caches know
 * no global entries and are always emptied. */
unsigned
pwk_tlb_drop_all (PwkTlbCpu *block, bool globals)
{
  unsigned dropped = 0;

  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    dropped += clear_where (block, &block->tlb[id], 0, globals);
  for (unsigned id = 0; id < PWK_N_PWCS; id++)
    clear_where (block, &block->pwc[id], 0, true);
  return dropped;
}

/* Walk caches keep pointers to tables. When a table is freed they must forget it even though no
 * translation changed: the frame may be anything soon. */
void
pwk_pwc_drop_tag (PwkTlbCpu *block, uint64_t tag)
{
  for (unsigned id = 0; id < PWK_N_PWCS; id++)
    clear_where (block, &block->pwc[id], tag, false);
}

/* --- seen from outside --- */

/* Linux gives a cpu six PCIDs (TLB_NR_DYN_ASIDS) and lets address spaces take turns in them: the
 * slot that @mm has here, -1 none. */
int
pwk_tlb_slot_of (const PwkTlbCpu *block, PwkIndex mm)
{
  for (unsigned slot = 0; slot < PWK_NR_DYN_ASIDS; slot++)
    if (mm && block->asid[slot].mm == mm)
      return (int) slot;
  return -1;
}

/* The address space whose entries have that tag on this cpu. The same tag is another one's on
 * another cpu, since slots are given out by each. */
PwkIndex
pwk_tlb_owner (const PwkMachine *machine, unsigned cpu, uint64_t tag)
{
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);

  if (tag == PWK_TAG_GLOBAL || tag == 0)
    return 0;
  if (!block->pcid_on)
    return machine->st->cpus[cpu].mm;
  return tag >= 2 && tag - 2 < PWK_NR_DYN_ASIDS ? block->asid[tag - 2].mm : 0;
}

/* What can be seen of a structure without its entries. */
static PwkTlbShape
shape_of (const PwkTlb *tlb, const char *name)
{
  return (PwkTlbShape) { name, tlb->n_sets, tlb->n_ways, tlb->n_valid, (PwkTlbPolicy) tlb->policy };
}

/* Of a cpu that has translated nothing yet what it would be. */
PwkTlbShape
pwk_tlb_shape (const PwkMachine *machine, unsigned cpu, PwkTlbId id)
{
  static const char *const names[PWK_N_TLBS] = { "l1i", "l1i2m", "l1d", "l1d2m", "stlb" };
  PwkTlb measured = { 0 };
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);

  if (block->ready)
    return shape_of (&block->tlb[id], names[id]);
  lay_out (level_spec (&machine->config->tlb, id), &measured, 0);
  return shape_of (&measured, names[id]);
}

/* Walk caches have the same sizes on every machine. */
PwkTlbShape
pwk_pwc_shape (const PwkMachine *machine, unsigned cpu, PwkPwcId id)
{
  static const char *const names[PWK_N_PWCS] = { "pml4e", "pdpte", "pde" };
  PwkTlb measured = { 0 };
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);

  if (block->ready)
    return shape_of (&block->pwc[id], names[id]);
  lay_out (&walk_caches[id], &measured, 0);
  return shape_of (&measured, names[id]);
}

/* How many ways of the set are newer. */
static uint32_t
age_of (const PwkTlbCpu *block, const PwkTlb *tlb, uint32_t set, uint32_t way)
{
  const uint64_t *stamps = pwk_tlb_array (block, tlb->stamps) + (uint64_t) set * tlb->n_ways;
  uint32_t age = 0;

  for (uint32_t i = 0; i < tlb->n_ways; i++)
    age += stamps[i] > stamps[way];
  return age;
}

/* One way as a view shows it: the key taken apart, the word's rights by name. */
PwkTlbWay
pwk_tlb_way (const PwkMachine *machine, unsigned cpu, PwkTlbId id, unsigned set, unsigned way)
{
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);
  const PwkTlb *tlb = &block->tlb[id];
  PwkTlbWay result = { 0 };
  uint64_t key, data;
  unsigned shift;

  pwk_assert_door (id < PWK_N_TLBS);
  if (!block->ready || set >= tlb->n_sets || way >= tlb->n_ways)
    return result;
  key = pwk_tlb_array (block, tlb->keys)[set * tlb->n_ways + way];
  data = pwk_tlb_array (block, tlb->data)[set * tlb->n_ways + way];
  if (!key)
    return result;

  shift = key & PWK_KEY_LARGE ? pwk_level_shift (machine->format, PWK_LEVEL_PMD) : PWK_PAGE_SHIFT;
  result.valid = true;
  result.global = (key & PWK_KEY_TAG) == PWK_TAG_GLOBAL;
  result.rw = (data & PWK_WORD_WRITE) != 0;
  result.us = (data & PWK_WORD_USER) != 0;
  result.nx = (data & PWK_WORD_NO_EXECUTE) != 0;
  result.dirty = (data & PWK_WORD_DIRTY) != 0;
  result.pcid = result.global ? 0 : (uint16_t) ((key & PWK_KEY_TAG) - 1);
  result.mm = pwk_tlb_owner (machine, cpu, key & PWK_KEY_TAG);
  result.vpn = pwk_tlb_key_number (key);
  result.page_size = (uint64_t) 1 << shift;
  result.addr = result.vpn << shift;
  result.pfn = pwk_word_pfn (data);
  result.age = age_of (block, tlb, set, way);
  return result;
}

/* The address that is shown is the lowest of those the entry serves. */
PwkPwcWay
pwk_pwc_way (const PwkMachine *machine, unsigned cpu, PwkPwcId id, unsigned set, unsigned way)
{
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);
  const PwkTlb *pwc = &block->pwc[id];
  PwkPwcWay result = { 0 };
  uint64_t key;

  pwk_assert_door (id < PWK_N_PWCS);
  if (!block->ready || set >= pwc->n_sets || way >= pwc->n_ways)
    return result;
  key = pwk_tlb_array (block, pwc->keys)[set * pwc->n_ways + way];
  if (!key)
    return result;

  result.valid = true;
  result.pcid = (uint16_t) ((key & PWK_KEY_TAG) - 1);
  result.key = pwk_tlb_key_number (key);
  result.addr = result.key << pwk_level_shift (machine->format, pwk_pwc_level (id));
  result.table = pwk_word_pfn (pwk_tlb_array (block, pwc->data)[set * pwc->n_ways + way]);
  result.age = age_of (block, pwc, set, way);
  return result;
}

/* 0 where the machine has no such structure. */
unsigned
pwk_tlb_set_of (const PwkMachine *machine, unsigned cpu, PwkTlbId id, PwkVaddr addr, bool large)
{
  PwkTlbShape shape = pwk_tlb_shape (machine, cpu, id);

  pwk_assert_door (cpu < machine->st->n_cpus && id < PWK_N_TLBS);
  return shape.n_sets ? (unsigned) ((addr >> (large ? pwk_level_shift (machine->format, PWK_LEVEL_PMD) : PWK_PAGE_SHIFT)) % shape.n_sets) : 0;
}

/* Looks in the order of the hardware, level 1 before 2, small pages before large ones; touches
 * nothing. */
bool
pwk_tlb_where (const PwkMachine *machine, unsigned cpu, PwkVaddr addr, bool fetch, PwkTlbId *id, unsigned *set, unsigned *way)
{
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);
  uint64_t tag = pwk_tlb_tag (machine->st->cpus[cpu].cr3);

  if (!block->ready)
    return false;
  for (unsigned level = 1; level <= 2; level++)
    for (unsigned large = 0; large < 2; large++)
      {
        unsigned its = level == 1 ? block->route[!fetch][large] : PWK_TLB_STLB;
        const PwkTlb *tlb = &block->tlb[its];
        uint64_t number = addr >> (large ? pwk_level_shift (machine->format, PWK_LEVEL_PMD) : PWK_PAGE_SHIFT);
        int64_t at = pwk_tlb_peek (block, tlb, number, pwk_tlb_key (number, large, tag));

        if (at < 0)
          continue;
        *id = (PwkTlbId) its;
        *set = (unsigned) at / tlb->n_ways;
        *way = (unsigned) at % tlb->n_ways;
        return true;
      }
  return false;
}
