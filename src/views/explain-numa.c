/* explain-numa.c - sentences: NUMA policies
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include "engine/phys/mempolicy.h"

/* "MPOL_BIND"; the kernel's word, not translated. */
static const char *
mode_name (uint64_t mode)
{
  static const char *const names[PWK_MPOL_MAX] = {
    [PWK_MPOL_DEFAULT] = "MPOL_DEFAULT",
    [PWK_MPOL_PREFERRED] = "MPOL_PREFERRED",
    [PWK_MPOL_BIND] = "MPOL_BIND",
    [PWK_MPOL_INTERLEAVE] = "MPOL_INTERLEAVE",
    [PWK_MPOL_LOCAL] = "MPOL_LOCAL",
    [PWK_MPOL_PREFERRED_MANY] = "MPOL_PREFERRED_MANY",
    [PWK_MPOL_WEIGHTED_INTERLEAVE] = "MPOL_WEIGHTED_INTERLEAVE",
  };

  return mode < PWK_MPOL_MAX ? names[mode] : "?";
}

/* "0, 2, 3"; of cpus, too */
static char *
say_nodes (uint64_t nodes)
{
  GString *text = g_string_new (NULL);

  for (unsigned node = 0; node < 64; node++)
    if (nodes >> node & 1)
      g_string_append_printf (text, "%s%u", text->len ? ", " : "", node);
  return g_string_free (text, FALSE);
}

static char *
explain_set_mempolicy (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *task = pwk_say_task (machine, pwk_arg (event, SET_MEMPOLICY, task));
  g_autofree char *nodes = say_nodes (pwk_arg (event, SET_MEMPOLICY, nodes));

  if (*nodes == '\0')
    SENTENCE (_("%s has the policy %s from now on."), task,
              mode_name (pwk_arg (event, SET_MEMPOLICY, mode)));
  SENTENCE (_("%s has the policy %s with the nodes %s from now on."), task,
            mode_name (pwk_arg (event, SET_MEMPOLICY, mode)), nodes);
}

static char *
explain_mbind (const PwkEvent *event)
{
  g_autofree char *nodes = say_nodes (pwk_arg (event, MBIND_RANGE, nodes));

  if (*nodes == '\0')
    SENTENCE (_("0x%llx–0x%llx has the policy %s from now on."), ARG (MBIND_RANGE, start),
              ARG (MBIND_RANGE, end), mode_name (pwk_arg (event, MBIND_RANGE, mode)));
  SENTENCE (_("0x%llx–0x%llx has the policy %s with the nodes %s from now on."),
            ARG (MBIND_RANGE, start), ARG (MBIND_RANGE, end),
            mode_name (pwk_arg (event, MBIND_RANGE, mode)), nodes);
}

static char *
explain_cpuset (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *task = pwk_say_task (machine, pwk_arg (event, CPUSET_ATTACH, task));
  g_autofree char *mems = say_nodes (pwk_arg (event, CPUSET_ATTACH, mems));
  g_autofree char *cpus = say_nodes (pwk_arg (event, CPUSET_ATTACH, cpus));

  SENTENCE (_("%s comes into a cpuset: memory of the nodes %s, CPUs %s."), task, mems, cpus);
}

static char *
explain_rebind (const PwkEvent *event)
{
  g_autofree char *old = say_nodes (pwk_arg (event, MPOL_REBIND, old));
  g_autofree char *nodes = say_nodes (pwk_arg (event, MPOL_REBIND, nodes));

  SENTENCE (_("The policy %s follows the cpuset: its nodes %s become %s."),
            mode_name (pwk_arg (event, MPOL_REBIND, mode)), old, nodes);
}

char *
pwk_explain_numa (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SET_MEMPOLICY:
      return explain_set_mempolicy (machine, event);
    case PWK_EV_MBIND_RANGE:
      return explain_mbind (event);
    case PWK_EV_POLICY_NODE:
      SENTENCE (_("By the policy %s, node %llu is asked first."),
                mode_name (pwk_arg (event, POLICY_NODE, mode)), ARG (POLICY_NODE, node));
    case PWK_EV_QUEUE_PAGES:
      SENTENCE (ngettext ("0x%llx–0x%llx is looked through for pages on the wrong nodes: %llu is "
                          "taken off its list to be moved, %llu could not be.",
                          "0x%llx–0x%llx is looked through for pages on the wrong nodes: %llu are "
                          "taken off their lists to be moved, %llu could not be.",
                          pwk_arg (event, QUEUE_PAGES, queued)),
                ARG (QUEUE_PAGES, start), ARG (QUEUE_PAGES, end), ARG (QUEUE_PAGES, queued),
                ARG (QUEUE_PAGES, failed));
    case PWK_EV_CPUSET_ATTACH:
      return explain_cpuset (machine, event);
    case PWK_EV_MPOL_REBIND:
      return explain_rebind (event);
    case PWK_EV_NODE_RECLAIM_BEGIN:
      SENTENCE (_("Node %llu is short: before the next node is asked, a little is reclaimed here."),
                ARG (NODE_RECLAIM_BEGIN, node));
    case PWK_EV_NODE_RECLAIM_END:
      SENTENCE (ngettext ("%llu page of node %llu was reclaimed.",
                          "%llu pages of node %llu were reclaimed.",
                          pwk_arg (event, NODE_RECLAIM_END, nr_reclaimed)),
                ARG (NODE_RECLAIM_END, nr_reclaimed), ARG (NODE_RECLAIM_END, node));
    case PWK_EV_DEMOTE_FOLIO_LIST:
      SENTENCE (ngettext ("%llu of %llu page that was not used goes from node %llu to the slower "
                          "node %llu.",
                          "%llu of %llu pages that were not used go from node %llu to the slower "
                          "node %llu.",
                          pwk_arg (event, DEMOTE_FOLIO_LIST, pages)),
                ARG (DEMOTE_FOLIO_LIST, demoted), ARG (DEMOTE_FOLIO_LIST, pages),
                ARG (DEMOTE_FOLIO_LIST, node), ARG (DEMOTE_FOLIO_LIST, target));
    default:
      return NULL;
    }
}

const PwkRule *
pwk_rule_numa (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_SET_MEMPOLICY] = { N_("Memory on another node is slower to reach. A program that knows "
                                  "who will use what can say where it shall lie; without a policy "
                                  "it lies where it is touched first."),
                               "set_mempolicy()" },
    [PWK_EV_MBIND_RANGE] = { N_("A region's policy goes before the process's. A range with another "
                                "policy is a region of its own, and joins no neighbour."),
                             "mbind(), vm_policy" },
    [PWK_EV_POLICY_NODE] = { N_("The region's policy counts, else the process's; of shared memory "
                                "the object's. Interleaving goes by the page's place in the "
                                "region, so that it does not matter who touches it first.") },
    [PWK_EV_CPUSET_ATTACH] = { N_("A cpuset parts a machine: what runs in one disturbs nobody in "
                                  "another. Policies choose among its nodes alone, and memory "
                                  "that the process has already follows it."),
                               "cpuset, mems_allowed" },
    [PWK_EV_MPOL_REBIND] = { N_("What was the first of the old nodes is the first of the new ones, "
                                "and so on. With MPOL_F_STATIC_NODES the nodes stay those that "
                                "were named; with MPOL_F_RELATIVE_NODES they are counted anew "
                                "among those that are allowed.") },
    [PWK_EV_NODE_RECLAIM_BEGIN] = { N_("With vm.zone_reclaim_mode memory nearby counts for more "
                                       "than pages of files that no process maps: 1 lets those go, "
                                       "2 dirty ones, too, 4 mapped ones. By default, 0, the next "
                                       "node is asked at once."),
                                    "zone_reclaim_mode" },
    [PWK_EV_NODE_RECLAIM_END] = { N_("If that was enough for the mark, the block comes from here "
                                     "after all.") },
    [PWK_EV_DEMOTE_FOLIO_LIST] = { N_("Where memory has tiers, reclaim need not write pages out or "
                                      "drop them: they move to the next slower tier, and whoever "
                                      "uses them there waits for memory, not for the disk. What "
                                      "finds no room there goes the usual way."),
                                   "demotion_enabled, memory_tiers" },
    [PWK_EV_QUEUE_PAGES] = { N_("Only pages on an LRU list can be moved. Those that others map, "
                                "too, stay, unless the caller may move everybody's "
                                "(MPOL_MF_MOVE_ALL).") },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
