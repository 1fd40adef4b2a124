/* config-keys.c - what machine () can be told, as a table
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one list of keys: what reads them goes by it, and so does what explains them. Texts are
 * marked for translation. Of a key that has no initial value, `otherwise` says what it follows from.
 * Each example is a scenario of its own, which a test runs: an example that no longer boots is found.
 */
#include "engine/core/config-private.h"

#include <glib/gi18n.h>
#include <string.h>

static const PwkConfigKey keys[] = {
  /* how large the machine is */
  { .name = "memory", .type = PWK_CONFIG_SIZE, .min = PWK_CONFIG_MIN_MEMORY, .max = PWK_CONFIG_MAX_MEMORY, .initial = "512M",
    .summary = N_("how much memory there is, laid out as in a PC and spread evenly over the nodes"),
    .example = "machine(memory=2G)\n" },
  { .name = "nodes", .type = PWK_CONFIG_NUMBER, .min = 1, .max = PWK_MAX_NODES, .initial = "1",
    .summary = N_("NUMA nodes"),
    .example = "machine(memory=1G, nodes=2)\n" },
  { .name = "cpus", .type = PWK_CONFIG_NUMBER, .min = 1, .max = PWK_MAX_CPUS, .initial = "2",
    .summary = N_("processors, each with its own TLBs and lists of frames"),
    .example = "machine(cpus=4)\n" },
  /* what it is, and which kernel runs on it */
  { .name = "arch", .type = PWK_CONFIG_WORD, .form = "x86-64|x86-64-la57|x86-32|x86-pae|textbook|arm64-4k|riscv-sv39|riscv-sv48|riscv-sv57",
    .initial = "x86-64",
    .summary = N_("the machine: its zones, its address space and the form of its page tables"),
    .example = "machine(arch=\"x86-32\")\n" },
  { .name = "levels", .type = PWK_CONFIG_NUMBER, .min = 4, .max = 5, .initial = "4",
    .summary = N_("levels of page tables; 5 gives addresses of 57 bits"),
    .example = "machine(levels=5)\n" },
  { .name = "accessed_dirty", .type = PWK_CONFIG_WORD, .form = "hardware|software", .initial = "hardware",
    .summary = N_("who keeps the bits accessed and dirty of arm64 and riscv: the hardware, or the kernel by faults"),
    .example = "machine(arch=\"riscv-sv39\", accessed_dirty=\"software\")\n" },
  { .name = "kernel", .type = PWK_CONFIG_WORD, .form = "6.18|6.12|6.1|seed", .initial = "6.18",
    .summary = N_("whose rules hold: those of that Linux; “seed” is the classic kernel of the textbooks"),
    .example = "machine(kernel=\"6.12\")\n" },
  { .name = "aslr", .type = PWK_CONFIG_WORD, .form = "off|on", .initial = "off",
    .summary = N_("whether address spaces begin at random places"),
    .example = "machine(aslr=on)\n" },
  { .name = "thp", .type = PWK_CONFIG_WORD, .form = "never|madvise|always", .initial = "madvise",
    .summary = N_("where transparent huge pages are used, as /sys/kernel/mm/transparent_hugepage/enabled"),
    .example = "machine(thp=always)\n" },
  { .name = "swap", .type = PWK_CONFIG_SIZE, .max = (uint64_t) 128 << 30,   /* 25 bits of the 28 that a struct page has for a slot: the others say which area */
    .initial = "128M",
    .summary = N_("the size of the first swap area; 0 for none"),
    .example = "machine(swap=0)\n" },
  { .name = "min_free_kbytes", .type = PWK_CONFIG_NUMBER, .max = G_MAXINT32,
    .otherwise = N_("by the size of memory, as the kernel reckons"),
    .summary = N_("KiB that the watermarks keep free, as /proc/sys/vm/min_free_kbytes"),
    .example = "machine(min_free_kbytes=4096)\n" },
  /* where things are: nodes, their processors, the TLBs of each */
  { .name = "numa_distance", .type = PWK_CONFIG_TEXT, .form = "\"10,20;20,10\"",
    .otherwise = N_("10 to itself, 20 to every other node"),
    .summary = N_("how far the nodes are from each other, a row for each node, as the firmware's SLIT"),
    .example = "machine(nodes=2, numa_distance=\"10,30;30,10\")\n" },
  { .name = "cpu_nodes", .type = PWK_CONFIG_TEXT, .form = "\"0-1;2-3\"",
    .otherwise = N_("spread evenly"),
    .summary = N_("the processors of each node"),
    .example = "machine(nodes=2, cpus=4, cpu_nodes=\"0,2;1,3\")\n" },
  { .name = "memory_tiers", .type = PWK_CONFIG_TEXT, .form = "\"0-1;2\"",
    .otherwise = N_("all alike"),
    .summary = N_("the nodes of each tier of memory, the fastest first, as the firmware's HMAT tells how fast they are"),
    .example = "machine(nodes=2, memory_tiers=\"0;1\")\n" },
  { .name = "tlb", .type = PWK_CONFIG_TEXT, .form = "\"LEVEL=ENTRIES/WAYS[:POLICY],…,pcid=on|off,pwc=on|off\"",
    .initial = "l1d=64/4,l1i=128/8,stlb=1536/12,pcid=on,pwc=on",
    .summary = N_("the TLBs, those of Skylake if nothing is said; levels l1i, l1i2m, l1d, l1d2m and stlb, policies lru, plru, fifo and "
                  "random, PCIDs, page-walk caches"),
    .example = "machine(tlb=\"l1d=16/4:fifo,stlb=256/8,pwc=off\")\n" },
  { .name = "seed", .type = PWK_CONFIG_NUMBER, .max = UINT64_MAX, .initial = "1",
    .summary = N_("where chance begins; the same seed gives the same run"),
    .example = "machine(seed=42, aslr=on)\n" },
  /* a real computer's own words: the firmware's, then those of a kernel that runs */
  { .name = "e820", .type = PWK_CONFIG_BLOCK, .form = "0x… - 0x… usable",
    .otherwise = N_("that of a PC with so much memory"),
    .summary = N_("the firmware's memory map, as dmesg prints it"),
    .example = "machine(e820=<<E820)\n"
               "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
               "BIOS-e820: [mem 0x0000000000100000-0x0000000007ffffff] usable\n"
               "E820\n" },
  { .name = "srat", .type = PWK_CONFIG_BLOCK, .form = "Node 0 PXM 0 [mem 0x…-0x…]",
    .otherwise = N_("all of e820= is node 0"),
    .summary = N_("which memory belongs to which node, as dmesg prints it behind “ACPI: SRAT:”"),
    .example = "machine(memory=256M, srat=<<SRAT)\n"
               "Node 0 PXM 0 [mem 0x00000000-0x07ffffff]\n"
               "Node 1 PXM 1 [mem 0x08000000-0x0fffffff]\n"
               "SRAT\n" },
  { .name = "zoneinfo", .type = PWK_CONFIG_BLOCK, .form = "/proc/zoneinfo",
    .otherwise = N_("from the memory map"),
    .summary = N_("nodes and zones as a real computer's /proc/zoneinfo tells them; lines may be left out"),
    .example = "machine(zoneinfo=<<ZONES)\n"
               "Node 0, zone    DMA32\n"
               "  pages free     30000\n"
               "        spanned  32768\n"
               "        present  32768\n"
               "        managed  32000\n"
               "  start_pfn:     4096\n"
               "ZONES\n" },
  { .name = "freeareas", .type = PWK_CONFIG_BLOCK, .form = "NODE ZONE MIGRATETYPE ORDER PFN…",
    .otherwise = N_("the largest blocks at the top of each zone"),
    .summary = N_("the free lists to begin with, the first block of each first; with zoneinfo="),
    .example = "machine(zoneinfo=<<ZONES, freeareas=<<FREE)\n"
               "Node 0, zone    DMA32\n"
               "  pages free     3072\n"
               "        spanned  32768\n"
               "        present  32768\n"
               "        managed  32000\n"
               "  start_pfn:     4096\n"
               "ZONES\n"
               "0 DMA32 Movable 10 8192 9216\n"
               "0 DMA32 Unmovable 10 12288\n"
               "FREE\n" },
  { .name = "buddyinfo", .type = PWK_CONFIG_BLOCK, .form = "/proc/buddyinfo",
    .otherwise = N_("the largest blocks at the top of each zone"),
    .summary = N_("how many free blocks of each order each zone begins with, laid out so that no two merge; with zoneinfo="),
    .example = "machine(zoneinfo=<<ZONES, buddyinfo=<<FREE)\n"
               "Node 0, zone    DMA32\n"
               "  pages free     1034\n"
               "        spanned  32768\n"
               "        present  32768\n"
               "        managed  32000\n"
               "  start_pfn:     4096\n"
               "ZONES\n"
               "Node 0, zone    DMA32      2      2      1      0      0      0      0      0      0      0      1\n"
               "FREE\n" },
  { .name = "pagetypeinfo", .type = PWK_CONFIG_BLOCK, .form = "/proc/pagetypeinfo",
    .otherwise = N_("the largest blocks at the top of each zone"),
    .summary = N_("the same by migratetype, as /proc/pagetypeinfo tells it; with zoneinfo="),
    .example = "machine(zoneinfo=<<ZONES, pagetypeinfo=<<FREE)\n"
               "Node 0, zone    DMA32\n"
               "  pages free     1034\n"
               "        spanned  32768\n"
               "        present  32768\n"
               "        managed  32000\n"
               "  start_pfn:     4096\n"
               "ZONES\n"
               "Page block order: 9\n"
               "Pages per block:  512\n"
               "\n"
               "Free pages count per migrate type at order       0      1      2      3      4      5      6      7      8      9     10\n"
               "Node    0, zone    DMA32, type      Movable      2      2      1      0      0      0      0      0      0      0      1\n"
               "FREE\n" },
  { .name = "movable", .type = PWK_CONFIG_BLOCK, .form = "NODE ZONE PFN PAGES",
    .otherwise = N_("nothing"),
    .summary = N_("pages in use that could be moved, by pageblock; with zoneinfo="),
    .example = "machine(memory=64M, movable=<<MOVABLE)\n"
               "0 DMA32 8192 100\n"
               "MOVABLE\n" },
  { .name = "pageblocks", .type = PWK_CONFIG_BLOCK, .form = "NODE ZONE MIGRATETYPE PFN…",
    .otherwise = N_("Movable"),
    .summary = N_("pageblocks without a free page that are not Movable, by their first pfn; with freeareas="),
    .example = "machine(memory=64M, pageblocks=<<PB)\n"
               "0 DMA32 Unmovable 8192 8704\n"
               "PB\n" },
  /* the same of kernel memory */
  { .name = "slab_caches", .type = PWK_CONFIG_BLOCK, .form = "name NAME object_size N size N …",
    .otherwise = N_("those of a small kernel"),
    .summary = N_("the slab caches that are there, oldest first, a line each, with the fields of kmem_cache()"),
    .example = "machine(slab_caches=<<CACHES)\n"
               "name thing object_size 60 size 64 align 8 inuse 64 offset 24 red_left_pad 0 order 0 objects 64 min_order 0 min_objects 64 "
               "min_partial 5 cpu_partial 120 cpu_partial_slabs 4 refcount 1 flags SLAB_PANIC\n"
               "CACHES\n" },
  { .name = "vmallocinfo", .type = PWK_CONFIG_BLOCK, .form = "/proc/vmallocinfo",
    .otherwise = N_("nothing"),
    .summary = N_("kernel addresses that are in use, as a real computer's /proc/vmallocinfo tells them"),
    .example = "machine(vmallocinfo=<<AREAS)\n"
               "0xffffc90000000000-0xffffc90000002000    8192 phys=0x00000000fed00000 ioremap\n"
               "AREAS\n" },
  { .name = "vmap_tree", .type = PWK_CONFIG_BLOCK, .form = "DEPTH 0x…-0x… black|red",
    .otherwise = N_("as inserting by address makes it"),
    .summary = N_("the red-black tree of free kernel addresses, in preorder; with vmallocinfo="),
    .example = "machine(vmallocinfo=<<AREAS, vmap_tree=<<TREE)\n"
               "0xffffc90000000000-0xffffc90000002000    8192 phys=0x00000000fed00000 ioremap\n"
               "AREAS\n"
               "0 0x0000000000000001-0xffffc90000000000 black\n"
               "1 0xffffc90000002000-0xffffffffffffffff red\n"
               "TREE\n" },
  /* how it is played */
  { .name = "io", .type = PWK_CONFIG_WORD, .form = "instant|held", .initial = "instant",
    .summary = N_("when a write to the disk ends: at once, or when io_complete() says so"),
    .example = "machine(io=held)\n" },
  { .name = "large_folios", .type = PWK_CONFIG_WORD, .form = "off|on", .initial = "off",
    .summary = N_("whether the file system of the simulated files keeps large folios, whatever the kernel"),
    .example = "machine(large_folios=on)\n" },
  { .name = "slab", .type = PWK_CONFIG_WORD, .form = "slub|slab|slob", .initial = "slub",
    .summary = N_("which allocator of objects the kernel is built with; SLOB was taken out in Linux 6.4, SLAB in 6.8"),
    .example = "machine(memory=64M, slab=\"slob\")\n" },
  { .name = "slab_hardened", .type = PWK_CONFIG_WORD, .form = "off|on", .initial = "off",
    .summary = N_("whether SLUB’s links between free objects are mangled by a secret (CONFIG_SLAB_FREELIST_HARDENED)"),
    .example = "machine(memory=64M, slab_hardened=on)\n" },
  { .name = "slab_random", .type = PWK_CONFIG_WORD, .form = "off|on", .initial = "off",
    .summary = N_("whether a new slab of SLUB’s hands out its objects in an order of chance (CONFIG_SLAB_FREELIST_RANDOM)"),
    .example = "machine(memory=64M, slab_random=on)\n" },
  { .name = "cmdline", .type = PWK_CONFIG_TEXT, .form = "\"mem=SIZE memmap=SIZE@START kernelcore=SIZE movablecore=SIZE movable_node slab_nomerge\"",
    .otherwise = N_("nothing"),
    .summary = N_("what of the kernel's command line is about memory"),
    .example = "machine(memory=1G, cmdline=\"movablecore=256M\")\n" },
  { .name = "results", .type = PWK_CONFIG_WORD, .form = "predicted|recorded", .initial = "predicted",
    .summary = N_("whether results are what must come, or what a real kernel once gave; recordings of strace set the second"),
    .example = "machine(results=recorded)\n" },
  { .name = "tick_every", .type = PWK_CONFIG_NUMBER, .max = G_MAXINT64, .initial = "0",
    .summary = N_("one scheduler tick after so many accesses or calls; with 0 only tick() makes time for the kernel's own threads"),
    .example = "machine(tick_every=100)\n" },
};

/* In the order in which the guide shows them: what is asked for most comes first. */
const PwkConfigKey *
pwk_config_keys (uint32_t *n)
{
  *n = G_N_ELEMENTS (keys);
  return keys;
}

/* One after another: machine () is called once in a scenario. */
const PwkConfigKey *
pwk_config_key_find (const char *name)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].name, name) == 0)
      return &keys[i];
  return NULL;
}
