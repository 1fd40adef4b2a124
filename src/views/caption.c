/* caption.c - the line below a picture in a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/caption.h"

#include "views/view-common.h"

char *
pwk_caption_machine (const PwkConfig *config)
{
  uint64_t mib = (uint64_t) 1 << 20;
  /* a map of a PC lacks a few pages of what was bought */
  g_autofree char *memory =
      pwk_format_bytes (config->memory_bytes < mib ? config->memory_bytes
                                                   : (config->memory_bytes + mib - 1) & ~(mib - 1));
  g_autofree char *nodes =
      g_strdup_printf (ngettext ("%u node", "%u nodes", config->n_nodes), config->n_nodes);
  g_autofree char *cpus =
      g_strdup_printf (ngettext ("%u CPU", "%u CPUs", config->n_cpus), config->n_cpus);

  /* Translators: the size of memory, the number of nodes and CPUs, the architecture, the version
   * of Linux */
  return g_strdup_printf (_("%s, %s, %s, %s, Linux %s"), memory, nodes, cpus, config->profile->arch,
                          config->profile->kernel);
}

char *
pwk_caption (PwkViewId view, const char *scenario, const PwkObservation *observation)
{
  const char *title = _(pwk_view_class (view)->title);
  uint32_t n = observation->n_events;
  unsigned long long position = observation->position;
  g_autofree char *machine = pwk_caption_machine (observation->machine->config);

  if (n == 0 || observation->events[n - 1].line == 0)
    /* Translators: a view, a scenario, an event's number, the machine */
    return g_strdup_printf (_("%s · %s · event %llu · %s"), title, scenario, position, machine);

  /* Translators: a view, a scenario, an event's number, a line of the scenario, the machine */
  return g_strdup_printf (_("%s · %s · event %llu · line %u · %s"), title, scenario, position,
                          observation->events[n - 1].line, machine);
}
