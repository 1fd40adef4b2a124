/* config-private.h - the parts of reading a configuration, shared by the config-*.c files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/config.h"

#define PWK_CONFIG_PCI_HOLE   ((uint64_t) 1 << 30)      /* no memory from 3 to 4 GiB */
#define PWK_CONFIG_MIN_MEMORY ((uint64_t) 4 << 20)
#define PWK_CONFIG_MAX_ADDRESS ((uint64_t) 16 << 40)
#define PWK_CONFIG_MAX_MEMORY (PWK_CONFIG_MAX_ADDRESS - PWK_CONFIG_PCI_HOLE)

/* What cmdline= asks of the memory map, in the order given. */
typedef enum { PWK_MEMMAP_LIMIT, PWK_MEMMAP_EXACT, PWK_MEMMAP_ADD, PWK_MEMMAP_REMOVE, PWK_MEMMAP_CHANGE } PwkMemmapDeed;
typedef struct { PwkMemmapDeed deed; uint64_t start, size; PwkE820Type type, from; bool has_from; } PwkMemmapOption;

typedef struct
{
  GArray  *memmap;                 /* PwkMemmapOption, owned; NULL without cmdline= */
  uint64_t kernelcore, movablecore;                  /* bytes */
  uint32_t kernelcore_percent, movablecore_percent;
  bool     kernelcore_mirror;      /* what is not mirrored is Movable; nothing here is */
  bool     movable_node;           /* Movable is what can be unplugged; nothing here can */
  bool     numa_off;
  bool     slab_nomerge;
} PwkCmdline;

#define pwk_config_fail(error, ...) (g_set_error (error, PWK_CONFIG_ERROR, 0, __VA_ARGS__), false)

/* A decimal number of [@min, @max], alone in @text; the error names @key. */
bool pwk_config_parse_number (const char *key, const char *text, uint64_t min, uint64_t max, uint64_t *value, GError **error);

/* "0x…-0x…", wherever in @line it begins; *@rest is what follows it, without "]" and blanks. */
bool pwk_config_parse_range  (const char *line, uint64_t *start, uint64_t *last, const char **rest);
/* Nothing, or a comment. */
bool pwk_config_is_blank     (const char *line);

/* Blocks into arrays of PwkE820Entry, PwkSratEntry, PwkZoneConfig, PwkFreeAreaConfig. Errors:
 * "e820, line 3: …". */
bool pwk_config_parse_e820   (const char *text, GArray *e820, GError **error);
bool pwk_config_parse_srat   (const char *text, GArray *srat, GError **error);
bool pwk_config_parse_zoneinfo (const char *text, GArray *zones, GError **error);
bool pwk_config_parse_freeareas (const char *text, GArray *areas, GArray *pfns, GError **error);
/* Appends PwkFreeCountConfig; @by_type: pagetypeinfo. */
bool pwk_config_parse_free_counts (const char *text, bool by_type, GArray *counts, GError **error);
bool pwk_config_parse_pageblocks (const char *text, GArray *pageblocks, GError **error);
bool pwk_config_parse_movable (const char *text, GArray *movable, GError **error);
bool pwk_config_parse_slab_caches (GArray *caches, const char *text, GError **error);
bool pwk_config_parse_vmallocinfo (const char *text, GArray *areas, GError **error);
bool pwk_config_parse_vmap_tree (const char *text, GArray *nodes, GError **error);
bool pwk_config_parse_cmdline (const char *text, PwkCmdline *cmdline, GError **error);

/* The map of a PC with @bytes of memory. */
void pwk_config_pc_e820      (GArray *e820, uint64_t bytes);
/* mem= and memmap=, then what overlaps goes to the higher type, neighbours alike become one:
 * e820__update_table (). */
void pwk_config_apply_memmap (GArray *e820, const GArray *memmap);
void pwk_config_sanitize_e820 (GArray *e820);
/* Ranges without memory go, those of one node with nothing of another between them become one:
 * numa_cleanup_meminfo (). False if so much usable memory is in none that the kernel does not
 * believe the table: memblock_validate_numa_coverage (). */
bool pwk_config_settle_srat  (GArray *srat, const GArray *e820);
/* Bytes of usable memory. */
uint64_t pwk_config_e820_usable (const GArray *e820);
/* Zones and free areas against each other and the profile. */
bool pwk_config_check_zones  (PwkConfig *config, GError **error);
bool pwk_config_check_free_areas (PwkConfig *config, GError **error);
/* Zones of the least size that has room for the counted blocks, if no others were told. */
bool pwk_config_zones_of_counts  (PwkConfig *config, GError **error);
/* Places the counted blocks so that no two of them merge: free_areas and free_pfns. */
bool pwk_config_lay_out_counts   (PwkConfig *config, GError **error);
/* What is left out or assumed, for people; takes @note. */
void pwk_config_note             (PwkConfig *config, char *note);
