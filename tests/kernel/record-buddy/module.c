/* module.c - stops the machine, plays cases on it, and never comes back
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/cpumask.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/stop_machine.h>
#include <linux/vmalloc.h>

#include "record-buddy.h"

#define DEBUG_CONSOLE 0xe9   /* port of QEMU's isa-debugcon */
#define NOBODY (-1)

static ulong seed = 1;
module_param (seed, ulong, 0);
static uint cases = 1;
module_param (cases, uint, 0);
static uint calls = 1000;   /* about so many in a case */
module_param (calls, uint, 0);

static RbHeld *held;
static RbOp *current_op;
static int turn = NOBODY;   /* the cpu that is to do current_op */
static bool finished;

void
rb_print (const char *format, ...)
{
  static char text[512];
  va_list arguments;

  va_start (arguments, format);
  vscnprintf (text, sizeof text, format, arguments);
  va_end (arguments);
  for (const char *c = text; *c; c++)
    outb (*c, DEBUG_CONSOLE);
}

/* Warnings are no part of the recording and change nothing. */
static void
carry_out (RbOp *op)
{
  struct page *page;

  switch (op->kind)
    {
    case RB_ALLOC:
      page = __alloc_pages (op->gfp->gfp | __GFP_NOWARN, op->order, op->node, NULL);
      op->pfn = page ? page_to_pfn (page) : 0;
      break;
    case RB_FREE:
      __free_pages (pfn_to_page (op->pfn), op->order);
      break;
    case RB_DRAIN:
      rb_drain ();
      break;
    case RB_SETTLE:
      rb_settle_cpu ();
      break;
    }
}

void
rb_do (RbOp *op)
{
  if (op->cpu == smp_processor_id ())
    {
      carry_out (op);
      return;
    }
  current_op = op;
  smp_store_release (&turn, op->cpu);
  while (smp_load_acquire (&turn) != NOBODY)
    cpu_relax ();
}

static void
serve (int cpu)
{
  while (!smp_load_acquire (&finished))
    {
      if (smp_load_acquire (&turn) == cpu)
        {
          carry_out (current_op);
          smp_store_release (&turn, NOBODY);
        }
      cpu_relax ();
    }
}

/* Runs on all cpus, interrupts off. A stopper is a real-time task, which may use more of the reserves than others: not here. */
static int
record (void *unused)
{
  int cpu = smp_processor_id ();

  current->prio = DEFAULT_PRIO;
  if (cpu != cpumask_first (cpu_online_mask))
    {
      serve (cpu);
      return 0;
    }
  rb_forget_lru ();
  for (unsigned int i = 0; i < cases; i++)
    rb_play_case (i, seed * 1000 + i, max (calls, 10u), held);
  emergency_restart ();
  return 0;
}

static int __init
record_buddy_init (void)
{
  held = vmalloc (sizeof *held * RB_MAX_HELD);
  if (!held || !rb_find_symbols ())
    return -ENOSYS;
  return stop_machine (record, NULL, cpu_online_mask);
}

module_init (record_buddy_init);
MODULE_DESCRIPTION ("Records what the page allocator does while nothing else runs");
MODULE_LICENSE ("GPL");
