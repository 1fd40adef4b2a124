/* dump-model.c - the machine's state as text in the kernel's own formats
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dump-model.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/proc/proc.h"
#include "engine/virt/process.h"

static void
zoneinfo (const PwkMachine *machine, GString *out)
{
  pwk_proc_zoneinfo (machine, NULL, out);
}

static void
status (const PwkMachine *machine, PwkIndex task, GString *out)
{
  pwk_proc_status (machine, task, NULL, out);
}

static void
smaps (const PwkMachine *machine, PwkIndex task, GString *out)
{
  pwk_proc_smaps (machine, task, 0, UINT64_MAX, NULL, out);
}

static void
pagemap (const PwkMachine *machine, PwkIndex task, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;

  if (mm)
    pwk_proc_pagemap (machine, task, 0, pwk_mm (machine, mm)->task_size & PWK_PAGE_MASK, false, out);
}

static void
page_tables (const PwkMachine *machine, PwkIndex task, GString *out)
{
  pwk_proc_page_tables (machine, task, false, out);
}

typedef struct
{
  PwkDumpInfo info;
  void (*of_machine) (const PwkMachine *, GString *);
  void (*of_process) (const PwkMachine *, PwkIndex task, GString *);
  void (*of_cpu)     (const PwkMachine *, unsigned cpu, GString *);
} Dump;

static const Dump dumps[] = {
  { { "buddyinfo", "/proc/buddyinfo", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_buddyinfo },
  { { "pagetypeinfo", "/proc/pagetypeinfo", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_pagetypeinfo },
  { { "zoneinfo", "/proc/zoneinfo", PWK_DUMP_OF_MACHINE }, .of_machine = zoneinfo },
  { { "meminfo", "/proc/meminfo", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_meminfo },
  { { "vmstat", "/proc/vmstat", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_vmstat },
  { { "iomem", "/proc/iomem", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_iomem },
  { { "maps", "/proc/PID/maps", PWK_DUMP_OF_PROCESS }, .of_process = pwk_proc_maps },
  { { "smaps", "/proc/PID/smaps", PWK_DUMP_OF_PROCESS }, .of_process = smaps },
  { { "status", "/proc/PID/status", PWK_DUMP_OF_PROCESS }, .of_process = status },
  { { "limits", "/proc/PID/limits", PWK_DUMP_OF_PROCESS }, .of_process = pwk_proc_limits },
  { { "pagemap", "/proc/PID/pagemap", PWK_DUMP_OF_PROCESS }, .of_process = pagemap },
  { { "page_tables", "page_tables", PWK_DUMP_OF_PROCESS }, .of_process = page_tables },
  { { "tlb", "tlb", PWK_DUMP_OF_CPU }, .of_cpu = pwk_proc_tlb },
  { { "watermarks", "watermarks", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_watermarks },
  { { "freeareas", "freeareas", PWK_DUMP_OF_MACHINE }, .of_machine = pwk_proc_freeareas },
};

const PwkDumpInfo *
pwk_dumps (guint *n)
{
  static PwkDumpInfo infos[G_N_ELEMENTS (dumps)];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (guint i = 0; i < G_N_ELEMENTS (dumps); i++)
        infos[i] = dumps[i].info;
      g_once_init_leave (&ready, 1);
    }
  *n = G_N_ELEMENTS (dumps);
  return infos;
}

/* Whose text it is when nobody was named. */
static PwkIndex
find_task (const PwkMachine *machine, int pid)
{
  PwkIndex task = pid ? pwk_task_by_pid (machine, pid) : machine->st->cpus[machine->st->cur_cpu].task;

  if (pid || (task && pwk_task (machine, task)->mm))
    return task;
  for (task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    if (pwk_task (machine, task)->mm)
      break;
  return task;
}

/* Engine thread. */
static gpointer
build (const PwkObservation *observation, gconstpointer data)
{
  const PwkMachine *machine = observation->machine;
  const PwkDumpParams *params = data;
  const Dump *dump = &dumps[MIN (params->dump, G_N_ELEMENTS (dumps) - 1)];
  PwkDumpModel *model = g_new0 (PwkDumpModel, 1);
  GString *out = g_string_new (NULL);

  model->params = *params;
  model->position = observation->position;
  /* Before power-on there are neither zones nor processes to print. */
  if (observation->position > 0)
    {
      if (dump->of_machine)
        dump->of_machine (machine, out);
      else if (dump->of_cpu)
        dump->of_cpu (machine, params->cpu >= 0 && (unsigned) params->cpu < machine->st->n_cpus ? (unsigned) params->cpu : machine->st->cur_cpu, out);
      else
        {
          PwkIndex task = find_task (machine, params->pid);

          if (task)
            {
              model->pid = pwk_task (machine, task)->pid;
              dump->of_process (machine, task, out);
            }
        }
    }
  model->text = g_string_free (out, FALSE);
  return model;
}

static void
free_dump (gpointer model)
{
  g_free (((PwkDumpModel *) model)->text);
  g_free (model);
}

const PwkModelClass pwk_dump_class = { build, free_dump };
