/* test-config.c - machine()'s arguments: what they mean, and what is said of wrong ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "phys.h"
#include "seed.h"

#include "engine/boot/boot.h"

static void
test_defaults (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine (NULL, NULL);
  const PwkConfig *config = machine->config;

  g_assert_cmpuint (config->memory_bytes, ==, (guint64) 512 << 20);
  g_assert_cmpuint (config->n_nodes, ==, 1);
  g_assert_cmpuint (config->n_cpus, ==, 2);
  g_assert_cmpuint (config->levels, ==, 4);
  g_assert_cmpuint (config->swap_bytes, ==, (guint64) 128 << 20);
  g_assert_cmpstr (config->profile->kernel, ==, "6.18");
  g_assert_cmpstr (config->profile->arch, ==, "x86-64");
  g_assert_cmpint (config->thp, ==, PWK_THP_MADVISE);
  g_assert_cmpuint (config->seed, ==, 1);
  g_assert_false (config->aslr);
}

/* Each wrong argument, and the message that names it. */
static void
test_errors (void)
{
  static const struct { const char *key, *value, *message; } cases[] = {
    { "colour", "red", "machine() has no argument “colour”" },
    { "memory", "much", "memory: expected a size as 512M, got “much”" },
    { "memory", "0", "memory: 0 is too little, at least 4M" },
    { "memory", "3M", "memory: 3M is too little, at least 4M" },
    { "memory", "17T", "memory: 17T is too much, at most 16383G" },
    { "memory", "99999999999999999999T", "memory: expected a size as 512M, got “99999999999999999999T”" },
    { "nodes", "1000", "nodes: 1000 is not from 1 to 16" },
    { "nodes", "0", "nodes: 0 is not from 1 to 16" },
    { "cpus", "65", "cpus: 65 is not from 1 to 64" },
    { "levels", "3", "levels: 3 is not from 4 to 5" },
    { "kernel", "7.0", "kernel: unknown kernel “7.0”, expected 6.18, 6.12, 6.1 or seed" },
    { "arch", "arm", "arch: unknown machine “arm”, expected x86-64, x86-64-la57, x86-32, x86-pae, textbook, arm64-4k, riscv-sv39, riscv-sv48 or riscv-sv57" },
    { "arch", "alpha", "arch: alpha: machines with pages of 8 KiB are not simulated" },
    { "aslr", "maybe", "aslr: expected off or on, got “maybe”" },
    { "thp", "yes", "thp: expected never, madvise or always, got “yes”" },
    { "results", "none", "results: expected predicted or recorded, got “none”" },
    { "numa_distance", "10,20", "numa_distance: row 0 has 2 numbers, expected 1" },
    { "numa_distance", "11", "numa_distance: node 0 is 11 from itself, expected 10" },
    { "numa_distance", "10,20;20,10", NULL },
    { "cpu_nodes", "0;0", "cpu_nodes: a cpu is on two nodes" },
    { "cpu_nodes", "0-x", "cpu_nodes: expected a number, got “x”" },
    { "cpu_nodes", "0", "cpu_nodes: expected each of the cpus 0 to 1 once" },
    { "tlb", "l1d", "tlb: “l1d”: expected name=value, as l1d=64/4" },
    { "tlb", "l2=64/4", "tlb: unknown part “l2”, expected l1d, l1d2m, l1i, l1i2m, stlb, pcid or pwc" },
    { "tlb", "l1d=64", "tlb: l1d=64: expected entries/ways, as 64/4" },
    { "tlb", "l1d=60/7", "tlb: l1d=60/7: entries/ways must give a power of two of sets, with at most 65536 entries and 256 ways" },
    { "tlb", "l1d=64/4:best", "tlb: l1d=64/4:best: expected lru, plru, fifo or random after “:”" },
    { "tlb", "l1d=48/12:plru", "tlb: l1d=48/12:plru: plru needs a power of two of ways" },
    { "tlb", "pcid=yes", "tlb: pcid=yes: expected on or off" },
    { "tlb", "l1d=0", "tlb: l1d and l1i need at least one entry" },
    { "e820", "", "e820: the map is empty" },
    { "e820", "0x0-0xfffff usable\n0x100000 and more", "e820, line 2: expected a range as 0x0000000000100000-0x000000001fffffff" },
    { "e820", "0x0-0xfffff lovely", "e820, line 1: expected usable, reserved, ACPI data, ACPI NVS, unusable or type N" },
    { "e820", "0x100000-0xfffff usable", "e820, line 1: the range ends before it begins" },
    { "e820", "0x0-0xfffff usable", "e820: less than 2M of usable memory" },
    { "e820", "0x0-0xffffffffffff usable", "e820: memory at 0xffffffffffff, beyond the 16T that x86-64 can address" },
    { "srat", "hello", "srat: expected lines as “Node N PXM N [mem 0x…-0x…]”" },
    { "srat", "Node 99 PXM 0 [mem 0x0-0xfff]", "srat, line 1: expected a node from 0 to 15" },
    { "srat", "Node 0 PXM 0", "srat, line 1: expected a range as [mem 0x00000000-0x1fffffff]" },
    { "srat", "Node 0 PXM 0 [mem 0x0-0xffffff]\nNode 1 PXM 1 [mem 0x800000-0x1ffffff]",
      "srat, line 2: the range overlaps one of node 0" },
    { "cmdline", "mem=lots", "cmdline: mem=lots: expected a size" },
    { "cmdline", "memmap=64M~1G", "cmdline: memmap=64M~1G: expected @, $, #, ! or % after the size" },
    { "cmdline", "memmap=64M%1G-1x", "cmdline: memmap=64M%1G-1x: expected -TYPE or +TYPE after where it begins" },
    { "cmdline", "movablecore=101%", "cmdline: movablecore=101%: expected a size or a percentage" },
    { "zoneinfo", "", "zoneinfo: there is no zone in it" },
    { "zoneinfo", "pages free 3", "zoneinfo: there is no zone in it" },
    { "zoneinfo", "Node 0, zone Warm", "zoneinfo, line 1: unknown zone “Warm”" },
    { "zoneinfo", "Node 20, zone DMA", "zoneinfo, line 1: node 20, but there are at most 16" },
    { "zoneinfo", "Node 0, zone DMA\n spanned many", "zoneinfo, line 2: expected a number, got “many”" },
    { "zoneinfo", "Node 0, zone DMA\n spanned 9", "zoneinfo: no zone has any page present" },
    { "zoneinfo", "Node 0, zone DMA\n spanned 9\n present 10", "zoneinfo: zone DMA of node 0 has more pages present than spanned" },
    { "zoneinfo", "Node 0, zone DMA\n spanned 9\n present 9\n managed 10", "zoneinfo: zone DMA of node 0 has more pages managed than present" },
    { "zoneinfo", "Node 0, zone DMA\n pages free 4\n spanned 9\n present 9\n managed 3",
      "zoneinfo: zone DMA of node 0 has more pages free than managed" },
    { "buddyinfo", "Node 0, zone DMA", "buddyinfo, line 1: expected the number of free blocks of each order" },
    { "buddyinfo", "free", "buddyinfo: expected lines as “Node 0, zone Normal 1 0 …”" },
    { "pagetypeinfo", "Node 0, zone DMA 1", "pagetypeinfo: expected lines as “Node 0, zone Normal, type Movable 1 0 …”" },
    { "buddyinfo", "Node 0, zone DMA 0 0 0 0 0 0 0 0 0 0 4", "buddyinfo: zone DMA of node 0 has no room for so many free blocks" },
    { "zoneinfo", "Node 0, zone DMA\n spanned 9\n present 9\nNode 1, zone DMA\n spanned 9\n present 9\n start_pfn: 8",
      "zoneinfo: zones DMA of node 0 and DMA of node 1 overlap" },
    { "zoneinfo", "Node 0, zone Normal\n spanned 99\n present 9\n start_pfn: 99999999999", "zoneinfo: zone Normal of node 0 ends beyond 16 TiB" },
    { "freeareas", "0 DMA", "freeareas, line 1: expected “node zone migratetype order pfn …”" },
    { "freeareas", "0 DMA Sticky 0 1", "freeareas, line 1: unknown migratetype “Sticky”" },
    { "freeareas", "0 DMA Movable 11 0", "freeareas, line 1: order 11, but the highest is 10" },
    { "freeareas", "0 DMA Movable 3 9", "freeareas, line 1: pfn 9 is not aligned to order 3" },
    { "freeareas", "0 DMA Movable 3 8", "freeareas: needs zoneinfo= beside it" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].message)
      {
        g_autofree char *message = pwk_test_config_error (cases[i].key, cases[i].value, NULL);

        g_assert_cmpstr (message, ==, cases[i].message);
      }
}

/* Arguments that are fine alone and not together. */
static void
test_conflicts (void)
{
  g_autofree char *highmem = pwk_test_config_error ("arch", "x86-64", "zoneinfo", "Node 0, zone HighMem\n spanned 9\n present 9", NULL);
  g_autofree char *zones = pwk_test_config_error ("zoneinfo", pwk_test_paper, "buddyinfo", "Node 0, zone DMA32 1", NULL);
  g_autofree char *full = pwk_test_config_error ("zoneinfo", pwk_test_paper, "buddyinfo", "Node 0, zone DMA 999999", NULL);
  g_autofree char *rows = pwk_test_config_error ("nodes", "3", "numa_distance", "10,20;20,10", NULL);
  g_autofree char *nodes = pwk_test_config_error ("nodes", "1", "zoneinfo", pwk_test_paper, NULL);
  g_autofree char *twice = pwk_test_config_error ("memory", "64M", "e820", "0x0-0xffffff usable", NULL);
  g_autofree char *both = pwk_test_config_error ("e820", "0x0-0xffffff usable", "zoneinfo", pwk_test_paper, NULL);
  g_autofree char *high = pwk_test_config_error ("memory", "5G", "arch", "x86-32", NULL);
  g_autofree char *pae = pwk_test_config_error ("memory", "65G", "arch", "x86-pae", NULL);
  g_autofree char *levels = pwk_test_config_error ("levels", "5", "arch", "riscv-sv39", NULL);
  g_autofree char *kept = pwk_test_config_error ("accessed_dirty", "software", "arch", "x86-pae", NULL);
  g_autofree char *zone = pwk_test_config_error ("zoneinfo", pwk_test_paper, "freeareas", "0 DMA32 Movable 0 3", NULL);
  g_autofree char *out = pwk_test_config_error ("zoneinfo", pwk_test_paper, "freeareas", "0 DMA Movable 0 99", NULL);
  g_autofree char *again = pwk_test_config_error ("zoneinfo", pwk_test_paper, "freeareas", "0 DMA Movable 1 8\n0 DMA Movable 0 9", NULL);

  g_assert_cmpstr (highmem, ==, "zoneinfo: there is no zone HighMem on x86-64 with kernel 6.18");
  g_assert_cmpstr (zones, ==, "buddyinfo: node 0 has no zone DMA32");
  g_assert_cmpstr (full, ==, "buddyinfo: zone DMA of node 0 has more pages free than managed");
  g_assert_cmpstr (rows, ==, "numa_distance: 2 rows for 3 nodes");
  g_assert_cmpstr (nodes, ==, "nodes: 1, but memory of node 1 is described");
  g_assert_cmpstr (twice, ==, "memory: the e820 map tells how much there is");
  g_assert_cmpstr (both, ==, "zoneinfo: the zones follow from e820= already");
  g_assert_cmpstr (high, ==, "memory: memory at 0x17fffffff, beyond the 4G that x86-32 can address");
  g_assert_cmpstr (pae, ==, "memory: memory at 0x107fffffff, beyond the 64G that x86-pae can address");
  g_assert_cmpstr (levels, ==, "levels: page tables of riscv-sv39 have 3");
  g_assert_cmpstr (kept, ==, "accessed_dirty: on x86-pae the hardware keeps them");
  g_assert_cmpstr (zone, ==, "freeareas: node 0 has no zone DMA32");
  g_assert_cmpstr (out, ==, "freeareas: pfn 99 is not in zone DMA of node 0");
  g_assert_cmpstr (again, ==, "freeareas: pfn 9 is free twice");
}

static void
test_tlb (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  PwkTlbSpec spec;

  g_assert_true (pwk_tlb_spec_parse (&spec, "l1d=16/4:fifo,l1d2m=32/4,stlb=0,pwc=off", &error));
  g_assert_no_error (error);
  text = pwk_tlb_spec_to_string (&spec);
  g_assert_cmpstr (text, ==, "l1d=16/4:fifo,l1d2m=32/4,l1i=128/8,stlb=0/0,pcid=on,pwc=off");
}

/* Overlapping entries: the higher type wins, neighbours alike are joined.
 *
 *   usable   |--------------------|
 *   reserved        |------|
 *   usable                      |-------|
 */
static void
test_overlap (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine (
    "e820", "0x0-0x3ffffff usable\n[    0.000000] BIOS-e820: [mem 0x1000000-0x1ffffff] reserved\n0x3000000-0x7ffffff usable\n", NULL);
  const GArray *e820 = machine->config->e820;
  const PwkE820Entry *entries = &g_array_index (e820, PwkE820Entry, 0);

  g_assert_cmpuint (e820->len, ==, 3);
  g_assert_cmphex (entries[0].last, ==, 0xffffff);
  g_assert_cmpint (entries[1].type, ==, PWK_E820_RESERVED);
  g_assert_cmphex (entries[2].start, ==, 0x2000000);
  g_assert_cmphex (entries[2].last, ==, 0x7ffffff);
  g_assert_cmpuint (pwk_zone (machine, 0, PWK_ZONE_DMA32)->present_pages, ==, (0x8000000 - 0x2000000) >> 12);
}

/* A block with some of its bytes changed is refused with a message, or makes a machine that is sound. */
static void
fuzz (const char *key, const char *text, uint64_t *rng, unsigned rounds)
{
  static const char bytes[] = "0123456789 \n-x,:()KMD";

  for (unsigned round = 0; round < rounds; round++)
    {
      g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
      g_autofree char *changed = g_strdup (text);
      g_autoptr(GError) error = NULL;
      PwkConfig *config = NULL;

      for (unsigned n = 1 + *rng % 4; n--;)
        {
          *rng = *rng * 6364136223846793005u + 1442695040888963407u;
          changed[(*rng >> 33) % strlen (changed)] = bytes[(*rng >> 20) % (sizeof bytes - 1)];
        }
      if (strcmp (key, "freeareas") != 0 || pwk_config_builder_set (builder, "zoneinfo", pwk_test_paper, NULL))
        if (pwk_config_builder_set (builder, key, changed, &error))
          config = pwk_config_finish (g_steal_pointer (&builder), &error);
      if (config)
        {
          g_autoptr(PwkMachine) machine = pwk_machine_new (config, &error);

          pwk_machine_boot (machine);
          pwk_test_check (machine);
        }
      else
        g_assert_nonnull (error);
    }
}

static void
test_fuzz (void)
{
  uint64_t rng = test_seed ();

  fuzz ("zoneinfo", pwk_test_paper, &rng, 200);
  fuzz ("e820", "0x0000-0x9fbff usable\n0x100000-0x1ffffff usable\n0x2000000-0x20fffff reserved\n0x2100000-0x4ffffff usable", &rng, 200);
  fuzz ("freeareas", "0 DMA Movable 4 16 32\n0 Normal Unmovable 7 128 256\n1 Normal Reclaimable 9 1024\n1 Normal HighAtomic 3 1536", &rng, 200);
  fuzz ("cmdline", "mem=300M memmap=10M@2M memmap=4M$32M memmap=8M%48M-1+2 movablecore=20% kernelcore=64M numa=off", &rng, 200);
  fuzz ("buddyinfo", "Node 0, zone DMA 3 2 1 0 1\nNode 0, zone Normal 9 8 7 6 5 4 3\n", &rng, 200);
  fuzz ("pagetypeinfo", "Node 0, zone DMA, type Movable 3 2 1 0 1\nNode 1, zone Normal, type Unmovable 9 8 7\n", &rng, 200);
  fuzz ("srat", "Node 0 PXM 0 [mem 0x0-0xfffffff]\nNode 1 PXM 1 [mem 0x10000000-0x1fffffff]", &rng, 200);
}

static PwkConfig *
config_with (const char *key, const char *value)
{
  PwkConfigBuilder *builder = pwk_config_builder_new ();
  g_autoptr(GError) error = NULL;
  PwkConfig *config;

  if (key)
    pwk_config_builder_set (builder, key, value, &error);
  g_assert_no_error (error);
  config = pwk_config_finish (builder, &error);
  g_assert_no_error (error);
  return config;
}

static void
assert_arrays_equal (const GArray *a, const GArray *b)
{
  g_assert_cmpmem (a->data, a->len * g_array_get_element_size ((GArray *) a), b->data, b->len * g_array_get_element_size ((GArray *) b));
}

/* All but what lies in arrays. */
static PwkConfig
flat (const PwkConfig *config)
{
  PwkConfig copy;

  memcpy (&copy, config, sizeof copy);
  copy.e820 = copy.srat = copy.zones = copy.free_areas = copy.free_pfns = copy.free_counts = copy.zone_ranges = NULL;
  copy.pageblocks = copy.movable = copy.slab_caches = copy.vmallocinfo = copy.vmap_tree = NULL;
  copy.notes = NULL;
  return copy;
}

/* What the table calls the initial value of a key is what holds without it. */
static void
test_initial (void)
{
  g_autoptr(PwkConfig) plain = config_with (NULL, NULL);
  PwkConfig plain_flat = flat (plain);
  const PwkConfigKey *keys;
  uint32_t n;

  keys = pwk_config_keys (&n);
  for (uint32_t i = 0; i < n; i++)
    if (keys[i].initial)
      {
        g_autoptr(PwkConfig) told = config_with (keys[i].name, keys[i].initial);
        PwkConfig told_flat = flat (told);

        g_test_message ("%s=%s", keys[i].name, keys[i].initial);
        g_assert_cmpmem (&told_flat, sizeof told_flat, &plain_flat, sizeof plain_flat);
        assert_arrays_equal (told->e820, plain->e820);
      }
}

static bool
is_taken (const char *key, const char *value)
{
  PwkConfigBuilder *builder = pwk_config_builder_new ();
  bool taken = pwk_config_builder_set (builder, key, value, NULL);

  pwk_config_builder_free (builder);
  return taken;
}

static bool
is_number_taken (const char *key, uint64_t number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  return is_taken (key, text);
}

/* The range of a key is just what it takes, and so are its words. */
static void
test_ranges (void)
{
  const PwkConfigKey *keys;
  uint32_t n;

  keys = pwk_config_keys (&n);
  for (uint32_t i = 0; i < n; i++)
    {
      const PwkConfigKey *key = &keys[i];

      g_test_message ("%s", key->name);
      if (key->type == PWK_CONFIG_SIZE || key->type == PWK_CONFIG_NUMBER)
        {
          g_assert_true (is_number_taken (key->name, key->min));
          g_assert_true (is_number_taken (key->name, key->max));
          g_assert_true (key->min == 0 || !is_number_taken (key->name, key->min - 1));
          g_assert_true (key->max == UINT64_MAX || !is_number_taken (key->name, key->max + 1));
        }
      else if (key->type == PWK_CONFIG_WORD)
        {
          g_auto(GStrv) words = g_strsplit (key->form, "|", -1);

          for (char **word = words; *word; word++)
            g_assert_true (is_taken (key->name, *word));
          g_assert_false (is_taken (key->name, "nonsense"));
        }
      else
        g_assert_nonnull (key->form);
      g_assert_true (!key->initial != !key->otherwise);
      g_assert_true (pwk_config_key_find (key->name) == key);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/defaults", test_defaults);
  g_test_add_func ("/config/errors", test_errors);
  g_test_add_func ("/config/initial", test_initial);
  g_test_add_func ("/config/ranges", test_ranges);
  g_test_add_func ("/config/conflicts", test_conflicts);
  g_test_add_func ("/config/tlb", test_tlb);
  g_test_add_func ("/config/overlap", test_overlap);
  g_test_add_func ("/config/fuzz", test_fuzz);
  return g_test_run ();
}
