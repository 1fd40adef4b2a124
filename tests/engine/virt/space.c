/* space.c - a process to try memory calls on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "space.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/op.h"
#include "engine/core/task.h"
#include "engine/paging/mmu.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma.h"

void
space_init (Space *space)
{
  g_autoptr(GError) error = NULL;

  space->machine = pwk_machine_simple ("memory", "268435456", "cpus", "2", NULL);
  space->task = pwk_process_new (space->machine, "A", 0, NULL, &error);
  g_assert_no_error (error);
}

void
space_check (const Space *space)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (space->machine, why))
    g_error ("%s", why->str);
}

void
space_clear (Space *space)
{
  space_check (space);
  pwk_machine_free (space->machine);
}

int64_t
space_settle (Space *space, int64_t result)
{
  if (!pwk_op_pending (space->machine))
    return result;
  while (pwk_op_pending (space->machine))
    pwk_op_step (space->machine);
  return space->machine->st->op.result;
}

int64_t
space_mmap (Space *space, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags)
{
  return space_settle (space, pwk_sys_mmap (space->machine, space->task, addr, len, prot, flags, -1, 0));
}

void
space_map (Space *space, uint64_t addr, uint64_t len, uint64_t prot)
{
  g_assert_cmpint (space_mmap (space, addr, len, prot, ANON | PWK_MAP_FIXED), ==, addr);
}

static const char *
access_outcome (Space *space, uint64_t addr, PwkAccessKind kind)
{
  static const char *const names[] = { "ok", "minor", "major", "SIGSEGV", "SIGBUS", "OOM" };

  return names[pwk_access (space->machine, space->task, addr, 1, kind, 0).outcome];
}

const char *
space_store (Space *space, uint64_t addr)
{
  return access_outcome (space, addr, PWK_ACCESS_STORE);
}

const char *
space_load (Space *space, uint64_t addr)
{
  return access_outcome (space, addr, PWK_ACCESS_LOAD);
}

PwkIndex
space_vma (const Space *space, uint64_t addr)
{
  return pwk_find_vma_intersection (space->machine, pwk_task (space->machine, space->task)->mm, addr, addr + 1);
}

char *
space_regions (const Space *space, uint64_t start, uint64_t end)
{
  PwkIndex mm = pwk_task (space->machine, space->task)->mm;
  GString *out = g_string_new (NULL);

  for (PwkIndex vma = pwk_find_vma_intersection (space->machine, mm, start, end); vma; vma = pwk_vma (space->machine, vma)->vm_next)
    {
      const PwkVma *v = pwk_vma (space->machine, vma);

      if (v->vm_start >= end)
        break;
      g_string_append_printf (out, "%s%x-%x %c%c%c%c", out->len ? ", " : "",
                              (unsigned) ((v->vm_start - start) >> PWK_PAGE_SHIFT), (unsigned) ((v->vm_end - start) >> PWK_PAGE_SHIFT),
                              v->vm_flags & PWK_VM_READ ? 'r' : '-', v->vm_flags & PWK_VM_WRITE ? 'w' : '-',
                              v->vm_flags & PWK_VM_EXEC ? 'x' : '-', v->vm_flags & PWK_VM_MAYSHARE ? 's' : 'p');
    }
  return g_string_free (out, FALSE);
}

static void
note (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Told *told = data;

  (void) machine;
  if (event->kind != (uint32_t) told->kind)
    return;
  told->n++;
  for (unsigned i = 0; i < PWK_EVENT_ARGS; i++)
    told->arg[i] = event->arg[i];
}

void
space_listen (Space *space, Told *told, PwkEventKind kind)
{
  *told = (Told) { .kind = (int) kind };
  pwk_machine_listen (space->machine, note, told);
  pwk_machine_want (space->machine, (int) kind, true);
}
