/* config-vmap.c - machine (vmallocinfo=, vmap_tree=): kernel addresses in use, and the tree of free ones
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shape of the tree of free ranges decides which of several ranges that fit is taken, and
 * depends on its history; so it can be given, node by node in preorder with depth and colour:
 *
 *      0 0x…-0x… black              root
 *      1 0x…-0x… red                its left child (addresses below)
 *      1 0x…-0x… red                its right child
 */
#include <stdio.h>
#include <string.h>

#include "engine/core/config-private.h"
#include "engine/core/vmap-flags.h"

static const struct { const char *name; uint32_t flag; } words[] = {
  { "ioremap", PWK_VM_IOREMAP }, { "vmalloc", PWK_VM_ALLOC }, { "vmap", PWK_VM_MAP }, { "user", PWK_VM_USERMAP },
  { "dma-coherent", PWK_VM_DMA_COHERENT }, { "vpages", PWK_VM_VPAGES },
};

/* "0xffffc90000000000-0xffffc90000002000": whole pages. @rest: what follows. */
static bool
parse_range (const char *text, PwkVaddr *start, PwkVaddr *end, const char **rest)
{
  char *at;

  if (!g_str_has_prefix (text, "0x"))
    return false;
  *start = g_ascii_strtoull (text, &at, 16);
  if (!g_str_has_prefix (at, "-0x"))
    return false;
  *end = g_ascii_strtoull (at + 1, &at, 16);
  *rest = at;
  return *start < *end;
}

/* "pages=3", "phys=0x…", "N0=3", "vmalloc"; the caller's name and what else there may be says
 * nothing here. */
static void
parse_word (const char *word, PwkVmapAreaConfig *area)
{
  unsigned node, pages;

  if (g_str_has_prefix (word, "pages="))
    area->nr_pages = (uint32_t) g_ascii_strtoull (word + strlen ("pages="), NULL, 10);
  else if (g_str_has_prefix (word, "phys="))
    area->phys = g_ascii_strtoull (word + strlen ("phys="), NULL, 16);
  else if (sscanf (word, "N%u=%u", &node, &pages) == 2 && node < PWK_MAX_NODES)
    area->on_node[node] = pages;
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].name, word) == 0)
      area->flags |= words[i].flag;
}

/* Areas in use never share a page. Each ends with its guard page, which is in the range that the file
 * tells. */
static bool
overlaps (const GArray *areas, const PwkVmapAreaConfig *area)
{
  for (unsigned i = 0; i < areas->len; i++)
    if (g_array_index (areas, PwkVmapAreaConfig, i).start < area->end && area->start < g_array_index (areas, PwkVmapAreaConfig, i).end)
      return true;
  return false;
}

/* A line an area; addresses must be shown (%px), as hashed ones (%p) lead nowhere. */
bool
pwk_config_parse_vmallocinfo (const char *text, GArray *areas, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_array_set_size (areas, 0);
  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) parts = g_strsplit_set (g_strstrip (lines[i]), " \t", -1);
      PwkVmapAreaConfig area = { 0 };
      const char *rest;

      if (!*lines[i])
        continue;
      if (!parse_range (lines[i], &area.start, &area.end, &rest) || ((area.start | area.end) & ~PWK_PAGE_MASK))
        return pwk_config_fail (error, "vmallocinfo, line %u: expected a range of addresses, as /proc/vmallocinfo has it", i + 1);
      if (overlaps (areas, &area))
        return pwk_config_fail (error, "vmallocinfo, line %u: overlaps another area", i + 1);
      for (char **part = parts; *part; part++)
        parse_word (*part, &area);
      g_array_append_val (areas, area);
    }
  return true;
}

/* Each is at most one deeper than the one before, on the side of its parent where there is nothing
 * yet. Preorder and depth are enough to know a binary tree if it is known which side each node is
 * on, which its addresses tell. */
static bool
fits_below (const GArray *nodes, const PwkVmapTreeConfig *node)
{
  bool left;

  if (node->depth == 0 || nodes->len == 0)
    return node->depth == 0 && nodes->len == 0;
  for (unsigned i = nodes->len; i-- > 0;)
    {
      const PwkVmapTreeConfig *above = &g_array_index (nodes, PwkVmapTreeConfig, i);

      if (above->depth + 1 == node->depth)
        {
          left = node->end <= above->start;
          for (unsigned k = i + 1; k < nodes->len; k++)
            if (g_array_index (nodes, PwkVmapTreeConfig, k).depth == node->depth
                && (left || g_array_index (nodes, PwkVmapTreeConfig, k).start > above->start))
              return false;
          return left || node->start >= above->end;
        }
      if (above->depth < node->depth)
        return false;
    }
  return false;
}

/* No two of them share an address; with fits_below () that makes it a search tree, whose walk from
 * left to right goes upwards. Nodes are few, so that all pairs are looked at. */
static bool
is_sorted (const GArray *nodes)
{
  for (unsigned i = 0; i < nodes->len; i++)
    for (unsigned k = 0; k < i; k++)
      {
        const PwkVmapTreeConfig *a = &g_array_index (nodes, PwkVmapTreeConfig, i), *b = &g_array_index (nodes, PwkVmapTreeConfig, k);

        if (a->start < b->end && b->start < a->end)
          return false;
      }
  return true;
}

/* Lines in preorder: a node, its left subtree, its right one. */
bool
pwk_config_parse_vmap_tree (const char *text, GArray *nodes, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_array_set_size (nodes, 0);
  for (unsigned i = 0; lines[i]; i++)
    {
      PwkVmapTreeConfig node = { 0 };
      char *at = g_strstrip (lines[i]);
      const char *rest;

      if (!*at)
        continue;
      node.depth = (uint32_t) g_ascii_strtoull (at, &at, 10);
      if (*at != ' ' || !parse_range (at + 1, &node.start, &node.end, &rest) || (strcmp (rest, " red") != 0 && strcmp (rest, " black") != 0))
        return pwk_config_fail (error, "vmap_tree, line %u: expected a depth, a range of addresses, and black or red", i + 1);
      node.red = strcmp (rest, " red") == 0;
      if (node.depth >= PWK_VMAP_MAX_DEPTH || !fits_below (nodes, &node))
        return pwk_config_fail (error, "vmap_tree, line %u: this is no tree in preorder", i + 1);
      g_array_append_val (nodes, node);
    }
  return is_sorted (nodes) || pwk_config_fail (error, "vmap_tree: ranges overlap");
}
