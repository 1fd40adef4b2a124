/* numa-private.h - what the parts of the picture of nodes share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/numa-model.h"
#include "views/view-common.h"

/* Numbers of groups and rules of the view. */
#define PWK_ID_NUMA(n) PWK_ID_GROUP (PWK_VIEW_NUMA, n)
enum
{
  PWK_NUMA_DISTANCES = 1,
  PWK_NUMA_STATS,
  PWK_NUMA_POLICIES,
  PWK_NUMA_FLOW,
  PWK_NUMA_STORY,
  PWK_NUMA_GAUGE = 0x100,    /* and the node's number */
  PWK_NUMA_PAIR = 0x1000,    /* and both nodes', from << 4 | to */
  PWK_NUMA_JOIN = 0x2000,    /* the same */
  PWK_NUMA_STAT = 0x3000,    /* and the node's number << 4 | the counter's */
  PWK_NUMA_SHARE = 0x4000,   /* of a process on a node: node << 4 | process */
};

/* The role that colours a PwkNumaUse. */
PwkRole     pwk_numa_role      (unsigned use);
/* "2 pages are moved, distance 20", of the flow at @index; lives as long as the scene. */
const char *pwk_numa_say_flow  (const PwkPen *pen, const PwkNumaModel *model, uint32_t index);

/* "0-3,8", of bits. */
const char *pwk_numa_say_list  (const PwkPen *pen, uint64_t bits);
/* "CPU 0-3,8", "no CPU"; "0 → 1 → 3": the nodes as an allocation tries them. */
const char *pwk_numa_say_cpus  (const PwkPen *pen, uint64_t cpus);
const char *pwk_numa_say_order (const PwkPen *pen, const PwkNumaNode *node);
/* Pages of a process on a node, whatever they are used for. */
uint64_t    pwk_numa_pages_on  (const PwkNumaNode *node, uint32_t task);

/* A node's card; the least height that one needs, and in how many rows they stand. */
void        pwk_numa_card        (const PwkPen *pen, const PwkNumaModel *model, unsigned number,
                                  PwkBox box);
double      pwk_numa_card_height (const PwkPen *pen, const PwkNumaModel *model);
unsigned    pwk_numa_rows        (unsigned n_nodes);

/* The cards beside the nodes: distances, and what the allocator counts. Each takes its height off
 * @rest. */
void        pwk_numa_distances (const PwkPen *pen, const PwkNumaModel *model, PwkBox *rest);
void        pwk_numa_stats     (const PwkPen *pen, const PwkNumaModel *model, PwkBox *rest);
/* What both need, one below the other. */
double      pwk_numa_cards_height (const PwkPen *pen, const PwkNumaModel *model);

/* Below: the regions of the process in question, their policies, and the nodes of their pages. As
 * many rows as @box has room for. */
void        pwk_numa_policies  (const PwkPen *pen, const PwkNumaModel *model, PwkBox box);
/* What all rows need, and the least that is of use. */
double      pwk_numa_policies_height (const PwkPen *pen, const PwkNumaModel *model, bool least);
