/* config-srat.c - which memory is whose: the ranges of the nodes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows drivers/acpi/numa/srat.c and mm/numa_memblks.c: the firmware's table gives ranges to
 * proximity domains, the kernel nodes to domains, and prints both. Ranges that hold no memory and
 * holes between ranges of one node are cleaned away before anything is built on them:
 *
 *      told       [ 0 ]   [ 0 ][ 1    ]    [ 1 ][ 0, no memory ]
 *      settled    [ 0         ][ 1             ]
 *
 * A table that forgets memory is not believed at all: better one node than frames of no node.
 */
#include "engine/core/config-private.h"

#include <string.h>

#define SLACK ((uint64_t) 1 << 20)     /* usable memory that no node may claim without the whole table being distrusted */

/* "0-a0000", as kernels until 3.6 wrote it, exclusive. */
static bool
parse_old_range (const char *text, PwkSratEntry *entry)
{
  char *end;

  text += strspn (text, " ");
  if (!g_ascii_isxdigit (*text))
    return false;
  entry->start = g_ascii_strtoull (text, &end, 16);
  if (*end != '-' || !g_ascii_isxdigit (end[1]))
    return false;
  entry->last = g_ascii_strtoull (end + 1, NULL, 16) - 1;
  return true;
}

/* "Node 0 PXM 0 [mem 0x00000000-0x0009ffff]": the numbers behind "Node " and "PXM ". False if the
 * line tells of something else: which cpu is on which node, what the kernel made of the table. */
static bool
is_range_line (const char *line, uint64_t *node, const char **rest)
{
  const char *at = strstr (line, "Node ");
  char *end;

  if (!at || strstr (line, "APIC"))
    return false;
  *node = g_ascii_strtoull (at + strlen ("Node "), &end, 10);
  if (end == at + strlen ("Node ") || !g_str_has_prefix (end, " PXM "))
    return false;
  g_ascii_strtoull (end + strlen (" PXM "), &end, 10);
  *rest = end;
  return true;
}

/* Ranges of one node may overlap, those of two may not: numa_cleanup_meminfo () gives up there. */
static bool
overlaps_other (const GArray *srat, const PwkSratEntry *entry, uint32_t *node)
{
  for (unsigned k = 0; k < srat->len; k++)
    {
      const PwkSratEntry *other = &g_array_index (srat, PwkSratEntry, k);

      *node = other->node;
      if (entry->start <= other->last && other->start <= entry->last && other->node != entry->node)
        return true;
    }
  return false;
}

/* Lines as dmesg has them, with others around. */
bool
pwk_config_parse_srat (const char *text, GArray *srat, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (unsigned i = 0; lines[i]; i++)
    {
      PwkSratEntry entry = { 0 };
      const char *rest, *after;
      uint32_t other;
      uint64_t node;

      if (!is_range_line (lines[i], &node, &rest))
        continue;
      if (node >= PWK_MAX_NODES)
        return pwk_config_fail (error, "srat, line %u: expected a node from 0 to %d", i + 1, PWK_MAX_NODES - 1);
      if (!parse_old_range (rest, &entry) && !pwk_config_parse_range (rest, &entry.start, &entry.last, &after))
        return pwk_config_fail (error, "srat, line %u: expected a range as [mem 0x00000000-0x1fffffff]", i + 1);
      if (entry.last < entry.start)
        return pwk_config_fail (error, "srat, line %u: the range ends before it begins", i + 1);
      entry.node = (uint32_t) node;
      if (overlaps_other (srat, &entry, &other))
        return pwk_config_fail (error, "srat, line %u: the range overlaps one of node %u", i + 1, other);
      g_array_append_val (srat, entry);
    }
  if (srat->len == 0)
    return pwk_config_fail (error, "srat: expected lines as “Node N PXM N [mem 0x…-0x…]”");
  return true;
}

/* Usable bytes in [@start, @last]. */
static uint64_t
usable_in (const GArray *e820, uint64_t start, uint64_t last)
{
  uint64_t bytes = 0;

  for (unsigned i = 0; i < e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (e820, PwkE820Entry, i);
      uint64_t from = MAX (entry->start, start), to = MIN (entry->last, last);

      if (entry->type == PWK_E820_USABLE && from <= to)
        bytes += to - from + 1;
    }
  return bytes;
}

/* Whether another node than @node has a part of [@start, @last]. */
static bool
is_foreign (const GArray *srat, uint64_t start, uint64_t last, uint32_t node)
{
  for (unsigned i = 0; i < srat->len; i++)
    {
      const PwkSratEntry *entry = &g_array_index (srat, PwkSratEntry, i);

      if (entry->node != node && entry->start <= last && start <= entry->last)
        return true;
    }
  return false;
}

/* Joins the @i-th range with the first other of its node between which no other node has memory;
 * false: there is none. */
static bool
join_one (GArray *srat, unsigned i)
{
  PwkSratEntry *entry = &g_array_index (srat, PwkSratEntry, i);

  for (unsigned k = i + 1; k < srat->len; k++)
    {
      const PwkSratEntry *other = &g_array_index (srat, PwkSratEntry, k);
      uint64_t start = MIN (entry->start, other->start), last = MAX (entry->last, other->last);

      if (other->node != entry->node || is_foreign (srat, start, last, entry->node))
        continue;
      entry->start = start;
      entry->last = last;
      g_array_remove_index (srat, k);
      return true;
    }
  return false;
}

/* Order matters: ranges without memory go first, lest they keep others apart. */
bool
pwk_config_settle_srat (GArray *srat, const GArray *e820)
{
  uint64_t all = usable_in (e820, 0, UINT64_MAX), covered = 0;

  for (unsigned i = srat->len; i-- > 0;)
    if (usable_in (e820, g_array_index (srat, PwkSratEntry, i).start, g_array_index (srat, PwkSratEntry, i).last) == 0)
      g_array_remove_index (srat, i);
  for (unsigned i = 0; i < srat->len; i++)
    {
      while (join_one (srat, i))
        ;
      covered += usable_in (e820, g_array_index (srat, PwkSratEntry, i).start, g_array_index (srat, PwkSratEntry, i).last);
    }
  return all - covered < SLACK;
}
