/* pressure.c - /proc/pressure/memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/proc/proc.h"

#include "engine/core/psi.h"

static void
show_average (GString *out, const char *name, uint64_t average)
{
  g_string_append_printf (out, " %s=%" G_GUINT64_FORMAT ".%02" G_GUINT64_FORMAT, name, PWK_PSI_INT (average), PWK_PSI_FRAC (average));
}

/* Follows kernel/sched/psi.c:psi_show(). */
void
pwk_proc_pressure (const PwkMachine *machine, GString *out)
{
  static const char *const lines[PWK_N_PSI] = { [PWK_PSI_SOME] = "some", [PWK_PSI_FULL] = "full" };
  static const char *const names[PWK_PSI_AVERAGES] = { "avg10", "avg60", "avg300" };
  const PwkPsi psi = pwk_psi_now (machine);

  for (int state = 0; state < PWK_N_PSI; state++)
    {
      g_string_append (out, lines[state]);
      for (int i = 0; i < PWK_PSI_AVERAGES; i++)
        show_average (out, names[i], psi.avg[state][i]);
      g_string_append_printf (out, " total=%" G_GUINT64_FORMAT "\n", psi.total[state] / 1000);
    }
}
