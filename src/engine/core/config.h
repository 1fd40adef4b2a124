/* config.h - what machine is to be built
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      machine (…)  ─▶ key, value as text ─▶ PwkConfigBuilder ─▶ pwk_config_finish () ─▶ PwkConfig
 *                                             each for itself     all together             immutable
 *
 * A machine comes from one of three descriptions: so much memory as in a PC (memory=), a firmware's
 * map with SRAT and command line (e820=, srat=, cmdline=), or a running kernel's own words
 * (zoneinfo=, with freeareas= or counts of free blocks). They exclude each other. All texts are
 * what real machines print, so that they can be pasted.
 */
#pragma once

#include "engine/core/profile.h"

/* mm/slub.c, mm/slab.c, mm/slob.c: which of the three the kernel is built with. In the order of machine (slab=)'s words. */
typedef enum { PWK_SLUB, PWK_SLAB, PWK_SLOB } PwkSlabAllocator;

#define PWK_CONFIG_ERROR (pwk_config_error_quark ())
GQuark pwk_config_error_quark (void);

/* A line of the firmware's map, "BIOS-e820: [mem 0x…-0x…] usable". The numbers rise with who wins
 * where entries overlap (e820__update_table ()); what they come to are ranges that do not overlap,
 * in the order of addresses. */
typedef enum { PWK_E820_USABLE, PWK_E820_RESERVED, PWK_E820_ACPI, PWK_E820_NVS, PWK_E820_OTHER } PwkE820Type;
typedef struct { uint64_t start, last; PwkE820Type type; } PwkE820Entry;              /* bytes, last inclusive as dmesg prints it */
typedef struct { uint32_t node; uint64_t start, last; } PwkSratEntry;                 /* bytes, inclusive */

/* A zone as /proc/zoneinfo told it. Pages.
 *
 *      spanned   from start_pfn to the zone's last page, holes included
 *      present   … without holes
 *      managed   … without what boot kept for itself: what the allocator ever had
 *
 * free are the pages of the buddy lists; those that wait in per-cpu lists are in use by this count. */
typedef struct
{
  uint32_t node, type;
  uint64_t free, boost, min, low, high, promo, spanned, present, managed, start_pfn;
  uint64_t protection[PWK_MAX_NR_ZONES];
  bool     has_marks;              /* one of min, low, high was told, were it as 0 */
  bool     has_managed;            /* not before 3.8 */
  uint32_t n_protection;           /* how many zones protection is for */
  uint32_t n_cpus;                 /* cpus there are, numbered without those that are offline */
  uint32_t n_cpus_told;            /* the same without a limit */
  struct { int32_t high, batch, high_min, high_max, stat_threshold; } cpu[PWK_MAX_CPUS];
} PwkZoneConfig;

typedef struct { uint32_t node, type, migratetype, order, first, n; } PwkFreeAreaConfig;  /* pfns [first, first + n) of PwkConfig.free_pfns */

/* Free blocks of a zone as /proc/buddyinfo (migratetype -1: it does not say) or pagetypeinfo counts
 * them. */
typedef struct { uint32_t node, type; int32_t migratetype; uint32_t order; uint64_t n; } PwkFreeCountConfig;

/* A part of the zone at that place of PwkConfig.zones that is its own, pfns. Zones whose spans no
 * other crosses have no entry. */
typedef struct { uint32_t zone; uint64_t start, end; } PwkZoneRangeConfig;

/* In the order of machine (thp=)'s words, and of /sys/kernel/mm/transparent_hugepage/enabled's from
 * the right. */
typedef enum { PWK_THP_NEVER, PWK_THP_MADVISE, PWK_THP_ALWAYS } PwkThpMode;

/* A level of the TLB: entries are a multiple of ways, and the sets, entries / ways, a power of two,
 * as the low bits of the page number choose one. stlb is the second level, for code and data; pwc
 * are the caches of upper entries (Intel's paging-structure caches). */
typedef enum { PWK_TLB_LRU, PWK_TLB_PLRU, PWK_TLB_FIFO, PWK_TLB_RANDOM } PwkTlbPolicy;
typedef struct { uint32_t entries, ways; PwkTlbPolicy policy; } PwkTlbLevelSpec;   /* entries 0: not there */
typedef struct { PwkTlbLevelSpec l1i, l1i2m, l1d, l1d2m, stlb; bool pcid, pwc; } PwkTlbSpec;

typedef struct { PwkPfn pfn; uint32_t migratetype; } PwkPageblockConfig;    /* a pageblock without free pages */
typedef struct { uint32_t node, type; PwkPfn pageblock; uint32_t pages; } PwkMovableConfig;   /* pages in use of a pageblock that could be moved */

/* A slab cache as kmem_cache () tells of it. Bytes, objects. */
typedef struct
{
  char     name[64];
  int32_t  object_size, size, align, inuse, offset, red_left_pad, order, objects, min_order, min_objects, min_partial, cpu_partial,
           cpu_partial_slabs, refcount, ctor;
  uint32_t flags;                  /* PWK_SLAB_ */
} PwkSlabCacheConfig;

/* A range of kernel addresses in use, as /proc/vmallocinfo tells of it, end exclusive. */
typedef struct
{
  PwkVaddr start, end;
  PwkPhys  phys;
  uint32_t flags;                  /* PwkVmFlags */
  uint32_t nr_pages;
  uint32_t on_node[PWK_MAX_NODES]; /* pages */
} PwkVmapAreaConfig;

/* A node of the tree of free kernel addresses; 0 is the depth of the root. */
typedef struct { PwkVaddr start, end; uint32_t depth; bool red; } PwkVmapTreeConfig;
#define PWK_VMAP_MAX_DEPTH 64

/* Immutable once the machine is made, which owns it. Text that was given is parsed into the arrays.
 * Always true of what pwk_config_finish () gives, so that boot asks for nothing again:
 *
 *      - from_zoneinfo, and zones has what it was told; or e820 is a sane map of at least 2 MiB usable
 *      - srat is empty (one node has everything), or each usable byte but 1 MiB at most is in it
 *      - cpu_node is below n_nodes for each cpu below n_cpus; numa_distance is set for all pairs
 *      - free blocks are aligned, free once, and within the zone that they are told of
 *      - levels, thp, software_ad are what the profile's machine can have
 */
typedef struct
{
  const PwkProfile *profile;
  uint64_t  memory_bytes;
  uint32_t  n_nodes, n_cpus;
  uint32_t  levels;                     /* of page tables: 4 or 5, or what the machine has */
  bool      software_ad;                /* the kernel keeps accessed and dirty, by faults */
  bool      aslr;
  PwkThpMode thp;
  uint64_t  swap_bytes;
  bool      io_held;                  /* writes end when the scenario says so */
  bool      large_folios;             /* the files' file system has them, whatever the kernel */
  uint64_t  seed;
  bool      results_recorded;           /* machine(results=recorded) */
  uint64_t  tick_every;                 /* 0 never */
  int64_t   min_free_kbytes;            /* -1: the kernel's own rule */
  uint32_t  numa_distance[PWK_MAX_NODES][PWK_MAX_NODES];
  uint32_t  cpu_node[PWK_MAX_CPUS];
  uint8_t   node_tier[PWK_MAX_NODES];   /* 0 the fastest memory, see phys/memory-tiers.h */
  PwkTlbSpec tlb;
  uint64_t  kernelcore, movablecore;    /* pages, 0 none */
  uint32_t  kernelcore_percent, movablecore_percent;
  bool      kernelcore_mirror, movable_node;
  bool      from_zoneinfo;
  GArray   *e820;                       /* PwkE820Entry, owned; after cmdline's mem= and memmap= */
  GArray   *srat;                       /* PwkSratEntry, owned, may be empty */
  GArray   *zones;                      /* PwkZoneConfig, owned, if from_zoneinfo */
  GArray   *free_areas;                 /* PwkFreeAreaConfig, owned; in list order, may be empty */
  GArray   *free_pfns;                  /* uint64_t, owned */
  GArray   *free_counts;                /* PwkFreeCountConfig, owned; what free_areas was laid out from, may be empty */
  GArray   *zone_ranges;                /* PwkZoneRangeConfig by start, owned, may be empty */
  GPtrArray *notes;                     /* char *, owned: what of the texts was left out or assumed */
  GArray   *pageblocks;                 /* PwkPageblockConfig, owned; may be empty */
  GArray   *movable;                    /* PwkMovableConfig, owned; sorted by pageblock, may be empty */
  GArray   *slab_caches;                /* PwkSlabCacheConfig, owned; oldest first, empty: the kernel's own */
  GArray   *vmallocinfo;                /* PwkVmapAreaConfig, owned; may be empty */
  GArray   *vmap_tree;                  /* PwkVmapTreeConfig, owned, in preorder; empty: as inserting in the order of addresses makes it */
  bool      slab_nomerge;               /* cmdline= */
  PwkSlabAllocator slab_allocator;
  bool      slab_hardened, slab_random; /* CONFIG_SLAB_FREELIST_HARDENED, CONFIG_SLAB_FREELIST_RANDOM */
} PwkConfig;

/* Sets one argument of machine(): @key as in SCENARIO (memory, nodes, e820, …), @value as text
 * (numbers in decimal, sizes in bytes; the text block itself for e820, srat, zoneinfo, freeareas,
 * buddyinfo, pagetypeinfo). Keys may come in any order; pwk_config_finish() checks them together
 * and computes what was left open. Errors name the key and, in a block, its line ("e820, line 3:
 * …"). */
typedef struct _PwkConfigBuilder PwkConfigBuilder;
PwkConfigBuilder *pwk_config_builder_new  (void);
bool              pwk_config_builder_set  (PwkConfigBuilder *builder, const char *key, const char *value, GError **error);
PwkConfig        *pwk_config_finish       (PwkConfigBuilder *builder, GError **error);   /* eats @builder */
void              pwk_config_builder_free (PwkConfigBuilder *builder);
void              pwk_config_free         (PwkConfig *config);
/* "l1d=64/4,l1i=128/8,stlb=1536/12:lru,pcid=on,pwc=on"; starts from the default of Skylake. */
bool              pwk_tlb_spec_parse      (PwkTlbSpec *spec, const char *text, GError **error);
char             *pwk_tlb_spec_to_string  (const PwkTlbSpec *spec);
/* Pages in use of the pageblock that begins at @start and could be moved, as machine (movable=)
 * says; 0 if it says nothing. */
uint32_t          pwk_config_movable      (const PwkConfig *config, PwkPfn start);
/* Appends "SLAB_RED_ZONE|SLAB_POISON", "0" if there is none; and back: false if a name is unknown. */
void              pwk_slab_flags_append   (GString *text, uint32_t flags);
bool              pwk_slab_flags_parse    (const char *text, uint32_t *flags);

/* A number in decimal or hexadecimal with an optional binary suffix K, M, G, T. @end gets where it
 * ends (NULL: it must be all of @text). */
bool              pwk_config_parse_size   (const char *text, const char **end, uint64_t *value);

/* --- the table of keys: what machine () can be told --- */
typedef enum
{
  PWK_CONFIG_SIZE,      /* bytes: a number with a binary suffix */
  PWK_CONFIG_NUMBER,
  PWK_CONFIG_WORD,      /* one of a few */
  PWK_CONFIG_TEXT,      /* a string with a form of its own */
  PWK_CONFIG_BLOCK,     /* lines: a text block */
} PwkConfigType;

typedef struct
{
  const char   *name;
  PwkConfigType type;
  uint64_t      min, max;       /* of a size (in bytes) and a number; both can be had */
  const char   *form;           /* the words, "off|on"; how a text or a line of a block looks; else NULL */
  const char   *initial;        /* what holds if nothing is said, as it would be written; NULL: @otherwise tells */
  const char   *otherwise;      /* N_("…"): what it then follows from */
  const char   *summary;        /* N_("…") */
  const char   *example;        /* lines of a scenario that runs */
} PwkConfigKey;

/* All keys, @n of them. */
const PwkConfigKey *pwk_config_keys       (uint32_t *n);
/* The key called @name, or NULL. */
const PwkConfigKey *pwk_config_key_find   (const char *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkConfig, pwk_config_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkConfigBuilder, pwk_config_builder_free)
