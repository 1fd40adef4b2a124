/* config-srat.c - which memory is whose: the ranges of the nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/config-private.h"

#include <string.h>

#define SLACK ((uint64_t) 1 << 20)     /* usable memory that no node may claim without the whole table being distrusted */

/* "Node 0 PXM 0 [mem 0x00000000-0x0009ffff]", with dmesg's words before it or not. */
bool
pwk_config_parse_srat (const char *text, GArray *srat, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (unsigned i = 0; lines[i]; i++)
    {
      PwkSratEntry entry = { 0 };
      const char *rest, *node;
      uint64_t number;
      char *end;

      if (pwk_config_is_blank (lines[i]))
        continue;
      node = strstr (lines[i], "Node ");
      if (!node)
        return pwk_config_fail (error, "srat, line %u: expected “Node N PXM N [mem 0x…-0x…]”", i + 1);
      number = g_ascii_strtoull (node + 5, &end, 10);
      if (end == node + 5 || number >= PWK_MAX_NODES)
        return pwk_config_fail (error, "srat, line %u: expected a node from 0 to %d", i + 1, PWK_MAX_NODES - 1);
      if (!pwk_config_parse_range (end, &entry.start, &entry.last, &rest))
        return pwk_config_fail (error, "srat, line %u: expected a range as [mem 0x00000000-0x1fffffff]", i + 1);
      if (entry.last < entry.start)
        return pwk_config_fail (error, "srat, line %u: the range ends before it begins", i + 1);
      entry.node = (uint32_t) number;
      for (unsigned k = 0; k < srat->len; k++)
        {
          const PwkSratEntry *other = &g_array_index (srat, PwkSratEntry, k);

          if (entry.start <= other->last && other->start <= entry.last && other->node != entry.node)
            return pwk_config_fail (error, "srat, line %u: the range overlaps one of node %u", i + 1, other->node);
        }
      g_array_append_val (srat, entry);
    }
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

/* Joins the @i-th range with the first other of its node between which no other node has memory; false: there is none. */
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
