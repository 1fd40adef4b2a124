/* exec.c - another program in the same task
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/exec.c:begin_new_exec(), exec_mmap() and fs/binfmt_elf.c:load_elf_binary() for a small
 * static program: which segments a real one has is not known.
 *
 *      new mm ──▶ other threads end ──▶ the task changes mm ──▶ the old mm is put ──▶ regions of the program
 *      -ENOMEM    ◀── can fail │ cannot fail any more ──▶                              failure kills the task
 */
#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/core/string.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/mm.h"
#include "engine/virt/process-private.h"
#include "engine/virt/syscalls.h"

#include <errno.h>
#include <string.h>

/* de_thread (): the others of the group are gone when exec returns; who execs takes the leader's
 * pid. */
static void
de_thread (PwkMachine *machine, PwkIndex task)
{
  int32_t tgid = pwk_task (machine, task)->tgid;

  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    if (t != task && pwk_task (machine, t)->tgid == tgid)
      pwk_do_exit (machine, t, 0, 9);
  pwk_task_edit (machine, task)->pid = tgid;
}

/* execve (): 0 or -errno. Names are asked for room first, since nothing may fail once the old
 * program is gone. Argument strings are not passed: their pages would be the stack's uppermost,
 * which the layout counts as written (layout.c:add_line ()). */
int64_t
pwk_sys_execve (PwkMachine *machine, PwkIndex task, const char *path)
{
  PwkIndex old = pwk_call_mm (machine, task), mm;
  const char *base;
  uint64_t outer;
  PwkTask *t;
  bool made;

  if (!old)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!path)
    return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
  if (!*path)
    return pwk_refuse (machine, ENOENT, PWK_WHY_PATH_EMPTY);
  if (strlen (path) > 200)
    return pwk_refuse (machine, ENAMETOOLONG, PWK_WHY_PATH_TOO_LONG);
  base = strrchr (path, '/');
  base = base ? base + 1 : path;
  if (!pwk_string_fits (machine, path) || !pwk_string_fits (machine, base))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NAMES_FULL);
  mm = pwk_mm_new (machine, task);
  if (!mm)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);

  outer = pwk_event_open (machine, pwk_emit_exec (machine, task, pwk_string_intern (machine, path)));
  de_thread (machine, task);
  pwk_vfork_done (machine, task);
  t = pwk_task_edit (machine, task);
  t->comm = pwk_string_intern (machine, base);
  t->mm = mm;
  pwk_mm_pick_layout (machine, mm, task);
  pwk_task_run (machine, task, -1);
  pwk_mm_put (machine, old, task);
  /* a recorded program shows its own regions, one by one */
  made = machine->config->results_recorded || pwk_layout_default (machine, task, path, NULL, NULL);
  if (!pwk_mm (machine, mm)->exe_name)
    pwk_mm_edit (machine, mm)->exe_name = pwk_string_intern (machine, path);
  if (!made)
    pwk_do_exit (machine, task, 0, 9);    /* past the point of no return */
  pwk_event_close (machine, outer);
  return made ? 0 : pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
}
